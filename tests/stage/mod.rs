//! What the test groups and benches share: passphrases, cheap vaults, consents, bodies of known content, the program as a
//! command, folders, the seed and the length of a campaign, and whether the real engines must be there. Included by
//! `#[path = "../stage/mod.rs"]`; each group uses a part of it.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

pub mod engines;
pub mod gguf;
pub mod hostile;

use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::note::plan::{Plan, PlanKind, PlanPart};
use gyeot::domain::practice::ids::{ClientCode, SessionId, UtteranceId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::service::{Body, Consent, KeyCost, NewClient, NewMember, NewVault, Scope, Second, UnlockedVault};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The passphrase of every member, where a test needs no other.
pub const PASS: &str = "velvet harbour cactus nineteen drums";
/// A second one, good enough to be accepted.
pub const OTHER: &str = "seven lanterns over a quiet river";

pub fn pass() -> SecretString {
    secret(PASS)
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// The program under test.
pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_gyeot"))
}

/// A file of the repository, by its path from the root.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A loud line: this test proved nothing here, because a tool or a right that it needs is missing.
pub fn skipped(why: impl std::fmt::Display) {
    eprintln!("\n======== SKIPPED, NOT PASSED: {why} ========\n");
}

/// `GYEOT_SEED`, printed either way.
pub fn seed() -> u64 {
    let seed = std::env::var("GYEOT_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_121);
    eprintln!("GYEOT_SEED={seed}");
    seed
}

/// `GYEOT_ROUNDS`, else the short number of the test run.
pub fn rounds(short: usize) -> usize {
    std::env::var("GYEOT_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(short)
}

/// So many rounds of a campaign are a line on stderr.
pub const PROGRESS: usize = 1000;

/// What the client says in utterance `n`: `len` syllables.
pub fn said(n: u32, len: usize) -> Body {
    let text = ClientText::new(&"말".repeat(len));
    let (id, speaker) = (UtteranceId(n), Speaker::Client);
    Body::Utterances { utterances: vec![Utterance { id, start_ms: 0, end_ms: 1, speaker, text, confidence: None }] }
}

/// The number of what [`said`] made.
pub fn number(body: &Body) -> u32 {
    match body {
        Body::Utterances { utterances } => utterances[0].id.0,
        _ => panic!("another kind"),
    }
}

/// A vault whose first member has this name and role, cheap to open.
pub fn new_vault(member: &str, role: Role) -> NewVault {
    NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("마음결", member, role) }
}

/// A further member, with a slot that is cheap to open.
pub fn new_member(name: &str, role: Role) -> NewMember {
    NewMember { name: name.into(), role, cost: KeyCost::CheapForTests }
}

/// A consent of an adult client to these scopes, by the form of version 1.
pub fn consent(scopes: &[Scope]) -> Consent {
    Consent {
        scopes: scopes.iter().copied().collect(),
        version: "1".into(),
        by: "client".into(),
        age_confirmed: true,
        ..Consent::default()
    }
}

/// A new vault of one counsellor, cheap to open, unlocked.
pub fn made(dir: &Path) -> UnlockedVault {
    UnlockedVault::init(dir, &new_vault("이서윤", Role::Counsellor), &pass()).unwrap()
}

/// The vault of [`made`], unlocked again.
pub fn unlock_only(dir: &Path) -> UnlockedVault {
    UnlockedVault::unlock(dir, None, &pass()).unwrap()
}

/// A client who agreed to be recorded.
pub fn client(unlocked: &UnlockedVault, name: &str) -> ClientCode {
    let code = unlocked.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    code
}

/// A vault with one client and one session that is still open; closed.
pub fn prepared(dir: &Path) -> SessionId {
    let unlocked = made(dir);
    let session = unlocked.begin_session(&client(&unlocked, "김하늘"), Timestamp(0)).unwrap();
    unlocked.lock().unwrap();
    session
}

/// A centre founded by the admin 관리, who enrolled the supervisor 수퍼 alone and these with them. Locked again.
pub fn centre_of(dir: &Path, others: &[(&str, Role)]) {
    let vault = UnlockedVault::init(dir, &new_vault("관리", Role::Admin), &pass()).unwrap();
    vault.add_member(&new_member("수퍼", Role::Supervisor), &pass(), None, Some("처음")).unwrap();
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    for (name, role) in others {
        vault.add_member(&new_member(name, *role), &pass(), with, None).unwrap();
    }
    vault.lock().unwrap();
}

/// Who besides 관리 and 수퍼 is in a centre of five.
pub const FIVE: [(&str, Role); 3] =
    [("다른수퍼", Role::Supervisor), ("상담", Role::Counsellor), ("다른상담", Role::Counsellor)];

/// Calls `f` with every file under a folder.
pub fn walk(dir: &Path, f: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, f) } else { f(&path) }
    }
}

/// Copies a folder with everything in it; what stood under that name before is removed.
pub fn fresh_copy(of: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    copy(of, to);
    forget_place(to);
}

/// Forgets what this workstation had seen at a place: another history stands there from now on, on purpose.
pub fn forget_place(dir: &Path) {
    let place = dir.canonicalize().unwrap();
    let hash = gyeot::crypto::keys::sha256(&[b"gyeot-place\n", place.as_os_str().as_encoded_bytes()]);
    let state = PathBuf::from(std::env::var_os("GYEOT_STATE").unwrap());
    let _ = std::fs::remove_file(state.join("places").join(hex::encode(&hash[..16])));
}

/// Forgets what this workstation had seen of the vault in this folder, wherever it lay: a state from before is there again,
/// on purpose.
pub fn forget_vault(dir: &Path) {
    let roster = std::fs::read_to_string(dir.join("roster")).unwrap();
    let id = regex::Regex::new(r#"vault\\*":\\*"([0-9a-f]{32})"#).unwrap().captures(&roster).unwrap()[1].to_owned();
    let hash = gyeot::crypto::keys::sha256(&[b"gyeot-vault\n", id.as_bytes()]);
    let state = PathBuf::from(std::env::var_os("GYEOT_STATE").unwrap());
    let _ = std::fs::remove_file(state.join("vaults").join(hex::encode(&hash[..16])));
    forget_place(dir);
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The file of the only writer in this folder of a vault: `access`, `tombs` or `checkpoints`.
pub fn only(dir: &Path, folder: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir(dir.join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|path| std::fs::metadata(path).unwrap().len() > 0);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// An answer sheet without a complaint.
pub fn sheet() -> Box<Administration> {
    let library = gyeot::adapters::instruments::shipped().unwrap();
    let phq = library.get(&"phq-9".into()).unwrap();
    let by = gyeot::domain::practice::ids::MemberId([1; 16]);
    let occasion = Occasion { given_at: Timestamp(0), by, mode: Mode::Paper, session: None };
    let answers = Sheet::Answers(Answers(vec![Some(0); phq.items.len()]));
    Box::new(Administration::new(phq, answers, &Context::default(), occasion).unwrap())
}

/// A plan of one line.
pub fn plan() -> Plan {
    let part = PlanPart { key: "x".into(), lines: vec![ClientText::new("x")] };
    Plan { kind: PlanKind::Treatment, parts: vec![part] }
}

/// The rules of escalations as they ship.
pub fn escalation_rules() -> gyeot::domain::crisis::escalation_rules::Rules {
    gyeot::adapters::shipped::escalation_rules().unwrap()
}

/// What a tier-1 packet to the ambulance for an urgent interest of life asks.
pub fn raising() -> gyeot::domain::crisis::escalation::Raising {
    let word = |w: &str| w.parse().unwrap();
    let mut asked = gyeot::domain::crisis::escalation::Raising::contact(
        word("suicide-risk"),
        word("urgent-life-or-body"),
        word("own-life"),
        word("rescue-119"),
    );
    asked.argument = Some(ClientText::new("오늘 밤 계획과 수단이 있다고 말함"));
    asked.again = true;
    asked
}

/// Raises a tier-1 packet.
pub fn raise(unlocked: &UnlockedVault, code: &ClientCode) -> gyeot::domain::practice::ids::RecordId {
    unlocked.raise_escalation(&escalation_rules(), code, &raising()).unwrap()
}

/// Every file under a folder, as a path from there, in order.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(dir, &mut |path| found.push(path.strip_prefix(dir).unwrap().to_owned()));
    found.sort();
    found
}
