//! The speech worker: one Whisper model, one segment or one window of them at a time. The only file that names
//! `whisper_rs`.
//! It keeps no sound and no text after it has answered, and writes nothing but frames.
//!
//! `gyeot-asr --plain MODEL ko|en THREADS FILE` runs the engine over a whole recording with the settings it comes with. That is the other side of the benchmarks in `tests/bench/`; the product does not use it.
#![allow(unsafe_code)] // the callbacks and the CPU clock; each use says why it is sound

use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::protocol::{Answer, Ask, Decode, Decoded, Load, Pass};
use gyeot::speech::ahead::{self, Vocabulary};
use gyeot::speech::filter::loops;
use gyeot::speech::script::foreign;
use gyeot::speech::vad::RATE;
use gyeot::speech::window::{GrowingWord, Word};
use gyeot::texts::msg;
use gyeot::worker::serve::{Engine, Fate, RequestContext, serve};
use std::ffi::c_void;
use std::path::Path;
use whisper_rs::whisper_rs_sys::{
    whisper_context, whisper_decode_with_state, whisper_get_logits_from_state, whisper_state, whisper_token_data,
};
use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState, WhisperTokenId,
};

/// Whisper's own limit: its window is 30 s.
const LONGEST_S: usize = 30;
/// Encoder positions per second of sound.
const POSITIONS_PER_SECOND: usize = 50;
/// Encoder positions beyond the sound. With 16 three of seven utterances looped, with 64 none (measured).
const SPARE_POSITIONS: usize = 64;
/// The whole window of Whisper, in encoder positions.
const WHOLE_WINDOW: usize = 1500;
/// What the engine takes for no limit of its tokens.
const NO_LIMIT: usize = 0;
/// A window that holds no more than this is not padded to 30 s. Measured: 2 to 11 s of four recordings, the same words.
const SHORT_WINDOW_S: usize = 12;
/// Encoder positions beyond the sound of such a window: five seconds.
const SPARE_OF_A_WINDOW: usize = 256;
/// People say at most about five tokens a second; more is a loop.
const TOKENS_PER_SECOND: usize = 8;
/// Room for the text of a very short segment.
const SPARE_TOKENS: usize = 16;
/// Text layers of a distilled model.
const DISTILLED_LAYERS: i32 = 2;
/// A longer prompt costs more than it helps.
const PROMPT_TOKENS: usize = 48;

fn main() -> std::process::ExitCode {
    whisper_rs::install_logging_hooks();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {}
        ["--plain", model, language, threads, file] => return plain(model, language, threads, file),
        _ => return std::process::ExitCode::from(2),
    }
    // The parent hands the model over as descriptor 3; without one there is nothing to open.
    let given = Path::new("/dev/fd/3");
    let sandbox = gyeot::worker::sandbox::enter(&[given]);
    let build = format!("{} {}", env!("CARGO_PKG_VERSION"), whisper_rs::print_system_info().trim());
    let mut engine = Whisper { loaded: None, korean: Pinned::new(Lang::Ko), english: Pinned::new(Lang::En) };
    match serve(std::io::stdin(), std::io::stdout(), &mut engine, &build, sandbox.name()) {
        Ok(_) => std::process::ExitCode::SUCCESS,
        Err(_) => std::process::ExitCode::FAILURE,
    }
}

/// Parameters of one language. Made once: the binding leaks the language's name at each call.
struct Pinned {
    quick: FullParams<'static, 'static>,
    window: FullParams<'static, 'static>,
    tried: FullParams<'static, 'static>,
}

impl Pinned {
    fn new(language: Lang) -> Self {
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

struct Loaded {
    context: WhisperContext,
    state: WhisperState,
    threads: u16,
    /// Tokens that are never written, in Korean and in English.
    foreign: [Vec<WhisperTokenId>; 2],
    /// Tokens of text without a letter or a digit.
    marks: Vec<WhisperTokenId>,
}

struct Whisper {
    loaded: Option<Loaded>,
    korean: Pinned,
    english: Pinned,
}

impl Engine for Whisper {
    fn name(&self) -> &'static str {
        "asr"
    }

    fn answer(&mut self, ask: Ask, tail: Vec<u8>, request: &RequestContext<'_>) -> Result<Answer, Fate> {
        match ask {
            Ask::Load(load) => self.load(&load),
            Ask::Decode(how) => self.decode(&how, &tail, request).map(Answer::Decoded),
            _ => Err(Fate::failed(
                msg("asr-asr-worker-asked-something-only"),
                msg("asr-asr-worker-asked-something-only.hint"),
            )),
        }
    }
}

impl Whisper {
    fn load(&mut self, load: &Load) -> Result<Answer, Fate> {
        // The old model goes first: two may not fit.
        self.loaded = None;
        let loaded = open(&load.path, load.threads, load.gpu_layers)?;
        let about = format!(
            "whisper, {} text layers, {} languages",
            loaded.context.model_n_text_layer(),
            if loaded.context.is_multilingual() { "many" } else { "English only" }
        );
        self.loaded = Some(loaded);
        Ok(Answer::Loaded { about, context: 0, adapted: false })
    }

    fn decode(&mut self, how: &Decode, tail: &[u8], request: &RequestContext<'_>) -> Result<Decoded, Fate> {
        let Some(loaded) = &mut self.loaded else {
            return Err(Fate::failed(msg("asr-no-speech-model-loaded"), msg("asr-no-speech-model-loaded.hint")));
        };
        if how.language == Lang::Ko && !loaded.context.is_multilingual() {
            return Err(Fate::failed(
                msg("asr-speech-model-knows-only-english"),
                msg("asr-speech-model-knows-only-english.hint"),
            ));
        }
        let pinned = match how.language {
            Lang::Ko => &self.korean,
            Lang::En => &self.english,
        };
        let pcm: Vec<f32> =
            tail.as_chunks::<2>().0.iter().map(|b| f32::from(i16::from_le_bytes(*b)) / 32768.0).collect();
        if pcm.is_empty() || pcm.len() > LONGEST_S * RATE as usize {
            return Err(Fate::failed(
                msg("asr-segment-must-between-one-sample"),
                msg("asr-segment-must-between-one-sample.hint"),
            ));
        }
        let before = cpu_ms();
        let prompt = loaded.prompt(how.prompt.as_ref());
        let seconds = pcm.len().div_ceil(RATE as usize);
        let (heard, again) = match how.pass {
            Pass::Window => {
                let short = seconds <= SHORT_WINDOW_S;
                let limits = short.then_some((seconds * POSITIONS_PER_SECOND + SPARE_OF_A_WINDOW, NO_LIMIT));
                let ahead = prompt.is_empty().then(|| loaded.before_text()).flatten();
                let params = if ahead.is_some() { &pinned.window } else { &pinned.tried };
                let heard = loaded.run(how.language, (params, ahead), &pcm, &prompt, limits, request)?;
                if ahead.is_some() && (ahead::unlikely(&heard.all, heard.likely) || loops(&heard.text)) {
                    let params = (&pinned.tried, None);
                    (loaded.run(how.language, params, &pcm, &prompt, limits, request)?, true)
                } else {
                    (heard, false)
                }
            }
            Pass::Quick => {
                let most = (pcm.len() * TOKENS_PER_SECOND).div_ceil(RATE as usize) + SPARE_TOKENS;
                let trimmed = (pcm.len() * POSITIONS_PER_SECOND).div_ceil(RATE as usize) + SPARE_POSITIONS;
                let heard =
                    loaded.run(how.language, (&pinned.quick, None), &pcm, &prompt, Some((trimmed, most)), request)?;
                // It used up all its tokens, which speech does not, or says the same again and again.
                if heard.tokens >= most || loops(&heard.text) {
                    let whole = Some((WHOLE_WINDOW, most));
                    (loaded.run(how.language, (&pinned.quick, None), &pcm, &prompt, whole, request)?, true)
                } else {
                    (heard, false)
                }
            }
        };
        Ok(Decoded {
            text: ClientText::new(heard.text.trim()),
            confidence: heard.confidence,
            no_speech: heard.no_speech,
            words: if how.pass == Pass::Window { heard.words } else { Vec::new() },
            decoded_twice: again,
            cpu_ms: cpu_ms().saturating_sub(before),
        })
    }
}

fn open(path: &str, threads: u16, gpu_layers: Option<u32>) -> Result<Loaded, Fate> {
    let unreadable = || Fate::failed(msg("asr-file-not-speech-model-can"), msg("asr-file-not-speech-model-can.hint"));
    let mut parameters = WhisperContextParameters::new();
    // Not with a trimmed window: flash attention reads the cross cache in steps of 256 positions without a mask, so the
    // rows beyond the window, left from an earlier segment, are attended to and the text depends on what came before.
    parameters.use_gpu(gyeot::worker::OFFLOADS && gpu_layers != Some(0)).flash_attn(false);
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    let context = WhisperContext::new_with_params(path, parameters).map_err(|_| unreadable())?;
    // whisper.cpp takes a header without weights for an empty model and loads it. The text embedding alone has this
    // many weights, and no format spends less than half a byte on one.
    let embedding = i64::from(context.model_n_vocab()) * i64::from(context.model_n_text_state());
    if bytes < embedding.unsigned_abs() / 2 {
        return Err(unreadable());
    }
    let state = context.create_state().map_err(|_| {
        Fate::failed(
            msg("asr-there-not-enough-memory-speech-model"),
            msg("asr-there-not-enough-memory-speech-model.hint"),
        )
    })?;
    let foreign = [Lang::Ko, Lang::En].map(|language| foreign_tokens(&context, language));
    let marks = text_tokens(&context, |bytes| {
        std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_alphanumeric))
    });
    Ok(Loaded { context, state, threads: threads.max(1), foreign, marks })
}

/// Tokens of text, not of control, that a transcript in this language does not have.
fn foreign_tokens(context: &WhisperContext, language: Lang) -> Vec<WhisperTokenId> {
    text_tokens(context, |bytes| foreign(bytes, language))
}

/// Tokens of text whose bytes are so. A file may claim fewer tokens than the engine takes for granted; what is beyond them is
/// neither looked up nor written to.
fn text_tokens(context: &WhisperContext, so: impl Fn(&[u8]) -> bool) -> Vec<WhisperTokenId> {
    let text = 0..context.token_eot().min(context.n_vocab());
    text.filter(|token| context.token_to_bytes(*token).is_ok_and(&so)).collect()
}

/// What one run of the engine gave.
#[derive(Default)]
struct Heard {
    text: String,
    words: Vec<Word>,
    confidence: Option<f32>,
    no_speech: Option<f32>,
    /// Tokens of text.
    tokens: usize,
    /// Mean of the logarithms of the probabilities of all tokens, and those tokens.
    likely: f32,
    all: Vec<WhisperTokenId>,
}

/// What the engine is steered by while it decodes.
struct Steering<'a> {
    /// Tokens that are never written.
    foreign: &'a [WhisperTokenId],
    /// Tokens that are not looked at: where a sentence ends is not put off for the sake of words to come.
    marks: &'a [WhisperTokenId],
    /// How it looks ahead, where it does.
    ahead: Option<Ahead>,
}

/// How to look ahead: what the vocabulary is, how many tokens stand before the text, how many threads decode.
#[derive(Clone, Copy)]
struct Ahead {
    vocabulary: Vocabulary,
    before: usize,
    threads: i32,
}

impl Loaded {
    /// The last tokens of a prompt.
    fn prompt(&self, text: Option<&ClientText>) -> Vec<WhisperTokenId> {
        let Some(text) = text.filter(|t| !t.is_blank()) else { return Vec::new() };
        // A text has at most as many tokens as bytes. With less room the binding sets an impossible length.
        let room = text.reveal().len() + 8;
        let mut tokens = self.context.tokenize(text.reveal(), room).unwrap_or_default();
        tokens.drain(..tokens.len().saturating_sub(PROMPT_TOKENS));
        tokens
    }

    /// How to look ahead with this model; nothing for a distilled one, of which the engine forces other tokens before the text.
    fn before_text(&self) -> Option<Ahead> {
        let at = |token: WhisperTokenId| usize::try_from(token).ok();
        let vocabulary = Vocabulary { end: at(self.context.token_eot())?, times: at(self.context.token_beg())? };
        // The start, and of a model of many languages the language and the task.
        let before = if self.context.is_multilingual() { 3 } else { 1 };
        let ahead = Ahead { vocabulary, before, threads: i32::from(self.threads) };
        (self.context.model_n_text_layer() > DISTILLED_LAYERS && vocabulary.times <= at(self.context.n_vocab())?)
            .then_some(ahead)
    }

    /// `limits`: encoder positions and tokens; absent is the whole window and no limit. To look ahead the parameters must have
    /// one decoder, no temperatures, and no prompt.
    fn run(
        &mut self,
        language: Lang,
        (params, ahead): (&FullParams<'static, 'static>, Option<Ahead>),
        pcm: &[f32],
        prompt: &[WhisperTokenId],
        limits: Option<(usize, usize)>,
        request: &RequestContext<'_>,
    ) -> Result<Heard, Fate> {
        let mut params: FullParams<'static, '_> = params.clone();
        params.set_n_threads(i32::from(self.threads));
        if let Some((positions, tokens)) = limits {
            params.set_audio_ctx(positions.min(WHOLE_WINDOW) as i32);
            params.set_max_tokens(tokens as i32);
        }
        params.set_tokens(prompt);
        // SAFETY: `request` lives until this function returns and the engine calls back only inside `full`. The callback
        // only reads through a shared reference to a type that is `Sync`. The binding's own safe variant hands the
        // engine a pointer of another type than it later reads, so it is not used.
        unsafe {
            params.set_abort_callback(Some(abandoned));
            params.set_abort_callback_user_data(std::ptr::from_ref(request).cast_mut().cast());
        }
        let foreign = &self.foreign[usize::from(language == Lang::En)];
        let steering = Steering { foreign, marks: &self.marks, ahead };
        // SAFETY: `steering` lives until this function returns, and what it refers to is a field of `self` that nothing changes
        // before; the engine calls back only inside `full`, with as many logits as its vocabulary, of which these are tokens.
        unsafe {
            params.set_filter_logits_callback(Some(steer));
            params.set_filter_logits_callback_user_data(std::ptr::from_ref(&steering).cast_mut().cast());
        }
        let done = self.state.full(params, pcm);
        if request.cancelled() {
            return Err(Fate::Cancelled);
        }
        done.map_err(|e| {
            Fate::failed(msg("asr-speech-engine-failed").shown("why", e), msg("asr-speech-engine-failed.hint"))
        })?;
        Ok(self.heard())
    }

    fn heard(&self) -> Heard {
        let end = self.context.token_eot();
        let (mut heard, mut sum, mut likely) = (Heard::default(), 0.0f32, 0.0f32);
        for segment in self.state.as_iter() {
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

/// Of the engine's hundredths of a second.
fn milliseconds(hundredths: i64) -> u32 {
    u32::try_from(hundredths.max(0).saturating_mul(10)).unwrap_or(u32::MAX)
}

/// Asked by the engine between slices of work.
///
/// SAFETY: to be called only while `Loaded::run` waits in `full`, with the `&RequestContext` it was given.
unsafe extern "C" fn abandoned(request: *mut c_void) -> bool {
    // SAFETY: the pointer is the `&RequestContext` of `Loaded::run`, which outlives the call.
    let request = unsafe { &*request.cast::<RequestContext<'_>>() };
    request.cancelled()
}

/// Takes foreign letters out of what the engine may choose next and, where it is unsure, looks ahead: the better token gets the
/// likelihood of the likeliest, and that one its.
///
/// SAFETY: to be called only while `Loaded::run` waits in `full`, with the `&Steering` it was given, the tokens so far and the logits
/// of a whole vocabulary of the model that the tokens are of; where it looks ahead by one thread at a time.
unsafe extern "C" fn steer(
    context: *mut whisper_context,
    state: *mut whisper_state,
    tokens: *const whisper_token_data,
    count: std::ffi::c_int,
    logits: *mut f32,
    steering: *mut c_void,
) {
    // SAFETY: the pointer is the `&Steering` of `Loaded::run`, which outlives the call.
    let Steering { foreign, marks, ahead } = unsafe { &*steering.cast::<Steering<'_>>() };
    for token in *foreign {
        // SAFETY: the token is one of the vocabulary: not negative and below the number of logits.
        unsafe { *logits.add(*token as usize) = f32::NEG_INFINITY };
    }
    let (Some(ahead), Ok(count)) = (ahead, usize::try_from(count)) else { return };
    if count == 0 {
        return;
    }
    // SAFETY: so many tokens were chosen so far.
    let chosen = unsafe { std::slice::from_raw_parts(tokens, count) };
    let is_time = |token: &whisper_token_data| token.id as usize >= ahead.vocabulary.times;
    let after_time = is_time(&chosen[count - 1]);
    // After the time at which a segment ends comes another one or the end.
    if after_time && count > 1 && !is_time(&chosen[count - 2]) {
        return;
    }
    // SAFETY: the context is that of the running decode.
    let size = unsafe { whisper_rs::whisper_rs_sys::whisper_n_vocab(context) }.max(0) as usize;
    // SAFETY: the engine hands over one number for each token of its vocabulary and looks at them after this call only.
    let logits = unsafe { std::slice::from_raw_parts_mut(logits, size) };
    let decode = |token: WhisperTokenId, at: usize| -> Option<Vec<f32>> {
        let at = i32::try_from(ahead.before + at).ok()?;
        // SAFETY: context and state are those of the running decode, which has one sequence, has copied its logits, and waits for
        // this call to return. The engine forgets what it held from this position on.
        let done = unsafe { whisper_decode_with_state(context, state, &raw const token, 1, at, ahead.threads) };
        // SAFETY: after a decode of one token the state holds the logits of one position.
        (done == 0).then(|| unsafe { std::slice::from_raw_parts(whisper_get_logits_from_state(state), size) }.to_vec())
    };
    let likeliest = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(token, _)| token);
    if likeliest == ahead.vocabulary.end || marks.iter().any(|mark| *mark as usize == likeliest) {
        return;
    }
    let mut words = logits.to_vec();
    marks.iter().for_each(|mark| words[*mark as usize] = f32::NEG_INFINITY);
    let followed = std::cell::Cell::new(false);
    let better = ahead::better(&words, ahead.vocabulary, after_time, foreign, &mut |token, step| {
        followed.set(true);
        decode(WhisperTokenId::try_from(token).ok()?, count + step)
    });
    // What was decoded ahead is forgotten: the last token stands at the end again.
    if followed.get()
        && decode(chosen[count - 1].id, count - 1).is_some()
        && let Some((first, token)) = better
    {
        logits.swap(first, token);
    }
}

/// CPU time of this process, all threads, milliseconds.
fn cpu_ms() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is a valid timespec for the call to fill.
    let ok = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    if ok == 0 { t.tv_sec as u64 * 1000 + t.tv_nsec as u64 / 1_000_000 } else { 0 }
}

/// The engine as it comes, over a recording; the text goes to standard output.
fn plain(model: &str, language: &str, threads: &str, file: &str) -> std::process::ExitCode {
    use gyeot::adapters::audio_file;
    use gyeot::ports::audio::Read;
    use std::io::Write;
    let run = || -> Option<String> {
        let (mut sound, mut samples) = (audio_file::open(Path::new(file)).ok()?, Vec::new());
        while sound.read(&mut samples).ok()? != Read::End {}
        let pcm: Vec<f32> = samples.iter().map(|s| f32::from(*s) / 32768.0).collect();
        let mut loaded = open(model, threads.parse().ok()?, None).ok()?;
        let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 5 });
        params.set_language(Some(language));
        params.set_n_threads(i32::from(loaded.threads));
        params.set_print_progress(false);
        loaded.state.full(params, &pcm).ok()?;
        Some(loaded.state.as_iter().map(|s| s.to_str_lossy().unwrap_or_default().into_owned()).collect())
    };
    match run() {
        Some(text) if writeln!(std::io::stdout(), "{text}").is_ok() => std::process::ExitCode::SUCCESS,
        _ => std::process::ExitCode::FAILURE,
    }
}
