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

/// Finds the lines that answer `question`.
pub fn answer(
    transcript: &Transcript,
    question: &str,
    task: JudgeTask,
    lang: Lang,
    respondent: Respondent,
    engines: &mut Engines<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Answers, EngineError> {
    // The question becomes part of the template; nothing in it may look like a marker of one.
    let question = ClientText::new(&question.replace(['<', '>', '|', '\n'], " "));
    let (model, prompt) = (respondent.model.clone(), task.prompt.clone());
    let mut answers = Vec::new();
    let lines: Vec<Line> = transcript.utterances.iter().flat_map(direction::lines_of).collect();
    if !question.is_blank() && !lines.is_empty() {
        let words: Vec<ClientText> = lines.iter().map(|l| l.text.clone()).collect();
        let mut vectors = Vectors::default();
        let said = vectors.of(&words, engines.embedding)?;
        let asked = vectors.of(std::slice::from_ref(&question), engines.embedding)?;
        let mean = direction::mean(&said);
        let asked: Vec<Vec<f32>> = asked.iter().map(|v| direction::centred(v, &mean)).collect();
        let mut near: Vec<(usize, f32)> = said
            .iter()
            .enumerate()
            .map(|(n, v)| (n, direction::likeness(&direction::centred(v, &mean), &asked)))
            .collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(LINES);
        let pairs: Vec<(usize, usize)> = near.iter().map(|&(n, _)| (n, 0)).collect();
        let mut interviewer = Interviewer::new(task, lang, respondent);
        let judged =
            interviewer.calibrated(&words, &[question.reveal().to_owned()], &pairs, engines.language, progress)?;
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
            let evidence = Evidence { utterance: lines[n].utterance, quote: lines[n].text.clone() };
            if evidence::check_client(transcript, &evidence).is_ok() {
                answers.push(Answering { evidence, confidence: direction::confidence(score) });
            }
        }
    }
    Ok(Answers { schema: SCHEMA.to_owned(), model, prompt, question, answers })
}
