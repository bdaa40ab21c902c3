//! Drafting the note of a session: what was said goes to a model only where the client's consent releases it (L1).

use crate::domain::advice::risk_cue;
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::explain::ErrorReport;
use crate::domain::note::content::Kinds;
use crate::domain::note::draft::Fact;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::statement::{DraftedFrom, DraftedNote, Statement, WordedBy};
use crate::domain::note::states::{self, Act, StateError};
use crate::domain::note::wording::Certificate;
use crate::domain::note::{facts, retraction, revision};
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::record::{Body, Opened};
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::note_draft::{Comparing, Drafter};
use crate::live::note_wording::Wordings;
use crate::live::seen_lines;
use crate::live::suggest::Respondent;
use crate::ports::engines::Engines;
use crate::service::notes::{NoteHistory, NoteVersion};
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::verbatim;
use std::time::Instant;

/// The data files that a draft is made by.
#[derive(Debug)]
pub struct DraftData {
    /// The form of the note.
    pub form: NoteFormat,
    /// What a line can be about.
    pub kinds: Kinds,
    /// How a speaker takes back what was said.
    pub retraction: retraction::Rules,
    /// The names of the rules that raise risk cues.
    pub rules: risk_cue::Rules,
    /// A model that may word sentences; none where none is certified.
    pub wording: Option<CertifiedWording>,
}

impl DraftData {
    /// Versions of the kinds of content and of the rules of taking back, then of the prompt and the check of a wording.
    pub(super) fn prompts(&self) -> [PromptRef; 4] {
        let named = |id: &str, version: &str| PromptRef { id: id.to_owned(), version: version.to_owned() };
        let kinds = named("note-content", &self.kinds.version);
        let retraction = named("note-retraction", &self.retraction.version);
        let (prompt, check) = match &self.wording {
            Some(wording) => wording.wordings.prompts(),
            None => (kinds.clone(), kinds.clone()),
        };
        [kinds, retraction, prompt, check]
    }

    /// What a draft was made from by this model, and by another one that worded some of its statements.
    pub(super) fn made_from(
        &self,
        embedding: ModelRef,
        transcript: &Transcript,
        worded: Option<(WordedBy, Vec<u32>)>,
    ) -> Box<DraftedFrom> {
        let [kinds, retraction, ..] = self.prompts();
        let (wording, worded) = worded.map_or((None, Vec::new()), |(by, places)| (Some(by), places));
        Box::new(DraftedFrom {
            embedding,
            kinds,
            retraction,
            lang: transcript.language,
            speakers: seen_lines::speakers(transcript),
            words_sha256: seen_lines::words_sha256(transcript.utterances.iter().map(|u| &u.text)),
            wording,
            worded,
        })
    }
}

/// How sentences are worded, and which files may.
#[derive(Debug)]
pub struct CertifiedWording {
    /// The prompt and the check.
    pub wordings: Wordings,
    /// What was measured on this computer.
    pub certificates: Vec<Certificate>,
}

impl CertifiedWording {
    /// Words the statements anew by a model that is certified for the language, where one is here. The verbatim form stays
    /// wherever anything goes wrong.
    pub(super) fn reword(
        &self,
        statements: &mut [Statement],
        transcript: &Transcript,
        instruction: Option<&ClientText>,
        engines: &dyn Engines,
    ) -> Option<(WordedBy, Vec<u32>)> {
        let begun = Instant::now();
        let (w, lang) = (&self.wordings, transcript.language);
        let holds = |c: &&Certificate| c.holds(&c.model, &w.wording.version, &w.check.version, lang);
        // The file that was measured, not one of its name; of several the last.
        let measured = |c: &Certificate| engines.language_of(&c.model).ok().filter(|loaded| loaded.model == c.model);
        let loaded = self.certificates.iter().rev().filter(holds).find_map(measured)?;
        let by = Respondent::of(&loaded.manifest, loaded.model.clone())?;
        let reworded = w.reword(statements, transcript, instruction, &by, loaded, begun);
        let (prompt, check) = w.prompts();
        (!reworded.is_empty()).then_some((WordedBy { model: by.model, prompt, check }, reworded))
    }
}

/// Drafts the note of a session and keeps it as its newest text. `replace` drafts over a text that is there, which stays
/// as an earlier revision. Gives with it why no model had a part: no consent to AI, or none is here; then only the facts
/// of the record stand in the draft. `lang` is the language of a session whose transcript names none.
pub fn draft(
    vault: &UnlockedVault,
    session: SessionId,
    data: DraftData,
    engines: &dyn Engines,
    replace: bool,
    lang: Lang,
) -> Result<(NoteVersion, Option<ErrorReport>), ErrorReport> {
    let there = vault.note_history(session)?;
    if let Some(version) = there.as_ref().and_then(NoteHistory::newest) {
        states::after(version.note.state, Act::Edit)?;
        if !replace {
            return Err(StateError::Exists.into());
        }
    }
    let Proposed { mut statements, transcript, model, without, .. } = propose(vault, session, &data, engines, lang)?;
    let worded = match (&data.wording, &model) {
        (Some(wording), Some(_)) => wording.reword(&mut statements, &transcript, None, engines),
        _ => None,
    };
    let made_from = model.clone().map(|embedding| data.made_from(embedding, &transcript, worded.clone()));
    // The model whose words stand in it, else the one that chose its lines.
    let model = worded.map(|(by, _)| by.model).or(model);
    let [prompt, ..] = data.prompts();
    let format = data.form.id.clone();
    let draft = DraftedNote { format, model, prompt, statements: statements.clone(), instruction: None, made_from };
    let first = |record| revision::from_draft(&statements, record, &data.form);
    Ok((vault.keep_note_draft(session, draft, first)?, without))
}

/// What is proposed for a note before anybody decided about it.
pub(super) struct Proposed {
    /// Section by section.
    pub statements: Vec<Statement>,
    /// What was said, as it was corrected last.
    pub transcript: Transcript,
    /// The model that told how alike lines are.
    pub model: Option<ModelRef>,
    /// Why no model had a part.
    pub without: Option<ErrorReport>,
}

/// The statements of a note of this form: from what was said where the client agreed to AI and a model is here (L1), and the
/// facts of the record in any case.
pub(super) fn propose(
    vault: &UnlockedVault,
    session: SessionId,
    data: &DraftData,
    engines: &dyn Engines,
    lang: Lang,
) -> Result<Proposed, ErrorReport> {
    let opened = vault.open_session(session)?;
    let transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
    let lang = transcript.language;
    let mut found: Vec<Fact> = of_session(vault, session, &opened, lang)?;
    found.extend(opened.iter().filter_map(|o| facts::of_record(&o.body, &data.rules, &transcript, lang)));
    if !vault.consent_of(session)?.has(Scope::Ai) {
        vault.forget_prepared();
        let drafter = Drafter::new(data.kinds.clone(), data.retraction.clone(), lang);
        let statements = drafter.draft(&transcript, &data.form, &found, None)?;
        let why: ErrorReport = ConsentError::Missing(verbatim(Scope::Ai.word())).into();
        return Ok(Proposed { statements, transcript, model: None, without: Some(why) });
    }
    let drafter = Drafter::new(data.kinds.clone(), data.retraction.clone(), lang).with(vault.prepared_note(session));
    if let Some(model) = drafter.prepared(&transcript) {
        let comparing = Comparing { engine: None, model: &model };
        let statements = drafter.draft(&transcript, &data.form, &found, Some(comparing))?;
        return Ok(Proposed { statements, transcript, model: Some(model), without: None });
    }
    let (mut engine, without) = match engines.embedding() {
        Ok(engine) => (Some(engine), None),
        Err(why) => (None, Some(why)),
    };
    let model = engine.as_ref().map(|e| e.model.clone());
    let comparing = engine.as_mut().map(|e| Comparing { engine: Some(e.engine.as_mut()), model: &e.model });
    let statements = drafter.draft(&transcript, &data.form, &found, comparing)?;
    Ok(Proposed { statements, transcript, model, without })
}

/// The session itself, and the sheets that were filled in at it.
fn of_session(
    vault: &UnlockedVault,
    session: SessionId,
    opened: &[Opened],
    lang: Lang,
) -> Result<Vec<Fact>, ErrorReport> {
    let Some(row) = vault.sessions(None)?.into_iter().find(|row| row.id == session) else { return Ok(Vec::new()) };
    let with = opened.iter().find_map(|o| match &o.body {
        Body::SessionStart { with, .. } => Some(with.as_slice()),
        _ => None,
    });
    let mut found = vec![facts::of_session(&row, with.unwrap_or_default(), lang)];
    let given = vault.measures(&row.code)?.given;
    found.extend(given.iter().filter(|sheet| sheet.session == Some(session)).map(|sheet| facts::of_sheet(sheet, lang)));
    Ok(found)
}
