//! The direction_engines of a session: the technique cards, an embedding model and a language model, each in its own worker.

use crate::adapters::models::Store;
use crate::adapters::shipped;
use crate::adapters::workers::Canceller;
use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::live::engines::{self, Ready};
use crate::live::suggest::{Advisor, Engines, Respondent};
use crate::ports::keeper::DirectionEngines;
use crate::texts::msg;

/// Advises one session; remembers what was answered, so that asking again costs only what is new.
pub struct SessionAdviser {
    advisor: Advisor,
    embedding: Ready,
    language: Ready,
}

impl SessionAdviser {
    /// Brings both models up.
    pub fn start(store: &Store, model: Option<&ModelId>, lang: Lang, threads: u16) -> Result<Self, ErrorReport> {
        let embedding = engines::embedding(store, threads)?;
        let language = engines::language(store, model, threads)?;
        let respondent = Respondent::of(&language.manifest, language.model.clone()).ok_or_else(|| {
            let what = msg("session-engines-cannot-answer-questions-manifest-names").shown("model", &language.model.id);
            ErrorReport::with(Exit::Model, what, msg("session-engines-choose-model-task-llm-gyeot.hint"))
        })?;
        let (judge, write) = (shipped::judge_task("directions")?, shipped::write_task("rationale")?);
        let advisor = Advisor::new(shipped::technique_library()?, judge, write, lang, respondent);
        Ok(SessionAdviser { advisor, embedding, language })
    }

    /// Handles that stop both workers from elsewhere.
    fn cancellers(&self) -> [Canceller; 2] {
        [self.embedding.worker.canceller(), self.language.worker.canceller()]
    }
}

impl DirectionEngines for SessionAdviser {
    fn advise(
        &mut self,
        transcript: &Transcript,
        cues: &[RiskCue],
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Suggestions, ErrorReport> {
        let mut both = Engines { embedding: &mut self.embedding.worker, language: &mut self.language.worker };
        let found = self.advisor.advise(transcript, cues.to_vec(), &mut both, &mut |p| {
            progress(p.done as u32, p.of as u32);
        })?;
        Ok(found)
    }

    fn stopper(&self) -> Box<dyn Fn() + Send> {
        let both = self.cancellers();
        Box::new(move || both.iter().for_each(Canceller::cancel))
    }
}
