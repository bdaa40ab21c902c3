//! The way of effects to the performer: bounded, and nothing that keeps, locks or ends is ever lost in it.

use crate::app::notice::Say;
use crate::app::{Effect, Model};
use crate::domain::explain::ErrorReport;
use crate::texts::msg;
use std::collections::VecDeque;
use std::sync::mpsc::{SyncSender, TrySendError};

/// Effects that wait for the performer. Full: what a person may ask for again is refused with a word; a person is slower.
pub const OUTBOX: usize = 64;

/// Effects on their way.
pub(super) struct Outbox {
    to: SyncSender<Effect>,
    /// What must arrive and found no room, in order.
    waiting: VecDeque<Effect>,
}

impl Outbox {
    pub(super) const fn new(to: SyncSender<Effect>) -> Self {
        Outbox { to, waiting: VecDeque::new() }
    }

    /// Hands effects to the performer; true when the program is to end.
    pub(super) fn send(&mut self, model: &mut Model, effects: Vec<Effect>) -> bool {
        self.send_waiting();
        for effect in effects {
            if matches!(effect, Effect::Quit) {
                // What was typed goes before it, however long the performer is busy.
                for waiting in self.waiting.drain(..) {
                    let _ = self.to.send(waiting);
                }
                return true;
            }
            // What waits keeps its place: a lock comes after what was to be kept before it.
            let refused =
                if self.waiting.is_empty() { self.to.try_send(effect) } else { Err(TrySendError::Full(effect)) };
            match refused {
                Ok(()) => {}
                Err(TrySendError::Full(effect)) if must_arrive(&effect) => self.wait(effect),
                Err(TrySendError::Full(_)) => refuse(model, "runtime-event-loop-vault-still-busy-what-asked"),
                Err(TrySendError::Disconnected(_)) => {
                    refuse(model, "runtime-event-loop-vault-cannot-reached-any-more");
                }
            }
        }
        false
    }

    fn send_waiting(&mut self) {
        while let Some(effect) = self.waiting.pop_front() {
            if let Err(TrySendError::Full(effect)) = self.to.try_send(effect) {
                self.waiting.push_front(effect);
                return;
            }
        }
    }

    fn wait(&mut self, effect: Effect) {
        // Of what is typed only the newest is worth keeping: there is one every second.
        if let Effect::KeepTyping { session: new, .. } = &effect {
            self.waiting.retain(|old| !matches!(old, Effect::KeepTyping { session, .. } if session == new));
        }
        self.waiting.push_back(effect);
    }
}

fn refuse(model: &mut Model, why: &'static str) {
    let fault = ErrorReport::failed(msg(why), msg("runtime-event-loop-wait-moment-try-again-what.hint"));
    model.busy = false;
    model.say(Say::ErrorReport(fault));
}

/// True for what nobody asks for a second time: what was typed or decided, the lock and what looks at it, and what a running
/// session is told.
const fn must_arrive(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Lock
            | Effect::LookForVault
            | Effect::Session(_)
            | Effect::SetConsent { .. }
            | Effect::KeepNote { .. }
            | Effect::KeepTyping { .. }
            | Effect::DropTyping(_)
            | Effect::KeepCard(..)
            | Effect::KeepDecision { .. }
            | Effect::KeepAdministration { .. }
            | Effect::KeepScreeningLeft { .. }
            | Effect::KeepSafetyPlan { .. }
            | Effect::Supervision(_)
            | Effect::Report(..)
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::app::editor::NoteText;
    use crate::domain::note::format;
    use crate::domain::practice::ids::SessionId;
    use crate::domain::practice::lang::Lang;
    use crate::domain::practice::time::Timestamp;
    use std::sync::Arc;
    use std::sync::mpsc::sync_channel;

    fn typing(edits: u64) -> Effect {
        let form =
            format::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/soap.toml"))).unwrap();
        Effect::KeepTyping {
            session: SessionId([1; 16]),
            draft: NoteText::empty(&form).draft(),
            amending: false,
            edits,
        }
    }

    #[test]
    fn a_lock_that_found_no_room_comes_after_what_was_to_be_kept_and_before_who_looks_at_it() {
        let (to, from) = sync_channel(1);
        let mut outbox = Outbox::new(to);
        let mut model = Model::new(Lang::Ko, Timestamp(0), Arc::default(), Arc::default());
        assert!(
            !outbox
                .send(&mut model, vec![Effect::LoadCaseload, typing(1), typing(2), Effect::Lock, Effect::LookForVault])
        );
        assert!(model.notice.is_none(), "nothing was refused");
        let mut arrived = Vec::new();
        for _ in 0..8 {
            arrived.extend(from.try_recv());
            outbox.send(&mut model, Vec::new());
        }
        assert!(
            matches!(
                &arrived[..],
                [Effect::LoadCaseload, Effect::KeepTyping { edits: 2, .. }, Effect::Lock, Effect::LookForVault]
            ),
            "{} arrived",
            arrived.len()
        );
    }

    #[test]
    fn what_a_person_may_ask_for_again_is_refused_with_a_word_and_the_end_waits_for_what_was_typed() {
        let (to, from) = sync_channel(1);
        let mut outbox = Outbox::new(to);
        let mut model = Model::new(Lang::Ko, Timestamp(0), Arc::default(), Arc::default());
        outbox.send(&mut model, vec![Effect::LoadCaseload, Effect::LoadCentre]);
        assert!(matches!(model.notice.as_ref().map(|n| &n.say), Some(Say::ErrorReport(_))));
        outbox.send(&mut model, vec![typing(3)]);
        let performer = std::thread::spawn(move || from.iter().collect::<Vec<_>>());
        assert!(outbox.send(&mut model, vec![Effect::Quit]));
        drop(outbox);
        assert!(matches!(&performer.join().unwrap()[..], [Effect::LoadCaseload, Effect::KeepTyping { edits: 3, .. }]));
    }
}
