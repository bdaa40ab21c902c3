//! The direction engines of a session: the technique cards, an embedding model and a language model.

use crate::domain::advice::heads::DirectionHeads;
use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::advice::task_prompt::{JudgeTask, WriteTask};
use crate::domain::advice::technique::Library;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::live::note_draft::Drafter;
use crate::live::suggest::{Advisor, Engines, Respondent};
use crate::ports::engine::LanguageEngine;
use crate::ports::engines::Loaded;
use crate::ports::keeper::DirectionEngines;
use crate::texts::msg;
use std::sync::Arc;

/// Works out directions for one session; remembers what was answered, so that asking again costs only what is new.
pub struct SessionAdviser {
    advisor: Advisor,
    embedding: Loaded<dyn LanguageEngine>,
    language: Loaded<dyn LanguageEngine>,
    note: Option<Drafter>,
}

impl SessionAdviser {
    /// With both models loaded. Refused where the language model's manifest names no chat markers.
    pub fn new(
        embedding: Loaded<dyn LanguageEngine>,
        language: Loaded<dyn LanguageEngine>,
        (techniques, heads): (Library, DirectionHeads),
        (judge, write): (JudgeTask, WriteTask),
        lang: Lang,
    ) -> Result<Self, ErrorReport> {
        let respondent = Respondent::of(&language.manifest, language.model.clone()).ok_or_else(|| {
            let what = msg("session-engines-cannot-answer-questions-manifest-names").shown("model", &language.model.id);
            ErrorReport::with(Exit::Model, what, msg("session-engines-choose-model-task-llm-gyeot.hint"))
        })?;
        let advisor = Advisor::new(techniques, judge, write, lang, respondent).with_heads(heads, &embedding.model);
        Ok(SessionAdviser { advisor, embedding, language, note: None })
    }

    /// Compares beside, ahead of its draft, what the note of the session needs.
    pub fn with_note(mut self, drafter: Drafter) -> Self {
        self.note = Some(drafter);
        self
    }

    /// What cannot be compared now is compared at the draft.
    fn prepare(&mut self, transcript: &Transcript) {
        if let Some(note) = &self.note {
            let _ = note.prepare(transcript, &self.embedding.model, &mut *self.embedding.engine);
        }
    }
}

impl DirectionEngines for SessionAdviser {
    fn advise(
        &mut self,
        transcript: &Transcript,
        cues: &[RiskCue],
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Suggestions, ErrorReport> {
        let mut both = Engines { embedding: &mut *self.embedding.engine, language: &mut *self.language.engine };
        Ok(self.advisor.advise(transcript, cues.to_vec(), &mut both, &mut |p| {
            progress(p.done as u32, p.of as u32);
        })?)
    }

    fn meanwhile(&mut self, transcript: &Transcript) {
        self.prepare(transcript);
    }

    fn begin(&mut self, language: Lang) {
        self.prepare(&Transcript::empty(language));
    }

    fn stopper(&self) -> Box<dyn Fn() + Send> {
        let both = [Arc::clone(&self.embedding.stop), Arc::clone(&self.language.stop)];
        Box::new(move || both.iter().for_each(|stop| stop()))
    }
}
