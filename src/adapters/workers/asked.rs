//! A worker as the engine it runs: each request with the one kind of answer that it may have.

use crate::adapters::workers::Worker;
use crate::domain::practice::text::ClientText;
use crate::ports::engine::{EngineError, Interrupts, LanguageEngine, SpeechEngine};
use crate::protocol::{Answer, Ask, Decode, Decoded, Judge, Judged, Load, Say, Write, Written};

impl SpeechEngine for Worker {
    fn load(&mut self, load: Load) -> Result<String, EngineError> {
        Worker::load(self, load)
    }

    fn decode(
        &mut self,
        how: Decode,
        pcm: &[i16],
        partial: &mut dyn FnMut(&ClientText),
    ) -> Result<Decoded, EngineError> {
        let answer = self.ask(&Ask::Decode(how), &bytes(pcm), partial);
        self.decoded(answer)
    }

    fn decode_interruptibly(
        &mut self,
        how: Decode,
        pcm: &[i16],
        interrupts: &mut dyn Interrupts,
    ) -> Result<Decoded, EngineError> {
        self.interruptibly(how, pcm, interrupts)
    }
}

/// As the worker reads it: i16 little endian.
pub(super) fn bytes(pcm: &[i16]) -> Vec<u8> {
    pcm.iter().flat_map(|s| s.to_le_bytes()).collect()
}

impl LanguageEngine for Worker {
    fn load(&mut self, load: Load) -> Result<String, EngineError> {
        Worker::load(self, load)
    }

    fn embed(&mut self, texts: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError> {
        match self.ask(&Ask::Embed { texts: texts.to_vec() }, &[], &mut |_| {})? {
            Answer::Embedded { vectors } => Ok(vectors),
            _ => Err(self.unexpected()),
        }
    }

    fn judge(&mut self, judge: Judge) -> Result<Judged, EngineError> {
        match self.ask(&Ask::Judge(judge), &[], &mut |_| {})? {
            Answer::Judged(j) => Ok(j),
            _ => Err(self.unexpected()),
        }
    }

    fn write(&mut self, write: Write) -> Result<Written, EngineError> {
        match self.ask(&Ask::Write(write), &[], &mut |_| {})? {
            Answer::Written(w) => Ok(w),
            _ => Err(self.unexpected()),
        }
    }

    fn write_together(
        &mut self,
        texts: Vec<Write>,
        done: &mut dyn FnMut(usize, Written) -> bool,
    ) -> Result<(), EngineError> {
        let canceller = self.canceller();
        // A worker that was started anew writes all of them again.
        let mut told = vec![false; texts.len()];
        let mut tell = |place: usize, text: Written| {
            if told.get(place) == Some(&false) {
                told[place] = true;
                return done(place, text);
            }
            true
        };
        let answer = self.ask_hearing(&Ask::WriteTogether { texts }, &[], &mut |say| {
            if let Say::Wrote { place, text, .. } = say
                && !tell(place, text)
            {
                canceller.cancel();
            }
        })?;
        let Answer::WrittenTogether { texts } = answer else { return Err(self.unexpected()) };
        let rest = texts.into_iter().enumerate().filter_map(|(place, text)| Some((place, text?)));
        for (place, text) in rest {
            if !tell(place, text) {
                return Err(EngineError::Cancelled);
            }
        }
        Ok(())
    }
}
