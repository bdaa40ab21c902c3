//! Cues with `from --> to`: SubRip and WebVTT (W3C WebVTT 1), as lenient as players are.

use crate::formats::import::line::{Line, moment};
use crate::formats::import::lines::named;
use regex::Regex;
use std::sync::LazyLock;

#[allow(clippy::unwrap_used)] // The expressions are constants, tried by every test of this module.
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*((?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)\s*-->\s*((?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)")
        .unwrap()
});
#[allow(clippy::unwrap_used)]
static VOICE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\s*<v(?:\.[^\s>]+)?\s+([^>]*)>").unwrap());
#[allow(clippy::unwrap_used)]
static MARKUP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"</?[A-Za-z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}").unwrap());

/// Whether a line of times stands near the beginning.
pub(super) fn is_srt(text: &str) -> bool {
    text.lines().take(40).any(|l| TIMES.is_match(l))
}

/// All cues. Notes, styles, regions and numbers of cues are passed over.
pub(super) fn read(text: &str) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut lines = text.lines().peekable();
    let mut open = false;
    while let Some(line) = lines.next() {
        if let Some(times) = TIMES.captures(line) {
            let at = |n: usize| times.get(n).and_then(|t| moment(t.as_str()));
            out.push(Line { start_ms: at(1), end_ms: at(2), speaker: None, text: String::new() });
            open = true;
        } else if line.trim().is_empty() {
            open = false;
        } else if open && let Some(cue) = out.last_mut() {
            // The number of the next cue, where the blank line before it is missing.
            let number = line.trim().chars().all(|c| c.is_ascii_digit());
            if number && lines.peek().is_some_and(|next| TIMES.is_match(next)) {
                open = false;
                continue;
            }
            add(cue, line);
        }
    }
    out.retain(|l| !l.text.is_empty());
    split_dialogue(out)
}

fn add(cue: &mut Line, line: &str) {
    if let Some(voice) = VOICE.captures(line).and_then(|c| c.get(1)) {
        cue.speaker = Some(entities(voice.as_str()).trim().to_owned()).filter(|n| !n.is_empty());
    }
    let words = entities(&MARKUP.replace_all(line, ""));
    let words = words.trim();
    if !words.is_empty() {
        if !cue.text.is_empty() {
            cue.text.push('\n');
        }
        cue.text.push_str(words);
    }
}

/// `Name: words` in a cue names its speaker; two of them in one cue are two lines.
fn split_dialogue(cues: Vec<Line>) -> Vec<Line> {
    let mut out = Vec::with_capacity(cues.len());
    for cue in cues {
        if cue.speaker.is_some() {
            out.push(Line { text: cue.text.replace('\n', " "), ..cue });
            continue;
        }
        let first = out.len();
        for line in cue.text.lines() {
            let line = line.trim_start_matches(['-', '–', '>']).trim_start();
            match named(line) {
                Some((name, words)) => out.push(Line { speaker: Some(name), text: words, ..cue.clone() }),
                None => match out.get_mut(first..).and_then(<[Line]>::last_mut) {
                    Some(before) => {
                        before.text.push(' ');
                        before.text.push_str(line);
                    }
                    None => out.push(Line { text: line.to_owned(), ..cue.clone() }),
                },
            }
        }
    }
    out
}

fn entities(text: &str) -> String {
    ["&lt;", "<", "&gt;", ">", "&nbsp;", " ", "&quot;", "\"", "&#39;", "'", "&lrm;", "", "&rlm;", "", "&amp;", "&"]
        .chunks_exact(2)
        .fold(text.to_owned(), |t, pair| t.replace(pair[0], pair[1]))
}
