//! The words of the utterance that is being spoken: when it is worth decoding again, and which words stay.

use crate::domain::practice::text::ClientText;
use crate::live::recognise::passed::Spoken;
use crate::speech::agreement::Agreement;
use crate::speech::vad::ms_of;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A partial needs this much new sound; less changes no word.
const PARTIAL_AFTER_MS: u64 = 700;
/// Partials together may cost one part in this many of one core.
const PARTIAL_SHARE: u32 = 3;
/// No partial is begun when the speaker has paused this long: the final is near and must not wait.
const PARTIAL_UNTIL_QUIET_MS: u64 = 100;

/// The partials of one utterance and what they have cost.
#[derive(Default)]
pub(super) struct Partial {
    start: u64,
    decoded_ms: u64,
    agreement: Agreement,
    begun: Option<Instant>,
    not_before: Option<Instant>,
}

impl Partial {
    /// The sound to decode now and where it begins, milliseconds; nothing while too little is new or the budget is
    /// used up.
    pub(super) fn due(&mut self, spoken: &Mutex<Option<Spoken>>) -> Option<(u64, Vec<i16>)> {
        let now = Instant::now();
        if self.not_before.is_some_and(|t| now < t) {
            return None;
        }
        let (start, pcm) = {
            let guard = spoken.lock().ok()?;
            let s = guard.as_ref().filter(|s| s.quiet_ms < PARTIAL_UNTIL_QUIET_MS)?;
            (s.start, s.pcm.clone())
        };
        let length_ms = ms_of(pcm.len() as u64);
        if self.start != start || self.decoded_ms > length_ms {
            *self = Partial { start, not_before: self.not_before, ..Partial::default() };
        }
        if length_ms < self.decoded_ms + PARTIAL_AFTER_MS {
            return None;
        }
        self.decoded_ms = length_ms;
        self.begun = Some(now);
        Some((ms_of(start), pcm))
    }

    /// What is being spoken was decoded this far for another reason.
    pub(super) fn took(&mut self, start: u64, length_ms: u64) {
        if self.start != start {
            *self = Partial { start, not_before: self.not_before, ..Partial::default() };
        }
        self.decoded_ms = length_ms;
        self.begun = Some(Instant::now());
    }

    /// What the last one cost, CPU milliseconds.
    pub(super) fn paid(&mut self, cpu_ms: u64) {
        self.not_before = self.begun.map(|t| t + Duration::from_millis(cpu_ms) * PARTIAL_SHARE);
    }

    /// The words to show, and how many of them stay.
    pub(super) fn take(&mut self, decoded: &str) -> (ClientText, usize) {
        let text = ClientText::new(&self.agreement.take(decoded));
        (text, self.agreement.committed())
    }
}
