//! The writing side: segments through the engine and the filter. A file is written down window by window; what a session does at once
//! is in `spoken.rs`.

use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Span;
use crate::domain::transcript::{Gap, NO_WORDS};
use crate::live::recognise::heard::{Heard, Said, Tally, Timed};
use crate::live::recognise::partial::Partial;
use crate::live::recognise::passed::{Early, Passed, Spoken};
use crate::live::recognise::settings::Settings;
use crate::ports::engine::{EngineError, SpeechEngine};
use crate::protocol::{Decode, Decoded, Pass};
use crate::speech::filter::{Circumstances, Dropped, SpeechFilter, Verdict};
use crate::speech::segment::Segment;
use crate::speech::window::{Part, Share, Window, Word};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often the writing side looks at the growing utterance, and whether a window that waits may be heard again.
const LOOK_EVERY: Duration = Duration::from_millis(60);
/// The same while nobody speaks and nothing waits: whoever begins to speak wakes it.
const LOOK_IN_SILENCE: Duration = Duration::from_secs(1);
/// An utterance that got no words from its window is decoded alone when somebody spoke this long in it.
const WORTH_ALONE_MS: u64 = 300;
/// A stretch with at least this much voice and no words is told as a gap; shorter ones are coughs and breaths.
const TELL_VOICE_FROM_MS: u64 = 800;

/// What is kept beside the sound of an utterance in a window.
#[derive(Debug, Clone)]
pub(super) struct Waits {
    pub(super) ended: Instant,
    /// What a quick decode already told of it.
    pub(super) told: Option<ClientText>,
}

/// What was made of one utterance of a window.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) confidence: Option<f32>,
    /// With their times, where the decode gave them.
    pub(super) words: Vec<Word>,
}

/// The writing side.
pub(super) struct Writing<'a> {
    pub(super) filter: &'a SpeechFilter,
    pub(super) settings: &'a Settings,
    pub(super) on: &'a (dyn Fn(Heard) + Sync),
    pub(super) tally: Tally,
    pub(super) partial: Partial,
    /// The window that is being filled.
    pub(super) open: Window<Waits>,
    /// How far the sound of a file has come while windows wait, session time: told when they were decoded.
    pub(super) reached_ms: u64,
    /// Windows that are full, oldest first: of a session those that wait for a quiet moment, of a file one.
    pub(super) full: VecDeque<Window<Waits>>,
    /// What the hearing side passes on.
    pub(super) from: Receiver<Passed>,
    /// What is being spoken, where partials are wanted.
    pub(super) spoken: &'a Mutex<Option<Spoken>>,
    /// Taken from the hearing side and not yet looked at.
    pub(super) taken: Option<Passed>,
    /// An utterance that was decoded before its pause was over.
    pub(super) early: Option<Early>,
}

impl Writing<'_> {
    pub(super) fn run(&mut self, engine: &mut dyn SpeechEngine) -> Result<(), EngineError> {
        let quick = self.settings.quick;
        loop {
            let passed = match self.taken.take() {
                Some(passed) => Ok(passed),
                None => self.from.recv_timeout(self.look_again_in()),
            };
            match passed {
                Ok(Passed::Segment(segment, ended)) => {
                    self.count(&segment);
                    if quick { self.hear_now(engine, segment, ended)? } else { self.gather(engine, segment, ended)? }
                }
                Ok(Passed::Begins) => {}
                Ok(Passed::Ending(start, pcm)) => self.hear_ending(engine, start, &pcm),
                Ok(Passed::Gap(gap)) => {
                    // Nothing reaches across a gap, and what was said before it is told before it.
                    self.close_window(engine)?;
                    (self.on)(Heard::Gap(gap));
                }
                Ok(Passed::Reached(at_ms)) => {
                    if quick || (self.open.is_empty() && self.full.is_empty()) {
                        (self.on)(Heard::Reached { at_ms });
                    } else {
                        self.reached_ms = at_ms;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    if !self.hear_again(engine)? {
                        self.partial(engine);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.close_window(engine)?;
                    while self.hear_again(engine)? {}
                    return Ok(());
                }
            }
        }
    }

    fn look_again_in(&self) -> Duration {
        let spoken = || self.spoken.lock().is_ok_and(|spoken| spoken.is_some());
        if self.settings.quick && (!self.full.is_empty() || spoken()) { LOOK_EVERY } else { LOOK_IN_SILENCE }
    }

    pub(super) fn count(&mut self, segment: &Segment) {
        self.tally.segments += 1;
        self.tally.segments_ms += segment.span().len_ms();
    }

    pub(super) fn how(&self, pass: Pass) -> Decode {
        Decode { language: self.settings.language, prompt: None, pass }
    }

    pub(super) fn judge(&self, text: &str, voiced_ms: u64, confidence: Option<f32>, no_speech: Option<f32>) -> Verdict {
        let language = self.settings.language;
        self.filter.judge(text, Circumstances { language, voiced_ms, confidence, no_speech })
    }

    /// A file: an utterance waits until its window is full, and that one until the next is, for the last two are settled
    /// together.
    fn gather(&mut self, engine: &mut dyn SpeechEngine, segment: Segment, ended: Instant) -> Result<(), EngineError> {
        if !self.open.has_room_for(&segment) {
            let window = std::mem::take(&mut self.open);
            self.full.push_back(window);
            if self.full.len() > 1
                && let Some(before) = self.full.pop_front()
            {
                self.write_down(engine, before)?;
            }
        }
        self.open.push(segment, Waits { ended, told: None });
        Ok(())
    }

    /// Nothing more comes, or nothing that belongs to what came before.
    fn close_window(&mut self, engine: &mut dyn SpeechEngine) -> Result<(), EngineError> {
        if self.settings.quick {
            self.queue_open();
            return Ok(());
        }
        let open = std::mem::take(&mut self.open);
        let (first, second) = match self.full.pop_front() {
            Some(full) => full.settle_last(open),
            None => (open, None),
        };
        for window in std::iter::once(first).chain(second).filter(|w| !w.is_empty()) {
            self.write_down(engine, window)?;
        }
        let at_ms = std::mem::take(&mut self.reached_ms);
        if at_ms > 0 {
            (self.on)(Heard::Reached { at_ms });
        }
        Ok(())
    }

    /// A file: what the utterances of a window say, for the first and last time.
    fn write_down(&mut self, engine: &mut dyn SpeechEngine, window: Window<Waits>) -> Result<(), EngineError> {
        let spans: Vec<Span> = window.parts().iter().map(|p| p.segment.span()).collect();
        let end_ms = spans.last().map_or(0, |s| s.end_ms);
        match self.hear(engine, &window) {
            Ok((judged, cpu_ms)) => {
                let each = cpu_ms / spans.len().max(1) as u64;
                for (Part { segment, with, .. }, judged) in window.into_parts().into_iter().zip(judged) {
                    let judged = self.alone(engine, &segment, judged)?;
                    self.tell(segment, with.ended, judged, each);
                }
            }
            Err(fault) => self.fail(fault, &spans)?,
        }
        (self.on)(Heard::Reached { at_ms: end_ms });
        Ok(())
    }

    /// Decodes a window and judges what each of its utterances got; with the CPU time of it, milliseconds.
    fn hear(
        &mut self,
        engine: &mut dyn SpeechEngine,
        window: &Window<Waits>,
    ) -> Result<(Vec<Judged>, u64), EngineError> {
        let decoded = engine.decode(self.how(Pass::Window), &window.pcm(), &mut |_| {})?;
        Ok(self.judged(window, &decoded))
    }

    /// What each utterance of a decoded window got, and the CPU time of it, milliseconds.
    pub(super) fn judged(&mut self, window: &Window<Waits>, decoded: &Decoded) -> (Vec<Judged>, u64) {
        self.tally.windows += 1;
        self.tally.window_cpu_ms += decoded.cpu_ms;
        self.tally.decoded_twice += u64::from(decoded.decoded_twice);
        let shares = match window.parts() {
            [_] => {
                let text = decoded.text.reveal().to_owned();
                vec![Share { text, confidence: decoded.confidence, words: decoded.words.clone() }]
            }
            // Without times nobody gets anything; then each is decoded alone.
            _ => window.share(&decoded.words),
        };
        let judged = window.parts().iter().zip(shares).map(|(part, share)| Judged {
            verdict: self.judge(&share.text, part.segment.voiced_ms, share.confidence, decoded.no_speech),
            confidence: share.confidence,
            words: share.words,
        });
        (judged.collect(), decoded.cpu_ms)
    }

    /// An utterance in which somebody spoke and that got no words, or more than can be said, is decoded by itself.
    fn alone(
        &mut self,
        engine: &mut dyn SpeechEngine,
        segment: &Segment,
        judged: Judged,
    ) -> Result<Judged, EngineError> {
        let unheard = matches!(judged.verdict, Verdict::Drop(Dropped::Empty | Dropped::TooMuch));
        if !unheard || segment.voiced_ms < WORTH_ALONE_MS {
            return Ok(judged);
        }
        let decoded = match engine.decode(self.how(Pass::Quick), &segment.pcm, &mut |_| {}) {
            Ok(decoded) => decoded,
            Err(fault) if self.settings.strict => return Err(fault),
            Err(_) => return Ok(judged),
        };
        self.tally.alone += 1;
        self.tally.cpu_ms += decoded.cpu_ms;
        let Decoded { text, confidence, no_speech, .. } = &decoded;
        let verdict = self.judge(text.reveal(), segment.voiced_ms, *confidence, *no_speech);
        Ok(Judged { verdict, confidence: decoded.confidence, words: Vec::new() })
    }

    pub(super) fn tell(&mut self, segment: Segment, ended: Instant, judged: Judged, cpu_ms: u64) {
        let span = segment.span();
        self.tally.unlooped += u64::from(matches!(judged.verdict, Verdict::Unlooped(_)));
        match judged.verdict {
            Verdict::Keep(text) | Verdict::Unlooped(text) => {
                self.tally.utterances += 1;
                let (confidence, lag_ms) = (judged.confidence, ended.elapsed().as_millis() as u64);
                (self.on)(Heard::Final(Box::new(Said { span, text, confidence, segment, lag_ms, cpu_ms })));
                self.tell_times(span, judged.words);
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

    /// When the words of an utterance that was told were said.
    pub(super) fn tell_times(&self, span: Span, words: Vec<Word>) {
        if !words.is_empty() {
            (self.on)(Heard::Timed(Timed { span, words }));
        }
    }

    /// The engine failed: the end of a file, in a session a gap for each utterance.
    pub(super) fn fail(&mut self, fault: EngineError, spans: &[Span]) -> Result<(), EngineError> {
        if self.settings.strict {
            return Err(fault);
        }
        (self.on)(Heard::Trouble(fault));
        for Span { start_ms, end_ms } in spans {
            (self.on)(Heard::Gap(Gap { start_ms: *start_ms, end_ms: *end_ms, reason: "worker".into() }));
        }
        Ok(())
    }
}
