//! Reads reviews and does what is decided about them.

use crate::adapters::clock::SystemClock;
use crate::adapters::outgoing_file::{self, OutgoingFile};
use crate::adapters::settings;
use crate::app::msg::Answer;
use crate::app::state::review::ReviewAct;
use crate::domain::explain::{ErrorReport, Explain};
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::member::Role;
use crate::domain::practice::time::Timestamp;
use crate::domain::review::answer::NewComment;
use crate::domain::review::verdict::Verdict;
use crate::ports::clock::Clock;
use crate::runtime::effects::Performer;
use crate::runtime::typed;
use crate::service::notes::NoteChange;
use crate::service::review::ReviewDecision;
use crate::service::review_folder::{self, ReceivedFile};
use crate::texts::msg;

impl Performer {
    /// The folder of reviews by file, after it was set where one is given.
    pub(super) fn folder_of_reviews(&self, new: Option<String>) -> Result<Vec<Answer>, ErrorReport> {
        let Some(path) = self.place.settings.as_deref() else { return Ok(Vec::new()) };
        if let Some(new) = &new {
            let folder = (!new.trim().is_empty()).then(|| typed(new));
            settings::keep_review_folder(path, folder)?;
        }
        let set = settings::read(path)?.review.and_then(|review| review.folder);
        Ok(vec![Answer::FolderOfReviews(set.map(|folder| folder.display().to_string()), new.is_some())])
    }

    /// The queue of whoever has one; an admin has none.
    pub(super) fn reviews(&self) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        if unlocked.role() == Role::Admin {
            return Ok(Vec::new());
        }
        Ok(vec![Answer::Reviews(Box::new(unlocked.review_queue(&self.library)?))])
    }

    pub(super) fn open_review(&mut self, session: SessionId) -> Result<Vec<Answer>, ErrorReport> {
        self.received = None;
        Ok(vec![Answer::Review(Box::new(self.unlocked()?.open_review(session, self.shown)?))])
    }

    pub(super) fn review(
        &mut self,
        session: SessionId,
        read: RecordId,
        act: ReviewAct,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let cosigned = act == ReviewAct::Cosign;
        if let Some(file) = self.received.as_ref().filter(|f| f.file().session == session) {
            // On a machine without a vault the file and its keys are all there is.
            let now = self.unlocked.as_ref().map_or_else(|| SystemClock.now(), |unlocked| unlocked.now());
            return self.review_file(file, act, now);
        }
        let unlocked = self.unlocked()?;
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

    /// One step with the folder of the settings: a counsellor sends what waits and takes answers in, a supervisor is shown
    /// the next file.
    pub(super) fn review_folder(&mut self) -> Result<Vec<Answer>, ErrorReport> {
        let folder = settings::review_folder(self.place.settings.as_deref())?;
        let unlocked = self.unlocked()?;
        if unlocked.role() == Role::Supervisor {
            let now = unlocked.now();
            self.received = review_folder::next(unlocked, &folder)?;
            return Ok(vec![match &self.received {
                Some(file) => Answer::Review(Box::new(file.shown(now)?)),
                None => Answer::Exchanged(0, 0, Vec::new()),
            }]);
        }
        let how = (self.shown.say("review-folder-reason"), self.shown);
        let done = review_folder::exchange(unlocked, &folder, &self.library, how, &outgoing_file::begin_later)?;
        let why = done.refused.iter().map(|(_, why)| why.message()).collect();
        let mut answers = vec![Answer::Exchanged(done.sent, done.taken.len(), why)];
        answers.extend(self.caseload()?);
        Ok(answers)
    }

    /// What is done to a review that came as a file: comments wait beside it, a decision is the answer beside it.
    fn review_file(&self, file: &ReceivedFile, act: ReviewAct, now: Timestamp) -> Result<Vec<Answer>, ErrorReport> {
        let (verdict, words) = match act {
            ReviewAct::Comment(at, text) => {
                file.comment(NewComment { at, text })?;
                return Ok(vec![Answer::Review(Box::new(file.shown(now)?))]);
            }
            ReviewAct::Answer(..) => {
                return Err(ErrorReport::usage(
                    msg("cli-review-file-no-replies"),
                    msg("cli-review-file-no-replies.hint"),
                ));
            }
            ReviewAct::Return(words) => (Verdict::Return, Some(words)),
            ReviewAct::Cosign => (Verdict::Cosign, None),
        };
        let out = OutgoingFile::begin(file.answer_path())?;
        let (bytes, _) = file.answer(verdict, words, now)?;
        out.finish(&bytes)?;
        file.answered();
        Ok(vec![Answer::Decided { cosigned: verdict == Verdict::Cosign }])
    }

    pub(super) fn hand_in(&mut self, session: SessionId) -> Result<Vec<Answer>, ErrorReport> {
        self.unlocked()?.change_note(session, NoteChange::MarkReady)?;
        self.drafts.remove(&session);
        let mut answers = vec![Answer::HandedIn(session)];
        answers.extend(self.caseload()?);
        Ok(answers)
    }
}
