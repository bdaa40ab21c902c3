//! What a vault remembers of its caseloads is a shortcut: with it, without it, with an old one, a broken one or somebody
//! else's the same is shown, and what was destroyed or handed over does not come back by it.
#![allow(clippy::unwrap_used)]

use crate::stage::{client, consent, copy, made, new_member, new_vault, pass, rounds, said, seed};
use gyeot::adapters::instruments::shipped;
use gyeot::crypto::checkpoint;
use gyeot::crypto::keys::{Keyring, Recipient};
use gyeot::crypto::seal;
use gyeot::crypto::slot;
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet as Filled};
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::crisis::escalation::EscalationPacket;
use gyeot::domain::practice::ids::{ClientCode, InstrumentId, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::schedule::{self, Schedule};
use gyeot::domain::practice::session::SessionState;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteRevision, NoteState};
use gyeot::service::administrations;
use gyeot::service::{Body, Consent, HandOver, KeyCost, NewClient, Phrases, Scope, Second, UnlockedVault, Withdrawal};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use secrecy::SecretString;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn open_vault(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

/// Everything of every client that a member is shown, as text. Leaves the vault locked.
fn shown(dir: &Path, name: &str) -> String {
    let unlocked = open_vault(dir, name);
    let mut all = String::new();
    if unlocked.role() == Role::Admin {
        unlocked.lock().unwrap();
        return all;
    }
    for row in unlocked.clients().unwrap() {
        let card = serde_json::to_string(&unlocked.client(&row.code).unwrap()).unwrap();
        writeln!(all, "{} {card}", serde_json::to_string(&row).unwrap()).unwrap();
        writeln!(all, "{}", serde_json::to_string(&unlocked.consent(&row.code).unwrap()).unwrap()).unwrap();
        let m = unlocked.measures(&row.code).unwrap();
        writeln!(all, "{:?} {:?} {:?} {:?}", m.due, m.schedules, m.sex, m.age).unwrap();
        writeln!(all, "{}", serde_json::to_string(&m.given).unwrap()).unwrap();
        for session in unlocked.sessions(Some(&row.code)).unwrap() {
            let opened = unlocked.open_session(session.id);
            let opened = opened.map(|all| all.iter().map(|o| (o.header.id, o.body.clone())).collect::<Vec<_>>());
            let noted = unlocked.note_state(session.id).unwrap().is_some();
            writeln!(all, "{} {noted} {opened:?}", serde_json::to_string(&session).unwrap()).unwrap();
        }
        let kinds: Vec<String> = unlocked.open_client(&row.code).unwrap().into_iter().map(|o| o.header.kind).collect();
        writeln!(all, "{kinds:?}").unwrap();
    }
    writeln!(all, "{}", unlocked.escalations().unwrap().len()).unwrap();
    unlocked.lock().unwrap();
    all
}

fn folder(dir: &Path) -> PathBuf {
    dir.join("remembered")
}

/// What is shown when nothing is remembered.
fn shown_anew(dir: &Path, name: &str) -> String {
    let other = tempfile::tempdir().unwrap();
    copy(dir, other.path());
    let _ = std::fs::remove_dir_all(folder(other.path()));
    shown(other.path(), name)
}

fn file_of(dir: &Path, name: &str) -> PathBuf {
    let unlocked = open_vault(dir, name);
    let file = folder(dir).join(format!("{}.age", unlocked.me().id));
    unlocked.lock().unwrap();
    file
}

fn note() -> NoteRevision {
    NoteRevision { format: "soap".into(), sections: Vec::new(), state: NoteState::Draft, reason: None }
}

fn agreed() -> Consent {
    consent(&[Scope::Service, Scope::Recording, Scope::Supervision])
}

fn sheet(unlocked: &UnlockedVault, code: &ClientCode, answers: i32) {
    let library = shipped().unwrap();
    let instrument = library.get(&InstrumentId::from("phq-9")).unwrap();
    let context = Context { sex: None, age: None, lang: Lang::Ko };
    let occasion = Occasion { given_at: unlocked.now(), by: unlocked.me().id, mode: Mode::Paper, session: None };
    let filled = Filled::Answers(Answers(vec![Some(answers); 9]));
    let made = Administration::new(instrument, filled, &context, occasion).unwrap();
    administrations::keep(unlocked, code, &made).unwrap();
}

/// One thing that a counsellor does on a day; gives its name.
fn one_day(unlocked: &UnlockedVault, rng: &mut StdRng, n: u32) -> &'static str {
    let codes: Vec<ClientCode> = unlocked.clients().unwrap().into_iter().map(|r| r.code).collect();
    let Some(code) = codes.choose(rng) else {
        client(unlocked, "김하늘");
        return "the first client";
    };
    let sessions = unlocked.sessions(Some(code)).unwrap();
    let open = sessions.iter().find(|s| s.state == SessionState::Open);
    match (rng.gen_range(0..12), open) {
        (0, _) => {
            client(unlocked, "박바다");
            "another client"
        }
        (1, _) => {
            unlocked.change_client(code, |card| card.name = ClientText::new(&format!("이름{n}"))).unwrap();
            "another name"
        }
        (2 | 3, Some(open)) => {
            unlocked.end_session(open.id, Timestamp(i64::from(n)), "ended").unwrap();
            "a session ended"
        }
        (2..=5, _) => {
            unlocked.set_consent(code, agreed()).unwrap();
            let session = unlocked.begin_session(code, Timestamp(i64::from(n))).unwrap();
            unlocked
                .keep(session, &[said(n, 10), Body::Note { note: note() }, Body::ProcessNote { note: note() }])
                .unwrap();
            "a session begun"
        }
        (6, _) => {
            sheet(unlocked, code, i32::try_from(n).unwrap() % 4);
            "a sheet"
        }
        (7, _) => {
            let (every, from) = (Some("2w".parse().unwrap()), "2026-01-05".parse().unwrap());
            let (schema, instrument) = (schedule::SCHEMA.to_owned(), InstrumentId::from("phq-9"));
            let schedule = Schedule { schema, instrument, every, from, until: None, set_at: unlocked.now() };
            unlocked.keep_for(code, &[Body::Schedule { schedule }]).unwrap();
            "a schedule"
        }
        (8, _) => {
            unlocked.withdraw_consent(code, [Scope::Recording].into(), Withdrawal::FromNow).unwrap();
            "a consent taken back"
        }
        (9, _) => {
            unlocked.raise_escalation(code, EscalationPacket::default(), "a reason").unwrap();
            "an escalation"
        }
        (10, _) => {
            unlocked.withdraw_consent(code, [Scope::Recording].into(), Withdrawal::All).unwrap();
            "a consent taken back with all"
        }
        (_, _) if codes.len() > 2 => {
            unlocked.destroy_client(code, "asked", None).unwrap();
            "a client destroyed"
        }
        _ => "nothing",
    }
}

#[test]
fn whatever_was_done_the_same_is_shown_with_what_is_remembered_as_without() {
    let seed = seed();
    for round in 0..rounds(2) {
        let mut rng = StdRng::seed_from_u64(seed + round as u64);
        let dir = tempfile::tempdir().unwrap();
        made(dir.path()).lock().unwrap();
        let (mut done, mut old): (Vec<&str>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
        for n in 1..24 {
            let unlocked = open_vault(dir.path(), "이서윤");
            done.push(one_day(&unlocked, &mut rng, n));
            unlocked.lock().unwrap();
            let now = shown(dir.path(), "이서윤");
            let what = format!("round {round}: {done:?}");
            assert_eq!(now, shown_anew(dir.path(), "이서윤"), "{what}");
            let file = file_of(dir.path(), "이서윤");
            assert!(file.exists(), "{what}");
            assert_eq!(now, shown(dir.path(), "이서윤"), "{what}: a second time");
            // And with one of the files that it had before.
            old.push(std::fs::read(&file).unwrap());
            std::fs::write(&file, old.choose(&mut rng).unwrap()).unwrap();
            assert_eq!(now, shown(dir.path(), "이서윤"), "{what}: an old file");
        }
    }
}

/// An admin 관리, supervisors 수퍼 and 다른수퍼, counsellors 상담 and 다음상담; 상담 has two clients, one with a session that ended
/// and one that is open, both assigned to 수퍼. Everybody has been there once. Gives the clients, the sessions, and two
/// recovery phrases.
fn centre(dir: &Path) -> (Vec<ClientCode>, [SessionId; 2], [SecretString; 3]) {
    let new = new_vault("관리", Role::Admin);
    let unlocked = UnlockedVault::init(dir, &new, &pass()).unwrap();
    let phrases = unlocked.take_recovery_phrases().unwrap();
    let phrase = pass();
    let with = Second { name: "수퍼", passphrase: &phrase };
    for (name, role, second) in [
        ("수퍼", Role::Supervisor, None),
        ("다른수퍼", Role::Supervisor, Some(with)),
        ("상담", Role::Counsellor, Some(with)),
        ("다음상담", Role::Counsellor, Some(with)),
    ] {
        let new = new_member(name, role);
        unlocked.add_member(&new, &pass(), second, Some("처음")).unwrap();
    }
    unlocked.lock().unwrap();
    let unlocked = open_vault(dir, "상담");
    let add = |name| {
        let name = ClientText::new(name);
        let new = NewClient { name, supervisors: vec!["수퍼".into()], ..NewClient::default() };
        let code = unlocked.add_client(new).unwrap();
        unlocked.set_consent(&code, agreed()).unwrap();
        code
    };
    let codes = vec![add("김하늘"), add("박바다")];
    let sessions = [0, 1].map(|n| {
        let session = unlocked.begin_session(&codes[0], Timestamp(n)).unwrap();
        unlocked.keep(session, &[said(1, 10), Body::Note { note: note() }]).unwrap();
        session
    });
    unlocked.end_session(sessions[0], Timestamp(9), "ended").unwrap();
    unlocked.lock().unwrap();
    for name in ["상담", "수퍼", "다음상담", "관리"] {
        shown(dir, name);
    }
    (codes, sessions, phrases)
}

type Act = (&'static str, fn(&Path, &[ClientCode], [SessionId; 2], &[SecretString; 3]));

fn second<'a>(name: &'a str, passphrase: &'a SecretString) -> Option<Second<'a>> {
    Some(Second { name, passphrase })
}

const ACTS: [Act; 9] = [
    ("a client destroyed", |dir, codes, _, _| {
        open_vault(dir, "상담").destroy_client(&codes[0], "asked", second("관리", &pass())).unwrap();
    }),
    ("a session destroyed", |dir, _, sessions, _| {
        open_vault(dir, "상담").destroy_session(sessions[0], "asked", second("관리", &pass())).unwrap();
    }),
    ("a consent taken back with all", |dir, codes, _, _| {
        let unlocked = open_vault(dir, "상담");
        let destroyed = unlocked.withdraw_consent(&codes[0], [Scope::Recording].into(), Withdrawal::All).unwrap();
        assert_eq!(destroyed.destroyed.len(), 1);
    }),
    ("a consent to supervision taken back", |dir, codes, _, _| {
        let unlocked = open_vault(dir, "상담");
        let done = unlocked.withdraw_consent(&codes[0], [Scope::Supervision].into(), Withdrawal::FromNow).unwrap();
        assert_eq!(done.readers.taken.len(), 1);
    }),
    ("a supervisor taken off a client", |dir, codes, _, _| {
        open_vault(dir, "상담").unassign_supervisor(&codes[0], "수퍼").unwrap();
    }),
    ("a client handed over by the counsellor", |dir, codes, _, _| {
        let asked = HandOver { to: "다음상담", reason: "전근", process_notes: false, phrases: None };
        open_vault(dir, "상담").hand_over(&codes[0], &asked, second("관리", &pass())).unwrap();
    }),
    ("a client handed over by the supervisor", |dir, codes, _, _| {
        let asked = HandOver { to: "다음상담", reason: "휴직", process_notes: false, phrases: None };
        open_vault(dir, "관리").hand_over(&codes[0], &asked, second("수퍼", &pass())).unwrap();
    }),
    ("a client handed over by recovery phrases", |dir, codes, _, phrases| {
        let two = Some(Phrases((1, &phrases[0]), (3, &phrases[2])));
        let asked = HandOver { to: "다음상담", reason: "휴직", process_notes: false, phrases: two };
        open_vault(dir, "관리").hand_over(&codes[0], &asked, second("다른수퍼", &pass())).unwrap();
    }),
    ("a member who left", |dir, _, _, _| {
        open_vault(dir, "관리").revoke_member("상담", second("수퍼", &pass()), None).unwrap().unwrap();
    }),
];

#[test]
fn what_was_destroyed_or_handed_over_is_remembered_by_nobody_and_an_old_file_brings_nothing_back() {
    for (what, act) in ACTS {
        let dir = tempfile::tempdir().unwrap();
        let (codes, sessions, phrases) = centre(dir.path());
        let counsellors = file_of(dir.path(), "상담");
        assert!(counsellors.exists() && file_of(dir.path(), "수퍼").exists(), "{what}");
        let old = tempfile::tempdir().unwrap();
        copy(&folder(dir.path()), old.path());
        act(dir.path(), &codes, sessions, &phrases);
        assert!(!counsellors.exists(), "{what}: the file of who had the client");
        if what != "a member who left" {
            assert!(!folder(dir.path()).exists(), "{what}: nor anybody's");
        }
        let leaver = (what == "a member who left").then_some("상담");
        let people = ["상담", "수퍼", "다음상담", "관리"];
        for name in people.into_iter().filter(|n| Some(*n) != leaver) {
            let _ = std::fs::remove_dir_all(folder(dir.path()));
            // Whoever unlocks first after somebody left gives the clients new keys; then all see the same.
            shown(dir.path(), name);
            let anew = shown_anew(dir.path(), name);
            copy(old.path(), &folder(dir.path()));
            assert_eq!(shown(dir.path(), name), anew, "{what}: {name} with the old files");
            assert_eq!(shown(dir.path(), name), anew, "{what}: {name} once more");
        }
        if what.starts_with("a client") {
            let now = shown(dir.path(), "상담");
            assert!(!now.contains(codes[0].as_str()) && now.contains(codes[1].as_str()), "{what}: {now}");
        }
        if let Some(leaver) = leaver {
            assert!(UnlockedVault::unlock(dir.path(), Some(leaver), &pass()).is_err());
        }
    }
}

#[test]
fn no_key_is_remembered_and_the_words_that_are_stand_sealed() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    for name in ["상담", "수퍼"] {
        let unlocked = open_vault(dir.path(), name);
        let id = unlocked.me().id;
        unlocked.lock().unwrap();
        let slot = std::fs::read(dir.path().join(format!("slots/{id}.age"))).unwrap();
        let keys = slot::unlock(&slot, &pass()).unwrap();
        let sealed = std::fs::read(folder(dir.path()).join(format!("{id}.age"))).unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("김하늘"));
        let plain = seal::decrypt(&sealed, keys.read()).unwrap();
        let text = std::str::from_utf8(&plain).unwrap();
        assert!(text.contains("김하늘"), "it is what is remembered");
        assert!(!text.contains("AGE-SECRET-KEY") && !text.to_lowercase().contains("secret"), "{name}");
    }
}

#[test]
fn a_file_with_a_wrong_bit_or_that_is_cut_changes_nothing_that_is_shown_and_is_written_anew() {
    let dir = tempfile::tempdir().unwrap();
    let (_, _, _) = centre(dir.path());
    let file = file_of(dir.path(), "상담");
    let good = std::fs::read(&file).unwrap();
    let mut rng = StdRng::seed_from_u64(seed());
    let as_it_is = shown(dir.path(), "상담");
    for n in 0..rounds(40) {
        let mut bad = good.clone();
        let at = rng.gen_range(0..bad.len());
        if n % 4 == 0 {
            bad.truncate(at)
        } else {
            bad[at] ^= 1 << rng.gen_range(0..8)
        }
        std::fs::write(&file, &bad).unwrap();
        assert_eq!(shown(dir.path(), "상담"), as_it_is, "byte {at}");
        let anew = std::fs::read(&file).unwrap();
        assert!(anew != bad, "byte {at}: not written anew");
        let unlocked = open_vault(dir.path(), "상담");
        assert!(unlocked.check().unwrap().sound());
        unlocked.lock().unwrap();
    }
}

#[test]
fn a_file_of_another_member_of_another_vault_or_forged_to_ones_key_is_not_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let file = file_of(dir.path(), "상담");
    let as_it_is = shown(dir.path(), "상담");
    let unlocked = open_vault(dir.path(), "상담");
    let (id, recipient) = (unlocked.me().id, unlocked.me().recipient.parse::<Recipient>().unwrap());
    unlocked.lock().unwrap();
    let slot = std::fs::read(dir.path().join(format!("slots/{id}.age"))).unwrap();
    let own = slot::unlock(&slot, &pass()).unwrap();
    let plain = seal::decrypt(&std::fs::read(&file).unwrap(), own.read()).unwrap();
    let note = std::str::from_utf8(&plain).unwrap();
    let name = format!("gyeot-remembered/{id}");
    let text = checkpoint::read_note(note, &name, &own.verifier()).unwrap();
    let forged = text.replace("김하늘", "남의이름");
    assert_ne!(forged, text);
    let stranger = Keyring::generate();
    let elsewhere = text.replace(&format!("\"vault\":\"{}\"", vault_of(text)), "\"vault\":\"00\"");
    assert_ne!(elsewhere, text);
    let supervisors = std::fs::read(file_of(dir.path(), "수퍼")).unwrap();
    for (what, bytes) in [
        ("another member's", supervisors),
        (
            "signed by a stranger",
            seal::encrypt(checkpoint::sign_note(&forged, &name, &stranger).as_bytes(), &recipient).unwrap(),
        ),
        ("not signed", seal::encrypt(forged.as_bytes(), &recipient).unwrap()),
        (
            "changed after it was signed",
            seal::encrypt(note.replace("김하늘", "남의이름").as_bytes(), &recipient).unwrap(),
        ),
        (
            "of another vault",
            seal::encrypt(checkpoint::sign_note(&elsewhere, &name, &own).as_bytes(), &recipient).unwrap(),
        ),
        (
            "of another form",
            seal::encrypt(checkpoint::sign_note("gyeot.remembered/0\n{}\n", &name, &own).as_bytes(), &recipient)
                .unwrap(),
        ),
    ] {
        std::fs::write(&file, &bytes).unwrap();
        assert_eq!(shown(dir.path(), "상담"), as_it_is, "{what}");
        assert_ne!(std::fs::read(&file).unwrap(), bytes, "{what}: written anew");
    }
    // That this would show when it were believed: the member's own signature is.
    let signed = checkpoint::sign_note(&forged, &name, &own);
    std::fs::write(&file, seal::encrypt(signed.as_bytes(), &recipient).unwrap()).unwrap();
    assert_ne!(shown(dir.path(), "상담"), as_it_is);
}

fn vault_of(text: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
    json["vault"].as_str().unwrap().to_owned()
}

#[test]
fn where_nothing_can_be_remembered_everything_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (codes, _, _) = centre(dir.path());
    let as_it_is = shown(dir.path(), "상담");
    std::fs::remove_dir_all(folder(dir.path())).unwrap();
    // A file where the folder would be.
    std::fs::write(folder(dir.path()), b"").unwrap();
    assert_eq!(shown(dir.path(), "상담"), as_it_is);
    let unlocked = open_vault(dir.path(), "상담");
    unlocked.destroy_client(&codes[0], "asked", second("관리", &pass())).unwrap();
    unlocked.lock().unwrap();
    assert!(!shown(dir.path(), "상담").contains(codes[0].as_str()));
}

#[test]
fn a_backup_leaves_it_out_and_a_restored_vault_shows_the_same() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let as_it_is = shown(dir.path(), "상담");
    let places = tempfile::tempdir().unwrap();
    let (backup, restored) = (places.path().join("b.age"), places.path().join("v"));
    let unlocked = open_vault(dir.path(), "상담");
    unlocked.back_up(&backup, &pass(), KeyCost::CheapForTests).unwrap();
    unlocked.lock().unwrap();
    UnlockedVault::restore(&backup, &pass(), &restored).unwrap();
    assert!(!folder(&restored).exists());
    assert_eq!(shown(&restored, "상담"), as_it_is);
    // What the old place remembered, put beside an older state of the same vault.
    let unlocked = open_vault(dir.path(), "상담");
    client(&unlocked, "최바람");
    unlocked.lock().unwrap();
    shown(dir.path(), "상담");
    copy(&folder(dir.path()), &folder(&restored));
    assert_eq!(shown(&restored, "상담"), as_it_is);
}

#[test]
fn the_access_log_says_the_same_with_what_is_remembered_as_without() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let other = tempfile::tempdir().unwrap();
    copy(dir.path(), other.path());
    std::fs::remove_dir_all(folder(other.path())).unwrap();
    let log = |dir: &Path| {
        shown(dir, "상담");
        let unlocked = open_vault(dir, "관리");
        let entries = unlocked.read_log().unwrap();
        let entries: Vec<_> =
            entries.into_iter().map(|(n, e)| (n, e.by, e.task, e.whose, e.records, e.reason, e.detail)).collect();
        entries
    };
    assert_eq!(log(dir.path()), log(other.path()));
}
