//! Hours of supervision for a counsellor's certificate: date, minutes, alone or in a group, with whom. No client stands in them.

use crate::domain::practice::ids::MemberId;
use crate::domain::practice::lang::Lang;
use serde::{Deserialize, Serialize};

/// Longest meeting that is written down, minutes.
pub const MOST_MINUTES: u16 = 600;

/// One counsellor or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// One with a supervisor.
    Individual,
    /// Several with a supervisor.
    Group,
}

impl Setting {
    /// Both.
    pub const ALL: [Setting; 2] = [Setting::Individual, Setting::Group];

    /// The word in files and arguments.
    pub const fn word(self) -> &'static str {
        match self {
            Setting::Individual => "individual",
            Setting::Group => "group",
        }
    }

    /// Its name.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Setting::Individual => lang.say("hours-individual"),
            Setting::Group => lang.say("hours-group"),
        }
    }
}

/// One meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionHours {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// How long.
    pub minutes: u16,
    /// Alone or in a group.
    pub setting: Setting,
    /// The other: for a counsellor the supervisor, for a supervisor the counsellor; none where it was somebody outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<MemberId>,
}

/// Minutes by setting, in the order of [`Setting::ALL`].
pub fn totals<'a>(all: impl IntoIterator<Item = &'a SupervisionHours>) -> [u32; 2] {
    let mut sums = [0u32; 2];
    for hours in all {
        let at = usize::from(hours.setting == Setting::Group);
        sums[at] = sums[at].saturating_add(u32::from(hours.minutes));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_added_up_by_setting() {
        let of = |minutes, setting| SupervisionHours { date: "2026-11-02".into(), minutes, setting, with: None };
        let all = [of(50, Setting::Individual), of(90, Setting::Group), of(50, Setting::Individual)];
        assert_eq!(totals(&all), [100, 90]);
    }
}
