//! The retention table as it holds here: what is built in, changed by the centre's own file where there is one.

use crate::adapters::shipped;
use crate::domain::explain::{ErrorReport, Exit, Explain};
use crate::domain::governance::retention::Table;
use crate::texts::msg;
use std::io::ErrorKind;
use std::path::Path;

/// Reads the table; `own` is the centre's file, which need not be there. A file that does not read is a fault: deadlines
/// that somebody set must not be forgotten in silence.
pub fn table(own: &Path) -> Result<Table, ErrorReport> {
    let shipped = shipped::retention()?;
    match std::fs::read_to_string(own) {
        Ok(text) => shipped.changed_by(&text).map_err(|flaw| {
            ErrorReport::with(
                flaw.exit(),
                msg("retention-own-file").with("path", own.display()).with("flaw", flaw.message()),
                flaw.hint(),
            )
        }),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(shipped),
        Err(e) => Err(ErrorReport::with(
            Exit::Failed,
            msg("retention-centres-retention-table-could-not-read").with("path", own.display()).with("kind", e.kind()),
            msg("retention-centres-retention-table-could-not-read.hint"),
        )),
    }
}
