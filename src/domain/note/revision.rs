//! From drafted statements to a revision of a note, and from one revision to the next: what a person did with each
//! statement, and what changed between two revisions.

use crate::domain::advice::evidence::Evidence;
use crate::domain::note::format::{NoteFormat, Section};
use crate::domain::note::instruction::is_own;
use crate::domain::note::statement::{LineCheck, Statement, Support};
use crate::domain::practice::ids::{RecordId, StatementId};
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};

/// A draft as the first revision of a note. `record` is the sealed record of the draft; every line names its place in
/// it, so that what a person changed or dropped can be told for ever (L5).
pub fn from_draft(statements: &[Statement], record: RecordId, format: &NoteFormat) -> NoteRevision {
    let section = |key: &str| NoteSection {
        key: key.to_owned(),
        lines: (0u32..)
            .zip(statements)
            .filter(|(_, s)| s.section == key)
            .map(|(index, s)| line_of(s, record, index))
            .collect(),
    };
    NoteRevision {
        format: format.id.clone(),
        sections: format.sections.iter().map(|s| section(&s.id)).collect(),
        state: NoteState::Draft,
        reason: None,
    }
}

/// A drafted statement as a line of the note. `record` is the sealed record of the draft, `index` its place in it.
pub fn line_of(s: &Statement, record: RecordId, index: u32) -> NoteLine {
    NoteLine {
        id: StatementId::default(),
        text: s.text.clone(),
        origin: Origin::Accepted { record, index, edited: false },
        evidence: s.evidence.clone(),
        check: Some(LineCheck {
            support: s.support,
            retracted_by: s.retracted_by.clone(),
            heard: s.heard,
            supported: s.supported,
            settled: false,
        }),
    }
}

/// Whether a line stays when its section is drafted again.
pub fn is_own_line(line: &NoteLine) -> bool {
    match (&line.origin, &line.check) {
        (Origin::Accepted { edited, .. }, Some(check)) => is_own(true, *edited, check.settled),
        _ => is_own(false, false, false),
    }
}

/// A section drafted again: what a person wrote, changed or decided about stays, in its order; new lines follow. A statement
/// on the words that a line which stays rests on is not written a second time. False where the note has no such section.
pub fn redraft_section(note: &mut NoteRevision, key: &str, statements: &[Statement], record: RecordId) -> bool {
    let Some(section) = note.sections.iter_mut().find(|s| s.key == key) else { return false };
    section.lines.retain(is_own_line);
    let new: Vec<NoteLine> = (0u32..)
        .zip(statements)
        .filter(|(_, s)| !section.lines.iter().any(|l| rests_on_same(&l.evidence, &l.text, s)))
        .map(|(n, s)| line_of(s, record, n))
        .collect();
    section.lines.extend(new);
    true
}

/// True where a line rests on the same words as a statement; facts of the record, which rest on none, by their text.
pub fn rests_on_same(evidence: &[Evidence], text: &ClientText, s: &Statement) -> bool {
    if s.evidence.is_empty() { fold(text.reveal()) == fold(s.text.reveal()) } else { *evidence == *s.evidence }
}

/// The supports of lines that nobody decided about.
pub fn undecided(note: &NoteRevision) -> impl Iterator<Item = Support> {
    lines(note).filter_map(|line| line.check.as_ref()).filter(|check| !check.settled).map(|check| check.support)
}

/// Every line, section by section.
pub fn lines(note: &NoteRevision) -> impl Iterator<Item = &NoteLine> {
    note.sections.iter().flat_map(|s| &s.lines)
}

/// What a counsellor decides about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineDecision {
    /// It stays as it is, whatever the check says.
    Keep,
    /// It stays with these words.
    Reword(ClientText),
    /// It goes.
    Drop,
}

/// A line of a note that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchLine;

/// Decides about line `number`, which counts from 1 through all sections.
pub fn decide(note: &mut NoteRevision, number: usize, decision: LineDecision) -> Result<(), NoSuchLine> {
    let mut left = number.checked_sub(1).ok_or(NoSuchLine)?;
    for section in &mut note.sections {
        if left >= section.lines.len() {
            left -= section.lines.len();
            continue;
        }
        match decision {
            LineDecision::Drop => {
                section.lines.remove(left);
            }
            LineDecision::Keep => settle(&mut section.lines[left]),
            LineDecision::Reword(text) => {
                let line = &mut section.lines[left];
                if fold(line.text.reveal()) != fold(text.reveal()) {
                    if let Origin::Accepted { edited, .. } = &mut line.origin {
                        *edited = true;
                    }
                    line.text = text;
                }
                settle(line);
            }
        }
        return Ok(());
    }
    Err(NoSuchLine)
}

fn settle(line: &mut NoteLine) {
    if let Some(check) = &mut line.check {
        check.settled = true;
    }
}

/// Text that a person wrote in an editor, brought back to lines: a line whose words stayed keeps its origin, evidence and
/// check; every other is typed. Sections are begun by `## Title`, titles and keys both name one; what stands before the
/// first goes to the first section.
pub fn from_text(text: &str, before: &NoteRevision, format: &NoteFormat) -> NoteRevision {
    let mut sections: Vec<NoteSection> =
        format.sections.iter().map(|s| NoteSection { key: s.id.clone(), lines: Vec::new() }).collect();
    let mut kept: Vec<&NoteLine> = lines(before).collect();
    let mut at = 0;
    for raw in text.lines() {
        let raw = raw.trim();
        if let Some(title) = raw.strip_prefix("## ") {
            let title = fold(title);
            let named = |s: &&Section| [&s.id, &s.ko.title, &s.en.title].into_iter().any(|t| fold(t) == title);
            if let Some(found) = format.sections.iter().find(named) {
                at = sections.iter().position(|s| s.key == found.id).unwrap_or(at);
                continue;
            }
        }
        if raw.is_empty() {
            continue;
        }
        let same = kept.iter().position(|line| fold(line.text.reveal()) == fold(raw));
        let line = match same {
            Some(n) => kept.remove(n).clone(),
            None => NoteLine {
                id: StatementId::default(),
                text: ClientText::new(raw),
                origin: Origin::Typed,
                evidence: Vec::new(),
                check: None,
            },
        };
        if let Some(section) = sections.get_mut(at) {
            section.lines.push(line);
        }
    }
    NoteRevision { format: format.id.clone(), sections, state: before.state, reason: None }
}

/// One line of a comparison of two revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// In both.
    Same(ClientText),
    /// Only in the earlier.
    Removed(ClientText),
    /// Only in the later.
    Added(ClientText),
}

/// What changed from one revision to the next, section by section of the later one; sections of the earlier one that are
/// not in it follow. By the longest common row of lines.
pub fn differences(earlier: &NoteRevision, later: &NoteRevision) -> Vec<(String, Vec<Difference>)> {
    let mut keys: Vec<&str> = later.sections.iter().map(|s| s.key.as_str()).collect();
    keys.extend(
        earlier.sections.iter().map(|s| s.key.as_str()).filter(|k| !later.sections.iter().any(|s| s.key == *k)),
    );
    let of = |note: &NoteRevision, key: &str| -> Vec<ClientText> {
        note.sections.iter().filter(|s| s.key == key).flat_map(|s| s.lines.iter().map(|l| l.text.clone())).collect()
    };
    keys.into_iter().map(|key| (key.to_owned(), compare(&of(earlier, key), &of(later, key)))).collect()
}

fn compare(earlier: &[ClientText], later: &[ClientText]) -> Vec<Difference> {
    // Notes have some dozens of lines: the plain table of common lengths is small.
    let (n, m) = (earlier.len(), later.len());
    let mut common = vec![vec![0usize; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            common[i][j] =
                if earlier[i] == later[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < n || j < m {
        if i < n && j < m && earlier[i] == later[j] {
            out.push(Difference::Same(earlier[i].clone()));
            (i, j) = (i + 1, j + 1);
        } else if i < n && (j == m || common[i + 1][j] >= common[i][j + 1]) {
            out.push(Difference::Removed(earlier[i].clone()));
            i += 1;
        } else {
            out.push(Difference::Added(later[j].clone()));
            j += 1;
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::note::format;
    use proptest::prelude::*;

    fn soap() -> NoteFormat {
        format::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/soap.toml"))).unwrap()
    }

    fn statement(section: &str, text: &str, support: Support) -> Statement {
        Statement {
            section: section.into(),
            about: "complaint".into(),
            text: ClientText::new(text),
            evidence: Vec::new(),
            support,
            retracted_by: None,
            heard: None,
            supported: None,
        }
    }

    fn drafted() -> NoteRevision {
        let all = [
            statement("subjective", "one", Support::Supported),
            statement("subjective", "two", Support::Retracted),
            statement("plan", "three", Support::Supported),
        ];
        from_draft(&all, RecordId([7; 16]), &soap())
    }

    #[test]
    fn every_line_of_a_draft_names_its_place_in_it() {
        let note = drafted();
        let places: Vec<_> = lines(&note)
            .map(|l| match &l.origin {
                Origin::Accepted { index, edited: false, .. } => *index,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(places, [0, 1, 2]);
    }

    #[test]
    fn a_decision_settles_the_line_and_a_reworded_one_says_so() {
        let mut note = drafted();
        assert_eq!(undecided(&note).filter(|s| s.blocks_signing()).count(), 1);
        decide(&mut note, 2, LineDecision::Reword(ClientText::new("two, last month"))).unwrap();
        assert_eq!(undecided(&note).filter(|s| s.blocks_signing()).count(), 0);
        assert!(matches!(lines(&note).nth(1).unwrap().origin, Origin::Accepted { edited: true, .. }));
        decide(&mut note, 3, LineDecision::Drop).unwrap();
        assert_eq!(lines(&note).count(), 2);
        assert_eq!(decide(&mut note, 3, LineDecision::Keep), Err(NoSuchLine));
        assert_eq!(decide(&mut note, 0, LineDecision::Keep), Err(NoSuchLine));
    }

    #[test]
    fn words_that_stay_in_an_editor_keep_their_evidence_and_new_ones_are_typed() {
        let before = drafted();
        let note = from_text("## S 주관적 정보\none\nmine\n## plan\nthree\n", &before, &soap());
        let origins: Vec<bool> = lines(&note).map(|l| l.origin == Origin::Typed).collect();
        assert_eq!(origins, [false, true, false]);
        assert_eq!(note.sections[3].lines[0].text.reveal(), "three");
    }

    #[test]
    fn a_section_drafted_again_keeps_every_line_that_a_person_has_a_part_in() {
        let mut note = drafted();
        let typed = NoteLine { origin: Origin::Typed, check: None, ..lines(&note).next().unwrap().clone() };
        note.sections[0].lines.push(NoteLine { text: ClientText::new("mine"), ..typed });
        decide(&mut note, 2, LineDecision::Keep).unwrap();
        let again = [
            statement("subjective", "shorter", Support::Supported),
            statement("subjective", "two", Support::Retracted),
        ];
        assert!(redraft_section(&mut note, "subjective", &again, RecordId([9; 16])));
        let words: Vec<&str> = note.sections[0].lines.iter().map(|l| l.text.reveal()).collect();
        assert_eq!(words, ["two", "mine", "shorter"], "kept, typed, new; what was kept is not written twice");
        assert_eq!(note.sections[3].lines.len(), 1, "no other section is touched");
        assert!(!redraft_section(&mut note, "elsewhere", &again, RecordId([9; 16])));
    }

    proptest! {
        #[test]
        fn the_differences_give_back_both_revisions(a in prop::collection::vec("[ab]{1,2}", 0..8), b in prop::collection::vec("[ab]{1,2}", 0..8)) {
            let text = |v: &[String]| v.iter().map(|s| ClientText::new(s)).collect::<Vec<_>>();
            let (a, b) = (text(&a), text(&b));
            let out = compare(&a, &b);
            let earlier: Vec<_> = out.iter().filter_map(|d| match d { Difference::Same(t) | Difference::Removed(t) => Some(t.clone()), Difference::Added(_) => None }).collect();
            let later: Vec<_> = out.iter().filter_map(|d| match d { Difference::Same(t) | Difference::Added(t) => Some(t.clone()), Difference::Removed(_) => None }).collect();
            prop_assert_eq!(earlier, a);
            prop_assert_eq!(later, b);
        }
    }
}
