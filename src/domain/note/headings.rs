//! What belongs under a heading of a centre's own template, by the words of the heading (`prompts/note-headings.toml`). Reads
//! and checks the file, and looks a heading up; takes no template apart.

use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Facts of the record that a section may take.
pub const FACTS: [&str; 5] = ["session", "measures", "risk", "marks", "off-record"];

/// A word or a line in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

impl Both {
    /// The words of a language.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.ko, &self.en)
    }
}

/// What belongs under headings with these words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// Such as `plan`.
    pub id: String,
    /// Words of a Korean heading; blanks between them do not matter.
    pub ko: Vec<String>,
    /// Words of an English heading.
    pub en: Vec<String>,
    /// Kinds of `prompts/note-content.toml`.
    pub takes: Vec<String>,
    /// Of [`FACTS`].
    pub facts: Vec<String>,
    /// One line on what belongs there.
    pub guide: Both,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct Headings {
    /// Sections of a template at most.
    pub most_sections: usize,
    /// Letters of a heading at most.
    pub longest_heading: usize,
    /// Letters of a heading without a known word at most, in an example note.
    pub longest_unknown: usize,
    /// Ends of a sentence.
    pub sentence_ends: Vec<String>,
    /// Under a heading that nothing belongs to by itself.
    pub guide_blank: Both,
    /// In the order of the file.
    pub meanings: Vec<Meaning>,
    filler: Vec<String>,
    names: BTreeMap<String, Both>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[allow(dead_code, reason = "names the file to its reader")]
    id: String,
    #[allow(dead_code, reason = "names the file to its reader")]
    version: String,
    most_sections: usize,
    longest_heading: usize,
    longest_unknown: usize,
    sentence_ends: Vec<String>,
    filler_ko: Vec<String>,
    filler_en: Vec<String>,
    guide_blank: Both,
    heading: Vec<Spanned<Meaning>>,
    names: BTreeMap<String, Both>,
}

impl Headings {
    /// Reads and checks the file; `kinds` are the ids of `prompts/note-content.toml`.
    pub fn parse(text: &str, kinds: &[&str]) -> Result<Self, Flaw> {
        let file: File = read_toml(text, 0)?;
        let mut meanings: Vec<Meaning> = Vec::new();
        for heading in file.heading {
            let line = line_of(text, heading.span().start);
            let heading = heading.into_inner();
            if !is_kebab(&heading.id) || meanings.iter().any(|m| m.id == heading.id) {
                return Err(Flaw::new(
                    line,
                    "heading.id",
                    "an id is lower-case words joined by hyphens, once in the file",
                ));
            }
            if heading.ko.iter().chain(&heading.en).any(|w| plain(w).is_empty()) {
                return Err(Flaw::new(line, "heading.ko", "a word must not be empty"));
            }
            let known = |of: &[String], all: &[&str]| of.iter().all(|t| all.contains(&t.as_str()));
            if !known(&heading.takes, kinds) || !known(&heading.facts, &FACTS) {
                return Err(Flaw::new(line, "heading.takes", "names a kind or a fact that does not exist"));
            }
            let named = |id: &String| file.names.contains_key(id);
            if !heading.takes.iter().chain(&heading.facts).all(named) {
                return Err(Flaw::new(line, "names", "every kind and fact needs its name"));
            }
            meanings.push(heading);
        }
        let filler = file.filler_ko.iter().chain(&file.filler_en).map(|w| plain(w)).collect();
        Ok(Headings {
            most_sections: file.most_sections,
            longest_heading: file.longest_heading,
            longest_unknown: file.longest_unknown,
            sentence_ends: file.sentence_ends,
            guide_blank: file.guide_blank,
            meanings,
            filler,
            names: file.names,
        })
    }

    /// What belongs under a heading; none where no word of it is known. The longest word decides; of two as long the later one
    /// in Korean, whose last noun says what it is about, the earlier one in English.
    pub fn meaning(&self, heading: &str) -> Option<&Meaning> {
        let text = fold(heading).to_lowercase();
        let found = self.meanings.iter().flat_map(|m| {
            let ko = m.ko.iter().filter_map(|w| found_ko(&text, w)).map(|(len, at)| (len, at as i64));
            let en = m.en.iter().filter_map(|w| found_en(&text, w)).map(|(len, at)| (len, -(at as i64)));
            ko.chain(en).map(move |rank| (rank, m)).collect::<Vec<_>>()
        });
        found.max_by_key(|(rank, _)| *rank).map(|(_, m)| m)
    }

    /// Whether a line is made of words of headings only, so that no content can stand in it.
    pub fn is_known(&self, line: &str) -> bool {
        let text = fold(line).to_lowercase();
        let ko = self.meanings.iter().flat_map(|m| &m.ko).map(|w| plain(w));
        let en = self.meanings.iter().flat_map(|m| &m.en).flat_map(|w| w.split_whitespace()).map(plain);
        let mut all: Vec<String> = ko.chain(en).chain(self.filler.iter().cloned()).collect();
        all.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
        let has_meaning = self.meaning(line).is_some();
        // "주 호소 문제" is written with and without blanks.
        let together = || !text.is_ascii() && made_of(&plain(&text), &all);
        has_meaning && (text.split_whitespace().all(|token| made_of(&plain(token), &all)) || together())
    }

    /// A kind or a fact as a counsellor reads it.
    pub fn name<'a>(&'a self, id: &'a str, lang: Lang) -> &'a str {
        self.names.get(id).map_or(id, |both| both.text(lang))
    }

    /// Every kind that some heading takes.
    pub fn kinds(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for kind in self.meanings.iter().flat_map(|m| &m.takes) {
            if !all.contains(&kind.as_str()) {
                all.push(kind);
            }
        }
        all
    }
}

/// Letters and digits, lower case, without blanks and marks.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || *c == '-').flat_map(char::to_lowercase).collect()
}

fn is_hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

/// Length and end of a Korean word in a heading, blanks left out.
fn found_ko(text: &str, word: &str) -> Option<(usize, usize)> {
    let (text, word) = (plain(text), plain(word));
    if !is_hangul(&word) {
        return None;
    }
    text.rfind(&word).map(|at| (word.chars().count() * 2, at + word.len()))
}

/// Number and place of the words of an English phrase in a heading, whole words only.
fn found_en(text: &str, phrase: &str) -> Option<(usize, usize)> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric() && c != '-').map(str::to_owned).collect();
    let wanted: Vec<&str> = phrase.split_whitespace().collect();
    let at = words.windows(wanted.len().max(1)).position(|w| w.iter().zip(&wanted).all(|(a, b)| a == b))?;
    Some((wanted.len(), at))
}

/// True where the text is one word after the other of these, the longest first.
fn made_of(text: &str, words: &[String]) -> bool {
    if text.is_empty() {
        return true;
    }
    if text.is_ascii() {
        // English words do not run into each other.
        return words.iter().any(|w| w == text || w.split('-').any(|part| part == text))
            || text.chars().all(|c| c == '-');
    }
    words
        .iter()
        .filter(|w| !w.is_empty())
        .any(|w| text.strip_prefix(w.as_str()).is_some_and(|rest| made_of(rest, words)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::note::content::Kinds;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-headings.toml"));
    const KINDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-content.toml"));

    fn headings() -> Headings {
        let kinds = Kinds::parse(KINDS).unwrap();
        let ids: Vec<&str> = kinds.kinds.iter().map(|k| k.id.as_str()).collect();
        Headings::parse(SHIPPED, &ids).unwrap()
    }

    #[test]
    fn a_heading_is_read_by_its_words_in_both_languages() {
        let all = headings();
        for (heading, id) in [
            ("1. 주호소 문제", "complaint"),
            ("주 호소 문제", "complaint"),
            ("상담 내용", "content"),
            ("상담자 개입", "intervention"),
            ("개입에 대한 내담자 반응", "response"),
            ("위험 평가", "safety"),
            ("차기 회기 계획", "plan"),
            ("상담자 소견", "assessment"),
            ("Presenting problem", "complaint"),
            ("Response to interventions", "response"),
            ("Plan / homework", "plan"),
            ("Risk", "safety"),
        ] {
            assert_eq!(all.meaning(heading).map(|m| m.id.as_str()), Some(id), "{heading}");
        }
        for unknown in ["준비물", "서명란", "Signature", "planet earth"] {
            assert!(all.meaning(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn a_line_with_any_other_word_is_not_known() {
        let all = headings();
        for known in
            ["주호소", "주 호소 문제", "상담 내용 및 과정", "내담자 반응", "Presenting problem", "Plan and homework"]
        {
            assert!(all.is_known(known), "{known}");
        }
        for other in
            ["어머니가 학교에 전화함", "위험한 생각이 든다고 말함", "가족 김민수", "I plan to call my sister", "계획"]
        {
            assert_eq!(all.is_known(other), other == "계획", "{other}");
        }
    }

    #[test]
    fn each_rule_of_the_file_can_fail() {
        let ids = ["complaint", "feeling", "thought"];
        assert_eq!(Headings::parse(SHIPPED, &ids).unwrap_err().key, "heading.takes");
        let (kinds, twice) =
            (Kinds::parse(KINDS).unwrap(), SHIPPED.replacen("id = \"feeling\"", "id = \"session\"", 1));
        assert_eq!(Headings::parse(&twice, &kinds.ids()).unwrap_err().key, "heading.id");
    }
}
