//! Finding a name among many: by a part of it, by its first consonants (초성), while a syllable is still being typed.

/// The first consonants of Hangul syllables in the order of Unicode, as single letters.
const FIRST: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];
/// Syllables of one first consonant, and of one consonant and vowel (The Unicode Standard, 3.12).
const PER_FIRST: u32 = 588;
const PER_VOWEL: u32 = 28;

/// The position of a Hangul syllable in its block.
fn syllable(c: char) -> Option<u32> {
    ('가'..='힣').contains(&c).then(|| c as u32 - '가' as u32)
}

/// True when a typed letter stands for a letter of the text: the same, the first consonant of its syllable, or the
/// syllable without its last consonant.
fn stands_for(typed: char, text: char) -> bool {
    if typed == text {
        return true;
    }
    let Some(of) = syllable(text) else { return false };
    match syllable(typed) {
        Some(begun) => begun % PER_VOWEL == 0 && of / PER_VOWEL == begun / PER_VOWEL,
        None => FIRST.get((of / PER_FIRST) as usize) == Some(&typed),
    }
}

/// True when every word of `query` is found in the text, whatever the capitals and the spaces between.
pub fn matches(query: &str, text: &str) -> bool {
    let plain = |s: &str| -> Vec<char> { s.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect() };
    let text = plain(text);
    query.split_whitespace().all(|word| {
        let word = plain(word);
        text.windows(word.len()).any(|part| word.iter().zip(part).all(|(typed, there)| stands_for(*typed, *there)))
    })
}

/// Which of `count` rows is the next that fits: with 0 from `from` on, else after it or, backwards, before it; past the end it
/// begins again. `None` where none fits.
pub fn next_row(from: usize, count: usize, by: isize, fits: impl FnMut(&usize) -> bool) -> Option<usize> {
    match by {
        0 => (0..count).map(|n| (from + n) % count).find(fits),
        1.. => (1..=count).map(|n| (from + n) % count).find(fits),
        _ => (1..=count).map(|n| (from + count - n) % count).find(fits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_a_part_by_first_consonants_and_while_a_syllable_is_typed() {
        for query in ["김서연", "서연", "ㄱㅅㅇ", "ㅅㅇ", "김ㅅ", "기", "김서여", ""] {
            assert!(matches(query, "김서연"), "{query}");
        }
        for query in ["ㅂㅈㅎ", "김민", "서연김", "가"] {
            assert!(!matches(query, "김서연"), "{query}");
        }
        assert!(matches("c-04 phq", "C-0417 PHQ-9") && matches("환자 9", "환자건강설문지-9"));
    }
}
