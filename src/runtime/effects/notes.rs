//! Keeps the note of the editor: its lines with where they came from, and what was made of suggestions.

use crate::app::msg::Answer;
use crate::app::views::{Draft, DraftLine, LineOrigin};
use crate::domain::advice::decision::places;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{RecordId, SessionId, TechniqueId};
use crate::domain::record::{Body, NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use crate::runtime::effects::Performer;
use crate::runtime::effects::shown::edited_since;
use crate::service::decisions::unsealed;
use std::collections::BTreeMap;

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
        let mut note = NoteRevision {
            format: draft.format.clone(),
            sections: draft
                .sections
                .iter()
                .map(|(key, lines)| note_section(key, lines, &places))
                .collect::<Result<_, ErrorReport>>()?,
            state: NoteState::Draft,
            reason: None,
        };
        note.number_statements();
        bodies.push(Body::Note { note });
        unlocked.keep(session, &bodies)?;
        self.noted.insert(session, true);
        self.drafts.insert(session);
        Ok(vec![Answer::NoteKept { session, edits }])
    }
}

fn note_section(
    key: &str,
    lines: &[DraftLine],
    places: &BTreeMap<TechniqueId, (RecordId, u32)>,
) -> Result<NoteSection, ErrorReport> {
    let lines = lines.iter().map(|line| {
        let origin = match &line.origin {
            // What a client said is taken into safety plans only; no model had a part in it.
            LineOrigin::Typed | LineOrigin::Said { .. } => Origin::Typed,
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
