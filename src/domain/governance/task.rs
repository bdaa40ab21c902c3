//! What the access log says that was done.

use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// What was done, as the log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// The vault was made.
    Found,
    /// The vault was unlocked.
    Unlock,
    /// The vault was locked.
    Lock,
    /// A client was added.
    AddClient,
    /// A consent was written or withdrawn.
    Consent,
    /// A supervisor got a client's keys; the detail is that member.
    Assign,
    /// A supervisor's keys to a client were destroyed; the detail is that member.
    Unassign,
    /// A session began.
    BeginSession,
    /// A session ended.
    EndSession,
    /// Content was read.
    Read,
    /// Something was asked for and refused: by the policy, whose word for it is the detail, or for want of a key.
    Refused,
    /// Something was written outside a session.
    Write,
    /// A note was signed or co-signed.
    Sign,
    /// Content left the vault; always with a reason.
    ///
    /// The one rule of what that is (L10, "export and print need a reason; the inspection lists them"): content, or a
    /// sealed record that holds it, is written in a form made for use without this vault: a table (`csv`), a bundle for
    /// another program (`fhir`), record files for another tool (`vault unpack`), or whatever its reader takes away and
    /// says so by giving a reason. What is shown for reading here, as text or as `--json` to a program that shows it,
    /// is [`Task::Read`]. A backup only becomes a vault again, under the same keys and the same policy:
    /// [`Task::Backup`]. The access log, certificates and reports hold no content of a client.
    Export,
    /// An escalation.
    Escalate,
    /// The roster changed.
    Roster,
    /// The log itself was read.
    ReadLog,
    /// A month was inspected.
    Inspect,
    /// A backup was made, verified or restored.
    Backup,
    /// The store was checked or repaired.
    Check,
    /// Something was destroyed.
    Destroy,
    /// The passphrase was changed, a key renewed, or a recovery drill held.
    Rekey,
    /// A member who had lost the passphrase got a new one by two recovery phrases.
    Recover,
    /// A client went to another counsellor; the detail is that member.
    HandOver,
    /// What one person did alone was looked at by another; the detail is the entry's number.
    Review,
}

impl Task {
    /// What it is called where people read the log.
    pub const fn label(self) -> Message {
        match self {
            Task::Found => msg("log-task-found"),
            Task::Unlock => msg("log-task-unlock"),
            Task::Lock => msg("log-task-lock"),
            Task::AddClient => msg("log-task-add-client"),
            Task::Consent => msg("log-task-consent"),
            Task::Assign => msg("log-task-assign"),
            Task::Unassign => msg("log-task-unassign"),
            Task::BeginSession => msg("log-task-begin-session"),
            Task::EndSession => msg("log-task-end-session"),
            Task::Read => msg("log-task-read"),
            Task::Refused => msg("log-task-refused"),
            Task::Write => msg("log-task-write"),
            Task::Sign => msg("log-task-sign"),
            Task::Export => msg("log-task-export"),
            Task::Escalate => msg("log-task-escalate"),
            Task::Roster => msg("log-task-roster"),
            Task::ReadLog => msg("log-task-read-log"),
            Task::Inspect => msg("log-task-inspect"),
            Task::Backup => msg("log-task-backup"),
            Task::Check => msg("log-task-check"),
            Task::Destroy => msg("log-task-destroy"),
            Task::Rekey => msg("log-task-rekey"),
            Task::Recover => msg("log-task-recover"),
            Task::HandOver => msg("log-task-hand-over"),
            Task::Review => msg("log-task-review"),
        }
    }

    /// True where the log refuses an entry without a reason (L10).
    pub const fn needs_reason(self) -> bool {
        matches!(self, Task::Export | Task::Destroy | Task::Escalate | Task::Recover | Task::HandOver)
    }
}
