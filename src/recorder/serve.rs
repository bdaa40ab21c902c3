//! The loop of the recorder: takes sound, cuts it into pieces of two seconds, writes each and says so. A full disk or one that
//! does not write is an alarm, never an end: the sound waits in memory and is tried again.

use crate::crypto::keys::Recipient;
use crate::crypto::segment::SegmentSigner;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::recording::{SegmentHead, Skipped, SoundAlarm};
use crate::protocol::frame;
use crate::protocol::recording::{Feed, Tells, VERSION};
use crate::recorder::folder::{ENDS, Fault, Segments};
use crate::recorder::segment;
use crate::speech::vad::RATE;
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// Samples of a piece: two seconds.
pub const SEGMENT: usize = 2 * RATE as usize;
/// Frames read ahead while a piece is being written. Full: the program waits, which has half a minute of its own.
const AHEAD: usize = 256;
/// Sound that comes to a stop is written down after this.
const STALLED: Duration = Duration::from_secs(2);
/// One that stands by has nothing to look after.
const STANDING_BY: Duration = Duration::from_secs(3600);
/// A disk that refused is asked again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// Samples that may wait for a disk that refuses: five minutes, 10 MB. Beyond it the oldest are given up and told as lost.
const MOST_WAITING: usize = 300 * RATE as usize;
/// At the end a refusing disk is asked this often.
const LAST_TRIES: u32 = 5;

/// A piece that is not on disk yet.
struct Waiting {
    start: u64,
    pcm: Vec<i16>,
    skipped: Option<Skipped>,
}

struct Recorder<W, D> {
    to: W,
    disk: D,
    signer: SegmentSigner,
    whose: Option<(String, SessionId, Recipient)>,
    open: Waiting,
    waiting: VecDeque<Waiting>,
    /// Where the sound stands, once there was any.
    reached: Option<u64>,
    index: u32,
    before: [u8; 32],
    bytes: u64,
    alarm: Option<SoundAlarm>,
    again: Option<Instant>,
}

/// Takes sound until its input ends; everything it was given is on disk then, as far as the disk lets it.
pub fn serve<D: Segments>(mut from: impl Read + Send + 'static, to: impl Write, disk: D, build: &str, sandbox: &str) {
    let (pass, feeds) = sync_channel::<(Feed, Vec<u8>)>(AHEAD);
    std::thread::spawn(move || {
        while let Ok(Some(feed)) = frame::read::<Feed>(&mut from) {
            if pass.send(feed).is_err() {
                return;
            }
        }
    });
    let mut recorder = Recorder {
        to,
        disk,
        signer: SegmentSigner::generate(),
        whose: None,
        open: Waiting { start: 0, pcm: Vec::with_capacity(SEGMENT), skipped: None },
        waiting: VecDeque::new(),
        reached: None,
        index: 0,
        before: [0; 32],
        bytes: 0,
        alarm: None,
        again: None,
    };
    let verifying = recorder.signer.verifier();
    recorder.say(&Tells::Hello { protocol: VERSION, build: build.into(), sandbox: sandbox.into(), verifying });
    loop {
        match feeds.recv_timeout(recorder.patience()) {
            Ok((feed, tail)) => recorder.take(feed, &tail),
            Err(RecvTimeoutError::Timeout) => recorder.cut(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
        recorder.write();
    }
    recorder.cut();
    for _ in 0..LAST_TRIES {
        recorder.again = None;
        recorder.write();
        if recorder.waiting.is_empty() {
            break;
        }
        std::thread::sleep(AGAIN);
    }
}

impl<W: Write, D: Segments> Recorder<W, D> {
    fn say(&mut self, tells: &Tells) {
        // Nobody may listen any more: recording goes on all the same.
        let _ = frame::write(&mut self.to, tells, &[]);
    }

    /// How long it waits for the next frame.
    fn patience(&self) -> Duration {
        match (&self.whose, self.again) {
            (None, _) => STANDING_BY,
            (_, Some(_)) => AGAIN,
            _ => STALLED,
        }
    }

    fn take(&mut self, feed: Feed, tail: &[u8]) {
        match feed {
            Feed::Begin { vault, session, recipient } => {
                self.whose = recipient.parse().ok().map(|to| (vault, session, to));
                // Not before: one that stands by takes no room.
                if !self.disk.reserve() {
                    self.say(&Tells::Alarm { alarm: SoundAlarm::LittleRoom });
                }
            }
            Feed::Sound { at } => self.sound(at, tail),
            Feed::Skipped { to, why } => {
                self.cut();
                self.open.skipped = Some(why);
                self.reached = Some(to);
            }
            Feed::Discard => {
                self.open.pcm.clear();
                self.waiting.clear();
            }
        }
    }

    fn sound(&mut self, at: u64, tail: &[u8]) {
        if self.reached.is_some_and(|reached| reached != at) {
            self.cut();
            self.open.skipped.get_or_insert(Skipped::Overrun);
        }
        if self.open.pcm.is_empty() {
            self.open.start = at;
        }
        self.open.pcm.extend(tail.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])));
        self.reached = Some(at + (tail.len() / 2) as u64);
        while self.open.pcm.len() >= SEGMENT {
            let rest = self.open.pcm.split_off(SEGMENT);
            self.cut();
            self.open.start = at + (tail.len() / 2 - rest.len()) as u64;
            self.open.pcm = rest;
        }
    }

    /// Ends the piece that is being filled.
    fn cut(&mut self) {
        if self.open.pcm.is_empty() {
            return;
        }
        let open = Waiting { start: 0, pcm: Vec::with_capacity(SEGMENT), skipped: None };
        self.waiting.push_back(std::mem::replace(&mut self.open, open));
        let mut samples: usize = self.waiting.iter().map(|w| w.pcm.len()).sum();
        while samples > MOST_WAITING {
            let Some(given_up) = self.waiting.pop_front() else { return };
            samples -= given_up.pcm.len();
            self.raise(SoundAlarm::Lost);
        }
    }

    fn raise(&mut self, alarm: SoundAlarm) {
        if self.alarm != Some(alarm) {
            self.alarm = Some(alarm);
            self.say(&Tells::Alarm { alarm });
        }
    }

    /// Writes what waits, oldest first, until the disk refuses.
    fn write(&mut self) {
        if self.again.is_some_and(|again| Instant::now() < again) {
            return;
        }
        self.again = None;
        let mut on_reserve = false;
        while let (Some(piece), Some((vault, session, to))) = (self.waiting.front(), &self.whose) {
            let head = SegmentHead {
                vault: vault.clone(),
                session: *session,
                index: self.index,
                start: piece.start,
                samples: piece.pcm.len() as u32,
                before: hex::encode(self.before),
                skipped: piece.skipped,
            };
            let end = head.end();
            let Ok((bytes, hash)) = segment::write(&head, &piece.pcm, &self.signer, to) else {
                return self.refused(SoundAlarm::WriteFailed);
            };
            let name = || hex::encode(crate::crypto::keys::random_id()) + ENDS;
            let mut done = self.disk.put(&name(), &bytes);
            if done == Err(Fault::NoSpace) && self.disk.release() {
                on_reserve = true;
                self.raise(SoundAlarm::NoSpace);
                done = self.disk.put(&name(), &bytes);
            } else if done == Err(Fault::Failed) {
                // What a failed sync left of the first file is not believed; a new one is.
                done = self.disk.put(&name(), &bytes);
            }
            match done {
                Ok(()) => {
                    self.waiting.pop_front();
                    self.index += 1;
                    self.before = hash;
                    self.bytes += bytes.len() as u64;
                    if !on_reserve && self.alarm.take().is_some() {
                        self.say(&Tells::Mended);
                    }
                    self.say(&Tells::Saved { through: end, segments: self.index, bytes: self.bytes });
                }
                Err(Fault::NoSpace) => return self.refused(SoundAlarm::NoSpace),
                Err(Fault::Failed) => return self.refused(SoundAlarm::WriteFailed),
            }
        }
    }

    fn refused(&mut self, alarm: SoundAlarm) {
        self.again = Some(Instant::now() + AGAIN);
        self.raise(alarm);
    }
}
