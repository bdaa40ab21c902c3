//! Five hundred hostile strings through the command line: in a vault's names, words and notes as every reading command shows them, in
//! every file that is written from them, and as arguments. Nothing that comes out is obeyed by a terminal.

use crate::stage::hostile::{harmless, hostile};
use crate::stage::{PASS, consent, made, program};
use gyeot::domain::practice::ids::{ClientCode, SessionId, StatementId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::domain::transcript::{Speaker, Transcript, Utterance};
use gyeot::service::{Body, NewClient, Scope};
use std::path::Path;
use std::process::{Command, Output};

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut c = program();
    c.args(args).env("GYEOT_VAULT", dir.join("v")).env("GYEOT_MODELS", dir.join("m")).env("GYEOT_LANG", "ko");
    c.env("XDG_CONFIG_HOME", dir.join("config")).stdin(std::process::Stdio::null());
    c
}

/// What a file or a stream may hold: text that is harmless but for the line ends and tabs of its form.
fn quiet(bytes: &[u8]) -> bool {
    harmless(&String::from_utf8_lossy(bytes).replace(['\t', '\r'], " ").replace('\u{fffd}', ""))
}

fn checked(out: &Output, about: &str) {
    assert!(quiet(&out.stdout), "{about}: {:?}", String::from_utf8_lossy(&out.stdout));
    assert!(quiet(&out.stderr), "{about}: {:?}", String::from_utf8_lossy(&out.stderr));
}

/// A vault of which every name and word is hostile.
fn vault(dir: &Path) -> (ClientCode, SessionId) {
    let strings = hostile();
    let vault = made(&dir.join("v"));
    let mut first = None;
    for string in strings.iter().take(12) {
        let name = ClientText::new(&format!("이{string}"));
        let (contact, address) = (Some(ClientText::new(string)), Some(ClientText::new(string)));
        let code = vault.add_client(NewClient { name, contact, address, ..NewClient::default() }).unwrap();
        first.get_or_insert(code);
    }
    let code = first.unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let session = vault.begin_session(&code, Timestamp(vault.now().0 - 3_600_000)).unwrap();
    let mut said = Transcript::empty(Lang::Ko);
    for (n, string) in strings.iter().enumerate() {
        let at = n as u64 * 1_000;
        said.utterances.push(Utterance {
            id: UtteranceId(n as u32 + 1),
            start_ms: at,
            end_ms: at + 900,
            speaker: Speaker::Client,
            text: ClientText::new(string),
            confidence: None,
        });
    }
    let lines = strings.iter().map(|string| NoteLine {
        id: StatementId::default(),
        text: ClientText::new(string),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    });
    let section = NoteSection { key: "subjective".into(), lines: lines.collect() };
    let mut note =
        NoteRevision { format: "soap".into(), sections: vec![section], state: NoteState::Draft, reason: None };
    note.number_statements();
    vault.keep(session, &[Body::Transcript { transcript: said, reason: None }, Body::Note { note }]).unwrap();
    vault.end_session(session, vault.now(), "ended").unwrap();
    vault.lock().unwrap();
    (code, session)
}

#[test]
fn nothing_that_a_vault_of_hostile_strings_is_read_as_is_obeyed_by_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session) = vault(dir.path());
    let pass = dir.path().join("pass");
    std::fs::write(&pass, PASS).unwrap();
    let session = session.to_string();
    let reading: &[&[&str]] = &[
        &["client", "list"],
        &["client", "show", code.as_str()],
        &["session", "list"],
        &["session", "show", &session],
        &["note", "list"],
        &["note", "show", &session],
        &["appointment", "list"],
        &["audit", "show"],
        &["member", "list"],
        &["session", "mirror", "--client", code.as_str(), &session],
        &["find", "--client", code.as_str()],
    ];
    let mut told = 0;
    for args in reading {
        for json in [false, true] {
            let mut c = command(dir.path(), args);
            c.arg("--passphrase-file").arg(&pass);
            if json {
                c.arg("--json");
            }
            let out = c.output().unwrap();
            checked(&out, &format!("{args:?} json {json}"));
            told += usize::from(out.status.success());
            if json && out.status.success() {
                serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap();
            }
        }
    }
    assert!(told >= 16, "{told} commands told something");
    let files: &[(&[&str], &str)] = &[
        (&["session", "export", &session], "s.txt"),
        (&["session", "export", &session], "s.json"),
        (&["session", "export", &session], "s.srt"),
        (&["session", "export", &session], "s.vtt"),
        (&["note", "export", &session], "n.md"),
        (&["note", "export", &session], "n.txt"),
        (&["client", "export", code.as_str()], "c.md"),
        (&["client", "export", code.as_str()], "c.txt"),
    ];
    let mut written = 0;
    for (args, name) in files {
        let file = dir.path().join(name);
        let mut c = command(dir.path(), args);
        let form = Path::new(name).extension().unwrap();
        c.arg("--format").arg(form).arg("--output").arg(&file);
        c.args(["--reason", hostile()[0].as_str()]).arg("--passphrase-file").arg(&pass);
        let out = c.output().unwrap();
        checked(&out, &format!("{args:?}"));
        if let Ok(bytes) = std::fs::read(&file) {
            assert!(quiet(&bytes), "{name}");
            written += 1;
        }
    }
    assert!(written == 8, "{written} files were written");
}

#[test]
fn what_is_given_as_an_argument_is_told_back_without_what_a_terminal_obeys() {
    let dir = tempfile::tempdir().unwrap();
    let usable = |s: &&String| !s.contains('\0') && !s.starts_with('-');
    let all = hostile();
    for (n, string) in all.iter().filter(usable).enumerate().take(90) {
        let args: [&str; 3] = match n % 3 {
            0 => ["models", "list", string],
            1 => ["assess", "show", string],
            _ => ["suggest", string, "--json"],
        };
        checked(&command(dir.path(), &args).output().unwrap(), &format!("{args:?}"));
    }
}
