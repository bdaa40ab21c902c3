//! A centre's own note templates as scripts see them: from a file, from an example note, listed, taken away, refused by name.

use crate::stage::{self, PASS, program};
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

fn gyeot(dir: &Path, args: &[&str], typed: &str) -> Output {
    let mut c = program();
    c.arg("--passphrase-file").arg(dir.join("pass")).args(args).env("GYEOT_LANG", "en");
    c.env("GYEOT_MODELS", dir.join("models")).env("GYEOT_VAULT", dir.join("vault"));
    c.env("XDG_CONFIG_HOME", dir.join("config")).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = c.spawn().unwrap();
    // Whoever asks for nothing has closed it.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn vault(dir: &Path) -> String {
    let session = stage::prepared(&dir.join("vault"));
    std::fs::write(dir.join("pass"), PASS).unwrap();
    session.to_string()
}

const OWN: &str = "id = \"ours\"\nen = { title = \"Our form\" }\n[[section]]\nen = { title = \"Presenting problem\" }\n\
    [[section]]\nen = { title = \"Seating\" }\n[[section]]\nen = { title = \"Next steps\" }\n";

#[test]
fn a_template_is_brought_in_listed_drafted_in_and_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let session = vault(dir.path());
    let file = dir.path().join("ours.toml");
    std::fs::write(&file, OWN).unwrap();
    let added = gyeot(dir.path(), &["note", "template", "add", file.to_str().unwrap()], "");
    assert_eq!(added.status.code(), Some(0), "{}", text(&added.stderr));
    let shown = text(&added.stdout);
    assert!(shown.contains("Presenting problem  ←  complaints"), "{shown}");
    assert!(shown.contains("Seating  ←  written by hand") && shown.contains("not drafted"), "{shown}");
    let list = text(&gyeot(dir.path(), &["note", "template", "list"], "").stdout);
    assert!(list.contains("ours") && list.contains("soap") && list.lines().count() >= 6, "{list}");
    // No model is here: the facts of the record stand in it, and the rest is written by hand.
    let drafted = gyeot(dir.path(), &["note", "draft", &session, "--format", "ours"], "");
    assert_eq!(drafted.status.code(), Some(0), "{}", text(&drafted.stderr));
    let note = text(&gyeot(dir.path(), &["note", "show", &session], "").stdout);
    assert!(note.contains("Presenting problem") && note.contains("Seating") && note.contains("Session 1"), "{note}");
    let again = gyeot(dir.path(), &["note", "template", "add", file.to_str().unwrap()], "");
    assert_eq!(again.status.code(), Some(2), "never written over");
    assert_eq!(gyeot(dir.path(), &["note", "template", "remove", "ours"], "").status.code(), Some(0));
    let refused = gyeot(dir.path(), &["note", "draft", &session, "--format", "ours", "--replace"], "");
    assert_eq!(refused.status.code(), Some(13), "{}", text(&refused.stderr));
    let note = text(&gyeot(dir.path(), &["note", "show", &session], "").stdout);
    assert!(note.contains("Seating"), "what stands in it keeps its headings: {note}");
    for section in ["Seating", "2"] {
        let by_hand =
            gyeot(dir.path(), &["note", "draft", &session, "--section", section, "--instruction", "shorter"], "");
        assert_eq!(by_hand.status.code(), Some(13), "{}", text(&by_hand.stderr));
    }
    let none = gyeot(dir.path(), &["note", "draft", &session, "--section", "Nowhere"], "");
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("Presenting problem, Seating, Next steps"), "{}", text(&none.stderr));
}

#[test]
fn an_example_note_gives_its_headings_after_a_person_has_seen_them() {
    let dir = tempfile::tempdir().unwrap();
    vault(dir.path());
    let example = "## 주호소\n밤마다 깨어 뒤척임\n## 몸의 감각\n어깨 결림\n## 차기 계획\n산책\n";
    let file = dir.path().join("note.md");
    std::fs::write(&file, example).unwrap();
    let args = ["note", "template", "add", file.to_str().unwrap(), "--from-note", "--id", "mine"];
    let no = gyeot(dir.path(), &args, "no\n");
    assert_eq!(no.status.code(), Some(0));
    assert!(text(&no.stderr).contains("몸의 감각") && !text(&no.stderr).contains("뒤척임"), "{}", text(&no.stderr));
    assert!(!text(&gyeot(dir.path(), &["note", "template", "list"], "").stdout).contains("mine"));
    assert_eq!(gyeot(dir.path(), &args, "yes\n").status.code(), Some(0));
    // Pasted, and taken without asking.
    let pasted = ["note", "template", "add", "-", "--from-note", "--id", "pasted", "--yes", "--title", "Pasted"];
    assert_eq!(gyeot(dir.path(), &pasted, example).status.code(), Some(0));
    let toml = text(&gyeot(dir.path(), &["note", "template", "show", "pasted", "--toml"], "").stdout);
    assert!(toml.contains("몸의 감각") && !toml.contains("어깨"), "{toml}");
    // What is printed can be changed and brought in again.
    let changed = dir.path().join("changed.toml");
    std::fs::write(&changed, toml.replace("id = \"pasted\"", "id = \"changed\"")).unwrap();
    let added = gyeot(dir.path(), &["note", "template", "add", changed.to_str().unwrap()], "");
    assert_eq!(added.status.code(), Some(0), "{}", text(&added.stderr));
}

#[test]
fn what_is_no_template_is_refused_by_line_and_name_and_nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    vault(dir.path());
    let file = dir.path().join("t.toml");
    for (what, says) in [
        (OWN.replace("Seating", "Presenting problem"), "Presenting problem"),
        (OWN.replace("en = { title = \"Seating\" }", "takes = [\"plan\"]"), "section.ko"),
        ("id = \"ours\"\n".to_owned(), "section"),
        (OWN.replace("Seating", "\\u202eSeating"), "section.title"),
        (OWN.replace("Seating", "\\u001b[2J"), "section.title"),
        ("not toml at all".to_owned(), "line 1"),
        ("\u{0}\u{1}\u{2}".to_owned(), "line 1"),
    ] {
        std::fs::write(&file, &what).unwrap();
        let out = gyeot(dir.path(), &["note", "template", "add", file.to_str().unwrap()], "");
        let err = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{what}: {err}");
        assert!(err.contains(says) && err.lines().count() == 2 && !err.contains('\u{1b}'), "{what}: {err}");
    }
    let nothing = gyeot(
        dir.path(),
        &["note", "template", "add", "-", "--from-note", "--id", "x"],
        "그냥 쓴 글입니다. 제목이 없습니다.",
    );
    assert_eq!(nothing.status.code(), Some(2), "{}", text(&nothing.stderr));
    let list = text(&gyeot(dir.path(), &["note", "template", "list"], "").stdout);
    assert!(!list.contains("the centre's own"), "{list}");
}
