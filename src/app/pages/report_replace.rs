//! What would be replaced in a case report: what, by what, where. Taken one by one or all.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::case_report;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::page::{COUNSELLOR, Page};
use crate::app::state::report::ReplacementRows;

const COMMANDS: &[Row] = &[
    row!(Command::Checked, [Key::char(' ')], "key-take-replacement", "key-take-replacement.short"),
    row!(Command::Accept, [Key::char('a')], "key-take-all-replacements", "key-take-all-replacements.short"),
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-keep-replacements", "key-keep-replacements.short"),
];

/// The table.
pub const PAGE: Page =
    Page { audience: COUNSELLOR, commands: &[COMMANDS, LIST, BACK_SHOWN, EVERYWHERE], step: command, ..Page::PLAIN };

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(rows) = model.pages.get_mut::<ReplacementRows>() else {
        model.back();
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        rows.at = step(rows.at, by, rows.rows.len());
    }
    match command {
        Command::Checked => {
            let at = rows.at;
            if let Some(row) = rows.rows.get_mut(at) {
                row.taken = !row.taken;
            }
            rows.at = step(at, 1, rows.rows.len());
        }
        Command::Accept => {
            // All, and once more for none.
            let all = rows.rows.iter().all(|r| r.taken);
            rows.rows.iter_mut().for_each(|r| r.taken = !all);
        }
        Command::Open => return case_report::take(model),
        Command::Back => model.back(),
        _ => {}
    }
    Vec::new()
}
