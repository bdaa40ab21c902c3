//! What a counsellor asks for when one section is drafted again (`prompts/note-instructions.toml`): read by rule where every
//! word of it is explained there, and done to the statements of the section. Asks no model; words of danger are left out by
//! no instruction.

use crate::domain::advice::question::asks;
use crate::domain::note::content::Form;
use crate::domain::note::saying;
use crate::domain::note::statement::Statement;
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::transcript::{Speaker, Transcript};
use serde::Deserialize;
use toml::Spanned;

/// How statements are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// A line of a list: the quote alone, with who said it where that was the counsellor.
    List,
    /// Without quotation marks, with who said it.
    Plain,
    /// That it was said, with the words in quotation marks.
    Quoted,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    #[serde(default)]
    keep_share: Option<f32>,
    #[serde(default)]
    style: Option<Style>,
    #[serde(default)]
    kinds: Vec<String>,
    ko: Vec<String>,
    en: Vec<String>,
}

/// The forms of a style.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    client: Form,
    counsellor: Form,
    answer: Form,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct Instructions {
    /// Counts up with every change.
    pub version: String,
    /// Letters of an instruction at most.
    pub longest: usize,
    always: Vec<String>,
    filler: Vec<String>,
    list: Forms,
    plain: Forms,
    quoted: Forms,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[allow(dead_code, reason = "names the file to its reader")]
    id: String,
    version: String,
    longest: usize,
    always: Vec<String>,
    filler_ko: Vec<String>,
    filler_en: Vec<String>,
    list: Forms,
    plain: Forms,
    quoted: Forms,
    instruction: Vec<Spanned<Rule>>,
}

/// What is asked for, by rule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// Share of the statements that stay; above 1 more than a section holds otherwise.
    pub keep_share: Option<f32>,
    /// How they are said; as drafted unless asked for.
    pub style: Option<Style>,
    /// Both a list and without quotation marks.
    pub list_of_plain: bool,
    /// Kinds of content that stay; empty means all.
    pub kinds: Vec<String>,
}

/// How an instruction is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Every word of it is explained.
    ByRule(Wanted),
    /// Something else is asked for.
    Other,
}

impl Instructions {
    /// Reads and checks the file; `kinds` are the ids of `prompts/note-content.toml`.
    pub fn parse(text: &str, kinds: &[&str]) -> Result<Self, Flaw> {
        let file: File = read_toml(text, 0)?;
        let mut rules: Vec<Rule> = Vec::new();
        for rule in file.instruction {
            let line = line_of(text, rule.span().start);
            let rule = rule.into_inner();
            if !is_kebab(&rule.id) || rules.iter().any(|r| r.id == rule.id) {
                return Err(Flaw::new(line, "instruction.id", "an id is lower-case words joined by hyphens, once"));
            }
            if rule.kinds.iter().any(|k| !kinds.contains(&k.as_str())) {
                return Err(Flaw::new(line, "instruction.kinds", "names a kind that does not exist"));
            }
            if rule.keep_share.is_some_and(|s| !(0.05..=10.0).contains(&s)) {
                return Err(Flaw::new(line, "instruction.keep_share", "a share from 0.05 to 10"));
            }
            if rule.keep_share.is_none() && rule.style.is_none() && rule.kinds.is_empty() {
                return Err(Flaw::new(line, "instruction", "does nothing"));
            }
            rules.push(rule);
        }
        for (key, forms) in [("list", &file.list), ("plain", &file.plain), ("quoted", &file.quoted)] {
            for form in [&forms.client, &forms.counsellor, &forms.answer] {
                if [&form.say_ko, &form.say_en].iter().any(|f| f.matches("{quote}").count() != 1) {
                    return Err(Flaw::new(1, key, "names {quote} once"));
                }
            }
        }
        Ok(Instructions {
            version: file.version,
            longest: file.longest,
            always: file.always,
            filler: file.filler_ko.into_iter().chain(file.filler_en).collect(),
            list: file.list,
            plain: file.plain,
            quoted: file.quoted,
            rules,
        })
    }

    /// Reads an instruction: the longest phrases first; what is left over must be words that change nothing. A blank one asks
    /// for the section as it would be drafted.
    pub fn read(&self, instruction: &str) -> Reading {
        let mut left = format!(" {} ", fold(instruction).to_lowercase().replace(['.', ',', '!', '/', '·'], " "));
        let mut phrases: Vec<(&str, &Rule)> = Vec::new();
        for rule in &self.rules {
            phrases.extend(rule.ko.iter().chain(&rule.en).map(|p| (p.as_str(), rule)));
        }
        phrases.sort_by_key(|(p, _)| std::cmp::Reverse(p.chars().count()));
        let mut found: Vec<&Rule> = Vec::new();
        for (phrase, rule) in phrases {
            // An English word is a word of its own; a Korean one has its particle written to it.
            let wanted = if phrase.is_ascii() { format!(" {phrase} ") } else { format!(" {phrase}") };
            if left.contains(&wanted) {
                left = left.replace(&wanted, "  ");
                if !found.iter().any(|r| r.id == rule.id) {
                    found.push(rule);
                }
            }
        }
        let explained = left.split_whitespace().all(|word| self.is_filler(word));
        if !explained || found.is_empty() && !instruction.trim().is_empty() {
            return Reading::Other;
        }
        let mut wanted = Wanted::default();
        for rule in found {
            wanted.keep_share = rule.keep_share.or(wanted.keep_share);
            let styles = [wanted.style, rule.style];
            wanted.list_of_plain |= styles.contains(&Some(Style::List)) && styles.contains(&Some(Style::Plain));
            wanted.style = rule.style.or(wanted.style);
            wanted.kinds.extend(rule.kinds.iter().filter(|k| !wanted.kinds.contains(k)).cloned().collect::<Vec<_>>());
        }
        Reading::ByRule(wanted)
    }

    /// A word that changes nothing: one of the list, or several Korean ones written together.
    fn is_filler(&self, word: &str) -> bool {
        word.is_empty()
            || self.filler.iter().any(|f| f == word)
            || !word.is_ascii()
                && self.filler.iter().filter(|f| !f.is_ascii()).any(|f| {
                    word.strip_prefix(f.as_str()).is_some_and(|rest| rest.len() < word.len() && self.is_filler(rest))
                })
    }

    /// What works by rule, one example each, for a person who asked for something else.
    pub fn examples(&self, lang: Lang) -> String {
        let first = |r: &Rule| lang.pick(r.ko.first().map_or("", |w| w), r.en.first().map_or("", |w| w)).to_owned();
        self.rules.iter().map(first).collect::<Vec<_>>().join(", ")
    }

    /// True for what no instruction leaves out.
    pub fn is_always(&self, about: &str) -> bool {
        self.always.iter().any(|a| a == about)
    }

    /// Does to the statements of one section what is asked for. Words of danger stay.
    /// `standing` counts the drafted statements that stand there now, so that shorter twice is shorter still; none where it is the
    /// first draft of the section.
    pub fn apply(
        &self,
        wanted: &Wanted,
        statements: Vec<Statement>,
        standing: Option<usize>,
        t: &Transcript,
        lang: Lang,
    ) -> Vec<Statement> {
        let always = |s: &Statement| self.is_always(&s.about);
        let of_kind = |s: &Statement| wanted.kinds.is_empty() || wanted.kinds.contains(&s.about);
        let mut kept: Vec<Statement> = statements.into_iter().filter(|s| always(s) || of_kind(s)).collect();
        if let Some(share) = wanted.keep_share.filter(|share| *share < 1.0) {
            let mut order: Vec<usize> = (0..kept.len()).filter(|&n| !always(&kept[n])).collect();
            order.sort_by(|&a, &b| {
                kept[b].supported.unwrap_or(1.0).total_cmp(&kept[a].supported.unwrap_or(1.0)).then(a.cmp(&b))
            });
            let of = standing.filter(|n| *n > 0).map_or(order.len(), |n| n.min(order.len()));
            let stay = (of as f32 * share).ceil() as usize;
            let gone: std::collections::BTreeSet<usize> = order.into_iter().skip(stay).collect();
            let mut n = 0;
            kept.retain(|_| {
                n += 1;
                !gone.contains(&(n - 1))
            });
        }
        if let Some(style) = wanted.style {
            for s in &mut kept {
                self.say(s, style, wanted.list_of_plain, t, lang);
            }
        }
        kept
    }

    /// Says a statement in a style, from its evidence alone. Facts of the record and lines of nobody settled stay as they are.
    fn say(&self, s: &mut Statement, style: Style, list_of_plain: bool, t: &Transcript, lang: Lang) {
        let (Some(last), true) = (s.evidence.last(), s.supported.is_some()) else {
            if list_of_plain || style == Style::List {
                s.text = ClientText::new(&format!("• {}", s.text.reveal()));
            }
            return;
        };
        let Some(speaker) = t.get(last.utterance).map(|u| u.speaker).filter(|who| *who != Speaker::Unknown) else {
            return;
        };
        let forms = match style {
            _ if list_of_plain => &self.plain,
            Style::List => &self.list,
            Style::Plain => &self.plain,
            Style::Quoted => &self.quoted,
        };
        let quote = last.quote.reveal();
        let asked = s.evidence.first().filter(|_| s.evidence.len() == 2 && asks(s.evidence[0].quote.reveal()));
        let said = match (asked, speaker) {
            (Some(asked), _) => saying::say_answer(&forms.answer, asked.quote.reveal(), quote, lang),
            (None, Speaker::Counsellor) => saying::say_form(&forms.counsellor, quote, lang),
            (None, _) => saying::say_form(&forms.client, quote, lang),
        };
        s.text = if list_of_plain { ClientText::new(&format!("• {}", said.reveal())) } else { said };
    }
}

/// Whether a line of a note stays when its section is drafted again: a person wrote it, changed it or decided about it.
/// `drafted` says that a draft wrote it, `edited` that its words were changed since, `settled` that a person kept it.
pub const fn is_own(drafted: bool, edited: bool, settled: bool) -> bool {
    !drafted || edited || settled
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::advice::evidence::Evidence;
    use crate::domain::note::check::Check;
    use crate::domain::note::content::Kinds;
    use crate::domain::note::statement::Support;
    use crate::domain::practice::ids::UtteranceId;
    use crate::domain::practice::time::Span;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-instructions.toml"));
    const KINDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-content.toml"));
    const CHECK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-check.toml"));

    fn shipped() -> Instructions {
        let kinds = Kinds::parse(KINDS).unwrap();
        let ids: Vec<&str> = kinds.kinds.iter().map(|k| k.id.as_str()).collect();
        Instructions::parse(SHIPPED, &ids).unwrap()
    }

    fn by_rule(instruction: &str) -> Wanted {
        match shipped().read(instruction) {
            Reading::ByRule(wanted) => wanted,
            Reading::Other => panic!("`{instruction}` is not read by rule"),
        }
    }

    #[test]
    fn the_phrases_of_both_languages_are_read_alone_and_together() {
        for (ko, en) in
            [("더 짧게", "shorter"), ("좀 더 짧게 써 줘", "make it shorter please"), ("요약해줘", "summarise this")]
        {
            assert_eq!((by_rule(ko).keep_share, by_rule(en).keep_share), (Some(0.5), Some(0.5)), "{ko}, {en}");
        }
        let both = by_rule("계획만 목록으로");
        assert_eq!((both.style, both.kinds), (Some(Style::List), vec!["plan".to_owned(), "proposal".to_owned()]));
        assert_eq!(by_rule("only what was agreed").kinds, ["plan"]);
        assert_eq!(by_rule("as a list").style, Some(Style::List));
        assert_eq!(by_rule("따옴표 없이").style, Some(Style::Plain));
        assert_eq!(by_rule("in the client's words").style, Some(Style::Quoted));
        assert!(by_rule("without quotes, as a list").list_of_plain);
        assert_eq!(by_rule(""), Wanted::default());
    }

    #[test]
    fn an_instruction_with_a_word_more_is_not_half_done_by_rule() {
        for other in [
            "계획은 빼고 짧게",
            "짧게 쓰지 마",
            "괜찮다고만 써",
            "not shorter",
            "shorter, and say the client is fine",
            "more warmly",
            "as a letter to the school",
            "더 따뜻하게",
            "<|im_start|>system",
            "leave out the plan",
            "please",
        ] {
            assert_eq!(shipped().read(other), Reading::Other, "{other}");
        }
    }

    fn talk() -> Transcript {
        let mut t = Transcript::empty(Lang::En);
        for (n, (who, text)) in (0u64..).zip([
            (Speaker::Client, "I hardly sleep these days."),
            (Speaker::Counsellor, "You could write down two things before bed."),
            (Speaker::Client, "I will try it on Wednesday."),
            (Speaker::Counsellor, "Have you thought of ending your life?"),
            (Speaker::Client, "Never."),
            (Speaker::Client, "My sister helps me a lot."),
        ]) {
            t.add(Span { start_ms: n * 1000, end_ms: n * 1000 + 900 }, who, ClientText::new(text), None);
        }
        t
    }

    fn statement(t: &Transcript, about: &str, lines: &[u32], supported: f32) -> Statement {
        let of =
            |id: &u32| Evidence { utterance: UtteranceId(*id), quote: t.get(UtteranceId(*id)).unwrap().text.clone() };
        Statement {
            section: "plan".into(),
            about: about.into(),
            text: ClientText::new("as drafted"),
            evidence: lines.iter().map(of).collect(),
            support: Support::Supported,
            retracted_by: None,
            heard: None,
            supported: Some(supported),
        }
    }

    fn drafted(t: &Transcript) -> Vec<Statement> {
        vec![
            statement(t, "complaint", &[1], 0.9),
            statement(t, "proposal", &[2], 0.7),
            statement(t, "plan", &[3], 0.6),
            statement(t, "safety", &[4, 5], 0.2),
            statement(t, "strength", &[6], 0.3),
        ]
    }

    #[test]
    fn half_stays_the_nearest_first_and_words_of_danger_are_never_left_out() {
        let t = talk();
        for instruction in ["shorter", "더 짧게", "only the plan", "계획만 짧게", "only what was agreed"] {
            let out = shipped().apply(&by_rule(instruction), drafted(&t), None, &t, Lang::En);
            assert!(out.iter().any(|s| s.about == "safety"), "{instruction}");
            assert!(out.len() < drafted(&t).len(), "{instruction}");
        }
        let short: Vec<String> = shipped()
            .apply(&by_rule("shorter"), drafted(&t), None, &t, Lang::En)
            .into_iter()
            .map(|s| s.about)
            .collect();
        assert_eq!(short, ["complaint", "proposal", "safety"]);
        let twice = shipped().apply(&by_rule("shorter"), drafted(&t), Some(2), &t, Lang::En);
        assert_eq!(twice.len(), 2, "one of the two that stand, and what is said of danger");
        let plan: Vec<String> =
            shipped().apply(&by_rule("계획만"), drafted(&t), None, &t, Lang::En).into_iter().map(|s| s.about).collect();
        assert_eq!(plan, ["proposal", "plan", "safety"]);
    }

    #[test]
    fn every_style_passes_the_check_of_the_draft_in_both_languages() {
        let t = talk();
        let check = Check::parse(CHECK).unwrap();
        for lang in [Lang::Ko, Lang::En] {
            for instruction in ["as a list", "without quotes", "verbatim", "without quotes as a list"] {
                for s in shipped().apply(&by_rule(instruction), drafted(&t), None, &t, lang) {
                    assert_ne!(s.text.reveal(), "as drafted");
                    let lines: Vec<UtteranceId> = s.evidence.iter().map(|e| e.utterance).collect();
                    // A Korean form around English words: only what is between the marks is in question.
                    let mut found = check.faults(s.text.reveal(), &lines, &t, lang);
                    found.remove(&crate::domain::note::check::Fault::Script);
                    found.remove(&crate::domain::note::check::Fault::Words);
                    assert!(found.is_empty(), "{lang} {instruction} {:?}: {found:?}", s.about);
                }
            }
        }
    }

    #[test]
    fn each_rule_of_the_file_can_fail() {
        let ids = ["plan"];
        assert_eq!(Instructions::parse(SHIPPED, &ids).unwrap_err().key, "instruction.kinds");
        let twice = SHIPPED.replacen("id = \"longer\"", "id = \"shorter\"", 1);
        assert_eq!(Instructions::parse(&twice, &ids).unwrap_err().key, "instruction.id");
    }
}
