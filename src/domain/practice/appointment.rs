//! The next appointment of a client: when, how long, where. One for each client; a calendar is another program's matter. Pure:
//! the day and the zone are passed in. Also days and times as people write them for what is to come.

use crate::domain::practice::schedule;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::{Calendar, Timestamp};
use crate::texts::{Message, msg};
use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

/// The schema name written into every appointment.
pub const SCHEMA: &str = "gyeot.appointment/1";
/// Minutes of a session, as most centres here count them.
pub const USUAL_MINUTES: u16 = 50;
/// The longest: a day's workshop.
pub const MOST_MINUTES: u16 = 720;
/// Longest place in characters.
pub const MOST_PLACE: usize = 120;

/// The next appointment of one client. The newest holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// When; none where it was called off.
    pub at: Option<Timestamp>,
    /// How long, in minutes, from 1 to [`MOST_MINUTES`].
    pub minutes: u16,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<ClientText>,
    /// When it was set.
    pub set_at: Timestamp,
}

impl Appointment {
    /// When it ends; none where it was called off.
    pub fn ends(&self) -> Option<Timestamp> {
        self.at.map(|at| Timestamp(at.0.saturating_add(i64::from(self.minutes) * 60_000)))
    }

    /// True from when it is set until the end of its day: who comes late is still looked for.
    pub fn stands(&self, now: Timestamp) -> bool {
        self.at.is_some_and(|at| at.day() >= now.day())
    }

    /// `14:00–14:50`, in the centre's zone; nothing where it was called off.
    pub fn hours(&self) -> String {
        match (self.at, self.ends()) {
            (Some(at), Some(ends)) => format!("{}–{}", time_of(at), time_of(ends)),
            _ => String::new(),
        }
    }

    /// Day with its weekday, hours and place.
    pub fn message(&self) -> Message {
        let Some(at) = self.at else { return msg("appointment-called-off") };
        let place = self.place.as_ref().map_or_else(String::new, |place| format!(" · {}", place.reveal()));
        msg("appointment-line").with("day", day_message(at)).with("hours", self.hours()).with("place", place)
    }
}

/// `14:00`, in the centre's zone.
pub fn time_of(at: Timestamp) -> String {
    at.shown().chars().skip(11).collect()
}

/// A day with its weekday.
pub fn day_message(at: Timestamp) -> Message {
    let weekday = at.day().map_or(Weekday::Monday, |day| day.weekday());
    msg("appointment-day").with("date", at.date()).with("weekday", weekday_message(weekday))
}

const fn weekday_message(weekday: Weekday) -> Message {
    match weekday {
        Weekday::Monday => msg("weekday-monday"),
        Weekday::Tuesday => msg("weekday-tuesday"),
        Weekday::Wednesday => msg("weekday-wednesday"),
        Weekday::Thursday => msg("weekday-thursday"),
        Weekday::Friday => msg("weekday-friday"),
        Weekday::Saturday => msg("weekday-saturday"),
        Weekday::Sunday => msg("weekday-sunday"),
    }
}

/// Days that have a word, by how many days from today.
const NEAR: [(&str, i64); 10] = [
    ("오늘", 0),
    ("today", 0),
    ("내일", 1),
    ("tomorrow", 1),
    ("모레", 2),
    ("내일모레", 2),
    ("글피", 3),
    ("다음주", 7),
    ("nextweek", 7),
    ("일주일뒤", 7),
];
/// Weekdays as they are written, Monday first.
const WEEKDAYS: [[&str; 4]; 7] = [
    ["월", "월요일", "mon", "monday"],
    ["화", "화요일", "tue", "tuesday"],
    ["수", "수요일", "wed", "wednesday"],
    ["목", "목요일", "thu", "thursday"],
    ["금", "금요일", "fri", "friday"],
    ["토", "토요일", "sat", "saturday"],
    ["일", "일요일", "sun", "sunday"],
];
/// "Of the next week", before a weekday.
const NEXT_WEEK: [&str; 2] = ["다음주", "next"];
/// After a number of weeks or days from today.
const WEEKS_ON: [&str; 3] = ["주뒤", "주후", "w"];
const DAYS_ON: [&str; 3] = ["일뒤", "일후", "d"];
/// A date far in the future is a slip of the keyboard.
const MOST_DAYS: i64 = 3 * 366;

fn weekday(word: &str) -> Option<i64> {
    WEEKDAYS.iter().position(|names| names.contains(&word)).and_then(|at| i64::try_from(at).ok())
}

/// The day of an appointment as people write it: a date, `12/3`, `내일`, `화`, `다음주 화`, `2주 뒤`, `+14`. A weekday alone is the
/// next one after today. None where no day is meant, or one before today.
pub fn day(text: &str, today: Date) -> Option<Date> {
    let said: String = text.to_lowercase().split_whitespace().collect();
    let from_monday = i64::from(today.weekday().to_monday_zero_offset());
    let ahead = |days: i64| -> Option<Date> {
        (0..=MOST_DAYS).contains(&days).then(|| today.checked_add(days.days()).ok()).flatten()
    };
    if let Some((_, days)) = NEAR.iter().find(|(word, _)| *word == said) {
        return ahead(*days);
    }
    if let Some(day) = weekday(&said) {
        let days = (day - from_monday).rem_euclid(7);
        return ahead(if days == 0 { 7 } else { days });
    }
    if let Some(day) = NEXT_WEEK.iter().find_map(|next| said.strip_prefix(next)).and_then(weekday) {
        return ahead(7 - from_monday + day);
    }
    let counted = |ends: &[&str]| -> Option<i64> { ends.iter().find_map(|e| said.strip_suffix(e))?.parse().ok() };
    if let Some(weeks) = counted(&WEEKS_ON) {
        return ahead(weeks.checked_mul(7)?);
    }
    if let Some(days) = counted(&DAYS_ON) {
        return ahead(days);
    }
    if let Some(days) = said.strip_prefix('+') {
        return ahead(days.parse().ok()?);
    }
    let date = schedule::written(text).or_else(|| of_this_century(text)).or_else(|| month_and_day(text, today))?;
    (date >= today && (date - today).get_days() >= 0 && date <= ahead(MOST_DAYS)?).then_some(date)
}

/// `26.12.3`: a day to come has a year of this century.
fn of_this_century(text: &str) -> Option<Date> {
    let (year, rest) = text.trim().split_once(['.', '-', '/'])?;
    let short = year.len() == 2 && year.bytes().all(|b| b.is_ascii_digit());
    if short { schedule::written(&format!("20{year}.{rest}")) } else { None }
}

/// `12/3`, `12.3`, `12-3`, `12월 3일`: the next such day.
fn month_and_day(text: &str, today: Date) -> Option<Date> {
    let apart = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '월' | '일');
    let parts: Vec<i8> = text.split(apart).filter(|p| !p.is_empty()).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let [month, day] = parts[..] else { return None };
    let of = |year: i16| Date::new(year, month, day).ok();
    of(today.year()).filter(|date| *date >= today).or_else(|| of(today.year() + 1))
}

/// A time of day as people write it: `14:00`, `1400`, `14시 30분`, `오후 2시`, `2:30 pm`. Without a half of the day it is the hour
/// that is written.
pub fn time(text: &str) -> Option<Time> {
    let said: String = text.to_lowercase().split_whitespace().collect();
    let (late, rest) = match (said.strip_prefix("오후"), said.strip_suffix("pm")) {
        (Some(rest), _) | (None, Some(rest)) => (Some(true), rest),
        _ => match (said.strip_prefix("오전"), said.strip_suffix("am")) {
            (Some(rest), _) | (None, Some(rest)) => (Some(false), rest),
            _ => (None, said.as_str()),
        },
    };
    let half = rest.ends_with("시반");
    let rest = rest.trim_end_matches('반');
    let parts: Vec<&str> = rest.split([':', '.', '시', '분', 'h']).filter(|p| !p.is_empty()).collect();
    if !parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let (hour, minute): (i8, i8) = match parts[..] {
        [all] if matches!(all.len(), 3 | 4) => {
            let (hour, minute) = all.split_at(all.len() - 2);
            (hour.parse().ok()?, minute.parse().ok()?)
        }
        [hour] if hour.len() <= 2 => (hour.parse().ok()?, if half { 30 } else { 0 }),
        [hour, minute] if hour.len() <= 2 && minute.len() <= 2 => (hour.parse().ok()?, minute.parse().ok()?),
        _ => return None,
    };
    let hour = match late {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(late) => hour % 12 + if late { 12 } else { 0 },
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// The instant of a day and time in the centre's zone.
pub fn instant(day: Date, time: Time) -> Option<Timestamp> {
    Calendar::current().instant(day, time)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A Saturday.
    fn today() -> Date {
        Date::constant(2026, 11, 28)
    }

    #[test]
    fn a_day_to_come_is_read_as_people_write_it() {
        for (text, meant) in [
            ("2026-12-01", "2026-12-01"),
            ("26.12.1", "2026-12-01"),
            ("12/1", "2026-12-01"),
            ("12월 1일", "2026-12-01"),
            ("1.5", "2027-01-05"),
            ("오늘", "2026-11-28"),
            ("내일", "2026-11-29"),
            ("모레", "2026-11-30"),
            ("tomorrow", "2026-11-29"),
            ("화", "2026-12-01"),
            ("화요일", "2026-12-01"),
            ("Tue", "2026-12-01"),
            ("토", "2026-12-05"),
            ("다음주 화", "2026-12-01"),
            ("다음 주 토요일", "2026-12-05"),
            ("next monday", "2026-11-30"),
            ("2주 뒤", "2026-12-12"),
            ("3일 뒤", "2026-12-01"),
            ("+7", "2026-12-05"),
        ] {
            assert_eq!(day(text, today()).map(|d| d.to_string()).as_deref(), Some(meant), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_or_a_day_gone_by_is_refused() {
        for text in [
            "",
            "2026-11-27",
            "13/40",
            "어제",
            "2099-01-01",
            "화화",
            "+9999",
            "+-1",
            "99999주 뒤",
            "2.30",
            "1990-03-15",
        ] {
            assert_eq!(day(text, today()), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_read_as_people_write_it_and_never_guessed() {
        for (text, meant) in [
            ("14:00", "14:00:00"),
            ("1400", "14:00:00"),
            ("930", "09:30:00"),
            ("14시", "14:00:00"),
            ("14시 30분", "14:30:00"),
            ("오후 2시", "14:00:00"),
            ("오후 2시 반", "14:30:00"),
            ("오전 12시", "00:00:00"),
            ("오후 12:10", "12:10:00"),
            ("2:30 pm", "14:30:00"),
            ("9", "09:00:00"),
        ] {
            assert_eq!(time(text).map(|t| t.to_string()).as_deref(), Some(meant), "{text}");
        }
        for text in ["", "25:00", "14:60", "오후 14시", "noon", "1:2:3", "-1", "12345", "반"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,24}") {
            let _ = (day(&text, today()), time(&text));
        }
    }
}
