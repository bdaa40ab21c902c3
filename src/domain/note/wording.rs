//! A model's own wording of a statement (`prompts/note-wording.toml`): how it is asked, the cases that a model is certified on, and the
//! certificate. Asks nothing itself.

use crate::domain::model::ChatTemplate;
use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::ModelRef;
use serde::{Deserialize, Serialize};

/// Fewer cases tell nothing of a share of two in a hundred being exceeded.
const FEWEST_CASES: usize = 10;

/// The prompt and the cases of one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingText {
    /// System message.
    pub system: String,
    /// Before the words.
    pub before: String,
    /// After them.
    pub after: String,
    /// Before what the counsellor asks for, where they ask for something.
    pub asked: String,
    /// Invented words of clients, on which a model is certified.
    pub cases: Vec<String>,
}

impl WordingText {
    /// What comes before the words, with the chat markers of the model.
    pub fn opening(&self, chat: &ChatTemplate) -> String {
        format!("{}{}", chat.open(&self.system), self.before)
    }

    /// What comes after them.
    pub fn closing(&self, chat: &ChatTemplate) -> String {
        format!("{}{}", self.after, chat.close())
    }
}

/// How a model words a statement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// The file's name to its reader.
    pub id: String,
    /// Counts up with every change; a certificate is of one version.
    pub version: String,
    /// Of one sentence.
    pub max_tokens: u32,
    /// Kinds of content that no model words.
    pub never: Vec<String>,
    /// Seconds that a first draft waits for wordings; what is not there by then stays as it was said.
    pub draft_seconds: u16,
    /// Share of unsupported sentences at which a model is still certified, 0 to 1.
    pub most_unsupported: f64,
    /// Korean.
    pub ko: WordingText,
    /// English.
    pub en: WordingText,
}

impl Wording {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let wording: Wording = read_toml(text, 0)?;
        if !(0.0..=1.0).contains(&wording.most_unsupported) {
            return Err(Flaw::new(1, "most_unsupported", "a share from 0 to 1"));
        }
        for (key, text) in [("ko.cases", &wording.ko), ("en.cases", &wording.en)] {
            if text.cases.len() < FEWEST_CASES {
                return Err(Flaw::new(1, key, format!("needs at least {FEWEST_CASES} cases")));
            }
        }
        Ok(wording)
    }

    /// The words of a language.
    pub const fn text(&self, lang: Lang) -> &WordingText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// How a model did in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Sentences written.
    pub written: usize,
    /// Of those: not carried by the words, by the check.
    pub unsupported: usize,
    /// It may write in this language.
    pub certified: bool,
}

/// What came out for a model, kept with the hash of the file that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The model and its file.
    pub model: ModelRef,
    /// Version of the cases.
    pub version: String,
    /// Version of the check.
    pub check: String,
    /// In Korean.
    pub ko: Outcome,
    /// In English.
    pub en: Outcome,
}

impl Certificate {
    /// Whether it lets this file write in a language, by these cases and this check.
    pub fn holds(&self, model: &ModelRef, version: &str, check: &str, lang: Lang) -> bool {
        let outcome = match lang {
            Lang::Ko => self.ko,
            Lang::En => self.en,
        };
        self.model == *model && self.version == version && self.check == check && outcome.certified
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_of_one_file_one_version_and_one_language() {
        let model = ModelRef { id: "m".into(), sha256: "00".into() };
        let certified = Outcome { written: 12, unsupported: 0, certified: true };
        let c = Certificate {
            model: model.clone(),
            version: "1".into(),
            check: "1".into(),
            ko: Outcome::default(),
            en: certified,
        };
        assert!(c.holds(&model, "1", "1", Lang::En));
        assert!(!c.holds(&model, "1", "1", Lang::Ko) && !c.holds(&model, "2", "1", Lang::En));
        assert!(!c.holds(&model, "1", "2", Lang::En));
        let other = ModelRef { sha256: "11".into(), ..model };
        assert!(!c.holds(&other, "1", "1", Lang::En), "another file of the same name");
    }
}
