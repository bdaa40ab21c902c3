//! Engines with a model loaded, and what a session is judged and written by, wherever both come from.

use crate::domain::advice::heads::DirectionHeads;
use crate::domain::advice::risk_cue::Rules;
use crate::domain::advice::task_prompt::{JudgeTask, WriteTask};
use crate::domain::advice::technique::Library;
use crate::domain::explain::ErrorReport;
use crate::domain::model::{Manifest, Task};
use crate::domain::note::content::Kinds;
use crate::domain::note::retraction;
use crate::domain::practice::ids::ModelId;
use crate::domain::transcript::ModelRef;
pub use crate::ports::engine::WorkerFound;
use crate::ports::engine::{LanguageEngine, SpeechEngine};
use crate::ports::recorder::Recorders;
use crate::speech::filter::SpeechFilter;
use crate::speech::voice::VoiceModel;
use std::sync::Arc;

/// Which of the two workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Speech to text.
    Asr,
    /// Language model and embeddings.
    Llm,
}

impl Kind {
    /// `asr` or `llm`, as `Hello` says it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Asr => "asr",
            Kind::Llm => "llm",
        }
    }
}

/// Stops what the engine does, from any thread.
pub type Stop = Arc<dyn Fn() + Send + Sync>;

/// An engine with its model loaded.
pub struct Loaded<E: ?Sized> {
    /// The engine.
    pub engine: Box<E>,
    /// What it runs, as records name it.
    pub model: ModelRef,
    /// Its manifest.
    pub manifest: Manifest,
    /// Cancels its request.
    pub stop: Stop,
}

/// Brings engines up. Each takes the chosen model, or the best small one that is there.
pub trait Engines: Send + Sync {
    /// Whether there is a folder of models at all.
    fn folder(&self) -> Result<(), ErrorReport>;
    /// Speech to text.
    fn speech(&self, model: Option<&ModelId>) -> Result<Loaded<dyn SpeechEngine>, ErrorReport>;
    /// Answers small questions and writes short texts.
    fn language(&self, model: Option<&ModelId>) -> Result<Loaded<dyn LanguageEngine>, ErrorReport>;
    /// The same with the very file that a record names, where it is here; otherwise with any of that model.
    fn language_of(&self, model: &ModelRef) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        self.language(Some(&model.id))
    }
    /// Compares sentences.
    fn embedding(&self) -> Result<Loaded<dyn LanguageEngine>, ErrorReport>;
    /// The network that tells voices apart.
    fn voices(&self) -> Result<Arc<VoiceModel>, ErrorReport>;
    /// What starts recorders; none where no sound is to be kept.
    fn recorders(&self) -> Option<Box<dyn Recorders>> {
        None
    }
    /// Starts a worker without a model and ends it.
    fn look_at_worker(&self, kind: Kind) -> Result<WorkerFound, ErrorReport>;
    /// The model that would run, its file checked against its manifest.
    fn look_at_model(&self, task: Task) -> Result<ModelRef, ErrorReport>;
}

/// The data that a session is heard, judged and written by.
pub struct SessionData {
    /// Drops what nobody said.
    pub filter: SpeechFilter,
    /// Finds words that may mean danger.
    pub rules: Rules,
    /// The technique cards.
    pub techniques: Library,
    /// Which cards a line speaks for, by its vector.
    pub heads: DirectionHeads,
    /// How directions are judged.
    pub judge: JudgeTask,
    /// How their reasons are written.
    pub write: WriteTask,
    /// What a line of the session's note can be about, and how somebody takes back what was said.
    pub note: (Kinds, retraction::Rules),
}
