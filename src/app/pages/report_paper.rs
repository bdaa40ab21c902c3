//! A case report on paper: into which file, and why (L10).

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::{Effect, ReportAct};
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::report::ReportPage;
use crate::app::state::store::Subject;

/// The form.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered,
    step: command,
    typed,
    ..Page::FORM
};

/// What is typed there.
#[derive(Debug, Clone, Default)]
pub struct ReportPaperForm {
    /// Reason, file.
    pub fields: [Field; 2],
    /// Which has the caret.
    pub focus: usize,
    /// It is being written.
    pub writing: bool,
}

fn entered(model: &mut Model) -> Vec<Effect> {
    let client = model.pages.get::<ReportPage>().map(|page| page.client.id);
    let about = Subject { client, ..Subject::default() };
    let reason = model.lang.say("report-usual-reason");
    let file = format!("case-report-{}.docx", model.now.date());
    let fields = [Field::with(reason), Field::with(&file)];
    model.pages.fill(about, || ReportPaperForm { fields, focus: 0, writing: false });
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut ReportPaperForm| form.fields[form.focus.min(1)].edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let client = model.pages.get::<ReportPage>().map(|page| page.client.id);
    let Some(form) = model.pages.get_mut::<ReportPaperForm>() else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Up | Command::PrevPane => form.focus = 0,
        Command::Down | Command::NextPane => form.focus = 1,
        Command::Back => model.back(),
        Command::Open if form.focus == 0 => form.focus = 1,
        Command::Open if !form.writing => {
            let [reason, file] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
            let (Some(client), false, false) = (client, reason.is_empty(), file.is_empty()) else {
                model.say(Say::FieldMissing);
                return Vec::new();
            };
            form.writing = true;
            return vec![Effect::Report(client, ReportAct::Write { file, reason, lang: model.lang })];
        }
        _ => {}
    }
    Vec::new()
}

/// It could not be written: the form stays.
pub fn not_written(model: &mut Model) {
    model.pages.with(|form: &mut ReportPaperForm| form.writing = false);
}

/// It is on disk.
pub fn written(model: &mut Model, file: String) {
    model.pages.take::<ReportPaperForm>();
    if model.screen == Screen::ReportPaper {
        model.back();
    }
    model.say(Say::PaperWritten(file));
}
