//! What is said of the blanks of a sheet, wherever its score stands: a prorated total is no total of what was answered.

use crate::domain::assessment::administration::Administration;
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::score::Score;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;

/// Marks a prorated total in a table.
pub const PRORATED_MARK: &str = "~";

impl Score {
    /// One sentence about the blanks behind this score; nothing when there are none or there is no score.
    pub fn blanks(&self, instrument: &Instrument, lang: Lang) -> Option<String> {
        if self.missing.is_empty() || self.score.is_none() {
            return None;
        }
        let numbers: Vec<String> = self.missing.iter().map(|p| instrument.number(p - 1)).collect();
        let (list, n) = (numbers.join(", "), self.missing.len());
        let total = instrument.items_of_total();
        let of = total.len();
        let answered = of - total.iter().filter(|p| self.missing.contains(p)).count();
        let said = match self.prorated {
            true => msg("blanks-prorated").with("answered", answered).with("of", of),
            false => msg("blanks-as-nought").with("n", n),
        };
        Some(said.with("list", list).text(lang))
    }
}

impl Administration {
    /// The total as a table shows it: `~40` when it was prorated.
    pub fn total_shown(&self) -> String {
        let mark = if self.score.prorated { PRORATED_MARK } else { "" };
        self.score.score.map_or_else(|| "–".to_owned(), |p| format!("{mark}{p}"))
    }
}
