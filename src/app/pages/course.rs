//! The whole course of one packet on one page: what it is, what was done by whom, what is due.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::{Effect, OfficeAsk};
use crate::app::key::Key;
use crate::app::model::{Model, step};
use crate::app::page::Page;
use crate::app::pages::packets::marked;
use crate::app::pages::paper_out::{self, OutKind};
use crate::app::views::CourseView;

const COMMANDS: &[Row] = &[row!(Command::Paper, [Key::char('p')], "key-course-paper", "key-course-paper.short")];

/// The page.
pub const PAGE: Page =
    Page { commands: &[COMMANDS, LIST, BACK_SHOWN, EVERYWHERE], entered, step: command, ..Page::PLAIN };

/// What was read; none until then.
#[derive(Debug, Clone, Default)]
pub struct CoursePage {
    /// The course.
    pub view: Option<CourseView>,
    /// The first line that is shown, where not all fit.
    pub top: usize,
}

fn entered(model: &mut Model) -> Vec<Effect> {
    model.pages.put(CoursePage::default());
    match marked(model) {
        Some(number) => vec![Effect::Office(OfficeAsk::Course(number))],
        None => {
            model.back();
            Vec::new()
        }
    }
}

/// It was read.
pub fn loaded(model: &mut Model, view: CourseView) -> Vec<Effect> {
    model.pages.put(CoursePage { view: Some(view), top: 0 });
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let page: CoursePage = model.pages.read();
    let Some(view) = page.view else {
        if command == Command::Back {
            model.back();
        }
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        let lines = view.facts.len() + view.lines.len();
        model.pages.with(|page: &mut CoursePage| page.top = step(page.top, by, lines));
    }
    match command {
        Command::Paper => paper_out::begin(model, OutKind::Course(view.number)),
        Command::Back => {
            model.pages.take::<CoursePage>();
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
