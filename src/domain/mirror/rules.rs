//! How questions and reflections are recognised in one language, as `prompts/mirror/<language>.toml` says it. The file's own
//! examples are tried when it is read.

use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::lang::Lang;
use serde::{Deserialize, Serialize};

/// The rules of one language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Which language.
    pub lang: Lang,
    /// Counts up with every change.
    pub version: String,
    /// Phrases are compared with whole words; else with any part of a sentence.
    pub whole_words: bool,
    /// What the rules reach.
    pub figures: Reached,
    /// Lists of words.
    pub words: WordLists,
    /// What asks.
    pub question: Questions,
    /// What reflects.
    pub reflection: Points,
    /// What makes a reflection complex.
    pub complex: Points,
    /// Lines with what they are, tried when the file is read.
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// F1 of the rules, measured with `gyeot mirror --check`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// On which lines, in Korean.
    pub lines_ko: String,
    /// On which lines, in English.
    pub lines_en: String,
    /// Turns that ask, 0 to 1.
    pub question_f1: f64,
    /// Turns that reflect, 0 to 1.
    pub reflection_f1: f64,
    /// Reflections that are found for one that was coded: above 1 they are counted too often.
    pub found_for_coded: f64,
    /// Of the questions that were found, those whose kind (open, closed) is right, 0 to 1.
    pub open_right: f64,
    /// Of the reflections that were found, those whose kind (simple, complex) is right, 0 to 1.
    pub complex_right: f64,
    /// How far two people agree on the same turns: the same four figures, where they are known.
    #[serde(default)]
    pub people: Option<[f64; 4]>,
}

/// Lists of words, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordLists {
    /// Left out at the beginning of a sentence.
    pub fillers: Vec<String>,
    /// Carry no content.
    pub empty: Vec<String>,
    /// Cut off before words are compared, where three letters stay.
    pub endings: Vec<String>,
    /// Words are compared by so many first syllables; 0 compares whole stems.
    #[serde(default)]
    pub compare_syllables: usize,
    /// The client, as the counsellor says it.
    pub second: Vec<String>,
    /// The counsellor.
    pub first: Vec<String>,
}

/// What asks, and what is asked openly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Questions {
    /// Words that ask.
    pub ask_words: Vec<String>,
    /// Ask at the beginning when a subject follows, and after an asking word.
    pub auxiliaries: Vec<String>,
    /// Subjects.
    pub subjects: Vec<String>,
    /// Ask at the end of a sentence, whatever it has.
    pub endings: Vec<String>,
    /// Ask at the end of a sentence with an asking word.
    pub soft_endings: Vec<String>,
    /// A sentence with one of these is not asked by a soft ending.
    pub never: Vec<String>,
    /// Ask nothing alone.
    pub tags: Vec<String>,
    /// Ask without the form of a question; all of them open.
    pub requests: Vec<String>,
    /// Words of an open question.
    pub open: Vec<String>,
    /// Phrases that make it closed all the same.
    pub narrow: Vec<String>,
    /// Beginnings of an open question in the form of a yes-or-no one.
    pub open_beginnings: Vec<String>,
}

/// A scorecard: a turn with at least `threshold` points is what it asks for. Points are log odds; what is not named is 0.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Points {
    /// From so many points on.
    pub threshold: f64,
    /// Points of every turn.
    pub base: f64,
    /// Full points from so many words on.
    pub statement_words: u32,
    /// Points of the longest sentence that asks nothing.
    pub statement: f64,
    /// A statement begins with the client.
    pub begins_with_client: f64,
    /// A sentence with a question mark begins with the client.
    pub asked_of_client: f64,
    /// A sentence has the form of a question.
    pub form_of_question: f64,
    /// A sentence has a question mark.
    pub question_mark: f64,
    /// "So" among the first two words.
    pub so: f64,
    /// A word for the counsellor.
    pub counsellor: f64,
    /// Each further one, up to three.
    pub counsellor_more: f64,
    /// Nothing but fillers.
    pub only_fillers: f64,
    /// More words than this are many.
    pub many_words: usize,
    /// Many words.
    pub many: f64,
    /// No word with content.
    pub no_content: f64,
    /// How many turns of the client are looked back at.
    pub client_turns: usize,
    /// Each word shared with the client, up to three.
    pub shared_word: f64,
    /// The share of the turn's own words that are the client's, times this.
    pub shared_part: f64,
    /// Groups of phrases.
    pub cues: Vec<Cue>,
}

/// A group of phrases.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// Its name to its reader.
    pub id: String,
    /// Where its phrases are looked for.
    #[serde(default)]
    pub at: At,
    /// Points when one of them is there.
    pub points: f64,
    /// Points of each further one, up to two.
    #[serde(default)]
    pub again: f64,
    /// The phrases.
    pub words: Vec<String>,
}

/// Where a phrase is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum At {
    /// Anywhere in the turn.
    #[default]
    Any,
    /// At the end of a sentence without a question mark.
    End,
}

/// A line of our own that tests the rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the client said before; may be empty.
    #[serde(default)]
    pub client: String,
    /// What the counsellor says.
    pub text: String,
    /// `open`, `closed`, or absent.
    pub question: Option<String>,
    /// True when it reflects.
    #[serde(default)]
    pub reflection: bool,
}

impl Rules {
    /// Reads a file. An example that the rules take for something else is a flaw, and so is an empty phrase, which would be
    /// found everywhere.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let rules: Rules = read_toml(text, 0)?;
        for cue in rules.reflection.cues.iter().chain(&rules.complex.cues) {
            if cue.words.is_empty() || cue.words.iter().any(|w| w.trim().is_empty()) {
                return Err(Flaw::new(1, format!("cues.{}", cue.id), "a phrase is empty"));
            }
        }
        for (n, example) in rules.examples.iter().enumerate() {
            let found = rules.behaviour(&example.text, &[example.client.as_str()]);
            let asked = found.question.map(|q| q.word().to_owned());
            if (asked.as_ref(), found.reflection.is_some()) != (example.question.as_ref(), example.reflection) {
                let what = format!("example {} is taken for {found:?}", n + 1);
                return Err(Flaw::new(1, "examples", what));
            }
        }
        Ok(rules)
    }
}
