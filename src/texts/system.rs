//! Reasons of the operating system as sentences: the kinds that a counsellor's machine gives have their own words.

use crate::texts::message::{Arg, Message, msg};
use std::io::{Error, ErrorKind};

/// The sentence of a kind of failure.
pub fn reason(kind: ErrorKind) -> Message {
    match kind {
        ErrorKind::StorageFull => msg("system-storage-full"),
        ErrorKind::NotFound => msg("system-not-found"),
        ErrorKind::PermissionDenied => msg("system-permission-denied"),
        ErrorKind::IsADirectory => msg("system-is-a-directory"),
        ErrorKind::NotADirectory => msg("system-not-a-directory"),
        ErrorKind::ReadOnlyFilesystem => msg("system-read-only"),
        ErrorKind::FileTooLarge => msg("system-file-too-large"),
        ErrorKind::QuotaExceeded => msg("system-quota-exceeded"),
        ErrorKind::UnexpectedEof => msg("system-unexpected-end"),
        ErrorKind::BrokenPipe => msg("system-broken-pipe"),
        ErrorKind::TimedOut => msg("system-timed-out"),
        ErrorKind::AlreadyExists => msg("system-already-exists"),
        ErrorKind::Other => msg("system-other"),
        other => msg("system-kind").with("kind", other.to_string()),
    }
}

/// The sentence of a failure, with the number of the system where it has one.
pub fn of(e: &Error) -> Message {
    /// Linux and macOS: input/output error. It has no [`ErrorKind`] of its own.
    const EIO: i32 = 5;
    let why = match e.raw_os_error() {
        Some(EIO) => msg("system-input-output"),
        _ => reason(e.kind()),
    };
    match e.raw_os_error() {
        Some(n) => msg("system-numbered").with("why", why).with("n", n),
        None => why,
    }
}

impl From<std::io::ErrorKind> for Arg {
    fn from(kind: std::io::ErrorKind) -> Self {
        reason(kind).into()
    }
}

impl From<&std::io::ErrorKind> for Arg {
    fn from(kind: &std::io::ErrorKind) -> Self {
        (*kind).into()
    }
}

impl From<&std::io::Error> for Arg {
    fn from(e: &std::io::Error) -> Self {
        of(e).into()
    }
}
