//! Appointments as a calendar file (iCalendar, RFC 5545), out and in. Out goes the client's code and never a name: a calendar
//! lies on telephones and servers. In come events with a time of a zone that is known here.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::appointment::{MOST_MINUTES, USUAL_MINUTES};
use crate::domain::practice::ids::{ClientCode, ClientId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::{Calendar, Timestamp};
use crate::texts::msg;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// A larger file is not a counsellor's calendar.
pub const MOST_BYTES: u64 = 4 << 20;
/// Octets of a line before it is folded (RFC 5545, 3.1).
const FOLD: usize = 75;
/// Repetitions that are followed to find the next one.
const MOST_REPEATS: u32 = 5_000;
/// Names of zones that some calendars write in the place of those of the IANA.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("Korea Standard Time", "Asia/Seoul"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("(UTC+09:00) Seoul", "Asia/Seoul"),
    ("UTC", "Etc/UTC"),
];

/// One appointment to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub client: ClientId,
    /// By which code.
    pub code: ClientCode,
    /// When.
    pub at: Timestamp,
    /// How long.
    pub minutes: u16,
    /// Where.
    pub place: Option<ClientText>,
}

/// One event as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// What its calendar calls it.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// When it begins, the next time where it repeats; none where that can not be told.
    pub at: Option<Timestamp>,
    /// How long.
    pub minutes: u16,
    /// Where.
    pub place: Option<ClientText>,
    /// It was called off.
    pub cancelled: bool,
}

/// What an event of this client is called for ever.
pub fn uid(client: ClientId) -> String {
    format!("{client}@gyeot")
}

/// Writes a calendar. The same appointments at the same moment give the same bytes.
pub fn write(entries: &[Entry], now: Timestamp, lang: Lang) -> Vec<u8> {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Gyeot//gyeot//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
    ];
    for entry in entries {
        let ends = Timestamp(entry.at.0.saturating_add(i64::from(entry.minutes) * 60_000));
        let title = msg("appointment-calendar-title").with("code", entry.code.as_str()).text(lang);
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", uid(entry.client)),
            format!("DTSTAMP:{}", utc(now)),
            format!("DTSTART:{}", utc(entry.at)),
            format!("DTEND:{}", utc(ends)),
            format!("SUMMARY:{}", escaped(&title)),
            "CLASS:PRIVATE".to_owned(),
            "STATUS:CONFIRMED".to_owned(),
        ]);
        lines.extend(entry.place.as_ref().map(|place| format!("LOCATION:{}", escaped(place.reveal()))));
        lines.push("END:VEVENT".to_owned());
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect::<String>().into_bytes()
}

fn utc(at: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    time.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn plain(text: &str) -> String {
    let (mut out, mut after) = (String::new(), false);
    for c in text.chars() {
        match (after, c) {
            (false, '\\') => after = true,
            (true, 'n' | 'N') => (after, _) = (false, out.push(' ')),
            (_, c) => (after, _) = (false, out.push(c)),
        }
    }
    out
}

/// A line with its end, broken where it is longer than the format allows, never within a letter.
fn folded(line: &str) -> String {
    let (mut out, mut width) = (String::new(), 0);
    for c in line.chars() {
        if width + c.len_utf8() > FOLD {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out + "\r\n"
}

/// One property: name, parameters, value.
struct Property<'a> {
    name: String,
    parameters: &'a str,
    value: &'a str,
}

impl<'a> Property<'a> {
    /// A colon within quotes belongs to a parameter.
    fn of(line: &'a str) -> Option<Self> {
        let mut quoted = false;
        let at = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        });
        let (head, value) = (&line[..at?.0], &line[at?.0 + 1..]);
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Property { name: name.trim().to_ascii_uppercase(), parameters, value })
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        let pairs = self.parameters.split(';').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim_matches('"')).next()
    }
}

/// A moment as it is written: a civil time, and the zone that it is of; none where the zone is not known.
fn moment(property: &Property<'_>) -> Option<(DateTime, TimeZone)> {
    let text = property.value.trim();
    let (text, zulu) = text.strip_suffix(['Z', 'z']).map_or((text, false), |text| (text, true));
    let (day, time) = text.split_once(['T', 't'])?;
    let number = |part: Option<&str>| part.and_then(|p| p.parse::<i16>().ok());
    let small = |part: Option<&str>| number(part).and_then(|n| i8::try_from(n).ok());
    let date = Date::new(number(day.get(..4))?, small(day.get(4..6))?, small(day.get(6..8))?).ok()?;
    let time = Time::new(small(time.get(..2))?, small(time.get(2..4))?, 0, 0).ok()?;
    let zone = match property.parameter("TZID") {
        _ if zulu => TimeZone::UTC,
        None => Calendar::current().zone().clone(),
        Some(name) => {
            let name = name.trim_start_matches('/');
            let known = OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, iana)| iana);
            TimeZone::get(known).ok()?
        }
    };
    Some((date.to_datetime(time), zone))
}

fn stamp((civil, zone): &(DateTime, TimeZone)) -> Option<Timestamp> {
    Some(Timestamp(civil.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
}

/// How an event repeats, as far as it is followed: every so many days or weeks, until a day or so many times.
fn next(start: &(DateTime, TimeZone), rule: &str, now: Timestamp) -> Option<Timestamp> {
    let part = |name: &str| {
        rule.split(';')
            .filter_map(|p| p.split_once('='))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    };
    let every: i64 = part("INTERVAL").map_or(Some(1), |n| n.parse().ok().filter(|n| (1..=400).contains(n)))?;
    let days = match part("FREQ")?.to_ascii_uppercase().as_str() {
        "DAILY" => every,
        "WEEKLY" => every * 7,
        _ => return None,
    };
    // More than one day of the week, or one that is not the day it begins on, is another calendar's matter.
    let weekday = start.0.date().weekday();
    let own = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][weekday.to_monday_zero_offset().unsigned_abs() as usize];
    if part("BYDAY").is_some_and(|days| !days.eq_ignore_ascii_case(own)) {
        return None;
    }
    let times: u32 = part("COUNT").map_or(Some(MOST_REPEATS), |n| n.parse().ok())?.min(MOST_REPEATS);
    let until = match part("UNTIL") {
        None => None,
        Some(text) => {
            let day = Property { name: String::new(), parameters: "", value: text };
            let whole = format!("{text}T235900");
            let all_day = Property { name: String::new(), parameters: "", value: &whole };
            Some(stamp(&moment(&day).or_else(|| moment(&all_day))?)?)
        }
    };
    for n in 0..i64::from(times) {
        let civil = start.0.checked_add((days * n).days()).ok()?;
        let at = stamp(&(civil, start.1.clone()))?;
        if until.is_some_and(|until| at > until) {
            return None;
        }
        if at.day() >= now.day() {
            return Some(at);
        }
    }
    None
}

/// Reads a calendar. What is not an event is passed over; a file that is no calendar is refused.
pub fn read(text: &str, now: Timestamp) -> Result<Vec<Event>, ErrorReport> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    // A line that begins with a blank goes on with the one before.
    let text = text.replace("\n ", "").replace("\n\t", "");
    if !text.trim_start().get(..15).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err(ErrorReport::usage(msg("appointment-no-calendar"), msg("appointment-no-calendar.hint")));
    }
    let mut events = Vec::new();
    let mut current: Option<Reading> = None;
    let mut inner = 0usize;
    for property in text.lines().filter_map(Property::of) {
        let value = property.value.trim();
        match (property.name.as_str(), &mut current) {
            ("BEGIN", None) if value.eq_ignore_ascii_case("VEVENT") => current = Some(Reading::default()),
            // An alarm within an event has properties of the same names.
            ("BEGIN", Some(_)) => inner += 1,
            ("END", Some(_)) if inner > 0 => inner -= 1,
            ("END", Some(_)) => events.extend(current.take().map(|reading| reading.event(now))),
            (_, Some(reading)) if inner == 0 => reading.take(&property),
            _ => {}
        }
    }
    Ok(events)
}

/// An event as far as it was read.
#[derive(Default)]
struct Reading {
    event: Event,
    starts: Option<(DateTime, TimeZone)>,
    ends: Option<(DateTime, TimeZone)>,
    lasts: Option<i64>,
    rule: Option<String>,
}

impl Reading {
    fn take(&mut self, property: &Property<'_>) {
        let value = property.value.trim();
        match property.name.as_str() {
            "UID" => self.event.uid = value.to_owned(),
            "SUMMARY" => self.event.title = plain(value),
            "LOCATION" => self.event.place = Some(ClientText::new(&plain(value))).filter(|p| !p.is_blank()),
            "STATUS" => self.event.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "DTSTART" => self.starts = moment(property),
            "DTEND" => self.ends = moment(property),
            "DURATION" => self.lasts = minutes(value),
            "RRULE" => self.rule = Some(value.to_owned()),
            _ => {}
        }
    }

    fn event(self, now: Timestamp) -> Event {
        let Reading { mut event, starts, ends, lasts, rule } = self;
        let first = starts.as_ref().and_then(stamp);
        let ends = ends.as_ref().and_then(stamp);
        let length = first.zip(ends).map(|(from, to)| (to.0 - from.0) / 60_000).or(lasts);
        let length = length.and_then(|n| u16::try_from(n).ok()).filter(|n| (1..=MOST_MINUTES).contains(n));
        event.minutes = length.unwrap_or(USUAL_MINUTES);
        event.at = match (&starts, rule) {
            (Some(starts), Some(rule)) => next(starts, &rule, now),
            _ => first,
        };
        event
    }
}

/// `PT1H30M` in minutes.
fn minutes(text: &str) -> Option<i64> {
    let span: jiff::Span = text.parse().ok()?;
    Some(i64::from(span.get_hours()) * 60 + span.get_minutes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 2026-11-28T03:00:00Z.
    const NOW: Timestamp = Timestamp(1_795_834_800_000);

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn entry(place: &str) -> Entry {
        Entry {
            client: ClientId([7; 16]),
            code: ClientCode::from("C-0417"),
            at: at("2026-12-01T05:00:00Z"),
            minutes: 50,
            place: (!place.is_empty()).then(|| ClientText::new(place)),
        }
    }

    fn calendar(lines: &str) -> Vec<Event> {
        read(&format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"), NOW).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back_the_same_and_names_nobody() {
        let place = "2층, 상담실; \\가\\ 아주 긴 이름의 방이라 줄이 넘어가야 하는 곳의 안쪽 두 번째 문 옆";
        let bytes = write(&[entry(place)], NOW, Lang::Ko);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        let [event] = &read(&text, NOW).unwrap()[..] else { unreachable!("one was written") };
        assert_eq!(event.uid, uid(ClientId([7; 16])));
        assert_eq!((event.at, event.minutes, event.cancelled), (Some(at("2026-12-01T05:00:00Z")), 50, false));
        assert_eq!(event.place.as_ref().unwrap().reveal(), place);
        assert!(event.title.contains("C-0417"));
    }

    #[test]
    fn times_of_zones_are_those_instants_and_unknown_zones_are_not_guessed() {
        let start = |line: &str| calendar(&format!("SUMMARY:C-0417\r\n{line}"))[0].at;
        assert_eq!(start("DTSTART;TZID=Asia/Seoul:20261201T140000"), Some(at("2026-12-01T05:00:00Z")));
        assert_eq!(start("DTSTART;TZID=\"Korea Standard Time\":20261201T140000"), Some(at("2026-12-01T05:00:00Z")));
        assert_eq!(start("DTSTART:20261201T050000Z"), Some(at("2026-12-01T05:00:00Z")));
        for line in ["DTSTART;TZID=Mars/Olympus:20261201T140000", "DTSTART;VALUE=DATE:20261201", "DTSTART:soon", "X:1"]
        {
            assert_eq!(start(line), None, "{line}");
        }
    }

    #[test]
    fn of_what_repeats_each_week_the_next_time_counts() {
        let next = |rule: &str| calendar(&format!("DTSTART;TZID=Asia/Seoul:20261103T140000\r\nRRULE:{rule}"))[0].at;
        assert_eq!(next("FREQ=WEEKLY"), Some(at("2026-12-01T05:00:00Z")));
        assert_eq!(next("FREQ=WEEKLY;BYDAY=TU"), Some(at("2026-12-01T05:00:00Z")));
        assert_eq!(next("FREQ=WEEKLY;INTERVAL=2"), Some(at("2026-12-01T05:00:00Z")));
        assert_eq!(next("FREQ=WEEKLY;COUNT=2"), None, "over");
        assert_eq!(next("FREQ=WEEKLY;UNTIL=20261110"), None, "over");
        for rule in ["FREQ=MONTHLY", "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=WEEKLY;INTERVAL=0", "nonsense"] {
            assert_eq!(next(rule), None, "{rule}");
        }
    }

    #[test]
    fn an_alarm_within_an_event_is_not_the_event_and_a_cancelled_one_says_so() {
        let lines = "DTSTART:20261201T050000Z\r\nDURATION:PT1H30M\r\nSTATUS:CANCELLED\r\nBEGIN:VALARM\r\nSUMMARY:x\r\nDURATION:PT5M\r\nEND:VALARM\r\nSUMMARY:C-1\r\n  folded";
        let [event] = &calendar(lines)[..] else { unreachable!("one was written") };
        assert_eq!((event.minutes, event.cancelled, event.title.as_str()), (90, true, "C-1 folded"));
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        for text in ["", "hello", "BEGIN:VCARD\r\nEND:VCARD\r\n", "가나다라마바사아자차카타파하"] {
            assert!(read(text, NOW).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,200}", lines in "[A-Z:;=0-9T\\n ]{0,200}") {
            let _ = read(&text, NOW);
            let _ = calendar(&format!("{lines}\nDTSTART:{text}\nRRULE:{text}\nDURATION:{text}"));
        }
    }
}
