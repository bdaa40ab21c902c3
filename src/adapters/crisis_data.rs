//! What follows from a screener and the crisis lines, as they hold here: what is built in, or the centre's own file in its
//! place where there is one. A file that does not read is a fault: what somebody wrote for a crisis is not passed over.

use crate::adapters::shipped;
use crate::domain::assessment::instrument::Library;
use crate::domain::crisis::crisis_line::{self, CrisisLines};
use crate::domain::crisis::triage_data::TriageRules;
use crate::domain::explain::{ErrorReport, Exit, Explain};
use crate::domain::practice::data_file::Flaw;
use crate::texts::msg;
use serde::Serialize;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What follows from the results of the screeners; checked against the instruments and the lines.
pub fn triage_rules(own: &Path, library: &Library, lines: &CrisisLines) -> Result<TriageRules, ErrorReport> {
    let (rules, path) = match read(own)? {
        Some(text) => (TriageRules::parse(&text).map_err(|flaw| at(own, &flaw))?, own),
        None => (shipped::triage_rules()?, Path::new("prompts/triage.toml")),
    };
    rules.fits(library, &lines.lines).map_err(|flaw| at(path, &flaw))?;
    Ok(rules)
}

/// The crisis lines.
pub fn crisis_lines(own: &Path) -> Result<CrisisLines, ErrorReport> {
    match read(own)? {
        Some(text) => crisis_line::parse(&text).map_err(|flaw| at(own, &flaw)),
        None => shipped::crisis_lines(),
    }
}

/// Keeps that a person checked a line on this day, `YYYY-MM-DD`, with the number that is right where it is another. Gives the
/// lines as they are now, on disk. The one way in for the command line and the screens.
pub fn line_checked(own: &Path, id: &str, on: &str, number: Option<String>) -> Result<CrisisLines, ErrorReport> {
    let mut lines = crisis_lines(own)?;
    let known = lines.lines.iter().map(|l| l.id.as_str()).collect::<Vec<_>>().join(", ");
    let Some(line) = lines.lines.iter_mut().find(|l| l.id == id) else {
        let hint = msg("crisis-checked-no-line.hint").with("known", known);
        return Err(ErrorReport::usage(msg("crisis-checked-no-line").with("id", id), hint));
    };
    line.number = number.or_else(|| line.number.take());
    line.checked_on = Some(on.to_owned());
    keep_crisis_lines(own, &lines)?;
    Ok(lines)
}

/// Keeps the lines in the centre's own file, synced and then put in the place of the one before.
fn keep_crisis_lines(own: &Path, lines: &CrisisLines) -> Result<(), ErrorReport> {
    #[derive(Serialize)]
    struct File<'a> {
        version: &'a str,
        check_every_days: u16,
        line: &'a [crisis_line::CrisisLine],
    }
    let file = File { version: &lines.version, check_every_days: lines.check_every_days, line: &lines.lines };
    let text = toml::to_string(&file).map_err(|_| disk(own, ErrorKind::InvalidData))?;
    let write = || -> std::io::Result<()> {
        if let Some(folder) = own.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let new = own.with_extension("toml.new");
        match std::fs::remove_file(&new) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let mut made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        made.write_all(text.as_bytes())?;
        made.sync_all()?;
        std::fs::rename(&new, own)
    };
    write().map_err(|e| disk(own, e.kind()))
}

fn read(own: &Path) -> Result<Option<String>, ErrorReport> {
    match std::fs::read_to_string(own) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(disk(own, e.kind())),
    }
}

fn at(path: &Path, flaw: &Flaw) -> ErrorReport {
    let what = msg("crisis-data-own-file").with("path", path.display()).with("flaw", flaw.message());
    ErrorReport::with(flaw.exit(), what, flaw.hint())
}

fn disk(path: &Path, kind: ErrorKind) -> ErrorReport {
    let what = msg("crisis-data-file-could-not-be-used").with("path", path.display()).with("kind", kind);
    ErrorReport::with(Exit::Failed, what, msg("crisis-data-file-could-not-be-used.hint"))
}
