//! Letters that do not belong into a sentence of its language: what small models fall into.

use crate::domain::practice::lang::Lang;

/// True for a letter that is neither Hangul nor Latin: Han, kana, Cyrillic and so on.
fn strange(c: char) -> bool {
    let latin = c.is_ascii() || ('\u{00C0}'..='\u{024F}').contains(&c);
    let hangul =
        ('가'..='힣').contains(&c) || ('\u{1100}'..='\u{11FF}').contains(&c) || ('\u{3130}'..='\u{318F}').contains(&c);
    c.is_alphabetic() && !latin && !hangul
}

/// Whether a sentence has letters that were not said: of another writing, or in a Korean sentence a Latin word that its lines
/// do not have. `said` is lower-case.
pub fn foreign(sentence: &str, said: &str, lang: Lang) -> bool {
    let unsaid = |c: char| !said.contains(c);
    if sentence.chars().any(|c| strange(c) && unsaid(c)) {
        return true;
    }
    let latin = |w: &&str| w.chars().count() > 1 && w.chars().all(|c| c.is_ascii_alphabetic());
    lang == Lang::Ko
        && sentence.split(|c: char| !c.is_alphanumeric()).filter(latin).any(|w| !said.contains(&w.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_never_foreign_and_what_was_not_is() {
        assert!(foreign("내담자는 睡眠 문제를 말함", "잠이 안 와요", Lang::Ko));
        assert!(foreign("내담자는 sleep 문제를 말함", "잠이 안 와요", Lang::Ko));
        assert!(!foreign("내담자는 PHQ 점수를 말함", "phq 점수가 높대요", Lang::Ko));
        assert!(!foreign("The client said café", "café", Lang::En));
    }
}
