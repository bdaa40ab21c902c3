//! `gyeot suggest --task note`: a drafted note of a transcript, nothing stored.

use crate::adapters::shipped;
use crate::cli::note::form;
use crate::domain::advice::risk_cue::Rules;
use crate::domain::advice::suggestion::{PromptRef, RiskCue};
use crate::domain::explain::ErrorReport;
use crate::domain::note::draft::Fact;
use crate::domain::note::facts;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::statement::{Statement, Support};
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::note_draft::{Comparing, Drafter};
use crate::ports::engine::LanguageEngine;
use serde::Serialize;

/// The schema name written into every drafted note.
const SCHEMA: &str = "gyeot.note-draft/1";

/// A drafted note as it is printed.
#[derive(Debug, Serialize)]
pub struct Drafted {
    schema: &'static str,
    model: ModelRef,
    prompt: PromptRef,
    #[serde(skip)]
    form: NoteFormat,
    format: String,
    statements: Vec<Statement>,
}

/// Drafts the note. The cues that the rules found stand in it as facts.
pub fn draft(
    transcript: &Transcript,
    format: &str,
    (cues, rules): (&[RiskCue], &Rules),
    lang: Lang,
    model: ModelRef,
    engine: &mut dyn LanguageEngine,
) -> Result<Drafted, ErrorReport> {
    let form = form(format)?;
    let kinds = shipped::note_kinds()?;
    let prompt = PromptRef { id: "note-content".to_owned(), version: kinds.version.clone() };
    let facts: Vec<Fact> = cues.iter().map(|cue| facts::of_cue(cue, rules, transcript, lang)).collect();
    let drafter = Drafter::new(kinds, shipped::retraction_rules()?, lang);
    let comparing = Comparing { engine: Some(engine), model: &model };
    let statements = drafter.draft(transcript, &form, &facts, Some(comparing))?;
    Ok(Drafted { schema: SCHEMA, model, prompt, format: form.id.clone(), form, statements })
}

/// The draft for a reader.
pub fn text(found: &Drafted, transcript: &Transcript, lang: Lang) -> String {
    let mut out = super::head(&found.model.id, &found.prompt.id, &found.prompt.version, lang);
    for section in &found.form.sections {
        out.push_str(&format!("\n{}\n", section.text(lang).title));
        let here: Vec<&Statement> = found.statements.iter().filter(|s| s.section == section.id).collect();
        if here.is_empty() {
            out.push_str(&format!("  ({})\n", section.text(lang).guide));
        }
        for s in here {
            let at: Vec<String> = s.evidence.iter().map(|e| transcript.place(e.utterance)).collect();
            out.push_str(&format!("  {} {} [{}]\n", mark(s.support), s.text.reveal(), at.join(", ")));
            if let Some(by) = &s.retracted_by {
                let at = transcript.place(by.utterance);
                let taken_back = lang.say("suggest-note-taken-back-later");
                out.push_str(&format!("      ↳ {taken_back}: “{}” [{at}]\n", by.quote.reveal()));
            }
        }
    }
    out
}

/// The mark before a statement: a sign, so that it is seen without colour.
const fn mark(support: Support) -> &'static str {
    match support {
        Support::Supported => "·",
        Support::Inferred => "~",
        Support::Unsupported => "?",
        Support::Retracted => "✗",
        Support::Counsellor => "¶",
    }
}
