//! The monthly inspection of the access log on paper: counts, exports with their reasons, refusals, what was done alone, roles.

use crate::domain::governance::access_log::{Entry, Inspection};
use crate::domain::governance::roster::Roster;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Document, Page, Run};
use crate::texts::msg;

/// The report.
pub fn document(report: &Inspection, roster: &Roster, lang: Lang) -> Document {
    let say = |id: &'static str| lang.say(id);
    let name = |id: MemberId| roster.member(id).map_or_else(|| "?".to_owned(), |m| m.name.clone());
    let fact = |label: &str, value: String| (label.to_owned(), Run::plain(value).text);
    let cell = |text: String| vec![Run::plain(text)];
    let mut blocks = Vec::new();
    let tasks = report.tasks.iter().map(|(task, n)| vec![cell(task.label().text(lang)), cell(n.to_string())]);
    blocks.push(Block::heading(say("inspection-tasks")));
    blocks.push(table(&["inspection-task", "inspection-count"], vec![4, 1], tasks.collect(), lang));
    let accounts = report.accounts.iter().map(|(id, n)| vec![cell(name(*id)), cell(n.to_string())]);
    blocks.push(Block::heading(say("inspection-accounts")));
    blocks.push(table(&["inspection-account", "inspection-count"], vec![4, 1], accounts.collect(), lang));
    let lists: [(&'static str, &[Entry]); 5] = [
        ("inspection-exports", &report.exports),
        ("inspection-refused", &report.refused),
        ("inspection-alone", &report.break_glass),
        ("inspection-destroyed", &report.destroyed),
        ("inspection-handed-on", &report.handed_on),
    ];
    for (title, entries) in lists {
        blocks.push(Block::heading(format!("{} ({})", say(title), entries.len())));
        if entries.is_empty() {
            continue;
        }
        let rows = entries.iter().map(|e| {
            let by = e.second.map_or_else(|| name(e.by), |second| format!("{}, {}", name(e.by), name(second)));
            let why = e.reason.clone().or_else(|| e.detail.clone()).unwrap_or_default();
            let whose = e.whose.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            vec![cell(e.at.shown()), cell(by), cell(whose), cell(why)]
        });
        let head = ["inspection-when", "inspection-account", "inspection-whose", "inspection-why"];
        blocks.push(table(&head, vec![3, 3, 2, 5], rows.collect(), lang));
    }
    let roles: Vec<Vec<Vec<Run>>> = roster
        .members
        .iter()
        .flat_map(|m| roster.roles_of(m.id).into_iter().map(move |held| (m, held)))
        .filter(|(_, held)| held.from.date().starts_with(&report.month.to_string()))
        .map(|(m, held)| {
            vec![
                cell(held.from.shown()),
                cell(m.name.clone()),
                cell(held.role.label(lang).to_owned()),
                cell(String::new()),
            ]
        })
        .collect();
    blocks.push(Block::heading(format!("{} ({})", say("inspection-roles"), roles.len())));
    if !roles.is_empty() {
        let head = ["inspection-when", "inspection-account", "inspection-role", "inspection-remark"];
        blocks.push(table(&head, vec![3, 3, 3, 2], roles, lang));
    }
    let open = report.unreviewed.len();
    let mut lines = vec![vec![Run::plain(msg("inspection-unreviewed").with("n", open).text(lang))]];
    lines.push(vec![Run::plain(msg("inspection-night").with("n", report.at_night).text(lang))]);
    lines.push(vec![Run::plain(msg("inspection-clock-back").with("n", report.clock_back.len()).text(lang))]);
    lines.push(vec![Run::plain(msg("inspection-breaks").with("n", report.breaks.len()).text(lang))]);
    blocks.push(Block::Callout { title: say("inspection-look").to_owned(), lines });
    blocks.push(Block::Blank { label: say("inspection-signed").to_owned(), lines: 2 });
    Document {
        title: msg("inspection-title").with("month", report.month.to_string()).text(lang),
        lang,
        page: Page::A4,
        facts: vec![
            fact(say("inspection-entries"), report.entries.to_string()),
            fact(say("inspection-by"), name(report.by)),
            fact(say("inspection-at"), report.at.shown()),
        ],
        blocks,
        footer: format!("{} · {}", roster.centre, say("breach-confidential")),
        ai_notice: None,
    }
}

fn table(head: &[&'static str], widths: Vec<u8>, rows: Vec<Vec<Vec<Run>>>, lang: Lang) -> Block {
    Block::Table { head: head.iter().map(|id| lang.say(id).to_owned()).collect(), widths, rows }
}
