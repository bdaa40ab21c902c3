//! Steers a run from elsewhere: stop, off the record, pause.

use crate::domain::practice::recording::Skipped;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// What may be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Ear {
    /// Everything.
    #[default]
    Open = 0,
    /// Nothing is heard, recorded or kept; the time becomes a gap `off-record`.
    OffRecord = 1,
    /// The same, as a gap `pause`.
    Paused = 2,
}

impl Ear {
    /// Why nothing is recorded while the ear is so.
    pub(super) const fn skips(self) -> Skipped {
        match self {
            Ear::OffRecord => Skipped::OffRecord,
            Ear::Paused | Ear::Open => Skipped::Pause,
        }
    }
}

/// Steers a run from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Control {
    stop: Arc<AtomicBool>,
    ear: Arc<AtomicU8>,
}

impl Control {
    /// Ends the run as if the sound had ended: what is open is still written down.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Whether it was told to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Opens or closes the ear.
    pub fn ear(&self, ear: Ear) {
        self.ear.store(ear as u8, Ordering::SeqCst);
    }

    /// How the ear is.
    pub fn hears(&self) -> Ear {
        match self.ear.load(Ordering::SeqCst) {
            0 => Ear::Open,
            1 => Ear::OffRecord,
            _ => Ear::Paused,
        }
    }
}
