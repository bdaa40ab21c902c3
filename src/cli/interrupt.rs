//! Ctrl-C in commands that print one result at their end: the program ends at once with 130 and has printed nothing,
//! or it has printed everything.

use crate::domain::explain::ErrorReport;
use crate::texts::msg;
use std::sync::{Arc, Mutex};

/// The exit code of a program that was interrupted, as shells give it.
const INTERRUPTED: i32 = 130;

/// Catches Ctrl-C from now on.
pub struct Guard {
    printing: Arc<Mutex<()>>,
}

impl Guard {
    /// Starts to catch it.
    pub fn new() -> Result<Self, ErrorReport> {
        let runtime = listening()?;
        let printing = Arc::new(Mutex::new(()));
        let held = Arc::clone(&printing);
        std::thread::spawn(move || {
            if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
                // A result that is being printed is finished first.
                let _all_of_it = held.lock();
                crate::cli::print::note("");
                std::process::exit(INTERRUPTED);
            }
        });
        Ok(Guard { printing })
    }

    /// Prints without being interrupted half-way.
    pub fn unbroken(&self, print: impl FnOnce()) {
        let _held = self.printing.lock();
        print();
    }
}

/// Calls `first` at the first Ctrl-C, so that what runs can end well; a second one ends the program at once.
pub fn on_first(first: impl FnOnce() + Send + 'static) -> Result<(), ErrorReport> {
    let runtime = listening()?;
    std::thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            first();
        }
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            std::process::exit(INTERRUPTED);
        }
    });
    Ok(())
}

/// Calls `clean` at the first Ctrl-C and ends the program with 130; a second one does not wait for it.
pub fn end_on_first(clean: impl FnOnce() + Send + 'static) -> Result<(), ErrorReport> {
    on_first(move || {
        std::thread::spawn(move || {
            clean();
            std::process::exit(INTERRUPTED);
        });
    })
}

fn listening() -> Result<tokio::runtime::Runtime, ErrorReport> {
    tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(|_| {
        ErrorReport::failed(
            msg("cli-interrupt-ctrl-c-cannot-caught-system"),
            msg("cli-interrupt-ctrl-c-cannot-caught-system.hint"),
        )
    })
}
