//! Where one line passes from one speaker to the other. Owns the finding of the change and what is kept of a line for it; which words
//! go where is [`crate::speech::line_cut`]'s.
//!
//! A line in which two people speak has windows that are less alike than those of one person ever are, so it is known before any
//! voice is (measured on the speakers of [`Scale`]: one person 0.53 at least, two 0.47 at most). Where the voice changes is asked when
//! the voices are known: each block is given to one of them, and a change has its cost.

use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::time::Span;
use crate::domain::transcript::Speaker;
use crate::speech::listened::{BLOCK_MS, Listened};
use crate::speech::scale::Scale;
use crate::speech::segment::Segment;
use crate::speech::speakers::{Diariser, Heard};
use crate::speech::voice::{VoiceModel, VoicePrint};

/// Blocks of a window in which one person is looked for: 1.6 s.
const WINDOW: usize = 8;
/// Blocks from one such window to the next.
const HOP: usize = 4;
/// Blocks around a border that are heard to find out where a voice changes: 1 s.
const NEAR: usize = 5;
/// Blocks of the shortest turn within a line: 0.6 s.
const SHORTEST_TURN: usize = 3;
/// Blocks on either side of a change that are left out of the print of a piece, where as many as [`LEAST_UNMIXED`] are left.
const MIXED: usize = 3;
/// See [`MIXED`]: 1 s.
const LEAST_UNMIXED: usize = 5;
/// So many blocks are kept, those of the latest lines: five minutes of speech, 6 MB. A line that waits longer for the times of its words
/// stays whole.
const MOST_BLOCKS: usize = 1_500;

/// A stretch of blocks and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    from: usize,
    to: usize,
    voice: usize,
}

impl Diariser {
    /// Takes a line as [`Diariser::hear`] does, by its sound: one run of the network. Keeps what it sounded like until it is
    /// split or left whole.
    pub fn listen(&mut self, model: &VoiceModel, id: UtteranceId, segment: &Segment, text: &str) -> Speaker {
        let Some((print, listened)) = model.listen(&segment.pcm) else {
            return self.hear(id, segment.span(), None, text);
        };
        let unlike = listened.as_ref().and_then(|l| two_people(model, l, 0, l.blocks()));
        let print = print.of_speech(segment.voiced_ms);
        let speaker = self.take_in(Heard { listened, unlike, ..Heard::of(id, segment.span(), Some(print), text) });
        self.forget_long_ago();
        speaker
    }

    /// When the speaker changes within a line, milliseconds of session time, in order. Empty where nobody does, where a person said whose
    /// line it is, and where it was not listened to; none while fewer than two voices are known, for then nobody can say.
    pub fn changes(&self, model: &VoiceModel, id: UtteranceId) -> Option<Vec<u64>> {
        let found = self.heard.iter().find(|h| h.id == id).filter(|h| h.unlike.is_some() && h.by_hand.is_none());
        let Some((line, listened)) = found.and_then(|h| Some((h, h.listened.as_ref()?))) else {
            return Some(Vec::new());
        };
        let voices = self.voices();
        if voices.len() < 2 {
            return None;
        }
        let along = |from: usize, to: usize| -> Option<Vec<f32>> {
            let print = model.print_between(listened, from, to)?;
            Some(voices.iter().map(|v| print.along(v)).collect())
        };
        let runs = turns(listened.blocks(), self.scale(), &along);
        Some(runs.iter().skip(1).map(|run| line.span.start_ms + run.from as u64 * BLOCK_MS).collect())
    }

    /// A line is several now, the first of which has its id: each becomes a line of its own with its own voice. Nothing is
    /// kept of its sound.
    pub fn split(&mut self, model: &VoiceModel, id: UtteranceId, pieces: &[(UtteranceId, Span, &str)]) {
        let Some(at) = self.heard.iter().position(|h| h.id == id) else { return };
        let whole = self.heard.remove(at);
        for (n, (id, span, text)) in pieces.iter().enumerate() {
            let block = |ms: u64| (ms.saturating_sub(whole.span.start_ms) / BLOCK_MS) as usize;
            let heard = whole.listened.as_ref().map(|l| {
                let last = n + 1 == pieces.len();
                let (from, to) = (block(span.start_ms), if last { l.blocks() } else { block(span.end_ms) });
                // Where the voice changes both may speak.
                let (inner, inner_to) =
                    (from + if n > 0 { MIXED } else { 0 }, to.saturating_sub(if last { 0 } else { MIXED }));
                let long = inner + LEAST_UNMIXED <= inner_to;
                let (from, to) = if long { (inner, inner_to) } else { (from, to) };
                (model.print_between(l, from, to), two_people(model, l, from, to))
            });
            let (print, unlike) = heard.unwrap_or_default();
            self.take_in(Heard { unlike, piece: true, turns: n > 0, ..Heard::of(*id, *span, print, text) });
        }
    }

    /// A line stays whole: what it sounded like is not needed any more.
    pub fn leave_whole(&mut self, id: UtteranceId) {
        if let Some(line) = self.heard.iter_mut().find(|h| h.id == id) {
            line.listened = None;
        }
    }

    fn forget_long_ago(&mut self) {
        let mut blocks = 0;
        for line in self.heard.iter_mut().rev() {
            blocks += line.listened.as_ref().map_or(0, Listened::blocks);
            if blocks > MOST_BLOCKS {
                line.listened = None;
            }
        }
    }
}

/// The two windows of a stretch that are least alike, where they are less alike than one person is to himself.
fn two_people(model: &VoiceModel, of: &Listened, from: usize, to: usize) -> Option<Box<[VoicePrint; 2]>> {
    let last = to.checked_sub(WINDOW).filter(|last| *last >= from)?;
    let starts = (from..last).step_by(HOP).chain([last]);
    let mut prints: Vec<VoicePrint> = starts.filter_map(|at| model.print_between(of, at, at + WINDOW)).collect();
    let pairs = (0..prints.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let (a, b, alike) =
        pairs.map(|(a, b)| (a, b, prints[a].likeness(&prints[b]))).min_by(|x, y| x.2.total_cmp(&y.2))?;
    let second = prints.swap_remove(b);
    let first = prints.swap_remove(a);
    (alike < Scale::of(Some(first.encoder())).one_in_a_line).then(|| Box::new([first, second]))
}

/// Whose turn each stretch of `blocks` is; `along` says how alike the voice of a stretch is to each of the voices. Each turn is
/// at least [`SHORTEST_TURN`] and by its own print more like its voice than like any other.
fn turns(blocks: usize, scale: &Scale, along: &dyn Fn(usize, usize) -> Option<Vec<f32>>) -> Vec<Run> {
    let near = |block: usize| along(block.saturating_sub(NEAR / 2), (block + NEAR.div_ceil(2)).min(blocks));
    let Some(alike) = (0..blocks).map(near).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let mut runs = runs_of(&likeliest(&alike, scale.turn_cost));
    while runs.len() > 1 {
        let sure = |run: &Run| {
            let alike = along(run.from, run.to).filter(|_| run.to - run.from >= SHORTEST_TURN);
            alike.map_or(f32::MIN, |alike| {
                let others = alike.iter().enumerate().filter(|(v, _)| *v != run.voice).map(|(_, a)| *a);
                alike[run.voice] - others.fold(f32::MIN, f32::max)
            })
        };
        let least = runs.iter().map(sure).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        match least {
            Some((n, lean)) if lean < scale.lean => runs = joined(runs, n),
            _ => break,
        }
    }
    runs
}

/// The voice of each block: the way with most likeness, less the cost of each change (Viterbi).
fn likeliest(alike: &[Vec<f32>], cost: f32) -> Vec<usize> {
    let top = |sums: &[f32]| (0..sums.len()).rev().max_by(|a, b| sums[*a].total_cmp(&sums[*b])).unwrap_or(0);
    let mut sums = vec![0f32; alike.first().map_or(0, Vec::len)];
    let mut came_from: Vec<Vec<usize>> = Vec::with_capacity(alike.len());
    for (n, block) in alike.iter().enumerate() {
        let best = top(&sums);
        let changed = sums.get(best).map_or(0.0, |b| b - cost);
        let mut from: Vec<usize> = (0..sums.len()).collect();
        for (voice, (sum, alike)) in sums.iter_mut().zip(block).enumerate() {
            if n > 0 && changed > *sum {
                *sum = changed;
                from[voice] = best;
            }
            *sum += alike;
        }
        came_from.push(from);
    }
    let mut voice = top(&sums);
    let mut way: Vec<usize> = Vec::with_capacity(alike.len());
    for from in came_from.iter().rev() {
        way.push(voice);
        voice = from[voice];
    }
    way.reverse();
    way
}

fn runs_of(voices: &[usize]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (block, voice) in voices.iter().enumerate() {
        match runs.last_mut().filter(|run| run.voice == *voice) {
            Some(run) => run.to = block + 1,
            None => runs.push(Run { from: block, to: block + 1, voice: *voice }),
        }
    }
    runs
}

/// The same with one of them given to its longer neighbour.
fn joined(mut runs: Vec<Run>, n: usize) -> Vec<Run> {
    let length = |run: Option<&Run>| run.map_or(0, |r| r.to - r.from);
    let before = n.checked_sub(1).and_then(|b| runs.get(b));
    let to = if length(before) >= length(runs.get(n + 1)) { before } else { runs.get(n + 1) };
    if let Some(voice) = to.map(|r| r.voice) {
        runs[n].voice = voice;
    }
    let voices: Vec<usize> = runs.iter().flat_map(|r| std::iter::repeat_n(r.voice, r.to - r.from)).collect();
    runs_of(&voices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two or three voices; a stretch is as like each as it has blocks of it.
    fn of(script: &[usize]) -> impl Fn(usize, usize) -> Option<Vec<f32>> {
        move |from, to| {
            let part = |v: usize| script[from..to].iter().filter(|s| **s == v).count() as f32 / (to - from) as f32;
            (from < to).then(|| (0..3).map(part).collect())
        }
    }

    fn turns_in(script: &[usize]) -> Vec<(usize, usize)> {
        turns(script.len(), Scale::of(None), &of(script)).iter().map(|r| (r.from, r.voice)).collect()
    }

    fn script(parts: &[(usize, usize)]) -> Vec<usize> {
        parts.iter().flat_map(|(voice, blocks)| std::iter::repeat_n(*voice, *blocks)).collect()
    }

    #[test]
    fn each_turn_is_found_where_it_begins() {
        assert_eq!(turns_in(&script(&[(0, 10), (1, 8), (2, 10)])), [(0, 0), (10, 1), (18, 2)]);
        assert_eq!(turns_in(&script(&[(1, 9)])), [(0, 1)]);
        assert_eq!(turns_in(&[]), []);
    }

    #[test]
    fn a_block_that_sounds_otherwise_is_no_turn() {
        assert_eq!(turns_in(&script(&[(0, 10), (1, 1), (0, 10)])), [(0, 0)]);
    }

    proptest! {
        #[test]
        fn turns_cover_all_blocks_in_order_none_is_too_short_and_neighbours_differ(
            voices in proptest::collection::vec(0usize..3, 0..60),
        ) {
            let runs = turns(voices.len(), Scale::of(None), &of(&voices));
            prop_assert_eq!(runs.iter().map(|r| r.to - r.from).sum::<usize>(), voices.len());
            prop_assert!(runs.windows(2).all(|w| w[0].to == w[1].from && w[0].voice != w[1].voice));
            prop_assert!(runs.len() < 2 || runs.iter().all(|r| r.to - r.from >= SHORTEST_TURN));
        }
    }
}
