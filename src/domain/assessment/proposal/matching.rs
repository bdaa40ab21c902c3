//! Text made plain for looking up forms, and forms found in it.

use crate::domain::practice::text::fold;

/// Lower case, contractions written out, punctuation as space, one space before and after.
pub fn plain(text: &str) -> String {
    let text = fold(text).to_lowercase().replace(['’', '‘'], "'");
    let mut out = String::with_capacity(text.len() + 2);
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|w| !w.is_empty()) {
        out.push(' ');
        out.push_str(&written_out(word.trim_matches('\'')));
    }
    out.push(' ');
    if out.trim().is_empty() { " ".to_owned() } else { out.replace(" can not ", " cannot ") }
}

/// English contractions in full: the forms of the data files know only the full ones.
fn written_out(word: &str) -> String {
    match word {
        "can't" => return "cannot".to_owned(),
        "won't" => return "will not".to_owned(),
        _ => {}
    }
    for (end, full) in
        [("n't", " not"), ("'m", " am"), ("'ve", " have"), ("'re", " are"), ("'ll", " will"), ("'d", " had")]
    {
        if let Some(stem) = word.strip_suffix(end) {
            return format!("{stem}{full}");
        }
    }
    match word.strip_suffix("'s") {
        Some(stem @ ("it" | "that" | "he" | "she" | "there" | "what")) => format!("{stem} is"),
        Some(stem) => format!("{stem} s"),
        None => word.to_owned(),
    }
}

fn starts_inside_word(text: &str, at: usize, form: &str) -> bool {
    let latin = form.trim_start().chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    latin && !form.starts_with(' ') && text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric())
}

/// First place of one part at or after `from`, as byte range.
fn part(text: &str, form: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    while let Some(found) = text.get(from..)?.find(form) {
        let at = from + found;
        if !starts_inside_word(text, at, form) {
            return Some((at, at + form.len()));
        }
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// First place of a form in plain text at or after `from`, as byte range. `a..b` is a followed by b.
pub fn find_from(text: &str, form: &str, from: usize) -> Option<(usize, usize)> {
    let mut parts = form.split("..");
    let first = part(text, parts.next()?, from)?;
    let mut end = first.1;
    for form in parts {
        end = part(text, form, end)?.1;
    }
    Some((first.0, end))
}

/// First place of a form in plain text.
pub fn find(text: &str, form: &str) -> Option<(usize, usize)> {
    find_from(text, form, 0)
}

/// Whether any of these forms stands in plain text.
pub fn any<S: AsRef<str>>(text: &str, forms: &[S]) -> bool {
    forms.iter().any(|f| find(text, f.as_ref()).is_some())
}

/// Blanks every place of these forms.
pub fn without<S: AsRef<str>>(text: &str, forms: &[S]) -> String {
    let mut text = text.to_owned();
    for form in forms {
        while let Some((from, to)) = find(&text, form.as_ref()) {
            text.replace_range(from..to, " \u{1} ");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contractions_are_written_out_and_punctuation_is_space() {
        assert_eq!(plain("I don’t sleep, can't eat."), " i do not sleep cannot eat ");
        assert_eq!(plain("…"), " ");
    }

    #[test]
    fn a_latin_form_begins_at_a_word_and_parts_stand_in_order() {
        assert_eq!(find(" retired ", "tired"), None);
        assert!(find(" so tired ", "tired").is_some());
        assert!(find(" i worry and cannot stop it ", "worr..stop").is_some());
        assert!(find(" stop i worry ", "worr..stop").is_none());
    }
}
