//! The course of a guided screen: which questions of an instrument its branching asks, what was answered and what is open.
//! Knows no instrument by name; the branching is that of the instrument's file.

use crate::domain::assessment::instrument::{Instrument, Sex};
use crate::domain::practice::lang::Lang;

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was asked and answered with this value.
    Answered(i32),
    /// The branching asks it and there is no answer.
    Open,
    /// The branching does not ask it, or not before an open question is answered.
    Skipped,
}

/// One question in the course of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Position from 1.
    pub item: usize,
    /// How people number it.
    pub number: String,
    /// How it stands.
    pub standing: Standing,
}

/// Every question with how it stands, in order. An answer to a question that its branch is closed to is not counted; one
/// given while it is open whether the branch is taken stands.
pub fn course(instrument: &Instrument, answers: &[Option<i32>], sex: Option<Sex>) -> Vec<Question> {
    let mut counted: Vec<Option<i32>> = vec![None; instrument.items.len()];
    let mut found = Vec::with_capacity(instrument.items.len());
    // Questions before this one that have no answer and may still get one.
    let mut open: Vec<usize> = Vec::new();
    for n in 0..instrument.items.len() {
        let branch = branch(instrument, n + 1, &counted, &open, sex);
        let answer = answers.get(n).copied().flatten().filter(|_| branch != Branch::Closed);
        counted[n] = answer;
        let standing = match (answer, branch) {
            (Some(value), _) => Standing::Answered(value),
            (None, Branch::Taken) => Standing::Open,
            (None, Branch::Undecided | Branch::Closed) => Standing::Skipped,
        };
        if answer.is_none() && branch != Branch::Closed {
            open.push(n + 1);
        }
        found.push(Question { item: n + 1, number: instrument.number(n), standing });
    }
    found
}

/// The position, from 1, of the question to ask next: the first that is asked and has no answer; none when all have.
pub fn next(instrument: &Instrument, answers: &[Option<i32>], sex: Option<Sex>) -> Option<usize> {
    course(instrument, answers, sex).iter().find(|q| q.standing == Standing::Open).map(|q| q.item)
}

/// The answers without those to questions that the branching does not ask.
pub fn settled(instrument: &Instrument, answers: &[Option<i32>], sex: Option<Sex>) -> Vec<Option<i32>> {
    let value = |q: &Question| match q.standing {
        Standing::Answered(value) => Some(value),
        Standing::Open | Standing::Skipped => None,
    };
    course(instrument, answers, sex).iter().map(value).collect()
}

/// The words of an answer, as the instrument has them; the number where it has none.
pub fn said(instrument: &Instrument, item: usize, value: i32, lang: Lang) -> String {
    let item = item.checked_sub(1).and_then(|n| instrument.items.get(n));
    let set = item.and_then(|i| instrument.options.iter().find(|o| o.id == i.options));
    let at = set.and_then(|s| s.values.iter().position(|v| *v == value));
    let label = set.zip(at).and_then(|(s, at)| s.labels(lang).get(at));
    label.cloned().unwrap_or_else(|| value.to_string())
}

/// Whether the branching leads to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    Taken,
    Closed,
    /// It depends on a question that is open.
    Undecided,
}

fn branch(i: &Instrument, item: usize, counted: &[Option<i32>], open: &[usize], sex: Option<Sex>) -> Branch {
    if i.asks(item, counted, sex) {
        return Branch::Taken;
    }
    // Would it be asked if the open questions were answered at one end of their scale, or at the other?
    let lowest = |v: &[i32]| v.iter().min().copied();
    let highest = |v: &[i32]| v.iter().max().copied();
    let could = [true, false].into_iter().any(|low| {
        let mut tried = counted.to_vec();
        open.iter().for_each(|&n| tried[n - 1] = if low { lowest(i.values(n)) } else { highest(i.values(n)) });
        i.asks(item, &tried, sex)
    });
    if could { Branch::Undecided } else { Branch::Closed }
}
