//! The fan-out to the recorder: sound goes to it beside the recogniser, over a queue that the hearing side never waits for.
//! A recorder that dies is replaced by one that stands by, which is given what the dead one had not yet written: starting one
//! and keeping its key waits for the disk, and meanwhile the program may die too.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::recording::{Skipped, SoundAlarm};
use crate::ports::recorder::{RecorderError, RecorderLink, Recorders, SoundSink};
use crate::protocol::frame;
use crate::protocol::recording::{Feed, Tells};
use crate::texts::msg;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SendError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Blocks that wait for the recorder: half a minute of a microphone. Full: the block is given up and told as lost; a file
/// waits.
const WAITING: usize = 300;
/// A recorder that dies more often than this in one session has something wrong that a restart does not mend.
const RESTARTS: u32 = 20;
/// How often the feeding side looks whether the recorder is still there while no sound comes.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// The recorder may take so long to write its last pieces.
const END_WITHIN: Duration = Duration::from_secs(20);
/// Samples that are kept for a recorder that dies, at the most: half a minute. It has written all but the last seconds.
const MOST_KEPT: usize = 30 * 16_000;
/// Samples of one frame: a large block of a file is split.
const FRAME: usize = 160_000;

/// What the recorder came to say, for the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecorderSaid {
    /// Synced up to here, milliseconds of session time.
    Saved(u64),
    /// Something is wrong.
    Alarm(SoundAlarm),
    /// What was wrong is not any more.
    Mended,
}

/// What a run of the recorder seals its pieces to.
#[derive(Debug, Clone)]
pub struct SealTo {
    /// The vault.
    pub vault: String,
    /// The session.
    pub session: SessionId,
    /// The age recipient of this run.
    pub recipient: String,
}

/// Makes the key of a run of the recorder and keeps it, given what checks that run's signatures.
pub type Register = Box<dyn FnMut(&str) -> Result<SealTo, ErrorReport> + Send>;

/// What a recording needs.
pub struct Recording {
    /// Starts recorders.
    pub recorders: Box<dyn Recorders>,
    /// Where the pieces go.
    pub folder: PathBuf,
    /// Keeps each run's key.
    pub register: Register,
}

enum Piece {
    Sound(u64, Vec<i16>),
    Skipped(u64, Skipped),
    Discard,
}

/// Who listens to the recorder.
pub type OnRecorderSaid = Arc<dyn Fn(RecorderSaid) + Send + Sync>;

/// A recording that runs.
pub struct RecorderFeed {
    to: SyncSender<Piece>,
    over: Receiver<()>,
    on: Arc<Mutex<Option<OnRecorderSaid>>>,
    discarded: Arc<AtomicBool>,
    saved: Arc<AtomicU64>,
}

/// The end that the hearing side holds.
struct FeedEnd {
    to: SyncSender<Piece>,
    live: bool,
    on: Arc<Mutex<Option<OnRecorderSaid>>>,
    /// The last that was said to be skipped: it comes once for each block.
    skipping: Option<(u64, Skipped)>,
}

impl RecorderFeed {
    /// Starts a recorder and its feeding side; fails where there is none.
    pub fn begin(recording: Recording) -> Result<Self, ErrorReport> {
        let replacements = stand_by(recording);
        let first = taken(&replacements)?;
        let (to, pieces) = sync_channel(WAITING);
        let (done, over) = sync_channel(1);
        let on = Arc::new(Mutex::new(None));
        let discarded = Arc::new(AtomicBool::new(false));
        let saved = Arc::new(AtomicU64::new(0));
        let mut feeding = Feeding {
            replacements,
            link: None,
            unsaved: VecDeque::new(),
            restarts: 0,
            on: Arc::clone(&on),
            discarded: Arc::clone(&discarded),
            saved: Arc::clone(&saved),
        };
        feeding.link = Some(feeding.listen(begun(first)));
        std::thread::spawn(move || {
            feeding.run(&pieces);
            // Nobody may wait.
            let _ = done.try_send(());
        });
        Ok(RecorderFeed { to, over, on, discarded, saved })
    }

    /// Where what the recorder says goes from now on.
    pub fn listen(&self, on: OnRecorderSaid) {
        if let Ok(mut slot) = self.on.lock() {
            *slot = Some(on);
        }
    }

    /// The end for the hearing side. `live` sound is given up where the queue is full, other sound waits.
    pub fn feed_end(&self, live: bool) -> Box<dyn SoundSink> {
        Box::new(FeedEnd { to: self.to.clone(), live, on: Arc::clone(&self.on), skipping: None })
    }

    /// What is not on disk yet is forgotten, and nothing more is taken.
    pub fn discard(&self) {
        self.discarded.store(true, Ordering::SeqCst);
        let _ = self.to.try_send(Piece::Discard);
    }

    /// Waits until everything that was taken is on disk, as far as the disk lets it; gives how far that is, milliseconds of
    /// session time.
    pub fn finish(self) -> u64 {
        drop(self.to);
        let _ = self.over.recv_timeout(END_WITHIN);
        self.saved.load(Ordering::SeqCst) / 16
    }
}

impl FeedEnd {
    fn pass(&mut self, piece: Piece) {
        if !self.live {
            // A feeding side that is gone has said so.
            let _ = self.to.send(piece);
            return;
        }
        if let Err(TrySendError::Full(Piece::Sound(..))) = self.to.try_send(piece) {
            tell(&self.on, RecorderSaid::Alarm(SoundAlarm::Lost));
        }
    }

    fn end_skipping(&mut self) {
        if let Some((to, why)) = self.skipping.take() {
            self.pass(Piece::Skipped(to, why));
        }
    }
}

impl SoundSink for FeedEnd {
    fn sound(&mut self, at: u64, pcm: &[i16]) {
        self.end_skipping();
        for (n, part) in pcm.chunks(FRAME).enumerate() {
            self.pass(Piece::Sound(at + (n * FRAME) as u64, part.to_vec()));
        }
    }

    fn skipped(&mut self, to: u64, why: Skipped) {
        if self.skipping.is_none() {
            // At once, so that what came before is written now.
            self.pass(Piece::Skipped(to, why));
        }
        self.skipping = Some((to, why));
    }
}

fn tell(on: &Mutex<Option<OnRecorderSaid>>, recorder_said: RecorderSaid) {
    if let Ok(on) = on.lock()
        && let Some(on) = on.as_ref()
    {
        on(recorder_said);
    }
}

/// A recorder that runs and whose key is kept; it was given nothing yet.
type StandsBy = Result<(RecorderLink, SealTo), ErrorReport>;

/// Keeps one recorder ready until nobody takes any more.
fn stand_by(mut recording: Recording) -> Receiver<StandsBy> {
    // Without room in between: one stands by, and the next is started when it is taken.
    let (ready, taken) = sync_channel(0);
    std::thread::spawn(move || {
        let mut next = || -> StandsBy {
            let link = recording.recorders.start(&recording.folder)?;
            let seal_to = (recording.register)(&link.verifying)?;
            Ok((link, seal_to))
        };
        let not_taken = loop {
            if let Err(SendError(last)) = ready.send(next()) {
                break last;
            }
        };
        // Nobody records any more: with the end of its input it goes.
        if let Ok((link, _)) = not_taken {
            drop((link.to, link.from));
            (link.over)();
        }
    });
    taken
}

/// The one that stands by, or why there is none. Waits where it is only just being started.
fn taken(replacements: &Receiver<StandsBy>) -> StandsBy {
    replacements.recv().unwrap_or_else(|_| Err(RecorderError::Absent(msg("workers-not-running")).into()))
}

/// Begins its recording.
fn begun((mut link, seal_to): (RecorderLink, SealTo)) -> RecorderLink {
    let SealTo { vault, session, recipient } = seal_to;
    // A recorder that died meanwhile shows at the first sound.
    let _ = frame::write(&mut *link.to, &Feed::Begin { vault, session, recipient }, &[]);
    link
}

/// A recorder that is fed.
struct Fed {
    to: Box<dyn std::io::Write + Send>,
    gone: Arc<AtomicBool>,
}

struct Feeding {
    replacements: Receiver<StandsBy>,
    link: Option<Fed>,
    /// What no recorder has told as written.
    unsaved: VecDeque<Piece>,
    restarts: u32,
    on: Arc<Mutex<Option<OnRecorderSaid>>>,
    discarded: Arc<AtomicBool>,
    /// Samples.
    saved: Arc<AtomicU64>,
}

impl Feeding {
    fn listen(&self, link: RecorderLink) -> Fed {
        let RecorderLink { to, mut from, over, .. } = link;
        let gone = Arc::new(AtomicBool::new(false));
        let (ended, on, saved) = (Arc::clone(&gone), Arc::clone(&self.on), Arc::clone(&self.saved));
        std::thread::spawn(move || {
            while let Ok(Some((tells, _))) = frame::read::<Tells>(&mut from) {
                match tells {
                    Tells::Hello { .. } => {}
                    Tells::Saved { through, .. } => {
                        saved.fetch_max(through, Ordering::SeqCst);
                        tell(&on, RecorderSaid::Saved(through / 16));
                    }
                    Tells::Alarm { alarm } => tell(&on, RecorderSaid::Alarm(alarm)),
                    Tells::Mended => tell(&on, RecorderSaid::Mended),
                }
            }
            ended.store(true, Ordering::SeqCst);
            over();
        });
        Fed { to, gone }
    }

    fn run(&mut self, pieces: &Receiver<Piece>) {
        loop {
            match pieces.recv_timeout(LOOK_EVERY) {
                Ok(Piece::Discard) => break,
                Ok(piece) => self.feed(piece),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.discarded.load(Ordering::SeqCst) {
                break;
            }
            self.forget_saved();
            if self.link.as_ref().is_some_and(|l| l.gone.load(Ordering::SeqCst)) {
                self.again();
            }
        }
        if self.discarded.load(Ordering::SeqCst) {
            if let Some(link) = &mut self.link {
                let _ = frame::write(&mut *link.to, &Feed::Discard, &[]);
            }
            self.link = None;
            return;
        }
        self.end();
    }

    /// With the end of its input the recorder writes what it has; one that died instead is replaced once more.
    fn end(&mut self) {
        let until = Instant::now() + END_WITHIN;
        while let Some(Fed { to, gone }) = self.link.take() {
            drop(to);
            while !gone.load(Ordering::SeqCst) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
            self.forget_saved();
            if self.unsaved.iter().any(|piece| matches!(piece, Piece::Sound(..))) && Instant::now() < until {
                self.again();
            }
        }
    }

    fn forget_saved(&mut self) {
        let saved = self.saved.load(Ordering::SeqCst);
        while self.unsaved.front().is_some_and(|piece| match piece {
            Piece::Sound(at, pcm) => at + pcm.len() as u64 <= saved,
            Piece::Skipped(to, _) => *to <= saved,
            Piece::Discard => true,
        }) {
            self.unsaved.pop_front();
        }
    }

    fn feed(&mut self, piece: Piece) {
        let sent = match &mut self.link {
            Some(link) => write(link, &piece),
            None => true,
        };
        self.unsaved.push_back(piece);
        let kept = |p: &Piece| if let Piece::Sound(_, pcm) = p { pcm.len() } else { 0 };
        while self.unsaved.iter().map(kept).sum::<usize>() > MOST_KEPT {
            self.unsaved.pop_front();
        }
        if !sent {
            self.again();
        }
    }

    /// Puts the recorder that stands by in the place of one that died and gives it what is not on disk.
    fn again(&mut self) {
        self.link = None;
        while self.restarts < RESTARTS {
            self.restarts += 1;
            let Ok(next) = taken(&self.replacements) else { continue };
            let mut link = self.listen(begun(next));
            self.forget_saved();
            let saved = self.saved.load(Ordering::SeqCst);
            let given = self.unsaved.iter().all(|piece| write(&mut link, &after(piece, saved)));
            if given {
                self.link = Some(link);
                return;
            }
        }
        tell(&self.on, RecorderSaid::Alarm(SoundAlarm::Gone));
    }
}

/// What of a piece lies after this sample.
fn after(piece: &Piece, saved: u64) -> Piece {
    match piece {
        Piece::Sound(at, pcm) => {
            let from = saved.saturating_sub(*at).min(pcm.len() as u64);
            Piece::Sound(at + from, pcm[from as usize..].to_vec())
        }
        Piece::Skipped(to, why) => Piece::Skipped(*to, *why),
        Piece::Discard => Piece::Discard,
    }
}

fn write(link: &mut Fed, piece: &Piece) -> bool {
    let written = match piece {
        Piece::Sound(at, pcm) => {
            let tail: Vec<u8> = pcm.iter().flat_map(|s| s.to_le_bytes()).collect();
            frame::write(&mut *link.to, &Feed::Sound { at: *at }, &tail)
        }
        Piece::Skipped(to, why) => frame::write(&mut *link.to, &Feed::Skipped { to: *to, why: *why }, &[]),
        Piece::Discard => frame::write(&mut *link.to, &Feed::Discard, &[]),
    };
    written.is_ok()
}
