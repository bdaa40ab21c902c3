//! Every command that the README names runs, on one centre and in one day, with the real engines where it needs one.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::engines::{missing, models, workers};
use crate::stage::{PASS, centre_of, data, program};
use clap::CommandFactory;
use gyeot::domain::practice::member::Role;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The commands in the table of the README, as words after `gyeot`. What stands alone belongs to the command before it, unless
/// it begins with a command itself.
fn named() -> BTreeSet<Vec<String>> {
    let tree = gyeot::cli::Cli::command();
    let commands: BTreeSet<String> = tree.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let readme = std::fs::read_to_string(data("README.md")).unwrap();
    let table = readme.split("## What it does today").nth(1).unwrap().split("\n\nEvery command").next().unwrap();
    let mut found = BTreeSet::new();
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let Some(cell) = row.split('|').nth(2) else { continue };
        let mut head = String::new();
        for quoted in cell.split('`').skip(1).step_by(2) {
            let words: Vec<&str> = quoted.strip_prefix("gyeot ").unwrap_or(quoted).split_whitespace().collect();
            // The workstation itself is the terminal's stories.
            let Some(first) = words.first().filter(|word| **word != "gyeot") else { continue };
            let words: Vec<&str> = match commands.contains(*first) {
                true => words,
                false => std::iter::once(head.as_str()).chain(words).collect(),
            };
            let first = words[0].to_owned();
            // Up to the first argument.
            let names = words.iter().take_while(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            found.insert(names.filter(|word| !word.starts_with("--")).map(|word| (*word).to_owned()).collect());
            head = first;
        }
    }
    found
}

struct Day {
    dir: PathBuf,
    ran: Vec<Vec<String>>,
}

impl Day {
    fn path(&self, name: &str) -> String {
        self.dir.join(name).to_string_lossy().into_owned()
    }

    /// Runs a command as a member and gives what it printed; `said` is its standard input.
    fn run_with(&mut self, who: &str, args: &[&str], said: &str) -> String {
        self.ran.push(args.iter().map(|arg| (*arg).to_owned()).collect());
        let mut c = program();
        c.args(args).env_remove("GYEOT_LANG").env("GYEOT_VAULT", self.dir.join("v")).env("GYEOT_MODELS", models());
        c.env("XDG_CONFIG_HOME", self.dir.join("config"));
        c.args(["--lang", "en", "--as", who, "--passphrase-file"]).arg(self.dir.join("pass"));
        let mut child = c.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that reads nothing may have closed it.
        let _ = child.stdin.take().unwrap().write_all(said.as_bytes());
        let out = child.wait_with_output().unwrap();
        let printed = String::from_utf8_lossy(&out.stdout).into_owned();
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "gyeot {}: {:?}\n{printed}\n{told}", args.join(" "), out.status);
        printed
    }

    fn run(&mut self, who: &str, args: &[&str]) -> String {
        self.run_with(who, args, "")
    }
}

fn first_session(day: &mut Day) -> String {
    let listed = day.run("상담", &["session", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let session = listed["sessions"][0]["id"].as_str().unwrap_or_default().to_owned();
    assert!(!session.is_empty(), "{listed}");
    session
}

fn notes_of_the_day(day: &mut Day, session: &str) {
    let drafted = day.run("상담", &["note", "draft", session]);
    assert!(!drafted.is_empty());
    day.run("상담", &["note", "list"]);
    day.run("상담", &["note", "show", session]);
    let text = "# Concern\nSleeps badly.\n";
    day.run_with("상담", &["note", "edit", session, "--from", "-"], text);
    day.run("상담", &["note", "diff", session]);
    day.run("상담", &["note", "ready", session]);
    day.run("수퍼", &["review", "queue"]);
    day.run("수퍼", &["review", "open", session]);
    day.run_with("수퍼", &["review", "comment", session], "What did you see?\n");
    day.run_with("수퍼", &["review", "return", session], "Please add the plan.\n");
    day.run_with("상담", &["note", "edit", session, "--from", "-"], "# Concern\nSleeps badly, and a plan.\n");
    day.run("상담", &["note", "ready", session]);
    let file = day.path("review.age");
    day.run("상담", &["review", "export", session, "--to", "수퍼", "--output", &file, "--reason", "elsewhere"]);
    day.run("수퍼", &["review", "cosign", session]);
    day.run_with("상담", &["note", "amend", session, "--reason", "forgot", "--from", "-"], "# Concern\nAs before.\n");
    for (what, name) in [("export", "note.pdf"), ("handout", "sheet.pdf")] {
        let file = day.path(name);
        day.run("상담", &["note", what, session, "--output", &file, "--reason", "asked for"]);
    }
}

#[test]
fn every_command_that_the_readme_names_runs_with_the_real_engines() {
    let (llm, asr) = (workers().join("gyeot-llm"), workers().join("gyeot-asr"));
    if !llm.is_file() || !asr.is_file() || !models().join("multilingual-e5-small.q4_0.gguf").is_file() {
        return missing("no gyeot-asr and gyeot-llm in GYEOT_WORKERS, or no embedding model in the models' folder");
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("pass"), PASS).unwrap();
    let (settings, shared) = (dir.path().join("config/gyeot"), dir.path().join("shared"));
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::create_dir(&shared).unwrap();
    std::fs::write(settings.join("settings.toml"), format!("[review]\nfolder = {shared:?}\n")).unwrap();
    centre_of(&dir.path().join("v"), &[("상담", Role::Counsellor)]);
    let mut day = Day { dir: dir.path().to_owned(), ran: Vec::new() };
    let talk = data("src/demo/session-en.reference.json").to_string_lossy().into_owned();
    let sound = data("tests/data/speech/jfk.wav").to_string_lossy().into_owned();

    let heard = day.run("상담", &["transcribe", &sound, "--format", "srt"]);
    assert!(heard.to_lowercase().contains("country"), "{heard}");
    let found = day.run("상담", &["suggest", &talk]);
    assert!(found.contains('“'), "a direction with its quote: {found}");
    let question = "How does the client sleep?";
    let answers = day.run("상담", &["suggest", &talk, "--task", "ask", "--question", question]);
    assert!(answers.contains('“'), "an answer with its quote: {answers}");

    let code = day.run("상담", &["client", "add", "--name", "Kim"]);
    let code = code.split_whitespace().next().unwrap().to_owned();
    let mut consent = vec!["client", "consent", &code, "--form", "v1", "--limits-explained", "--age-confirmed"];
    for scope in ["service", "recording", "ai", "supervision", "keep-sound", "crisis-contact"] {
        consent.extend(["--scope", scope]);
    }
    day.run("상담", &consent);
    day.run("상담", &["client", "assign", &code, "--supervisor", "수퍼"]);
    day.run("상담", &["session", "run", "--client", &code, "--input", &sound]);
    let spoken = first_session(&mut day);
    day.run("상담", &["session", "recover"]);
    day.run("상담", &["session", "hear-again", &spoken]);
    day.run_with("상담", &["session", "correct", &spoken, "--line", "1"], "And so, my fellow Americans.\n");
    day.run("상담", &["session", "run", "--client", &code, "--transcript", &talk]);
    let listed = day.run("상담", &["session", "list", "--client", &code, "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let ids = listed["sessions"].as_array().unwrap().iter().filter_map(|s| s["id"].as_str());
    let session = ids.clone().find(|id| *id != spoken).unwrap().to_owned();
    let shown = day.run("상담", &["session", "show", &session]);
    assert!(shown.contains('▲') && shown.contains('“'), "cues and directions: {shown}");
    day.run("상담", &["session", "mirror", "--client", &code]);
    day.run_with("상담", &["session", "ask", "--client", &code, "--quiet"], question);
    let kept = day.run("상담", &["session", "show", &session, "--json", "--reason", "replay"]);
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    if let Some(record) = kept["suggestions"][0]["record"].as_str() {
        day.run("상담", &["replay", record]);
    }
    notes_of_the_day(&mut day, &session);
    for (args, name) in [
        (vec!["session", "export", session.as_str()], "talk.docx"),
        (vec!["client", "export", code.as_str()], "all.pdf"),
    ] {
        let file = day.path(name);
        day.run("상담", &[&args[..], &["--output", &file, "--reason", "asked for"]].concat());
    }
    day.run("수퍼", &["supervision", "supervisees"]);
    day.run("상담", &["review", "folder"]);
    day.run("상담", &["case-report", "fill", "--client", &code]);
    day.run("상담", &["safety-plan", "words", "--client", &code]);
    day.run("상담", &["escalate", "choices"]);
    day.run("관리", &["breach", "pack", "--lost", "상담"]);
    day.run("상담", &["crisis", "lines"]);
    day.run("상담", &["assess", "list"]);
    day.run("상담", &["assess", "show", "phq-9"]);
    day.run("상담", &["assess", "score", "phq-9", "--answers", "1,1,1,1,1,1,1,1,0"]);
    day.run("상담", &["assess", "give", "phq-9", "--client", &code, "--answers", "1,1,1,1,1,1,1,1,0"]);
    day.run("상담", &["assess", "history", "--client", &code]);
    day.run("상담", &["assess", "schedule", "phq-9", "--client", &code, "--every", "2w"]);
    day.run("상담", &["assess", "due"]);
    day.run("상담", &["member", "list"]);
    day.run("관리", &["audit", "show"]);
    day.run("상담", &["vault", "check"]);
    let backup = day.path("backup.age");
    day.run("관리", &["backup", "create", &backup]);
    day.run("상담", &["appointment", "set", "--client", &code, "tomorrow", "14:00"]);
    day.run("상담", &["appointment", "list"]);
    let calendar = day.path("days.ics");
    day.run("상담", &["appointment", "export", "--output", &calendar, "--reason", "my calendar"]);
    day.run("상담", &["appointment", "import", &calendar, "--only-look"]);
    day.run("상담", &["appointment", "cancel", "--client", &code]);
    for args in [
        vec!["models", "list"],
        vec!["models", "recommend"],
        vec!["models", "verify", "whisper-base"],
        vec!["models", "use"],
    ] {
        day.run("상담", &args);
    }
    day.run("상담", &["doctor"]);

    let ran = |words: &[String]| day.ran.iter().any(|args| args.starts_with(words));
    // What asks at a terminal, writes into the models' folder, or needs a second machine has its own tests.
    let elsewhere = ["init", "models pull", "models add", "note decide", "note sign", "review import"];
    let left: Vec<String> = named()
        .iter()
        .filter(|words| !ran(words))
        .map(|w| w.join(" "))
        .filter(|w| !elsewhere.contains(&w.as_str()))
        .collect();
    assert!(left.is_empty(), "named in the README and not run: {left:?}");
    assert!(Path::new(&backup).is_file());
}
