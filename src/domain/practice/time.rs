//! Instants and spans as data. Nothing here reads a clock: the shell passes the time in.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// RFC 3339 in UTC with seconds, such as `2026-11-21T09:30:00Z`.
    pub fn to_rfc3339(self) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(t) => t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Err(_) => "out of range".to_owned(),
        }
    }

    /// The UTC calendar date, such as `2026-11-21`.
    pub fn date(self) -> String {
        self.to_rfc3339().chars().take(10).collect()
    }

    /// The UTC calendar date as one can reckon with; none when it is out of range.
    pub fn day(self) -> Option<jiff::civil::Date> {
        let instant = jiff::Timestamp::from_millisecond(self.0).ok()?;
        Some(instant.to_zoned(jiff::tz::TimeZone::UTC).date())
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
