//! From the policy's yes to the client it was said for: asks by code, by session and by client, and finds the client
//! that a grant names. The private half of a use case takes the grant by value and finds its client through it.

use crate::domain::governance::access::{Grant, Permit, Whose};
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::caseload::{Case, Known};
use crate::vault::error::VaultError;

impl UnlockedVault {
    /// Asks the policy for `P` with the client of this code.
    pub(crate) fn ask<P: Permit>(&self, state: &State, code: &ClientCode) -> Result<Grant<P>, VaultError> {
        self.ask_for(state, self.known(state, code)?)
    }

    /// Asks the policy for `P` with the client of this session.
    pub(crate) fn ask_by<P: Permit>(&self, state: &State, session: SessionId) -> Result<Grant<P>, VaultError> {
        self.ask_for(state, self.known_by(state, session)?.0)
    }

    /// Asks the policy for `P` with this client.
    pub(crate) fn ask_for<P: Permit>(&self, state: &State, known: &Known) -> Result<Grant<P>, VaultError> {
        self.grant(state, Whose::Client(known.card.id, known.relation(self.me.id)))
    }
}

impl State {
    /// The client that the grant was given for.
    pub(crate) fn client_of<P: Permit>(&self, grant: &Grant<P>) -> Result<&Known, VaultError> {
        let id = grant.client().ok_or(VaultError::NoClient)?;
        self.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)
    }

    /// A session of the client that the grant was given for.
    pub(crate) fn session_of<P: Permit>(
        &self,
        grant: &Grant<P>,
        session: SessionId,
    ) -> Result<(&Known, &Case), VaultError> {
        let known = self.client_of(grant)?;
        Ok((known, known.sessions.get(&session).ok_or(VaultError::NoSession)?))
    }
}
