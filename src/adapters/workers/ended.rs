//! How a worker came to its end.

use crate::ports::engine::EngineError;
use crate::texts::msg;
use std::process::Child;
use std::time::{Duration, Instant};

/// Between the end of its pipe and the end of a process lies at most a core dump that was forbidden.
const EXIT_WITHIN: Duration = Duration::from_secs(1);

/// Why a worker whose pipe closed is gone.
pub(super) fn exit_error(worker: &str, child: Option<&mut Child>) -> EngineError {
    let Some(status) = child.and_then(last_words) else {
        return EngineError::Died { worker: worker.to_owned(), how: msg("workers-pipe-closed") };
    };
    #[cfg(unix)]
    let how = {
        use std::os::unix::process::ExitStatusExt;
        match status.signal() {
            Some(libc::SIGILL) => return EngineError::Illegal { worker: worker.to_owned() },
            Some(n) => msg("workers-signal").shown("n", n),
            None => msg("workers-exit-code").shown("n", status.code().unwrap_or(-1)),
        }
    };
    #[cfg(not(unix))]
    let how = format!("{status}");
    EngineError::Died { worker: worker.to_owned(), how }
}

/// The status of a process whose pipe closed; one that lives on all the same is left to be killed.
fn last_words(child: &mut Child) -> Option<std::process::ExitStatus> {
    let until = Instant::now() + EXIT_WITHIN;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
            _ => return None,
        }
    }
}
