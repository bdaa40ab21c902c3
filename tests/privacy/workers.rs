//! A session from a file with the real engines: what is planted in the client's card and what is said in the session
//! stands in no argument and no environment of the program or of its workers, in no core file when they are made to
//! crash, and in no file that is left. Missing workers or models are a loud
//! line, or a failure where `GYEOT_REQUIRE_ENGINES` is set.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::planted;
use crate::stage::{PASS, consent, engines, new_vault, pass, walk};

use gyeot::domain::practice::ids::ClientCode;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::service::{NewClient, Scope, UnlockedVault};
use planted::{Needles, gyeot_with, phrases};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Where the workers and the models are, or a loud line.
fn workers_and_models() -> Option<[(&'static str, PathBuf); 2]> {
    let (models, workers) = (engines::models(), engines::workers());
    let has = |start: &str| {
        let names = std::fs::read_dir(&models).into_iter().flatten().flatten().map(|e| e.file_name());
        names.into_iter().any(|name| name.to_string_lossy().starts_with(start))
    };
    let there = ["gyeot-asr", "gyeot-llm"].iter().all(|w| workers.join(w).is_file()) && has("whisper") && has("qwen");
    if there {
        return Some([("GYEOT_WORKERS", workers), ("GYEOT_MODELS", models)]);
    }
    engines::missing("no workers in GYEOT_WORKERS, or no models");
    None
}

/// A process and those it started, by number, each with its program's name.
fn family(of: u32) -> Vec<(u32, String)> {
    let mut all: BTreeMap<u32, (u32, String)> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        all.insert(id, (parent.unwrap_or(0), name.trim().to_owned()));
    }
    let kin = |mut id: u32| {
        while id != of && id > 1 {
            id = all.get(&id).map_or(0, |(parent, _)| *parent);
        }
        id == of
    };
    all.iter().filter(|(id, _)| kin(**id)).map(|(id, (_, name))| (*id, name.clone())).collect()
}

fn proc_file(id: u32, what: &str) -> Vec<u8> {
    std::fs::read(format!("/proc/{id}/{what}")).unwrap_or_default()
}

fn kept_client(root: &Path, planted: &[String]) -> ClientCode {
    let new = new_vault("상담", Role::Counsellor);
    let unlocked = UnlockedVault::init(&root.join("v"), &new, &pass()).unwrap();
    let name = ClientText::new(&planted[0]);
    let code = unlocked.add_client(NewClient { name, ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Ai])).unwrap();
    let rest = planted[1..].join(" / ");
    unlocked.change_client(&code, |card| card.contact = Some(ClientText::new(&rest))).unwrap();
    unlocked.lock().unwrap();
    code
}

#[test]
fn with_real_engines_nothing_said_or_planted_shows_in_arguments_environment_or_core_files() {
    let Some(engines) = workers_and_models() else { return };
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    for folder in ["cwd", "home", "tmp"] {
        std::fs::create_dir(root.join(folder)).unwrap();
    }
    std::fs::write(root.join("pass"), format!("{PASS}\n")).unwrap();
    let planted = phrases();
    let code = kept_client(root, &planted);
    let sound = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/speech/jfk.wav");
    let args = ["session", "run", "--client", code.as_str(), "--input", sound, "--lang", "en"];
    let mut running = gyeot_with(root, &args, &engines);
    let mut seen: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    // The person at the terminal reads the turns on stderr.
    let turns = || -> Vec<String> {
        let shown = std::fs::read_to_string(root.join("stderr")).unwrap_or_default();
        let turn = |line: &&str| line.contains("Counsellor") || line.contains("Client");
        shown.lines().filter(turn).map(|line| line.split_whitespace().skip(2).collect::<Vec<_>>().join(" ")).collect()
    };
    let mut said = turns();
    let until = Instant::now() + Duration::from_secs(120);
    // Until all three run and two turns of the session are on the screen.
    while Instant::now() < until && (said.len() < 2 || seen.len() < 3) {
        for (id, name) in family(running.id()) {
            let shown = seen.entry(name.clone()).or_default();
            shown.extend(["cmdline", "environ", "comm"].into_iter().flat_map(|what| proc_file(id, what)));
            let limits = String::from_utf8_lossy(&proc_file(id, "limits")).into_owned();
            if name.starts_with("gyeot-") {
                let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap_or_default();
                assert!(core.is_empty() || core.split_whitespace().nth(4) == Some("0"), "{name}: {core}");
            }
        }
        said = turns();
        std::thread::sleep(Duration::from_millis(20));
    }
    let names: Vec<&str> = seen.keys().map(String::as_str).collect();
    assert!(["gyeot", "gyeot-asr", "gyeot-llm"].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(said.len() >= 2, "two turns were heard: {said:?}");
    // The workers die first, the program last, so that nobody is gone before it could leave a core.
    let family = family(running.id());
    for (id, _) in family.iter().rev() {
        Command::new("kill").args(["-SEGV", &id.to_string()]).status().unwrap();
    }
    running.wait().unwrap();

    let on_screen = Needles::of(&planted);
    let wanted: Vec<String> = planted.into_iter().chain(said.iter().filter(|w| w.len() > 12).cloned()).collect();
    assert!(wanted.len() > 50, "{said:?}");
    let needles = Needles::of(&wanted);
    for (name, shown) in &seen {
        assert!(!shown.is_empty(), "{name}: nothing was shown");
        assert_eq!(needles.hits(shown), 0, "arguments or environment of {name}");
    }
    let mut files = 0;
    walk(root, &mut |path| {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(!name.starts_with("core"), "a core file: {}", path.display());
        let needles = if name == "stderr" { &on_screen } else { &needles };
        assert_eq!(needles.hits(&std::fs::read(path).unwrap()), 0, "{}", path.display());
        files += 1;
    });
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    eprintln!(
        "{} phrases: 0 hits in arguments and environment of {names:?}, 0 core files (core_pattern {}), 0 hits in {files} files",
        wanted.len(),
        pattern.trim()
    );
}
