//! Bad input as scripts see it: the documented exit code, two lines on stderr, nothing half-written. What needs a worker
//! fails or is skipped with a loud line when there is none (see `stage/engines.rs`).
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::{engines, new_vault, pass, program};
use gyeot::adapters::workers::{Process, Worker};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::member::Role;
use gyeot::ports::engine::{EngineError, LanguageEngine};
use gyeot::ports::engines::Kind;
use gyeot::protocol::Load;
use gyeot::service::UnlockedVault;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn gyeot(dir: &Path, args: &[&str]) -> Command {
    let mut c = program();
    c.args(args).stdin(Stdio::null()).env("GYEOT_LANG", "en").env("GYEOT_MODELS", dir.join("models"));
    c.env("GYEOT_VAULT", dir.join("vault")).env("XDG_CONFIG_HOME", dir.join("config"));
    c
}

fn ends(dir: &Path, args: &[&str], code: i32, says: &str) {
    two_lines(&gyeot(dir, args).output().unwrap(), args, code, says);
}

fn two_lines(out: &Output, about: &[&str], code: i32, says: &str) {
    let err = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(code), "{about:?}: {err}");
    assert!(out.stdout.is_empty(), "{about:?}: something on stdout");
    let lines: Vec<&str> = err.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("error: ") && lines[1].starts_with("hint: "), "{about:?}: {err}");
    assert!(lines[0].contains(says), "{about:?}: {err}");
}

fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name).to_string_lossy().into_owned()
}

#[test]
fn a_transcript_that_is_none_is_refused_by_suggest() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    std::fs::write(at("half.json"), r#"{"schema":"gyeot.transcript/1","#).unwrap();
    std::fs::write(at("empty.json"), "").unwrap();
    std::fs::write(at("other.json"), r#"{"schema":"other/1","utterances":[]}"#).unwrap();
    for (file, says) in [("half.json", "not a transcript"), ("empty.json", "not a transcript"), ("other.json", "not a")]
    {
        ends(dir.path(), &["suggest", &at(file)], 2, says);
    }
    ends(dir.path(), &["suggest", &at("none.json")], 2, "could not be read");
    ends(dir.path(), &["suggest", &at("")], 2, "could not be read");
}

#[test]
fn without_a_model_every_command_that_needs_one_says_which_to_get() {
    let dir = tempfile::tempdir().unwrap();
    ends(dir.path(), &["transcribe", &data("tests/data/speech/jfk.wav")], 14, "no model for speech");
    ends(dir.path(), &["suggest", &data("src/demo/session-en.reference.json")], 14, "no model for sentence embedding");
    let hint = gyeot(dir.path(), &["transcribe", &data("tests/data/speech/jfk.wav")]).output().unwrap().stderr;
    assert!(String::from_utf8_lossy(&hint).contains("hint: gyeot models pull whisper-base"));
}

#[test]
fn a_model_file_that_is_cut_or_is_none_is_not_taken_in() {
    let dir = tempfile::tempdir().unwrap();
    let cut = dir.path().join("cut.gguf");
    std::fs::write(&cut, &aborts_the_loader()[..200]).unwrap();
    let text = dir.path().join("text.gguf");
    std::fs::write(&text, "not a model").unwrap();
    for file in [cut, text] {
        ends(dir.path(), &["models", "add", file.to_str().unwrap()], 14, "not a model file that can be read");
    }
    let models = dir.path().join("models");
    let kept = std::fs::read_dir(models).into_iter().flatten().filter(|e| e.as_ref().is_ok_and(|e| e.path().is_file()));
    assert_eq!(kept.filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().ends_with("gguf")).count(), 0);
}

#[test]
fn a_wrong_passphrase_is_exit_11_and_no_vault_exit_1() {
    let dir = tempfile::tempdir().unwrap();
    let wrong = dir.path().join("wrong");
    std::fs::write(&wrong, "not the passphrase at all\n").unwrap();
    let list = ["client", "list", "--passphrase-file", wrong.to_str().unwrap()];
    ends(dir.path(), &list, 1, "no vault");
    let new = new_vault("이상담", Role::Counsellor);
    UnlockedVault::init(&dir.path().join("vault"), &new, &pass()).unwrap().lock().unwrap();
    ends(dir.path(), &list, 11, "does not open");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_does_not_fit_on_the_disk_is_no_success() {
    let dir = tempfile::tempdir().unwrap();
    for args in [&["models", "list", "--json"][..], &["assess", "list"], &["assess", "list", "--json"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let out = gyeot(dir.path(), args).stdout(full).stderr(Stdio::piped()).output().unwrap();
        two_lines(&out, args, 1, "could not be written");
    }
}

#[test]
fn a_settings_file_with_an_unknown_key_is_named_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("config/gyeot")).unwrap();
    std::fs::write(dir.path().join("config/gyeot/settings.toml"), "colour = 3\n").unwrap();
    let out = gyeot(dir.path(), &["models", "list"]).env_remove("GYEOT_LANG").output().unwrap();
    let err = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{err}");
    assert!(err.contains("settings.toml") && err.contains("1줄"), "{err}");
}

/// A GGUF file of half a kilobyte whose header is well formed and says 600 layers: llama.cpp asserts that there are at
/// most 512 and aborts.
fn aborts_the_loader() -> Vec<u8> {
    let text = |s: &str| [&(s.len() as u64).to_le_bytes()[..], s.as_bytes()].concat();
    let word = |key: &str, value: &str| [text(key), 8u32.to_le_bytes().to_vec(), text(value)].concat();
    let number =
        |key: &str, value: u32| [text(key), 4u32.to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat();
    let epsilon = "llama.attention.layer_norm_rms_epsilon";
    let keys = [
        word("general.architecture", "llama"),
        number("llama.context_length", 64),
        number("llama.embedding_length", 64),
        number("llama.block_count", 600),
        number("llama.feed_forward_length", 64),
        number("llama.attention.head_count", 4),
        [text(epsilon), 6u32.to_le_bytes().to_vec(), 1e-5f32.to_le_bytes().to_vec()].concat(),
        word("tokenizer.ggml.model", "llama"),
    ];
    let mut file =
        [&b"GGUF"[..], &3u32.to_le_bytes(), &1u64.to_le_bytes(), &(keys.len() as u64).to_le_bytes()].concat();
    file.extend(keys.concat());
    let shape = [1u32.to_le_bytes().to_vec(), 32u64.to_le_bytes().to_vec()].concat();
    file.extend([text("token_embd.weight"), shape, 0u32.to_le_bytes().to_vec(), 0u64.to_le_bytes().to_vec()].concat());
    file.resize(file.len().next_multiple_of(32) + 128, 0);
    file
}

#[test]
fn a_model_that_makes_the_loader_abort_takes_the_worker_with_it_and_not_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join("abort.gguf");
    std::fs::write(&path, aborts_the_loader()).unwrap();
    let model = File::open(&path).unwrap();
    let started = Process::new(Kind::Llm, Some(model)).and_then(|p| Worker::start(Box::new(p)));
    let mut worker = match started {
        Ok(worker) => worker,
        Err(why) => return engines::missing(why),
    };
    let load = Load {
        path: Process::model_path(),
        threads: 1,
        context: 64,
        embedding: false,
        adapter: None,
        gpu_layers: None,
    };
    let fault = LanguageEngine::load(&mut worker, load).unwrap_err();
    assert!(matches!(&fault, EngineError::DiedLoading { how, .. } if how.to_string() == "signal 6"), "{fault}");
    assert_eq!(fault.exit(), Exit::Model);
    assert!(fault.hint().to_string().contains("another model"));
}

/// `gyeot completions bash | head -1`: whoever reads the result may stop reading.
#[test]
fn a_reader_that_closes_the_pipe_is_no_failure_whatever_is_printed() {
    for args in [
        &["completions", "bash"][..],
        &["completions", "zsh"],
        &["man"],
        &["--help"],
        &["--version"],
        &["models", "list"],
        &["assess", "list"],
    ] {
        let mut child =
            program().args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Closed before anything was written.
        drop(child.stdout.take());
        let out = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&out.stderr);
        assert!(
            out.status.success() && !err.contains("panicked") && !err.contains("error: "),
            "{args:?}: {:?} {err}",
            out.status
        );
    }
}
