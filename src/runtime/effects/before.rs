//! What is looked at before something begins: the microphone before a session, a passphrase before a vault, the disk, the last
//! backup; and making one.

use crate::app::msg::{Answer, Msg};
use crate::app::views::{BackupMade, BackupView, SoundCheck, SoundInput};
use crate::crypto::passphrase;
use crate::domain::explain::{ErrorReport, Explain};
use crate::domain::finding::{Finding, Looked};
use crate::ports::audio::{Read, Sound};
use crate::runtime::effects::Performer;
use crate::service::KeyCost;
use crate::speech::vad::level;
use crate::texts::msg;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;

/// How long the microphone is listened to before a session.
const LISTENS: Duration = Duration::from_secs(3);
/// Samples of one level: a fifth of a second at 16 kHz.
const OF_A_LEVEL: usize = 3_200;
/// Less room than this cannot hold the sound and text of a day.
const LITTLE_SPACE: u64 = 2 << 30;

/// A microphone that is listened to; dropping it waits until the device is free again, a tenth of a second at most.
pub(super) struct Listening {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Performer {
    /// Listens to the microphone and tells its level. A fault is told like a level: nothing has begun yet.
    pub(super) fn listen_first(&mut self) {
        self.listening.take();
        // A running session has the microphone, and its level is on its own screen.
        if self.running().is_some() {
            return;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (inbox, stopped) = (self.inbox.clone(), Arc::clone(&stop));
        match (self.place.sound)(&SoundInput::Microphone) {
            Ok(sound) => {
                let thread = std::thread::spawn(move || listen(sound, &stopped, &inbox));
                self.listening = Some(Listening { stop, thread: Some(thread) });
            }
            Err(fault) => {
                let check = SoundCheck { over: true, fault: Some(fault), ..SoundCheck::default() };
                // Whoever is gone needs no answer.
                let _ = inbox.try_send(Msg::Answer(Answer::Listened(check)));
            }
        }
    }

    pub(super) fn look_for_backup(&self) -> Result<Vec<Answer>, ErrorReport> {
        let folder = std::env::var("HOME").unwrap_or_else(|_| ".".to_owned());
        Ok(vec![Answer::Backup(BackupView { last: self.unlocked()?.last_backup()?, folder })])
    }

    pub(super) fn back_up(&self, file: &str, passphrase: &SecretString) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        // A slip of the finger would make a backup that nobody opens.
        unlocked.confirm(passphrase)?;
        let report = unlocked.back_up(Path::new(file), passphrase, KeyCost::Production)?;
        let (records, files, bytes) = (report.records, report.files, report.bytes);
        Ok(vec![Answer::BackedUp(BackupMade { file: file.to_owned(), records, files, bytes })])
    }
}

fn listen(mut sound: Box<dyn Sound>, stop: &AtomicBool, inbox: &Sender<Msg>) {
    let (mut pcm, mut check, begun) = (Vec::new(), SoundCheck::default(), Instant::now());
    let mut told = 0;
    while !check.over && !stop.load(Ordering::SeqCst) {
        match sound.read(&mut pcm) {
            Ok(Read::Some | Read::Lost(_)) => {}
            Ok(Read::End) => check.over = true,
            Err(e) => (check.over, check.fault) = (true, Some(e.into())),
        }
        while pcm.len() >= OF_A_LEVEL {
            let rest = pcm.split_off(OF_A_LEVEL);
            check.levels.push(level(&pcm));
            pcm = rest;
        }
        check.over |= begun.elapsed() >= LISTENS;
        if check.levels.len() > told || check.over {
            told = check.levels.len();
            // A full inbox drops a level.
            let _ = inbox.try_send(Msg::Answer(Answer::Listened(check.clone())));
        }
    }
}

/// Whether a passphrase is good enough, or why not.
pub(super) fn judged(passphrase: &SecretString, names: &[String; 2]) -> Answer {
    let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    Answer::Judged(passphrase::check(passphrase, &names).map_err(|e| e.message()))
}

/// Room on the disk of the vault; nothing where the system does not say.
pub(super) fn disk(vault: &Path) -> Option<Finding> {
    let there = vault.ancestors().find(|p| p.exists())?;
    let stat = rustix::fs::statvfs(there).ok()?;
    let free = stat.f_bavail * stat.f_frsize;
    let said = format!("{:.1} GiB", free as f64 / (1u64 << 30) as f64);
    let state = if free < LITTLE_SPACE {
        Err(ErrorReport::failed(msg("disk-little").with("free", said), msg("disk-little.hint")))
    } else {
        Ok(said)
    };
    Some(Finding { what: Looked::Disk, state })
}
