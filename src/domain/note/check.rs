//! Whether a sentence of a note is carried by the lines that it is said to rest on, by rule (`prompts/note-check.toml`): its quotes,
//! who said them, its numbers, its names, whether it denies, when it holds, and its words. Written apart from the drafting:
//! it is given a sentence and lines and knows neither kinds nor forms, so that it can find the faults of both.

use crate::domain::note::script;
use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Marks that open or close the words of somebody.
const MARKS: [char; 5] = ['“', '”', '"', '「', '」'];
/// Marks that begin a line of a list.
const LIST_MARKS: [char; 3] = ['•', '-', '·'];
/// A Korean word of fewer syllables is a particle or a counter.
const SYLLABLES: usize = 2;
/// An English word of fewer letters carries no content.
const LETTERS: usize = 4;
/// Letters of an English word that have to agree: endings may differ.
const STEM: usize = 5;

/// The words of one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Name the client.
    pub client: Vec<String>,
    /// Name the counsellor as the one who speaks.
    pub counsellor: Vec<String>,
    /// Deny.
    pub negations: Vec<String>,
    /// Say that it holds now.
    pub present: Vec<String>,
    /// Say in a line that it holds no longer.
    pub past: Vec<String>,
    /// Belong to the form of a record.
    pub frame: Vec<String>,
}

/// What the check reads with.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The file's name to its reader.
    pub id: String,
    /// Counts up with every change.
    pub version: String,
    /// Share of content words that the lines must have, 0 to 1.
    pub least_share: f32,
    /// A run of so many words that comes twice is a loop.
    pub loop_words: usize,
    /// Ways to say one number, digits first.
    pub numbers: Vec<Vec<String>>,
    /// Korean.
    pub ko: Words,
    /// English.
    pub en: Words,
}

/// What is wrong with a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It rests on no line.
    NoLine,
    /// Words between quotation marks that no line of it has.
    Quote,
    /// Said by somebody else than it says.
    Speaker,
    /// A number that its lines do not have.
    Number,
    /// A name that its lines do not have.
    Name,
    /// It denies what the lines say, or says what they deny.
    Negation,
    /// It says that something holds now that the lines put into the past.
    Tense,
    /// Its words are not those of its lines.
    Words,
    /// Letters of a writing that is neither Hangul nor Latin, or Latin words in a Korean sentence that nobody said.
    Script,
    /// It repeats itself.
    Loop,
}

impl Fault {
    /// The id of its message.
    pub const fn message(self) -> &'static str {
        match self {
            Fault::NoLine => "note-fault-no-line",
            Fault::Quote => "note-fault-quote",
            Fault::Speaker => "note-fault-speaker",
            Fault::Number => "note-fault-number",
            Fault::Name => "note-fault-name",
            Fault::Negation => "note-fault-negation",
            Fault::Tense => "note-fault-tense",
            Fault::Words => "note-fault-words",
            Fault::Script => "note-fault-script",
            Fault::Loop => "note-fault-loop",
        }
    }
}

impl Check {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let check: Check = read_toml(text, 0)?;
        if !(0.0..=1.0).contains(&check.least_share) || check.loop_words < 2 {
            return Err(Flaw::new(1, "least_share", "a share from 0 to 1, and loops of 2 words or more"));
        }
        Ok(check)
    }

    const fn words(&self, lang: Lang) -> &Words {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }

    /// Everything that is wrong with a sentence that is said to rest on these lines; empty where they carry it.
    pub fn faults(&self, sentence: &str, lines: &[UtteranceId], t: &Transcript, lang: Lang) -> BTreeSet<Fault> {
        let mut found = BTreeSet::new();
        let said: Vec<&Utterance> = lines.iter().filter_map(|id| t.get(*id)).collect();
        if said.is_empty() {
            found.insert(Fault::NoLine);
        }
        let text: String = said.iter().map(|u| plain(u.text.reveal())).collect::<Vec<_>>().join(" \n ");
        let (quotes, own) = parts(sentence);
        self.quotes(&quotes, &own, &said, lang, &mut found);
        self.numbers(&own, &text, &mut found);
        self.denies(&own, &quotes, &text, lang, &mut found);
        let words = self.words(lang);
        let own_low = plain(&own);
        if has(&words.present, &own_low) && has(&words.past, &text) {
            found.insert(Fault::Tense);
        }
        if quotes.is_empty() {
            // Whether a sentence in own words has the content of its lines; a quote is content by itself.
            let content = content(&own_low, words, lang);
            let carried = content.iter().filter(|w| stands_in(w, &text, lang)).count();
            if content.is_empty() || (carried as f32) < self.least_share * content.len() as f32 {
                found.insert(Fault::Words);
            }
        }
        if lang == Lang::En && names(&own).iter().any(|n| !words.frame.contains(n) && !text.contains(n.as_str())) {
            found.insert(Fault::Name);
        }
        if script::foreign(sentence, &text, lang) {
            found.insert(Fault::Script);
        }
        if repeats(&own, self.loop_words) {
            found.insert(Fault::Loop);
        }
        found
    }

    /// The lines that a sentence without lines of its own is nearest to, by the words they share; at most `most`.
    pub fn nearest(&self, sentence: &str, t: &Transcript, lang: Lang, most: usize) -> Vec<UtteranceId> {
        let (quotes, own) = parts(sentence);
        let words = content(&plain(&format!("{own} {}", quotes.join(" "))), self.words(lang), lang);
        let mut scored: Vec<(usize, UtteranceId)> = t
            .utterances
            .iter()
            .map(|u| {
                let text = plain(u.text.reveal());
                let quoted = quotes.iter().filter(|q| text.contains(&bare(q))).count() * words.len().max(1);
                (quoted + words.iter().filter(|w| stands_in(w, &text, lang)).count(), u.id)
            })
            .filter(|(n, _)| *n > 0)
            .collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.truncate(most);
        scored.into_iter().map(|(_, id)| id).collect()
    }

    fn quotes(&self, quotes: &[String], own: &str, said: &[&Utterance], lang: Lang, found: &mut BTreeSet<Fault>) {
        let words = self.words(lang);
        let low = own.to_lowercase();
        let low = low.trim_start_matches(|c: char| c.is_whitespace() || LIST_MARKS.contains(&c));
        let by_counsellor = words.counsellor.iter().any(|w| low.starts_with(w.as_str()));
        for (n, quote) in quotes.iter().enumerate() {
            let quote = bare(quote);
            let here: Vec<&&Utterance> = said.iter().filter(|u| plain(u.text.reveal()).contains(&quote)).collect();
            if quote.is_empty() || here.is_empty() {
                found.insert(Fault::Quote);
                continue;
            }
            // Of two quotes the first is what was asked, the last what was answered.
            let asked = quotes.len() == 2 && n == 0;
            let fits = |u: &&&Utterance| match u.speaker {
                Speaker::Unknown => true,
                Speaker::Counsellor => by_counsellor || asked,
                _ => !by_counsellor && !asked,
            };
            if !here.iter().any(fits) {
                found.insert(Fault::Speaker);
            }
        }
        // An answer comes after its question.
        if let [question, answer] = quotes {
            let at = |q: &str| said.iter().position(|u| plain(u.text.reveal()).contains(&bare(q)));
            if at(question) > said.iter().rposition(|u| plain(u.text.reveal()).contains(&bare(answer))) {
                found.insert(Fault::Speaker);
            }
        }
    }

    fn numbers(&self, own: &str, text: &str, found: &mut BTreeSet<Fault>) {
        let heard: BTreeSet<String> = tokens(text).collect();
        for token in tokens(own).filter(|t| t.chars().any(|c| c.is_ascii_digit())) {
            let digits: String = token.chars().take_while(char::is_ascii_digit).collect();
            let ways = self.numbers.iter().find(|w| w.first() == Some(&digits));
            let stands = heard.iter().any(|h| {
                h.starts_with(&digits) || ways.is_some_and(|w| w.iter().any(|way| h == way || begins(h, way)))
            });
            if !stands {
                found.insert(Fault::Number);
            }
        }
    }

    fn denies(&self, own: &str, quotes: &[String], text: &str, lang: Lang, found: &mut BTreeSet<Fault>) {
        let negations = &self.words(lang).negations;
        let own = format!("{} ", plain(own));
        // Words of the speaker carry their own denial; a sentence around them adds none.
        let denied = has(negations, &own);
        let said = has(negations, &format!("{text} "));
        if denied && !said || quotes.is_empty() && !denied && all_denied(negations, text) {
            found.insert(Fault::Negation);
        }
    }
}

/// True where every sentence of the lines denies.
fn all_denied(negations: &[String], text: &str) -> bool {
    let mut sentences = text.split(['.', '!', '?', '\n']).filter(|s| s.chars().any(char::is_alphanumeric)).peekable();
    sentences.peek().is_some() && sentences.all(|s| has(negations, &format!("{s} ")))
}

fn has(words: &[String], text: &str) -> bool {
    words.iter().any(|w| text.contains(w.as_str()))
}

fn plain(text: &str) -> String {
    fold(text).to_lowercase().replace(['’', '‘'], "'").replace(MARKS, "'")
}

/// A quote without the full stop that a form leaves out.
fn bare(quote: &str) -> String {
    plain(quote).trim_end_matches(['.', ',']).to_owned()
}

/// The mark that closes what this one opened.
const fn closing(mark: char) -> char {
    match mark {
        '“' => '”',
        '「' => '」',
        other => other,
    }
}

/// What stands between quotation marks, and the rest.
fn parts(sentence: &str) -> (Vec<String>, String) {
    let (mut quotes, mut own, mut open) = (Vec::new(), String::new(), None::<(char, String)>);
    for c in sentence.chars() {
        match &mut open {
            None if MARKS.contains(&c) => open = Some((closing(c), String::new())),
            None => own.push(c),
            Some((closed_by, _)) if *closed_by == c => quotes.extend(open.take().map(|(_, quote)| quote)),
            // Other marks inside belong to the quote.
            Some((_, quote)) => quote.push(c),
        }
    }
    // A mark that is never closed opens nothing.
    own.extend(open.map(|(_, rest)| rest));
    (quotes, own)
}

fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).map(str::to_lowercase)
}

/// A Korean number with what is written to it, such as `사킬로`.
fn begins(heard: &str, way: &str) -> bool {
    way.chars().any(|c| ('가'..='힣').contains(&c)) && heard.starts_with(way)
}

fn content(own: &str, words: &Words, lang: Lang) -> Vec<String> {
    let frame = |t: &str| words.frame.iter().any(|f| if lang == Lang::Ko { t.starts_with(f.as_str()) } else { t == f });
    let long = |t: &str| match lang {
        Lang::Ko => t.chars().filter(|c| ('가'..='힣').contains(c)).count() >= SYLLABLES,
        Lang::En => t.chars().count() >= LETTERS,
    };
    tokens(own).filter(|t| long(t) && !frame(t)).collect()
}

fn stands_in(word: &str, text: &str, lang: Lang) -> bool {
    let stem: String = word.chars().take(if lang == Lang::Ko { SYLLABLES } else { STEM }).collect();
    tokens(text).any(|t| t.starts_with(&stem))
}

/// Words with a capital that do not begin a sentence.
fn names(own: &str) -> Vec<String> {
    let mut begins = true;
    let mut found = Vec::new();
    for word in own.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let capital = bare.chars().next().is_some_and(char::is_uppercase) && bare.chars().count() > 1;
        if capital && !begins {
            found.push(bare.to_lowercase().trim_end_matches("'s").trim_end_matches("’s").to_owned());
        }
        begins = word.ends_with(['.', '!', '?', ':']);
    }
    found
}

/// The same run of words twice, or one word over and over.
fn repeats(own: &str, run: usize) -> bool {
    let words: Vec<String> = tokens(own).collect();
    let runs: Vec<&[String]> = words.windows(run).collect();
    runs.iter().enumerate().any(|(n, a)| runs.iter().skip(n + run).any(|b| a == b))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Span;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-check.toml"));

    fn found(lang: Lang, said: &[(Speaker, &str)], sentence: &str) -> Vec<Fault> {
        let mut t = Transcript::empty(lang);
        for (n, (speaker, text)) in (0u64..).zip(said) {
            t.add(Span { start_ms: n * 1000, end_ms: n * 1000 + 900 }, *speaker, ClientText::new(text), None);
        }
        let lines: Vec<UtteranceId> = t.utterances.iter().map(|u| u.id).collect();
        Check::parse(SHIPPED).unwrap().faults(sentence, &lines, &t, lang).into_iter().collect()
    }

    use Speaker::{Client, Counsellor};

    #[test]
    fn a_sentence_with_the_words_of_its_line_has_no_fault() {
        let said = [(Client, "I am not hungry. I have lost four kilos.")];
        for good in [
            "Client reported: “I am not hungry. I have lost four kilos.”",
            "The client is not hungry and has lost 4 kilos.",
        ] {
            assert_eq!(found(Lang::En, &said, good), [], "{good}");
        }
        let said = [(Client, "입맛이 없어요. 사 킬로 정도 빠진 것 같아요.")];
        for good in [
            "“입맛이 없어요. 사 킬로 정도 빠진 것 같아요”라고 호소함.",
            "내담자는 입맛이 없고 4 킬로 정도 빠졌다고 말함.",
        ] {
            assert_eq!(found(Lang::Ko, &said, good), [], "{good}");
        }
    }

    #[test]
    fn each_fault_is_found_in_a_sentence_that_has_it() {
        let said = [(Counsellor, "Do you drink?"), (Client, "A couple of beers, no more. My sister was worried.")];
        for (sentence, fault) in [
            ("Client reported: “I drink ten beers.”", Fault::Quote),
            ("Counsellor said: “My sister was worried.”", Fault::Speaker),
            ("Client reported: “Do you drink?”", Fault::Speaker),
            ("The client's sister was worried about 12 beers.", Fault::Number),
            ("The client's sister Mina was worried about the beers.", Fault::Name),
            ("The client works long hours in a hospital ward.", Fault::Words),
            ("The sister was worried 担心 about the beers.", Fault::Script),
            ("The sister was worried about beers and the sister was worried about beers.", Fault::Loop),
        ] {
            assert!(found(Lang::En, &said, sentence).contains(&fault), "{sentence}");
        }
        assert_eq!(found(Lang::En, &[], "The client slept."), [Fault::NoLine, Fault::Words]);
        let taken_back = [(Client, "I drink beers. No, that was last month, I stopped.")];
        assert!(found(Lang::En, &taken_back, "The client still drinks beers.").contains(&Fault::Tense));
    }

    #[test]
    fn a_denial_is_neither_lost_nor_added() {
        let none = [(Client, "I have no plan to die.")];
        assert!(found(Lang::En, &none, "The client has a plan to die.").contains(&Fault::Negation));
        let ko = [(Client, "잠이 안 와요.")];
        assert!(found(Lang::Ko, &ko, "내담자는 잠이 온다고 말함.").contains(&Fault::Negation));
        let sleeps = [(Client, "밤에 잠을 잘 자요.")];
        assert!(found(Lang::Ko, &sleeps, "내담자는 밤에 잠을 자지 못함.").contains(&Fault::Negation));
    }
}
