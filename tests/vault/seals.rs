//! Seals, chains, marks, slots and backups against changed bytes, and stock `age` against our records.
//! `GYEOT_FLIPS=N` flips N bits of each kind instead of the short number; the seed is printed and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::stage::{seed, skipped};
use gyeot::crypto::chain::{self, Head, Name};
use gyeot::crypto::checkpoint::{self, Checkpoint};
use gyeot::crypto::keys::{Keyring, Recipient, SealKey, Verifier};
use gyeot::crypto::parcel::Way;
use gyeot::crypto::seal::{self, Envelope, Found, padded};
use gyeot::crypto::slot::{self, KeyCost};
use gyeot::crypto::{CryptoError, Sealed};
use gyeot::domain::practice::ids::{ClientId, DeviceId, MemberId, RecordId, UtteranceId, Writer};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{Body, Header, SCHEMA, SecretText};
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::ports::store::{Position, Put};
use gyeot::vault::backup_file::{Item, ReadBackup, WriteBackup};
use proptest::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng};
use secrecy::SecretString;
use std::collections::BTreeMap;

const VAULT: &str = "00112233445566778899aabbccddeeff";
const SHELF: &str = "01010101010101010101010101010101";
const ME: MemberId = MemberId([9; 16]);
const MINE: Writer = Writer { member: ME, device: DeviceId([8; 16]) };

fn flips(short: usize) -> usize {
    std::env::var("GYEOT_FLIPS").ok().and_then(|s| s.parse().ok()).unwrap_or(short)
}

fn header(id: u8, recipient: &Recipient, kind: &str) -> Header {
    Header {
        schema: SCHEMA,
        vault: VAULT.into(),
        id: RecordId([id; 16]),
        collection: SHELF.into(),
        kind: kind.into(),
        revision: 1,
        replaces: None,
        previous: None,
        client: Some(ClientId([3; 16])),
        session: None,
        recipient: recipient.to_string(),
        author: ME,
        written: None,
        at: Timestamp(1_795_000_000_000),
    }
}

fn said(words: &str) -> Body {
    Body::Utterances {
        utterances: vec![Utterance {
            id: UtteranceId(1),
            start_ms: 0,
            end_ms: 900,
            speaker: Speaker::Client,
            text: ClientText::new(words),
            confidence: Some(0.5),
        }],
    }
}

struct Bench {
    author: Keyring,
    key: SealKey,
}

impl Bench {
    fn new() -> Self {
        Bench { author: Keyring::generate(), key: SealKey::generate() }
    }
    fn seal(&self, id: u8, words: &str) -> Sealed {
        let to = self.key.recipient();
        seal::seal(&header(id, &to, "utterances"), &said(words), &self.author, Envelope::new(&to).unwrap()).unwrap()
    }
    fn open(&self, bytes: &[u8], id: u8) -> Result<Body, CryptoError> {
        let found = Found { vault: VAULT, id: RecordId([id; 16]), collection: SHELF, written: None };
        seal::open(bytes, &self.key, found, &|m| (m == ME).then(|| self.author.verifier())).map(|o| o.body)
    }
}

#[test]
fn a_record_opens_under_its_own_id_for_its_reader_and_in_no_other_way() {
    let b = Bench::new();
    let sealed = b.seal(1, "네");
    assert_eq!(b.open(sealed.bytes(), 1), Ok(said("네")));
    assert_eq!(b.open(sealed.bytes(), 2), Err(CryptoError::Elsewhere("elsewhere-id")));
    let stranger = Bench { author: b.author.clone(), key: SealKey::generate() };
    assert_eq!(stranger.open(sealed.bytes(), 1), Err(CryptoError::NotYours));
    let other_author = Bench { author: Keyring::generate(), key: b.key.clone() };
    assert_eq!(other_author.open(sealed.bytes(), 1), Err(CryptoError::Signature));
    let found = Found { vault: "ff", id: RecordId([1; 16]), collection: SHELF, written: None };
    let elsewhere = seal::open(sealed.bytes(), &b.key, found, &|_| Some(b.author.verifier()));
    assert_eq!(elsewhere.unwrap_err(), CryptoError::Elsewhere("elsewhere-vault"));
}

#[test]
fn a_record_that_a_reader_seals_again_to_another_key_is_found_out() {
    let b = Bench::new();
    let plain = seal::decrypt(b.seal(1, "네").bytes(), &b.key).unwrap();
    let other = SealKey::generate();
    let again = seal::encrypt(&plain, &other.recipient()).unwrap();
    let moved = Bench { author: b.author.clone(), key: other };
    assert_eq!(moved.open(&again, 1), Err(CryptoError::Elsewhere("elsewhere-other-recipient")));
}

#[test]
fn a_record_of_a_newer_schema_is_named_as_such() {
    let b = Bench::new();
    let to = b.key.recipient();
    let newer = Header { schema: SCHEMA + 1, ..header(1, &to, "utterances") };
    let sealed = seal::seal(&newer, &said("x"), &b.author, Envelope::new(&to).unwrap()).unwrap();
    assert_eq!(b.open(sealed.bytes(), 1), Err(CryptoError::Newer(SCHEMA + 1)));
}

#[test]
fn short_answers_and_shorter_ones_have_one_length_inside_the_seal() {
    // Outside it, age itself adds a stanza of random length to each file.
    let b = Bench::new();
    let len = |words: &str| seal::decrypt(b.seal(1, words).bytes(), &b.key).unwrap().len();
    assert_eq!(len("네"), len("아니요, 그건 아니에요. 저는 그렇게 말한 적이 없어요."));
}

proptest! {
    #[test]
    fn padding_never_shortens_and_adds_at_most_an_eighth(len in 1025usize..2_000_000) {
        let p = padded(len);
        prop_assert!(p >= len && p - len <= len / 8, "{len} {p}");
        prop_assert_eq!(padded(p), p);
    }

    #[test]
    fn any_words_come_back_as_they_were(words in "\\PC{0,400}") {
        let b = Bench::new();
        prop_assert_eq!(b.open(b.seal(1, &words).bytes(), 1), Ok(said(&words)));
    }
}

#[test]
fn every_flipped_bit_of_a_sealed_record_is_found() {
    let b = Bench::new();
    let sealed = b.seal(1, "새벽에 깨면 그냥 누워 있어요");
    let mut rng = StdRng::seed_from_u64(seed());
    for _ in 0..flips(3_000) {
        let mut bytes = sealed.bytes().to_vec();
        let (at, bit) = (rng.gen_range(0..bytes.len()), rng.gen_range(0..8));
        bytes[at] ^= 1 << bit;
        assert!(b.open(&bytes, 1).is_err(), "bit {bit} of byte {at}");
    }
}

#[test]
fn every_cut_of_a_sealed_record_is_found() {
    let b = Bench::new();
    let sealed = b.seal(1, "네");
    for len in 0..sealed.bytes().len() {
        assert!(b.open(&sealed.bytes()[..len], 1).is_err(), "{len}");
    }
}

const NAME: Name<'static> = Name { what: "access log", vault: VAULT, writer: None };

fn log_of(keys: &Keyring, entries: usize) -> (Vec<String>, Head) {
    let mut head = Head::EMPTY;
    let mut lines = Vec::new();
    for n in 0..entries {
        let (line, next) = chain::append(NAME, head, format!("entry {n}"), &[(ME, keys)]);
        lines.push(chain::write(&line).unwrap().trim_end().to_owned());
        head = next;
    }
    (lines, head)
}

/// The first position at which a log is not what it was; its head against the mark last.
fn first_wrong(lines: &[String], key: &Verifier, said: Head) -> Option<u64> {
    let mut head = Head::EMPTY;
    for line in lines {
        match chain::read(NAME, head, line, &|m| (m == ME).then(|| key.clone())) {
            Ok((_, next)) => head = next,
            Err(CryptoError::Chain { at, .. }) => return Some(at),
            Err(_) => return None,
        }
    }
    (head != said).then_some(head.count)
}

#[test]
fn edits_drops_swaps_and_rollbacks_of_the_log_are_all_found_at_their_place() {
    let keys = Keyring::generate();
    let (lines, head) = log_of(&keys, 40);
    let key = keys.verifier();
    assert_eq!(first_wrong(&lines, &key, head), None);
    let mut rng = StdRng::seed_from_u64(seed());
    for _ in 0..flips(1_000) {
        let mut changed = lines.clone();
        let at = rng.gen_range(0..lines.len());
        match rng.gen_range(0..5) {
            0 => {
                let mut bytes = changed[at].clone().into_bytes();
                let byte = rng.gen_range(0..bytes.len());
                bytes[byte] ^= 1 << rng.gen_range(0..7);
                match String::from_utf8(bytes) {
                    Ok(text) => changed[at] = text,
                    Err(_) => continue,
                }
            }
            1 => drop(changed.remove(at)),
            2 if at + 1 < lines.len() => changed.swap(at, at + 1),
            2 => changed.truncate(at),
            3 => changed.truncate(at),
            _ => changed.insert(at, lines[rng.gen_range(0..lines.len())].clone()),
        }
        if changed != lines {
            // Putting a copy of an entry right before itself first shows one later.
            let found = first_wrong(&changed, &key, head).unwrap();
            let same = changed.iter().zip(&lines).take_while(|(a, b)| a == b).count() as u64;
            assert_eq!(found, same, "change at {at}");
        }
    }
}

#[test]
fn every_flipped_bit_of_a_mark_is_found() {
    let keys = Keyring::generate();
    let made = Checkpoint {
        vault: VAULT.into(),
        writer: MINE,
        serial: 7,
        store: Head { count: 5, hash: [1; 32] },
        pending: 1,
        roster: Head::EMPTY,
        log: Head::EMPTY,
        log_bytes: 9,
        log_fault: false,
        tombs: Head::EMPTY,
        closed: None,
        at: Timestamp(1),
    };
    let slot = checkpoint::write(&made, &keys).unwrap();
    let read = |slot: &[u8]| checkpoint::read(slot, &|m| (m == ME).then(|| keys.verifier()));
    assert_eq!(read(&slot), Ok(made));
    for at in 0..slot.len() * 8 {
        let mut bytes = slot.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        assert!(read(&bytes).is_err(), "bit {at}");
    }
}

#[test]
fn every_flipped_bit_of_a_key_slot_and_of_a_recovery_file_is_found() {
    let (keys, pass) = (Keyring::generate(), SecretString::from("any phrase will do here"));
    let made = slot::lock(&keys, &pass, KeyCost::CheapForTests).unwrap();
    assert_eq!(slot::unlock(&made, &pass).unwrap().recipient(), keys.recipient());
    let mut rng = StdRng::seed_from_u64(seed());
    for _ in 0..flips(300) {
        let mut bytes = made.clone();
        let at = rng.gen_range(0..bytes.len());
        bytes[at] ^= 1 << rng.gen_range(0..8);
        assert!(slot::unlock(&bytes, &pass).is_err(), "byte {at}");
    }
}

#[test]
fn any_two_of_three_recovery_phrases_open_the_key_and_one_alone_does_not() {
    let key = SealKey::generate();
    let phrases = [slot::generated_phrase(), slot::generated_phrase(), slot::generated_phrase()];
    let files = slot::split(&key, [7; 32], &phrases, KeyCost::Production).unwrap();
    for (file, (a, b)) in files.iter().zip(slot::PAIRS) {
        let (opened, founding) = slot::join(file, &phrases[a - 1], &phrases[b - 1]).unwrap();
        assert_eq!(founding, Some([7; 32]), "whose vault it is goes with the key");
        assert_eq!(opened.recipient(), key.recipient());
        assert!(slot::join(file, &phrases[a - 1], &phrases[a - 1]).is_err());
        assert!(slot::join(file, &phrases[b - 1], &phrases[b - 1]).is_err());
    }
}

#[test]
fn a_backup_with_one_bit_changed_or_cut_short_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (path, pass) = (dir.path().join("b.age"), SecretString::from("any phrase will do here"));
    let mut out = WriteBackup::begin(&path, &pass, KeyCost::CheapForTests, None).unwrap();
    out.file("roster", b"line\n").unwrap();
    let put = Put { collection: [1; 16], id: RecordId([2; 16]), sealed: Bench::new().seal(2, "네") };
    out.place(&Position::after(MINE, Head::EMPTY, 1, &put), Some(put.sealed.bytes())).unwrap();
    out.finish().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let read = |bytes: &[u8]| -> Result<usize, ()> {
        let path = dir.path().join("x.age");
        std::fs::write(&path, bytes).unwrap();
        let mut backup = ReadBackup::open(&path, Way::Passphrase(&pass)).map_err(drop)?;
        let mut n = 0;
        while let Some(Item::File(..) | Item::Position(..)) = backup.next().map_err(drop)? {
            n += 1;
        }
        Ok(n)
    };
    assert_eq!(read(&whole), Ok(2));
    let mut rng = StdRng::seed_from_u64(seed());
    for _ in 0..flips(300) {
        let mut bytes = whole.clone();
        let at = rng.gen_range(0..bytes.len());
        bytes[at] ^= 1 << rng.gen_range(0..8);
        assert!(read(&bytes).is_err(), "byte {at}");
        assert!(read(&whole[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_checkpoint_is_a_signed_note_and_any_change_of_it_is_found() {
    let keys = Keyring::generate();
    let head = Head { count: 12, hash: [5; 32] };
    let heads: BTreeMap<Writer, Head> = [(MINE, head)].into();
    let note = checkpoint::checkpoint("gyeot.access-log/x", &heads, "gyeot/a", &keys);
    let key = keys.verifier();
    assert_eq!(checkpoint::read_checkpoint(&note, "gyeot/a", &key), Ok(("gyeot.access-log/x".to_owned(), heads)));
    assert!(checkpoint::read_checkpoint(&note.replace("\n12\n", "\n13\n"), "gyeot/a", &key).is_err());
    assert!(checkpoint::read_checkpoint(&note, "gyeot/b", &key).is_err());
}

#[test]
fn stock_age_opens_a_record_with_an_unwrapped_key_and_shows_text() {
    if std::process::Command::new("age").arg("--version").output().is_err() {
        skipped("stock age is not installed");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let b = Bench::new();
    std::fs::write(dir.path().join("key.txt"), format!("{}\n", b.key.secret().0)).unwrap();
    std::fs::write(dir.path().join("record.age"), b.seal(1, "새벽에 깨면 누워 있어요").bytes()).unwrap();
    let out = std::process::Command::new("age")
        .args(["-d", "-i", "key.txt", "record.age"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.starts_with("gyeot-record/1 "));
    let body: Body = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
    assert_eq!(body, said("새벽에 깨면 누워 있어요"));
}

/// Written once by schema 1 and never again; every later version has to open them.
mod schema_1 {
    use super::*;

    const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/records/");

    #[test]
    fn records_of_schema_1_still_open() {
        let read = |name: &str| std::fs::read_to_string(format!("{DIR}{name}")).unwrap();
        let key = SealKey::from_secret(&SecretText(read("schema-1.key").trim().to_owned())).unwrap();
        let author: Verifier = read("schema-1.author").trim().parse().unwrap();
        let sealed = std::fs::read(format!("{DIR}schema-1.age")).unwrap();
        let found = Found { vault: VAULT, id: RecordId([1; 16]), collection: SHELF, written: None };
        let opened = seal::open(&sealed, &key, found, &|_| Some(author.clone())).unwrap();
        assert_eq!(opened.body, said("schema one"));
        assert_eq!(opened.header.schema, 1);
    }

    #[test]
    #[ignore = "writes the fixture of the current schema; run once per schema"]
    fn write_the_fixture() {
        let b = Bench::new();
        std::fs::create_dir_all(DIR).unwrap();
        let write = |end: &str, bytes: &[u8]| {
            let path = format!("{DIR}schema-{SCHEMA}.{end}");
            assert!(!std::path::Path::new(&path).exists(), "an old fixture is never written again");
            std::fs::write(path, bytes).unwrap();
        };
        write("key", format!("{}\n", b.key.secret().0).as_bytes());
        write("author", format!("{}\n", b.author.verifier()).as_bytes());
        write("age", b.seal(1, "schema one").bytes());
    }
}
