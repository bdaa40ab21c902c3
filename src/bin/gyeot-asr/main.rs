//! The speech worker: one Whisper model, one segment or one window of them at a time; an utterance that somebody waits for goes before
//! the rest of a window. The only program that names `whisper_rs`.
//! It keeps no sound and no text after it has answered, and writes nothing but frames.
//!
//! `gyeot-asr --plain MODEL ko|en THREADS FILE` runs the engine over a whole recording with the settings it comes with. That is the other side of the benchmarks in `tests/bench/`; the product does not use it.
#![allow(unsafe_code)] // the callbacks and the CPU clock; each use says why it is sound

mod decoding;
mod model;
mod plain;
mod steering;

use decoding::{Pinned, Work};
use gyeot::domain::practice::lang::Lang;
use gyeot::protocol::{Answer, Ask, Decode, Decoded, Load, Pass};
use gyeot::speech::vad::RATE;
use gyeot::texts::msg;
use gyeot::worker::serve::{Engine, Fate, RequestContext, serve};
use model::{Model, open, without_memory};
use std::path::Path;
use whisper_rs::WhisperState;

/// Whisper's own limit: its window is 30 s.
const LONGEST_S: usize = 30;

fn main() -> std::process::ExitCode {
    whisper_rs::install_logging_hooks();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {}
        ["--plain", model, language, threads, file] => return plain::plain(model, language, threads, file),
        _ => return std::process::ExitCode::from(2),
    }
    // The parent hands the model over as descriptor 3; without one there is nothing to open.
    let given = Path::new("/dev/fd/3");
    let sandbox = gyeot::worker::sandbox::enter(&[given]);
    let build = format!("{} {}", env!("CARGO_PKG_VERSION"), whisper_rs::print_system_info().trim());
    let mut engine = Whisper { loaded: None, pinned: [Pinned::new(Lang::Ko), Pinned::new(Lang::En)] };
    match serve(std::io::stdin(), std::io::stdout(), &mut engine, &build, sandbox.name()) {
        Ok(_) => std::process::ExitCode::SUCCESS,
        Err(_) => std::process::ExitCode::FAILURE,
    }
}

/// A model with what a decode is done in.
struct Loaded {
    model: Model,
    state: WhisperState,
    /// For an utterance that goes before the rest of a window.
    beside: Option<WhisperState>,
    /// Utterances were asked for at once, so one may have to go before a window.
    live: bool,
}

struct Whisper {
    loaded: Option<Loaded>,
    /// Korean, English.
    pinned: [Pinned; 2],
}

impl Engine for Whisper {
    fn name(&self) -> &'static str {
        "asr"
    }

    fn answer(&mut self, ask: Ask, tail: Vec<u8>, request: &RequestContext<'_>) -> Result<Answer, Fate> {
        match ask {
            Ask::Load(load) => self.load(&load),
            Ask::Decode(how) => self.decode(&how, &tail, request).map(Answer::Decoded),
            _ => Err(not_speech()),
        }
    }
}

impl Whisper {
    fn load(&mut self, load: &Load) -> Result<Answer, Fate> {
        // The old model goes first: two may not fit.
        self.loaded = None;
        let (model, state) = open(&load.path, load.threads, load.gpu_layers, true)?;
        let about = model.about();
        self.loaded = Some(Loaded { model, state, beside: None, live: false });
        Ok(Answer::Loaded { about, context: 0, adapted: false })
    }

    fn decode(&mut self, how: &Decode, tail: &[u8], request: &RequestContext<'_>) -> Result<Decoded, Fate> {
        let Some(Loaded { model, state, beside, live }) = &mut self.loaded else {
            return Err(Fate::failed(msg("asr-no-speech-model-loaded"), msg("asr-no-speech-model-loaded.hint")));
        };
        let work = work_of(model, &self.pinned, how, tail)?;
        if how.pass == Pass::Quick {
            *live = true;
            let before = cpu_ms();
            return work.quick(state, request).map(|heard| heard.decoded(cpu_ms().saturating_sub(before)));
        }
        let (before, mut of_others) = (cpu_ms(), 0);
        if *live && beside.is_none() {
            // Now, when nobody waits.
            *beside = model.state().ok();
        }
        let mut urgent = || {
            let before = cpu_ms();
            request.answer_urgent(&mut |ask, tail, request| {
                let Ask::Decode(how) = ask else { return Err(not_speech()) };
                let work = work_of(model, &self.pinned, &how, &tail)?;
                let state = match &mut *beside {
                    Some(state) => state,
                    none => none.insert(model.state().map_err(|_| without_memory())?),
                };
                let before = cpu_ms();
                let heard = work.quick(state, request)?;
                Ok(Answer::Decoded(heard.decoded(cpu_ms().saturating_sub(before))))
            });
            of_others += cpu_ms().saturating_sub(before);
        };
        let heard = work.window(state, request, &mut urgent)?;
        Ok(heard.decoded(cpu_ms().saturating_sub(before).saturating_sub(of_others)))
    }
}

/// What is to be decoded; refused where this model or this worker cannot.
fn work_of<'a>(model: &'a Model, pinned: &'a [Pinned; 2], how: &Decode, tail: &[u8]) -> Result<Work<'a>, Fate> {
    if how.language == Lang::Ko && !model.is_multilingual() {
        return Err(Fate::failed(
            msg("asr-speech-model-knows-only-english"),
            msg("asr-speech-model-knows-only-english.hint"),
        ));
    }
    let pcm: Vec<f32> = tail.as_chunks::<2>().0.iter().map(|b| f32::from(i16::from_le_bytes(*b)) / 32768.0).collect();
    if pcm.is_empty() || pcm.len() > LONGEST_S * RATE as usize {
        return Err(Fate::failed(
            msg("asr-segment-must-between-one-sample"),
            msg("asr-segment-must-between-one-sample.hint"),
        ));
    }
    let pinned = &pinned[usize::from(how.language == Lang::En)];
    Ok(Work { model, pinned, language: how.language, prompt: model.prompt(how.prompt.as_ref()), pcm })
}

fn not_speech() -> Fate {
    Fate::failed(msg("asr-asr-worker-asked-something-only"), msg("asr-asr-worker-asked-something-only.hint"))
}

/// CPU time of this process, all threads, milliseconds.
fn cpu_ms() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is a valid timespec for the call to fill.
    let ok = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    if ok == 0 { t.tv_sec as u64 * 1000 + t.tv_nsec as u64 / 1_000_000 } else { 0 }
}
