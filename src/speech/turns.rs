//! Where one piece of speech passes from one speaker to the other. Owns the cut only; the voices are those that the
//! [`Diariser`] knows already, for without them a change cannot be told from a change of tone (measured: the two
//! overlap), and with them it can.

use crate::speech::segment::{Ending, Segment};
use crate::speech::speakers::Diariser;
use crate::speech::voice::{RATE, VoiceModel, VoicePrint};

/// Frames of 10 ms from one window to the next in the first look, which only asks whether there is any change.
const GLANCE: usize = 40;
/// The same in the second look, which asks where.
const LOOK: usize = 20;
/// Shorter pieces are one turn: half of one would be too short to tell.
const SHORTEST: usize = RATE as usize * 2;
/// How far from the middle between two windows the pause is looked for.
const REACH: usize = RATE as usize * 3 / 10;
/// A frame of that search: 20 ms.
const FRAME: usize = RATE as usize / 50;
/// No piece of a segment is shorter, samples: half a second has neither a voice nor words of its own.
const SHORTEST_PIECE: usize = 8_000;

impl Segment {
    /// The same in pieces that begin at these samples of it, in order; voice is shared out by length. A cut that lies nearer
    /// than the shortest piece to an end or to another is none.
    pub fn cut_at(self, cuts: &[usize]) -> Vec<Segment> {
        let mut borders = vec![0];
        for cut in cuts {
            let far = |from: usize, to: usize| to.saturating_sub(from) >= SHORTEST_PIECE;
            if far(borders[borders.len() - 1], *cut) && far(*cut, self.pcm.len()) {
                borders.push(*cut);
            }
        }
        if borders.len() == 1 {
            return vec![self];
        }
        borders.push(self.pcm.len());
        let whole = self.pcm.len().max(1) as u64;
        let piece = |at: &[usize]| {
            let (from, to) = (at[0], at[1]);
            let last = to == self.pcm.len();
            Segment {
                start: self.start + from as u64,
                pcm: self.pcm[from..to].to_vec(),
                voiced_ms: self.voiced_ms * (to - from) as u64 / whole,
                ending: if last { self.ending } else { Ending::Length },
            }
        };
        borders.windows(2).map(piece).collect()
    }
}

impl Diariser {
    /// Samples at which the speaker changes within `pcm` (16 kHz mono), in order; empty where none does, or where
    /// fewer than two voices are known yet. Each cut lies at the quietest place near the change, to about 0.3 s.
    pub fn change_points(&self, model: &VoiceModel, pcm: &[i16]) -> Vec<usize> {
        let voices = self.voices();
        let scale = self.scale();
        if voices.len() < 2 || pcm.len() < SHORTEST {
            return Vec::new();
        }
        // The voice that a window is most like, where it is like it and more than like the next one.
        let lean = |print: &VoicePrint| {
            let mut alike: Vec<(f32, usize)> = voices.iter().enumerate().map(|(v, of)| (print.along(of), v)).collect();
            alike.sort_by(|a, b| b.0.total_cmp(&a.0));
            let ((best, voice), (next, _)) = (alike[0], alike[1]);
            (best - next > scale.lean && best > scale.stranger).then_some(voice)
        };
        let glance: Vec<Option<usize>> = model.slide(pcm, GLANCE).iter().map(|(_, p)| lean(p)).collect();
        // A window that leans nowhere may hold both voices, so it asks for a second look as well.
        if glance.iter().all(|l| l.is_some() && *l == glance[0]) {
            return Vec::new();
        }
        let leans: Vec<(usize, Option<usize>)> =
            model.slide(pcm, LOOK).into_iter().map(|(at, p)| (at, lean(&p))).collect();
        changes(&leans).into_iter().map(|at| quietest_near(pcm, at)).collect()
    }
}

/// The middle between each two leaning windows that lean to different voices.
fn changes(leans: &[(usize, Option<usize>)]) -> Vec<usize> {
    let sure: Vec<(usize, usize)> = leans.iter().filter_map(|(at, lean)| lean.map(|l| (*at, l))).collect();
    sure.windows(2).filter(|w| w[0].1 != w[1].1).map(|w| w[0].0.midpoint(w[1].0)).collect()
}

fn quietest_near(pcm: &[i16], at: usize) -> usize {
    let from = at.saturating_sub(REACH);
    let to = (at + REACH).min(pcm.len());
    let loud = |frame: &[i16]| frame.iter().map(|s| i64::from(*s).pow(2)).sum::<i64>();
    let frames = pcm.get(from..to).unwrap_or_default().chunks_exact(FRAME).map(loud).enumerate();
    // Of equally quiet frames the one nearest to the middle.
    let best = frames.min_by_key(|(n, power)| (*power, (from + n * FRAME).abs_diff(at)));
    best.map_or(at, |(n, _)| from + n * FRAME + FRAME / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_change_lies_between_windows_that_lean_apart_and_undecided_ones_say_nothing() {
        let (a, b) = (Some(0), Some(1));
        assert_eq!(changes(&[(100, a), (200, None), (300, b), (400, b), (500, None), (600, a)]), [200, 500]);
        assert_eq!(changes(&[(100, a), (200, None), (300, a)]), Vec::<usize>::new());
        assert_eq!(changes(&[]), Vec::<usize>::new());
    }

    #[test]
    fn the_cut_moves_to_the_pause() {
        let mut pcm = vec![1000i16; 32_000];
        pcm[14_000..14_800].fill(3);
        let cut = quietest_near(&pcm, 16_000);
        assert!((14_000..14_800).contains(&cut), "{cut}");
        assert!(quietest_near(&vec![0; 32_000], 16_000).abs_diff(16_000) <= FRAME);
    }

    proptest! {
        #[test]
        fn a_cut_never_leaves_the_piece(
            pcm in proptest::collection::vec(any::<i16>(), 0..9000), at in 0usize..9000,
        ) {
            let at = at.min(pcm.len());
            prop_assert!(quietest_near(&pcm, at) <= pcm.len());
        }
    }
}
