//! `gyeot client export`: a copy of a client's record for a request for access, or the measures with their charts.

use crate::adapters::{instruments, shipped};
use crate::cli::Globals;
use crate::cli::outgoing::{Form, OutArgs, json_bytes};
use crate::domain::assessment::course::courses;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::formats::{SCORES, Scores};
use crate::service::UnlockedVault;
use crate::service::handing_out;
use crate::service::note_templates::forms;

/// What is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Everything: consents, sessions with notes and transcripts, measures, plans.
    Record,
    /// What was filled in, with charts.
    Measures,
}

/// Arguments of `gyeot client export`.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The code.
    code: ClientCode,
    /// What is copied.
    #[arg(long, value_enum, default_value = "record")]
    part: Part,
    /// The counsellor's process notes too, on pages of their own. Never without this.
    #[arg(long)]
    process_notes: bool,
    /// Its form; as the end of the file's name says unless chosen.
    #[arg(long, value_enum)]
    format: Option<Form>,
    #[command(flatten)]
    out: OutArgs,
}

/// Writes the copy to a file.
pub(super) fn run(asked: &Export, vault: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let form = asked.out.form(asked.format)?;
    let out = asked.out.begin(globals)?;
    let library = instruments::library(&globals.assessments_dir())?;
    let how = asked.out.asked(form.id(), globals.lang());
    match asked.part {
        Part::Record => {
            let formats = forms(vault, shipped::note_formats()?)?;
            let (document, json) =
                handing_out::record_paper(vault, &asked.code, asked.process_notes, &library, &formats, how)?;
            out.document(form, &document, || json_bytes(&json), globals)
        }
        Part::Measures => {
            let (given, document) = handing_out::measures_paper(vault, &asked.code, &library, how)?;
            let json = || {
                let scores = Scores { client: &asked.code, courses: courses(&library, &given, None, globals.lang()) };
                let writer = SCORES.iter().find(|e| e.id() == "json");
                writer.map_or_else(|| Ok(Vec::new()), |w| w.write(&scores, globals.lang()))
            };
            out.document(form, &document, json, globals)
        }
    }
}
