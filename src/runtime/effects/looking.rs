//! What is looked at before something begins: the level of the microphone, a passphrase that is being chosen.

use crate::app::msg::{Answer, Msg};
use crate::app::views::SoundCheck;
use crate::crypto::passphrase;
use crate::domain::explain::Explain;
use crate::ports::audio::{AudioError, Read, Sound};
use crate::speech::vad::{decibel, level};
use crate::texts::msg;
use secrecy::SecretString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;

/// How long the microphone is listened to before a session.
const LISTENS: Duration = Duration::from_secs(3);
/// Samples of one level: a fifth of a second at 16 kHz.
const OF_A_LEVEL: usize = 3_200;

/// A microphone that is listened to; dropping it waits until the device is free again: a read of it ends after a fifth of a second.
pub(super) struct Listening {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    /// Listens on a thread of its own and tells the levels.
    pub(super) fn begin(sound: Box<dyn Sound>, inbox: Sender<Msg>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        Listening { stop, thread: Some(std::thread::spawn(move || listen(sound, &stopped, &inbox))) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(mut sound: Box<dyn Sound>, stop: &AtomicBool, inbox: &Sender<Msg>) {
    let (mut pcm, mut check, begun) = (Vec::new(), SoundCheck::default(), Instant::now());
    let mut told = 0;
    while !check.over && !stop.load(Ordering::SeqCst) {
        match sound.read(&mut pcm) {
            Ok(Read::Some | Read::Lost(_)) => {}
            Ok(Read::Away(_)) => {
                let gone = AudioError::Microphone(msg("microphone-not-there-unplugged"));
                (check.over, check.fault) = (true, Some(gone.into()));
            }
            Ok(Read::End) => check.over = true,
            Err(e) => (check.over, check.fault) = (true, Some(e.into())),
        }
        while pcm.len() >= OF_A_LEVEL {
            let rest = pcm.split_off(OF_A_LEVEL);
            check.levels.push(decibel(level(&pcm)));
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::app::state::live::SILENT_DB;

    /// The same sample again and again, for ever.
    struct Steady(i16);

    impl Sound for Steady {
        fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
            std::thread::sleep(Duration::from_millis(10));
            into.extend([self.0; 3_200]);
            Ok(Read::Some)
        }
    }

    /// The first levels that are told of a sound.
    fn levels(sample: i16) -> Vec<f32> {
        let (inbox, mut told) = tokio::sync::mpsc::channel(64);
        let listening = Listening::begin(Box::new(Steady(sample)), inbox);
        let Some(Msg::Answer(Answer::Listened(check))) = told.blocking_recv() else { return Vec::new() };
        drop(listening);
        check.levels
    }

    #[test]
    fn a_dead_microphone_is_silent_in_the_check_before_a_session_and_a_voice_is_not() {
        assert!(levels(0).iter().all(|db| *db < SILENT_DB));
        let voice = levels(3_277)[0];
        assert!((voice + 20.0).abs() < 0.1, "a tenth of full scale is twenty decibels below it: {voice}");
    }
}
