//! Clients taken on, and what they agree to.

use crate::app::msg::Answer;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::client::NewClient;
use crate::domain::practice::consent::{Scope, Withdrawal};
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::session_event::SessionCommand;
use crate::runtime::effects::{Performer, no_client};
use crate::service::Agreed;

impl Performer {
    pub(super) fn add_client(&self, new: NewClient) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let code = unlocked.add_client(new)?;
        let row = unlocked.clients()?.into_iter().find(|r| r.code == code).ok_or_else(no_client)?;
        Ok(vec![Answer::ClientAdded(row.id)])
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
