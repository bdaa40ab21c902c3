//! Sends a review to a supervisor's other machine: one file, signed by the counsellor, sealed to that supervisor's key.

use crate::crypto::keys::{Recipient, random_id};
use crate::crypto::letter;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Grant, Relation, permit};
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::practice::ids::{ClientCode, MemberId, RecordId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::record::{Body, NoteState};
use crate::domain::review::answer::Exact;
use crate::domain::review::error::ReviewError;
use crate::domain::review::file::ReviewFile;
use crate::domain::review::mark::courses;
use crate::domain::review::parcel::{FileError, PARCEL, Parcel};
use crate::service::notes::newest_named;
use crate::service::supervision::supervisor;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::files::disk;
use crate::vault::folder::Draft;
use crate::vault::roster_file::roster_path;

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewSent {
    /// The sealed file.
    pub bytes: Vec<u8>,
    /// Which sending.
    pub parcel: RecordId,
    /// Of which session.
    pub session: SessionId,
    /// The revision in it.
    pub revision: u32,
    /// The record of that revision, and to whom it goes.
    of: (RecordId, MemberId),
}

impl UnlockedVault {
    /// The session of a client whose note waits for a supervisor longest.
    pub fn waiting_review(&self, code: &ClientCode) -> Result<SessionId, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::SeeCaseload>(&state, code)?;
        let known = state.client_of(&grant)?;
        let mut waiting: Vec<_> = courses(&known.marks).into_iter().filter(|(_, course)| course.waits()).collect();
        waiting.sort_by_key(|(session, course)| (course.asked, *session));
        waiting.first().map(|(session, _)| *session).ok_or(ReviewError::NotHandedIn(NoteState::Draft).into())
    }

    /// Makes the file of a review for one supervisor of the client, who must be one now, with the client's consent. The
    /// access log has the reason before anything leaves (L10). The client's name is not in the file.
    pub fn export_review(
        &self,
        session: SessionId,
        to: &str,
        reason: &str,
        lang: Lang,
    ) -> Result<ReviewSent, VaultError> {
        let grant = self.ask_by::<permit::ExportContent>(&self.state(), session)?;
        let sent = self.make_parcel(&grant, session, (to, reason), lang)?;
        self.keep_sent(grant, &sent)?;
        Ok(sent)
    }

    /// As [`UnlockedVault::export_review`], and hands the file over. It counts as sent only once it was: where a stick is full
    /// the note can be sent again.
    pub fn send_review(
        &self,
        session: SessionId,
        to: &str,
        (reason, lang): (&str, Lang),
        deliver: impl FnOnce(&[u8]) -> Result<(), ErrorReport>,
    ) -> Result<ReviewSent, ErrorReport> {
        let grant = self.ask_by::<permit::ExportContent>(&self.state(), session)?;
        let sent = self.make_parcel(&grant, session, (to, reason), lang)?;
        deliver(&sent.bytes)?;
        self.keep_sent(grant, &sent)?;
        Ok(sent)
    }

    fn make_parcel(
        &self,
        grant: &Grant<permit::ExportContent>,
        session: SessionId,
        (to, reason): (&str, &str),
        lang: Lang,
    ) -> Result<ReviewSent, VaultError> {
        if reason.trim().is_empty() {
            return Err(NoReason.into());
        }
        let state = self.state();
        let to = supervisor(&state, to)?;
        let assigned = state.client_of(grant)?.relation(to) == Relation::Assigned;
        drop(state);
        if !assigned {
            return Err(FileError::NotAssigned.into());
        }
        let file = ReviewFile { client: None, ..self.open_review(session, lang)? };
        let mut state = self.state();
        let (note, (record, revision, signed)) =
            newest_named(&state, grant, session)?.ok_or(ReviewError::NotHandedIn(NoteState::Draft))?;
        if matches!(note.state, NoteState::Draft | NoteState::NeedsRevision | NoteState::CoSigned) {
            return Err(FileError::State(note.state).into());
        }
        let code = state.client_of(grant)?.card.code.clone();
        let member = state.folder.roster.member(to).cloned().ok_or(VaultError::NotAssigned)?;
        let parcel = Parcel {
            schema: PARCEL.into(),
            vault: state.folder.roster.vault.clone(),
            id: RecordId(random_id()),
            at: state.folder.now(),
            from: self.me.id,
            to,
            recipient: member.recipient.clone(),
            note: Exact { session, record, revision, signed },
            roster: std::fs::read_to_string(roster_path(&state.folder.dir)).map_err(disk)?,
            file,
        };
        let line = serde_json::to_string(&parcel).map_err(|_| crate::crypto::CryptoError::Sealing)?;
        let bytes = letter::seal(&letter::sign(PARCEL, &line, &state.keys), &member.recipient.parse::<Recipient>()?)?;
        let count = parcel.file.versions.len() as u64;
        self.log_access(&mut state, Task::Export, Some(&code), count, Some(reason), false, Some("review".into()))?;
        Ok(ReviewSent { bytes, parcel: parcel.id, session, revision, of: (record, to) })
    }

    /// Writes down what was sent: an answer is taken in only to that.
    fn keep_sent(&self, grant: Grant<permit::ExportContent>, sent: &ReviewSent) -> Result<(), VaultError> {
        let mut state = self.state();
        let known = state.client_of(&grant)?;
        let (client, case) = (known.card.id, known.current(&state.folder, state.keys.read())?.recipient());
        let body = Body::ReviewSent { parcel: sent.parcel, to: sent.of.1, record: sent.of.0 };
        let (folder, me) = state.writer();
        let draft = Draft {
            collection: sent.session.0,
            to: &case,
            body: &body,
            client: Some(client),
            session: Some(sent.session),
            replaces: None,
        };
        folder.keep(&me, &[draft])?;
        Ok(())
    }
}
