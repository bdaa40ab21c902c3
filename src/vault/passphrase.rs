//! Whether a passphrase is strong enough: zxcvbn's full score and twelve characters, with the words a Korean thief
//! would try first, also as they look when Hangul is typed on a Latin keyboard.

use super::fault::VaultFault;
use age::secrecy::{ExposeSecret, SecretString};

/// Fewer characters are refused whatever they are.
pub const LEAST_CHARACTERS: usize = 12;

/// Common Korean words in passphrases; each is tried as it is and as typed on a Latin keyboard.
const COMMON: [&str; 28] = [
    "사랑해",
    "사랑합니다",
    "비밀번호",
    "안녕하세요",
    "대한민국",
    "행복",
    "행복하세요",
    "감사합니다",
    "우리집",
    "엄마",
    "아빠",
    "친구",
    "가족",
    "상담",
    "상담사",
    "상담센터",
    "내담자",
    "심리상담",
    "마음",
    "하늘",
    "바다",
    "천사",
    "화이팅",
    "서울",
    "부산",
    "한국",
    "고양이",
    "강아지",
];

/// Refuses what could be guessed. `context` are words an attacker knows: the centre's and the member's names.
pub fn check(passphrase: &SecretString, context: &[&str]) -> Result<(), VaultFault> {
    let text = passphrase.expose_secret();
    if text.chars().count() < LEAST_CHARACTERS {
        return Err(VaultFault::Weak(format!("it has fewer than {LEAST_CHARACTERS} characters")));
    }
    let known: Vec<String> = COMMON
        .iter()
        .copied()
        .chain(context.iter().copied())
        .chain(["gyeot", "곁"])
        .flat_map(|w| [w.to_lowercase(), on_a_latin_keyboard(w)])
        .filter(|w| !w.is_empty())
        .collect();
    // zxcvbn matches dictionary words in Latin letters; Hangul is judged by how it is typed.
    let typed = on_a_latin_keyboard(text);
    let inputs: Vec<&str> = known.iter().map(String::as_str).collect();
    let score = zxcvbn::zxcvbn(&typed, &inputs).score();
    if score < zxcvbn::Score::Four {
        return Err(VaultFault::Weak(format!("it could be guessed (strength {} of 4)", u8::from(score))));
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
        ] {
            assert!(weak(guess), "{guess}");
        }
    }

    #[test]
    fn several_unrelated_words_and_generated_phrases_pass() {
        assert!(!weak("보라색 기차가 느리게 헤엄친 목요일"));
        assert!(!weak("velvet harbour cactus nineteen drums"));
        let made = super::super::slot::generated_phrase();
        assert!(check(&made, &[]).is_ok());
    }
}
