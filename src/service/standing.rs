//! The note of a session as its records say it: the revisions that stand, and those that do not, by name.

use crate::crypto::CryptoError;
use crate::domain::governance::access::{Grant, Permit};
use crate::domain::note::chain::{self, Found};
use crate::domain::note::states::StateError;
use crate::domain::practice::ids::{MemberId, RecordId, SessionId};
use crate::domain::record::{Body, NoteRevision, NoteState, Opened, Replaced};
use crate::ports::store::Position;
use crate::service::unlocked_vault::State;
use crate::vault::error::VaultError;

/// A revision that does not stand: its author may not have written it so. Its words are not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRevision {
    /// The record.
    pub record: RecordId,
    /// The number that it gives itself; none where its author's role writes no such revision at all.
    pub revision: Option<u32>,
    /// Who signed it.
    pub author: MemberId,
    /// Their name, as the roster has it.
    pub author_name: String,
}

/// What was found of the note of a session, oldest first.
pub(crate) struct Notes {
    /// The revisions that stand, and the drafts.
    pub(crate) found: Vec<(Position, Opened)>,
    /// The revisions that do not.
    pub(crate) refused: Vec<RefusedRevision>,
}

impl Notes {
    /// The revisions that stand.
    pub(crate) fn revisions(&self) -> impl DoubleEndedIterator<Item = Found<'_>> {
        self.found.iter().filter_map(found_of)
    }

    /// The text that holds, and how the next one names it.
    pub(crate) fn newest(&self) -> Option<(&NoteRevision, Replaced)> {
        let all: Vec<Found<'_>> = self.revisions().collect();
        let at = chain::newest(all.iter().map(|f| f.note.state))?;
        let Found { header, signed, note } = all[at];
        Some((note, (header.id, header.revision, signed)))
    }

    /// Refuses a co-signature of whoever wrote a revision of the text.
    pub(crate) fn may_follow(&self, state: NoteState, by: MemberId) -> Result<(), StateError> {
        let all: Vec<Found<'_>> = self.revisions().collect();
        let own = state == NoteState::CoSigned && !chain::may_cosign(&all, by);
        if own { Err(StateError::OwnText) } else { Ok(()) }
    }
}

fn found_of((position, opened): &(Position, Opened)) -> Option<Found<'_>> {
    match &opened.body {
        Body::Note { note } => Some(Found { header: &opened.header, signed: position.signed, note }),
        _ => None,
    }
}

/// Leaves out the revisions of notes that do not stand, and gives them. The records are of one collection, oldest first.
pub(crate) fn leave_out(found: &mut Vec<(Position, Opened)>) -> Vec<(Position, Opened)> {
    let notes: Vec<Found<'_>> = found.iter().filter_map(found_of).collect();
    if notes.is_empty() {
        return Vec::new();
    }
    let stands = chain::standing(&notes);
    let refused: Vec<RecordId> =
        notes.iter().zip(stands).filter(|(_, stands)| !stands).map(|(note, _)| note.header.id).collect();
    let is_refused = |(_, opened): &mut (Position, Opened)| refused.contains(&opened.header.id);
    found.extract_if(.., is_refused).collect()
}

/// What stands about the note of a session.
pub(crate) fn notes_of<P: Permit>(state: &State, grant: &Grant<P>, session: SessionId) -> Result<Notes, VaultError> {
    let (known, _) = state.session_of(grant, session)?;
    let keys = known.case_keys(&state.folder, state.keys.read());
    let name = |author| state.folder.roster.member(author).map(|m| m.name.clone()).unwrap_or_default();
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for position in state.folder.store.collection(session.0)? {
        match state.folder.open_place(&position, &keys) {
            Ok(Some(opened)) if matches!(opened.body, Body::Note { .. } | Body::NoteDraft { .. }) => {
                found.push((position, opened));
            }
            // What was said has another key, and is not read here.
            Ok(_) | Err(VaultError::Vault(CryptoError::NotYours)) => {}
            Err(VaultError::Author(kind)) => {
                let author = position.writer.member;
                if kind == "note" {
                    let (record, author_name) = (position.id, name(author));
                    refused.push(RefusedRevision { record, revision: None, author, author_name });
                }
            }
            Err(e) => return Err(e),
        }
    }
    refused.extend(leave_out(&mut found).into_iter().map(|(_, Opened { header, .. })| RefusedRevision {
        record: header.id,
        revision: Some(header.revision),
        author: header.author,
        author_name: name(header.author),
    }));
    Ok(Notes { found, refused })
}

/// The state of the note that these records are of: looked for from the newest one back, as far as needed to tell that it
/// stands. A text that was begun apart before all of them is found when the note is opened.
pub(crate) fn state_from_behind(newest_first: impl Iterator<Item = (Position, Opened)>) -> Option<NoteState> {
    let mut found: Vec<(Position, Opened)> = Vec::new();
    for record in newest_first {
        if !matches!(record.1.body, Body::Note { .. }) {
            continue;
        }
        found.insert(0, record);
        let here = |id: RecordId| found.iter().any(|(_, o)| o.header.id == id);
        let whole = found.iter().all(|(_, o)| o.header.replaces.is_none_or(here));
        if whole && let Some(state) = state_of(&found) {
            return Some(state);
        }
    }
    state_of(&found)
}

fn state_of(found: &[(Position, Opened)]) -> Option<NoteState> {
    let notes: Vec<Found<'_>> = found.iter().filter_map(found_of).collect();
    let stands = chain::standing(&notes);
    let standing: Vec<NoteState> =
        notes.iter().zip(stands).filter(|(_, stands)| *stands).map(|(found, _)| found.note.state).collect();
    chain::newest(standing.iter().copied()).map(|at| standing[at])
}
