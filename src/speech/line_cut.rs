//! A line in which the voice changes becomes several: which words go to which. Pure; where the voice changes is found by
//! [`crate::speech::turns`].

use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Span;
use crate::domain::transcript::Piece;
use crate::speech::window::{Word, cuts};

/// No piece of a line is shorter, milliseconds: half a second has neither a voice nor words of its own.
pub const SHORTEST_PIECE_MS: u64 = 500;

/// The pieces of a line whose voice changes at these times of the session, milliseconds, in order; `words` are its words
/// with times from its start, in order. Each change moves to the gap between two words that fits best. A change that would leave a
/// piece without a word or shorter than [`SHORTEST_PIECE_MS`] is none. Empty where nothing is left to cut, or where the words are not
/// those of the text, one for each of its groups.
pub fn cut_line(span: Span, text: &ClientText, words: &[Word], changes: &[u64]) -> Vec<Piece> {
    let groups: Vec<&str> = text.reveal().split_whitespace().collect();
    if groups.len() != words.len() {
        return Vec::new();
    }
    // Piece by piece: from when, and from which word.
    let mut starts = vec![(span.start_ms, 0)];
    let within = |at: &&u64| (span.start_ms..span.end_ms).contains(*at);
    let changes: Vec<u64> = changes.iter().filter(within).copied().collect();
    let before = cuts(changes.iter().map(|at| at - span.start_ms), words);
    for (at, words_before) in changes.iter().zip(before) {
        let (from, word) = starts[starts.len() - 1];
        let far = |from: u64, to: u64| to.saturating_sub(from) >= SHORTEST_PIECE_MS;
        if far(from, *at) && far(*at, span.end_ms) && word < words_before && words_before < words.len() {
            starts.push((*at, words_before));
        }
    }
    if starts.len() == 1 {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([(span.end_ms, words.len())]);
    let piece = |((start_ms, from), (end_ms, to)): (&(u64, usize), (u64, usize))| {
        let sum: f32 = words[*from..to].iter().map(|w| w.confidence).sum();
        Piece {
            span: Span { start_ms: *start_ms, end_ms },
            text: ClientText::new(&groups[*from..to].join(" ")),
            confidence: Some((sum / (to - from) as f32).clamp(0.0, 1.0)),
        }
    };
    starts.iter().zip(ends).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(text: &str, start_ms: u32) -> Word {
        Word { start_ms, end_ms: start_ms + 200, text: ClientText::new(text), confidence: 0.5, opens: false }
    }

    fn texts(pieces: &[Piece]) -> Vec<&str> {
        pieces.iter().map(|p| p.text.reveal()).collect()
    }

    const LINE: Span = Span { start_ms: 10_000, end_ms: 15_000 };

    #[test]
    fn the_words_go_to_the_side_on_which_they_are_said_and_the_end_of_a_sentence_draws_the_cut() {
        let words = [word("잘", 300), word("주무셨어요?", 1_400), word("아니요", 2_200), word("별로요", 3_500)];
        let text = ClientText::new("잘 주무셨어요? 아니요 별로요");
        let pieces = cut_line(LINE, &text, &words, &[12_300]);
        assert_eq!(texts(&pieces), ["잘 주무셨어요?", "아니요 별로요"]);
        assert_eq!(pieces[0].span, Span { start_ms: 10_000, end_ms: 12_300 });
        assert_eq!(pieces[1].span, Span { start_ms: 12_300, end_ms: 15_000 });
        assert_eq!(pieces[0].confidence, Some(0.5));
    }

    #[test]
    fn a_piece_without_words_or_shorter_than_half_a_second_is_none_and_words_that_are_not_the_texts_cut_nothing() {
        let words = [word("one", 300), word("two", 4_000)];
        let text = ClientText::new("one two");
        assert_eq!(texts(&cut_line(LINE, &text, &words, &[12_000])), ["one", "two"]);
        assert_eq!(cut_line(LINE, &text, &words, &[10_499]), []);
        assert_eq!(cut_line(LINE, &text, &words, &[14_501]), []);
        assert_eq!(texts(&cut_line(LINE, &text, &words, &[12_000, 13_000])), ["one", "two"], "one gap is cut once");
        assert_eq!(cut_line(LINE, &text, &words[..1], &[12_000]), []);
        assert_eq!(cut_line(LINE, &ClientText::new("one"), &words[..1], &[12_000]), []);
        assert_eq!(cut_line(LINE, &ClientText::new(""), &[], &[12_000]), []);
    }

    proptest! {
        #[test]
        fn the_pieces_have_the_words_of_the_line_in_order_and_lie_in_order_within_its_span(
            times in proptest::collection::vec(0u32..9_000, 0..30),
            length in 0u64..9_000,
            changes in proptest::collection::vec(0u64..25_000, 0..6),
        ) {
            let (mut times, mut changes) = (times, changes);
            times.sort_unstable();
            changes.sort_unstable();
            let span = Span { start_ms: 10_000, end_ms: 10_000 + length };
            let words: Vec<Word> = times.iter().enumerate().map(|(n, t)| word(&format!("w{n}"), *t)).collect();
            let line = words.iter().map(|w| w.text.reveal()).collect::<Vec<_>>().join(" ");
            let pieces = cut_line(span, &ClientText::new(&line), &words, &changes);
            if !pieces.is_empty() {
                prop_assert!(pieces.len() > 1);
                prop_assert_eq!(texts(&pieces).join(" "), line);
                prop_assert_eq!(pieces[0].span.start_ms, span.start_ms);
                prop_assert_eq!(pieces[pieces.len() - 1].span.end_ms, span.end_ms);
                prop_assert!(pieces.windows(2).all(|w| w[0].span.end_ms == w[1].span.start_ms));
                prop_assert!(pieces.iter().all(|p| p.span.len_ms() >= SHORTEST_PIECE_MS && !p.text.is_blank()));
            }
        }
    }
}
