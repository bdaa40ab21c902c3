//! What every command shares that hands something out: form, reason, file, and whom it is encrypted to.

use crate::adapters::outgoing_file::OutgoingFile;
use crate::cli::{Globals, passphrase, print};
use crate::crypto::outgoing::Reader;
use crate::crypto::passphrase as strength;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::document::Document;
use crate::formats::document_format;
use crate::service::handing_out::Asked;
use crate::texts::msg;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
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
}

impl Form {
    /// Reads one of the forms that a person reads: all but JSON.
    pub fn on_paper() -> impl TypedValueParser<Value = Form> {
        PossibleValuesParser::new(["pdf", "docx", "md", "txt"]).map(|id| match id.as_str() {
            "docx" => Form::Docx,
            "md" => Form::Md,
            "txt" => Form::Txt,
            _ => Form::Pdf,
        })
    }

    /// The word in the access log and in the list of exporters.
    pub const fn id(self) -> &'static str {
        match self {
            Form::Pdf => "pdf",
            Form::Docx => "docx",
            Form::Md => "md",
            Form::Txt => "txt",
            Form::Json => "json",
        }
    }
}

/// Where something goes and why.
#[derive(Debug, clap::Args)]
pub struct OutArgs {
    /// The file that is made; one that is there is not written over.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Why it is taken away; the monthly inspection lists it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Encrypt it to this age key (`age1…`).
    #[arg(long, value_name = "KEY", conflicts_with_all = ["encrypt", "encrypt_passphrase_file"])]
    encrypt_to: Option<String>,
    /// Encrypt it with a passphrase that is asked for.
    #[arg(long)]
    encrypt: bool,
    /// Encrypt it with the passphrase in the first line of this file.
    #[arg(long, value_name = "FILE")]
    encrypt_passphrase_file: Option<PathBuf>,
    /// The client's name stands on it, not only the code.
    #[arg(long)]
    with_name: bool,
}

/// A file that is being made and whom it is for.
pub struct Out<'a> {
    args: &'a OutArgs,
    file: OutgoingFile,
    reader: Option<Reader>,
}

impl OutArgs {
    /// Checks key, passphrase and file, before anything is opened for it.
    pub fn begin(&self, globals: &Globals) -> Result<Out<'_>, ErrorReport> {
        let reader = match &self.encrypt_to {
            Some(key) => Some(
                Reader::key(key)
                    .map_err(|_| ErrorReport::usage(msg("outgoing-no-key"), msg("outgoing-no-key.hint")))?,
            ),
            None if self.encrypt || self.encrypt_passphrase_file.is_some() => {
                let prompt = globals.lang().say("outgoing-passphrase");
                let new =
                    passphrase::read_other(self.encrypt_passphrase_file.as_deref(), prompt, true, globals.lang())?;
                strength::check(&new, &[])?;
                Some(Reader::Passphrase(new))
            }
            None => None,
        };
        Ok(Out { args: self, file: OutgoingFile::begin(&self.output)?, reader })
    }

    /// The form that was asked for, or the one that the end of the file's name says; a name without an end is a PDF.
    pub fn form<F: clap::ValueEnum>(&self, given: Option<F>) -> Result<F, ErrorReport> {
        if let Some(form) = given {
            return Ok(form);
        }
        // What is encrypted is often named so.
        let plain = match self.output.extension() {
            Some(end) if end == "age" => self.output.with_extension(""),
            _ => self.output.clone(),
        };
        let end = plain.extension().map_or_else(|| "pdf".into(), |end| end.to_string_lossy());
        F::from_str(&end, true)
            .map_err(|_| ErrorReport::usage(msg("handing-out-no-form"), msg("handing-out-no-form.hint")))
    }

    /// How and why, for the service.
    pub fn asked(&self, form: &'static str, lang: Lang) -> Asked<'_> {
        Asked { form, reason: &self.reason, name: self.with_name, lang }
    }
}

impl Out<'_> {
    /// Writes the file and says so.
    pub fn finish(self, bytes: Vec<u8>, globals: &Globals) -> Result<(), ErrorReport> {
        let bytes = match &self.reader {
            Some(reader) => reader.encrypt(&bytes)?,
            None => bytes,
        };
        self.file.finish(&bytes)?;
        if globals.json {
            let (file, size) = (self.args.output.display().to_string(), bytes.len());
            return print::json(&serde_json::json!({
                "schema": "gyeot.handed-out/1", "file": file, "bytes": size, "encrypted": self.reader.is_some(),
            }));
        }
        let id = if self.reader.is_some() { "outgoing-written-encrypted" } else { "outgoing-written" };
        print::note(msg(id).shown("file", self.args.output.display()).text(globals.lang()));
        Ok(())
    }

    /// Writes a document in a form, or this JSON.
    pub fn document(
        self,
        form: Form,
        document: &Document,
        json: impl FnOnce() -> Result<Vec<u8>, ErrorReport>,
        globals: &Globals,
    ) -> Result<(), ErrorReport> {
        let bytes = match document_format(form.id()) {
            Some(format) => format.write(document, globals.lang())?,
            None => json()?,
        };
        self.finish(bytes, globals)
    }
}

/// JSON as a file.
pub fn json_bytes(value: &serde_json::Value) -> Result<Vec<u8>, ErrorReport> {
    Ok((format!("{value:#}\n")).into_bytes())
}
