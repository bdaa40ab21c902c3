//! Text from outside: cleaned once at ingest, folded for searching, withheld from debugging.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// At most this many combining marks in a row are kept; more only serve to break a screen.
const MAX_MARKS: usize = 4;

/// Words of a client or about one. `Debug` withholds them, so that no log, panic or error can show them.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientText(String);

impl ClientText {
    /// Takes text from outside and cleans it with [`clean`].
    pub fn new(raw: &str) -> Self {
        ClientText(clean(raw))
    }

    /// The words, for a screen, a seal or an export. Never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
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

/// Makes outside text safe to keep and to show: NFC, no control characters but newline and tab, no bidirectional
/// controls, no tag characters, no replacement characters (half a letter that an engine broke off), U+2028 and U+2029 to newline, at most four combining marks in a row.
pub fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut marks = 0;
    for c in raw.nfc() {
        let c = match c {
            '\u{2028}' | '\u{2029}' => '\n',
            c => c,
        };
        let dropped = (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{feff}' | '\u{fffd}');
        if dropped {
            continue;
        }
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
    fn debug_never_shows_the_words() {
        let t = ClientText::new("아무것도 하기 싫어요");
        assert!(!format!("{t:?}").contains("싫어요"));
    }

    #[test]
    fn escape_codes_bidi_and_tags_are_dropped_and_separators_become_newlines() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{e0041}d\u{2028}e\tf"), "a[31mbcd\ne\tf");
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
