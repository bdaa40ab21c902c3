//! What somebody lays into the folder, or writes anew there, without a key or with no key but their own: what is destroyed at
//! the next unlock, what is shown, and what is taken for the past.

use crate::attacks::{Centre, centre, unlock};
use crate::stage::{new_vault, pass};
use crate::store_suite::raw_store;
use gyeot::adapters::sled_chunks::PIECE_HEAD;
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::chain::{self, Head, Name};
use gyeot::crypto::checkpoint::{self, SLOT, sign_note};
use gyeot::crypto::keys::{Recipient, sha256};
use gyeot::crypto::seal;
use gyeot::crypto::slot;
use gyeot::domain::practice::ids::{RecordId, Writer};
use gyeot::domain::practice::member::Role;
use gyeot::ports::store::{POSITION_BYTES, Position, all_of};
use gyeot::service::{Integrity, Phrases, Second, UnlockedVault};
use secrecy::SecretString;
use std::path::Path;

/// Ids of the records whose bytes are in the store.
fn held(dir: &Path) -> Vec<RecordId> {
    let store = SledStore::open(&dir.join("store")).unwrap();
    all_of(&store).map(Result::unwrap).filter(|(_, bytes)| bytes.is_some()).map(|(p, _)| p.id).collect()
}

fn plant_renewal(c: &Centre, recipient: &str, old_wraps: &str) {
    let next = c.dir.join("recovery.next");
    std::fs::create_dir(&next).unwrap();
    std::fs::write(next.join("recipient"), recipient).unwrap();
    std::fs::write(next.join("old-wraps"), old_wraps).unwrap();
}

fn told(unlocked: &UnlockedVault, file: &str) -> bool {
    unlocked.concerns().iter().any(|c| format!("{c:?}").contains(&format!("Planted([\"{file}\"])")))
}

fn logged(c: &Centre, detail: &str) -> bool {
    let unlocked = unlock(&c.dir, "관리");
    let log = unlocked.read_log().unwrap();
    unlocked.lock().unwrap();
    log.iter().any(|(_, entry)| entry.detail.as_deref() == Some(detail))
}

#[test]
fn a_list_of_old_wraps_that_nobody_signed_who_renewed_buries_nothing_and_is_told() {
    let c = centre();
    let before = held(&c.dir);
    let vault = unlock(&c.dir, "관리");
    let (recipient, id) = (vault.roster().recovery, vault.roster().vault);
    vault.lock().unwrap();
    let list = serde_json::to_string(&before).unwrap();
    let member = c.member("상담");
    let json = format!(
        "gyeot.old-wraps/1\n{{\"vault\":\"{id}\",\"recipient\":\"{recipient}\",\"by\":\"{}\",\"wraps\":{list}}}\n",
        member.id
    );
    let signed = sign_note(&json, &format!("gyeot-old-wraps/{}", member.id), &c.keys(member.id));
    for (n, laid) in [list, json, signed].into_iter().enumerate() {
        plant_renewal(&c, &recipient, &laid);
        let unlocked = unlock(&c.dir, "상담");
        assert!(told(&unlocked, "recovery.next"), "{n}");
        assert_eq!(unlocked.clients().unwrap().len(), 1, "{n}");
        unlocked.lock().unwrap();
        assert!(!c.dir.join("recovery.next").exists(), "{n}");
        assert!(before.iter().all(|id| held(&c.dir).contains(id)), "{n}: nothing is destroyed");
    }
    assert!(logged(&c, "planted: recovery.next"));
}

#[test]
fn whoever_renewed_destroys_by_that_way_no_record_but_keys() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let vault = UnlockedVault::init(&dir, &new_vault("관리", Role::Admin), &pass()).unwrap();
    let old = vault.take_recovery_phrases().unwrap();
    vault.add_member(&crate::stage::new_member("수퍼", Role::Supervisor), &pass(), None, Some("처음")).unwrap();
    vault.lock().unwrap();
    let supervisor = unlock(&dir, "관리");
    let new = ["bafa bafa one", "bafa bafa two", "bafa bafa three"].map(SecretString::from);
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    supervisor.renew_recovery(Phrases((1, &old[0]), (2, &old[1])), &new, with, None).unwrap();
    let (me, roster) = (supervisor.me().id, supervisor.roster());
    assert!(
        supervisor.read_log().unwrap().iter().any(|(_, e)| e.detail.as_deref() == Some("old recovery wraps")),
        "what was destroyed is in the log"
    );
    supervisor.lock().unwrap();
    // Their own list, later and longer: of all records that are no keys there is none here but is named.
    let keys = slot::unlock(&std::fs::read(dir.join(format!("slots/{me}.age"))).unwrap(), &pass()).unwrap();
    let before = held(&dir);
    let list = serde_json::to_string(&[RecordId([9; 16])]).unwrap();
    let json = format!(
        "gyeot.old-wraps/1\n{{\"vault\":\"{}\",\"recipient\":\"{}\",\"by\":\"{me}\",\"wraps\":{list}}}\n",
        roster.vault, roster.recovery
    );
    let next = dir.join("recovery.next");
    std::fs::create_dir(&next).unwrap();
    std::fs::write(next.join("recipient"), &roster.recovery).unwrap();
    std::fs::write(next.join("old-wraps"), sign_note(&json, &format!("gyeot-old-wraps/{me}"), &keys)).unwrap();
    let unlocked = unlock(&dir, "수퍼");
    assert!(!told(&unlocked, "recovery.next"), "a renewal that was interrupted is ended");
    unlocked.lock().unwrap();
    assert!(before.iter().all(|id| held(&dir).contains(id)));
}

#[test]
fn a_log_or_tombstones_that_their_own_writer_signs_anew_and_longer_are_told_to_who_had_seen_the_old() {
    for folder in ["access", "tombs"] {
        let c = centre();
        let member = c.member("상담");
        let (keys, vault) = (c.keys(member.id), c.vault_id());
        let unlocked = unlock(&c.dir, "상담");
        let code = unlocked.clients().unwrap()[0].code.clone();
        unlocked.unassign_supervisor(&code, "수퍼").unwrap();
        unlocked.assign_supervisor(&code, "수퍼").unwrap();
        unlocked.unassign_supervisor(&code, "수퍼").unwrap();
        unlocked.lock().unwrap();
        unlock(&c.dir, "수퍼").lock().unwrap();
        let path = c.of(folder, member.id);
        let writer: Writer = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
        let what = if folder == "access" { "access log" } else { "tombstones" };
        let name = Name { what, vault: &vault, writer: Some(writer) };
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.is_empty(), "{folder}");
        // Every entry again without the first, and more at the end than were taken away.
        let payloads: Vec<String> =
            text.lines().map(|l| serde_json::from_str::<chain::Line>(l).unwrap().payload).collect();
        let (mut head, mut anew) = (Head::EMPTY, String::new());
        let last = payloads.last().unwrap();
        for payload in payloads.iter().skip(1).chain([last, last, last]) {
            let (line, next) = chain::append(name, head, payload.clone(), &[(member.id, &keys)]);
            anew += &chain::write(&line).unwrap();
            head = next;
        }
        std::fs::write(&path, &anew).unwrap();
        let checkpoints = c.of("checkpoints", member.id);
        let bytes = std::fs::read(&checkpoints).unwrap();
        let verifier = keys.verifier();
        let newest = bytes.chunks(SLOT).filter_map(|s| checkpoint::read(s, &|_| Some(verifier.clone())).ok());
        let mut said = newest.max_by_key(|c| c.serial).unwrap();
        said.serial += 1;
        if folder == "access" {
            (said.log, said.log_bytes) = (head, anew.len() as u64);
        } else {
            said.tombs = head;
        }
        let slot = checkpoint::write(&said, &keys).unwrap();
        std::fs::write(&checkpoints, [slot.as_slice(), slot.as_slice()].concat()).unwrap();
        std::fs::write(c.dir.join("spare").join(folder).join(writer.to_string()), &anew).ok();
        let state = unlock(&c.dir, "수퍼").integrity();
        assert!(matches!(state, Integrity::Forked { part } if part == what), "{folder}: {state:?}");
        let state = unlock(&c.dir, "관리").integrity();
        assert!(!state.whole(), "{folder}: {state:?}");
    }
}

#[test]
fn a_record_that_was_moved_in_the_order_of_its_collection_is_damaged() {
    let c = centre();
    // Whoever has the disk, without a key: the first record of the session is to be the last.
    let raw = raw_store(&c.dir.join("store"));
    let mut moved = 0;
    for name in raw.tree_names() {
        let tree = raw.open_tree(name).unwrap();
        let all: Vec<(Vec<u8>, Vec<u8>)> =
            tree.iter().map(|kv| kv.map(|(k, v)| (k.to_vec(), v.to_vec())).unwrap()).collect();
        for (key, value) in &all {
            let Some(mut position) = Position::from_bytes(value).filter(|p| p.collection == c.session.0) else {
                continue;
            };
            let old = position;
            position.time += 1000;
            tree.insert(key, position.to_bytes()).unwrap();
            let prefix = |p: &Position| [&b"r"[..], &p.collection, &p.time.to_be_bytes(), &p.id.0].concat();
            for (key, value) in all.iter().filter(|(key, _)| key.starts_with(&prefix(&old))) {
                let mut at = prefix(&position);
                at.extend_from_slice(&key[prefix(&old).len()..]);
                let places = value.windows(POSITION_BYTES).position(|w| w == old.to_bytes());
                let mut value = value.clone();
                let start = places.expect("each piece has its position");
                value[start..start + POSITION_BYTES].copy_from_slice(&position.to_bytes());
                // The sum behind a piece is no secret.
                let length = u32::from_be_bytes(value[PIECE_HEAD - 4..PIECE_HEAD].try_into().unwrap());
                let end = PIECE_HEAD + usize::try_from(length).unwrap();
                let sum = sha256(&[&value[..end]]);
                let rest = value.len() - end;
                value[end..].copy_from_slice(&sum[..rest]);
                tree.remove(key).unwrap();
                tree.insert(at, value).unwrap();
                moved += 1;
            }
        }
    }
    assert!(moved > 0);
    raw.flush().unwrap();
    drop(raw);
    let unlocked = unlock(&c.dir, "상담");
    let refused = unlocked.open_session(c.session).unwrap_err();
    assert!(format!("{refused:?}").contains("elsewhere-time"), "{refused:?}");
    assert!(!unlocked.check().unwrap().sound());
}

#[test]
fn planted_recovery_phrases_are_not_shown_and_their_file_is_removed_and_told() {
    let c = centre();
    let admin = c.member("관리");
    let to: Recipient = admin.recipient.parse().unwrap();
    let path = c.dir.join("phrases-not-taken.age");
    for phrases in ["one\ntwo\nthree", "\n\n", "one\ntwo"] {
        std::fs::write(&path, seal::encrypt(phrases.as_bytes(), &to).unwrap()).unwrap();
        let unlocked = unlock(&c.dir, "관리");
        assert!(unlocked.untaken_phrases().is_none(), "{phrases:?}");
        if phrases == "one\ntwo\nthree" {
            assert!(told(&unlocked, "phrases-not-taken.age") && !path.exists());
        }
        unlocked.lock().unwrap();
        let _ = std::fs::remove_file(&path);
    }
    assert!(logged(&c, "planted: phrases-not-taken.age"));
    // The real ones are shown, and gone with a renewal.
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let vault = UnlockedVault::init(&dir, &new_vault("혼자", Role::Counsellor), &pass()).unwrap();
    let old = vault.take_recovery_phrases().unwrap();
    vault.keep_untaken_phrases(&old).unwrap();
    assert!(vault.untaken_phrases().is_some());
    let new = ["bafa bafa one", "bafa bafa two", "bafa bafa three"].map(SecretString::from);
    let two = Phrases((1, &old[0]), (2, &old[1]));
    vault.renew_recovery(two, &new, None, Some("혼자")).unwrap();
    assert!(vault.untaken_phrases().is_none() && !dir.join("phrases-not-taken.age").exists());
}

#[test]
fn a_changed_role_destroys_no_key_of_a_client_whose_file_is_hidden() {
    let c = centre();
    let supervisor = c.member("수퍼");
    // 수퍼 becomes an admin and then a supervisor again: keys that the role may not hold would be due for destruction.
    let phrase = pass();
    let vault = unlock(&c.dir, "관리");
    vault.add_member(&crate::stage::new_member("다른수퍼", Role::Supervisor), &pass(), second(&phrase), None).unwrap();
    vault.lock().unwrap();
    let other = || Some(Second { name: "다른수퍼", passphrase: &phrase });
    unlock(&c.dir, "관리").change_role("수퍼", Role::Admin, other(), None).unwrap();
    // The client's own collection is hidden from the store by whoever has the disk.
    let client = hide_client(&c);
    let before = held(&c.dir);
    let unlocked = unlock(&c.dir, "수퍼");
    unlocked.lock().unwrap();
    assert!(before.iter().all(|id| held(&c.dir).contains(id)), "no wrap is destroyed");
    assert!(!c.dir.join(format!("role-{}", supervisor.id)).exists(), "it waits until the file reads");
    show_client(&c, client);
    unlock(&c.dir, "수퍼").lock().unwrap();
    assert!(c.dir.join(format!("role-{}", supervisor.id)).exists());
}

fn second(phrase: &SecretString) -> Option<Second<'_>> {
    Some(Second { name: "수퍼", passphrase: phrase })
}

type Hidden = Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>;

/// Takes the entries of the client's collection out of the store, as if none had ever been shown.
fn hide_client(c: &Centre) -> Hidden {
    let unlocked = unlock(&c.dir, "상담");
    let id = unlocked.clients().unwrap()[0].id;
    unlocked.lock().unwrap();
    let raw = raw_store(&c.dir.join("store"));
    let mut hidden = Vec::new();
    for name in raw.tree_names() {
        let tree = raw.open_tree(&name).unwrap();
        for kind in [b'r', b'n'] {
            let prefix = [&[kind][..], &id.0].concat();
            for kv in tree.scan_prefix(&prefix) {
                let (key, value) = kv.unwrap();
                tree.remove(&key).unwrap();
                hidden.push((name.to_vec(), key.to_vec(), value.to_vec()));
            }
        }
    }
    raw.flush().unwrap();
    assert!(!hidden.is_empty());
    hidden
}

fn show_client(c: &Centre, hidden: Hidden) {
    let raw = raw_store(&c.dir.join("store"));
    for (name, key, value) in hidden {
        raw.open_tree(name).unwrap().insert(key, value).unwrap();
    }
    raw.flush().unwrap();
}
