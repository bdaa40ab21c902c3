//! Handing out as scripts see it: files for their owner alone, nothing written over, a reason, refusals with their codes.

use crate::stage::{self, PASS, program};
use gyeot::crypto::keys::SealKey;
use gyeot::crypto::seal;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::service::notes::NoteChange;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

/// A vault with one client and one session with a note; the id of the session.
fn prepared(dir: &Path) -> String {
    let session = stage::prepared(&dir.join("vault"));
    let vault = gyeot::service::UnlockedVault::unlock(&dir.join("vault"), None, &stage::pass()).unwrap();
    let line = NoteLine {
        id: Default::default(),
        text: ClientText::new("수면 일지를 쓰기로 함"),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let sections = vec![NoteSection { key: "plan".into(), lines: vec![line] }];
    let note = NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None };
    vault.change_note(session, NoteChange::Write(note)).unwrap();
    vault.lock().unwrap();
    std::fs::write(dir.join("pass"), PASS).unwrap();
    session.to_string()
}

fn gyeot(dir: &Path, args: &[&str]) -> Output {
    let mut c = program();
    c.arg("--passphrase-file").arg(dir.join("pass")).args(args).stdin(Stdio::null()).env("GYEOT_LANG", "en");
    c.env("GYEOT_MODELS", dir.join("models")).env("GYEOT_VAULT", dir.join("vault"));
    c.env("XDG_CONFIG_HOME", dir.join("config")).output().unwrap()
}

fn ends(out: &Output, code: i32, says: &str) {
    let err = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(code), "{err}");
    assert!(err.contains(says) && (code == 0 || err.lines().count() == 2), "{err}");
    assert!(!err.contains("수면") && !err.contains("김하늘"), "{err}");
}

fn files(dir: &Path) -> Vec<PathBuf> {
    stage::files(dir)
}

#[test]
fn a_note_a_transcript_a_record_and_a_sheet_are_written_in_every_form_and_nothing_is_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let (session, out) = (prepared(dir.path()), dir.path().join("out"));
    std::fs::create_dir(&out).unwrap();
    let at = |name: &str| out.join(name).display().to_string();
    let what: [(&[&str], &[&str]); 5] = [
        (&["note", "export", &session], &["pdf", "docx", "md", "txt", "json"]),
        (&["note", "handout", &session], &["pdf", "docx", "md", "txt"]),
        (&["session", "export", &session], &["pdf", "docx", "md", "txt", "json", "srt", "vtt"]),
        (&["client", "export", "C-0001"], &["pdf", "docx", "md", "txt", "json"]),
        (&["client", "export", "C-0001", "--part", "measures"], &["pdf", "json"]),
    ];
    for (n, (command, forms)) in what.iter().enumerate() {
        for form in *forms {
            let file = at(&format!("{n}.{form}"));
            let args = [*command, &["--format", form, "--reason", "court", "-o", &file]].concat();
            ends(&gyeot(dir.path(), &args), 0, "Made");
            let meta = std::fs::metadata(&file).unwrap();
            assert!(meta.len() > 0 || n == 2, "{file}");
            assert_eq!(meta.permissions().mode() & 0o777, 0o600);
            let begins: &[u8] = match *form {
                "pdf" => b"%PDF",
                "docx" => b"PK",
                _ => b"",
            };
            assert!(std::fs::read(&file).unwrap().starts_with(begins));
        }
    }
    let again = gyeot(dir.path(), &["note", "export", &session, "--reason", "court", "-o", &at("0.pdf")]);
    ends(&again, 2, "There is a file of that name");
    let blank = gyeot(dir.path(), &["note", "export", &session, "--reason", " ", "-o", &at("blank.pdf")]);
    assert_ne!(blank.status.code(), Some(0));
    let nowhere = gyeot(dir.path(), &["note", "export", &session, "--reason", "court", "-o", &at("no/such.pdf")]);
    ends(&nowhere, 1, "could not be written");
    assert_eq!(files(&out).len(), 23, "nothing half done is left: {:?}", files(&out));
}

#[test]
fn what_is_encrypted_opens_with_the_receivers_key_and_a_wrong_key_takes_nothing_out() {
    let dir = tempfile::tempdir().unwrap();
    let session = prepared(dir.path());
    let file = dir.path().join("note.txt.age").display().to_string();
    let key = SealKey::generate();
    let to = key.recipient().to_string().trim_start_matches("x25519:").to_owned();
    let export = |to: &str| {
        let args = ["note", "export", &session, "--format", "txt", "--reason", "r", "-o", &file, "--encrypt-to", to];
        gyeot(dir.path(), &args)
    };
    ends(&export("age1wrong"), 2, "no age key");
    assert!(!Path::new(&file).exists());
    ends(&export(&to), 0, "encrypted");
    let plain = seal::decrypt(&std::fs::read(&file).unwrap(), &key).unwrap();
    assert!(String::from_utf8(plain.to_vec()).unwrap().contains("수면 일지"));
}
