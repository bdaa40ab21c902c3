//! What was read and weighed becomes a proposal for each item: which sentence decides, which answer it fits, and how well the
//! neighbours fit.

use crate::domain::advice::evidence::{self, Evidence};
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::answers::{Answers, Scale};
use crate::domain::assessment::proposal::matching::{any, plain};
use crate::domain::assessment::proposal::outcome::{From, Outcome, Proposal, Proposals, Quote, SCHEMA, Share};
use crate::domain::assessment::proposal::piece::{OpenSentence, Piece, Rate, Says};
use crate::domain::assessment::proposal::weighing::{Weighed, alone, weigh};
use crate::domain::assessment::proposal::wording::ItemData;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;

/// Quotes shown with one item.
const QUOTES: usize = 4;
/// Added to shares before they are multiplied, so that none is nothing.
const SLACK: f32 = 0.01;

/// Proposals for every scored item of the instrument, of the pieces with who found each, and of the weighed words.
pub fn proposals(
    transcript: &Transcript,
    instrument: &Instrument,
    data: &ItemData,
    pieces: &[(Piece, From)],
) -> Proposals {
    let ItemData { reading, heard, .. } = data;
    let known = heard.items_of(&instrument.id).unwrap_or(0);
    let weighed = weigh(transcript, data, known);
    let is_weighed = data.enough(transcript.language).is_some();
    let items = instrument
        .items
        .iter()
        .enumerate()
        .take(known)
        .filter(|(_, item)| item.scored)
        .map(|(n, _)| {
            let mut of: Vec<&(Piece, From)> = pieces.iter().filter(|(p, _)| p.item == n).collect();
            let item = &heard.items[n];
            let told = item.denial_lowers_nothing && of.iter().any(|(p, _)| p.says != Says::No);
            let narrower = |p: &Piece| {
                let forms = &item.topic(transcript.language).narrower;
                p.asked.as_ref().is_some_and(|asked| any(&plain(asked.quote.reveal()), forms))
            };
            of.retain(|(p, _)| p.says != Says::No || !(told || narrower(p)));
            let by_forms = proposal(transcript, n, heard.scale(n), &reading.answers, &of);
            match weighed.get(&n) {
                Some(words) => both(transcript, by_forms, words, data),
                None if is_weighed => by_forms_alone(by_forms, data, transcript.language),
                None => by_forms,
            }
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

fn proposal(transcript: &Transcript, n: usize, scale: Scale, answers: &Answers, of: &[&(Piece, From)]) -> Proposal {
    let blank = Proposal::blank(n + 1);
    let Some((piece, from)) = decisive(of, scale) else { return blank };
    let shares = answers.shares(piece.says, scale);
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

/// What the forms found and the weighed words did not stands where how often was told, or where one of its sentences is about the
/// item by itself; else it is only mentioned. An item whose denial lowers nothing is never left out so.
fn by_forms_alone(mut found: Proposal, data: &ItemData, lang: Lang) -> Proposal {
    let keeps = data.heard.items[found.item - 1].denial_lowers_nothing;
    let open = found.outcome == Outcome::Proposed && found.from == From::Rule && !found.frequency_told && !keeps;
    let about = |q: &Quote| alone(q.evidence.quote.reveal(), found.item - 1, data, lang) >= data.reading.weighing.alone;
    if open && !found.quotes.iter().any(about) {
        (found.outcome, found.score) = (Outcome::Mentioned, None);
        found.shares.clear();
    }
    found
}

/// What the weighed words found, and beside it what the forms found. What a model took for it adds nothing.
fn both(transcript: &Transcript, by_forms: Proposal, words: &Weighed, data: &ItemData) -> Proposal {
    let (item, power) = (by_forms.item, data.reading.weighing.rules);
    let mut forms = Some(by_forms).filter(|f| f.outcome == Outcome::Proposed && f.from == From::Rule);
    if data.heard.items.get(item - 1).is_some_and(|i| i.denial_lowers_nothing) {
        let told = |shares: &[f32]| shares.iter().skip(1).any(|share| *share > shares[0]);
        let of_forms = forms.as_ref().map(|f| told(&f.shares.iter().map(|s| s.share).collect::<Vec<f32>>()));
        match (of_forms, told(&words.shares)) {
            (Some(true), false) => return forms.unwrap_or_else(|| Proposal::blank(item)),
            (Some(false), true) => forms = None,
            _ => {}
        }
    }
    let beside = |n: usize| forms.as_ref().and_then(|f| f.shares.get(n)).map_or(1.0, |s| (s.share + SLACK).powf(power));
    let fit: Vec<f32> = words.shares.iter().enumerate().map(|(n, share)| (share + SLACK) * beside(n)).collect();
    let sum: f32 = fit.iter().sum();
    let shares: Vec<Share> = (0..).zip(&fit).map(|(value, fit)| Share { value, share: fit / sum }).collect();
    let score = shares.iter().max_by(|a, b| a.share.total_cmp(&b.share)).map(|s| s.value);
    let frequency_told = words.told || forms.as_ref().is_some_and(|f| f.frequency_told);
    // What decided stands first: that of the words too where they say something else than the forms.
    let fits_best = |shares: &[f32]| (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]));
    let forms_fit = forms.as_ref().and_then(|f| fits_best(&f.shares.iter().map(|s| s.share).collect::<Vec<f32>>()));
    let differ = forms_fit != fits_best(&words.shares);
    let of_words = words.on.iter().filter_map(|stretch| {
        let evidence = Evidence { utterance: stretch.utterance, quote: stretch.words.clone() };
        let asked = stretch.asked.clone().filter(|a| evidence::check(transcript, a).is_ok());
        let holds = evidence::check_client(transcript, &evidence).is_ok();
        holds.then_some(Quote { evidence, at_ms: stretch.at_ms, asked })
    });
    let mut of_words = of_words.fuse();
    let mut of_forms = forms.map(|f| f.quotes).unwrap_or_default().into_iter();
    let mut first: Vec<Quote> = of_forms.next().into_iter().collect();
    if differ {
        first.extend(of_words.next());
    }
    let mut quotes: Vec<Quote> = Vec::new();
    for quote in first.into_iter().chain(of_forms).chain(of_words) {
        if !quotes.iter().any(|known| within(known, &quote)) {
            quotes.push(quote);
        }
    }
    quotes.truncate(QUOTES);
    // No quote, no proposal.
    if quotes.is_empty() {
        return Proposal::blank(item);
    }
    Proposal { item, outcome: Outcome::Proposed, score, shares, frequency_told, from: From::Rule, quotes }
}

/// Whether one of two quotes is part of the other.
fn within(one: &Quote, other: &Quote) -> bool {
    let (a, b) = (one.evidence.quote.reveal(), other.evidence.quote.reveal());
    one.evidence.utterance == other.evidence.utterance && (a.contains(b) || b.contains(a))
}

/// A sentence that a model gave an item.
pub fn of_model(item: usize, open: &OpenSentence) -> Piece {
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
