//! The loop of a worker: says `Hello`, reads requests on one thread, works on another, ends with its input.

use crate::protocol::frame::{self, FrameError};
use crate::protocol::{Answer, Ask, Decode, Hello, Pass, Request, Say, VERSION, Written};
use crate::texts::{Message, msg};
use std::collections::{HashSet, VecDeque};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

/// Requests that may wait; the program sends one or two at a time, so a full queue only makes it wait.
const WAITING: usize = 32;

/// How a request ended when it did not end in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was cancelled.
    Cancelled,
    /// It failed: what happened and what to do, no client words.
    Failed {
        /// What happened.
        what: Message,
        /// What to do.
        hint: Message,
    },
}

impl Fate {
    /// A failure.
    pub fn failed(what: Message, hint: Message) -> Self {
        Fate::Failed { what, hint }
    }
}

/// What answers a request that goes before another one.
pub type Answers<'a> = dyn FnMut(Ask, Vec<u8>, &RequestContext<'_>) -> Result<Answer, Fate> + 'a;

/// A request with the raw part of its frame.
type Framed = (Request, Vec<u8>);

/// One utterance that somebody waits for: it goes before the rest of a window.
const fn urgent(ask: &Ask) -> bool {
    matches!(ask, Ask::Decode(Decode { pass: Pass::Quick, .. }))
}

/// Requests that were read and not yet begun.
struct Queue {
    from: Mutex<Receiver<Framed>>,
    /// Taken out while something urgent was looked for, in their order.
    passed_over: Mutex<VecDeque<Framed>>,
    /// Urgent ones that wait.
    urgent: Arc<AtomicUsize>,
}

impl Queue {
    fn next(&self) -> Option<Framed> {
        let passed_over = self.passed_over.lock().ok()?.pop_front();
        let next = match passed_over {
            Some(next) => next,
            None => self.from.lock().ok()?.recv().ok()?,
        };
        self.begun(&next);
        Some(next)
    }

    fn next_urgent(&self) -> Option<Framed> {
        if self.urgent.load(Ordering::SeqCst) == 0 {
            return None;
        }
        let (from, mut passed_over) = (self.from.lock().ok()?, self.passed_over.lock().ok()?);
        while let Ok(next) = from.try_recv() {
            if urgent(&next.0.ask) {
                self.begun(&next);
                return Some(next);
            }
            passed_over.push_back(next);
        }
        None
    }

    fn begun(&self, (request, _): &Framed) {
        if urgent(&request.ask) {
            self.urgent.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// What an engine may do while it works on one request.
pub struct RequestContext<'a> {
    id: u64,
    cancelled: &'a Mutex<HashSet<u64>>,
    out: &'a Arc<Mutex<dyn Write + Send>>,
    queue: &'a Queue,
}

impl RequestContext<'_> {
    /// True once the program no longer wants the answer; look between slices of work.
    pub fn cancelled(&self) -> bool {
        self.cancelled.lock().map(|set| set.contains(&self.id)).unwrap_or(true)
    }

    /// True while an utterance waits that somebody wants at once.
    pub fn urgent_waits(&self) -> bool {
        self.queue.urgent.load(Ordering::SeqCst) > 0
    }

    /// Answers the utterances that wait before the present request goes on. An answer that could not be sent shows at the end of
    /// the present one, whose pipe it is.
    pub fn answer_urgent(&self, answer: &mut Answers<'_>) {
        while let Some((Request { id, ask }, tail)) = self.queue.next_urgent() {
            let context = RequestContext { id, ..*self };
            let fate = if context.cancelled() { Err(Fate::Cancelled) } else { answer(ask, tail, &context) };
            let _ = context.end(fate);
        }
    }

    /// Says how the request ended: exactly one word for each.
    fn end(&self, fate: Result<Answer, Fate>) -> Result<(), FrameError> {
        let id = self.id;
        let end = match fate {
            Ok(answer) => Say::Done { id, answer },
            Err(Fate::Cancelled) => Say::Cancelled { id },
            Err(Fate::Failed { what, hint }) => Say::Failed { id, what, hint },
        };
        if let Ok(mut set) = self.cancelled.lock() {
            set.remove(&id);
        }
        match say(self.out, &end) {
            // An answer over the frame limit still ends in exactly one word.
            Err(FrameError::Size(_)) => {
                let (what, hint) = (msg("worker-serve-answer-too-large"), msg("worker-serve-ask-less-time"));
                say(self.out, &Say::Failed { id, what, hint })
            }
            other => other,
        }
    }

    /// Sends the words so far.
    pub fn partial(&self, text: &str) {
        let say = Say::Partial { id: self.id, text: crate::domain::practice::text::ClientText::new(text) };
        if let Ok(mut out) = self.out.lock() {
            // A partial is dispensable: a broken pipe shows at the answer.
            let _ = frame::write(&mut *out, &say, &[]);
        }
    }

    /// Sends a text of several as soon as it is written.
    pub fn wrote(&self, place: usize, text: &Written) {
        let say = Say::Wrote { id: self.id, place, text: text.clone() };
        if let Ok(mut out) = self.out.lock() {
            // It comes again in the answer, where a broken pipe shows.
            let _ = frame::write(&mut *out, &say, &[]);
        }
    }
}

/// An engine: answers one request at a time.
pub trait Engine {
    /// `asr` or `llm`.
    fn name(&self) -> &'static str;
    /// Answers a request; `tail` is the raw part of its frame.
    fn answer(&mut self, ask: Ask, tail: Vec<u8>, context: &RequestContext<'_>) -> Result<Answer, Fate>;
}

/// Runs the loop until the input ends. `build` and `sandbox` go into `Hello`.
/// Returns the number of frames that could not be understood: they are counted, never logged.
pub fn serve<R, W, E>(mut input: R, output: W, engine: &mut E, build: &str, sandbox: &str) -> Result<u64, FrameError>
where
    R: Read + Send + 'static,
    W: Write + Send + 'static,
    E: Engine,
{
    let out: Arc<Mutex<dyn Write + Send>> = Arc::new(Mutex::new(output));
    let cancelled = Arc::new(Mutex::new(HashSet::new()));
    let hello = Hello {
        protocol: VERSION,
        worker: engine.name().to_owned(),
        build: build.to_owned(),
        sandbox: sandbox.to_owned(),
    };
    say(&out, &Say::Hello(hello))?;

    // Bounded: when the engine is busy and the queue full, the reader waits and so does the program's write.
    let (tx, rx) = sync_channel::<Framed>(WAITING);
    let waiting = Arc::new(AtomicUsize::new(0));
    let (marks, counted) = (Arc::clone(&cancelled), Arc::clone(&waiting));
    let reader = std::thread::spawn(move || {
        let mut unreadable = 0u64;
        loop {
            match frame::read::<Request>(&mut input) {
                Ok(Some((Request { ask: Ask::Cancel { id }, .. }, _))) => {
                    if let Ok(mut set) = marks.lock() {
                        set.insert(id);
                    }
                }
                Ok(Some(request)) => {
                    // Counted before it can be taken.
                    counted.fetch_add(usize::from(urgent(&request.0.ask)), Ordering::SeqCst);
                    if tx.send(request).is_err() {
                        break;
                    }
                }
                Ok(None) => break,
                Err(FrameError::Unreadable) => unreadable += 1,
                Err(_) => break,
            }
        }
        unreadable
    });

    let queue = Queue { from: Mutex::new(rx), passed_over: Mutex::default(), urgent: waiting };
    while let Some((Request { id, ask }, tail)) = queue.next() {
        let context = RequestContext { id, cancelled: &cancelled, out: &out, queue: &queue };
        let fate = if context.cancelled() { Err(Fate::Cancelled) } else { engine.answer(ask, tail, &context) };
        context.end(fate)?;
    }
    Ok(reader.join().unwrap_or(0))
}

fn say(out: &Arc<Mutex<dyn Write + Send>>, say: &Say) -> Result<(), FrameError> {
    match out.lock() {
        Ok(mut out) => frame::write(&mut *out, say, &[]),
        Err(_) => Err(FrameError::Pipe(std::io::ErrorKind::Other)),
    }
}
