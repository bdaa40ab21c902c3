//! One decode: of an utterance at once, or of a window with what stands around each word.

use crate::model::Model;
use crate::steering::{Ahead, Rest, Steering, Watch, abandoned, goes_on, steer};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::protocol::Decoded;
use gyeot::speech::ahead;
use gyeot::speech::characters::Allowed;
use gyeot::speech::filter::loops;
use gyeot::speech::vad::RATE;
use gyeot::speech::window::{GrowingWord, Word};
use gyeot::texts::msg;
use gyeot::worker::serve::{Fate, RequestContext};
use std::cell::{Cell, RefCell};
use whisper_rs::{FullParams, SamplingStrategy, WhisperState, WhisperTokenId};

/// Encoder positions per second of sound.
const POSITIONS_PER_SECOND: usize = 50;
/// Encoder positions beyond the sound. With 16 three of seven utterances looped, with 64 none (measured).
const SPARE_POSITIONS: usize = 64;
/// The whole window of Whisper, in encoder positions.
const WHOLE_WINDOW: usize = 1500;
/// Samples in the engine's unit of time, a hundredth of a second.
const SAMPLES_PER_TIME: usize = RATE as usize / 100;
/// What the engine takes for no limit of its tokens.
const NO_LIMIT: usize = 0;
/// A window that holds no more than this is not padded to 30 s. Measured: 2 to 11 s of four recordings, the same words.
const SHORT_WINDOW_S: usize = 12;
/// Encoder positions beyond the sound of such a window, and of an utterance that looped: five seconds. With the whole window an utterance
/// that looped took 1.5 s, and the next one waited for it (`cargo bench --bench live -- en`).
const SPARE_OF_A_WINDOW: usize = 256;
/// People say at most about five tokens a second; more is a loop.
const TOKENS_PER_SECOND: usize = 8;
/// Room for the text of a very short segment.
const SPARE_TOKENS: usize = 16;
/// The encoder gives way to an utterance so often, and begins again; then the utterance waits for it.
const GIVES_WAY: u32 = 4;

/// Parameters of one language. Made once: the binding leaks the language's name at each call.
pub struct Pinned {
    quick: FullParams<'static, 'static>,
    window: FullParams<'static, 'static>,
    tried: FullParams<'static, 'static>,
}

impl Pinned {
    pub fn new(language: Lang) -> Self {
        let mut quick = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        quiet(&mut quick, language);
        // No second tries at higher temperatures: they invent. The repetition check decodes again instead.
        quick.set_temperature_inc(0.0);
        quick.set_no_timestamps(true);
        quick.set_single_segment(true);
        // Greedy, looking ahead where it is unsure. The engine's own beam draws its tokens by chance: a beam of two was worse
        // than none, one of five hardly better for 1.8 times the CPU (Korean demo, 12.0, 19.2 and 11.0 % wrong characters).
        let mut window = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        quiet(&mut window, language);
        window.set_token_timestamps(true);
        window.set_temperature_inc(0.0);
        // Looking ahead has to know how many tokens stand before the first of the text.
        window.set_n_max_text_ctx(0);
        // As the engine comes: where it is unsure or loops, five tries at each of five temperatures.
        let mut tried = FullParams::new(SamplingStrategy::Greedy { best_of: 5 });
        quiet(&mut tried, language);
        tried.set_token_timestamps(true);
        Pinned { quick, window, tried }
    }
}

fn quiet(p: &mut FullParams<'static, 'static>, language: Lang) {
    p.set_language(Some(language.code()));
    p.set_temperature(0.0);
    // Words of an earlier decode as a prompt were measured to hurt: it skips what it takes for said already.
    p.set_no_context(true);
    p.set_suppress_blank(true);
    // Standard output carries frames.
    p.set_print_progress(false);
    p.set_print_realtime(false);
    p.set_print_special(false);
    p.set_print_timestamps(false);
}

/// What one run of the engine gave.
#[derive(Default)]
pub struct Heard {
    text: String,
    words: Vec<Word>,
    confidence: Option<f32>,
    no_speech: Option<f32>,
    /// Tokens of text.
    tokens: usize,
    /// Mean of the logarithms of the probabilities of all tokens, and those tokens.
    likely: f32,
    all: Vec<WhisperTokenId>,
    /// A repetition or an unlikely text was decoded a second time.
    again: bool,
}

impl Heard {
    /// With what was heard from a sample on.
    fn goes_on_with(&mut self, after: Heard, from: usize) {
        let ms = (from * 1000 / RATE as usize) as u32;
        self.text.push_str(&after.text);
        self.words.extend(after.words.into_iter().map(|word| Word {
            start_ms: word.start_ms.saturating_add(ms),
            end_ms: word.end_ms.saturating_add(ms),
            ..word
        }));
        self.no_speech = after.no_speech.or(self.no_speech);
        self.confidence = mean((self.confidence, self.tokens), (after.confidence, after.tokens));
        let likely = mean((Some(self.likely), self.all.len()), (Some(after.likely), after.all.len()));
        self.likely = likely.unwrap_or_default();
        self.tokens += after.tokens;
        self.all.extend(after.all);
    }

    /// As the program reads it, with the CPU time that it took.
    pub fn decoded(self, cpu_ms: u64) -> Decoded {
        Decoded {
            text: ClientText::new(self.text.trim()),
            confidence: self.confidence,
            no_speech: self.no_speech,
            words: self.words,
            decoded_twice: self.again,
            cpu_ms,
        }
    }
}

/// Why a run of the engine gave nothing.
enum Stopped {
    /// An utterance is to go first; nothing is lost but the encoder's work.
    GaveWay,
    Ended(Fate),
}

/// The parameters of a run, and how it looks ahead, for which they must have one decoder, no temperatures, and no prompt.
type Way<'a> = (&'a FullParams<'static, 'static>, Option<Ahead>);
/// Encoder positions and tokens; absent is the whole window and no limit.
type Limits = Option<(usize, usize)>;

/// What is to be decoded, and by what.
pub struct Work<'a> {
    pub model: &'a Model,
    pub pinned: &'a Pinned,
    pub language: Lang,
    pub prompt: Vec<WhisperTokenId>,
    /// 16 kHz mono, -1 to 1, at most 30 s.
    pub pcm: Vec<f32>,
}

impl Work<'_> {
    /// One utterance, soon.
    pub fn quick(&self, state: &mut WhisperState, request: &RequestContext<'_>) -> Result<Heard, Fate> {
        let most = (self.pcm.len() * TOKENS_PER_SECOND).div_ceil(RATE as usize) + SPARE_TOKENS;
        let spoken = (self.pcm.len() * POSITIONS_PER_SECOND).div_ceil(RATE as usize);
        let mut again = false;
        let heard = loop {
            let spare = if again { SPARE_OF_A_WINDOW } else { SPARE_POSITIONS };
            let limits = Some((spoken + spare, most));
            let (heard, _) = self.run_to_its_end(state, (&self.pinned.quick, None), limits, request)?;
            // It used up all its tokens, which speech does not, or says the same again and again.
            let fails = heard.tokens >= most || loops(&heard.text);
            if !fails || again {
                break heard;
            }
            again = true;
        };
        Ok(Heard { words: Vec::new(), again, ..heard })
    }

    /// Up to 30 s with several utterances in it. `urgent` answers the utterances that wait; it is called between the words of the
    /// window and, so often, in place of its encoder.
    pub fn window(
        &self,
        state: &mut WhisperState,
        request: &RequestContext<'_>,
        urgent: &mut dyn FnMut(),
    ) -> Result<Heard, Fate> {
        let ahead = self.prompt.is_empty().then(|| self.model.ahead()).flatten();
        let params = if ahead.is_some() { &self.pinned.window } else { &self.pinned.tried };
        let (mut heard, mut rest) = self.giving_way(state, (params, ahead), request, urgent)?;
        // What the engine left.
        let mut from = 0;
        while let Some(further) = rest.filter(|further| *further > 0) {
            from += further;
            let pcm = self.pcm.get(from..).unwrap_or_default().to_vec();
            let apart = Work { pcm, prompt: Vec::new(), ..*self };
            let (after, left) = apart.giving_way(state, (params, ahead), request, urgent)?;
            heard.goes_on_with(after, from);
            rest = left;
        }
        if ahead.is_some() && (ahead::unlikely(&heard.all, heard.likely) || loops(&heard.text)) {
            let (heard, _) = self.run_to_its_end(state, (&self.pinned.tried, None), self.short(), request)?;
            return Ok(Heard { again: true, ..heard });
        }
        Ok(heard)
    }

    /// Encoder positions of a window that is short enough not to be padded.
    fn short(&self) -> Limits {
        let seconds = self.pcm.len().div_ceil(RATE as usize);
        (seconds <= SHORT_WINDOW_S).then_some((seconds * POSITIONS_PER_SECOND + SPARE_OF_A_WINDOW, NO_LIMIT))
    }

    /// A run whose encoder gives way to utterances that wait, [`GIVES_WAY`] times at most.
    fn giving_way(
        &self,
        state: &mut WhisperState,
        way: Way<'_>,
        request: &RequestContext<'_>,
        urgent: &mut dyn FnMut(),
    ) -> Result<(Heard, Option<usize>), Fate> {
        let mut gave_way = 0;
        loop {
            let waits = gave_way < GIVES_WAY;
            match self.run(state, way, self.short(), Watch::new(request, waits), Some(&mut *urgent)) {
                Ok(heard) => return Ok(heard),
                Err(Stopped::GaveWay) => {
                    gave_way += 1;
                    urgent();
                }
                Err(Stopped::Ended(fate)) => return Err(fate),
            }
        }
    }

    fn run_to_its_end(
        &self,
        state: &mut WhisperState,
        way: Way<'_>,
        limits: Limits,
        request: &RequestContext<'_>,
    ) -> Result<(Heard, Option<usize>), Fate> {
        self.run(state, way, limits, Watch::new(request, false), None).map_err(|stopped| match stopped {
            Stopped::Ended(fate) => fate,
            Stopped::GaveWay => Fate::Cancelled,
        })
    }

    /// What was heard and, where the engine came to an end before the sound did and looked ahead, the sample from which it heard nothing.
    fn run(
        &self,
        state: &mut WhisperState,
        (params, ahead): Way<'_>,
        limits: Limits,
        watch: Watch<'_>,
        urgent: Option<&mut dyn FnMut()>,
    ) -> Result<(Heard, Option<usize>), Stopped> {
        let mut params: FullParams<'static, '_> = params.clone();
        params.set_n_threads(i32::from(self.model.threads));
        if let Some((positions, tokens)) = limits {
            params.set_audio_ctx(positions.min(WHOLE_WINDOW) as i32);
            params.set_max_tokens(tokens as i32);
        }
        params.set_tokens(&self.prompt);
        // SAFETY: `watch` lives until this function returns and the engine calls back only inside `full`. The callback
        // only reads through a shared reference to a type that is `Sync`. The binding's own safe variant hands the
        // engine a pointer of another type than it later reads, so it is not used.
        unsafe {
            params.set_abort_callback(Some(abandoned));
            params.set_abort_callback_user_data(std::ptr::from_ref(&watch).cast_mut().cast());
        }
        let allowed = Allowed { never: self.model.foreign(self.language), characters: &self.model.characters };
        let marks = self.model.marks.as_slice();
        let long = (self.pcm.len() / SAMPLES_PER_TIME) as i64;
        // With temperatures the engine goes on as it comes.
        let apart_below = if ahead.is_some() { SHORT_WINDOW_S as i64 * 100 } else { 0 };
        let rest = Rest { long, apart_below, from: Cell::new(None) };
        let steering = Steering { allowed, marks, ahead, watch: &watch, rest, urgent: urgent.map(RefCell::new) };
        // SAFETY: `steering` lives until this function returns, and what it refers to nothing changes before; the engine calls back
        // only inside `full`, with as many logits as its vocabulary, of which these are tokens.
        unsafe {
            params.set_start_encoder_callback(Some(goes_on));
            params.set_start_encoder_callback_user_data(std::ptr::from_ref(&steering).cast_mut().cast());
            params.set_filter_logits_callback(Some(steer));
            params.set_filter_logits_callback_user_data(std::ptr::from_ref(&steering).cast_mut().cast());
        }
        let done = state.full(params, &self.pcm);
        if watch.cancelled() {
            return Err(Stopped::Ended(Fate::Cancelled));
        }
        if watch.gave_way() {
            return Err(Stopped::GaveWay);
        }
        done.map_err(|e| {
            let what = msg("asr-speech-engine-failed").shown("why", e);
            Stopped::Ended(Fate::failed(what, msg("asr-speech-engine-failed.hint")))
        })?;
        let from = steering.rest.from.get().and_then(|times| usize::try_from(times).ok());
        let mut heard = self.heard(state);
        // The engine hears a window of thirty seconds, whatever there is of it, and ends its last word anywhere in it.
        let ends = milliseconds(long);
        for word in &mut heard.words {
            (word.start_ms, word.end_ms) = (word.start_ms.min(ends), word.end_ms.min(ends));
        }
        Ok((heard, from.map(|times| times * SAMPLES_PER_TIME)))
    }

    fn heard(&self, state: &WhisperState) -> Heard {
        let end = self.model.context.token_eot();
        let (mut heard, mut sum, mut likely) = (Heard::default(), 0.0f32, 0.0f32);
        for segment in state.as_iter() {
            // Whole segments, lossy: a single token may end in the middle of a Hangul syllable.
            heard.text.push_str(&segment.to_str_lossy().unwrap_or_default());
            heard.no_speech = Some(segment.no_speech_probability());
            let mut word = GrowingWord::opening();
            for i in 0..segment.n_tokens() {
                let Some(token) = segment.get_token(i) else { continue };
                let data = token.token_data();
                likely += data.plog;
                heard.all.push(token.token_id());
                if token.token_id() >= end {
                    continue;
                }
                let (t0, t1) = (milliseconds(data.t0), milliseconds(data.t1));
                heard.words.extend(word.take(token.to_bytes().unwrap_or_default(), (t0, t1), data.p));
                sum += data.p;
                heard.tokens += 1;
            }
            heard.words.extend(word.done());
        }
        heard.likely = likely / heard.all.len().max(1) as f32;
        heard.confidence = (heard.tokens > 0).then(|| (sum / heard.tokens as f32).clamp(0.0, 1.0));
        heard
    }
}

/// The mean of two means of so many each.
fn mean(one: (Option<f32>, usize), other: (Option<f32>, usize)) -> Option<f32> {
    let known = [one, other].into_iter().filter_map(|(mean, of)| Some((mean?, of as f32)));
    let (sum, of) = known.fold((0.0, 0.0), |(sum, all), (mean, of)| (sum + mean * of, all + of));
    (of > 0.0).then(|| sum / of)
}

/// Of the engine's hundredths of a second.
fn milliseconds(hundredths: i64) -> u32 {
    u32::try_from(hundredths.max(0).saturating_mul(10)).unwrap_or(u32::MAX)
}
