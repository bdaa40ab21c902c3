//! One section of a note drafted again, as the counsellor asks: by rule where every word of what they ask is explained in
//! `prompts/note-instructions.toml`, else by a model that is certified on this computer, through the same check as the draft.
//! Where neither can, that is said and nothing changes. What is proposed is sealed before it stands in a text (L5).

use crate::domain::advice::suggestion::PromptRef;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::note::instruction::{Instructions, Reading, Wanted};
use crate::domain::note::revision::{self, rests_on_same};
use crate::domain::note::statement::{DraftedNote, Statement};
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::record::{Body, NoteRevision, Origin};
use crate::domain::transcript::ModelRef;
use crate::ports::engines::Engines;
use crate::service::note_drafts::{DraftData, Proposed, propose};
use crate::service::notes::NoteHistory;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{Message, msg};
use crate::vault::error::VaultError;
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Of which session.
    pub session: SessionId,
    /// The section's key in the form.
    pub section: String,
    /// In the counsellor's words; blank for the section as it would be drafted.
    pub instruction: ClientText,
    /// Drafted statements that stand in the text now, by draft and place: what a person dropped of a draft does not come back.
    pub present: BTreeSet<(RecordId, u32)>,
}

/// A section as it was proposed again.
#[derive(Debug)]
pub struct Redrafted {
    /// The sealed record of what was proposed; lines name their place in it.
    pub record: RecordId,
    /// In the order in which they were said; at least one.
    pub statements: Vec<Statement>,
}

/// The drafted statements that stand in a revision, for [`Asked::present`].
pub fn present(note: &NoteRevision) -> BTreeSet<(RecordId, u32)> {
    let drafted = revision::lines(note).filter(|l| l.check.is_some());
    let places = drafted.filter_map(|l| match l.origin {
        Origin::Accepted { record, index, .. } => Some((record, index)),
        Origin::Typed => None,
    });
    places.collect()
}

/// Proposes a section again and seals what is proposed; the text of the note is changed by whoever asked. Refused where the
/// form has no such section, where nothing was said that belongs there, and where what is asked for can be done neither by
/// rule nor by a model that may.
pub fn redraft(
    vault: &UnlockedVault,
    asked: &Asked,
    data: &DraftData,
    instructions: &Instructions,
    engines: &dyn Engines,
    lang: Lang,
) -> Result<Redrafted, ErrorReport> {
    let Some(section) = data.form.section(&asked.section) else {
        let names = data.form.sections.iter().map(|s| s.text(lang).title.as_str()).collect::<Vec<_>>().join(", ");
        return Err(ErrorReport::usage(
            msg("note-redraft-no-section").with("section", &asked.section),
            msg("note-redraft-no-section.hint").shown("names", names),
        ));
    };
    if section.takes.is_empty() && section.facts.is_empty() {
        return Err(refused(msg("note-redraft-by-hand"), msg("note-redraft-by-hand.hint")));
    }
    let cannot = || {
        refused(
            msg("note-redraft-not-by-rule"),
            msg("note-redraft-not-by-rule.hint").with("examples", instructions.examples(lang)),
        )
    };
    if asked.instruction.reveal().chars().count() > instructions.longest {
        return Err(cannot());
    }
    let reading = instructions.read(asked.instruction.reveal());
    let wanted = match &reading {
        Reading::ByRule(wanted) => wanted.clone(),
        Reading::Other => Wanted::default(),
    };
    let mut kinds = data.kinds.clone();
    if let Some(share) = wanted.keep_share.filter(|share| *share > 1.0) {
        kinds.choice.most_statements = (kinds.choice.most_statements as f32 * share) as usize;
    }
    let (retraction, rules) = (data.retraction.clone(), data.rules.clone());
    let wider = DraftData { form: data.form.clone(), kinds, retraction, rules, wording: None };
    let Proposed { statements, transcript, model, without } = propose(vault, asked.session, &wider, engines, lang)?;
    let statements: Vec<Statement> = statements.into_iter().filter(|s| s.section == asked.section).collect();
    // Without a model only facts would stand there: what was drafted before is not thrown away for that.
    if let Some(why) = without.filter(|_| !section.takes.is_empty()) {
        return Err(why);
    }
    let history = vault.note_history(asked.session)?;
    let standing = history.as_ref().map(|h| standing(h, asked, instructions));
    let mut statements = instructions.apply(&wanted, statements, standing, &transcript, transcript.language);
    // Only words of danger are left: nothing of what was asked for was said here, and the rest is not thrown away for it.
    let asked_for = |s: &Statement| wanted.kinds.contains(&s.about);
    if !wanted.kinds.is_empty() && !statements.iter().any(asked_for) {
        return Err(refused(msg("note-redraft-nothing"), msg("note-redraft-nothing.hint")));
    }
    let embedding = model.clone();
    let (mut by, mut worded): (Option<ModelRef>, _) = (model, None);
    if reading == Reading::Other {
        let wording = data.wording.as_ref().ok_or_else(cannot)?;
        let done =
            wording.reword(&mut statements, &transcript, Some(&asked.instruction), engines).ok_or_else(cannot)?;
        by = Some(done.0.model.clone());
        worded = Some(done);
    }
    let dropped = history.as_ref().map(|h| dropped(h, asked)).unwrap_or_default();
    let stays: Vec<bool> =
        statements.iter().map(|s| !dropped.iter().any(|d| rests_on_same(&d.evidence, &d.text, s))).collect();
    if let Some((_, places)) = &mut worded {
        *places = moved_up(places, &stays);
    }
    let mut kept = stays.iter();
    statements.retain(|_| kept.next().is_some_and(|stays| *stays));
    if statements.is_empty() {
        return Err(refused(msg("note-redraft-nothing"), msg("note-redraft-nothing.hint")));
    }
    let prompt = PromptRef { id: "note-instructions".to_owned(), version: instructions.version.clone() };
    let draft = DraftedNote {
        format: data.form.id.clone(),
        model: by,
        prompt,
        statements: statements.clone(),
        instruction: Some(asked.instruction.clone()),
        made_from: embedding.map(|embedding| data.made_from(embedding, &transcript, worded)),
    };
    let saved = vault.keep(asked.session, &[Body::NoteDraft { draft }])?;
    let record = *saved.records.first().ok_or(VaultError::NoSession)?;
    Ok(Redrafted { record, statements })
}

/// Where these places are when those that do not stay are gone.
fn moved_up(places: &[u32], stays: &[bool]) -> Vec<u32> {
    let kept: Vec<u32> = (0u32..).zip(stays).filter(|(_, stays)| **stays).map(|(n, _)| n).collect();
    (0u32..).zip(kept).filter(|(_, n)| places.contains(n)).map(|(now, _)| now).collect()
}

/// How many drafted statements of the section stand in the text, without those that no instruction leaves out.
fn standing(history: &NoteHistory, asked: &Asked, instructions: &Instructions) -> usize {
    let of = |(record, n): &(RecordId, u32)| {
        let draft = history.drafts.iter().find(|(id, _)| id == record).map(|(_, draft)| draft)?;
        draft.statements.get(*n as usize).filter(|s| s.section == asked.section && !instructions.is_always(&s.about))
    };
    asked.present.iter().filter_map(of).count()
}

/// What a person dropped of the last draft of which something stands in this section.
fn dropped(history: &NoteHistory, asked: &Asked) -> Vec<Statement> {
    let here = |record: &RecordId, n: usize| asked.present.contains(&(*record, u32::try_from(n).unwrap_or(u32::MAX)));
    let of_section = |s: &Statement| s.section == asked.section;
    let stands = |(record, draft): &&(RecordId, DraftedNote)| {
        draft.statements.iter().enumerate().any(|(n, s)| of_section(s) && here(record, n))
    };
    let Some((record, draft)) = history.drafts.iter().rev().find(stands) else { return Vec::new() };
    let gone = draft.statements.iter().enumerate().filter(|(n, s)| of_section(s) && !here(record, *n));
    gone.map(|(_, s)| s.clone()).collect()
}

fn refused(what: Message, hint: Message) -> ErrorReport {
    ErrorReport::with(Exit::Refused, what, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_move_up_as_those_before_them_go_and_go_with_what_they_name() {
        let stays = [true, false, true, true, false, true];
        assert_eq!(moved_up(&[0, 2, 4, 5], &stays), [0, 1, 3]);
        assert_eq!(moved_up(&[1], &stays), [0u32; 0]);
        assert_eq!(moved_up(&[], &stays), [0u32; 0]);
    }
}
