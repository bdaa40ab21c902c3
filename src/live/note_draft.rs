//! Joins a transcript, the kinds of note content and an embedding engine into the statements of a drafted note.
//! Remembers vectors by the words of a line, so that what was drafted while the session ran costs nothing at its end.
//! Decides nothing itself: choosing and saying is [`crate::domain::note::draft`].

use crate::domain::advice::direction::{centred, mean};
use crate::domain::note::content::{ExampleVectors, Kinds};
use crate::domain::note::draft::{self, Fact, Material};
use crate::domain::note::format::NoteFormat;
use crate::domain::note::retraction::Rules;
use crate::domain::note::statement::Statement;
use crate::domain::note::unit::{Unit, units};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::interviewer::Vectors;
use crate::ports::engine::{EngineError, LanguageEngine};
use crate::protocol::{Judge, Judged, Load, Write, Written};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an embedding model said of sentences, for the drafts of one session: filled while the session runs, so that its end
/// waits for nothing but the last lines. In memory only; dropped with the unlocked vault.
#[derive(Default)]
pub struct Compared {
    by: Option<ModelRef>,
    vectors: Vectors,
}

impl Compared {
    /// The model that compared; what another one said before is forgotten.
    fn by(&mut self, model: &ModelRef) -> &mut Vectors {
        if self.by.as_ref() != Some(model) {
            *self = Compared { by: Some(model.clone()), vectors: Vectors::default() };
        }
        &mut self.vectors
    }
}

/// What several drafts of one session share.
pub type SharedCompared = Arc<Mutex<Compared>>;

/// The model that compares sentences, where it is at hand.
pub struct Comparing<'a> {
    /// The engine; none where everything is known.
    pub engine: Option<&'a mut dyn LanguageEngine>,
    /// What it runs.
    pub model: &'a ModelRef,
}

/// Drafts the note of one session; call it again as lines arrive.
pub struct Drafter {
    kinds: Kinds,
    retraction: Rules,
    lang: Lang,
    compared: SharedCompared,
}

impl Drafter {
    /// For one session of one language.
    pub fn new(kinds: Kinds, retraction: Rules, lang: Lang) -> Self {
        Drafter { kinds, retraction, lang, compared: SharedCompared::default() }
    }

    /// With what was compared of the session before.
    pub fn with(mut self, compared: SharedCompared) -> Self {
        self.compared = compared;
        self
    }

    /// Compares what a draft of this transcript needs, ahead of it.
    pub fn prepare(
        &self,
        transcript: &Transcript,
        model: &ModelRef,
        engine: &mut dyn LanguageEngine,
    ) -> Result<(), EngineError> {
        let needed = self.needed(transcript);
        self.held().by(model).of(&needed, engine).map(drop)
    }

    /// The model that compared everything a draft of this transcript needs; none where something is left to compare.
    pub fn prepared(&self, transcript: &Transcript) -> Option<ModelRef> {
        let held = self.held();
        held.by.clone().filter(|_| held.vectors.know(&self.needed(transcript)))
    }

    fn held(&self) -> MutexGuard<'_, Compared> {
        // Whoever panicked in it left vectors that are whole or not there.
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The example lines, then the pieces of the transcript.
    fn needed(&self, transcript: &Transcript) -> Vec<ClientText> {
        let examples = self.kinds.kinds.iter().flat_map(|kind| kind.examples(self.lang)).map(|e| ClientText::new(e));
        examples.chain(units(transcript, &self.kinds.pieces).iter().map(Unit::content)).collect()
    }

    /// The statements of a note of this format. Without an engine only the facts of the record stand in it, and the
    /// counsellor writes the rest.
    pub fn draft(
        &self,
        transcript: &Transcript,
        format: &NoteFormat,
        facts: &[Fact],
        comparing: Option<Comparing<'_>>,
    ) -> Result<Vec<Statement>, EngineError> {
        let units = units(transcript, &self.kinds.pieces);
        let Some(Comparing { engine, model }) = comparing.filter(|_| !units.is_empty()) else {
            let material = Material { transcript, units: &[], chosen: &[], retractions: &[], facts };
            return Ok(draft::statements(&material, format, &self.kinds, self.lang));
        };
        let mut nobody = Nobody;
        let all = self.held().by(model).of(&self.needed(transcript), engine.unwrap_or(&mut nobody))?;
        let (of_examples, vectors) = all.split_at(all.len().saturating_sub(units.len()));
        let examples = self.example_vectors(of_examples);
        let chosen: Vec<_> =
            units.iter().zip(vectors).map(|(u, v)| self.kinds.choose(v, u, self.lang, &examples)).collect();
        let mut by_utterance: BTreeMap<UtteranceId, Vec<Vec<f32>>> = BTreeMap::new();
        for (unit, vector) in units.iter().zip(vectors) {
            by_utterance.entry(unit.utterance).or_default().push(centred(vector, &examples.mean));
        }
        // The nearest pair of pieces: a long turn takes back one sentence of another.
        let alike = |a: UtteranceId, b: UtteranceId| -> Option<f32> {
            let (a, b) = (by_utterance.get(&a)?, by_utterance.get(&b)?);
            a.iter()
                .flat_map(|x| b.iter().map(move |y| x.iter().zip(y).map(|(p, q)| p * q).sum::<f32>()))
                .max_by(f32::total_cmp)
        };
        let retractions = self.retraction.find(transcript, self.lang, &alike);
        let material = Material { transcript, units: &units, chosen: &chosen, retractions: &retractions, facts };
        Ok(draft::statements(&material, format, &self.kinds, self.lang))
    }

    /// The vectors of every kind's examples, in the order of the kinds.
    fn example_vectors(&self, raw: &[Vec<f32>]) -> ExampleVectors {
        let mean = mean(raw);
        let mut rest = raw.iter().map(|v| centred(v, &mean));
        let counts = self.kinds.kinds.iter().map(|kind| kind.examples(self.lang).len());
        let of = counts.map(|n| rest.by_ref().take(n).collect()).collect();
        ExampleVectors { of, mean }
    }
}

/// Stands where everything is known and no engine is asked.
struct Nobody;

impl LanguageEngine for Nobody {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn embed(&mut self, _: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn judge(&mut self, _: Judge) -> Result<Judged, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn write(&mut self, _: Write) -> Result<Written, EngineError> {
        Err(EngineError::Cancelled)
    }
}
