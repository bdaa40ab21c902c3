//! What the writing side of a session does at once: an utterance is told from a quick decode, begun before its pause is over, and again
//! when its window was heard with what stands around it. In between come the partials of what is being spoken, within their budget.
//! Whatever is longer than a quick decode is interrupted by an utterance that ends.

use crate::domain::practice::text::ClientText;
use crate::live::recognise::heard::{Heard, Revised};
use crate::live::recognise::passed::{Early, Passed};
use crate::live::recognise::writing::{Judged, Waits, Writing};
use crate::ports::engine::{EngineError, Interrupt, Interrupts, SpeechEngine};
use crate::protocol::{Decoded, Pass};
use crate::speech::filter::Verdict;
use crate::speech::segment::Segment;
use crate::speech::vad::ms_of;
use crate::speech::window::{Part, Window};
use std::time::Instant;

/// Full windows that may wait to be heard again while quick decodes have the right of way: four minutes of speech,
/// 8 MB. Beyond it the oldest keeps its quick words: a machine that is so far behind must not fall further.
const WAITING_WINDOWS: usize = 8;

impl Writing<'_> {
    /// The words of one utterance at once. It goes into the window all the same.
    pub(super) fn hear_now(
        &mut self,
        engine: &mut dyn SpeechEngine,
        segment: Segment,
        ended: Instant,
    ) -> Result<(), EngineError> {
        let decoded = match self.heard_early(&segment) {
            Some(decoded) => Ok(decoded),
            None => engine.decode(self.how(Pass::Quick), &segment.pcm, &mut |_| {}),
        };
        self.heard_now(segment, ended, decoded)
    }

    /// What was decoded before the pause was over, if it is this.
    fn heard_early(&mut self, segment: &Segment) -> Option<Decoded> {
        let early = self.early.take()?;
        (early.start == segment.start && early.samples == segment.pcm.len()).then_some(early.decoded)
    }

    fn heard_now(
        &mut self,
        segment: Segment,
        ended: Instant,
        decoded: Result<Decoded, EngineError>,
    ) -> Result<(), EngineError> {
        let span = segment.span();
        match decoded {
            Ok(decoded) => {
                self.tally.cpu_ms += decoded.cpu_ms;
                self.tally.decoded_twice += u64::from(decoded.decoded_twice);
                let Decoded { text, confidence, no_speech, .. } = &decoded;
                let verdict = self.judge(text.reveal(), segment.voiced_ms, *confidence, *no_speech);
                let told = match &verdict {
                    Verdict::Keep(text) | Verdict::Unlooped(text) => Some(text.clone()),
                    Verdict::Drop(_) => None,
                };
                let judged = Judged { verdict, confidence: decoded.confidence, words: Vec::new() };
                let part = segment.clone();
                self.tell(segment, ended, judged, decoded.cpu_ms);
                self.add(part, Waits { ended, told });
            }
            Err(fault) => self.fail(fault, &[span])?,
        }
        (self.on)(Heard::Reached { at_ms: span.end_ms });
        Ok(())
    }

    /// Decodes what may be a whole utterance, while its pause goes on.
    pub(super) fn hear_ending(&mut self, engine: &mut dyn SpeechEngine, start: u64, pcm: &[i16]) {
        if !self.may_end(start, pcm.len()) {
            return;
        }
        // The utterance itself tells when the engine fails.
        if let Ok(decoded) = engine.decode(self.how(Pass::Quick), pcm, &mut |_| {}) {
            self.heard_ending(start, pcm.len(), decoded);
        }
    }

    /// Whether nothing came since that says otherwise: somebody spoke on, or the segment is there and is another one.
    fn may_end(&mut self, start: u64, samples: usize) -> bool {
        if self.taken.is_none() {
            self.taken = self.from.try_recv().ok();
        }
        match &self.taken {
            Some(Passed::Segment(segment, _)) => segment.start == start && segment.pcm.len() == samples,
            Some(_) => false,
            None => self.spoken.lock().is_ok_and(|spoken| {
                // The hearing side shows more than it passed on where somebody spoke on.
                let since = |pcm: &[i16]| ms_of(pcm.len().saturating_sub(samples) as u64);
                spoken.as_ref().is_some_and(|s| s.start == start && since(&s.pcm) <= s.quiet_ms)
            }),
        }
    }

    fn heard_ending(&mut self, start: u64, samples: usize, decoded: Decoded) {
        self.partial.took(start, ms_of(samples as u64));
        self.show_partial(ms_of(start), samples, &decoded);
        self.early = Some(Early { start, samples, decoded });
    }

    /// Puts an utterance into its window.
    fn add(&mut self, segment: Segment, with: Waits) {
        if !self.open.has_room_for(&segment) {
            self.queue_open();
        }
        self.open.push(segment, with);
    }

    /// A full window waits until nothing else is to be done.
    pub(super) fn queue_open(&mut self) {
        let window = std::mem::take(&mut self.open);
        if window.is_empty() {
            return;
        }
        self.full.push_back(window);
        if self.full.len() > WAITING_WINDOWS {
            self.full.pop_front();
            self.tally.heard_once += 1;
        }
    }

    /// Hears the oldest full window again, interrupted by whatever is more urgent; false when none waits. A fault leaves the quick
    /// words.
    pub(super) fn hear_again(&mut self, engine: &mut dyn SpeechEngine) -> Result<bool, EngineError> {
        if !self.settings.quick {
            return Ok(false);
        }
        let Some(window) = self.full.pop_front() else { return Ok(false) };
        let how = self.how(Pass::Window);
        let mut meanwhile = Meanwhile { writing: self, asked: None, fault: None };
        let decoded = engine.decode_interruptibly(how, &window.pcm(), &mut meanwhile);
        if let Some(fault) = meanwhile.fault {
            return Err(fault);
        }
        match decoded {
            Ok(decoded) => self.revise_all(window, &decoded),
            Err(fault) => (self.on)(Heard::Trouble(fault)),
        }
        Ok(true)
    }

    fn revise_all(&mut self, window: Window<Waits>, decoded: &Decoded) {
        let (judged, cpu_ms) = self.judged(&window, decoded);
        let each = cpu_ms / window.parts().len().max(1) as u64;
        for (Part { segment, with, .. }, judged) in window.into_parts().into_iter().zip(judged) {
            self.revise(segment, with, judged, each);
        }
    }

    fn revise(&mut self, segment: Segment, with: Waits, judged: Judged, cpu_ms: u64) {
        let text = match &judged.verdict {
            Verdict::Keep(text) | Verdict::Unlooped(text) => text.clone(),
            // The quick words stay: a window can give an utterance's words to its neighbour.
            Verdict::Drop(_) => return,
        };
        match with.told {
            // The quick decode found no words in it.
            None => self.tell(segment, with.ended, judged, cpu_ms),
            Some(told) => {
                let (span, confidence) = (segment.span(), judged.confidence);
                if told != text {
                    self.tally.revised += 1;
                    (self.on)(Heard::Revised(Revised { span, text, confidence }));
                }
                self.tell_times(span, judged.words);
            }
        }
    }

    /// Decodes what is being spoken if enough of it is new and the budget allows.
    pub(super) fn partial(&mut self, engine: &mut dyn SpeechEngine) {
        if !self.settings.partials {
            return;
        }
        let Some((start_ms, pcm)) = self.partial.due(self.spoken) else { return };
        let (how, begun) = (self.how(Pass::Quick), Instant::now());
        // The final pass tells when the engine fails; a partial is dispensable.
        let Ok(decoded) = engine.decode_interruptibly(how, &pcm, &mut Dispensable { writing: self }) else {
            self.partial.paid(begun.elapsed().as_millis() as u64);
            return;
        };
        self.show_partial(start_ms, pcm.len(), &decoded);
    }

    fn show_partial(&mut self, start_ms: u64, samples: usize, decoded: &Decoded) {
        self.tally.partials += 1;
        self.tally.partial_cpu_ms += decoded.cpu_ms;
        self.partial.paid(decoded.cpu_ms);
        let length_ms = ms_of(samples as u64);
        let verdict = self.judge(decoded.text.reveal(), length_ms, decoded.confidence, decoded.no_speech);
        if let Verdict::Keep(text) = verdict {
            let (text, committed): (ClientText, usize) = self.partial.take(text.reveal());
            (self.on)(Heard::Partial { start_ms, text, committed });
        }
    }
}

/// What an utterance was asked for that goes before the window.
enum Asked {
    Segment(Segment, Instant),
    Ending(u64, usize),
}

/// What may interrupt a window: an utterance that has ended or may have.
struct Meanwhile<'w, 'a> {
    writing: &'w mut Writing<'a>,
    asked: Option<Asked>,
    /// Why listening ends, where a failing engine ends it.
    fault: Option<EngineError>,
}

impl Interrupts for Meanwhile<'_, '_> {
    fn look(&mut self) -> Interrupt {
        let writing = &mut *self.writing;
        while let Some(passed) = writing.taken.take().or_else(|| writing.from.try_recv().ok()) {
            match passed {
                Passed::Segment(segment, ended) => {
                    writing.count(&segment);
                    match writing.heard_early(&segment) {
                        Some(decoded) => self.fault = writing.heard_now(segment, ended, Ok(decoded)).err(),
                        None => {
                            let first = Interrupt::First(writing.how(Pass::Quick), segment.pcm.clone());
                            self.asked = Some(Asked::Segment(segment, ended));
                            return first;
                        }
                    }
                }
                Passed::Ending(start, pcm) => {
                    if writing.may_end(start, pcm.len()) {
                        self.asked = Some(Asked::Ending(start, pcm.len()));
                        return Interrupt::First(writing.how(Pass::Quick), pcm);
                    }
                }
                Passed::Gap(gap) => {
                    writing.queue_open();
                    (writing.on)(Heard::Gap(gap));
                }
                Passed::Reached(at_ms) => (writing.on)(Heard::Reached { at_ms }),
                Passed::Begins => {}
            }
        }
        Interrupt::None
    }

    fn heard(&mut self, decoded: Result<Decoded, EngineError>) {
        match (self.asked.take(), decoded) {
            (Some(Asked::Segment(segment, ended)), decoded) => {
                self.fault = self.writing.heard_now(segment, ended, decoded).err();
            }
            (Some(Asked::Ending(start, samples)), Ok(decoded)) => self.writing.heard_ending(start, samples, decoded),
            // The utterance itself tells when the engine fails.
            (Some(Asked::Ending(..)), Err(_)) | (None, _) => {}
        }
    }
}

/// A partial: whatever ends or may have ended is worth more.
struct Dispensable<'w, 'a> {
    writing: &'w mut Writing<'a>,
}

impl Interrupts for Dispensable<'_, '_> {
    fn look(&mut self) -> Interrupt {
        while matches!(self.writing.taken, None | Some(Passed::Begins)) {
            self.writing.taken = self.writing.from.try_recv().ok();
            if self.writing.taken.is_none() {
                break;
            }
        }
        match self.writing.taken {
            Some(Passed::Segment(..) | Passed::Ending(..)) => Interrupt::Stop,
            _ => Interrupt::None,
        }
    }

    fn heard(&mut self, _: Result<Decoded, EngineError>) {}
}
