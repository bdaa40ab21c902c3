//! `gyeot transcribe` as scripts see it: exit codes, two lines on stderr, nothing on stdout unless it is whole. The
//! cases that need an engine that is not there are a loud line, or fail where `GYEOT_REQUIRE_ENGINES` is set.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::{data, engines, program};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn gyeot(arguments: &[&str]) -> Command {
    let mut c = program();
    c.arg("transcribe").args(arguments).stdin(Stdio::null()).env("GYEOT_LANG", "ko");
    c
}

fn run(arguments: &[&str], models: &Path) -> Output {
    gyeot(arguments).env("GYEOT_MODELS", models).output().unwrap()
}

fn refused(output: &Output, code: i32, about: &str) {
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{about}: {err}");
    assert!(output.stdout.is_empty(), "{about}: something on stdout");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), 2, "{about}: {err}");
    assert!(lines[0].starts_with("error: ") && lines[1].starts_with("hint: "), "{about}: {err}");
}

#[test]
fn a_wrong_file_is_a_usage_error_and_a_missing_model_is_exit_14() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("notes.wav");
    std::fs::write(&text, "상담 기록").unwrap();
    let empty = dir.path().join("empty.wav");
    std::fs::write(&empty, "").unwrap();
    for path in [text.as_path(), empty.as_path(), dir.path(), Path::new("/no/such/file.wav")] {
        let output = run(&[path.to_str().unwrap()], dir.path());
        refused(&output, 2, &path.display().to_string());
        assert!(!String::from_utf8_lossy(&output.stderr).contains("상담"), "words in an error");
    }
    refused(&run(&[data("tests/data/speech/jfk.wav").to_str().unwrap()], dir.path()), 14, "no model");
    let nothing = ["-", "--model", "whisper-nothing"];
    refused(&run(&nothing, dir.path()), 14, "unknown model");
}

#[test]
fn an_unknown_format_language_or_thread_count_is_refused_by_name() {
    let file = data("tests/data/speech/jfk.wav");
    let file = file.to_str().unwrap();
    for wrong in [["--format", "docx9"], ["--lang", "jp"], ["--threads", "0"]] {
        let output = run(&[file, wrong[0], wrong[1]], Path::new("/nonexistent"));
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(wrong[0]), "{wrong:?}");
    }
}

/// The models folder, where the worker and its model are there; otherwise a loud line. What they hear the tests say.
fn engine() -> Option<PathBuf> {
    let (worker, model) = (engines::workers().join("gyeot-asr"), engines::models().join("whisper-base.q5_1.bin"));
    if worker.is_file() && model.is_file() {
        return Some(engines::models());
    }
    engines::missing(format_args!("{} or {} is not there", worker.display(), model.display()));
    None
}

#[test]
fn json_srt_vtt_and_text_say_the_same_words_and_json_is_of_the_schema() {
    let Some(models) = engine() else { return };
    let file = data("tests/data/speech/jfk.wav");
    let as_format = |format: &str| {
        let output = run(&[file.to_str().unwrap(), "--lang", "en", "--quiet", "--format", format], &models);
        assert!(output.status.success() && output.stderr.is_empty(), "{format}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let json: serde_json::Value = serde_json::from_str(&as_format("json")).unwrap();
    assert_eq!(json["schema"], "gyeot.transcript/1");
    assert_eq!((&json["language"], &json["duration_ms"]), (&"en".into(), &11_000.into()));
    assert_eq!(json["model"]["sha256"].as_str().unwrap().len(), 64);
    let utterances = json["utterances"].as_array().unwrap();
    assert!(!utterances.is_empty() && json["gaps"].as_array().unwrap().is_empty());
    for u in utterances {
        assert!(u["start_ms"].as_u64() < u["end_ms"].as_u64() && u["end_ms"].as_u64() <= Some(11_000));
        assert_eq!(u["speaker"], "unknown");
        assert!((0.0..=1.0).contains(&u["confidence"].as_f64().unwrap()));
    }
    let first = utterances[0]["text"].as_str().unwrap();
    for format in ["text", "srt", "vtt"] {
        assert!(as_format(format).contains(first), "{format}");
    }
    assert!(as_format("vtt").starts_with("WEBVTT\n\n"));
}

#[test]
fn raw_samples_on_standard_input_give_the_words_and_a_file_cut_short_gives_what_is_there_with_a_warning() {
    let Some(models) = engine() else { return };
    let wav = std::fs::read(data("tests/data/speech/jfk.wav")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let raw = dir.path().join("raw");
    std::fs::write(&raw, &wav[78..]).unwrap();
    let piped = gyeot(&["-", "--lang", "en", "--quiet"])
        .env("GYEOT_MODELS", &models)
        .stdin(std::fs::File::open(&raw).unwrap())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&piped.stdout).to_lowercase().contains("country"), "{piped:?}");

    let cut = dir.path().join("cut.wav");
    std::fs::write(&cut, &wav[..wav.len() * 6 / 10]).unwrap();
    let output = run(&[cut.to_str().unwrap(), "--lang", "en", "--quiet"], &models);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).to_lowercase().contains("fellow americans"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cut short"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_at_any_moment_ends_with_130_and_nothing_half_printed() {
    let Some(models) = engine() else { return };
    let file = data("src/demo/session-en.flac");
    for after_ms in [20, 150, 400, 1200, 3000] {
        let child = gyeot(&[file.to_str().unwrap(), "--lang", "en", "--quiet"])
            .env("GYEOT_MODELS", &models)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(after_ms));
        let pid = rustix::process::Pid::from_raw(child.id() as i32).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let output = child.wait_with_output().unwrap();
        use std::os::unix::process::ExitStatusExt;
        let interrupted = output.status.code() == Some(130) || output.status.signal() == Some(2);
        assert!(interrupted && output.stdout.is_empty(), "after {after_ms} ms: {:?}", output.status);
    }
}
