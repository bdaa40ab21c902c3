//! What was read becomes a proposal for each item: which sentence decides, which answer it fits, and how well the neighbours fit.

use crate::domain::advice::evidence::{self, Evidence};
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::answers::{Answers, Scale};
use crate::domain::assessment::proposal::outcome::{From, Outcome, Proposal, Proposals, Quote, SCHEMA};
use crate::domain::assessment::proposal::piece::{OpenSentence, Piece, Rate, Says};
use crate::domain::assessment::proposal::wording::{Heard, Reading};
use crate::domain::transcript::Transcript;

/// Quotes shown with one item.
const QUOTES: usize = 4;

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
            proposal(transcript, n, heard.scale(n), &reading.answers, &of)
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
