//! Progress of a running session on stderr: a line that is redrawn on a terminal, a few lines elsewhere. No words of
//! anybody.

use crate::cli::print;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::practice::time::clock;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A terminal is redrawn this often, elsewhere a line is written ten times less often.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// Where progress is shown.
pub struct Meter {
    terminal: bool,
    told: Option<Instant>,
    shown: bool,
}

impl Default for Meter {
    fn default() -> Self {
        Meter { terminal: std::io::stderr().is_terminal(), told: None, shown: false }
    }
}

impl Meter {
    /// Shows the events that are progress.
    pub fn follow(&mut self, event: &SessionEvent, lang: Lang) {
        match event {
            SessionEvent::Position { at_ms, total_ms: Some(total) } if *total > 0 => {
                let percent = (at_ms * 100 / total).min(100);
                self.tell(&format!("{percent:3} %  {} / {}", clock(*at_ms), clock(*total)));
            }
            SessionEvent::Position { at_ms, .. } => self.tell(&clock(*at_ms)),
            SessionEvent::Advising { done, of } => {
                let what = lang.say("cli-meter-looking-directions");
                self.tell(&format!("{what}  {done}/{of}"));
            }
            _ => {}
        }
    }

    /// Takes the line away, so that another can be printed.
    pub fn clear(&mut self) {
        if self.terminal && self.shown {
            print::status("");
            self.shown = false;
        }
    }

    fn tell(&mut self, line: &str) {
        let every = if self.terminal { TELL_EVERY } else { TELL_EVERY * 40 };
        if self.told.is_some_and(|t| t.elapsed() < every) {
            return;
        }
        self.told = Some(Instant::now());
        if self.terminal {
            print::status(line);
            self.shown = true;
        } else {
            print::note(line);
        }
    }
}
