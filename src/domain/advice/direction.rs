//! How directions are chosen: lines of the client, cards near them, answers made comparable, evidence, ranking, and
//! what is dropped. Pure arithmetic over vectors and margins that engines gave; asks no engine and writes no prose.
//!
//! The method, measured on lines labelled by hand (`prompts/directions.md` says how well): embeddings shortlist,
//! small questions about single lines decide, the lines that answered yes are the evidence, the card's own words are
//! what the counsellor reads.

use crate::domain::advice::evidence::{self, Evidence, Unfounded};
pub use crate::domain::advice::lines::{Line, lines_of, parts, sentences};
use crate::domain::advice::suggestion::{Dropped, RiskCue};
pub use crate::domain::advice::vectors::{centred, likeness, mean};
use crate::domain::practice::ids::{TechniqueId, UtteranceId};
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Transcript};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The card that every risk cue brings up, whatever any model says.
pub const SAFETY_CARD: &str = "safety-planning";
/// Quotes shown with one suggestion.
const QUOTES: usize = 2;
/// Suggestions shown; more than a counsellor reads in passing help nobody.
pub const SHOWN: usize = 5;
/// How cards are ranked: the figures of `prompts/directions.md`, which says on what they were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Cards about which questions are asked. With `lines_per_card` this is what a small model answers in about a minute.
    pub cards_asked: usize,
    /// Lines asked about for each of those cards.
    pub lines_per_card: usize,
    /// Of a card's nearness, what its nearest line counts; the rest is the mean of its nearest lines. One line may be near by
    /// accident, and a short session has only one line of some kinds. 0 to 1.
    pub nearest: f32,
    /// How much of a line's likeness to all cards is taken away: a line that resembles everything says nothing of a card. 0 to 1.
    pub common: f32,
    /// What each further line that answered yes adds to the strongest.
    pub further_line: f32,
    /// What a second question with a yes on the same line adds to the first.
    pub second_question: f32,
    /// How much nearness counts beside the answers, both in standard deviations.
    pub nearness: f32,
    /// Answers that a line must have before its own mean is taken for a habit of the line, as a count of imagined answers at the
    /// common mean.
    pub line_shrink: f32,
}

/// A card that came into question and the lines to ask it about, nearest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Index of the card.
    pub card: usize,
    /// Indexes of lines, nearest first.
    pub lines: Vec<usize>,
    /// How near its nearest lines are, for comparison with other cards of the same session.
    pub near: f32,
}

/// The cards nearest to any line, at most as many as are asked about, each with its nearest lines. `likeness[card][line]`.
pub fn shortlist(likeness: &[Vec<f32>], by: &Ranking) -> Vec<Candidate> {
    let lines = likeness.first().map_or(0, Vec::len);
    let common: Vec<f32> =
        (0..lines).map(|l| average(&likeness.iter().map(|row| row[l]).collect::<Vec<_>>())).collect();
    let mut all: Vec<Candidate> = likeness
        .iter()
        .enumerate()
        .map(|(card, row)| {
            let mut lines: Vec<(usize, f32)> =
                row.iter().zip(&common).map(|(l, c)| l - by.common * c).enumerate().collect();
            lines.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            lines.truncate(by.lines_per_card);
            let nearest = lines.first().map_or(0.0, |l| l.1);
            let mean = average(&lines.iter().map(|l| l.1).collect::<Vec<_>>());
            let near = by.nearest * nearest + (1.0 - by.nearest) * mean;
            Candidate { card, lines: lines.into_iter().map(|l| l.0).collect(), near }
        })
        .filter(|c| !c.lines.is_empty())
        .collect();
    all.sort_by(|a, b| b.near.total_cmp(&a.near).then(a.card.cmp(&b.card)));
    all.truncate(by.cards_asked);
    all
}

/// Raw margins by (line, question), made comparable: how willingly the line is agreed with and what the question is
/// answered with anyway are both taken away (contextual calibration, Zhao et al. 2021, *Calibrate Before Use*).
#[derive(Debug, Default)]
pub struct Answers {
    asked: BTreeMap<(usize, usize), f32>,
    by_question: BTreeMap<usize, f32>,
    by_line: BTreeMap<usize, Vec<f32>>,
    rest: f32,
    bar: f32,
}

impl Answers {
    /// `neutral[q]` are the margins of question `q` over the neutral lines in their order, `idle_neutral` those of
    /// each idle question over the same lines. An answer is a yes only where it is `stands_out` times further from
    /// nothing than the calibrated answers over the neutral lines are in the root mean square.
    pub fn new(neutral: &BTreeMap<usize, Vec<f32>>, idle_neutral: &[Vec<f32>], stands_out: f32) -> Self {
        let by_question: BTreeMap<usize, f32> = neutral.iter().map(|(q, m)| (*q, average(m))).collect();
        let rest = average(&idle_neutral.concat());
        let agrees = |line: usize| {
            let over: Vec<f32> = idle_neutral.iter().filter_map(|margins| margins.get(line).copied()).collect();
            if over.is_empty() { 0.0 } else { average(&over) - rest }
        };
        let left = neutral.values().flat_map(|margins| {
            let habit = average(margins);
            margins.iter().enumerate().map(move |(line, m)| (line, m - habit))
        });
        let squares: Vec<f32> = left.map(|(line, m)| (m - agrees(line)).powi(2)).collect();
        Answers { by_question, rest, bar: stands_out * average(&squares).sqrt(), ..Answers::default() }
    }

    /// The margins of the idle questions over this line.
    pub fn idle(&mut self, line: usize, margins: &[f32]) {
        self.by_line.entry(line).or_default().extend(margins.iter().filter(|m| m.is_finite()).map(|m| m - self.rest));
    }

    /// The margin of a question over a line. What is no number is no answer.
    pub fn add(&mut self, line: usize, question: usize, margin: f32) {
        if margin.is_finite() {
            self.asked.insert((line, question), margin);
        }
    }

    /// The calibrated margin: above 0 the line says it more than a line that says nothing would.
    pub fn calibrated(&self, line: usize, question: usize) -> Option<f32> {
        let raw = self.asked.get(&(line, question))?;
        let habit = self.by_question.get(&question).copied().unwrap_or(0.0);
        let agrees = self.by_line.get(&line).map_or(0.0, |m| average(m));
        Some(raw - habit - agrees)
    }

    /// Whether the line answers the question with a yes that stands out.
    pub fn says_yes(&self, line: usize, question: usize) -> bool {
        self.calibrated(line, question).is_some_and(|m| m > self.bar)
    }

    /// The calibrated margins of these pairs in standard deviations of all of them. Of each line its own mean is
    /// taken away, the more the more was asked of it; models differ in how loudly they answer and sessions in how much
    /// is said.
    fn standardised(&self, of: &[(usize, usize)], shrink: f32) -> Scale {
        let known: Vec<((usize, usize), f32)> =
            of.iter().filter_map(|&(l, q)| Some(((l, q), self.calibrated(l, q)?))).collect();
        let mean = average(&known.iter().map(|k| k.1).collect::<Vec<_>>());
        let mut sums: BTreeMap<usize, (f32, f32)> = BTreeMap::new();
        for ((line, _), margin) in &known {
            let sum = sums.entry(*line).or_default();
            *sum = (sum.0 + margin - mean, sum.1 + 1.0);
        }
        let by_line: BTreeMap<usize, f32> =
            sums.into_iter().map(|(line, (sum, n))| (line, sum / (n + shrink))).collect();
        let less: Vec<f32> = known.iter().map(|((l, _), m)| m - by_line.get(l).copied().unwrap_or(0.0)).collect();
        Scale { mean, spread: deviation(&less), by_line }
    }
}

/// Where the answers of a session lie and how far apart.
struct Scale {
    mean: f32,
    spread: f32,
    by_line: BTreeMap<usize, f32>,
}

impl Scale {
    fn of(&self, answers: &Answers, line: usize, question: usize) -> Option<f32> {
        let margin = answers.calibrated(line, question)?;
        Some((margin - self.by_line.get(&line).copied().unwrap_or(0.0) - self.mean) / self.spread)
    }
}

fn average(values: &[f32]) -> f32 {
    let numbers: Vec<f32> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if numbers.is_empty() { 0.0 } else { numbers.iter().sum::<f32>() / numbers.len() as f32 }
}

fn deviation(values: &[f32]) -> f32 {
    let mean = average(values);
    let variance = average(&values.iter().map(|v| (v - mean) * (v - mean)).collect::<Vec<_>>());
    variance.sqrt().max(1e-3)
}

/// A question as the ranking sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Index of the question among all.
    pub question: usize,
    /// The card's weight; negative when a yes speaks against the card.
    pub weight: f32,
}

/// A card with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Index of the card.
    pub card: usize,
    /// Indexes of the lines that answered yes, strongest first; none means that nothing supports it.
    pub evidence: Vec<usize>,
    /// Orders the directions of one transcript; means nothing beside another.
    pub score: f32,
    /// 0 to 1, for ordering on a screen; not a probability of benefit.
    pub confidence: f32,
}

/// Ranks the candidates, best first. `questions[card]` are the questions of a card.
pub fn rank(
    candidates: &[Candidate],
    questions: &BTreeMap<usize, Vec<Asked>>,
    answers: &Answers,
    by: &Ranking,
) -> Vec<Ranked> {
    let asked_of = |card: usize| questions.get(&card).map(Vec::as_slice).unwrap_or_default();
    let supporting: Vec<(usize, usize)> = candidates
        .iter()
        .flat_map(|c| asked_of(c.card).iter().filter(|a| a.weight > 0.0).map(move |a| (c, a.question)))
        .flat_map(|(c, question)| c.lines.iter().map(move |&line| (line, question)))
        .collect();
    let scale = answers.standardised(&supporting, by.line_shrink);
    let near: Vec<f32> = candidates.iter().map(|c| c.near).collect();
    let (near_mean, near_spread) = (average(&near), deviation(&near));
    let mut ranked: Vec<Ranked> = candidates
        .iter()
        .map(|candidate| {
            let asked = asked_of(candidate.card);
            // Line, strength, and whether its clearest question was answered yes.
            let mut lines: Vec<(usize, f32, bool)> = Vec::new();
            let mut against = 0.0f32;
            for &line in &candidate.lines {
                let margin = |a: &Asked| Some((scale.of(answers, line, a.question)? * a.weight, a.question));
                let mut yes: Vec<(f32, usize)> = asked.iter().filter(|a| a.weight > 0.0).filter_map(margin).collect();
                yes.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                let Some(&(first, question)) = yes.first() else { continue };
                let second = yes.get(1).map_or(0.0, |y| y.0.max(0.0));
                let says = first > 0.0 && answers.calibrated(line, question).is_some_and(|m| m > answers.bar);
                lines.push((line, first + by.second_question * second, says));
                let no = asked.iter().filter(|a| a.weight < 0.0).filter_map(margin).fold(0.0f32, |n, m| n.max(-m.0));
                // A line speaks against a card only when it says that more clearly than anything for it.
                against = against.max(no - first.max(0.0));
            }
            lines.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let strongest = lines.first().map_or(0.0, |l| l.1);
            let further: f32 = lines.iter().skip(1).map(|l| l.1.max(0.0)).sum();
            let nearness = (candidate.near - near_mean) / near_spread;
            let score = strongest + by.further_line * further + by.nearness * nearness - against.max(0.0);
            let evidence = lines.into_iter().filter(|l| l.2).map(|l| l.0).take(QUOTES).collect();
            Ranked { card: candidate.card, evidence, score, confidence: confidence(score) }
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.card.cmp(&b.card)));
    ranked
}

/// Puts the best card of each family first and the others after them: five variations of one approach are one
/// suggestion. `family` names the family of one.
pub fn one_of_each_family_first<T>(ranked: Vec<T>, family: impl Fn(&T) -> String) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let (mut first, rest): (Vec<T>, Vec<T>) = ranked.into_iter().partition(|r| seen.insert(family(r)));
    first.extend(rest);
    first
}

/// A score as 0 to 1, for ordering on a screen; not a probability of benefit.
pub fn confidence(score: f32) -> f32 {
    1.0 / (1.0 + (-score / 2.0).exp())
}

/// Holds evidence against the transcript: what is not the client's verbatim words is taken out and counted.
pub fn founded(transcript: &Transcript, claimed: Vec<Evidence>, dropped: &mut Dropped) -> Vec<Evidence> {
    let mut kept = Vec::with_capacity(claimed.len());
    let had_any = !claimed.is_empty();
    for e in claimed {
        match evidence::check_client(transcript, &e) {
            Ok(()) => kept.push(e),
            Err(Unfounded::Empty) => {}
            Err(Unfounded::NoUtterance | Unfounded::NotFound | Unfounded::NotTheClient) => {
                dropped.quote_not_found += 1;
            }
        }
    }
    if kept.is_empty() && !had_any {
        dropped.no_evidence += 1;
    }
    kept
}

/// The evidence of the safety card when a rule found risk cues: the sentences that hold the cues' words, earliest
/// first, those that were denied in the same breath last. This is decided by rule alone; no model is asked and none can take it away,
/// neither by its judgement nor by the label of a voice.
pub fn safety_evidence(transcript: &Transcript, cues: &[RiskCue]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    let (denied, meant): (Vec<&RiskCue>, Vec<&RiskCue>) = cues.iter().partition(|cue| cue.denied);
    for cue in meant.into_iter().chain(denied) {
        let Some(said) = transcript.get(cue.utterance) else { continue };
        let words = cue.quote.reveal();
        let sentence = sentences(said.text.reveal()).find(|s| s.contains(words)).unwrap_or(words);
        let evidence = Evidence { utterance: cue.utterance, quote: ClientText::new(sentence) };
        if evidence::check(transcript, &evidence).is_ok() && !found.contains(&evidence) {
            found.push(evidence);
        }
    }
    found.truncate(QUOTES);
    found
}

/// The utterances that speak of danger: those with a cue, and what is said next, up to the counsellor's next words, where it was not
/// the client who spoke. An answer to "have you thought about how?" is about that and no reason for anything else.
pub fn of_danger(transcript: &Transcript, cues: &[RiskCue]) -> BTreeSet<UtteranceId> {
    let mut found: BTreeSet<UtteranceId> = cues.iter().map(|cue| cue.utterance).collect();
    let mut answering = false;
    for said in &transcript.utterances {
        if found.contains(&said.id) {
            answering = said.speaker != Speaker::Client;
        } else if answering && said.speaker != Speaker::Counsellor {
            found.insert(said.id);
            // Whose an unnamed voice is nobody knows; one turn of it is the answer.
            answering = said.speaker == Speaker::Client;
        } else {
            answering = false;
        }
    }
    found
}

/// True for the card that risk cues bring up.
pub fn is_safety(card: &TechniqueId) -> bool {
    card.as_str() == SAFETY_CARD
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::lang::Lang;
    use crate::domain::practice::time::Span;
    use proptest::prelude::*;

    const RANKING: Ranking = Ranking {
        cards_asked: 12,
        lines_per_card: 3,
        nearest: 0.3,
        common: 0.5,
        further_line: 0.6,
        second_question: 1.0,
        nearness: 0.7,
        line_shrink: 3.0,
    };

    #[test]
    fn the_best_of_each_family_comes_before_the_second_of_any() {
        let ranked = vec![("a", 1), ("a", 2), ("b", 3), ("a", 4), ("c", 5)];
        let order: Vec<i32> = one_of_each_family_first(ranked, |r| r.0.to_owned()).into_iter().map(|r| r.1).collect();
        assert_eq!(order, [1, 3, 5, 2, 4]);
    }

    #[test]
    fn a_line_that_agrees_with_everything_is_not_taken_for_a_yes() {
        let neutral = BTreeMap::from([(0, vec![-1.0, -1.0]), (1, vec![1.0, 1.0])]);
        let mut answers = Answers::new(&neutral, &[vec![0.0, 0.0]], 3.0);
        answers.idle(0, &[3.0, 3.0]);
        answers.idle(1, &[0.0, 0.0]);
        answers.add(0, 0, 2.0);
        answers.add(1, 0, 2.0);
        answers.add(1, 1, 1.0);
        assert_eq!(answers.calibrated(0, 0), Some(0.0), "polite agreement");
        assert_eq!(answers.calibrated(1, 0), Some(3.0), "a real yes");
        assert_eq!(answers.calibrated(1, 1), Some(0.0), "a question that everything says yes to");
        assert_eq!(answers.calibrated(0, 1), None, "never asked");
    }

    #[test]
    fn a_card_without_a_line_that_answers_yes_has_no_evidence() {
        let mut answers = Answers::new(&BTreeMap::new(), &[], 3.0);
        answers.add(0, 0, -1.0);
        answers.add(1, 1, 2.0);
        let candidates =
            [Candidate { card: 0, lines: vec![0], near: 0.9 }, Candidate { card: 1, lines: vec![1], near: 0.1 }];
        let ask = |question| vec![Asked { question, weight: 1.0 }];
        let ranked = rank(&candidates, &BTreeMap::from([(0, ask(0)), (1, ask(1))]), &answers, &RANKING);
        assert_eq!(ranked.iter().map(|r| r.card).collect::<Vec<_>>(), [1, 0]);
        assert!(ranked[1].evidence.is_empty());
    }

    #[test]
    fn an_answer_that_does_not_stand_out_from_what_neutral_lines_are_answered_with_is_no_evidence() {
        // Over the neutral lines the question is answered with 0.2 more or less than its habit.
        let neutral = BTreeMap::from([(0, vec![0.2, -0.2])]);
        let evidence = |margin: f32| {
            let mut answers = Answers::new(&neutral, &[vec![0.0, 0.0]], 3.0);
            answers.add(0, 0, margin);
            answers.add(1, 0, -1.0);
            let candidates = [Candidate { card: 0, lines: vec![0, 1], near: 0.5 }];
            let asked = BTreeMap::from([(0, vec![Asked { question: 0, weight: 1.0 }])]);
            rank(&candidates, &asked, &answers, &RANKING)[0].evidence.clone()
        };
        assert!(evidence(0.5).is_empty(), "nearer than three deviations");
        assert_eq!(evidence(0.7), [0]);
    }

    #[test]
    fn what_speaks_against_a_card_moves_it_down() {
        let mut answers = Answers::new(&BTreeMap::new(), &[], 3.0);
        answers.add(0, 0, 1.0);
        answers.add(0, 1, 4.0);
        let candidates = [Candidate { card: 0, lines: vec![0], near: 0.5 }];
        let supports = Asked { question: 0, weight: 1.0 };
        let excludes = Asked { question: 1, weight: -1.0 };
        let with = rank(&candidates, &BTreeMap::from([(0, vec![supports, excludes])]), &answers, &RANKING);
        let without = rank(&candidates, &BTreeMap::from([(0, vec![supports])]), &answers, &RANKING);
        assert!(with[0].score < without[0].score);
    }

    #[test]
    fn invented_and_counsellor_quotes_are_dropped_and_counted() {
        let mut t = Transcript::empty(Lang::En);
        let span = Span { start_ms: 0, end_ms: 1 };
        t.add(span, Speaker::Client, ClientText::new("I lie awake."), None);
        t.add(span, Speaker::Counsellor, ClientText::new("You lie awake."), None);
        let quote = |id, text: &str| Evidence { utterance: UtteranceId(id), quote: ClientText::new(text) };
        let mut dropped = Dropped::default();
        let claimed =
            vec![quote(1, "I lie awake."), quote(1, "I never sleep."), quote(2, "You lie awake."), quote(9, "x")];
        assert_eq!(founded(&t, claimed, &mut dropped).len(), 1);
        assert_eq!(dropped, Dropped { no_evidence: 0, quote_not_found: 3 });
        assert!(founded(&t, vec![], &mut dropped).is_empty());
        assert_eq!(dropped.no_evidence, 1);
    }

    #[test]
    fn what_answers_a_question_about_danger_speaks_of_danger_and_what_comes_later_does_not() {
        let mut t = Transcript::empty(Lang::En);
        let span = Span { start_ms: 0, end_ms: 1 };
        for (who, text) in [
            (Speaker::Counsellor, "Have you thought about how you might do it?"),
            (Speaker::Client, "No. Not like that. I have no plan."),
            (Speaker::Client, "I only want to sleep."),
            (Speaker::Counsellor, "Tell me about sleep."),
            (Speaker::Client, "I lie awake."),
        ] {
            t.add(span, who, ClientText::new(text), None);
        }
        let cue = |utterance| RiskCue {
            utterance: UtteranceId(utterance),
            quote: ClientText::new("do it"),
            rule: "r".into(),
            opens: String::new(),
            denied: false,
            about: Default::default(),
        };
        let ids = |cues: &[RiskCue]| of_danger(&t, cues).into_iter().map(|id| id.0).collect::<Vec<_>>();
        assert_eq!(ids(&[cue(1)]), [1, 2, 3]);
        assert_eq!(ids(&[cue(5)]), [5]);
        assert_eq!(ids(&[]), [0u32; 0]);
    }

    proptest! {
        #[test]
        fn confidence_is_a_rank_between_zero_and_one(a in -50f32..50.0, b in -50f32..50.0) {
            prop_assert!((0.0..=1.0).contains(&confidence(a)));
            prop_assert!(a >= b || confidence(a) <= confidence(b));
        }
    }
}
