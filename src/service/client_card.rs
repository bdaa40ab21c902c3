//! The client's card in full, for whoever has to telephone in a crisis, and the question whether a person is already here.

use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::consent::Guardian;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::domain::transcript::likely_words::LikelyWords;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;

/// What stands on a card, with who consents for the client.
#[derive(Debug, Clone)]
pub struct FullCard {
    /// The card.
    pub card: ClientCard,
    /// Who consented for a minor.
    pub guardian: Option<Guardian>,
    /// Earlier cards with when they were written, newest first, only when they were asked for.
    pub earlier: Vec<(Timestamp, ClientCard)>,
}

impl UnlockedVault {
    /// The whole card. The access log has the reason, synced, before anything is shown.
    pub fn full_card(&self, code: &ClientCode, reason: &str, earlier: bool) -> Result<FullCard, VaultError> {
        if reason.trim().is_empty() {
            return Err(VaultError::Input(msg("service-client-card-whole-card-shown-reason-only")));
        }
        let grant = {
            let mut state = self.state();
            let grant = self.ask::<permit::ReadContent>(&state, code)?;
            self.log_access(&mut state, Task::Read, Some(code), 1, Some(reason), false, Some("card".into()))?;
            grant
        };
        let mut before = Vec::new();
        if earlier {
            let records = self.open_client(code)?.into_iter();
            before.extend(records.filter_map(|o| match o.body {
                Body::Client { card } => Some((o.header.at, *card)),
                _ => None,
            }));
            // The last is the card of now.
            before.pop();
            before.reverse();
        }
        card_of(&self.state(), grant, before)
    }

    /// Names, medicines and places of this client that are written as they are when they are heard.
    pub fn likely_words(&self, code: &ClientCode) -> Result<LikelyWords, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::RunSession>(&state, code)?;
        words_of(&state, &grant)
    }

    /// As [`UnlockedVault::likely_words`], of the client of a session.
    pub fn likely_words_of(&self, session: SessionId) -> Result<LikelyWords, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::RunSession>(&state, session)?;
        words_of(&state, &grant)
    }

    /// Codes of clients with the same name and birth date whom this member may see: perhaps the same person twice. A name
    /// alone is compared where either has no birth date.
    pub fn same_person(&self, name: &ClientText, birth: Option<&str>) -> Result<Vec<ClientCode>, VaultError> {
        let state = self.state();
        let plain = |t: &ClientText| t.reveal().split_whitespace().collect::<String>().to_lowercase();
        let wanted = plain(name);
        let mut found = Vec::new();
        for known in state.caseload()?.clients.values() {
            let grant = self.ask_for::<permit::SeeCaseload>(&state, known)?;
            found.extend(code_if(&state, grant, &|card| {
                let same_day = card.birth_date.as_deref().zip(birth).is_none_or(|(a, b)| a == b);
                same_day && card.goes_on_as.is_none() && plain(&card.name) == wanted
            })?);
        }
        found.sort();
        Ok(found)
    }

    /// As [`UnlockedVault::same_person`], of a client who is in the vault: their other records.
    pub fn twins(&self, of: &ClientCode) -> Result<Vec<ClientCode>, VaultError> {
        let (name, birth) = {
            let state = self.state();
            let grant = self.ask::<permit::SeeCaseload>(&state, of)?;
            name_and_birth(&state, grant)?
        };
        let mut found = self.same_person(&name, birth.as_deref())?;
        found.retain(|code| code != of);
        Ok(found)
    }
}

fn words_of(state: &State, grant: &Grant<permit::RunSession>) -> Result<LikelyWords, VaultError> {
    Ok(LikelyWords::of_card(&state.client_of(grant)?.card))
}

fn name_and_birth(
    state: &State,
    grant: Grant<permit::SeeCaseload>,
) -> Result<(ClientText, Option<String>), VaultError> {
    let card = &state.client_of(&grant)?.card;
    Ok((card.name.clone(), card.birth_date.clone()))
}

/// The card of the client that the grant was given for.
fn card_of(
    state: &State,
    grant: Grant<permit::ReadContent>,
    earlier: Vec<(Timestamp, ClientCard)>,
) -> Result<FullCard, VaultError> {
    let known = state.client_of(&grant)?;
    Ok(FullCard { card: known.card.clone(), guardian: known.consent().guardian, earlier })
}

/// The code of the client that the grant was given for, when the card is like this.
fn code_if(
    state: &State,
    grant: Grant<permit::SeeCaseload>,
    like: &dyn Fn(&ClientCard) -> bool,
) -> Result<Option<ClientCode>, VaultError> {
    let card = &state.client_of(&grant)?.card;
    Ok(like(card).then(|| card.code.clone()))
}
