//! The only place of the command line that writes to stdout and stderr.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use crate::domain::fault::Fault;
use crate::domain::lang::Lang;
use serde::Serialize;
use std::io::Write;

/// One line of the result.
pub fn line(text: impl AsRef<str>) {
    // A reader that closed the pipe has seen enough.
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// Raw text of the result, no newline added.
pub fn raw(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The result as one JSON object.
pub fn json<T: Serialize>(value: &T) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(value).map_err(|_| {
        Fault::failed("the result could not be written as JSON", "this is a fault of the program; please report it")
    })?;
    line(text);
    Ok(())
}

/// A message or progress, on stderr.
pub fn note(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
}

/// Whether progress is drawn over itself; a log or a pipe gets whole lines instead.
pub fn progress_is_drawn() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stderr())
}

/// A line of progress on a terminal's stderr that replaces the one before; an empty one clears it.
pub fn status(text: &str) {
    let mut err = std::io::stderr();
    let _ = write!(err, "\r\x1b[K{text}").and_then(|()| err.flush());
}

/// The two lines of an error.
pub fn error(fault: &Fault, lang: Lang) {
    let (what, hint) = fault.said(lang);
    let _ = writeln!(std::io::stderr(), "error: {what}\nhint: {hint}");
}

/// Something that went wrong and stopped nothing, on stderr.
pub fn trouble(fault: &Fault, lang: Lang) {
    note(in_passing(fault, lang));
}

/// What went wrong and what to do about it, in one line.
pub fn in_passing(fault: &Fault, lang: Lang) -> String {
    let (what, hint) = fault.said(lang);
    format!("! {what} ({hint})")
}
