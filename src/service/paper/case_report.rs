//! A case report for supervision on paper: headings in order, each line with its source behind it, measures with their charts,
//! empty sections as room to write, and everything that was taken to be replaced replaced. The client's code is not on it.

use super::measures;
use crate::domain::assessment::course::Course;
use crate::domain::assessment::instrument::Sex;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::review::replace::apply;
use crate::domain::review::report::{CaseReport, Replacement, ReportLine, ReportSource, Tells};
use crate::domain::review::report_form::{Fill, ReportForm};
use crate::formats::document::{Block, Document, Marker, Page, Run, Style};
use crate::texts::msg;

/// Lines to write on where a section is empty.
const ROOM: u8 = 3;

/// What stands on it besides the report.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The centre's name, for the footer.
    pub centre: &'a str,
    /// Who wrote it.
    pub author: &'a str,
    /// Which revision.
    pub revision: u32,
    /// Day of printing, `YYYY-MM-DD`.
    pub today: &'a str,
    /// Labels.
    pub lang: Lang,
}

/// The document.
pub fn document(
    heading: &Heading<'_>,
    report: &CaseReport,
    form: &ReportForm,
    (courses, sex): (&[Course<'_>], Option<Sex>),
    notice: Option<String>,
) -> Document {
    let lang = heading.lang;
    let mut blocks = Vec::new();
    for (n, part) in form.parts.iter().enumerate() {
        blocks.push(Block::heading(format!("{}. {}", n + 1, part.text(lang).title)));
        let lines = report.lines(&part.id);
        if lines.is_empty() {
            blocks.push(Block::Blank { label: part.text(lang).guide.clone(), lines: ROOM });
        }
        blocks.extend(lines.iter().map(|line| item(line, lang)));
        if part.fills.contains(&Fill::Measures) {
            blocks.extend(measures::body(courses, sex, lang).into_iter().map(lower));
        }
    }
    let fact = |id: &'static str, value: &str| (lang.say(id).to_owned(), ClientText::new(value));
    let footer = msg("report-footer").with("centre", heading.centre).with("revision", heading.revision).text(lang);
    let mut document = Document {
        title: lang.say("report-title").to_owned(),
        lang,
        page: Page::A4,
        facts: vec![fact("report-by", heading.author), fact("report-on", heading.today)],
        blocks,
        footer,
        ai_notice: notice,
    };
    replace(&mut document, &report.replaced);
    document
}

fn item(line: &ReportLine, lang: Lang) -> Block {
    let mut runs = vec![Run { ai: line.ai, ..Run::plain(line.text.reveal()) }];
    let label = line.source.label(line.edited, lang);
    if matches!(line.source, ReportSource::Said { .. }) {
        return Block::Quote { runs, source: label };
    }
    if !label.is_empty() {
        runs.push(Run::styled(format!("  [{label}]"), Style::Small));
    }
    Block::Item { marker: Marker::Bullet, runs }
}

/// The heading of a measure stands below that of its section.
fn lower(block: Block) -> Block {
    match block {
        Block::Heading { text, .. } => Block::Heading { level: 2, text },
        other => other,
    }
}

/// Replaces in everything that is read on the paper. Where dates are replaced, the points of a chart are counted instead.
fn replace(document: &mut Document, replaced: &[Replacement]) {
    if replaced.is_empty() {
        return;
    }
    let dates = replaced.iter().any(|r| r.tells == Tells::Date);
    let words = |text: &mut ClientText| *text = ClientText::new(&apply(text.reveal(), replaced));
    let runs = |runs: &mut Vec<Run>| runs.iter_mut().for_each(|run| words(&mut run.text));
    for block in &mut document.blocks {
        match block {
            Block::Paragraph(of) | Block::Item { runs: of, .. } => runs(of),
            Block::Quote { runs: of, source } => {
                runs(of);
                *source = apply(source, replaced);
            }
            Block::Table { rows, .. } => {
                for cell in rows.iter_mut().flatten() {
                    runs(cell);
                }
                if dates {
                    count_days(rows);
                }
            }
            Block::Chart(chart) if dates => {
                for (n, (label, _)) in chart.points.iter_mut().enumerate() {
                    *label = (n + 1).to_string();
                }
            }
            Block::Callout { lines, .. } => lines.iter_mut().for_each(runs),
            Block::Heading { .. } | Block::Blank { .. } | Block::PageBreak | Block::Chart(_) => {}
        }
    }
}

/// A day of a sheet that is in no line of the report was not proposed, and is counted like the points of the chart.
fn count_days(rows: &mut [Vec<Vec<Run>>]) {
    for (n, row) in rows.iter_mut().enumerate() {
        if let Some(run) = row.first_mut().and_then(|cell| cell.first_mut())
            && run.text.reveal().parse::<jiff::civil::Date>().is_ok()
        {
            run.text = ClientText::new(&(n + 1).to_string());
        }
    }
}
