//! A file at the speed of life: for `--pace real`, for demonstrations, and for measuring delays without a microphone.

use crate::ports::audio::{AudioError, PIECES_A_SECOND, Read, SHORT_PIECES_A_SECOND, Sound};
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
    short: bool,
}

impl<S: Sound> Paced<S> {
    /// Starts its clock at the first read.
    pub fn new(from: S) -> Self {
        Paced { from, begun: None, given: 0, waiting: Vec::new(), at: 0, short: false }
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
        let pieces = if self.short { SHORT_PIECES_A_SECOND } else { PIECES_A_SECOND };
        let end = (self.at + (RATE / pieces) as usize).min(self.waiting.len());
        self.given += (end - self.at) as u64;
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let due = begun + Duration::from_micros(self.given * 1_000_000 / u64::from(RATE));
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        into.extend_from_slice(&self.waiting[self.at..end]);
        self.at = end;
        Ok(Read::Some)
    }

    fn in_short_pieces(&mut self, short: bool) {
        self.short = short;
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    struct Second(bool);

    impl Sound for Second {
        fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
            if std::mem::replace(&mut self.0, true) {
                return Ok(Read::End);
            }
            into.extend([1; RATE as usize]);
            Ok(Read::Some)
        }
    }

    #[test]
    fn sound_comes_in_fifths_of_a_second_and_in_40_ms_where_it_is_wanted_soon_and_none_is_left_out() {
        // As the session holds it.
        let mut sound: Box<dyn Sound> = Box::new(Paced::new(Second(false)));
        let mut pieces = Vec::new();
        loop {
            let mut piece = Vec::new();
            sound.in_short_pieces((2..4).contains(&pieces.len()));
            if sound.read(&mut piece).unwrap() == Read::End {
                break;
            }
            pieces.push(piece.len());
        }
        assert_eq!(pieces, [3200, 3200, 640, 640, 3200, 3200, 1920]);
    }
}
