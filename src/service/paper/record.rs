//! A client's whole record as a readable copy, for a request for access (L14): consents, sessions with note and transcript,
//! measures, plans. Process notes stand in it only where they were asked for, and then on pages of their own.

use super::{Heading, fact, measures, note, notice, session_line, transcript};
use crate::domain::assessment::course::Course;
use crate::domain::assessment::instrument::Sex;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::plan::Plan;
use crate::domain::practice::consent::{ConsentEvent, Scope};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{NoteRevision, Opened};
use crate::domain::transcript::Transcript;
use crate::formats::document::{Block, Document, Marker, Run, Style};
use crate::service::notes::NoteHistory;
use crate::texts::msg;

/// One session of a record.
#[derive(Debug, Clone)]
pub struct SessionCopy {
    /// Which.
    pub row: SessionRow,
    /// Its note with all revisions.
    pub note: Option<NoteHistory>,
    /// What was said, as it was corrected last; none where it was destroyed or never recorded.
    pub transcript: Option<Transcript>,
    /// Its records.
    pub records: Vec<Opened>,
    /// Process notes, where they were asked for.
    pub process: Vec<NoteRevision>,
}

/// Everything that is copied.
#[derive(Debug)]
pub struct RecordCopy<'a> {
    /// Oldest first.
    pub consents: Vec<ConsentEvent>,
    /// Oldest first.
    pub sessions: Vec<SessionCopy>,
    /// What was given.
    pub courses: Vec<Course<'a>>,
    /// For the charts.
    pub sex: Option<Sex>,
    /// Oldest first.
    pub plans: Vec<(Timestamp, Plan)>,
    /// When it was copied.
    pub at: Timestamp,
    /// Who copied it.
    pub by: String,
}

/// The document.
pub fn document(heading: &Heading<'_>, copy: &RecordCopy<'_>, formats: &[NoteFormat]) -> Document {
    let lang = heading.lang;
    let mut doc = heading.document(lang.say("paper-record").to_owned());
    doc.facts.push(fact(lang, "paper-copied", &format!("{} ({})", copy.at.shown(), copy.by)));
    doc.facts.push(fact(lang, "paper-sessions", &copy.sessions.len().to_string()));
    doc.blocks = consents(&copy.consents, lang);
    if !copy.courses.is_empty() {
        doc.blocks.push(Block::heading(lang.say("paper-measures")));
        doc.blocks.extend(measures::body(&copy.courses, copy.sex, lang).into_iter().map(lower));
    }
    for session in &copy.sessions {
        doc.blocks.push(Block::PageBreak);
        doc.blocks.push(Block::heading(session_line(&session.row, lang)));
        doc.blocks.extend(of_session(session, formats, lang).into_iter().map(lower));
    }
    if !copy.plans.is_empty() {
        doc.blocks.push(Block::PageBreak);
        doc.blocks.push(Block::heading(lang.say("paper-plans")));
        for (at, plan) in &copy.plans {
            doc.blocks.push(Block::Paragraph(vec![Run::styled(at.date(), Style::Small)]));
            doc.blocks.extend(plan.parts.iter().flat_map(|part| &part.lines).map(|line| item(line.reveal())));
        }
    }
    doc.blocks.extend(process(copy, formats, lang));
    let notes = copy.sessions.iter().filter_map(|s| {
        let history = s.note.as_ref()?;
        Some((&history.newest()?.note, history.drafts.as_slice()))
    });
    let mut said: Vec<String> = notice::of_notes(notes, lang).into_iter().collect();
    let mut models: Vec<String> = copy
        .sessions
        .iter()
        .filter_map(|s| Some(notice::of_speech(s.transcript.as_ref()?.model.as_ref()?, lang)))
        .collect();
    models.sort();
    models.dedup();
    said.extend(models);
    doc.ai_notice = (!said.is_empty()).then(|| said.join(" "));
    doc
}

fn of_session(session: &SessionCopy, formats: &[NoteFormat], lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some((history, version)) = session.note.as_ref().and_then(|h| Some((h, h.newest()?))) {
        let format = formats.iter().find(|f| f.id == version.note.format);
        for (label, value) in note::facts(history, version, lang) {
            let label = Run::styled(format!("{label}: "), Style::Small);
            blocks.push(Block::Paragraph(vec![label, Run::plain(value.reveal())]));
        }
        blocks.extend(note::body(version, format, lang));
        blocks.extend(note::amendments(history, version, lang));
    }
    match &session.transcript {
        Some(said) if !said.utterances.is_empty() => {
            blocks.push(Block::heading(lang.say("paper-transcript")));
            if let Some(at) = transcript::corrected(&session.records) {
                blocks.push(Block::Paragraph(vec![Run::styled(
                    format!("{}: {at}", lang.say("paper-corrected")),
                    Style::Small,
                )]));
            }
            blocks.extend(transcript::body(said, lang));
        }
        _ => blocks.push(Block::Paragraph(vec![Run::styled(lang.say("paper-no-transcript"), Style::Small)])),
    }
    blocks
}

/// A section of a part: its headings are those of parts.
fn lower(block: Block) -> Block {
    match block {
        Block::Heading { text, .. } => Block::Heading { level: 2, text },
        other => other,
    }
}

fn item(text: &str) -> Block {
    Block::Item { marker: Marker::Bullet, runs: vec![Run::plain(text)] }
}

fn consents(events: &[ConsentEvent], lang: Lang) -> Vec<Block> {
    if events.is_empty() {
        return Vec::new();
    }
    let labels =
        |scopes: &mut dyn Iterator<Item = &Scope>| scopes.map(|s| s.label(lang)).collect::<Vec<_>>().join(", ");
    let line = |event: &ConsentEvent| match event {
        ConsentEvent::Given { consent, at, .. } => {
            msg("paper-consented").with("scopes", labels(&mut consent.scopes.iter())).shown("day", at.date())
        }
        ConsentEvent::Withdrawn { at, scopes, .. } => {
            msg("paper-withdrawn").with("scopes", labels(&mut scopes.iter())).shown("day", at.date())
        }
    };
    let mut blocks = vec![Block::heading(lang.say("paper-consents"))];
    blocks.extend(events.iter().map(|event| item(&line(event).text(lang))));
    blocks
}

fn process(copy: &RecordCopy<'_>, formats: &[NoteFormat], lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    for session in copy.sessions.iter().filter(|s| !s.process.is_empty()) {
        if blocks.is_empty() {
            blocks.push(Block::PageBreak);
            blocks.push(Block::heading(lang.say("paper-process-notes")));
        }
        blocks.push(Block::Heading { level: 2, text: session_line(&session.row, lang) });
        for note in &session.process {
            let format = formats.iter().find(|f| f.id == note.format);
            for section in note.sections.iter().filter(|s| !s.lines.is_empty()) {
                let title = format.and_then(|f| f.section(&section.key)).map(|s| s.text(lang).title.clone());
                let title = title.unwrap_or_else(|| section.key.clone());
                blocks.push(Block::Paragraph(vec![Run::styled(title, Style::Strong)]));
                blocks.extend(section.lines.iter().map(|l| item(l.text.reveal())));
            }
        }
    }
    blocks
}
