//! Text as the risk rules read it: spelling tricks and speech forms folded away, with the way back to the words as they
//! were said. Nothing here decides what is a risk.

use crate::domain::advice::risk_pattern::Pattern;
use crate::domain::practice::text::clean;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of other alphabets that look like Latin ones: the single-letter pairs of Unicode Technical Standard 39
/// (confusables) for Cyrillic and Greek, lower case, and the Latin letters without a decomposition.
const LOOK_ALIKES: [(&str, char); 26] = [
    ("аαɑ", 'a'),
    ("Ьв", 'b'),
    ("сϲ", 'c'),
    ("ԁ", 'd'),
    ("еєεҽ", 'e'),
    ("ғ", 'f'),
    ("ɡ", 'g'),
    ("һн", 'h'),
    ("іιıӏ", 'i'),
    ("јϳ", 'j'),
    ("кκ", 'k'),
    ("ⅼ|", 'l'),
    ("м", 'm'),
    ("пη", 'n'),
    ("оοσօø", 'o'),
    ("рρ", 'p'),
    ("ԛ", 'q'),
    ("г", 'r'),
    ("ѕ", 's'),
    ("тτ", 't'),
    ("υս", 'u'),
    ("ѵν", 'v'),
    ("ԝω", 'w'),
    ("хχ", 'x'),
    ("уγ", 'y'),
    ("ᴢ", 'z'),
];
/// Digits and signs that stand for a letter between two Latin letters ("k1ll", "su!cide", "h@rm").
const FOR_LETTERS: [(char, char); 9] =
    [('0', 'o'), ('1', 'i'), ('3', 'e'), ('4', 'a'), ('5', 's'), ('7', 't'), ('@', 'a'), ('$', 's'), ('!', 'i')];
/// Initial consonants in the order of Unicode's Hangul syllables, as compatibility letters.
const LEADS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// Vowels in that order.
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
/// Final consonants in that order, without the empty one.
const TAILS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/// Letters written alone for laughing: never the end of the syllable before.
const LAUGHS: &str = "ㅋㅎ";
/// So many single letters in a row are a word that was spelt apart.
const SPELT_APART: usize = 3;

/// A way of writing that stands for another ("unalive", "주거버리").
#[derive(Debug, Clone)]
pub struct Respelling {
    /// Finds it in the folded text.
    pub form: Pattern,
    /// What the patterns are to see.
    pub means: String,
}

/// One folded character and the bytes of the text it stands for.
#[derive(Debug, Clone, Copy)]
struct Piece {
    c: char,
    from: usize,
    to: usize,
}

/// The words as the patterns see them, and the way back to the words as they were said.
pub struct Heard {
    text: String,
    /// Lower case, no apostrophes; the end of a sentence is `.`, everything else that is no letter or digit one space.
    pub plain: String,
    /// For each byte of `plain` the byte range in `text` of what it came from.
    origin: Vec<(usize, usize)>,
}

impl Heard {
    /// Folds the text of one utterance.
    pub fn of(text: &str, respellings: &[Respelling]) -> Heard {
        let text = clean(text);
        let letters = letters(&text);
        let letters = compose(&letters);
        let pieces = join_spelt_apart(&spaced(&instead_of_letters(&letters)));
        let mut heard = Heard { text, plain: String::new(), origin: Vec::new() };
        heard.set(&pieces);
        for respelling in respellings {
            heard.respell(respelling);
        }
        heard
    }

    fn set(&mut self, pieces: &[Piece]) {
        self.plain.clear();
        self.origin.clear();
        for piece in pieces {
            self.plain.push(piece.c);
            self.origin.extend(std::iter::repeat_n((piece.from, piece.to), piece.c.len_utf8()));
        }
        let kept = self.plain.trim_end_matches([' ', '.']).len();
        self.plain.truncate(kept);
        self.origin.truncate(kept);
    }

    fn respell(&mut self, respelling: &Respelling) {
        if !respelling.form.is_match(&self.plain) {
            return;
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut at = 0;
        let keep = |pieces: &mut Vec<Piece>, from: usize, to: usize| {
            for (i, c) in self.plain[from..to].char_indices() {
                let (from, to) = self.origin.get(from + i).copied().unwrap_or_default();
                pieces.push(Piece { c, from, to });
            }
        };
        for found in respelling.form.find_iter(&self.plain).filter(|m| !m.is_empty()) {
            keep(&mut pieces, at, found.start());
            let from = self.origin.get(found.start()).map_or(0, |o| o.0);
            let to = self.origin.get(found.end() - 1).map_or(self.text.len(), |o| o.1);
            pieces.extend(respelling.means.chars().map(|c| Piece { c, from, to }));
            at = found.end();
        }
        keep(&mut pieces, at, self.plain.len());
        self.set(&pieces);
    }

    /// The byte range of the sentence that holds this place of `plain`.
    pub fn sentence(&self, start: usize, end: usize) -> (usize, usize) {
        let from = self.plain[..start].rfind('.').map_or(0, |i| i + 1);
        let to = self.plain[end..].find('.').map_or(self.plain.len(), |i| end + i);
        (from, to)
    }

    /// The whole words of the text that cover these bytes of `plain`, without punctuation at the ends.
    pub fn verbatim(&self, start: usize, end: usize) -> &str {
        let from = self.origin.get(start).map_or(0, |o| o.0);
        let to = self.origin.get(end.saturating_sub(1)).map_or(self.text.len(), |o| o.1);
        let from = self.text[..from]
            .char_indices()
            .rev()
            .find(|(_, c)| c.is_whitespace())
            .map_or(0, |(i, c)| i + c.len_utf8());
        let to = self.text[to..].find(char::is_whitespace).map_or(self.text.len(), |i| to + i);
        self.text[from..to].trim_matches(|c: char| !c.is_alphanumeric())
    }
}

/// Full width to plain, accents off, look-alikes to Latin, lower case; Hangul stays whole.
fn letters(text: &str) -> Vec<Piece> {
    let mut out = Vec::with_capacity(text.len());
    for (from, c) in text.char_indices() {
        let to = from + c.len_utf8();
        let is_letter = |jamo: char| LEADS.contains(jamo) || VOWELS.contains(jamo) || TAILS.contains(jamo);
        if ('가'..='힣').contains(&c) || is_letter(c) {
            out.push(Piece { c, from, to });
            continue;
        }
        if matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}') || is_combining_mark(c) {
            continue;
        }
        // Half-width Hangul letters fold to conjoining ones, which go the same way as those that stand in the text.
        for d in c.nfkd().filter(|d| !is_combining_mark(*d)) {
            let d = d.to_lowercase().next().unwrap_or(d);
            let d = conjoining(d).unwrap_or(d);
            let d = LOOK_ALIKES.iter().find(|(same, _)| same.contains(d)).map_or(d, |(_, latin)| *latin);
            out.push(Piece { c: d, from, to });
        }
    }
    out
}

/// A conjoining Hangul letter as the one that stands alone.
fn conjoining(c: char) -> Option<char> {
    let code = u32::from(c);
    match code {
        0x1100..=0x1112 => LEADS.chars().nth((code - 0x1100) as usize),
        0x1161..=0x1175 => VOWELS.chars().nth((code - 0x1161) as usize),
        0x11a8..=0x11c2 => TAILS.chars().nth((code - 0x11a8) as usize),
        _ => None,
    }
}

fn place(letters: &str, c: char) -> Option<u32> {
    letters.chars().position(|l| l == c).map(|i| i as u32)
}

/// Puts letters of Hangul that stand alone together to syllables ("ㅈㅏ살", "ㅈ ㅜ ㄱ ㄱ ㅗ").
fn compose(letters: &[Piece]) -> Vec<Piece> {
    let loose = |i: usize| letters.get(i).is_some_and(|p| ('\u{3131}'..='\u{3163}').contains(&p.c));
    // A gap between two loose letters does not count.
    let mut tight: Vec<Piece> = Vec::with_capacity(letters.len());
    for (i, piece) in letters.iter().enumerate() {
        let gap = matches!(piece.c, ' ' | '.' | '-' | '_' | '/' | '*' | '~');
        if gap && i > 0 && loose(i - 1) && loose(i + 1) {
            continue;
        }
        tight.push(*piece);
    }
    let mut out: Vec<Piece> = Vec::with_capacity(tight.len());
    let mut i = 0;
    let vowel = |i: usize| tight.get(i).and_then(|p| place(VOWELS, p.c));
    let tail = |i: usize| tight.get(i).filter(|p| !LAUGHS.contains(p.c)).and_then(|p| place(TAILS, p.c));
    while let Some(piece) = tight.get(i) {
        if let (Some(lead), Some(middle)) = (place(LEADS, piece.c), vowel(i + 1)) {
            let end = tail(i + 2).filter(|_| vowel(i + 3).is_none());
            let code = 0xac00 + (lead * 21 + middle) * 28 + end.map_or(0, |t| t + 1);
            let last = i + 1 + usize::from(end.is_some());
            let to = tight.get(last).map_or(piece.to, |p| p.to);
            out.push(Piece { c: char::from_u32(code).unwrap_or(piece.c), from: piece.from, to });
            i = last + 1;
            continue;
        }
        // A consonant alone after a syllable without an end closes it: "주ㄱ고".
        let open = out.last().map(|p| u32::from(p.c)).filter(|c| (0xac00..=0xd7a3).contains(c));
        if let (Some(open), Some(t)) = (open.filter(|c| (c - 0xac00) % 28 == 0), tail(i))
            && tight.get(i + 1).is_none_or(|next| next.c != piece.c)
            && let (Some(last), Some(c)) = (out.last_mut(), char::from_u32(open + t + 1))
        {
            (last.c, last.to) = (c, piece.to);
            i += 1;
            continue;
        }
        out.push(*piece);
        i += 1;
    }
    out
}

/// A digit or sign between two Latin letters is the letter that it looks like; a sign within Hangul is nothing.
fn instead_of_letters(letters: &[Piece]) -> Vec<Piece> {
    let latin = |p: Option<&Piece>| p.is_some_and(|p| p.c.is_ascii_alphabetic());
    let hangul = |p: Option<&Piece>| p.is_some_and(|p| ('가'..='힣').contains(&p.c));
    let mut out: Vec<Piece> = Vec::with_capacity(letters.len());
    for (i, piece) in letters.iter().enumerate() {
        let (before, after) = (i.checked_sub(1).and_then(|b| letters.get(b)), letters.get(i + 1));
        if hangul(before)
            && hangul(after)
            && matches!(piece.c, '-' | '~' | '*' | '_' | '@' | '#' | '^' | '+' | '|' | '1')
        {
            continue;
        }
        let mut piece = *piece;
        let starts = piece.c == '$' && !before.is_some_and(|p| p.c.is_alphanumeric());
        if latin(after)
            && (starts || latin(before))
            && let Some((_, letter)) = FOR_LETTERS.iter().find(|(sign, _)| *sign == piece.c)
        {
            piece.c = *letter;
        }
        out.push(piece);
    }
    out
}

/// Sentence ends as `.`, everything else that is no letter or digit as one space, no apostrophes.
fn spaced(letters: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(letters.len());
    for piece in letters {
        let c = match piece.c {
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => continue,
            '.' | '?' | '!' | '…' | '。' | '\n' => '.',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        };
        let last = out.last().map(|p| p.c);
        if c == ' ' && matches!(last, None | Some(' ' | '.')) || c == '.' && matches!(last, None | Some('.')) {
            continue;
        }
        if c == '.' && last == Some(' ') {
            out.pop();
        }
        out.push(Piece { c, ..*piece });
    }
    out
}

/// "k i l l" and "s.u.i.c.i.d.e" are words. The letters of a run are joined; a longer word before or after stays apart.
fn join_spelt_apart(pieces: &[Piece]) -> Vec<Piece> {
    let letter = |i: usize| pieces.get(i).is_some_and(|p| p.c.is_ascii_alphabetic());
    let alone = |i: usize| letter(i) && !(i > 0 && letter(i - 1)) && !letter(i + 1);
    let mut out = Vec::with_capacity(pieces.len());
    let mut i = 0;
    while i < pieces.len() {
        let mut run = 0;
        while alone(i + 2 * run) && (run == 0 || !letter(i + 2 * run - 1)) {
            run += 1;
        }
        if run >= SPELT_APART {
            out.extend((0..run).filter_map(|n| pieces.get(i + 2 * n)));
            i += 2 * run - 1;
            continue;
        }
        out.push(pieces[i]);
        i += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        Heard::of(text, &[]).plain
    }

    #[test]
    fn look_alikes_full_width_accents_and_digits_are_read_as_the_letters_they_stand_for() {
        for trick in [
            "kіll mуself",
            "ＫＩＬＬ ｍｙｓｅｌｆ",
            "k1ll mys3lf",
            "kíll mysélf",
            "k\u{200b}i\u{ad}ll myself",
            "k i l l myself",
        ] {
            assert_eq!(plain(trick), "kill myself", "{trick}");
        }
        assert_eq!(plain("30 pills, 50mg"), "30 pills 50mg");
    }

    #[test]
    fn letters_of_hangul_that_stand_apart_become_syllables() {
        for trick in [
            "ㅈㅜㄱㄱㅗ 싶어",
            "ㅈ ㅜ ㄱ ㄱ ㅗ 싶어",
            "주ㄱ고 싶어",
            "죽ㄱㅗ 싶어",
            "죽-고 싶어",
            "\u{ffb8}\u{ffd3}\u{ffa1}고 싶어",
        ] {
            assert_eq!(plain(trick), "죽고 싶어", "{trick}");
        }
        assert_eq!(plain("죽고 싶다ㅋㅋㅋ"), "죽고 싶다ㅋㅋㅋ");
        assert_eq!(plain("자ㅅㅏㄹ"), "자살");
    }

    #[test]
    fn a_quote_is_the_words_as_they_were_said() {
        let respelling =
            Respelling { form: Pattern::new(r"\bunaliv(?:e|ing)\b").expect("a pattern"), means: "kill".into() };
        let heard = Heard::of("I want to UNALIVE myself, really", &[respelling]);
        let at = heard.plain.find("kill myself").expect("respelt");
        assert_eq!(heard.verbatim(at, at + "kill myself".len()), "UNALIVE myself");
    }

    #[test]
    fn the_quote_is_whole_words_as_they_were_said() {
        let heard = Heard::of("Well... I  DON'T want to, live; anymore!", &[]);
        assert_eq!(heard.plain, "well.i dont want to live anymore");
        let at = heard.plain.find("dont want to live").expect("folded");
        assert_eq!(heard.verbatim(at, at + "dont want to live".len()), "DON'T want to, live");
    }
}
