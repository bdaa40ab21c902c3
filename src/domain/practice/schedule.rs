//! When an instrument is to be given again to a client, and what of it is due on a day. Pure: the day, the givings and
//! the sessions are passed in. Giving the instrument is what clears it; nothing here sends a reminder.

use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::texts::{Message, msg};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The schema name written into every schedule.
pub const SCHEMA: &str = "gyeot.schedule/1";
/// The longest interval: beyond two years a date says it better.
const MOST_WEEKS: u32 = 104;
/// How people write "at each session".
const SESSION_WORDS: [&str; 6] = ["session", "eachsession", "매회기", "회기마다", "매회", "회기"];
/// What stands behind a number of weeks, the longer first.
const WEEK_WORDS: [&str; 11] =
    ["주에한번씩", "주일마다", "주에한번", "주에1번", "주에1회", "주마다", "주일", "주", "weeks", "week", "w"];
/// What stands behind a number of months, the longer first.
const MONTH_WORDS: [&str; 8] = ["개월에한번", "달에한번", "개월마다", "달마다", "개월", "달", "months", "month"];
/// One word for an interval, and its weeks.
const INTERVALS: [(&str, u32); 9] = [
    ("매월", 4),
    ("격주", 2),
    ("격주로", 2),
    ("weekly", 1),
    ("biweekly", 2),
    ("fortnightly", 2),
    ("everyotherweek", 2),
    ("monthly", 4),
    ("quarterly", 13),
];
/// Numbers as people write them before a week or a month.
const COUNTS: [(&str, u32); 2] = [("매", 1), ("한", 1)];

/// A month in weeks: a year has 52 of them.
const fn weeks_of(months: u32) -> u32 {
    (months.saturating_mul(52) + 6) / 12
}

/// A day of a plan: two digits are a year of this century.
pub fn written(text: &str) -> Option<Date> {
    crate::domain::practice::written_day::day(text, Date::new(2099, 12, 31).ok()?)
}

/// How often an instrument is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Every {
    /// So many weeks after the last giving.
    Weeks {
        /// From 1 to 104.
        weeks: u32,
    },
    /// Once for each session.
    Session,
    /// At these dates.
    Dates {
        /// The days, earliest first.
        dates: Vec<Date>,
    },
}

impl std::str::FromStr for Every {
    type Err = Message;

    /// `2w`, `2주마다`, `every 2 weeks`, `격주`, `monthly`, `session`, `매회기`, or dates `2026-12-01,2027-03-01`.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let said: String = s.to_lowercase().split_whitespace().collect();
        let each = ["every", "each"].iter().find_map(|word| said.strip_prefix(word));
        let bare = each.unwrap_or(&said);
        if SESSION_WORDS.contains(&said.as_str()) || bare == "session" {
            return Ok(Every::Session);
        }
        let counted = |text: &str| match (text, each) {
            ("", Some(_)) => Some(1),
            _ => COUNTS.iter().find(|(word, _)| *word == text).map(|(_, n)| *n).or_else(|| text.parse().ok()),
        };
        let of = |words: &[&str]| words.iter().find_map(|word| bare.strip_suffix(word)).map(counted);
        let named = INTERVALS.iter().find(|(word, _)| *word == said).map(|(_, weeks)| Some(*weeks));
        if let Some(weeks) = named.or_else(|| of(&MONTH_WORDS).map(|n| n.map(weeks_of))).or_else(|| of(&WEEK_WORDS)) {
            let weeks = weeks.filter(|w| (1..=MOST_WEEKS).contains(w));
            return weeks
                .map(|weeks| Every::Weeks { weeks })
                .ok_or(msg("practice-schedule-weeks-go-1w-w").shown("n", MOST_WEEKS));
        }
        let dates: Option<Vec<Date>> = s.split(',').map(written).collect();
        let mut dates = dates.ok_or(msg("practice-schedule-say-2w-session-dates-yyyy"))?;
        dates.sort_unstable();
        dates.dedup();
        Ok(Every::Dates { dates })
    }
}

impl std::fmt::Display for Every {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Every::Weeks { weeks } => write!(f, "{weeks}w"),
            Every::Session => f.write_str("session"),
            Every::Dates { dates } => {
                let dates: Vec<String> = dates.iter().map(Date::to_string).collect();
                f.write_str(&dates.join(","))
            }
        }
    }
}

impl Every {
    /// As a person of this language types it; it reads back as the same.
    pub fn typed(&self, lang: Lang) -> String {
        match (self, lang) {
            (Every::Weeks { weeks }, Lang::Ko) => format!("{weeks}주"),
            (Every::Weeks { weeks: 1 }, Lang::En) => "1 week".to_owned(),
            (Every::Weeks { weeks }, Lang::En) => format!("{weeks} weeks"),
            (Every::Session, Lang::Ko) => "매회기".to_owned(),
            (Every::Session, Lang::En) => "each session".to_owned(),
            (Every::Dates { .. }, _) => self.to_string(),
        }
    }

    /// In words of the language.
    pub fn say(&self, lang: Lang) -> String {
        let every = match self {
            Every::Weeks { weeks: 1 } => msg("every-week"),
            Every::Weeks { weeks } => msg("every-weeks").with("n", weeks),
            Every::Session => msg("every-session"),
            Every::Dates { dates } => msg("every-set-dates").with("n", dates.len()),
        };
        every.text(lang)
    }
}

/// One instrument's schedule of one client. The newest of an instrument holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Id of the instrument.
    pub instrument: InstrumentId,
    /// How often; none when it was stopped.
    pub every: Option<Every>,
    /// First day on which it is due.
    pub from: Date,
    /// Last day, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// When it was set.
    pub set_at: Timestamp,
}

/// Whether an instrument is due on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum DueState {
    /// Since so many days.
    Overdue {
        /// Days since it was due, from 1.
        days: i32,
    },
    /// Due today.
    Due,
    /// Due on a later day.
    Later {
        /// Day on which it is due.
        on: Date,
    },
    /// When the next session begins.
    NextSession,
}

impl DueState {
    /// True when it wants to be given now.
    pub const fn is_due(self) -> bool {
        matches!(self, DueState::Due | DueState::Overdue { .. })
    }

    /// In words of the language.
    pub fn say(self, lang: Lang) -> String {
        let due = match self {
            DueState::Overdue { days } => msg("due-overdue").with("n", days),
            DueState::Due => msg("practice-schedule-due-today"),
            DueState::Later { on } => msg("due-later").shown("on", on),
            DueState::NextSession => msg("practice-schedule-next-session"),
        };
        due.text(lang)
    }

    /// The most pressing first.
    fn rank(self) -> (u8, i32) {
        match self {
            DueState::Overdue { days } => (0, -days),
            DueState::Due => (1, 0),
            DueState::NextSession => (2, 0),
            DueState::Later { .. } => (3, 0),
        }
    }
}

/// One schedule and whether it is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Id of the instrument.
    pub instrument: InstrumentId,
    /// How often it is given.
    pub every: Every,
    /// Whether and when it is due.
    #[serde(flatten)]
    pub standing: DueState,
}

impl Schedule {
    /// Whether it is due today; none when it was stopped or is over. Only givings from its first day on count. A giving
    /// on the day of a session, before or after it, is that session's.
    pub fn standing(&self, given: &[Date], sessions: &[Date], today: Date) -> Option<DueState> {
        let every = self.every.as_ref()?;
        if self.until.is_some_and(|until| today > until) {
            return None;
        }
        let last = given.iter().filter(|d| **d >= self.from).max().copied();
        let on = match every {
            Every::Weeks { weeks } => match last {
                Some(last) => last.checked_add(i64::from(*weeks).weeks()).ok()?,
                None => self.from,
            },
            Every::Session => {
                let held = sessions.iter().filter(|d| **d >= self.from && **d <= today).max().copied();
                match held {
                    Some(held) if last.is_none_or(|l| l < held) => held,
                    _ => return Some(DueState::NextSession),
                }
            }
            Every::Dates { dates } => {
                *dates.iter().filter(|d| **d >= self.from).find(|d| last.is_none_or(|l| l < **d))?
            }
        };
        if self.until.is_some_and(|until| on > until) {
            return None;
        }
        let days = on.until(today).map_or(0, |span| span.get_days());
        Some(match days {
            0 => DueState::Due,
            1.. => DueState::Overdue { days },
            _ => DueState::Later { on },
        })
    }
}

/// What is due of a client's schedules, the most pressing first. `given` and `sessions` are days.
pub fn due<'a>(
    schedules: impl Iterator<Item = &'a Schedule>,
    given: impl Fn(&InstrumentId) -> Vec<Date>,
    sessions: &[Date],
    today: Date,
) -> Vec<Due> {
    let mut all: Vec<Due> = schedules
        .filter_map(|s| {
            let standing = s.standing(&given(&s.instrument), sessions, today)?;
            Some(Due { instrument: s.instrument.clone(), every: s.every.clone()?, standing })
        })
        .collect();
    all.sort_by(|a, b| (a.standing.rank(), &a.instrument).cmp(&(b.standing.rank(), &b.instrument)));
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn schedule(every: &str) -> Schedule {
        Schedule {
            schema: SCHEMA.to_owned(),
            instrument: "phq-9".into(),
            every: Some(every.parse().unwrap()),
            from: date(2026, 11, 2),
            until: Some(date(2027, 1, 31)),
            set_at: Timestamp(0),
        }
    }

    #[test]
    fn an_interval_is_read_as_people_write_it() {
        for text in ["2w", "2W", "2주", "2 주", "2주마다", "2 weeks", "2week"] {
            assert_eq!(text.parse(), Ok(Every::Weeks { weeks: 2 }), "{text}");
        }
        assert_eq!("매주".parse(), Ok(Every::Weeks { weeks: 1 }));
        for text in ["session", "each session", "매회기", "매 회기", "회기마다"] {
            assert_eq!(text.parse(), Ok(Every::Session), "{text}");
        }
        let days = ["2026-12-01", "2027-03-01"].map(|d| d.parse().unwrap_or_default()).to_vec();
        for text in ["2026-12-01,2027-03-01", "2027.3.1, 2026.12.1", "261201,270301", "2026년 12월 1일, 2027년 3월 1일"]
        {
            assert_eq!(text.parse(), Ok(Every::Dates { dates: days.clone() }), "{text}");
        }
        for text in ["", "0w", "주", "0주", "200주", "두 주", "soon", "12-01"] {
            assert!(text.parse::<Every>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_two_weeks_counts_from_the_first_day_and_then_from_the_last_giving() {
        let s = schedule("2w");
        let given = [date(2026, 11, 4)];
        assert_eq!(s.standing(&[], &[], date(2026, 11, 1)), Some(DueState::Later { on: date(2026, 11, 2) }));
        assert_eq!(s.standing(&[], &[], date(2026, 11, 2)), Some(DueState::Due));
        assert_eq!(s.standing(&[], &[], date(2026, 11, 5)), Some(DueState::Overdue { days: 3 }));
        assert_eq!(s.standing(&given, &[], date(2026, 11, 17)), Some(DueState::Later { on: date(2026, 11, 18) }));
        assert_eq!(s.standing(&given, &[], date(2026, 11, 18)), Some(DueState::Due));
    }

    #[test]
    fn a_giving_before_the_first_day_does_not_count_and_after_the_last_day_nothing_is_due() {
        let s = schedule("1w");
        assert_eq!(s.standing(&[date(2026, 11, 1)], &[], date(2026, 11, 2)), Some(DueState::Due));
        assert_eq!(s.standing(&[], &[], date(2027, 2, 1)), None);
        assert_eq!(s.standing(&[date(2027, 1, 30)], &[], date(2027, 1, 31)), None);
    }

    #[test]
    fn each_session_is_due_from_the_day_of_a_session_until_it_was_given_on_that_day_or_later() {
        let s = schedule("session");
        let sessions = [date(2026, 11, 3), date(2026, 11, 10)];
        assert_eq!(s.standing(&[], &[], date(2026, 11, 2)), Some(DueState::NextSession));
        assert_eq!(s.standing(&[], &sessions[..1], date(2026, 11, 3)), Some(DueState::Due));
        let given = [date(2026, 11, 3)];
        assert_eq!(s.standing(&given, &sessions[..1], date(2026, 11, 9)), Some(DueState::NextSession));
        assert_eq!(s.standing(&given, &sessions, date(2026, 11, 12)), Some(DueState::Overdue { days: 2 }));
    }

    #[test]
    fn set_dates_are_due_one_after_the_other_and_a_giving_covers_all_before_it() {
        let s = schedule("2026-12-01, 2026-11-10");
        assert_eq!(s.standing(&[], &[], date(2026, 11, 10)), Some(DueState::Due));
        assert_eq!(
            s.standing(&[date(2026, 11, 12)], &[], date(2026, 11, 12)),
            Some(DueState::Later { on: date(2026, 12, 1) })
        );
        assert_eq!(s.standing(&[date(2026, 12, 1)], &[], date(2026, 12, 2)), None);
    }

    #[test]
    fn a_stopped_schedule_is_never_due() {
        let stopped = Schedule { every: None, ..schedule("1w") };
        assert_eq!(stopped.standing(&[], &[], date(2026, 12, 1)), None);
    }

    #[test]
    fn what_is_written_is_read_again_and_nonsense_is_refused() {
        for said in ["1w", "104w", "session", "2026-12-01,2027-03-01"] {
            assert_eq!(said.parse::<Every>().unwrap().to_string(), said);
        }
        for bad in ["", "0w", "105w", "w", "2m", "monday", "2026-13-01", "2026-12-01,"] {
            assert!(bad.parse::<Every>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_interval_is_read_as_people_write_it_and_typed_back_in_both_languages() {
        let weeks = |n: u32| Every::Weeks { weeks: n };
        for (said, every) in [
            ("2주", weeks(2)),
            ("2주마다", weeks(2)),
            ("2 주에 한 번", weeks(2)),
            ("매주", weeks(1)),
            ("한 주", weeks(1)),
            ("격주", weeks(2)),
            ("매월", weeks(4)),
            ("한 달에 한 번", weeks(4)),
            ("3개월", weeks(13)),
            ("매회기", Every::Session),
            ("회기마다", Every::Session),
            ("weekly", weeks(1)),
            ("every week", weeks(1)),
            ("Every 2 weeks", weeks(2)),
            ("every other week", weeks(2)),
            ("fortnightly", weeks(2)),
            ("monthly", weeks(4)),
            ("every 3 months", weeks(13)),
            ("each session", Every::Session),
            ("every session", Every::Session),
        ] {
            assert_eq!(said.parse::<Every>(), Ok(every.clone()), "{said}");
            for lang in [Lang::Ko, Lang::En] {
                assert_eq!(every.typed(lang).parse::<Every>(), Ok(every.clone()), "{said}");
            }
        }
        for bad in ["week", "months", "0주", "0 months", "99개월", "every", "매", "주"] {
            assert!(bad.parse::<Every>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_most_overdue_stands_first() {
        let other = Schedule { instrument: "gad-7".into(), from: date(2026, 10, 1), ..schedule("1w") };
        let both = [schedule("1w"), other];
        let found = due(both.iter(), |_| Vec::new(), &[], date(2026, 11, 3));
        assert_eq!(found[0].instrument.as_str(), "gad-7");
        assert_eq!(found[1].standing, DueState::Overdue { days: 1 });
    }
}
