//! Ask the session: the client's lines that answer a question. Quotes only; no sentence is written by a model.

use crate::domain::advice::direction::{self, Line};
use crate::domain::advice::evidence::{self, Evidence};
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::advice::task_prompt::JudgeTask;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::suggest::{Engines, Interviewer, Progress, Respondent, Vectors};
use crate::ports::engine::EngineError;
use serde::Serialize;
use std::collections::BTreeSet;

/// The schema name written into every answers file.
pub const SCHEMA: &str = "gyeot.answers/1";
/// Lines nearest to the question that are asked about.
const LINES: usize = 12;
/// Quotes shown.
const SHOWN: usize = 5;
/// What the likeness to the question counts beside the answer; cosines of centred vectors, margins in logits.
const LIKENESS: f32 = 4.0;

/// One line that answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answering {
    /// The words.
    pub evidence: Evidence,
    /// 0 to 1, for ordering only.
    pub confidence: f32,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answers {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The language model.
    pub model: ModelRef,
    /// The prompt.
    pub prompt: PromptRef,
    /// The question as it was asked.
    pub question: ClientText,
    /// Best first; none means that nobody was found to have said it.
    pub answers: Vec<Answering>,
}

/// What is asked, and of whom.
pub struct Request<'a> {
    /// The question.
    pub question: &'a str,
    /// How a model is asked about a line.
    pub task: JudgeTask,
    /// Language of the task.
    pub lang: Lang,
    /// The model that answers.
    pub respondent: Respondent,
}

/// Finds the lines that answer a question in one transcript.
pub fn answer(
    transcript: &Transcript,
    asked: Request<'_>,
    engines: &mut Engines<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Answers, EngineError> {
    let (model, prompt) = (asked.respondent.model.clone(), asked.task.prompt.clone());
    let question = plain_question(asked.question);
    let found = answer_over(&[transcript], asked, engines, progress)?;
    let answers = found.into_iter().map(|(_, a)| a).collect();
    Ok(Answers { schema: SCHEMA.to_owned(), model, prompt, question, answers })
}

/// The question becomes part of the template; nothing in it may look like a marker of one.
fn plain_question(question: &str) -> ClientText {
    ClientText::new(&question.replace(['<', '>', '|', '\n'], " "))
}

/// Finds the lines that answer a question in several transcripts, each with the index of its transcript, best first.
pub fn answer_over(
    transcripts: &[&Transcript],
    asked: Request<'_>,
    engines: &mut Engines<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<(usize, Answering)>, EngineError> {
    let question = plain_question(asked.question);
    let mut answers = Vec::new();
    let lines: Vec<(usize, Line)> = transcripts
        .iter()
        .enumerate()
        .flat_map(|(n, t)| t.utterances.iter().flat_map(direction::lines_of).map(move |line| (n, line)))
        .collect();
    if question.is_blank() || lines.is_empty() {
        return Ok(answers);
    }
    let words: Vec<ClientText> = lines.iter().map(|l| l.1.text.clone()).collect();
    let mut vectors = Vectors::default();
    let said = vectors.of(&words, engines.embedding)?;
    let asked_vector = vectors.of(std::slice::from_ref(&question), engines.embedding)?;
    let mean = direction::mean(&said);
    let asked_vector: Vec<Vec<f32>> = asked_vector.iter().map(|v| direction::centred(v, &mean)).collect();
    let mut near: Vec<(usize, f32)> = said
        .iter()
        .enumerate()
        .map(|(n, v)| (n, direction::likeness(&direction::centred(v, &mean), &asked_vector)))
        .collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    // What somebody says in every session is asked about once.
    let mut seen = BTreeSet::new();
    near.retain(|(n, _)| seen.insert((lines[*n].0, words[*n].reveal())));
    near.truncate(LINES);
    let pairs: Vec<(usize, usize)> = near.iter().map(|&(n, _)| (n, 0)).collect();
    let mut interviewer = Interviewer::new(asked.task, asked.lang, asked.respondent);
    let judged = interviewer.calibrated(&words, &[question.reveal().to_owned()], &pairs, engines.language, progress)?;
    let mut scored: Vec<(usize, f32)> = near
        .iter()
        .filter_map(|&(n, likeness)| Some((n, likeness, judged.calibrated(n, 0)?)))
        .filter(|&(_, _, margin)| margin > 0.0)
        .map(|(n, likeness, margin)| (n, margin + LIKENESS * likeness))
        .filter(|&(_, score)| score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.truncate(SHOWN);
    for (n, score) in scored {
        let (talk, line) = &lines[n];
        let evidence = Evidence { utterance: line.utterance, quote: line.text.clone() };
        if evidence::check_client(transcripts[*talk], &evidence).is_ok() {
            answers.push((*talk, Answering { evidence, confidence: direction::confidence(score) }));
        }
    }
    Ok(answers)
}

/// Letters of a word that carry its meaning in both languages: Korean endings and English ones are left out.
const STEM: (usize, usize) = (2, 5);
/// Lines that share words with the question, without any engine; each with the index of its transcript, the most alike first. They
/// are where one may look, not answers. `empty` are beginnings of words that name nothing.
pub fn by_words(transcripts: &[&Transcript], question: &str, empty: &[String]) -> Vec<(usize, Answering)> {
    let asked = stems(question, empty);
    let mut found: Vec<(usize, Answering)> = Vec::new();
    for (n, transcript) in transcripts.iter().enumerate() {
        for line in transcript.utterances.iter().flat_map(direction::lines_of) {
            let shared = stems(line.text.reveal(), empty).intersection(&asked).count();
            let evidence = Evidence { utterance: line.utterance, quote: line.text };
            if shared > 0 && evidence::check_client(transcript, &evidence).is_ok() {
                found.push((n, Answering { evidence, confidence: shared as f32 / asked.len() as f32 }));
            }
        }
    }
    found.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence).then(a.0.cmp(&b.0)));
    found.truncate(SHOWN);
    found
}

fn stems(text: &str, empty: &[String]) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(|word| {
            let most = if word.is_ascii() { STEM.1 } else { STEM.0 };
            word.to_lowercase().chars().take(most).collect::<String>()
        })
        .filter(|stem| stem.chars().count() >= 2 && !empty.contains(stem))
        .collect()
}
