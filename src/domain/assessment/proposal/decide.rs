//! What was read becomes a proposal for each item: which sentence decides, which answer it fits, and how well the neighbours fit.

use crate::domain::advice::evidence::{self, Evidence};
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::frequency::Rate;
use crate::domain::assessment::proposal::outcome::{From, Outcome, Proposal, Proposals, Quote, SCHEMA, Share};
use crate::domain::assessment::proposal::reading::{Piece, Says};
use crate::domain::assessment::proposal::wording::{Heard, Reading, Scale};
use crate::domain::transcript::Transcript;

/// Quotes shown with one item.
const QUOTES: usize = 4;
/// How far off a told number is meant, in days of fourteen: exact words and vague ones.
const SPREAD_EXACT: f32 = 0.9;
const SPREAD_VAGUE: f32 = 2.5;
/// Where the answers of two weeks begin, in days: half of it is "more than half" to a questionnaire that has no half.
const DAYS_FROM: [f32; 4] = [0.0, 0.25, 6.6, 11.5];
/// Where the answers of drinking begin, in days of a year: never, monthly or less, two to four a month, two or three a week, more.
const DRINKING_FROM: [f32; 5] = [0.0, 0.5, 13.5, 75.0, 180.0];
/// Where the answers of much drinking begin, in days of a year: never, less than monthly, monthly, weekly, daily or almost.
const MANY_FROM: [f32; 5] = [0.0, 0.5, 11.0, 31.0, 200.0];
/// The most drinks of each answer.
const DRINKS_TO: [f32; 4] = [2.0, 4.0, 6.0, 9.5];
/// Shares where a symptom is told and not how often. People who tell it unasked mostly mean more than a few days; "nothing" and
/// "at all" more than that. Chosen on half A of tests/data/items and the two demo sessions.
const THERE: [f32; 4] = [0.05, 0.25, 0.45, 0.25];
const THERE_TOTAL: [f32; 4] = [0.02, 0.13, 0.35, 0.5];

/// Proposals for every scored item of the instrument; `by` says of each piece who found it.
pub fn proposals(
    transcript: &Transcript,
    instrument: &Instrument,
    heard: &Heard,
    reading: &Reading,
    pieces: &[(Piece, From)],
) -> Proposals {
    let known = heard.items_of(&instrument.id).unwrap_or(0);
    let items = instrument
        .items
        .iter()
        .enumerate()
        .take(known)
        .filter(|(_, item)| item.scored)
        .map(|(n, _)| {
            let of: Vec<&(Piece, From)> = pieces.iter().filter(|(p, _)| p.item == n).collect();
            proposal(transcript, n, heard.scale(n), &of)
        })
        .collect();
    Proposals {
        schema: SCHEMA.to_owned(),
        instrument: instrument.id.clone(),
        version: instrument.version.clone(),
        rules: format!("{} {}, {} {}", reading.id, reading.version, heard.id, heard.version),
        items,
    }
}

/// What of an item decides. How often goes before yes and no; an answer to the question before a thing said in passing is the later
/// one anyway. Of several the last is meant: people correct themselves forwards.
fn decisive<'a>(of: &[&'a (Piece, From)], scale: Scale) -> Option<&'a (Piece, From)> {
    let weight = |p: &Piece| match (scale, p.says) {
        (Scale::Drinks, Says::Much(_)) => 3,
        (Scale::Drinks, _) => 0,
        (_, Says::Often(r)) if r.exact => 3,
        (_, Says::Often(_)) => 2,
        (_, Says::No | Says::There { .. }) => 1,
        (_, Says::Much(_)) => 0,
    };
    // What a rule read goes before what a model took for it.
    let rule = |from: From| u8::from(from == From::Rule);
    of.iter().copied().filter(|(p, _)| weight(p) > 0).max_by_key(|(p, from)| (rule(*from), weight(p), p.order))
}

fn proposal(transcript: &Transcript, n: usize, scale: Scale, of: &[&(Piece, From)]) -> Proposal {
    let blank = Proposal::blank(n + 1);
    let Some((piece, from)) = decisive(of, scale) else { return blank };
    let shares = shares(piece.says, scale);
    let mut quotes: Vec<Quote> = Vec::new();
    let mut others: Vec<&Piece> = of.iter().map(|(p, _)| p).filter(|p| p.order != piece.order).collect();
    others.sort_by_key(|p| p.order);
    for p in std::iter::once(piece).chain(others) {
        let evidence = Evidence { utterance: p.utterance, quote: p.sentence.clone() };
        let asked = p.asked.clone().filter(|a| evidence::check(transcript, a).is_ok());
        if quotes.iter().all(|q| q.evidence != evidence) && evidence::check_client(transcript, &evidence).is_ok() {
            quotes.push(Quote { evidence, at_ms: p.at_ms, asked });
        }
    }
    quotes.truncate(QUOTES);
    // No quote, no proposal.
    if quotes.is_empty() {
        return blank;
    }
    let score = shares.iter().max_by(|a, b| a.share.total_cmp(&b.share)).map(|s| s.value);
    let outcome = if score.is_some() { Outcome::Proposed } else { Outcome::Mentioned };
    let frequency_told = !matches!(piece.says, Says::There { .. });
    Proposal { item: n + 1, outcome, score, shares, frequency_told, from: *from, quotes }
}

/// The shares of the answers, value by value; empty where none follows.
fn shares(says: Says, scale: Scale) -> Vec<Share> {
    let of = |shares: &[f32]| -> Vec<Share> {
        let sum: f32 = shares.iter().sum();
        (0..).zip(shares).map(|(value, share)| Share { value, share: share / sum }).collect()
    };
    match (scale, says) {
        (Scale::Days, Says::No) => of(&[0.94, 0.04, 0.01, 0.01]),
        (Scale::Days, Says::There { total }) => of(if total { &THERE_TOTAL } else { &THERE }),
        (Scale::Days, Says::Often(r)) => {
            let spread = if r.exact { SPREAD_EXACT } else { SPREAD_VAGUE };
            // Something was said of it, so it is not "not at all" unless it is next to never.
            let days = (r.per_day * 14.0).clamp(0.0, 14.0);
            of(&over(&DAYS_FROM, days, spread))
        }
        (Scale::DrinkingOften | Scale::ManyOften, Says::No) => of(&[0.95, 0.03, 0.01, 0.005, 0.005]),
        (Scale::DrinkingOften | Scale::ManyOften, Says::Often(r)) if r.whole => {
            let from = if scale == Scale::DrinkingOften { &DRINKING_FROM } else { &MANY_FROM };
            // Frequencies that differ by a factor are alike: in logarithms.
            let log: Vec<f32> = from.iter().map(|x| x.max(0.05).ln()).collect();
            of(&over(&log, (r.per_day * 365.0).max(0.05).ln(), 0.25))
        }
        (Scale::Drinks, Says::Much(n)) => {
            let mut from = vec![0.0];
            from.extend(DRINKS_TO.iter().map(|to| to + 0.01));
            of(&over(&from, n, 0.4))
        }
        _ => Vec::new(),
    }
}

/// How much of a logistic bell round `at` falls between the bounds; the bound at which an answer begins belongs to it.
fn over(from: &[f32], at: f32, spread: f32) -> Vec<f32> {
    let below = |x: f32| 1.0 / (1.0 + (-(x - at) / (spread * 0.551)).exp());
    (0..from.len())
        .map(|n| {
            let lower = if n == 0 { 0.0 } else { below(from[n]) };
            let upper = from.get(n + 1).map_or(1.0, |x| below(*x));
            upper - lower
        })
        .collect()
}

/// A sentence that a model gave an item.
pub fn of_model(item: usize, open: &crate::domain::assessment::proposal::reading::OpenSentence) -> Piece {
    let says = open.rate.filter(|r: &Rate| r.exact).map_or(Says::There { total: false }, Says::Often);
    Piece {
        item,
        says,
        order: open.order,
        utterance: open.utterance,
        sentence: open.sentence.clone(),
        at_ms: open.at_ms,
        asked: None,
        hinted: true,
    }
}
