//! What models had a part in of a drafted note is made again from the same lines, and compared. Nothing is kept. Facts of the record
//! and what a person asked for by rule are no model's work and are left out.

use crate::domain::advice::suggestion::PromptRef;
use crate::domain::explain::ErrorReport;
use crate::domain::note::statement::{DraftedFrom, DraftedNote, Statement};
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::time::Timestamp;
use crate::live::note_draft::{Comparing, Drafter};
use crate::live::suggest::Respondent;
use crate::ports::engines::Engines;
use crate::service::note_drafts::DraftData;
use crate::service::replay::{lines_then, the_same};
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{msg, verbatim};
use serde::Serialize;

/// The schema name of a replayed draft.
pub const SCHEMA: &str = "gyeot.replay-note/1";

/// One thing that came out differently. Sentences are named by their place, from 1: their words are a client's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum NoteDifference {
    /// A data file of this program is of another version than the record names.
    Version {
        /// As the record names it.
        then: PromptRef,
        /// As it is in this program.
        now: PromptRef,
    },
    /// A sentence stood there then and is not made now, or rests on other lines.
    Gone {
        /// Its place then.
        statement: usize,
    },
    /// A sentence is made now that did not stand there then.
    New {
        /// Its place now.
        statement: usize,
    },
    /// The same lines are said in other words.
    Words {
        /// Its place then.
        statement: usize,
    },
    /// The same sentence stands otherwise: carried by its lines, a reading of them, taken back.
    Support {
        /// Its place then.
        statement: usize,
    },
}

/// A draft that was made again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplayedNote {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The record.
    pub record: RecordId,
    /// Its session.
    pub session: SessionId,
    /// When it was made.
    pub at: Timestamp,
    /// What it was made from.
    pub made_from: DraftedFrom,
    /// Lines that were there.
    pub lines: usize,
    /// Sentences whose lines a model chose, made again; 0 where a person asked for one section.
    pub chosen: usize,
    /// Sentences that a model worded, made again.
    pub worded: usize,
    /// Everything that differs; empty when it is the same.
    pub differences: Vec<NoteDifference>,
}

impl ReplayedNote {
    /// True when what came out now is what the record says.
    pub fn same(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Makes a draft of this session's note again: that of one record, or the newest. The note is read as the policy allows, a model
/// reads only where the client agreed to AI, and only the very models that the record names are asked. `data` is of the form that
/// `form_of` finds by the id that the record names.
pub fn replay_note(
    vault: &UnlockedVault,
    session: SessionId,
    record: Option<RecordId>,
    data: impl FnOnce(&str) -> Result<DraftData, ErrorReport>,
    engines: &dyn Engines,
) -> Result<ReplayedNote, ErrorReport> {
    let history = vault.note_history(session)?;
    let opened = vault.open_session(session)?;
    if !vault.consent_of(session)?.has(Scope::Ai) {
        return Err(ConsentError::Missing(verbatim(Scope::Ai.word())).into());
    }
    let nothing = || ErrorReport::usage(msg("replay-nothing-drafted"), msg("replay-nothing-drafted.hint"));
    let is_it = |(id, _): &&(RecordId, DraftedNote)| record.is_none_or(|wanted| *id == wanted);
    let drafts = history.map(|h| h.drafts).unwrap_or_default();
    let (id, then) = drafts.iter().rev().find(is_it).ok_or_else(nothing)?;
    let from = then.made_from.as_deref().cloned().ok_or_else(|| {
        ErrorReport::failed(msg("replay-does-not-say-from-what"), msg("replay-does-not-say-from-what.hint"))
    })?;
    let at = opened.iter().find(|o| o.header.id == *id).map(|o| o.header.at).ok_or_else(nothing)?;
    let transcript = lines_then(&opened, *id, (from.lang, &from.speakers, &from.words_sha256))
        .ok_or_else(|| ErrorReport::failed(msg("replay-lines-are-gone"), msg("replay-lines-are-gone.hint")))?;
    let data = data(&then.format)?;
    let mut differences = versions(&from, &data);

    let kinds: Vec<String> = data.kinds.kinds.iter().map(|kind| kind.id.clone()).collect();
    let mut chosen = 0;
    if then.instruction.is_none() {
        let mut loaded = the_same(engines.embedding()?, &from.embedding)?;
        let comparing = Comparing { engine: Some(loaded.engine.as_mut()), model: &loaded.model };
        let drafter = Drafter::new(data.kinds, data.retraction, from.lang);
        let now = drafter.draft(&transcript, &data.form, &[], Some(comparing))?;
        let by_model = |s: &Statement| kinds.contains(&s.about);
        chosen = then.statements.iter().filter(|s| by_model(s)).count();
        differences.extend(compared(&then.statements, &now, &from.worded, by_model));
    }
    if let (Some(by), false) = (&from.wording, from.worded.is_empty()) {
        let wording = data.wording.ok_or_else(nothing)?;
        let mut loaded = the_same(engines.language_of(&by.model)?, &by.model)?;
        let respondent = Respondent::of(&loaded.manifest, loaded.model.clone()).ok_or_else(nothing)?;
        let (asked, worded) = (then.instruction.as_ref(), &from.worded);
        let engine = loaded.engine.as_mut();
        let now = wording.wordings.again(&then.statements, worded, &transcript, asked, &respondent, engine)?;
        for place in from.worded.iter().map(|place| *place as usize) {
            let Some(was) = then.statements.get(place) else { continue };
            if now.get(&place).map(String::as_str) != Some(was.text.reveal()) {
                differences.push(NoteDifference::Words { statement: place + 1 });
            }
        }
    }
    Ok(ReplayedNote {
        schema: SCHEMA.to_owned(),
        record: *id,
        session,
        at,
        lines: transcript.utterances.len(),
        chosen,
        worded: from.worded.len(),
        made_from: from,
        differences,
    })
}

fn versions(from: &DraftedFrom, data: &DraftData) -> Vec<NoteDifference> {
    let now = data.prompts();
    let then = [Some(&from.kinds), Some(&from.retraction), from.wording.as_ref().map(|w| &w.prompt)];
    let then = then.into_iter().chain([from.wording.as_ref().map(|w| &w.check)]).flatten();
    let other = |then: &PromptRef| now.iter().find(|now| now.id == then.id && now.version != then.version).cloned();
    then.filter_map(|then| Some(NoteDifference::Version { then: then.clone(), now: other(then)? })).collect()
}

/// What differs between the sentences that a model chose lines for. A sentence is known by its section, its kind and its lines.
fn compared(
    then: &[Statement],
    now: &[Statement],
    worded: &[u32],
    by_model: impl Fn(&Statement) -> bool,
) -> Vec<NoteDifference> {
    let alike =
        |a: &Statement, b: &Statement| (&a.section, &a.about, &a.evidence) == (&b.section, &b.about, &b.evidence);
    let mut out = Vec::new();
    for (place, was) in then.iter().enumerate().filter(|(_, s)| by_model(s)) {
        let statement = place + 1;
        let Some(is) = now.iter().find(|s| alike(s, was)) else {
            out.push(NoteDifference::Gone { statement });
            continue;
        };
        // What a model worded is compared with what it words again.
        if is.text != was.text && !worded.contains(&(place as u32)) {
            out.push(NoteDifference::Words { statement });
        }
        if (is.support, &is.retracted_by) != (was.support, &was.retracted_by) {
            out.push(NoteDifference::Support { statement });
        }
    }
    let new = now.iter().enumerate().filter(|(_, s)| by_model(s) && !then.iter().any(|was| alike(s, was)));
    out.extend(new.map(|(place, _)| NoteDifference::New { statement: place + 1 }));
    out
}
