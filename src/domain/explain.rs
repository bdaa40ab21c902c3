//! How every layer explains a failure: what happened, what to do, and the exit code of the command line.
//! Both are messages, data until they are shown; they hold no client words. Their sentences stand in `errors.ftl`.

use crate::domain::practice::lang::Lang;
use crate::texts::Message;

/// Exit codes of the command line; the numbers are a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It was tried and failed.
    Failed = 1,
    /// The command was not well formed.
    Usage = 2,
    /// The vault is locked, by a missing passphrase, a delay or another process.
    Locked = 10,
    /// The passphrase opens no key slot.
    WrongPassphrase = 11,
    /// Data was found damaged, incomplete, forked or of a newer version.
    Damaged = 12,
    /// The policy, a consent, a licence or the state forbids it.
    Refused = 13,
    /// A model is missing or is not what its hash says.
    Model = 14,
}

/// An error that can be shown to a person. Its `Display` is the English of [`Explain::message`].
pub trait Explain: std::error::Error {
    /// One line that says what happened.
    fn message(&self) -> Message;
    /// One line that says what to do now.
    fn hint(&self) -> Message;
    /// The exit code when this ends a command.
    fn exit(&self) -> Exit {
        Exit::Failed
    }
}

/// Any explained error, as data: what a command or a screen finally shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReport {
    /// What happened, one line, no client words.
    pub what: Message,
    /// What to do, one line.
    pub hint: Message,
    /// The exit code.
    pub exit: Exit,
}

impl ErrorReport {
    /// A fault with the general exit code.
    pub const fn failed(what: Message, hint: Message) -> Self {
        ErrorReport { what, hint, exit: Exit::Failed }
    }

    /// A fault of the command's own words.
    pub const fn usage(what: Message, hint: Message) -> Self {
        ErrorReport { what, hint, exit: Exit::Usage }
    }

    /// A fault with a chosen exit code.
    pub const fn with(exit: Exit, what: Message, hint: Message) -> Self {
        ErrorReport { what, hint, exit }
    }
}

impl ErrorReport {
    /// What happened and what to do, each one line, in the language of the reader.
    pub fn said(&self, lang: Lang) -> (String, String) {
        (self.what.text(lang), self.hint.text(lang))
    }
}

impl std::fmt::Display for ErrorReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.what.fmt(f)
    }
}

impl<E: Explain> From<E> for ErrorReport {
    fn from(e: E) -> Self {
        ErrorReport { what: e.message(), hint: e.hint(), exit: e.exit() }
    }
}
