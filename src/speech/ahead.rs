//! Looking ahead where the speech model is unsure: of the next tokens that are nearly as likely, the one whose continuation is
//! the likeliest. Owns the choice only; it decodes nothing, and knows a vocabulary by three numbers.
//!
//! What a search with several sequences finds is mostly a word that is likelier once its end was heard; where the model is sure it finds
//! nothing and costs as much. So single tokens are looked at, the sure ones not at all.

use super::characters::Allowed;

/// A token at least this likely is taken at once. With it, [`FOLLOWED`] and [`STEPS`] 8.1 % of the characters of the Korean demo are wrong,
/// 10.5 % by greedy search (`tests/bench/speech.py`); they were chosen on that demo, and what else was tried is in `tests/bench/README.md`.
const SURE: f32 = 0.5;
/// Tokens less likely than this part of the likeliest are not followed.
const NEAR: f32 = 0.2;
/// So many tokens are followed, the likeliest among them.
const FOLLOWED: usize = 2;
/// So many tokens ahead: a Korean word is three to five.
const STEPS: usize = 6;

/// Less likely than this, as the mean of logarithms, is decoded again; the engine's own number.
const LEAST_LIKELY: f32 = -1.0;
/// So many last tokens of fewer kinds than [`LEAST_ENTROPY`] are a loop; the engine's own numbers.
const LAST_TOKENS: usize = 32;
/// See [`LAST_TOKENS`].
const LEAST_ENTROPY: f32 = 2.4;

/// Whether a text is to be decoded again, by the engine's own measures: its tokens less likely than this on average (`likely`, a
/// logarithm), or of few kinds at the end.
pub fn unlikely(tokens: &[i32], likely: f32) -> bool {
    let last = &tokens[tokens.len().saturating_sub(LAST_TOKENS)..];
    let mut kinds = std::collections::BTreeMap::<i32, f32>::new();
    for token in last {
        *kinds.entry(*token).or_default() += 1.0 / last.len() as f32;
    }
    let entropy: f32 = kinds.values().map(|p| -p * p.ln()).sum();
    likely < LEAST_LIKELY || (tokens.len() > LAST_TOKENS && entropy < LEAST_ENTROPY)
}

/// How the tokens of a model are numbered: text, the end of the text, tokens of control, times.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// The token that ends a text; every token of text lies before it.
    pub end: usize,
    /// The first token that is a time; they go on to the last of all.
    pub times: usize,
}

/// A token with the logarithm of its probability.
type Likely = (usize, f32);

/// What may come next.
enum Next {
    /// A word, or the end of the text.
    Text(Likely),
    /// A time, whichever: no text is likelier than all of them together.
    Time(f32),
}

/// The token that is the likeliest and the one to take in its place; nothing where the model is sure, a time comes next, or the
/// likeliest is the best. `logits` are those of the next token, between two characters and with `allowed` tokens only; `after_time` says
/// that the token before is a time. `follow` decodes a token so many steps ahead, from 0, and gives the logits of the one after it.
pub fn better(
    logits: &[f32],
    vocabulary: Vocabulary,
    after_time: bool,
    allowed: Allowed<'_>,
    follow: &mut dyn FnMut(usize, usize) -> Option<Vec<f32>>,
) -> Option<(usize, usize)> {
    let all = normaliser(logits, vocabulary, after_time);
    let text = logits.get(..vocabulary.end)?;
    let (_, most) = likeliest(text)?;
    if !after_time && times(logits, vocabulary, all) > most - all {
        return None;
    }
    if (most - all).exp() > SURE {
        return None;
    }
    let near = most + NEAR.ln();
    let mut tokens: Vec<Likely> = text.iter().copied().enumerate().filter(|(_, l)| *l >= near).collect();
    tokens.sort_by(|a, b| b.1.total_cmp(&a.1));
    tokens.truncate(FOLLOWED);
    let [(first, _), _] = tokens[..] else { return None };
    let mut best: Option<Likely> = None;
    for (token, logit) in tokens {
        let (mut sum, mut count, mut last, mut lacked) = (logit - all, 1.0, token, 0);
        for step in 0..STEPS {
            // Were all that is still to come certain, it would not be the best: what is decided needs no decoding.
            if best.is_some_and(|(_, so_far)| sum / (1.0 + STEPS as f32) <= so_far) {
                break;
            }
            let mut logits = follow(last, step)?;
            lacked = allowed.characters.after(lacked, last);
            allowed.keep(lacked, &mut logits);
            count += 1.0;
            match next(&logits, vocabulary)? {
                Next::Time(likely) => {
                    sum += likely;
                    break;
                }
                Next::Text((token, likely)) => {
                    sum += likely;
                    last = token;
                    if token == vocabulary.end {
                        break;
                    }
                }
            }
        }
        let mean = sum / count;
        if best.is_none_or(|(_, so_far)| mean > so_far) {
            best = Some((token, mean));
        }
    }
    best.map(|(token, _)| (first, token)).filter(|(first, token)| first != token)
}

fn next(logits: &[f32], vocabulary: Vocabulary) -> Option<Next> {
    let all = normaliser(logits, vocabulary, false);
    let times = times(logits, vocabulary, all);
    let (token, most) = likeliest(logits.get(..=vocabulary.end)?)?;
    Some(if times > most - all { Next::Time(times) } else { Next::Text((token, most - all)) })
}

/// The logarithm of the probability of all times together.
fn times(logits: &[f32], vocabulary: Vocabulary, all: f32) -> f32 {
    let times = logits.get(vocabulary.times..).unwrap_or(&[]);
    times.iter().map(|l| (l - all).exp()).sum::<f32>().ln()
}

/// The logarithm of the sum of the exponentials: of text, its end and, where one may follow, times.
fn normaliser(logits: &[f32], vocabulary: Vocabulary, without_times: bool) -> f32 {
    let text = logits.get(..=vocabulary.end).unwrap_or(&[]);
    let times = if without_times { &[] } else { logits.get(vocabulary.times..).unwrap_or(&[]) };
    let most = text.iter().chain(times).copied().fold(f32::NEG_INFINITY, f32::max);
    most + text.iter().chain(times).map(|l| (l - most).exp()).sum::<f32>().ln()
}

fn likeliest(logits: &[f32]) -> Option<Likely> {
    let found = logits.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    found.1.is_finite().then_some(found)
}

#[cfg(test)]
#[allow(clippy::panic, clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::speech::characters::Characters;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const SMALL: Vocabulary = Vocabulary { end: 4, times: 6 };

    static WHOLE: LazyLock<Characters> = LazyLock::new(Characters::default);

    /// Every token but these, each of whole characters.
    fn but(never: &[i32]) -> Allowed<'_> {
        Allowed { never, characters: &WHOLE }
    }

    /// Logits of these probabilities; of everything else nearly none.
    fn of(likely: &[(usize, f32)]) -> Vec<f32> {
        let mut logits = vec![-30.0; 9];
        for (token, p) in likely {
            logits[*token] = p.ln();
        }
        logits
    }

    #[test]
    fn a_word_that_goes_on_surely_is_taken_before_one_that_is_a_little_likelier_now() {
        let logits = of(&[(0, 0.45), (1, 0.40), (2, 0.15)]);
        // After 0 nothing is likely, after 1 surely 3.
        let mut followed = Vec::new();
        let found = better(&logits, SMALL, false, but(&[]), &mut |token, step| {
            followed.push((token, step));
            Some(if token == 1 || token == 3 { of(&[(3, 1.0)]) } else { of(&[(0, 0.3), (2, 0.4), (3, 0.3)]) })
        });
        assert_eq!(found, Some((0, 1)));
        assert_eq!(followed.len(), 2 * STEPS);
        assert_eq!(followed[..2], [(0, 0), (2, 1)]);
    }

    #[test]
    fn nothing_is_followed_where_the_model_is_sure_or_a_time_comes_next() {
        let mut never = |_: usize, _: usize| -> Option<Vec<f32>> { panic!("followed") };
        assert_eq!(better(&of(&[(0, 0.6), (1, 0.4)]), SMALL, false, but(&[]), &mut never), None);
        assert_eq!(better(&of(&[(0, 0.49), (1, 0.05), (2, 0.04)]), SMALL, false, but(&[]), &mut |_, _| None), None);
        assert_eq!(better(&of(&[(0, 0.3), (1, 0.3), (6, 0.2), (7, 0.2)]), SMALL, false, but(&[]), &mut never), None);
        assert_eq!(better(&of(&[]), Vocabulary { end: 40, times: 60 }, false, but(&[]), &mut never), None);
    }

    #[test]
    fn what_may_never_be_written_leads_nowhere_and_an_end_ends() {
        let logits = of(&[(0, 0.5), (1, 0.5)]);
        // After 0 a token that is never written, after 1 the end.
        let mut steps = 0;
        let found = better(&logits, SMALL, false, but(&[3]), &mut |token, _| {
            steps += 1;
            Some(if token == 1 { of(&[(4, 1.0)]) } else { of(&[(3, 0.9), (0, 0.05), (2, 0.05)]) })
        });
        assert_eq!((found, steps), (Some((0, 1)), STEPS + 1));
    }

    #[test]
    fn a_character_that_was_begun_comes_to_its_end_before_anything_is_likely_after_it() {
        // 0 and 2 begin a character of two bytes, 3 ends it, 1 is a letter.
        let characters = Characters::new([&b"\xC3"[..], b"a", b"\xC3", b"\xA9"]);
        let logits = of(&[(0, 0.45), (1, 0.40), (2, 0.15)]);
        // After 0 the letter is likely, the rest of the character not at all; after the letter surely more letters.
        let mut followed = Vec::new();
        let found = better(&logits, SMALL, false, Allowed { never: &[], characters: &characters }, &mut |token, _| {
            followed.push(token);
            Some(if token == 0 { of(&[(1, 0.9), (3, 0.1)]) } else { of(&[(1, 1.0)]) })
        });
        assert_eq!(followed[..2], [0, 3], "the character comes to its end");
        assert_eq!(found, None, "what cannot come is not weighed: what remains is certain");
    }

    #[test]
    fn a_text_is_unlikely_by_its_mean_or_by_a_loop_at_its_end() {
        let many: Vec<i32> = (0..40).collect();
        assert!(!unlikely(&many, -0.5) && !unlikely(&[], 0.0));
        assert!(unlikely(&many, -1.1));
        assert!(unlikely(&[&many[..], &[7, 8].repeat(16)].concat(), -0.1));
        assert!(!unlikely(&[7, 8].repeat(16), -0.1), "as short as that it may be what was said");
    }

    #[test]
    fn what_can_not_be_the_best_any_more_is_not_followed_on() {
        let logits = of(&[(0, 0.45), (1, 0.40), (2, 0.15)]);
        // After 0 surely 3, after 1 nothing is likely.
        let mut followed = Vec::new();
        let found = better(&logits, SMALL, false, but(&[]), &mut |token, step| {
            followed.push((token, step));
            Some(if token == 0 || token == 3 { of(&[(3, 1.0)]) } else { of(&[(0, 0.3), (2, 0.4), (3, 0.3)]) })
        });
        assert_eq!(found, None);
        assert_eq!(followed.len(), STEPS, "0.40 alone is less than 0.45 with all that comes: {followed:?}");
    }

    /// The token with the best mean when each is followed to its end.
    fn followed_to_the_end(logits: &[f32], after_time: bool, table: &[Vec<f32>]) -> usize {
        let all = normaliser(logits, SMALL, after_time);
        let mut tokens: Vec<Likely> = logits[..SMALL.end].iter().copied().enumerate().collect();
        tokens.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut best: Option<Likely> = None;
        for (token, logit) in tokens.into_iter().take(FOLLOWED) {
            let (mut likely, mut last) = (vec![logit - all], token);
            while likely.len() <= STEPS {
                match next(&table[last], SMALL).unwrap() {
                    Next::Text((token, l)) => {
                        likely.push(l);
                        last = token;
                        if token == SMALL.end {
                            break;
                        }
                    }
                    Next::Time(l) => {
                        likely.push(l);
                        break;
                    }
                }
            }
            let mean = likely.iter().sum::<f32>() / likely.len() as f32;
            if best.is_none_or(|(_, so_far)| mean > so_far) {
                best = Some((token, mean));
            }
        }
        best.unwrap().0
    }

    proptest! {
        #[test]
        fn leaving_a_token_early_chooses_the_same(
            logits in proptest::collection::vec(-3f32..0.0, 9), after in any::<bool>(),
            table in proptest::collection::vec(proptest::collection::vec(-6f32..0.0, 9), 9),
        ) {
            let mut followed = false;
            let found = better(&logits, SMALL, after, but(&[]), &mut |token, _| {
                followed = true;
                Some(table[token].clone())
            });
            if followed {
                let best = followed_to_the_end(&logits, after, &table);
                let first = likeliest(&logits[..SMALL.end]).unwrap().0;
                prop_assert_eq!(found, (best != first).then_some((first, best)));
            }
        }

        #[test]
        fn any_logits_are_judged_and_only_text_is_chosen(
            logits in proptest::collection::vec(-20f32..20.0, 0..12), after in any::<bool>(),
            next in proptest::collection::vec(-20f32..20.0, 9),
        ) {
            if let Some((first, token)) = better(&logits, SMALL, after, but(&[2, 99]), &mut |_, _| Some(next.clone())) {
                prop_assert!(first < SMALL.end && token < SMALL.end && first != token);
            }
        }
    }
}
