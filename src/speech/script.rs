//! Letters that nobody writes in a language, by the bytes of a speech model's token: a model that hears sixty languages at
//! once puts a Thai or a Cyrillic letter where it is unsure.

use crate::domain::practice::lang::Lang;

/// Whether a token holds, or begins, a letter that a transcript in this language does not have. Latin letters with all their
/// accents, digits, punctuation and symbols belong to both; Hangul to Korean alone, with its single letters (ㅋㅋ). A token may
/// end in the middle of a character: it is foreign only where its bytes leave no other way to go on.
pub fn foreign(token: &[u8], language: Lang) -> bool {
    // Bytes that go on with a character of the token before say nothing.
    let begins = |byte: &u8| !(0x80..0xC0).contains(byte);
    let mut starts = token.iter().enumerate().filter(|(_, byte)| begins(byte));
    starts.any(|(at, byte)| foreign_letter(*byte, token.get(at + 1).copied(), language))
}

/// By the first byte of a character in UTF-8, and the second where the token has it.
fn foreign_letter(first: u8, second: Option<u8>, language: Lang) -> bool {
    let korean = language == Lang::Ko;
    match (first, second) {
        // ASCII, Latin with accents, combining accents.
        (0x00..=0xCD, _) => false,
        // Greek to N'Ko (U+0380 to U+07FF), the scripts of India and of Thailand, Laos and Tibet (U+0800 to U+0FFF).
        (0xCE..=0xE0, _) => true,
        // Georgian, Ethiopian, Khmer and others (U+1000 to U+1DFF), but for the beginnings of Hangul syllables (U+1100) and
        // Latin for Vietnamese (U+1E00); Greek with accents (U+1F00).
        (0xE1, Some(0x84..=0x87)) => !korean,
        (0xE1, Some(0xB8..=0xBB)) => false,
        (0xE1, Some(_)) => true,
        // Kana (U+3040 to U+30FF) and Bopomofo (U+3100); single Hangul letters (U+3130 to U+318F); Japanese and Chinese signs.
        (0xE3, Some(0x81..=0x83)) => true,
        (0xE3, Some(0x84..=0x86)) => !korean,
        (0xE3, Some(0x87..)) => true,
        // Chinese characters (U+4000 to U+9FFF).
        (0xE4..=0xE9, _) => true,
        // Hangul syllables (U+AC00 to U+D7A3), after the small scripts of U+A000 to U+ABFF.
        (0xEA, Some(..0xB0)) => true,
        (0xEA..=0xED, _) => !korean,
        // Punctuation, symbols, full-width forms, pictures.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hangul_and_latin_are_korean_and_other_scripts_are_not() {
        for own in ["안녕하세요", " 네", "ㅋㅋ", "PHQ-9", " café", "…", "「", "3월", "Nguyễn", "♪"] {
            assert!(!foreign(own.as_bytes(), Lang::Ko), "{own}");
        }
        for other in ["ที่", "привет", "ありがとう", "カ", "谢谢", "हाँ", "مرحبا", "ελ", "ქართ", "ខ្ញុំ", "네 да"]
        {
            assert!(foreign(other.as_bytes(), Lang::Ko), "{other}");
            assert!(foreign(other.as_bytes(), Lang::En), "{other}");
        }
    }

    #[test]
    fn hangul_is_foreign_in_english_and_accents_are_not() {
        for other in ["안녕", "ㅋ"] {
            assert!(foreign(other.as_bytes(), Lang::En), "{other}");
        }
        for own in [" Zoë", "naïve", " don't", "—", "£", "“"] {
            assert!(!foreign(own.as_bytes(), Lang::En), "{own}");
        }
    }

    proptest! {
        #[test]
        fn half_a_syllable_is_never_foreign_in_korean(text in "[가-힣]{1,4}", from in 0usize..12, to in 0usize..13) {
            let bytes = text.as_bytes();
            let (from, to) = (from.min(bytes.len()), to.min(bytes.len()));
            if let Some(part) = bytes.get(from..to) {
                prop_assert!(!foreign(part, Lang::Ko));
            }
        }

        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..16)) {
            let _ = (foreign(&bytes, Lang::Ko), foreign(&bytes, Lang::En));
        }
    }
}
