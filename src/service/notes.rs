//! Notes of sessions: drafted, written, made ready, signed, amended, returned, co-signed. Each state is a revision that
//! names the one before by its hash; a signed text never changes. Which state may follow which is a table of the domain.

use crate::domain::governance::access::{Grant, Permit, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::note::chain;
use crate::domain::note::revision;
use crate::domain::note::statement::DraftedNote;
use crate::domain::note::states::{self, Act, StateError};
use crate::domain::practice::ids::{MemberId, RecordId, SessionId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, NoteRevision, NoteState, Opened, Replaced};
use crate::service::review_marks::{mark_of, marked};
use crate::service::standing::{Notes, RefusedRevision, notes_of};
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// One revision of a note with who wrote it and when.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteVersion {
    /// The record.
    pub record: RecordId,
    /// Counts from 1.
    pub revision: u32,
    /// The revision that it follows.
    pub replaces: Option<RecordId>,
    /// Who wrote and signed the record.
    pub author: MemberId,
    /// Their name, as the roster has it.
    pub author_name: String,
    /// When, by the clock of the workstation it was written on.
    pub at: Timestamp,
    /// The text and its state.
    pub note: NoteRevision,
}

/// The note of a session with all its revisions.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteHistory {
    /// The revisions that stand, oldest first.
    pub versions: Vec<NoteVersion>,
    /// The drafts that were proposed, with their records, oldest first.
    pub drafts: Vec<(RecordId, DraftedNote)>,
    /// Revisions that do not stand: they are told by name, and their words are not shown.
    pub refused: Vec<RefusedRevision>,
}

impl NoteHistory {
    /// The revision that holds: the last one that is signed, else the last.
    pub fn newest(&self) -> Option<&NoteVersion> {
        chain::newest(self.versions.iter().map(|v| v.note.state)).map(|at| &self.versions[at])
    }

    /// The revision that was written after this one, if there is one.
    pub fn after(&self, version: &NoteVersion) -> Option<&NoteVersion> {
        self.versions.iter().rev().find(|v| v.replaces == Some(version.record))
    }
}

/// A change to a note: what is done, and to which text.
#[derive(Debug, Clone, PartialEq)]
pub enum NoteChange {
    /// The counsellor writes: the new text.
    Write(NoteRevision),
    /// The counsellor says it is done.
    MarkReady,
    /// The counsellor takes it back to write on.
    Reopen,
    /// The counsellor signs.
    Sign,
    /// The counsellor corrects a signed note: the new text and why.
    Amend(NoteRevision, ClientText),
    /// A supervisor opens it for review.
    TakeUp,
    /// A supervisor asks for a revision; what is asked for.
    Return(ClientText),
    /// A supervisor signs beside.
    CoSign,
}

impl NoteChange {
    const fn act(&self) -> Act {
        match self {
            NoteChange::Write(_) => Act::Edit,
            NoteChange::MarkReady => Act::MarkReady,
            NoteChange::Reopen => Act::Reopen,
            NoteChange::Sign => Act::Sign,
            NoteChange::Amend(..) => Act::Amend,
            NoteChange::TakeUp => Act::TakeUp,
            NoteChange::Return(_) => Act::Return,
            NoteChange::CoSign => Act::CoSign,
        }
    }
}

impl UnlockedVault {
    /// The note of a session with its revisions; `None` where there is none. An entry of the access log comes first.
    pub fn note_history(&self, session: SessionId) -> Result<Option<NoteHistory>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadContent>(&state, session)?;
        self.read_note(state, grant, session, (Task::Read, None, "note"))
    }

    /// As [`UnlockedVault::note_history`] for the task that is logged, its reason and its detail.
    pub(super) fn read_note<P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        session: SessionId,
        (task, reason, detail): (Task, Option<&str>, &'static str),
    ) -> Result<Option<NoteHistory>, VaultError> {
        let code = state.session_of(&grant, session)?.0.card.code.clone();
        self.log_access(&mut state, task, Some(&code), 1, reason, false, Some(detail.into()))?;
        standing_history(&state, &grant, session)
    }

    /// Keeps a draft and makes it the newest text of the note. Refused where the note is signed.
    pub fn keep_note_draft(
        &self,
        session: SessionId,
        draft: DraftedNote,
        first: impl FnOnce(RecordId) -> NoteRevision,
    ) -> Result<NoteVersion, VaultError> {
        let saved = self.keep(session, &[Body::NoteDraft { draft }])?;
        let record = *saved.records.first().ok_or(VaultError::NoSession)?;
        self.change_note(session, NoteChange::Write(first(record)))
    }

    /// Changes the note of a session. The first text of a note is a change too. What comes back is on disk.
    pub fn change_note(&self, session: SessionId, change: NoteChange) -> Result<NoteVersion, VaultError> {
        let state = self.state();
        match change {
            NoteChange::Write(_) | NoteChange::MarkReady | NoteChange::Reopen | NoteChange::Amend(..) => {
                let grant = self.ask_by::<permit::WriteNote>(&state, session)?;
                self.write_note(state, grant, session, change)
            }
            NoteChange::Sign => {
                let grant = self.ask_by::<permit::SignNote>(&state, session)?;
                self.write_note(state, grant, session, change)
            }
            NoteChange::TakeUp | NoteChange::Return(_) => {
                let grant = self.ask_by::<permit::ReviewNote>(&state, session)?;
                self.write_note(state, grant, session, change)
            }
            NoteChange::CoSign => {
                let grant = self.ask_by::<permit::CosignNote>(&state, session)?;
                self.write_note(state, grant, session, change)
            }
        }
    }

    fn write_note<P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        session: SessionId,
        change: NoteChange,
    ) -> Result<NoteVersion, VaultError> {
        let found = notes_of(&state, &grant, session)?;
        let newest = found.newest();
        let note = next_text(newest.map(|(note, _)| note), change.clone())?;
        found.may_follow(note.state, self.me.id)?;
        let replaces = newest.map(|(_, replaced)| replaced);
        let revision = replaces.map_or(1, |(_, revision, _)| revision + 1);
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        let task = if matches!(change, NoteChange::Sign | NoteChange::CoSign) { Task::Sign } else { Task::Write };
        self.log_access(&mut state, task, Some(&code), 1, None, false, Some(states::word(note.state).into()))?;
        let mark = mark_of(&state, &grant, session, revision, note.state)?;
        let body = Body::Note { note: note.clone() };
        let (folder, me) = state.writer();
        let draft = Draft {
            collection: session.0,
            to: &to,
            body: &body,
            client: Some(client),
            session: Some(session),
            replaces,
        };
        let record = *folder.keep(&me, &marked(draft, mark.as_ref()))?.first().ok_or(VaultError::NoSession)?;
        state.take_mark(client, session, self.me.id, mark);
        if states::is_signed(note.state) {
            self.let_sound_go(&mut state, session)?;
        }
        Ok(NoteVersion {
            record,
            revision,
            replaces: replaces.map(|(id, ..)| id),
            author: self.me.id,
            author_name: self.me.name.clone(),
            at: state.folder.now(),
            note,
        })
    }
}

/// The text after a change, or why there is none.
fn next_text(newest: Option<&NoteRevision>, change: NoteChange) -> Result<NoteRevision, VaultError> {
    let before = newest.map_or(NoteState::Draft, |n| n.state);
    let state = states::after(before, change.act())?;
    let mut note = match change {
        NoteChange::Write(text) => text,
        NoteChange::Amend(text, reason) => {
            if reason.is_blank() {
                return Err(StateError::NoReason.into());
            }
            states::may_sign(revision::lines(&text).count(), revision::undecided(&text))?;
            NoteRevision { reason: Some(reason), ..text }
        }
        NoteChange::Return(reason) => {
            if reason.is_blank() {
                return Err(StateError::NoReason.into());
            }
            NoteRevision { reason: Some(reason), ..newest.cloned().ok_or(StateError::Empty)? }
        }
        NoteChange::MarkReady | NoteChange::Sign | NoteChange::CoSign | NoteChange::TakeUp | NoteChange::Reopen => {
            let text = newest.cloned().ok_or(StateError::Empty)?;
            if matches!(state, NoteState::Ready | NoteState::Signed) {
                states::may_sign(revision::lines(&text).count(), revision::undecided(&text))?;
            }
            NoteRevision { reason: None, ..text }
        }
    };
    note.state = state;
    if !chain::is_review(state) {
        // A supervisor's revision has the text to the letter.
        note.number_statements();
    }
    Ok(note)
}

/// The newest revision and how the next one names it.
pub(crate) fn newest_named<P: Permit>(
    state: &State,
    grant: &Grant<P>,
    session: SessionId,
) -> Result<Option<(NoteRevision, Replaced)>, VaultError> {
    let found = notes_of(state, grant, session)?;
    Ok(found.newest().map(|(note, replaced)| (note.clone(), replaced)))
}

/// The note of a session with its revisions, for a reading that has its entry of the access log already.
pub(crate) fn standing_history<P: Permit>(
    state: &State,
    grant: &Grant<P>,
    session: SessionId,
) -> Result<Option<NoteHistory>, VaultError> {
    let history = history(state, notes_of(state, grant, session)?);
    Ok((!history.versions.is_empty() || !history.refused.is_empty()).then_some(history))
}

fn history(state: &State, Notes { found, refused }: Notes) -> NoteHistory {
    let mut history = NoteHistory { versions: Vec::new(), drafts: Vec::new(), refused };
    for (_, Opened { header, body }) in found {
        match body {
            Body::Note { note } => history.versions.push(NoteVersion {
                record: header.id,
                revision: header.revision,
                replaces: header.replaces,
                author: header.author,
                author_name: state.folder.roster.member(header.author).map(|m| m.name.clone()).unwrap_or_default(),
                at: header.at,
                note,
            }),
            Body::NoteDraft { draft } => history.drafts.push((header.id, draft)),
            _ => {}
        }
    }
    history
}

impl UnlockedVault {
    /// Whether this text may be kept as the note of a session by the way of drafts: as a draft only, and over a text that
    /// may be written on. Gives the revision that it follows.
    pub(crate) fn note_may_follow(
        &self,
        state: &State,
        grant: &Grant<permit::WriteNote>,
        session: SessionId,
        note: &NoteRevision,
    ) -> Result<Option<Replaced>, VaultError> {
        if note.state != NoteState::Draft {
            return Err(StateError::NotNow(note.state).into());
        }
        let found = notes_of(state, grant, session)?;
        let Some((newest, replaced)) = found.newest() else { return Ok(None) };
        states::after(newest.state, Act::Edit)?;
        Ok(Some(replaced))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::StatementId;
    use crate::domain::record::{NoteLine, NoteSection, Origin};

    fn text(words: &[&str]) -> NoteRevision {
        let line = |w: &&str| NoteLine {
            id: StatementId::default(),
            text: ClientText::new(w),
            origin: Origin::Typed,
            evidence: Vec::new(),
            check: None,
        };
        let sections = vec![NoteSection { key: "plan".into(), lines: words.iter().map(line).collect() }];
        NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
    }

    #[test]
    fn a_signed_text_is_amended_with_a_reason_only() {
        let signed = next_text(Some(&text(&["one"])), NoteChange::Sign).unwrap();
        assert_eq!(signed.state, NoteState::Signed);
        let again = next_text(Some(&signed), NoteChange::Write(text(&["two"])));
        assert_eq!(again, Err(StateError::Signed.into()));
        let blank = next_text(Some(&signed), NoteChange::Amend(text(&["two"]), ClientText::new(" ")));
        assert_eq!(blank, Err(StateError::NoReason.into()));
        let amended =
            next_text(Some(&signed), NoteChange::Amend(text(&["two"]), ClientText::new("a wrong date"))).unwrap();
        assert_eq!((amended.state, amended.sections[0].lines[0].text.reveal()), (NoteState::Amended, "two"));
    }

    #[test]
    fn an_empty_note_is_neither_ready_nor_signed() {
        for change in [NoteChange::MarkReady, NoteChange::Sign] {
            assert_eq!(next_text(None, change.clone()), Err(StateError::Empty.into()));
            assert_eq!(next_text(Some(&text(&[])), change), Err(StateError::Empty.into()));
        }
    }
}
