//! How the items of an instrument stand in a text: there, not there, or only named. The longer form wins, and a denied one is denied
//! with all that is part of it.

use crate::domain::assessment::proposal::matching::{any, find, find_from};
use crate::domain::assessment::proposal::wording::{Item, Words};
use crate::domain::practice::lang::Lang;
use std::collections::BTreeSet;

/// A place in a text: its first byte, and the one after its last.
type Span = (usize, usize);

/// How an item stands in a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// It is there.
    Has,
    /// It is not.
    Lacks,
    /// It is named, no more.
    About,
}

/// The items of an instrument in one language.
pub(super) struct Items<'a> {
    /// In order of the instrument, as many as it has.
    pub(super) items: &'a [Item],
    /// The words of the language.
    pub(super) words: &'a Words,
    /// The language.
    pub(super) lang: Lang,
}

impl Items<'_> {
    /// How the items stand in plain text. In a question a denial is only its form.
    pub(super) fn stands(&self, text: &str, question: bool) -> Vec<(usize, Stands)> {
        let mut found: Vec<(usize, Stands)> = Vec::new();
        for (item, heard) in self.items.iter().enumerate() {
            let topic = heard.topic(self.lang);
            let lacks: Vec<Span> = topic.lacks.iter().flat_map(|f| all(text, f)).collect();
            let has: Vec<Span> = topic.has.iter().flat_map(|f| all(text, f)).collect();
            let covered = |a: &Span, by: &[Span]| by.iter().any(|b| b.0 < a.1 && a.0 < b.1 && b.1 - b.0 > a.1 - a.0);
            let there = has.iter().copied().filter(|h| !covered(h, &lacks));
            let (denied, meant): (Vec<Span>, Vec<Span>) = there.partition(|h| !question && self.denied(text, h));
            // A form that is part of a longer denied one is denied with it.
            let meant = meant.iter().any(|m| !covered(m, &denied));
            if meant {
                found.push((item, Stands::Has));
            } else if !denied.is_empty() || lacks.iter().any(|l| !covered(l, &has)) {
                found.push((item, Stands::Lacks));
            } else if any(text, &topic.about) {
                found.push((item, Stands::About));
            }
        }
        let over: BTreeSet<usize> = found.iter().flat_map(|(i, _)| &self.items[*i].over).map(|p| p - 1).collect();
        found.retain(|(item, _)| !over.contains(item));
        found
    }

    fn denied(&self, text: &str, form: &Span) -> bool {
        let words = self.words;
        let before: Vec<&str> = text[..form.0].split_whitespace().collect();
        let before: String =
            before[before.len().saturating_sub(3)..].iter().map(|w| format!(" {w}")).collect::<String>() + " ";
        let not_before = match self.lang {
            // Right before it: "안 피곤해요".
            Lang::Ko => words.not_before.iter().any(|n| text[..form.0].ends_with(n.as_str())),
            Lang::En => any(&before, &words.not_before),
        };
        // Right after it, within its word or the next: "우울하지는 않아요".
        let rest = &text[form.1..];
        let not_after =
            words.not_after.iter().any(|n| find(rest, n).is_some_and(|(at, _)| rest[..at].split(' ').count() <= 2));
        not_before || not_after
    }
}

fn all(text: &str, form: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, to)) = find_from(text, form, from) {
        found.push((at, to));
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    found
}
