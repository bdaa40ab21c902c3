//! Interrupted sessions: offered once after unlocking, finished at once where nothing is to be heard, else on a thread of their
//! own. Playing a line is here too: both read kept sound.

use super::{Performer, Place};
use crate::adapters::engines::Installed;
use crate::adapters::{loudspeaker, shipped};
use crate::app::msg::{Answer, Asked, Msg};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientId, SessionId};
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::time::Span;
use crate::service::UnlockedVault;
use crate::service::play::{kept_sound, sound_of};
use crate::service::recover_sound::{self, RecoveredSound, SecondEar};
use crate::service::transcripts::{self, Recovered};
use crate::texts::msg;
use std::sync::Arc;

impl Performer {
    /// Sessions that were interrupted and whose sound is there, once in an unlocked vault.
    pub(super) fn interrupted(&mut self, rows: &[SessionRow]) -> Result<Option<Answer>, ErrorReport> {
        if std::mem::replace(&mut self.offered, true) {
            return Ok(None);
        }
        let (running, unlocked) = (self.running(), self.unlocked()?);
        let open = rows.iter().filter(|r| r.state == SessionState::Open && Some(r.id) != running);
        let with_sound = open.filter(|r| unlocked.sound_released(r.id)).map(|r| (r.client, r.id));
        let with_sound: Vec<(ClientId, SessionId)> = with_sound.collect();
        Ok((!with_sound.is_empty()).then_some(Answer::Interrupted(with_sound)))
    }

    pub(super) fn recover(&mut self, client: ClientId, session: SessionId) -> Result<Vec<Answer>, ErrorReport> {
        if self.running() == Some(session) {
            return Err(ErrorReport::failed(
                msg("runtime-effects-session-runs"),
                msg("runtime-effects-session-runs.hint"),
            ));
        }
        let unlocked = Arc::clone(self.unlocked()?);
        if self.recovering.lock().is_ok_and(|at_work| at_work.contains(&session)) {
            // Asked for twice: one hearing is enough.
            return Ok(vec![Answer::Recovering]);
        }
        let agreed = unlocked.consent_of(session)?.allows_session().is_ok();
        if agreed && recover_sound::unheard(&unlocked, session)?.is_some() {
            self.hear_on_a_thread(unlocked, session);
            return Ok(vec![Answer::Recovering]);
        }
        let rules = shipped::risk_rules()?;
        let Recovered { utterances, withdrawn } = match agreed {
            true => transcripts::recover(&unlocked, session, &rules, self.shown)?,
            false => recover_sound::close_withdrawn(&unlocked, session, &rules, self.shown)?.recovered,
        };
        let mut answers = vec![Answer::Recovered { session, utterances, withdrawn, from_sound: 0 }];
        answers.extend(self.client(client)?);
        Ok(answers)
    }

    /// Plays a line; one that is being played ends.
    pub(super) fn play(&mut self, session: SessionId, line: Span) -> Result<Vec<Answer>, ErrorReport> {
        let held = self.heard.take().filter(|(of, ..)| *of == session);
        let index = match held {
            // What plays of it ends here.
            Some((_, index, playing)) => {
                drop(playing);
                index
            }
            None => kept_sound(self.unlocked()?, session)?,
        };
        let playing = sound_of(&index, line).and_then(|pcm| Ok(loudspeaker::play(pcm)?));
        let done = playing.as_ref().map(|_| ()).map_err(Clone::clone);
        self.heard = Some((session, index, playing.ok()));
        done?;
        Ok(Vec::new())
    }

    fn hear_on_a_thread(&self, unlocked: Arc<UnlockedVault>, session: SessionId) {
        let (inbox, at_work) = (self.inbox.clone(), Arc::clone(&self.recovering));
        let Place { models, lang, .. } = &self.place;
        let (engines, lang) = (Installed::at(models.clone()), *lang);
        if let Ok(mut at_work) = at_work.lock() {
            at_work.insert(session);
        }
        std::thread::spawn(move || {
            let heard = || -> Result<RecoveredSound, ErrorReport> {
                let mut ear = SecondEar::of(&engines, shipped::speech_filter()?)?;
                recover_sound::recover(&unlocked, session, &shipped::risk_rules()?, lang, &mut ear, &|_, _| {})
            };
            let answer = match heard() {
                Ok(RecoveredSound { recovered: Recovered { utterances, withdrawn }, from_sound, .. }) => {
                    Answer::Recovered { session, utterances, withdrawn, from_sound }
                }
                Err(fault) => Answer::Failed { asked: Asked::Other, fault },
            };
            drop(unlocked);
            if let Ok(mut at_work) = at_work.lock() {
                at_work.remove(&session);
            }
            // Whoever is gone needs no answer.
            let _ = inbox.blocking_send(Msg::Answer(answer));
        });
    }
}
