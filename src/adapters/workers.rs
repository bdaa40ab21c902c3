//! Workers as child processes: started with an empty environment and one descriptor, greeted, asked, cancelled,
//! killed when they hang, restarted within a budget. Also runs an engine in this process over in-memory pipes,
//! so that tests and `--scripted` go through the very same frames.

use crate::texts::{msg, system};

mod asked;
mod ended;
mod heard;
mod interrupted;
mod launch;
mod process;

use crate::adapters::worker_trust::{a_workers_hint, a_workers_message, a_workers_word};
use crate::adapters::workers::ended::exit_error;
use crate::adapters::workers::heard::forward;
pub use crate::adapters::workers::launch::{Launch, Link, beside, program};
pub use crate::adapters::workers::process::Process;
use crate::domain::practice::text::ClientText;
use crate::ports::engine::EngineError;
pub use crate::ports::engines::Kind;
use crate::protocol::frame;
use crate::protocol::{Answer, Ask, Hello, Load, Request, Say, VERSION};
use crate::worker::Engine;
use crate::worker::sandbox::Level;
use std::process::Child;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A worker that is restarted more often than this in one session has something wrong that a restart does not mend.
pub const RESTART_BUDGET: u32 = 3;
/// Time to say `Hello`: process start, sandbox and nothing else.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// Loading 20 GiB from a slow disk takes minutes; reading the weights is the longest request there is.
const LOAD_WITHIN: Duration = Duration::from_secs(600);
/// A segment of at most 30 s, or one batch of questions, on a machine ten times slower than a laptop.
const ANSWER_WITHIN: Duration = Duration::from_secs(300);
/// After `Cancel` a worker has this long to stop before it is killed.
const CANCEL_WITHIN: Duration = Duration::from_secs(3);
/// Messages read ahead. Full: partials are dropped, answers wait.
const AHEAD: usize = 64;

/// An engine in this process behind real pipes: the scripted engine of tests and of `--scripted`.
pub struct InProcess<F> {
    kind: Kind,
    make: F,
}

impl<F, E> InProcess<F>
where
    F: FnMut() -> E + Send,
    E: Engine + Send + 'static,
{
    /// Runs what `make` returns, anew at each start.
    pub fn new(kind: Kind, make: F) -> Self {
        InProcess { kind, make }
    }
}

impl<F, E> Launch for InProcess<F>
where
    F: FnMut() -> E + Send,
    E: Engine + Send + 'static,
{
    fn kind(&self) -> Kind {
        self.kind
    }

    fn launch(&mut self) -> Result<Link, EngineError> {
        let absent =
            |e: std::io::Error| EngineError::Absent { worker: self.kind.name().into(), why: system::reason(e.kind()) };
        let (their_in, to) = std::io::pipe().map_err(absent)?;
        let (from, their_out) = std::io::pipe().map_err(absent)?;
        let mut engine = (self.make)();
        std::thread::spawn(move || {
            // It ends when our end of the pipe is dropped; what it returns concerns nobody.
            let _ = crate::worker::serve(their_in, their_out, &mut engine, "scripted", "none");
        });
        Ok(Link { to: Box::new(to), from: Box::new(from), child: None })
    }
}

/// Stops what a worker is doing, from another thread.
#[derive(Clone)]
pub struct Canceller {
    to: Arc<Mutex<Option<Box<dyn std::io::Write + Send>>>>,
    busy: Arc<AtomicU64>,
}

impl Canceller {
    /// Asks the worker to stop its present request; the call that waits for it ends in `Cancelled`.
    pub fn cancel(&self) {
        let id = self.busy.load(Ordering::SeqCst);
        if id == 0 {
            return;
        }
        if let Ok(mut to) = self.to.lock()
            && let Some(to) = to.as_mut()
        {
            let stop = Request { id: u64::MAX, ask: Ask::Cancel { id } };
            // A broken pipe shows at the waiting call.
            let _ = frame::write(to, &stop, &[]);
        }
        self.cancelled_at();
    }

    fn cancelled_at(&self) {
        self.busy.fetch_or(CANCELLED, Ordering::SeqCst);
    }
}

/// The bit of `busy` that says a cancel was sent; ids stay below it.
const CANCELLED: u64 = 1 << 63;

/// A worker that is kept alive.
pub struct Worker {
    launch: Box<dyn Launch>,
    kind: Kind,
    hello: Option<Hello>,
    loaded: Option<Load>,
    running: Option<Running>,
    to: Arc<Mutex<Option<Box<dyn std::io::Write + Send>>>>,
    busy: Arc<AtomicU64>,
    next_id: u64,
    restarts: u32,
}

/// How long a worker may still take.
struct Patience {
    until: Instant,
    /// What is told where it takes longer.
    limit: Duration,
    /// A cancel was sent, which shortens it.
    cancel_seen: bool,
}

struct Running {
    says: Receiver<Say>,
    child: Option<Child>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Already gone is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The end of a request, and of which.
fn ended(say: Say) -> Option<(u64, Result<Answer, EngineError>)> {
    match say {
        Say::Done { id, answer } => Some((id, Ok(answer))),
        Say::Cancelled { id } => Some((id, Err(EngineError::Cancelled))),
        Say::Failed { id, what, hint } => {
            Some((id, Err(EngineError::Failed { what: a_workers_message(&what), hint: a_workers_hint(&hint) })))
        }
        Say::Hello(_) | Say::Partial { .. } | Say::Wrote { .. } => None,
    }
}

impl Worker {
    /// Starts a worker and reads its `Hello`.
    pub fn start(launch: Box<dyn Launch>) -> Result<Self, EngineError> {
        let kind = launch.kind();
        let mut worker = Worker {
            launch,
            kind,
            hello: None,
            loaded: None,
            running: None,
            to: Arc::new(Mutex::new(None)),
            busy: Arc::new(AtomicU64::new(0)),
            next_id: 1,
            restarts: 0,
        };
        worker.greet()?;
        Ok(worker)
    }

    /// What it said of itself.
    pub fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// How often it was restarted so far.
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// A handle that cancels from elsewhere.
    pub fn canceller(&self) -> Canceller {
        Canceller { to: Arc::clone(&self.to), busy: Arc::clone(&self.busy) }
    }

    /// The process id, for tests that kill it.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().and_then(|r| r.child.as_ref()).map(Child::id)
    }

    fn name(&self) -> String {
        self.kind.name().to_owned()
    }

    fn greet(&mut self) -> Result<(), EngineError> {
        let link = self.launch.launch()?;
        let (tx, rx) = sync_channel(AHEAD);
        let mut from = link.from;
        std::thread::spawn(move || forward(&mut from, &tx));
        if let Ok(mut to) = self.to.lock() {
            *to = Some(link.to);
        }
        self.running = Some(Running { says: rx, child: link.child });
        match self.next_say(Instant::now() + HELLO_WITHIN, HELLO_WITHIN)? {
            Say::Hello(h) if h.protocol == VERSION && h.worker == self.kind.name() => {
                let least = self.launch.least_sandbox();
                if Level::named(&h.sandbox) < least {
                    self.stop();
                    return Err(EngineError::Failed {
                        what: msg("workers-worker-less-confined-than-system").shown("worker", self.kind.name()),
                        hint: msg("workers-build-whole-package-again-make-2"),
                    });
                }
                self.hello = Some(Hello {
                    build: a_workers_word(&h.build),
                    sandbox: Level::named(&h.sandbox).name().to_owned(),
                    ..h
                });
                Ok(())
            }
            Say::Hello(h) => {
                self.stop();
                Err(EngineError::Version { worker: self.name(), theirs: h.protocol, ours: VERSION })
            }
            _ => {
                self.stop();
                Err(EngineError::Version { worker: self.name(), theirs: 0, ours: VERSION })
            }
        }
    }

    fn stop(&mut self) {
        self.running = None;
        if let Ok(mut to) = self.to.lock() {
            *to = None;
        }
    }

    fn next_say(&mut self, until: Instant, limit: Duration) -> Result<Say, EngineError> {
        let mut patience = Patience { until, limit, cancel_seen: false };
        loop {
            // Short waits, so that a cancel from elsewhere shortens the limit.
            if let Some(say) = self.say_within(&mut patience, Duration::from_millis(200))? {
                return Ok(say);
            }
        }
    }

    /// What the worker says next, if it says something so soon.
    fn say_within(&mut self, patience: &mut Patience, soon: Duration) -> Result<Option<Say>, EngineError> {
        let worker = self.name();
        let Some(running) = &mut self.running else {
            return Err(EngineError::Died { worker, how: msg("workers-not-running") });
        };
        let now = Instant::now();
        if now >= patience.until {
            self.stop();
            return Err(match patience.cancel_seen {
                true => EngineError::Cancelled,
                false => EngineError::Hung { worker, seconds: patience.limit.as_secs() },
            });
        }
        if !patience.cancel_seen && self.busy.load(Ordering::SeqCst) & CANCELLED != 0 {
            patience.cancel_seen = true;
            patience.until = patience.until.min(now + CANCEL_WITHIN);
        }
        match running.says.recv_timeout((patience.until - now).min(soon)) {
            Ok(say) => Ok(Some(say)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                let fault = exit_error(&worker, running.child.as_mut());
                self.stop();
                Err(fault)
            }
        }
    }

    /// Asks and waits for the end of the request. A worker that dies is restarted within the budget, gets its model
    /// again, and is asked once more; the second death is the caller's.
    pub fn ask(&mut self, ask: &Ask, tail: &[u8], partial: &mut dyn FnMut(&ClientText)) -> Result<Answer, EngineError> {
        self.ask_hearing(ask, tail, &mut |say| {
            if let Say::Partial { text, .. } = say {
                partial(&text);
            }
        })
    }

    /// As [`Worker::ask`]; `meanwhile` gets whatever the worker says of the request before its end.
    fn ask_hearing(&mut self, ask: &Ask, tail: &[u8], meanwhile: &mut dyn FnMut(Say)) -> Result<Answer, EngineError> {
        match self.ask_once(ask, tail, meanwhile) {
            Err(EngineError::Died { .. } | EngineError::Hung { .. }) => {
                self.revive()?;
                self.ask_once(ask, tail, meanwhile)
            }
            other => other,
        }
    }

    fn revive(&mut self) -> Result<(), EngineError> {
        if self.restarts >= RESTART_BUDGET {
            return Err(EngineError::Degraded { worker: self.name(), times: self.restarts });
        }
        self.restarts += 1;
        self.stop();
        self.greet()?;
        if let Some(load) = self.loaded.clone() {
            self.ask_once(&Ask::Load(load), &[], &mut |_| {})?;
        }
        Ok(())
    }

    fn ask_once(&mut self, ask: &Ask, tail: &[u8], meanwhile: &mut dyn FnMut(Say)) -> Result<Answer, EngineError> {
        if self.running.is_none() {
            self.revive()?;
        }
        let id = self.new_id();
        self.busy.store(id, Ordering::SeqCst);
        self.send(id, ask, tail)?;
        let limit = if matches!(ask, Ask::Load(_)) { LOAD_WITHIN } else { ANSWER_WITHIN };
        let mut until = Instant::now() + limit;
        let end = loop {
            match self.next_say(until, limit) {
                Ok(say @ Say::Partial { id: i, .. }) if i == id => meanwhile(say),
                Ok(say @ Say::Wrote { id: i, .. }) if i == id => {
                    // The limit is of one text, not of however many were asked for.
                    until = Instant::now() + limit;
                    meanwhile(say);
                }
                Ok(say) => match ended(say) {
                    Some((i, end)) if i == id => break end,
                    // An end of a request that was given up before.
                    _ => {}
                },
                Err(fault) => break Err(fault),
            }
        };
        self.busy.store(0, Ordering::SeqCst);
        if let (Ask::Load(load), Ok(_)) = (ask, &end) {
            self.loaded = Some(load.clone());
        }
        end
    }

    fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// Sends a request; a pipe that is broken shows when its answer is waited for.
    fn send(&self, id: u64, ask: &Ask, tail: &[u8]) -> Result<(), EngineError> {
        let sent = match self.to.lock() {
            Ok(mut to) => match to.as_mut() {
                Some(to) => frame::write(to, &Request { id, ask: ask.clone() }, tail).map_err(Some),
                None => Err(None),
            },
            Err(_) => Err(None),
        };
        match sent {
            Err(Some(frame::FrameError::Size(bytes))) => Err(EngineError::Failed {
                what: msg("workers-request-bytes-too-large-worker").shown("bytes", bytes),
                hint: msg("workers-fault-program-please-report"),
            }),
            _ => Ok(()),
        }
    }

    fn unexpected(&self) -> EngineError {
        EngineError::Failed {
            what: msg("workers-worker-gave-another-answer-than").shown("worker", self.kind.name()),
            hint: msg("workers-build-whole-package-again-make"),
        }
    }

    fn load(&mut self, load: Load) -> Result<String, EngineError> {
        let adapter = load.adapter.is_some();
        match self.ask(&Ask::Load(load), &[], &mut |_| {}) {
            // A worker of an earlier build would answer as the model without its adapter.
            Ok(Answer::Loaded { adapted, .. }) if adapted != adapter => Err(self.unexpected()),
            Ok(Answer::Loaded { about, .. }) => Ok(a_workers_word(&about)),
            Ok(_) => Err(self.unexpected()),
            // Twice, for it was started anew in between: it is the file.
            Err(EngineError::Died { worker, how }) => Err(EngineError::DiedLoading { worker, how }),
            Err(fault) => Err(fault),
        }
    }
}
