//! Text from outside: cleaned once at ingest, folded for searching, withheld from debugging.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// At most this many combining marks in a row are kept; more only serve to break a screen.
const MAX_MARKS: usize = 4;

/// Words of a client or about one. `Debug` withholds them, so that no log, panic or error can show them.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct ClientText(String);

/// What is read is cleaned too: a file, a frame of a worker and a record of an older version are outside.
impl<'de> Deserialize<'de> for ClientText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|raw| ClientText::new(&raw))
    }
}

impl ClientText {
    /// Takes text from outside and cleans it with [`clean`].
    pub fn new(raw: &str) -> Self {
        ClientText(clean(raw))
    }

    /// The words, for a screen, a seal or an export. Never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// As [`ClientText::new`], as an entry of a card or form ([`clean_entry`]).
    pub fn entry(raw: &str) -> Self {
        ClientText(clean_entry(raw))
    }

    /// True when nothing but white space is left.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl std::fmt::Debug for ClientText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientText({} bytes withheld)", self.0.len())
    }
}

/// Makes outside text safe to keep and to show: NFC, no control characters but newline and tab, nothing that is not seen (see
/// [`is_unseen`]), no replacement characters (half a letter that an engine broke off), U+2028 and U+2029 to newline, at most
/// four combining marks in a row. The one function for every ingest: engines, files, arguments, forms.
pub fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut marks = 0;
    let kept = raw.chars().map(|c| if matches!(c, '\u{2028}' | '\u{2029}') { '\n' } else { c });
    let kept = kept.filter(|c| !(c.is_control() && *c != '\n' && *c != '\t' || is_unseen(*c) || *c == '\u{fffd}'));
    // Composed after what stood between is gone, so that cleaning again changes nothing.
    for c in kept.nfc() {
        if is_combining_mark(c) {
            marks += 1;
            if marks > MAX_MARKS {
                continue;
            }
        } else {
            marks = 0;
        }
        out.push(c);
    }
    out
}

/// As [`clean`], on one line: what stands where a line break or a tab would make another line or column of it.
pub fn clean_line(raw: &str) -> String {
    clean(raw).split(['\n', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// As [`clean`], as an entry of a card or form: every run of white space (no-break and ideographic spaces too) is one space,
/// the ends and empty lines are gone, line breaks between words stay. Doing it again changes nothing.
pub fn clean_entry(raw: &str) -> String {
    clean(raw).lines().map(fold).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// True for characters that change what is seen without being seen, or that mean something only in private: the format
/// characters of Unicode (Cf: zero width, bidirectional, soft hyphen, tags), variation selectors, fillers that look like
/// nothing, private use, and code points that are no characters. Unicode 16, chapters 23.2 to 23.9.
pub const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fdd0}'..='\u{fdef}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// NFC with runs of white space as one space and the ends trimmed: the form in which quotes are looked for.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.nfc());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_entry_has_no_spaces_at_its_ends_and_one_kind_of_them_within() {
        for raw in [
            "김 하늘",
            " 김 하늘 ",
            "김\u{a0}하늘\u{a0}",
            "\u{3000}김\u{3000}하늘",
            "김 \t하늘\n\n",
            "\u{200b}\u{1100}\u{1175}\u{11b7} 하늘\u{202f}\u{feff}",
        ] {
            assert_eq!(clean_entry(raw), "김 하늘", "{raw:?}");
        }
        assert_eq!(clean_entry("010-1234-5678 \n\u{a0}\n  집 "), "010-1234-5678\n집", "lines stay lines");
        assert_eq!(clean_entry("\u{3000}\u{a0}\n"), "");
    }

    #[test]
    fn debug_never_shows_the_words() {
        let t = ClientText::new("아무것도 하기 싫어요");
        assert!(!format!("{t:?}").contains("싫어요"));
    }

    #[test]
    fn escape_codes_bidi_and_tags_are_dropped_and_separators_become_newlines() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{e0041}d\u{2028}e\tf"), "a[31mbcd\ne\tf");
    }

    #[test]
    fn what_meets_when_something_between_is_dropped_is_composed_at_once() {
        for text in [
            "\u{1ab0}\u{fffd}\u{1134d}",
            "e\u{200b}\u{301}",
            "\u{1100}\u{ad}\u{1161}\u{1b}\u{11a8}",
            "a\u{327}\u{feff}\u{301}",
        ] {
            assert_eq!(clean(&clean(text)), clean(text), "{text:?}");
        }
        assert_eq!(clean("\u{1100}\u{ad}\u{1161}\u{1b}\u{11a8}"), "각");
    }

    #[test]
    fn five_hundred_hostile_strings_leave_nothing_that_is_not_seen() {
        const HOSTILE: [&str; 24] = [
            "\u{1b}[2J",
            "\u{9b}31m",
            "\u{1b}]0;title\u{7}",
            "\u{1b}]52;c;aGk=\u{7}",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{200d}",
            "\u{feff}",
            "\u{e0041}",
            "\u{e007f}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{e000}",
            "\u{f0000}",
            "\u{10fffd}",
            "\u{ad}",
            "\u{3164}",
            "\u{2028}",
            "\r",
            "\u{0}",
            "\u{fffe}",
            "\u{85}",
            "\u{fff9}",
        ];
        const PLAIN: [&str; 5] = ["김상담", "client", "죽고 싶다", "a\u{301}", "\t"];
        let mut tried = 0;
        for (n, first) in HOSTILE.iter().enumerate() {
            for (m, second) in HOSTILE.iter().enumerate().filter(|(m, _)| (n + m) % 24 != 0) {
                let words = (PLAIN[n % 5], PLAIN[m % 5]);
                let raw = format!("{}{first}{}{second}{}{first}{second}", words.0, words.1, words.0);
                for cleaned in [clean(&raw), clean_line(&raw)] {
                    assert!(
                        cleaned.chars().all(|c| !is_unseen(c) && (!c.is_control() || c == '\n' || c == '\t')),
                        "{raw:?}"
                    );
                }
                assert!(!clean_line(&raw).contains(['\n', '\t']), "{raw:?}");
                tried += 1;
            }
        }
        assert!(tried >= 500);
    }

    #[test]
    fn decomposed_hangul_is_composed() {
        assert_eq!(clean("\u{1112}\u{1161}\u{11ab}"), "한");
    }

    #[test]
    fn a_pile_of_combining_marks_is_cut_to_four() {
        let pile: String = std::iter::once('q').chain(std::iter::repeat_n('\u{0323}', 40)).collect();
        assert_eq!(clean(&pile).chars().count(), 5);
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(s in "\\PC{0,80}|[\\x00-\\x7f]{0,40}") {
            let once = clean(&s);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn folding_twice_changes_nothing(s in "\\PC{0,80}") {
            let once = fold(&s);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
