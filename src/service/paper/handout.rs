//! A sheet for the client to take home: what was agreed, what to try, when the next session is, whom to call. Large type, one
//! page, nothing of the record but what is put on it on purpose.

use crate::domain::crisis::crisis_line::CrisisLines;
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::record::{NoteRevision, Origin};
use crate::formats::document::{Block, Document, Marker, Page, Run, Style};

/// What stands on the sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HandOut {
    /// What was agreed; true where a draft worded it.
    pub agreed: Vec<(ClientText, bool)>,
    /// What to try until the next time.
    pub exercise: Vec<ClientText>,
    /// The next session, as it is to be read.
    pub next: Option<String>,
}

/// The lines of a note that say what was agreed: those of sections that take plans.
pub fn agreed(note: &NoteRevision, format: &NoteFormat) -> Vec<(ClientText, bool)> {
    let plans = |key: &str| format.section(key).is_some_and(|s| s.takes.iter().any(|kind| kind == "plan"));
    let lines = note.sections.iter().filter(|s| plans(&s.key)).flat_map(|s| &s.lines);
    lines.map(|l| (l.text.clone(), matches!(l.origin, Origin::Accepted { .. }))).collect()
}

/// What a counsellor wrote for the sheet: a line each; below a line `##` stands what to try.
pub fn from_text(text: &str, next: Option<String>) -> HandOut {
    let mut sheet = HandOut { next, ..HandOut::default() };
    let mut trying = false;
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let words = ClientText::new(line.trim_start_matches(['-', '*', '•']).trim());
        match () {
            () if line.starts_with("##") => trying = true,
            () if trying => sheet.exercise.push(words),
            () => sheet.agreed.push((words, false)),
        }
    }
    sheet
}

/// The document: A5, large type. `day` is the day of the session, `notice` what is said of a model's words.
pub fn document(
    sheet: &HandOut,
    (centre, counsellor, day): (&str, &str, &str),
    lines: &CrisisLines,
    notice: Option<String>,
    lang: Lang,
) -> Document {
    let mut blocks = vec![Block::heading(lang.say("paper-agreed"))];
    let item =
        |text: &ClientText, ai, marker| Block::Item { marker, runs: vec![Run { ai, ..Run::plain(text.reveal()) }] };
    blocks.extend(sheet.agreed.iter().map(|(text, ai)| item(text, *ai, Marker::Bullet)));
    if sheet.agreed.is_empty() {
        blocks.push(Block::Blank { label: String::new(), lines: 2 });
    }
    blocks.push(Block::heading(lang.say("paper-exercise")));
    blocks.extend(sheet.exercise.iter().map(|text| item(text, false, Marker::Box(false))));
    if sheet.exercise.is_empty() {
        blocks.push(Block::Blank { label: String::new(), lines: 2 });
    }
    blocks.push(Block::heading(lang.say("paper-next")));
    blocks.push(match &sheet.next {
        Some(next) => Block::Paragraph(vec![Run::styled(next, Style::Strong)]),
        None => Block::Blank { label: String::new(), lines: 1 },
    });
    blocks.push(Block::Callout { title: lang.say("paper-crisis").to_owned(), lines: urgent(lines, lang) });
    let facts = [("paper-day", day), ("paper-counsellor", counsellor)];
    Document {
        title: lang.say("paper-handout").to_owned(),
        lang,
        page: Page::A5Large,
        facts: facts.map(|(id, value)| super::fact(lang, id, value)).to_vec(),
        blocks,
        footer: centre.to_owned(),
        ai_notice: notice.filter(|_| sheet.agreed.iter().any(|(_, ai)| *ai)),
    }
}

/// The lines that stand first when life may be in danger: number, name, hours.
fn urgent(lines: &CrisisLines, lang: Lang) -> Vec<Vec<Run>> {
    let urgent = lines.lines.iter().filter(|l| l.urgent);
    urgent
        .filter_map(|l| {
            let (number, text) = (l.number.as_deref()?, l.text(lang));
            // Of some lines the number stands in the name.
            let name = text.name.strip_prefix(number).unwrap_or(&text.name).trim_start();
            let about = format!("  {name} ({})", text.hours);
            Some(vec![Run::styled(number, Style::Strong), Run::plain(about)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_counsellor_writes_is_what_was_agreed_and_below_a_heading_what_to_try() {
        let sheet =
            from_text("- 밤 11시에 눕기\n\n커피는 오전에만\n## 해 보기\n* 수면 일지\n", Some("12월 5일".into()));
        let words = |t: &ClientText| t.reveal().to_owned();
        assert_eq!(
            sheet.agreed.iter().map(|(t, _)| words(t)).collect::<Vec<_>>(),
            ["밤 11시에 눕기", "커피는 오전에만"]
        );
        assert_eq!(sheet.exercise.iter().map(words).collect::<Vec<_>>(), ["수면 일지"]);
    }
}
