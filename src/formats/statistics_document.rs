//! Statistics of escalations as a page: a chart by month, and a bar for every count that is shown.

use crate::domain::crisis::escalation::Word;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::statistics::{CountTable, Shown, Statistics};
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Chart, Document, Page, Run, Style};
use crate::formats::statistics_csv::table_title;
use crate::texts::msg;

/// The most boxes of a bar.
const BAR: u64 = 20;

/// The page. Every count that is shown has a bar beside it, in relation to the greatest of its table.
pub fn document(found: &Statistics, rules: &Rules, centre: &str, lang: Lang) -> Document {
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
        let greatest = table.rows.iter().filter_map(|(_, shown)| shown.count()).max().unwrap_or(0);
        for (n, (code, shown)) in table.rows.iter().enumerate() {
            let title = if n == 0 { table_title(table.of, lang) } else { "" };
            let name = label(table.of, code, rules, lang);
            let bar = bar(shown.count(), greatest);
            rows.push(vec![
                vec![Run::plain(title)],
                vec![Run::plain(name)],
                vec![Run::plain(count(*shown))],
                vec![Run::styled(bar, Style::Small)],
            ]);
        }
    }
    let head = ["statistics-table", "statistics-code", "statistics-count", "statistics-bar"];
    let head = head.map(|id| lang.say(id).to_owned()).to_vec();
    blocks.push(Block::Table { head, widths: vec![3, 5, 3, 5], rows });
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

/// A bar of boxes; at least one where something was counted, none for what is withheld.
fn bar(shown: Option<u64>, greatest: u64) -> String {
    let Some(n) = shown.filter(|n| *n > 0 && greatest > 0) else { return String::new() };
    let boxes = (n * BAR).div_ceil(greatest.max(BAR)).clamp(1, BAR);
    "■".repeat(usize::try_from(boxes).unwrap_or(0))
}

/// What a code of a table is called.
pub fn label(of: &str, code: &str, rules: &Rules, lang: Lang) -> String {
    let Ok(word) = code.parse::<Word>() else { return code.to_owned() };
    let text = match (of, code) {
        ("reason", _) => Rules::label(&rules.reason, &word, lang),
        ("basis", _) => rules.basis(&word).map_or(code, |basis| basis.label(lang)),
        ("outcome", "open") => lang.say("statistics-open"),
        ("outcome", _) => Rules::label(&rules.outcome, &word, lang),
        ("second-person", "two") => lang.say("statistics-two"),
        ("second-person", _) => lang.say("statistics-alone"),
        ("state", "raised") => lang.say("escalation-state-raised"),
        ("state", "approved") => lang.say("escalation-state-approved"),
        ("state", "exported") => lang.say("escalation-state-exported"),
        ("state", "received") => lang.say("escalation-state-received"),
        ("state", "closed") => lang.say("escalation-state-closed"),
        _ => code,
    };
    text.to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_count_among_the_others_and_what_is_withheld_has_none() {
        let boxes = |n, greatest| bar(n, greatest).chars().count();
        assert_eq!([boxes(Some(40), 40), boxes(Some(20), 40), boxes(Some(1), 40)], [20, 10, 1]);
        assert_eq!([boxes(Some(6), 6), boxes(Some(0), 6), boxes(None, 6), boxes(None, 0)], [6, 0, 0, 0]);
    }
}
