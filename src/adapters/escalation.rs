//! The rules of escalations as they hold here: what is built in, with the hours that the centre's own file adds.

use crate::adapters::shipped;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::{ErrorReport, Exit, Explain};
use crate::texts::msg;
use std::io::ErrorKind;
use std::path::Path;

/// Reads the rules; `own` is the centre's file, which need not be there. A file that does not read is a fault.
pub fn rules(own: &Path) -> Result<Rules, ErrorReport> {
    let shipped = shipped::escalation_rules()?;
    match std::fs::read_to_string(own) {
        Ok(text) => shipped.changed_by(&text).map_err(|flaw| {
            ErrorReport::with(
                flaw.exit(),
                msg("escalation-own-file").with("path", own.display()).with("flaw", flaw.message()),
                flaw.hint(),
            )
        }),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(shipped),
        Err(e) => Err(ErrorReport::with(
            Exit::Failed,
            msg("escalation-own-file-not-read").with("path", own.display()).with("kind", e.kind()),
            msg("escalation-own-file-not-read.hint"),
        )),
    }
}
