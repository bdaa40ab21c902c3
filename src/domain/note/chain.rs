//! Which revisions of a note stand. A revision is signed by its author, but a signature says only who wrote it: whoever may
//! review could sign other words under a state of review. So every revision has to follow from the one that it names, by an
//! act of the table in [`states`], and a supervisor's carries the counsellor's text unchanged.

use crate::domain::note::states::{self, Act};
use crate::domain::practice::ids::MemberId;
use crate::domain::record::{Body, Header, NoteRevision, NoteState, Opened};

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
pub const fn is_review(state: NoteState) -> bool {
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

/// Of opened records, oldest first and only such as stand, the revision of the note that holds.
pub fn newest_note(opened: &[Opened]) -> Option<&NoteRevision> {
    let notes: Vec<&NoteRevision> = opened.iter().filter_map(note_of).collect();
    newest(notes.iter().map(|note| note.state)).map(|at| notes[at])
}

const fn note_of(opened: &Opened) -> Option<&NoteRevision> {
    match &opened.body {
        Body::Note { note } => Some(note),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::{DeviceId, RecordId, StatementId};
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Timestamp;
    use crate::domain::record::{Head, NoteLine, NoteSection, Origin, Written};

    const COUNSELLOR: MemberId = MemberId([1; 16]);
    const SUPERVISOR: MemberId = MemberId([2; 16]);
    const STATES: [NoteState; 7] = [
        NoteState::Draft,
        NoteState::Ready,
        NoteState::InReview,
        NoteState::NeedsRevision,
        NoteState::Signed,
        NoteState::CoSigned,
        NoteState::Amended,
    ];

    /// A record of a note: its number names it and is its hash.
    struct Kept(Header, NoteRevision);

    fn note(state: NoteState, words: &str) -> NoteRevision {
        let text = ClientText::new(words);
        let line =
            NoteLine { id: StatementId::default(), text, origin: Origin::Typed, evidence: Vec::new(), check: None };
        let sections = vec![NoteSection { key: "plan".into(), lines: vec![line] }];
        NoteRevision { format: "soap".into(), sections, state, reason: None }
    }

    fn kept(n: u8, of: Option<(u8, u32)>, author: MemberId, state: NoteState, words: &str) -> Kept {
        let header = Header {
            schema: 2,
            vault: String::new(),
            id: RecordId([n; 16]),
            collection: String::new(),
            kind: "note".into(),
            revision: of.map_or(1, |(_, revision)| revision + 1),
            replaces: of.map(|(n, _)| RecordId([n; 16])),
            previous: of.map(|(n, _)| hex::encode([n; 32])),
            client: None,
            session: None,
            recipient: String::new(),
            author,
            written: Some(Written {
                device: DeviceId([0; 16]),
                number: 0,
                before: [0; 32],
                roster: Head::EMPTY,
                time: 0,
            }),
            at: Timestamp(0),
        };
        Kept(header, note(state, words))
    }

    fn stand(all: &[Kept]) -> Vec<bool> {
        let found: Vec<Found<'_>> =
            all.iter().map(|Kept(header, note)| Found { header, signed: [header.id.0[0]; 32], note }).collect();
        standing(&found)
    }

    #[test]
    fn the_way_of_a_note_through_every_act_stands() {
        use NoteState::{Amended, CoSigned, Draft, InReview, NeedsRevision, Ready, Signed};
        let way = [
            (COUNSELLOR, Draft, "a"),
            (COUNSELLOR, Ready, "a"),
            (SUPERVISOR, InReview, "a"),
            (SUPERVISOR, NeedsRevision, "a"),
            (COUNSELLOR, Draft, "b"),
            (COUNSELLOR, Ready, "b"),
            (COUNSELLOR, Draft, "b"),
            (COUNSELLOR, Signed, "b"),
            (SUPERVISOR, CoSigned, "b"),
            (COUNSELLOR, Amended, "c"),
            (SUPERVISOR, CoSigned, "c"),
        ];
        let all: Vec<Kept> = (1u8..)
            .zip(way)
            .map(|(n, (who, state, words))| kept(n, (n > 1).then(|| (n - 1, u32::from(n) - 1)), who, state, words))
            .collect();
        assert_eq!(stand(&all), [true; 11]);
        assert_eq!(newest(all.iter().map(|Kept(_, note)| note.state)), Some(10));
    }

    #[test]
    fn from_each_state_only_what_an_act_leads_to_stands_and_review_changes_no_word() {
        for before in STATES {
            for after in STATES {
                for words in ["a", "b"] {
                    // A first revision in a state of review stands for nobody: what comes after it neither.
                    let all = [kept(1, None, COUNSELLOR, before, "a"), kept(2, Some((1, 1)), SUPERVISOR, after, words)];
                    let act = Act::ALL.into_iter().any(|act| states::after(before, act) == Ok(after));
                    let good = !is_review(before) && act && (!is_review(after) || words == "a");
                    assert_eq!(stand(&all), [!is_review(before), good], "{before:?} {after:?} {words}");
                }
            }
        }
    }

    #[test]
    fn a_revision_that_names_no_other_hash_or_number_stands_and_neither_does_what_follows_one_that_does_not() {
        let first = || kept(1, None, COUNSELLOR, NoteState::Draft, "a");
        for spoil in 0..4 {
            let mut second = kept(2, Some((1, 1)), COUNSELLOR, NoteState::Draft, "b");
            match spoil {
                0 => second.0.previous = Some(hex::encode([9; 32])),
                1 => second.0.replaces = Some(RecordId([9; 16])),
                2 => second.0.revision = 3,
                _ => second.0.replaces = None,
            }
            let next = second.0.revision;
            let all = [first(), second, kept(3, Some((2, next)), COUNSELLOR, NoteState::Draft, "c")];
            assert_eq!(stand(&all), [true, false, false], "{spoil}");
        }
    }

    #[test]
    fn whoever_wrote_the_text_does_not_co_sign_it() {
        let by = |who| {
            [
                kept(1, None, COUNSELLOR, NoteState::Draft, "a"),
                kept(2, Some((1, 1)), COUNSELLOR, NoteState::Signed, "a"),
                kept(3, Some((2, 2)), who, NoteState::CoSigned, "a"),
            ]
        };
        assert_eq!(stand(&by(SUPERVISOR)), [true; 3]);
        assert_eq!(stand(&by(COUNSELLOR)), [true, true, false]);
    }

    #[test]
    fn two_that_follow_the_same_stand_and_the_signed_one_holds() {
        let all = [
            kept(1, None, COUNSELLOR, NoteState::Draft, "a"),
            kept(2, Some((1, 1)), COUNSELLOR, NoteState::Signed, "a"),
            kept(3, Some((1, 1)), COUNSELLOR, NoteState::Draft, "b"),
        ];
        assert_eq!(stand(&all), [true; 3]);
        assert_eq!(newest(all.iter().map(|Kept(_, note)| note.state)), Some(1));
        assert_eq!(newest([NoteState::Draft, NoteState::Ready].into_iter()), Some(1));
        assert_eq!(newest(std::iter::empty::<NoteState>()), None);
    }

    #[test]
    fn of_schema_1_stands_what_was_no_review() {
        for state in STATES {
            let mut one = kept(1, None, COUNSELLOR, state, "a");
            one.0.written = None;
            assert_eq!(stand(&[one]), [!is_review(state)], "{state:?}");
        }
    }
}
