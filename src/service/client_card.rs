//! The client's card in full, for whoever has to telephone in a crisis, and the question whether a person is already here.

use crate::domain::governance::access::{Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::consent::Guardian;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::text::ClientText;
use crate::domain::record::Body;
use crate::service::UnlockedVault;
use crate::vault::error::VaultError;

/// What stands on a card, with who consents for the client.
#[derive(Debug, Clone)]
pub struct FullCard {
    /// The card.
    pub card: ClientCard,
    /// Who consented for a minor.
    pub guardian: Option<Guardian>,
    /// Earlier cards with when they were written, newest first, only when they were asked for.
    pub earlier: Vec<(crate::domain::practice::time::Timestamp, ClientCard)>,
}

impl UnlockedVault {
    /// The whole card. The access log has the reason, synced, before anything is shown.
    pub fn full_card(&self, code: &ClientCode, reason: &str, earlier: bool) -> Result<FullCard, VaultError> {
        if reason.trim().is_empty() {
            return Err(VaultError::Input("the whole card is shown for a reason only"));
        }
        {
            let mut state = self.state();
            let known = self.known(&state, code)?;
            let whose = Whose::Client(known.card.id, known.relation(self.me.id));
            self.grant::<permit::ReadContent>(&state, whose)?;
            self.log_access(&mut state, Task::Read, Some(code), 1, Some(reason), false, Some("card".into()))?;
        }
        let mut before = Vec::new();
        if earlier {
            let records = self.open_client(code)?.into_iter();
            before.extend(records.filter_map(|o| match o.body {
                Body::Client { card } => Some((o.header.at, card)),
                _ => None,
            }));
            // The last is the card of now.
            before.pop();
            before.reverse();
        }
        let state = self.state();
        let known = self.known(&state, code)?;
        Ok(FullCard { card: known.card.clone(), guardian: known.consent().guardian, earlier: before })
    }

    /// Codes of clients with the same name and birth date whom this member may see: perhaps the same person twice. A name
    /// alone is compared where either has no birth date.
    pub fn same_person(&self, name: &ClientText, birth: Option<&str>) -> Result<Vec<ClientCode>, VaultError> {
        let state = self.state();
        let plain = |t: &ClientText| t.reveal().split_whitespace().collect::<String>().to_lowercase();
        let wanted = plain(name);
        let mut found = Vec::new();
        for known in state.caseload()?.clients.values() {
            let whose = Whose::Client(known.card.id, known.relation(self.me.id));
            self.grant::<permit::SeeCaseload>(&state, whose)?;
            let born = known.card.birth_date.as_deref();
            let same_day = born.zip(birth).is_none_or(|(a, b)| a == b);
            if same_day && plain(&known.card.name) == wanted {
                found.push(known.card.code.clone());
            }
        }
        found.sort();
        Ok(found)
    }
}
