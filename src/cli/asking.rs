//! Asks for one line of what must not stand in a list of processes.

use crate::cli::print;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::text::ClientText;
use crate::texts::msg;
use std::path::Path;

/// Words of a client come in by a line of standard input, so that they stand in no list of processes.
pub fn ask_line(what: &str) -> Result<String, ErrorReport> {
    print::note(format!("{what}:"));
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|_| ErrorReport::usage(msg("cli-client-nothing-read"), msg("cli-client-nothing-read.hint")))?;
    Ok(line.trim().to_owned())
}

/// What was given, or for `-` what is asked for.
pub fn given_or_asked(given: Option<String>, what: &str) -> Result<Option<String>, ErrorReport> {
    match given.as_deref() {
        Some("-") => ask_line(what).map(Some),
        _ => Ok(given),
    }
}

/// Words that must not stand in a list of processes: `-` asks for a line of standard input, else the file of this name.
pub fn words(given: Option<&str>, what: &str) -> Result<Option<ClientText>, ErrorReport> {
    let text = match given {
        None => return Ok(None),
        Some("-") => ask_line(what)?,
        Some(path) => std::fs::read_to_string(Path::new(path)).map_err(|e| {
            ErrorReport::usage(msg("escalate-file-not-read").with("why", e.kind()), msg("escalate-file-not-read.hint"))
        })?,
    };
    Ok(Some(ClientText::new(text.trim())).filter(|t| !t.is_blank()))
}
