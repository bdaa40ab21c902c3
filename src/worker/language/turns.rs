//! Several texts written at one time by one engine: which tokens go into its next call. Each text is a sequence of its own; a text whose
//! prompt is still being read and texts that are being written share the calls, and one that ends makes room for the next one.

use std::collections::VecDeque;

/// A token for the next call of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The token.
    pub token: i32,
    /// Its position in its sequence, from 0.
    pub position: usize,
    /// The sequence, from 1: sequence 0 holds what all texts begin with.
    pub sequence: i32,
    /// Which text it belongs to.
    pub text: usize,
    /// Nothing of this text is known beyond it: its logits say the next token.
    pub last: bool,
}

/// A text that waits for a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Waiting {
    text: usize,
    own: Vec<i32>,
    most: usize,
}

/// A text that has a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lane {
    text: usize,
    /// Position of the first token of `pending`.
    position: usize,
    /// Tokens that the engine has not computed yet.
    pending: VecDeque<i32>,
    /// Places of the context that are kept free for it.
    room: usize,
}

/// Texts in their turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turns {
    shared: usize,
    waiting: VecDeque<Waiting>,
    lanes: Vec<Option<Lane>>,
    free: usize,
}

impl Turns {
    /// At most `lanes` texts at a time, as far as `context` tokens hold them. `texts`: the number of each, its prompt, and how many
    /// tokens it may have at most; all prompts begin with the same `shared` tokens, and each has at least one more. A text that would
    /// not fit alone is never written: whoever asks leaves it out.
    pub fn new(shared: usize, texts: Vec<(usize, Vec<i32>, usize)>, lanes: usize, context: usize) -> Self {
        let waiting =
            texts.into_iter().map(|(text, prompt, most)| Waiting { text, own: prompt[shared..].to_vec(), most });
        Turns {
            shared,
            waiting: waiting.collect(),
            lanes: vec![None; lanes.max(1)],
            free: context.saturating_sub(shared),
        }
    }

    /// Gives free sequences to texts that wait, in their order, while there is room: these sequences begin as copies of sequence 0.
    pub fn begin(&mut self) -> Vec<i32> {
        let mut begun = Vec::new();
        for (n, lane) in self.lanes.iter_mut().enumerate().filter(|(_, lane)| lane.is_none()) {
            let Some(room) = self.waiting.front().map(|w| w.own.len() + w.most).filter(|room| *room <= self.free)
            else {
                break;
            };
            let Some(next) = self.waiting.pop_front() else { break };
            self.free -= room;
            *lane = Some(Lane { text: next.text, position: self.shared, pending: next.own.into(), room });
            begun.push(n as i32 + 1);
        }
        begun
    }

    /// The tokens of the next call, at most `most`: those of texts that are being written first, so that none waits while another's
    /// prompt is read. Empty when all texts are written.
    pub fn next(&mut self, most: usize) -> Vec<Entry> {
        let mut order: Vec<usize> = (0..self.lanes.len()).collect();
        order.sort_by_key(|&n| self.lanes[n].as_ref().map_or(usize::MAX, |lane| lane.pending.len()));
        let mut entries = Vec::new();
        for n in order {
            let Some(lane) = &mut self.lanes[n] else { continue };
            for token in lane.pending.drain(..lane.pending.len().min(most - entries.len())).collect::<Vec<i32>>() {
                let (position, sequence, text) = (lane.position, n as i32 + 1, lane.text);
                entries.push(Entry { token, position, sequence, text, last: false });
                lane.position += 1;
            }
            if let Some(entry) = entries.last_mut().filter(|entry| entry.sequence == n as i32 + 1) {
                entry.last = lane.pending.is_empty();
            }
        }
        entries
    }

    /// The text of this sequence goes on with this token.
    pub fn said(&mut self, sequence: i32, token: i32) {
        if let Some(Some(lane)) = self.lanes.get_mut(sequence as usize - 1) {
            lane.pending.push_back(token);
        }
    }

    /// The text of this sequence is written; the sequence is free.
    pub fn ended(&mut self, sequence: i32) {
        if let Some(lane) = self.lanes.get_mut(sequence as usize - 1).and_then(Option::take) {
            self.free += lane.room;
        }
    }
}

/// How many tokens all of these begin with, one of each left over.
pub fn shared(prompts: &[&[i32]]) -> usize {
    let Some((first, rest)) = prompts.split_first() else { return 0 };
    let alike = |other: &&[i32]| first.iter().zip(*other).take_while(|(a, b)| a == b).count();
    let shortest = prompts.iter().map(|p| p.len()).min().unwrap_or(0);
    rest.iter().map(alike).min().unwrap_or(first.len()).min(shortest.saturating_sub(1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(entries: &[Entry]) -> Vec<(i32, usize, i32, bool)> {
        entries.iter().map(|e| (e.token, e.position, e.sequence, e.last)).collect()
    }

    #[test]
    fn a_text_is_written_on_while_the_prompt_of_the_next_one_is_read() {
        let texts = vec![(7, vec![1, 2, 3], 9), (8, vec![1, 2, 4, 5, 6], 9), (9, vec![1, 2, 3], 9)];
        let mut turns = Turns::new(2, texts, 2, 100);
        assert_eq!(turns.begin(), [1, 2]);
        assert_eq!(tokens(&turns.next(3)), [(3, 2, 1, true), (4, 2, 2, false), (5, 3, 2, false)]);
        turns.said(1, 30);
        assert_eq!(turns.begin(), [0; 0]);
        assert_eq!(tokens(&turns.next(3)), [(30, 3, 1, true), (6, 4, 2, true)]);
        turns.ended(1);
        turns.said(2, 40);
        assert_eq!(turns.begin(), [1], "the third takes the place of the first");
        let entries = turns.next(3);
        assert_eq!(tokens(&entries), [(3, 2, 1, true), (40, 5, 2, true)]);
        assert_eq!(entries[0].text, 9);
        turns.ended(1);
        turns.ended(2);
        assert!(turns.begin().is_empty() && turns.next(3).is_empty());
    }

    #[test]
    fn a_text_waits_until_the_context_has_room_for_all_of_it() {
        let text = |n| (n, vec![1, 2], 6);
        let mut turns = Turns::new(1, vec![text(0), text(1), text(2)], 3, 16);
        assert_eq!(turns.begin(), [1, 2]);
        turns.ended(2);
        assert_eq!(turns.begin(), [2]);
    }

    #[test]
    fn what_all_begin_with_leaves_a_token_of_each() {
        assert_eq!(shared(&[&[1, 2, 3], &[1, 2, 4, 5]]), 2);
        assert_eq!(shared(&[&[1, 2], &[1, 2, 3]]), 1);
        assert_eq!(shared(&[&[1, 2, 3]]), 2);
        assert_eq!((shared(&[&[1], &[2, 3]]), shared(&[])), (0, 0));
    }

    proptest! {
        /// An engine that says the sum of all tokens of a sequence, and stops where the text has its length: every text comes out as
        /// if it were alone, whatever else is written at the time.
        #[test]
        fn every_text_is_as_if_it_were_alone(
            own in proptest::collection::vec((proptest::collection::vec(0i32..9, 1..7), 1usize..6), 1..9),
            lanes in 1usize..5,
            most in 5usize..9,
        ) {
            let begin = vec![3, 4];
            let whole = |own: &[i32]| [&begin[..], own].concat();
            let texts = own.iter().enumerate().map(|(n, (own, length))| (n, whole(own), *length)).collect();
            let mut turns = Turns::new(begin.len(), texts, lanes, 40);
            let mut sequences: Vec<Vec<i32>> = vec![begin.clone(); lanes + 1];
            let mut written: Vec<Vec<i32>> = vec![Vec::new(); own.len()];
            for _ in 0..1000 {
                for sequence in turns.begin() {
                    sequences[sequence as usize] = begin.clone();
                }
                let entries = turns.next(most);
                prop_assert!(entries.len() <= most);
                if entries.is_empty() { break }
                for e in entries {
                    let held = &mut sequences[e.sequence as usize];
                    prop_assert_eq!(held.len(), e.position);
                    held.push(e.token);
                    if !e.last { continue }
                    let said = held.iter().sum::<i32>() % 11;
                    written[e.text].push(said);
                    if written[e.text].len() == own[e.text].1 { turns.ended(e.sequence) } else { turns.said(e.sequence, said) }
                }
            }
            for (n, (own, length)) in own.iter().enumerate() {
                let mut alone = whole(own);
                for _ in 0..*length {
                    alone.push(alone.iter().sum::<i32>() % 11);
                }
                prop_assert_eq!(&written[n], &alone[begin.len() + own.len()..].to_vec());
            }
        }
    }
}
