//! Dialogues whose turns people have coded, as two published sets have them: AnnoMI (CSV) and KMI (JSON). Read only to measure
//! the rules of the mirror.

use crate::domain::mirror::behaviour::{Question, Reflection};
use crate::domain::mirror::figures::{Coded, Line};
use crate::domain::practice::lang::Lang;
use serde::Deserialize;

/// Dialogues of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedTalk {
    /// The language.
    pub lang: Lang,
    /// Each in order of its lines.
    pub dialogues: Vec<Vec<Line>>,
}

/// The columns of AnnoMI that are read.
const COLUMNS: [&str; 8] = [
    "transcript_id",
    "utterance_id",
    "interlocutor",
    "utterance_text",
    "reflection_exists",
    "reflection_subtype",
    "question_exists",
    "question_subtype",
];

/// Reads either; the error is the line, from 1, at which it is of another shape.
pub fn read(text: &str) -> Result<CodedTalk, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('[') { json(text) } else { csv(text) }
}

fn csv(text: &str) -> Result<CodedTalk, usize> {
    let mut rows = rows(text)?.into_iter();
    let (_, head) = rows.next().ok_or(1_usize)?;
    let mut at = [0; COLUMNS.len()];
    for (place, name) in at.iter_mut().zip(COLUMNS) {
        *place = head.iter().position(|h| h == name).ok_or(1_usize)?;
    }
    let mut dialogues: Vec<(String, Vec<(u32, Line)>)> = Vec::new();
    for (line, row) in rows {
        let cell = |n: usize| row.get(at[n]).map(String::as_str).ok_or(line);
        let (dialogue, number) = (cell(0)?, cell(1)?.parse::<u32>().map_err(|_| line)?);
        let text = cell(3)?.to_owned();
        let coded = Coded {
            question: yes(cell(6)?).then(|| match cell(7) {
                Ok("open") => Some(Question::Open),
                Ok("closed") => Some(Question::Closed),
                _ => None,
            }),
            reflection: yes(cell(4)?).then(|| match cell(5) {
                Ok("simple") => Some(Reflection::Simple),
                Ok("complex") => Some(Reflection::Complex),
                _ => None,
            }),
        };
        let spoken = match cell(2)? {
            "therapist" => Line::Counsellor { text, coded: vec![coded] },
            "client" => Line::Client(text),
            _ => return Err(line),
        };
        if dialogues.last().is_none_or(|(id, _)| id != dialogue) {
            match dialogues.iter().position(|(id, _)| id == dialogue) {
                Some(at) => {
                    let before = dialogues.remove(at);
                    dialogues.push(before);
                }
                None => dialogues.push((dialogue.to_owned(), Vec::new())),
            }
        }
        let Some((_, lines)) = dialogues.last_mut() else { continue };
        // Several people coded the same line: one row each.
        match (lines.iter_mut().find(|(n, _)| *n == number), spoken) {
            (Some((_, Line::Counsellor { coded: all, .. })), Line::Counsellor { coded: more, .. }) => all.extend(more),
            (Some(_), _) => {}
            (None, spoken) => lines.push((number, spoken)),
        }
    }
    let ordered = dialogues.into_iter().map(|(_, mut lines)| {
        lines.sort_by_key(|(n, _)| *n);
        lines.into_iter().map(|(_, line)| line).collect()
    });
    Ok(CodedTalk { lang: Lang::En, dialogues: ordered.collect() })
}

fn yes(cell: &str) -> bool {
    cell.eq_ignore_ascii_case("true")
}

/// The rows of a CSV text with the line at which each begins; a quote that is never closed is the error.
fn rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, usize> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut line, mut begun) = (false, 1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push((begun, std::mem::take(&mut row)));
                begun = line;
            }
            c => cell.push(c),
        }
    }
    if quoted {
        return Err(begun);
    }
    if !(row.is_empty() && cell.is_empty()) {
        row.push(cell);
        rows.push((begun, row));
    }
    Ok(rows)
}

#[derive(Deserialize)]
struct Talk {
    dialogue: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    role: String,
    utterance_ko: String,
    label: Option<String>,
}

fn json(text: &str) -> Result<CodedTalk, usize> {
    let talks: Vec<Talk> = serde_json::from_str(text).map_err(|e| e.line())?;
    let line = |said: Said| {
        if said.role != "Therapist" {
            return Line::Client(said.utterance_ko);
        }
        let mut coded = Coded::default();
        match said.label.as_deref() {
            Some("Open Question") => coded.question = Some(Some(Question::Open)),
            Some("Closed Question") => coded.question = Some(Some(Question::Closed)),
            Some("Simple Reflection") => coded.reflection = Some(Some(Reflection::Simple)),
            Some("Complex Reflection") => coded.reflection = Some(Some(Reflection::Complex)),
            _ => {}
        }
        Line::Counsellor { text: said.utterance_ko, coded: vec![coded] }
    };
    let dialogues = talks.into_iter().map(|t| t.dialogue.into_iter().map(line).collect()).collect();
    Ok(CodedTalk { lang: Lang::Ko, dialogues })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "transcript_id,utterance_id,interlocutor,utterance_text,annotator_id,reflection_exists,reflection_subtype,question_exists,question_subtype\n";

    #[test]
    fn two_rows_of_one_line_are_two_labels_of_it() {
        let text = format!(
            "{HEAD}0,1,client,\"A, \"\"b\"\"\nc\",1,n/a,n/a,n/a,n/a\n0,0,therapist,Why?,1,False,n/a,True,open\n0,0,therapist,Why?,2,True,simple,False,n/a\n"
        );
        let read = read(&text);
        let open = Coded { question: Some(Some(Question::Open)), reflection: None };
        let simple = Coded { question: None, reflection: Some(Some(Reflection::Simple)) };
        let lines = vec![
            Line::Counsellor { text: "Why?".into(), coded: vec![open, simple] },
            Line::Client("A, \"b\"\nc".into()),
        ];
        assert_eq!(read, Ok(CodedTalk { lang: Lang::En, dialogues: vec![lines] }));
    }

    #[test]
    fn a_damaged_file_of_each_kind_is_refused_by_line() {
        assert_eq!(read("a,b\n1,2\n"), Err(1), "no such columns");
        assert_eq!(read(&format!("{HEAD}0,x,client,a,1,,,,\n")), Err(2), "no number");
        assert_eq!(read(&format!("{HEAD}0,1,client,a,1,,,,\n0,2,\"client\n")), Err(3), "an open quote");
        assert_eq!(read(&format!("{HEAD}0,1\n")), Err(2), "too short a row");
        assert_eq!(read("[{\n\"dialogue\": 3}]"), Err(2));
        assert_eq!(read(""), Err(1));
    }
}
