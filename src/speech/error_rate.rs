//! How far a transcript is from its reference: word and character error rates, with the normalisation written down.
//! For benchmarks and tests; no screen shows it.
//!
//! Both sides are folded before they are compared: NFC, lower case, every character that is neither a letter nor a
//! digit nor an apostrophe inside a word becomes a space. Words are what white space separates; characters are
//! compared without any space, because spacing in Korean is a matter of style. Numbers are left as they are written.

use unicode_normalization::UnicodeNormalization;

/// How many edits turn one sequence into another, out of how many items of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Errors {
    /// Substitutions, insertions and deletions.
    pub edits: usize,
    /// Items of the reference.
    pub of: usize,
}

impl Errors {
    /// Edits per item of the reference; can exceed 1. An empty reference gives 0 without edits, else 1.
    pub fn rate(self) -> f64 {
        match (self.edits, self.of) {
            (0, 0) => 0.0,
            (_, 0) => 1.0,
            (edits, of) => edits as f64 / of as f64,
        }
    }
}

impl std::ops::AddAssign for Errors {
    fn add_assign(&mut self, other: Self) {
        self.edits += other.edits;
        self.of += other.of;
    }
}

/// The form in which both sides are compared.
pub fn normalised(text: &str) -> String {
    let folded: Vec<char> = text.nfc().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }).collect();
    let mut out = String::with_capacity(text.len());
    for (i, &c) in folded.iter().enumerate() {
        let inside = |j: Option<usize>| j.and_then(|j| folded.get(j)).is_some_and(|c| c.is_alphanumeric());
        let kept = c.is_alphanumeric() || (c == '\'' && inside(i.checked_sub(1)) && inside(Some(i + 1)));
        out.push(if kept { c } else { ' ' });
    }
    crate::domain::practice::text::fold(&out)
}

/// Word errors of `heard` against `reference`.
pub fn words(reference: &str, heard: &str) -> Errors {
    let (r, h) = (normalised(reference), normalised(heard));
    errors(
        &r.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>(),
        &h.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>(),
    )
}

/// Character errors of `heard` against `reference`, spaces left out.
pub fn characters(reference: &str, heard: &str) -> Errors {
    let letters = |t: &str| normalised(t).chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
    errors(&letters(reference), &letters(heard))
}

/// The least number of edits (Levenshtein 1966), in memory of one row.
fn errors<T: PartialEq>(reference: &[T], heard: &[T]) -> Errors {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (i, r) in reference.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, h) in heard.iter().enumerate() {
            let change = diagonal + usize::from(r != h);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    Errors { edits: row[heard.len()], of: reference.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_punctuation_and_spacing_are_no_errors() {
        assert_eq!(words("It's, fine.", "it’s FINE"), Errors { edits: 0, of: 2 });
        assert_eq!(characters("잘 못 자요.", "잘못자요"), Errors { edits: 0, of: 4 });
        assert_eq!(characters("\u{1112}\u{1161}\u{11ab}", "한"), Errors { edits: 0, of: 1 });
    }

    #[test]
    fn one_wrong_one_missing_and_one_extra_word_are_three_errors() {
        assert_eq!(words("a b c d", "a x c d e").edits, 2);
        assert_eq!(words("a b c d e", "x b c d f g").edits, 3);
    }

    #[test]
    fn an_invented_text_on_an_empty_reference_is_wholly_wrong() {
        assert_eq!(words("", "thank you").rate(), 1.0);
        assert_eq!(words("", "").rate(), 0.0);
    }

    proptest! {
        #[test]
        fn the_distance_is_zero_to_itself_symmetric_and_at_most_the_longer(a in "[a-c ]{0,24}", b in "[a-c ]{0,24}") {
            prop_assert_eq!(characters(&a, &a).edits, 0);
            let (ab, ba) = (characters(&a, &b), characters(&b, &a));
            prop_assert_eq!(ab.edits, ba.edits);
            prop_assert!(ab.edits <= ab.of.max(ba.of) && ab.edits >= ab.of.abs_diff(ba.of));
        }
    }
}
