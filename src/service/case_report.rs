//! Case reports for supervision: read, filled from the record, kept as revisions, taken away. Who reads them is who reads the
//! client: the counsellor, and a supervisor with the client's consent to supervision. Only the counsellor writes and takes away.

use crate::domain::assessment::administration::Administration;
use crate::domain::assessment::course::courses;
use crate::domain::assessment::instrument::Library;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::governance::access::permit;
use crate::domain::governance::access_log::Task;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::plan::{Plan, PlanKind};
use crate::domain::note::states::is_signed;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionState;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Opened};
use crate::domain::review::replace::{Proposed, propose};
use crate::domain::review::report::{CaseReport, ReportSource};
use crate::domain::review::report_fill::{Material, SignedText, fill, stretch};
use crate::domain::review::report_form::{Fill, ReportForm};
use crate::domain::transcript::Utterance;
use crate::formats::document::Document;
use crate::service::handing_out::Asked;
use crate::service::paper::{case_report as paper, notice};
use crate::service::revisions::{Revised, Version};
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;
use std::collections::BTreeSet;

/// One revision of a case report with who wrote it and when.
pub type ReportVersion = Version<CaseReport>;

impl Revised for CaseReport {
    const DETAIL: &'static str = "case-report";

    fn of(body: &Body) -> Option<&Self> {
        match body {
            Body::CaseReport { report } => Some(report),
            _ => None,
        }
    }

    fn body(&self) -> Body {
        Body::CaseReport { report: Box::new(self.clone()) }
    }

    fn refused(&self, first: bool) -> Option<VaultError> {
        if self.too_long() {
            return Some(VaultError::Input(msg("report-too-long")));
        }
        (first && self.is_blank()).then(|| VaultError::Input(msg("report-blank")))
    }
}

impl UnlockedVault {
    /// Every revision of a client's case report, oldest first. An entry of the access log comes first.
    pub fn case_reports(&self, code: &ClientCode) -> Result<Vec<ReportVersion>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ReadContent>(&state, code)?;
        self.read_versions(state, grant, (Task::Read, None, None))
    }

    /// As [`UnlockedVault::case_reports`], for a report that leaves the vault. Refused without a reason, before anything is
    /// opened (L10).
    pub fn export_case_reports(
        &self,
        code: &ClientCode,
        form: &'static str,
        reason: &str,
    ) -> Result<Vec<ReportVersion>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ExportContent>(&state, code)?;
        self.read_versions(state, grant, (Task::Export, Some(reason), Some(form)))
    }

    /// Keeps a report as the next revision. What comes back is on disk.
    pub fn keep_case_report(&self, code: &ClientCode, report: CaseReport) -> Result<ReportVersion, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::WriteNote>(&state, code)?;
        self.write_version(state, grant, report)
    }
}

/// What a report is filled and shown with: data files, and the language of its labels.
#[derive(Debug, Clone, Copy)]
pub struct ReportData<'a> {
    /// The form.
    pub form: &'a ReportForm,
    /// The forms of notes.
    pub formats: &'a [NoteFormat],
    /// The instruments.
    pub library: &'a Library,
    /// Labels.
    pub lang: Lang,
}

/// The report that holds, or an empty one.
pub fn newest(vault: &UnlockedVault, code: &ClientCode, form: &ReportForm) -> Result<CaseReport, VaultError> {
    Ok(vault.case_reports(code)?.pop().map_or_else(|| CaseReport::empty(form), |v| v.what))
}

/// Fills a report from the record; gives how many lines came. What it holds stays. Each session that is read is a reading of
/// its own in the access log.
pub fn filled(
    vault: &UnlockedVault,
    code: &ClientCode,
    mut report: CaseReport,
    data: ReportData<'_>,
) -> Result<(CaseReport, usize), VaultError> {
    let opened = vault.open_client(code)?;
    let mut rows = vault.sessions(Some(code))?;
    rows.sort_by_key(|r| (r.started, r.number));
    let mut notes = Vec::new();
    for row in rows.iter().filter(|r| r.state != SessionState::Destroyed) {
        let Some(history) = vault.note_history(row.id)? else { continue };
        if let Some(version) = history.newest().filter(|v| is_signed(v.note.state)) {
            notes.push(SignedText {
                session: row.id,
                number: row.number,
                started: row.started,
                revision: version.revision,
                note: version.note.clone(),
                drafts: history.drafts.clone(),
            });
        }
    }
    let (given, plan) = (sheets(&opened), newest_plan(&opened));
    let material = Material {
        card: newest_card(&opened).ok_or(VaultError::NoClient)?,
        today: &vault.now().date(),
        sessions: rows.len(),
        notes: &notes,
        given: &given,
        plan: plan.as_ref(),
        library: data.library,
        formats: data.formats,
        lang: data.lang,
    };
    let added = fill(&mut report, data.form, &material);
    Ok((report, added))
}

/// The lines of a session from which a stretch is chosen. An entry of the access log comes first.
pub fn said_in(vault: &UnlockedVault, session: SessionId, lang: Lang) -> Result<Vec<Utterance>, VaultError> {
    let opened = vault.open_session(session)?;
    Ok(transcript_of(opened.iter().map(|o| &o.body), lang).utterances)
}

/// Adds a stretch of a session's transcript, by the numbers of its lines, in place of what stood there of that session. Refused
/// where no line of it is there or it is longer than a report takes.
pub fn with_stretch(
    vault: &UnlockedVault,
    code: &ClientCode,
    (session, lines): (SessionId, (u32, u32)),
    mut report: CaseReport,
    (form, lang): (&ReportForm, Lang),
) -> Result<CaseReport, VaultError> {
    let row = vault.sessions(Some(code))?.into_iter().find(|r| r.id == session).ok_or(VaultError::NoSession)?;
    let said = said_in(vault, session, lang)?;
    let chosen = stretch(&said, (session, row.number), lines, form, lang);
    let chosen = chosen.ok_or_else(|| VaultError::Input(msg("report-stretch").with("most", form.limits.verbatim)))?;
    let section = form.filled_by(Fill::Verbatim).map(|p| p.id.clone()).unwrap_or_default();
    let place = report.lines_mut(&section);
    place.retain(|l| !matches!(&l.source, ReportSource::Said { session: s, .. } if *s == session));
    place.extend(chosen);
    Ok(report)
}

/// What would be replaced in a report, each with where it stands.
pub fn replacements(
    vault: &UnlockedVault,
    code: &ClientCode,
    report: &CaseReport,
    (form, lang): (&ReportForm, Lang),
) -> Result<Vec<Proposed>, VaultError> {
    Ok(propose(report, form, &vault.client(code)?, lang))
}

/// Takes the newest revision out of the vault, with its document: what was taken to be replaced is replaced, measures have
/// their charts. Refused without a reason, before anything is opened (L10).
pub fn hand_out(
    vault: &UnlockedVault,
    code: &ClientCode,
    asked: Asked<'_>,
    data: ReportData<'_>,
) -> Result<(ReportVersion, Document), ErrorReport> {
    let newest = vault.export_case_reports(code, asked.form, asked.reason)?.pop().ok_or_else(none_yet)?;
    let section = data.form.filled_by(Fill::Measures).map(|p| p.id.clone()).unwrap_or_default();
    let wanted = newest.what.lines(&section).iter().filter_map(|l| match &l.source {
        ReportSource::Sheet { instrument, .. } => Some(instrument.clone()),
        _ => None,
    });
    let wanted: BTreeSet<_> = wanted.collect();
    let (mut given, mut sex) = (Vec::new(), None);
    if !wanted.is_empty() {
        let opened = vault.export_client(code, asked.form, asked.reason)?;
        given = sheets(&opened);
        given.retain(|a| wanted.contains(&a.instrument));
        sex = newest_card(&opened).and_then(|c| c.sex);
    }
    let courses = courses(data.library, &given, None, data.lang);
    let centre = vault.roster().centre;
    let heading = paper::Heading {
        centre: &centre,
        author: &newest.author_name,
        revision: newest.revision,
        today: &vault.now().date(),
        lang: data.lang,
    };
    let notice = said_of_models(vault, &newest.what, asked)?;
    let document = paper::document(&heading, &newest.what, data.form, (&courses, sex), notice);
    Ok((newest, document))
}

/// What is said of lines that a model worded first: from the drafts of the notes that they stand in (L3).
fn said_of_models(vault: &UnlockedVault, report: &CaseReport, asked: Asked<'_>) -> Result<Option<String>, ErrorReport> {
    let worded = report.sections.iter().flat_map(|s| &s.lines).filter(|l| l.ai);
    let sessions: BTreeSet<SessionId> = worded
        .filter_map(|l| match &l.source {
            ReportSource::Note { session, .. } => Some(*session),
            _ => None,
        })
        .collect();
    let mut histories = Vec::new();
    for session in sessions {
        histories.extend(vault.export_note(session, asked.form, asked.reason)?);
    }
    let notes = histories.iter().filter_map(|h| Some((&h.newest()?.note, h.drafts.as_slice())));
    Ok(notice::of_notes(notes, asked.lang))
}

/// The client has no report that could be shown or taken away.
pub fn none_yet() -> ErrorReport {
    ErrorReport::with(Exit::Refused, msg("report-none-yet"), msg("report-none-yet.hint"))
}

fn newest_card(opened: &[Opened]) -> Option<&ClientCard> {
    opened.iter().rev().find_map(|o| match &o.body {
        Body::Client { card } => Some(card.as_ref()),
        _ => None,
    })
}

fn sheets(opened: &[Opened]) -> Vec<Administration> {
    let sheet = |o: &Opened| match &o.body {
        Body::Administration { sheet } => Some((**sheet).clone()),
        _ => None,
    };
    let mut found: Vec<Administration> = opened.iter().filter_map(sheet).collect();
    found.sort_by_key(|a| a.given_at);
    found
}

fn newest_plan(opened: &[Opened]) -> Option<(Timestamp, Plan)> {
    opened.iter().rev().find_map(|o| match &o.body {
        Body::Plan { plan } if plan.kind == PlanKind::Treatment => Some((o.header.at, plan.clone())),
        _ => None,
    })
}
