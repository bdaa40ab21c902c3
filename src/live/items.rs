//! Item scores proposed from a transcript: the rules read it; where an item stays blank and engines are there, vectors name the
//! nearest sentence and a calibrated question says whether it is meant. Decides no score itself.

use crate::domain::advice::direction::{centred, likeness, mean};
use crate::domain::advice::task_prompt::JudgeTask;
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::decide;
use crate::domain::assessment::proposal::outcome::{From, Proposals};
use crate::domain::assessment::proposal::reading::{OpenSentence, Piece, Reader};
use crate::domain::assessment::proposal::wording::ItemData;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::Transcript;
use crate::live::suggest::{Engines, Interviewer, Progress, Respondent, Vectors};
use crate::ports::engine::EngineError;
use std::collections::BTreeSet;

/// How near a sentence must be to the examples of an item before a model is asked about it: cosine of centred vectors, less the
/// sentence's mean over all items. Chosen on half A of tests/data/items and on tests/data/ordinary-talk.
const NEAR: f32 = 0.25;
/// Sentences a model is asked about for one instrument; each costs some ten small questions.
const ASKED: usize = 6;

/// What a model is asked with.
pub struct Model<'a, 'b> {
    /// Both engines.
    pub engines: &'a mut Engines<'b>,
    /// Who answers.
    pub respondent: Respondent,
    /// How it is asked.
    pub task: JudgeTask,
}

/// Proposals by rule alone: no engine, at once.
pub fn by_rule(transcript: &Transcript, instrument: &Instrument, data: &ItemData) -> Proposals {
    let pieces: Vec<(Piece, From)> =
        read(transcript, instrument, data).0.into_iter().map(|p| (p, From::Rule)).collect();
    decide::proposals(transcript, instrument, &data.heard, &data.reading, &pieces)
}

/// Proposals by rule, and by a model where the rules leave an item blank.
pub fn with_model(
    transcript: &Transcript,
    instrument: &Instrument,
    data: &ItemData,
    lang: Lang,
    model: Model<'_, '_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Proposals, EngineError> {
    let (read, open) = read(transcript, instrument, data);
    let known: BTreeSet<usize> = read.iter().map(|p| p.item).collect();
    let mut pieces: Vec<(Piece, From)> = read.into_iter().map(|p| (p, From::Rule)).collect();
    let items = data.heard.items_of(&instrument.id).unwrap_or(0);
    let near = nearest(&open, items, data, lang, &known, model.engines)?;
    if !near.is_empty() {
        let lines: Vec<ClientText> = open.iter().map(|o| o.sentence.clone()).collect();
        let questions: Vec<String> = (0..items).map(|n| data.heard.items[n].topic(lang).says.clone()).collect();
        let mut interviewer = Interviewer::new(model.task, lang, model.respondent);
        let answers = interviewer.calibrated(&lines, &questions, &near, model.engines.language, progress)?;
        let said = near.into_iter().filter(|&(line, item)| answers.says_yes(line, item));
        pieces.extend(said.map(|(line, item)| (decide::of_model(item, &open[line]), From::Model)));
    }
    Ok(decide::proposals(transcript, instrument, &data.heard, &data.reading, &pieces))
}

fn read(transcript: &Transcript, instrument: &Instrument, data: &ItemData) -> (Vec<Piece>, Vec<OpenSentence>) {
    let items = data.heard.items_of(&instrument.id).unwrap_or(0);
    let lang = transcript.language;
    let reader = Reader { reading: &data.reading, heard: &data.heard, items, retraction: &data.retraction, lang };
    let read = reader.read(transcript);
    (read.pieces, read.open)
}

/// Sentence and item: for each blank item the sentence that is nearest to its examples and to those of no other item.
fn nearest(
    open: &[OpenSentence],
    items: usize,
    data: &ItemData,
    lang: Lang,
    known: &BTreeSet<usize>,
    engines: &mut Engines<'_>,
) -> Result<Vec<(usize, usize)>, EngineError> {
    if open.is_empty() || known.len() == items {
        return Ok(Vec::new());
    }
    let mut vectors = Vectors::default();
    let mut examples: Vec<Vec<Vec<f32>>> = Vec::new();
    for n in 0..items {
        let texts: Vec<ClientText> =
            data.heard.items[n].topic(lang).examples.iter().map(|e| ClientText::new(e)).collect();
        examples.push(vectors.of(&texts, engines.embedding)?);
    }
    let mean = mean(&examples.concat());
    for of in &mut examples {
        of.iter_mut().for_each(|v| *v = centred(v, &mean));
    }
    let texts: Vec<ClientText> = open.iter().map(|o| o.sentence.clone()).collect();
    let mut found: Vec<(f32, usize, usize)> = Vec::new();
    for (line, vector) in vectors.of(&texts, engines.embedding)?.iter().enumerate() {
        let vector = centred(vector, &mean);
        let near: Vec<f32> = examples.iter().map(|of| likeness(&vector, of)).collect();
        let common = near.iter().sum::<f32>() / near.len().max(1) as f32;
        let best = near.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        if let Some((item, near)) = best.filter(|(item, near)| !known.contains(item) && **near - common > NEAR) {
            found.push((near - common, line, item));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut seen = BTreeSet::new();
    Ok(found.into_iter().filter(|f| seen.insert(f.2)).take(ASKED).map(|(_, line, item)| (line, item)).collect())
}
