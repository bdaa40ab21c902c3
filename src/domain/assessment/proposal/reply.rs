//! Short replies: yes, no, and words that only point at what was said before.

use crate::domain::assessment::proposal::matching::{any, without};
use crate::domain::assessment::proposal::wording::Words;
use crate::domain::practice::lang::Lang;

/// Yes or no, where the clause is nothing else.
pub fn answers(text: &str, words: &Words) -> Option<bool> {
    let mut rest = text.trim_start();
    if words.agree.iter().any(|yes| format!("{rest} ").starts_with(yes.as_str()) && rest.starts_with("네"))
        && rest.split_whitespace().count() == 1
    {
        return Some(true);
    }
    while let Some(after) =
        words.filler.iter().find_map(|f| rest.strip_prefix(&format!("{f} "))).filter(|r| !r.trim().is_empty())
    {
        rest = after.trim_start();
    }
    let begins = |form: &String| {
        let Some(after) = rest.strip_prefix(form.as_str()) else { return false };
        let latin = form.is_ascii();
        if latin && !form.ends_with(' ') && !after.starts_with(' ') {
            return false;
        }
        let most = match (form.ends_with(' '), form.trim().contains(' ')) {
            // Nothing may follow: "I have" is an answer, "I have my sister" is none.
            (true, _) => 0,
            (false, true) => 6,
            (false, false) => 2,
        };
        after.split_whitespace().count() <= most
    };
    if words.deny.iter().any(begins) {
        return Some(false);
    }
    words.agree.iter().any(begins).then_some(true)
}

/// Whether a clause points at what was said: "it was like that", "그랬어요".
pub fn refers_back(text: &str, lang: Lang) -> bool {
    match lang {
        Lang::Ko => any(text, &[" 그래", " 그랬", " 그러", " 그런", " 그렇", " 그게", " 그건"]),
        Lang::En => any(&without(text, &["it is because"]), &["it ", "that ", "this ", "like that"]),
    }
}
