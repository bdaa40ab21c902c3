//! Whether a passphrase is strong enough: zxcvbn's full score, twelve characters, and enough of it that is no well-known
//! Korean word or line (`known_words.txt`), also as they look when Hangul is typed on a Latin keyboard.

use crate::crypto::error::CryptoError;
use age::secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Fewer characters are refused whatever they are.
pub const LEAST_CHARACTERS: usize = 12;

/// So many letters, as they are typed, must be no well-known word or line. Five syllables, or two uncommon words of an
/// alphabet: with the score below more than a thief's list of sentences reaches.
pub const LEAST_UNKNOWN: usize = 12;

/// A shorter word, as it is typed, also stands by chance inside of others: it counts only as a word of its own.
const LEAST_INSIDE: usize = 4;

/// What everybody knows, as it is typed on a Latin keyboard, in small letters.
struct Known {
    words: BTreeSet<String>,
    endings: BTreeSet<String>,
    /// Letters of the longest word.
    longest: usize,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known { words: BTreeSet::new(), endings: BTreeSet::new(), longest: 0 };
    let mut part = "";
    for line in include_str!("known_words.txt").lines().filter(|l| !l.starts_with('#')) {
        if line.starts_with('[') {
            part = line;
            continue;
        }
        let into = if part == "[endings]" { &mut known.endings } else { &mut known.words };
        into.extend(line.split_whitespace().map(typed));
    }
    known.longest = known.words.iter().map(String::len).max().unwrap_or(0);
    known
});

/// As it is typed on a Latin keyboard, in small letters: capitals are the first thing that is varied.
fn typed(text: &str) -> String {
    on_a_latin_keyboard(text).to_lowercase()
}

impl Known {
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
    let text = passphrase.expose_secret();
    if text.chars().count() < LEAST_CHARACTERS {
        return Err(CryptoError::Weak(format!("it has fewer than {LEAST_CHARACTERS} characters")));
    }
    let own: BTreeSet<String> =
        context.iter().copied().chain(["gyeot", "곁"]).map(typed).filter(|w| !w.is_empty()).collect();
    let read = typed(text);
    let words = read.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let (mut unknown, mut there) = (0, 0);
    for word in words {
        let word: Vec<char> = word.chars().collect();
        there += word.len();
        unknown += KNOWN.unknown_in(&word, &own);
    }
    if unknown < there && unknown < LEAST_UNKNOWN {
        return Err(CryptoError::Weak("it is made of well-known words or lines".to_owned()));
    }
    // zxcvbn matches dictionary words in Latin letters; Hangul is judged by how it is typed.
    let inputs: Vec<&str> = KNOWN.words.iter().chain(&own).map(String::as_str).collect();
    let score = zxcvbn::zxcvbn(&on_a_latin_keyboard(text), &inputs).score();
    if score < zxcvbn::Score::Four {
        return Err(CryptoError::Weak(format!("it could be guessed (strength {} of 4)", u8::from(score))));
    }
    Ok(())
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
    fn several_unrelated_words_and_generated_phrases_pass() {
        assert!(!weak("보라색 기차가 느리게 헤엄친 목요일"));
        assert!(!weak("velvet harbour cactus nineteen drums"));
        assert!(!weak("나는 매주 너구리랑 삽살개 몰래 튀김덮밥 나눠"), "known words among uncommon ones do no harm");
        assert!(!weak("correct battery staple zebra umbrella"));
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
