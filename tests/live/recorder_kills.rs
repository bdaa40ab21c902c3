//! Sessions whose program, recorder or engine is killed at a random moment: at most two seconds of sound are lost, no
//! finished utterance is, and recovery completes. Short by default;
//! `GYEOT_ROUNDS=200 cargo nextest run --no-default-features --test live recorder_kills::` is the long run. The seed is printed
//! and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use crate::recorder::{Scripted, children, ear, index, kill, request, two_speakers, writes_into};
use crate::stage::{client, made, pass, rounds, seed};
use gyeot::adapters::paced::Paced;
use gyeot::adapters::shipped;
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::session::SessionState;
use gyeot::domain::practice::session_event::SessionEvent;
use gyeot::domain::record::Body;
use gyeot::live::session;
use gyeot::service::recover_sound;
use gyeot::service::transcripts::transcript_of;
use gyeot::service::{UnlockedVault, prepare_session};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// So much may be lost, milliseconds; and so much is between two marks of the position.
const MAY_LOSE_MS: u64 = 2_000;
const STEP_MS: u64 = 150;

/// In the child: a session at the pace of life, that says on stdout how far it is and which utterances are on disk.
#[test]
fn child_that_runs_a_session() {
    let Some(dir) = std::env::var_os("GYEOT_TEST_SESSION_IN") else { return };
    let engine = std::env::var("GYEOT_TEST_ENGINE").unwrap();
    let vault = Arc::new(UnlockedVault::unlock(Path::new(&dir), None, &pass()).unwrap());
    let code = vault.clients().unwrap()[0].code.clone();
    let sound = Box::new(Paced::new(two_speakers()));
    let scripted = Scripted { speaks: engine != "dead", slow: engine == "slow", records: true };
    let (parts, without) = prepare_session::prepare(&vault, request(&code, sound, scripted)).unwrap();
    assert!(parts.recorder_feed.is_some(), "{without:?}");
    let say = |line: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").unwrap();
        out.flush().unwrap();
    };
    say(format!("session {}", parts.session));
    let mut told = Vec::new();
    for event in &session::start(parts).events {
        match event {
            SessionEvent::Position { at_ms, .. } => say(format!("at {at_ms}")),
            SessionEvent::Heard(u) => told.push(u.id.0),
            SessionEvent::Saved { .. } => told.drain(..).for_each(|id| say(format!("kept {id}"))),
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Program,
    Recorder,
    /// The engine answers nothing any more.
    Worker,
}

struct Ran {
    session: SessionId,
    at_ms: u64,
    kept: BTreeSet<u32>,
}

/// Runs a session in a process of its own until it is killed after so long.
fn killed(dir: &Path, victim: Victim, engine: &str, after: Duration, rng: &mut StdRng) -> Ran {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "recorder_kills::child_that_runs_a_session", "--nocapture"])
        .env("GYEOT_TEST_SESSION_IN", dir)
        .env("GYEOT_TEST_ENGINE", engine)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let at = Arc::new(AtomicU64::new(0));
    let position = Arc::clone(&at);
    let reading = std::thread::spawn(move || {
        let (mut session, mut kept) = (None, BTreeSet::new());
        for line in lines.map_while(Result::ok) {
            // The harness writes the name of the test before the first line.
            if let Some((_, id)) = line.split_once("session ") {
                session = id.trim().parse::<SessionId>().ok();
            } else if let Some(ms) = line.strip_prefix("at ") {
                position.store(ms.parse().unwrap(), Ordering::SeqCst);
            } else if let Some(id) = line.strip_prefix("kept ") {
                kept.insert(id.parse().unwrap());
            }
        }
        (session, kept)
    });
    let begun = Instant::now();
    while at.load(Ordering::SeqCst) == 0 && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(after);
    if victim == Victim::Recorder {
        // The one that records was started before the one that stands by.
        let recorders = children(child.id(), "gyeot-recorder");
        assert!((1..=2).contains(&recorders.len()), "one records, one stands by: {recorders:?}");
        kill(*recorders.iter().min().unwrap());
        // The session goes on with the other.
        std::thread::sleep(Duration::from_millis(rng.gen_range(0..2_500)));
    }
    let at_ms = at.load(Ordering::SeqCst);
    child.kill().unwrap();
    child.wait().unwrap();
    let (session, kept) = reading.join().unwrap();
    Ran { session: session.expect("it began"), at_ms, kept }
}

/// The recorder goes by itself when it has written what it was given.
fn wait_for_the_recorder(dir: &Path) {
    let Ok(sound) = dir.join("sound").canonicalize() else { return };
    let until = Instant::now() + Duration::from_secs(60);
    let numbers = || {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        all.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok())
    };
    // At least this long, for whoever may not see what another process has open.
    std::thread::sleep(Duration::from_millis(800));
    while numbers().any(|pid| writes_into(pid, &sound)) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn whatever_is_killed_at_most_two_seconds_of_sound_and_no_finished_utterance_are_lost() {
    let (mut rng, rounds) = (StdRng::seed_from_u64(seed()), rounds(6));
    let (mut most_lost, mut from_sound, mut acknowledged) = (0, 0, 0);
    let rules = shipped::risk_rules().unwrap();
    for round in 0..rounds {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("v");
        let vault = made(&place);
        let _: ClientCode = client(&vault, "김하늘");
        vault.lock().unwrap();
        let victim = [Victim::Program, Victim::Recorder, Victim::Worker][round % 3];
        let slow = rng.gen_ratio(1, 3);
        let engine = if victim == Victim::Worker {
            "dead"
        } else if slow {
            "slow"
        } else {
            "quick"
        };
        let after = Duration::from_millis(rng.gen_range(200..9_000));
        let ran = killed(&place, victim, engine, after, &mut rng);
        wait_for_the_recorder(&place);
        let vault = UnlockedVault::unlock(&place, None, &pass()).unwrap();
        let what = format!("round {round}: {victim:?}, engine {engine}, after {after:?}, at {} ms", ran.at_ms);
        let sound = index(&vault, ran.session);
        let kept_ms = sound.as_ref().map_or(0, |s| s.kept_ms());
        let lost = ran.at_ms.saturating_sub(kept_ms + STEP_MS);
        assert!(lost <= MAY_LOSE_MS, "{what}: {lost} ms lost of {} ms", ran.at_ms);
        assert!(sound.is_none_or(|s| s.refused.is_empty()), "{what}");
        most_lost = most_lost.max(lost);
        let done = recover_sound::recover(&vault, ran.session, &rules, Lang::Ko, &mut ear(), &|_, _| {}).unwrap();
        from_sound += done.from_sound;
        let opened = vault.open_session(ran.session).unwrap();
        let transcript = transcript_of(opened.iter().map(|o| &o.body), Lang::Ko);
        let there: BTreeSet<u32> = transcript.utterances.iter().map(|u| u.id.0).collect();
        assert!(ran.kept.is_subset(&there), "{what}: {:?} were on disk, {there:?} are there", ran.kept);
        acknowledged += ran.kept.len();
        let row = vault.sessions(None).unwrap().into_iter().find(|r| r.id == ran.session).unwrap();
        assert_eq!(row.state, SessionState::Ended, "{what}");
        assert_eq!(recover_sound::unheard(&vault, ran.session).unwrap(), None, "{what}: nothing is left unheard");
        assert!(!transcript.gaps.iter().any(|g| g.reason == "worker"), "{what}: {:?}", transcript.gaps);
        assert!(opened.iter().any(|o| matches!(o.body, Body::Transcript { .. })), "{what}");
    }
    eprintln!(
        "{rounds} kills: at most {most_lost} ms of sound lost, {acknowledged} finished utterances on disk and 0 lost, \
         {from_sound} more from the sound"
    );
}
