//! The particle after a Korean word. `을/를`, `이/가`, `은/는`, `과/와` and `으로/로` depend on the sound that the word ends
//! with: whether its last syllable has a final consonant, and for `으로/로` whether that consonant is ㄹ. Words of Latin
//! letters and of digits are judged by how they are read aloud in Korean. Source: 한글 맞춤법 (Korean orthography) and the
//! standard readings of digits and letter names.

/// How the reading of a word ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

/// The word with the particle that fits it. `pair` is written consonant form first: `을/를`.
pub fn with_particle(word: &str, pair: &str) -> String {
    let (after_consonant, after_vowel) = pair.split_once('/').unwrap_or((pair, pair));
    let ro = after_consonant == "으로";
    let particle = match ending(word) {
        Ending::Consonant => after_consonant,
        Ending::Rieul if !ro => after_consonant,
        Ending::Rieul | Ending::Vowel => after_vowel,
    };
    format!("{word}{particle}")
}

fn ending(word: &str) -> Ending {
    // Quotes and brackets are not read aloud.
    let read: Vec<char> = word.chars().filter(|c| c.is_alphanumeric() || *c == '%').collect();
    match read.last() {
        Some(c @ '가'..='힣') => of_syllable(*c),
        Some(c) if c.is_ascii_digit() => of_digit(&read),
        Some(c) if c.is_ascii_alphabetic() => of_letters(&read),
        _ => Ending::Vowel,
    }
}

fn of_syllable(c: char) -> Ending {
    // Unicode 3.12: a syllable is 0xAC00 + (lead × 21 + vowel) × 28 + tail; tail 0 is none and 8 is ㄹ.
    match (u32::from(c) - 0xAC00) % 28 {
        0 => Ending::Vowel,
        8 => Ending::Rieul,
        _ => Ending::Consonant,
    }
}

/// 영 일 이 삼 사 오 육 칠 팔 구; round numbers end in 십, 백, 천, 만 or 억, which all have a final consonant.
fn of_digit(read: &[char]) -> Ending {
    match read.last() {
        Some('1' | '7' | '8') => Ending::Rieul,
        Some('0' | '3' | '6') => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

/// Capitals are spelt out by the names of their letters (엘, 엠, 엔, 알); other words by their sound, as loan words are
/// written: a final l, m, n or ng stays, and so does b, g, k, p or t after one short vowel (탭, 셋).
fn of_letters(read: &[char]) -> Ending {
    let letters: Vec<char> = read.iter().rev().take_while(|c| c.is_ascii_alphabetic()).copied().collect();
    let [last, before @ ..] = letters.as_slice() else { return Ending::Vowel };
    let spelt = letters.iter().all(char::is_ascii_uppercase);
    if spelt {
        return match last {
            'L' | 'R' => Ending::Rieul,
            'M' | 'N' => Ending::Consonant,
            _ => Ending::Vowel,
        };
    }
    let vowel = |c: Option<&char>| c.is_some_and(|c| "aeiou".contains(c.to_ascii_lowercase()));
    match last.to_ascii_lowercase() {
        'l' => Ending::Rieul,
        'm' | 'n' => Ending::Consonant,
        'g' if before.first() == Some(&'n') => Ending::Consonant,
        'b' | 'g' | 'k' | 'p' | 't' if vowel(before.first()) && !vowel(before.get(1)) => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particle_follows_the_last_sound_of_the_word() {
        for (word, pair, said) in [
            ("금고", "을/를", "금고를"),
            ("기록", "을/를", "기록을"),
            ("파일", "으로/로", "파일로"),
            ("기록", "으로/로", "기록으로"),
            ("금고", "으로/로", "금고로"),
            ("회기", "이/가", "회기가"),
            ("10개", "이/가", "10개가"),
            ("노트", "은/는", "노트는"),
            ("동의서", "과/와", "동의서와"),
        ] {
            assert_eq!(with_particle(word, pair), said);
        }
    }

    #[test]
    fn words_of_latin_letters_and_digits_are_judged_by_how_they_are_read() {
        for (word, pair, said) in [
            ("Enter", "을/를", "Enter를"),
            ("Tab", "을/를", "Tab을"),
            ("Esc", "을/를", "Esc를"),
            ("PHQ-9", "을/를", "PHQ-9를"),
            ("GAD-7", "을/를", "GAD-7을"),
            ("GAD-7", "으로/로", "GAD-7로"),
            ("AUDIT-C", "을/를", "AUDIT-C를"),
            ("SQL", "을/를", "SQL을"),
            ("10", "을/를", "10을"),
            ("2", "이/가", "2가"),
            ("model", "으로/로", "model로"),
            ("plan", "은/는", "plan은"),
            ("note", "은/는", "note는"),
            ("`gyeot init`", "을/를", "`gyeot init`을"),
            ("--total", "과/와", "--total과"),
            ("50%", "이/가", "50%가"),
            ("", "을/를", "를"),
        ] {
            assert_eq!(with_particle(word, pair), said);
        }
    }
}
