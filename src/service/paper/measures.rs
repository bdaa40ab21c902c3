//! Measures as a document: for each instrument a chart over time and the sheets with what they scored.

use super::Heading;
use crate::domain::assessment::administration::Administration;
use crate::domain::assessment::administration::points;
use crate::domain::assessment::chart as drawn;
use crate::domain::assessment::course::Course;
use crate::domain::assessment::instrument::Sex;
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Chart, Document, Run, Style};

/// The document of what was given.
pub fn document(heading: &Heading<'_>, courses: &[Course<'_>], sex: Option<Sex>) -> Document {
    let mut doc = heading.document(heading.lang.say("paper-measures").to_owned());
    doc.blocks = body(courses, sex, heading.lang);
    doc
}

/// Chart, table and change of each instrument.
pub(super) fn body(courses: &[Course<'_>], sex: Option<Sex>, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    for course in courses {
        blocks.push(Block::heading(course.instrument.title.pick(lang)));
        if course.sheets.iter().filter(|s| s.score.score.is_some()).count() > 1 {
            blocks.push(Block::Chart(chart(course, sex, lang)));
        }
        blocks.push(Block::Table {
            head: ["paper-day", "paper-score", "paper-band", "paper-change"].map(|id| lang.say(id).to_owned()).to_vec(),
            widths: vec![3, 2, 5, 4],
            rows: course.sheets.iter().map(|sheet| row(course, sheet, lang)).collect(),
        });
        let reasons: Vec<String> = course.alert.reasons.iter().map(|r| r.say(lang)).collect();
        if !reasons.is_empty() {
            blocks.push(Block::Paragraph(vec![Run::styled(reasons.join(" "), Style::Small)]));
        }
    }
    blocks
}

fn row(course: &Course<'_>, sheet: &Administration, lang: Lang) -> Vec<Vec<Run>> {
    let score = &sheet.score;
    let total = score.score.map_or_else(|| lang.say("paper-not-scored").to_owned(), |p| p.to_string());
    let band = score.band.as_ref().map_or("", |b| b.label.as_str());
    // A sheet made from talk is another measurement: compared with its like, and marked.
    let like = || course.sheets.iter().filter(|s| s.mode.is_self_report() == sheet.mode.is_self_report());
    let talk = if sheet.mode.is_self_report() { "" } else { lang.say("paper-from-talk") };
    let first = like().find_map(|s| s.score.score);
    let change = match (first, score.score) {
        (Some(first), Some(now)) if like().next().is_some_and(|s| s.given_at != sheet.given_at) => {
            course.instrument.change(None, first, now)
        }
        _ => None,
    };
    let change = change.map_or_else(String::new, |c| format!("{:+} · {}", c.delta, c.class.label(lang)));
    [sheet.given_at.date(), format!("{total} ({}–{})", score.min, score.max), format!("{band}{talk}"), change]
        .map(|text| vec![Run::plain(text)])
        .to_vec()
}

/// The same chart as on the screen: its bands are lines across.
fn chart(course: &Course<'_>, sex: Option<Sex>, lang: Lang) -> Chart {
    let sheets: Vec<Administration> = course.sheets.iter().map(|s| (*s).clone()).collect();
    let of = points(&sheets, &course.instrument.id);
    let shown = drawn::Chart::new(course.instrument, of, course.alert.clone(), sex, lang);
    let own = course.sheets.iter().filter(|s| s.mode.is_self_report());
    let scored = own.filter_map(|s| s.score.score.map(|p| (s.given_at.date(), p.value())));
    Chart {
        title: lang.say("paper-course").to_owned(),
        range: (f64::from(shown.min), f64::from(shown.max)),
        points: scored.map(|(day, score)| (day.get(5..).unwrap_or(&day).to_owned(), score)).collect(),
        levels: shown
            .bands
            .iter()
            .filter(|b| b.from > shown.min)
            .map(|b| (f64::from(b.from), b.label.clone()))
            .collect(),
    }
}
