//! Patterns of the risk rules by language, and which of them can be found in some words at all.

use crate::domain::advice::risk_pattern::Pattern;

/// Patterns by the language that they are for.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    /// Korean ones: each holds a syllable of Hangul.
    pub ko: Vec<Pattern>,
    /// English ones.
    pub en: Vec<Pattern>,
}

impl Patterns {
    /// Those that can be found in words of these scripts.
    pub fn of(&self, scripts: Scripts) -> impl Iterator<Item = &Pattern> {
        let ko = self.ko.iter().filter(move |_| scripts.hangul);
        ko.chain(self.en.iter().filter(move |_| scripts.latin))
    }
}

/// Which letters some folded words hold. Half of all patterns need not be tried on words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scripts {
    /// A syllable of Hangul.
    pub hangul: bool,
    /// A letter from a to z.
    pub latin: bool,
}

impl Scripts {
    /// Of words as the patterns see them.
    pub fn of(plain: &str) -> Scripts {
        Scripts {
            hangul: plain.chars().any(|c| ('가'..='힣').contains(&c)),
            latin: plain.bytes().any(|b| b.is_ascii_lowercase()),
        }
    }
}
