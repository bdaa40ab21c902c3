//! The note templates on the screen: listing them, one from an example note, one taken away.

use crate::adapters::shipped;
use crate::app::effect::TemplateAct;
use crate::app::msg::Answer;
use crate::app::views::{ListOf, Listing, ListingRow};
use crate::domain::explain::{ErrorReport, Explain};
use crate::domain::note::template;
use crate::domain::practice::lang::Lang;
use crate::runtime::effects::Performer;
use crate::service::UnlockedVault;
use crate::service::note_templates::{forms, free_id, headings_of};
use crate::texts::{msg, verbatim};

impl Performer {
    pub(super) fn template(&self, act: TemplateAct) -> Result<Vec<Answer>, ErrorReport> {
        let (unlocked, known) = (self.unlocked()?, shipped::note_headings()?);
        let came = match act {
            TemplateAct::Look { title, text } => {
                let found = headings_of(unlocked, text.reveal(), &known)?;
                return Ok(vec![Answer::TemplateFound { title, headings: found.kept, named: found.named }]);
            }
            TemplateAct::Keep { title, headings } => {
                let id = free_id(&forms(unlocked, shipped::note_formats()?)?);
                let form = template::of_headings(&id, &title, &headings, &known)
                    .map_err(|flaw| ErrorReport::with(flaw.exit(), flaw.message(), flaw.hint()))?;
                unlocked.add_note_template(form, &shipped::note_formats()?)?;
                true
            }
            TemplateAct::Remove(id) => {
                unlocked.retire_note_template(&id)?;
                false
            }
        };
        Ok(vec![Answer::TemplatesChanged(unlocked.note_templates()?, came)])
    }
}

/// Every form, those built in first, with what its sections are filled from.
pub(super) fn templates(unlocked: &UnlockedVault, lang: Lang) -> Result<Listing, ErrorReport> {
    let (shipped, known) = (shipped::note_formats()?, shipped::note_headings()?);
    let built_in = shipped.len();
    let all = forms(unlocked, shipped)?;
    let rows = all.iter().enumerate().map(|(n, form)| {
        let kind = match (n >= built_in, form.retired) {
            (false, _) => "note-template-built-in",
            (true, false) => "note-template-own",
            (true, true) => "note-template-retired",
        };
        let section = |s: &template::Filled| {
            let from: Vec<&str> = s.said.iter().chain(&s.facts).map(String::as_str).collect();
            match from.is_empty() {
                true => msg("list-template-by-hand").shown("section", &s.title),
                false => msg("list-template-from").shown("section", &s.title).shown("from", from.join(", ")),
            }
        };
        ListingRow {
            cells: vec![
                verbatim(form.title(lang).to_owned()),
                msg(kind),
                verbatim(form.sections.len().to_string()),
                verbatim(form.id.clone()),
            ],
            detail: template::filled(form, &known, lang).iter().map(section).collect(),
            grave: false,
            waits: None,
        }
    });
    Ok(Listing {
        of: ListOf::Templates,
        told: vec![(msg("list-templates-how"), false)],
        // The id is for the program.
        head: ["list-template-name", "list-template-kind", "list-template-sections"].map(msg).to_vec(),
        rows: rows.collect(),
    })
}
