//! What a speaker took back later in the session (`prompts/note-retraction.toml`): "a couple of beers every night … no,
//! that was last month". Such a statement is marked and never written down as a present fact.

use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use crate::domain::transcript::{Speaker, Transcript};
use serde::Deserialize;

/// The forms of one language with the lines that test them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forms {
    /// Looked for in the folded, lower-case line.
    pub forms: Vec<String>,
    /// Lines that must be found.
    pub must: Vec<String>,
    /// Lines that must not.
    pub must_not: Vec<String>,
}

/// The rules of both languages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The file's name to its reader.
    pub id: String,
    /// Counts up with every change.
    pub version: String,
    /// Utterances of anybody, back from the line that takes back, in which the statement is looked for.
    pub within: usize,
    /// What each further line back costs beside likeness, a cosine: people mostly take back what they said last.
    pub per_line_back: f32,
    /// Korean.
    pub ko: Forms,
    /// English.
    pub en: Forms,
}

/// A line that was taken back, and by which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retraction {
    /// What was said first.
    pub of: UtteranceId,
    /// What took it back.
    pub by: UtteranceId,
}

impl Rules {
    /// Reads the file; a must line that no form finds, or a must-not line that one does, is a flaw.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let rules: Rules = read_toml(text, 0)?;
        for (lang, key, forms) in [(Lang::Ko, "ko", &rules.ko), (Lang::En, "en", &rules.en)] {
            if let Some(n) = forms.must.iter().position(|line| !rules.takes_back(line, lang)) {
                return Err(Flaw::new(1, format!("{key}.must"), format!("no form finds line {}", n + 1)));
            }
            if let Some(n) = forms.must_not.iter().position(|line| rules.takes_back(line, lang)) {
                return Err(Flaw::new(1, format!("{key}.must_not"), format!("a form finds line {}", n + 1)));
            }
        }
        Ok(rules)
    }

    /// Whether a line takes something back.
    pub fn takes_back(&self, line: &str, lang: Lang) -> bool {
        let line = fold(line).to_lowercase();
        let forms = match lang {
            Lang::Ko => &self.ko.forms,
            Lang::En => &self.en.forms,
        };
        forms.iter().any(|form| line.contains(form.as_str()))
    }

    /// Every retraction of a transcript. `alike` says how alike two utterances are, for choosing among those within
    /// reach; where it says nothing the nearest before is taken.
    pub fn find(
        &self,
        transcript: &Transcript,
        lang: Lang,
        alike: &dyn Fn(UtteranceId, UtteranceId) -> Option<f32>,
    ) -> Vec<Retraction> {
        let said = &transcript.utterances;
        let clients = |s: Speaker| matches!(s, Speaker::Client | Speaker::Unknown);
        let mut found = Vec::new();
        for (at, line) in said.iter().enumerate() {
            if !clients(line.speaker) || !self.takes_back(line.text.reveal(), lang) {
                continue;
            }
            let before = &said[at.saturating_sub(self.within)..at];
            let of = before
                .iter()
                .enumerate()
                .filter(|(_, u)| clients(u.speaker) && !u.text.is_blank())
                .rev()
                .zip(0u8..)
                .max_by(|((i, a), back_a), ((j, b), back_b)| {
                    let score = |u: UtteranceId, back: u8| {
                        alike(u, line.id).unwrap_or(0.0) - self.per_line_back * f32::from(back)
                    };
                    score(a.id, *back_a).total_cmp(&score(b.id, *back_b)).then(i.cmp(j))
                })
                .map(|(found, _)| found)
                .map(|(_, u)| u.id);
            found.extend(of.map(|of| Retraction { of, by: line.id }));
        }
        found
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Span;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-retraction.toml"));

    fn talk(lang: Lang, lines: &[(Speaker, &str)]) -> Transcript {
        let mut t = Transcript::empty(lang);
        for (n, (speaker, text)) in (0u64..).zip(lines) {
            t.add(Span { start_ms: n * 1000, end_ms: n * 1000 + 900 }, *speaker, ClientText::new(text), None);
        }
        t
    }

    fn found(lang: Lang, lines: &[(Speaker, &str)]) -> Vec<(u32, u32)> {
        let rules = Rules::parse(SHIPPED).unwrap();
        rules.find(&talk(lang, lines), lang, &|_, _| None).iter().map(|r| (r.of.0, r.by.0)).collect()
    }

    use Speaker::{Client, Counsellor};

    #[test]
    fn the_beers_of_last_month_are_taken_back_past_the_reflection_between() {
        let lines = [
            (Client, "I drink a couple of beers every night to get to sleep."),
            (Counsellor, "A couple of beers every night."),
            (Client, "Well, no, that was last month. I stopped after my sister said something."),
        ];
        assert_eq!(found(Lang::En, &lines), [(1, 3)]);
    }

    #[test]
    fn three_ways_of_taking_back_in_korean_are_found() {
        let ways = [
            ("매일 소주를 한 병씩 마셔요.", "아니, 그건 지난달까지요. 이제는 안 그래요."),
            ("약을 하루에 두 알씩 먹고 있어요.", "제가 잘못 말했네요, 한 알이에요."),
            ("담배를 하루 한 갑 피워요.", "지금은 안 피워요. 두 주 전에 끊었어요."),
        ];
        for (first, later) in ways {
            assert_eq!(found(Lang::Ko, &[(Client, first), (Counsellor, "그러셨군요."), (Client, later)]), [(1, 3)]);
        }
    }

    #[test]
    fn the_counsellor_takes_nothing_back_for_the_client() {
        let lines = [(Client, "I drink every night."), (Counsellor, "You said you do not do it any more?")];
        assert!(found(Lang::En, &lines).is_empty());
    }

    #[test]
    fn of_two_lines_within_reach_the_one_alike_is_taken_back() {
        let lines = [
            (Client, "I drink every night."),
            (Client, "My sister visits me."),
            (Client, "Actually no, that was last month."),
        ];
        let rules = Rules::parse(SHIPPED).unwrap();
        let t = talk(Lang::En, &lines);
        let alike = |a: UtteranceId, _: UtteranceId| Some(if a.0 == 1 { 0.9 } else { 0.1 });
        assert_eq!(rules.find(&t, Lang::En, &alike)[0].of, UtteranceId(1));
        assert_eq!(rules.find(&t, Lang::En, &|_, _| None)[0].of, UtteranceId(2), "the nearest where nothing is known");
    }
}
