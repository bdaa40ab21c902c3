//! What the check finds over drafted notes, counted. Aggregates only: no words go into a figure.

use crate::domain::note::check::{Check, Fault};
use crate::domain::note::statement::{Statement, Support};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use crate::domain::transcript::Transcript;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Lines that a sentence written freely may rest on: those it is nearest to. Generous to who writes freely.
const NEAREST: usize = 3;
/// Fewer words are a heading or a remnant, no statement.
const STATEMENT_WORDS: usize = 3;

/// A fact that a note has to have, by a reader.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactKey {
    /// The fact in a reader's words.
    pub fact: String,
    /// Words of the transcript that bring it; any of them in a statement will do.
    pub any_of: Vec<String>,
}

/// What a key says of a note.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoteKey<'a> {
    /// What it has to have.
    pub facts: &'a [FactKey],
    /// Lines that the speaker took back.
    pub taken_back: &'a [UtteranceId],
}

/// Counts over drafted notes, or over notes that a model wrote when it was asked plainly.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NoteFigures {
    /// Notes.
    pub notes: usize,
    /// Statements that rest on lines; facts of the record are not counted.
    pub statements: usize,
    /// Of those: marked as unsupported or taken back, for the counsellor to decide.
    pub marked: usize,
    /// Of those without a mark: not carried by their lines, by the check.
    pub unsupported: usize,
    /// How often each fault was found; one statement may have several.
    pub faults: BTreeMap<Fault, usize>,
    /// Statements with letters that nobody said.
    pub foreign_script: usize,
    /// Statements that repeat themselves.
    pub loops: usize,
    /// Facts of the keys.
    pub facts: usize,
    /// Of those: in the draft.
    pub facts_found: usize,
    /// Lines of the keys that were taken back.
    pub taken_back: usize,
    /// Of those: marked, and nowhere without a mark.
    pub taken_back_marked: usize,
    /// Time it took.
    pub seconds: f64,
}

impl NoteFigures {
    /// Adds a drafted note.
    pub fn count(&mut self, statements: &[Statement], t: &Transcript, check: &Check, lang: Lang, key: NoteKey<'_>) {
        self.notes += 1;
        for s in statements.iter().filter(|s| !s.evidence.is_empty() && s.support != Support::Counsellor) {
            let lines: Vec<UtteranceId> = s.evidence.iter().map(|e| e.utterance).collect();
            let marked = s.support.blocks_signing();
            self.add(check.faults(s.text.reveal(), &lines, t, lang), marked);
        }
        let texts: Vec<String> = statements.iter().map(|s| plain(s.text.reveal())).collect();
        self.facts += key.facts.len();
        let stands = |words: &String| texts.iter().any(|text| text.contains(&plain(words)));
        self.facts_found += key.facts.iter().filter(|f| f.any_of.iter().any(stands)).count();
        for id in key.taken_back {
            let of: Vec<_> = statements.iter().filter(|s| s.evidence.iter().any(|e| e.utterance == *id)).collect();
            self.taken_back += 1;
            let all = of.iter().all(|s| s.support == Support::Retracted && s.retracted_by.is_some());
            self.taken_back_marked += usize::from(all && !of.is_empty());
        }
    }

    /// Adds a note that was written freely, one statement a sentence. A sentence without lines of its own gets those it is nearest to.
    pub fn count_free(&mut self, text: &str, t: &Transcript, check: &Check, lang: Lang) {
        self.notes += 1;
        for sentence in statements(text) {
            let lines = check.nearest(&sentence, t, lang, NEAREST);
            self.add(check.faults(&sentence, &lines, t, lang), false);
        }
    }

    fn add(&mut self, faults: BTreeSet<Fault>, marked: bool) {
        self.statements += 1;
        self.marked += usize::from(marked);
        self.unsupported += usize::from(!faults.is_empty() && !marked);
        self.foreign_script += usize::from(faults.contains(&Fault::Script));
        self.loops += usize::from(faults.contains(&Fault::Loop));
        for fault in faults {
            *self.faults.entry(fault).or_default() += 1;
        }
    }

    /// How many percent fewer of the shown statements are unsupported than of those of another way; `None` where that has none.
    pub fn fewer(ours: &NoteFigures, than: &NoteFigures) -> Option<f64> {
        let of = |f: &NoteFigures| f.unsupported as f64 / f.shown().max(1) as f64;
        (than.unsupported > 0).then(|| 100.0 - of(ours) * 100.0 / of(than))
    }

    /// Statements shown without a mark.
    pub const fn shown(&self) -> usize {
        self.statements - self.marked
    }
}

fn plain(text: &str) -> String {
    fold(text).to_lowercase()
}

/// The sentences of a text that say something: no headings, no list marks.
fn statements(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_start_matches(|c: char| c.is_ascii_digit() || "#*-•.) ".contains(c));
        let line = line.replace("**", "");
        // "S: the client …": what stands before a colon early in the line is a heading.
        let line = match line.split_once(':') {
            Some((head, rest)) if head.split_whitespace().count() <= STATEMENT_WORDS => rest.to_owned(),
            _ => line,
        };
        for sentence in line.split_inclusive(['.', '!', '?', '。']) {
            if sentence.split_whitespace().count() >= STATEMENT_WORDS {
                found.push(sentence.trim().to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_marks_are_no_statements() {
        let text = "# SOAP\n**S:** The client cannot sleep. She is tired of it.\n- Plan:\n1. Go for a walk.\n";
        assert_eq!(statements(text), ["The client cannot sleep.", "She is tired of it.", "Go for a walk."]);
    }
}
