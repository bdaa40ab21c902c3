//! The way into the core of a session, and the way out of it.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::session_event::{SessionCommand, SessionEvent};
use crate::live::recognise::{Heard, RecogniseError, Tally};
use crate::live::recorder_feed::RecorderSaid;
use std::sync::mpsc::SyncSender;

/// What reaches the core.
pub(super) enum Incoming {
    Heard(Heard),
    Command(SessionCommand),
    Advising(u32, u32),
    Advised(Result<Box<crate::domain::advice::suggestion::Suggestions>, ErrorReport>),
    RecorderSaid(RecorderSaid),
    SoundEnded(Result<Tally, RecogniseError>),
}

/// The way out of the session.
#[derive(Clone)]
pub(super) struct Events {
    pub(super) to: SyncSender<SessionEvent>,
}

impl Events {
    /// Says something that must arrive; a listener that left does not stop the session.
    pub(super) fn say(&self, event: SessionEvent) {
        let _ = self.to.send(event);
    }

    /// Says something that may be dropped when the listener is behind.
    pub(super) fn mention(&self, event: SessionEvent) {
        let _ = self.to.try_send(event);
    }
}
