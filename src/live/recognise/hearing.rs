//! The hearing side: reads the sound, tells its level, finds the borders, passes segments on. It never waits for the
//! engine while the sound is live, and it writes nothing down.

use crate::domain::practice::recording::Skipped;
use crate::domain::practice::time::Span;
use crate::domain::transcript::Gap;
use crate::live::recognise::control::{Control, Ear};
use crate::live::recognise::heard::Heard;
use crate::live::recognise::passed::{Passed, Spoken};
use crate::ports::audio::{AudioError, Read, Sound};
use crate::ports::recorder::SoundSink;
use crate::speech::leveller::Leveller;
use crate::speech::segment::{Segment, Segmenter};
use crate::speech::vad::{RATE, decibel, level, ms_of};
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Instant;

/// The level is told this often: ten times a second is what a meter can show.
const TELL_EVERY: usize = RATE as usize / 10;
/// Progress through stretches where nobody speaks is told this often, samples.
const REACHED_EVERY: u64 = RATE as u64 * 10;

/// The hearing side.
pub(super) struct Hearing<'a> {
    /// Raises the softer voice before the segmenter hears it.
    pub(super) leveller: Leveller,
    pub(super) segmenter: Segmenter,
    pub(super) live: bool,
    pub(super) share: Option<&'a Mutex<Option<Spoken>>>,
    pub(super) to: SyncSender<Passed>,
    pub(super) on: &'a (dyn Fn(Heard) + Sync),
    pub(super) out: Vec<Segment>,
    /// Why nothing is heard, and since which sample.
    pub(super) closed: Option<(Skipped, u64)>,
    /// The device was gone at the last look.
    pub(super) gone: bool,
    pub(super) reached: u64,
    /// The ending that was passed on last: its first sample and its length.
    pub(super) ending: (u64, usize),
    /// Sound whose level was not told yet.
    pub(super) untold: Vec<i16>,
}

/// Why nothing is heard while the device is gone: what was told to be left out stays left out for that reason.
const fn away(ear: Ear) -> Skipped {
    match ear {
        Ear::Open => Skipped::Device,
        Ear::OffRecord | Ear::Paused => ear.skips(),
    }
}

/// The writing side is gone.
struct Unheard;

impl Hearing<'_> {
    pub(super) fn run(
        &mut self,
        sound: &mut dyn Sound,
        control: &Control,
        mut sink: Option<&mut dyn SoundSink>,
    ) -> Result<(), AudioError> {
        let mut block = Vec::new();
        let end = loop {
            if control.stopped() {
                break Ok(());
            }
            block.clear();
            // A block in which the ear was closed for a part of the time is not heard at all.
            let before = control.hears();
            // While the ear is closed too: the piece in which it opens is not heard.
            sound.in_short_pieces(before != Ear::Open || self.segmenter.growing().is_some());
            let read = sound.read(&mut block);
            let ear = if control.hears() == Ear::Open { before } else { control.hears() };
            let at = self.segmenter.position();
            let went = match read {
                Ok(Read::Some) if ear != Ear::Open => {
                    if let Some(sink) = &mut sink {
                        sink.skipped(at + block.len() as u64, ear.skips());
                    }
                    self.deaf(ear.skips(), block.len() as u64)
                }
                Ok(Read::Some) => {
                    if let Some(sink) = &mut sink
                        && !block.is_empty()
                    {
                        sink.sound(at, &block);
                    }
                    self.hear(&block)
                }
                Ok(Read::Lost(samples)) => {
                    if let Some(sink) = &mut sink {
                        sink.skipped(at + samples, Skipped::Overrun);
                    }
                    self.lost(samples)
                }
                Ok(Read::Away(samples)) => {
                    if let Some(sink) = &mut sink {
                        sink.skipped(at + samples, away(ear));
                    }
                    self.deaf(away(ear), samples)
                }
                Ok(Read::End) => break Ok(()),
                Err(fault) => break Err(fault),
            };
            if went.is_err() {
                return Ok(());
            }
            // A read that gave nothing yet says nothing about a device that was gone.
            let there = match read {
                Ok(Read::Away(_)) => Some(false),
                Ok(Read::Some | Read::Lost(_)) if self.segmenter.position() > at => Some(true),
                _ => None,
            };
            self.tell_device(there);
        };
        let last = self.segmenter.finish();
        self.out.extend(last);
        // Nobody may listen any more; then there is nobody to tell either.
        let _ = self.open_ear().and_then(|()| self.pass_on());
        let _ = self.to.send(Passed::Reached(ms_of(self.segmenter.position())));
        end
    }

    fn hear(&mut self, pcm: &[i16]) -> Result<(), Unheard> {
        self.open_ear()?;
        for part in pcm.chunks(TELL_EVERY) {
            self.segmenter.push(self.leveller.level(part), &mut self.out);
            if self.live {
                self.untold.extend_from_slice(part);
                self.tell_level();
            }
            self.show();
            self.pass_on()?;
            self.pass_on_ending();
        }
        Ok(())
    }

    fn tell_level(&mut self) {
        if self.untold.len() < TELL_EVERY {
            return;
        }
        let growing = self.segmenter.growing();
        let (at_ms, speaking) = (ms_of(self.segmenter.position()), growing.is_some());
        (self.on)(Heard::Level { at_ms, rms_db: decibel(level(&self.untold)), speaking });
        self.untold.clear();
    }

    /// What is being spoken may have ended: then the writing side can begin before the pause is over.
    fn pass_on_ending(&mut self) {
        let Some(ending) = self.segmenter.ending().filter(|_| self.share.is_some()) else { return };
        let this = (ending.start, ending.pcm.len());
        if self.ending != this {
            self.ending = this;
            // Dispensable: the segment comes all the same.
            let _ = self.to.try_send(Passed::Ending(ending.start, ending.pcm.to_vec()));
        }
    }

    /// Lets the writing side see what is being spoken.
    fn show(&self) {
        let Some(mut spoken) = self.share.and_then(|share| share.lock().ok()) else { return };
        match (self.segmenter.growing(), spoken.as_mut()) {
            (None, _) => *spoken = None,
            (Some(g), Some(s)) if s.start == g.start && g.pcm.len() >= s.pcm.len() => {
                let have = s.pcm.len();
                s.pcm.extend_from_slice(&g.pcm[have..]);
                s.quiet_ms = g.quiet_ms;
            }
            (Some(g), before) => {
                let begins = before.is_none();
                *spoken = Some(Spoken { start: g.start, pcm: g.pcm.to_vec(), quiet_ms: g.quiet_ms });
                if begins {
                    // Dispensable: whoever has that much to do looks anyway.
                    let _ = self.to.try_send(Passed::Begins);
                }
            }
        }
    }

    fn lost(&mut self, samples: u64) -> Result<(), Unheard> {
        let start_ms = ms_of(self.segmenter.position());
        self.segmenter.skip(samples, &mut self.out);
        self.show();
        self.pass_on()?;
        self.gap(start_ms, "overrun")
    }

    /// Tells once that the device is gone, and once that it is there again.
    fn tell_device(&mut self, there: Option<bool>) {
        if let Some(there) = there
            && there == self.gone
        {
            self.gone = !there;
            (self.on)(Heard::Device { there });
        }
    }

    fn deaf(&mut self, why: Skipped, samples: u64) -> Result<(), Unheard> {
        if self.closed.is_some_and(|(was, _)| was != why) {
            self.open_ear()?;
        }
        let at = self.segmenter.position();
        self.closed.get_or_insert((why, at));
        self.segmenter.skip(samples, &mut self.out);
        self.show();
        if self.live {
            let at_ms = ms_of(self.segmenter.position());
            (self.on)(Heard::Level { at_ms, rms_db: decibel(0.0), speaking: false });
        }
        self.pass_on()
    }

    fn open_ear(&mut self) -> Result<(), Unheard> {
        match self.closed.take() {
            Some((why, from)) => self.gap(ms_of(from), why.reason()),
            None => Ok(()),
        }
    }

    fn gap(&mut self, start_ms: u64, reason: &str) -> Result<(), Unheard> {
        let end_ms = ms_of(self.segmenter.position());
        self.to.send(Passed::Gap(Gap { start_ms, end_ms, reason: reason.to_owned() })).map_err(|_| Unheard)
    }

    fn pass_on(&mut self) -> Result<(), Unheard> {
        for segment in std::mem::take(&mut self.out) {
            let end = segment.start + segment.pcm.len() as u64;
            self.reached = end;
            let passed = Passed::Segment(segment, Instant::now());
            if !self.live {
                self.to.send(passed).map_err(|_| Unheard)?;
                continue;
            }
            match self.to.try_send(passed) {
                Ok(()) => {}
                Err(TrySendError::Disconnected(_)) => return Err(Unheard),
                Err(TrySendError::Full(Passed::Segment(given_up, _))) => {
                    let Span { start_ms, end_ms } = given_up.span();
                    (self.on)(Heard::Gap(Gap { start_ms, end_ms, reason: "overrun".into() }));
                }
                Err(TrySendError::Full(_)) => {}
            }
        }
        let position = self.segmenter.position();
        if self.segmenter.growing().is_none() && position >= self.reached + REACHED_EVERY {
            self.reached = position;
            match self.to.try_send(Passed::Reached(ms_of(position))) {
                Err(TrySendError::Disconnected(_)) => return Err(Unheard),
                // The next one says as much.
                Ok(()) | Err(TrySendError::Full(_)) => {}
            }
        }
        Ok(())
    }
}
