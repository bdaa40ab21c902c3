//! The supervisor's queue: which note comes first. Risk before everything, then the colour of the measures, then what waits
//! longest.

use crate::domain::assessment::administration::{Administration, points};
use crate::domain::assessment::instrument::Library;
use crate::domain::assessment::trajectory::{Colour, alert};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::{ClientCode, InstrumentId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::domain::review::mark::Course;
use crate::texts::{Message, msg};
use std::collections::{BTreeMap, BTreeSet};

/// Why a note comes before others whatever its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Risk {
    /// A rule found words that may mean danger, and the screener that they open was not given since.
    pub open_cue: bool,
    /// The last sheet of an instrument holds an answer that must not wait.
    pub positive_screener: bool,
}

impl Risk {
    /// Either.
    pub const fn any(self) -> bool {
        self.open_cue || self.positive_screener
    }

    /// Of a session that began then, with these cues, and all sheets of its client, oldest first.
    pub fn of(cues: &[InstrumentId], began: Timestamp, given: &[Administration]) -> Self {
        let answered = |cue: &&InstrumentId| !given.iter().any(|a| a.instrument == **cue && a.given_at >= began);
        let mut seen = BTreeSet::new();
        let mut last_of_each = given.iter().rev().filter(|a| seen.insert(a.instrument.clone()));
        Risk {
            open_cue: cues.iter().any(|cue| answered(&cue)),
            positive_screener: last_of_each.any(|a| !a.score.critical.is_empty()),
        }
    }
}

/// The gravest colour of a client's instruments; grey without any.
pub fn colour(library: &Library, given: &[Administration]) -> Colour {
    let instruments: BTreeSet<&InstrumentId> = given.iter().map(|a| &a.instrument).collect();
    let of = |id| library.get(id).ok().map(|i| alert(i, &points(given, &i.id), false, Lang::Ko).colour);
    instruments.into_iter().filter_map(of).max().unwrap_or(Colour::Grey)
}

/// One note of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// Whose.
    pub client: ClientRow,
    /// The name of the counsellor.
    pub counsellor: String,
    /// Of which session.
    pub session: SessionId,
    /// Its number within the client.
    pub number: u32,
    /// When the session was.
    pub started: Timestamp,
    /// How its review went so far.
    pub course: Course,
    /// What brings it forward.
    pub risk: Risk,
    /// Of the client's measures.
    pub colour: Colour,
}

/// Orders rows that wait: risk, colour, age; a session's id where all are the same, so that the order stands.
pub fn order(rows: &mut [QueueRow]) {
    rows.sort_by(|a, b| {
        let first = |r: &QueueRow| (!r.risk.any(), std::cmp::Reverse(r.colour), r.course.asked, r.session);
        first(a).cmp(&first(b))
    });
}

/// An hour and a day in milliseconds.
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// How long something took or waits, in the largest unit that is not 0.
pub fn took(ms: u64) -> Message {
    match ms {
        0..HOUR_MS => msg("review-minutes").with("n", ms / 60_000),
        HOUR_MS..DAY_MS => msg("review-hours").with("n", ms / HOUR_MS),
        _ => msg("review-days").with("n", ms / DAY_MS),
    }
}

/// How long notes wait for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Turnaround {
    /// Decisions that were counted.
    pub decided: usize,
    /// Half of them came sooner, milliseconds.
    pub median_ms: Option<u64>,
    /// The slowest, milliseconds.
    pub longest_ms: Option<u64>,
    /// The note that waits longest now, milliseconds.
    pub waiting_ms: Option<u64>,
}

/// Of all courses, as of now.
pub fn turnaround<'a>(courses: impl IntoIterator<Item = &'a Course>, now: Timestamp) -> Turnaround {
    let (mut took, mut waiting): (Vec<u64>, Option<u64>) = (Vec::new(), None);
    for course in courses {
        took.extend(&course.turnaround);
        if let Some(asked) = course.asked.filter(|_| course.waits()) {
            waiting = waiting.max(Some(now.0.saturating_sub(asked.0).max(0) as u64));
        }
    }
    took.sort_unstable();
    Turnaround {
        decided: took.len(),
        median_ms: took.get(took.len() / 2).copied(),
        longest_ms: took.last().copied(),
        waiting_ms: waiting,
    }
}

/// Somebody's supervision that ended, as the access log tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct EndedSupervision {
    /// Whose.
    pub code: ClientCode,
    /// When the keys were taken.
    pub at: Timestamp,
    /// By the client, who withdrew the consent; otherwise by the counsellor or because a client went to another.
    pub withdrawn: bool,
}

/// What a member sees of the reviews.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// For a supervisor: what waits, first things first. For a counsellor: what is at the supervisor, oldest first.
    pub waiting: Vec<QueueRow>,
    /// Returned, and at the counsellor.
    pub returned: Vec<QueueRow>,
    /// Figures over every note that this member may see.
    pub turnaround: Turnaround,
    /// Clients whose reviews these would be.
    pub clients: usize,
    /// Of each counsellor, by name: clients, and notes that are co-signed.
    pub caseloads: BTreeMap<String, (usize, usize)>,
    /// Why there may be less than was: only looked for where nothing waits.
    pub ended: Vec<EndedSupervision>,
}

/// A counsellor whose notes a supervisor reviews.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Supervisee {
    /// Their name.
    pub name: String,
    /// Notes that wait for the supervisor.
    pub waiting: usize,
    /// Of those, with a reason to come first.
    pub at_risk: usize,
    /// Notes that were returned and are with the counsellor.
    pub returned: usize,
    /// Notes whose newest text is co-signed.
    pub cosigned: usize,
    /// Their clients that this supervisor reads.
    pub clients: usize,
}

impl Queue {
    /// Everybody whose clients are read or of whom a note waits or was returned, by name.
    pub fn supervisees(&self) -> Vec<Supervisee> {
        let mut found: BTreeMap<&str, Supervisee> = BTreeMap::new();
        for (name, (clients, cosigned)) in &self.caseloads {
            let one =
                Supervisee { name: name.clone(), clients: *clients, cosigned: *cosigned, ..Supervisee::default() };
            found.insert(name, one);
        }
        let rows = self.waiting.iter().map(|r| (r, true)).chain(self.returned.iter().map(|r| (r, false)));
        for (row, waits) in rows {
            let none = || Supervisee { name: row.counsellor.clone(), ..Supervisee::default() };
            let of = found.entry(&row.counsellor).or_insert_with(none);
            of.waiting += usize::from(waits);
            of.at_risk += usize::from(waits && row.risk.any());
            of.returned += usize::from(!waits);
        }
        found.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::{ClientId, MemberId};
    use crate::domain::practice::text::ClientText;
    use crate::domain::record::NoteState;

    fn row(n: u8, risk: bool, colour: Colour, asked: i64) -> QueueRow {
        let course = Course {
            state: NoteState::Ready,
            revision: 1,
            since: Timestamp(asked),
            asked: Some(Timestamp(asked)),
            by: MemberId([1; 16]),
            returns: 0,
            returned: None,
            cosigned: false,
            handed_in: true,
            cues: Vec::new(),
            turnaround: Vec::new(),
        };
        QueueRow {
            client: ClientRow {
                id: ClientId([n; 16]),
                code: ClientCode::from("C-0001"),
                name: ClientText::new("x"),
                counsellor: MemberId([1; 16]),
                own: false,
                since: Timestamp(0),
                goes_on_as: None,
                earlier_records: Vec::new(),
            },
            counsellor: String::new(),
            session: SessionId([n; 16]),
            number: 1,
            started: Timestamp(0),
            course,
            risk: Risk { open_cue: risk, positive_screener: false },
            colour,
        }
    }

    #[test]
    fn whatever_the_order_they_come_in_risk_is_first_then_colour_then_age() {
        let colours = [Colour::Grey, Colour::Green, Colour::White, Colour::Amber, Colour::Red];
        let mut rows = Vec::new();
        for (c, colour) in colours.into_iter().enumerate() {
            for risk in [false, true] {
                for asked in [1, 2] {
                    rows.push(row((c * 4 + usize::from(risk) * 2 + asked) as u8, risk, colour, asked as i64));
                }
            }
        }
        for turn in 0..rows.len() {
            rows.rotate_left(turn);
            order(&mut rows);
            for pair in rows.windows(2) {
                let [a, b] = pair else { continue };
                assert!(a.risk.any() >= b.risk.any());
                if a.risk.any() == b.risk.any() {
                    assert!(a.colour >= b.colour);
                    assert!(a.colour > b.colour || a.course.asked <= b.course.asked);
                }
            }
        }
    }

    #[test]
    fn every_supervisee_is_listed_once_with_what_waits_and_what_was_returned() {
        let of = |name: &str, n, risk| QueueRow { counsellor: name.into(), ..row(n, risk, Colour::Grey, 1) };
        let waiting = vec![of("b", 1, true), of("a", 2, false), of("b", 3, false)];
        let queue = Queue { waiting, returned: vec![of("b", 4, true)], ..Queue::default() };
        let told: Vec<_> =
            queue.supervisees().into_iter().map(|s| (s.name, s.waiting, s.at_risk, s.returned)).collect();
        assert_eq!(told, [("a".to_owned(), 1, 0, 0), ("b".to_owned(), 2, 1, 1)]);
    }

    #[test]
    fn a_cue_stays_open_until_the_screener_that_it_opens_was_given_in_the_session_or_later() {
        let cues = [InstrumentId::from("cssrs-screener")];
        assert!(Risk::of(&cues, Timestamp(10), &[]).open_cue);
        assert!(!Risk::of(&[], Timestamp(10), &[]).any());
    }

    #[test]
    fn the_turnaround_is_the_middle_of_all_decisions_and_says_what_waits_longest() {
        let with = |turnaround: &[u64], asked: i64| Course {
            turnaround: turnaround.to_vec(),
            asked: Some(Timestamp(asked)),
            ..row(1, false, Colour::Grey, 0).course
        };
        let figures = turnaround(&[with(&[10, 30], 70), with(&[20], 50)], Timestamp(100));
        assert_eq!(
            (figures.decided, figures.median_ms, figures.longest_ms, figures.waiting_ms),
            (3, Some(20), Some(30), Some(50))
        );
        assert_eq!(turnaround(&[], Timestamp(1)), Turnaround::default());
    }
}
