//! The speech worker: one Whisper model, one segment at a time. The only file that names `whisper_rs`.
//! It keeps no sound and no text after it has answered, and writes nothing but frames.
//!
//! `gyeot-asr --plain MODEL ko|en THREADS < raw.s16le` runs the engine over a whole recording with the settings it
//! comes with. That is the other side of the benchmarks in `tests/bench/`; the product does not use it.
#![allow(unsafe_code)] // the abort callback and the CPU clock; each use says why it is sound

use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::protocol::{Answer, Ask, Decode, Decoded, Load};
use gyeot::speech::filter::loops;
use gyeot::speech::vad::RATE;
use gyeot::worker::serve::{Engine, Fate, RequestContext, serve};
use std::ffi::c_void;
use std::path::Path;
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
/// People say at most about five tokens a second; more is a loop.
const TOKENS_PER_SECOND: usize = 8;
/// Room for the text of a very short segment.
const SPARE_TOKENS: usize = 16;
/// A longer prompt costs more than it helps.
const PROMPT_TOKENS: usize = 48;

fn main() -> std::process::ExitCode {
    whisper_rs::install_logging_hooks();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {}
        ["--plain", model, language, threads] => return plain(model, language, threads),
        _ => return std::process::ExitCode::from(2),
    }
    // The parent hands the model over as descriptor 3; without one there is nothing to open.
    let given = Path::new("/dev/fd/3");
    let sandbox = gyeot::worker::sandbox::enter(given.exists().then_some(given));
    let build = format!("{} {}", env!("CARGO_PKG_VERSION"), whisper_rs::print_system_info().trim());
    let mut engine = Whisper { loaded: None, korean: pinned(Lang::Ko), english: pinned(Lang::En) };
    match serve(std::io::stdin(), std::io::stdout(), &mut engine, &build, sandbox.name()) {
        Ok(_) => std::process::ExitCode::SUCCESS,
        Err(_) => std::process::ExitCode::FAILURE,
    }
}

/// Parameters of one language. Made once: the binding leaks the language's name at each call.
fn pinned(language: Lang) -> FullParams<'static, 'static> {
    let mut p = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    p.set_language(Some(language.code()));
    p.set_temperature(0.0);
    // No second tries at higher temperatures: they invent. The repetition check below decodes again instead.
    p.set_temperature_inc(0.0);
    p.set_no_context(true);
    p.set_no_timestamps(true);
    p.set_single_segment(true);
    p.set_suppress_blank(true);
    // Standard output carries frames.
    p.set_print_progress(false);
    p.set_print_realtime(false);
    p.set_print_special(false);
    p.set_print_timestamps(false);
    p
}

struct Loaded {
    context: WhisperContext,
    state: WhisperState,
    threads: u16,
}

struct Whisper {
    loaded: Option<Loaded>,
    korean: FullParams<'static, 'static>,
    english: FullParams<'static, 'static>,
}

impl Engine for Whisper {
    fn name(&self) -> &'static str {
        "asr"
    }

    fn answer(&mut self, ask: Ask, tail: Vec<u8>, context: &RequestContext<'_>) -> Result<Answer, Fate> {
        match ask {
            Ask::Load(load) => self.load(&load),
            Ask::Decode(how) => self.decode(&how, &tail, context).map(Answer::Decoded),
            _ => {
                Err(Fate::failed("the asr worker was asked something that only the llm worker can", "please report it"))
            }
        }
    }
}

impl Whisper {
    fn load(&mut self, load: &Load) -> Result<Answer, Fate> {
        // The old model goes first: two may not fit.
        self.loaded = None;
        let loaded = open(&load.path, load.threads)?;
        let about = format!(
            "whisper, {} text layers, {} languages",
            loaded.context.model_n_text_layer(),
            if loaded.context.is_multilingual() { "many" } else { "English only" }
        );
        self.loaded = Some(loaded);
        Ok(Answer::Loaded { about, context: 0 })
    }

    fn decode(&mut self, how: &Decode, tail: &[u8], context: &RequestContext<'_>) -> Result<Decoded, Fate> {
        let Some(loaded) = &mut self.loaded else {
            return Err(Fate::failed("no speech model is loaded", "choose one with `gyeot models list`"));
        };
        if how.language == Lang::Ko && !loaded.context.is_multilingual() {
            return Err(Fate::failed(
                "this speech model knows only English",
                "use one for Korean: gyeot models pull whisper-base",
            ));
        }
        let params = match how.language {
            Lang::Ko => &self.korean,
            Lang::En => &self.english,
        };
        let pcm: Vec<f32> =
            tail.as_chunks::<2>().0.iter().map(|b| f32::from(i16::from_le_bytes(*b)) / 32768.0).collect();
        if pcm.is_empty() || pcm.len() > LONGEST_S * RATE as usize {
            return Err(Fate::failed("a segment must have between one sample and 30 s of sound", "please report it"));
        }
        let before = cpu_ms();
        let prompt = loaded.prompt(how.prompt.as_ref());
        let mut heard = loaded.run(params, &pcm, &prompt, how.full_window, context)?;
        let again = !how.full_window && (heard.full || loops(&heard.text));
        if again {
            heard = loaded.run(params, &pcm, &prompt, true, context)?;
        }
        Ok(Decoded {
            text: ClientText::new(heard.text.trim()),
            confidence: heard.confidence,
            no_speech: heard.no_speech,
            words: Vec::new(),
            decoded_twice: again,
            cpu_ms: cpu_ms().saturating_sub(before),
        })
    }
}

fn open(path: &str, threads: u16) -> Result<Loaded, Fate> {
    let unreadable = || {
        Fate::failed(
            "the file is not a speech model that can be loaded, or is cut short",
            "check it with `gyeot models verify`, or fetch it again with `gyeot models pull whisper-base`",
        )
    };
    let mut parameters = WhisperContextParameters::new();
    // Not with a trimmed window: flash attention reads the cross cache in steps of 256 positions without a mask, so the
    // rows beyond the window, left from an earlier segment, are attended to and the text depends on what came before.
    parameters.use_gpu(false).flash_attn(false);
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
            "there is not enough memory for this speech model",
            "choose a smaller one with `gyeot models recommend`",
        )
    })?;
    Ok(Loaded { context, state, threads: threads.max(1) })
}

/// What one run of the engine gave.
struct Heard {
    text: String,
    confidence: Option<f32>,
    no_speech: Option<f32>,
    /// It used up all its tokens, which speech does not.
    full: bool,
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

    fn run(
        &mut self,
        params: &FullParams<'static, 'static>,
        pcm: &[f32],
        prompt: &[WhisperTokenId],
        whole_window: bool,
        context: &RequestContext<'_>,
    ) -> Result<Heard, Fate> {
        let trimmed = (pcm.len() * POSITIONS_PER_SECOND).div_ceil(RATE as usize) + SPARE_POSITIONS;
        let tokens = (pcm.len() * TOKENS_PER_SECOND).div_ceil(RATE as usize) + SPARE_TOKENS;
        let mut params: FullParams<'static, '_> = params.clone();
        params.set_n_threads(i32::from(self.threads));
        params.set_audio_ctx(if whole_window { WHOLE_WINDOW } else { trimmed.min(WHOLE_WINDOW) } as i32);
        params.set_max_tokens(tokens as i32);
        params.set_tokens(prompt);
        // SAFETY: `context` lives until this function returns and the engine calls back only inside `full`. The callback
        // only reads through a shared reference to a type that is `Sync`. The binding's own safe variant hands the
        // engine a pointer of another type than it later reads, so it is not used.
        unsafe {
            params.set_abort_callback(Some(abandoned));
            params.set_abort_callback_user_data(std::ptr::from_ref(context).cast_mut().cast());
        }
        let done = self.state.full(params, pcm);
        if context.cancelled() {
            return Err(Fate::Cancelled);
        }
        done.map_err(|e| {
            Fate::failed(
                format!("the speech engine failed ({e})"),
                "the session goes on; try a smaller model if it happens again",
            )
        })?;
        Ok(self.heard(tokens))
    }

    fn heard(&self, most_tokens: usize) -> Heard {
        let end = self.context.token_eot();
        let (mut text, mut sum, mut count, mut no_speech) = (String::new(), 0.0f32, 0usize, None);
        for segment in self.state.as_iter() {
            // Whole segments, lossy: a single token may end in the middle of a Hangul syllable.
            text.push_str(&segment.to_str_lossy().unwrap_or_default());
            no_speech = Some(segment.no_speech_probability());
            for i in 0..segment.n_tokens() {
                if let Some(token) = segment.get_token(i).filter(|t| t.token_id() < end) {
                    sum += token.token_probability();
                    count += 1;
                }
            }
        }
        let confidence = (count > 0).then(|| (sum / count as f32).clamp(0.0, 1.0));
        Heard { text, confidence, no_speech, full: count >= most_tokens }
    }
}

/// Asked by the engine between slices of work.
///
/// SAFETY: to be called only while `Loaded::run` waits in `full`, with the `&RequestContext` it was given.
unsafe extern "C" fn abandoned(context: *mut c_void) -> bool {
    // SAFETY: the pointer is the `&RequestContext` of `Loaded::run`, which outlives the call.
    let context = unsafe { &*context.cast::<RequestContext<'_>>() };
    context.cancelled()
}

/// CPU time of this process, all threads, milliseconds.
fn cpu_ms() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is a valid timespec for the call to fill.
    let ok = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    if ok == 0 { t.tv_sec as u64 * 1000 + t.tv_nsec as u64 / 1_000_000 } else { 0 }
}

/// The engine as it comes, over raw 16 kHz s16le mono on standard input; the text goes to standard output.
fn plain(model: &str, language: &str, threads: &str) -> std::process::ExitCode {
    use std::io::{Read, Write};
    let run = || -> Option<String> {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).ok()?;
        let pcm: Vec<f32> =
            bytes.as_chunks::<2>().0.iter().map(|b| f32::from(i16::from_le_bytes(*b)) / 32768.0).collect();
        let mut loaded = open(model, threads.parse().ok()?).ok()?;
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
