//! How every layer explains a failure: what happened, what to do, and the exit code of the command line.
//! Texts here and in every implementor hold no client words. They are made in English; [`words`] says them in Korean.

pub mod words;

use crate::domain::practice::lang::Lang;

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

/// An error that can be shown to a person: `Display` says what happened, [`Explain::hint`] what to do.
pub trait Explain: std::error::Error {
    /// One line that says what to do now.
    fn hint(&self) -> String;
    /// The exit code when this ends a command.
    fn exit(&self) -> Exit {
        Exit::Failed
    }
}

/// Any explained error, flattened: what a command or a screen finally shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReport {
    /// What happened, one line, no client words.
    pub what: String,
    /// What to do, one line.
    pub hint: String,
    /// The exit code.
    pub exit: Exit,
}

impl ErrorReport {
    /// A fault with the general exit code.
    pub fn failed(what: impl Into<String>, hint: impl Into<String>) -> Self {
        ErrorReport { what: what.into(), hint: hint.into(), exit: Exit::Failed }
    }

    /// A fault of the command's own words.
    pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        ErrorReport { what: what.into(), hint: hint.into(), exit: Exit::Usage }
    }

    /// A fault with a chosen exit code.
    pub fn with(exit: Exit, what: impl Into<String>, hint: impl Into<String>) -> Self {
        ErrorReport { what: what.into(), hint: hint.into(), exit }
    }
}

impl ErrorReport {
    /// What happened and what to do, each one line, in the language of the reader.
    pub fn said(&self, lang: Lang) -> (String, String) {
        (crate::domain::explain::words::said(&self.what, lang), crate::domain::explain::words::said(&self.hint, lang))
    }
}

impl std::fmt::Display for ErrorReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl<E: Explain> From<E> for ErrorReport {
    fn from(e: E) -> Self {
        ErrorReport { what: e.to_string(), hint: e.hint(), exit: e.exit() }
    }
}
