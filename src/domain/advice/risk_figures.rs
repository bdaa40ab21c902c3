//! How well the risk rules hear: recall and precision over lines whose kind is known. The lines are no part of the rules;
//! each says which family it belongs to, or that it must stay quiet.

use crate::domain::advice::risk_cue::{Label, Rules};
use crate::domain::advice::suggestion::About;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Utterance};
use serde::Serialize;
use std::collections::BTreeMap;

/// The family of lines about somebody else: what counts is of whom the cue speaks.
const ANOTHER: &str = "another";

/// A line with what the rules are to make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The family, or none where no rule may speak.
    pub family: Option<String>,
    /// Of a look-alike: the family that it looks like, where the line names it.
    pub like: Option<String>,
    /// What is said.
    pub text: String,
}

/// Counts of one family.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Lines of this family.
    pub lines: u32,
    /// Of these, lines that raised any cue.
    pub heard: u32,
    /// Of these, lines that raised a cue of this very family.
    pub named: u32,
    /// Look-alikes that raised a cue of this family that was not denied.
    pub false_alarms: u32,
    /// Look-alikes written to look like this family.
    pub look_alikes: u32,
}

/// Figures of one language.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// By family.
    pub families: BTreeMap<String, Counts>,
    /// Look-alikes in all.
    pub look_alikes: u32,
    /// Look-alikes that raised a cue that was not denied.
    pub false_alarms: u32,
    /// Look-alikes whose every cue is shown as denied ("I never thought of suicide"): shown with its mark on purpose, so
    /// counted apart.
    pub denied: u32,
    /// Places of lines, counted from 0, that were taken wrongly.
    pub wrong: Vec<usize>,
}

impl Figures {
    /// Lines that must be heard.
    pub fn lines(&self) -> u32 {
        self.families.values().map(|c| c.lines).sum()
    }

    /// Of these, lines that raised a cue.
    pub fn heard(&self) -> u32 {
        self.families.values().map(|c| c.heard).sum()
    }

    /// Share of the true lines that raised a cue, 0 to 1; 1 where there are none.
    pub fn recall(&self) -> f64 {
        share(self.heard(), self.lines())
    }

    /// Share of the lines with a cue that are true ones, 0 to 1; 1 where no line raised one. Denials that are shown as denied
    /// are left out.
    pub fn precision(&self) -> f64 {
        share(self.heard(), self.heard() + self.false_alarms)
    }

    /// As [`Figures::precision`], with the denials counted as false alarms.
    pub fn precision_with_denials(&self) -> f64 {
        share(self.heard(), self.heard() + self.false_alarms + self.denied)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// Reads lines of `family<TAB>words`; `-` for the family, or `-family` for what looks like one, means that the words must
/// raise nothing. Blank lines and lines that begin with `#` are left out. The error is the number of the first line of another shape, from 1.
pub fn parse(text: &str) -> Result<Vec<Line>, usize> {
    let mut lines = Vec::new();
    for (n, raw) in text.lines().enumerate() {
        if raw.trim().is_empty() || raw.starts_with('#') {
            continue;
        }
        let (family, words) = raw.split_once('\t').ok_or(n + 1)?;
        let like = family.strip_prefix('-');
        lines.push(Line {
            family: like.is_none().then(|| family.to_owned()),
            like: like.filter(|like| !like.is_empty()).map(str::to_owned),
            text: words.to_owned(),
        });
    }
    Ok(lines)
}

/// The language of a line: Korean as soon as it has a syllable of Hangul.
pub fn language(text: &str) -> Lang {
    if text.chars().any(|c| ('가'..='힣').contains(&c)) { Lang::Ko } else { Lang::En }
}

/// Runs the rules over the lines, each as an utterance of its own by a speaker not yet known.
pub fn measure<'a>(rules: &Rules, lines: impl IntoIterator<Item = &'a Line>) -> Figures {
    let mut figures = Figures::default();
    for (at, line) in lines.into_iter().enumerate() {
        let text = ClientText::new(&line.text);
        let said =
            Utterance { id: UtteranceId(1), start_ms: 0, end_ms: 0, speaker: Speaker::Unknown, text, confidence: None };
        let cues = rules.cues(&said, Label::Guessed);
        let families = || cues.iter().filter_map(|cue| rules.get(&cue.rule)).map(|rule| rule.family.clone());
        match &line.family {
            Some(family) => {
                let counts = figures.families.entry(family.clone()).or_default();
                counts.lines += 1;
                counts.heard += u32::from(!cues.is_empty());
                let another = family == ANOTHER && cues.iter().any(|cue| cue.about == About::Another);
                counts.named += u32::from(another || families().any(|f| f == *family));
                if cues.is_empty() {
                    figures.wrong.push(at);
                }
            }
            None => {
                figures.look_alikes += 1;
                if let Some(like) = &line.like {
                    figures.families.entry(like.clone()).or_default().look_alikes += 1;
                }
                if !cues.is_empty() && cues.iter().all(|cue| cue.denied) {
                    figures.denied += 1;
                } else if !cues.is_empty() {
                    figures.false_alarms += 1;
                    figures.wrong.push(at);
                    for family in families().collect::<std::collections::BTreeSet<_>>() {
                        figures.families.entry(family).or_default().false_alarms += 1;
                    }
                }
            }
        }
    }
    figures
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{:<16} {:>5} {:>6} {:>7} {:>6} {:>6} {:>6}",
            "family", "lines", "heard", "recall", "named", "alike", "false"
        )?;
        for (family, c) in &self.families {
            let recall = share(c.heard, c.lines) * 100.0;
            writeln!(
                f,
                "{family:<16} {:>5} {:>6} {recall:>6.1}% {:>6} {:>6} {:>6}",
                c.lines, c.heard, c.named, c.look_alikes, c.false_alarms
            )?;
        }
        write!(
            f,
            "recall {:.1} % ({}/{}), precision {:.1} % ({} false of {} look-alikes)",
            self.recall() * 100.0,
            self.heard(),
            self.lines(),
            self.precision() * 100.0,
            self.false_alarms,
            self.look_alikes
        )?;
        if self.denied > 0 {
            let with = self.precision_with_denials() * 100.0;
            write!(f, "; {} more raise only cues marked as denied, with them {with:.1} %", self.denied)?;
        }
        Ok(())
    }
}
