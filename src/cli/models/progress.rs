//! How far a download or a hash is.

use crate::adapters::models::report::Report;
use crate::cli::models::shown::size;
use crate::cli::print;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use std::time::{Duration, Instant};

/// Progress on stderr: one line that is drawn over on a terminal, a line every ten seconds elsewhere.
pub(super) struct Progress {
    what: String,
    total: Option<u64>,
    began: Instant,
    first: Option<u64>,
    shown: Option<Instant>,
    terminal: bool,
    lang: Lang,
}

/// A terminal is drawn at most so often.
const REDRAW: Duration = Duration::from_millis(200);
/// A log gets a line at most so often.
const LOG_LINE: Duration = Duration::from_secs(10);

impl Progress {
    /// Of nothing yet.
    pub(super) fn new(lang: Lang) -> Self {
        let (what, began) = (String::new(), Instant::now());
        Progress { what, total: None, began, first: None, shown: None, terminal: print::progress_is_drawn(), lang }
    }

    fn text(&self, bytes: u64) -> String {
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        // What was here before does not count as speed.
        let rate = bytes.saturating_sub(self.first.unwrap_or(0)) as f64 / seconds;
        let mut text = format!("{}  {}", self.what, size(bytes));
        if let Some(total) = self.total.filter(|t| *t > 0) {
            let percent = (bytes * 100 / total).min(100);
            text += &msg("models-of-total").with("total", size(total)).with("percent", percent).text(self.lang);
        }
        text += &format!("  {}/s", size(rate as u64));
        if let Some(left) = self.total.and_then(|t| t.checked_sub(bytes)).filter(|_| rate > 1.0) {
            let s = (left as f64 / rate) as u64;
            text += &msg("models-time-left").with("left", format!("{}:{:02}", s / 60, s % 60)).text(self.lang);
        }
        text
    }
}

impl Report for Progress {
    fn begin(&mut self, what: &str, total: Option<u64>) {
        (self.what, self.total, self.began) = (what.to_owned(), total, Instant::now());
        (self.first, self.shown) = (None, (!self.terminal).then(Instant::now));
    }

    fn at(&mut self, bytes: u64) {
        self.first.get_or_insert(bytes);
        let every = if self.terminal { REDRAW } else { LOG_LINE };
        if self.shown.is_some_and(|shown| shown.elapsed() < every) {
            return;
        }
        self.shown = Some(Instant::now());
        let text = self.text(bytes);
        if self.terminal { print::status(&text) } else { print::note(text) }
    }

    fn end(&mut self) {
        if self.terminal {
            print::status("");
        }
    }

    fn say(&mut self, line: &str) {
        self.end();
        print::note(line);
    }
}
