//! The loop of the workstation: a key, a word of the session, an answer or the clock in; a changed model, effects and
//! a frame out. It draws when something happened and not otherwise.

use crate::app::update;
use crate::app::{Effect, Model, Msg};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::practice::time::Timestamp;
use crate::runtime::outbox::Outbox;
use crate::runtime::terminal::{Screen, terminal_fault};
use crate::ui::{View, draw, keymap};
use crossterm::event::{Event, EventStream, KeyCode, KeyModifiers};
use futures_util::StreamExt;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep_until};

/// Messages that wait for the loop. Full: a session's thread waits, and drops levels and partials on its side.
pub const INBOX: usize = 1024;
/// At most sixty frames a second.
const FRAME: Duration = Duration::from_millis(16);
/// Levels, positions and partials alone: at most ten frames a second.
const CALM_FRAME: Duration = Duration::from_millis(100);

/// The signals that end or stop the program.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
    stop: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(libc::SIGTSTP))?,
        })
    }
}

/// What woke the loop.
enum Woken {
    Terminal(Option<std::io::Result<Event>>),
    Message(Option<Msg>),
    Clock,
    Draw,
    Terminate,
    Suspend,
}

/// Runs until the person or the system ends it.
pub(super) async fn run(
    screen: &mut Screen,
    mut model: Model,
    mut view: View,
    inbox: &mut Receiver<Msg>,
    mut outbox: Outbox,
    first: Vec<Effect>,
) -> Result<(), ErrorReport> {
    let mut signals = Signals::listen().map_err(terminal_fault)?;
    let mut events = EventStream::new();
    let size = screen.terminal.size().map_err(terminal_fault)?;
    update(&mut model, Msg::Resize(size.width, size.height));
    outbox.send(&mut model, first);
    let mut last = Instant::now() - CALM_FRAME;
    let mut due = Some(Instant::now());
    loop {
        let wakes = model.wakes_at().map(|at| Instant::now() + until(at));
        let woken = tokio::select! {
            event = events.next() => Woken::Terminal(event),
            message = inbox.recv() => Woken::Message(message),
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => Woken::Draw,
            () = sleep_until(wakes.unwrap_or_else(Instant::now)), if wakes.is_some() => Woken::Clock,
            _ = signals.terminate.recv() => Woken::Terminate,
            _ = signals.interrupt.recv() => Woken::Terminate,
            _ = signals.hang_up.recv() => Woken::Terminate,
            _ = signals.stop.recv() => Woken::Suspend,
        };
        let messages = match woken {
            Woken::Draw => {
                screen.terminal.draw(|frame| draw(frame, &model, &mut view)).map_err(terminal_fault)?;
                last = Instant::now();
                due = None;
                continue;
            }
            Woken::Suspend => {
                suspend(screen, &model)?;
                due = Some(Instant::now());
                continue;
            }
            Woken::Terminal(Some(Ok(event))) if is_suspend(&event) => {
                suspend(screen, &model)?;
                due = Some(Instant::now());
                continue;
            }
            Woken::Terminal(Some(Ok(event))) => {
                let mut all = keymap::clicked(&view, &event);
                all.extend(keymap::message(&model, &event));
                all
            }
            // The terminal is gone: the session is ended as for a signal.
            Woken::Terminal(_) => vec![Msg::Terminate],
            Woken::Message(Some(msg)) => vec![msg],
            // Whoever answers is gone; nothing can be done any more.
            Woken::Message(None) => return Ok(()),
            Woken::Clock => vec![Msg::Clock(now())],
            Woken::Terminate => vec![Msg::Terminate],
        };
        if messages.is_empty() {
            continue;
        }
        let pause = if messages.iter().all(calm) { CALM_FRAME } else { FRAME };
        let shown = |model: &Model| (model.sound_shown(), model.notice.is_some());
        let before = messages.iter().all(of_the_sound).then(|| shown(&model));
        model.clock(now());
        for msg in messages {
            if keymap::by_hand(&msg) {
                model.touched = model.now;
            }
            let effects = update(&mut model, msg);
            if outbox.send(&mut model, effects) {
                return Ok(());
            }
        }
        // In a quiet room the meter stands still and the clock goes once a second.
        if before.is_some_and(|before| before == shown(&model)) {
            continue;
        }
        let next = (last + pause).max(Instant::now());
        due = Some(due.map_or(next, |d| d.min(next)));
    }
}

/// A recording must not be stopped by stopping the program that shows it, and a client does not get to the shell.
fn suspend(screen: &mut Screen, model: &Model) -> Result<(), ErrorReport> {
    if model.recording() || model.with_client { Ok(()) } else { screen.suspend() }
}

fn is_suspend(event: &Event) -> bool {
    matches!(event, Event::Key(key) if key.code == KeyCode::Char('z') && key.modifiers == KeyModifiers::CONTROL)
}

/// True for what only moves a meter or a half-heard line.
pub(super) const fn calm(msg: &Msg) -> bool {
    matches!(
        msg,
        Msg::Session(
            _,
            SessionEvent::Level { .. }
                | SessionEvent::Position { .. }
                | SessionEvent::Partial { .. }
                | SessionEvent::Advising { .. }
                | SessionEvent::Lag { .. }
        )
    )
}

/// True for what changes nothing but [`Model::sound_shown`].
const fn of_the_sound(msg: &Msg) -> bool {
    matches!(msg, Msg::Session(_, SessionEvent::Level { .. } | SessionEvent::Position { .. }))
}

/// This moment.
pub(super) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// How long until then; nothing where it is past.
pub(super) fn until(at: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(at.0.saturating_sub(now().0)).unwrap_or(0))
}
