//! Task prompts as data: the wording of the small yes/no questions and of the short texts, per language, with a version.
//! Parses, checks and renders into a chat template; knows no model and asks nothing.

use crate::domain::advice::direction::Ranking;
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::model::ChatTemplate;
use crate::domain::practice::data_file::{Flaw, both_languages, is_kebab, read_toml, split};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, fold};
use serde::Deserialize;

/// Where the words of a question go in [`JudgeText::after`].
const QUESTION: &str = "{question}";

/// A worked example before the line: small models answer much better after a few.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shot {
    /// An invented client line.
    pub line: String,
    /// The words of the question.
    pub question: String,
    /// Whether the right answer is yes.
    pub yes: bool,
}

/// The wording of small questions in one language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeText {
    /// System message of the prompt.
    pub system: String,
    /// Text before the line that is judged.
    pub before: String,
    /// After the line; holds `{question}` once.
    pub after: String,
    /// The answer that counts as yes.
    pub yes: String,
    /// The answer that counts as no.
    pub no: String,
    /// Lines that say nothing: they show what a question is answered with whatever the line.
    pub neutral: Vec<String>,
    /// Questions that hardly any line answers with yes: they show how willingly a line is agreed with.
    pub idle: Vec<String>,
    /// How far an answer must stand out from what the neutral lines are answered with, in standard deviations of
    /// those, before its line is evidence. Above 0.
    pub stands_out: f32,
    /// Worked examples, in order.
    pub shot: Vec<Shot>,
}

impl JudgeText {
    /// The stable beginning of every question: system text, examples, and the user's turn up to the line.
    pub fn opening(&self, chat: &ChatTemplate) -> String {
        let mut text = chat.open(&self.system);
        // The same separator as between any two turns.
        let gap = if chat.user_end.ends_with('\n') && !chat.assistant_end.ends_with('\n') { "\n" } else { "" };
        for shot in &self.shot {
            let answer = if shot.yes { &self.yes } else { &self.no };
            text.push_str(&self.before);
            text.push_str(&shot.line);
            text.push_str(&self.closing(chat, &shot.question));
            for part in [answer, &chat.assistant_end, gap, &chat.user_start] {
                text.push_str(part);
            }
        }
        text.push_str(&self.before);
        text
    }

    /// What follows the line, up to where the answer begins.
    pub fn closing(&self, chat: &ChatTemplate, question: &str) -> String {
        format!("{}{}", self.after.replacen(QUESTION, question, 1), chat.close())
    }
}

/// A task that is answered by small yes/no questions.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeTask {
    /// Id and version, as records name them.
    pub prompt: PromptRef,
    /// The prompt in Korean.
    pub ko: JudgeText,
    /// The prompt in English.
    pub en: JudgeText,
    /// How cards are ranked by the answers; nothing is ranked by a task without it.
    pub ranking: Ranking,
}

impl JudgeTask {
    /// The wording of this language.
    pub const fn text(&self, lang: Lang) -> &JudgeText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }

    /// Reads a task prompt file and checks it.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Head {
            id: String,
            version: String,
            ko: JudgeText,
            en: JudgeText,
            #[serde(default)]
            ranking: Ranking,
        }
        let parts = split(text)?;
        let head: Head = read_toml(parts.head, parts.head_offset)?;
        named(&head.id, &head.version)?;
        for (lang, t) in [("ko", &head.ko), ("en", &head.en)] {
            let flaw = |key: &str, what: &str| Err(Flaw::new(1, format!("{lang}.{key}"), what));
            if t.after.matches(QUESTION).count() != 1 {
                return flaw("after", "must hold {question} once");
            }
            if t.yes.is_empty() || t.no.is_empty() || t.yes == t.no {
                return flaw("yes", "the two answers must be different words");
            }
            if t.neutral.len() < 2 || t.idle.len() < 2 {
                return flaw("neutral", "the correction needs at least two neutral lines and two idle questions");
            }
            if !(t.stands_out > 0.0 && t.stands_out.is_finite()) {
                return flaw("stands_out", "must be a number above 0");
            }
            let yes = t.shot.iter().filter(|s| s.yes).count();
            if yes * 2 != t.shot.len() {
                return flaw("shot", "as many examples must be answered with yes as with no");
            }
        }
        both_languages(&parts)?;
        let prompt = PromptRef { id: head.id, version: head.version };
        Ok(JudgeTask { prompt, ko: head.ko, en: head.en, ranking: head.ranking })
    }
}

/// The wording of a short text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteText {
    /// System message of the prompt.
    pub system: String,
    /// Between the user's turn and the quotes; may hold `{title}` and `{fits}`.
    pub before: String,
    /// Text after the quotes.
    pub after: String,
    /// A Lark grammar that the text cannot leave.
    pub grammar: String,
    /// Word beginnings that the text must not hold.
    pub forbidden: Vec<String>,
}

impl WriteText {
    /// Whether a written sentence may be shown: no forbidden word, no quotation mark or digit, nothing said twice, and
    /// at least one word in common with the quotes or the card's own reason, so that it speaks of this client.
    pub fn holds(&self, written: &str, fits: &str, quotes: &[ClientText]) -> bool {
        let folded = fold(written).to_lowercase();
        if folded.is_empty() || folded.chars().any(|c| c.is_numeric() || matches!(c, '"' | '“' | '”' | '「' | '」'))
        {
            return false;
        }
        if self.forbidden.iter().any(|word| folded.contains(&word.to_lowercase())) {
            return false;
        }
        let words = stems(&folded);
        let repeats = words.windows(2).enumerate().any(|(i, pair)| words[i + 2..].windows(2).any(|p| p == pair));
        let known: Vec<String> =
            quotes.iter().map(ClientText::reveal).chain([fits]).flat_map(|t| stems(&fold(t).to_lowercase())).collect();
        !repeats && words.iter().any(|w| w.chars().count() >= 2 && known.contains(w))
    }
}

/// Beginnings of the content words: particles and endings follow a Korean stem, and `-ing` an English one.
fn stems(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| {
            let hangul = word.chars().any(|c| ('가'..='힣').contains(&c));
            let (least, kept) = if hangul { (2, 2) } else { (4, 5) };
            (word.chars().count() >= least).then(|| word.chars().take(kept).collect())
        })
        .filter(|stem: &String| !matches!(stem.as_str(), "내담" | "clien" | "they" | "with" | "that" | "their"))
        .collect()
}

/// A task that is answered by a short text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteTask {
    /// Id and version, as records name them.
    pub prompt: PromptRef,
    /// Smaller models are not asked: what they write is worse than the card's own words. Millions of parameters.
    pub min_parameters_m: u32,
    /// At most this many tokens.
    pub max_tokens: u32,
    /// The prompt in Korean.
    pub ko: WriteText,
    /// The prompt in English.
    pub en: WriteText,
}

impl WriteTask {
    /// The wording of this language.
    pub const fn text(&self, lang: Lang) -> &WriteText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }

    /// Reads a task prompt file and checks it.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Head {
            id: String,
            version: String,
            min_parameters_m: u32,
            max_tokens: u32,
            ko: WriteText,
            en: WriteText,
        }
        let parts = split(text)?;
        let head: Head = read_toml(parts.head, parts.head_offset)?;
        named(&head.id, &head.version)?;
        both_languages(&parts)?;
        Ok(WriteTask {
            prompt: PromptRef { id: head.id, version: head.version },
            min_parameters_m: head.min_parameters_m,
            max_tokens: head.max_tokens,
            ko: head.ko,
            en: head.en,
        })
    }
}

fn named(id: &str, version: &str) -> Result<(), Flaw> {
    if !is_kebab(id) {
        return Err(Flaw::new(1, "id", "an id is lower-case words joined by hyphens"));
    }
    if version.trim().is_empty() {
        return Err(Flaw::new(1, "version", "must not be empty"));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/directions.md"));

    fn chat() -> ChatTemplate {
        ChatTemplate {
            system_start: "<s>".into(),
            system_end: "</s>\n".into(),
            user_start: "<u>".into(),
            user_end: "</u>\n".into(),
            assistant_start: "<a>".into(),
            assistant_end: "</a>".into(),
        }
    }

    #[test]
    fn the_shipped_wording_is_read_and_the_line_comes_last_before_the_question() {
        let task = JudgeTask::parse(SHIPPED).unwrap();
        for lang in [Lang::Ko, Lang::En] {
            let text = task.text(lang);
            let opening = text.opening(&chat());
            assert!(opening.starts_with("<s>") && opening.ends_with(&text.before));
            assert_eq!(opening.matches("</a>\n<u>").count(), text.shot.len());
            assert!(text.closing(&chat(), "q").ends_with("</u>\n<a>"));
            assert!(!text.closing(&chat(), "q").contains('{'));
        }
    }

    #[test]
    fn a_sentence_is_shown_only_if_it_speaks_of_this_client_and_of_no_illness() {
        let task =
            WriteTask::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/rationale.md"))).unwrap();
        let quotes = [ClientText::new("I do not fall asleep until three in the morning.")];
        let en = |s: &str| task.en.holds(s, "Sleep is poor and the bed is where one lies awake", &quotes);
        assert!(en("The client lies awake and does not fall asleep until morning."));
        assert!(!en("The client has a sleep disorder."), "a diagnosis");
        assert!(!en("The client said \"I never sleep\" about the bed."), "an invented quote");
        assert!(!en("The client likes green tea a lot."), "nothing of this client");
        assert!(!en("The client cannot sleep well and cannot sleep well."), "said twice");
        let quotes = [ClientText::new("새벽 세 시까지 잠이 안 와요.")];
        let ko = |s: &str| task.ko.holds(s, "잠들기 어렵고 잠자리에서 깨어 있는 시간이 길 때", &quotes);
        assert!(ko("내담자는 새벽까지 잠들지 못한다고 말합니다."));
        assert!(!ko("내담자는 새벽에 깨는 불면장애입니다."));
    }

    #[test]
    fn a_wording_that_cannot_be_read_fairly_is_refused() {
        for (from, to, key) in [
            ("{question}고", "고", "ko.after"),
            ("no = \"No\"", "no = \"Yes\"", "ko.yes"),
            ("yes = false", "yes = true", "ko.shot"),
            ("stands_out = 5", "stands_out = 0", "ko.stands_out"),
            ("id = \"directions\"", "id = \"Directions\"", "id"),
        ] {
            assert_eq!(JudgeTask::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err().key, key);
        }
    }
}
