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

/// The lines of a note that say what was agreed: those of sections that take plans. Of a drafted line that nobody edited the client
/// reads the words that were said, without how a record puts them ("client said: …"); what stands in another line too is left out.
pub fn agreed(note: &NoteRevision, format: &NoteFormat) -> Vec<(ClientText, bool)> {
    let plans = |key: &str| format.section(key).is_some_and(|s| s.takes.iter().any(|kind| kind == "plan"));
    let lines = note.sections.iter().filter(|s| plans(&s.key)).flat_map(|s| &s.lines);
    let mut said: Vec<(Vec<&str>, ClientText, bool)> = Vec::new();
    for line in lines {
        let drafted = matches!(line.origin, Origin::Accepted { .. });
        let words = match line.origin {
            Origin::Accepted { edited: false, .. } => quoted(line.text.reveal()),
            _ => Vec::new(),
        };
        let text = match words.as_slice() {
            [] => line.text.clone(),
            words => ClientText::new(&words.iter().map(|w| format!("“{w}”")).collect::<Vec<_>>().join(" – ")),
        };
        let within = |a: &[&str], b: &[&str]| !a.is_empty() && a.iter().all(|word| b.contains(word));
        if said.iter().any(|(before, ..)| within(&words, before)) {
            continue;
        }
        said.retain(|(before, ..)| !within(before, &words));
        said.push((words, text, drafted));
    }
    said.into_iter().map(|(_, text, drafted)| (text, drafted)).collect()
}

/// What stands in quotation marks.
fn quoted(text: &str) -> Vec<&str> {
    let open = text.split('“').skip(1);
    open.filter_map(|rest| rest.split_once('”')).map(|(words, _)| words.trim()).filter(|w| !w.is_empty()).collect()
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

/// The document: A5 in large type where that is one page, else A4. `day` is the day of the session, `notice` what is said of a model's words.
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
        page: if rows(sheet) <= MOST_ROWS { Page::A5Large } else { Page::A4 },
        facts: facts.map(|(id, value)| super::fact(lang, id, value)).to_vec(),
        blocks,
        footer: centre.to_owned(),
        ai_notice: notice.filter(|_| sheet.agreed.iter().any(|(_, ai)| *ai)),
    }
}

/// Rows of what was agreed and what to try that an A5 page has room for beside headings, crisis lines and notice.
const MOST_ROWS: usize = 4;
/// Columns of such a row; Hangul takes two.
const COLUMNS: usize = 46;

/// Rows that the words take on A5, as far as can be said without setting them.
fn rows(sheet: &HandOut) -> usize {
    let wide = |c: char| ('가'..='힣').contains(&c);
    let columns = |text: &ClientText| text.reveal().chars().map(|c| if wide(c) { 2 } else { 1 }).sum::<usize>();
    let items = sheet.agreed.iter().map(|(text, _)| text).chain(&sheet.exercise);
    items.map(|text| columns(text).div_ceil(COLUMNS).max(1)).sum()
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
    use crate::domain::practice::ids::{RecordId, StatementId};
    use crate::domain::record::{NoteLine, NoteSection, NoteState};

    #[test]
    fn a_client_reads_what_was_said_once_and_not_how_a_record_puts_it() {
        let format = crate::domain::note::format::parse(include_str!("../../../prompts/notes/soap.toml")).unwrap();
        let of = |origin, text: &str| NoteLine {
            id: StatementId::default(),
            text: ClientText::new(text),
            origin,
            evidence: Vec::new(),
            check: None,
        };
        let line = |text, edited| of(Origin::Accepted { record: RecordId([1; 16]), index: 0, edited }, text);
        let lines = vec![
            line("Counsellor proposed: “Shall we try twenty minutes?”", false),
            line("Asked “Shall we try twenty minutes?”, client answered: “I can, for a week.”", false),
            line("Client will call “the hall” on Monday", true),
            of(Origin::Typed, "Next time: the sleep diary"),
        ];
        let sections = vec![NoteSection { key: "plan".into(), lines }];
        let note = NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None };
        let said: Vec<_> = agreed(&note, &format).iter().map(|(t, ai)| (t.reveal().to_owned(), *ai)).collect();
        let wanted = [
            ("“Shall we try twenty minutes?” – “I can, for a week.”", true),
            ("Client will call “the hall” on Monday", true),
            ("Next time: the sleep diary", false),
        ];
        assert_eq!(said, wanted.map(|(text, ai)| (text.to_owned(), ai)));
    }

    #[test]
    fn a_sheet_is_of_large_type_where_it_fits_and_of_a4_where_it_would_take_two_pages() {
        let lines = CrisisLines { version: String::new(), check_every_days: 1, lines: Vec::new() };
        let of = |n: usize| {
            let text = ClientText::new("I will walk to the river with my sister on Sunday and Tuesday morning.");
            let sheet = HandOut { agreed: vec![(text, false); n], ..HandOut::default() };
            document(&sheet, ("C", "Kim", "2026-11-28"), &lines, None, Lang::En).page
        };
        assert_eq!([of(0), of(2), of(3)], [Page::A5Large, Page::A5Large, Page::A4]);
    }

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
