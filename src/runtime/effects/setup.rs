//! The first run: the models of this machine are looked at and fetched on threads of their own, the practice client is made and
//! removed.

use crate::adapters::models::catalogue::Catalogue;
use crate::adapters::models::recommend::{Machine, measure, recommended};
use crate::adapters::models::report::Report;
use crate::adapters::models::{Store, pull};
use crate::adapters::shipped;
use crate::app::msg::{Answer, Msg};
use crate::app::state::setup::{ModelOffer, PullState, Pulling, SetupAnswer, SetupAsk};
use crate::domain::explain::ErrorReport;
use crate::domain::model::Task;
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::runtime::effects::{Performer, no_client};
use crate::service::practice;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;

/// What a session works with.
const TASKS: [Task; 4] = [Task::Asr, Task::Embedding, Task::Llm, Task::Speaker];
/// How often the progress is told.
const TELL: Duration = Duration::from_millis(250);

/// Models that are fetched now; dropping it stops that.
#[derive(Debug, Default)]
pub(super) struct Fetching(Option<Arc<AtomicBool>>);

impl Fetching {
    fn stop(&self) {
        if let Some(stop) = &self.0 {
            stop.store(true, Ordering::SeqCst);
        }
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Performer {
    pub(super) fn setup(&mut self, asked: SetupAsk) -> Result<Vec<Answer>, ErrorReport> {
        match asked {
            SetupAsk::Look => self.look_at_models(),
            SetupAsk::Pull(models) => {
                self.fetching.stop();
                let stop = Arc::new(AtomicBool::new(false));
                self.fetching = Fetching(Some(Arc::clone(&stop)));
                let (dir, inbox) = (self.place.models.clone(), self.inbox.clone());
                std::thread::spawn(move || fetch(dir, &models, stop, &inbox));
            }
            SetupAsk::StopPull => self.fetching.stop(),
            SetupAsk::Practice(lang) => return self.practice(lang),
            SetupAsk::RemovePractice(client) => {
                let code = self.code(client)?;
                self.unlocked()?.remove_practice_client(&code)?;
                return Ok(vec![Answer::Setup(SetupAnswer::PracticeGone)]);
            }
        }
        Ok(Vec::new())
    }

    fn practice(&self, lang: Lang) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let said = Transcript::parse(shipped::demo_session(lang).reference)?;
        let code = practice::practice_client(unlocked, lang.say("practice-name"), said, &shipped::risk_rules()?)?;
        let row = unlocked.clients()?.into_iter().find(|row| row.code == code).ok_or_else(no_client)?;
        Ok(vec![Answer::Setup(SetupAnswer::Practice(row.id))])
    }

    /// On a thread of its own: the machine is measured once, which takes two seconds.
    fn look_at_models(&self) {
        let (dir, inbox) = (self.place.models.clone(), self.inbox.clone());
        std::thread::spawn(move || {
            let told = match Store::open(dir) {
                Ok(store) => Answer::Setup(SetupAnswer::Offers(offers(&store))),
                Err(e) => Answer::Failed { asked: crate::app::msg::Asked::Other, fault: e.into() },
            };
            // Whoever is gone needs no answer.
            let _ = inbox.blocking_send(Msg::Answer(told));
        });
    }
}

fn offers(store: &Store) -> Vec<ModelOffer> {
    static MACHINE: OnceLock<Machine> = OnceLock::new();
    let machine = MACHINE.get_or_init(measure);
    let catalogue: &Catalogue = store.catalogue();
    let offer = |task| {
        let (manifest, keeps_up) = recommended(machine, catalogue, task)?;
        Some(ModelOffer {
            id: manifest.id.clone(),
            task: manifest.task.label(),
            bytes: manifest.variant(None).and_then(|v| v.bytes),
            here: store.find(&manifest.id, None).is_ok(),
            keeps_up,
            licence: manifest.licence.name.clone(),
        })
    };
    TASKS.into_iter().filter_map(offer).collect()
}

/// Tells how far it is, and hears that it is to stop.
struct Progress<'a> {
    now: Pulling,
    told: Instant,
    stop: Arc<AtomicBool>,
    inbox: &'a Sender<Msg>,
}

impl Progress<'_> {
    fn tell(&mut self) {
        self.told = Instant::now();
        // A full inbox drops a step of the progress.
        let _ = self.inbox.try_send(Msg::Answer(Answer::Setup(SetupAnswer::Pulling(self.now.clone()))));
    }

    /// The last word is not dropped.
    fn end(self, state: PullState) {
        let now = Pulling { state, ..self.now };
        let _ = self.inbox.blocking_send(Msg::Answer(Answer::Setup(SetupAnswer::Pulling(now))));
    }
}

impl Report for Progress<'_> {
    fn begin(&mut self, _what: &str, total: Option<u64>) {
        (self.now.done, self.now.total) = (0, total);
        self.tell();
    }
    fn at(&mut self, bytes: u64) {
        self.now.done = bytes;
        if self.told.elapsed() >= TELL {
            self.tell();
        }
    }
    fn end(&mut self) {}
    fn say(&mut self, _line: &str) {}
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// Fetches one after the other; the first that cannot be had ends it.
fn fetch(dir: PathBuf, models: &[ModelId], stop: Arc<AtomicBool>, inbox: &Sender<Msg>) {
    let Some(first) = models.first() else { return };
    let now = Pulling { id: first.clone(), done: 0, total: None, nth: (1, models.len()), state: PullState::Runs };
    let mut progress = Progress { now, told: Instant::now(), stop, inbox };
    progress.tell();
    let store = match Store::open(dir) {
        Ok(store) => store,
        Err(e) => return progress.end(PullState::Failed(e.into())),
    };
    for (n, id) in models.iter().enumerate() {
        let nth = (n + 1, models.len());
        progress.now = Pulling { id: id.clone(), done: 0, total: None, nth, state: PullState::Runs };
        if let Err(e) = pull::pull(&store, id, None, &mut progress) {
            let state = if progress.stopped() { PullState::Stopped } else { PullState::Failed(e.into()) };
            return progress.end(state);
        }
    }
    progress.end(PullState::Done);
}
