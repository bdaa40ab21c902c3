//! One flipped bit in any file of a vault that was closed: found and named, and the rest is readable. Short by default;
//! `GYEOT_ROUNDS=100000 cargo test --no-default-features --release --test vault_flips` is the long run. The seed is printed
//! and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use gyeot::adapters::clock::SystemClock;
use gyeot::domain::ids::{SessionId, UtteranceId};
use gyeot::domain::member::Role;
use gyeot::domain::text::ClientText;
use gyeot::domain::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::runtime::desk::{Body, Consent, Desk, KeyCost, NewClient, NewVault, Scope};
use rand::{Rng, SeedableRng, rngs::StdRng};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Records of the session.
const SAID: u32 = 24;

fn pass() -> SecretString {
    SecretString::from("velvet harbour cactus nineteen drums")
}

fn said(n: u32) -> Body {
    let text = ClientText::new(&"말".repeat(20 + (n as usize * 97) % 900));
    let (id, speaker) = (UtteranceId(n), Speaker::Client);
    Body::Utterances { utterances: vec![Utterance { id, start_ms: 0, end_ms: 1, speaker, text, confidence: None }] }
}

fn prepared(dir: &Path) -> SessionId {
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("마음결", "이서윤", Role::Counsellor) };
    let desk = Desk::init(dir, &new, &pass()).unwrap();
    let scopes = [Scope::Service, Scope::Recording].into();
    let consent = Consent { scopes, version: "1".into(), by: "client".into(), ..Consent::default() };
    let mut codes = Vec::new();
    for name in ["김하늘", "박바다"] {
        let code = desk.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
        desk.set_consent(&code, consent.clone()).unwrap();
        codes.push(code);
    }
    // Something is destroyed, so that there is a tombstone to damage.
    let gone = desk.begin_session(&codes[1], Timestamp(0)).unwrap();
    desk.keep(gone, &[said(1)]).unwrap();
    desk.end_session(gone, Timestamp(1), "done").unwrap();
    desk.destroy_client(&codes[1], "destroyed for the test", None).unwrap();
    let session = desk.begin_session(&codes[0], Timestamp(0)).unwrap();
    for n in 0..SAID / 3 {
        desk.keep(session, &[said(3 * n), said(3 * n + 1), said(3 * n + 2)]).unwrap();
    }
    desk.lock().unwrap();
    Desk::unlock(dir, None, &pass()).unwrap().lock().unwrap();
    session
}

fn files(dir: &Path, under: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(dir, &path, found);
        } else if std::fs::metadata(&path).unwrap().len() > 0 {
            found.push(path.strip_prefix(dir).unwrap().to_owned());
        }
    }
}

/// What happened to one flip.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum End {
    /// Nothing that counts was touched: everything reads as before.
    Harmless,
    /// Said at the opening, put right from the second copy.
    PutRight,
    /// Named by the check; the rest was read without more ado.
    Named,
    /// The vault said no; salvage brought the rest back.
    Salvaged,
}

/// What the rest is: at most the one record that was hit is missing.
fn rest(desk: &Desk, session: SessionId, what: &str) {
    let mut have: Vec<u32> = Vec::new();
    for opened in desk.open_session(session).unwrap_or_else(|e| panic!("{what}: {e}")) {
        match opened.body {
            Body::Utterances { utterances } => {
                let n = utterances[0].id.0;
                assert!(
                    matches!(said(n), Body::Utterances { utterances: u } if u == utterances),
                    "{what}: changed words"
                );
                have.push(n);
            }
            _ => panic!("{what}: another kind"),
        }
    }
    assert!(have.len() as u32 + 1 >= SAID, "{what}: only {} of {SAID}", have.len());
}

fn judged(dir: &Path, file: &str, session: SessionId, what: &str) -> End {
    let desk = match Desk::unlock(dir, None, &pass()) {
        Ok(desk) => desk,
        Err(e) => {
            let (desk, _) = Desk::salvage(dir, None, &pass(), Box::new(SystemClock))
                .unwrap_or_else(|again| panic!("{what}: {e}; salvage: {again}"));
            rest(&desk, session, what);
            return End::Salvaged;
        }
    };
    let report = desk.check().unwrap_or_else(|e| panic!("{what}: {e}"));
    let whole = desk.open_session(session).is_ok_and(|all| all.len() as u32 == SAID);
    if report.sound() {
        assert!(whole, "{what}: said to be sound: {report:?}");
        rest(&desk, session, what);
        if report.mended.is_empty() { End::Harmless } else { End::PutRight }
    } else {
        let named = report.files.iter().any(|(name, _)| name == file || (file.starts_with("store") && name == "store"))
            || (file.starts_with("store") && !report.damaged.is_empty())
            || !report.standing.whole();
        assert!(named, "{what}: not located: {report:?}");
        if whole {
            return End::Named;
        }
        drop(desk);
        let (desk, _) =
            Desk::salvage(dir, None, &pass(), Box::new(SystemClock)).unwrap_or_else(|e| panic!("{what}: salvage: {e}"));
        rest(&desk, session, what);
        End::Salvaged
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn one_flipped_bit_in_any_file_of_a_closed_vault_is_named_or_harmless_and_the_rest_is_readable() {
    let seed = std::env::var("GYEOT_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_121);
    let rounds: usize = std::env::var("GYEOT_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(160);
    eprintln!("GYEOT_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().unwrap();
    let session = prepared(dir.path());
    let mut all = Vec::new();
    files(dir.path(), dir.path(), &mut all);
    all.sort();
    let mut ends: BTreeMap<(String, End), usize> = BTreeMap::new();
    let hurt = tempfile::tempdir().unwrap();
    for round in 0..rounds {
        let file = &all[round % all.len()];
        let name = file.to_str().unwrap();
        let vault = hurt.path().join("v");
        let _ = std::fs::remove_dir_all(&vault);
        copy(dir.path(), &vault);
        let mut bytes = std::fs::read(vault.join(file)).unwrap();
        let (at, bit) = (rng.gen_range(0..bytes.len()), rng.gen_range(0..8));
        bytes[at] ^= 1 << bit;
        std::fs::write(vault.join(file), bytes).unwrap();
        let what = format!("round {round}, {name}, byte {at}, bit {bit}");
        let end = judged(&vault, name, session, &what);
        // The database has unused bytes, the second copies are read only in need; elsewhere every bit counts.
        let unread = name.starts_with("store") || name.starts_with("spare");
        assert!(end != End::Harmless || unread, "{what}: not noticed");
        let kind = name.split('/').next().unwrap_or_default().to_owned();
        *ends.entry((kind, end)).or_default() += 1;
    }
    for ((kind, end), n) in ends {
        eprintln!("{kind:10} {end:?} {n}");
    }
}
