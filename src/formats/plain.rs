//! Documents as plain text. What is indented is text and what is not is the document's own: a client's words, always
//! indented, can not look like a heading.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Chart, Document, Marker, Run, Style};
use crate::formats::exporter::Exporter;
use unicode_width::UnicodeWidthStr;

/// Plain text.
pub struct PlainDocument;

impl Exporter<Document> for PlainDocument {
    fn id(&self) -> &'static str {
        "txt"
    }
    fn extension(&self) -> &'static str {
        "txt"
    }
    fn write(&self, doc: &Document, _: Lang) -> Result<Vec<u8>, ErrorReport> {
        let doc = &doc.cleaned();
        let mut out = format!("{}\n\n", one_line(&doc.title));
        let widest = doc.facts.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
        for (name, value) in &doc.facts {
            out += &format!("  {}  {}\n", padded(name, widest), one_line(value.reveal()));
        }
        for block in &doc.blocks {
            out += &written(block, doc.lang);
        }
        if let Some(notice) = &doc.ai_notice {
            out += &format!("\n[{}] {}\n", doc.lang.say("formats-document-ai"), one_line(notice));
        }
        if !doc.footer.is_empty() {
            out += &format!("\n{}\n", one_line(&doc.footer));
        }
        Ok(out.into_bytes())
    }
}

fn written(block: &Block, lang: Lang) -> String {
    match block {
        Block::Heading { level, text } if *level <= 1 => format!("\n== {} ==\n", one_line(text)),
        Block::Heading { text, .. } => format!("\n-- {} --\n", one_line(text)),
        Block::Paragraph(runs) => format!("\n{}", indented(&said(runs, lang), "  ", "  ")),
        Block::Item { marker, runs } => {
            let sign = match marker {
                Marker::Bullet => "- ".to_owned(),
                Marker::Number(n) => format!("{n}. "),
                Marker::Box(ticked) => if *ticked { "[x] " } else { "[ ] " }.to_owned(),
            };
            indented(&said(runs, lang), &format!("  {sign}"), &" ".repeat(2 + sign.len()))
        }
        Block::Quote { runs, source } => {
            let source = if source.is_empty() { String::new() } else { format!("    ({})\n", one_line(source)) };
            format!("\n{}{source}", indented(&said(runs, lang), "  > ", "  > "))
        }
        Block::Table { head, rows, .. } => {
            let cells = |row: &Vec<Vec<Run>>| row.iter().map(|c| one_line(&said(c, lang))).collect::<Vec<_>>();
            let head: Vec<String> = head.iter().map(|h| one_line(h)).collect();
            table(&head, &rows.iter().map(cells).collect::<Vec<_>>())
        }
        Block::Chart(chart) => {
            let head = chart_head(lang).map(str::to_owned);
            format!("\n-- {} --\n{}", one_line(&chart.title), table(&head, &chart_rows(chart)))
        }
        Block::Callout { title, lines } => {
            let rule = format!("  {}\n", "*".repeat(20));
            let lines: String = lines.iter().map(|l| indented(&said(l, lang), "  * ", "  * ")).collect();
            format!("\n{rule}  * {}\n{lines}{rule}", one_line(title))
        }
        Block::Blank { label, lines } => {
            format!("\n  {}\n{}", one_line(label), format!("\n  {}\n", "_".repeat(60)).repeat(usize::from(*lines)))
        }
        Block::PageBreak => "\n".to_owned(),
    }
}

/// The columns of a chart that is written as a table.
pub(super) fn chart_head(lang: Lang) -> [&'static str; 3] {
    ["formats-document-chart-when", "formats-document-chart-score", "formats-document-chart-level"]
        .map(|id| lang.say(id))
}

/// A chart's points as rows: label, score, the highest level that holds.
pub(super) fn chart_rows(chart: &Chart) -> Vec<Vec<String>> {
    let level = |y: f64| {
        let below = chart.levels.iter().filter(|(from, _)| *from <= y);
        below.max_by(|a, b| a.0.total_cmp(&b.0)).map_or_else(String::new, |(_, name)| name.clone())
    };
    let out_of = |y: f64| format!("{y} ({}–{})", chart.range.0, chart.range.1);
    chart.points.iter().map(|(name, y)| vec![one_line(name), out_of(*y), one_line(&level(*y))]).collect()
}

/// The words of runs; what was struck out stands in brackets, what a model worded has its mark behind it.
fn said(runs: &[Run], lang: Lang) -> String {
    let mut out = String::new();
    for (n, run) in runs.iter().enumerate() {
        match run.style {
            Style::Removed => out += &format!("[-{}-]", run.text.reveal()),
            Style::Added => out += &format!("[+{}+]", run.text.reveal()),
            Style::Plain | Style::Strong | Style::Small => out += run.text.reveal(),
        }
        if run.ai && !runs.get(n + 1).is_some_and(|next| next.ai) {
            out += &format!(" [{}]", lang.say("formats-document-ai"));
        }
    }
    out
}

/// White space as one blank: what stands where a line break would make another line of it.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn indented(text: &str, first: &str, rest: &str) -> String {
    let lines: Vec<String> = text.lines().map(one_line).collect();
    let lines = if lines.is_empty() { vec![String::new()] } else { lines };
    lines.iter().enumerate().map(|(n, l)| format!("{}{l}\n", if n == 0 { first } else { rest })).collect()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Columns as wide as their widest cell, up to 40; the last one is not padded.
fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let count = all().map(<[String]>::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..count).map(|n| all().filter_map(|r| r.get(n)).map(|c| c.width()).max().unwrap_or(0).min(40)).collect();
    let row = |cells: &[String]| {
        let last = cells.len().saturating_sub(1);
        let cells =
            cells.iter().zip(&widths).enumerate().map(|(n, (c, w))| if n == last { c.clone() } else { padded(c, *w) });
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let rule = format!("  {}\n", widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>().join("  "));
    format!("\n{}{rule}{}", row(head), rows.iter().map(|r| row(r)).collect::<String>())
}
