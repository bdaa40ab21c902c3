//! How the data files of the practice are read: TOML, front matter before Markdown, and a flaw that names line and key.
//! Knows no file names and opens nothing; the text comes in from the shell.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::lang::Lang;
use crate::texts::{Message, msg};
use serde::de::DeserializeOwned;

/// The line that opens and closes front matter.
const FENCE: &str = "+++";

/// What is wrong with a data file, and where. Data files hold no client words, so the key and the reason may be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct Flaw {
    /// Line in the whole file, from 1.
    pub line: usize,
    /// The key concerned, such as `ko.examples`; `file` when it is the file as a whole.
    pub key: String,
    /// What is wrong, one phrase.
    pub what: String,
}

impl Flaw {
    /// A flaw of a key at a line.
    pub fn new(line: usize, key: impl Into<String>, what: impl Into<String>) -> Self {
        Flaw { line, key: key.into(), what: what.into() }
    }
}

impl Explain for Flaw {
    fn message(&self) -> Message {
        msg("data-flaw").with("line", self.line).with("key", &self.key).with("what", &self.what)
    }
    fn hint(&self) -> Message {
        msg("data-flaw.hint").shown("line", self.line)
    }
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// A file of front matter and Markdown, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The TOML between the fences.
    pub head: &'a str,
    /// Lines of the file before `head`; add them to a line within it.
    pub head_offset: usize,
    /// The Markdown after the closing fence.
    pub body: &'a str,
    /// Lines of the file before `body`.
    pub body_offset: usize,
}

/// Takes a file apart at its `+++` lines. Refuses a file without both.
pub fn split(text: &str) -> Result<Parts<'_>, Flaw> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut at = 0;
    let mut head_start = None;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let end = at + line.len();
        match head_start {
            None if line.trim_end() == FENCE => head_start = Some(end),
            None => break,
            Some(start) if line.trim_end() == FENCE => {
                return Ok(Parts { head: &text[start..at], head_offset: 1, body: &text[end..], body_offset: n + 1 });
            }
            Some(_) => {}
        }
        at = end;
    }
    Err(match head_start {
        None => Flaw::new(1, "file", "must begin with a line +++"),
        Some(_) => Flaw::new(text.lines().count(), "file", "the front matter is not closed by a line +++"),
    })
}

/// Reads TOML into `T`; a flaw names the line, `offset` lines further down in the whole file.
pub fn read_toml<T: DeserializeOwned>(head: &str, offset: usize) -> Result<T, Flaw> {
    toml::from_str(head).map_err(|e| {
        let line = line_of(head, e.span().map_or(0, |s| s.start)) + offset;
        let what = e.message().to_owned();
        let named = what.split('`').nth(1).unwrap_or("file").to_owned();
        Flaw::new(line, named, what)
    })
}

/// The line, from 1, on which byte `at` of `text` lies.
pub fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

/// The text under the level-one headings `# ko` and `# en` of a Markdown body, trimmed. Both must be there and not empty.
pub fn both_languages(parts: &Parts<'_>) -> Result<(String, String), Flaw> {
    let section = |lang: Lang| {
        let heading = format!("# {}", lang.code());
        let mut lines = Vec::new();
        let mut inside = false;
        for line in parts.body.lines() {
            if line.starts_with("# ") {
                inside = line.trim_end() == heading;
            } else if inside {
                lines.push(line);
            }
        }
        let text = lines.join("\n").trim().to_owned();
        if text.is_empty() {
            let what = format!("the text needs a section \"{heading}\" with words in it");
            return Err(Flaw::new(parts.body_offset + 1, lang.code(), what));
        }
        Ok(text)
    };
    Ok((section(Lang::Ko)?, section(Lang::En)?))
}

/// True for lower-case words of ASCII letters and digits joined by single hyphens, such as `behavioural-activation`.
pub fn is_kebab(id: &str) -> bool {
    !id.is_empty()
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_comes_apart_at_its_fences_and_lines_are_counted_in_the_whole_file() {
        let parts = split("+++\nid = 1\n+++\n# ko\n말\n# en\nwords\n").unwrap();
        assert_eq!((parts.head, parts.head_offset, parts.body_offset), ("id = 1\n", 1, 3));
        assert_eq!(both_languages(&parts).unwrap(), ("말".to_owned(), "words".to_owned()));
    }

    #[test]
    fn a_file_without_opening_or_closing_fence_is_refused() {
        assert_eq!(split("id = 1").unwrap_err().line, 1);
        assert!(split("+++\nid = 1\n").unwrap_err().what.contains("not closed"));
    }

    #[test]
    fn a_language_section_without_words_is_refused_by_name() {
        let parts = split("+++\n+++\n# ko\n말\n# en\n\n").unwrap();
        assert_eq!(both_languages(&parts).unwrap_err().key, "en");
    }

    #[test]
    fn only_lower_case_words_joined_by_single_hyphens_are_ids() {
        assert!(is_kebab("dbt-tipp") && is_kebab("a1"));
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "가", "../a", "a b"] {
            assert!(!is_kebab(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(s in "(\\+\\+\\+\\n)?\\PC{0,60}(\\n\\+\\+\\+\\n)?\\PC{0,40}") {
            if let Ok(parts) = split(&s) {
                let _ = both_languages(&parts);
                let _ = read_toml::<toml::Table>(parts.head, parts.head_offset);
            }
        }
    }
}
