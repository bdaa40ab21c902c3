//! The only place of the command line that writes to stdout and stderr.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::clean;
use crate::texts::msg;
use serde::Serialize;
use std::io::{ErrorKind, Stdout, Write, stdout};
use std::sync::OnceLock;
use unicode_width::UnicodeWidthStr;

/// Why the result could not be written, the first time that happened.
static LOST: OnceLock<ErrorKind> = OnceLock::new();

fn to_stdout(write: impl FnOnce(&mut Stdout) -> std::io::Result<()>) {
    match write(&mut stdout()) {
        // A reader that closed the pipe has seen enough.
        Err(e) if e.kind() != ErrorKind::BrokenPipe => drop(LOST.set(e.kind())),
        _ => {}
    }
}

/// One line of the result. What a name in the vault says is shown, not obeyed: no escape reaches the terminal.
pub fn line(text: impl AsRef<str>) {
    to_stdout(|out| writeln!(out, "{}", clean(text.as_ref())));
}

/// Raw text of the result, no newline added.
pub fn raw(text: &str) {
    to_stdout(|out| out.write_all(text.as_bytes()));
}

/// A whole file as the result.
pub fn bytes(file: &[u8]) {
    to_stdout(|out| out.write_all(file));
}

/// Writes out what is still held back. A result of which not all could be written is no result.
pub fn finish() -> Result<(), ErrorReport> {
    to_stdout(Stdout::flush);
    match LOST.get() {
        None => Ok(()),
        Some(why) => Err(ErrorReport::failed(
            msg("cli-print-result-could-not-written").shown("why", why),
            msg("cli-print-result-could-not-written.hint"),
        )),
    }
}

/// The result as one JSON object.
pub fn json<T: Serialize>(value: &T) -> Result<(), ErrorReport> {
    let text = serde_json::to_string_pretty(value).map_err(|_| {
        ErrorReport::failed(
            msg("cli-print-result-could-not-written-json"),
            msg("cli-print-result-could-not-written-json.hint"),
        )
    })?;
    // To the letter: in JSON no control character stands as itself.
    to_stdout(|out| writeln!(out, "{text}"));
    Ok(())
}

/// Rows as columns, two spaces between them, by what they take on a terminal: a Hangul syllable takes two.
pub fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    for row in rows {
        let mut text = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            text += cell;
            text += &" ".repeat(wide - cell.width() + 2);
        }
        line(text.trim_end());
    }
}

/// A message or progress, on stderr. Cleaned as [`line()`] is.
pub fn note(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", clean(text.as_ref()));
}

/// Whether progress is drawn over itself; a log or a pipe gets whole lines instead.
pub fn progress_is_drawn() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stderr())
}

/// A line of progress on a terminal's stderr that replaces the one before; an empty one clears it.
pub fn status(text: &str) {
    let mut err = std::io::stderr();
    let _ = write!(err, "\r\x1b[K{}", clean(text)).and_then(|()| err.flush());
}

/// The two lines of an error.
pub fn error(fault: &ErrorReport, lang: Lang) {
    let (what, hint) = fault.said(lang);
    let _ = writeln!(std::io::stderr(), "error: {}\nhint: {}", clean(&what), clean(&hint));
}

/// Something that went wrong and stopped nothing, on stderr.
pub fn trouble(fault: &ErrorReport, lang: Lang) {
    note(in_passing(fault, lang));
}

/// What went wrong and what to do about it, in one line.
pub fn in_passing(fault: &ErrorReport, lang: Lang) -> String {
    let (what, hint) = fault.said(lang);
    format!("! {what} ({hint})")
}
