//! Time zones of this workstation and by name (IANA), from the system's own table.

use crate::domain::practice::time::Calendar;
use jiff::tz::TimeZone;

/// The zone of this workstation, as its settings or `TZ` say.
pub fn of_workstation() -> TimeZone {
    TimeZone::system()
}

/// The name of this workstation's zone, where it has one.
pub fn name_of_workstation() -> Option<String> {
    of_workstation().iana_name().filter(|n| *n != "Etc/Unknown").map(str::to_owned)
}

/// The zone of this name, such as `Asia/Seoul`.
pub fn named(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// From now on days are those of this zone, when it is known here; what held before stays otherwise.
pub fn count_days_in(name: Option<&str>) {
    if let Some(zone) = name.and_then(named) {
        Calendar::of(zone).make_current();
    }
}
