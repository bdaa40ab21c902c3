//! Keeps the marks of review in step with the notes: written in one group with the revision that they are of, so that no
//! crash leaves a note that was handed in and that no queue knows of.

use crate::domain::governance::access::{Grant, Permit};
use crate::domain::practice::ids::{ClientId, InstrumentId, MemberId, SessionId};
use crate::domain::record::{Body, NoteMark, NoteState};
use crate::domain::review::mark::Marked;
use crate::service::unlocked_vault::State;
use crate::vault::caseload::Known;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// The mark of a revision in this state; `None` where a draft follows a draft.
pub(crate) fn mark_of<P: Permit>(
    state: &State,
    grant: &Grant<P>,
    session: SessionId,
    revision: u32,
    to: NoteState,
) -> Result<Option<Body>, VaultError> {
    let (known, _) = state.session_of(grant, session)?;
    if to == NoteState::Draft && being_written(known, session) {
        return Ok(None);
    }
    let asks = matches!(to, NoteState::Ready | NoteState::Signed | NoteState::Amended);
    let cues = if asks { cues(state, grant, session)? } else { Vec::new() };
    Ok(Some(Body::NoteMark { mark: NoteMark { revision, state: to, cues, by_file: None } }))
}

/// The mark of a draft that is kept over a note which was handed in or returned.
pub(crate) fn taken_back(known: &Known, session: SessionId) -> Option<Body> {
    let last = last(known, session)?;
    (!being_written(known, session)).then(|| {
        let revision = last.mark.revision.saturating_add(1);
        Body::NoteMark { mark: NoteMark { revision, state: NoteState::Draft, cues: Vec::new(), by_file: None } }
    })
}

fn last(known: &Known, session: SessionId) -> Option<&Marked> {
    known.marks.iter().rev().find(|m| m.session == session)
}

/// True when the queue knows already that the note is with its counsellor, who writes.
fn being_written(known: &Known, session: SessionId) -> bool {
    last(known, session).is_none_or(|m| m.mark.state == NoteState::Draft && m.mark.by_file.is_none())
}

/// A revision with its mark, as one group.
pub(crate) fn marked<'a>(draft: Draft<'a>, mark: Option<&'a Body>) -> Vec<Draft<'a>> {
    let Draft { to, client, session, .. } = draft;
    let mut drafts = vec![draft];
    if let (Some(body), Some(collection)) = (mark, client.map(|c| c.0)) {
        drafts.push(Draft { collection, to, body, client, session, replaces: None });
    }
    drafts
}

/// The screeners that the cues of a session open, each once.
fn cues<P: Permit>(state: &State, grant: &Grant<P>, session: SessionId) -> Result<Vec<InstrumentId>, VaultError> {
    let (known, case) = state.session_of(grant, session)?;
    let Some(key) = known.session_key(case, &state.folder, state.keys.read())? else { return Ok(Vec::new()) };
    let mut found: Vec<InstrumentId> = Vec::new();
    for place in state.folder.store.collection(session.0)? {
        // What does not open here is another class's, or the scrub names it.
        let Ok(Some(opened)) = state.folder.open_place(&place, &[key]) else { continue };
        if let Body::RiskCue { cue } = opened.body {
            let opens = InstrumentId::from(cue.opens.as_str());
            if !found.contains(&opens) {
                found.push(opens);
            }
        }
    }
    Ok(found)
}

impl State {
    /// Takes a mark that was just kept into the caseload.
    pub(crate) fn take_mark(&mut self, client: ClientId, session: SessionId, by: MemberId, mark: Option<Body>) {
        let at = self.folder.now();
        let Some(Body::NoteMark { mark }) = mark else { return };
        if let Some(known) = self.caseload.get_mut().and_then(|load| load.clients.get_mut(&client)) {
            known.marks.push(Marked { session, at, by, mark });
        }
    }
}
