//! What a turn of the counsellor does: whether it asks, openly or not, and whether it reflects, simply or not. By the rules of
//! [`Rules`] and the client's words before it; a turn counts at most once for each (MITI 4.2.1).

use crate::domain::mirror::rules::{At, Cue, Points, Rules};
use crate::domain::mirror::wording::{Sentence, sentences};
use serde::Serialize;
use std::collections::BTreeSet;

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Question {
    /// It can be answered with yes, no, or a number.
    Closed,
    /// It invites to tell.
    Open,
}

impl Question {
    /// The word of data files.
    pub const fn word(self) -> &'static str {
        match self {
            Question::Closed => "closed",
            Question::Open => "open",
        }
    }
}

/// How far a reflection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reflection {
    /// It repeats what was said.
    Simple,
    /// It adds meaning or feeling.
    Complex,
}

impl Reflection {
    /// The word of data files.
    pub const fn word(self) -> &'static str {
        match self {
            Reflection::Simple => "simple",
            Reflection::Complex => "complex",
        }
    }
}

/// What a turn does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Behaviour {
    /// It asks.
    pub question: Option<Question>,
    /// It reflects.
    pub reflection: Option<Reflection>,
}

/// A turn cut for counting points.
struct Turn {
    sentences: Vec<Sentence>,
    /// All words with a blank on either side.
    text: String,
    words: Vec<String>,
    own: BTreeSet<String>,
    shared: usize,
    longest: usize,
    spoken: usize,
    begins: bool,
    asked_of: bool,
    form: bool,
    mark: bool,
}

impl Rules {
    /// What a turn does; `before` are the client's last turns, the newest last.
    pub fn behaviour(&self, text: &str, before: &[&str]) -> Behaviour {
        let turn = self.cut(text, before);
        let question = self.question(&turn);
        let reflects = self.points(&self.reflection, &turn) >= self.reflection.threshold;
        let complex = || self.points(&self.complex, &turn) >= self.complex.threshold;
        let reflection = reflects.then(|| if complex() { Reflection::Complex } else { Reflection::Simple });
        Behaviour { question, reflection }
    }

    fn cut(&self, text: &str, before: &[&str]) -> Turn {
        let sentences = sentences(text);
        let words: Vec<String> = sentences.iter().flat_map(|s| s.words.clone()).collect();
        let own = self.content(&words);
        let theirs: BTreeSet<String> = before
            .iter()
            .rev()
            .take(self.reflection.client_turns)
            .flat_map(|t| self.content(&crate::domain::mirror::wording::words(t)))
            .collect();
        let mut turn = Turn {
            shared: own.intersection(&theirs).count(),
            text: format!(" {} ", words.join(" ")),
            longest: 0,
            spoken: 0,
            begins: false,
            asked_of: false,
            form: false,
            mark: false,
            own,
            words,
            sentences: Vec::new(),
        };
        for s in &sentences {
            let core = self.core(s);
            let Some(first) = core.first() else { continue };
            let form = self.has_form(s, core);
            let leads = s.mark && (has(&self.question.ask_words, first) || has(&self.question.auxiliaries, first));
            turn.spoken += core.len();
            turn.form |= form || leads;
            turn.mark |= s.mark;
            if has(&self.words.second, first) {
                turn.begins |= !s.mark;
                turn.asked_of |= s.mark;
            }
            if !form && !s.mark {
                turn.longest = turn.longest.max(core.len());
            }
        }
        turn.sentences = sentences;
        turn
    }

    /// The words of a sentence without the fillers at its beginning.
    fn core<'s>(&self, sentence: &'s Sentence) -> &'s [String] {
        let from = sentence.words.iter().position(|w| !has(&self.words.fillers, w)).unwrap_or(sentence.words.len());
        &sentence.words[from..]
    }

    /// Words with content, as they are compared.
    fn content(&self, words: &[String]) -> BTreeSet<String> {
        let kept = words.iter().filter(|w| !has(&self.words.empty, w));
        let syllables = self.words.compare_syllables;
        if syllables > 0 {
            return kept
                .filter(|w| w.chars().count() >= syllables)
                .map(|w| w.chars().take(syllables).collect())
                .collect();
        }
        kept.filter(|w| w.chars().count() > 2).map(|w| self.stem(w).to_owned()).collect()
    }

    fn stem<'w>(&self, word: &'w str) -> &'w str {
        let cut = self.words.endings.iter().find_map(|e| word.strip_suffix(e.as_str()).filter(|s| s.len() >= 3));
        cut.unwrap_or(word)
    }

    /// True when a sentence has the form of a question, whatever mark it carries.
    fn has_form(&self, sentence: &Sentence, core: &[String]) -> bool {
        let q = &self.question;
        let ends = |list: &[String]| list.iter().any(|e| sentence.text.ends_with(e.as_str()));
        let inside = |list: &[String]| list.iter().any(|w| sentence.text.contains(w.as_str()));
        if !self.whole_words {
            return ends(&q.endings) || (ends(&q.soft_endings) && inside(&q.ask_words) && !inside(&q.never));
        }
        let [first, second, ..] = core else { return false };
        (has(&q.ask_words, first) && (has(&q.auxiliaries, second) || first.contains('\'')))
            || (has(&q.auxiliaries, first) && has(&q.subjects, second))
            || (first == "tell" && second == "me")
    }

    fn question(&self, turn: &Turn) -> Option<Question> {
        let mut asked = None;
        for s in &turn.sentences {
            let core = self.core(s);
            let alone = matches!(core, [one] if has(&self.question.tags, one) && !has(&self.question.ask_words, one));
            if core.is_empty() || alone || !(s.mark || self.has_form(s, core)) {
                continue;
            }
            asked = asked.max(Some(if self.is_open(s, core) { Question::Open } else { Question::Closed }));
        }
        let requests = self.question.requests.iter().any(|r| self.holds(turn, r));
        if requests { Some(Question::Open) } else { asked }
    }

    fn is_open(&self, sentence: &Sentence, core: &[String]) -> bool {
        let q = &self.question;
        if !self.whole_words {
            let inside = |list: &[String]| list.iter().any(|w| sentence.text.contains(w.as_str()));
            return inside(&q.open) && !inside(&q.narrow);
        }
        let text = core.join(" ");
        let begins = |list: &[String], text: &str| {
            list.iter()
                .any(|p| text.strip_prefix(p.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
        };
        if begins(&q.open_beginnings, &text) {
            return true;
        }
        if core.first().is_some_and(|w| has(&q.auxiliaries, w)) {
            return false;
        }
        (0..core.len()).any(|at| has(&q.open, &core[at]) && !begins(&q.narrow, &core[at..].join(" ")))
    }

    /// True when the turn has this phrase.
    fn holds(&self, turn: &Turn, phrase: &str) -> bool {
        if self.whole_words { turn.text.contains(&format!(" {phrase} ")) } else { turn.text.contains(phrase) }
    }

    fn hits(&self, cue: &Cue, turn: &Turn) -> usize {
        let ends = |phrase: &String| turn.sentences.iter().any(|s| !s.mark && s.text.ends_with(phrase.as_str()));
        match cue.at {
            At::Any => cue.words.iter().filter(|w| self.holds(turn, w)).count(),
            At::End => cue.words.iter().filter(|w| ends(w)).count(),
        }
    }

    fn points(&self, card: &Points, turn: &Turn) -> f64 {
        let if_so = |holds: bool, points: f64| if holds { points } else { 0.0 };
        let count = |n: usize, most: usize| n.min(most) as f64;
        let counsellor = turn.words.iter().filter(|w| has(&self.words.first, w)).count();
        let mut sum = card.base
            + if_so(turn.begins, card.begins_with_client)
            + if_so(turn.asked_of, card.asked_of_client)
            + if_so(turn.form, card.form_of_question)
            + if_so(turn.mark, card.question_mark)
            + if_so(turn.words.iter().take(2).any(|w| w == "so"), card.so)
            + if_so(counsellor > 0, card.counsellor)
            + count(counsellor.saturating_sub(1), 3) * card.counsellor_more
            + if_so(turn.spoken == 0, card.only_fillers)
            + if_so(turn.words.len() > card.many_words, card.many)
            + if_so(turn.own.is_empty(), card.no_content)
            + count(turn.shared, 3) * card.shared_word
            + turn.shared as f64 / turn.own.len().max(3) as f64 * card.shared_part;
        if card.statement_words > 0 {
            sum += (turn.longest as f64 / f64::from(card.statement_words)).min(1.0) * card.statement;
        }
        for cue in &card.cues {
            let hits = self.hits(cue, turn);
            sum += if_so(hits > 0, cue.points) + count(hits.saturating_sub(1), 2) * cue.again;
        }
        sum
    }
}

fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|w| w == word)
}
