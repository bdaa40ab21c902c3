//! The mirror on paper: a document of one session or of several, or its blocks as a part of another document.

use crate::domain::mirror::measures::Measure;
use crate::domain::mirror::reading::{Counted, Mirror, Number, SessionMirror, Value};
use crate::domain::mirror::saying;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::clock;
use crate::domain::transcript::Transcript;
use crate::formats::document::{Block, Chart, Document, Page, Run, Style};
use crate::texts::msg;

/// Quotes of one number on paper at most; the rest is counted.
const MOST_QUOTES: usize = 5;

/// Who and what stands above.
#[derive(Debug, Clone, Copy)]
pub struct Head<'h> {
    /// The client, by code: no name on a paper about the counsellor's work.
    pub client: &'h ClientCode,
    /// Who made it.
    pub author: &'h str,
    /// The centre.
    pub centre: &'h str,
}

/// A document of these sessions, oldest first: over sessions where there are several, then each with its quotes where `quotes`.
pub fn document(sessions: &[SessionMirror], head: Head<'_>, quotes: bool, lang: Lang) -> Document {
    let mut blocks = Vec::new();
    if sessions.len() > 1 {
        blocks.push(Block::heading(lang.say("mirror-sessions-head")));
        blocks.extend(over_sessions(sessions, lang));
    }
    for s in sessions {
        let name = msg("mirror-session").with("number", s.row.number).text(lang);
        blocks.push(Block::heading(format!("{name} · {}", s.row.started.date())));
        blocks.extend(of_session(&s.mirror, &s.transcript, quotes, lang));
    }
    let fact = |label: &'static str, value: &str| (lang.say(label).to_owned(), ClientText::new(value));
    let numbers: Vec<String> = sessions.iter().map(|s| s.row.number.to_string()).collect();
    Document {
        title: lang.say("mirror-title").to_owned(),
        lang,
        page: Page::A4,
        facts: vec![
            fact("mirror-fact-client", head.client.as_str()),
            fact("mirror-fact-session", &numbers.join(", ")),
            fact("mirror-fact-counsellor", head.author),
        ],
        blocks,
        footer: format!("{} · {}", head.centre, lang.say("mirror-confidential")),
        // Nothing in it was worded by a model.
        ai_notice: None,
    }
}

/// The numbers of a session as a table, with what counted below where `quotes`.
pub fn of_session(mirror: &Mirror, transcript: &Transcript, quotes: bool, lang: Lang) -> Vec<Block> {
    let row = |n: &Number| {
        let value = match saying::kinds(n, lang) {
            kinds if kinds.is_empty() => saying::value(n, lang),
            kinds => format!("{} ({kinds})", saying::value(n, lang)),
        };
        let place = match (&n.placed, n.value) {
            (Some(placed), _) => saying::placed(placed, n.unit, lang),
            (None, Value::NotScorable(why)) => saying::why(why, lang),
            (None, Value::Value(_)) => String::new(),
        };
        vec![
            vec![Run::plain(n.measure.label(lang))],
            vec![Run::styled(value, Style::Strong)],
            vec![Run::styled(place, Style::Small)],
        ]
    };
    let head = ["mirror-number", "mirror-value", "mirror-placed-head"].map(|id| lang.say(id).to_owned()).to_vec();
    let mut blocks = vec![Block::Table { head, widths: vec![4, 3, 5], rows: mirror.numbers.iter().map(row).collect() }];
    if quotes {
        // Shares and ratios rest on the same words as the counts before them.
        for measure in
            [Measure::Questions, Measure::Reflections, Measure::LongestSilence, Measure::LongestCounsellorTurn]
        {
            let Some(number) = mirror.number(measure).filter(|n| !n.counted.is_empty()) else { continue };
            let text = msg("mirror-counted-for").shown("measure", measure.label(lang)).text(lang);
            blocks.push(Block::Heading { level: 2, text });
            blocks.extend(number.counted.iter().take(MOST_QUOTES).map(|c| quote(c, number, transcript, lang)));
            if let Some(more) = number.counted.len().checked_sub(MOST_QUOTES).filter(|m| *m > 0) {
                blocks.push(Block::text(msg("mirror-more").with("count", more).text(lang)));
            }
        }
    }
    let small = |text: String| Block::Paragraph(vec![Run::styled(text, Style::Small)]);
    blocks.push(small(saying::reached(mirror, lang)));
    blocks.push(small(lang.say("mirror-caution").to_owned()));
    blocks
}

fn quote(counted: &Counted, number: &Number, transcript: &Transcript, lang: Lang) -> Block {
    let said: Vec<_> = counted.utterances.iter().filter_map(|id| transcript.get(*id)).collect();
    let runs = said.iter().map(|u| Run::plain(u.text.reveal())).collect();
    let when = said.first().map_or(String::new(), |u| format!("{} {}", clock(u.start_ms), u.speaker.label(lang)));
    let what = saying::counted(counted, number.unit, lang);
    Block::Quote { runs, source: if what.is_empty() { when } else { format!("{when} · {what}") } }
}

/// The measures that have numbers in at least two sessions, as charts.
fn over_sessions(sessions: &[SessionMirror], lang: Lang) -> Vec<Block> {
    let chart = |measure: Measure| {
        let points: Vec<(String, f64)> = sessions
            .iter()
            .filter_map(|s| Some((s.row.number.to_string(), s.mirror.number(measure)?.scored()?)))
            .collect();
        if points.len() < 2 {
            return None;
        }
        let placed = sessions.iter().find_map(|s| s.mirror.number(measure)?.placed.clone());
        let levels: Vec<(f64, String)> = placed
            .iter()
            .flat_map(|p| [(p.fair, lang.say("mirror-band-fair")), (p.good, lang.say("mirror-band-good"))])
            .map(|(v, word)| (v, word.to_owned()))
            .collect();
        let top = points.iter().map(|(_, v)| *v).chain(levels.iter().map(|(v, _)| *v)).fold(0.0, f64::max);
        Some(Block::Chart(Chart { title: measure.label(lang).to_owned(), range: (0.0, top.max(1.0)), points, levels }))
    };
    [Measure::TalkShare, Measure::OpenShare, Measure::ComplexShare, Measure::ReflectionsToQuestions]
        .into_iter()
        .filter_map(chart)
        .collect()
}
