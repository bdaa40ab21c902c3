//! How a statement is said: in the third person, as records are written, with the speaker's own words in quotation
//! marks. Nothing is reworded here, so nothing can be said that was not.

use crate::domain::note::content::{Form, Kind};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;

/// A statement of a kind with its quote. The quote is cut at no place; its last full stop is left out where the form
/// goes on after it.
pub fn say(kind: &Kind, quote: &str, lang: Lang) -> ClientText {
    ClientText::new(&fill(kind.form(lang), quote, None))
}

/// An answer with the question that it answers.
pub fn say_answer(form: &Form, question: &str, quote: &str, lang: Lang) -> ClientText {
    ClientText::new(&fill(lang.pick(&form.say_ko, &form.say_en), quote, Some(question)))
}

/// A form without a question.
pub fn say_form(form: &Form, quote: &str, lang: Lang) -> ClientText {
    ClientText::new(&fill(lang.pick(&form.say_ko, &form.say_en), quote, None))
}

fn fill(form: &str, quote: &str, question: Option<&str>) -> String {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('“', "‘").replace('”', "’");
    let quote = plain(quote);
    // "… 못 자요.”라고" reads badly; "… 못 자요”라고" is how it is written.
    let goes_on = form.split_once("{quote}").is_some_and(|(_, after)| after.trim_start_matches('”').trim() != "");
    let quote = if goes_on { quote.strip_suffix('.').unwrap_or(&quote).to_owned() } else { quote };
    // The question first: a quote that holds braces is put in last and never looked through.
    let form = question.map_or_else(|| form.to_owned(), |q| form.replacen("{question}", &plain(q), 1));
    match form.rsplit_once("{quote}") {
        Some((before, after)) => format!("{before}{quote}{after}"),
        None => format!("{form} “{quote}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(ko: &str, en: &str) -> Form {
        Form { say_ko: ko.to_owned(), say_en: en.to_owned() }
    }

    #[test]
    fn korean_says_the_words_in_marks_and_ends_as_a_record_does() {
        let f = form("“{quote}”라고 호소함.", "Client reported: “{quote}”");
        assert_eq!(say_form(&f, "거의 못 자요.", Lang::Ko).reveal(), "“거의 못 자요”라고 호소함.");
        assert_eq!(say_form(&f, "I cannot sleep.", Lang::En).reveal(), "Client reported: “I cannot sleep.”");
    }

    #[test]
    fn words_that_look_like_a_form_stay_words() {
        let f = form("“{question}”라고 묻자 “{quote}”라고 답함.", "Asked “{question}”: “{quote}”");
        let said = say_answer(&f, "how {quote}?", "it says {question} and {quote}", Lang::En);
        assert!(said.reveal().ends_with("“it says {question} and {quote}”"), "the words were changed");
    }

    #[test]
    fn marks_inside_a_quote_become_single() {
        let f = form("“{quote}”", "“{quote}”");
        assert_eq!(say_form(&f, "she said “go”", Lang::En).reveal(), "“she said ‘go’”");
    }
}
