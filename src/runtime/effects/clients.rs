//! Clients taken on, and what they agree to.

use crate::app::msg::Answer;
use crate::app::notice::Say;
use crate::app::state::merge::MergeAct;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::client::NewClient;
use crate::domain::practice::consent::{Scope, Withdrawal};
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::session_event::SessionCommand;
use crate::runtime::effects::{Performer, no_client};
use crate::service::Agreed;

/// Why the access log says that a card was read: it was looked at on its screen.
const SHOWN: &str = "screen";
/// Or beside another that may be the same person's.
const COMPARED: &str = "compared";

impl Performer {
    pub(super) fn card(&self, client: ClientId) -> Result<Vec<Answer>, ErrorReport> {
        let full = self.unlocked()?.full_card(&self.code(client)?, SHOWN, false)?;
        Ok(vec![Answer::Card(client, Box::new(CardEntries::of(&full.card)))])
    }

    /// Two records of one person: found, shown side by side, joined, separated.
    pub(super) fn merge(&self, act: MergeAct) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        match act {
            MergeAct::Twins(of) => {
                let codes = unlocked.twins(&self.code(of)?)?;
                let rows = unlocked.clients()?.into_iter();
                Ok(vec![Answer::Twins(of, rows.filter(|row| codes.contains(&row.code)).map(|row| row.id).collect())])
            }
            MergeAct::Cards { open, other } => {
                let card = |of: ClientId| -> Result<(ClientId, CardEntries), ErrorReport> {
                    let full = unlocked.full_card(&self.code(of)?, COMPARED, false)?;
                    Ok((of, CardEntries::of(&full.card)))
                };
                Ok(vec![Answer::TwoCards(Box::new([card(open)?, card(other)?]))])
            }
            MergeAct::Join { kept, closed, reason, back: true } => {
                unlocked.separate_clients(&kept.code, &closed.code, reason.reveal())?;
                Ok(vec![Answer::Merged(kept.id, Say::Separated(kept.code, closed.code))])
            }
            MergeAct::Join { kept, closed, reason, back: false } => {
                let done = unlocked.merge_clients(&kept.code, &closed.code, reason.reveal())?;
                let (filled, differing) = (done.filled.len(), done.differing.len());
                let say = Say::Merged { kept: done.kept, closed: done.closed, filled, differing };
                Ok(vec![Answer::Merged(kept.id, say)])
            }
        }
    }

    pub(super) fn keep_card(&self, client: ClientId, entries: CardEntries) -> Result<Vec<Answer>, ErrorReport> {
        self.unlocked()?.change_client(&self.code(client)?, |card| entries.put(card))?;
        Ok(vec![Answer::CardKept(client)])
    }

    pub(super) fn add_client(&self, new: NewClient) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let twins = unlocked.same_person(&new.name, new.birth_date.as_deref())?;
        let code = unlocked.add_client(new)?;
        let row = unlocked.clients()?.into_iter().find(|r| r.code == code).ok_or_else(no_client)?;
        Ok(vec![Answer::ClientAdded(row.id, twins)])
    }

    pub(super) fn give_consent(
        &mut self,
        client: ClientId,
        scope: Scope,
        limits: bool,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let unlocked = self.unlocked()?;
        unlocked.agree(&code, Agreed::adding(scope, limits))?;
        self.client(client)
    }

    pub(super) fn withdraw_consent(
        &mut self,
        client: ClientId,
        scope: Scope,
        erase: bool,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let how = if erase { Withdrawal::All } else { Withdrawal::FromNow };
        self.unlocked()?.withdraw_consent(&code, [scope].into(), how)?;
        if let Some(told) = &self.told {
            // A session that has ended hears nothing more; one too busy to hear asks before it writes.
            let _ = told.commands.try_send(SessionCommand::ConsentChanged);
        }
        self.client(client)
    }
}
