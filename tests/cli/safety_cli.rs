//! `gyeot safety-plan`, `gyeot crisis` and the triage of `gyeot assess`, as scripts see them.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{PASS, client, made, program};
use serde_json::Value;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};

fn run(dir: &Path, stdin: &str, args: &[&str]) -> Output {
    std::fs::write(dir.join("pass"), PASS).unwrap();
    let mut c = program();
    c.args(args).args(["--passphrase-file"]).arg(dir.join("pass"));
    c.env("GYEOT_VAULT", dir.join("vault")).env("GYEOT_LANG", "ko").env("XDG_CONFIG_HOME", dir.join("config"));
    c.env("XDG_DATA_HOME", dir.join("data"));
    c.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = c.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn done(out: &Output) -> String {
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout.clone()).unwrap()
}

/// A vault with one client; her code.
fn centre(dir: &Path) -> String {
    let vault = made(&dir.join("vault"));
    let code = client(&vault, "김하늘");
    vault.lock().unwrap();
    code.to_string()
}

#[test]
fn a_plan_is_written_step_by_step_shown_with_its_revisions_and_taken_away_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, code) = (dir.path(), centre(dir.path()));
    let edit =
        |stdin: &str, more: &[&str]| run(dir, stdin, &[&["safety-plan", "edit", "--client", &code], more].concat());
    let none = run(dir, "", &["safety-plan", "show", "--client", &code]);
    assert_eq!(none.status.code(), Some(13));
    done(&edit("잠이 오지 않음\n술 생각\n", &["--step", "1", "--add", "-"]));
    done(&edit("산책\n", &["--step", "2", "--replace", "-"]));
    let shown = done(&edit("", &["--step", "1", "--remove", "2"]));
    assert!(
        shown.starts_with("안전계획 3판") && shown.contains("1 잠이 오지 않음") && !shown.contains("술 생각"),
        "{shown}"
    );
    for (more, stdin) in [
        (&["--step", "7", "--add", "-"][..], "x"),
        (&["--step", "1", "--add", "-"], " \n"),
        (&["--step", "1", "--remove", "9"], ""),
        (&["--step", "1", "--take", "1"], ""),
        (&["--step", "1"], ""),
    ] {
        assert_eq!(edit(stdin, more).status.code(), Some(2), "{more:?}");
    }
    let history = done(&run(dir, "", &["safety-plan", "history", "--client", &code]));
    assert!(history.contains("+ 2. 산책") && history.contains("- 1. 술 생각"), "{history}");
    let first: Value = serde_json::from_str(&done(&run(
        dir,
        "",
        &["safety-plan", "show", "--client", &code, "--revision", "1", "--json"],
    )))
    .unwrap();
    assert_eq!((&first["schema"], &first["revision"]), (&"gyeot.safety-plan/1".into(), &1.into()));
    assert_eq!(first["steps"][0]["lines"][1]["text"], "술 생각");
    let out = dir.join("sheet.json");
    let export = |reason: &str| {
        let file = out.to_str().unwrap().to_owned();
        run(
            dir,
            "",
            &["safety-plan", "export", "--client", &code, "--format", "json", "--output", &file, "--reason", reason],
        )
    };
    assert_ne!(export(" ").status.code(), Some(0), "a reason is needed");
    assert!(!out.exists());
    done(&export("내담자에게 줌"));
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(export("다시").status.code(), Some(2), "a file that is there is not written over");
    std::fs::remove_file(&out).unwrap();
    let target = dir.join("elsewhere");
    std::os::unix::fs::symlink(&target, &out).unwrap();
    assert_eq!(export("다시").status.code(), Some(2), "nor is a link followed");
    assert!(!target.exists());
}

#[test]
fn a_screener_that_is_given_prints_what_was_asked_what_follows_and_whom_to_call_and_so_does_its_json() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, code) = (dir.path(), centre(dir.path()));
    let give = |answers: &str, more: &[&str]| {
        run(dir, "", &[&["assess", "give", "cssrs-screener", "--client", &code, "--answers", answers], more].concat())
    };
    done(&give("1,1,0,0,0,0", &[]));
    let text = done(&give("1,1,1,1,0,1,0", &[]));
    for words in ["높은 단계", "알릴 사람", "☎ 109", "확인 안 됨", "안전계획을 쓰거나", "6 (3 months)"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains("아니오)"), "the answers before stand beside: {text}");
    let object: Value = serde_json::from_str(&done(&give("1,1,1,1,0,1,0", &["--json"]))).unwrap();
    let triage = &object["triage"];
    assert_eq!((&triage["outcome"], &triage["certain"]), (&"high".into(), &true.into()));
    assert_eq!(triage["course"][2]["before"], 1);
    assert_eq!(triage["lines"][0]["state"], "unverified");
    // What is open is told as open, whatever the score of the sheet.
    let open = give("0,0,-,-,-,-", &["--json"]);
    let open: Value = serde_json::from_slice(&open.stdout).unwrap();
    assert_eq!((&open["triage"]["outcome"], &open["triage"]["open"]), (&"incomplete".into(), &serde_json::json!([6])));
    let phq = run(dir, "", &["assess", "score", "phq-9", "--answers", "0,0,0,0,0,0,0,0,0", "--json"]);
    assert!(serde_json::from_slice::<Value>(&phq.stdout).unwrap().get("triage").is_none());
}

#[test]
fn a_line_is_unverified_until_a_person_says_that_they_checked_it_and_due_after_the_days_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let lines = |args: &[&str]| run(dir, "", &[&["crisis"], args].concat());
    let all = |out: &Output| -> Value { serde_json::from_str(&done(out)).unwrap() };
    let before = all(&lines(&["lines", "--json"]));
    assert_eq!(before["lines"][0]["state"], "unverified");
    let after = all(&lines(&["checked", "suicide-prevention", "--json"]));
    assert_eq!(after["lines"][0]["state"], "checked");
    let old = all(&lines(&["checked", "rescue", "--on", "2020-01-01", "--json"]));
    let rescue = old["lines"].as_array().unwrap().iter().find(|l| l["id"] == "rescue").unwrap();
    assert_eq!((&rescue["state"], &rescue["since"]), (&"due".into(), &"2020-01-01".into()));
    let town = lines(&["checked", "mental-health-welfare-centre", "--number", "02-123-4567", "--json"]);
    assert_eq!(all(&town)["lines"][6]["number"], "02-123-4567");
    for bad in [
        &["checked", "nobody"][..],
        &["checked", "rescue", "--on", "2999-01-01"],
        &["checked", "rescue", "--on", "yesterday"],
        &["checked", "rescue", "--number", "call us"],
    ] {
        assert_eq!(lines(bad).status.code(), Some(2), "{bad:?}");
    }
    let text = lines(&["lines"]);
    assert!(String::from_utf8_lossy(&text.stderr).contains("5곳"), "{}", String::from_utf8_lossy(&text.stderr));
    std::fs::write(dir.join("data/gyeot/crisis-lines.toml"), "version = 1").unwrap();
    assert_eq!(lines(&["lines"]).status.code(), Some(2), "a file of one's own that does not read is a fault");
}
