//! The vault on a disk that refuses: each call that a job really makes (counted in a dry run under strace) is refused by
//! strace's fault layer with EIO or ENOSPC; files that cannot grow; a small tmpfs that is full. Nothing panics, nothing
//! acknowledged is lost, the vault opens again. Short by default;
//! `GYEOT_ROUNDS=500 TMPDIR=/dev/shm cargo test --no-default-features --release --test vault refusals::` is the long run: the
//! rounds are refusals that were told to the caller. The seed is printed and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{
    OTHER, PASS, client, fresh_copy, made, number, pass, prepared, program, rounds, said, secret, seed, skipped,
};
use crate::writer::{ADDED, acked_until_killed, backup_file, child, killed, may_trace, under_strace};
use gyeot::adapters::sled_recovery::copy_aside;
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::UnlockedVault;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that a disk can refuse when something is written.
const CALLS: &str =
    "openat,write,pwrite64,fdatasync,fsync,sync_file_range,rename,renameat2,ftruncate,mkdir,fallocate,copy_file_range";

/// What a process is asked to do in a vault while the disk refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Job {
    /// Records, one at a time.
    Some,
    /// The same in a vault whose last writer was killed.
    Reopen,
    /// A member more, another passphrase.
    People,
    Backup,
    /// A client destroyed by the program itself, with a certificate.
    Shred,
}

const JOBS: [Job; 5] = [Job::Some, Job::Reopen, Job::People, Job::Backup, Job::Shred];

/// Records of the session before any job, and of the second client's, which is destroyed.
const BEFORE: u32 = 6;

struct Ground {
    root: tempfile::TempDir,
    session: SessionId,
    other: SessionId,
    gone: ClientCode,
    /// Acknowledged in the vault whose writer was killed.
    killed: u32,
}

impl Ground {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("closed");
        let unlocked = made(&dir);
        let codes = ["김하늘", "박바다"].map(|name| client(&unlocked, name));
        let [session, other] = [0, 1].map(|n| unlocked.begin_session(&codes[n], Timestamp(0)).unwrap());
        for n in 1..=BEFORE {
            unlocked.keep(session, &[said(n, 200)]).unwrap();
            unlocked.keep(other, &[said(n, 100)]).unwrap();
        }
        unlocked.end_session(other, Timestamp(1), "done").unwrap();
        unlocked.lock().unwrap();
        std::fs::write(root.path().join("pass"), format!("{PASS}\n")).unwrap();
        fresh_copy(&dir, &root.path().join("killed"));
        let killed = killed(&root.path().join("killed"), session, 7);
        let [_, gone] = codes;
        Ground { root, session, other, gone, killed }
    }

    fn vault(&self) -> PathBuf {
        self.root.path().join("v")
    }

    fn certificate(&self) -> PathBuf {
        self.root.path().join("certificate")
    }

    /// Lays the vault of a job out anew.
    fn laid(&self, job: Job) {
        let base = self.root.path().join(if job == Job::Reopen { "killed" } else { "closed" });
        fresh_copy(&base, &self.vault());
        // Each job begins on a workstation that saw nothing of the jobs before.
        crate::stage::forget_vault(&self.vault());
        for file in [self.certificate(), backup_file(&self.vault())] {
            let _ = std::fs::remove_file(file);
        }
    }

    fn command(&self, job: Job) -> Command {
        let name = match job {
            Job::Some | Job::Reopen => "some",
            Job::People => "people",
            Job::Backup => "backup",
            Job::Shred => {
                let mut command = program();
                command.args(["vault", "shred", "--client", self.gone.as_str(), "--reason", "for the test"]);
                command.args(["--yes-destroy", self.gone.as_str()]);
                command.arg("--certificate").arg(self.certificate()).arg("--passphrase-file");
                command.arg(self.root.path().join("pass")).env("GYEOT_VAULT", self.vault()).env("GYEOT_LANG", "en");
                return command;
            }
        };
        child(name, &self.vault(), self.session)
    }
}

/// One call that can be refused: its name, its file, and its number among those of one thread.
type Call = (String, PathBuf, u32);

/// The calls that a job makes to files of the vault, or that it writes for outside, in a run that nothing refuses.
fn calls(ground: &Ground, job: Job) -> BTreeMap<(String, PathBuf), Vec<u32>> {
    ground.laid(job);
    let trace = ground.root.path().join("trace");
    let options = ["-y", "-s", "0", "-e", &format!("trace={CALLS}"), "-o", trace.to_str().unwrap()].map(str::to_owned);
    let out = under_strace(&ground.command(job), &options).output().unwrap();
    assert!(out.status.success(), "{job:?}: {}", String::from_utf8_lossy(&out.stderr));
    let mut seen: BTreeMap<(String, String, PathBuf), u32> = BTreeMap::new();
    let mut calls: BTreeMap<(String, PathBuf), Vec<u32>> = BTreeMap::new();
    for line in std::fs::read_to_string(trace).unwrap().lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, args)) = rest.trim_start().split_once('(') else { continue };
        // A descriptor is shown as `3</path>`, a path as `"/path"`; `AT_FDCWD` shows the folder that it stands for.
        let args =
            args.split_once("AT_FDCWD<").and_then(|(_, rest)| rest.split_once('>')).map_or(args, |(_, rest)| rest);
        let quoted = args.split_once('"').and_then(|(_, rest)| rest.split_once('"')).map(|(path, _)| path);
        let opened = args.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path);
        let by_name = ["openat", "rename", "renameat2", "mkdir"].contains(&call);
        let Some(path) = (if by_name { quoted } else { opened }) else { continue };
        let path = PathBuf::from(path);
        // The folder of a verification has the number of its process in its name, which is another one next time.
        let passing = path.to_string_lossy().contains(".check-");
        if !path.starts_with(ground.root.path()) || path.ends_with("lock") || passing {
            continue;
        }
        let n = seen.entry((thread.to_owned(), call.to_owned(), path.clone())).or_default();
        *n += 1;
        let reads = call == "openat" && !args.contains("O_WRONLY") && !args.contains("O_RDWR");
        if !reads {
            let numbers = calls.entry((call.to_owned(), path)).or_default();
            if !numbers.contains(n) {
                numbers.push(*n);
            }
        }
    }
    calls
}

/// What a process said under a disk that refuses.
struct Said {
    out: String,
    err: String,
    code: i32,
}

fn refused(ground: &Ground, job: Job, (call, path, k): &Call, error: &str, on: &str) -> Said {
    ground.laid(job);
    let inject = format!("inject={call}:error={error}:when={k}{on}");
    let path = path.to_string_lossy().into_owned();
    let options = ["-o", "/dev/null", "-P", &path, "-e", &format!("trace={call}"), "-e", &inject].map(str::to_owned);
    let out = under_strace(&ground.command(job), &options).output().unwrap();
    Said {
        out: String::from_utf8_lossy(&out.stdout).into_owned(),
        err: String::from_utf8_lossy(&out.stderr).into_owned(),
        code: out.status.code().unwrap_or(-1),
    }
}

/// What has to hold after it, whatever was refused. True when the caller was told.
fn holds(ground: &Ground, job: Job, said: &Said, what: &str) -> bool {
    assert!(!said.err.contains("panicked") && said.code != 101 && said.code != -1, "{what}: {}", said.err);
    let fault = if job == Job::Shred { said.code != 0 } else { said.out.contains("fault ") };
    let acked = said.out.lines().filter_map(|l| l.trim().strip_prefix("ack ")?.parse::<u32>().ok()).max().unwrap_or(0);
    let acked_word = |word: &str| said.out.contains(&format!("ack {word}"));
    let vault = ground.vault();
    let (me, new) = (Some("이서윤"), secret(OTHER));
    let opened = match UnlockedVault::unlock(&vault, me, &pass()) {
        // A change of the passphrase that was refused may have been made; one that was acknowledged was.
        Err(_) if job == Job::People => UnlockedVault::unlock(&vault, me, &new),
        Ok(_) if acked_word("rekey") => panic!("{what}: the old passphrase still opens"),
        other => other,
    };
    let unlocked = opened.unwrap_or_else(|e| panic!("{what}: {e}"));
    assert!(unlocked.integrity().whole(), "{what}: {:?}", unlocked.integrity());
    let have: Vec<u32> = unlocked.open_session(ground.session).unwrap().iter().map(|o| number(&o.body)).collect();
    let floor = acked.max(if job == Job::Reopen { ground.killed } else { BEFORE });
    assert_eq!(have, (1..=have.len() as u32).collect::<Vec<_>>(), "{what}");
    assert!(have.len() as u32 >= floor, "{what}: {} of {floor}", have.len());
    if job == Job::Shred {
        shredded(ground, &unlocked, said, what);
    } else {
        assert_eq!(unlocked.open_session(ground.other).unwrap().len() as u32, BEFORE, "{what}");
    }
    if acked_word("member") {
        assert!(unlocked.roster().named(ADDED).is_some(), "{what}");
    }
    let report = unlocked.check().unwrap();
    assert!(report.sound(), "{what}: {report:?}");
    unlocked.lock().unwrap();
    if acked_word("member") {
        UnlockedVault::unlock(&vault, Some(ADDED), &pass()).unwrap_or_else(|e| panic!("{what}: {e}")).lock().unwrap();
    }
    if job == Job::Backup {
        let file = backup_file(&vault);
        assert!(file.exists() || !acked_word("backup"), "{what}: no backup");
        if file.exists() {
            // Refused after it had got its name, or not at all; never half of one.
            UnlockedVault::verify_backup(&file, &pass()).unwrap_or_else(|e| panic!("{what}: {e}"));
        }
        assert!(!file.with_extension("part").exists(), "{what}: a part is left");
    }
    fault
}

/// Whoever is told that a client is destroyed has a certificate, in the file or on the screen; else the client is there,
/// or the fault was told.
fn shredded(ground: &Ground, unlocked: &UnlockedVault, said: &Said, what: &str) {
    let file = std::fs::read(ground.certificate()).ok();
    let vault = ground.vault();
    let certified = |bytes: &[u8]| UnlockedVault::read_signed(&vault, bytes).is_ok();
    let in_file = file.as_deref().is_some_and(certified);
    let on_screen = said.out.find('{').is_some_and(|at| certified(&said.out.as_bytes()[at..]));
    let there = unlocked.clients().unwrap().iter().any(|row| row.code == ground.gone);
    if said.code == 0 {
        assert!(in_file && !there, "{what}: {} {}", said.out, said.err);
    } else if said.err.contains("destroyed, but the certificate") {
        assert!(on_screen && !there, "{what}: {} {}", said.out, said.err);
    } else {
        assert!(said.err.contains("error: ") && said.err.contains("hint: "), "{what}: {}", said.err);
        let empty = file.as_deref().is_none_or(<[u8]>::is_empty);
        assert!(empty || in_file, "{what}: half a certificate");
    }
    if in_file || on_screen {
        assert!(!there, "{what}: certified and still there");
    }
    if there {
        assert_eq!(unlocked.open_session(ground.other).unwrap().len() as u32, BEFORE, "{what}");
    }
}

/// Calls by their name and file, each with the numbers at which it is made.
type Calls = Vec<((String, PathBuf), Vec<u32>)>;

/// The file without the ids in its name.
fn kind_of(name: &str) -> String {
    let digits = |part: &str| part.len() >= 14 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let parts = name.split_inclusive(['/', '.', '-']);
    let kept = parts.map(|part| {
        let word = part.trim_end_matches(['/', '.', '-']);
        if digits(word) { part.replace(word, "ID") } else { part.to_owned() }
    });
    format!("file {}", kept.collect::<String>())
}

#[test]
fn whichever_call_the_disk_refuses_nothing_acknowledged_is_lost_and_nothing_panics() {
    if !may_trace() {
        return;
    }
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(12);
    let ground = Ground::new();
    let made: Vec<(Job, Calls)> = JOBS.map(|job| (job, calls(&ground, job).into_iter().collect())).into();
    let (mut tried, mut told) = (0, 0);
    let mut table: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    while told < rounds {
        assert!(tried < 20 * rounds, "most of what is refused has no effect: {told} of {tried}");
        let (job, files) = &made[tried % made.len()];
        let ((call, path), numbers) = files.choose(&mut rng).unwrap();
        let (k, on) = (numbers.choose(&mut rng).unwrap(), ["", "+"][rng.gen_range(0..2)]);
        let error = ["EIO", "ENOSPC"][rng.gen_range(0..2)];
        let name = path.strip_prefix(ground.root.path()).unwrap().display();
        let what = format!("round {tried}, {job:?}, {call} {k}{on} of {name}, {error}");
        let said = refused(&ground, *job, &(call.clone(), path.clone(), *k), error, on);
        let fault = holds(&ground, *job, &said, &what);
        for of in [format!("job {job:?}"), format!("call {call}"), format!("error {error}"), kind_of(&name.to_string())]
        {
            let row = table.entry(of).or_default();
            (row.0, row.1) = (row.0 + u32::from(fault), row.1 + u32::from(!fault));
        }
        tried += 1;
        told += usize::from(fault);
        if told > 0 && fault && told % 50 == 0 {
            eprintln!("{told} of {tried} refusals told as a fault");
        }
    }
    eprintln!("{:32}{:>8}{:>12}", "refused", "told", "no effect");
    for (of, (told, quiet)) in table {
        eprintln!("{of:32}{told:>8}{quiet:>12}");
    }
    eprintln!("{tried} calls refused: {told} told as a fault, 0 panics, 0 acknowledged lost");
}

#[test]
fn a_checkpoint_that_could_not_be_synced_claims_nothing_that_is_not_there_whichever_it_was() {
    if !may_trace() {
        return;
    }
    let ground = Ground::new();
    let mut told = 0;
    for job in [Job::Shred, Job::People] {
        for ((call, path), numbers) in calls(&ground, job) {
            if call != "fdatasync" || !path.parent().is_some_and(|p| p.ends_with("checkpoints")) {
                continue;
            }
            for k in numbers {
                // From this one on every one, so that no later checkpoint mends what an earlier one claimed.
                let said = refused(&ground, job, &(call.clone(), path.clone(), k), "ENOSPC", "+");
                told += u32::from(holds(&ground, job, &said, &format!("{job:?}, checkpoint {k} and all after it")));
            }
        }
    }
    assert!(told >= 4, "{told} refusals were told");
}

#[test]
fn a_certificate_that_cannot_be_written_is_printed_and_a_client_whose_certificate_has_no_place_is_not_destroyed() {
    if !may_trace() {
        return;
    }
    let ground = Ground::new();
    for (call, destroyed) in [("write", true), ("fsync", true), ("openat", false)] {
        let at = (call.to_owned(), ground.certificate(), 1);
        let said = refused(&ground, Job::Shred, &at, "ENOSPC", "+");
        assert!(holds(&ground, Job::Shred, &said, call), "{call}: told");
        assert_eq!(said.err.contains("destroyed, but the certificate"), destroyed, "{call}: {}", said.err);
        assert_eq!(said.err.contains("nothing was destroyed"), !destroyed, "{call}: {}", said.err);
    }
}

#[test]
fn a_store_that_cannot_be_written_anew_is_told_by_the_certificate_of_what_was_destroyed() {
    if !may_trace() {
        return;
    }
    let ground = Ground::new();
    let at = ("pwrite64".to_owned(), ground.vault().join("store.new/db"), 1);
    let said = refused(&ground, Job::Shred, &at, "ENOSPC", "+");
    holds(&ground, Job::Shred, &said, "rewriting");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("could not be written anew"), "{}", said.err);
    let certificate = std::fs::read_to_string(ground.certificate()).unwrap();
    assert!(certificate.contains("\"rewritten\": false"), "{certificate}");
}

#[test]
fn a_file_that_cannot_grow_is_a_clear_error_and_nothing_acknowledged_is_lost() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(12);
    for round in 0..rounds {
        let dir = tempfile::tempdir().unwrap();
        let session = prepared(dir.path());
        let room = rng.gen_range(300_000u64..4_000_000);
        let mut command = child("full", dir.path(), session);
        let (last, status) = acked_until_killed(command.env("GYEOT_CHILD_ROOM", room.to_string()), None);
        let status = status.unwrap();
        assert!(status.success(), "round {round}, room {room}: {status}");
        let unlocked = UnlockedVault::unlock(dir.path(), None, &pass()).unwrap();
        assert!(unlocked.integrity().whole(), "round {round}, room {room}: {:?}", unlocked.integrity());
        let have = unlocked.open_session(session).unwrap().len() as u32;
        assert!(have >= last, "round {round}, room {room}: {have} of {last}");
    }
    eprintln!("{rounds} writers ran out of room, 0 panics, 0 acknowledged lost");
}

/// A tmpfs of a few megabytes, taken down when dropped.
pub struct Tmpfs(tempfile::TempDir);

impl Tmpfs {
    /// `None`, said aloud, where this process may not mount.
    pub fn mounted(kilobytes: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        if Self::mount(dir.path(), &format!("size={kilobytes}k")) {
            Some(Tmpfs(dir))
        } else {
            skipped("no tmpfs may be mounted here (only root may)");
            None
        }
    }

    fn mount(at: &Path, options: &str) -> bool {
        let args = ["-t", "tmpfs", "-o", options, "none"];
        Command::new("mount").args(args).arg(at).output().is_ok_and(|out| out.status.success())
    }

    fn grown(&self, kilobytes: u32) {
        assert!(Self::mount(self.0.path(), &format!("remount,size={kilobytes}k")));
    }

    /// From now on nothing can be written to it, or again everything.
    pub fn read_only(&self, yes: bool) {
        assert!(Self::mount(self.0.path(), if yes { "remount,ro" } else { "remount,rw" }));
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_writer_on_a_small_disk_that_is_full_is_told_and_with_more_room_everything_acknowledged_is_there() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(4).min(100);
    let (mut opened_full, mut refused_full) = (0, 0);
    for round in 0..rounds {
        let size = rng.gen_range(1_800..6_000);
        let Some(disk) = Tmpfs::mounted(size) else { return };
        let dir = disk.path().join("v");
        let session = prepared(&dir);
        let (last, status) = acked_until_killed(&mut child("write", &dir, session), None);
        let what = format!("round {round}, {size} kB");
        assert!(status.unwrap().success(), "{what}");
        match UnlockedVault::unlock(&dir, None, &pass()) {
            Ok(unlocked) => {
                let have = unlocked.open_session(session).unwrap().len() as u32;
                assert!(have >= last, "{what}: {have} of {last} on the full disk");
                opened_full += 1;
            }
            // An opening that cannot be logged is refused.
            Err(_) => refused_full += 1,
        }
        disk.grown(4 * size);
        let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert!(unlocked.integrity().whole(), "{what}: {:?}", unlocked.integrity());
        let have = unlocked.open_session(session).unwrap().len() as u32;
        assert!(have >= last, "{what}: {have} of {last}");
        assert!(unlocked.check().unwrap().sound(), "{what}");
    }
    eprintln!(
        "{rounds} full disks: {opened_full} opened while full, {refused_full} refused while full, 0 acknowledged lost"
    );
}

#[test]
fn a_full_disk_while_a_store_is_copied_aside_leaves_nothing_of_the_copy_behind() {
    let root = tempfile::tempdir().unwrap();
    let session = prepared(&root.path().join("v"));
    killed(&root.path().join("v"), session, 10);
    let store = root.path().join("v/store");
    let length = std::fs::metadata(store.join("db")).unwrap().len();
    let Some(disk) = Tmpfs::mounted(length as u32 / 1024 / 2) else { return };
    let to = disk.path().join("store.before");
    copy_aside(&store, &to).unwrap_err();
    assert_eq!(std::fs::read_dir(disk.path()).unwrap().count(), 0);
    disk.grown(length as u32 / 1024 * 4);
    copy_aside(&store, &to).unwrap();
    assert_eq!(std::fs::read(to.join("db")).unwrap(), std::fs::read(store.join("db")).unwrap());
}
