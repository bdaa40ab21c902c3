//! Answers of other systems: R4 QuestionnaireResponses, alone or in a Bundle, as answers of an instrument. An item is known
//! by its link id, its LOINC code, the questionnaire in the same file or its words, at last by its order; an answer by its
//! LOINC code, its ordinal value, the questionnaire's own weights or its words. Never by a code that looks like a number.
//! What was assumed is said; what contradicts itself is refused.

use crate::domain::assessment::instrument::{Instrument, OptionSet};
use crate::domain::assessment::score::Answers;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::{Calendar, Timestamp};
use crate::formats::fhir::read::{FhirError, check_release, check_structure, parse};
use crate::formats::fhir::{LOINC, OWN_ANSWERS, canonical, link_id};
use serde_json::Value;
use std::collections::HashMap;

/// Extensions that hold the points of an answer: R4 and STU3 `ordinalValue`, R5 `itemWeight`, and that of ISO 21090.
const WEIGHTS: [&str; 4] = [
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/StructureDefinition/iso21090-CO-value",
];

/// What had to be assumed to read a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumed {
    /// Items were matched by their order.
    Order,
    /// Items were matched by their words.
    Text,
    /// Answers were matched by their words.
    Display,
    /// Whole numbers were taken for points.
    Integers,
    /// The response is in progress.
    Unfinished,
}

/// One response as read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadResponse {
    /// In order of the instrument's items.
    pub answers: Answers,
    /// When it was filled in, where the file says so.
    pub authored: Option<Timestamp>,
    /// What was assumed, each once.
    pub assumed: Vec<Assumed>,
    /// The total that the sender wrote beside the answers, where one is there.
    pub total: Option<f64>,
}

/// Points that a questionnaire of the file gives to a code, by system and code.
type Weights = HashMap<(String, String), i32>;

/// Every response of the file that answers the instrument, oldest first; an error when none does.
pub fn responses(text: &str, i: &Instrument) -> Result<Vec<ReadResponse>, FhirError> {
    let file = parse(text)?;
    let kind =
        |v: &Value| v.get("resourceType").and_then(Value::as_str).unwrap_or("file without resourceType").to_owned();
    let resources: Vec<&Value> = match kind(&file).as_str() {
        "Bundle" => file
            .get("entry")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|e| e.get("resource"))
            .collect(),
        _ => vec![&file],
    };
    let contained = resources.iter().flat_map(|r| r.get("contained").and_then(Value::as_array).into_iter().flatten());
    let known: Vec<&Value> =
        resources.iter().copied().chain(contained).filter(|r| kind(r) == "Questionnaire").collect();
    let responses: Vec<&Value> = resources.into_iter().filter(|r| kind(r) == "QuestionnaireResponse").collect();
    if responses.is_empty() {
        return Err(FhirError::Other {
            found: kind(&file).chars().take(40).collect(),
            wanted: "QuestionnaireResponse",
        });
    }
    let only = responses.len() == 1;
    let mut found = Vec::new();
    let mut first_fault = None;
    for r in responses {
        check_release(r)?;
        check_structure(r)?;
        match response(r, i, &known) {
            Ok(read) => found.push(read),
            // In a bundle the responses to other instruments are passed over; a fault in one of this instrument is not.
            Err(fault @ (FhirError::NoItem { .. } | FhirError::OtherQuestionnaire { .. })) if !only => {
                first_fault.get_or_insert(fault);
            }
            Err(fault) => return Err(fault),
        }
    }
    found.sort_by_key(|r| r.authored);
    match first_fault {
        Some(fault) if found.is_empty() => Err(fault),
        _ => Ok(found),
    }
}

/// One item of the file that was answered.
struct Given<'a> {
    link_id: &'a str,
    item: &'a Value,
    answers: &'a [Value],
}

fn response(r: &Value, i: &Instrument, known: &[&Value]) -> Result<ReadResponse, FhirError> {
    let mut assumed = Vec::new();
    match r.get("status").and_then(Value::as_str).unwrap_or_default() {
        status @ ("entered-in-error" | "stopped") => return Err(FhirError::Status { status: status.to_owned() }),
        "in-progress" => assumed.push(Assumed::Unfinished),
        _ => {}
    }
    let asks = r.get("questionnaire").and_then(Value::as_str).unwrap_or_default();
    if asks.starts_with("urn:gyeot:instrument:") && asks.split('|').next() != canonical(i).split('|').next() {
        return Err(FhirError::OtherQuestionnaire { asks: asks.chars().take(60).collect(), id: i.id.to_string() });
    }
    let mut given = Vec::new();
    collect(r, &mut given);
    let own = asks.starts_with("urn:gyeot:instrument:");
    let places = places(&given, i, known, own, &mut assumed)?;
    let weights = weights(known);
    let mut answers = vec![None; i.items.len()];
    let total = given
        .iter()
        .zip(&places)
        .filter(|(g, at)| at.is_none() && is_total(g))
        .find_map(|(g, _)| number(g.answers.first()?));
    for (g, at) in given.iter().zip(places) {
        let Some(at) = at else { continue };
        let two = || FhirError::Two { link_id: g.link_id.to_owned() };
        let [answer] = g.answers else { return Err(two()) };
        if answers[at].is_some() {
            return Err(two());
        }
        answers[at] = Some(points(answer, i, at, &weights, g.link_id, &mut assumed)?);
    }
    while answers.len() > i.fewest_answers() && answers.last() == Some(&None) {
        answers.pop();
    }
    let authored = r.get("authored").and_then(Value::as_str).and_then(instant);
    assumed.dedup();
    Ok(ReadResponse { answers: Answers(answers), authored, assumed, total })
}

fn collect<'a>(of: &'a Value, into: &mut Vec<Given<'a>>) {
    for item in of.get("item").and_then(Value::as_array).into_iter().flatten() {
        let link_id = item.get("linkId").and_then(Value::as_str).unwrap_or_default();
        if let Some(answers) = item.get("answer").and_then(Value::as_array).filter(|a| !a.is_empty()) {
            into.push(Given { link_id, item, answers });
            answers.iter().for_each(|a| collect(a, into));
        }
        collect(item, into);
    }
}

/// Where each given item stands in the instrument.
fn places(
    given: &[Given<'_>],
    i: &Instrument,
    known: &[&Value],
    own: bool,
    assumed: &mut Vec<Assumed>,
) -> Result<Vec<Option<usize>>, FhirError> {
    let asked = asked(known);
    let mut by_text = false;
    let places: Vec<Option<usize>> = given
        .iter()
        .map(|g| {
            let exact = i
                .items
                .iter()
                .enumerate()
                .position(|(n, it)| link_id(it, n + 1) == g.link_id && (own || it.loinc.is_some()));
            exact.or_else(|| by_code(g, i, &asked)).or_else(|| {
                let at = by_words(g, i, &asked);
                by_text |= at.is_some();
                at
            })
        })
        .collect();
    if by_text {
        assumed.push(Assumed::Text);
    }
    if places.iter().any(Option::is_some) {
        return Ok(places);
    }
    // Our own link ids of items without a code are their positions.
    let own =
        own || known.iter().any(|q| q.get("url").and_then(Value::as_str).is_some_and(|u| u.contains("urn:gyeot:")));
    let numbered: Vec<Option<usize>> =
        given.iter().map(|g| i.items.iter().enumerate().position(|(n, it)| link_id(it, n + 1) == g.link_id)).collect();
    let coded: Vec<usize> = (0..given.len()).filter(|n| !is_total(&given[*n])).collect();
    let whole =
        coded.len() == i.items.len() || coded.len() == i.items.iter().filter(|it| it.scored && !it.optional).count();
    if i.items.iter().all(|it| it.loinc.is_none()) && numbered.iter().any(Option::is_some) && (own || whole) {
        if !own {
            assumed.push(Assumed::Order);
        }
        return Ok(numbered);
    }
    if whole && named(given, i) {
        assumed.push(Assumed::Order);
        let mut ordered = vec![None; given.len()];
        coded.iter().enumerate().for_each(|(at, n)| ordered[*n] = Some(at));
        return Ok(ordered);
    }
    let first = given.first().map_or("–", |g| g.link_id).chars().take(40).collect();
    Err(FhirError::NoItem { count: given.len(), id: i.id.to_string(), first })
}

/// A total is no answer: some systems write it as an item.
fn is_total(g: &Given<'_>) -> bool {
    let text = g.item.get("text").and_then(Value::as_str).unwrap_or_default();
    let word = format!("{} {text}", g.link_id).to_lowercase();
    let words = ["total", "score", "sum", "합계", "총점", "총합", "총계", "합산"];
    g.answers.iter().all(|a| number(a).is_some()) && words.iter().any(|w| word.contains(w))
}

/// The number that an answer is.
fn number(answer: &Value) -> Option<f64> {
    answer.get("valueInteger").or_else(|| answer.get("valueDecimal")).and_then(Value::as_f64)
}

/// The link ids name the instrument's family, such as `phq-phq2a` for the PHQ-9: only then the order may decide.
fn named(given: &[Given<'_>], i: &Instrument) -> bool {
    let family: String = i.id.as_str().chars().take_while(|c| c.is_ascii_alphabetic()).collect();
    given.iter().all(|g| g.link_id.to_lowercase().contains(&family)) && !family.is_empty()
}

/// What the questionnaires of the file say of an item: its codes and its words.
fn asked<'a>(known: &[&'a Value]) -> HashMap<&'a str, (Vec<&'a str>, &'a str)> {
    let mut out = HashMap::new();
    let mut stack: Vec<&Value> = known.to_vec();
    while let Some(of) = stack.pop() {
        for item in of.get("item").and_then(Value::as_array).into_iter().flatten() {
            let codes = item.get("code").and_then(Value::as_array).into_iter().flatten();
            let codes = codes.filter_map(|c| c.get("code").and_then(Value::as_str)).collect();
            let text = item.get("text").and_then(Value::as_str).unwrap_or_default();
            if let Some(id) = item.get("linkId").and_then(Value::as_str) {
                out.insert(id, (codes, text));
            }
            stack.push(item);
        }
    }
    out
}

fn by_code(g: &Given<'_>, i: &Instrument, asked: &HashMap<&str, (Vec<&str>, &str)>) -> Option<usize> {
    let definition = g.item.get("definition").and_then(Value::as_str).unwrap_or_default();
    let codes = asked.get(g.link_id).map(|(codes, _)| codes.as_slice()).unwrap_or_default();
    let last = |text: &str| text.rsplit(['/', '#', '|', '.']).next().unwrap_or_default().to_owned();
    let said = [last(g.link_id), last(definition), g.link_id.to_owned()];
    i.items.iter().position(|it| {
        it.loinc.as_deref().is_some_and(|loinc| said.iter().any(|s| s == loinc) || codes.contains(&loinc))
    })
}

fn by_words(g: &Given<'_>, i: &Instrument, asked: &HashMap<&str, (Vec<&str>, &str)>) -> Option<usize> {
    let own = g.item.get("text").and_then(Value::as_str).unwrap_or_default();
    let text = if own.is_empty() { asked.get(g.link_id).map_or("", |(_, text)| text) } else { own };
    let wanted = plain(text);
    if wanted.is_empty() {
        return None;
    }
    [Lang::Ko, Lang::En]
        .iter()
        .filter_map(|l| i.wording(*l).ok())
        .find_map(|w| w.questions.iter().find(|q| plain(q.text) == wanted).map(|q| q.position - 1))
}

/// Letters and digits only, lower case: marks and spaces differ between editions.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn weights(known: &[&Value]) -> Weights {
    let mut out = Weights::new();
    let mut stack: Vec<&Value> = known.to_vec();
    while let Some(of) = stack.pop() {
        for item in of.get("item").and_then(Value::as_array).into_iter().flatten() {
            for option in item.get("answerOption").and_then(Value::as_array).into_iter().flatten() {
                let Some(coding) = option.get("valueCoding") else { continue };
                let text = |k: &str| coding.get(k).and_then(Value::as_str).unwrap_or_default().to_owned();
                if let Some(w) = weight(option).or_else(|| weight(coding)).and_then(whole) {
                    out.insert((text("system"), text("code")), w);
                }
            }
            stack.push(item);
        }
    }
    out
}

fn weight(v: &Value) -> Option<f64> {
    let extensions = v.get("extension")?.as_array()?;
    let of = |e: &Value| e.get("url").and_then(Value::as_str).is_some_and(|u| WEIGHTS.contains(&u));
    let found = extensions.iter().find(|e| of(e))?;
    ["valueDecimal", "valueInteger"].iter().find_map(|k| found.get(k)).and_then(Value::as_f64)
}

fn whole(v: f64) -> Option<i32> {
    (v.fract() == 0.0 && v.abs() < 1e6).then_some(v as i32)
}

/// The points of one answer.
fn points(
    answer: &Value,
    i: &Instrument,
    at: usize,
    weights: &Weights,
    link_id: &str,
    assumed: &mut Vec<Assumed>,
) -> Result<i32, FhirError> {
    let set = i.set_of(&i.items[at]);
    let coding = answer.get("valueCoding");
    let text = |k: &str| coding.and_then(|c| c.get(k)).and_then(Value::as_str).unwrap_or_default();
    let (system, code) = (text("system"), text("code"));
    let by_code = if system == LOINC {
        set.loinc.iter().position(|l| l == code).map(|n| set.values[n])
    } else if system.starts_with(OWN_ANSWERS) {
        code.parse().ok()
    } else {
        None
    };
    let by_weight = weight(answer).or_else(|| coding.and_then(weight)).map(whole);
    let by_weight = match by_weight {
        Some(None) => return Err(FhirError::Answer { link_id: link_id.to_owned(), id: i.id.to_string() }),
        other => other.flatten(),
    };
    let by_questionnaire = weights.get(&(system.to_owned(), code.to_owned())).copied();
    let said = [text("display"), answer.get("valueString").and_then(Value::as_str).unwrap_or_default()];
    let by_display = said.iter().find_map(|label| labelled(i, at, label));
    let sure = [by_code, by_weight, by_questionnaire];
    let first = sure.iter().flatten().next().copied();
    let contradicts =
        first.is_some_and(|f| sure.iter().flatten().any(|v| *v != f) || by_display.is_some_and(|d| d != f));
    if contradicts {
        return Err(FhirError::Contradiction { link_id: link_id.to_owned() });
    }
    let number = number(answer).and_then(whole);
    let value = match (first, by_display, number) {
        (Some(v), ..) => v,
        (None, Some(v), _) => {
            note(assumed, Assumed::Display);
            v
        }
        (None, None, Some(v)) => {
            note(assumed, Assumed::Integers);
            v
        }
        (None, None, None) => {
            let link_id = link_id.to_owned();
            let value = answer.as_object().into_iter().flatten().find_map(|(key, _)| key.strip_prefix("value"));
            return Err(match value {
                None | Some("Coding" | "String") => FhirError::NoPoints { link_id },
                Some(kind) => FhirError::Kind { link_id, kind: kind.chars().take(40).collect() },
            });
        }
    };
    if allowed(set, value) {
        Ok(value)
    } else {
        Err(FhirError::Answer { link_id: link_id.to_owned(), id: i.id.to_string() })
    }
}

fn allowed(set: &OptionSet, value: i32) -> bool {
    set.values.contains(&value)
}

fn note(assumed: &mut Vec<Assumed>, what: Assumed) {
    if !assumed.contains(&what) {
        assumed.push(what);
    }
}

/// The points of an answer with these words, in either language.
fn labelled(i: &Instrument, at: usize, label: &str) -> Option<i32> {
    let wanted = plain(label);
    if wanted.is_empty() {
        return None;
    }
    [Lang::Ko, Lang::En].iter().filter_map(|l| i.wording(*l).ok()).find_map(|w| {
        let question = w.questions.iter().find(|q| q.position == at + 1)?;
        question.options.iter().find(|(_, l)| plain(l) == wanted).map(|(v, _)| *v)
    })
}

/// `2026-03-02T08:30:00+09:00`, or a day alone, which is taken at noon of the centre.
fn instant(text: &str) -> Option<Timestamp> {
    let exact = text.parse::<jiff::Timestamp>().ok().map(|t| Timestamp(t.as_millisecond()));
    exact.or_else(|| Calendar::current().noon(text))
}

/// Reads the R4 QuestionnaireResponse of a file, the latest of a Bundle, as answers of an instrument; items that it does not
/// know are left out.
pub fn latest(text: &str, i: &Instrument) -> Result<Answers, FhirError> {
    let found = responses(text, i)?;
    found
        .into_iter()
        .next_back()
        .map(|r| r.answers)
        .ok_or_else(|| FhirError::Other { found: "Bundle".into(), wanted: "QuestionnaireResponse" })
}
