//! A question to a client's whole record: the client's lines in all sessions that the asker may read, each with its session and
//! time, or that the record does not say it. Quotes only; no sentence is written by a model.

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::question::LONGEST_QUESTION;
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::advice::task_prompt::JudgeTask;
use crate::domain::assessment::proposal::contradiction::contradict;
use crate::domain::assessment::proposal::wording::Reading;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::ask::{self, Request};
use crate::live::suggest::{self, Progress, Respondent};
use crate::ports::engines::Engines;
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{msg, verbatim};
use crate::vault::error::VaultError;
use serde::Serialize;

/// The schema name written into every file of answers.
pub const SCHEMA: &str = "gyeot.record-answers/1";

/// A line of the record that answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordAnswer {
    /// Session.
    pub session: SessionId,
    /// Its number with the client, from 1.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// From its start, milliseconds.
    pub at_ms: u64,
    /// The words.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// 0 to 1, for ordering only.
    pub confidence: f32,
}

/// What the record says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordAnswers {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The question as it was asked.
    pub question: ClientText,
    /// How many sessions were read.
    pub sessions: usize,
    /// The model that judged the lines; none where they were only looked up by words, and then they are places to look.
    pub model: Option<ModelRef>,
    /// The prompt, where a model judged.
    pub prompt: Option<PromptRef>,
    /// Best first; none means that the record does not say it.
    pub answers: Vec<RecordAnswer>,
    /// Pairs of them, by index, that contradict one another; the earlier first.
    pub contradictions: Vec<(usize, usize)>,
}

/// The data that a question needs.
#[derive(Debug, Clone)]
pub struct QuestionData {
    /// How a model is asked about a line.
    pub task: JudgeTask,
    /// For what contradicts.
    pub reading: Reading,
}

/// Refuses a question that is none or too long for a model to hold beside a line.
pub fn check_question(question: &str) -> Result<(), ErrorReport> {
    if question.trim().is_empty() {
        return Err(ErrorReport::usage(msg("ask-no-question"), msg("ask-no-question.hint")));
    }
    let letters = question.chars().count();
    if letters > LONGEST_QUESTION {
        let what = msg("ask-question-too-long").with("letters", letters).with("most", LONGEST_QUESTION);
        return Err(ErrorReport::usage(what, msg("ask-question-too-long.hint")));
    }
    Ok(())
}

/// What is asked of a record.
pub struct Asked<'a> {
    /// Whose.
    pub client: &'a ClientCode,
    /// The question.
    pub question: &'a str,
    /// Why it is taken away, for a form that leaves the program (L10).
    pub reason: Option<&'a str>,
    /// Language of transcripts that name none.
    pub lang: Lang,
}

/// Asks the record. Every session is opened as the policy allows and the access log says so. A model reads only where the client
/// agreed to AI and one is here; the reason comes with what was found by words alone otherwise.
pub fn ask(
    vault: &UnlockedVault,
    asked: &Asked<'_>,
    data: QuestionData,
    engines: &dyn Engines,
    progress: &mut dyn FnMut(Progress),
) -> Result<(RecordAnswers, Option<ErrorReport>), ErrorReport> {
    check_question(asked.question)?;
    let rows = vault.sessions(Some(asked.client))?;
    let mut talks: Vec<(SessionRow, Transcript)> = Vec::new();
    let mut agreed = true;
    for row in rows {
        let opened = match asked.reason {
            None => vault.open_session(row.id),
            Some(reason) => vault.export_session(row.id, "answers", reason),
        };
        let opened = match opened {
            // Nothing of it is left to be asked.
            Err(VaultError::SessionDestroyed) => continue,
            opened => opened?,
        };
        agreed = agreed && vault.consent_of(row.id)?.has(Scope::Ai);
        talks.push((row, transcript_of(opened.iter().map(|o| &o.body), asked.lang)));
    }
    talks.sort_by_key(|t| t.0.number);
    let transcripts: Vec<&Transcript> = talks.iter().map(|t| &t.1).collect();
    let lang = transcripts.last().map_or(asked.lang, |t| t.language);
    let prompt = data.task.prompt.clone();
    let judged = if agreed {
        judged(&transcripts, asked.question, lang, data.task, engines, progress)
    } else {
        Err(ConsentError::Missing(verbatim(Scope::Ai.word())).into())
    };
    let (found, model, without) = match judged {
        Ok((found, model)) => (found, Some(model), None),
        Err(why) => (ask::by_words(&transcripts, asked.question, &data.reading.words(lang).empty), None, Some(why)),
    };
    let answers: Vec<RecordAnswer> = found
        .into_iter()
        .map(|(n, a)| {
            let (row, transcript) = &talks[n];
            let at_ms = transcript.get(a.evidence.utterance).map_or(0, |u| u.start_ms);
            RecordAnswer {
                session: row.id,
                number: row.number,
                started: row.started,
                at_ms,
                evidence: a.evidence,
                confidence: a.confidence,
            }
        })
        .collect();
    let contradictions = contradictions(&answers, &data.reading, lang);
    let prompt = model.is_some().then_some(prompt);
    let question = ClientText::new(asked.question);
    let found = RecordAnswers {
        schema: SCHEMA.to_owned(),
        question,
        sessions: talks.len(),
        model,
        prompt,
        answers,
        contradictions,
    };
    Ok((found, without))
}

type Judged = (Vec<(usize, ask::Answering)>, ModelRef);

fn judged(
    transcripts: &[&Transcript],
    question: &str,
    lang: Lang,
    task: JudgeTask,
    engines: &dyn Engines,
    progress: &mut dyn FnMut(Progress),
) -> Result<Judged, ErrorReport> {
    let mut embedding = engines.embedding()?;
    let mut language = engines.language(None)?;
    let respondent = Respondent::of(&language.manifest, language.model.clone()).ok_or_else(|| {
        ErrorReport::failed(
            msg("cli-suggest-cannot-answer-questions-manifest-names").shown("model", &language.model.id),
            msg("cli-suggest-cannot-answer-questions-manifest-names.hint"),
        )
    })?;
    let mut both = suggest::Engines { embedding: embedding.engine.as_mut(), language: language.engine.as_mut() };
    let request = Request { question, task, lang, respondent };
    Ok((ask::answer_over(transcripts, request, &mut both, progress)?, language.model))
}

/// Answers of different sessions that cannot both hold, the earlier first.
fn contradictions(answers: &[RecordAnswer], reading: &Reading, lang: Lang) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (i, a) in answers.iter().enumerate() {
        for (j, b) in answers.iter().enumerate().skip(i + 1) {
            let differ = contradict(a.evidence.quote.reveal(), b.evidence.quote.reveal(), reading.words(lang));
            if a.number != b.number && differ {
                found.push(if a.number < b.number { (i, j) } else { (j, i) });
            }
        }
    }
    found
}
