//! Where an utterance begins and ends: frames of sound and how likely each is voice become segments for the speech
//! model. Pure; it neither detects voice ([`crate::speech::vad`]) nor writes anything down.

use crate::domain::practice::time::Span;
use crate::speech::vad::{FRAME, FRAME_MS, Frame, Vad, ms_of};
use std::collections::VecDeque;

/// The numbers that decide about borders. The defaults were set on the demo sessions and are checked in
/// `tests/engines/speech.rs`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// A frame at least this likely to be voice may open a segment.
    pub opens_at: f32,
    /// A frame at least this likely to be voice keeps an open segment open.
    pub holds_at: f32,
    /// Opening takes this many voiced frames out of [`OPENING_WINDOW`]: a click is shorter.
    pub opening_frames: usize,
    /// Sound kept from before the opening, milliseconds: soft first consonants lie there.
    pub pre_roll_ms: u64,
    /// A pause this long ends a segment, milliseconds.
    pub hang_over_ms: u64,
    /// Of that pause so much stays in the segment, milliseconds: endings fade.
    pub tail_ms: u64,
    /// No segment is longer, milliseconds; it is cut at its quietest frame before.
    pub longest_ms: u64,
    /// The cut is looked for from here on, milliseconds.
    pub cut_from_ms: u64,
}

/// The frames over which an opening is counted: 96 ms.
pub const OPENING_WINDOW: usize = 6;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            opens_at: 0.5,
            holds_at: 0.35,
            opening_frames: 4,
            pre_roll_ms: 300,
            hang_over_ms: 400,
            tail_ms: 250,
            longest_ms: 12_000,
            cut_from_ms: 6_000,
        }
    }
}

/// Why a segment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// A pause.
    Pause,
    /// It became too long and was cut at its quietest frame; the next one follows without a pause.
    Length,
    /// The sound ended, or a piece of it was lost.
    Broken,
}

/// A stretch of sound in which somebody speaks.
#[derive(Clone, PartialEq, Eq)]
pub struct Segment {
    /// First sample, from the start of the session.
    pub start: u64,
    /// 16 kHz mono.
    pub pcm: Vec<i16>,
    /// How much of it was voice, milliseconds.
    pub voiced_ms: u64,
    /// Why it ended.
    pub ending: Ending,
}

impl Segment {
    /// Where it lies in the session.
    pub fn span(&self) -> Span {
        Span { start_ms: ms_of(self.start), end_ms: ms_of(self.start + self.pcm.len() as u64) }
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Sound of a client is withheld like words.
        write!(f, "Segment({:?}, {} samples withheld, {:?})", self.span(), self.pcm.len(), self.ending)
    }
}

/// The segment that is being spoken.
#[derive(Clone, Copy)]
pub struct Growing<'a> {
    /// First sample, from the start of the session.
    pub start: u64,
    /// The sound so far.
    pub pcm: &'a [i16],
    /// How long nobody has spoken at its end, milliseconds.
    pub quiet_ms: u64,
}

struct Open {
    start: u64,
    pcm: Vec<i16>,
    frames: Vec<Frame>,
    last_voice: usize,
}

/// Turns frames into segments. Feed it with [`Segmenter::push`] and end with [`Segmenter::finish`].
pub struct Segmenter {
    limits: Limits,
    vad: Vad,
    rest: Vec<i16>,
    position: u64,
    past: VecDeque<([i16; FRAME], Frame)>,
    open: Option<Open>,
    last: Frame,
}

impl Default for Segmenter {
    fn default() -> Self {
        Segmenter::new(Limits::default())
    }
}

impl Segmenter {
    /// A segmenter at the start of a session.
    pub fn new(limits: Limits) -> Self {
        Segmenter {
            limits,
            vad: Vad::default(),
            rest: Vec::with_capacity(FRAME),
            position: 0,
            past: VecDeque::new(),
            open: None,
            last: Frame::default(),
        }
    }

    /// Hears samples, in blocks of any size; segments that ended go to `out`.
    pub fn push(&mut self, pcm: &[i16], out: &mut Vec<Segment>) {
        let mut pcm = pcm;
        while !pcm.is_empty() {
            let take = (FRAME - self.rest.len()).min(pcm.len());
            self.rest.extend_from_slice(&pcm[..take]);
            pcm = &pcm[take..];
            if let Ok(frame) = <[i16; FRAME]>::try_from(self.rest.as_slice()) {
                self.rest.clear();
                let heard = self.vad.hear(&frame);
                out.extend(self.step(&frame, heard));
            }
        }
    }

    /// Passes over sound that was lost or is off the record: what was open ends here and nothing reaches across.
    pub fn skip(&mut self, samples: u64, out: &mut Vec<Segment>) {
        out.extend(self.finish());
        self.vad = Vad::default();
        self.position += samples;
    }

    /// The sound ended: what is open is complete.
    pub fn finish(&mut self) -> Option<Segment> {
        if !self.rest.is_empty() {
            // The last samples fill no frame; they count as a pause.
            self.position += self.rest.len() as u64;
            self.rest.clear();
        }
        self.past.clear();
        self.last = Frame::default();
        let open = self.open.take()?;
        self.close(open, Ending::Broken)
    }

    /// Samples that passed, lost ones included.
    pub fn position(&self) -> u64 {
        self.position + self.rest.len() as u64
    }

    /// The last frame that was heard.
    pub fn heard(&self) -> Frame {
        self.last
    }

    /// The segment that is being spoken, if one is.
    pub fn growing(&self) -> Option<Growing<'_>> {
        self.open.as_ref().map(|open| Growing {
            start: open.start,
            pcm: &open.pcm,
            quiet_ms: (open.frames.len() - 1 - open.last_voice) as u64 * FRAME_MS,
        })
    }

    /// What the open segment will be if its pause lasts; nothing before its tail is over.
    pub fn ending(&self) -> Option<Growing<'_>> {
        let growing = self.growing()?;
        let open = self.open.as_ref()?;
        let keep = self.keeps(open);
        (keep <= open.frames.len()).then(|| Growing { pcm: &open.pcm[..keep * FRAME], ..growing })
    }

    /// Frames that a segment keeps when a pause ends it.
    fn keeps(&self, open: &Open) -> usize {
        open.last_voice + 1 + (self.limits.tail_ms / FRAME_MS) as usize
    }

    /// One frame with what was heard in it. Public to the tests of the borders, which choose what is heard.
    fn step(&mut self, pcm: &[i16; FRAME], heard: Frame) -> Option<Segment> {
        self.last = heard;
        let at = self.position;
        self.position += FRAME as u64;
        let Some(open) = &mut self.open else {
            self.past.push_back((*pcm, heard));
            let pre = (self.limits.pre_roll_ms / FRAME_MS) as usize;
            while self.past.len() > pre + OPENING_WINDOW {
                self.past.pop_front();
            }
            let recent = self.past.iter().rev().take(OPENING_WINDOW);
            let voiced = recent.filter(|(_, f)| f.voice >= self.limits.opens_at).count();
            if heard.voice >= self.limits.opens_at && voiced >= self.limits.opening_frames {
                self.open_at(at + FRAME as u64);
            }
            return None;
        };
        open.pcm.extend_from_slice(pcm);
        open.frames.push(heard);
        if heard.voice >= self.limits.holds_at {
            open.last_voice = open.frames.len() - 1;
        }
        let quiet = (open.frames.len() - 1 - open.last_voice) as u64 * FRAME_MS;
        if quiet >= self.limits.hang_over_ms {
            let open = self.open.take()?;
            return self.close(open, Ending::Pause);
        }
        if (open.frames.len() as u64 + 1) * FRAME_MS > self.limits.longest_ms {
            return self.cut();
        }
        None
    }

    /// Opens with all that is remembered; `end` is one past its last sample.
    fn open_at(&mut self, end: u64) {
        let start = end - (self.past.len() * FRAME) as u64;
        let mut open = Open { start, pcm: Vec::new(), frames: Vec::new(), last_voice: self.past.len() - 1 };
        for (pcm, heard) in self.past.drain(..) {
            open.pcm.extend_from_slice(&pcm);
            open.frames.push(heard);
        }
        self.open = Some(open);
    }

    /// Nothing when nobody speaks in it: the rest after a cut may be a mere pause.
    fn close(&mut self, mut open: Open, ending: Ending) -> Option<Segment> {
        let keep = self.keeps(&open).min(open.frames.len());
        // What is left over may be the pre-roll of the next segment.
        if ending == Ending::Pause {
            let (pcm, _) = open.pcm[keep * FRAME..].as_chunks::<FRAME>();
            self.past.extend(pcm.iter().copied().zip(open.frames[keep..].iter().copied()));
        }
        open.pcm.truncate(keep * FRAME);
        let segment = self.segment(open.start, open.pcm, &open.frames[..keep], ending);
        (segment.voiced_ms > 0).then_some(segment)
    }

    fn segment(&self, start: u64, pcm: Vec<i16>, frames: &[Frame], ending: Ending) -> Segment {
        let voiced = frames.iter().filter(|f| f.voice >= self.limits.holds_at).count();
        Segment { start, pcm, voiced_ms: voiced as u64 * FRAME_MS, ending }
    }

    /// Cuts the open segment at its quietest place and goes on with the rest.
    fn cut(&mut self) -> Option<Segment> {
        let mut open = self.open.take()?;
        let from = (self.limits.cut_from_ms / FRAME_MS) as usize;
        // Over five frames, so that the closure of a single plosive does not look like a pause.
        let calm = |i: usize| -> f32 {
            open.frames[i.saturating_sub(2)..(i + 3).min(open.frames.len())].iter().map(|f| f.level).sum()
        };
        let last = open.frames.len().saturating_sub(3);
        let at = (from.min(last)..=last).min_by(|a, b| calm(*a).total_cmp(&calm(*b))).unwrap_or(last).max(1);
        let rest = Open {
            start: open.start + (at * FRAME) as u64,
            pcm: open.pcm.split_off(at * FRAME),
            frames: open.frames.split_off(at),
            last_voice: open.last_voice.saturating_sub(at),
        };
        let done = self.segment(open.start, open.pcm, &open.frames, Ending::Length);
        self.open = Some(rest);
        Some(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sound whose samples tell where they came from, with voice as a script says.
    fn run(script: &[(bool, usize)]) -> (Vec<Segment>, Vec<bool>, Vec<i16>) {
        let mut s = Segmenter::default();
        let (mut out, mut truth, mut sound) = (Vec::new(), Vec::new(), Vec::new());
        for (voiced, frames) in script {
            for _ in 0..*frames {
                let n = truth.len();
                let pcm: [i16; FRAME] = std::array::from_fn(|i| ((n * FRAME + i) % 30_011) as i16);
                let level = if *voiced { 0.1 + (n % 7) as f32 * 0.01 } else { 0.001 };
                out.extend(s.step(&pcm, Frame { voice: if *voiced { 0.9 } else { 0.05 }, level }));
                truth.push(*voiced);
                sound.extend_from_slice(&pcm);
            }
        }
        out.extend(s.finish());
        (out, truth, sound)
    }

    proptest! {
        #[test]
        fn segments_are_slices_of_the_sound_in_order_without_overlap_and_never_too_long(
            script in proptest::collection::vec((any::<bool>(), 1usize..400), 0..14)
        ) {
            let (segments, _, sound) = run(&script);
            let mut end = 0;
            for s in &segments {
                prop_assert!(s.start >= end, "overlap");
                let from = s.start as usize;
                prop_assert_eq!(&sound[from..from + s.pcm.len()], s.pcm.as_slice());
                prop_assert!(s.span().len_ms() <= Limits::default().longest_ms + FRAME_MS);
                prop_assert!(!s.pcm.is_empty());
                end = s.start + s.pcm.len() as u64;
            }
        }

        #[test]
        fn every_voiced_run_that_can_open_a_segment_lies_in_segments_whole(
            script in proptest::collection::vec((any::<bool>(), 1usize..400), 0..14)
        ) {
            let (segments, truth, _) = run(&script);
            let mut at = 0;
            for (voiced, frames) in &script {
                if *voiced && *frames >= OPENING_WINDOW {
                    for n in at..at + frames {
                        let sample = (n * FRAME) as u64;
                        prop_assert!(
                            segments.iter().any(|s| s.start <= sample && sample < s.start + s.pcm.len() as u64),
                            "frame {} of {} is lost", n, truth.len()
                        );
                    }
                }
                at += frames;
            }
        }

        #[test]
        fn the_size_of_the_blocks_changes_nothing(
            seed in any::<u64>(),
            sizes in proptest::collection::vec(1usize..5000, 1..40)
        ) {
            let mut x = seed | 1;
            let sound: Vec<i16> = (0..40_000).map(|i| {
                x ^= x << 13; x ^= x >> 7; x ^= x << 17;
                if (i / 8000) % 2 == 0 { (x % 20_000) as i16 } else { 0 }
            }).collect();
            let whole = |blocks: &mut dyn Iterator<Item = usize>| {
                let (mut s, mut out, mut rest) = (Segmenter::default(), Vec::new(), sound.as_slice());
                while !rest.is_empty() {
                    let n = blocks.next().unwrap_or(usize::MAX).min(rest.len());
                    s.push(&rest[..n], &mut out);
                    rest = &rest[n..];
                }
                out.extend(s.finish());
                (out, s.position())
            };
            prop_assert_eq!(whole(&mut sizes.into_iter()), whole(&mut std::iter::empty()));
        }
    }

    #[test]
    fn what_a_segment_will_be_is_known_when_its_tail_is_over_and_is_that_if_the_pause_lasts() {
        let (mut s, mut said, mut at) = (Segmenter::default(), Vec::new(), 0);
        // The second pause is too short to end anything.
        let script = [(false, 60), (true, 50), (false, 18), (true, 50), (false, 30)];
        let mut ended = Vec::new();
        for (voiced, frames) in script {
            for _ in 0..frames {
                let pcm = [at; FRAME];
                at += 1;
                ended.extend(s.step(&pcm, Frame { voice: if voiced { 0.9 } else { 0.05 }, level: 0.1 }));
                if let Some(ending) = s.ending() {
                    said.push((ending.start, ending.pcm.to_vec(), ending.quiet_ms));
                }
            }
        }
        assert!(said.iter().all(|(.., quiet)| *quiet >= 240 && *quiet < 400));
        said.dedup_by_key(|(start, pcm, _)| (*start, pcm.len()));
        assert_eq!(said.len(), 2, "one for each pause");
        assert_eq!(ended.len(), 1);
        assert_eq!((said[1].0, &said[1].1), (ended[0].start, &ended[0].pcm));
    }

    #[test]
    fn silence_gives_no_segment() {
        let (mut s, mut out) = (Segmenter::default(), Vec::new());
        s.push(&vec![0; 16_000 * 60], &mut out);
        assert!(out.is_empty() && s.finish().is_none() && s.growing().is_none());
    }

    #[test]
    fn a_segment_begins_300_ms_before_the_voice_and_ends_after_the_tail() {
        let (segments, ..) = run(&[(false, 100), (true, 50), (false, 100)]);
        assert_eq!(segments.len(), 1);
        let span = segments[0].span();
        let voice = 100 * FRAME_MS;
        assert!((voice - 320..=voice - 256).contains(&span.start_ms), "{span:?}");
        assert!((150 * FRAME_MS + 200..=150 * FRAME_MS + 260).contains(&span.end_ms), "{span:?}");
        assert_eq!(segments[0].voiced_ms, 50 * FRAME_MS);
    }

    #[test]
    fn turns_with_a_pause_of_the_hang_over_between_them_are_separate() {
        let (segments, ..) = run(&[(true, 60), (false, 27), (true, 60), (false, 60)]);
        assert_eq!(segments.len(), 2);
        let (segments, ..) = run(&[(true, 60), (false, 15), (true, 60), (false, 60)]);
        assert_eq!(segments.len(), 1, "a breath does not end an utterance");
    }

    #[test]
    fn a_click_opens_nothing() {
        assert!(run(&[(false, 50), (true, 2), (false, 50)]).0.is_empty());
    }

    #[test]
    fn a_long_speech_is_cut_in_its_quietest_place() {
        let (segments, ..) = run(&[(true, 500), (false, 12), (true, 500), (false, 40)]);
        assert_eq!(segments[0].ending, Ending::Length);
        let cut = segments[1].start / FRAME as u64;
        assert!((500..512).contains(&cut), "cut at frame {cut}");
        assert_eq!(segments.last().map(|s| s.ending), Some(Ending::Pause));
    }

    #[test]
    fn lost_sound_ends_the_segment_and_moves_the_clock() {
        let (mut s, mut out) = (Segmenter::default(), Vec::new());
        for _ in 0..40 {
            assert!(s.step(&[500; FRAME], Frame { voice: 1.0, level: 0.1 }).is_none());
        }
        s.skip(16_000, &mut out);
        assert_eq!(out.len(), 1);
        assert_eq!(out[0].ending, Ending::Broken);
        assert_eq!(s.position(), 40 * FRAME as u64 + 16_000);
        assert!(s.growing().is_none());
    }
}
