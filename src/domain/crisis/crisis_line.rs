//! Crisis channels and how far they can be trusted: a number is verified when a person checked it, else unverified
//! since it was entered. Dials nothing, and reads no clock: today's date comes in.

use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Whether it is called or gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A number to call.
    Phone,
    /// A place; its number is the centre's own to add.
    Place,
}

/// A number to call or a place to go to in a crisis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrisisLine {
    /// Unique in the file.
    pub id: String,
    /// The number as it is dialled; absent only for a place.
    #[serde(default)]
    pub number: Option<String>,
    /// Whether it is called or gone to.
    pub kind: Kind,
    /// Shown first when life may be in danger.
    pub urgent: bool,
    /// ISO 8601 date of entry.
    pub entered_on: String,
    /// ISO 8601 date on which a person checked it; absent when nobody did.
    #[serde(default)]
    pub checked_on: Option<String>,
    /// Its text in Korean.
    pub ko: LineText,
    /// Its text in English.
    pub en: LineText,
}

/// The words of a channel in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineText {
    /// Name of the service.
    pub name: String,
    /// Opening hours, as the service publishes them.
    pub hours: String,
    /// What it is for.
    pub use_for: String,
}

/// How far a channel can be trusted on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Checked by a person on this date, and not too long ago.
    Checked(String),
    /// Checked on this date, which is too long ago.
    Due(String),
    /// Never checked; entered on this date.
    UnverifiedSince(String),
}

impl Trust {
    /// In words, with the date.
    pub fn message(&self) -> Message {
        match self {
            Trust::Checked(on) => msg("crisis-line-checked").with("on", on),
            Trust::Due(on) => msg("crisis-line-due").with("on", on),
            Trust::UnverifiedSince(on) => msg("crisis-line-unverified").with("on", on),
        }
    }
}

impl CrisisLine {
    /// The words of this language.
    pub const fn text(&self, lang: Lang) -> &LineText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }

    /// What is dialled and who answers; a name that begins with its number stands alone.
    pub fn called(&self, lang: Lang) -> String {
        let name = &self.text(lang).name;
        match &self.number {
            Some(number) if !name.starts_with(number.as_str()) => format!("{number} {name}"),
            _ => name.clone(),
        }
    }

    /// How far it can be trusted on `today` (ISO 8601), when a check holds for `days`.
    /// A check dated after today, or an unreadable today, counts as due.
    pub fn standing(&self, today: &str, days: u16) -> Trust {
        let Some(checked) = &self.checked_on else {
            return Trust::UnverifiedSince(self.entered_on.clone());
        };
        let age = (date(checked), date(today));
        match age {
            (Some(then), Some(now))
                if (0..=i32::from(days)).contains(&then.until(now).map_or(-1, |s| s.get_days())) =>
            {
                Trust::Checked(checked.clone())
            }
            _ => Trust::Due(checked.clone()),
        }
    }
}

fn date(text: &str) -> Option<jiff::civil::Date> {
    text.parse().ok()
}

/// The file of all channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrisisLines {
    /// Counts up with every change.
    pub version: String,
    /// Days for which a check holds.
    pub check_every_days: u16,
    /// In the order of the file.
    pub lines: Vec<CrisisLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    check_every_days: u16,
    line: Vec<Spanned<CrisisLine>>,
}

/// Reads the file of channels and checks it. The flaw names line and key.
pub fn parse(text: &str) -> Result<CrisisLines, Flaw> {
    let file: File = read_toml(text, 0)?;
    let mut seen = std::collections::HashSet::new();
    for line in &file.line {
        let at = line_of(text, line.span().start);
        let line = line.get_ref();
        if !is_kebab(&line.id) || !seen.insert(line.id.as_str()) {
            return Err(Flaw::new(at, "line.id", "an id is lower-case words joined by hyphens, once in the file"));
        }
        let dialled = |n: &String| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !line.number.as_ref().map_or(line.kind == Kind::Place, dialled) {
            return Err(Flaw::new(at, "line.number", "a number has digits and hyphens; only a place may have none"));
        }
        for (key, day) in [("entered_on", Some(&line.entered_on)), ("checked_on", line.checked_on.as_ref())] {
            if day.is_some_and(|d| date(d).is_none()) {
                return Err(Flaw::new(at, format!("line.{key}"), "a date is written YYYY-MM-DD"));
            }
        }
        for lang in [Lang::Ko, Lang::En] {
            let words = line.text(lang);
            if [&words.name, &words.hours, &words.use_for].iter().any(|w| w.trim().is_empty()) {
                return Err(Flaw::new(at, format!("line.{lang}"), "needs name, hours and use_for"));
            }
        }
    }
    if file.line.is_empty() {
        return Err(Flaw::new(1, "line", "there is no channel"));
    }
    Ok(CrisisLines {
        version: file.version,
        check_every_days: file.check_every_days,
        lines: file.line.into_iter().map(Spanned::into_inner).collect(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FILE: &str = "version = \"1\"\ncheck_every_days = 180\n[[line]]\nid = \"a\"\nnumber = \"109\"\nkind = \"phone\"\nurgent = true\n\
        entered_on = \"2026-01-01\"\nko = { name = \"이름\", hours = \"24\", use_for = \"위기\" }\nen = { name = \"n\", hours = \"24\", use_for = \"u\" }\n";

    fn checked(on: Option<&str>) -> CrisisLine {
        let mut line = parse(FILE).unwrap().lines.remove(0);
        line.checked_on = on.map(str::to_owned);
        line
    }

    #[test]
    fn a_number_nobody_checked_says_since_when_it_is_unverified() {
        assert_eq!(checked(None).standing("2026-03-01", 180), Trust::UnverifiedSince("2026-01-01".into()));
    }

    #[test]
    fn a_check_holds_for_its_days_and_is_then_due() {
        let line = checked(Some("2026-01-10"));
        assert_eq!(line.standing("2026-07-09", 180), Trust::Checked("2026-01-10".into()));
        assert_eq!(line.standing("2026-07-10", 180), Trust::Due("2026-01-10".into()));
        assert_eq!(line.standing("2026-01-09", 180), Trust::Due("2026-01-10".into()), "dated in the future");
        assert_eq!(line.standing("soon", 180), Trust::Due("2026-01-10".into()));
    }

    #[test]
    fn a_name_that_begins_with_its_number_is_not_said_twice() {
        let mut line = checked(None);
        assert_eq!(line.called(Lang::Ko), "109 이름");
        line.ko.name = "109 전화".into();
        assert_eq!(line.called(Lang::Ko), "109 전화");
        line.number = None;
        assert_eq!(line.called(Lang::En), "n");
    }

    #[test]
    fn each_rule_of_the_file_can_fail() {
        for (from, to, key) in [
            ("\"a\"", "\"A\"", "line.id"),
            ("number = \"109\"\n", "", "line.number"),
            ("\"109\"", "\"call us\"", "line.number"),
            ("2026-01-01", "January", "line.entered_on"),
            ("hours = \"24\"", "hours = \"\"", "line.ko"),
        ] {
            assert_eq!(parse(&FILE.replacen(from, to, 1)).unwrap_err().key, key);
        }
    }
}
