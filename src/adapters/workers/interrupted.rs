//! A decode that lets itself be interrupted: while the worker is at a window, an utterance that somebody waits for is sent beside it,
//! and the worker answers that one first.

use crate::adapters::workers::asked::bytes;
use crate::adapters::workers::{ANSWER_WITHIN, Patience, Worker, ended};
use crate::ports::engine::{EngineError, Interrupt, Interrupts};
use crate::protocol::{Answer, Ask, Decode, Decoded};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often is looked whether something is to be done first: what waits is found within this.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// An utterance that was sent beside the window, its answer still to come.
struct First {
    id: u64,
    ask: Ask,
    tail: Vec<u8>,
}

impl Worker {
    /// Decodes; meanwhile, whatever is to be done first. A worker that dies is restarted within the budget and asked again, the
    /// utterance first; the second death is the caller's.
    pub(super) fn interruptibly(
        &mut self,
        how: Decode,
        pcm: &[i16],
        interrupts: &mut dyn Interrupts,
    ) -> Result<Decoded, EngineError> {
        let (ask, tail) = (Ask::Decode(how), bytes(pcm));
        let mut first = None;
        let mut end = self.interruptibly_once(&ask, &tail, interrupts, &mut first);
        if matches!(end, Err(EngineError::Died { .. } | EngineError::Hung { .. })) {
            end = self.revive().and_then(|()| {
                if let Some(First { ask, tail, .. }) = first.take() {
                    let answer = self.ask_once(&ask, &tail, &mut |_| {});
                    interrupts.heard(self.decoded(answer));
                }
                self.ask_once(&ask, &tail, &mut |_| {})
            });
        }
        self.busy.store(0, Ordering::SeqCst);
        // Whoever waits for the utterance learns that it does not come.
        if let (Some(_), Err(fault)) = (first, &end) {
            interrupts.heard(Err(fault.clone()));
        }
        self.decoded(end)
    }

    fn interruptibly_once(
        &mut self,
        ask: &Ask,
        tail: &[u8],
        interrupts: &mut dyn Interrupts,
        first: &mut Option<First>,
    ) -> Result<Answer, EngineError> {
        if self.running.is_none() {
            self.revive()?;
        }
        let id = self.new_id();
        self.busy.store(id, Ordering::SeqCst);
        self.send(id, ask, tail)?;
        let mut patience = Patience { until: Instant::now() + ANSWER_WITHIN, limit: ANSWER_WITHIN, cancel_seen: false };
        let (mut end, mut stopped) = (None, false);
        loop {
            if let Some(say) = self.say_within(&mut patience, LOOK_EVERY)? {
                match ended(say) {
                    Some((i, answer)) if i == id => end = Some(answer),
                    Some((i, answer)) if first.as_ref().is_some_and(|first| first.id == i) => {
                        *first = None;
                        interrupts.heard(self.decoded(answer));
                    }
                    // Words so far, or the end of a request that was given up before.
                    _ => {}
                }
            }
            match (first.as_ref(), end.take()) {
                (None, Some(end)) => return end,
                (_, still) => end = still,
            }
            if first.is_some() || end.is_some() || stopped {
                continue;
            }
            match interrupts.look() {
                Interrupt::None => {}
                Interrupt::Stop => {
                    stopped = true;
                    // Not as a person cancels, who does not wait: a busy machine may take its time, and the worker is not to blame.
                    self.send(u64::MAX, &Ask::Cancel { id }, &[])?;
                }
                Interrupt::First(how, pcm) => {
                    let (id, ask, tail) = (self.new_id(), Ask::Decode(how), bytes(&pcm));
                    // The window waits as long as the utterance takes, and nobody who has cancelled waits for either.
                    if !patience.cancel_seen {
                        patience.until = Instant::now() + ANSWER_WITHIN;
                    }
                    let First { id, ask, tail } = first.insert(First { id, ask, tail });
                    self.send(*id, ask, tail)?;
                }
            }
        }
    }

    /// The only kind of answer that a decode may have.
    pub(super) fn decoded(&self, answer: Result<Answer, EngineError>) -> Result<Decoded, EngineError> {
        match answer? {
            Answer::Decoded(decoded) => Ok(decoded),
            _ => Err(self.unexpected()),
        }
    }
}
