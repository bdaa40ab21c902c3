//! Models that a centre brings itself, as a user gives them to `gyeot models add`: whole, in parts, as an adapter, broken, without
//! markers, too large. The files are tiny and their weights random; no engine is needed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::gguf::Tiny;
use crate::stage::program;
use gyeot::adapters::models::Catalogue;
use serde_json::Value;
use sha2::Digest;
use std::path::{Path, PathBuf};
use std::process::Stdio;

struct Stick(tempfile::TempDir);

impl Stick {
    fn new() -> Self {
        Stick(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn models(&self) -> PathBuf {
        self.0.path().join("models")
    }

    /// Exit code and what it said, on both channels.
    fn gyeot(&self, args: &[&str]) -> (i32, String) {
        let mut c = program();
        c.args(args).stdin(Stdio::null()).env("GYEOT_LANG", "en").env("GYEOT_MODELS", self.models());
        c.env("XDG_CONFIG_HOME", self.0.path().join("config"));
        let out = c.output().unwrap();
        let said = [out.stdout, out.stderr].concat();
        (out.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
    }

    fn add(&self, file: &Path, args: &[&str]) -> (i32, String) {
        self.gyeot(&[&["models", "add", file.to_str().unwrap()], args].concat())
    }

    fn refused(&self, file: &Path, args: &[&str], says: &str) {
        let (code, said) = self.add(file, args);
        assert_eq!(code, 14, "{said}");
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with("error: ") && lines[1].starts_with("hint: "), "{said}");
        assert!(said.contains(says), "{says}: {said}");
        let kept = std::fs::read_dir(self.models().join("added")).into_iter().flatten().count();
        assert_eq!(kept, 0, "something was kept");
    }
}

fn tiny(id: &str) -> Tiny {
    Tiny::like(Catalogue::shipped().unwrap().get(&id.into()).unwrap())
}

#[test]
fn a_model_in_parts_becomes_the_file_that_was_split_and_a_part_that_is_missing_is_named() {
    let stick = Stick::new();
    let model = tiny("exaone-4.0-1.2b");
    let [first, second] = model.parts();
    let one = stick.put("exa-q4-00001-of-00002.gguf", &first);
    stick.refused(&one, &[], "exa-q4-00002-of-00002.gguf is not beside it");
    // Another model's second part, and one that is cut short.
    let [_, of_another] = Tiny { layers: 3, ..model.clone() }.parts();
    let two = stick.put("exa-q4-00002-of-00002.gguf", &second[..second.len() / 2]);
    stick.refused(&one, &[], "it is cut short");
    stick.put("exa-q4-00002-of-00002.gguf", &first);
    stick.refused(&one, &[], "parts of several models are mixed");
    drop(of_another);
    std::fs::write(&two, &second).unwrap();
    // Either part may be named.
    let (code, said) = stick.add(&two, &["--id", "exaone-4.0-1.2b"]);
    assert_eq!(code, 0, "{said}");
    let whole = hex::encode(sha2::Sha256::digest(model.file()));
    assert!(said.contains(&whole), "{whole}: {said}");
    let renamed = stick.put("part.gguf", &first);
    let (code, said) = stick.add(&renamed, &["--id", "other"]);
    assert!(code == 14 && said.contains("keep their names"), "{said}");
}

#[test]
fn what_is_no_whole_gguf_is_refused_with_its_reason() {
    let stick = Stick::new();
    let whole = tiny("qwen3-0.6b").file();
    let changed = |at: usize, bytes: &[u8]| {
        let mut file = whole.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    // The first tensor claims ten terabytes: 64 wide, so many tokens long.
    let name = b"token_embd.weight";
    let at = whole.windows(name.len()).position(|w| w == name).unwrap() + name.len() + 4 + 8;
    let terabytes = changed(at, &(10u64 << 40 >> 8).to_le_bytes());
    for (name, bytes, says) in [
        ("10tb.gguf", terabytes, "it is cut short"),
        ("huge.gguf", changed(at, &u64::MAX.to_le_bytes()), "impossibly large"),
        ("keys.gguf", changed(16, &u64::MAX.to_le_bytes()), "it announces"),
        ("version.gguf", changed(4, &9u32.to_le_bytes()), "GGUF version 9"),
        ("cut.gguf", whole[..whole.len() - 4096].to_vec(), "it is cut short"),
        ("header.gguf", whole[..100].to_vec(), "it is cut short"),
        ("empty.gguf", Vec::new(), "neither a GGUF nor a whisper.cpp file"),
    ] {
        stick.refused(&stick.put(name, &bytes), &[], says);
    }
}

#[test]
fn a_model_without_a_template_is_asked_for_and_markers_that_it_does_not_have_are_refused() {
    let stick = Stick::new();
    let base = stick.put("base.gguf", &tiny("qwen2.5-coder-0.5b").file());
    stick.refused(&base, &[], "does not say how its chats are marked");
    stick.refused(&base, &["--like", "kanana-1.5-2.1b"], "<|eot_id|> is no control token of the file");
    let (code, said) = stick.add(&base, &["--like", "qwen2.5-coder-0.5b"]);
    assert_eq!(code, 0, "{said}");
    // The file's own template decides where it names a family that is known.
    let gemma = Tiny { template: Some("{{ '<start_of_turn>' }}".into()), ..tiny("gemma-3-1b") };
    let (code, said) = stick.add(&stick.put("ours.gguf", &gemma.file()), &[]);
    assert_eq!(code, 0, "{said}");
    let (_, listed) = stick.gyeot(&["--json", "models", "list", "ours"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["models"][0]["manifest"]["chat"]["assistant_start"], "<start_of_turn>model\n");
}

#[test]
fn a_vocabulary_without_korean_is_said_and_one_that_would_end_the_engine_is_refused() {
    let stick = Stick::new();
    let ascii = Tiny { bytes: 128, ..tiny("kanana-1.5-2.1b") };
    let (code, said) = stick.add(&stick.put("ascii.gguf", &ascii.file()), &["--like", "kanana-1.5-2.1b"]);
    assert_eq!(code, 0, "{said}");
    let (_, listed) = stick.gyeot(&["--json", "models", "list", "ascii"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["models"][0]["manifest"]["languages"], serde_json::json!(["en"]));
    let stick = Stick::new();
    let pieces = Tiny { bytes: 128, ..tiny("gemma-3-1b") };
    let file = stick.put("pieces.gguf", &pieces.file());
    stick.refused(&file, &["--like", "gemma-3-1b"], "no tokens for single bytes");
}

#[test]
fn an_adapter_is_taken_in_for_its_base_and_refused_by_name_for_every_other() {
    let stick = Stick::new();
    let base = tiny("midm-2.0-mini");
    let adapter = stick.put("centre.gguf", &base.adapter());
    stick.refused(&adapter, &[], "it says: Tiny Base");
    stick.refused(&adapter, &["--base", "midm-2.0-mini"], "midm-2.0-mini is not in");
    for (id, model) in [
        ("midm-2.0-mini", base.clone()),
        ("kanana-1.5-2.1b", Tiny { width: 96, ..tiny("kanana-1.5-2.1b") }),
        ("qwen3-0.6b", tiny("qwen3-0.6b")),
    ] {
        let (code, said) = stick.add(&stick.put("model.gguf", &model.file()), &["--id", id]);
        assert_eq!(code, 0, "{said}");
    }
    let (code, said) = stick.add(&stick.put("model.gguf", &base.file()), &["--base", "midm-2.0-mini"]);
    assert!(code == 14 && said.contains("it is no adapter"), "{said}");
    for (id, says) in [
        ("kanana-1.5-2.1b", "the model has no weight blk.0.attn_q.weight of this shape"),
        ("qwen3-0.6b", "it is for the architecture llama, the model is of qwen3"),
    ] {
        let (code, said) = stick.add(&adapter, &["--base", id]);
        let named = format!("was made for another model than {id}");
        assert!(code == 14 && said.contains(&named) && said.contains(says), "{said}");
    }
    let (code, said) = stick.add(&adapter, &["--base", "midm-2.0-mini", "--id", "kanana-1.5-2.1b"]);
    assert!(code == 14 && said.contains("is another model already"), "{said}");
    let (code, said) = stick.add(&adapter, &["--base", "midm-2.0-mini"]);
    assert!(code == 0 && said.contains("Nobody stated its terms"), "{said}");
    let (_, shown) = stick.gyeot(&["models", "list", "centre"]);
    let hash = hex::encode(sha2::Sha256::digest(base.file()));
    assert!(shown.contains(&format!("midm-2.0-mini {hash}")), "{shown}");
    // Another file of the same base, and an adapter of an adapter.
    let other = Tiny { seed: 7, ..base };
    let (code, said) = stick.add(&stick.put("model.gguf", &other.file()), &["--id", "midm-2.0-mini"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = stick.add(&adapter, &["--base", "centre", "--id", "twice"]);
    assert!(code == 14 && said.contains("no language model that an adapter could change"), "{said}");
}

#[test]
fn an_adapter_is_chosen_once_for_all_commands_and_refused_where_its_base_is_another_file_by_now() {
    let stick = Stick::new();
    let base = tiny("midm-2.0-mini");
    let (code, said) = stick.add(&stick.put("model.gguf", &base.file()), &["--id", "midm-2.0-mini"]);
    assert_eq!(code, 0, "{said}");
    let adapter = stick.put("centre.gguf", &base.adapter());
    let (code, said) = stick.add(&adapter, &["--base", "midm-2.0-mini"]);
    assert_eq!(code, 0, "{said}");
    let kept = || std::fs::read_to_string(stick.0.path().join("config/gyeot/settings.toml")).unwrap_or_default();
    let (code, said) = stick.gyeot(&["models", "use", "centre"]);
    assert!(code == 0 && said.contains("centre"), "{said}");
    assert!(kept().contains("language_model = \"centre\""), "{}", kept());
    for (id, says) in [("whisper-base", "whisper-base is not in"), ("nobody", "nobody")] {
        let (code, said) = stick.gyeot(&["models", "use", id]);
        assert!(code != 0 && said.contains(says), "{said}");
    }
    let other = Tiny { seed: 7, ..base };
    let (code, said) = stick.add(&stick.put("model.gguf", &other.file()), &["--id", "midm-2.0-mini"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = stick.gyeot(&["models", "use", "centre"]);
    assert!(code == 14 && said.contains("was added for another file of midm-2.0-mini"), "{said}");
    assert!(kept().contains("centre"), "what was refused changes nothing");
    let (code, said) = stick.gyeot(&["models", "use"]);
    assert_eq!(code, 0, "{said}");
    assert!(!kept().contains("language_model"), "{}", kept());
}

#[test]
fn a_model_that_does_not_fit_into_memory_is_refused_with_figures_before_it_is_read() {
    let stick = Stick::new();
    let (code, said) = stick.add(&stick.put("m.gguf", &tiny("exaone-4.0-32b").file()), &["--id", "exaone-4.0-32b"]);
    assert_eq!(code, 0, "{said}");
    let added = stick.models().join("added");
    let path = std::fs::read_dir(&added).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().unwrap() == "gguf");
    // Eight terabytes that take no room on the disk; to hash them would take an hour.
    let path = path.unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::File::create(&path).unwrap().set_len(8 << 40).unwrap();
    let begun = std::time::Instant::now();
    let (code, said) = stick.gyeot(&["models", "certify", "exaone-4.0-32b"]);
    assert!(begun.elapsed().as_secs() < 60, "{said}");
    if !cfg!(target_os = "linux") {
        return;
    }
    assert_eq!(code, 14, "{said}");
    let figures = format!("exaone-4.0-32b does not fit into the memory: it needs about {} MiB, ", (8u64 << 20) + 250);
    assert!(said.contains(&figures) && said.contains("gyeot models recommend"), "{said}");
}
