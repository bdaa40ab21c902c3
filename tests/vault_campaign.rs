//! The vault under violence: killed while writing, out of space, bits flipped under a stopped database, watched by
//! strace. Short by default; `GYEOT_ROUNDS=1000 cargo test --no-default-features --release --test vault_campaign` is
//! the long run. The seed is printed and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use gyeot::adapters::clock::SystemClock;
use gyeot::domain::ids::{SessionId, UtteranceId};
use gyeot::domain::member::Role;
use gyeot::domain::text::ClientText;
use gyeot::domain::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::runtime::desk::{Body, Consent, Desk, DeskFault, KeyCost, NewClient, NewVault, Scope, Standing};
use rand::{Rng, SeedableRng, rngs::StdRng};
use secrecy::SecretString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PASS: &str = "velvet harbour cactus nineteen drums";

fn pass() -> SecretString {
    SecretString::from(PASS)
}

fn seed() -> u64 {
    let seed = std::env::var("GYEOT_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_121);
    eprintln!("GYEOT_SEED={seed}");
    seed
}

fn rounds(short: usize) -> usize {
    std::env::var("GYEOT_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(short)
}

fn said(n: u32, len: usize) -> Body {
    Body::Utterances {
        utterances: vec![Utterance {
            id: UtteranceId(n),
            start_ms: 0,
            end_ms: 1,
            speaker: Speaker::Client,
            text: ClientText::new(&"말".repeat(len)),
            confidence: None,
        }],
    }
}

fn number(body: &Body) -> u32 {
    match body {
        Body::Utterances { utterances } => utterances[0].id.0,
        _ => panic!("another kind"),
    }
}

fn prepared(dir: &Path) -> SessionId {
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("마음결", "이서윤", Role::Counsellor) };
    let desk = Desk::init(dir, &new, &pass()).unwrap();
    let code = desk.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    let scopes = [Scope::Service, Scope::Recording].into();
    desk.set_consent(&code, Consent { scopes, version: "1".into(), by: "client".into(), ..Consent::default() })
        .unwrap();
    let session = desk.begin_session(&code, Timestamp(0)).unwrap();
    desk.lock().unwrap();
    session
}

fn child(job: &str, dir: &Path, session: SessionId) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "the_other_process", "--ignored", "--nocapture", "--test-threads", "1"]);
    command.env("GYEOT_CHILD", job).env("GYEOT_CHILD_DIR", dir).env("GYEOT_CHILD_SESSION", session.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()).unwrap();
}

/// The other process. Writes groups and says which utterances were acknowledged; or opens and says what it found.
#[test]
#[ignore = "is started by the campaigns"]
fn the_other_process() {
    let Ok(job) = std::env::var("GYEOT_CHILD") else { return };
    let dir = PathBuf::from(std::env::var("GYEOT_CHILD_DIR").unwrap());
    let session: SessionId = std::env::var("GYEOT_CHILD_SESSION").unwrap().parse().unwrap();
    match job.as_str() {
        "write" | "full" => {
            if job == "full" {
                let room: u64 = std::env::var("GYEOT_CHILD_ROOM").unwrap().parse().unwrap();
                limit_files(room);
            }
            let desk = match Desk::unlock(&dir, None, &pass()) {
                Ok(desk) => desk,
                Err(e) => {
                    say(&format!("fault {e}"));
                    return;
                }
            };
            let mut next =
                desk.open_session(session).map_or(0, |o| o.iter().map(|o| number(&o.body)).max().unwrap_or(0));
            let mut rng = StdRng::seed_from_u64(u64::from(next) + 17);
            say("ready");
            loop {
                let group: Vec<Body> =
                    (0..rng.gen_range(1..6)).map(|i| said(next + 1 + i, rng.gen_range(1..3000))).collect();
                match desk.keep(session, &group) {
                    Ok(_) => {
                        next += group.len() as u32;
                        say(&format!("ack {next}"));
                    }
                    Err(e) => {
                        say(&format!("fault {e}"));
                        return;
                    }
                }
            }
        }
        "some" => {
            let Ok(desk) = Desk::unlock(&dir, None, &pass()) else {
                say("fault at the opening");
                return;
            };
            for n in 1..=40 {
                match desk.keep(session, &[said(n, 300 + n as usize * 37)]) {
                    Ok(_) => say(&format!("ack {n}")),
                    Err(e) => {
                        say(&format!("fault {e}"));
                        return;
                    }
                }
            }
        }
        "three" => {
            let desk = Desk::unlock(&dir, None, &pass()).unwrap();
            for n in 1..4 {
                desk.keep(session, &[said(n, 10)]).unwrap();
                say(&format!("ack {n}"));
            }
        }
        "open" => match Desk::unlock(&dir, None, &pass()) {
            Ok(desk) => {
                let report = desk.check().unwrap();
                if report.sound() {
                    say(&format!("sound {} {report:?}", desk.open_session(session).unwrap().len()));
                } else {
                    let good = report.opened + report.sealed_to_others;
                    drop(desk);
                    say(&format!("found {good}"));
                    salvage(&dir, session);
                }
            }
            Err(_) => salvage(&dir, session),
        },
        other => panic!("no such job {other}"),
    }
}

fn salvage(dir: &Path, session: SessionId) {
    match Desk::salvage(dir, None, &pass(), Box::new(SystemClock)) {
        Ok((desk, saved)) => {
            let opened = desk.open_session(session).map(|o| o.len());
            let sound = desk.check().is_ok_and(|r| r.sound());
            say(&format!(
                "salvaged {} lost {} opened {} sound {sound}",
                saved.saved,
                saved.lost.len(),
                opened.unwrap_or(0)
            ));
        }
        Err(e) => say(&format!("refused {e}")),
    }
}

/// No file may grow past `bytes`: the write that would fails half done, as on a full disk.
#[allow(unsafe_code)]
fn limit_files(bytes: u64) {
    // SAFETY: called before any thread of ours runs; ignoring a signal touches no memory.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    let limit = rustix::process::Rlimit { current: Some(bytes), maximum: Some(bytes) };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).unwrap();
}

/// Runs a writer until it is killed after `after` acknowledgements or ends; gives the last acknowledged number.
fn acked_until_killed(command: &mut Command, after: Option<usize>) -> (u32, Option<std::process::ExitStatus>) {
    let mut process = command.spawn().unwrap();
    let mut last = 0;
    let mut seen = 0;
    let mut lines = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap_or(0) > 0 {
        if let Some(n) = line.trim().split("ack ").nth(1).and_then(|n| n.parse().ok()) {
            last = n;
            seen += 1;
        }
        line.clear();
        if after.is_some_and(|a| seen >= a) {
            process.kill().unwrap();
            // What it said before it died counts too.
            while lines.read_line(&mut line).unwrap_or(0) > 0 {
                if line.ends_with('\n') {
                    last = line.trim().split("ack ").nth(1).and_then(|n| n.parse().ok()).unwrap_or(last);
                }
                line.clear();
            }
        }
    }
    (last, process.wait().ok())
}

#[test]
fn a_killed_writer_loses_nothing_that_was_acknowledged() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(12);
    let mut dir = tempfile::tempdir().unwrap();
    let mut session = prepared(dir.path());
    let (mut acked, mut interrupted) = (0u64, 0u64);
    for round in 0..rounds {
        if round % 25 == 24 {
            dir = tempfile::tempdir().unwrap();
            session = prepared(dir.path());
        }
        let after = rng.gen_range(1..30);
        let (last, _) = acked_until_killed(&mut child("write", dir.path(), session), Some(after));
        let desk = Desk::unlock(dir.path(), None, &pass()).unwrap();
        let Standing::Complete { interrupted: n } = desk.standing() else { panic!("{:?}", desk.standing()) };
        interrupted += u64::from(n > 0);
        let numbers: Vec<u32> = desk.open_session(session).unwrap().iter().map(|o| number(&o.body)).collect();
        let expected: Vec<u32> = (1..=numbers.len() as u32).collect();
        assert_eq!(numbers, expected, "round {round}: whole and in order");
        assert!(numbers.len() as u32 >= last, "round {round}: {} of {last} acknowledged", numbers.len());
        acked += u64::from(last);
    }
    eprintln!(
        "{rounds} kills, {acked} acknowledged in sum, 0 lost, {interrupted} with an unacknowledged group cut off"
    );
}

#[test]
fn a_file_that_cannot_grow_is_a_clear_error_and_nothing_acknowledged_is_lost() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(12);
    let mut faults = 0;
    for round in 0..rounds {
        let dir = tempfile::tempdir().unwrap();
        let session = prepared(dir.path());
        let room = rng.gen_range(300_000u64..4_000_000);
        let mut command = child("full", dir.path(), session);
        let (last, status) = acked_until_killed(command.env("GYEOT_CHILD_ROOM", room.to_string()), None);
        let status = status.unwrap();
        assert!(status.success(), "round {round}, room {room}: {status}");
        faults += 1;
        let desk = Desk::unlock(dir.path(), None, &pass()).unwrap();
        assert!(desk.standing().whole(), "round {round}, room {room}: {:?}", desk.standing());
        let have = desk.open_session(session).unwrap().len() as u32;
        assert!(have >= last, "round {round}, room {room}: {have} of {last}");
    }
    eprintln!("{faults} writers ran out of room, 0 panics, 0 acknowledged lost");
}

/// The calls that the store, the mark and the log make, and what a failing disk answers to them.
const FAILING: [&str; 4] = ["pwrite64", "write", "fdatasync", "sync_file_range"];

#[test]
fn whichever_write_or_sync_the_disk_refuses_nothing_acknowledged_is_lost_and_nothing_panics() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(16);
    let (mut faults, mut late) = (0, 0);
    for round in 0..rounds {
        let dir = tempfile::tempdir().unwrap();
        let session = prepared(dir.path());
        let (call, error) = (FAILING[rng.gen_range(0..4)], ["EIO", "ENOSPC"][rng.gen_range(0..2)]);
        // From the k-th call on, or that call alone: a full disk stays full, a bad sector may be only one.
        // The count is each thread's own, and the mark is written by a thread of its own.
        let most = [3, 60][rng.gen_range(0..2)];
        let (k, on) = (rng.gen_range(1..most), ["", "+"][rng.gen_range(0..2)]);
        let what = format!("round {round}, {call} {k}{on} {error}");
        let plain = child("some", dir.path(), session);
        let mut failing = Command::new("strace");
        failing.args(["-f", "-qq", "-o", "/dev/null"]);
        for file in ["store/db", "mark", "access", "unclean.new", "unclean"] {
            failing.arg("-P").arg(dir.path().join(file));
        }
        failing.args(["-e", &format!("trace={call}"), "-e", &format!("inject={call}:error={error}:when={k}{on}")]);
        failing.arg(plain.get_program()).args(plain.get_args()).stdin(Stdio::null()).stderr(Stdio::piped());
        for (name, value) in plain.get_envs() {
            failing.env(name, value.unwrap());
        }
        let Ok(out) = failing.output() else {
            eprintln!("SKIPPED: strace is not there");
            return;
        };
        let (said, spoke) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        if spoke.contains("strace:") && !said.contains("running 1 test") {
            eprintln!("SKIPPED: strace may not trace here");
            return;
        }
        assert!(out.status.success() && !spoke.contains("panicked"), "{what}: {}: {spoke}", out.status);
        let acked = said.rsplit("ack ").next().and_then(|n| n.split_whitespace().next()?.parse::<u32>().ok());
        faults += usize::from(said.contains("fault"));
        late += usize::from(acked == Some(40));
        let desk = Desk::unlock(dir.path(), None, &pass()).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert!(desk.standing().whole(), "{what}: {:?}", desk.standing());
        let have = desk.open_session(session).unwrap().len() as u32;
        assert!(have >= acked.unwrap_or(0), "{what}: {have} of {acked:?}");
        let report = desk.check().unwrap();
        assert!(report.sound(), "{what}: {report:?}");
    }
    eprintln!(
        "{rounds} disks that failed: {faults} told as a fault, {late} had no effect; 0 panics, 0 acknowledged lost"
    );
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
fn a_flipped_bit_under_a_database_that_was_not_closed_aborts_nothing_and_the_rest_is_recovered() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(12);
    let dir = tempfile::tempdir().unwrap();
    let session = prepared(dir.path());
    acked_until_killed(&mut child("write", dir.path(), session), Some(40));
    let have = {
        let copied = tempfile::tempdir().unwrap();
        copy(dir.path(), &copied.path().join("v"));
        let desk = Desk::unlock(&copied.path().join("v"), None, &pass()).unwrap();
        desk.open_session(session).unwrap().len() as u64
    };
    let db = std::fs::read(dir.path().join("store/db")).unwrap();
    let used = db.iter().rposition(|b| *b != 0).unwrap() + 1;
    let (mut sound, mut mended, mut aborts, mut worst) = (0, 0, 0, 0);
    for round in 0..rounds {
        let hurt = tempfile::tempdir().unwrap();
        let vault = hurt.path().join("v");
        copy(dir.path(), &vault);
        let mut bytes = db.clone();
        let at = rng.gen_range(0..used);
        bytes[at] ^= 1 << rng.gen_range(0..8);
        std::fs::write(vault.join("store/db"), bytes).unwrap();
        let out = child("open", &vault, session).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        if out.status.signal().is_some() {
            aborts += 1;
            eprintln!("round {round}: byte {at}: {}", out.status);
            continue;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let after = |word: &str| -> Option<u64> {
            words.iter().position(|w| w.ends_with(word)).and_then(|i| words.get(i + 1)).and_then(|n| n.parse().ok())
        };
        if let Some(n) = after("sound").filter(|_| after("opened").is_none()) {
            assert_eq!(n, have, "round {round}, byte {at}: said to be sound {text}");
            sound += 1;
        } else {
            let opened = after("opened").unwrap_or_else(|| panic!("round {round}, byte {at}: {text}"));
            worst = worst.max(have.saturating_sub(opened));
            assert!(opened + 2 >= have, "round {round}, byte {at}: {opened} of {have}: {text}");
            mended += 1;
        }
    }
    eprintln!(
        "{rounds} flips over {used} bytes: {sound} harmless, {mended} found and salvaged, {aborts} aborts, at most {worst} of {have} records lost"
    );
    assert_eq!(aborts, 0);
}

#[test]
fn every_acknowledgement_comes_after_fdatasync_of_the_database_and_of_the_mark() {
    let dir = tempfile::tempdir().unwrap();
    let session = prepared(dir.path());
    let trace = dir.path().join("trace");
    let plain = child("three", dir.path(), session);
    let mut traced = Command::new("strace");
    traced
        .args(["-f", "-y", "-e", "trace=fdatasync,write", "-o"])
        .arg(&trace)
        .arg(plain.get_program())
        .args(plain.get_args());
    for (name, value) in plain.get_envs() {
        traced.env(name, value.unwrap());
    }
    match traced.output() {
        Ok(out) if out.status.success() => {}
        _ => {
            eprintln!("SKIPPED: strace is not there or may not trace");
            return;
        }
    }
    let text = std::fs::read_to_string(&trace).unwrap();
    let (mut db, mut mark, mut acks) = (false, false, 0);
    for line in text.lines() {
        // A call that another thread interrupts is shown in two lines; its path stands in the first.
        if line.contains("fdatasync(") {
            db |= line.contains("/store/db>");
            mark |= line.contains("/mark>");
        }
        if line.contains("write(1") && line.contains("ack ") {
            assert!(db && mark, "acknowledged without a sync: db {db}, mark {mark}");
            (db, mark) = (false, false);
            acks += 1;
        }
    }
    assert_eq!(acks, 3, "{text}");
}

#[test]
fn two_processes_on_one_vault_are_told_apart_and_the_second_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let session = prepared(dir.path());
    let mut first = child("write", dir.path(), session).spawn().unwrap();
    let mut line = String::new();
    let mut lines = BufReader::new(first.stdout.take().unwrap());
    while !line.contains("ack") && lines.read_line(&mut line).unwrap() > 0 {}
    let second = Desk::unlock(dir.path(), None, &pass());
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.unwrap_err(), DeskFault::Store(gyeot::ports::store::StoreFault::Held));
}
