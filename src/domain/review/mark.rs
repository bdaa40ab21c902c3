//! Marks of review: with every revision that changes the state of a note a small record is written beside it among the
//! client's records, so that the queue is known at unlocking without opening a single note. The notes stay the truth: what a
//! review shows and decides is read from them.

use crate::domain::note::chain;
use crate::domain::practice::ids::{InstrumentId, MemberId, SessionId};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{NoteMark, NoteState};
use crate::domain::review::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A mark with what its header says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The note of which session.
    pub session: SessionId,
    /// When, by the workstation's clock.
    pub at: Timestamp,
    /// Who brought the note there.
    pub by: MemberId,
    /// What it says.
    pub mark: NoteMark,
}

/// How the review of one note went so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The state of the revision that holds.
    pub state: NoteState,
    /// That revision.
    pub revision: u32,
    /// Since when.
    pub since: Timestamp,
    /// Since when it waits for a supervisor: the last time that its counsellor handed it in, signed or amended it.
    pub asked: Option<Timestamp>,
    /// Who brought it to its state.
    pub by: MemberId,
    /// How often a supervisor returned it.
    pub returns: u32,
    /// When it was returned last, and by whom.
    pub returned: Option<(Timestamp, MemberId)>,
    /// It was co-signed once, whatever came later.
    pub cosigned: bool,
    /// It was handed in once: whoever signs without that asks nobody.
    pub handed_in: bool,
    /// See [`NoteMark::cues`].
    pub cues: Vec<InstrumentId>,
    /// From each handing in to the decision of a supervisor, milliseconds. Clocks of two workstations may be apart: never
    /// below 0.
    pub turnaround: Vec<u64>,
}

impl Course {
    /// True while a supervisor is asked for something.
    pub const fn waits(&self) -> bool {
        match self.state {
            NoteState::Ready | NoteState::InReview => true,
            NoteState::Signed | NoteState::Amended => self.handed_in || self.cosigned,
            NoteState::Draft | NoteState::NeedsRevision | NoteState::CoSigned => false,
        }
    }

    /// True when it waits again after it was returned.
    pub const fn came_back(&self) -> bool {
        self.waits() && self.returns > 0
    }
}

/// The course of every note that was ever handed in, from the marks in the order of the collection.
pub fn courses<'a>(marks: impl IntoIterator<Item = &'a Marked>) -> BTreeMap<SessionId, Course> {
    let mut of: BTreeMap<SessionId, Vec<&Marked>> = BTreeMap::new();
    for mark in marks {
        of.entry(mark.session).or_default().push(mark);
    }
    of.into_iter().filter_map(|(session, marks)| Some((session, course(&marks)?))).collect()
}

/// Where the note stands: a decision that came by file says it, whatever state its counsellor brought the note to with it.
const fn stands(mark: &NoteMark) -> NoteState {
    match mark.by_file {
        Some(Verdict::Return) => NoteState::NeedsRevision,
        Some(Verdict::Cosign) => NoteState::CoSigned,
        None => mark.state,
    }
}

fn course(marks: &[&Marked]) -> Option<Course> {
    let holds = marks[chain::newest(marks.iter().map(|m| stands(&m.mark)))?];
    let mut course = Course {
        state: stands(&holds.mark),
        revision: holds.mark.revision,
        since: holds.at,
        asked: None,
        by: holds.by,
        returns: 0,
        returned: None,
        cosigned: false,
        handed_in: marks.iter().any(|m| m.mark.state == NoteState::Ready),
        cues: Vec::new(),
        turnaround: Vec::new(),
    };
    let mut open: Option<Timestamp> = None;
    for mark in marks {
        match stands(&mark.mark) {
            NoteState::Ready | NoteState::Signed | NoteState::Amended => {
                course.asked = Some(mark.at);
                open = Some(mark.at);
                course.cues.clone_from(&mark.mark.cues);
            }
            NoteState::InReview => {}
            NoteState::NeedsRevision | NoteState::CoSigned => {
                course.turnaround.extend(open.take().map(|from| mark.at.0.saturating_sub(from.0).max(0) as u64));
                if stands(&mark.mark) == NoteState::NeedsRevision {
                    course.returns += 1;
                    course.returned = Some((mark.at, mark.by));
                } else {
                    course.cosigned = true;
                }
            }
            // Taken back: nobody decides any more.
            NoteState::Draft => open = None,
        }
    }
    Some(course)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn told(states: &[(NoteState, i64)]) -> Course {
        let marks: Vec<Marked> = (1u32..)
            .zip(states)
            .map(|(revision, (state, at))| Marked {
                session: SessionId([1; 16]),
                at: Timestamp(*at),
                by: MemberId([2; 16]),
                mark: NoteMark { revision, state: *state, cues: Vec::new(), by_file: None },
            })
            .collect();
        courses(&marks).remove(&SessionId([1; 16])).unwrap()
    }

    #[test]
    fn a_note_that_was_returned_and_handed_in_again_came_back_and_its_turnarounds_are_told() {
        use NoteState as S;
        let course = told(&[
            (S::Ready, 10),
            (S::InReview, 20),
            (S::NeedsRevision, 50),
            (S::Draft, 60),
            (S::Ready, 100),
            (S::InReview, 110),
        ]);
        assert!(course.waits() && course.came_back());
        assert_eq!((course.returns, course.asked, course.revision), (1, Some(Timestamp(100)), 6));
        assert_eq!(course.turnaround, [40]);
    }

    #[test]
    fn what_was_returned_or_co_signed_or_taken_back_waits_for_nobody_and_an_amendment_waits_again() {
        use NoteState as S;
        assert!(!told(&[(S::Ready, 1), (S::NeedsRevision, 2)]).waits());
        assert!(!told(&[(S::Ready, 1), (S::Draft, 2)]).waits());
        let signed = told(&[(S::Ready, 1), (S::InReview, 2), (S::CoSigned, 3)]);
        assert!(!signed.waits() && signed.cosigned);
        let amended = told(&[(S::Ready, 1), (S::InReview, 2), (S::CoSigned, 3), (S::Amended, 4)]);
        assert!(amended.waits() && amended.cosigned && !amended.came_back());
    }

    #[test]
    fn a_note_that_was_signed_and_never_handed_in_waits_for_nobody_until_it_is_co_signed_and_amended() {
        use NoteState as S;
        assert!(!told(&[(S::Signed, 1)]).waits() && !told(&[(S::Signed, 1), (S::Amended, 2)]).waits());
        assert!(told(&[(S::Ready, 1), (S::Signed, 2)]).waits());
        assert!(told(&[(S::Signed, 1), (S::CoSigned, 2), (S::Amended, 3)]).waits());
    }

    #[test]
    fn a_return_that_came_by_file_is_a_return_and_no_co_signature() {
        let mark = |revision, state, by_file| Marked {
            session: SessionId([1; 16]),
            at: Timestamp(i64::from(revision)),
            by: MemberId([2; 16]),
            mark: NoteMark { revision, state, cues: Vec::new(), by_file },
        };
        let mut marks = vec![mark(1, NoteState::Ready, None), mark(2, NoteState::Draft, Some(Verdict::Return))];
        let of = |marks: &[Marked]| courses(marks).remove(&SessionId([1; 16])).unwrap();
        let returned = of(&marks);
        assert_eq!((returned.state, returned.returns, returned.cosigned), (NoteState::NeedsRevision, 1, false));
        assert_eq!(returned.returned, Some((Timestamp(2), MemberId([2; 16]))));
        marks.push(mark(3, NoteState::Ready, None));
        assert!(of(&marks).came_back());
        marks.push(mark(3, NoteState::Signed, Some(Verdict::Cosign)));
        let signed = of(&marks);
        assert!(signed.cosigned && !signed.waits());
        assert_eq!((signed.returns, signed.turnaround.len()), (1, 2));
    }

    #[test]
    fn a_clock_that_went_back_makes_no_turnaround_below_zero() {
        assert_eq!(told(&[(NoteState::Ready, 86_400_000), (NoteState::NeedsRevision, 5)]).turnaround, [0]);
    }
}
