//! Whatever fails is said in the language of the reader: no text of a fault in the source is without its Korean.

#![allow(clippy::unwrap_used, clippy::panic)]

use gyeot::domain::explain::words::table;
use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The texts within the bracket that opens just before `rest`.
fn texts_within(rest: &str, open: char, close: char) -> Vec<String> {
    let (mut depth, mut texts, mut chars) = (1, Vec::new(), rest.chars().peekable());
    while let Some(c) = chars.next() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                break;
            }
        } else if c == '"' {
            texts.push(text_from(&mut chars));
        }
    }
    texts
}

fn text_from(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some(escaped) => text.push(escaped),
                None => break,
            },
            c => text.push(c),
        }
    }
    text
}

/// The texts of faults in one source: `#[error]`, the hints of an `Explain`, and faults that are made on the spot.
fn fault_texts(source: &str) -> Vec<String> {
    let product = source.split("#[cfg(test)]\n").next().unwrap();
    let openings = [
        (r"#\[error\(", '(', ')'),
        (r"fn hint\(&self\) -> String \{", '{', '}'),
        (r"\bErrorReport::(?:failed|usage|with)\(", '(', ')'),
        (r"\bFate::failed\(", '(', ')'),
        (r"\b(?:VaultError::Input|AudioError::Microphone)\(", '(', ')'),
        (r"\bModelError::io\(", '(', ')'),
        (r"\b(?:ModelError::Refused|EngineError::Failed) \{", '{', '}'),
    ];
    let mut texts = Vec::new();
    for (pattern, open, close) in openings {
        for found in Regex::new(pattern).unwrap().find_iter(product) {
            texts.extend(texts_within(&product[found.end()..], open, close));
        }
    }
    texts
}

fn without_names(text: &str) -> String {
    Regex::new(r"\{[^}]*\}").unwrap().replace_all(text, "{}").into_owned()
}

#[test]
fn every_text_of_a_fault_is_there_in_korean() {
    let known: BTreeSet<String> = table().iter().map(|l| without_names(l.en)).collect();
    let mut missing = BTreeSet::new();
    let mut looked_at = 0;
    for path in sources() {
        for text in fault_texts(&fs::read_to_string(&path).unwrap()) {
            let bare = without_names(&text);
            looked_at += 1;
            let says_something = bare.chars().filter(|c| c.is_alphabetic()).count() > 2;
            if says_something && !known.contains(&bare) {
                missing.insert(format!("{}: {text}", path.display()));
            }
        }
    }
    assert!(looked_at > 300, "only {looked_at} texts of faults were found in the source");
    let missing: Vec<String> = missing.into_iter().collect();
    assert!(missing.is_empty(), "not in src/domain/explain/ko.txt:\n{}", missing.join("\n"));
}

#[test]
fn both_lines_of_the_table_have_the_same_blanks_and_the_korean_is_korean() {
    let blanks = Regex::new(r"\{([^}]*)\}").unwrap();
    let names = |line: &str| -> BTreeSet<String> { blanks.captures_iter(line).map(|c| c[1].to_owned()).collect() };
    let mut seen = BTreeSet::new();
    for line in table() {
        assert_eq!(names(line.en), names(line.ko), "{}", line.en);
        assert!(seen.insert(without_names(line.en)), "twice in the table: {}", line.en);
        let words = without_names(line.en).chars().filter(|c| c.is_alphabetic()).count() > 2;
        let path = line.en.starts_with("prompts/") || line.en.starts_with("--");
        let hangul = line.ko.chars().any(|c| ('가'..='힣').contains(&c));
        assert!(hangul || !words || path, "{}", line.en);
    }
    assert!(seen.len() > 300, "only {} lines", seen.len());
}
