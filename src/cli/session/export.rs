//! `gyeot session export`: the transcript of a session as a file.

use crate::cli::Globals;
use crate::cli::outgoing::OutArgs;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::domain::explain::ErrorReport;
use crate::formats::{document_format, transcript_format};
use crate::service::handing_out;

/// The forms of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// To print and to read.
    Pdf,
    /// For a word processor.
    Docx,
    /// Markdown.
    Md,
    /// Plain text.
    Txt,
    /// For other programs.
    Json,
    /// SubRip subtitles.
    Srt,
    /// WebVTT subtitles.
    Vtt,
}

impl Form {
    const fn id(self) -> &'static str {
        match self {
            Form::Pdf => "pdf",
            Form::Docx => "docx",
            Form::Md => "md",
            Form::Txt => "txt",
            Form::Json => "json",
            Form::Srt => "srt",
            Form::Vtt => "vtt",
        }
    }
}

/// Arguments of `gyeot session export`.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The session.
    session: String,
    /// Its form; as the end of the file's name says unless chosen.
    #[arg(long, value_enum)]
    format: Option<Form>,
    #[command(flatten)]
    out: OutArgs,
}

/// Writes a transcript to a file.
pub(super) fn run(asked: &Export, globals: &Globals) -> Result<(), ErrorReport> {
    let vault = unlock(globals)?;
    let session = find(&vault.sessions(None)?, &asked.session)?;
    let form = asked.out.form(asked.format)?;
    let out = asked.out.begin(globals)?;
    let (id, lang) = (form.id(), globals.lang());
    let (transcript, document) = handing_out::transcript_paper(&vault, session, asked.out.asked(id, lang))?;
    let bytes = match (document_format(id), transcript_format(id)) {
        (Some(format), _) => format.write(&document, lang)?,
        (None, Some(format)) => format.write(&transcript, lang)?,
        // Every form has one of the two; a test writes them all.
        (None, None) => Vec::new(),
    };
    out.finish(bytes, globals)
}
