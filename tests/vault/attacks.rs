//! What somebody does who has the disk, and at most their own key: a roster of their own, another's checkpoint, an old store
//! put back, a record that they may not write. Nothing of it is believed, and the member is told.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{PASS, client, consent, copy, files, forget_place, made, only, pass, program, said};
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::chain::{self, Head, Name};
use gyeot::crypto::checkpoint::{self, SLOT};
use gyeot::crypto::keys::{Keyring, Recipient, SealKey};
use gyeot::crypto::seal::{self, Envelope};
use gyeot::crypto::slot;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::roster::{Change, VAULT_SCHEMA};
use gyeot::domain::practice::ids::{ClientCode, MemberId, RecordId, SessionId, Writer};
use gyeot::domain::practice::member::{Member, Role};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{Body, Header, NoteRevision, NoteState, SCHEMA, Written};
use gyeot::domain::transcript::Speaker;
use gyeot::ports::store::{Put, Store};
use gyeot::service::{Integrity, NewClient, Scope, Second, UnlockedVault, VaultError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The centre of the attacks: admin 관리 who founded it, supervisor 수퍼, counsellors 상담 and 떠남.
pub(crate) struct Centre {
    _folder: tempfile::TempDir,
    pub(crate) dir: PathBuf,
    pub(crate) code: ClientCode,
    pub(crate) session: SessionId,
}

pub(crate) fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

pub(crate) fn centre() -> Centre {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    crate::stage::centre_of(&dir, &[("상담", Role::Counsellor), ("떠남", Role::Counsellor)]);
    let unlocked = unlock(&dir, "상담");
    let supervisors = vec!["수퍼".to_owned()];
    let new = NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() };
    let code = unlocked.add_client(new).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    unlocked.keep(session, &[said(1, 9)]).unwrap();
    unlocked.lock().unwrap();
    for name in ["관리", "수퍼", "떠남", "상담"] {
        unlock(&dir, name).lock().unwrap();
    }
    Centre { _folder: folder, dir, code, session }
}

impl Centre {
    pub(crate) fn member(&self, name: &str) -> Member {
        let unlocked = unlock(&self.dir, "관리");
        let member = unlocked.roster().members.iter().find(|m| m.name == name).unwrap().clone();
        unlocked.lock().unwrap();
        member
    }

    pub(crate) fn keys(&self, id: MemberId) -> Keyring {
        slot::unlock(&std::fs::read(self.dir.join(format!("slots/{id}.age"))).unwrap(), &pass()).unwrap()
    }

    pub(crate) fn vault_id(&self) -> String {
        let unlocked = unlock(&self.dir, "관리");
        let id = unlocked.roster().vault;
        unlocked.lock().unwrap();
        id
    }

    /// The file of a member's writer in a folder of the vault.
    pub(crate) fn of(&self, folder: &str, id: MemberId) -> PathBuf {
        let mut found = std::fs::read_dir(self.dir.join(folder)).unwrap().map(|e| e.unwrap().path());
        found.find(|p| p.file_name().unwrap().to_str().unwrap().starts_with(&id.to_string())).unwrap()
    }

    /// The key that a client's records are sealed to, as a member with the case key learns it.
    pub(crate) fn case_recipient(&self, member: &str) -> Recipient {
        let unlocked = unlock(&self.dir, member);
        let opened = unlocked.open_client(&self.code).unwrap();
        unlocked.lock().unwrap();
        let start = opened.iter().find(|o| matches!(o.body, Body::SessionStart { .. }));
        start.unwrap().header.recipient.parse().unwrap()
    }

    /// The roster as it stands.
    pub(crate) fn roster_head(&self) -> Head {
        let vault = self.vault_id();
        let text = std::fs::read_to_string(self.dir.join("roster")).unwrap();
        let last: chain::Line = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        let members: Vec<Member> = unlock(&self.dir, "관리").roster().members;
        let verifier = |id| members.iter().find(|m| m.id == id).and_then(|m| m.verifying.parse().ok());
        let head = Head { count: last.n, hash: last.prev };
        let name = Name { what: "roster", vault: &vault, writer: None };
        chain::read(name, head, text.lines().last().unwrap(), &verifier).unwrap().1
    }

    /// Seals records of the session with a member's keys and puts them at the end of that member's sequence. Gives whose
    /// sequence it is, and their ids with the hashes that others name them by.
    pub(crate) fn plant(&self, by: &Member, planted: &[Planted]) -> (Writer, Vec<(RecordId, [u8; 32])>) {
        let (keys, vault, roster) = (self.keys(by.id), self.vault_id(), self.roster_head());
        let to = self.case_recipient(&by.name);
        let path = self.of("checkpoints", by.id);
        let writer: Writer = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
        let mut store = SledStore::open(&self.dir.join("store")).unwrap();
        let mut before =
            store.head(writer).count.checked_sub(1).map_or([0; 32], |n| store.at(writer, n).unwrap().unwrap().signed);
        let mut made = Vec::new();
        for Planted { body, revision, replaces, at } in planted {
            let number = store.head(writer).count;
            let id = RecordId([number as u8 + 1; 16]);
            let header = Header {
                schema: SCHEMA,
                vault: vault.clone(),
                id,
                collection: hex::encode(self.session.0),
                kind: body.kind().to_owned(),
                revision: *revision,
                replaces: replaces.map(|(id, _)| id),
                previous: replaces.map(|(_, hash)| hex::encode(hash)),
                client: None,
                session: Some(self.session),
                recipient: to.to_string(),
                author: by.id,
                written: Some(Written { device: writer.device, number, before, roster, time: store.time() + 1 }),
                at: *at,
            };
            let sealed = seal::seal(&header, body, &keys, Envelope::new(&to).unwrap()).unwrap();
            before = sealed.signed();
            store.put(writer, &[Put { collection: self.session.0, id, sealed }], &mut |_| Ok(())).unwrap();
            made.push((id, before));
        }
        (writer, made)
    }

    /// The hash that others name this record by, and its number in its sequence.
    pub(crate) fn signed(&self, id: RecordId) -> [u8; 32] {
        SledStore::open(&self.dir.join("store")).unwrap().find(id).unwrap().unwrap().signed
    }

    pub(crate) fn gyeot(&self, member: &str, args: &[&str]) -> (i32, String) {
        let file = self.dir.with_file_name("pass");
        std::fs::write(&file, format!("{PASS}\n")).unwrap();
        let out = program()
            .args(args)
            .args(["--as", member, "--passphrase-file"])
            .arg(&file)
            .arg("--vault")
            .arg(&self.dir)
            .env("GYEOT_LANG", "en")
            .env_remove("GYEOT_MEMBER")
            .output()
            .unwrap();
        (out.status.code().unwrap(), String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// A record that a member seals with their own keys, past the program.
pub(crate) struct Planted {
    pub(crate) body: Body,
    pub(crate) revision: u32,
    /// The record that it says to replace, and the hash it names it by.
    pub(crate) replaces: Option<(RecordId, [u8; 32])>,
    pub(crate) at: Timestamp,
}

impl Planted {
    pub(crate) fn of(body: Body) -> Self {
        Planted { body, revision: 1, replaces: None, at: Timestamp(i64::MAX / 2) }
    }
}

/// Everything in a folder but the count of wrong guesses and what a lock leaves.
fn all_of(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let there = files(dir).into_iter().filter(|f| {
        let name = f.to_str().unwrap();
        !name.starts_with("delay-") && name != "lock" && !name.starts_with("store") && name != "unclean"
    });
    there.map(|f| (f.clone(), std::fs::read(dir.join(f)).unwrap())).collect()
}

/// A roster of the attacker: changes, each signed by these.
fn forged(vault: &str, changes: &[(Change, Vec<(MemberId, &Keyring)>)]) -> String {
    let name = Name { what: "roster", vault, writer: None };
    let (mut head, mut text) = (Head::EMPTY, String::new());
    for (change, signers) in changes {
        let (line, next) = chain::append(name, head, serde_json::to_string(change).unwrap(), signers);
        text += &chain::write(&line).unwrap();
        head = next;
    }
    text
}

pub(crate) fn put_roster(dir: &Path, text: &str) {
    for path in ["roster", "spare/roster"] {
        std::fs::write(dir.join(path), text).unwrap();
    }
}

fn enrol(member: Member, alone: bool) -> Change {
    let break_glass = alone.then(|| "처음".to_owned());
    Change::Enrol { member, at: Timestamp(1), break_glass, log: None }
}

fn member_of(keys: &Keyring, name: &str, role: Role) -> Member {
    Member {
        id: MemberId([7; 16]),
        name: name.into(),
        role,
        recipient: keys.recipient().to_string(),
        verifying: keys.verifier().to_string(),
        from: Timestamp(0),
        to: None,
    }
}

#[test]
fn a_roster_forged_without_any_key_gets_no_key_and_nothing_is_written() {
    for forget in [false, true] {
        let c = centre();
        let (victim, vault) = (c.member("상담"), c.vault_id());
        let (own, recovery) = (Keyring::generate(), SealKey::generate());
        let attacker = member_of(&own, "몰래", Role::Counsellor);
        let id = attacker.id;
        let found = Change::Found {
            schema: VAULT_SCHEMA.into(),
            vault: vault.clone(),
            centre: "마음결".into(),
            first: attacker,
            recovery: recovery.recipient().to_string(),
            log: recovery.recipient().to_string(),
            time_zone: None,
        };
        let signed = || vec![(id, &own)];
        put_roster(&c.dir, &forged(&vault, &[(found, signed()), (enrol(victim.clone(), true), signed())]));
        for end in ["age", "sum"] {
            for folder in ["slots", "spare/slots"] {
                std::fs::remove_file(c.dir.join(folder).join(format!("{}.recovery.{end}", victim.id))).unwrap();
            }
        }
        if forget {
            // Also on a workstation that knows nothing, without what the members had seen.
            std::fs::remove_dir_all(c.dir.join("memory")).unwrap();
            forget_place(&c.dir);
        }
        let before = all_of(&c.dir);
        let refused = UnlockedVault::unlock(&c.dir, Some("상담"), &pass()).unwrap_err();
        assert!(matches!(refused, VaultError::Untrusted(_)), "{refused:?}");
        assert_eq!(refused.exit(), Exit::Damaged);
        assert_eq!(all_of(&c.dir), before, "nothing was written");
    }
}

#[test]
fn a_roster_that_one_admin_writes_anew_from_the_founding_on_is_refused_to_the_others() {
    let c = centre();
    let (admin, victim, vault) = (c.member("관리"), c.member("상담"), c.vault_id());
    let keys = c.keys(admin.id);
    let text = std::fs::read_to_string(c.dir.join("roster")).unwrap();
    let first: chain::Line = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let founding: Change = serde_json::from_str(&first.payload).unwrap();
    let puppet = Keyring::generate();
    let supervisor = member_of(&puppet, "인형", Role::Supervisor);
    let both = vec![(admin.id, &keys), (supervisor.id, &puppet)];
    let alone = || vec![(admin.id, &keys)];
    let changes = [(founding, alone()), (enrol(supervisor.clone(), true), alone()), (enrol(victim, false), both)];
    let anew = forged(&vault, &changes);
    assert_eq!(anew.lines().next(), text.lines().next(), "the founding entry is the same");
    put_roster(&c.dir, &anew);
    let before = all_of(&c.dir);
    let refused = UnlockedVault::unlock(&c.dir, Some("상담"), &pass()).unwrap_err();
    assert!(matches!(refused, VaultError::Untrusted(_)), "{refused:?}");
    // Without what anybody had seen at this place this workstation still knows the vault.
    std::fs::remove_dir_all(c.dir.join("memory")).unwrap();
    forget_place(&c.dir);
    let refused = UnlockedVault::unlock(&c.dir, Some("상담"), &pass()).unwrap_err();
    assert!(matches!(refused, VaultError::Untrusted(_)), "{refused:?}");
    // On one that knows nothing the words have to be compared, and they are others.
    let state = c.dir.with_file_name("state");
    let station = crate::elsewhere::new_station(&state);
    let asked = UnlockedVault::unlock_on(&c.dir, Some("상담"), &pass(), station).unwrap_err();
    assert!(matches!(asked, VaultError::FirstSight { .. }), "{asked:?}");
    let mut after = all_of(&c.dir);
    after.extend(before.iter().filter(|(f, _)| f.starts_with("memory")).map(|(f, b)| (f.clone(), b.clone())));
    assert_eq!(after, before);
}

#[test]
fn a_leaver_signs_no_checkpoint_of_anybody_and_none_of_their_own_after_they_left() {
    let c = centre();
    let (leaver, admin) = (c.member("떠남"), c.member("관리"));
    let keys = c.keys(leaver.id);
    let theirs = c.of("checkpoints", leaver.id);
    let admins = c.of("checkpoints", admin.id);
    let phrase = pass();
    let unlocked = unlock(&c.dir, "관리");
    unlocked.revoke_member("떠남", Some(Second { name: "수퍼", passphrase: &phrase }), None).unwrap().unwrap();
    unlocked.lock().unwrap();
    assert!(unlock(&c.dir, "상담").integrity().whole());
    let newest = |path: &Path, of: &Member| {
        let verifier = of.verifying.parse().ok();
        let bytes = std::fs::read(path).unwrap();
        let slots = bytes.chunks(SLOT).filter_map(|s| checkpoint::read(s, &|_| verifier.clone()).ok());
        slots.max_by_key(|c| c.serial).unwrap()
    };
    let (mine, of_admin) = (newest(&theirs, &leaver), newest(&admins, &admin));
    let write = |path: &Path, said: &checkpoint::Checkpoint| {
        let slot = checkpoint::write(said, &keys).unwrap();
        std::fs::write(path, [slot.as_slice(), slot.as_slice()].concat()).unwrap();
    };
    let kept = std::fs::read(&admins).unwrap();
    write(&admins, &checkpoint::Checkpoint { serial: 999, log: Head::EMPTY, ..of_admin.clone() });
    let state = unlock(&c.dir, "상담").integrity();
    assert!(matches!(state, Integrity::Damaged { .. }), "signed by another: {state:?}");
    std::fs::write(&admins, kept).unwrap();
    write(&theirs, &checkpoint::Checkpoint { serial: 999, roster: of_admin.roster, ..mine });
    let state = unlock(&c.dir, "상담").integrity();
    assert!(
        matches!(&state, Integrity::Damaged { what } if what.id() == "vault-opening-checkpoint-signed-somebody-who-no"),
        "{state:?}"
    );
}

#[test]
fn garbage_in_place_of_the_log_is_told_to_everyone_and_stays_told() {
    let c = centre();
    let path = c.of("access", c.member("상담").id);
    std::fs::write(path, "garbage\n").unwrap();
    for _ in 0..3 {
        for (name, args) in [("상담", &["client", "list"][..]), ("관리", &["member", "list"][..])] {
            let (code, err) = c.gyeot(name, args);
            assert_eq!(code, Exit::Damaged as i32, "{name}: {err}");
        }
    }
    let (code, err) = c.gyeot("관리", &["audit", "verify"]);
    assert_eq!(code, Exit::Damaged as i32, "{err}");
}

#[test]
fn a_destroyed_client_put_back_with_store_tombstones_and_checkpoint_is_found_by_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let unlocked = made(&dir);
    let code = client(&unlocked, "김하늘");
    unlocked.lock().unwrap();
    let old = folder.path().join("old");
    copy(&dir, &old);
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    unlocked.destroy_client(&code, "asked", None).unwrap();
    unlocked.lock().unwrap();
    for part in ["store", "tombs", "spare/tombs", "checkpoints", "memory"] {
        std::fs::remove_dir_all(dir.join(part)).unwrap();
        copy(&old.join(part), &dir.join(part));
    }
    forget_place(&dir);
    let state = UnlockedVault::unlock(&dir, None, &pass()).unwrap().integrity();
    assert!(!state.whole(), "{state:?}");
    let state = UnlockedVault::unlock(&dir, None, &pass()).unwrap().integrity();
    assert!(!state.whole(), "and stays found: {state:?}");
}

#[test]
fn a_whole_old_folder_in_its_place_is_told_until_a_person_says_that_it_is_on_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let unlocked = made(&dir);
    client(&unlocked, "김하늘");
    unlocked.lock().unwrap();
    let old = folder.path().join("old");
    copy(&dir, &old);
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    client(&unlocked, "박바다");
    unlocked.lock().unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    copy(&old, &dir);
    for _ in 0..2 {
        let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
        assert!(matches!(unlocked.integrity(), Integrity::Behind { .. }), "{:?}", unlocked.integrity());
        assert!(unlocked.add_client(NewClient { name: ClientText::new("x"), ..NewClient::default() }).is_err());
    }
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert!(unlocked.accept_older(None, " ").is_err());
    unlocked.accept_older(None, "restored from the backup of Monday").unwrap();
    client(&unlocked, "최구름");
    let log = unlocked.read_log().unwrap();
    assert!(log.iter().any(|(_, e)| e.detail.as_deref() == Some("older accepted")));
    unlocked.lock().unwrap();
    assert!(UnlockedVault::unlock(&dir, None, &pass()).unwrap().integrity().whole());
}

#[test]
fn what_another_member_wrote_and_is_put_back_is_told_by_what_the_reader_had_seen() {
    let c = centre();
    let writer = c.member("상담").id;
    let old = c.dir.with_file_name("old");
    copy(&c.dir, &old);
    let unlocked = unlock(&c.dir, "상담");
    unlocked.keep(c.session, &[said(2, 9)]).unwrap();
    unlocked.lock().unwrap();
    unlock(&c.dir, "수퍼").lock().unwrap();
    // Everything of this writer as it was, and the whole store; the reader's own files and memory stay.
    std::fs::remove_dir_all(c.dir.join("store")).unwrap();
    copy(&old.join("store"), &c.dir.join("store"));
    for folder in ["access", "checkpoints"] {
        let path = c.of(folder, writer);
        std::fs::copy(old.join(path.strip_prefix(&c.dir).unwrap()), &path).unwrap();
    }
    forget_place(&c.dir);
    let state = unlock(&c.dir, "수퍼").integrity();
    assert!(matches!(state, Integrity::Behind { .. }), "{state:?}");
}

#[test]
fn a_note_and_a_transcript_that_a_supervisor_forged_with_good_keys_are_not_shown_and_are_named() {
    let c = centre();
    let supervisor = c.member("수퍼");
    let note = NoteRevision { format: "soap".into(), sections: Vec::new(), state: NoteState::Draft, reason: None };
    let Body::Utterances { mut utterances } = said(1, 3) else { panic!("another kind") };
    utterances[0].speaker = Speaker::Client;
    let (writer, _) =
        c.plant(&supervisor, &[Planted::of(Body::Note { note }), Planted::of(Body::Utterances { utterances })]);
    let unlocked = unlock(&c.dir, "상담");
    let shown = unlocked.open_session(c.session).unwrap();
    assert_eq!(shown.len(), 1, "only what the counsellor wrote");
    let history = unlocked.note_history(c.session).unwrap().unwrap();
    assert_eq!((history.versions.len(), history.refused.len()), (0, 1));
    let report = unlocked.check().unwrap();
    let named = report.damaged.iter().filter(|(who, _, why)| *who == writer && why.contains("role")).count();
    assert_eq!((named, report.sound()), (2, false), "{report:?}");
}

#[test]
fn a_folder_that_others_may_enter_and_one_with_a_link_in_it_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    made(&dir).lock().unwrap();
    std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(UnlockedVault::unlock(&dir, None, &pass()).unwrap_err(), VaultError::OpenToOthers);
    std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o700)).unwrap();
    let log = only(&dir, "access");
    let elsewhere = folder.path().join("elsewhere");
    std::fs::rename(&log, &elsewhere).unwrap();
    symlink(&elsewhere, &log).unwrap();
    assert!(matches!(UnlockedVault::unlock(&dir, None, &pass()), Err(VaultError::File { .. })));
}

#[test]
fn the_roster_of_another_vault_is_named_as_such_whoever_is_looked_for_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, other) = (folder.path().join("v"), folder.path().join("w"));
    for at in [&dir, &other] {
        made(at).lock().unwrap();
    }
    for file in ["roster", "spare/roster"] {
        std::fs::copy(other.join(file), dir.join(file)).unwrap();
    }
    let before = all_of(&dir);
    for name in [None, Some("상담"), Some("아무도")] {
        let refused = UnlockedVault::unlock(&dir, name, &pass()).unwrap_err();
        assert!(matches!(refused, VaultError::Untrusted(_)), "{name:?}: {refused:?}");
    }
    assert_eq!(all_of(&dir), before, "nothing was written");
}

#[test]
fn a_missing_recovery_slot_is_told_and_made_anew_only_when_its_member_asks() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    made(&dir).lock().unwrap();
    let slots = || files(&dir).into_iter().filter(|f| f.to_str().unwrap().ends_with(".recovery.age")).count();
    let all = slots();
    for file in files(&dir).into_iter().filter(|f| f.to_str().unwrap().contains(".recovery.")) {
        std::fs::remove_file(dir.join(file)).unwrap();
    }
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert!(unlocked.concerns().iter().any(|c| format!("{c:?}").starts_with("NoRecoverySlot")));
    assert_eq!(slots(), 0);
    unlocked.rekey(&pass(), gyeot::service::KeyCost::CheapForTests).unwrap();
    unlocked.lock().unwrap();
    assert_eq!(slots(), all);
}
