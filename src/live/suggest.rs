//! Joins cards, transcript and engines into suggestions. Remembers vectors and answers by the words of a line, so that
//! a live session asks only about what is new. Decides nothing itself: choosing is `domain::directions`.

use crate::domain::advice::direction::{self, Answers, Asked, Candidate, Line};
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::{self, Dropped, RationaleFrom, RiskCue, Suggestion, Suggestions};
use crate::domain::advice::task_prompt::{JudgeTask, WriteTask};
use crate::domain::advice::technique::{Card, Library};
use crate::domain::model::{ChatTemplate, Manifest};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::ports::engine::{EngineError, LanguageEngine};
use crate::protocol::message::Part;
use crate::protocol::{Judge, Question, Write};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Texts in one request to the embedding worker; its limit is 64.
const TEXTS: usize = 48;
/// Questions in one request: between two requests progress is shown and others get the worker.
const QUESTIONS: usize = 24;
/// What an embedding model of the E5 family wants before each text of a symmetric comparison.
const E5_QUERY: &str = "query: ";

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Questions answered, of those that had to be asked.
    pub done: usize,
    /// Questions that have to be asked.
    pub of: usize,
}

/// What the program knows of the language model that answers.
#[derive(Debug, Clone)]
pub struct Respondent {
    /// Its chat markers.
    pub chat: ChatTemplate,
    /// As records name it.
    pub model: ModelRef,
    /// Millions of parameters, when known.
    pub parameters_m: Option<u32>,
}

impl Respondent {
    /// Of a manifest; `None` when it names no chat markers.
    pub fn of(manifest: &Manifest, model: ModelRef) -> Option<Self> {
        Some(Respondent { chat: manifest.chat()?.clone(), model, parameters_m: manifest.parameters_m })
    }
}

/// The two engines: one that embeds and one that answers.
pub struct Engines<'a> {
    /// With an embedding model loaded.
    pub embedding: &'a mut dyn LanguageEngine,
    /// With a chat model loaded.
    pub language: &'a mut dyn LanguageEngine,
}

/// Asks small questions of lines and remembers the answers; nothing of it is ever written to disk.
pub struct Interviewer {
    task: JudgeTask,
    lang: Lang,
    respondent: Respondent,
    known: HashMap<(ClientText, String), f32>,
}

impl Interviewer {
    /// For one session of one language.
    pub fn new(task: JudgeTask, lang: Lang, respondent: Respondent) -> Self {
        Interviewer { task, lang, respondent, known: HashMap::new() }
    }

    /// The task prompt.
    pub fn task(&self) -> &JudgeTask {
        &self.task
    }

    /// Sees to it that all these pairs of line and question are answered.
    pub fn ask(
        &mut self,
        pairs: &[(ClientText, String)],
        engine: &mut dyn LanguageEngine,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), EngineError> {
        let mut open: Vec<&(ClientText, String)> = pairs.iter().filter(|p| !self.known.contains_key(*p)).collect();
        // Line by line, so that the worker computes each line once.
        open.sort_by(|a, b| a.0.reveal().cmp(b.0.reveal()).then(a.1.cmp(&b.1)));
        open.dedup();
        let text = self.task.text(self.lang);
        let before = text.opening(&self.respondent.chat);
        let of = open.len();
        let mut answered = Vec::with_capacity(of);
        for chunk in open.chunks(QUESTIONS) {
            let mut lines: Vec<ClientText> = Vec::new();
            let mut questions = Vec::with_capacity(chunk.len());
            for (line, question) in chunk {
                if lines.last() != Some(line) {
                    lines.push(line.clone());
                }
                let after = text.closing(&self.respondent.chat, question);
                questions.push(Question { line: lines.len() - 1, after });
            }
            let answers = (text.yes.clone(), text.no.clone());
            let judged = engine.judge(Judge { before: before.clone(), lines, questions, answers })?;
            answered.extend(chunk.iter().map(|p| (*p).clone()).zip(judged.margins));
            progress(Progress { done: answered.len(), of });
        }
        self.known.extend(answered);
        Ok(())
    }

    fn margin(&self, line: &ClientText, question: &str) -> Option<f32> {
        self.known.get(&(line.clone(), question.to_owned())).copied()
    }

    /// Answers all pairs and what the calibration needs beside them. `pairs` are indexes into `lines` and `questions`.
    pub fn calibrated(
        &mut self,
        lines: &[ClientText],
        questions: &[String],
        pairs: &[(usize, usize)],
        engine: &mut dyn LanguageEngine,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Answers, EngineError> {
        let text = self.task.text(self.lang).clone();
        let neutral: Vec<ClientText> = text.neutral.iter().map(|n| ClientText::new(n)).collect();
        let mut used: Vec<usize> = pairs.iter().map(|p| p.1).collect();
        let mut spoken: Vec<usize> = pairs.iter().map(|p| p.0).collect();
        for indexes in [&mut used, &mut spoken] {
            indexes.sort_unstable();
            indexes.dedup();
        }
        let mut all: Vec<(ClientText, String)> = Vec::new();
        for n in &neutral {
            let asked = used.iter().map(|&q| &questions[q]).chain(&text.idle);
            all.extend(asked.map(|q| (n.clone(), q.clone())));
        }
        for &l in &spoken {
            all.extend(text.idle.iter().map(|q| (lines[l].clone(), q.clone())));
        }
        all.extend(pairs.iter().map(|&(l, q)| (lines[l].clone(), questions[q].clone())));
        self.ask(&all, engine, progress)?;

        let over = |lines: &[ClientText], question: &str| -> Vec<f32> {
            lines.iter().filter_map(|l| self.margin(l, question)).collect()
        };
        let by_question: BTreeMap<usize, Vec<f32>> = used.iter().map(|&q| (q, over(&neutral, &questions[q]))).collect();
        let idle: Vec<Vec<f32>> = text.idle.iter().map(|q| over(&neutral, q)).collect();
        let mut answers = Answers::new(&by_question, &idle, text.stands_out);
        for &l in &spoken {
            let margins: Vec<f32> = text.idle.iter().filter_map(|q| self.margin(&lines[l], q)).collect();
            answers.idle(l, &margins);
        }
        for &(l, q) in pairs {
            if let Some(margin) = self.margin(&lines[l], &questions[q]) {
                answers.add(l, q, margin);
            }
        }
        Ok(answers)
    }
}

/// Vectors of sentences by their words.
#[derive(Default)]
pub struct Vectors {
    known: HashMap<ClientText, Vec<f32>>,
}

impl Vectors {
    /// The vectors of these sentences, in their order; only unknown ones are computed.
    pub fn of(&mut self, texts: &[ClientText], engine: &mut dyn LanguageEngine) -> Result<Vec<Vec<f32>>, EngineError> {
        let mut open: Vec<&ClientText> = texts.iter().filter(|t| !self.known.contains_key(*t)).collect();
        open.sort_by(|a, b| a.reveal().cmp(b.reveal()));
        open.dedup();
        let open: Vec<ClientText> = open.into_iter().cloned().collect();
        for chunk in open.chunks(TEXTS) {
            let prefixed: Vec<ClientText> =
                chunk.iter().map(|t| ClientText::new(&format!("{E5_QUERY}{}", t.reveal()))).collect();
            self.known.extend(chunk.iter().cloned().zip(engine.embed(&prefixed)?));
        }
        Ok(texts.iter().map(|t| self.known.get(t).cloned().unwrap_or_default()).collect())
    }
}

/// Makes suggestions for one session; call it again as lines arrive.
pub struct Advisor {
    library: Library,
    rationale: WriteTask,
    lang: Lang,
    respondent: Respondent,
    interviewer: Interviewer,
    vectors: Vectors,
    examples: Option<Examples>,
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
            written: HashMap::new(),
        }
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
        // What is said where a rule found danger speaks of that alone: it is never a reason for a sleep schedule.
        let of_danger: BTreeSet<UtteranceId> = cues.iter().map(|c| c.utterance).collect();
        let others = transcript.utterances.iter().filter(|u| !of_danger.contains(&u.id));
        let lines: Vec<Line> = others.flat_map(direction::lines_of).collect();
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
            let chosen = self.chosen(&lines, engines, progress)?;
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
                    confidence: direction::confidence(chosen.score),
                });
            }
        }
        Ok(Suggestions {
            schema: suggestion::SCHEMA.to_owned(),
            model: self.respondent.model.clone(),
            prompt: self.interviewer.task().prompt.clone(),
            suggestions,
            dropped,
            risk_cues: cues,
        })
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
