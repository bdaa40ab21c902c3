//! A sentence in its clauses: whose, and of which time.

use crate::domain::assessment::proposal::matching::{any, find, find_from, plain};
use crate::domain::assessment::proposal::wording::Words;

/// Whose a clause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The speaker's own, said so.
    Own,
    /// Another person's.
    Other,
    /// Not said.
    Open,
}

/// Of which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Now or the last two weeks, said so.
    Now,
    /// Before.
    Past,
    /// Not said.
    Open,
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Plain text, a space before and after.
    pub text: String,
    /// Whose.
    pub who: Who,
    /// Of which time.
    pub when: When,
}

/// The clauses of a sentence, in order. What says no time takes that of the clause before, and before a sole mention of the
/// past that of the past: "I drank every night, but that was last year".
pub fn clauses(sentence: &str, words: &Words) -> Vec<Clause> {
    let mut found = Vec::new();
    for part in sentence.split([',', ';', '，', '—']) {
        for text in split(&plain(part), words) {
            found.push(Clause { who: who(&text, words), when: when(&text, words), text });
        }
    }
    let now = found.iter().any(|c: &Clause| c.when == When::Now);
    let past = found.iter().any(|c| c.when == When::Past);
    let mut before = if past && !now { When::Past } else { When::Open };
    for clause in &mut found {
        match clause.when {
            When::Open => clause.when = before,
            said => before = said,
        }
    }
    found
}

/// At the ends of clauses, and before the speaker where another is named first.
fn split(text: &str, words: &Words) -> Vec<String> {
    let mut cuts: Vec<usize> = Vec::new();
    for form in &words.clause {
        let mut from = 0;
        while let Some((at, to)) = find_from(text, form, from) {
            from = to;
            // An English conjunction opens the next clause, a Korean ending closes its own.
            cuts.push(if form.starts_with(' ') { at } else { to - 1 });
        }
    }
    if any(text, &words.others) {
        cuts.extend(words.own.iter().filter_map(|form| find(text, form)).map(|(at, _)| at).filter(|at| *at > 0));
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts.push(text.len());
    let mut from = 0;
    let mut out = Vec::new();
    for cut in cuts {
        let piece = text.get(from..cut).unwrap_or_default().trim();
        if !piece.is_empty() {
            out.push(format!(" {piece} "));
        }
        from = cut;
    }
    out
}

/// Whose a clause is.
fn who(text: &str, words: &Words) -> Who {
    let own = words.own.iter().filter_map(|form| find(text, form)).map(|at| at.0).min();
    let other = if words.other_marks.is_empty() {
        words.others.iter().filter_map(|form| find(text, form)).map(|at| at.0).min()
    } else {
        let marked = |name: &str| {
            words.other_marks.iter().filter_map(|mark| find(text, &format!(" {name}{mark}"))).map(|at| at.0).min()
        };
        words.others.iter().filter_map(|name| marked(name)).min()
    };
    match (own, other) {
        // "my brother": the possessive is no speaker.
        (Some(own), Some(other)) if other < own || text[own..other].split_whitespace().all(|w| w == "my") => Who::Other,
        (Some(_), _) => Who::Own,
        (None, Some(_)) => Who::Other,
        (None, None) => Who::Open,
    }
}

fn when(text: &str, words: &Words) -> When {
    // "now" and "last year" in one clause: what is told is the past unless a clause of its own says otherwise.
    if any(text, &words.past) {
        When::Past
    } else if any(text, &words.now) {
        When::Now
    } else {
        When::Open
    }
}

/// Whether a question is about another person: one is named and the one who is asked is not.
pub fn asks_about_another(question: &str, words: &Words) -> bool {
    let text = plain(question);
    if words.other_marks.is_empty() {
        return any(&text, &words.others) && find(&text, "you ").is_none() && find(&text, "yourself").is_none();
    }
    let because = words.others.iter().any(|name| find(&text, &format!(" {name} 때문")).is_some());
    because || who(&text, words) == Who::Other
}

/// Of which time a question is.
pub fn time_of(question: &str, words: &Words) -> When {
    when(&plain(question), words)
}
