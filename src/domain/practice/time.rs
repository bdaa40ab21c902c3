//! Instants and spans as data, and the days of the centre. Nothing here reads a clock or a zone: the shell passes both in.

use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use std::sync::{PoisonError, RwLock};

/// The zone in which days are counted; none before the shell has said it.
static ZONE: RwLock<Option<TimeZone>> = RwLock::new(None);
/// Korea has one zone and no summer time: the night of a centre whose zone nobody has said.
const KOREA_HOURS: i8 = 9;

/// The days of the centre: every date that is shown, counted, compared, printed or exported is a day of its time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
}

impl Calendar {
    /// The calendar of this process: the zone of the open vault's centre, else that of the workstation, else UTC.
    pub fn current() -> Self {
        let zone = ZONE.read().unwrap_or_else(PoisonError::into_inner).clone();
        Calendar { zone: zone.unwrap_or(TimeZone::UTC) }
    }

    /// A calendar of this zone.
    pub const fn of(zone: TimeZone) -> Self {
        Calendar { zone }
    }

    /// Makes it the calendar of this process. Called by the shell at its start and when a vault says its zone.
    pub fn make_current(self) {
        *ZONE.write().unwrap_or_else(PoisonError::into_inner) = Some(self.zone);
    }

    /// The day of an instant; none when it is out of range.
    pub fn day(&self, at: Timestamp) -> Option<jiff::civil::Date> {
        Some(self.zoned(at)?.date())
    }

    /// Noon of a day `YYYY-MM-DD`, which no change of clocks moves to another day; none when it is no day.
    pub fn noon(&self, day: &str) -> Option<Timestamp> {
        let day: jiff::civil::Date = day.trim().parse().ok()?;
        let noon = day.at(12, 0, 0, 0).to_zoned(self.zone.clone()).ok()?;
        Some(Timestamp(noon.timestamp().as_millisecond()))
    }

    /// The instant of a day and a time of day; where clocks change the one that most calendars take.
    pub fn instant(&self, day: jiff::civil::Date, time: jiff::civil::Time) -> Option<Timestamp> {
        let at = day.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
        Some(Timestamp(at.timestamp().as_millisecond()))
    }

    /// Years, months and days after an instant, at the same time of day where the day has it; the end of time where
    /// there is none.
    pub fn after(&self, at: Timestamp, span: jiff::Span) -> Timestamp {
        let end = self.zoned(at).and_then(|z| z.checked_add(span).ok());
        Timestamp(end.map_or(i64::MAX, |z| z.timestamp().as_millisecond()))
    }

    /// Its zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Its name, such as `Asia/Seoul`, where it has one.
    pub fn name(&self) -> Option<&str> {
        self.zone.iana_name()
    }

    fn zoned(&self, at: Timestamp) -> Option<jiff::Zoned> {
        Some(jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(self.zone.clone()))
    }

    /// The hour of the day, 0 to 23; in Korea where no zone was said.
    pub fn hour(at: Timestamp) -> i8 {
        let said = ZONE.read().unwrap_or_else(PoisonError::into_inner).clone();
        let zone = said.unwrap_or_else(|| Offset::constant(KOREA_HOURS).to_time_zone());
        Calendar { zone }.zoned(at).map_or(12, |z| z.hour())
    }
}

/// Milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// RFC 3339 with seconds and the offset of the centre, such as `2026-11-21T18:30:00+09:00`; `Z` in UTC.
    pub fn to_rfc3339(self) -> String {
        match Calendar::current().zoned(self) {
            Some(t) if t.offset() == Offset::UTC => t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Some(t) => t.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            None => "out of range".to_owned(),
        }
    }

    /// Day and time for people, such as `2026-11-21 18:30`.
    pub fn shown(self) -> String {
        self.to_rfc3339().chars().take(16).collect::<String>().replace('T', " ")
    }

    /// The day in the centre's [`Calendar`], such as `2026-11-21`.
    pub fn date(self) -> String {
        self.to_rfc3339().chars().take(10).collect()
    }

    /// The same day as one can reckon with; none when it is out of range.
    pub fn day(self) -> Option<jiff::civil::Date> {
        Calendar::current().day(self)
    }
}

/// A stretch of session time in milliseconds from its start; `end_ms >= start_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First millisecond.
    pub start_ms: u64,
    /// One past the last millisecond.
    pub end_ms: u64,
}

impl Span {
    /// Length in milliseconds.
    pub const fn len_ms(self) -> u64 {
        self.end_ms.saturating_sub(self.start_ms)
    }
}

/// Session time as people read it: `MM:SS`, or `H:MM:SS` from one hour on.
pub fn clock(ms: u64) -> String {
    let s = ms / 1000;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{:02}:{:02}", s / 60, s % 60)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn zone(text: &str) -> Calendar {
        Calendar::of(TimeZone::get(text).unwrap())
    }

    #[test]
    fn a_day_is_that_of_the_centre_and_not_of_greenwich() {
        let day = |zone: &Calendar, text: &str| zone.day(at(text)).unwrap().to_string();
        let (seoul, york) = (zone("Asia/Seoul"), zone("America/New_York"));
        assert_eq!(day(&seoul, "2026-04-05T23:20:00Z"), "2026-04-06", "a session at 08:20 in Seoul");
        assert_eq!(day(&york, "2026-03-02T01:31:00Z"), "2026-03-01", "the evening before the birthday in New York");
        assert_eq!(day(&Calendar::of(TimeZone::UTC), "2026-04-05T23:20:00Z"), "2026-04-05");
    }

    #[test]
    fn noon_lies_on_its_day_on_nights_when_clocks_change_too() {
        for (name, day) in
            [("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"), ("Europe/Berlin", "2026-03-29")]
        {
            let zone = zone(name);
            assert_eq!(zone.day(zone.noon(day).unwrap()).unwrap().to_string(), day);
        }
        assert_eq!(zone("Asia/Seoul").noon("2026-02-30"), None);
    }

    #[test]
    fn a_month_later_is_the_same_time_of_day_across_a_change_of_clocks() {
        let york = zone("America/New_York");
        let later = york.after(at("2026-03-01T20:00:00Z"), jiff::Span::new().months(1));
        assert_eq!(later, at("2026-04-01T19:00:00Z"));
    }

    #[test]
    fn what_is_written_keeps_its_offset() {
        // The only test of this process's calendar in this file; nextest gives each test a process of its own.
        zone("Asia/Seoul").make_current();
        let session = at("2026-04-05T23:20:00Z");
        assert_eq!(session.to_rfc3339(), "2026-04-06T08:20:00+09:00");
        assert_eq!((session.date().as_str(), session.shown().as_str()), ("2026-04-06", "2026-04-06 08:20"));
        assert_eq!(Calendar::hour(session), 8);
        Calendar::of(TimeZone::UTC).make_current();
        assert_eq!(session.to_rfc3339(), "2026-04-05T23:20:00Z");
    }
}
