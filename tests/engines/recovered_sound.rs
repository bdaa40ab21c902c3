//! Sessions of the real program with the real speech worker on real sound, killed in the middle: what was said is in the
//! transcript after `session recover`. A missing worker or model is a loud line, or a failure where
//! `GYEOT_REQUIRE_ENGINES` is set.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::engines::{missing, models, workers};
use crate::stage::{PASS, client, data, made, pass, program};
use gyeot::adapters::engines::Installed;
use gyeot::adapters::shipped;
use gyeot::domain::practice::ids::SessionId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::session::SessionState;
use gyeot::live::recognise::{Control, Heard, Settings, recognise};
use gyeot::ports::engines::Engines;
use gyeot::service::UnlockedVault;
use gyeot::service::sound_index::SoundIndex;
use gyeot::service::transcripts::transcript_of;
use gyeot::speech::error_rate::characters;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::time::Duration;

/// The recording at the pace of life, and when the program is killed.
const CLIP: &str = "tests/data/speech/ko-read-1.flac";
const KILLED_AFTER: Duration = Duration::from_secs(13);

fn gyeot(dir: &Path, args: &[&str]) -> Command {
    let mut c = program();
    c.args(args).stdin(Stdio::null()).env_remove("GYEOT_LANG").env("GYEOT_VAULT", dir.join("v"));
    c.env("GYEOT_MODELS", models()).env("XDG_CONFIG_HOME", dir.join("config"));
    c.args(["--lang", "en", "--passphrase-file"]).arg(dir.join("pass"));
    c
}

fn done(out: &Output) -> serde_json::Value {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Processes of this name that this process started.
fn started_by(parent: u32, name: &str) -> Vec<i32> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let mine = |pid: &i32| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let of = |key: &str| status.lines().find_map(|l| l.strip_prefix(key)).map(|v| v.trim().to_owned());
        of("Name:").as_deref() == Some(name) && of("PPid:") == Some(parent.to_string())
    };
    all.filter_map(|e| e.file_name().to_str()?.parse().ok()).filter(mine).collect()
}

fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}

/// All words of the session's transcript, and of its sound heard in one go.
fn both(dir: &Path, session: SessionId) -> (String, String) {
    let vault = UnlockedVault::unlock(&dir.join("v"), None, &pass()).unwrap();
    let opened = vault.open_session(session).unwrap();
    let transcript = transcript_of(opened.iter().map(|o| &o.body), Lang::Ko);
    let index = vault.open_sound(session).unwrap().map(SoundIndex::of).unwrap();
    assert!(index.refused.is_empty(), "{:?}", index.refused);
    let mut speech = Installed::at(models()).speech(None).unwrap();
    let said = Mutex::new(Vec::new());
    let on = |heard: Heard| {
        if let Heard::Final(one) = heard {
            said.lock().unwrap().push(one.text.reveal().to_owned());
        }
    };
    let (filter, settings) = (shipped::speech_filter().unwrap(), Settings::file(Lang::Ko));
    let mut sound = index.sound_between(0, u64::MAX / 16);
    recognise(&mut sound, &mut *speech.engine, &filter, &settings, &Control::default(), None, &on).unwrap();
    let lines: Vec<&str> = transcript.utterances.iter().map(|u| u.text.reveal()).collect();
    (lines.join(" "), said.into_inner().unwrap().join(" "))
}

#[test]
fn what_was_said_before_a_kill_is_in_the_transcript_afterwards_and_may_be_heard_again_and_corrected() {
    if !workers().join("gyeot-asr").is_file() || !models().join("whisper-base.q5_1.bin").is_file() {
        return missing("no gyeot-asr in GYEOT_WORKERS, or no whisper-base in the models' folder");
    }
    for kill_worker_too in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let vault = made(&dir.path().join("v"));
        let code = client(&vault, "김하늘").to_string();
        vault.lock().unwrap();
        std::fs::write(dir.path().join("pass"), PASS).unwrap();
        let clip = data(CLIP);
        let input = clip.to_str().unwrap();
        let args =
            ["session", "run", "--client", &code, "--input", input, "--pace", "real", "--spoken", "ko", "--no-advice"];
        let mut running = gyeot(dir.path(), &args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let sound = dir.path().join("v/sound");
        while !sound.exists() {
            std::thread::sleep(Duration::from_millis(20));
            assert_eq!(running.try_wait().unwrap(), None, "it runs");
        }
        std::thread::sleep(KILLED_AFTER / 2);
        if kill_worker_too {
            let workers = started_by(running.id(), "gyeot-asr");
            assert_eq!(workers.len(), 1);
            workers.into_iter().for_each(kill);
        }
        std::thread::sleep(KILLED_AFTER / 2);
        running.kill().unwrap();
        running.wait().unwrap();
        std::thread::sleep(Duration::from_secs(2));

        let out = done(&gyeot(dir.path(), &["session", "recover", "--json"]).output().unwrap());
        let row = &out["sessions"][0];
        let session: SessionId = row["session"].as_str().unwrap().parse().unwrap();
        assert!(row["sound_ms"].as_u64().unwrap() >= KILLED_AFTER.as_millis() as u64 - 2_000, "{row}");
        assert!(row["from_sound"].as_u64().unwrap() >= 1, "{row}");
        let (recovered, whole) = both(dir.path(), session);
        let apart = characters(&whole, &recovered);
        eprintln!("worker killed too: {kill_worker_too}; {row}; {:.1} % apart from one hearing", 100.0 * apart.rate());
        assert!(apart.rate() <= 0.3, "{whole}\n{recovered}");

        let again = done(
            &gyeot(dir.path(), &["session", "hear-again", &session.to_string(), "--take", "all", "--json"])
                .output()
                .unwrap(),
        );
        let proposals = again["proposals"].as_array().unwrap().len();
        assert_eq!(again["taken"].as_array().unwrap().len(), proposals);
        if proposals > 0 {
            let (corrected, _) = both(dir.path(), session);
            assert!(characters(&whole, &corrected).rate() <= apart.rate() + 1e-9, "{whole}\n{corrected}");
        }
        let vault = UnlockedVault::unlock(&dir.path().join("v"), None, &pass()).unwrap();
        assert!(vault.sessions(None).unwrap().iter().all(|r| r.state == SessionState::Ended));
    }
}
