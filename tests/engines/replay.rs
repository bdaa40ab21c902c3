//! Suggestions of a record are made again by the real models, and another record's lines or a model that is not here are told.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::engines::{missing, models, workers};
use crate::stage::{PASS, consent, data, made, pass, program};
use gyeot::domain::practice::text::ClientText;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use std::path::Path;
use std::process::{Command, Output};

fn gyeot(dir: &Path, args: &[&str]) -> Command {
    let mut c = program();
    c.args(args).env_remove("GYEOT_LANG").env("GYEOT_VAULT", dir.join("v")).env("GYEOT_MODELS", models());
    c.env("XDG_CONFIG_HOME", dir.join("config")).args(["--lang", "en", "--passphrase-file"]).arg(dir.join("pass"));
    c
}

fn printed(out: &Output) -> String {
    String::from_utf8_lossy(&[out.stdout.as_slice(), &out.stderr].concat()).into_owned()
}

#[test]
fn what_was_proposed_comes_out_the_same_from_the_record_and_is_told_where_it_does_not() {
    if !workers().join("gyeot-llm").is_file() || !models().join("multilingual-e5-small.q4_0.gguf").is_file() {
        return missing("no gyeot-llm in GYEOT_WORKERS, or no embedding model in the models' folder");
    }
    let dir = tempfile::tempdir().unwrap();
    let vault = made(&dir.path().join("v"));
    let code = vault.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Ai])).unwrap();
    vault.lock().unwrap();
    std::fs::write(dir.path().join("pass"), PASS).unwrap();
    let talk = data("src/demo/session-ko.reference.json");
    let ran = gyeot(dir.path(), &["session", "run", "--client", code.as_str(), "--transcript", talk.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", printed(&ran));
    let vault = UnlockedVault::unlock(&dir.path().join("v"), None, &pass()).unwrap();
    let session = vault.sessions(None).unwrap()[0].id;
    let opened = vault.open_session(session).unwrap();
    let kept = opened.iter().find_map(|o| match &o.body {
        Body::Suggestions { suggestions } => Some((o.header.id, suggestions.clone())),
        _ => None,
    });
    let (record, suggestions) = kept.unwrap();
    assert!(!suggestions.suggestions.is_empty());
    // Another record, of which one card was never proposed: as if somebody had written it in.
    let mut other = suggestions;
    let removed = other.suggestions.remove(0);
    let others = vault.keep(session, &[Body::Suggestions { suggestions: other.clone() }]).unwrap().records[0];
    other.made_from.as_mut().unwrap().words_sha256 = "0".repeat(64);
    let strange = vault.keep(session, &[Body::Suggestions { suggestions: other }]).unwrap().records[0];
    vault.lock().unwrap();

    let short = session.to_string();
    let drafted = gyeot(dir.path(), &["note", "draft", &short]).output().unwrap();
    assert!(drafted.status.success(), "{}", printed(&drafted));
    let note = gyeot(dir.path(), &["replay", &short, "--note"]).output().unwrap();
    assert!(note.status.success() && printed(&note).contains("The same: every sentence"), "{}", printed(&note));

    let same = gyeot(dir.path(), &["replay", &record.to_string()]).output().unwrap();
    assert!(same.status.success() && printed(&same).contains("The same: "), "{}", printed(&same));
    let differs = gyeot(dir.path(), &["replay", &others.to_string()]).output().unwrap();
    assert_eq!(differs.status.code(), Some(1), "{}", printed(&differs));
    let card = printed(&differs).contains("Proposed now, not then: ");
    assert!(card, "{}: {}", removed.title, printed(&differs));
    let gone = gyeot(dir.path(), &["replay", &strange.to_string()]).output().unwrap();
    assert_eq!(gone.status.code(), Some(1), "{}", printed(&gone));
    assert!(printed(&gone).contains("not in the records any more"), "{}", printed(&gone));
    let nothing = gyeot(dir.path(), &["replay", "ffffffffffffffffffffffffffffffff"]).output().unwrap();
    assert!(!nothing.status.success());
}
