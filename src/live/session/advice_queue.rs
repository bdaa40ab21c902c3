//! Who asks for directions while a session runs: a thread that works on the newest transcript only, one at a time.

use crate::domain::advice::suggestion::RiskCue;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::live::session::ways::Incoming;
use crate::ports::keeper::DirectionEngines;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};

/// The engines at work on a thread of their own. Dropping it stops them.
pub struct AdviceQueue {
    newest: Arc<Mutex<Option<Question>>>,
    wake: Option<SyncSender<()>>,
    halt: Arc<AtomicBool>,
    stopper: Box<dyn Fn() + Send>,
}

struct Question {
    transcript: Transcript,
    cues: Vec<RiskCue>,
    /// No other one comes.
    last: bool,
}

impl AdviceQueue {
    /// Starts its thread; answers go to the core.
    pub fn start(
        mut direction_engines: Box<dyn DirectionEngines>,
        language: Lang,
        to_core: SyncSender<Incoming>,
    ) -> Self {
        let newest: Arc<Mutex<Option<Question>>> = Arc::default();
        let halt = Arc::new(AtomicBool::new(false));
        let stopper = direction_engines.stopper();
        // One wake-up is enough: whoever wakes takes the newest.
        let (wake, woken) = sync_channel(1);
        let (slot, halted) = (Arc::clone(&newest), Arc::clone(&halt));
        std::thread::spawn(move || {
            direction_engines.begin(language);
            for () in woken {
                let Some(Question { transcript, cues, last }) = slot.lock().ok().and_then(|mut s| s.take()) else {
                    continue;
                };
                let mut progress = |done, of| {
                    // Dispensable: the next one says as much.
                    let _ = to_core.try_send(Incoming::Advising(done, of));
                };
                let answer = direction_engines.advise(&transcript, &cues, &mut progress).map(Box::new);
                // After the last answer the engines are stopped; what the session leaves to its note is made ready before.
                if last && !halted.load(Ordering::SeqCst) {
                    direction_engines.meanwhile(&transcript);
                }
                if halted.load(Ordering::SeqCst) || to_core.send(Incoming::Advised(answer)).is_err() {
                    return;
                }
                // Newer lines have the right of way; what is left undone is done after them.
                if !last && slot.lock().is_ok_and(|newer| newer.is_none()) {
                    direction_engines.meanwhile(&transcript);
                }
            }
        });
        AdviceQueue { newest, wake: Some(wake), halt, stopper }
    }

    /// Asks for directions, for the last time or not; an older question that was not begun is forgotten. True when one more answer
    /// will come, false when this one stands for the forgotten one, `None` when the thread is gone.
    pub fn ask(&self, transcript: Transcript, cues: Vec<RiskCue>, last: bool) -> Option<bool> {
        // One that nobody took up yet gets no answer of its own.
        let question = Question { transcript, cues, last };
        let replaced = self.newest.lock().is_ok_and(|mut slot| slot.replace(question).is_some());
        match &self.wake {
            Some(wake) if !matches!(wake.try_send(()), Err(TrySendError::Disconnected(()))) => Some(!replaced),
            _ => None,
        }
    }
}

impl Drop for AdviceQueue {
    fn drop(&mut self) {
        self.halt.store(true, Ordering::SeqCst);
        self.wake = None;
        (self.stopper)();
    }
}
