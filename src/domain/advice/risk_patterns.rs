//! Patterns of the risk rules by language, and which of them can be found in some words at all.

use crate::domain::advice::risk_pattern::Pattern;
use crate::domain::practice::data_file::{Flaw, line_of};
use serde::Deserialize;
use toml::Spanned;

/// Patterns of a file, by language, as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub ko: Vec<Spanned<String>>,
    pub en: Vec<Spanned<String>>,
}

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

pub(super) fn by_language(file: &str, key: &str, words: Words) -> Result<Patterns, Flaw> {
    Ok(Patterns {
        ko: compile_all(file, key, &Words { ko: words.ko, en: Vec::new() })?,
        en: compile_all(file, key, &Words { ko: Vec::new(), en: words.en })?,
    })
}

pub(super) fn compile_all(file: &str, key: &str, words: &Words) -> Result<Vec<Pattern>, Flaw> {
    let ko = words.ko.iter().map(|p| (p, with_loose_spacing(p.get_ref())));
    let en = words.en.iter().map(|p| (p, format!(r"\b(?:{})\b", p.get_ref())));
    ko.chain(en)
        .map(|(raw, pattern)| {
            if ["_?", "_*", "_+"].iter().any(|slip| raw.get_ref().contains(slip)) {
                // It would make the syllable before it optional, which nobody means.
                return Err(Flaw::new(line_of(file, raw.span().start), key, "_ takes no ?, * or +"));
            }
            Pattern::new(&pattern).map_err(|what| Flaw::new(line_of(file, raw.span().start), key, what))
        })
        .collect()
}

/// Speech recognition puts Korean spaces where it likes. Between two syllables of a pattern a space may stand or not;
/// `_` forbids it ("자_살" is not in "혼자 살아요").
fn with_loose_spacing(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 3);
    let mut in_class = false;
    let mut may_space = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '_' if !in_class => {
                may_space = false;
                continue;
            }
            ' ' if !in_class => {
                out.push_str(" ?");
                may_space = false;
                continue;
            }
            '[' if !in_class => {
                if may_space {
                    out.push_str(" ?");
                }
                in_class = true;
            }
            ']' if in_class => {
                in_class = false;
                may_space = true;
            }
            '(' if !in_class => {
                if may_space {
                    out.push_str(" ?");
                }
                out.push('(');
                while let Some(&q) = chars.peek() {
                    if q != '?' && q != ':' {
                        break;
                    }
                    out.push(q);
                    chars.next();
                }
                may_space = false;
                continue;
            }
            '|' | '^' if !in_class => may_space = false,
            c if !in_class && ('가'..='힣').contains(&c) => {
                if may_space {
                    out.push_str(" ?");
                }
                may_space = true;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_korean_pattern_allows_a_space_between_any_two_syllables_but_not_where_it_is_forbidden() {
        let loose = Pattern::new(&with_loose_spacing("[깨께]어?나지 (?:않|안)았")).unwrap();
        for said in ["깨어나지 않았", "깨어 나지않 았", "께나지 안았", "깨 어 나 지 않 았"] {
            assert!(loose.is_match(said), "{said}");
        }
        let strict = Pattern::new(&with_loose_spacing("자_살")).unwrap();
        assert!(strict.is_match("자살") && !strict.is_match("혼자 살아요"));
    }
}
