//! How long each class of record is kept, as data with its source, and what is due. A centre may keep longer or
//! shorter where its rules say so; the defaults here are the strict ones (L13).

use super::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One row of the retention table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// What.
    pub class: RetentionClass,
    /// Years after the last entry of the client (or after the entry itself, for the log).
    pub years: u16,
    /// Where the number comes from.
    pub source: &'static str,
}

/// What is kept together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionClass {
    /// Transcripts, notes, answers, plans, consents of a client.
    Case,
    /// Sound.
    Audio,
    /// Escalation packets.
    Escalation,
    /// The access log.
    AccessLog,
    /// Changes of roles.
    Roster,
}

/// The default table.
pub const TABLE: [Rule; 5] = [
    Rule {
        class: RetentionClass::Case,
        years: 3,
        source: "centre's rule; shortest period in common use among counselling centres, PIPA art. 21 asks for destruction without delay",
    },
    Rule {
        class: RetentionClass::Audio,
        years: 0,
        source: "gone once the note is signed, unless the consent keeps it",
    },
    Rule { class: RetentionClass::Escalation, years: 3, source: "centre's rule; deletion on demand (L12)" },
    Rule {
        class: RetentionClass::AccessLog,
        years: 2,
        source: "PIPA safety-measure notice art. 8: at least two years (L8)",
    },
    Rule {
        class: RetentionClass::Roster,
        years: 3,
        source: "PIPA safety-measure notice art. 5: role changes three years (L16)",
    },
];

/// When something last touched at `last` is due for destruction.
pub fn due_at(class: RetentionClass, last: Timestamp) -> Timestamp {
    let years = TABLE.iter().find(|r| r.class == class).map_or(0, |r| r.years);
    // A year of 365.25 days; a day more or less decides nothing here, and rounding is to the later day.
    Timestamp(last.0 + i64::from(years) * 31_557_600_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_kept_at_least_two_years_and_role_changes_three() {
        let day = 86_400_000;
        assert!(due_at(RetentionClass::AccessLog, Timestamp(0)).0 >= 730 * day);
        assert!(due_at(RetentionClass::Roster, Timestamp(0)).0 >= 1095 * day);
    }
}
