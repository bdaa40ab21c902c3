//! Talk weighed: of each item the stretches that are about it by their words, and what they say together.

use crate::domain::advice::direction::sentences;
use crate::domain::assessment::proposal::frequency::rate;
use crate::domain::assessment::proposal::matching::{any, plain};
use crate::domain::assessment::proposal::stretch::{Stretch, stretches};
use crate::domain::assessment::proposal::weighed::{ANSWERS, ItemWords, Likely};
use crate::domain::assessment::proposal::wording::{ItemData, Words};
use crate::domain::note::retraction::Rules;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use std::collections::BTreeMap;

/// What was found of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// Shares of the answers; they add up to 1.
    pub shares: [f32; ANSWERS],
    /// Whether how often was told.
    pub told: bool,
    /// What it rests on, first what tells most of the answer that fits best.
    pub on: Vec<Stretch>,
}

/// What is found by the weighed words, by index of the item. Empty for an instrument that was not learned.
pub fn weigh(transcript: &Transcript, data: &ItemData, items: usize) -> BTreeMap<usize, Weighed> {
    let lang = transcript.language;
    let words = data.reading.words(lang);
    let Some(enough) = data.enough(lang) else { return BTreeMap::new() };
    let said = stretches(transcript, words);
    let Some(own) = own(&said, data, lang) else { return BTreeMap::new() };
    let read = gone_on(&own);
    let itself = |n: usize, item: usize| own[n].items.get(item).copied().unwrap_or_default();
    let takes_back = |stretch: &Stretch| takes_back(stretch, &data.retraction, &words.take_back, lang);
    let mut found = BTreeMap::new();
    for item in 0..items {
        let about = |n: usize| read[n].items.get(item).copied().unwrap_or_default();
        let keeps = data.heard.items.get(item).is_some_and(|i| i.denial_lowers_nothing);
        let mut on: Vec<usize> = Vec::new();
        for n in 0..said.len() {
            if about(n) < enough {
                continue;
            }
            if !keeps && takes_back(&said[n]) {
                // What was said of it just before is taken back. The rules count lines of both speakers.
                on.retain(|before| n - before > data.retraction.within.div_ceil(2));
                if itself(n, item) < enough {
                    // And nothing else: it is about the item only because it goes on.
                    continue;
                }
            }
            let narrower = || any(&plain(said[n].before.reveal()), &data.heard.items[item].topic(lang).narrower);
            if denies(&read[n]) && narrower() {
                continue;
            }
            if read[n].elsewhere <= data.reading.weighing.elsewhere {
                on.push(n);
            }
        }
        if keeps {
            on = without_denials(on, &read);
        }
        if !on.is_empty() {
            found.insert(item, together(&on, about, &read, &said, data));
        }
    }
    found
}

/// What each stretch says by itself, and of what was asked just before it.
fn own(said: &[Stretch], data: &ItemData, lang: Lang) -> Option<Vec<Likely>> {
    let weights: &ItemWords = data.words.as_deref()?;
    let mut read: Vec<Likely> = Vec::with_capacity(said.len());
    for stretch in said {
        let mut likely = weights.likely(&data.heard.id, lang, stretch.before.reveal(), stretch.words.reveal())?;
        // Numbers, and how often, by themselves are about nothing; they can only go on.
        if says_nothing(stretch, data.reading.words(lang)) {
            likely.items.iter_mut().for_each(|item| *item = 0.0);
        }
        read.push(likely);
    }
    Some(read)
}

/// The same, where one that goes on is about what the one before was about.
fn gone_on(own: &[Likely]) -> Vec<Likely> {
    let mut read: Vec<Likely> = Vec::with_capacity(own.len());
    for likely in own {
        let mut likely = likely.clone();
        if let Some(before) = read.last() {
            for (item, was) in likely.items.iter_mut().zip(&before.items) {
                *item = likely.follows * was + (1.0 - likely.follows) * *item;
            }
        }
        read.push(likely);
    }
    read
}

/// Words that name how often and nothing else: "nearly every day".
const BARE: usize = 3;

fn says_nothing(stretch: &Stretch, words: &Words) -> bool {
    let text = stretch.words.reveal();
    let bare = || {
        stretch.before.reveal().is_empty()
            && text.split_whitespace().count() <= BARE
            && rate(&plain(text), words).is_some()
    };
    !text.chars().any(char::is_alphabetic) || bare()
}

/// Without the stretches that deny, where any of the others tells it, be it without how often.
fn without_denials(on: Vec<usize>, read: &[Likely]) -> Vec<usize> {
    let told = on.iter().any(|n| !denies(&read[*n]));
    if told { on.into_iter().filter(|n| !denies(&read[*n])).collect() } else { on }
}

fn denies(likely: &Likely) -> bool {
    likely.answers[0] > likely.untold + likely.answers[1..].iter().sum::<f32>()
}

/// How likely a sentence by itself is about an item.
pub fn alone(sentence: &str, item: usize, data: &ItemData, lang: Lang) -> f32 {
    let likely = data.words.as_deref().and_then(|words| words.likely(&data.heard.id, lang, "", sentence));
    likely.and_then(|l| l.items.get(item).copied()).unwrap_or_default()
}

fn takes_back(stretch: &Stretch, rules: &Rules, forms: &[String], lang: Lang) -> bool {
    let text = stretch.words.reveal();
    any(&plain(text), forms) || sentences(text).any(|sentence| rules.takes_back(sentence, lang))
}

fn together(on: &[usize], about: impl Fn(usize) -> f32, read: &[Likely], said: &[Stretch], data: &ItemData) -> Weighed {
    let untold = data.reading.weighing.untold;
    let told_shares = data.reading.answers.told();
    let mut shares = [0.0_f32; ANSWERS];
    let (mut often, mut not) = (0.0, 0.0);
    for &n in on {
        let likely = &read[n];
        for ((share, answer), told) in shares.iter_mut().zip(likely.answers).zip(told_shares) {
            *share += about(n) * (answer + untold * likely.untold * told);
        }
        often += about(n) * likely.answers.iter().sum::<f32>();
        not += about(n) * likely.untold;
    }
    let sum: f32 = shares.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    shares.iter_mut().for_each(|share| *share /= sum);
    // First what tells most of the answer that fits best.
    let best = (0..ANSWERS).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).unwrap_or_default();
    let tells = |n: usize| about(n) * (read[n].answers[best] + untold * read[n].untold * told_shares[best]);
    let mut order = on.to_vec();
    order.sort_by(|a, b| tells(*b).total_cmp(&tells(*a)).then(a.cmp(b)));
    Weighed { shares, told: often > not, on: order.into_iter().map(|n| said[n].clone()).collect() }
}
