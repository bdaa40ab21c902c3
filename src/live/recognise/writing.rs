//! The writing side: one segment at a time through the engine and the filter, and between them the partials of what is
//! being spoken, within their budget.

use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Span;
use crate::domain::transcript::{Gap, NO_WORDS};
use crate::live::recognise::{Heard, Passed, Said, Settings, Spoken, Tally};
use crate::ports::engine::{EngineError, SpeechEngine};
use crate::protocol::Decode;
use crate::speech::agreement::Agreement;
use crate::speech::filter::{Circumstances, SpeechFilter, Verdict};
use crate::speech::segment::Segment;
use crate::speech::vad::ms_of;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often the writing side looks at the growing utterance.
const LOOK_EVERY: Duration = Duration::from_millis(60);
/// A partial needs this much new sound; less changes no word.
const PARTIAL_AFTER_MS: u64 = 700;
/// Partials together may cost one part in this many of one core.
const PARTIAL_SHARE: u32 = 3;
/// No partial is begun when the speaker has paused this long: the final is near and must not wait.
const PARTIAL_UNTIL_QUIET_MS: u64 = 100;
/// A stretch with at least this much voice and no words is told as a gap; shorter ones are coughs and breaths.
const TELL_VOICE_FROM_MS: u64 = 800;

/// The partials of one utterance and what they have cost.
#[derive(Default)]
pub(super) struct Partial {
    start: u64,
    decoded_ms: u64,
    agreement: Agreement,
    not_before: Option<Instant>,
}

/// The writing side.
pub(super) struct Writing<'a> {
    pub(super) engine: &'a mut dyn SpeechEngine,
    pub(super) filter: &'a SpeechFilter,
    pub(super) settings: &'a Settings,
    pub(super) on: &'a (dyn Fn(Heard) + Sync),
    pub(super) tally: Tally,
    pub(super) partial: Partial,
}

impl Writing<'_> {
    pub(super) fn run(&mut self, from: &Receiver<Passed>, spoken: &Mutex<Option<Spoken>>) -> Result<(), EngineError> {
        loop {
            match from.recv_timeout(if self.settings.partials { LOOK_EVERY } else { Duration::from_secs(1) }) {
                Ok(Passed::Segment(segment, ended)) => self.finish(segment, ended)?,
                Ok(Passed::Gap(gap)) => (self.on)(Heard::Gap(gap)),
                Ok(Passed::Reached(at_ms)) => (self.on)(Heard::Reached { at_ms }),
                Err(RecvTimeoutError::Timeout) => self.partial(spoken),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn how(&self) -> Decode {
        Decode { language: self.settings.language, prompt: self.settings.prompt.clone(), full_window: false }
    }

    fn finish(&mut self, segment: Segment, ended: Instant) -> Result<(), EngineError> {
        let span = segment.span();
        self.tally.segments += 1;
        self.tally.segments_ms += span.len_ms();
        match self.engine.decode(self.how(), &segment.pcm, &mut |_| {}) {
            Ok(decoded) => {
                self.tally.cpu_ms += decoded.cpu_ms;
                self.tally.decoded_twice += u64::from(decoded.decoded_twice);
                let with = Circumstances {
                    language: self.settings.language,
                    voiced_ms: segment.voiced_ms,
                    confidence: decoded.confidence,
                    no_speech: decoded.no_speech,
                };
                let verdict = self.filter.judge(decoded.text.reveal(), with);
                self.tally.unlooped += u64::from(matches!(verdict, Verdict::Unlooped(_)));
                match verdict {
                    Verdict::Keep(text) | Verdict::Unlooped(text) => {
                        self.tally.utterances += 1;
                        (self.on)(Heard::Final(Box::new(Said {
                            span,
                            text,
                            confidence: decoded.confidence,
                            segment,
                            lag_ms: ended.elapsed().as_millis() as u64,
                            cpu_ms: decoded.cpu_ms,
                        })));
                    }
                    Verdict::Drop(why) => {
                        self.tally.dropped += 1;
                        (self.on)(Heard::Dropped { span, why });
                        if segment.voiced_ms >= TELL_VOICE_FROM_MS {
                            let Span { start_ms, end_ms } = span;
                            (self.on)(Heard::Gap(Gap { start_ms, end_ms, reason: NO_WORDS.into() }));
                        }
                    }
                }
            }
            Err(fault) if self.settings.strict => return Err(fault),
            Err(fault) => {
                (self.on)(Heard::Trouble(fault));
                let Span { start_ms, end_ms } = span;
                (self.on)(Heard::Gap(Gap { start_ms, end_ms, reason: "worker".into() }));
            }
        }
        (self.on)(Heard::Reached { at_ms: span.end_ms });
        Ok(())
    }

    /// Decodes what is being spoken if enough of it is new and the budget allows.
    fn partial(&mut self, spoken: &Mutex<Option<Spoken>>) {
        let now = Instant::now();
        if !self.settings.partials || self.partial.not_before.is_some_and(|t| now < t) {
            return;
        }
        let (start, pcm) = match spoken.lock() {
            Ok(guard) => match guard.as_ref() {
                Some(s) if s.quiet_ms < PARTIAL_UNTIL_QUIET_MS => (s.start, s.pcm.clone()),
                _ => return,
            },
            Err(_) => return,
        };
        let length_ms = ms_of(pcm.len() as u64);
        if self.partial.start != start || self.partial.decoded_ms > length_ms {
            self.partial = Partial { start, not_before: self.partial.not_before, ..Partial::default() };
        }
        if length_ms < self.partial.decoded_ms + PARTIAL_AFTER_MS {
            return;
        }
        self.partial.decoded_ms = length_ms;
        // The final pass tells when the engine fails; a partial is dispensable.
        let Ok(decoded) = self.engine.decode(self.how(), &pcm, &mut |_| {}) else { return };
        self.tally.partials += 1;
        self.tally.partial_cpu_ms += decoded.cpu_ms;
        self.partial.not_before = Some(now + Duration::from_millis(decoded.cpu_ms) * PARTIAL_SHARE);
        let with = Circumstances {
            language: self.settings.language,
            voiced_ms: length_ms,
            confidence: decoded.confidence,
            no_speech: decoded.no_speech,
        };
        if let Verdict::Keep(text) = self.filter.judge(decoded.text.reveal(), with) {
            let text = ClientText::new(&self.partial.agreement.take(text.reveal()));
            let committed = self.partial.agreement.committed();
            (self.on)(Heard::Partial { start_ms: ms_of(start), text, committed });
        }
    }
}
