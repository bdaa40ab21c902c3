//! The practice client: made up, with the demo session in it, to learn the program on. Its code says what it is wherever it
//! stands. It is in no inspection, no list of what is due, no packet and no review, and its counsellor removes it alone.

use crate::domain::advice::risk_cue::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Grant, permit};
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::Transcript;
use crate::service::consents::Agreed;
use crate::service::import_session;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;

/// What the access log gives as the reason of the removal.
const REASON: &str = "practice";

/// The practice client of this member with its session; made where there is none.
pub fn practice_client(
    unlocked: &UnlockedVault,
    name: &str,
    said: Transcript,
    rules: &Rules,
) -> Result<ClientCode, ErrorReport> {
    if let Some(there) = unlocked.clients()?.into_iter().find(|row| row.own && row.code.is_practice()) {
        return Ok(there.code);
    }
    let client = unlocked.add_practice_client(ClientText::new(name))?;
    let scopes = [Scope::Service, Scope::Recording, Scope::Ai].into();
    let agreed = Agreed { scopes, ..Agreed::adding(Scope::Service, true) };
    unlocked.agree(&client, agreed)?;
    let long = i64::try_from(said.duration_ms).unwrap_or(0);
    let started = Timestamp(unlocked.now().0.saturating_sub(long));
    let request =
        import_session::Request { client: client.clone(), with: Vec::new(), started, transcript: said, made_up: true };
    import_session::keep(unlocked, request, rules, None)?;
    Ok(client)
}

impl UnlockedVault {
    /// Removes a practice client: keys, records and sessions, as a destruction does. Refused for every other client.
    pub fn remove_practice_client(&self, code: &ClientCode) -> Result<(), VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::RemovePractice>(&state, code)?;
        self.bury_practice(state, grant, code)
    }

    fn bury_practice(
        &self,
        state: StateGuard<'_>,
        grant: Grant<permit::RemovePractice>,
        code: &ClientCode,
    ) -> Result<(), VaultError> {
        // One person may do this alone: the card that was sealed says it, not only a code that an older vault may have given.
        if !state.client_of(&grant)?.card.is_practice() {
            return Err(VaultError::Input(msg("practice-only-made-up")));
        }
        // Nobody needs a certificate of what never was.
        self.bury_client(state, grant, None, code, REASON)?;
        Ok(())
    }
}
