//! The case report for supervision: headings with what the record filled and what the counsellor writes. A supervisor reads it.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, SELECTED};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::flow::case_report;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{Page, READERS};
use crate::app::screen::Screen;
use crate::app::state::note::text_width;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::report::ReportPage;
use crate::domain::governance::access::Capability;

const COMMANDS: &[Row] = &[
    row!(Command::Save, [Key::ctrl('s')], "key-save-report", "key-save-report.short").needing(Capability::WriteNote),
    row!(Command::Fill, [Key::ctrl('f')], "key-fill-report", "key-fill-report.short").needing(Capability::WriteNote),
    row!(Command::Replace, [Key::ctrl('r')], "key-report-replace", "key-report-replace.short")
        .needing(Capability::WriteNote),
    row!(Command::Paper, [Key::ctrl('e')], "key-report-paper", "key-report-paper.short")
        .needing(Capability::ExportContent),
    row!(Command::Stretch, [Key::ctrl('t')], "key-report-stretch", "key-report-stretch.short")
        .needing(Capability::WriteNote),
    row!(Command::Undo, [Key::ctrl('u')], "key-undo").needing(Capability::WriteNote),
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-report-new-line").needing(Capability::WriteNote),
    row!(Command::PageUp, [Key::plain(KeyName::PageUp)], "key-section-before"),
    row!(Command::PageDown, [Key::plain(KeyName::PageDown)], "key-section-after", "key-section-after.short"),
];

/// The report.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, SELECTED, ARROWS, BACK_TYPING, EVERYWHERE_TYPING],
    step: command,
    typing: |model| model.pages.get::<ReportPage>().is_some_and(|page| page.writes),
    typed,
    text: |model| model.pages.get::<ReportPage>().filter(|page| page.writes).map(|page| &page.text),
    scrolls: false,
    ..Page::PLAIN
};

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let width = text_width(model.cols);
    if let Some(page) = model.pages.get_mut::<ReportPage>().filter(|p| p.writes && !p.asking) {
        page.text.edit_at(edit, width);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let width = text_width(model.cols);
    let Some(page) = model.pages.get_mut::<ReportPage>() else {
        model.back();
        return Vec::new();
    };
    let section = page.text.caret().section;
    match command {
        Command::Save if page.writes => return case_report::save(model),
        Command::Fill => return case_report::fill(model),
        Command::Stretch => return case_report::choose_stretch(model),
        Command::Replace => return case_report::replacements(model),
        Command::Undo if page.writes && !page.text.undo() => model.say(Say::NothingToUndo),
        Command::Paper => {
            if page.unsaved() || page.head.is_none() {
                model.say(Say::SaveReportFirst);
            } else {
                model.go(Screen::ReportPaper);
            }
        }
        Command::Open if page.writes => page.text.newline(),
        Command::PageUp => page.text.to_section(section.saturating_sub(1)),
        Command::PageDown => page.text.to_section(section + 1),
        Command::Back if page.unsaved() => {
            model.overlay = Some(Overlay::Confirm(Question::LeaveReport { program: false }));
        }
        Command::Back => return case_report::leave(model),
        Command::Up => {
            page.text.up(width);
        }
        Command::Down => {
            page.text.down(width);
        }
        _ => {}
    }
    Vec::new()
}
