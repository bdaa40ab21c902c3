//! The note as it is edited: sections of lines with a caret. Every line remembers where it came from; a line taken
//! from a suggestion that is then changed says so. Model text gets in only through [`NoteText::take`].

pub mod caret;
pub mod decide;
mod edit;
mod history;
mod select;

use crate::app::editor::history::{History, Kind};
use crate::app::views::{Draft, DraftLine, LineOrigin};
use crate::domain::advice::evidence::Evidence;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::statement::LineCheck;
use crate::domain::practice::ids::{StatementId, TechniqueId};
use crate::domain::practice::text::{ClientText, clean};

/// Longest line in bytes: a bound on what a paste can do to one paragraph.
pub const MAX_LINE: usize = 64 * 1024;

/// A line being edited. `Debug` withholds the words.
#[derive(Clone, PartialEq, Default)]
pub struct TextLine {
    text: String,
    /// Where it came from.
    pub origin: LineOrigin,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What comments call it; 0 before it was kept.
    id: StatementId,
    /// What a draft said of it, and whether a person decided about it.
    pub check: Option<LineCheck>,
    /// The section it was written in, where the present form has none of that key: it stands in the last one meanwhile.
    home: Option<String>,
}

impl TextLine {
    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A line as it was kept.
    fn of(l: &DraftLine) -> Self {
        TextLine {
            text: clean(l.text.reveal()).replace('\n', " "),
            origin: l.origin.clone(),
            evidence: l.evidence.clone(),
            id: l.id,
            check: l.check.clone(),
            home: None,
        }
    }

    fn touched(&mut self) {
        if let LineOrigin::Accepted { edited, .. }
        | LineOrigin::Drafted { edited, .. }
        | LineOrigin::Recorded { edited, .. }
        | LineOrigin::Said { edited, .. } = &mut self.origin
        {
            *edited = true;
        }
        if let Some(check) = &mut self.check {
            // Other words are a person's decision about the line.
            check.settled = true;
        }
    }
}

impl std::fmt::Debug for TextLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextLine({:?}, {} bytes withheld)", self.origin, self.text.len())
    }
}

/// A section being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct TextSection {
    /// The section's key in the form.
    pub key: String,
    /// At least one.
    pub lines: Vec<TextLine>,
}

/// Where the caret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Caret {
    /// Section, from 0.
    pub section: usize,
    /// Line within it, from 0.
    pub line: usize,
    /// Byte within the line, on a cluster border.
    pub byte: usize,
}

/// The note being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteText {
    format: String,
    sections: Vec<TextSection>,
    caret: Caret,
    edits: u64,
    before: History<State>,
    /// Where selecting began; what is selected lies between it and the caret.
    anchor: Option<Caret>,
    /// What was cut or copied, line by line, each with where it came from. It stays with this text: what one client said
    /// cannot be put into another's note by a key too many, nor be read by another program.
    aside: Vec<TextLine>,
}

/// The note as it was: its form, its sections, the caret.
type State = (String, Vec<TextSection>, Caret);

impl NoteText {
    /// Remembers the note as it is, before a change of this kind.
    fn remember(&mut self, kind: Kind) {
        self.anchor = None;
        if !self.before.runs_on(kind) {
            let now = self.state();
            self.before.push(now);
        }
    }

    /// Takes the last change back; false when there is none.
    pub fn undo(&mut self) -> bool {
        let now = self.state();
        let Some(before) = self.before.pop(now) else { return false };
        self.put_back(before);
        true
    }

    /// Makes the change again that was taken back last; false when there is none, or something was changed since.
    pub fn redo(&mut self) -> bool {
        let now = self.state();
        let Some(after) = self.before.again(now) else { return false };
        self.put_back(after);
        true
    }

    fn state(&self) -> State {
        (self.format.clone(), self.sections.clone(), self.caret)
    }

    fn put_back(&mut self, (format, sections, caret): State) {
        (self.format, self.sections, self.caret) = (format, sections, caret);
        self.anchor = None;
        self.edits += 1;
    }

    /// An empty note of a form.
    pub fn empty(format: &NoteFormat) -> Self {
        let sections = format
            .sections
            .iter()
            .map(|s| TextSection { key: s.id.clone(), lines: vec![TextLine::default()] })
            .collect();
        NoteText {
            format: format.id.clone(),
            sections,
            caret: Caret::default(),
            edits: 0,
            before: History::default(),
            anchor: None,
            aside: Vec::new(),
        }
    }

    /// A kept note, in its form. Sections that the form does not know go to the end, so that nothing is lost.
    pub fn open(format: &NoteFormat, draft: &Draft) -> Self {
        let mut page = NoteText::empty(format);
        page.pour(draft);
        page
    }

    /// The same words under another form. What was written in a section that the form does not have stands in the one that
    /// takes the same kinds of content by `forms`, else in the last, and goes home as soon as a form has that section.
    pub fn reform(&mut self, format: &NoteFormat, forms: &[NoteFormat]) {
        self.remember(Kind::Form);
        let mut new = NoteText::empty(format);
        let last = new.sections.len().saturating_sub(1);
        for section in std::mem::take(&mut self.sections) {
            let used = section.lines.iter().rposition(|l| !l.text.trim().is_empty()).map_or(0, |i| i + 1);
            for mut line in section.lines.into_iter().take(used) {
                let key = line.home.take().unwrap_or_else(|| section.key.clone());
                let at = new.sections.iter().position(|s| s.key == key);
                line.home = at.is_none().then_some(key);
                let alike = || line.home.as_ref().and_then(|home| format.likest(home, forms));
                let Some(to) = new.sections.get_mut(at.or_else(alike).unwrap_or(last)) else { continue };
                if to.lines.iter().all(|l| l.text.is_empty()) {
                    to.lines.clear();
                }
                to.lines.push(line);
            }
        }
        (self.format, self.sections, self.caret) = (new.format, new.sections, Caret::default());
        self.edits += 1;
    }

    fn pour(&mut self, draft: &Draft) {
        let last = self.sections.len().saturating_sub(1);
        for (key, lines) in &draft.sections {
            let at = self.sections.iter().position(|s| s.key == *key).unwrap_or(last);
            let Some(section) = self.sections.get_mut(at) else { return };
            let kept = lines.iter().map(TextLine::of);
            if section.lines.iter().all(|l| l.text.is_empty()) {
                section.lines.clear();
            }
            section.lines.extend(kept);
            if section.lines.is_empty() {
                section.lines.push(TextLine::default());
            }
        }
    }

    /// What would be kept; blank lines at the end of a section are left out.
    pub fn draft(&self) -> Draft {
        let sections = self
            .sections
            .iter()
            .map(|s| {
                let used = s.lines.iter().rposition(|l| !l.text.trim().is_empty()).map_or(0, |i| i + 1);
                let lines = s.lines[..used].iter().map(|l| DraftLine {
                    text: ClientText::new(&l.text),
                    origin: l.origin.clone(),
                    evidence: l.evidence.clone(),
                    id: l.id,
                    check: l.check.clone(),
                });
                (s.key.clone(), lines.collect())
            })
            .collect();
        Draft { format: self.format.clone(), sections, ..Draft::default() }
    }

    /// The words without their headings, one line below the other.
    pub fn words(&self) -> ClientText {
        let lines: Vec<&str> = self.sections().iter().flat_map(|s| &s.lines).map(TextLine::text).collect();
        ClientText::new(lines.join("\n").trim())
    }

    /// The form's id.
    pub fn format(&self) -> &str {
        &self.format
    }

    /// In the form's order.
    pub fn sections(&self) -> &[TextSection] {
        &self.sections
    }

    /// Where the caret is.
    pub const fn caret(&self) -> Caret {
        self.caret
    }

    /// The line under the caret.
    pub fn line(&self) -> Option<&TextLine> {
        self.sections.get(self.caret.section)?.lines.get(self.caret.line)
    }

    /// Counts every change.
    pub const fn edits(&self) -> u64 {
        self.edits
    }

    /// True when nothing is written.
    pub fn is_blank(&self) -> bool {
        self.sections.iter().all(|s| s.lines.iter().all(|l| l.text.trim().is_empty()))
    }

    /// True when a line came from this suggestion.
    pub fn has(&self, technique: &TechniqueId) -> bool {
        self.sections
            .iter()
            .flat_map(|s| &s.lines)
            .any(|l| matches!(&l.origin, LineOrigin::Accepted { technique: t, .. } if t == technique))
    }

    /// Takes an accepted suggestion as a line at the end of a section, and puts the caret there.
    pub fn take(&mut self, section: usize, technique: TechniqueId, text: &str, evidence: Vec<Evidence>) {
        self.take_line(section, LineOrigin::Accepted { technique, edited: false }, text, evidence);
    }

    /// Takes a line that a person chose, at the end of a section, and puts the caret there.
    pub fn take_line(&mut self, section: usize, origin: LineOrigin, text: &str, evidence: Vec<Evidence>) {
        let line = TextLine {
            text: clean(text).replace('\n', " "),
            origin,
            evidence,
            id: StatementId::default(),
            check: None,
            home: None,
        };
        self.remember(Kind::Take);
        let at = section.min(self.sections.len().saturating_sub(1));
        let Some(s) = self.sections.get_mut(at) else { return };
        if s.lines.last().is_some_and(|l| l.text.trim().is_empty() && l.origin == LineOrigin::Typed) {
            s.lines.pop();
        }
        s.lines.push(line);
        self.caret = Caret { section: at, line: s.lines.len() - 1, byte: s.lines.last().map_or(0, |l| l.text.len()) };
        self.edits += 1;
    }
}
