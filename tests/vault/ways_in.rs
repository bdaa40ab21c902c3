//! The other ways in: stock `age` without this program, from two recovery phrases to the words of a record; and a
//! hardware key by the age plugin protocol, with a plugin of our own that keeps no secret.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::stage::{PASS, consent, new_vault, pass, program, skipped};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use secrecy::{ExposeSecret, SecretString};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A counsellor's vault with one label of one session; gives the recovery phrases and the member's id.
fn vault(dir: &Path, label: &str) -> ([SecretString; 3], String) {
    let pass = pass();
    let new = new_vault("상담", Role::Counsellor);
    let unlocked = UnlockedVault::init(dir, &new, &pass).unwrap();
    let phrases = unlocked.take_recovery_phrases().unwrap();
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    unlocked.keep(session, &[Body::Mark { at_ms: 1, label: Some(ClientText::new(label)) }]).unwrap();
    unlocked.unpack_sealed(&dir.with_file_name("unpacked"), "moving").unwrap();
    let id = unlocked.me().id.to_string();
    unlocked.lock().unwrap();
    (phrases, id)
}

/// Stock age asks on a terminal, so it gets one.
fn age_with_phrase(phrase: &str, from: &Path, to: &Path) {
    let line = format!("age -d -o {} {}", to.display(), from.display());
    let mut script = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut script.stdin.take().unwrap(), format!("{phrase}\n").as_bytes()).unwrap();
    assert!(script.wait().unwrap().success(), "{line}");
}

/// What stock age makes of a file with these keys; `None` when none of them opens it.
fn age(keys: &Path, file: &Path) -> Option<String> {
    let out = Command::new("age").arg("-d").arg("-i").arg(keys).arg(file).output().unwrap();
    out.status.success().then(|| String::from_utf8(out.stdout).unwrap())
}

#[test]
fn stock_age_goes_from_two_recovery_phrases_to_the_words_of_a_record_without_this_program() {
    let there = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !there("age") || !there("script") {
        skipped("stock age or script is not installed");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let (dir, label) = (root.path().join("v"), "새벽에 깨면 누워 있어요");
    let (phrases, id) = vault(&dir, label);
    let (inner, recovery) = (root.path().join("inner"), root.path().join("recovery.key"));
    age_with_phrase(phrases[0].expose_secret(), &dir.join("recovery/13.age"), &inner);
    age_with_phrase(phrases[2].expose_secret(), &inner, &recovery);
    let keyring = age(&recovery, &dir.join(format!("slots/{id}.recovery.age"))).unwrap();
    assert!(keyring.starts_with("AGE-SECRET-KEY-1"), "the member's own key comes first");

    let mut keys = keyring.lines().next().unwrap().to_owned() + "\n";
    let file = root.path().join("keys");
    // Each wrap that opens gives one more key; the key of a session is wrapped to the case key.
    for _ in 0..2 {
        std::fs::write(&file, &keys).unwrap();
        for collection in std::fs::read_dir(root.path().join("unpacked")).unwrap() {
            for record in std::fs::read_dir(collection.unwrap().path()).unwrap() {
                let Some(text) = age(&file, &record.unwrap().path()) else { continue };
                let body: serde_json::Value = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
                if let Some(secret) = body["secret"].as_str().filter(|s| !keys.contains(s)) {
                    keys.push_str(&format!("{secret}\n"));
                }
            }
        }
    }
    std::fs::write(&file, &keys).unwrap();
    let mut words = Vec::new();
    for collection in std::fs::read_dir(root.path().join("unpacked")).unwrap() {
        for record in std::fs::read_dir(collection.unwrap().path()).unwrap() {
            let text = age(&file, &record.unwrap().path()).unwrap_or_default();
            words.extend(text.lines().nth(2).map(str::to_owned));
        }
    }
    assert!(words.iter().any(|w| w.contains(label)), "{} records opened", words.len());
}

/// A plugin that hands the file key out to whoever asks: it shows the protocol, not a protection.
const PLUGIN: &str = r#"#!/bin/sh
while IFS= read -r line; do
  case "$line" in
    "-> done"*) IFS= read -r _; break ;;
    "-> wrap-file-key"*|"-> recipient-stanza 0 gyeottest"*) IFS= read -r key ;;
  esac
done
case "$1" in
  --age-plugin=recipient-v1) printf -- '-> recipient-stanza 0 gyeottest\n%s\n' "$key" ;;
  --age-plugin=identity-v1) printf -- '-> file-key 0\n%s\n' "$key" ;;
esac
IFS= read -r _; IFS= read -r _
printf -- '-> done\n\n'
"#;
const RECIPIENT: &str = "age1gyeottest1w3jhxaqrkcrpp";
const IDENTITY: &str = "AGE-PLUGIN-GYEOTTEST-1W3JHXAQZ8NZVF";

#[test]
fn a_hardware_slot_by_an_age_plugin_opens_the_same_vault_and_without_the_plugin_the_passphrase_still_does() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("v");
    vault(&dir, "x");
    let bin = root.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let plugin = bin.join("age-plugin-gyeottest");
    std::fs::write(&plugin, PLUGIN).unwrap();
    std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (pass, identity) = (root.path().join("pass"), root.path().join("identity"));
    std::fs::write(&pass, format!("{PASS}\n")).unwrap();
    std::fs::write(&identity, format!("# made for a test\n{IDENTITY}\n")).unwrap();
    let path = std::env::var("PATH").unwrap();
    let gyeot = |with_plugin: bool, args: &[&str], key: (&str, &Path)| {
        let path = if with_plugin { format!("{}:{path}", bin.display()) } else { path.clone() };
        let mut command = program();
        command.args(args).arg(key.0).arg(key.1).env("PATH", path).env("GYEOT_LANG", "en").env("GYEOT_VAULT", &dir);
        let out = command.stdin(Stdio::null()).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let (by_pass, by_key) = (("--passphrase-file", pass.as_path()), ("--hardware", identity.as_path()));
    let (code, _, err) = gyeot(true, &["client", "list"], by_key);
    assert_eq!(code, 2, "no slot yet: {err}");
    let (code, _, err) = gyeot(true, &["vault", "hardware", "--recipient", "age1nonsense"], by_pass);
    assert_eq!(code, 2, "{err}");
    let (code, _, err) = gyeot(false, &["vault", "hardware", "--recipient", RECIPIENT], by_pass);
    assert_eq!(code, 10, "no such plugin: {err}");
    let (code, _, err) = gyeot(true, &["vault", "hardware", "--recipient", RECIPIENT], by_pass);
    assert_eq!(code, 0, "{err}");
    let (code, out, err) = gyeot(true, &["client", "list"], by_key);
    assert!(code == 0 && out.contains("김하늘"), "{out} {err}");
    let (code, _, err) = gyeot(false, &["client", "list"], by_key);
    assert!(code == 10 && err.contains("hint: "), "{err}");
    assert_eq!(gyeot(false, &["client", "list"], by_pass).0, 0);
    let (code, out, _) = gyeot(true, &["audit", "show", "--json"], by_key);
    assert!(code == 0 && out.contains("hardware"), "the log says by which way");
}
