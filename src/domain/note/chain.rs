//! Which revisions of a note stand. A revision is signed by its author, but a signature says only who wrote it: whoever may
//! review could sign other words under a state of review. So every revision has to follow from the one that it names, by an
//! act of the table in [`states`], and a supervisor's carries the counsellor's text unchanged.

use crate::domain::note::states::{self, Act};
use crate::domain::practice::ids::MemberId;
use crate::domain::record::{Header, NoteRevision, NoteState};

/// A revision as it was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Its header.
    pub header: &'a Header,
    /// The hash that later revisions name it by.
    pub signed: [u8; 32],
    /// The text.
    pub note: &'a NoteRevision,
}

/// True in the states that only a supervisor's act leads to.
const fn is_review(state: NoteState) -> bool {
    matches!(state, NoteState::InReview | NoteState::NeedsRevision | NoteState::CoSigned)
}

/// For each revision, oldest first, whether it stands. Two workstations that were apart may each have written on after the
/// same revision; both stand. In schema 1 no revision named another, and there was no review.
pub fn standing(found: &[Found<'_>]) -> Vec<bool> {
    let mut stands: Vec<bool> = Vec::with_capacity(found.len());
    for (at, revision) in found.iter().enumerate() {
        let earlier = &found[..at];
        let good = match revision.header.replaces {
            _ if revision.header.written.is_none() => !is_review(revision.note.state),
            None => revision.header.revision == 1 && !is_review(revision.note.state),
            Some(_) => before(earlier, &stands, revision).is_some_and(|before| follows(earlier, before, revision)),
        };
        stands.push(good);
    }
    stands
}

/// The revision that this one names, if it stands and is the one that was named.
fn before<'a, 'b>(earlier: &'b [Found<'a>], stands: &[bool], revision: &Found<'_>) -> Option<&'b Found<'a>> {
    let (at, before) = earlier.iter().enumerate().find(|(_, f)| Some(f.header.id) == revision.header.replaces)?;
    let named = revision.header.previous.as_deref() == Some(hex::encode(before.signed).as_str());
    let next = before.header.revision.checked_add(1) == Some(revision.header.revision);
    (stands[at] && named && next).then_some(before)
}

fn follows(earlier: &[Found<'_>], before: &Found<'_>, revision: &Found<'_>) -> bool {
    let state = revision.note.state;
    let by_an_act = Act::ALL.into_iter().any(|act| states::after(before.note.state, act) == Ok(state));
    let same_text = before.note.sections == revision.note.sections && before.note.format == revision.note.format;
    by_an_act
        && (!is_review(state) || same_text)
        && (state != NoteState::CoSigned || may_cosign(earlier, revision.header.author))
}

/// Whoever wrote a revision of the text does not co-sign it.
pub fn may_cosign(earlier: &[Found<'_>], member: MemberId) -> bool {
    !earlier.iter().any(|f| f.header.author == member && !is_review(f.note.state))
}

/// Where the revision that holds stands, of those that stand, oldest first: the last that is signed, else the last. Nothing
/// that was written apart and joined later takes the place of a signed text.
pub fn newest(mut stands: impl DoubleEndedIterator<Item = NoteState> + ExactSizeIterator + Clone) -> Option<usize> {
    let last = stands.len().checked_sub(1)?;
    Some(stands.rposition(states::is_signed).unwrap_or(last))
}
