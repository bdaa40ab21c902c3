//! Keeps the note of the editor: its lines with where they came from, and what was made of suggestions.

use crate::adapters::models::Store;
use crate::adapters::outgoing_file::OutgoingFile;
use crate::adapters::shipped;
use crate::app::effect::{Amendment, Redraft};
use crate::app::msg::{Answer, Asked, Msg};
use crate::app::views::{Draft, DraftLine, LineOrigin};
use crate::domain::advice::decision::places;
use crate::domain::explain::ErrorReport;
use crate::domain::note::revision;
use crate::domain::note::statement::Statement;
use crate::domain::note::states::{self, Act};
use crate::domain::note::working_copy::{SCHEMA, WorkingCopy};
use crate::domain::practice::ids::{RecordId, SessionId, TechniqueId};
use crate::domain::record::{Body, NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use crate::formats::document_format;
use crate::live::note_wording::Wordings;
use crate::runtime::effects::Performer;
use crate::runtime::effects::shown::edited_since;
use crate::runtime::{in_home, typed};
use crate::service::decisions::unsealed;
use crate::service::handing_out::{self, note_paper};
use crate::service::note_drafts::{self, CertifiedWording, DraftData};
use crate::service::note_redrafts;
use crate::service::note_templates::forms;
use crate::service::notes::NoteChange;
use crate::texts::msg;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Performer {
    pub(super) fn keep_note(
        &mut self,
        session: SessionId,
        draft: &Draft,
        edits: u64,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let takes = |l: &DraftLine| matches!(l.origin, LineOrigin::Accepted { .. });
        let opened = if draft.sections.iter().any(|(_, lines)| lines.iter().any(takes)) {
            unlocked.open_session(session)?
        } else {
            Vec::new()
        };
        let places = places(&opened);
        let mut bodies = edited_since(&opened, draft, &places);
        let mut note = as_revision(draft, &places)?;
        note.number_statements();
        bodies.push(Body::Note { note });
        unlocked.keep(session, &bodies)?;
        // What is sealed needs no keeping against a crash. Where it stays it is older than the note and not shown.
        let _ = unlocked.drop_working_copy(session);
        self.noted.insert(session, true);
        self.drafts.insert(session);
        Ok(vec![Answer::NoteKept { session, edits }])
    }
}

impl Performer {
    pub(super) fn keep_typing(
        &self,
        session: SessionId,
        draft: Draft,
        amending: bool,
        edits: u64,
    ) -> Result<Vec<Answer>, ErrorReport> {
        // A lock may have come between; the note was sealed then.
        let Ok(unlocked) = self.unlocked() else { return Ok(Vec::new()) };
        let copy = WorkingCopy { schema: SCHEMA.to_owned(), session, at: unlocked.now(), amending, draft };
        unlocked.keep_working_copy(&copy)?;
        Ok(vec![Answer::TypingKept { session, edits }])
    }

    pub(super) fn drop_typing(&self, session: SessionId) -> Result<Vec<Answer>, ErrorReport> {
        self.unlocked()?.drop_working_copy(session)?;
        Ok(Vec::new())
    }

    /// On a thread of its own: a model is loaded and reads the whole session, which must keep nothing else waiting.
    pub(super) fn draft_note(&mut self, session: SessionId, format: &str) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = Arc::clone(self.unlocked()?);
        let data = self.draft_data(format)?;
        let (engines, lang, inbox) = (self.engines()?, self.shown, self.inbox.clone());
        self.noted.insert(session, true);
        self.drafts.insert(session);
        std::thread::spawn(move || {
            // The note was without words; an earlier revision stays.
            let done = note_drafts::draft(&unlocked, session, data, &engines, true, lang);
            drop(unlocked);
            let answer = match done {
                Ok((_, without)) => Answer::NoteDrafted { session, without },
                Err(fault) => Answer::Failed { asked: Asked::Note, fault },
            };
            // Whoever is gone needs no answer; the draft is sealed.
            let _ = inbox.blocking_send(Msg::Answer(answer));
        });
        Ok(Vec::new())
    }

    /// What a draft in a form, built in or the centre's own, is made with.
    fn draft_data(&self, format: &str) -> Result<DraftData, ErrorReport> {
        let wordings = Wordings { wording: shipped::note_wording()?, check: shipped::note_check()? };
        // Without a folder of models nothing is certified.
        let store = Store::open(self.place.models.clone());
        let certificates = store.map(|store| store.certificates()).unwrap_or_default();
        Ok(DraftData {
            form: shipped::note_format_of(forms(self.unlocked()?, shipped::note_formats()?)?, format)?,
            kinds: shipped::note_kinds()?,
            retraction: shipped::retraction_rules()?,
            rules: shipped::risk_rules()?,
            wording: Some(CertifiedWording { wordings, certificates }),
        })
    }

    /// As [`Performer::draft_note`], for one section of a text that is being written; the text stays with the screen.
    pub(super) fn redraft_section(&self, wanted: Redraft) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = Arc::clone(self.unlocked()?);
        let (data, instructions) = (self.draft_data(&wanted.format)?, shipped::note_instructions()?);
        let (engines, lang, inbox) = (self.engines()?, self.shown, self.inbox.clone());
        std::thread::spawn(move || {
            let Redraft { session, section, instruction, present, .. } = wanted;
            let asked = note_redrafts::Asked { session, section: section.clone(), instruction, present };
            let done = note_redrafts::redraft(&unlocked, &asked, &data, &instructions, &engines, lang);
            drop(unlocked);
            let answer = match done {
                Ok(again) => {
                    let lines = (0u32..).zip(&again.statements).map(|(n, s)| drafted_line(s, again.record, n));
                    Answer::SectionDrafted { session, section, lines: lines.collect() }
                }
                Err(fault) => Answer::Failed { asked: Asked::Note, fault },
            };
            // Whoever is gone needs no answer; what was proposed is sealed.
            let _ = inbox.blocking_send(Msg::Answer(answer));
        });
        Ok(Vec::new())
    }

    pub(super) fn change_note(&mut self, session: SessionId, act: Act) -> Result<Vec<Answer>, ErrorReport> {
        let change = match act {
            Act::MarkReady => NoteChange::MarkReady,
            Act::Reopen => NoteChange::Reopen,
            Act::Sign => NoteChange::Sign,
            // The screen asks for no other.
            _ => return Ok(Vec::new()),
        };
        let version = self.unlocked()?.change_note(session, change)?;
        if states::is_signed(version.note.state) {
            self.drafts.remove(&session);
        }
        Ok(vec![Answer::NoteChanged { session, state: version.note.state }])
    }

    pub(super) fn amend_note(&self, amendment: Amendment) -> Result<Vec<Answer>, ErrorReport> {
        let Amendment { session, draft, reason, edits } = amendment;
        let unlocked = self.unlocked()?;
        let places = places(&unlocked.open_session(session)?);
        let version = unlocked.change_note(session, NoteChange::Amend(as_revision(&draft, &places)?, reason))?;
        let _ = unlocked.drop_working_copy(session);
        let state = version.note.state;
        Ok(vec![Answer::NoteKept { session, edits }, Answer::NoteChanged { session, state }])
    }

    /// Writes the note that holds to a new file; its ending says the form.
    pub(super) fn export_note(&self, session: SessionId, reason: &str, file: &str) -> Result<Vec<Answer>, ErrorReport> {
        let file = in_home(file);
        let path = &typed(&file);
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let format = document_format(ending)
            .ok_or_else(|| ErrorReport::usage(msg("handing-out-no-form"), msg("handing-out-no-form.hint")))?;
        let out = OutgoingFile::begin(path)?;
        let asked = handing_out::Asked { form: format.id(), reason, name: false, lang: self.shown };
        let paper =
            note_paper(self.unlocked()?, session, None, &forms(self.unlocked()?, shipped::note_formats()?)?, asked)?;
        out.finish(&format.write(&paper.document, self.shown)?)?;
        Ok(vec![Answer::NoteExported(file)])
    }
}

/// A drafted statement as the editor takes it.
fn drafted_line(s: &Statement, record: RecordId, index: u32) -> DraftLine {
    let line = revision::line_of(s, record, index);
    let origin = LineOrigin::Drafted { record, index, edited: false };
    DraftLine { text: line.text, origin, evidence: line.evidence, id: line.id, check: line.check }
}

/// What is being written as a revision of the note.
fn as_revision(draft: &Draft, places: &BTreeMap<TechniqueId, (RecordId, u32)>) -> Result<NoteRevision, ErrorReport> {
    let sections = draft.sections.iter().map(|(key, lines)| note_section(key, lines, places));
    let sections = sections.collect::<Result<_, ErrorReport>>()?;
    Ok(NoteRevision { format: draft.format.clone(), sections, state: NoteState::Draft, reason: None })
}

fn note_section(
    key: &str,
    lines: &[DraftLine],
    places: &BTreeMap<TechniqueId, (RecordId, u32)>,
) -> Result<NoteSection, ErrorReport> {
    let lines = lines.iter().map(|line| {
        let origin = match &line.origin {
            // What a client said is taken into safety plans only; no model had a part in it.
            LineOrigin::Typed | LineOrigin::Said { .. } | LineOrigin::Recorded { .. } => Origin::Typed,
            LineOrigin::Drafted { record, index, edited } => {
                Origin::Accepted { record: *record, index: *index, edited: *edited }
            }
            LineOrigin::Accepted { technique, edited } => match places.get(technique) {
                Some((record, index)) => Origin::Accepted { record: *record, index: *index, edited: *edited },
                // A model's words are never passed off as typed: first their suggestion is sealed, then the note.
                None => return Err(unsealed()),
            },
        };
        let (text, evidence) = (line.text.clone(), line.evidence.clone());
        Ok(NoteLine { id: line.id, text, origin, evidence, check: line.check.clone() })
    });
    Ok(NoteSection { key: key.to_owned(), lines: lines.collect::<Result<_, ErrorReport>>()? })
}
