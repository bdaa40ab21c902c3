//! The terminal while the program has it: raw mode, the alternate screen, the mouse, pasting as one piece. Whatever
//! ends the program, a panic too, the screen is given back and nothing of a client stays on it. What libraries below write
//! to stderr meanwhile (a sound server that is not there) does not get onto the screen.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use std::io::{IsTerminal, Stdout, stdout};
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set while the screen is ours, so that a panic gives it back and a second giving back does nothing.
static OURS: AtomicBool = AtomicBool::new(false);

/// Where stderr went before the screen was ours, where that was the terminal.
#[cfg(unix)]
static ASIDE: Mutex<Option<OwnedFd>> = Mutex::new(None);

/// The screen as the loop draws on it.
pub struct Screen {
    /// Draws only the cells that changed.
    pub terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Takes the terminal over. Refused when there is none. What a panic says is said in `lang` by `report`.
    pub fn take(lang: Lang, report: fn(&ErrorReport, Lang)) -> Result<Self, ErrorReport> {
        if !stdout().is_terminal() || !std::io::stdin().is_terminal() {
            return Err(ErrorReport::usage(
                msg("runtime-terminal-workstation-needs-terminal"),
                msg("runtime-terminal-workstation-needs-terminal.hint"),
            ));
        }
        give_back_on_panic(lang, report);
        enter().map_err(terminal_fault)?;
        match Terminal::new(CrosstermBackend::new(stdout())) {
            Ok(terminal) => Ok(Screen { terminal }),
            Err(e) => {
                give_back();
                Err(terminal_fault(e))
            }
        }
    }

    /// Gives the terminal back and stops the process until the shell lets it go on; then takes it again.
    pub fn suspend(&mut self) -> Result<(), ErrorReport> {
        give_back();
        // STOP and not TSTP: our own handler of TSTP is what called this.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
        enter().map_err(terminal_fault)?;
        self.terminal.clear().map_err(terminal_fault)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn enter() -> std::io::Result<()> {
    enable_raw_mode()?;
    OURS.store(true, Ordering::SeqCst);
    quiet_stderr();
    execute!(stdout(), EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste, EnableMouseCapture)
}

/// Sends what is written to stderr nowhere, if it would be written on the screen. A file that it was sent to gets it as before.
#[cfg(unix)]
fn quiet_stderr() {
    use rustix::fs::{Mode, OFlags};
    let Ok(mut aside) = ASIDE.lock() else { return };
    if aside.is_some() || !std::io::stderr().is_terminal() {
        return;
    }
    let kept = rustix::io::fcntl_dupfd_cloexec(std::io::stderr(), 3);
    let nowhere = rustix::fs::open("/dev/null", OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty());
    if let (Ok(kept), Ok(nowhere)) = (kept, nowhere)
        && rustix::stdio::dup2_stderr(nowhere).is_ok()
    {
        *aside = Some(kept);
    }
}

#[cfg(unix)]
fn loud_stderr() {
    if let Some(kept) = ASIDE.lock().ok().and_then(|mut aside| aside.take()) {
        let _ = rustix::stdio::dup2_stderr(kept);
    }
}

#[cfg(not(unix))]
fn quiet_stderr() {}

#[cfg(not(unix))]
fn loud_stderr() {}

/// Clears what was on the alternate screen before leaving it: some terminals let one scroll back to it.
fn give_back() {
    if OURS.swap(false, Ordering::SeqCst) {
        // Each part is tried whatever became of the one before.
        let _ = execute!(stdout(), Clear(ClearType::All), cursor::MoveTo(0, 0));
        let _ = execute!(stdout(), DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
        loud_stderr();
    }
}

/// A panic first gives the screen back, then says where it happened and nothing of what was in memory.
fn give_back_on_panic(lang: Lang, report: fn(&ErrorReport, Lang)) {
    std::panic::set_hook(Box::new(move |info| {
        give_back();
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        let fault = ErrorReport::failed(
            msg("runtime-terminal-program-made-mistake").shown("place", place),
            msg("runtime-terminal-program-made-mistake.hint"),
        );
        report(&fault, lang);
    }));
}

/// What an error of the terminal is for a person.
pub fn terminal_fault(e: std::io::Error) -> ErrorReport {
    ErrorReport::failed(
        msg("runtime-terminal-terminal-could-not-used").with("why", e.kind()),
        msg("runtime-terminal-terminal-could-not-used.hint"),
    )
}
