//! The workstation's own clock, and one for tests that does not move.

use crate::domain::practice::time::Timestamp;
use crate::ports::clock::Clock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock of the operating system, in UTC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that goes only when it is set.
#[derive(Debug, Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock that is always `at`.
    pub const fn new(at: Timestamp) -> Self {
        SetClock(AtomicI64::new(at.0))
    }

    /// Puts the hands, forward or back.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

impl Clock for std::sync::Arc<SetClock> {
    fn now(&self) -> Timestamp {
        SetClock::now(self)
    }
}
