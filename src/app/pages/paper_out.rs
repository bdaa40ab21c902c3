//! A paper of the office: which, into which file, and where content goes out, why (L10).

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::{Effect, OfficeAsk, PaperOut};
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::state::store::Subject;
use crate::domain::governance::access_log::Month;

/// The form.
pub const PAGE: Page = Page {
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered: |model| {
        if model.pages.get::<OutForm>().is_none() {
            model.back();
        }
        Vec::new()
    },
    step: command,
    typed,
    ..Page::FORM
};

/// Which paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutKind {
    /// The signed report of a month. Its fields: file.
    Inspection(Month),
    /// The course of the packet of this number. Its fields: reason, file.
    Course(String),
    /// One's own hours of supervision. Its fields: file.
    Hours,
    /// Statistics of escalations. Its fields: first day, last day, file.
    Statistics,
}

/// What is typed there.
#[derive(Debug, Clone)]
pub struct OutForm {
    /// Which paper.
    pub kind: OutKind,
    /// As many as the kind has; the last is the file.
    pub fields: Vec<Field>,
    /// Which has the caret.
    pub focus: usize,
    /// It is being written.
    pub writing: bool,
}

/// Goes to the form of a paper, with what is usual in its fields.
pub fn begin(model: &mut Model, kind: OutKind) {
    let today = model.now.date();
    let fields = match &kind {
        OutKind::Inspection(month) => vec![format!("inspection-{month}.pdf")],
        OutKind::Course(number) => vec![String::new(), format!("packet-{number}-course.pdf")],
        OutKind::Hours => vec![format!("supervision-hours-{today}.csv")],
        OutKind::Statistics => {
            let year = today.get(..4).unwrap_or_default();
            vec![format!("{year}-01-01"), today.clone(), format!("escalations-{today}.pdf")]
        }
    };
    let last = fields.len().saturating_sub(1);
    // Of a file one changes the name; a day one types anew.
    let field = |(n, text): (usize, &String)| if n == last { Field::with(text) } else { Field::usual(text) };
    let fields = fields.iter().enumerate().map(field).collect();
    let about = Subject::of(format!("{kind:?}"));
    model.pages.fill(about, || OutForm { kind, fields, focus: 0, writing: false });
    model.go(Screen::PaperOut);
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<OutForm>()
        && let Some(field) = form.fields.get_mut(form.focus)
    {
        field.edit(edit);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let lang = model.lang;
    let Some(form) = model.pages.get_mut::<OutForm>() else {
        model.back();
        return Vec::new();
    };
    let last = form.fields.len().saturating_sub(1);
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(last),
        Command::Back => model.back(),
        Command::Open if form.focus < last => form.focus += 1,
        Command::Open if !form.writing => {
            let texts: Vec<String> = form.fields.iter().map(|f| f.text().trim().to_owned()).collect();
            if let Some(empty) = texts.iter().position(String::is_empty) {
                form.focus = empty;
                model.say(Say::FieldMissing);
                return Vec::new();
            }
            let out = match (&form.kind, texts.as_slice()) {
                (OutKind::Inspection(month), [file]) => {
                    PaperOut::Inspection { month: month.clone(), file: file.clone() }
                }
                (OutKind::Course(number), [reason, file]) => {
                    PaperOut::Course { number: number.clone(), reason: reason.clone(), file: file.clone() }
                }
                (OutKind::Hours, [file]) => PaperOut::Hours { file: file.clone() },
                (OutKind::Statistics, [from, to, file]) => {
                    PaperOut::Statistics { from: from.clone(), to: to.clone(), file: file.clone() }
                }
                _ => return Vec::new(),
            };
            form.writing = true;
            return vec![Effect::Office(OfficeAsk::Paper(out, lang))];
        }
        _ => {}
    }
    Vec::new()
}

/// It could not be written: the form stays.
pub fn not_written(model: &mut Model) {
    if let Some(form) = model.pages.get_mut::<OutForm>() {
        form.writing = false;
    }
}

/// It is on disk.
pub fn written(model: &mut Model, file: String) -> Vec<Effect> {
    model.pages.take::<OutForm>();
    if model.screen == Screen::PaperOut {
        model.back();
    }
    model.say(Say::PaperWritten(file));
    Vec::new()
}
