//! Statistics of escalations for a period (tier 0), counted from the packets that the asking member's keys open.

use crate::domain::crisis::course::State;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::statistics::{Statistics, count};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::{paper, statistics_csv, statistics_document};
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;

/// Counts the packets raised from the first to the last day, both of the centre's calendar. The reading is logged.
pub fn statistics(vault: &UnlockedVault, from: &str, to: &str) -> Result<Statistics, VaultError> {
    let day = |text: &str| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    if !day(from) || !day(to) || from > to {
        return Err(VaultError::Input(msg("service-statistics-days")));
    }
    let states = [State::Raised, State::Approved, State::Exported, State::Received, State::Closed];
    Ok(count(&vault.packets(true)?, from, to, &states))
}

/// Statistics as a file: a table where `csv` is asked for, else a page.
pub fn statistics_file(
    found: &Statistics,
    rules: &Rules,
    centre: &str,
    csv: bool,
    lang: Lang,
) -> Result<Vec<u8>, ErrorReport> {
    if csv {
        return Ok(statistics_csv::csv(found, lang).into_bytes());
    }
    paper(&statistics_document::document(found, rules, centre, lang), lang)
}
