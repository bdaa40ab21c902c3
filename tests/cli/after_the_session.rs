//! What is done on paper and afterwards, as scripts see it: speakers mended by lines that are there, days as people write them.

use crate::stage::{PASS, client, made, program};
use gyeot::domain::practice::ids::{ClientCode, SessionId, UtteranceId};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::service::Body;
use std::path::Path;

struct Centre {
    root: tempfile::TempDir,
    code: ClientCode,
    session: SessionId,
}

impl Centre {
    /// A client and a session of three lines.
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let vault = made(&root.path().join("v"));
        let code = client(&vault, "김하늘");
        vault.change_client(&code, |card| card.birth_date = Some("1998-03-02".into())).unwrap();
        let session = vault.begin_session(&code, Timestamp(0)).unwrap();
        let line = |n: u32| Utterance {
            id: UtteranceId(n),
            start_ms: u64::from(n) * 60_000,
            end_ms: u64::from(n) * 60_000 + 1_000,
            speaker: Speaker::Client,
            text: ClientText::new("네"),
            confidence: None,
        };
        vault.keep(session, &[Body::Utterances { utterances: (1..=3).map(line).collect() }]).unwrap();
        vault.end_session(session, Timestamp(200_000), "done").unwrap();
        vault.lock().unwrap();
        std::fs::write(root.path().join("pass"), format!("{PASS}\n")).unwrap();
        Centre { root, code, session }
    }

    /// The exit code and the first line of stderr that is an error.
    fn run(&self, args: &[&str]) -> (i32, String) {
        let out = self.output(args);
        let err = String::from_utf8(out.stderr).unwrap();
        let first = err.lines().find(|line| line.starts_with("error: ")).unwrap_or_default().to_owned();
        (out.status.code().unwrap(), first)
    }

    fn output(&self, args: &[&str]) -> std::process::Output {
        let path = |name: &str| self.root.path().join(name);
        let (vault, pass) = (path("v"), path("pass"));
        let own = |p: &Path| p.to_str().unwrap().to_owned();
        let globals = ["--lang", "en", "--vault", &own(&vault), "--passphrase-file", &own(&pass)];
        program().args(globals).args(args).output().unwrap()
    }
}

#[test]
fn a_line_that_is_not_there_is_refused_with_the_lines_that_are() {
    let centre = Centre::new();
    let session = centre.session.to_string();
    let relabel =
        |which: &[&str]| centre.run(&[&["session", "speaker", &session][..], which, &["--who", "counsellor"]].concat());
    for (which, says) in [
        (["--line", "99"], "the session has no line 99: there are lines 1 to 3"),
        (["--line", "0"], "the session has no line 0: there are lines 1 to 3"),
        (["--line", "2-4"], "the session has no line 4: there are lines 1 to 3"),
        (["--line", "1,7"], "the session has no line 7: there are lines 1 to 3"),
        (["--line", "3-2"], "3-2 ends before it begins"),
        (["--between", "9:00-10:00"], "no line begins in that stretch: the first begins at 1:00, the last at 3:00"),
        (["--between", "3:00-1:00"], "3:00-1:00 ends before it begins"),
        (["--line", "x"], "x is no line or stretch"),
    ] {
        assert_eq!(relabel(&which), (2, format!("error: {says}")), "{which:?}");
    }
    assert_eq!(relabel(&["--line", "1,3"]).0, 0);
    assert_eq!(relabel(&["--between", "1:00-3:00"]).0, 0, "line 2 is left");
    assert_eq!(relabel(&["--line", "2"]).0, 2, "nothing is left to change");
}

#[test]
fn the_day_of_a_sheet_or_a_session_on_paper_is_taken_as_people_write_it() {
    let centre = Centre::new();
    let give = |day: &str| {
        let code = centre.code.to_string();
        centre.run(&["assess", "give", "phq-9", "--client", &code, "--answers", "1,1,1,1,1,1,1,1,0", "--date", day])
    };
    for day in ["2026-03-02", "2026. 3. 2.", "2026.3.2", "2026/3/2", "20260302", "2026년 3월 2일", "2 March 2026"] {
        assert_eq!(give(day), (0, String::new()), "{day}");
    }
    for (day, says) in [
        ("2026-02-30", "a day is written"),
        ("02/03/2026", "a day is written"),
        ("내일", "a day is written"),
        ("2999-01-01", "has not come yet"),
        ("1989-12-31", "before the client was born"),
    ] {
        let (code, said) = give(day);
        assert!(code == 2 && said.contains(says), "{day}: {code} {said}");
    }
    let text = centre.root.path().join("t.txt");
    std::fs::write(&text, "상1: 어떠셨어요?\n내1: 네.\n").unwrap();
    let now = Timestamp(i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap());
    // At any hour of the day.
    for day in [now.date(), "2026. 3. 2.".into()] {
        let (code, text) = (centre.code.to_string(), text.to_str().unwrap());
        let args = ["session", "run", "--client", &code, "--transcript", text, "--no-advice", "--date", &day];
        assert_eq!(centre.run(&args), (0, String::new()), "{day}");
    }
}

#[test]
fn a_sheet_of_an_earlier_day_is_not_compared_with_a_later_one_and_later_ones_are_with_it() {
    let centre = Centre::new();
    let code = centre.code.to_string();
    let give = |answers: &str, date: &str| {
        let args = ["assess", "give", "phq-9", "--client", &code, "--answers", answers, "--date", date];
        String::from_utf8(centre.output(&args).stdout).unwrap()
    };
    assert!(!give("2,2,2,2,2,2,1,1,0", "2026-03-20").contains('→'));
    assert!(!give("1,1,1,1,1,1,1,1,0", "2026-03-02").contains('→'), "change does not run backwards");
    assert!(give("1,1,1,1,1,1,0,0,0", "2026-03-30").contains("→ 6"));
}

#[test]
fn a_folder_without_a_vault_is_said_before_anybody_is_asked_for_a_passphrase() {
    let out = program().args(["--lang", "en", "--vault", "/no/such/folder", "client", "list"]).output().unwrap();
    let err = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1), "{err}");
    assert!(!err.contains("passphrase"), "{err}");
}

#[test]
fn a_card_is_kept_without_spaces_at_its_ends_and_an_edit_that_changes_nothing_says_so() {
    let centre = Centre::new();
    let code = centre.code.to_string();
    let shown = |args: &[&str]| {
        let out = centre.output(args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap()
    };
    let name = "\u{3000}\u{1100}\u{1175}\u{11b7}\u{a0}하늘 ";
    let edit = ["client", "edit", &code, "--name", name, "--contact", " 010-1234-5678\u{a0}", "--address", "\u{a0}"];
    assert!(shown(&edit).contains("corrected"));
    let card = shown(&["--json", "client", "show", &code, "--full", "--reason", "test"]);
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    assert_eq!(card["card"]["name"], "김 하늘");
    assert_eq!(card["card"]["contact"], "010-1234-5678");
    assert!(card["card"].get("address").is_none_or(serde_json::Value::is_null), "{card}");
    for same in [&edit[..], &["client", "edit", &code], &["client", "edit", &code, "--birth", "1998.3.2"]] {
        assert!(shown(same).contains("nothing was changed"), "{same:?}");
    }
    let full = shown(&["--json", "client", "show", &code, "--full", "--reason", "test", "--history"]);
    let full: serde_json::Value = serde_json::from_str(&full).unwrap();
    assert_eq!(full["earlier"].as_array().unwrap().len(), 2, "what changed nothing is no revision");
}

#[test]
fn a_birth_date_to_come_is_refused_as_one_and_nothing_stands_that_could_be_called_off() {
    let centre = Centre::new();
    let code = centre.code.to_string();
    for args in [
        &["client", "edit", &code, "--birth", "2990-03-15"][..],
        &["client", "add", "--name", "이하늘", "--birth", "2990.3.15"],
    ] {
        let (exit, said) = centre.run(args);
        assert!(exit == 2 && said.contains("lies in the future"), "{exit} {said}");
    }
    let (exit, said) = centre.run(&["client", "edit", &code, "--birth", "1990-13-40"]);
    assert!(exit == 2 && !said.contains("future"), "{exit} {said}");
    let out = centre.output(&["appointment", "cancel", "--client", &code]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.success() && said.contains("no appointment stands"), "{said}");
    assert!(!centre.output(&["appointment", "cancel", "--client", "X-9"]).status.success(), "no such client");
}

#[test]
fn the_language_of_a_transcript_is_that_of_its_words_whatever_the_messages_speak() {
    let centre = Centre::new();
    let file = centre.root.path().join("talk.txt");
    std::fs::write(
        &file,
        "상담자: 요즘 잠은 어떠세요?\n내담자: 잘 못 자요.\n상담자: 잠을 잘 못 주무시는군요.\n내담자: 네.\n",
    )
    .unwrap();
    let mirror = |lang: &str| {
        let out = program().args(["--lang", lang, "--json", "mirror", file.to_str().unwrap()]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    assert_eq!(mirror("en"), mirror("ko"));
}
