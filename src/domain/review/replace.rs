//! Names, places, dates and contacts of a case report, each proposed with what would stand there instead. Found by rule: the
//! card's own words, endings and titles of the data file, written dates and numbers. A person takes each or all; what the
//! rules miss a person adds.

use crate::domain::practice::client::ClientCard;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::review::report::{CaseReport, Replacement, Tells};
use crate::domain::review::report_fill::initial;
use crate::domain::review::report_form::{ReplaceWords, ReportForm};
use crate::texts::msg;
use jiff::civil::Date;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A replacement as it is shown before it is taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Proposed {
    /// What by what.
    #[serde(flatten)]
    pub replacement: Replacement,
    /// Where: section ids with how often it stands there, in the form's order.
    pub places: Vec<(String, usize)>,
    /// It was taken.
    pub taken: bool,
}

static FULL_DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})(\s?일)?").ok());
static MONTH_DAY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d{1,2}월\s?\d{1,2}일").ok());
static YEAR_MONTH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:19|20)\d{2}년(?:\s?\d{1,2}월)?").ok());
static CONTACT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\+?\d{2,4}-\d{3,4}-\d{4}|\b01\d{8,9}\b|[\w.+-]+@[\w-]+\.[\w.]+|@[A-Za-z0-9_.]{3,}").ok()
});

/// What the rules find in the report, names first, each once. `taken` is what was taken before: it stands in the list as such,
/// also what a person added.
pub fn propose(report: &CaseReport, form: &ReportForm, card: &ClientCard, lang: Lang) -> Vec<Proposed> {
    let mut found: BTreeMap<(Tells, String), String> = BTreeMap::new();
    for (what, by) in of_card(card) {
        found.insert((Tells::Name, what), by);
    }
    // Names and places that the counsellor wrote down for hearing them well.
    let words = card.words.iter().flat_map(|w| w.reveal().split(',')).map(str::trim);
    for word in words.filter(|w| w.chars().filter(|c| c.is_alphanumeric()).count() > 1) {
        found.insert((Tells::Other, word.to_owned()), "○○".to_owned());
    }
    let texts: Vec<&str> = report.sections.iter().flat_map(|s| &s.lines).map(|l| l.text.reveal()).collect();
    let mut others = 0;
    for text in &texts {
        for name in names(text, &form.replace) {
            if found.keys().any(|(_, what)| what.contains(&name)) {
                continue;
            }
            // A letter each, so that the reader can still tell two persons apart.
            let letter = char::from(b'A' + (others % 26) as u8);
            others += 1;
            found.insert((Tells::Name, name), letter.to_string());
        }
        for (place, by) in places(text, &form.replace) {
            found.entry((Tells::Place, place)).or_insert(by);
        }
        for (date, by) in dates(text, card.since, lang) {
            found.entry((Tells::Date, date)).or_insert(by);
        }
        for contact in CONTACT.iter().flat_map(|re| re.find_iter(text)) {
            found.insert((Tells::Contact, contact.as_str().to_owned()), lang.say("report-by-contact").to_owned());
        }
    }
    for address in card.address.iter().chain(&card.contact).filter(|a| !a.is_blank()) {
        found.insert((Tells::Contact, address.reveal().to_owned()), lang.say("report-by-contact").to_owned());
    }
    let of = |((tells, what), by): ((Tells, String), String)| Replacement {
        what: ClientText::new(&what),
        by: ClientText::new(&by),
        tells,
    };
    let mut all: Vec<Replacement> = report.replaced.clone();
    for new in found.into_iter().map(of) {
        if !all.iter().any(|r| r.what == new.what) {
            all.push(new);
        }
    }
    all.sort_by(|a, b| (a.tells, a.what.reveal()).cmp(&(b.tells, b.what.reveal())));
    let proposed = all.into_iter().map(|replacement| Proposed {
        places: places_of(report, form, replacement.what.reveal()),
        taken: report.replaced.iter().any(|r| r.what == replacement.what),
        replacement,
    });
    proposed.filter(|p| p.taken || !p.places.is_empty()).collect()
}

/// Sections in which the words stand, with how often.
fn places_of(report: &CaseReport, form: &ReportForm, what: &str) -> Vec<(String, usize)> {
    let count = |id: &str| report.lines(id).iter().map(|l| l.text.reveal().matches(what).count()).sum();
    form.parts.iter().map(|p| (p.id.clone(), count(&p.id))).filter(|(_, n)| *n > 0).collect()
}

/// Replaces in a text: the longest first, and nothing that was put there is replaced again.
pub fn apply(text: &str, replaced: &[Replacement]) -> String {
    let mut sorted: Vec<&Replacement> = replaced.iter().filter(|r| !r.what.reveal().is_empty()).collect();
    sorted.sort_by_key(|r| std::cmp::Reverse(r.what.reveal().len()));
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(next) = rest.chars().next() {
        match sorted.iter().find(|r| rest.starts_with(r.what.reveal())) {
            Some(r) => {
                out.push_str(r.by.reveal());
                rest = &rest[r.what.reveal().len()..];
            }
            None => {
                out.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    out
}

/// The client's own name: whole, and the given name alone.
fn of_card(card: &ClientCard) -> Vec<(String, String)> {
    let name = card.name.reveal().trim().to_owned();
    let letters: Vec<char> = name.chars().collect();
    let hangul = letters.iter().all(|c| ('가'..='힣').contains(c));
    let mut found = vec![(name.clone(), initial(&name))];
    if hangul && (3..=4).contains(&letters.len()) {
        let surname = if letters.len() == 4 { 2 } else { 1 };
        found.push((letters[surname..].iter().collect(), "○○".to_owned()));
    }
    if !hangul {
        let words = name.split_whitespace().filter(|w| w.chars().count() > 1);
        found.extend(words.map(|w| (w.to_owned(), initial(w))));
    }
    // A dash for a name would be replaced all over the report.
    found.retain(|(what, _)| what.chars().filter(|c| c.is_alphanumeric()).count() > 1);
    found
}

fn names(text: &str, words: &ReplaceWords) -> Vec<String> {
    let tokens: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let hangul = |w: &str| w.chars().all(|c| ('가'..='힣').contains(&c));
    let is_name = |w: &str| hangul(w) && (2..=4).contains(&w.chars().count()) && !words.no_names.iter().any(|n| n == w);
    let begins =
        |w: &str, title: &str| w.strip_prefix(title).is_some_and(|rest| rest.is_empty() || particle(rest, words));
    let mut found = Vec::new();
    for (n, token) in tokens.iter().enumerate() {
        // "박영희 씨는", and written together "박영희씨는".
        let next = tokens.get(n + 1);
        if is_name(token) && next.is_some_and(|next| words.name_before.iter().any(|t| begins(next, t))) {
            found.push((*token).to_owned());
        }
        for title in words.name_before.iter().filter(|t| t.chars().count() > 1 || *t == "씨") {
            if let Some(at) = token.find(title.as_str())
                && begins(&token[at..], title)
                && is_name(&token[..at])
            {
                found.push(token[..at].to_owned());
            }
        }
        let capital = |w: &&&str| w.chars().next().is_some_and(|c| c.is_ascii_uppercase());
        if words.title_before.iter().any(|t| t == token) {
            found.extend(next.filter(capital).map(|w| (*w).to_owned()));
        }
    }
    found
}

fn particle(rest: &str, words: &ReplaceWords) -> bool {
    words.particles.iter().any(|p| p == rest)
}

/// A word without its particle.
fn bare<'a>(word: &'a str, words: &ReplaceWords) -> &'a str {
    let ends = words.particles.iter().find_map(|p| word.strip_suffix(p.as_str()).filter(|w| w.chars().count() > 1));
    ends.unwrap_or(word)
}

fn places(text: &str, words: &ReplaceWords) -> Vec<(String, String)> {
    let tokens: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut found = Vec::new();
    for (n, token) in tokens.iter().enumerate() {
        for word in [*token, bare(token, words)] {
            if words.places.iter().any(|p| p == word) {
                found.push((word.to_owned(), "○○".to_owned()));
            }
            let end = words.place_ends.iter().find(|end| word.len() > end.len() && word.ends_with(end.as_str()));
            if let Some(end) = end.filter(|_| !words.no_places.iter().any(|p| p == word)) {
                found.push((word.to_owned(), format!("○○{end}")));
            }
        }
        let capital = token.chars().next().is_some_and(|c| c.is_ascii_uppercase());
        if let Some(next) = tokens.get(n + 1).filter(|next| capital && words.place_words.iter().any(|p| p == *next)) {
            found.push((format!("{token} {next}"), format!("○○ {next}")));
        }
    }
    found
}

/// Written days: the full ones as weeks since the counselling began, others without the day.
fn dates(text: &str, since: Timestamp, lang: Lang) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let began = since.day();
    for hit in FULL_DATE.iter().flat_map(|re| re.captures_iter(text)) {
        let number = |n: usize| hit.get(n).and_then(|m| m.as_str().parse::<i16>().ok()).unwrap_or_default();
        let day = Date::new(number(1), number(2) as i8, number(3) as i8).ok();
        let weeks = day.zip(began).and_then(|(day, began)| (day - began).total((jiff::Unit::Day, began)).ok());
        let by = match weeks.map(|days| (days / 7.0).floor() as i64) {
            Some(weeks) if weeks >= 0 => msg("report-by-week").with("n", weeks + 1).text(lang),
            _ => lang.say("report-by-date").to_owned(),
        };
        found.extend(hit.get(0).map(|m| (m.as_str().trim_end().to_owned(), by)));
    }
    let full: Vec<String> = found.iter().map(|(what, _)| what.clone()).collect();
    for hit in MONTH_DAY.iter().chain(YEAR_MONTH.iter()).flat_map(|re| re.find_iter(text)) {
        if !full.iter().any(|f| f.contains(hit.as_str())) {
            found.push((hit.as_str().to_owned(), lang.say("report-by-date").to_owned()));
        }
    }
    found
}

/// Reads what a person added, a line each: `what => by`. Lines without the arrow are left out.
pub fn read_added(text: &str) -> Vec<Replacement> {
    let line = |l: &str| {
        let (what, by) = l.split_once("=>")?;
        let (what, by) = (what.trim(), by.trim());
        let replacement = Replacement { what: ClientText::new(what), by: ClientText::new(by), tells: Tells::Other };
        (!what.is_empty()).then_some(replacement)
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::{ClientCode, ClientId, MemberId};
    use crate::domain::review::report::ReportLine;

    fn form() -> ReportForm {
        ReportForm::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/case-report.toml"))).unwrap()
    }

    fn card(name: &str) -> ClientCard {
        ClientCard {
            made_up: false,
            id: ClientId([1; 16]),
            code: ClientCode::from("C-0001"),
            name: ClientText::new(name),
            birth_date: None,
            sex: None,
            contact: None,
            address: None,
            emergency: None,
            medicine: None,
            referred: None,
            words: None,
            counsellor: MemberId([1; 16]),
            supervisors: Vec::new(),
            awaiting: Vec::new(),
            earlier_records: Vec::new(),
            goes_on_as: None,
            deputies: Vec::new(),
            since: Timestamp(1_788_220_800_000),
            left: false,
        }
    }

    fn report(lines: &[&str]) -> CaseReport {
        let mut report = CaseReport::empty(&form());
        let line = |t: &&str| ReportLine { text: ClientText::new(t), ..ReportLine::default() };
        *report.lines_mut("family") = lines.iter().map(line).collect();
        report
    }

    fn told(report: &CaseReport, card: &ClientCard, lang: Lang) -> Vec<(String, String)> {
        let all = propose(report, &form(), card, lang);
        all.iter().map(|p| (p.replacement.what.reveal().to_owned(), p.replacement.by.reveal().to_owned())).collect()
    }

    #[test]
    fn names_places_dates_and_numbers_are_found_in_korean() {
        let report = report(&[
            "김하늘 씨는 하늘이라고 불리며 박영희 씨와 강남고등학교에서 만났다",
            "2026-09-15에 서울에서 010-1234-5678로 전화했고 3월 2일에도 왔다. 이민수씨가 왔다",
            "선생님과 부모님은 병원에 다닌다",
        ]);
        let found = told(&report, &card("김하늘"), Lang::Ko);
        for (what, by) in [
            ("김하늘", "김○○"),
            ("하늘", "○○"),
            ("박영희", "A"),
            ("이민수", "B"),
            ("강남고등학교", "○○고등학교"),
            ("서울", "○○"),
            ("2026-09-15", "상담 3주째"),
            ("3월 2일", "○월 ○일"),
            ("010-1234-5678", "(연락처)"),
        ] {
            assert!(found.contains(&(what.to_owned(), by.to_owned())), "{what}: {found:?}");
        }
        assert_eq!(found.len(), 9, "{found:?}");
    }

    #[test]
    fn names_and_places_are_found_in_english() {
        let report = report(&["Jane Doe met Mr. Smith at Lincoln School on 2026-09-15"]);
        let found: Vec<String> = told(&report, &card("Jane Doe"), Lang::En).into_iter().map(|(w, _)| w).collect();
        for what in ["Jane Doe", "Smith", "Lincoln School", "2026-09-15"] {
            assert!(found.iter().any(|f| f == what), "{what}: {found:?}");
        }
    }

    #[test]
    fn a_sign_that_stands_for_a_name_is_replaced_nowhere() {
        assert_eq!(told(&report(&["두 번 - 세 번"]), &card("-"), Lang::Ko), []);
    }

    #[test]
    fn the_longest_is_replaced_first_and_nothing_twice() {
        let of = |what: &str, by: &str| Replacement {
            what: ClientText::new(what),
            by: ClientText::new(by),
            tells: Tells::Other,
        };
        let all = [of("하늘", "○○"), of("김하늘", "김○○"), of("김○○", "틀림")];
        assert_eq!(apply("김하늘과 하늘", &all), "김○○과 ○○");
        assert_eq!(apply("아무것도", &all), "아무것도");
    }

    #[test]
    fn what_was_taken_stays_in_the_list_with_where_it_stands() {
        let mut report = report(&["김하늘", "김하늘과 우리 동네"]);
        report.replaced = read_added("우리 동네 => ○○동\nno arrow\n => x");
        assert_eq!(report.replaced.len(), 1);
        let all = propose(&report, &form(), &card("김하늘"), Lang::Ko);
        let name = all.iter().find(|p| p.replacement.what.reveal() == "김하늘").unwrap();
        assert_eq!((name.places.as_slice(), name.taken), ([("family".to_owned(), 2)].as_slice(), false));
        assert!(all.iter().any(|p| p.taken && p.replacement.tells == Tells::Other));
    }
}
