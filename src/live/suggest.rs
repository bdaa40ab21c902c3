//! Joins cards, transcript and engines into suggestions. Decides nothing itself: choosing is `domain::advice::direction` and
//! `domain::advice::heads`.

use crate::domain::advice::direction::{self, Asked, Candidate, Line};
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::heads::{DirectionHeads, Lookup};
use crate::domain::advice::suggestion::{self, Dropped, MadeFrom, RationaleFrom, RiskCue, Suggestion, Suggestions};
use crate::domain::advice::task_prompt::{JudgeTask, WriteTask};
use crate::domain::advice::technique::{Card, Library};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{ModelRef, Transcript};
pub use crate::live::interviewer::{Engines, Interviewer, Progress, Respondent, Vectors};
use crate::live::seen_lines;
use crate::ports::engine::{EngineError, LanguageEngine};
use crate::protocol::Write;
use crate::protocol::message::Part;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Makes suggestions for one session; call it again as lines arrive.
pub struct Advisor {
    library: Library,
    rationale: WriteTask,
    lang: Lang,
    respondent: Respondent,
    interviewer: Interviewer,
    vectors: Vectors,
    examples: Option<Examples>,
    heads: Option<Lookup>,
    embedding: Option<ModelRef>,
    written: HashMap<(String, Vec<ClientText>), Option<String>>,
}

/// Example vectors of every card, centred, and the mean that was taken away.
struct Examples {
    mean: Vec<f32>,
    by_card: Vec<Vec<Vec<f32>>>,
}

impl Advisor {
    /// For one session of one language.
    pub fn new(
        library: Library,
        directions: JudgeTask,
        rationale: WriteTask,
        lang: Lang,
        respondent: Respondent,
    ) -> Self {
        let interviewer = Interviewer::new(directions, lang, respondent.clone());
        Advisor {
            library,
            rationale,
            lang,
            respondent,
            interviewer,
            vectors: Vectors::default(),
            examples: None,
            heads: None,
            embedding: None,
            written: HashMap::new(),
        }
    }

    /// Chooses by these heads where they were made for this embedding model and know every card; otherwise the nearest
    /// example lines shortlist, and many more questions are asked.
    pub fn with_heads(mut self, heads: DirectionHeads, embedding: &ModelRef) -> Self {
        self.heads = heads.lookup(&self.library, embedding);
        self.embedding = Some(embedding.clone());
        self
    }

    /// The cards.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Suggestions for the transcript as it is now. `cues` were found by rule; they decide about the safety card and
    /// are handed on untouched.
    pub fn advise(
        &mut self,
        transcript: &Transcript,
        cues: Vec<RiskCue>,
        engines: &mut Engines<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Suggestions, EngineError> {
        // What is said where a rule found danger speaks of that alone: it is never a reason for a sleep schedule, and neither is
        // what answers it ("No. Not like that. I have no plan.").
        let of_danger = direction::of_danger(transcript, &cues);
        let others = transcript.utterances.iter().filter(|u| !of_danger.contains(&u.id));
        let lines: Vec<Line> = others.flat_map(direction::lines_of).collect();
        let mut asked = false;
        let mut dropped = Dropped::default();
        let mut suggestions: Vec<Suggestion> = Vec::new();
        let safety = direction::safety_evidence(transcript, &cues);
        let by_rule = self.library.cards().iter().find(|c| direction::is_safety(&c.id));
        if let (Some(card), false) = (by_rule, safety.is_empty()) {
            suggestions.push(Suggestion {
                technique: card.id.clone(),
                title: card.text(self.lang).title.clone(),
                rationale: card.text(self.lang).fits.clone(),
                rationale_from: RationaleFrom::Rule,
                ai: true,
                evidence: safety,
                confidence: 1.0,
            });
        }
        if !lines.is_empty() {
            let chosen = match self.heads.take() {
                Some(heads) => {
                    let chosen = self.chosen_by_heads(&heads, &lines, engines, &mut |p| {
                        asked = true;
                        progress(p);
                    });
                    self.heads = Some(heads);
                    chosen?
                }
                None => self.chosen(&lines, engines, progress)?,
            };
            let mut used: BTreeSet<usize> = BTreeSet::new();
            for chosen in chosen {
                let card = &self.library.cards()[chosen.card];
                let full = suggestions.len() >= direction::SHOWN;
                // The rest is not shown for want of room, unless for want of evidence, and that is counted.
                if (full && !chosen.evidence.is_empty()) || suggestions.iter().any(|s| s.technique == card.id) {
                    continue;
                }
                // A small model says yes to several questions about one strong line; only the best of them stands on it.
                if !chosen.evidence.is_empty() && chosen.evidence.iter().all(|line| used.contains(line)) {
                    continue;
                }
                used.extend(&chosen.evidence);
                let claimed: Vec<Evidence> = chosen
                    .evidence
                    .iter()
                    .map(|&l| Evidence { utterance: lines[l].utterance, quote: lines[l].text.clone() })
                    .collect();
                let evidence = direction::founded(transcript, claimed, &mut dropped);
                if evidence.is_empty() {
                    continue;
                }
                let card = card.clone();
                let (rationale, rationale_from) = self.reason(&card, &evidence, engines)?;
                suggestions.push(Suggestion {
                    title: card.text(self.lang).title.clone(),
                    technique: card.id,
                    rationale,
                    rationale_from,
                    ai: true,
                    evidence,
                    confidence: chosen.confidence,
                });
            }
        }
        let by_model = asked || suggestions.iter().any(|s| s.rationale_from == RationaleFrom::Model);
        let (model, prompt) = match &self.heads {
            Some(heads) if !by_model => (heads.embedding().clone(), heads.prompt().clone()),
            _ => (self.respondent.model.clone(), self.interviewer.task().prompt.clone()),
        };
        let made_from = self.made_from(transcript);
        let schema = suggestion::SCHEMA.to_owned();
        Ok(Suggestions { schema, model, prompt, suggestions, dropped, risk_cues: cues, made_from })
    }

    fn made_from(&self, transcript: &Transcript) -> Option<Box<MadeFrom>> {
        Some(Box::new(MadeFrom {
            embedding: self.embedding.clone()?,
            language: self.respondent.model.clone(),
            prompt: self.interviewer.task().prompt.clone(),
            rationale: self.rationale.prompt.clone(),
            heads: self.heads.as_ref().map(|heads| heads.prompt().clone()),
            lang: self.lang,
            speakers: seen_lines::speakers(transcript),
            words_sha256: seen_lines::words_sha256(transcript.utterances.iter().map(|u| &u.text)),
        }))
    }

    /// The heads choose; only of cards that they are not sure of the language model is asked, about their best line.
    fn chosen_by_heads(
        &mut self,
        heads: &Lookup,
        lines: &[Line],
        engines: &mut Engines<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<direction::Ranked>, EngineError> {
        let parts: Vec<Vec<ClientText>> = lines
            .iter()
            .map(|l| direction::parts(l.text.reveal()).into_iter().map(ClientText::new).collect())
            .collect();
        let vectors = self.vectors.of(&parts.concat(), engines.embedding)?;
        let mut vectors = vectors.iter();
        let likely: Vec<Vec<f32>> =
            parts.iter().map(|p| heads.most_likely(vectors.by_ref().take(p.len()).map(Vec::as_slice))).collect();
        let cards = self.library.cards();
        let ranked = heads.rank(&likely);
        let mut ranked = direction::one_of_each_family_first(ranked, |r| cards[r.card].family.clone());

        if self.respondent.parameters_m.is_none_or(|m| m < heads.by().ask_from_m) {
            return Ok(ranked);
        }
        let doubtful: Vec<(usize, usize)> = ranked
            .iter()
            .take(direction::SHOWN + 1)
            .filter(|r| r.score < heads.by().sure)
            .filter_map(|r| Some((r.card, *r.evidence.first()?)))
            .take(heads.by().asked)
            .collect();
        let mut questions: Vec<String> = Vec::new();
        let mut pairs = Vec::new();
        let mut of_card: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (card, line) in doubtful {
            for question in self.library.cards()[card].supporting() {
                pairs.push((line, questions.len()));
                of_card.entry(card).or_default().push((line, questions.len()));
                questions.push(question.words(self.lang).to_owned());
            }
        }
        if !pairs.is_empty() {
            let words: Vec<ClientText> = lines.iter().map(|l| l.text.clone()).collect();
            let answers = self.interviewer.calibrated(&words, &questions, &pairs, engines.language, progress)?;
            ranked.retain(|r| {
                of_card
                    .get(&r.card)
                    .is_none_or(|asked| asked.iter().any(|&(l, q)| answers.calibrated(l, q).is_none_or(|m| m > 0.0)))
            });
        }
        Ok(ranked)
    }

    fn chosen(
        &mut self,
        lines: &[Line],
        engines: &mut Engines<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<direction::Ranked>, EngineError> {
        let candidates = self.candidates(lines, engines.embedding)?;
        let mut questions: Vec<String> = Vec::new();
        let mut by_card: BTreeMap<usize, Vec<Asked>> = BTreeMap::new();
        let mut pairs = Vec::new();
        for candidate in &candidates {
            for question in self.library.cards()[candidate.card].supporting() {
                let index = questions.len();
                questions.push(question.words(self.lang).to_owned());
                by_card.entry(candidate.card).or_default().push(Asked { question: index, weight: question.weight });
                pairs.extend(candidate.lines.iter().map(|&line| (line, index)));
            }
        }
        let words: Vec<ClientText> = lines.iter().map(|l| l.text.clone()).collect();
        let answers = self.interviewer.calibrated(&words, &questions, &pairs, engines.language, progress)?;
        let ranked = direction::rank(&candidates, &by_card, &answers, &self.interviewer.task().ranking);

        // What speaks against a card is asked only of those that would be shown, and of the lines they rest on.
        for chosen in ranked.iter().filter(|r| !r.evidence.is_empty()).take(direction::SHOWN + 1) {
            for question in self.library.cards()[chosen.card].excluding() {
                let index = questions.len();
                questions.push(question.words(self.lang).to_owned());
                by_card.entry(chosen.card).or_default().push(Asked { question: index, weight: -question.weight });
                pairs.extend(chosen.evidence.iter().map(|&line| (line, index)));
            }
        }
        let answers = self.interviewer.calibrated(&words, &questions, &pairs, engines.language, progress)?;
        let ranked = direction::rank(&candidates, &by_card, &answers, &self.interviewer.task().ranking);
        // What no line supports comes last, where it is dropped and counted.
        let (supported, rest): (Vec<_>, Vec<_>) = ranked.into_iter().partition(|r| !r.evidence.is_empty());
        let cards = self.library.cards();
        let mut chosen = direction::one_of_each_family_first(supported, |r| cards[r.card].family.clone());
        chosen.extend(rest);
        Ok(chosen)
    }

    fn candidates(&mut self, lines: &[Line], engine: &mut dyn LanguageEngine) -> Result<Vec<Candidate>, EngineError> {
        if self.examples.is_none() {
            let mut by_card = Vec::new();
            for card in self.library.cards() {
                let examples: Vec<ClientText> =
                    card.text(self.lang).examples.iter().map(|e| ClientText::new(e)).collect();
                by_card.push(self.vectors.of(&examples, engine)?);
            }
            let mean = direction::mean(&by_card.concat());
            for examples in &mut by_card {
                examples.iter_mut().for_each(|e| *e = direction::centred(e, &mean));
            }
            self.examples = Some(Examples { mean, by_card });
        }
        let parts: Vec<(usize, ClientText)> = lines
            .iter()
            .enumerate()
            .flat_map(|(n, l)| direction::parts(l.text.reveal()).into_iter().map(move |c| (n, ClientText::new(c))))
            .collect();
        let words: Vec<ClientText> = parts.iter().map(|p| p.1.clone()).collect();
        let vectors = self.vectors.of(&words, engine)?;
        let Some(examples) = &self.examples else { return Ok(Vec::new()) };
        let vectors: Vec<Vec<f32>> = vectors.iter().map(|v| direction::centred(v, &examples.mean)).collect();
        let near = |card: &[Vec<f32>]| {
            let mut near = vec![f32::MIN; lines.len()];
            for ((line, _), vector) in parts.iter().zip(&vectors) {
                near[*line] = near[*line].max(direction::likeness(vector, card));
            }
            near
        };
        let near: Vec<Vec<f32>> = examples.by_card.iter().map(|card| near(card)).collect();
        Ok(direction::shortlist(&near, &self.interviewer.task().ranking))
    }

    /// The card's own words, or the model's when it can write and what it wrote holds.
    fn reason(
        &mut self,
        card: &Card,
        evidence: &[Evidence],
        engines: &mut Engines<'_>,
    ) -> Result<(String, RationaleFrom), EngineError> {
        let fits = &card.text(self.lang).fits;
        let own = (fits.clone(), RationaleFrom::Card);
        if self.respondent.parameters_m.is_none_or(|m| m < self.rationale.min_parameters_m) {
            return Ok(own);
        }
        let key = (card.id.0.clone(), evidence.iter().map(|e| e.quote.clone()).collect::<Vec<_>>());
        if !self.written.contains_key(&key) {
            let text = self.rationale.text(self.lang);
            let title = &card.text(self.lang).title;
            let before = text.before.replacen("{title}", title, 1).replacen("{fits}", fits, 1);
            let trusted = |text: String| Part { text: ClientText::new(&text), trusted: true };
            let mut parts = vec![trusted(format!("{}{before}", self.respondent.chat.open(&text.system)))];
            for (n, quote) in key.1.iter().enumerate() {
                parts.push(trusted(if n == 0 { "\"".into() } else { " \"".into() }));
                parts.push(Part { text: quote.clone(), trusted: false });
                parts.push(trusted("\"".into()));
            }
            parts.push(trusted(format!("{}{}", text.after, self.respondent.chat.close())));
            let grammar = Some(text.grammar.clone());
            let written = engines.language.write(Write { parts, grammar, max_tokens: self.rationale.max_tokens });
            let kept = match written {
                Ok(w) if w.finished && text.holds(w.text.reveal(), fits, &key.1) => Some(w.text.reveal().to_owned()),
                // Prose is dispensable; the card's words are there.
                Ok(_) | Err(EngineError::Failed { .. }) => None,
                Err(other) => return Err(other),
            };
            self.written.insert(key.clone(), kept);
        }
        match self.written.get(&key) {
            Some(Some(text)) => Ok((text.clone(), RationaleFrom::Model)),
            _ => Ok(own),
        }
    }
}
