//! Brings the engines up: a verified model file, a worker that gets it as its only descriptor, the model loaded.

use crate::adapters::models::memory::Memory;
use crate::adapters::models::{ModelError, Store, usable};
use crate::adapters::recorder::RecorderProgram;
use crate::adapters::settings;
use crate::adapters::workers::{Process, Worker, program};
use crate::domain::explain::ErrorReport;
use crate::domain::model::{Manifest, Task, Tier};
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::ModelRef;
use crate::ports::engine::{EngineError, LanguageEngine, SpeechEngine};
use crate::ports::engines::{Engines, Kind, Loaded, Stop, WorkerFound};
use crate::ports::recorder::Recorders;
use crate::protocol::{Judge, Judged, Load, Write, Written};
use crate::speech::voice::VoiceModel;
use crate::texts::msg;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Context that is asked for when a manifest names none, tokens: a line, its question and their template fit many times.
const CONTEXT: u32 = 4096;
/// An embedding model never sees more than a few sentences at once, tokens.
const EMBEDDING_CONTEXT: u32 = 512;

/// A worker with its model loaded.
pub struct Ready {
    /// The worker.
    pub worker: Worker,
    /// What it runs, as records name it.
    pub model: ModelRef,
    /// Its manifest.
    pub manifest: Manifest,
}

/// The engines of this computer's models folder. Nothing is read before an engine is asked for.
#[derive(Debug, Clone)]
pub struct Installed {
    models: PathBuf,
    language: Option<ModelId>,
}

impl Installed {
    /// Of this folder.
    pub fn at(models: PathBuf) -> Self {
        Installed { models, language: None }
    }

    /// Of this folder, with the language model of a settings file.
    pub fn with_settings(models: PathBuf, settings: Option<&Path>) -> Result<Self, ErrorReport> {
        Ok(Installed::at(models).preferring(settings::language_model(settings)?))
    }

    /// With the language model that a person chose in the settings, for whoever names none. It is taken or refused, and no other
    /// one stands in for it.
    #[must_use]
    pub fn preferring(self, language: Option<ModelId>) -> Self {
        Installed { language, ..self }
    }

    /// Keeps in the settings which language model is used, after a look at its files; with none, that the best one is.
    pub fn choose_language(store: &Store, settings: Option<&Path>, id: Option<&ModelId>) -> Result<(), ErrorReport> {
        if let Some(id) = id {
            usable(store, id)?;
        }
        Ok(settings::keep_language_model(settings, id.cloned())?)
    }

    fn store(&self) -> Result<Store, ErrorReport> {
        Ok(Store::open(&self.models)?)
    }
}

impl Engines for Installed {
    fn folder(&self) -> Result<(), ErrorReport> {
        self.store().map(drop)
    }

    fn speech(&self, model: Option<&ModelId>) -> Result<Loaded<dyn SpeechEngine>, ErrorReport> {
        let Ready { worker, model, manifest } = speech(&self.store()?, model, threads())?;
        let stop = stop(&worker);
        Ok(Loaded { engine: Box::new(worker), model, manifest, stop })
    }

    fn language(&self, model: Option<&ModelId>) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        let store = self.store()?;
        let id = chosen(&store, model.or(self.language.as_ref()), Task::Llm)?;
        at_first_use(&store, (&id, None))
    }

    fn language_of(&self, model: &ModelRef) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        at_first_use(&self.store()?, (&model.id, Some(&model.sha256)))
    }

    fn embedding(&self) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        Ok(language_engine(embedding(&self.store()?, threads())?))
    }

    fn voices(&self) -> Result<Arc<VoiceModel>, ErrorReport> {
        voices(&self.store()?)
    }

    fn recorders(&self) -> Option<Box<dyn Recorders>> {
        Some(Box::new(RecorderProgram::default()))
    }

    fn look_at_worker(&self, kind: Kind) -> Result<WorkerFound, ErrorReport> {
        let path = program(kind)?;
        let worker = Worker::start(Box::new(Process::with_program(kind, path.clone(), None)))?;
        Ok(WorkerFound { path, hello: worker.hello().cloned() })
    }

    fn look_at_model(&self, task: Task) -> Result<ModelRef, ErrorReport> {
        let store = self.store()?;
        let preferred = self.language.clone().filter(|_| task == Task::Llm);
        let id = preferred.map_or_else(|| store.installed_for(task, Tier::Large), Ok)?;
        Ok(store.open_verified(&id)?.1)
    }
}

/// A language worker whose model is loaded when something is asked of it: the directions of a session ask a small model nothing,
/// and half a gigabyte would stand idle beside speech. Its file was verified when the worker was started.
struct AtFirstUse {
    worker: Worker,
    /// What is loaded first; none once it was.
    load: Option<Load>,
}

impl AtFirstUse {
    fn loaded(&mut self) -> Result<&mut Worker, EngineError> {
        if let Some(load) = self.load.clone() {
            LanguageEngine::load(&mut self.worker, load)?;
            self.load = None;
        }
        Ok(&mut self.worker)
    }
}

impl LanguageEngine for AtFirstUse {
    fn load(&mut self, load: Load) -> Result<String, EngineError> {
        self.load = None;
        LanguageEngine::load(&mut self.worker, load)
    }

    fn embed(&mut self, texts: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError> {
        self.loaded()?.embed(texts)
    }

    fn judge(&mut self, judge: Judge) -> Result<Judged, EngineError> {
        self.loaded()?.judge(judge)
    }

    fn write(&mut self, write: Write) -> Result<Written, EngineError> {
        self.loaded()?.write(write)
    }

    fn write_together(
        &mut self,
        texts: Vec<Write>,
        done: &mut dyn FnMut(usize, Written) -> bool,
    ) -> Result<(), EngineError> {
        self.loaded()?.write_together(texts, done)
    }
}

/// The model, in the file with this hash where one is given.
fn at_first_use(store: &Store, which: (&ModelId, Option<&str>)) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
    let (Ready { worker, model, manifest }, load) = start(store, which, Kind::Llm, threads(), CONTEXT, false)?;
    let stop = stop(&worker);
    Ok(Loaded { engine: Box::new(AtFirstUse { worker, load: Some(load) }), model, manifest, stop })
}

fn language_engine(Ready { worker, model, manifest }: Ready) -> Loaded<dyn LanguageEngine> {
    let stop = stop(&worker);
    Loaded { engine: Box::new(worker), model, manifest, stop }
}

fn stop(worker: &Worker) -> Stop {
    let canceller = worker.canceller();
    Arc::new(move || canceller.cancel())
}

/// Threads for each engine: both together never exceed the cores for long, because speech has the right of way and
/// the language worker runs at a lower priority.
pub fn threads() -> u16 {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(8)) as u16
}

/// A speech worker with the chosen model, or the best that is installed.
pub fn speech(store: &Store, model: Option<&ModelId>, threads: u16) -> Result<Ready, ErrorReport> {
    let id = chosen(store, model, Task::Asr)?;
    let (mut ready, load) = start(store, (&id, None), Kind::Asr, threads, 0, false)?;
    SpeechEngine::load(&mut ready.worker, load)?;
    Ok(ready)
}

/// A language worker with the chosen model, or the best that is installed.
pub fn language(store: &Store, model: Option<&ModelId>, threads: u16) -> Result<Ready, ErrorReport> {
    let id = chosen(store, model, Task::Llm)?;
    let (mut ready, load) = start(store, (&id, None), Kind::Llm, threads, CONTEXT, false)?;
    LanguageEngine::load(&mut ready.worker, load)?;
    Ok(ready)
}

/// A language worker that only embeds.
pub fn embedding(store: &Store, threads: u16) -> Result<Ready, ErrorReport> {
    let id = chosen(store, None, Task::Embedding)?;
    let (mut ready, load) = start(store, (&id, None), Kind::Llm, threads, EMBEDDING_CONTEXT, true)?;
    LanguageEngine::load(&mut ready.worker, load)?;
    Ok(ready)
}

/// The network that tells voices apart; it runs in this process, for it is our own arithmetic on a verified file.
pub fn voices(store: &Store) -> Result<Arc<VoiceModel>, ErrorReport> {
    let id = chosen(store, None, Task::Speaker)?;
    let (mut file, _, _) = store.open_verified(&id)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|e| {
        ErrorReport::failed(
            msg("live-engines-speaker-model-could-not-read").with("why", e.kind()),
            msg("live-engines-speaker-model-could-not-read.hint"),
        )
    })?;
    Ok(Arc::new(VoiceModel::load(&bytes)?))
}

fn chosen(store: &Store, model: Option<&ModelId>, task: Task) -> Result<ModelId, ErrorReport> {
    match model {
        Some(id) => Ok(id.clone()),
        None => Ok(store.installed_for(task, Tier::Small)?),
    }
}

fn start(
    store: &Store,
    (id, sha256): (&ModelId, Option<&str>),
    kind: Kind,
    threads: u16,
    context: u32,
    embedding: bool,
) -> Result<(Ready, Load), ErrorReport> {
    let mut found = store.find_file(id, sha256)?;
    let mut adapter = None;
    if let Some(of) = found.manifest.adapter.clone() {
        let base = store.find_file(&of.base, Some(&of.sha256))?;
        adapter = Some((std::mem::replace(&mut found, base).path, of));
    }
    let files: Vec<&Path> = adapter.iter().map(|(path, _)| path.as_path()).chain([found.path.as_path()]).collect();
    room_for(id, &files)?;
    let (file, mut model, mut manifest) = store.open_verified_variant(&found.manifest.id, Some(&found.variant.name))?;
    let mut process = Process::new(kind, Some(file))?;
    let mut load =
        Load { path: Process::model_path(), threads, context, embedding, adapter: None, gpu_layers: gpu_layers()? };
    if let Some((_, of)) = adapter {
        if of.sha256 != model.sha256 {
            return Err(ModelError::OtherBase { id: id.to_string(), base: of.base.to_string() }.into());
        }
        let (file, adapted, of_adapter) = store.open_verified(id)?;
        process = process.with_adapter(Some(file));
        load.adapter = Some(Process::adapter_path());
        model = adapted_ref(&model, adapted);
        manifest = of_adapter;
    }
    let worker = Worker::start(Box::new(process))?;
    Ok((Ready { worker, model, manifest }, load))
}

/// Refuses a model whose files do not fit into the memory that is free. Ask it before a file is read: to hash one that will not be
/// loaded takes minutes.
pub fn room_for(id: &ModelId, files: &[&Path]) -> Result<(), ModelError> {
    let bytes = files.iter().map(|path| std::fs::metadata(path).map_or(0, |m| m.len())).sum();
    // Where the system does not say, the load itself will.
    Memory::now().map_or(Ok(()), |memory| memory.room_for(id, bytes))
}

/// A model with its adapter, as records name it: the adapter's id, and the SHA-256 of both hashes with a line end between, because
/// either file alone says too little.
fn adapted_ref(base: &ModelRef, adapter: ModelRef) -> ModelRef {
    use sha2::Digest;
    let sha256 = hex::encode(sha2::Sha256::digest(format!("{}\n{}", base.sha256, adapter.sha256)));
    ModelRef { id: adapter.id, sha256 }
}

/// `GYEOT_GPU_LAYERS`: how many layers a worker that was built for a graphics processor computes there; all where it is not set.
pub fn gpu_layers() -> Result<Option<u32>, ErrorReport> {
    let Some(set) = std::env::var_os("GYEOT_GPU_LAYERS").filter(|set| !set.is_empty()) else { return Ok(None) };
    let number = set.to_str().and_then(|s| s.parse().ok());
    number.map(Some).ok_or_else(|| {
        ErrorReport::usage(
            msg("engines-gpu-layers").shown("set", set.to_string_lossy()),
            msg("engines-gpu-layers.hint"),
        )
    })
}
