//! A transcript read for the items of an instrument: which sentence of the client says what of which item. A short answer belongs to
//! the counsellor's question before it, a frequency to the sentence before it, and what was taken back is dropped.

use crate::domain::advice::direction::sentences;
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::question::asks;
use crate::domain::assessment::proposal::answers::Scale;
use crate::domain::assessment::proposal::clause::{Clause, When, Who, asks_about_another, clauses, time_of};
use crate::domain::assessment::proposal::frequency::{drinks, number_alone, rate};
use crate::domain::assessment::proposal::matching::{any, plain};
use crate::domain::assessment::proposal::piece::{OpenSentence, Piece, Read, Says};
use crate::domain::assessment::proposal::reply::{answers, refers_back};
use crate::domain::assessment::proposal::standing::{Items, Stands};
use crate::domain::assessment::proposal::wording::{Heard, Reading, Topic, Words};
use crate::domain::note::retraction::Rules;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use std::collections::{BTreeMap, BTreeSet};

/// A sentence as a key.
pub type ClientTextKey = String;

/// Words of a clause that may still be nothing but an answer to the question before.
const ANSWER_WORDS: usize = 6;
/// Letters of a sentence that a model may be asked about.
const OPEN_LETTERS: usize = 8;

/// What was asked last.
struct Prompt {
    evidence: Evidence,
    asks: bool,
    plain: String,
    topics: BTreeSet<usize>,
    able: BTreeSet<usize>,
    hinted: bool,
    other: bool,
    past: bool,
}

/// The rules for one instrument and language.
pub struct Reader<'a> {
    /// How talk is read.
    pub reading: &'a Reading,
    /// How the items are heard.
    pub heard: &'a Heard,
    /// How many of them the instrument has.
    pub items: usize,
    /// How somebody takes back what was said.
    pub retraction: &'a Rules,
    /// Of the session.
    pub lang: Lang,
    /// Items that questions are about by their vectors, where no form of an item stands in them; empty by rule alone.
    pub hints: &'a BTreeMap<ClientTextKey, usize>,
}

impl Reader<'_> {
    /// Reads the transcript.
    pub fn read(&self, transcript: &Transcript) -> Read {
        let mut found = Read::default();
        let mut prompt: Option<Prompt> = None;
        let mut order = 0;
        for said in &transcript.utterances {
            let text = said.text.reveal();
            match said.speaker {
                // Words for a machine are nobody's question; the one before still waits for its answer.
                _ if any(&plain(text), &self.words().set_aside) && said.speaker == Speaker::Counsellor => {}
                Speaker::Counsellor if text.trim().is_empty() => {}
                Speaker::Counsellor => prompt = self.prompt(said),
                Speaker::Unknown if asks(text) => prompt = self.prompt(said),
                Speaker::Client | Speaker::Unknown => self.turn(said, prompt.as_ref(), &mut order, &mut found),
                Speaker::Other => {}
            }
            let unknown = prompt
                .as_ref()
                .filter(|p| p.evidence.utterance == said.id && p.asks && p.topics.is_empty() && !p.other && !p.past);
            found.questions.extend(unknown.map(|p| p.evidence.quote.clone()));
        }
        found
    }

    fn words(&self) -> &Words {
        self.reading.words(self.lang)
    }

    fn topic(&self, item: usize) -> &Topic {
        self.heard.items[item].topic(self.lang)
    }

    fn heard_items(&self) -> Items<'_> {
        Items { items: &self.heard.items[..self.items], words: self.words(), lang: self.lang }
    }

    /// The last question of a turn, or its last sentence.
    fn prompt(&self, said: &Utterance) -> Option<Prompt> {
        let text = said.text.reveal();
        let question = sentences(text).filter(|s| asks(s)).last();
        let words = question.or_else(|| sentences(text).last())?;
        let plain = plain(words);
        let stands = self.heard_items().stands(&plain, true);
        // "Is your sleep all right?": yes means that it is not there.
        let well = any(&plain, &self.words().well) && !any(&plain, &self.words().badly);
        let able = |item: usize| well || any(&plain, &self.topic(item).able);
        let mut turned: BTreeSet<usize> =
            stands.iter().filter(|(item, stands)| *stands != Stands::Has && able(*item)).map(|s| s.0).collect();
        let mut topics: BTreeSet<usize> = stands.into_iter().map(|(item, _)| item).collect();
        if topics.is_empty() {
            // "Can you put it aside?" names nothing but what is put aside.
            topics = (0..self.items).filter(|i| any(&plain, &self.topic(*i).able)).collect();
            turned.clone_from(&topics);
        }
        let hint = self.hints.get(words).filter(|_| topics.is_empty() && question.is_some());
        topics.extend(hint);
        turned.extend(hint.filter(|item| able(**item)));
        Some(Prompt {
            evidence: Evidence { utterance: said.id, quote: ClientText::new(words) },
            asks: question.is_some(),
            able: turned,
            topics,
            hinted: hint.is_some(),
            other: asks_about_another(words, self.words()),
            past: time_of(words, self.words()) == When::Past,
            plain,
        })
    }

    fn turn(&self, said: &Utterance, prompt: Option<&Prompt>, order: &mut usize, found: &mut Read) {
        let words = self.words();
        let text = said.text.reveal();
        let first_of_turn = found.pieces.len();
        let mut inherited: Option<BTreeSet<usize>> = None;
        let mut other_before = false;
        let alone = prompt.is_some_and(|p| p.other);
        for sentence in sentences(text) {
            let whole = plain(sentence);
            if any(&whole, &words.set_aside) {
                continue;
            }
            let takes_back = self.take_back(&whole, sentence, said, prompt, first_of_turn, found);
            if let Some(topics) = &takes_back {
                inherited = Some(topics.clone());
            }
            let mut known = false;
            if self.lang == Lang::En {
                // English names its subject in every sentence.
                other_before = false;
            }
            let mut open_rate = None;
            let mut own_now = true;
            for clause in clauses(sentence, words) {
                *order += 1;
                let stands = self.heard_items().stands(&clause.text, false);
                let other = match clause.who {
                    Who::Other => true,
                    Who::Own => false,
                    // Without a subject it goes on about the same person; Korean leaves out "I" where it says a new thing.
                    Who::Open => alone || (other_before && (self.lang == Lang::En || stands.is_empty())),
                };
                other_before = other;
                let past = clause.when == When::Past || (clause.when == When::Open && prompt.is_some_and(|p| p.past));
                if !stands.is_empty() {
                    inherited = Some(stands.iter().map(|s| s.0).collect());
                    known = true;
                }
                if other || past {
                    own_now = false;
                    continue;
                }
                open_rate = open_rate.or(rate(&clause.text, words));
                let at = Place { said, sentence, order: *order };
                if stands.is_empty() {
                    let skip = takes_back.is_some() && answers(&clause.text, words).is_some();
                    if !skip {
                        known |= self.answer(&clause, prompt, inherited.as_ref(), &at, found);
                    }
                } else {
                    self.own(&clause, &stands, prompt, &at, found);
                }
                self.much(&clause, &stands, prompt, inherited.as_ref(), &at, found);
            }
            if !known
                && own_now
                && sentence.chars().filter(|c| c.is_alphanumeric()).count() >= OPEN_LETTERS
                && !asks(sentence)
            {
                let sentence = ClientText::new(sentence);
                found.open.push(OpenSentence {
                    order: *order,
                    utterance: said.id,
                    sentence,
                    at_ms: said.start_ms,
                    rate: open_rate,
                });
            }
        }
    }

    /// Drops what this sentence takes back and says which items it is about.
    fn take_back(
        &self,
        whole: &str,
        sentence: &str,
        said: &Utterance,
        prompt: Option<&Prompt>,
        first_of_turn: usize,
        found: &mut Read,
    ) -> Option<BTreeSet<usize>> {
        let here = found.pieces.len() > first_of_turn;
        let own_form = any(whole, &self.words().take_back);
        if !own_form && !self.retraction.takes_back(sentence, self.lang) {
            return None;
        }
        if here && own_form {
            let topics = found.pieces.drain(first_of_turn..).map(|p| p.item).collect();
            return Some(topics);
        }
        if here {
            return None;
        }
        let mut topics: BTreeSet<usize> = self.heard_items().stands(whole, false).iter().map(|s| s.0).collect();
        if topics.is_empty() {
            topics = prompt.map(|p| p.topics.clone()).unwrap_or_default();
        }
        if topics.is_empty() {
            return None;
        }
        // The utterances of the client within reach that speak of the same.
        let before: Vec<UtteranceId> = {
            let mut last: Vec<UtteranceId> =
                found.pieces.iter().map(|p| p.utterance).filter(|u| *u != said.id).collect();
            last.dedup();
            last.into_iter().rev().take(self.retraction.within.div_ceil(2)).collect()
        };
        let gone: BTreeSet<(UtteranceId, ClientTextKey)> = found
            .pieces
            .iter()
            .filter(|p| before.contains(&p.utterance) && topics.contains(&p.item))
            .map(|p| (p.utterance, p.sentence.reveal().to_owned()))
            .collect();
        found.pieces.retain(|p| !gone.contains(&(p.utterance, p.sentence.reveal().to_owned())));
        Some(topics)
    }

    /// What a clause says of the items it names.
    fn own(
        &self,
        clause: &Clause,
        stands: &[(usize, Stands)],
        prompt: Option<&Prompt>,
        at: &Place<'_>,
        found: &mut Read,
    ) {
        let words = self.words();
        let often = rate(&clause.text, words);
        for (item, stands) in stands {
            if self.heard.scale(*item) == Scale::Drinks {
                continue;
            }
            let asked = prompt.is_some_and(|p| p.asks && p.topics.contains(item));
            let says = match (stands, often) {
                (Stands::Has, Some(rate)) => Says::Often(rate),
                (Stands::Has, None) => Says::There { total: any(&clause.text, &words.total) },
                (Stands::Lacks, _) => Says::No,
                (Stands::About, Some(rate)) if asked => Says::Often(rate),
                (Stands::About, None) if any(&clause.text, &words.badly) => Says::There { total: false },
                (Stands::About, None) if any(&clause.text, &words.well) => Says::No,
                (Stands::About, _) => continue,
            };
            found.pieces.push(at.piece(*item, says, None));
        }
    }

    /// What a clause that names no item says of the one asked after or spoken of before. True where it says anything.
    fn answer(
        &self,
        clause: &Clause,
        prompt: Option<&Prompt>,
        inherited: Option<&BTreeSet<usize>>,
        at: &Place<'_>,
        found: &mut Read,
    ) -> bool {
        let words = self.words();
        let asked = prompt.filter(|p| !p.topics.is_empty() && inherited.is_none_or(|i| !i.is_disjoint(&p.topics)));
        let topics = match (inherited, asked) {
            (Some(topics), _) => topics,
            (None, Some(prompt)) => &prompt.topics,
            (None, None) => return false,
        };
        let refers = clause.text.split_whitespace().count() <= ANSWER_WORDS || refers_back(&clause.text, self.lang);
        let counts = asked.is_some_and(|p| any(&p.plain, &words.count));
        let often = rate(&clause.text, words).filter(|_| refers);
        let often = often.or_else(|| number_alone(&clause.text, words).filter(|_| counts));
        let answer = answers(&clause.text, words);
        let says = |item: usize| -> Option<Says> {
            if self.heard.scale(item) == Scale::Drinks {
                return None;
            }
            if let Some(rate) = often {
                return Some(Says::Often(rate));
            }
            let able = asked.is_some_and(|p| p.able.contains(&item));
            let asks = asked.is_some_and(|p| p.asks);
            match answer {
                Some(yes) if asks && yes == able => Some(Says::No),
                Some(true) if asks => {
                    let asked_often =
                        asked.and_then(|p| rate(&p.plain, words)).filter(|r| r.whole && r.per_day < 1.0 + f32::EPSILON);
                    Some(asked_often.map_or(Says::There { total: false }, Says::Often))
                }
                Some(false) if asks => Some(Says::There { total: false }),
                Some(false) if inherited.is_some() => Some(Says::No),
                _ if refers && any(&clause.text, &words.badly) => Some(Says::There { total: false }),
                _ if refers && any(&clause.text, &words.well) => Some(Says::No),
                _ => None,
            }
        };
        let hinted = asked.is_some_and(|p| p.hinted) && inherited.is_none();
        let asked_words = asked.map(|p| p.evidence.clone());
        let mut any_said = false;
        for &item in topics {
            if let Some(says) = says(item) {
                found.pieces.push(Piece { hinted, ..at.piece(item, says, asked_words.clone()) });
                any_said = true;
            }
        }
        any_said
    }

    /// How many drinks a clause names, where an item counts them.
    fn much(
        &self,
        clause: &Clause,
        stands: &[(usize, Stands)],
        prompt: Option<&Prompt>,
        inherited: Option<&BTreeSet<usize>>,
        at: &Place<'_>,
        found: &mut Read,
    ) {
        let Some(item) = (0..self.items).find(|i| self.heard.scale(*i) == Scale::Drinks) else { return };
        let asked = prompt.filter(|p| p.topics.contains(&item));
        let spoken = stands.iter().any(|(_, s)| *s == Stands::Has)
            || asked.is_some()
            || inherited.is_some_and(|i| !i.is_empty());
        if !spoken {
            return;
        }
        let vessels = self.heard.vessels(self.lang);
        if let Some(n) = drinks(&clause.text, self.words(), &vessels, asked.is_some()) {
            found.pieces.push(at.piece(item, Says::Much(n), asked.map(|p| p.evidence.clone())));
        }
    }
}

/// Where a clause stands.
struct Place<'a> {
    said: &'a Utterance,
    sentence: &'a str,
    order: usize,
}

impl Place<'_> {
    fn piece(&self, item: usize, says: Says, asked: Option<Evidence>) -> Piece {
        let (utterance, sentence) = (self.said.id, ClientText::new(self.sentence));
        Piece { item, says, order: self.order, utterance, sentence, at_ms: self.said.start_ms, asked, hinted: false }
    }
}
