//! The risk rules as a data file (`prompts/risk/rules.toml`): its shape, its flaws, and the patterns it holds, compiled.

use crate::domain::advice::risk_context::{Contexts, FileContext, FileMeant};
use crate::domain::advice::risk_pattern::Pattern;
use crate::domain::advice::risk_patterns::{Patterns, Words, by_language, compile_all};
use crate::domain::advice::risk_slots::{Slot, Together};
use crate::domain::advice::risk_text::Respelling;
use crate::domain::advice::risk_weights::Weights;
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::ids::RiskRuleId;
use crate::domain::practice::lang::Lang;
use serde::Deserialize;
use toml::Spanned;

/// A rule in words: what it is for, and lines on which it must and must not speak.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique in the file.
    pub id: RiskRuleId,
    /// What kind of words it looks for; several rules may share one, and figures are counted by it.
    pub family: String,
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
    /// It names suicide, self-harm or an attempt outright. Counsellors ask for this in so many words: it is quiet within a
    /// screening question put to another, and never taken for a look-alike.
    pub screened: bool,
    pub(super) patterns: Patterns,
    /// Kinds of words that speak when they stand together.
    pub(super) together: Vec<Together>,
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
    pub(super) rules: Vec<Rule>,
    pub(super) slots: Vec<Slot>,
    pub(super) respellings: Vec<Respelling>,
    pub(super) harmless: Patterns,
    pub(super) contexts: Contexts,
    pub(super) denied_after: Vec<Pattern>,
    pub(super) denied_before: Vec<Pattern>,
    pub(super) screening: Screening,
    pub(super) about: AboutWhom,
    pub(super) asked: Asked,
    pub(super) weighed: Option<Weighed>,
}

/// The two rules for lines whose words add up, and the weights where they were read.
#[derive(Debug, Clone)]
pub(super) struct Weighed {
    pub danger: RiskRuleId,
    pub violence: RiskRuleId,
    pub weights: Option<Weights>,
}

/// How a question is known that one person puts to another.
#[derive(Debug, Clone)]
pub(super) struct Screening {
    pub questions: Vec<Pattern>,
    pub first_person: Vec<Pattern>,
    /// "May I ask": words of the asker that state nothing.
    pub lead_in: Vec<Pattern>,
}

/// Words that say whose danger it is.
#[derive(Debug, Clone)]
pub(super) struct AboutWhom {
    pub oneself: Vec<Pattern>,
    pub another: Vec<Pattern>,
    /// Between the person named and the words: it may be about somebody else after all.
    pub unclear: Vec<Pattern>,
}

/// The rule for a bare yes when asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub rule: RiskRuleId,
    pub opens: String,
    pub questions: Vec<Pattern>,
    pub affirmations: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[serde(default)]
    respelling: Vec<FileRespelling>,
    #[serde(default)]
    slot: Vec<FileSlot>,
    harmless: Words,
    #[serde(default)]
    context: Vec<FileContext>,
    meant: FileMeant,
    denial: FileDenial,
    screening: FileScreening,
    about: FileAbout,
    asked: FileAsked,
    weighed: Option<FileWeighed>,
    rule: Vec<Spanned<FileRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRespelling {
    means: String,
    ko: Vec<Spanned<String>>,
    en: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSlot {
    name: Spanned<String>,
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
struct FileScreening {
    questions: Words,
    first_person: Words,
    lead_in: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAbout {
    oneself: Words,
    another: Words,
    unclear: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAsked {
    id: Spanned<String>,
    family: String,
    label_ko: String,
    label_en: String,
    opens: String,
    source: String,
    questions: Words,
    affirmations: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileWeighed {
    danger: FileNamed,
    violence: FileNamed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileNamed {
    id: Spanned<String>,
    family: String,
    label_ko: String,
    label_en: String,
    opens: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    id: String,
    family: String,
    #[serde(default)]
    screened: bool,
    label_ko: String,
    label_en: String,
    opens: String,
    source: String,
    ko: Vec<Spanned<String>>,
    en: Vec<Spanned<String>>,
    #[serde(default)]
    together: Vec<Spanned<String>>,
    must: Vec<String>,
    must_not: Vec<String>,
}

impl Rules {
    /// Reads a rules file and compiles its patterns. A flaw names line and key.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let file: File = read_toml(text, 0)?;
        let compile = |key: &str, words: &Words| compile_all(text, key, words);
        let mut seen = std::collections::HashSet::from([file.asked.id.get_ref().clone()]);
        let mut slots: Vec<Slot> = Vec::with_capacity(file.slot.len());
        for FileSlot { name, ko, en } in file.slot {
            if !is_kebab(name.get_ref()) || slots.iter().any(|slot| slot.name == *name.get_ref()) {
                let line = line_of(text, name.span().start);
                return Err(Flaw::new(
                    line,
                    "slot.name",
                    "a name is lower-case words joined by hyphens, once in the file",
                ));
            }
            slots.push(Slot { name: name.into_inner(), patterns: by_language(text, "slot", Words { ko, en })? });
        }
        let mut rules = Vec::with_capacity(file.rule.len() + 1);
        for raw in file.rule {
            let line = line_of(text, raw.span().start);
            rules.push(rule(text, line, raw.into_inner(), &slots, &mut seen)?);
        }
        if rules.is_empty() {
            return Err(Flaw::new(1, "rule", "there is no rule"));
        }
        let mut respellings = Vec::new();
        for FileRespelling { means, ko, en } in file.respelling {
            let forms = compile("respelling", &Words { ko, en })?;
            respellings.extend(forms.into_iter().map(|form| Respelling { form, means: means.clone() }));
        }
        let asked = Asked {
            rule: RiskRuleId(file.asked.id.get_ref().clone()),
            opens: file.asked.opens.clone(),
            questions: compile("asked.questions", &file.asked.questions)?,
            affirmations: compile("asked.affirmations", &file.asked.affirmations)?,
        };
        let FileAsked { family, label_ko, label_en, source, .. } = file.asked;
        rules.push(without_patterns(asked.rule.clone(), family, [label_ko, label_en], asked.opens.clone(), source));
        let mut named = |FileNamed { id, family, label_ko, label_en, opens, source }: FileNamed| {
            let line = line_of(text, id.span().start);
            let id = id.into_inner();
            if !is_kebab(&id) || !seen.insert(id.clone()) {
                return Err(Flaw::new(
                    line,
                    "weighed.id",
                    "an id is lower-case words joined by hyphens, once in the file",
                ));
            }
            rules.push(without_patterns(RiskRuleId(id.clone()), family, [label_ko, label_en], opens, source));
            Ok(RiskRuleId(id))
        };
        let weighed = match file.weighed {
            Some(FileWeighed { danger, violence }) => {
                Some(Weighed { danger: named(danger)?, violence: named(violence)?, weights: None })
            }
            None => None,
        };
        Ok(Rules {
            version: file.version,
            rules,
            slots,
            respellings,
            harmless: by_language(text, "harmless", file.harmless)?,
            contexts: Contexts::compile(text, file.context, file.meant)?,
            denied_after: compile("denial.after", &file.denial.after)?,
            denied_before: compile("denial.before", &file.denial.before)?,
            screening: Screening {
                questions: compile("screening.questions", &file.screening.questions)?,
                first_person: compile("screening.first_person", &file.screening.first_person)?,
                lead_in: compile("screening.lead_in", &file.screening.lead_in)?,
            },
            about: AboutWhom {
                oneself: compile("about.oneself", &file.about.oneself)?,
                another: compile("about.another", &file.about.another)?,
                unclear: compile("about.unclear", &file.about.unclear)?,
            },
            asked,
            weighed,
        })
    }

    /// With the weights of words of both languages.
    pub fn weighing(mut self, weights: Weights) -> Self {
        if let Some(weighed) = &mut self.weighed {
            weighed.weights = Some(weights);
        }
        self
    }

    /// Every rule, also the one for a yes when asked, which has no patterns of its own.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this id, for its label.
    pub fn get(&self, id: &RiskRuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == *id)
    }
}

/// A rule that is found in another way than by patterns.
fn without_patterns(id: RiskRuleId, family: String, labels: [String; 2], opens: String, source: String) -> Rule {
    let [label_ko, label_en] = labels;
    Rule {
        id,
        family,
        label_ko,
        label_en,
        opens,
        source,
        must: Vec::new(),
        must_not: Vec::new(),
        screened: true,
        patterns: Patterns::default(),
        together: Vec::new(),
    }
}

fn rule(
    text: &str,
    line: usize,
    raw: FileRule,
    slots: &[Slot],
    seen: &mut std::collections::HashSet<String>,
) -> Result<Rule, Flaw> {
    let flaw = |key: &str, what: &str| Flaw::new(line, key, what);
    if !is_kebab(&raw.id) || !seen.insert(raw.id.clone()) {
        return Err(flaw("rule.id", "an id is lower-case words joined by hyphens, once in the file"));
    }
    if !is_kebab(&raw.family) {
        return Err(flaw("rule.family", "a family is lower-case words joined by hyphens"));
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
    let names: Vec<_> = slots.iter().map(|slot| slot.name.as_str()).collect();
    let together = raw.together.iter().map(|said| {
        let flaw = |what: String| Flaw::new(line_of(text, said.span().start), "rule.together", what);
        Together::parse(said.get_ref(), &names).map_err(flaw)
    });
    let together = together.collect::<Result<Vec<_>, _>>()?;
    Ok(Rule {
        together,
        id: RiskRuleId(raw.id),
        family: raw.family,
        label_ko: raw.label_ko,
        label_en: raw.label_en,
        opens: raw.opens,
        source: raw.source,
        must: raw.must,
        must_not: raw.must_not,
        screened: raw.screened,
        patterns: by_language(text, "rule.ko", Words { ko: raw.ko, en: raw.en })?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_flaw_in_a_rules_file_names_its_line() {
        let flaw = Rules::parse("version = \"1\"\n[harmles]\n").unwrap_err();
        assert_eq!(flaw.line, 2);
    }
}
