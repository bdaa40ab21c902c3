//! What a client has one of and is kept as revisions, such as the safety plan and the case report: each revision is a record of its
//! own on the client's collection, signed by its author, that names the one before by its hash; none is ever changed.

use crate::crypto::CryptoError;
use crate::domain::governance::access::{Grant, Permit, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{MemberId, RecordId};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Opened};
use crate::ports::store::Position;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// One revision with who wrote it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<T> {
    /// The record.
    pub record: RecordId,
    /// Counts from 1.
    pub revision: u32,
    /// Who wrote and signed it.
    pub author: MemberId,
    /// Their name, as the roster has it.
    pub author_name: String,
    /// When, by the clock of the workstation it was written on.
    pub at: Timestamp,
    /// What was written.
    pub what: T,
}

/// What is kept so.
pub(crate) trait Revised: Clone {
    /// The word of the access log for what is read, written and taken away.
    const DETAIL: &'static str;
    /// Out of a body of its kind.
    fn of(body: &Body) -> Option<&Self>;
    /// The body that is sealed.
    fn body(&self) -> Body;
    /// Why it may not be kept; `first` where no revision stands yet.
    fn refused(&self, first: bool) -> Option<VaultError>;
}

impl UnlockedVault {
    /// Every revision of the client that the grant was given for, oldest first. An entry of the access log comes first; `form`
    /// is one word of the program for how it leaves, if it does.
    pub(crate) fn read_versions<T: Revised, P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        (task, reason, form): (Task, Option<&str>, Option<&'static str>),
    ) -> Result<Vec<Version<T>>, VaultError> {
        let code = state.client_of(&grant)?.card.code.clone();
        let detail = form.map_or_else(|| T::DETAIL.to_owned(), |form| format!("{} {form}", T::DETAIL));
        self.log_access(&mut state, task, Some(&code), 1, reason, false, Some(detail))?;
        let version = |(_, Opened { header, body }): (Position, Opened)| {
            Some(Version {
                record: header.id,
                revision: header.revision,
                author: header.author,
                author_name: state.folder.roster.member(header.author).map(|m| m.name.clone()).unwrap_or_default(),
                at: header.at,
                what: T::of(&body)?.clone(),
            })
        };
        Ok(standing::<T, P>(&state, &grant)?.into_iter().filter_map(version).collect())
    }

    /// Keeps the next revision. What comes back is on disk.
    pub(crate) fn write_version<T: Revised>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::WriteNote>,
        what: T,
    ) -> Result<Version<T>, VaultError> {
        let found = standing::<T, _>(&state, &grant)?;
        if let Some(refused) = what.refused(found.is_empty()) {
            return Err(refused);
        }
        let replaces = found.last().map(|(at, opened)| (at.id, opened.header.revision, at.signed));
        let revision = replaces.map_or(1, |(_, revision, _)| revision + 1);
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        self.log_access(&mut state, Task::Write, Some(&code), 1, None, false, Some(T::DETAIL.into()))?;
        let body = what.body();
        let (folder, me) = state.writer();
        let draft = Draft { collection: client.0, to: &to, body: &body, client: Some(client), session: None, replaces };
        let record = *folder.keep(&me, &[draft])?.first().ok_or(VaultError::NoClient)?;
        let (author, author_name, at) = (self.me.id, self.me.name.clone(), state.folder.now());
        Ok(Version { record, revision, author, author_name, at, what })
    }
}

/// What stands of the client's revisions, in the order in which they were written. One by who may not write it is passed over; a
/// check of the vault names it.
fn standing<T: Revised, P: Permit>(state: &State, grant: &Grant<P>) -> Result<Vec<(Position, Opened)>, VaultError> {
    let known = state.client_of(grant)?;
    let keys = known.case_keys(&state.folder, state.keys.read());
    let mut found = Vec::new();
    for position in state.folder.store.collection(known.card.id.0)? {
        match state.folder.open_place(&position, &keys) {
            Ok(Some(opened)) if T::of(&opened.body).is_some() => found.push((position, opened)),
            // Wraps of sessions and process notes have other keys, and are not read here.
            Ok(_) | Err(VaultError::Vault(CryptoError::NotYours) | VaultError::Author(_)) => {}
            Err(e) => return Err(e),
        }
    }
    found.sort_by_key(|(_, opened)| (opened.header.revision, opened.header.at));
    Ok(found)
}
