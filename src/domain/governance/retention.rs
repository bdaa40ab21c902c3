//! How long each class of record is kept, as a table with its sources, and when something is due (L13). The table is
//! data: `prompts/retention.toml` ships the strict defaults, and a centre's own file changes them, never below what a
//! statute demands. Nothing here destroys anything.

use crate::domain::practice::data_file::{Flaw, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::{Calendar, Timestamp};
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use toml::Spanned;

/// What is kept together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionClass {
    /// Cards, consents, progress notes, answers, plans of a client.
    Case,
    /// Process notes.
    Process,
    /// What was said in a session.
    Session,
    /// The sound of a session, where the client agreed to keep it.
    Sound,
    /// Escalation packets.
    Escalation,
    /// The access log.
    AccessLog,
    /// Changes of members and roles.
    Roster,
}

impl RetentionClass {
    /// Every class, in the order of the table.
    pub const ALL: [RetentionClass; 7] =
        [Self::Case, Self::Process, Self::Session, Self::Sound, Self::Escalation, Self::AccessLog, Self::Roster];

    /// The word in files and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Process => "process",
            Self::Session => "session",
            Self::Sound => "sound",
            Self::Escalation => "escalation",
            Self::AccessLog => "access-log",
            Self::Roster => "roster",
        }
    }

    /// True for what two people can destroy when it is due. The other two are signed chains that stay: their period is
    /// the least that they are kept.
    pub const fn can_be_destroyed(self) -> bool {
        !matches!(self, Self::AccessLog | Self::Roster)
    }
}

/// A span of the calendar, written `3y`, `18m` or `30d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Keep {
    count: u16,
    unit: char,
}

impl FromStr for Keep {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Message> {
        let wrong = || msg("written-as-period");
        let unit = s.chars().next_back().filter(|c| matches!(c, 'y' | 'm' | 'd')).ok_or_else(wrong)?;
        let count: u16 = s[..s.len() - 1].parse().map_err(|_| wrong())?;
        let most = match unit {
            'y' => 100,
            'm' => 1200,
            _ => 36_500,
        };
        if count > most { Err(wrong()) } else { Ok(Keep { count, unit }) }
    }
}

impl TryFrom<String> for Keep {
    type Error = Message;
    fn try_from(s: String) -> Result<Self, Message> {
        s.parse()
    }
}

impl From<Keep> for String {
    fn from(keep: Keep) -> String {
        keep.to_string()
    }
}

impl std::fmt::Display for Keep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.count, self.unit)
    }
}

impl Keep {
    /// The instant so much later, by the centre's calendar; the end of time where there is none.
    pub fn after(self, at: Timestamp) -> Timestamp {
        let count = i64::from(self.count);
        let span = match self.unit {
            'y' => jiff::Span::new().try_years(count),
            'm' => jiff::Span::new().try_months(count),
            _ => jiff::Span::new().try_days(count),
        };
        span.map_or(Timestamp(i64::MAX), |span| Calendar::current().after(at, span))
    }

    /// The period in words of the language.
    pub fn say(self, lang: Lang) -> String {
        let period = match self.unit {
            'y' => msg("period-years"),
            'm' => msg("period-months"),
            _ => msg("period-days"),
        };
        period.with("n", self.count).text(lang)
    }

    /// Compared from a day that no leap year distorts for either.
    fn shorter_than(self, other: Keep) -> bool {
        self.after(Timestamp(0)) < other.after(Timestamp(0))
    }
}

/// The words of a class in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// What the class holds, one phrase.
    pub what: String,
    /// From when the period counts.
    pub from: String,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Class of records.
    pub class: RetentionClass,
    /// How long they are kept.
    pub keep: Keep,
    /// The least that a statute demands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<Keep>,
    /// Where the number comes from.
    pub source: String,
    /// A file of the centre says so, not the shipped table.
    pub own: bool,
    /// Its text in Korean.
    pub ko: RuleText,
    /// Its text in English.
    pub en: RuleText,
}

/// The whole table: every class once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The shipped file's version.
    pub version: String,
    /// In the order of [`RetentionClass::ALL`].
    pub rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    class: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: RetentionClass,
    keep: Keep,
    least: Option<Keep>,
    source: String,
    ko: RuleText,
    en: RuleText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnFile {
    class: Vec<OwnRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnRow {
    id: RetentionClass,
    keep: Spanned<Keep>,
    source: Spanned<String>,
}

impl Table {
    /// Reads the shipped table: every class once, or a flaw.
    pub fn parse(text: &str) -> Result<Table, Flaw> {
        let File { version, mut class } = read_toml(text, 0)?;
        let mut rules = Vec::with_capacity(RetentionClass::ALL.len());
        for wanted in RetentionClass::ALL {
            let at = class.iter().position(|row| row.id == wanted);
            let row = class.remove(at.ok_or_else(|| Flaw::new(1, wanted.word(), "this class is missing"))?);
            let Row { id, keep, least, source, ko, en } = row;
            rules.push(Rule { class: id, keep, least, source, own: false, ko, en });
        }
        match class.first() {
            None => Ok(Table { version, rules }),
            Some(twice) => Err(Flaw::new(1, twice.id.word(), "this class stands twice")),
        }
    }

    /// The table with what a centre's own file says in place of the defaults. A period below what a statute demands, or
    /// one without a source, is refused.
    pub fn changed_by(mut self, text: &str) -> Result<Table, Flaw> {
        let own: OwnFile = read_toml(text, 0)?;
        for row in own.class {
            let Some(rule) = self.rules.iter_mut().find(|r| r.class == row.id) else { continue };
            let keep = *row.keep.get_ref();
            if rule.least.is_some_and(|least| keep.shorter_than(least)) {
                return Err(Flaw::new(
                    line_of(text, row.keep.span().start),
                    "keep",
                    "a statute demands a longer period",
                ));
            }
            if row.source.get_ref().trim().is_empty() {
                return Err(Flaw::new(line_of(text, row.source.span().start), "source", "say whose rule this is"));
            }
            rule.keep = keep;
            rule.source = row.source.into_inner();
            rule.own = true;
        }
        Ok(self)
    }

    /// When something of this class, last touched at `last`, is due.
    pub fn due_at(&self, class: RetentionClass, last: Timestamp) -> Timestamp {
        let rule = self.rules.iter().find(|r| r.class == class);
        rule.map_or(Timestamp(i64::MAX), |r| r.keep.after(last))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The table as it ships.
    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/retention.toml"));

    #[test]
    fn the_shipped_table_has_every_class_once_and_keeps_the_log_two_years_and_role_changes_three() {
        let table = Table::parse(SHIPPED).unwrap();
        assert_eq!(table.rules.iter().map(|r| r.class).collect::<Vec<_>>(), RetentionClass::ALL);
        let day = 86_400_000;
        assert!(table.due_at(RetentionClass::AccessLog, Timestamp(0)).0 >= 730 * day);
        assert!(table.due_at(RetentionClass::Roster, Timestamp(0)).0 >= 1095 * day);
        for class in RetentionClass::ALL {
            let without = SHIPPED.replacen(&format!("id = \"{}\"", class.word()), "id = \"case\"", 1);
            assert!(without == SHIPPED || Table::parse(&without).is_err(), "{}", class.word());
        }
    }

    #[test]
    fn a_centre_changes_a_period_with_its_source_and_never_below_the_statute() {
        let shipped = || Table::parse(SHIPPED).unwrap();
        let own = |id: &str, keep: &str, source: &str| {
            shipped().changed_by(&format!("[[class]]\nid = \"{id}\"\nkeep = \"{keep}\"\nsource = \"{source}\"\n"))
        };
        let changed = own("case", "10y", "our by-laws 7").unwrap();
        assert_eq!((changed.rules[0].keep.to_string().as_str(), changed.rules[0].own), ("10y", true));
        assert_eq!(own("access-log", "23m", "we like it short").unwrap_err().line, 3);
        assert!(own("access-log", "24m", "the same").is_ok());
        assert_eq!(own("roster", "1095d", "a leap year is longer").unwrap_err().key, "keep");
        assert_eq!(own("case", "5y", " ").unwrap_err().key, "source");
        assert!(own("case", "5", "x").is_err() && own("notes", "5y", "x").is_err());
    }

    #[test]
    fn a_year_is_a_year_of_the_calendar() {
        let at = |s: &str| Timestamp(s.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let keep = |s: &str| s.parse::<Keep>().unwrap();
        assert_eq!(keep("3y").after(at("2024-02-29T10:00:00Z")), at("2027-02-28T10:00:00Z"));
        assert_eq!(keep("18m").after(at("2026-01-31T00:00:00Z")), at("2027-07-31T00:00:00Z"));
        assert_eq!(keep("0d").after(at("2026-01-31T00:00:00Z")), at("2026-01-31T00:00:00Z"));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_period_panic_and_what_reads_is_written_the_same(s in "\\PC{0,8}|[0-9]{1,5}[ymd]") {
            if let Ok(keep) = s.parse::<Keep>() {
                prop_assert_eq!(keep.to_string().parse::<Keep>(), Ok(keep));
                prop_assert!(keep.after(Timestamp(0)) >= Timestamp(0));
            }
        }
    }
}
