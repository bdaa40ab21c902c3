//! Every family of the catalogue, end to end: a tiny model of each language model's architecture, with its kind of vocabulary and the
//! control tokens of its template, is taken in as a centre would bring it, loaded by the real worker, and asked. Its weights are
//! random, so only the form of what it says is looked at.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::engines::{missing, models, workers};
use crate::stage::gguf::Tiny;
use crate::stage::{data, program};
use gyeot::adapters::engines::{self, Installed, Ready};
use gyeot::adapters::models::import::{self, About};
use gyeot::adapters::models::report::Quiet;
use gyeot::adapters::models::{Catalogue, Manifest, Store, Task, usable};
use gyeot::domain::explain::{ErrorReport, Explain};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::ports::engine::LanguageEngine;
use gyeot::ports::engines::Engines;
use gyeot::protocol::message::{Part, Question};
use gyeot::protocol::{Judge, Write};
use std::path::Path;

fn add(dir: &Path, file: &[u8], about: About) -> Result<String, String> {
    let path = dir.join("stick.gguf");
    std::fs::write(&path, file).unwrap();
    let store = Store::open(dir.join("models")).unwrap();
    let added = import::add(&store, &path, &about, &mut Quiet);
    added.map(|a| a.id.to_string()).map_err(|e| e.to_string())
}

/// Takes in a tiny model as a catalogue model, or, where that one's file is pinned, as one with the same markers.
fn brought(dir: &Path, like: &Manifest, model: &Tiny) -> String {
    let pinned = like.variants.iter().any(|v| v.sha256.is_some());
    let (id, like) = match pinned {
        true => (format!("tiny-{}", like.id), Some(like.id.to_string())),
        false => (like.id.to_string(), None),
    };
    add(dir, &model.file(), About { id: Some(id), like, ..About::default() }).unwrap()
}

fn loaded(dir: &Path, id: &str) -> Ready {
    let store = Store::open(dir.join("models")).unwrap();
    engines::language(&store, Some(&id.into()), 2).unwrap_or_else(|e| panic!("{id}: {}", e.what.text(Lang::En)))
}

fn there() -> bool {
    let there = workers().join("gyeot-llm").is_file();
    if !there {
        missing("no gyeot-llm in GYEOT_WORKERS");
    }
    there
}

fn ask(ready: &mut Ready, parts: &[(&str, bool)], max_tokens: u32) -> (u32, String) {
    let part = |(text, trusted): &(&str, bool)| Part { text: ClientText::new(text), trusted: *trusted };
    let grammar = Some("start: \"yes\" | \"no\"".to_owned());
    let written = ready.worker.write(Write { parts: parts.iter().map(part).collect(), grammar, max_tokens }).unwrap();
    (written.prompt_tokens, written.text.reveal().to_owned())
}

fn margins(ready: &mut Ready) -> Vec<f32> {
    let chat = ready.manifest.chat().unwrap().clone();
    let lines = ["요즘 거의 못 자요.", "I lie awake until three."].map(ClientText::new).to_vec();
    let after = format!("\"\nDoes the client sleep badly?{}", chat.close());
    let questions = (0..2).map(|line| Question { line, after: after.clone() }).collect();
    let before = format!("{}Client: \"", chat.open("Answer yes or no."));
    ready.worker.judge(Judge { before, lines, questions, answers: ("Yes".into(), "No".into()) }).unwrap().margins
}

#[test]
fn every_family_of_the_catalogue_is_loaded_reads_its_markers_as_control_tokens_and_answers_under_a_grammar() {
    if !there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let all: Vec<&Manifest> = catalogue.all().iter().filter(|m| m.task == Task::Llm).collect();
    assert!(all.len() >= 18, "{}", all.len());
    for manifest in all {
        let id = brought(dir.path(), manifest, &Tiny::like(manifest));
        let mut ready = loaded(dir.path(), &id);
        let chat = manifest.chat().unwrap();
        // Without merges each letter is a token of its own, and each marker one whatever its length.
        let prompt = format!("{}Sleeps badly?{}", chat.open("Answer yes or no."), chat.close());
        let (mut letters, mut markers) = (prompt.clone(), 0);
        for marker in chat.markers() {
            markers += letters.matches(marker).count();
            letters = letters.replace(marker, "");
        }
        assert!(markers >= 2, "{id}");
        let (read, said) = ask(&mut ready, &[(&prompt, true)], 8);
        assert_eq!(read as usize, letters.len() + markers, "{id}: a marker was read as words");
        assert!(["yes", "no"].contains(&said.as_str()), "{id}: {said}");
        // In what a client says the same marker is letters.
        let end = chat.end_markers().next().unwrap();
        let (read, _) = ask(&mut ready, &[(&prompt, true), (end, false)], 8);
        assert_eq!(read as usize, letters.len() + markers + end.len(), "{id}: a client's words were read as a marker");
        let found = margins(&mut ready);
        assert!(found.len() == 2 && found.iter().all(|m| m.is_finite()), "{id}: {found:?}");
        assert_eq!(ready.worker.restarts(), 0, "{id}: the worker died");
        println!("{id}: {} {markers} markers, {said}", manifest.architecture.as_deref().unwrap_or_default());
    }
}

#[test]
fn an_adapter_changes_what_its_base_answers_and_is_refused_when_the_base_is_another_file() {
    if !there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let manifest = catalogue.get(&"kanana-1.5-2.1b".into()).unwrap();
    let base = Tiny::like(manifest);
    let id = brought(dir.path(), manifest, &base);
    let about = About { id: Some("ours".into()), base: Some(id.clone()), ..About::default() };
    assert_eq!(add(dir.path(), &base.adapter(), about), Ok("ours".into()));
    let (mut plain, mut adapted) = (loaded(dir.path(), &id), loaded(dir.path(), "ours"));
    assert_eq!(adapted.model.id.as_str(), "ours");
    assert_ne!(plain.model.sha256, adapted.model.sha256);
    let (before, after) = (margins(&mut plain), margins(&mut adapted));
    assert!(before.iter().zip(&after).any(|(a, b)| (a - b).abs() > 1e-4), "{before:?} {after:?}");
    // What runs unless it is asked for by name is the model without it.
    let store = Store::open(dir.path().join("models")).unwrap();
    assert_eq!(engines::language(&store, None, 1).unwrap().model.id.as_str(), id);
    // Or it is the one that was chosen in the settings, for which no other stands in.
    let chosen = Installed::at(dir.path().join("models")).preferring(Some("ours".into()));
    assert!(usable(&store, &"ours".into()).is_ok());
    assert_eq!(chosen.language(None).map(|l| l.model).ok(), Some(adapted.model.clone()));
    brought(dir.path(), manifest, &Tiny { seed: 9, ..base });
    let store = Store::open(dir.path().join("models")).unwrap();
    let refused = engines::language(&store, Some(&"ours".into()), 1).err().unwrap();
    let by_choice = chosen.language(None).err().unwrap();
    let looked_at: ErrorReport = usable(&store, &"ours".into()).unwrap_err().into();
    for refused in [refused, by_choice, looked_at] {
        let said = refused.what.text(Lang::En);
        assert!(said.contains("was added for another file of kanana-1.5-2.1b"), "{said}");
    }
}

#[test]
fn a_model_without_korean_letters_refuses_an_answer_in_korean_by_name_and_goes_on() {
    if !there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let manifest = catalogue.get(&"kanana-1.5-2.1b".into()).unwrap();
    let id = brought(dir.path(), manifest, &Tiny { bytes: 128, ..Tiny::like(manifest) });
    let mut ready = loaded(dir.path(), &id);
    assert_eq!(ready.manifest.languages, ["en"]);
    let questions = vec![Question { line: 0, after: "?".into() }];
    let korean = Judge {
        before: "Client: ".into(),
        lines: vec![ClientText::new("요즘 거의 못 자요.")],
        questions,
        answers: ("네".into(), "아니요".into()),
    };
    let refused = ready.worker.judge(korean).unwrap_err().message().text(Lang::En);
    assert!(refused.contains("no token for the answers"), "{refused}");
    assert!(margins(&mut ready).iter().all(|m| m.is_finite()));
    assert_eq!(ready.worker.restarts(), 0);
}

#[test]
fn a_question_is_asked_of_a_model_that_a_centre_brought() {
    let embedding = models().join("multilingual-e5-small.q4_0.gguf");
    if !there() || !embedding.is_file() {
        return missing("no embedding model in the models' folder");
    }
    let dir = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let manifest = catalogue.get(&"exaone-4.0-1.2b".into()).unwrap();
    let id = brought(dir.path(), manifest, &Tiny::like(manifest));
    let models = dir.path().join("models");
    std::os::unix::fs::symlink(&embedding, models.join(embedding.file_name().unwrap())).unwrap();
    let talk = data("tests/data/ordinary-talk/ko-1.json");
    let mut c = program();
    c.args(["suggest", talk.to_str().unwrap(), "--task", "ask", "--question", "잠은 어떤가요?", "--json"]);
    c.args(["--model", &id, "--lang", "ko"]).env("GYEOT_MODELS", models).env("XDG_CONFIG_HOME", dir.path());
    let out = c.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(found["model"]["id"] == id && found["answers"].is_array(), "{found}");
}
