//! The rules of the centre's office that are no law of one kind of record: after how many days a backup is overdue. Data, read
//! from `prompts/office.toml`.

use crate::domain::governance::concern::Concern;
use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::time::Timestamp;
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeRules {
    /// Counts up with every change.
    pub version: String,
    /// Days after which a backup is overdue.
    pub backup_days: u16,
    /// Whose rule that is.
    pub backup_source: String,
}

const DAY_MS: i64 = 86_400_000;

impl OfficeRules {
    /// Reads the file. No days, and a rule of nobody, are flaws.
    pub fn parse(text: &str) -> Result<OfficeRules, Flaw> {
        let rules: OfficeRules = read_toml(text, 0)?;
        if rules.backup_days == 0 || rules.backup_source.trim().is_empty() {
            return Err(Flaw::new(1, "backup_days", "at least a day, with its source"));
        }
        Ok(rules)
    }

    /// What is to be told of backups: nothing while the last one is younger than the rule.
    pub fn backup_due(&self, last: Option<Timestamp>, now: Timestamp) -> Option<Concern> {
        let since = last.map(|at| u64::try_from((now.0 - at.0) / DAY_MS).unwrap_or(0));
        let due = since.is_none_or(|days| days > u64::from(self.backup_days));
        due.then_some(Concern::BackupDue { since, days: self.backup_days })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/office.toml"));

    #[test]
    fn a_backup_is_overdue_the_day_after_the_days_of_the_rule_and_where_there_is_none() {
        let rules = OfficeRules::parse(SHIPPED).unwrap();
        let now = Timestamp(1_791_000_000_000);
        let days = |n: i64| Some(Timestamp(now.0 - n * DAY_MS));
        let last = i64::from(rules.backup_days);
        assert_eq!(rules.backup_due(days(last), now), None);
        assert_eq!(rules.backup_due(days(-1), now), None, "a clock set back accuses nobody");
        let due = |since| Some(Concern::BackupDue { since, days: rules.backup_days });
        assert_eq!(rules.backup_due(days(last + 1), now), due(Some(last as u64 + 1)));
        assert_eq!(rules.backup_due(None, now), due(None));
    }

    #[test]
    fn each_rule_of_the_file_can_fail() {
        assert!(OfficeRules::parse(&SHIPPED.replacen("backup_days = 7", "backup_days = 0", 1)).is_err());
        assert!(OfficeRules::parse("version = \"1\"\nbackup_days = 7\nbackup_source = \" \"").is_err());
    }
}
