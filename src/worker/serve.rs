//! The loop of a worker: says `Hello`, reads requests on one thread, works on another, ends with its input.

use crate::protocol::frame::{self, FrameError};
use crate::protocol::{Answer, Ask, Hello, Request, Say, VERSION};
use crate::texts::{Message, msg};
use std::collections::HashSet;
use std::io::{Read, Write};
use std::sync::mpsc::sync_channel;
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

/// What an engine may do while it works on one request.
pub struct RequestContext<'a> {
    id: u64,
    cancelled: &'a Mutex<HashSet<u64>>,
    out: &'a Mutex<dyn Write + Send>,
}

impl RequestContext<'_> {
    /// True once the program no longer wants the answer; look between slices of work.
    pub fn cancelled(&self) -> bool {
        self.cancelled.lock().map(|set| set.contains(&self.id)).unwrap_or(true)
    }

    /// Sends the words so far.
    pub fn partial(&self, text: &str) {
        let say = Say::Partial { id: self.id, text: crate::domain::practice::text::ClientText::new(text) };
        if let Ok(mut out) = self.out.lock() {
            // A partial is dispensable: a broken pipe shows at the answer.
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
    let (tx, rx) = sync_channel::<(Request, Vec<u8>)>(WAITING);
    let marks = Arc::clone(&cancelled);
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

    for (Request { id, ask }, tail) in rx {
        let context = RequestContext { id, cancelled: &cancelled, out: &*out };
        let fate = if context.cancelled() { Err(Fate::Cancelled) } else { engine.answer(ask, tail, &context) };
        let end = match fate {
            Ok(answer) => Say::Done { id, answer },
            Err(Fate::Cancelled) => Say::Cancelled { id },
            Err(Fate::Failed { what, hint }) => Say::Failed { id, what, hint },
        };
        if let Ok(mut set) = cancelled.lock() {
            set.remove(&id);
        }
        if let Err(e) = say(&out, &end) {
            // An answer over the frame limit still ends in exactly one word.
            match e {
                FrameError::Size(_) => say(
                    &out,
                    &Say::Failed {
                        id,
                        what: msg("worker-serve-answer-too-large"),
                        hint: msg("worker-serve-ask-less-time"),
                    },
                )?,
                other => return Err(other),
            }
        }
    }
    Ok(reader.join().unwrap_or(0))
}

fn say(out: &Arc<Mutex<dyn Write + Send>>, say: &Say) -> Result<(), FrameError> {
    match out.lock() {
        Ok(mut out) => frame::write(&mut *out, say, &[]),
        Err(_) => Err(FrameError::Pipe(std::io::ErrorKind::Other)),
    }
}
