//! Reads reviews and does what is decided about them.

use crate::app::msg::Answer;
use crate::app::state::review::ReviewAct;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::member::Role;
use crate::runtime::effects::Performer;
use crate::service::notes::NoteChange;
use crate::service::review::ReviewDecision;

impl Performer {
    /// The queue of whoever has one; an admin has none.
    pub(super) fn reviews(&self) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        if unlocked.role() == Role::Admin {
            return Ok(Vec::new());
        }
        Ok(vec![Answer::Reviews(Box::new(unlocked.review_queue(&self.library)?))])
    }

    pub(super) fn open_review(&self, session: SessionId) -> Result<Vec<Answer>, ErrorReport> {
        Ok(vec![Answer::Review(Box::new(self.unlocked()?.open_review(session, self.place.lang)?))])
    }

    pub(super) fn review(
        &mut self,
        session: SessionId,
        read: RecordId,
        act: ReviewAct,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let cosigned = act == ReviewAct::Cosign;
        match act {
            ReviewAct::Comment(at, words) => drop(unlocked.comment(session, read, at, words)?),
            ReviewAct::Answer(thread, words, resolved) => {
                drop(unlocked.answer_comment(session, thread, words, resolved)?);
            }
            ReviewAct::Return(_) | ReviewAct::Cosign => {
                let decision = match act {
                    ReviewAct::Return(words) => ReviewDecision::Return(words),
                    _ => ReviewDecision::Cosign,
                };
                unlocked.decide_review(session, read, decision)?;
                let mut answers = vec![Answer::Decided { cosigned }];
                answers.extend(self.caseload()?);
                return Ok(answers);
            }
        }
        self.open_review(session)
    }

    pub(super) fn hand_in(&mut self, session: SessionId) -> Result<Vec<Answer>, ErrorReport> {
        self.unlocked()?.change_note(session, NoteChange::MarkReady)?;
        self.drafts.remove(&session);
        let mut answers = vec![Answer::HandedIn(session)];
        answers.extend(self.caseload()?);
        Ok(answers)
    }
}
