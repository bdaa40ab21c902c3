//! Hours of supervision as CSV for a certificate: one meeting a line, RFC 4180. No client stands in it.

use crate::domain::review::hours::SupervisionHours;
use crate::formats::score_csv::cell;

/// The columns, in order; new ones are only ever added at the end.
pub const COLUMNS: &str = "member,date,minutes,setting,with";

/// A line for each meeting, after a line of columns; the names are those of who keeps it and of the other.
pub fn write<'a>(member: &str, rows: impl Iterator<Item = (&'a SupervisionHours, &'a str)>) -> String {
    let mut out = format!("{COLUMNS}\r\n");
    for (hours, with) in rows {
        let minutes = hours.minutes.to_string();
        let cells = [member, &hours.date, &minutes, hours.setting.word(), with];
        out.push_str(&cells.map(cell).join(","));
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::hours::Setting;

    #[test]
    fn a_name_with_a_comma_is_quoted_and_one_like_a_formula_is_made_safe() {
        let hours = SupervisionHours { date: "2026-11-02".into(), minutes: 50, setting: Setting::Group, with: None };
        let text = write("Lee, Ann", std::iter::once((&hours, "=1+1")));
        assert_eq!(text.lines().nth(1), Some("\"Lee, Ann\",2026-11-02,50,group,'=1+1"));
    }
}
