//! Looks at workers and models, for `gyeot doctor` and for the screen of the same name. Changes nothing.

use crate::domain::explain::ErrorReport;
use crate::domain::finding::Looked;
use crate::domain::model::Task;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::ModelRef;
use crate::ports::engines::{Engines, Kind, WorkerFound};

/// What was found there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A worker that starts.
    Worker(WorkerFound),
    /// A model whose file is what its manifest says.
    Model(ModelRef),
}

impl Found {
    /// In words.
    pub fn said(&self, lang: Lang) -> String {
        match self {
            Found::Worker(WorkerFound { path, hello: None }) => path.display().to_string(),
            Found::Worker(WorkerFound { path, hello: Some(hello) }) => {
                let sandbox = lang.say("service-examine-sandbox");
                let level = match hello.sandbox.as_str() {
                    "full" => lang.say("service-examine-sandbox.full"),
                    "partial" => lang.say("service-examine-sandbox.partial"),
                    _ => lang.say("service-examine-sandbox.none"),
                };
                format!("{} · {} · {sandbox}: {level}", path.display(), short(&hello.build))
            }
            Found::Model(model) => format!("{} ({}…)", model.id, &model.sha256[..12.min(model.sha256.len())]),
        }
    }

    /// True unless this kernel confines the worker only in part.
    pub fn confined(&self) -> bool {
        match self {
            Found::Worker(WorkerFound { hello: Some(hello), .. }) => hello.sandbox == "full",
            Found::Worker(_) | Found::Model(_) => true,
        }
    }
}

/// What a worker says of its build, without the list of what the processor can do (`WHISPER : COREML = 0 | …`): that list is
/// long, and the processor has a line of its own.
fn short(build: &str) -> String {
    let words: Vec<&str> = build.split_whitespace().collect();
    let list = words.iter().position(|word| *word == ":").map_or(words.len(), |at| at.saturating_sub(1));
    words[..list].join(" ")
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Which.
    pub what: Looked,
    /// What is there, or what is wrong with it.
    pub found: Result<Found, ErrorReport>,
}

/// The models that a session uses, in the order of looking; the last can be done without.
const MODELS: [(Task, Looked); 4] = [
    (Task::Asr, Looked::SpeechModel),
    (Task::Llm, Looked::LanguageModel),
    (Task::Embedding, Looked::EmbeddingModel),
    (Task::Speaker, Looked::SpeakerModel),
];

/// Starts each worker once and checks the file of each model that would run. Takes seconds where models are large.
pub fn examine(engines: &dyn Engines) -> Vec<Examined> {
    let workers = [(Kind::Asr, Looked::SpeechWorker), (Kind::Llm, Looked::LanguageWorker)];
    let worker = |(kind, what)| Examined { what, found: engines.look_at_worker(kind).map(Found::Worker) };
    let mut all: Vec<Examined> = workers.into_iter().map(worker).collect();
    if let Some(recorders) = engines.recorders() {
        let found = recorders.look().map(Found::Worker).map_err(ErrorReport::from);
        all.push(Examined { what: Looked::Recorder, found });
    }
    match engines.folder() {
        Ok(()) => all
            .extend(MODELS.map(|(task, what)| Examined { what, found: engines.look_at_model(task).map(Found::Model) })),
        Err(fault) => all.push(Examined { what: Looked::Models, found: Err(fault) }),
    }
    all
}
