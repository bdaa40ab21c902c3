//! Item scores proposed from a transcript: rules and weighed words read it; where an item stays blank and engines are there, vectors
//! name the nearest sentence and a calibrated question says whether it is meant. Decides no score itself.

use crate::domain::advice::direction::{centred, likeness, mean};
use crate::domain::advice::task_prompt::JudgeTask;
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::decide;
use crate::domain::assessment::proposal::outcome::{From, Proposals};
use crate::domain::assessment::proposal::piece::{Piece, Read};
use crate::domain::assessment::proposal::reading::Reader;
use crate::domain::assessment::proposal::wording::ItemData;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::Transcript;
use crate::live::suggest::{Engines, Interviewer, Progress, Respondent, Vectors};
use crate::ports::engine::EngineError;
use std::collections::{BTreeMap, BTreeSet};

/// What a model is asked with.
pub struct Model<'a, 'b> {
    /// Both engines.
    pub engines: &'a mut Engines<'b>,
    /// Who answers.
    pub respondent: Respondent,
    /// How it is asked.
    pub task: JudgeTask,
}

/// Proposals by rules and weighed words alone: no engine, at once.
pub fn by_rule(transcript: &Transcript, instrument: &Instrument, data: &ItemData) -> Proposals {
    let read = read(transcript, instrument, data, &BTreeMap::new());
    let pieces: Vec<(Piece, From)> = read.pieces.into_iter().map(|p| (p, From::Rule)).collect();
    decide::proposals(transcript, instrument, data, &pieces)
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
    let items = data.heard.items_of(&instrument.id).unwrap_or(0);
    let mut vectors = Vectors::default();
    let first = read(transcript, instrument, data, &BTreeMap::new());
    let asks = Examples::of(items, |n| &data.heard.items[n].topic(lang).asks, &mut vectors, model.engines)?;
    let near = asks.nearest(&first.questions, &mut vectors, model.engines)?;
    let hints: BTreeMap<String, usize> = first
        .questions
        .iter()
        .zip(near)
        .filter_map(|(question, near)| {
            let (item, near) = near?;
            (near > data.reading.near.question).then(|| (question.reveal().to_owned(), item))
        })
        .collect();
    let read = read(transcript, instrument, data, &hints);
    let found = by_rule(transcript, instrument, data);
    let proposed = found.items.iter().filter(|p| p.score.is_some()).map(|p| p.item - 1);
    let known: BTreeSet<usize> = read.pieces.iter().map(|p| p.item).chain(proposed).collect();
    let by = |p: &Piece| if p.hinted { From::Model } else { From::Rule };
    let mut pieces: Vec<(Piece, From)> = read.pieces.into_iter().map(|p| (p.clone(), by(&p))).collect();

    let lines: Vec<ClientText> = read.open.iter().map(|o| o.sentence.clone()).collect();
    let said = Examples::of(items, |n| &data.heard.items[n].topic(lang).examples, &mut vectors, model.engines)?;
    let mut near: Vec<(f32, usize, usize)> = said
        .nearest(&lines, &mut vectors, model.engines)?
        .into_iter()
        .enumerate()
        .filter_map(|(line, near)| near.map(|(item, near)| (near, line, item)))
        .filter(|(near, _, item)| *near > data.reading.near.line && !known.contains(item))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let pairs: Vec<(usize, usize)> =
        near.into_iter().take(data.reading.near.asked).map(|(_, line, item)| (line, item)).collect();
    if !pairs.is_empty() {
        let questions: Vec<String> = (0..items).map(|n| data.heard.items[n].topic(lang).says.clone()).collect();
        let mut interviewer = Interviewer::new(model.task, lang, model.respondent);
        let answers = interviewer.calibrated(&lines, &questions, &pairs, model.engines.language, progress)?;
        let yes = pairs.into_iter().filter(|&(line, item)| answers.says_yes(line, item));
        pieces.extend(yes.map(|(line, item)| (decide::of_model(item, &read.open[line]), From::Model)));
    }
    Ok(decide::proposals(transcript, instrument, data, &pieces))
}

fn read(transcript: &Transcript, instrument: &Instrument, data: &ItemData, hints: &BTreeMap<String, usize>) -> Read {
    let items = data.heard.items_of(&instrument.id).unwrap_or(0);
    let lang = transcript.language;
    Reader { reading: &data.reading, heard: &data.heard, items, retraction: &data.retraction, lang, hints }
        .read(transcript)
}

/// Vectors of the examples of each item, centred.
struct Examples {
    mean: Vec<f32>,
    of: Vec<Vec<Vec<f32>>>,
}

impl Examples {
    fn of<'a>(
        items: usize,
        texts: impl Fn(usize) -> &'a Vec<String>,
        vectors: &mut Vectors,
        engines: &mut Engines<'_>,
    ) -> Result<Self, EngineError> {
        let mut of: Vec<Vec<Vec<f32>>> = Vec::new();
        for n in 0..items {
            let texts: Vec<ClientText> = texts(n).iter().map(|t| ClientText::new(t)).collect();
            of.push(vectors.of(&texts, engines.embedding)?);
        }
        let mean = mean(&of.concat());
        of.iter_mut().flatten().for_each(|v| *v = centred(v, &mean));
        Ok(Examples { mean, of })
    }

    /// Of each text the item whose examples are nearest, and how much nearer than all items are.
    fn nearest(
        &self,
        texts: &[ClientText],
        vectors: &mut Vectors,
        engines: &mut Engines<'_>,
    ) -> Result<Vec<Option<(usize, f32)>>, EngineError> {
        let best = |vector: &Vec<f32>| {
            let vector = centred(vector, &self.mean);
            let near: Vec<f32> = self.of.iter().map(|of| likeness(&vector, of)).collect();
            let common = near.iter().sum::<f32>() / near.len().max(1) as f32;
            near.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(item, n)| (item, n - common))
        };
        Ok(vectors.of(texts, engines.embedding)?.iter().map(best).collect())
    }
}
