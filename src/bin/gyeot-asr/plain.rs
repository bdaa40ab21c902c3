//! The engine as it comes, over a recording: the other side of the benchmarks.

use crate::model::open;
use gyeot::adapters::audio_file;
use gyeot::ports::audio::Read;
use std::io::Write;
use std::path::Path;
use whisper_rs::{FullParams, SamplingStrategy};

/// The text goes to standard output.
pub fn plain(path: &str, language: &str, threads: &str, file: &str) -> std::process::ExitCode {
    let run = || -> Option<String> {
        let (mut sound, mut samples) = (audio_file::open(Path::new(file)).ok()?, Vec::new());
        while sound.read(&mut samples).ok()? != Read::End {}
        let pcm: Vec<f32> = samples.iter().map(|s| f32::from(*s) / 32768.0).collect();
        let (model, mut state) = open(path, threads.parse().ok()?, None, false).ok()?;
        let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 5 });
        params.set_language(Some(language));
        params.set_n_threads(i32::from(model.threads));
        params.set_print_progress(false);
        state.full(params, &pcm).ok()?;
        Some(state.as_iter().map(|s| s.to_str_lossy().unwrap_or_default().into_owned()).collect())
    };
    match run() {
        Some(text) if writeln!(std::io::stdout(), "{text}").is_ok() => std::process::ExitCode::SUCCESS,
        _ => std::process::ExitCode::FAILURE,
    }
}
