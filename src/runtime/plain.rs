//! The workstation without a drawn screen (`--plain`): a line in, changed lines out. The same model and effects as the
//! screen has; only what is typed and shown differs.

use crate::app::{Effect, Model, Msg, update};
use crate::domain::explain::ErrorReport;
use crate::runtime::event_loop::{calm, now, until};
use crate::runtime::outbox::Outbox;
use crate::runtime::terminal::terminal_fault;
use crate::ui::View;
use crate::ui::plain;
use std::io::{BufRead, Write};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep_until};

/// Lines that wait for the loop; a person types slower, a script waits.
const LINES: usize = 16;
/// What came in together is said together.
const PAUSE: Duration = Duration::from_millis(120);

/// Turns the echo of the terminal off while a passphrase is typed, and on again at the end.
struct Echo {
    off: bool,
}

impl Echo {
    fn set(&mut self, off: bool) {
        if self.off == off {
            return;
        }
        let stdin = std::io::stdin();
        if let Ok(mut modes) = rustix::termios::tcgetattr(&stdin) {
            modes.local_modes.set(rustix::termios::LocalModes::ECHO, !off);
            // Without a terminal there is no echo.
            let _ = rustix::termios::tcsetattr(&stdin, rustix::termios::OptionalActions::Now, &modes);
            self.off = off;
        }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.set(false);
    }
}

/// Says what is new: all of it where the screen is another one.
fn say(model: &Model, view: &mut View, said: &mut Vec<String>, again: bool) -> std::io::Result<()> {
    let lines = plain::lines(model, view);
    let mut out = std::io::stdout().lock();
    let fresh: Vec<&String> = lines.iter().filter(|line| again || !said.contains(line)).collect();
    for line in &fresh {
        writeln!(out, "{line}")?;
    }
    if again {
        for line in plain::offered(model) {
            writeln!(out, "{line}")?;
        }
    }
    if again || !fresh.is_empty() {
        write!(out, "> ")?;
    }
    *said = lines;
    out.flush()
}

/// Runs until the person or the system ends it, or there are no more lines.
pub(super) async fn run(
    mut model: Model,
    mut view: View,
    inbox: &mut Receiver<Msg>,
    mut outbox: Outbox,
    first: Vec<Effect>,
) -> Result<(), ErrorReport> {
    let mut terminate = signal(SignalKind::terminate()).map_err(terminal_fault)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(terminal_fault)?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(terminal_fault)?;
    let (to_loop, mut entered) = tokio::sync::mpsc::channel::<String>(LINES);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if to_loop.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let mut echo = Echo { off: false };
    update(&mut model, Msg::Resize(plain::COLS, plain::ROWS));
    outbox.send(&mut model, first);
    let (mut said, mut shown) = (Vec::new(), None);
    let mut due = Some(Instant::now() + PAUSE);
    let mut again = true;
    loop {
        let wakes = model.wakes_at().map(|at| Instant::now() + until(at));
        let messages = tokio::select! {
            line = entered.recv() => match line {
                Some(line) => match plain::entered(&model, &line) {
                    Some(messages) => messages,
                    None => { again = true; Vec::new() }
                },
                // No more lines: the session is ended as for a signal.
                None => vec![Msg::Terminate],
            },
            message = inbox.recv() => match message {
                Some(message) => vec![message],
                None => return Ok(()),
            },
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                due = None;
                let place = (model.screen, model.overlay.is_some(), crate::app::pages::typing(&model));
                let other = shown != Some(place);
                shown = Some(place);
                echo.set((crate::app::pages::page(model.screen).secret)(&model));
                say(&model, &mut view, &mut said, again || other).map_err(terminal_fault)?;
                again = false;
                continue;
            }
            () = sleep_until(wakes.unwrap_or_else(Instant::now)), if wakes.is_some() => vec![Msg::Clock(now())],
            _ = terminate.recv() => vec![Msg::Terminate],
            _ = interrupt.recv() => vec![Msg::Terminate],
            _ = hang_up.recv() => vec![Msg::Terminate],
        };
        let quiet = messages.iter().all(calm) && !again;
        model.clock(now());
        for message in messages {
            if crate::ui::keymap::by_hand(&message) {
                model.touched = model.now;
            }
            let effects = update(&mut model, message);
            if outbox.send(&mut model, effects) {
                return Ok(());
            }
        }
        if !quiet {
            due.get_or_insert(Instant::now() + PAUSE);
        }
    }
}
