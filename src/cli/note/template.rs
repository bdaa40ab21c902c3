//! `gyeot note template`: the centre's own note templates, from a data file or from the headings of an example note.

use super::editing::read_text;
use crate::adapters::shipped;
use crate::cli::asking::ask_line;
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::explain::{ErrorReport, Explain};
use crate::domain::note::format::NoteFormat;
use crate::domain::note::headings::Headings;
use crate::domain::note::template;
use crate::domain::practice::data_file::Flaw;
use crate::domain::practice::lang::Lang;
use crate::service::UnlockedVault;
use crate::service::note_templates::{FoundHeadings, forms, headings_of};
use crate::texts::msg;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `gyeot note template`.
#[derive(Debug, clap::Args)]
pub(super) struct Template {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Bring a template in, from a file of the form of those built in, or from an example note.
    Add {
        /// The file; `-` is standard input.
        file: PathBuf,
        /// The file is a note of a session: its headings are taken in their order, nothing else of it.
        #[arg(long, requires = "id")]
        from_note: bool,
        /// The template's id: lower-case words joined by hyphens.
        #[arg(long, value_name = "ID", requires = "from_note")]
        id: Option<String>,
        /// Its name; the id unless given.
        #[arg(long, value_name = "TEXT", requires = "from_note")]
        title: Option<String>,
        /// Take the headings that were found without asking.
        #[arg(long, requires = "from_note")]
        yes: bool,
    },
    /// The forms that a note can have, those built in and the centre's own.
    List,
    /// The sections of a form and what each is filled from.
    Show {
        /// The form's id.
        id: String,
        /// As a file, to be changed and brought in under another id.
        #[arg(long)]
        toml: bool,
    },
    /// Begin no new note in this template. Notes that stand in it keep their headings.
    Remove {
        /// The template's id.
        id: String,
    },
}

/// Runs the command.
pub(super) fn run(asked: Template, globals: &Globals) -> Result<(), ErrorReport> {
    let headings = shipped::note_headings()?;
    match asked.what {
        What::Add { file, from_note, id, title, yes } => {
            let text = read_text(Some(&file))?;
            let vault = unlock(globals)?;
            let form = if from_note {
                let id = id.unwrap_or_default();
                let title = title.unwrap_or_else(|| id.clone());
                let Some(form) =
                    of_example(&text, (&id, &title), &headings, yes || globals.json, &vault, globals.lang())?
                else {
                    print::note(globals.lang().say("note-template-not-taken"));
                    return vault.lock().map_err(ErrorReport::from);
                };
                form
            } else {
                let kinds = shipped::note_kinds()?;
                template::parse(&text, &headings, &kinds.ids()).map_err(|flaw| flawed(&flaw))?
            };
            let form = vault.add_note_template(form, &shipped::note_formats()?)?;
            show(&form, &headings, globals)?;
            vault.lock().map_err(ErrorReport::from)
        }
        What::List => {
            let vault = unlock(globals)?;
            let all = forms(&vault, shipped::note_formats()?)?;
            vault.lock()?;
            let own = shipped::note_formats()?.len();
            if globals.json {
                let row = |(n, f): (usize, &NoteFormat)| json!({ "id": f.id, "title_ko": f.title_ko, "title_en": f.title_en, "own": n >= own, "retired": f.retired });
                return print::json(&json!({
                    "schema": "gyeot.note-forms/1", "forms": all.iter().enumerate().map(row).collect::<Vec<_>>()
                }));
            }
            let lang = globals.lang();
            for (n, form) in all.iter().enumerate() {
                let kind = match (n >= own, form.retired) {
                    (false, _) => "note-template-built-in",
                    (true, false) => "note-template-own",
                    (true, true) => "note-template-retired",
                };
                print::line(format!("{:<20} {} ({})", form.id, form.title(lang), lang.say(kind)));
            }
            Ok(())
        }
        What::Show { id, toml } => {
            let vault = unlock(globals)?;
            let form = shipped::note_format_of(forms(&vault, shipped::note_formats()?)?, &id)?;
            vault.lock()?;
            if toml {
                let text = template::as_toml(&form).ok_or_else(|| {
                    ErrorReport::failed(msg("note-template-none").with("id", &id), msg("note-template-none.hint"))
                })?;
                print::raw(&text);
                return Ok(());
            }
            show(&form, &headings, globals)
        }
        What::Remove { id } => {
            let vault = unlock(globals)?;
            let form = vault.retire_note_template(&id)?;
            vault.lock()?;
            print::line(msg("note-template-removed").with("id", form.id).text(globals.lang()));
            Ok(())
        }
    }
}

/// The template that an example gives; none where whoever asked does not want these headings.
fn of_example(
    text: &str,
    (id, title): (&str, &str),
    headings: &Headings,
    yes: bool,
    vault: &UnlockedVault,
    lang: Lang,
) -> Result<Option<NoteFormat>, ErrorReport> {
    let FoundHeadings { kept, named, repeated } = headings_of(vault, text, headings)?;
    if !repeated.is_empty() {
        let names = repeated.join(", ");
        print::note(msg("note-template-repeated").shown("names", names).text(lang));
    }
    if named > 0 {
        print::note(msg("note-template-with-names").shown("n", named).text(lang));
    }
    let form = template::of_headings(id, title, &kept, headings).map_err(|flaw| flawed(&flaw))?;
    if !yes {
        print::note(lang.say("note-template-found"));
        for (n, heading) in kept.iter().enumerate() {
            print::note(format!("  {}. {heading}", n + 1));
        }
        let answer = ask_line(lang.say("note-template-take"))?.to_lowercase();
        if !matches!(answer.as_str(), "y" | "yes" | "예" | "네" | "ㅇ") {
            return Ok(None);
        }
    }
    Ok(Some(form))
}

/// A flaw of the file as an error of use.
fn flawed(flaw: &Flaw) -> ErrorReport {
    ErrorReport::with(flaw.exit(), flaw.message(), flaw.hint())
}

/// The sections with what each is filled from.
fn show(form: &NoteFormat, headings: &Headings, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let filled = template::filled(form, headings, lang);
    let left = template::left_out(form, headings, lang);
    if globals.json {
        return print::json(&json!({
            "schema": "gyeot.note-form/1", "id": form.id, "title_ko": form.title_ko, "title_en": form.title_en,
            "retired": form.retired, "sections": filled, "not_drafted": left,
        }));
    }
    print::line(format!("{}  {}", form.id, form.title(lang)));
    for (n, section) in filled.iter().enumerate() {
        let from: Vec<&str> = section.said.iter().chain(&section.facts).map(String::as_str).collect();
        let from = if from.is_empty() { lang.say("note-template-by-hand").to_owned() } else { from.join(", ") };
        print::line(format!("{:>3}. {}  ←  {from}", n + 1, section.title));
    }
    if !left.is_empty() {
        print::line(msg("note-template-left-out").shown("kinds", left.join(", ")).text(lang));
    }
    Ok(())
}
