//! The case report: opened from the client, filled from the record, its replacements taken, sealed. Nothing gets in that a
//! person did not type or ask for.

use crate::app::editor::NoteText;
use crate::app::effect::{Effect, ReportAct};
use crate::app::model::Model;
use crate::app::msg::ReportAnswer;
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::report::{ReplacementRows, ReportHead, ReportPage, StretchPage, to_draft};
use crate::domain::governance::access::Capability;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::review::report::CaseReport;
use crate::domain::review::report_form::Fill;

/// Asks for the report of the open client.
pub fn open(model: &mut Model) -> Vec<Effect> {
    match model.client.as_ref().map(|page| page.file.client.id) {
        Some(client) => vec![Effect::Report(client, ReportAct::Open)],
        None => Vec::new(),
    }
}

/// What the shell answers.
pub fn answered(model: &mut Model, answer: ReportAnswer) -> Vec<Effect> {
    if let Some(page) = model.pages.get_mut::<ReportPage>() {
        page.asking = false;
    }
    match answer {
        ReportAnswer::Opened { client, newest } => opened(model, client, newest),
        ReportAnswer::Filled { report, added } => filled(model, &report, added),
        ReportAnswer::Kept { head, edits } => return kept(model, head, edits),
        ReportAnswer::Replacements(rows) => {
            model.pages.put(ReplacementRows { rows, at: 0 });
            model.go(Screen::ReportReplace);
        }
        ReportAnswer::Said(said) => {
            let of_this = model.pages.get::<ReportPage>().is_some();
            if let Some(page) = model.pages.get_mut::<StretchPage>().filter(|_| of_this) {
                (page.said, page.from, page.at) = (Some(said), None, 0);
            }
        }
        ReportAnswer::Stretched(report) => stretched(model, &report),
        // The form of the file takes it.
        ReportAnswer::Written(_) => {}
    }
    Vec::new()
}

fn opened(model: &mut Model, client: ClientRow, newest: Option<(ReportHead, CaseReport)>) {
    let form = model.report_form.clone();
    let writes = model.may(Capability::WriteNote) && client.own;
    // What was typed and is not saved yet stays.
    let there = model.pages.get::<ReportPage>().is_some_and(|p| p.client.id == client.id && p.unsaved());
    if !there {
        let (head, report) = newest.map_or_else(|| (None, CaseReport::empty(&form)), |(h, r)| (Some(h), r));
        let text = NoteText::open(&form.as_sections(), &to_draft(&report, &form));
        let replaced = report.replaced;
        let (changed, saving, saved, leaving) = (false, None, 0, None);
        model.pages.put(ReportPage {
            client,
            text,
            replaced,
            head,
            writes,
            changed,
            saving,
            saved,
            asking: false,
            leaving,
        });
    }
    model.go(Screen::CaseReport);
}

/// Asks for what the record fills.
pub fn fill(model: &mut Model) -> Vec<Effect> {
    ask(model, ReportAct::Fill)
}

/// Asks for what would be replaced.
pub fn replacements(model: &mut Model) -> Vec<Effect> {
    ask(model, ReportAct::Replacements)
}

/// The sessions of the client from which a stretch can be chosen, newest first.
pub fn sessions(model: &Model) -> Vec<SessionRow> {
    let of = model.pages.get::<ReportPage>().map(|page| page.client.id);
    let page = model.client.as_ref().filter(|page| Some(page.file.client.id) == of);
    let rows = page.into_iter().flat_map(|page| &page.file.sessions);
    rows.filter(|row| row.state == SessionState::Ended).cloned().collect()
}

/// Goes to the choice of a stretch of verbatim.
pub fn choose_stretch(model: &mut Model) -> Vec<Effect> {
    if model.pages.get::<ReportPage>().is_some_and(|page| page.writes) {
        model.pages.put(StretchPage::default());
        model.go(Screen::ReportStretch);
    }
    Vec::new()
}

/// Asks for the lines of a session.
pub fn read_lines(model: &Model, session: SessionId) -> Vec<Effect> {
    let page = model.pages.get::<ReportPage>();
    page.map(|page| Effect::Report(page.client.id, ReportAct::Said(session))).into_iter().collect()
}

/// Asks for a stretch to be put into the report, in place of what stood there of that session.
pub fn stretch(model: &mut Model, (session, lines): (SessionId, (u32, u32))) -> Vec<Effect> {
    ask(model, |report| ReportAct::Stretch { report, session, lines })
}

fn stretched(model: &mut Model, report: &CaseReport) {
    let form = model.report_form.clone();
    let Some(page) = model.pages.get_mut::<ReportPage>() else { return };
    page.text = NoteText::open(&form.as_sections(), &to_draft(report, &form));
    let section = form.parts.iter().position(|part| part.fills.contains(&Fill::Verbatim)).unwrap_or(0);
    page.text.to_section(section);
    (page.changed, page.saved) = (true, page.text.edits());
    model.pages.take::<StretchPage>();
    if model.screen == Screen::ReportStretch {
        model.back();
    }
    model.say(Say::StretchTaken);
}

fn ask(model: &mut Model, act: impl FnOnce(Box<CaseReport>) -> ReportAct) -> Vec<Effect> {
    let form = model.report_form.clone();
    let Some(page) = model.pages.get_mut::<ReportPage>().filter(|p| p.writes) else { return Vec::new() };
    page.asking = true;
    vec![Effect::Report(page.client.id, act(Box::new(page.report(&form))))]
}

fn filled(model: &mut Model, report: &CaseReport, added: usize) {
    let form = model.report_form.clone();
    if let Some(page) = model.pages.get_mut::<ReportPage>().filter(|_| added > 0) {
        let caret = page.text.caret().section;
        page.text = NoteText::open(&form.as_sections(), &to_draft(report, &form));
        page.text.to_section(caret);
        (page.changed, page.saved) = (true, page.text.edits());
    }
    model.say(Say::ReportFilled(added));
}

/// Takes what is marked in the table, and seals the report with it.
pub fn take(model: &mut Model) -> Vec<Effect> {
    let Some(rows) = model.pages.get::<ReplacementRows>() else { return Vec::new() };
    let taken = rows.rows.iter().filter(|r| r.taken).map(|r| r.replacement.clone()).collect();
    if let Some(page) = model.pages.get_mut::<ReportPage>()
        && page.replaced != taken
    {
        (page.replaced, page.changed) = (taken, true);
    }
    model.back();
    if unsaved(model) { save(model) } else { Vec::new() }
}

/// True when a report is open and something of it is not on disk.
pub fn unsaved(model: &Model) -> bool {
    model.pages.get::<ReportPage>().is_some_and(ReportPage::unsaved)
}

/// Asks for the report to be sealed.
pub fn save(model: &mut Model) -> Vec<Effect> {
    let form = model.report_form.clone();
    let Some(page) = model.pages.get_mut::<ReportPage>() else { return Vec::new() };
    if page.saving.is_some() {
        return Vec::new();
    }
    if !page.unsaved() {
        model.say(Say::NothingToSave);
        return Vec::new();
    }
    let edits = page.text.edits();
    page.saving = Some(edits);
    let report = Box::new(page.report(&form));
    vec![Effect::Report(page.client.id, ReportAct::Keep { report, edits })]
}

/// Seals what is unsaved without a word, before the screen locks by itself.
pub fn save_silently(model: &Model) -> Vec<Effect> {
    let Some(page) = model.pages.get::<ReportPage>().filter(|p| p.unsaved() && p.saving.is_none()) else {
        return Vec::new();
    };
    let report = Box::new(page.report(&model.report_form));
    vec![Effect::Report(page.client.id, ReportAct::Keep { report, edits: page.text.edits() })]
}

fn kept(model: &mut Model, head: ReportHead, edits: u64) -> Vec<Effect> {
    let Some(page) = model.pages.get_mut::<ReportPage>() else { return Vec::new() };
    (page.saving, page.saved, page.changed, page.head) = (None, edits, false, Some(head));
    let leaving = page.leaving.take();
    model.say(Say::ReportSaved);
    match leaving {
        Some(true) => vec![Effect::Quit],
        Some(false) if model.screen == Screen::CaseReport => leave(model),
        Some(false) | None => Vec::new(),
    }
}

/// Something of it failed: it can be tried again.
pub fn failed(model: &mut Model) {
    if let Some(page) = model.pages.get_mut::<ReportPage>() {
        (page.saving, page.leaving, page.asking) = (None, None, false);
    }
}

/// Seals the report and then leaves its screen, or the program; stays where it cannot be sealed.
pub fn keep_and_leave(model: &mut Model, program: bool) -> Vec<Effect> {
    if let Some(page) = model.pages.get_mut::<ReportPage>() {
        page.leaving = Some(program);
    }
    save(model)
}

/// Leaves the report without what is not saved.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    model.pages.take::<ReportPage>();
    model.back();
    Vec::new()
}
