//! Slots of the risk rules: kinds of words (a person, a means, an act, a wish) that say nothing alone and a rule puts
//! together. "rope" and "bought" in one sentence are a cue wherever they stand in it; no list of whole sentences is needed.

use crate::domain::advice::risk_patterns::{Patterns, Scripts};

/// A kind of words.
#[derive(Debug, Clone)]
pub struct Slot {
    /// How a rule calls it.
    pub name: String,
    /// Its words in both languages.
    pub patterns: Patterns,
}

/// Slots that stand near each other within one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Places in the list of slots; each has to be found.
    slots: Vec<usize>,
    /// Whether they have to come in this order.
    in_order: bool,
    /// None of these may be in the sentence.
    without: Vec<usize>,
    /// At most this many characters between one and the next.
    reach: usize,
}

/// What lies between two slots when a rule does not say (`@ 40`), in characters.
const REACH: usize = 24;

impl Together {
    /// Reads `a > b > c` (in this order) or `a + b` (in any), then `! d` for each slot that must not be there, then `@ 40`
    /// for the reach. The error says what is wrong.
    pub fn parse(text: &str, names: &[&str]) -> Result<Together, String> {
        let place = |name: &str| {
            let name = name.trim();
            names.iter().position(|n| *n == name).ok_or_else(|| format!("there is no slot {name:?}"))
        };
        let (text, reach) = match text.split_once('@') {
            None => (text, REACH),
            Some((text, n)) => {
                (text, n.trim().parse().map_err(|_| format!("{:?} is no number of characters", n.trim()))?)
            }
        };
        let mut parts = text.split('!');
        let wanted = parts.next().unwrap_or_default();
        let without = parts.map(place).collect::<Result<Vec<_>, _>>()?;
        let in_order = wanted.contains('>');
        if in_order && wanted.contains('+') {
            return Err("slots stand in an order (>) or in any (+), not both".to_owned());
        }
        let slots = wanted.split(['>', '+']).map(place).collect::<Result<Vec<_>, _>>()?;
        Ok(Together { slots, in_order, without, reach })
    }

    /// Where they stand together: from the first word of the first to the last of the last, as bytes of the text.
    pub fn find(&self, found: &mut Found<'_>) -> Vec<(usize, usize)> {
        let [first, rest @ ..] = self.slots.as_slice() else { return Vec::new() };
        if found.of(*first).is_empty() || rest.iter().any(|slot| found.of(*slot).is_empty()) {
            return Vec::new();
        }
        let starts = found.of(*first).to_vec();
        let mut out = Vec::new();
        for start in starts {
            let mut all = start;
            let mut last = start;
            let complete = rest.iter().all(|slot| {
                let plain = found.plain;
                let near = found.of(*slot).iter().copied().filter(|m| self.follows(plain, last, all, *m));
                let Some(next) = near.min_by_key(|m| m.0.abs_diff(last.1)) else { return false };
                last = next;
                all = (all.0.min(next.0), all.1.max(next.1));
                true
            });
            if complete && !self.without.iter().any(|slot| found.in_sentence(*slot, all)) {
                out.push(all);
            }
        }
        out
    }

    /// Whether a match can be the next one: after the last one, or beside all so far; near, and in the same sentence.
    fn follows(&self, plain: &str, last: (usize, usize), all: (usize, usize), next: (usize, usize)) -> bool {
        let end = if self.in_order { last.1 } else { all.1 };
        let between = if next.0 >= end {
            &plain[end..next.0]
        } else if !self.in_order && next.1 <= all.0 {
            &plain[next.1..all.0]
        } else {
            return false;
        };
        !between.contains('.') && between.chars().count() <= self.reach
    }
}

/// The places of every slot in one text; each slot is looked for once, and only when a rule asks.
pub struct Found<'a> {
    slots: &'a [Slot],
    plain: &'a str,
    scripts: Scripts,
    places: Vec<Option<Vec<(usize, usize)>>>,
}

impl<'a> Found<'a> {
    /// Of a folded text.
    pub fn new(slots: &'a [Slot], plain: &'a str) -> Found<'a> {
        Found { slots, plain, scripts: Scripts::of(plain), places: vec![None; slots.len()] }
    }

    fn of(&mut self, slot: usize) -> &[(usize, usize)] {
        let (slots, plain, scripts) = (self.slots, self.plain, self.scripts);
        self.places[slot].get_or_insert_with(|| {
            // A pattern may take in the space before or after a word to know its edge; the words are what counts.
            let trimmed = |m: regex::Match<'_>| {
                let blank = m.as_str().len() - m.as_str().trim_start_matches([' ', '.']).len();
                let words = m.as_str().trim_matches([' ', '.']).len();
                (words > 0).then_some((m.start() + blank, m.start() + blank + words))
            };
            slots[slot].patterns.of(scripts).flat_map(|r| r.find_iter(plain)).filter_map(trimmed).collect()
        })
    }

    /// The names of the slots that have a word between these bytes, sorted.
    pub fn within(&mut self, from: usize, to: usize) -> Vec<&'a str> {
        let slots: &'a [Slot] = self.slots;
        let mut names: Vec<_> = (0..slots.len())
            .filter(|slot| self.of(*slot).iter().any(|(s, e)| from <= *s && *e <= to))
            .map(|slot| slots[slot].name.as_str())
            .collect();
        names.sort_unstable();
        names
    }

    fn in_sentence(&mut self, slot: usize, (from, to): (usize, usize)) -> bool {
        let start = self.plain[..from].rfind('.').map_or(0, |i| i + 1);
        let end = self.plain[to..].find('.').map_or(self.plain.len(), |i| to + i);
        self.of(slot).iter().any(|(s, e)| *s < end && start < *e)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn slots() -> Vec<Slot> {
        [("buys", "bought|bring"), ("means", "rope"), ("use", "boat")]
            .map(|(name, r)| Slot {
                name: name.to_owned(),
                patterns: Patterns {
                    ko: Vec::new(),
                    en: vec![crate::domain::advice::risk_pattern::Pattern::new(r).unwrap()],
                },
            })
            .to_vec()
    }

    fn find(rule: &str, text: &str) -> Vec<(usize, usize)> {
        let slots = slots();
        let names: Vec<_> = slots.iter().map(|s| s.name.as_str()).collect();
        Together::parse(rule, &names).unwrap().find(&mut Found::new(&slots, text))
    }

    #[test]
    fn slots_stand_together_in_order_near_within_a_sentence_and_without_what_makes_them_harmless() {
        assert_eq!(find("buys > means", "i bought a rope"), [(2, 15)]);
        assert!(find("buys > means", "the rope i bought").is_empty());
        assert_eq!(find("buys + means", "the rope i bought"), [(4, 17)]);
        assert!(find("buys + means", "i bought it. a rope").is_empty());
        assert!(find("buys > means @ 3", "i bought a long rope").is_empty());
        assert!(find("buys > means ! use", "i bought a rope for the boat").is_empty());
        assert_eq!(find("buys > means ! use", "i bought a rope.the boat").len(), 1);
    }

    #[test]
    fn a_slot_that_is_not_there_and_a_mix_of_orders_are_named() {
        assert!(Together::parse("buys > sells", &["buys"]).unwrap_err().contains("sells"));
        assert!(Together::parse("a > b + a", &["a", "b"]).is_err());
        assert!(Together::parse("a @ far", &["a"]).is_err());
    }
}
