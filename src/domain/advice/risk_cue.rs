//! Risk cues: words that may mean danger, found by rules that are data, and never by a model (L20). A cue says where to
//! look and which screener to open; it sets no level and decides nothing. Nothing outside this module can lower one.
//!
//! The rule of hearing: whatever is not the counsellor's own words can raise a cue. A denial ("자살 생각은 없어요")
//! raises it too, marked `denied`, because a quiet rule hides more than a marked one. A bare "yes" raises one when the
//! counsellor has just asked.

use crate::domain::advice::suggestion::RiskCue;
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::ids::RiskRuleId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, clean};
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

/// A compiled pattern larger than this is a mistake in the file, not a rule; the shipped ones stay under a tenth of it.
const PATTERN_BYTES: usize = 4 << 20;
/// A denial is looked for at most this many characters before or after the words, within the sentence.
const DENIAL_REACH: usize = 40;

/// A rule in words: what it is for, and lines on which it must and must not speak.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique in the file.
    pub id: RiskRuleId,
    /// What the counsellor reads, Korean.
    pub label_ko: String,
    /// What the counsellor reads, English.
    pub label_en: String,
    /// What it opens, such as `cssrs-screener`.
    pub opens: String,
    /// Where the rule comes from.
    pub source: String,
    /// Lines that must raise it.
    pub must: Vec<String>,
    /// Lines that must not raise it.
    pub must_not: Vec<String>,
    patterns: Vec<Regex>,
}

impl Rule {
    /// What the counsellor reads beside the quote.
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.label_ko, &self.label_en)
    }
}

/// All rules of a file, compiled.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Counts up with every change of the file.
    pub version: String,
    rules: Vec<Rule>,
    harmless: Vec<Regex>,
    denied_after: Vec<Regex>,
    denied_before: Vec<Regex>,
    asked: Asked,
}

#[derive(Debug, Clone)]
struct Asked {
    rule: RiskRuleId,
    opens: String,
    questions: Vec<Regex>,
    affirmations: Vec<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    harmless: Words,
    denial: FileDenial,
    asked: FileAsked,
    rule: Vec<Spanned<FileRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    ko: Vec<Spanned<String>>,
    en: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDenial {
    after: Words,
    before: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAsked {
    id: Spanned<String>,
    label_ko: String,
    label_en: String,
    opens: String,
    source: String,
    questions: Words,
    affirmations: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    id: String,
    label_ko: String,
    label_en: String,
    opens: String,
    source: String,
    ko: Vec<Spanned<String>>,
    en: Vec<Spanned<String>>,
    must: Vec<String>,
    must_not: Vec<String>,
}

impl Rules {
    /// Reads a rules file and compiles its patterns. A flaw names line and key.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let file: File = read_toml(text, 0)?;
        let compile = |key: &str, words: &Words| compile_all(text, key, words);
        let mut seen = std::collections::HashSet::from([file.asked.id.get_ref().clone()]);
        let mut rules = Vec::with_capacity(file.rule.len() + 1);
        for raw in file.rule {
            let line = line_of(text, raw.span().start);
            let raw = raw.into_inner();
            let flaw = |key: &str, what: &str| Flaw::new(line, key, what);
            if !is_kebab(&raw.id) || !seen.insert(raw.id.clone()) {
                return Err(flaw("rule.id", "an id is lower-case words joined by hyphens, once in the file"));
            }
            for (key, value) in [("label_ko", &raw.label_ko), ("label_en", &raw.label_en), ("source", &raw.source)] {
                if value.trim().is_empty() {
                    return Err(flaw(key, "must not be empty"));
                }
            }
            if !is_kebab(&raw.opens) {
                return Err(flaw("opens", "names a screener by its id"));
            }
            if raw.must.is_empty() || raw.must_not.is_empty() {
                return Err(flaw("must", "a rule needs lines that must and lines that must not raise it"));
            }
            let patterns = compile("rule.ko", &Words { ko: raw.ko, en: raw.en })?;
            rules.push(Rule {
                id: RiskRuleId(raw.id),
                label_ko: raw.label_ko,
                label_en: raw.label_en,
                opens: raw.opens,
                source: raw.source,
                must: raw.must,
                must_not: raw.must_not,
                patterns,
            });
        }
        if rules.is_empty() {
            return Err(Flaw::new(1, "rule", "there is no rule"));
        }
        let asked = Asked {
            rule: RiskRuleId(file.asked.id.into_inner()),
            opens: file.asked.opens,
            questions: compile("asked.questions", &file.asked.questions)?,
            affirmations: compile("asked.affirmations", &file.asked.affirmations)?,
        };
        rules.push(Rule {
            id: asked.rule.clone(),
            label_ko: file.asked.label_ko,
            label_en: file.asked.label_en,
            opens: asked.opens.clone(),
            source: file.asked.source,
            must: Vec::new(),
            must_not: Vec::new(),
            patterns: Vec::new(),
        });
        Ok(Rules {
            version: file.version,
            rules,
            harmless: compile("harmless", &file.harmless)?,
            denied_after: compile("denial.after", &file.denial.after)?,
            denied_before: compile("denial.before", &file.denial.before)?,
            asked,
        })
    }

    /// Every rule, also the one for a yes when asked, which has no patterns of its own.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this id, for its label.
    pub fn get(&self, id: &RiskRuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == *id)
    }

    /// The cues in one utterance, at most one a rule, in order of the words. The counsellor's own words raise none.
    pub fn cues(&self, said: &Utterance) -> Vec<RiskCue> {
        if said.speaker == Speaker::Counsellor {
            return Vec::new();
        }
        let heard = Heard::of(said.text.reveal());
        let harmless = spans(&self.harmless, &heard.plain);
        let mut found: Vec<(usize, RiskCue)> = Vec::new();
        for rule in &self.rules {
            let mut best: Option<(usize, usize, bool)> = None;
            for (start, end) in spans(&rule.patterns, &heard.plain) {
                if harmless.iter().any(|(from, to)| *from < end && start < *to) {
                    continue;
                }
                let denied = self.denied(&heard.plain, start, end);
                // Of several places the one that was not denied is shown; among equals the first.
                if best.is_none_or(|(at, _, was)| (denied, start) < (was, at)) {
                    best = Some((start, end, denied));
                }
            }
            if let Some((start, end, denied)) = best {
                found.push((start, cue(said, &heard, start, end, &rule.id, &rule.opens, denied)));
            }
        }
        found.sort_by_key(|(start, _)| *start);
        found.into_iter().map(|(_, cue)| cue).collect()
    }

    /// As [`Rules::cues`], and a "yes" to the counsellor's question about suicide raises a cue of its own.
    /// `before` is the utterance right before this one.
    pub fn cues_after(&self, before: Option<&Utterance>, said: &Utterance) -> Vec<RiskCue> {
        let mut cues = self.cues(said);
        let asked = before.is_some_and(|b| {
            b.speaker != Speaker::Client && !spans(&self.asked.questions, &Heard::of(b.text.reveal()).plain).is_empty()
        });
        if asked && said.speaker != Speaker::Counsellor && cues.is_empty() {
            let heard = Heard::of(said.text.reveal());
            if let Some((start, end)) = spans(&self.asked.affirmations, &heard.plain).into_iter().min() {
                cues.push(cue(said, &heard, start, end, &self.asked.rule, &self.asked.opens, false));
            }
        }
        cues
    }

    /// The cues of a whole transcript, in order of time.
    pub fn cues_in(&self, transcript: &Transcript) -> Vec<RiskCue> {
        let mut before = None;
        let mut cues = Vec::new();
        for said in &transcript.utterances {
            cues.extend(self.cues_after(before, said));
            before = Some(said);
        }
        cues
    }

    fn denied(&self, plain: &str, start: usize, end: usize) -> bool {
        let after: String = plain[end..].chars().take_while(|c| *c != '.').take(DENIAL_REACH).collect();
        let before: Vec<char> = plain[..start].chars().rev().take_while(|c| *c != '.').take(DENIAL_REACH).collect();
        let before: String = before.into_iter().rev().collect();
        self.denied_after.iter().any(|r| r.is_match(after.trim_start()))
            || self.denied_before.iter().any(|r| r.is_match(before.trim_end()))
    }
}

fn cue(
    said: &Utterance,
    heard: &Heard,
    start: usize,
    end: usize,
    rule: &RiskRuleId,
    opens: &str,
    denied: bool,
) -> RiskCue {
    RiskCue {
        utterance: said.id,
        quote: ClientText::new(heard.verbatim(start, end)),
        rule: rule.clone(),
        opens: opens.to_owned(),
        denied,
    }
}

fn spans(patterns: &[Regex], plain: &str) -> Vec<(usize, usize)> {
    let found = patterns.iter().flat_map(|r| r.find_iter(plain));
    found.filter(|m| !m.is_empty()).map(|m| (m.start(), m.end())).collect()
}

/// The words as the patterns see them, and the way back to the words as they were said.
struct Heard {
    text: String,
    /// Lower case, no apostrophes; the end of a sentence is `.`, everything else that is no letter or digit one space.
    plain: String,
    /// For each byte of `plain` the byte range in `text` of the character it came from.
    origin: Vec<(usize, usize)>,
}

impl Heard {
    fn of(text: &str) -> Heard {
        let text = clean(text);
        let mut plain = String::with_capacity(text.len());
        let mut origin = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let seen = match c {
                '\'' | '’' | '‘' | 'ʼ' => continue,
                '.' | '?' | '!' | '…' | '。' | '\n' => '.',
                c if c.is_alphanumeric() => c.to_lowercase().next().unwrap_or(c),
                _ => ' ',
            };
            let last = plain.chars().next_back();
            if seen == ' ' && matches!(last, None | Some(' ' | '.')) || seen == '.' && last == Some('.') {
                continue;
            }
            plain.push(seen);
            origin.extend(std::iter::repeat_n((at, at + c.len_utf8()), seen.len_utf8()));
        }
        let kept = plain.trim_end_matches([' ', '.']).len();
        plain.truncate(kept);
        origin.truncate(kept);
        Heard { text, plain, origin }
    }

    /// The whole words of the text that cover these bytes of `plain`, without punctuation at the ends.
    fn verbatim(&self, start: usize, end: usize) -> &str {
        let from = self.origin.get(start).map_or(0, |o| o.0);
        let to = self.origin.get(end.saturating_sub(1)).map_or(self.text.len(), |o| o.1);
        let from = self.text[..from]
            .char_indices()
            .rev()
            .find(|(_, c)| c.is_whitespace())
            .map_or(0, |(i, c)| i + c.len_utf8());
        let to = self.text[to..].find(char::is_whitespace).map_or(self.text.len(), |i| to + i);
        self.text[from..to].trim_matches(|c: char| !c.is_alphanumeric())
    }
}

fn compile_all(file: &str, key: &str, words: &Words) -> Result<Vec<Regex>, Flaw> {
    let ko = words.ko.iter().map(|p| (p, with_loose_spacing(p.get_ref())));
    let en = words.en.iter().map(|p| (p, format!(r"\b(?:{})\b", p.get_ref())));
    ko.chain(en)
        .map(|(raw, pattern)| {
            if ["_?", "_*", "_+"].iter().any(|slip| raw.get_ref().contains(slip)) {
                // It would make the syllable before it optional, which nobody means.
                return Err(Flaw::new(line_of(file, raw.span().start), key, "_ takes no ?, * or +"));
            }
            RegexBuilder::new(&pattern).size_limit(PATTERN_BYTES).build().map_err(|e| {
                let what = e.to_string().lines().last().unwrap_or("not a pattern").to_owned();
                Flaw::new(line_of(file, raw.span().start), key, what)
            })
        })
        .collect()
}

/// Speech recognition puts Korean spaces where it likes. Between two syllables of a pattern a space may stand or not;
/// `_` forbids it ("자_살" is not in "혼자 살아요").
fn with_loose_spacing(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 3);
    let mut in_class = false;
    let mut may_space = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '_' if !in_class => {
                may_space = false;
                continue;
            }
            ' ' if !in_class => {
                out.push_str(" ?");
                may_space = false;
                continue;
            }
            '[' if !in_class => {
                if may_space {
                    out.push_str(" ?");
                }
                in_class = true;
            }
            ']' if in_class => {
                in_class = false;
                may_space = true;
            }
            '(' if !in_class => {
                if may_space {
                    out.push_str(" ?");
                }
                out.push('(');
                while let Some(&q) = chars.peek() {
                    if q != '?' && q != ':' {
                        break;
                    }
                    out.push(q);
                    chars.next();
                }
                may_space = false;
                continue;
            }
            '|' | '^' if !in_class => may_space = false,
            c if !in_class && ('가'..='힣').contains(&c) => {
                if may_space {
                    out.push_str(" ?");
                }
                may_space = true;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_korean_pattern_allows_a_space_between_any_two_syllables_but_not_where_it_is_forbidden() {
        let loose = Regex::new(&with_loose_spacing("[깨께]어?나지 (?:않|안)았")).unwrap();
        for said in ["깨어나지 않았", "깨어 나지않 았", "께나지 안았", "깨 어 나 지 않 았"] {
            assert!(loose.is_match(said), "{said}");
        }
        let strict = Regex::new(&with_loose_spacing("자_살")).unwrap();
        assert!(strict.is_match("자살") && !strict.is_match("혼자 살아요"));
    }

    #[test]
    fn the_quote_is_whole_words_as_they_were_said() {
        let heard = Heard::of("Well... I  DON'T want to, live; anymore!");
        assert_eq!(heard.plain, "well.i dont want to live anymore");
        let at = heard.plain.find("dont want to live").unwrap();
        assert_eq!(heard.verbatim(at, at + "dont want to live".len()), "DON'T want to, live");
    }

    #[test]
    fn a_flaw_in_a_rules_file_names_its_line() {
        let flaw = Rules::parse("version = \"1\"\n[harmles]\n").unwrap_err();
        assert_eq!(flaw.line, 2);
    }
}
