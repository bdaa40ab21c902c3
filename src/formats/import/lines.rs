//! Text with speakers, with or without times: a head line (`참석자 1 00:03`, `Han  0:05`) and the words below it, or name
//! and words on one line (`[00:05] Han: words`, `Han (0:05): words`, `Han: words`).

use crate::formats::import::line::{Line, moment};
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Names are no longer than this, letters.
const LONGEST_NAME: usize = 40;

const TIME: &str = r"[\[(<]?((?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)[\])>]?";

#[allow(clippy::unwrap_used)] // The expressions are constants, tried by every test of this module.
fn regex(pattern: &str) -> Regex {
    Regex::new(&pattern.replace("TIME", TIME)).unwrap()
}

/// `Name 0:05`, `[Name] 10:05:03`.
static NAME_TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*\[?([^\[\]]{1,60}?)\]?[\s,–-]+TIME\s*$"));
/// `0:05 Name`, `[00:05] Name`.
static TIME_NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*TIME\s+(?:[-–]\s*)?(\S.{0,58}?)\s*$"));
/// A time alone.
static TIME_ONLY: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*TIME\s*$"));
/// A time at the head of a line.
static TIME_FIRST: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*TIME\s*(?:[-–]\s*)?(.+)$"));
/// `Name (0:05): words`.
static NAME_TIME_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^\s*([^:：\[(]{1,40}?)\s*[\[(]((?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)[\])]\s*[:：]?\s*(.+)$")
});
#[allow(clippy::unwrap_used)]
static NAME_WORDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*\[?([^:：\[\]]{1,40}?)\]?\s*[:：]\s*(\S.*)$").unwrap());

/// `Name: words`, when what stands before the colon can be a name.
pub(super) fn named(line: &str) -> Option<(String, String)> {
    let found = NAME_WORDS.captures(line)?;
    let (name, words) = (found.get(1)?.as_str().trim(), found.get(2)?.as_str().trim());
    is_name(name).then(|| (name.to_owned(), words.to_owned()))
}

/// A few words without the marks of a sentence, not only digits.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && name.split_whitespace().count() <= 5
        && !name.contains(['?', '!', '"', '“', '/', '\\', ',', ';'])
        && !name.contains(". ")
        && !name.ends_with('.')
        && name.matches('(').count() == name.matches(')').count()
        && name.chars().any(char::is_alphabetic)
        && !name.eq_ignore_ascii_case("http")
        && !name.eq_ignore_ascii_case("https")
}

/// A line as it may be read, before it is known what kind of file it is.
enum Row {
    Head { name: Option<String>, at: Option<u64> },
    Said { name: String, at: Option<u64>, words: String },
    Words(String),
    Blank,
}

/// The kind, and what is said.
pub(super) fn read(text: &str) -> (&'static str, Vec<Line>) {
    let heads = text.lines().filter(|l| head(l).is_some()).count();
    let rows: Vec<Row> = text.lines().map(|l| row(l, heads > 0, &often(text))).collect();
    let kind = match (heads > 0, text) {
        (true, t) if t.contains("참석자") => "클로바노트 (ClovaNote)",
        (true, _) => "import-names-and-times",
        (false, _) => "import-names",
    };
    (kind, collect(rows, heads > 0))
}

/// `Name 0:05` and its kin, with the name and the time.
fn head(line: &str) -> Option<(String, u64)> {
    let found = NAME_TIME.captures(line)?;
    let name = found.get(1)?.as_str().trim().trim_end_matches([':', '：']).trim();
    is_name(name).then_some(())?;
    Some((name.to_owned(), moment(found.get(2)?.as_str())?))
}

/// What stands after a time on lines of their own, and how often: a name comes again.
fn often(text: &str) -> HashMap<String, usize> {
    let mut seen = HashMap::new();
    for found in text.lines().filter_map(|l| TIME_NAME.captures(l)) {
        if let Some(name) = found.get(2).map(|n| n.as_str().trim()).filter(|n| is_name(n) && !n.contains([':', '：']))
        {
            *seen.entry(name.to_owned()).or_insert(0) += 1;
        }
    }
    seen
}

fn row(line: &str, has_heads: bool, often: &HashMap<String, usize>) -> Row {
    if line.trim().is_empty() {
        return Row::Blank;
    }
    let text = |c: &regex::Captures<'_>, n: usize| c.get(n).map(|m| m.as_str().trim().to_owned()).unwrap_or_default();
    if let Some((name, at)) = head(line) {
        return Row::Head { name: Some(name), at: Some(at) };
    }
    if let Some(c) = TIME_ONLY.captures(line) {
        return Row::Head { name: None, at: moment(&text(&c, 1)) };
    }
    if let Some(c) = TIME_NAME.captures(line)
        && often.get(&text(&c, 2)).is_some_and(|n| *n > 1)
    {
        return Row::Head { name: Some(text(&c, 2)), at: moment(&text(&c, 1)) };
    }
    if let Some(c) = NAME_TIME_WORDS.captures(line)
        && is_name(&text(&c, 1))
    {
        return Row::Said { name: text(&c, 1), at: moment(&text(&c, 2)), words: text(&c, 3) };
    }
    if let Some(c) = TIME_FIRST.captures(line) {
        let (at, rest) = (moment(&text(&c, 1)), text(&c, 2));
        return match named(&rest) {
            Some((name, words)) => Row::Said { name, at, words },
            None => Row::Said { name: String::new(), at, words: rest },
        };
    }
    match named(line) {
        // Below a head line a colon is part of what is said.
        Some((name, words)) if !has_heads => Row::Said { name, at: None, words },
        _ => Row::Words(line.trim().to_owned()),
    }
}

fn collect(rows: Vec<Row>, has_heads: bool) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let (mut begun, mut blank) = (false, false);
    for row in rows {
        match row {
            Row::Blank => {
                blank = true;
                continue;
            }
            Row::Head { name, at } => {
                // A time alone goes on with whoever spoke.
                let speaker = name.or_else(|| out.last().and_then(|l| l.speaker.clone()));
                out.push(Line { start_ms: at, end_ms: None, speaker, text: String::new() });
                begun = true;
            }
            // The head of a protocol: its date, its place.
            Row::Said { name, at: None, .. } if !begun && is_heading(&name) => {}
            Row::Said { name, at, words } => {
                let speaker = Some(name).filter(|n| !n.is_empty());
                out.push(Line { start_ms: at, end_ms: None, speaker, text: words });
                begun = true;
            }
            // What stands before the first speaker is the title, the date, who was there.
            Row::Words(_) if !begun => {}
            // After a blank line, in a file with head lines, comes the tool's own signature, when the words are there already.
            Row::Words(words) if has_heads && blank && signature(&words) => {}
            Row::Words(words) => {
                if let Some(line) = out.last_mut() {
                    if !line.text.is_empty() {
                        line.text.push(' ');
                    }
                    line.text.push_str(&words);
                }
            }
        }
        blank = false;
    }
    out.retain(|l| !l.text.is_empty());
    // Without a single name it is a text of somebody, not a transcript.
    if out.iter().any(|l| l.speaker.is_some() || l.start_ms.is_some()) { out } else { Vec::new() }
}

/// Labels of the lines that stand above a protocol, lower case, both languages.
const HEADINGS: &[&str] = &[
    "date",
    "time",
    "title",
    "subject",
    "topic",
    "duration",
    "length",
    "place",
    "location",
    "session",
    "session no",
    "attendees",
    "participants",
    "present",
    "recorded",
    "language",
    "transcriber",
    "날짜",
    "일시",
    "일자",
    "상담일",
    "상담일시",
    "상담일자",
    "제목",
    "주제",
    "장소",
    "회기",
    "회차",
    "상담회기",
    "작성자",
    "작성일",
    "시간",
    "소요시간",
    "참석자",
    "성별",
    "나이",
    "연령",
    "녹음일",
    "축어록",
    "기록자",
    "호소문제",
    "주호소문제",
];

fn is_heading(label: &str) -> bool {
    let label = label.trim().to_lowercase();
    HEADINGS.contains(&label.as_str()) || HEADINGS.contains(&label.replace(' ', "").as_str())
}

fn signature(words: &str) -> bool {
    let lower = words.to_lowercase();
    [
        "transcribed by",
        "transcript by",
        "generated by",
        "https://",
        "클로바노트",
        "clovanote",
        "stopped transcription",
        "회의록을 종료",
    ]
    .iter()
    .any(|s| lower.contains(s))
}
