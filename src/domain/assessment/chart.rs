//! A client's scores as a picture made of text: bands shaded, the corridor round the first score, critical sheets
//! marked, and the answers beside it. Pure: data in, lines out; a screen draws the same data with colour.

use crate::domain::assessment::administration::{Administration, Mode};
use crate::domain::assessment::blanks::PRORATED_MARK;
use crate::domain::assessment::instrument::{Instrument, Sex};
use crate::domain::assessment::trajectory::{Alert, Point, corridor};
use crate::domain::practice::lang::Lang;
use unicode_width::UnicodeWidthStr;

/// Before the total of a sheet made from talk.
const TALK_MARK: &str = "“";

/// Shading from the least to the gravest band.
const SHADES: [char; 5] = [' ', '·', '░', '▒', '▓'];
/// A chart below this many rows or columns shows nothing readable.
const LEAST: (usize, usize) = (24, 6);

/// One band of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadedBand {
    /// Lowest score.
    pub from: i32,
    /// Highest score.
    pub to: i32,
    /// Name of the band in the language of the chart.
    pub label: String,
}

/// What a line below a chart is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The bounds within which change is not reliable.
    Corridor,
    /// The mark of sheets with an answer that must not wait.
    Critical,
    /// The colour of the alert.
    Alert,
    /// Why it has that colour.
    Reason,
    /// What is not verified of it.
    Caution,
}

/// What a chart shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Title of the instrument.
    pub title: String,
    /// Lowest possible score.
    pub min: i32,
    /// Highest possible score.
    pub max: i32,
    /// Scores, oldest first.
    pub points: Vec<Point>,
    /// Bands of the instrument's first set, lowest first.
    pub bands: Vec<ShadedBand>,
    /// Bounds round the first score within which change is not reliable.
    pub corridor: Option<(f64, f64)>,
    /// Where the corridor comes from.
    pub corridor_source: String,
    /// The alert of these points.
    pub alert: Alert,
    /// Language of labels.
    pub lang: Lang,
}

impl Chart {
    /// The chart of an instrument's points, oldest first.
    pub fn new(instrument: &Instrument, points: Vec<Point>, alert: Alert, sex: Option<Sex>, lang: Lang) -> Self {
        let bands = instrument.leading_bands(sex).map_or_else(Vec::new, |set| {
            let shade = |b: &crate::domain::assessment::instrument::Band| ShadedBand {
                from: b.from,
                to: b.to,
                label: lang.pick(&b.ko, &b.en).to_owned(),
            };
            set.list.iter().map(shade).collect()
        });
        let source = instrument.changes.iter().find(|c| c.scale.is_none() && c.default).map(|c| c.source.clone());
        Chart {
            title: instrument.title.pick(lang).to_owned(),
            min: instrument.scoring.min,
            max: instrument.max_for(sex),
            corridor: points.first().and_then(|p| corridor(instrument, p.score)),
            corridor_source: source.unwrap_or_default(),
            points,
            bands,
            alert,
            lang,
        }
    }

    /// The plot with the explanations below it; those may be longer than `width`.
    pub fn draw(&self, width: usize, height: usize) -> Vec<String> {
        let mut lines = vec![self.title.clone()];
        lines.extend(self.plot(width, height));
        lines.extend(self.explain().into_iter().map(|(_, line)| line));
        lines
    }

    /// `height` rows of plot and the row of dates, each of at most `width` columns.
    pub fn plot(&self, width: usize, height: usize) -> Vec<String> {
        let (width, height) = (width.max(LEAST.0), height.max(LEAST.1));
        let axis = self.max.to_string().len().max(self.min.to_string().len());
        let labels = self.bands.iter().map(|b| b.label.width()).max().unwrap_or(0);
        let plot = width.saturating_sub(axis + labels + 4).max(8);
        let row_of = |v: f64| -> usize {
            let span = f64::from((self.max - self.min).max(1));
            let up = (v - f64::from(self.min)) / span * (height - 1) as f64;
            (height - 1).saturating_sub(up.round().clamp(0.0, (height - 1) as f64) as usize)
        };
        let mut cells = vec![vec![' '; plot]; height];
        let mut label_of_row: Vec<&str> = vec![""; height];
        let value_of = |row: usize| -> i32 {
            let span = f64::from(self.max - self.min);
            self.min + (span * (height - 1 - row) as f64 / (height - 1) as f64).round() as i32
        };
        for (row, line) in cells.iter_mut().enumerate() {
            let v = value_of(row);
            if let Some(n) = self.bands.iter().position(|b| v >= b.from && v <= b.to) {
                line.fill(shade(n, self.bands.len()));
            }
        }
        for band in &self.bands {
            let row = row_of(f64::from(band.from + band.to) / 2.0);
            if let Some(label) = label_of_row.get_mut(row).filter(|l| l.is_empty()) {
                *label = &band.label;
            }
        }
        if let Some((low, high)) = self.corridor {
            for bound in [low, high] {
                cells[row_of(bound)].fill('╌');
            }
        }
        let last = self.points.len().saturating_sub(1).max(1);
        for (n, p) in self.points.iter().enumerate() {
            let column = if self.points.len() < plot / 2 { 1 + n * (plot - 2) / last } else { n * (plot - 1) / last };
            let cell = &mut cells[row_of(p.score.value())][column.min(plot - 1)];
            if !p.critical.is_empty() {
                *cell = '▲';
            } else if *cell != '▲' {
                *cell = '●';
            }
        }
        let mut lines = Vec::with_capacity(height + 1);
        let mut shown = None;
        for (row, line) in cells.iter().enumerate() {
            let v = value_of(row);
            let tick = if shown == Some(v) { String::new() } else { v.to_string() };
            shown = Some(v);
            let drawn: String = line.iter().collect();
            lines.push(format!("{tick:>axis$} ┤{drawn}│ {}", label_of_row[row]).trim_end().to_owned());
        }
        if let (Some(first), Some(end)) = (self.points.first(), self.points.last()) {
            let (a, b) = (first.at.date(), end.at.date());
            let gap = plot.saturating_sub(a.len() + b.len());
            lines.push(format!("{:>axis$} └{a}{}{b}", "", "─".repeat(gap)));
        }
        lines
    }

    /// What the signs mean, where the corridor comes from, and the alert with its reasons.
    pub fn explain(&self) -> Vec<(Meaning, String)> {
        let lang = self.lang;
        let mut lines = Vec::new();
        if let Some((low, high)) = self.corridor {
            let name = lang.say("assessment-chart-first-score-reliable-change");
            lines.push((Meaning::Corridor, format!("{name}: {low}–{high} ({})", self.corridor_source)));
        }
        if self.points.iter().any(|p| !p.critical.is_empty()) {
            let mark = lang.say("assessment-chart-sheet-answer-must-not-wait");
            lines.push((Meaning::Critical, mark.to_owned()));
        }
        let (word, glyph) = (self.alert.colour.word(lang), self.alert.colour.glyph());
        lines.push((Meaning::Alert, format!("{glyph} {}: {word}", lang.say("assessment-chart-alert"))));
        lines.extend(self.alert.reasons.iter().map(|r| (Meaning::Reason, format!("  - {}", r.say(lang)))));
        lines.extend(self.alert.caution.iter().map(|c| (Meaning::Caution, format!("  * {c}"))));
        lines
    }
}

fn shade(n: usize, of: usize) -> char {
    let at = if of <= 1 { 0 } else { n * (SHADES.len() - 1) / (of - 1) };
    SHADES[at.min(SHADES.len() - 1)]
}

/// The answers of at most `most` of the latest sheets, one row an item, the newest on the right, the sum last. Each sheet
/// takes six columns, the numbers eight. No item words, so it may always be shown.
pub fn item_table(instrument: &Instrument, sheets: &[&Administration], most: usize, lang: Lang) -> Vec<String> {
    let answered: Vec<_> =
        sheets.iter().filter_map(|a| a.answers().map(|s| (a.given_at.date(), s, &a.score, a.mode))).collect();
    let latest = &answered[answered.len().saturating_sub(most)..];
    if latest.is_empty() {
        return Vec::new();
    }
    let head = lang.say("assessment-chart-item");
    let mut lines = vec![format!(
        "{head}{}{}",
        " ".repeat(8usize.saturating_sub(head.width())),
        latest.iter().map(|(d, ..)| format!(" {:>5}", &d[5..])).collect::<String>()
    )];
    for n in 0..instrument.items.len() {
        let cell = |s: &crate::domain::assessment::score::Answers| {
            s.0.get(n).copied().flatten().map_or_else(|| "-".to_owned(), |v| v.to_string())
        };
        let row: String = latest.iter().map(|(_, s, ..)| format!(" {:>5}", cell(s))).collect();
        lines.push(format!("{:<8}{row}", instrument.number(n)));
    }
    let total = |p: &crate::domain::assessment::score::Score, mode: Mode| {
        let talk = if mode.is_self_report() { "" } else { TALK_MARK };
        let mark = if p.prorated { PRORATED_MARK } else { talk };
        p.score.map_or_else(|| "–".to_owned(), |p| format!("{mark}{p}"))
    };
    let row: String = latest.iter().map(|(.., score, mode)| format!(" {:>5}", total(score, *mode))).collect();
    lines.push(format!("{:<8}{row}", "Σ"));
    if latest.iter().any(|(.., mode)| !mode.is_self_report()) {
        lines.push(lang.say("assessment-chart-from-talk").to_owned());
    }
    for (day, _, score, _) in latest {
        if let Some(blanks) = score.blanks(instrument, lang) {
            lines.push(format!("{:<8} {}: {blanks}", "", &day[5..]));
        }
    }
    lines
}
