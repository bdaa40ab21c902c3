//! One flipped bit in any file that a vault has or makes: found and named, and the rest is readable. Short by default;
//! `GYEOT_ROUNDS=100000 GYEOT_JOBS=2 TMPDIR=/dev/shm cargo test --no-default-features --release --test vault flips::` is
//! the long run. The seed is printed and `GYEOT_SEED` sets it; the rounds are flips that meant something: those in bytes
//! that nothing reads are counted apart.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage;
use crate::stage::{PROGRESS, client, copy, files, fresh_copy, made, number, pass, rounds, seed};
use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::sled_chunks::PIECE_HEAD;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Month;
use gyeot::domain::practice::ids::{SessionId, Writer};
use gyeot::domain::practice::time::Timestamp;
use gyeot::ports::store::{POSITION_BYTES, Position};
use gyeot::service::{Body, KeyCost, Salvaged, UnlockedVault};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng, rngs::StdRng};
use secrecy::SecretString;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Records of the session.
const SAID: u32 = 24;
/// The clients who are left.
const NAMES: [&str; 1] = ["김하늘"];

/// Lengths that fit into one piece of the store and lengths that do not.
fn said(n: u32) -> Body {
    stage::said(n, if n % 8 == 7 { 2_500 } else { 20 + (n as usize * 97) % 900 })
}

/// What the flips are made in: two folders of one vault, closed and killed, and what it wrote for outside.
struct Ground {
    root: tempfile::TempDir,
    session: SessionId,
    /// Where the pieces of which place stand in the database of the closed vault.
    spans: Vec<(Range<usize>, (Writer, u64))>,
    /// The kinds, each with its files: where they are, and their path in the vault when they are in one.
    kinds: Vec<Kind>,
}

struct Kind {
    name: &'static str,
    /// How many of a hundred rounds or so.
    share: usize,
    files: Vec<PathBuf>,
    place: Where,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Closed,
    Killed,
    Backup,
    Note,
}

/// A kind of file as it is listed: its name, its share, how its path is known.
type Listed = (&'static str, usize, fn(&str) -> bool);

/// Every kind of file of a vault. A file of no kind fails the campaign.
const KINDS: [Listed; 20] = [
    ("database", 36, |f| f == "store/db"),
    ("sled's snapshot", 3, |f| f.starts_with("store/snap.")),
    ("sled's conf", 3, |f| f == "store/conf"),
    ("checkpoint", 3, |f| f.starts_with("checkpoints/")),
    ("roster", 3, |f| f == "roster"),
    ("access log", 10, |f| f.starts_with("access/")),
    ("tombstones", 3, |f| f.starts_with("tombs/")),
    ("slot", 3, |f| f.starts_with("slots/") && f.ends_with(".age") && !f.contains(".recovery")),
    ("slot of recovery", 3, |f| f.starts_with("slots/") && f.ends_with(".recovery.age")),
    ("hash of a slot", 3, |f| f.starts_with("slots/") && f.ends_with(".sum")),
    ("recovery file", 3, |f| f.starts_with("recovery/") && f.ends_with(".age")),
    ("hash of a recovery file", 3, |f| f.starts_with("recovery/") && f.ends_with(".sum")),
    ("spare roster", 3, |f| f == "spare/roster"),
    ("spare tombstones", 3, |f| f.starts_with("spare/tombs/")),
    ("spare slots", 3, |f| f.starts_with("spare/slots/")),
    ("spare recovery files", 3, |f| f.starts_with("spare/recovery/")),
    ("delay", 3, |f| f.starts_with("delay-")),
    ("remembered caseload", 3, |f| f.starts_with("remembered/")),
    ("memory", 3, |f| f.starts_with("memory/")),
    ("lock", 0, |f| f == "lock"),
];

impl Ground {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (closed, killed) = (root.path().join("closed"), root.path().join("killed"));
        let unlocked = made(&closed);
        let codes = ["김하늘", "박바다"].map(|name| client(&unlocked, name));
        // Something is destroyed, so that there is a tombstone to damage.
        let gone = unlocked.begin_session(&codes[1], Timestamp(0)).unwrap();
        unlocked.keep(gone, &[said(1)]).unwrap();
        unlocked.end_session(gone, Timestamp(1), "done").unwrap();
        let (_, certificate) = unlocked.destroy_client(&codes[1], "destroyed for the test", None).unwrap();
        let session = unlocked.begin_session(&codes[0], Timestamp(0)).unwrap();
        for n in 0..SAID / 3 {
            unlocked.keep(session, &[said(3 * n), said(3 * n + 1), said(3 * n + 2)]).unwrap();
        }
        let backup = root.path().join("b.age");
        unlocked.back_up(&backup, &pass(), KeyCost::CheapForTests).unwrap();
        let (_, report) = unlocked.inspect_log(&Month::of(unlocked.now())).unwrap();
        let checkpoint = unlocked.verify_log(None).unwrap().checkpoint;
        let mut notes = Vec::new();
        for (name, text) in [("certificate", certificate), ("report", report), ("checkpoint", checkpoint)] {
            std::fs::write(root.path().join(name), text).unwrap();
            notes.push(Kind { name, share: 3, files: vec![root.path().join(name)], place: Where::Note });
        }
        // As after a kill in the middle of an opening: the marker and the copy of the store stand there.
        copy(&closed, &killed);
        copy(&killed.join("store"), &killed.join("store.before"));
        unlocked.lock().unwrap();
        let unlocked = UnlockedVault::unlock(&closed, None, &pass()).unwrap();
        assert_eq!(unlocked.clients().unwrap().len(), NAMES.len(), "and is remembered");
        unlocked.lock().unwrap();
        let wrong = SecretString::from("not the passphrase");
        for _ in 0..2 {
            assert_eq!(UnlockedVault::unlock(&closed, None, &wrong).unwrap_err().exit(), Exit::WrongPassphrase);
        }
        let spans = spans(&std::fs::read(closed.join("store/db")).unwrap());
        let mut kinds = kinds_of(&closed);
        kinds.extend(notes);
        let one = |name, share, files, place| Kind { name, share, files: vec![files], place };
        kinds.push(one("backup", 4, backup, Where::Backup));
        kinds.push(one("marker of an unclean stop", 3, "unclean".into(), Where::Killed));
        kinds.push(one("copy of an unclean store", 2, "store.before/db".into(), Where::Killed));
        Ground { root, session, spans, kinds }
    }

    fn base(&self, place: Where) -> PathBuf {
        self.root.path().join(if place == Where::Killed { "killed" } else { "closed" })
    }
}

fn kinds_of(vault: &Path) -> Vec<Kind> {
    let mut found: BTreeMap<usize, Vec<PathBuf>> = BTreeMap::new();
    for file in files(vault) {
        let kind = KINDS.iter().position(|(_, _, is)| is(file.to_str().unwrap()));
        let kind = kind.unwrap_or_else(|| panic!("a kind of file that the campaign does not know: {}", file.display()));
        if std::fs::metadata(vault.join(&file)).unwrap().len() > 0 {
            found.entry(kind).or_default().push(file);
        }
    }
    let kind = |(kind, files)| {
        let (name, share, _) = KINDS[kind];
        Kind { name, share, files, place: Where::Closed }
    };
    found.into_iter().map(kind).collect()
}

/// Where pieces of records stand in the raw file of the database: magic 4, position 176, numbers 4, length 4, bytes, sum 16.
fn spans(db: &[u8]) -> Vec<(Range<usize>, (Writer, u64))> {
    let starts = db.windows(4).enumerate().filter(|(_, w)| w == b"gyR2").map(|(at, _)| at);
    let span = |at: usize| {
        let len = u32::from_be_bytes(db[at + PIECE_HEAD - 4..at + PIECE_HEAD].try_into().unwrap()) as usize;
        let position = Position::from_bytes(&db[at + 4..at + 4 + POSITION_BYTES])?;
        Some((at..at + PIECE_HEAD + len + 16, (position.writer, position.number)))
    };
    starts.filter_map(span).collect()
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
    /// The vault said no, or named it; salvage brought the rest back.
    Salvaged,
    /// A file for outside that was refused as a whole.
    Refused,
}

/// One flip: in which file, where, and the place of the record whose bytes it hit.
struct Flip<'a> {
    kind: &'a Kind,
    file: &'a Path,
    at: usize,
    hit: Option<(Writer, u64)>,
    /// The file with the flip in it.
    bytes: &'a [u8],
    what: &'a str,
}

/// Every utterance is there, the one whose bytes were hit too: one bit is turned back.
fn rest(unlocked: &UnlockedVault, ground: &Ground, flip: &Flip<'_>) {
    let what = flip.what;
    let mut have = BTreeSet::new();
    for opened in unlocked.open_session(ground.session).unwrap_or_else(|e| panic!("{what}: {e}")) {
        let n = number(&opened.body);
        assert_eq!(opened.body, said(n), "{what}: changed words");
        have.insert(n);
    }
    assert_eq!(have, (0..SAID).collect(), "{what}: {:?} was hit", flip.hit);
}

fn names(unlocked: &UnlockedVault, what: &str) {
    let rows = unlocked.clients().unwrap_or_else(|e| panic!("{what}: {e}"));
    let names: Vec<&str> = rows.iter().map(|row| row.name.reveal()).collect();
    assert_eq!(names, NAMES, "{what}");
}

fn salvaged(vault: &Path, ground: &Ground, flip: &Flip<'_>, before: &str) -> End {
    let what = flip.what;
    let (unlocked, Salvaged { lost, .. }) = UnlockedVault::salvage(vault, None, &pass(), Box::new(SystemClock))
        .unwrap_or_else(|e| panic!("{what}: {before}; salvage: {e}"));
    assert!(lost.is_empty(), "{what}: lost {lost:?}, hit {:?}", flip.hit);
    rest(&unlocked, ground, flip);
    names(&unlocked, what);
    End::Salvaged
}

fn judged(vault: &Path, ground: &Ground, flip: &Flip<'_>) -> End {
    let what = flip.what;
    let stored = flip.file.starts_with("store");
    let unlocked = match UnlockedVault::unlock(vault, None, &pass()) {
        Ok(unlocked) => unlocked,
        Err(e) => {
            let words = e.to_string();
            assert!(stored && (words.contains("database") || words.contains("store")), "{what}: not located: {words}");
            return salvaged(vault, ground, flip, &words);
        }
    };
    let report = unlocked.check().unwrap_or_else(|e| panic!("{what}: {e}"));
    if report.sound() {
        rest(&unlocked, ground, flip);
        names(&unlocked, what);
        if flip.file.starts_with("remembered") {
            // A shortcut: what is shown comes from the store, and the file is written anew.
            assert!(report.mended.is_empty(), "{what}: {report:?}");
            assert_ne!(std::fs::read(vault.join(flip.file)).unwrap(), flip.bytes, "{what}: taken as it was");
            return End::PutRight;
        }
        if report.mended.is_empty() {
            return End::Harmless;
        }
        // A hash file is named by the file that it belongs to.
        let named = flip.file.to_str().unwrap().replace(".sum", ".age");
        assert_eq!(report.mended, [named], "{what}: not located");
        return End::PutRight;
    }
    let whole = unlocked.open_session(ground.session).is_ok_and(|all| all.len() as u32 == SAID);
    if stored {
        let named = !report.damaged.is_empty() || report.files.iter().any(|(name, _)| name == "store");
        assert!(named || !report.integrity.whole(), "{what}: not located: {report:?}");
        let by_number = report.damaged.iter().any(|(writer, n, _)| Some((*writer, *n)) == flip.hit);
        assert!(
            report.damaged.is_empty() || flip.hit.is_none() || by_number,
            "{what}: {:?} was hit, not named: {report:?}",
            flip.hit
        );
    } else {
        let mut named = report.files.iter().filter(|(name, _)| Path::new(name) == flip.file).map(|(_, why)| why);
        let why = named.next().unwrap_or_else(|| panic!("{what}: not located: {report:?}"));
        if flip.file.starts_with("access") {
            let log = std::fs::read(ground.base(flip.kind.place).join(flip.file)).unwrap();
            let entry = log[..flip.at].iter().filter(|b| **b == b'\n').count();
            assert!(why.contains(&format!("entry {entry}:")), "{what}: entry {entry} was hit: {why}");
        }
    }
    if whole {
        names(&unlocked, what);
        return End::Named;
    }
    drop(unlocked);
    salvaged(vault, ground, flip, "")
}

/// A backup with a flipped bit is refused by the verification and by the restoring, which leaves nothing behind.
fn judged_backup(file: &Path, what: &str) -> End {
    let folder = file.parent().unwrap();
    let target = folder.join("restored");
    let verified = UnlockedVault::verify_backup(file, &pass());
    let restored = UnlockedVault::restore(file, &pass(), &target);
    for refused in [verified, restored] {
        let exit = refused.map(|report| format!("{report:?}")).expect_err(what).exit();
        assert!([Exit::Damaged, Exit::WrongPassphrase].contains(&exit), "{what}: {exit:?}");
    }
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "{what}: something is left beside the backup");
    End::Refused
}

fn judged_note(vault: &Path, note: &[u8], what: &str) -> End {
    let fault = UnlockedVault::read_signed(vault, note).map(|n| n.by).expect_err(what);
    assert_eq!(fault.exit(), Exit::Damaged, "{what}");
    End::Refused
}

/// Flips one bit in a copy and judges what comes of it. The round and the seed alone say which bit.
fn round(ground: &Ground, kind: &Kind, seed: u64, round: usize, scratch: &Path) -> End {
    let mut rng = StdRng::seed_from_u64(seed.wrapping_add(round as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let file = kind.files.choose(&mut rng).unwrap();
    let base = ground.base(kind.place);
    let source = base.join(file);
    let mut bytes = std::fs::read(&source).unwrap();
    // Behind the last byte that is not zero sled has written nothing yet.
    let used = bytes.iter().rposition(|b| *b != 0).unwrap() + 1;
    let (at, bit, length) = (rng.gen_range(0..used), rng.gen_range(0..8), bytes.len());
    bytes[at] ^= 1 << bit;
    let what = format!("round {round}, {}, byte {at}, bit {bit}", file.display());
    let end = match kind.place {
        Where::Note => judged_note(&base, &bytes, &what),
        Where::Backup => {
            let folder = scratch.join("outside");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("b.age"), bytes).unwrap();
            judged_backup(&folder.join("b.age"), &what)
        }
        Where::Closed | Where::Killed => {
            let vault = scratch.join("v");
            fresh_copy(&base, &vault);
            std::fs::write(vault.join(file), &bytes).unwrap();
            let spans = if file == Path::new("store/db") { &ground.spans[..] } else { &[] };
            let hit: Option<(Writer, u64)> = spans.iter().find(|(span, _)| span.contains(&at)).map(|(_, seq)| *seq);
            let what = format!("{what}, in place {hit:?}");
            judged(&vault, ground, &Flip { kind, file, at, hit, bytes: &bytes, what: &what })
        }
    };
    let unread = match kind.name {
        // The database has unused bytes, and the copy of a store that opens well is thrown away.
        "database" | "copy of an unclean store" => true,
        // The length of what it holds, which sled reads only where it compresses.
        "sled's snapshot" => (length - 12..length - 4).contains(&at),
        _ => false,
    };
    assert!(end != End::Harmless || unread, "{what}: not noticed");
    end
}

#[test]
fn one_flipped_bit_in_any_file_of_a_vault_is_named_or_harmless_and_the_rest_is_readable() {
    let (seed, rounds) = (seed(), rounds(160));
    let jobs = std::env::var("GYEOT_JOBS").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let ground = Ground::new();
    let mut turns: Vec<&Kind> = ground.kinds.iter().flat_map(|kind| std::iter::repeat_n(kind, kind.share)).collect();
    turns.shuffle(&mut StdRng::seed_from_u64(seed));
    let (next, effective) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let ends: Mutex<BTreeMap<(&str, End), usize>> = Mutex::default();
    let began = Instant::now();
    let work = || {
        let scratch = tempfile::tempdir().unwrap();
        while effective.load(Ordering::Relaxed) < rounds {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let kind = turns[n % turns.len()];
            let end = round(&ground, kind, seed, n, scratch.path());
            *ends.lock().unwrap().entry((kind.name, end)).or_default() += 1;
            if end != End::Harmless {
                let done = effective.fetch_add(1, Ordering::Relaxed) + 1;
                if done % PROGRESS == 0 {
                    let ms = began.elapsed().as_millis() / (n as u128 + 1);
                    eprintln!("{done} flips found of {}, {ms} ms each", n + 1);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(work);
        }
    });
    let ends = ends.into_inner().unwrap();
    eprintln!(
        "{:28}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "kind of file", "put right", "named", "salvaged", "refused", "unread"
    );
    let all = [End::PutRight, End::Named, End::Salvaged, End::Refused, End::Harmless];
    for kind in &ground.kinds {
        let row: String = all.iter().map(|end| format!("{:>10}", ends.get(&(kind.name, *end)).unwrap_or(&0))).collect();
        eprintln!("{:28}{row}", kind.name);
    }
    let found: usize = ends.iter().filter(|((_, end), _)| *end != End::Harmless).map(|(_, n)| n).sum();
    let all: usize = ends.values().sum();
    eprintln!("{found} flips found and located, {} in bytes that nothing reads, 0 unnoticed", all - found);
    assert!(found >= rounds);
}
