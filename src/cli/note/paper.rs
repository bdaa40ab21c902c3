//! `gyeot note export` and `gyeot note handout`: a note, or a sheet for the client, as a file.

use super::{editing, show};
use crate::adapters::shipped;
use crate::cli::Globals;
use crate::cli::outgoing::{Form, OutArgs, json_bytes};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::text::clean_line;
use crate::service::UnlockedVault;
use crate::service::handing_out;
use crate::service::paper::handout;
use crate::texts::msg;
use std::path::PathBuf;

/// Arguments of `gyeot note export`.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The session.
    pub session: String,
    /// Its form; as the end of the file's name says unless chosen.
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// The revision; the one that holds unless chosen.
    #[arg(long, value_name = "N")]
    revision: Option<u32>,
    #[command(flatten)]
    out: OutArgs,
}

/// Arguments of `gyeot note handout`.
#[derive(Debug, clap::Args)]
pub(super) struct HandOut {
    /// The session.
    pub session: String,
    /// Its form; as the end of the file's name says unless chosen.
    #[arg(long, value_parser = Form::on_paper())]
    format: Option<Form>,
    /// Take the words from this file, a line each, and below a line `##` what to try; `-` is standard input. Without it
    /// the lines of the note that say what was agreed.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The next session, as the client is to read it; a blank line to write on unless given.
    #[arg(long, value_name = "WHEN")]
    next: Option<String>,
    #[command(flatten)]
    out: OutArgs,
}

/// Writes a note to a file.
pub(super) fn export(
    asked: &Export,
    session: SessionId,
    vault: &UnlockedVault,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let form = asked.out.form(asked.format)?;
    let out = asked.out.begin(globals)?;
    let formats = super::forms_of(vault)?;
    let how = asked.out.asked(form.id(), globals.lang());
    let paper = handing_out::note_paper(vault, session, asked.revision, &formats, how)?;
    out.document(form, &paper.document, || json_bytes(&show::as_json(&paper.version)), globals)
}

/// Writes a sheet for the client.
pub(super) fn handout(
    asked: &HandOut,
    session: SessionId,
    vault: &UnlockedVault,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let form = asked.out.form(asked.format)?;
    if form == Form::Json {
        return Err(ErrorReport::usage(msg("handing-out-no-form"), msg("handing-out-no-form.hint")));
    }
    let out = asked.out.begin(globals)?;
    let (formats, lines) = (super::forms_of(vault)?, shipped::crisis_lines()?);
    let next = asked.next.as_deref().map(clean_line).filter(|n| !n.is_empty());
    let written = asked.from.as_deref().map(|path| editing::read_text(Some(path))).transpose()?;
    let written = written.map(|text| handout::from_text(&text, next.clone()));
    let how = asked.out.asked(form.id(), globals.lang());
    let paper = handing_out::handout_paper(vault, session, written, next, &formats, &lines, how)?;
    out.document(form, &paper, || Ok(Vec::new()), globals)
}
