//! The token that a model says next: the likeliest one, with what was just said made less likely. Reads the logits where they lie
//! instead of copying the whole vocabulary once for each token.

use std::collections::VecDeque;

/// What was written last, and how much less likely it is to come again.
#[derive(Debug, Clone)]
pub struct Repeats {
    window: VecDeque<i32>,
    most: usize,
    penalty: f32,
}

impl Repeats {
    /// Tokens are remembered for so many that come after them; a logit above zero is divided by the penalty, one below multiplied.
    pub fn new(most: usize, penalty: f32) -> Self {
        Repeats { window: VecDeque::with_capacity(most + 1), most, penalty }
    }

    /// It was said.
    pub fn said(&mut self, token: i32) {
        self.window.push_back(token);
        if self.window.len() > self.most {
            self.window.pop_front();
        }
    }

    /// The likeliest token that is allowed, of equal ones the first; none where nothing is allowed or no logit is a number.
    pub fn best(&self, logits: &[f32], allowed: impl Fn(i32) -> bool) -> Option<i32> {
        let mut repeated: Vec<usize> = self.window.iter().filter_map(|t| usize::try_from(*t).ok()).collect();
        repeated.sort_unstable();
        repeated.dedup();
        let mut best: Option<(usize, f32)> = None;
        let mut from = 0;
        for at in repeated.into_iter().filter(|at| *at < logits.len()) {
            take(&mut best, &logits[from..at], from, &allowed);
            let logit = logits[at];
            let logit = if logit <= 0.0 { logit * self.penalty } else { logit / self.penalty };
            take(&mut best, &[logit], at, &allowed);
            from = at + 1;
        }
        take(&mut best, &logits[from..], from, &allowed);
        best.and_then(|(at, _)| i32::try_from(at).ok())
    }
}

/// Takes the greatest of these logits, the first of which has the number `from`, where it is greater than the best so far.
fn take(best: &mut Option<(usize, f32)>, logits: &[f32], from: usize, allowed: &impl Fn(i32) -> bool) {
    for (n, &logit) in logits.iter().enumerate() {
        let greater = best.map_or(logit > f32::NEG_INFINITY, |(_, most)| logit > most);
        if greater && i32::try_from(from + n).is_ok_and(allowed) {
            *best = Some((from + n, logit));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_just_said_is_less_likely_until_enough_was_said_after_it() {
        let logits = [2.0, 1.9, -1.0];
        let mut repeats = Repeats::new(2, 1.1);
        assert_eq!(repeats.best(&logits, |_| true), Some(0));
        repeats.said(0);
        assert_eq!(repeats.best(&logits, |_| true), Some(1));
        repeats.said(2);
        repeats.said(2);
        assert_eq!(repeats.best(&logits, |_| true), Some(0));
    }

    #[test]
    fn what_is_not_allowed_is_never_chosen_and_of_equal_ones_the_first() {
        let repeats = Repeats::new(4, 1.1);
        assert_eq!(repeats.best(&[5.0, 1.0, 1.0], |t| t != 0), Some(1));
        assert_eq!(repeats.best(&[5.0], |_| false), None);
        assert_eq!(repeats.best(&[f32::NAN, f32::NEG_INFINITY], |_| true), None);
        assert_eq!(repeats.best(&[], |_| true), None);
    }

    proptest! {
        /// The same as penalising a copy of the whole vocabulary and looking for its greatest.
        #[test]
        fn it_chooses_as_whoever_reckons_with_the_whole_vocabulary(
            logits in proptest::collection::vec(-3f32..3.0, 1..40),
            said in proptest::collection::vec(0i32..40, 0..30),
            forbidden in proptest::collection::btree_set(0i32..40, 0..20),
        ) {
            let mut repeats = Repeats::new(8, 1.1);
            said.iter().for_each(|t| repeats.said(*t));
            let last = &said[said.len().saturating_sub(8)..];
            let mut whole: Option<(i32, f32)> = None;
            for (token, logit) in (0i32..).zip(&logits) {
                let less = if *logit <= 0.0 { logit * 1.1 } else { logit / 1.1 };
                let logit = if last.contains(&token) { less } else { *logit };
                if !forbidden.contains(&token) && whole.is_none_or(|(_, most)| logit > most) {
                    whole = Some((token, logit));
                }
            }
            prop_assert_eq!(repeats.best(&logits, |t| !forbidden.contains(&t)), whole.map(|(token, _)| token));
        }
    }
}
