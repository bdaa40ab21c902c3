//! Statistics of escalations as a page with a chart by month.

use crate::domain::crisis::statistics::{CountTable, Shown, Statistics};
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Chart, Document, Page, Run};
use crate::formats::statistics_csv::table_title;
use crate::texts::msg;

/// The page.
pub fn document(found: &Statistics, centre: &str, lang: Lang) -> Document {
    let mut blocks = Vec::new();
    for table in &found.tables {
        if table.of == "month" {
            blocks.extend(chart(table, lang));
        }
    }
    let count = |shown: Shown| match shown {
        Shown::Count(n) => n.to_string(),
        Shown::Withheld => lang.say("statistics-withheld").to_owned(),
    };
    let mut rows = Vec::new();
    for table in &found.tables {
        for (n, (code, shown)) in table.rows.iter().enumerate() {
            let title = if n == 0 { table_title(table.of, lang) } else { "" };
            rows.push(vec![vec![Run::plain(title)], vec![Run::plain(code)], vec![Run::plain(count(*shown))]]);
        }
    }
    let head = ["statistics-table", "statistics-code", "statistics-count"].map(|id| lang.say(id).to_owned());
    blocks.push(Block::Table { head: head.to_vec(), widths: vec![3, 4, 2], rows });
    blocks.push(Block::text(lang.say("statistics-note")));
    let total = found.tables.first().map_or(Shown::Count(0), |t| t.total);
    let period = msg("statistics-period").with("from", &found.from).with("to", &found.to).text(lang);
    Document {
        title: lang.say("statistics-title").to_owned(),
        lang,
        page: Page::A4,
        facts: vec![
            (lang.say("statistics-period-label").to_owned(), Run::plain(period).text),
            (lang.say("statistics-total").to_owned(), Run::plain(count(total)).text),
        ],
        blocks,
        footer: centre.to_owned(),
        ai_notice: None,
    }
}

/// The months whose counts are shown, as a line; none where fewer than two are.
fn chart(table: &CountTable, lang: Lang) -> Option<Block> {
    let shown = table.rows.iter().filter_map(|(month, shown)| match shown {
        Shown::Count(n) => Some((month.clone(), *n as f64)),
        Shown::Withheld => None,
    });
    let points: Vec<(String, f64)> = shown.collect();
    let highest = points.iter().map(|p| p.1).fold(0.0, f64::max);
    (points.len() > 1).then(|| {
        let range = (0.0, highest.max(5.0));
        Block::Chart(Chart { title: lang.say("statistics-month").to_owned(), range, points, levels: Vec::new() })
    })
}
