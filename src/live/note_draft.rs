//! Joins a transcript, the kinds of note content and an embedding engine into the statements of a drafted note.
//! Remembers vectors by the words of a line, so that what was drafted while the session ran costs nothing at its end.
//! Decides nothing itself: choosing and saying is [`crate::domain::note::draft`].

use crate::domain::advice::direction::{centred, mean};
use crate::domain::note::content::{ExampleVectors, Kind, Kinds};
use crate::domain::note::draft::{self, Fact, Material};
use crate::domain::note::format::NoteFormat;
use crate::domain::note::retraction::Rules;
use crate::domain::note::statement::Statement;
use crate::domain::note::unit::{Unit, units};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::Transcript;
use crate::live::suggest::Vectors;
use crate::ports::engine::{EngineError, LanguageEngine};
use std::collections::BTreeMap;

/// Drafts the note of one session; call it again as lines arrive.
pub struct Drafter {
    kinds: Kinds,
    retraction: Rules,
    lang: Lang,
    vectors: Vectors,
    examples: Option<ExampleVectors>,
}

impl Drafter {
    /// For one session of one language.
    pub fn new(kinds: Kinds, retraction: Rules, lang: Lang) -> Self {
        Drafter { kinds, retraction, lang, vectors: Vectors::default(), examples: None }
    }

    /// The statements of a note of this format. Without an engine only the facts of the record stand in it, and the
    /// counsellor writes the rest.
    pub fn draft(
        &mut self,
        transcript: &Transcript,
        format: &NoteFormat,
        facts: &[Fact],
        engine: Option<&mut dyn LanguageEngine>,
    ) -> Result<Vec<Statement>, EngineError> {
        let units = units(transcript, &self.kinds.pieces);
        let Some(engine) = engine.filter(|_| !units.is_empty()) else {
            let material = Material { transcript, units: &[], chosen: &[], retractions: &[], facts };
            return Ok(draft::statements(&material, format, &self.kinds, self.lang));
        };
        if self.examples.is_none() {
            self.examples = Some(self.example_vectors(engine)?);
        }
        let contents: Vec<ClientText> = units.iter().map(Unit::content).collect();
        let vectors = self.vectors.of(&contents, engine)?;
        let Some(examples) = &self.examples else { return Ok(Vec::new()) };
        let chosen: Vec<_> =
            units.iter().zip(&vectors).map(|(u, v)| self.kinds.choose(v, u, self.lang, examples)).collect();
        let mut by_utterance: BTreeMap<UtteranceId, Vec<Vec<f32>>> = BTreeMap::new();
        for (unit, vector) in units.iter().zip(&vectors) {
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

    fn example_vectors(&mut self, engine: &mut dyn LanguageEngine) -> Result<ExampleVectors, EngineError> {
        let of =
            |kind: &Kind| -> Vec<ClientText> { kind.examples(self.lang).iter().map(|e| ClientText::new(e)).collect() };
        let texts: Vec<Vec<ClientText>> = self.kinds.kinds.iter().map(of).collect();
        let flat: Vec<ClientText> = texts.iter().flatten().cloned().collect();
        let raw = self.vectors.of(&flat, engine)?;
        let mean = mean(&raw);
        let mut rest = raw.iter().map(|v| centred(v, &mean));
        let of = texts.iter().map(|lines| rest.by_ref().take(lines.len()).collect()).collect();
        Ok(ExampleVectors { of, mean })
    }
}
