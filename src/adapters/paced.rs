//! A file at the speed of life: for `--pace real`, for demonstrations, and for measuring delays without a microphone.

use crate::ports::audio::{AudioError, PIECES_A_SECOND, PIECES_A_SECOND_OF_SPEECH, Read, Sound};
use crate::speech::vad::RATE;
use crate::texts::Message;
use std::time::{Duration, Instant};

/// Sound that is given no sooner than it would have been spoken.
pub struct Paced<S> {
    from: S,
    begun: Option<Instant>,
    given: u64,
    waiting: Vec<i16>,
    at: usize,
    speech: bool,
}

impl<S: Sound> Paced<S> {
    /// Starts its clock at the first read.
    pub fn new(from: S) -> Self {
        Paced { from, begun: None, given: 0, waiting: Vec::new(), at: 0, speech: false }
    }
}

impl<S: Sound> Sound for Paced<S> {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        if self.at == self.waiting.len() {
            self.waiting.clear();
            self.at = 0;
            match self.from.read(&mut self.waiting)? {
                Read::Some => {}
                other => return Ok(other),
            }
        }
        let pieces = if self.speech { PIECES_A_SECOND_OF_SPEECH } else { PIECES_A_SECOND };
        let end = (self.at + (RATE / pieces) as usize).min(self.waiting.len());
        self.given += (end - self.at) as u64;
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let due = begun + Duration::from_micros(self.given * 1_000_000 / u64::from(RATE));
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        into.extend_from_slice(&self.waiting[self.at..end]);
        self.at = end;
        Ok(Read::Some)
    }

    fn somebody_speaks(&mut self, speaks: bool) {
        self.speech = speaks;
    }

    fn total_ms(&self) -> Option<u64> {
        self.from.total_ms()
    }

    fn is_live(&self) -> bool {
        true
    }

    fn warnings(&self) -> Vec<Message> {
        self.from.warnings()
    }
}
