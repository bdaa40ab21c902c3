//! What a paper says of words that a model had a part in (L3): model, hash, prompt version.

use crate::domain::note::statement::DraftedNote;
use crate::domain::note::states::is_signed;
use crate::domain::practice::ids::RecordId;
use crate::domain::practice::lang::Lang;
use crate::domain::record::{NoteRevision, Origin};
use crate::domain::transcript::ModelRef;
use crate::texts::msg;
use std::collections::BTreeSet;

/// Of the lines of notes that came from drafts; none where a person typed every line.
pub fn of_notes<'a>(
    notes: impl IntoIterator<Item = (&'a NoteRevision, &'a [(RecordId, DraftedNote)])>,
    lang: Lang,
) -> Option<String> {
    let mut said = BTreeSet::new();
    let mut signed = true;
    for (note, drafts) in notes {
        for line in note.sections.iter().flat_map(|s| &s.lines) {
            let Origin::Accepted { record, .. } = line.origin else { continue };
            signed &= is_signed(note.state);
            said.insert(match drafts.iter().find(|(id, _)| *id == record) {
                Some((_, draft)) => one(draft, lang),
                None => lang.say("paper-ai-unknown").to_owned(),
            });
        }
    }
    let said: Vec<String> = said.into_iter().collect();
    (!said.is_empty()).then(|| {
        // Nobody vouches for what nobody signed.
        let marked = if signed { "paper-ai-marked" } else { "paper-ai-marked-unsigned" };
        format!("{} {}", lang.say(marked), said.join(" "))
    })
}

fn one(draft: &DraftedNote, lang: Lang) -> String {
    let prompt = format!("{} {}", draft.prompt.id, draft.prompt.version);
    let said = match &draft.model {
        Some(model) => msg("paper-ai-model").shown("model", &model.id).shown("hash", &model.sha256),
        None => msg("paper-ai-no-model"),
    };
    said.shown("prompt", prompt).text(lang)
}

/// Of words that a speech model wrote down.
pub fn of_speech(model: &ModelRef, lang: Lang) -> String {
    msg("paper-speech-model").shown("model", &model.id).shown("hash", &model.sha256).text(lang)
}
