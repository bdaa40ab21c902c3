//! Whether a passphrase is strong enough: zxcvbn's full score, twelve characters, and enough of it that is no well-known
//! Korean word or line (`known_words.txt`), also as they look when Hangul is typed on a Latin keyboard.

use crate::crypto::error::CryptoError;
use crate::texts::msg;
use age::secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Fewer characters are refused whatever they are.
pub const LEAST_CHARACTERS: usize = 12;

/// So many letters, as they are typed, must be no well-known word or line. Five syllables, or two uncommon words of an
/// alphabet: with the score below more than a thief's list of sentences reaches.
pub const LEAST_UNKNOWN: usize = 12;

/// A shorter word, as it is typed, also stands by chance inside of others: it counts only as a word of its own.
const LEAST_INSIDE: usize = 4;

/// A piece of a well-known line counts from so many letters on, as they are typed.
const LEAST_OF_A_LINE: usize = 10;

/// Words of a generated phrase, and letters of each (`keys::words`).
const PHRASE_WORDS: usize = 6;
const WORD_LETTERS: usize = 5;

/// What everybody knows, as it is typed on a Latin keyboard, in small letters.
struct Known {
    words: BTreeSet<String>,
    endings: BTreeSet<String>,
    /// Whole lines, letters and digits only.
    sentences: Vec<Vec<char>>,
    /// Every stretch of [`LEAST_OF_A_LINE`] of them, so that most text is compared with none.
    pieces: HashSet<Vec<char>>,
    /// Letters of the longest word.
    longest: usize,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known {
        words: BTreeSet::new(),
        endings: BTreeSet::new(),
        sentences: Vec::new(),
        pieces: HashSet::new(),
        longest: 0,
    };
    let mut part = "";
    for line in include_str!("known_words.txt").lines().filter(|l| !l.starts_with('#')) {
        if line.starts_with('[') {
            part = line;
            continue;
        }
        if part != "[words]" && part != "[endings]" {
            known.sentences.extend(Some(bare(&typed(line))).filter(|l| l.len() >= LEAST_OF_A_LINE));
        }
        if part == "[sentences]" {
            continue;
        }
        let into = if part == "[endings]" { &mut known.endings } else { &mut known.words };
        into.extend(line.split_whitespace().map(typed));
    }
    known.pieces = known.sentences.iter().flat_map(|l| l.windows(LEAST_OF_A_LINE).map(<[char]>::to_vec)).collect();
    known.longest = known.words.iter().map(String::len).max().unwrap_or(0);
    known
});

/// As it is typed on a Latin keyboard, in small letters: capitals are the first thing that is varied.
fn typed(text: &str) -> String {
    on_a_latin_keyboard(text).to_lowercase()
}

/// Letters and digits only, with the digits and signs that commonly stand for a letter as that letter.
fn bare(typed: &str) -> Vec<char> {
    let as_letter = |c: char| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    typed.chars().map(as_letter).filter(|c| c.is_alphanumeric()).collect()
}

/// The longest stretch that two texts have in common.
fn common(a: &[char], b: &[char]) -> usize {
    let mut row = vec![0usize; b.len() + 1];
    let mut longest = 0;
    for x in a {
        let mut before = 0;
        for (at, y) in b.iter().enumerate() {
            let here = if x == y { before + 1 } else { 0 };
            before = std::mem::replace(&mut row[at + 1], here);
            longest = longest.max(here);
        }
    }
    longest
}

impl Known {
    /// Whether a text is a known line, or a piece of one, with little beside it.
    fn is_a_line(&self, text: &[char]) -> bool {
        let touches = text.windows(LEAST_OF_A_LINE).any(|piece| self.pieces.contains(piece));
        touches
            && self.sentences.iter().any(|line| {
                let shared = common(text, line);
                shared >= LEAST_OF_A_LINE && text.len() - shared < LEAST_UNKNOWN
            })
    }

    /// How many characters of a word, as it is typed, belong to no known word with its ending: the fewest that any
    /// reading of it leaves.
    fn unknown_in(&self, word: &[char], own: &BTreeSet<String>) -> usize {
        let text = |from: usize, to: usize| word[from..to].iter().collect::<String>();
        let whole = text(0, word.len());
        if self.words.contains(&whole) || own.contains(&whole) {
            return 0;
        }
        // For each place the fewest so far, of readings that end there with anything, and with a word or its ending.
        let mut fewest = vec![usize::MAX; word.len() + 1];
        let mut after_word = vec![usize::MAX; word.len() + 1];
        (fewest[0], after_word[0]) = (0, usize::MAX);
        let longest = self.longest.max(own.iter().map(String::len).max().unwrap_or(0));
        for at in 0..word.len() {
            let so_far = fewest[at].min(after_word[at]);
            fewest[at + 1] = fewest[at + 1].min(so_far + 1);
            for to in at + 1..=word.len().min(at + longest) {
                let piece = text(at, to);
                let is_word = to - at >= LEAST_INSIDE && (self.words.contains(&piece) || own.contains(&piece));
                if is_word {
                    after_word[to] = after_word[to].min(so_far);
                }
                if after_word[at] != usize::MAX && self.endings.contains(&piece) {
                    after_word[to] = after_word[to].min(after_word[at]);
                }
            }
        }
        fewest[word.len()].min(after_word[word.len()])
    }
}

/// Refuses what could be guessed. `context` are words an attacker knows: the centre's and the member's names.
pub fn check(passphrase: &SecretString, context: &[&str]) -> Result<(), CryptoError> {
    let text = &*canonical(passphrase.expose_secret());
    if text.chars().count() < LEAST_CHARACTERS {
        return Err(CryptoError::Weak(msg("crypto-passphrase-fewer-than-characters").shown("n", LEAST_CHARACTERS)));
    }
    if !text.chars().any(char::is_alphabetic) {
        return Err(CryptoError::Weak(msg("crypto-passphrase-no-letters")));
    }
    let own = own_words(context);
    let read = typed(text);
    if KNOWN.is_a_line(&bare(&read)) {
        return Err(CryptoError::Weak(msg("crypto-passphrase-line-many-people-know")));
    }
    let words = read.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let (mut unknown, mut there) = (0, 0);
    for word in words {
        let word: Vec<char> = word.chars().collect();
        there += word.len();
        unknown += KNOWN.unknown_in(&word, &own);
    }
    if unknown < there && unknown < LEAST_UNKNOWN {
        return Err(CryptoError::Weak(msg("crypto-passphrase-made-well-known-words-lines")));
    }
    // zxcvbn matches dictionary words in Latin letters; Hangul is judged by how it is typed.
    let inputs: Vec<&str> = KNOWN.words.iter().chain(&own).map(String::as_str).collect();
    let score = zxcvbn::zxcvbn(&on_a_latin_keyboard(text), &inputs).score();
    if score < zxcvbn::Score::Four {
        return Err(CryptoError::Weak(msg("crypto-passphrase-could-guessed-strength-4").shown("n", u8::from(score))));
    }
    Ok(())
}

/// Names and their parts as they are typed: whole, without spaces, each word, and a Korean given name without its family name.
fn own_words(context: &[&str]) -> BTreeSet<String> {
    let mut own = BTreeSet::from([typed("gyeot"), typed("곁")]);
    for name in context {
        own.insert(typed(name));
        own.insert(typed(&name.split_whitespace().collect::<String>()));
        for word in name.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() >= 2) {
            own.insert(typed(word));
            let mut given = word.chars();
            if given.next().is_some_and(|c| ('가'..='힣').contains(&c)) && given.as_str().chars().count() == 2 {
                own.insert(typed(given.as_str()));
            }
        }
    }
    own.retain(|w| !w.is_empty());
    own
}

/// A passphrase as it goes into scrypt: NFC, so that Hangul is the same from every keyboard and file system, without the
/// byte-order mark and the line end that other systems put around it in a file.
pub fn canonical(text: &str) -> Zeroizing<String> {
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    Zeroizing::new(text.nfc().collect())
}

/// The forms under which an older version may have sealed what is now [`canonical`]: as it stands, and decomposed.
pub fn older_forms(text: &str) -> Vec<Zeroizing<String>> {
    let now = canonical(text);
    let mut forms = Vec::new();
    for form in [text.to_owned(), now.nfd().collect()].map(Zeroizing::new) {
        if form != now && !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// A recovery phrase as it was shown, in whatever case and with whatever between the words it is typed. What is no such phrase
/// is [`canonical`].
pub fn canonical_phrase(text: &str) -> Zeroizing<String> {
    let letters: Zeroizing<Vec<u8>> = Zeroizing::new(
        canonical(text).bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase()).collect(),
    );
    let others = text.chars().any(|c| c.is_alphanumeric() && !c.is_ascii_alphabetic());
    if letters.len() != PHRASE_WORDS * WORD_LETTERS || others {
        return canonical(text);
    }
    let words: Vec<&str> = letters.chunks(WORD_LETTERS).filter_map(|w| std::str::from_utf8(w).ok()).collect();
    Zeroizing::new(words.join("-"))
}

/// The keys of the two-set Korean layout (KS X 5002) under each letter: 사랑해 is `tkfkdgo`. Other text is unchanged.
pub fn on_a_latin_keyboard(text: &str) -> String {
    const LEADS: [&str; 19] =
        ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"];
    const VOWELS: [&str; 21] = [
        "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l",
    ];
    const TAILS: [&str; 28] = [
        "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t",
        "T", "d", "w", "c", "z", "x", "v", "g",
    ];
    let mut out = String::new();
    for c in text.chars() {
        match u32::from(c).checked_sub(0xac00).filter(|i| *i < 11_172) {
            Some(i) => {
                let i = i as usize;
                out.push_str(LEADS[i / 588]);
                out.push_str(VOWELS[i % 588 / 28]);
                out.push_str(TAILS[i % 28]);
            }
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weak(text: &str) -> bool {
        check(&SecretString::from(text.to_owned()), &["마음상담센터", "김상담"]).is_err()
    }

    #[test]
    fn hangul_is_typed_as_on_a_two_set_keyboard() {
        assert_eq!(on_a_latin_keyboard("사랑해"), "tkfkdgo");
        assert_eq!(on_a_latin_keyboard("닭 ok"), "ekfr ok");
    }

    #[test]
    fn what_a_thief_tries_first_is_refused() {
        for guess in [
            "short",
            "password1234",
            "사랑해사랑해사랑해사랑해",
            "tkfkdgotkfkdgo1",
            "마음상담센터1234",
            "qwertyuiop12",
            "김상담김상담김상담김상담",
            "대한민국화이팅",
            "aaaaaaaaaaaaaaaaaaaa",
            // Everybody knows these, in whatever way they are typed.
            "동해물과 백두산이 마르고 닳도록",
            "동해물과백두산이마르고닳도록!",
            "ehdgoanfrhk qorentksdl",
            "ehdgoanfrhkqorentksdl1",
            "EHDGOANFRHK qorentksdl 12",
            "나는 오늘 학교에 갔습니다",
            "나는오늘학교에갔습니다",
            "sksms dhsmf gkrrydp rkTtmqslek",
            "저는 매일 아침에 커피를 마셨습니다",
            "가는 말이 고와야 오는 말이 곱다",
            "죽는 날까지 하늘을 우러러",
            "하늘에 계신 우리 아버지",
            "대한민국은 민주공화국이다 1948",
            "우리 강아지는 정말 예쁘다 2024",
            "사랑하는 우리 엄마 생일 축하합니다",
        ] {
            assert!(weak(guess), "{guess}");
        }
    }

    #[test]
    fn famous_lines_names_digits_and_walks_are_refused_in_both_languages() {
        for guess in [
            "to be or not to be, that is the question",
            "To Be 0r N0t To Be That Is The Question!",
            "itwasthebestoftimes",
            "The Lord is my shepherd 23",
            "may the force be with you 77",
            "We hold these truths to be self-evident",
            "four score and seven years ago",
            "correct horse battery staple",
            "never gonna give you up 2024!",
            "the quick brown fox jumps",
            "All that glitters is not gold.",
            "early bird catches the worm",
            "1qaz2wsx3edc4rfv5tgb",
            "qwertyuiopasdfghjkl",
            "83920174650192837465",
            "2024-11-28 05:10:00 1234",
            "사느냐 죽느냐 그것이 문제로다",
            "무궁화꽃이피었습니다!!",
            "흔들리지 않고 피는 꽃이 어디 있으랴",
            "신에게는 아직 열두 척의 배가 남아 있습니다",
            "이 또한 지나가리라 2024",
            "나는 생각한다 고로 존재한다",
            "skssk todrkrgksek rhfh whswogksek",
            "마음 상담 센터 김상담 2024!",
            "상담김 마음상담센터!!",
        ] {
            assert!(weak(guess), "{guess}");
        }
        let own = ["Riverside Counseling Center", "Dana Whitfield"];
        for guess in
            ["Riverside Counseling 2024", "danawhitfield1234!", "Whitfield Riverside 99", "CounselingCenterDana!"]
        {
            assert!(check(&SecretString::from(guess), &own).is_err(), "{guess}");
        }
    }

    #[test]
    fn hangul_is_one_passphrase_composed_or_not_and_a_file_of_another_system_adds_nothing() {
        let nfc = "보라색 기차가 헤엄친 목요일";
        let nfd: String = nfc.nfd().collect();
        assert_eq!(*canonical(&nfd), *canonical(nfc));
        assert_eq!(*canonical(&format!("\u{feff}{nfc}\r\n")), *canonical(nfc));
        assert_eq!(older_forms(nfc).len(), 1);
        assert!(older_forms(&nfd).iter().any(|f| **f == nfd));
        assert!(older_forms("velvet harbour cactus").is_empty(), "one scrypt for a passphrase without such letters");
    }

    #[test]
    fn a_recovery_phrase_is_read_in_any_case_and_spacing() {
        let made = crate::crypto::slot::generated_phrase();
        let shown = made.expose_secret();
        for typed in [
            shown.to_uppercase(),
            shown.replace('-', " "),
            shown.replace('-', "  –  "),
            shown.replace('-', ""),
            format!("\u{feff} {} \r\n", shown.replace('-', "\t")),
        ] {
            assert_eq!(*canonical_phrase(&typed), shown, "{typed:?}");
        }
        assert_eq!(*canonical_phrase("four words of old"), "four words of old");
    }

    #[test]
    fn several_unrelated_words_and_generated_phrases_pass() {
        assert!(!weak("보라색 기차가 느리게 헤엄친 목요일"));
        assert!(!weak("velvet harbour cactus nineteen drums"));
        assert!(!weak("나는 매주 너구리랑 삽살개 몰래 튀김덮밥 나눠"), "known words among uncommon ones do no harm");
        assert!(!weak("correct zebra umbrella quartz lantern"));
        let made = crate::crypto::slot::generated_phrase();
        assert!(check(&made, &[]).is_ok());
    }

    #[test]
    fn a_generated_phrase_always_passes() {
        for _ in 0..500 {
            let made = crate::crypto::slot::generated_phrase();
            assert!(check(&made, &["마음상담센터", "김상담"]).is_ok(), "{}", made.expose_secret());
        }
    }

    mod given {
        use super::*;
        use proptest::prelude::*;

        const UNCOMMON: [&str; 12] = [
            "너구리",
            "삽살개",
            "튀김덮밥",
            "보라색",
            "헤엄친",
            "현미경",
            "양탄자",
            "풍뎅이",
            "물레방아",
            "찰옥수수",
            "velvet",
            "cactus",
        ];

        proptest! {
            #![proptest_config(ProptestConfig::with_cases(200))]
            #[test]
            fn five_uncommon_words_pass_in_any_order(words in proptest::sample::subsequence(UNCOMMON.to_vec(), 5)) {
                prop_assert!(!weak(&words.join(" ")), "{words:?}");
            }

            #[test]
            fn only_known_words_are_refused_in_any_order_spaced_or_not(
                picked in proptest::collection::vec(any::<proptest::sample::Index>(), 4..8), spaced: bool) {
                let all: Vec<&String> = KNOWN.words.iter().filter(|w| w.len() >= LEAST_INSIDE).collect();
                let words: Vec<&str> = picked.iter().map(|i| all[i.index(all.len())].as_str()).collect();
                prop_assert!(weak(&words.join(if spaced { " " } else { "" })), "{words:?}");
            }
        }
    }
}
