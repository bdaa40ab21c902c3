//! Tells what was said from what a speech model invents: descriptions of sounds, phrases of its training videos, loops,
//! texts on noise. The phrases and numbers are data (`prompts/speech-filter.toml`); this file only applies them.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, fold};
use crate::speech::error_rate::normalised;
use crate::texts::{Message, msg};
use serde::Deserialize;
use std::collections::HashSet;

/// Why a text was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dropped {
    /// No word in it.
    Empty,
    /// A description of a sound.
    Sound,
    /// A phrase that nobody says here.
    Phrase,
    /// The model itself doubts that anybody spoke.
    Doubt,
    /// More letters than can be said in the time.
    TooMuch,
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Kept, with descriptions of sounds taken out.
    Keep(ClientText),
    /// Kept once: it said itself again and again.
    Unlooped(ClientText),
    /// Not kept.
    Drop(Dropped),
}

/// What the filter is told besides the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circumstances {
    /// Language of the session.
    pub language: Lang,
    /// How long somebody spoke, milliseconds.
    pub voiced_ms: u64,
    /// Mean token probability, when the engine gave one.
    pub confidence: Option<f32>,
    /// The engine's no-speech probability, when it gave one.
    pub no_speech: Option<f32>,
}

/// The file could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct FilterError(String);

impl Explain for FilterError {
    fn message(&self) -> Message {
        msg("filter").with("why", &self.0)
    }
    fn hint(&self) -> Message {
        msg("filter.hint")
    }
    fn exit(&self) -> Exit {
        Exit::Failed
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    brackets: Vec<String>,
    sounds: Vec<String>,
    never: Vec<String>,
    never_begins: Vec<String>,
    doubtful: Vec<String>,
    limits: Limits,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    doubtful_no_speech: f32,
    doubtful_confidence: f32,
    no_speech: f32,
    confidence: f32,
    letters_per_second_ko: f32,
    letters_per_second_en: f32,
    copies_of_a_word: usize,
    copies_of_a_phrase: usize,
}

/// The filter with its phrases.
#[derive(Debug, Clone)]
pub struct SpeechFilter {
    brackets: Vec<(char, char)>,
    sounds: HashSet<String>,
    never: HashSet<String>,
    never_begins: Vec<String>,
    doubtful: HashSet<String>,
    limits: Limits,
}

impl SpeechFilter {
    /// Reads the data file.
    pub fn parse(toml: &str) -> Result<Self, FilterError> {
        let file: File = toml::from_str(toml).map_err(|e| FilterError(e.message().to_owned()))?;
        let set = |phrases: &[String]| phrases.iter().map(|p| key(p)).collect::<HashSet<_>>();
        let mut brackets = Vec::new();
        for pair in &file.brackets {
            let mut chars = pair.chars();
            match (chars.next(), chars.next(), chars.next()) {
                (Some(a), Some(b), None) => brackets.push((a, b)),
                _ => return Err(FilterError("a bracket is a pair of two characters".into())),
            }
        }
        if file.limits.copies_of_a_word < 2 || file.limits.copies_of_a_phrase < 2 {
            return Err(FilterError("a loop has at least two copies".into()));
        }
        Ok(SpeechFilter {
            brackets,
            sounds: set(&file.sounds),
            never: set(&file.never),
            never_begins: file.never_begins.iter().map(|p| key(p)).collect(),
            doubtful: set(&file.doubtful),
            limits: file.limits,
        })
    }

    /// Judges one text.
    pub fn judge(&self, text: &str, with: Circumstances) -> Verdict {
        let bare = self.without_sounds(text);
        let folded = key(&bare);
        if folded.is_empty() {
            return Verdict::Drop(if key(text).is_empty() { Dropped::Empty } else { Dropped::Sound });
        }
        if self.never.contains(&folded) || self.never_begins.iter().any(|p| folded.starts_with(p.as_str())) {
            return Verdict::Drop(Dropped::Phrase);
        }
        let (sure, silent) = (with.confidence.unwrap_or(1.0), with.no_speech.unwrap_or(0.0));
        let doubted = self.doubtful.contains(&folded)
            && (silent > self.limits.doubtful_no_speech || sure < self.limits.doubtful_confidence);
        if doubted || (silent > self.limits.no_speech && sure < self.limits.confidence) {
            return Verdict::Drop(Dropped::Doubt);
        }
        let (kept, looped) = match once(&bare, self.limits.copies_of_a_word, self.limits.copies_of_a_phrase) {
            Some(once) => (once, true),
            None => (fold(&bare), false),
        };
        let letters = kept.chars().filter(|c| c.is_alphanumeric()).count() as f32;
        let most = match with.language {
            Lang::Ko => self.limits.letters_per_second_ko,
            Lang::En => self.limits.letters_per_second_en,
        };
        // Half a second is allowed on top: voice is found late and lost early in soft speech.
        if letters > most * (with.voiced_ms as f32 / 1000.0 + 0.5) {
            return Verdict::Drop(Dropped::TooMuch);
        }
        // A loop of a phrase that nobody says is still nobody's.
        if looped && self.never.contains(&key(&kept)) {
            return Verdict::Drop(Dropped::Phrase);
        }
        let kept = ClientText::new(&kept);
        if looped { Verdict::Unlooped(kept) } else { Verdict::Keep(kept) }
    }

    /// Takes descriptions of sounds out of a text.
    fn without_sounds(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::with_capacity(text.len());
        let mut i = 0;
        while let Some(&c) = chars.get(i) {
            let round = matches!(c, '(' | '（');
            let close = match c {
                '(' => Some(')'),
                '（' => Some('）'),
                c => self.brackets.iter().find(|(open, _)| *open == c).map(|(_, close)| *close),
            };
            let end = close.and_then(|close| chars[i + 1..].iter().position(|c| *c == close)).map(|n| i + 1 + n);
            match end {
                Some(end) => {
                    let inside: String = chars[i + 1..end].iter().collect();
                    if round && !self.sounds.contains(&key(&inside)) {
                        out.push(c);
                        i += 1;
                    } else {
                        out.push(' ');
                        i = end + 1;
                    }
                }
                None => {
                    out.push(if matches!(c, '♪' | '♫') { ' ' } else { c });
                    i += 1;
                }
            }
        }
        out
    }
}

/// The form in which phrases are compared: [`normalised`] without apostrophes.
fn key(text: &str) -> String {
    normalised(text).replace('\'', "")
}

/// True when a text says the same run of words or letters again and again, as a decoder does that is caught in a loop.
/// The worker asks this before it answers; six copies of a word, three of a phrase, as in the data file.
pub fn loops(text: &str) -> bool {
    once(text, 6, 3).is_some()
}

/// A looping text with every loop said once, or nothing when there is no loop. `of_word` copies of a run of one or two
/// words make a loop, `of_phrase` copies of a longer one; a run of one to eight letters inside a single word counts
/// from ten copies on.
fn once(text: &str, of_word: usize, of_phrase: usize) -> Option<String> {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let mut found = false;
    for word in &mut words {
        if let Some(short) = once_in(&word.chars().collect::<Vec<_>>(), 8, |_| 10) {
            *word = short.into_iter().collect();
            found = true;
        }
    }
    let folded: Vec<(String, String)> = words.iter().map(|w| (key(w), w.clone())).collect();
    let longest = folded.len() / 2;
    let short = once_by(&folded, longest, |n| if n <= 2 { of_word } else { of_phrase }, |a, b| a.0 == b.0);
    if let Some(short) = short {
        return Some(short.into_iter().map(|(_, w)| w).collect::<Vec<_>>().join(" "));
    }
    found.then(|| words.join(" "))
}

fn once_in(items: &[char], longest: usize, copies: impl Fn(usize) -> usize) -> Option<Vec<char>> {
    once_by(items, longest, copies, |a, b| a == b)
}

/// Every run of up to `longest` items that stands `copies(length)` times in a row or more is kept once.
fn once_by<T: Clone>(
    items: &[T],
    longest: usize,
    copies: impl Fn(usize) -> usize,
    same: impl Fn(&T, &T) -> bool,
) -> Option<Vec<T>> {
    let mut out: Vec<T> = Vec::with_capacity(items.len());
    let mut found = false;
    let mut i = 0;
    'next: while i < items.len() {
        for n in 1..=longest.min((items.len() - i) / 2) {
            // How far the text from here repeats what stands n before.
            let repeats = items[i + n..].iter().zip(&items[i..]).take_while(|(a, b)| same(a, b)).count();
            if repeats / n + 1 >= copies(n) {
                out.extend_from_slice(&items[i..i + n]);
                // A last copy may be cut off in its middle.
                let whole = repeats / n * n;
                i += n + if i + n + repeats == items.len() { repeats } else { whole };
                found = true;
                continue 'next;
            }
        }
        out.push(items[i].clone());
        i += 1;
    }
    found.then_some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shipped() -> SpeechFilter {
        SpeechFilter::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/speech-filter.toml"))).unwrap()
    }

    fn sure(language: Lang) -> Circumstances {
        Circumstances { language, voiced_ms: 3000, confidence: Some(0.9), no_speech: Some(0.05) }
    }

    fn kept(v: Verdict) -> Option<String> {
        match v {
            Verdict::Keep(t) | Verdict::Unlooped(t) => Some(t.reveal().to_owned()),
            Verdict::Drop(_) => None,
        }
    }

    #[test]
    fn descriptions_of_sounds_are_dropped_and_taken_out_of_what_was_said() {
        let f = shipped();
        for t in ["[BLANK_AUDIO]", "(음악)", " [음악] ", "♪ la la ♪", "*sighs*", "(laughter)", "(박수)"] {
            assert_eq!(f.judge(t, sure(Lang::En)), Verdict::Drop(Dropped::Sound), "{t}");
        }
        assert_eq!(kept(f.judge("(한숨) 모르겠어요.", sure(Lang::Ko))).as_deref(), Some("모르겠어요."));
        assert_eq!(kept(f.judge("It was (I think) fine.", sure(Lang::En))).as_deref(), Some("It was (I think) fine."));
        assert_eq!(f.judge(" . ", sure(Lang::En)), Verdict::Drop(Dropped::Empty));
    }

    #[test]
    fn phrases_of_videos_are_dropped_however_sure_the_model_is() {
        let f = shipped();
        for t in [
            "시청해주셔서 감사합니다.",
            "Thanks for watching!",
            "구독과 좋아요 부탁드립니다!",
            "MBC 뉴스 김철수입니다.",
        ] {
            assert_eq!(f.judge(t, sure(Lang::Ko)), Verdict::Drop(Dropped::Phrase), "{t}");
        }
    }

    #[test]
    fn what_people_say_every_day_stays_unless_the_model_doubts() {
        let f = shipped();
        let doubt = Circumstances { no_speech: Some(0.7), ..sure(Lang::Ko) };
        for t in ["감사합니다.", "네.", "Thank you."] {
            assert!(kept(f.judge(t, sure(Lang::Ko))).is_some(), "{t}");
            assert_eq!(f.judge(t, doubt), Verdict::Drop(Dropped::Doubt), "{t}");
        }
        assert!(kept(f.judge("거의 못 자요.", doubt)).is_some(), "a doubtful no-speech alone takes no words away");
    }

    #[test]
    fn a_loop_is_kept_once_and_a_person_who_repeats_themselves_is_left_alone() {
        let f = shipped();
        let long = Circumstances { voiced_ms: 12_000, ..sure(Lang::En) };
        assert_eq!(
            f.judge("I do not know. I do not know. I do not know. I do not", long),
            Verdict::Unlooped(ClientText::new("I do not know."))
        );
        assert_eq!(f.judge(&"the ".repeat(40), long), Verdict::Unlooped(ClientText::new("the")));
        assert!(loops(&"아".repeat(80)));
        for t in ["네 네 네", "no no no no", "아니 아니 아니요", "I know, I know.", "하하하하"] {
            assert_eq!(f.judge(t, long), Verdict::Keep(ClientText::new(t)), "{t}");
        }
    }

    #[test]
    fn more_letters_than_can_be_said_are_dropped() {
        let f = shipped();
        let short = Circumstances { voiced_ms: 200, ..sure(Lang::Ko) };
        let t = "오늘은 여러분과 함께 이야기를 나누어 보도록 하겠습니다";
        assert_eq!(f.judge(t, short), Verdict::Drop(Dropped::TooMuch));
        assert!(kept(f.judge(t, sure(Lang::Ko))).is_some());
    }

    #[test]
    fn a_file_with_an_unknown_key_is_refused() {
        assert!(SpeechFilter::parse("version = 1\nother = 2").is_err());
    }

    proptest! {
        #[test]
        fn judging_never_panics_and_never_adds_words(text in "\\PC{0,120}|([가-나ab\\[\\]()♪* ]{1,3} ?){0,60}") {
            if let Some(kept) = kept(shipped().judge(&text, Circumstances { voiced_ms: 60_000, ..sure(Lang::Ko) })) {
                prop_assert!(fold(&kept).chars().count() <= fold(&crate::domain::practice::text::clean(&text)).chars().count());
            }
        }

        #[test]
        fn ten_copies_of_any_phrase_are_a_loop(phrase in "[a-z]{2,6}( [a-z]{2,6}){0,5}") {
            prop_assert!(loops(&vec![phrase; 10].join(" ")));
        }
    }
}
