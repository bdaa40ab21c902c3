//! `gyeot case-report`: a case report for supervision shown, filled from the record, edited, its replacements previewed and
//! taken, and taken away with a reason. Words come from a file or standard input, never from the command line.

use crate::adapters::{instruments, shipped};
use crate::cli::note::editing::{in_editor, read_text};
use crate::cli::outgoing::{Form, OutArgs, json_bytes};
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::review::replace::{Proposed, read_added};
use crate::domain::review::report::CaseReport;
use crate::domain::review::report_form::ReportForm;
use crate::service::UnlockedVault;
use crate::service::case_report::{
    ReportData, ReportVersion, filled, hand_out, newest, none_yet, replacements, with_stretch,
};
use crate::service::note_templates::forms;
use crate::texts::{Message, msg};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Arguments of `gyeot case-report`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The report that holds, or an earlier revision; what is empty is asked for.
    Show {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// An earlier revision, from 1.
        #[arg(long, value_name = "N")]
        revision: Option<u32>,
    },
    /// Fill what is empty from the record, each line with its source, and add new sessions.
    Fill {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
    },
    /// Edit the report in one's own editor, or take its text from a file.
    Edit {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// Take the text from this file, `## Title` before each section; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// Put a stretch of a session's transcript into the report.
    Verbatim {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// The session.
        #[arg(long, value_name = "SESSION")]
        session: String,
        /// From this line to that, as the transcript numbers them: `12-20`.
        #[arg(long, value_name = "FROM-TO", value_parser = stretch)]
        lines: (u32, u32),
    },
    /// Preview what would be replaced: what, by what, where. Take some of it, or all.
    Replace {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// Take the replacements of these numbers, as the preview has them; may be repeated.
        #[arg(long, value_name = "N")]
        take: Vec<usize>,
        /// Take every one.
        #[arg(long, conflicts_with = "take")]
        all: bool,
        /// Take none any more.
        #[arg(long, conflicts_with_all = ["take", "all", "add"])]
        none: bool,
        /// Add one's own, a line each: `what => by`; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        add: Option<PathBuf>,
    },
    /// The report as a file, with what was taken replaced.
    Export {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// How it is written.
        #[arg(long, value_enum)]
        format: Option<Form>,
        #[command(flatten)]
        out: OutArgs,
    },
}

fn stretch(text: &str) -> Result<(u32, u32), Message> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) if from <= to => Ok((from, to)),
        _ => Err(msg("written-as-stretch")),
    }
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let form = shipped::report_form()?;
    let lang = globals.lang();
    match args.what {
        What::Show { client, revision } => {
            let versions = unlock(globals)?.case_reports(&client)?;
            let chosen = match revision {
                None => versions.last(),
                Some(n) => Some(versions.iter().find(|v| v.revision == n).ok_or_else(|| {
                    ErrorReport::usage(msg("report-no-revision").with("n", n), msg("report-no-revision.hint"))
                })?),
            };
            show(chosen.ok_or_else(none_yet)?, &form, globals)
        }
        What::Fill { client } => {
            let vault = unlock(globals)?;
            let formats = forms(&vault, shipped::note_formats()?)?;
            let library = instruments::library(&globals.assessments_dir())?;
            let data = ReportData { form: &form, formats: &formats, library: &library, lang };
            let (report, added) = filled(&vault, &client, newest(&vault, &client, &form)?, data)?;
            print::note(msg("report-filled").with("n", added).text(lang));
            show(&vault.keep_case_report(&client, report)?, &form, globals)
        }
        What::Edit { client, from } => {
            let vault = unlock(globals)?;
            let before = newest(&vault, &client, &form)?;
            let text = match &from {
                Some(path) => read_text(Some(path))?,
                None => in_editor(&before.as_text(&form, lang))?,
            };
            let report = CaseReport::from_text(&text, &before, &form);
            show(&vault.keep_case_report(&client, report)?, &form, globals)
        }
        What::Verbatim { client, session, lines } => {
            let vault = unlock(globals)?;
            let session = find(&vault.sessions(Some(&client))?, &session)?;
            let before = newest(&vault, &client, &form)?;
            let report = with_stretch(&vault, &client, (session, lines), before, (&form, lang))?;
            show(&vault.keep_case_report(&client, report)?, &form, globals)
        }
        What::Replace { client, take, all, none, add } => {
            let added = add.as_deref().map(|path| read_text(Some(path))).transpose()?;
            let vault = unlock(globals)?;
            replace(&vault, &client, &form, &Wanted { take, all, none, added }, globals)
        }
        What::Export { client, format, out } => {
            let format = out.form(format)?;
            let file = out.begin(globals)?;
            let vault = unlock(globals)?;
            let formats = forms(&vault, shipped::note_formats()?)?;
            let library = instruments::library(&globals.assessments_dir())?;
            let data = ReportData { form: &form, formats: &formats, library: &library, lang };
            let (version, document) = hand_out(&vault, &client, out.asked(format.id(), lang), data)?;
            file.document(format, &document, || json_bytes(&as_json(&version, &form, lang)), globals)
        }
    }
}

/// What is to be done with the replacements.
struct Wanted {
    take: Vec<usize>,
    all: bool,
    none: bool,
    added: Option<String>,
}

fn replace(
    vault: &UnlockedVault,
    client: &ClientCode,
    form: &ReportForm,
    wanted: &Wanted,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let mut report = vault.case_reports(client)?.pop().ok_or_else(none_yet)?.what;
    let before = report.clone();
    let mut shown = replacements(vault, client, &report, (form, lang))?;
    if let Some(n) = wanted.take.iter().find(|n| **n == 0 || **n > shown.len()) {
        let what = msg("report-no-replacement").with("n", n);
        return Err(ErrorReport::usage(what, msg("report-no-replacement.hint")));
    }
    for (n, proposed) in shown.iter_mut().enumerate() {
        proposed.taken = !wanted.none && (proposed.taken || wanted.all || wanted.take.contains(&(n + 1)));
    }
    report.replaced = shown.iter().filter(|p| p.taken).map(|p| p.replacement.clone()).collect();
    for new in wanted.added.iter().flat_map(|text| read_added(text)) {
        report.replaced.retain(|r| r.what != new.what);
        report.replaced.push(new);
    }
    if report != before {
        vault.keep_case_report(client, report.clone())?;
        shown = replacements(vault, client, &report, (form, lang))?;
    }
    preview(&shown, form, globals)
}

/// The table: number, taken, what, by what, where.
fn preview(shown: &[Proposed], form: &ReportForm, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        return print::json(&json!({"schema": "gyeot.case-report-replacements/1", "replacements": shown}));
    }
    if shown.is_empty() {
        print::line(lang.say("report-nothing-to-replace"));
        return Ok(());
    }
    for (n, p) in shown.iter().enumerate() {
        let mark = if p.taken { "✓" } else { " " };
        let (what, by) = (p.replacement.what.reveal(), p.replacement.by.reveal());
        let tells = p.replacement.tells.label(lang);
        print::line(format!("{:>3} {mark} {tells}  {what} → {by}  ({})", n + 1, places(p, form, lang)));
    }
    Ok(())
}

/// Section titles with how often it stands there.
fn places(p: &Proposed, form: &ReportForm, lang: Lang) -> String {
    let title = |id: &str| form.parts.iter().find(|s| s.id == id).map_or(String::new(), |s| s.text(lang).title.clone());
    let place = |(id, n): &(String, usize)| if *n > 1 { format!("{} ×{n}", title(id)) } else { title(id) };
    p.places.iter().map(place).collect::<Vec<_>>().join(", ")
}

fn as_json(version: &ReportVersion, form: &ReportForm, lang: Lang) -> Value {
    let sections: Vec<Value> = form
        .parts
        .iter()
        .map(|p| json!({"section": p.id, "title": p.text(lang).title, "lines": version.what.lines(&p.id)}))
        .collect();
    json!({"schema": "gyeot.case-report/1", "revision": version.revision, "record": version.record,
        "written_at": version.at.to_rfc3339(), "author": version.author_name, "sections": sections,
        "asked_for": version.what.asked_for(form), "replaced": version.what.replaced})
}

fn show(version: &ReportVersion, form: &ReportForm, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        return print::json(&as_json(version, form, lang));
    }
    let head = msg("report-headline").with("revision", version.revision).with("at", version.at.shown());
    print::line(head.shown("author", &version.author_name).text(lang));
    for (n, part) in form.parts.iter().enumerate() {
        print::line(format!("{}. {}", n + 1, part.text(lang).title));
        let lines = version.what.lines(&part.id);
        if lines.is_empty() {
            print::line(format!("   … {}", part.text(lang).guide));
        }
        for line in lines {
            let from = line.source.label(line.edited, lang);
            let from = if from.is_empty() { from } else { format!("  [{from}]") };
            print::line(format!("   {}{from}", line.text.reveal()));
        }
    }
    let asked = version.what.asked_for(form).len();
    if asked > 0 {
        print::note(msg("report-asked-for").with("n", asked).text(lang));
    }
    Ok(())
}
