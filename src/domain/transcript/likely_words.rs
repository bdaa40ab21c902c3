//! Words that come up in a session, as a person wrote them down beforehand: names, medicines, places. What was heard and sounds
//! the same is written as they are. Told to the recogniser as a prompt they made it worse: the times of its words no longer fitted
//! the windows (`tests/bench/README.md` has the figures).

use crate::domain::practice::client::ClientCard;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;

/// What may follow a Korean word within its group: particles and forms of address. Whatever else follows makes another word.
const FOLLOWS: [&str; 58] = [
    "",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "도",
    "만",
    "의",
    "에",
    "에서",
    "에게",
    "에게서",
    "한테",
    "한테서",
    "께",
    "께서",
    "와",
    "과",
    "랑",
    "이랑",
    "하고",
    "로",
    "으로",
    "부터",
    "까지",
    "처럼",
    "보다",
    "마다",
    "밖에",
    "야",
    "아",
    "씨",
    "씨가",
    "씨는",
    "씨를",
    "씨랑",
    "님",
    "님이",
    "님은",
    "네",
    "이네",
    "이가",
    "이는",
    "이를",
    "이도",
    "이한테",
    "이하고",
    "요",
    "이요",
    "예요",
    "이에요",
    "라고",
    "이라고",
    "입니다",
    "이다",
    "인데",
];
/// Shorter Korean words sound like parts of too many others.
const LEAST_SYLLABLES: usize = 2;
/// Shorter English ones too.
const LEAST_LETTERS: usize = 4;

/// The words of one client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LikelyWords {
    /// Sound, and how it is written.
    ko: Vec<(String, ClientText)>,
    en: Vec<(String, ClientText)>,
}

impl LikelyWords {
    /// A list written by a person, separated by commas, semicolons or lines.
    pub fn of(list: &str) -> Self {
        let mut likely = LikelyWords::default();
        for word in list.split([',', ';', '\n', '、', '·']).flat_map(str::split_whitespace) {
            let written = ClientText::new(word);
            if word.chars().all(|c| syllable(c).is_some()) && word.chars().count() >= LEAST_SYLLABLES {
                likely.ko.push((flat(word).into_iter().map(|p| p.0).collect(), written));
            } else if word.chars().all(|c| c.is_ascii_alphabetic()) && word.len() >= LEAST_LETTERS {
                likely.en.push((english_sound(word), written));
            }
        }
        likely
    }

    /// Those of a client's card.
    pub fn of_card(card: &ClientCard) -> Self {
        card.words.as_ref().map(|words| Self::of(words.reveal())).unwrap_or_default()
    }

    /// The text with every word that sounds like one of these written as it is. The number of groups stays the same.
    pub fn written(&self, text: &ClientText, lang: Lang) -> ClientText {
        if self.ko.is_empty() && self.en.is_empty() {
            return text.clone();
        }
        let mut opens = true;
        let group = |group: &str| {
            let bare = group.trim_end_matches(|c: char| !c.is_alphanumeric());
            let start = bare.trim_start_matches(|c: char| !c.is_alphanumeric());
            let (before, after) = (&bare[..bare.len() - start.len()], &group[bare.len()..]);
            let new = match lang {
                Lang::Ko => self.korean(start),
                Lang::En => self.english(start, opens),
            };
            opens = after.contains(['.', '?', '!']);
            new.map_or_else(|| group.to_owned(), |new| format!("{before}{new}{after}"))
        };
        ClientText::new(&text.reveal().split(' ').map(group).collect::<Vec<_>>().join(" "))
    }

    fn korean(&self, group: &str) -> Option<String> {
        let heard = flat(group);
        let sound: String = heard.iter().map(|p| p.0).collect();
        // The longest word first: a name that begins with another.
        let mut words: Vec<_> = self.ko.iter().filter(|(s, _)| sound.starts_with(s.as_str())).collect();
        words.sort_by_key(|(s, _)| std::cmp::Reverse(s.len()));
        words.into_iter().find_map(|(s, written)| {
            let rest = rest_after(group, &heard, s.chars().count())?;
            let new = format!("{}{rest}", written.reveal());
            (FOLLOWS.contains(&rest.as_str()) && new != group).then_some(new)
        })
    }

    /// Only what the recogniser took for a name: written with a capital, not because a sentence begins.
    fn english(&self, word: &str, opens: bool) -> Option<String> {
        if opens || !word.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let (stem, ending) = word.split_once('\'').map_or((word, None), |(stem, ending)| (stem, Some(ending)));
        let sound = english_sound(stem);
        let (_, written) = self.en.iter().find(|(s, _)| *s == sound)?;
        let new = ending.map_or_else(|| written.reveal().to_owned(), |e| format!("{}'{e}", written.reveal()));
        (new != word).then_some(new)
    }
}

/// Initial, vowel and final of a syllable (Unicode 3.12), by number; final 0 is none.
fn syllable(c: char) -> Option<(u32, u32, u32)> {
    let n = u32::from(c).checked_sub(0xAC00).filter(|n| *n < 11_172)?;
    Some((n / 588, n % 588 / 28, n % 28))
}

const SILENT: u32 = 11;

/// The sounds of a group, each with the byte of the syllable in which it stands: finals move to a vowel that follows, and what
/// is said alike is alike (Standard Pronunciation of Korean, articles 8 and 13; ㅐ and ㅔ are one sound to most speakers).
fn flat(group: &str) -> Vec<(char, usize)> {
    let mut out = Vec::new();
    let mut chars = group.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let Some((initial, vowel, last)) = syllable(c) else {
            out.push((c, at));
            continue;
        };
        if initial != SILENT {
            out.push((char::from_u32(0x1100 + initial).unwrap_or(c), at));
        }
        let vowel = match vowel {
            1 => 5,
            3 => 7,
            10 | 15 => 11,
            other => other,
        };
        out.push((char::from_u32(0x1161 + vowel).unwrap_or(c), at));
        let before_vowel = chars.peek().and_then(|(_, next)| syllable(*next)).is_some_and(|next| next.0 == SILENT);
        // As an initial: what a final sounds like before a vowel, and what it closes to elsewhere.
        let sound = match (last, before_vowel) {
            (0, _) => None,
            (1, _) | (2 | 24, false) => Some(0),
            (2, true) => Some(1),
            (24, true) => Some(15),
            (4, _) => Some(2),
            (7, _) | (19 | 20 | 22 | 23 | 25 | 27, false) => Some(3),
            (19, true) => Some(9),
            (20, true) => Some(10),
            (22, true) => Some(12),
            (23, true) => Some(14),
            (25, true) => Some(16),
            (8, _) => Some(5),
            (16, _) => Some(6),
            (17, _) | (26, false) => Some(7),
            (26, true) => Some(17),
            (21, _) => Some(20),
            // ㅎ is not said before a vowel; clusters are left as they are.
            (27, true) => None,
            (other, _) => Some(30 + other),
        };
        out.extend(sound.and_then(|s| char::from_u32(0x1100 + s)).map(|s| (s, at)));
    }
    out
}

/// What stands after the first `sounds` sounds of a group; a consonant that moved to the next syllable is given back.
fn rest_after(group: &str, heard: &[(char, usize)], sounds: usize) -> Option<String> {
    let Some((_, next)) = heard.get(sounds) else { return Some(String::new()) };
    let (_, last) = heard.get(sounds.checked_sub(1)?)?;
    if next != last {
        return Some(group[*next..].to_owned());
    }
    // The word ends with the initial of this syllable: "민주니" is "민준" and "이".
    let c = group[*next..].chars().next()?;
    let (_, vowel, last) = syllable(c)?;
    let first_of = heard.iter().position(|(_, at)| at == next)?;
    let opened = char::from_u32(0xAC00 + SILENT * 588 + vowel * 28 + last)?;
    (sounds == first_of + 1).then(|| format!("{opened}{}", &group[*next + c.len_utf8()..]))
}

/// How an English name sounds, roughly: letters that are said alike are alike, vowels after the first and silent h are left out.
fn english_sound(word: &str) -> String {
    let lower = word.to_ascii_lowercase().replace("ph", "f").replace("ck", "k");
    let letters: Vec<char> = lower.chars().collect();
    let mut sound = String::new();
    for (n, c) in letters.iter().enumerate() {
        let soft = letters.get(n + 1).is_some_and(|next| "eiy".contains(*next));
        let c = match c {
            'c' if soft => 's',
            'c' | 'q' => 'k',
            'z' => 's',
            'v' => 'f',
            'y' => 'i',
            other => *other,
        };
        let silent = n > 0 && "aeiouh".contains(c);
        if !silent && !sound.ends_with(c) {
            sound.push(c);
        }
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ko(list: &str, heard: &str) -> String {
        LikelyWords::of(list).written(&ClientText::new(heard), Lang::Ko).reveal().to_owned()
    }

    fn en(list: &str, heard: &str) -> String {
        LikelyWords::of(list).written(&ClientText::new(heard), Lang::En).reveal().to_owned()
    }

    #[test]
    fn a_korean_name_that_sounds_the_same_is_written_as_on_the_card_with_its_particle() {
        assert_eq!(ko("민아", "목요일에 미나 씨와 함께 앉아 있기,"), "목요일에 민아 씨와 함께 앉아 있기,");
        assert_eq!(ko("민아", "미나가 데리러 온다고 했어요."), "민아가 데리러 온다고 했어요.");
        assert_eq!(ko("민준", "“민주니가 왔어요”"), "“민준이가 왔어요”");
        assert_eq!(ko("채린, 세브란스", "체린이랑 새브란스에서"), "채린이랑 세브란스에서");
        assert_eq!(ko("석현", "서켠이한테"), "서켠이한테", "what is said with a change of sound is left alone");
    }

    #[test]
    fn what_is_another_word_or_only_part_of_one_stays() {
        for heard in ["미나리를 샀어요", "비나가 와요", "민아가 데리러 와요", "미니 씨", "", "…", "미 나"]
        {
            assert_eq!(ko("민아", heard), heard);
        }
        assert_eq!(ko("아", "아 그래요"), "아 그래요", "one syllable is too short");
        assert_eq!(ko("", "미나가"), "미나가");
    }

    #[test]
    fn the_longest_word_that_fits_is_written() {
        assert_eq!(ko("민아, 민아름", "미나르미 왔어요 미나도"), "민아름이 왔어요 민아도");
    }

    #[test]
    fn an_english_name_is_written_as_on_the_card_and_an_ordinary_word_never() {
        assert_eq!(en("Stephen, Sarah", "I saw Steven and Sara's dog."), "I saw Stephen and Sarah's dog.");
        assert_eq!(en("Marc", "I will mark it. Mark it now."), "I will mark it. Mark it now.");
        assert_eq!(en("Catherine", "It was Kathryn, my sister."), "It was Catherine, my sister.");
        assert_eq!(en("Sarah", "A sorrow."), "A sorrow.");
    }

    #[test]
    fn as_many_groups_come_out_as_go_in_whatever_was_heard() {
        for heard in ["가  나 ", " 민아", "미나\n미나", "ㅁㅣㄴㅏ 미나?!", "a b"] {
            assert_eq!(ko("민아", heard).split(' ').count(), heard.split(' ').count());
        }
    }
}
