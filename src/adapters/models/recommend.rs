//! What this machine can keep up with: a measurement of about two seconds, and a prediction from it.
//!
//! # How predictions are made
//!
//! Two numbers are measured, each the best of many short slots per thread, so that other programs disturb little:
//! `dots` (8-bit multiply-adds per second, all threads, data in the first cache) and `bandwidth` (bytes per second read
//! from memory, all threads). With `r` and `b`, this machine's numbers over those of [`REFERENCE`]:
//!
//! - **Writing** (decode) reads the whole file per token: `3.7 ms / r + bytes / (39.0 GB/s * b)` per token, the line
//!   through 73 tokens/s at 391 MB and 31 tokens/s at 1,117 MB.
//! - **Reading** (prefill) multiplies by every parameter: `(0.57 ms + parameters / 512 per ns) / r` per token, the line
//!   through 652 tokens/s at 494 million and 279 at 1,544 million parameters.
//! - **Speech**: the work of a Whisper for 30 s of sound is computed from its layers (1,500 frames through the encoder,
//!   105 tokens through the decoder). Base costs 0.043 of real time on the reference, the others in proportion, all over
//!   `r` (240 s of a session took 9.6 s where `r` was 1.06). Blocks of Q5_0, which are not unpacked at loading, take a tenth longer.
//!
//! The speeds of models were measured on two cores of a server with AVX-512 (`tests/bench/language.py`, `gyeot transcribe`; there `r` was
//! 1.06 and `b` 0.97), the two numbers of the reference on two cores of another one. `dots` depends on the instruction
//! set this program was built for, as the engines do; a portable build measures itself, not the processor. Heat,
//! battery and other programs count too. Within a factor of two is what to expect.

use crate::adapters::models::catalogue::Catalogue;
use crate::domain::model::{Manifest, Task, Tier, Verified, WhisperShape};
use serde::Serialize;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Two cores of an AMD EPYC server with AVX-512, release build: median of twelve runs, dots 85.7 to 89.2, bandwidth
/// 56.7 to 73.2.
pub const REFERENCE: Machine = Machine { cores: 2, memory_mib: None, dots: 87.5, bandwidth: 62.0 };

/// What is said is decoded twice, at its end and in its window, and half of the time must be left for partial texts and the language model.
pub const LIVE_AT_MOST: f64 = 0.25;
/// A question about a line has some 60 new tokens and must not take longer than this many seconds.
const QUESTION_SECONDS: f64 = 1.0;
const QUESTION_TOKENS: f64 = 60.0;

/// Short, so that some slots run without being interrupted even on a busy machine: with slots of 20 ms the numbers
/// varied by a factor of two under load, with these by 2 %.
const SLOT: Duration = Duration::from_millis(3);
const SLOTS: u32 = 300;
/// Larger than the last cache of most machines, per thread.
const STREAM_BYTES: usize = 96 << 20;
const DOT_BYTES: usize = 8 << 10;

/// What this machine can do, as measured when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Machine {
    /// Threads that run at the same time.
    pub cores: usize,
    /// Memory of the machine, MiB, where the system says.
    pub memory_mib: Option<u64>,
    /// 8-bit multiply-adds per second, in thousands of millions.
    pub dots: f64,
    /// Bytes per second from memory, in thousands of millions.
    pub bandwidth: f64,
}

/// What is predicted for one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Catalogue id of the model.
    pub id: String,
    /// What the model is for.
    pub task: Task,
    /// asr: time of work per time of speech.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_time_factor: Option<f64>,
    /// llm: tokens read per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefill_per_second: Option<f64>,
    /// llm: tokens written per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decode_per_second: Option<f64>,
    /// Memory it needs, MiB, estimated from its size.
    pub memory_mib: u64,
    /// It fits into memory with room for the rest.
    pub fits: bool,
    /// It fits and is fast enough to help during a session.
    pub keeps_up: bool,
    /// The size was estimated from the parameters, because no file was seen.
    pub size_estimated: bool,
}

/// Measures this machine for about two seconds.
pub fn measure() -> Machine {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    Machine { cores, memory_mib: memory_mib(), dots: dots(cores), bandwidth: bandwidth(cores) }
}

fn together(threads: usize, each: impl Fn() -> f64 + Sync) -> f64 {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(&each)).collect();
        threads.into_iter().filter_map(|t| t.join().ok()).sum::<f64>() / 1e9
    })
}

fn dots(threads: usize) -> f64 {
    together(threads, || {
        let a: Vec<i8> = (0..DOT_BYTES).map(|i| (i % 251) as i8).collect();
        let b: Vec<i8> = (0..DOT_BYTES).map(|i| (i % 241) as i8).collect();
        best_of_slots(|| {
            let sum: i32 = black_box(&a).iter().zip(black_box(&b)).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum();
            black_box(sum);
            DOT_BYTES as f64
        })
    })
}

fn bandwidth(threads: usize) -> f64 {
    together(threads, || {
        let data = vec![1u64; STREAM_BYTES / 8];
        let mut portions = data.chunks(1 << 17).cycle();
        best_of_slots(|| {
            let portion = portions.next().unwrap_or_default();
            black_box(black_box(portion).iter().fold(0u64, |s, v| s.wrapping_add(*v)));
            size_of_val(portion) as f64
        })
    })
}

/// Work per second in the best of [`SLOTS`] slots.
fn best_of_slots(mut work: impl FnMut() -> f64) -> f64 {
    let mut best = 0.0f64;
    for _ in 0..SLOTS {
        let (start, mut done) = (Instant::now(), 0.0);
        while start.elapsed() < SLOT {
            done += work();
        }
        best = best.max(done / start.elapsed().as_secs_f64());
    }
    best
}

#[cfg(target_os = "linux")]
fn memory_mib() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|l| l.starts_with("MemTotal:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib >> 10)
}

#[cfg(not(target_os = "linux"))]
fn memory_mib() -> Option<u64> {
    None
}

/// Multiply-adds for 30 s of sound, in thousands of millions: every weight once per frame or token, and attention over
/// all frames.
fn whisper_work(shape: WhisperShape) -> f64 {
    let (d, frames, tokens) = (f64::from(shape.width), 1500.0, 105.0);
    let layer = 12.0 * d * d;
    let encoder = f64::from(shape.encoder_layers) * (layer * frames + 2.0 * frames * frames * d);
    let decoder = f64::from(shape.decoder_layers) * (16.0 * d * d + 2.0 * frames * d) * tokens;
    let words = 51_865.0 * d * tokens;
    (encoder + decoder + words) / 1e9
}

/// The model of a task that this machine should have, and whether it keeps up with a session: the largest verified one that
/// does and knows Korean and English, else the smallest first choice. For tasks whose cost does not matter, the first choice.
pub fn recommended<'a>(machine: &Machine, catalogue: &'a Catalogue, task: Task) -> Option<(&'a Manifest, bool)> {
    let sound = |m: &&Manifest| {
        m.task == task && m.verified != Verified::Unverified && m.languages.len() > 1 && m.can_be_pulled()
    };
    let keeps_up = catalogue.all().iter().filter(sound).filter_map(|m| predict(machine, m).map(|p| (m, p)));
    let best = keeps_up.filter(|(_, p)| p.keeps_up).max_by_key(|(_, p)| p.memory_mib).map(|(m, _)| (m, true));
    let costs = matches!(task, Task::Asr | Task::Llm);
    best.or_else(|| catalogue.default_for(task, Tier::Small).map(|m| (m, !costs)))
}

/// The prediction for one model of the catalogue; `None` for tasks whose cost does not matter, and for an adapter.
pub fn predict(machine: &Machine, manifest: &Manifest) -> Option<Prediction> {
    if manifest.adapter.is_some() {
        // As fast as its base, of which the prediction is there.
        return None;
    }
    let (r, b) = (machine.dots / REFERENCE.dots, machine.bandwidth / REFERENCE.bandwidth);
    let parameters = f64::from(manifest.parameters_m?) * 1e6;
    let seen = manifest.variant(None).and_then(|v| v.bytes);
    // Files of 4 to 5 bits per weight have 0.6 to 0.7 bytes per parameter, small ones more.
    let bytes = seen.map_or(parameters * 0.65 + 1e8, |b| b as f64);
    // The speech worker unpacks blocks of Q5_1, 24 bytes, to 34.
    let widened = manifest.task == Task::Asr && manifest.default_variant == "q5_1";
    let held = if widened { bytes * 34.0 / 24.0 } else { bytes };
    let memory_mib = ((held * 1.15) as u64 >> 20) + 250;
    let fits = machine.memory_mib.is_none_or(|all| memory_mib + 1500 < all);
    let mut prediction = Prediction {
        id: manifest.id.to_string(),
        task: manifest.task,
        real_time_factor: None,
        prefill_per_second: None,
        decode_per_second: None,
        memory_mib,
        fits,
        keeps_up: false,
        size_estimated: seen.is_none(),
    };
    match manifest.task {
        Task::Asr => {
            let base = WhisperShape { width: 512, encoder_layers: 6, decoder_layers: 6 };
            let blocks = if manifest.default_variant == "q5_0" { 1.1 } else { 1.0 };
            let factor = 0.043 * blocks * whisper_work(manifest.whisper?) / whisper_work(base) / r;
            prediction.real_time_factor = Some(factor);
            prediction.keeps_up = fits && factor <= LIVE_AT_MOST;
        }
        Task::Llm => {
            let prefill = r / (0.57e-3 + parameters / 512e9);
            let decode = 1.0 / (3.7e-3 / r + bytes / (39.0e9 * b));
            prediction.prefill_per_second = Some(prefill);
            prediction.decode_per_second = Some(decode);
            prediction.keeps_up = fits && QUESTION_TOKENS / prefill <= QUESTION_SECONDS;
        }
        Task::Embedding | Task::Vad | Task::Speaker => return None,
    }
    Some(prediction)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at_reference(id: &str) -> Prediction {
        let catalogue = Catalogue::shipped().unwrap();
        predict(&REFERENCE, catalogue.get(&id.into()).unwrap()).unwrap()
    }

    #[test]
    fn the_reference_machine_is_predicted_as_it_was_measured() {
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap() / b - 1.0).abs() < 0.03, "{a:?} {b}");
        near(at_reference("whisper-base").real_time_factor, 0.043);
        near(at_reference("qwen2.5-coder-0.5b").prefill_per_second, 652.0);
        near(at_reference("qwen2.5-coder-0.5b").decode_per_second, 73.0);
        near(at_reference("qwen2.5-coder-1.5b").prefill_per_second, 279.0);
        near(at_reference("qwen2.5-coder-1.5b").decode_per_second, 31.0);
    }

    #[test]
    fn a_larger_model_is_never_predicted_to_be_faster() {
        let sizes = ["whisper-tiny.en", "whisper-base", "whisper-small", "whisper-medium", "whisper-large-v3-turbo"];
        let factors: Vec<f64> = sizes.iter().map(|id| at_reference(id).real_time_factor.unwrap()).collect();
        assert!(factors.windows(2).all(|w| w[0] < w[1]), "{factors:?}");
    }

    #[test]
    fn a_slow_machine_is_told_that_base_does_not_keep_up() {
        let slow = Machine { dots: REFERENCE.dots / 10.0, ..REFERENCE };
        let catalogue = Catalogue::shipped().unwrap();
        assert!(!predict(&slow, catalogue.get(&"whisper-base".into()).unwrap()).unwrap().keeps_up);
        assert!(at_reference("whisper-base").keeps_up && at_reference("whisper-small").keeps_up);
        assert!(!at_reference("whisper-medium").keeps_up, "every word is decoded twice");
    }

    #[test]
    fn a_machine_is_recommended_what_keeps_up_and_a_slow_one_the_smallest_first_choice() {
        let catalogue = Catalogue::shipped().unwrap();
        let of = |machine: &Machine, task| recommended(machine, &catalogue, task).map(|(m, up)| (m.id.to_string(), up));
        let (speech, up) = of(&REFERENCE, Task::Asr).unwrap();
        assert!(up && at_reference(&speech).keeps_up, "{speech}");
        let slow = Machine { dots: REFERENCE.dots / 100.0, bandwidth: REFERENCE.bandwidth / 100.0, ..REFERENCE };
        let first = |task| catalogue.default_for(task, Tier::Small).unwrap().id.to_string();
        assert_eq!(of(&slow, Task::Asr), Some((first(Task::Asr), false)));
        assert_eq!(of(&slow, Task::Embedding), Some((first(Task::Embedding), true)));
    }

    #[test]
    fn what_does_not_fit_into_memory_does_not_keep_up() {
        let little = Machine { memory_mib: Some(2000), ..REFERENCE };
        let catalogue = Catalogue::shipped().unwrap();
        let prediction = predict(&little, catalogue.get(&"qwen2.5-coder-1.5b".into()).unwrap()).unwrap();
        assert!(!prediction.fits && !prediction.keeps_up);
    }
}
