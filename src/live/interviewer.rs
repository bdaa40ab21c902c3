//! Asks the engines what is asked of lines: small questions whose answers are made comparable, and vectors. Remembers both by
//! the words of a line, so that a live session pays only for what is new; nothing of it is ever written to disk.

use crate::domain::advice::direction::Answers;
use crate::domain::advice::task_prompt::JudgeTask;
use crate::domain::model::{ChatTemplate, Manifest};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::ModelRef;
use crate::ports::engine::{EngineError, LanguageEngine};
use crate::protocol::{Judge, Question};
use std::collections::{BTreeMap, HashMap};

/// Texts in one request to the embedding worker. Its memory grows with what is computed together (290 MB at 4, 790 MB at 48), and more
/// at a time was not cheaper.
const TEXTS: usize = 4;
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
    /// Whether nothing would have to be computed for these sentences.
    pub fn know(&self, texts: &[ClientText]) -> bool {
        texts.iter().all(|text| self.known.contains_key(text))
    }

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
