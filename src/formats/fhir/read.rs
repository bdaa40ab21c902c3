//! Reading R4 files of others: a Questionnaire as questions with codes and scores, a QuestionnaireResponse as answers
//! of an instrument. A file of another release, or one that departs from the structure, is refused with its place.

use crate::domain::assessment::instrument::{Instrument, Library};
use crate::domain::explain::{Exit, Explain};
use crate::formats::fhir::{ORDINAL, structure};
use crate::texts::{Message, msg};
use serde_json::{Value, json};

/// Why a FHIR file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum FhirError {
    /// Not JSON.
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Another resource.
    Other {
        /// What it is.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Another release of FHIR.
    Release {
        /// Which.
        release: &'static str,
        /// What gave it away.
        sign: String,
    },
    /// It departs from the R4 structure.
    Structure {
        /// Where.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// A response that its system took back.
    Status {
        /// As the file says.
        status: String,
    },
    /// The same question with several answers.
    Two {
        /// The item of the file.
        link_id: String,
    },
    /// Code, weight and words of an answer say different things.
    Contradiction {
        /// The item of the file.
        link_id: String,
    },
    /// An answer in codes of a system that says nothing of points.
    NoPoints {
        /// The item of the file.
        link_id: String,
    },
    /// An answer that is neither points nor words: a yes or no, a day, a file.
    Kind {
        /// The item of the file.
        link_id: String,
        /// The type that FHIR calls it.
        kind: String,
    },
    /// Another instrument, or link ids of another system.
    NoItem {
        /// Answered items.
        count: usize,
        /// The instrument.
        id: String,
        /// Link id of the first.
        first: String,
    },
    /// The response names another instrument of ours.
    OtherQuestionnaire {
        /// As the file says.
        asks: String,
        /// The instrument.
        id: String,
    },
    /// Answers that do not fit the instrument.
    Answer {
        /// The item of the file.
        link_id: String,
        /// The instrument.
        id: String,
    },
}

impl Explain for FhirError {
    fn message(&self) -> Message {
        match self {
            FhirError::NotJson { line, column } => msg("fhir-not-json").with("line", line).with("column", column),
            FhirError::Other { found, wanted } => msg("fhir-other").with("found", found).with("wanted", wanted),
            FhirError::Release { release, sign } => msg("fhir-release").with("release", release).with("sign", sign),
            FhirError::Structure { path, what } => msg("fhir-structure").with("path", path).with("what", what),
            FhirError::Status { status } => msg("fhir-status").with("status", status),
            FhirError::Two { link_id } => msg("fhir-two").with("link_id", link_id),
            FhirError::Contradiction { link_id } => msg("fhir-contradiction").with("link_id", link_id),
            FhirError::NoPoints { link_id } => msg("fhir-no-points").with("link_id", link_id),
            FhirError::Kind { link_id, kind } if kind == "Boolean" => msg("fhir-yes-no").with("link_id", link_id),
            FhirError::Kind { link_id, kind } => msg("fhir-kind").with("link_id", link_id).with("kind", kind),
            FhirError::NoItem { count: 0, .. } => msg("fhir-nothing-answered"),
            FhirError::NoItem { count, id, first } => {
                msg("fhir-no-item").with("count", count).with("id", id).with("first", first)
            }
            FhirError::OtherQuestionnaire { asks, id } => {
                msg("fhir-other-questionnaire").with("asks", asks).with("id", id)
            }
            FhirError::Answer { link_id, id } => msg("fhir-answer").with("link_id", link_id).with("id", id),
        }
    }
    fn hint(&self) -> Message {
        match self {
            FhirError::NotJson { .. } => msg("fhir-not-json.hint"),
            FhirError::Other { wanted, .. } => msg("fhir-other.hint").shown("wanted", wanted),
            FhirError::Release { .. } => msg("fhir-release.hint"),
            FhirError::Structure { .. } => msg("fhir-structure.hint"),
            FhirError::Status { .. } => msg("fhir-status.hint"),
            FhirError::Two { .. } | FhirError::Contradiction { .. } => msg("fhir-two.hint"),
            FhirError::NoPoints { .. } => msg("fhir-no-points.hint"),
            FhirError::Kind { .. } => msg("fhir-kind.hint"),
            FhirError::NoItem { count: 0, .. } => msg("fhir-nothing-answered.hint"),
            FhirError::NoItem { .. } | FhirError::OtherQuestionnaire { .. } => msg("fhir-no-item.hint"),
            FhirError::Answer { .. } => msg("fhir-answer.hint"),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            FhirError::Other { .. } => Exit::Usage,
            _ => Exit::Damaged,
        }
    }
}

/// One answer a question may take.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadOption {
    /// Code system and code.
    pub code: Option<(String, String)>,
    /// Label.
    pub display: String,
    /// Its score, where the file gives one.
    pub score: Option<f64>,
}

/// One question of a questionnaire, groups flattened in order.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadItem {
    /// Link id, unique.
    pub link_id: String,
    /// LOINC code.
    pub loinc: Option<String>,
    /// Words.
    pub text: String,
    /// R4 item type.
    pub kind: String,
    /// Must be answered.
    pub required: bool,
    /// Answers, in order.
    pub options: Vec<ReadOption>,
}

/// A questionnaire as read. The file itself is kept, so that writing it out again loses nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadQuestionnaire {
    /// Title or name.
    pub title: String,
    /// LOINC code of the panel.
    pub panel: Option<String>,
    /// Questions.
    pub items: Vec<ReadItem>,
    file: Value,
}

impl ReadQuestionnaire {
    /// The file as it came.
    pub fn file(&self) -> &Value {
        &self.file
    }

    /// The instrument of the same panel whose scored questions all occur here with the same codes.
    pub fn instrument<'a>(&self, library: &'a Library) -> Option<&'a Instrument> {
        let panel = self.panel.as_ref()?;
        library.iter().filter(|i| i.loinc.panel.as_ref() == Some(panel)).find(|i| {
            let has = |code: &String| self.items.iter().any(|r| r.loinc.as_ref() == Some(code));
            i.items.iter().filter(|it| it.scored).all(|it| it.loinc.as_ref().is_some_and(has))
        })
    }

    /// A Questionnaire written from what was read, for a system that wants nothing but questions, codes and scores.
    pub fn write(&self) -> Value {
        let items: Vec<Value> = self.items.iter().map(write_item).collect();
        let mut out = json!({"resourceType": "Questionnaire", "status": "draft", "title": self.title, "item": items});
        if let Some(panel) = &self.panel {
            out["code"] = json!([{"system": crate::formats::fhir::LOINC, "code": panel}]);
        }
        out
    }
}

fn write_item(i: &ReadItem) -> Value {
    let mut out = json!({"linkId": i.link_id, "text": i.text, "type": i.kind, "required": i.required});
    if let Some(code) = &i.loinc {
        out["code"] = json!([{"system": crate::formats::fhir::LOINC, "code": code}]);
    }
    let options: Vec<Value> = i
        .options
        .iter()
        .map(|o| {
            let mut coding = json!({"display": o.display});
            if let Some((system, code)) = &o.code {
                coding["system"] = json!(system);
                coding["code"] = json!(code);
            }
            let mut option = json!({"valueCoding": coding});
            if let Some(score) = o.score {
                option["extension"] = json!([{"url": ORDINAL, "valueDecimal": score}]);
            }
            option
        })
        .collect();
    if !options.is_empty() {
        out["answerOption"] = Value::Array(options);
    }
    out
}

/// The file as JSON.
pub(super) fn parse(text: &str) -> Result<Value, FhirError> {
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|e| FhirError::NotJson { line: e.line(), column: e.column() })
}

/// Refuses a resource of another release.
pub(super) fn check_release(resource: &Value) -> Result<(), FhirError> {
    another_release(resource)
}

/// Refuses a resource that departs from the R4 structure.
pub(super) fn check_structure(resource: &Value) -> Result<(), FhirError> {
    match structure::check(resource).into_iter().next() {
        Some(p) => Err(FhirError::Structure { path: p.path, what: p.what }),
        None => Ok(()),
    }
}

fn load(text: &str, wanted: &'static str) -> Result<Value, FhirError> {
    let value = parse(text)?;
    let found = value.get("resourceType").and_then(Value::as_str).unwrap_or("file without resourceType");
    if found != wanted {
        return Err(FhirError::Other { found: found.chars().take(40).collect(), wanted });
    }
    another_release(&value)?;
    match structure::check(&value).into_iter().next() {
        Some(p) => Err(FhirError::Structure { path: p.path, what: p.what }),
        None => Ok(value),
    }
}

/// A resource does not state its release, but each release has elements and codes of its own.
fn another_release(value: &Value) -> Result<(), FhirError> {
    let told = |release: &'static str, sign: &str| Err(FhirError::Release { release, sign: sign.to_owned() });
    for profile in
        value.pointer("/meta/profile").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    {
        for (mark, release) in [("/5.0", "R5"), ("/3.0", "STU3"), ("/1.0", "DSTU2")] {
            if profile.contains(mark) {
                return told(release, "its profile");
            }
        }
    }
    for (element, release) in [("group", "DSTU2"), ("versionAlgorithmString", "R5"), ("copyrightLabel", "R5")] {
        if value.get(element).is_some() {
            return told(release, element);
        }
    }
    let mut stack: Vec<&Value> = value.get("item").and_then(Value::as_array).into_iter().flatten().collect();
    while let Some(item) = stack.pop() {
        for (element, release) in
            [("option", "STU3"), ("options", "STU3"), ("answerConstraint", "R5"), ("disabledDisplay", "R5")]
        {
            if item.get(element).is_some() {
                return told(release, &format!("item.{element}"));
            }
        }
        match item.get("type").and_then(Value::as_str) {
            Some("coding") => return told("R5", "item.type coding"),
            Some("question") => return told("R5", "item.type question"),
            _ => {}
        }
        let asks = item.get("enableWhen").and_then(Value::as_array).into_iter().flatten();
        if asks.clone().any(|w| w.get("hasAnswer").is_some()) {
            return told("STU3", "enableWhen.hasAnswer");
        }
        stack.extend(item.get("item").and_then(Value::as_array).into_iter().flatten());
    }
    Ok(())
}

/// Reads an R4 Questionnaire.
pub fn questionnaire(text: &str) -> Result<ReadQuestionnaire, FhirError> {
    let file = load(text, "Questionnaire")?;
    let mut items = Vec::new();
    flatten(&file, &mut items);
    let title =
        ["title", "name"].iter().find_map(|k| file.get(k).and_then(Value::as_str)).unwrap_or_default().to_owned();
    Ok(ReadQuestionnaire { title, panel: loinc_of(&file), items, file })
}

fn loinc_of(v: &Value) -> Option<String> {
    let codes = v.get("code")?.as_array()?;
    // LHC-Forms leaves the system of the panel out and says it in the identifier only.
    let ours = codes
        .iter()
        .find(|c| c.get("system").and_then(Value::as_str).is_none_or(|s| s == crate::formats::fhir::LOINC))?;
    ours.get("code").and_then(Value::as_str).map(str::to_owned)
}

fn flatten(of: &Value, into: &mut Vec<ReadItem>) {
    for item in of.get("item").and_then(Value::as_array).into_iter().flatten() {
        let text = |k: &str| item.get(k).and_then(Value::as_str).unwrap_or_default().to_owned();
        let options = item.get("answerOption").and_then(Value::as_array).into_iter().flatten().map(option).collect();
        into.push(ReadItem {
            link_id: text("linkId"),
            loinc: loinc_of(item),
            text: text("text"),
            kind: text("type"),
            required: item.get("required").and_then(Value::as_bool).unwrap_or(false),
            options,
        });
        flatten(item, into);
    }
}

fn ordinal(v: &Value) -> Option<f64> {
    let extensions = v.get("extension")?.as_array()?;
    extensions.iter().find(|e| e.get("url").and_then(Value::as_str) == Some(ORDINAL))?.get("valueDecimal")?.as_f64()
}

fn option(o: &Value) -> ReadOption {
    let text = |k: &str| o.pointer(&format!("/valueCoding/{k}")).and_then(Value::as_str).map(str::to_owned);
    let other = ["valueString", "valueDate", "valueTime"].iter().find_map(|k| o.get(k).and_then(Value::as_str));
    let whole = o.get("valueInteger").map(ToString::to_string);
    ReadOption {
        code: text("code").map(|c| (text("system").unwrap_or_default(), c)),
        display: text("display").or(other.map(str::to_owned)).or(whole).unwrap_or_default(),
        score: ordinal(o).or_else(|| o.get("valueCoding").and_then(ordinal)),
    }
}
