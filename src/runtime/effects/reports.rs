//! Case reports for supervision: read, filled, sealed, replacements looked for, written to a file.

use crate::adapters::outgoing_file::OutgoingFile;
use crate::adapters::shipped;
use crate::app::effect::ReportAct;
use crate::app::msg::{Answer, ReportAnswer};
use crate::app::state::report::{ReportHead, SaidLines};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientId;
use crate::formats::document_format;
use crate::runtime::effects::{Performer, no_client};
use crate::runtime::{in_home, typed};
use crate::service::VaultError;
use crate::service::case_report::{ReportData, ReportVersion, filled, hand_out, replacements, said_in, with_stretch};
use crate::service::handing_out::Asked;
use crate::service::note_templates::forms;
use crate::texts::msg;

impl Performer {
    pub(super) fn report(&self, client: ClientId, act: ReportAct) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let row = unlocked.clients()?.into_iter().find(|r| r.id == client).ok_or_else(no_client)?;
        let (form, code, lang) = (shipped::report_form()?, row.code.clone(), self.shown);
        let answer = match act {
            ReportAct::Open => {
                let newest = unlocked.case_reports(&code)?.pop().map(|v| (head(&v), v.what));
                ReportAnswer::Opened { client: row, newest }
            }
            ReportAct::Keep { report, edits } => {
                ReportAnswer::Kept { head: head(&unlocked.keep_case_report(&code, *report)?), edits }
            }
            ReportAct::Fill(report) => {
                let formats = forms(unlocked, shipped::note_formats()?)?;
                let data = ReportData { form: &form, formats: &formats, library: &self.library, lang };
                let (report, added) = filled(unlocked, &code, *report, data)?;
                ReportAnswer::Filled { report, added }
            }
            ReportAct::Said(session) => {
                let rows = unlocked.sessions(Some(&code))?;
                let row = rows.into_iter().find(|row| row.id == session).ok_or(VaultError::NoSession)?;
                let lines = said_in(unlocked, session, lang)?;
                ReportAnswer::Said(SaidLines { session, number: row.number, lines })
            }
            ReportAct::Stretch { report, session, lines } => {
                ReportAnswer::Stretched(with_stretch(unlocked, &code, (session, lines), *report, (&form, lang))?)
            }
            ReportAct::Replacements(report) => {
                ReportAnswer::Replacements(replacements(unlocked, &code, &report, (&form, lang))?)
            }
            ReportAct::Write { file, reason, lang } => {
                let file = in_home(&file);
                let path = &typed(&file);
                let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
                let format = document_format(ending)
                    .ok_or_else(|| ErrorReport::usage(msg("plan-paper-no-format"), msg("plan-paper-no-format.hint")))?;
                let out = OutgoingFile::begin(path)?;
                let asked = Asked { form: format.id(), reason: &reason, name: false, lang };
                let formats = forms(unlocked, shipped::note_formats()?)?;
                let data = ReportData { form: &form, formats: &formats, library: &self.library, lang };
                let (_, document) = hand_out(unlocked, &code, asked, data)?;
                out.finish(&format.write(&document, lang)?)?;
                ReportAnswer::Written(file)
            }
        };
        Ok(vec![Answer::Report(Box::new(answer))])
    }
}

fn head(version: &ReportVersion) -> ReportHead {
    ReportHead { revision: version.revision, at: version.at, author: version.author_name.clone() }
}
