//! The other process of the campaigns: opens a vault, does one job in it and says on stdout what was acknowledged
//! (`ack …`) and what was refused (`fault …`), until it ends or is killed.

use crate::stage::{OTHER, new_member, number, pass, said, secret, skipped};
use gyeot::adapters::clock::SystemClock;
use gyeot::domain::practice::ids::SessionId;
use gyeot::domain::practice::member::Role;
use gyeot::service::{KeyCost, UnlockedVault};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The member whom the job `people` adds, with the passphrase of the first.
pub const ADDED: &str = "수퍼";
/// Records of the job `some`.
pub const SOME: u32 = 12;

/// A command that runs [`other_process`] for one job.
pub fn child(job: &str, dir: &Path, session: SessionId) -> Command {
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

/// What the other process does; nothing when no campaign started it.
pub fn other_process() {
    let Ok(job) = std::env::var("GYEOT_CHILD") else { return };
    let dir = PathBuf::from(std::env::var("GYEOT_CHILD_DIR").unwrap());
    let session: SessionId = std::env::var("GYEOT_CHILD_SESSION").unwrap().parse().unwrap();
    let done = match job.as_str() {
        "write" => write(&dir, session),
        "full" => {
            limit_files(std::env::var("GYEOT_CHILD_ROOM").unwrap().parse().unwrap());
            write(&dir, session)
        }
        "some" => some(&dir, session),
        "people" => people(&dir),
        "backup" => back_up(&dir),
        "open" => {
            open(&dir, session);
            Ok(())
        }
        "salvage" => {
            salvage(&dir, session);
            Ok(())
        }
        other => panic!("no such job {other}"),
    };
    if let Err(fault) = done {
        say(&format!("fault {fault}"));
    }
}

type Done = Result<(), gyeot::service::VaultError>;

/// Groups of random sizes, without end.
fn write(dir: &Path, session: SessionId) -> Done {
    let unlocked = UnlockedVault::unlock(dir, None, &pass())?;
    let mut next = unlocked.open_session(session).map_or(0, |o| o.iter().map(|o| number(&o.body)).max().unwrap_or(0));
    let mut rng = StdRng::seed_from_u64(u64::from(next) + 17);
    say("ready");
    loop {
        let group: Vec<_> = (0..rng.gen_range(1..6)).map(|i| said(next + 1 + i, rng.gen_range(1..3000))).collect();
        unlocked.keep(session, &group)?;
        next += group.len() as u32;
        say(&format!("ack {next}"));
    }
}

/// A few records, one at a time, from the first number on that is not there.
fn some(dir: &Path, session: SessionId) -> Done {
    let unlocked = UnlockedVault::unlock(dir, None, &pass())?;
    let have = unlocked.open_session(session)?.len() as u32;
    for n in have + 1..=have + SOME {
        unlocked.keep(session, &[said(n, 300 + n as usize * 97)])?;
        say(&format!("ack {n}"));
    }
    unlocked.lock()?;
    say("ack lock");
    Ok(())
}

/// A member more and the passphrase [`OTHER`].
fn people(dir: &Path) -> Done {
    let unlocked = UnlockedVault::unlock(dir, None, &pass())?;
    let new = new_member(ADDED, Role::Supervisor);
    unlocked.add_member(&new, &pass(), None, Some("for the test"))?;
    say("ack member");
    unlocked.rekey(&secret(OTHER), KeyCost::CheapForTests)?;
    say("ack rekey");
    unlocked.lock()
}

/// Where the job `backup` writes.
pub fn backup_file(dir: &Path) -> PathBuf {
    dir.with_file_name("b.age")
}

fn back_up(dir: &Path) -> Done {
    let unlocked = UnlockedVault::unlock(dir, None, &pass())?;
    unlocked.back_up(&backup_file(dir), &pass(), KeyCost::CheapForTests)?;
    say("ack backup");
    unlocked.lock()
}

/// Opens, checks and says what it found; salvages where that is what is left.
fn open(dir: &Path, session: SessionId) {
    match UnlockedVault::unlock(dir, None, &pass()) {
        Ok(unlocked) => {
            let report = unlocked.check().unwrap();
            if report.sound() {
                say(&format!("sound {} {report:?}", unlocked.open_session(session).unwrap().len()));
            } else {
                let good = report.opened + report.sealed_to_others;
                drop(unlocked);
                say(&format!("found {good}"));
                salvage(dir, session);
            }
        }
        Err(_) => salvage(dir, session),
    }
}

fn salvage(dir: &Path, session: SessionId) {
    match UnlockedVault::salvage(dir, None, &pass(), Box::new(SystemClock)) {
        Ok((unlocked, saved)) => {
            let opened = unlocked.open_session(session).map_or(0, |o| o.len());
            let sound = unlocked.check().is_ok_and(|r| r.sound());
            let lost = saved.lost.len();
            say(&format!("salvaged {} lost {lost} opened {opened} sound {sound}", saved.saved));
        }
        Err(e) => say(&format!("fault {e}")),
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
pub fn acked_until_killed(command: &mut Command, after: Option<usize>) -> (u32, Option<ExitStatus>) {
    let mut process = command.spawn().unwrap();
    let (mut last, mut seen) = (0, 0);
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

/// The same command under strace with these arguments of strace before it; what it says of panics is on stderr.
pub fn under_strace(plain: &Command, strace: &[String]) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq"]).args(strace).arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            traced.env(name, value);
        }
    }
    traced.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    traced
}

/// Whether strace is there and may trace; says so where not.
pub fn may_trace() -> bool {
    let tried = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let may = tried.is_ok_and(|out| out.status.success());
    if !may {
        skipped("strace is not there or may not trace");
    }
    may
}

/// As a crash leaves it: the folder of a vault that a writer was killed in. The caller gets the last acknowledged number.
pub fn killed(dir: &Path, session: SessionId, after: usize) -> u32 {
    acked_until_killed(&mut child("write", dir, session), Some(after)).0
}
