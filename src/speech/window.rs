//! Several utterances side by side in one window of the speech model, and its words given back to them by time.
//! Whisper was trained on 30 s: what stands around a word decides how well it is heard, and its encoder costs the
//! same for one second as for thirty. Pure; it decodes nothing.

use crate::domain::practice::text::ClientText;
use crate::speech::segment::Segment;
use crate::speech::vad::ms_of;
use serde::{Deserialize, Serialize};

/// So much farther from a border may a gap lie where the engine began a segment, and where a sentence ends. Measured with
/// whisper-base on both demos, 88 utterances: with 600 and 300 no word in a wrong utterance, with 0 and 0 3.3 % of the
/// English ones; time by cross-attention (DTW) did as well and no better, and its code ends the process on short input.
const SEGMENT_ENDS_MS: f32 = 600.0;
/// See [`SEGMENT_ENDS_MS`].
const SENTENCE_ENDS_MS: f32 = 300.0;
/// No window is filled beyond this, milliseconds: Whisper's own 30 s, less room for a last timestamp.
pub const LONGEST_MS: u64 = 29_500;
/// The last window of a recording may be filled to here rather than leave a short rest without what stands around it.
const WHOLE_MS: u64 = 29_950;
/// A last window shorter than this is filled up out of the one before it.
const SHORT_REST_MS: u64 = 10_000;
/// One word and when it was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// From the start of the decoded sound, milliseconds.
    pub start_ms: u32,
    /// From the start of the decoded sound, milliseconds.
    pub end_ms: u32,
    /// The word, without spaces around it.
    pub text: ClientText,
    /// Mean probability of its tokens, 0 to 1.
    pub confidence: f32,
    /// The engine began a new segment of its own here, as it does where it hears a sentence end.
    pub opens: bool,
}

/// A word whose tokens are still coming.
#[derive(Debug, Default)]
pub struct GrowingWord {
    bytes: Vec<u8>,
    start_ms: u32,
    end_ms: u32,
    opens: bool,
    sum: f32,
    tokens: usize,
}

impl GrowingWord {
    /// The first of a segment of the engine.
    pub fn opening() -> Self {
        GrowingWord { opens: true, ..GrowingWord::default() }
    }

    /// Takes the next token: its bytes, from when to when, milliseconds, and its probability. Gives the word before it where it
    /// begins another one.
    pub fn take(&mut self, bytes: &[u8], (start_ms, end_ms): (u32, u32), probability: f32) -> Option<Word> {
        let before =
            (self.tokens > 0 && bytes.first() == Some(&b' ')).then(|| std::mem::take(self)).and_then(Self::done);
        if self.tokens == 0 {
            self.start_ms = start_ms;
        }
        self.bytes.extend_from_slice(bytes);
        self.end_ms = end_ms;
        self.sum += probability;
        self.tokens += 1;
        before
    }

    /// The word, lossy: a token may end in the middle of a syllable, a word does not. Nothing where it is blank.
    pub fn done(self) -> Option<Word> {
        let text = ClientText::new(String::from_utf8_lossy(&self.bytes).trim());
        let confidence = self.sum / self.tokens.max(1) as f32;
        let GrowingWord { start_ms, end_ms, opens, .. } = self;
        (!text.is_blank()).then_some(Word { start_ms, end_ms, text, confidence, opens })
    }
}

/// An utterance in a window.
#[derive(Debug, Clone)]
pub struct Part<T> {
    /// Its first sample in the window.
    at: usize,
    /// Its sound.
    pub segment: Segment,
    /// What its owner wants to find again.
    pub with: T,
}

/// Utterances in order of time that are decoded together.
#[derive(Debug, Clone)]
pub struct Window<T> {
    parts: Vec<Part<T>>,
    samples: usize,
}

impl<T> Default for Window<T> {
    fn default() -> Self {
        Window { parts: Vec::new(), samples: 0 }
    }
}

/// The words of one utterance out of a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Share {
    /// The words, joined by spaces.
    pub text: String,
    /// Mean of the words' probabilities; absent without a word.
    pub confidence: Option<f32>,
    /// The words one by one, with times from the beginning of the utterance.
    pub words: Vec<Word>,
}

impl<T> Window<T> {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether a segment still fits.
    pub fn has_room_for(&self, segment: &Segment) -> bool {
        self.is_empty() || ms_of((self.samples + segment.pcm.len()) as u64) <= LONGEST_MS
    }

    /// Adds the next utterance, without the pause before it: with the tail of one segment and the pre-roll of the next
    /// half a second of it is left. Measured with whisper-base on the Korean demo: 11.0 % wrong characters so, 12.0 %
    /// with 300 ms more between the utterances. The caller asks [`Window::has_room_for`] first.
    pub fn push(&mut self, segment: Segment, with: T) {
        let at = self.samples;
        self.samples += segment.pcm.len();
        self.parts.push(Part { at, segment, with });
    }

    /// The last two windows of a recording: one where all fits, and no short rest. Measured with whisper-base on
    /// `ko-read-2`: 7.2 % wrong characters in one window of 29.7 s, 7.8 % in windows of 24.9 and 4.9 s.
    pub fn settle_last(self, rest: Self) -> (Self, Option<Self>) {
        let samples = self.samples + rest.samples;
        let fits = ms_of(samples as u64) <= WHOLE_MS;
        if !fits && ms_of(rest.samples as u64) >= SHORT_REST_MS {
            return (self, Some(rest));
        }
        let first_has = if fits { samples } else { samples / 2 };
        let (mut first, mut second) = (Window::default(), Window::default());
        for part in self.parts.into_iter().chain(rest.parts) {
            let middle = first.samples + part.segment.pcm.len() / 2;
            let to =
                if first.is_empty() || (second.is_empty() && middle <= first_has) { &mut first } else { &mut second };
            to.push(part.segment, part.with);
        }
        (first, (!second.is_empty()).then_some(second))
    }

    /// The sound to decode: 16 kHz mono, under 30 s unless one segment alone is longer.
    pub fn pcm(&self) -> Vec<i16> {
        let mut pcm = Vec::with_capacity(self.samples);
        for part in &self.parts {
            pcm.extend_from_slice(&part.segment.pcm);
        }
        pcm
    }

    /// The utterances, in order of time.
    pub fn parts(&self) -> &[Part<T>] {
        &self.parts
    }

    /// The utterances, in order of time.
    pub fn into_parts(self) -> Vec<Part<T>> {
        self.parts
    }

    /// What each utterance gets of the words, none twice and none lost: for each border between two utterances the gap
    /// between two words that fits best, in order. One share for each part, in their order.
    pub fn share(&self, words: &[Word]) -> Vec<Share> {
        let cuts = cuts(self.parts.iter().skip(1).map(|p| ms_of(p.at as u64)), words);
        let ends = cuts.iter().copied().chain([words.len()]);
        let own = ends.scan(0, |from, to| Some(words.get(std::mem::replace(from, to)..to).unwrap_or(&[])));
        self.parts.iter().zip(own).map(|(part, words)| share_of(words, ms_of(part.at as u64) as u32)).collect()
    }
}

/// The share of these words of an utterance that begins at so many milliseconds of the window.
fn share_of(words: &[Word], at_ms: u32) -> Share {
    let text = words.iter().map(|w| w.text.reveal()).collect::<Vec<_>>().join(" ");
    let sum: f32 = words.iter().map(|w| w.confidence).sum();
    let from_there = |w: &Word| Word {
        start_ms: w.start_ms.saturating_sub(at_ms),
        end_ms: w.end_ms.saturating_sub(at_ms),
        ..w.clone()
    };
    let confidence = (!words.is_empty()).then(|| (sum / words.len() as f32).clamp(0.0, 1.0));
    Share { text, confidence, words: words.iter().map(from_there).collect() }
}

/// For each border, milliseconds, the number of words before it; never fewer than before the border before. The choice
/// with the smallest sum of misfits, by dynamic programming.
pub(super) fn cuts(borders: impl Iterator<Item = u64>, words: &[Word]) -> Vec<usize> {
    // How well a sequence of cuts fits that ends with n words before the last border, and where the one before it was.
    let mut best = vec![0f32; words.len() + 1];
    let mut came_from: Vec<Vec<usize>> = Vec::new();
    for border in borders {
        let (mut least, mut least_at) = (f32::INFINITY, 0);
        let mut from = Vec::with_capacity(best.len());
        for (n, so_far) in best.iter_mut().enumerate() {
            if *so_far < least {
                (least, least_at) = (*so_far, n);
            }
            *so_far = least + misfit(n, border, words);
            from.push(least_at);
        }
        came_from.push(from);
    }
    let mut n = (0..best.len()).min_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(0);
    let mut cuts: Vec<usize> = Vec::with_capacity(came_from.len());
    for from in came_from.iter().rev() {
        cuts.push(n);
        n = from[n];
    }
    cuts.reverse();
    cuts
}

/// How badly the gap before word `n` fits a border, milliseconds: its distance, less where a sentence ends. The times
/// of words are guesses of some 300 ms; of the ends of sentences the engine is surer.
fn misfit(n: usize, border: u64, words: &[Word]) -> f32 {
    let before = n.checked_sub(1).and_then(|b| words.get(b));
    let after = words.get(n);
    let end = words.last().map_or(0, |w| w.end_ms);
    let (from, to) = (before.map_or(0, |w| w.end_ms), after.map_or(end, |w| w.start_ms));
    let mut misfit = ((from as f32 + to as f32) / 2.0 - border as f32).abs();
    if before.is_none() || after.is_none_or(|w| w.opens) {
        misfit -= SEGMENT_ENDS_MS;
    }
    if before.is_some_and(|w| w.text.reveal().ends_with(['.', '?', '!'])) {
        misfit -= SENTENCE_ENDS_MS;
    }
    misfit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::segment::Ending;
    use proptest::prelude::*;

    fn segment(start_ms: u64, ms: u64) -> Segment {
        Segment {
            start: start_ms * 16,
            pcm: vec![start_ms as i16; (ms * 16) as usize],
            voiced_ms: ms,
            ending: Ending::Pause,
        }
    }

    fn word(text: &str, start_ms: u32) -> Word {
        Word { start_ms, end_ms: start_ms + 100, text: ClientText::new(text), confidence: 0.5, opens: false }
    }

    fn opening(text: &str, start_ms: u32) -> Word {
        Word { opens: true, ..word(text, start_ms) }
    }

    fn three() -> Window<()> {
        let mut w = Window::default();
        w.push(segment(1_000, 2_000), ());
        w.push(segment(9_000, 1_000), ());
        w.push(segment(10_100, 1_000), ());
        w
    }

    fn texts(w: &Window<()>, words: &[Word]) -> Vec<String> {
        w.share(words).into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn pauses_are_left_out_and_words_go_to_the_utterance_in_which_they_lie() {
        assert_eq!(three().pcm().len(), 4_000 * 16);
        let words = [word("어떻게", 100), word("지내셨어요?", 1_800), opening("네.", 2_200), opening("그냥", 3_100)];
        assert_eq!(texts(&three(), &words), ["어떻게 지내셨어요?", "네.", "그냥"]);
        assert_eq!(texts(&three(), &[word("어떻게", 100), word("지내셨어요?", 900)]), ["어떻게 지내셨어요?", "", ""]);
    }

    #[test]
    fn a_border_takes_the_end_of_a_sentence_rather_than_a_gap_that_lies_a_little_nearer() {
        // The border lies at 2000 ms, in the middle of the first word of the answer as the engine times it.
        let words = [word("지내셨어요?", 1_500), opening("별로", 1_800), word("좋지", 2_150), word("않았어요.", 2_800)];
        assert_eq!(texts(&three(), &words)[..2], ["지내셨어요?", "별로 좋지 않았어요."]);
    }

    #[test]
    fn the_words_of_a_share_have_times_from_the_beginning_of_their_utterance() {
        let shares = three().share(&[word("하나", 100), opening("둘", 2_800), opening("셋", 3_100)]);
        let starts: Vec<u32> = shares.iter().map(|s| s.words[0].start_ms).collect();
        assert_eq!(starts, [100, 800, 100]);
    }

    #[test]
    fn a_share_without_a_word_has_no_confidence() {
        let mut w = Window::default();
        w.push(segment(0, 500), ());
        assert_eq!(w.share(&[]), [Share::default()]);
        assert_eq!(w.share(&[word("네.", 0)])[0].confidence, Some(0.5));
    }

    #[test]
    fn a_recording_does_not_end_in_a_short_window() {
        let window = |lengths: &[u64]| {
            let mut w = Window::default();
            lengths.iter().for_each(|ms| w.push(segment(0, *ms), ()));
            w
        };
        let lengths = |w: &Window<()>| w.parts().iter().map(|p| p.segment.pcm.len() as u64 / 16).collect::<Vec<_>>();
        let settled = |a: &[u64], b: &[u64]| {
            let (first, second) = window(a).settle_last(window(b));
            (lengths(&first), second.map(|s| lengths(&s)))
        };
        assert_eq!(settled(&[9_000, 8_000, 7_000], &[5_000]), (vec![9_000, 8_000, 7_000, 5_000], None));
        assert_eq!(settled(&[9_000, 9_000, 9_000], &[5_000]), (vec![9_000, 9_000], Some(vec![9_000, 5_000])));
        assert_eq!(settled(&[9_000, 9_000], &[12_000]), (vec![9_000, 9_000], Some(vec![12_000])));
    }

    proptest! {
        #[test]
        fn no_word_is_lost_or_told_twice_and_no_window_is_too_long(
            lengths in proptest::collection::vec((200u64..12_000, 0u64..3_000), 1..12),
            times in proptest::collection::vec(0u32..40_000, 0..40),
        ) {
            let (mut w, mut at) = (Window::default(), 0);
            for (length, pause) in lengths {
                let s = segment(at, length);
                if !w.has_room_for(&s) {
                    break;
                }
                w.push(s, ());
                at += length + pause;
            }
            let pcm = w.pcm();
            prop_assert!(ms_of(pcm.len() as u64) <= LONGEST_MS);
            for part in w.parts() {
                prop_assert_eq!(&pcm[part.at..part.at + part.segment.pcm.len()], part.segment.pcm.as_slice());
            }
            let words: Vec<Word> = times.iter().map(|t| word("말", *t)).collect();
            let told: usize = w.share(&words).iter().map(|s| s.text.split_whitespace().count()).sum();
            prop_assert_eq!(told, words.len());
        }
    }
}
