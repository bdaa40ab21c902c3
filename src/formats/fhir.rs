//! FHIR R4 (4.0.1) in and out: Questionnaire, QuestionnaireResponse, Observation, Bundle. Structure is checked by
//! [`structure`]; nothing that the licence gate withholds is written, and a client is named by code only.

pub mod answers;
pub mod packet;
pub mod read;
pub mod structure;

use crate::domain::assessment::administration::{Administration, Sheet};
use crate::domain::assessment::instrument::licence::Withheld;
use crate::domain::assessment::instrument::{Condition, Instrument, Item};
use crate::domain::assessment::score::Points;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::formats::exporter::{Exporter, Scores, json_bytes};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// A FHIR R4 Bundle.
pub struct FhirBundle;

impl Exporter<Scores<'_>> for FhirBundle {
    fn id(&self) -> &'static str {
        "fhir"
    }
    fn extension(&self) -> &'static str {
        "json"
    }
    fn write(&self, scores: &Scores<'_>, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
        let courses = scores.courses.iter();
        let sheets: Vec<(&Instrument, &Administration)> =
            courses.flat_map(|c| c.sheets.iter().map(|a| (c.instrument, *a))).collect();
        json_bytes(&bundle(&sheets, scores.client, lang))
    }
}

/// The LOINC code system.
pub const LOINC: &str = "http://loinc.org";
/// The R4 extension that holds the score of an answer.
pub const ORDINAL: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
/// Code system of answers for which no LOINC code may be used.
const OWN_ANSWERS: &str = "urn:gyeot:answers";

/// The canonical name of an instrument's questionnaire.
pub fn canonical(i: &Instrument) -> String {
    format!("urn:gyeot:instrument:{}|{}", i.id, i.version)
}

/// The link id of an item: its LOINC code as LHC-Forms writes it, else its position.
pub fn link_id(item: &Item, position: usize) -> String {
    item.loinc.as_ref().map_or_else(|| position.to_string(), |c| format!("/{c}"))
}

fn coding(code: &str, display: Option<&str>) -> Value {
    let mut c = json!({"system": LOINC, "code": code});
    if let Some(d) = display {
        c["display"] = json!(d);
    }
    c
}

fn answer_coding(i: &Instrument, item: &Item, value: i32, label: Option<&str>) -> Value {
    let set = i.set_of(item);
    let at = set.values.iter().position(|&v| v == value);
    let mut c = match at.and_then(|n| set.loinc.get(n)) {
        Some(code) => json!({"system": LOINC, "code": code}),
        None => json!({"system": format!("{OWN_ANSWERS}:{}:{}", i.id, set.id), "code": value.to_string()}),
    };
    if let Some(l) = label {
        c["display"] = json!(l);
    }
    c
}

/// The instrument as a Questionnaire in one language, if its words may be shown.
pub fn questionnaire(i: &Instrument, lang: Lang) -> Result<Value, Withheld> {
    let wording = i.wording(lang)?;
    let items: Vec<Value> = wording
        .questions
        .iter()
        .map(|q| {
            let item = &i.items[q.position - 1];
            let options: Vec<Value> = q
                .options
                .iter()
                .map(|(value, label)| {
                    json!({"extension": [{"url": ORDINAL, "valueDecimal": value}],
                           "valueCoding": answer_coding(i, item, *value, Some(label))})
                })
                .collect();
            let mut written = json!({"linkId": link_id(item, q.position), "prefix": q.number, "text": q.text,
                "type": "choice", "required": !q.optional && item.ask_if.is_none(), "answerOption": options});
            if let Some(code) = &item.loinc {
                written["code"] = json!([coding(code, None)]);
            }
            if let Some(when) = item.ask_if.as_ref().map(|c| enable_when(i, c)) {
                written["enableBehavior"] = json!("any");
                written["enableWhen"] = when;
            }
            written
        })
        .collect();
    let mut out = json!({"resourceType": "Questionnaire", "language": lang.code(),
        "url": format!("urn:gyeot:instrument:{}", i.id), "version": i.version, "name": machine_name(i.id.as_str()),
        "title": i.title.pick(lang), "status": "active", "subjectType": ["Patient"],
        "description": i.measures.pick(lang), "item": items});
    let copyright = format!("{} {} ({})", i.licence.owner, i.licence.reason(lang), i.licence.source);
    out["copyright"] = json!(copyright);
    if let Some(panel) = &i.loinc.panel {
        out["code"] = json!([coding(panel, None)]);
    }
    Ok(out)
}

/// R4 knows no counts; every condition shipped asks for one answer out of several items, which `any` says exactly.
fn enable_when(i: &Instrument, c: &Condition) -> Value {
    let mut list = Vec::new();
    for &p in &c.items {
        let item = &i.items[p - 1];
        for &v in i.set_of(item).values.iter().filter(|&&v| v >= c.at_least && c.at_most.is_none_or(|top| v <= top)) {
            list.push(
                json!({"question": link_id(item, p), "operator": "=", "answerCoding": answer_coding(i, item, v, None)}),
            );
        }
    }
    Value::Array(list)
}

/// `phq-9` as R4 wants names: a capital, letters, digits, underscore.
fn machine_name(id: &str) -> String {
    id.split('-').map(|w| w[..1].to_uppercase() + &w[1..]).collect::<Vec<_>>().join("_")
}

fn subject(client: &ClientCode) -> Value {
    json!({"type": "Patient", "identifier": {"system": "urn:gyeot:client", "value": client.as_str()}})
}

/// One filling in as a QuestionnaireResponse; item words are left to the Questionnaire.
pub fn response(i: &Instrument, a: &Administration, client: &ClientCode) -> Value {
    let mut items = Vec::new();
    if let Sheet::Answers(answers) = &a.sheet {
        for (n, answer) in answers.0.iter().enumerate() {
            let (Some(v), Some(item)) = (answer, i.items.get(n)) else { continue };
            items.push(json!({"linkId": link_id(item, n + 1), "answer": [{
                "extension": [{"url": ORDINAL, "valueDecimal": v}],
                "valueCoding": answer_coding(i, item, *v, None)}]}));
        }
    }
    let mut out = json!({"resourceType": "QuestionnaireResponse", "questionnaire": canonical(i),
        "status": if a.score.valid { "completed" } else { "in-progress" },
        "subject": subject(client), "authored": a.given_at.to_rfc3339()});
    if !items.is_empty() {
        out["item"] = Value::Array(items);
    }
    out
}

fn number(p: Points) -> Value {
    let v = p.value();
    if v.fract() == 0.0 { json!(v as i64) } else { json!(v) }
}

/// The score of one filling in as an Observation with the LOINC code of the total where there is one.
pub fn observation(i: &Instrument, a: &Administration, client: &ClientCode, derived_from: &str) -> Value {
    let lang = a.lang;
    let mut code = json!({"text": i.title.pick(lang)});
    if let Some(total) = &i.loinc.total {
        code["coding"] = json!([coding(total, None)]);
    }
    let mut out = json!({"resourceType": "Observation", "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]}],
        "code": code, "subject": subject(client), "effectiveDateTime": a.given_at.to_rfc3339(),
        "derivedFrom": [{"reference": derived_from}]});
    if !a.mode.is_self_report() {
        // Whoever reads it elsewhere must not take it for the client's own answers.
        out["method"] = json!({"text": lang.say("fhir-method-talk")});
    }
    match a.score.score {
        Some(p) => {
            out["valueQuantity"] =
                json!({"value": number(p), "system": "http://unitsofmeasure.org", "code": "{score}"});
        }
        None => {
            out["dataAbsentReason"] = json!({"coding": [{"system":
                "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-performed"}]});
        }
    }
    if let Some(b) = &a.score.band {
        out["interpretation"] = json!([{"text": format!("{} ({})", b.label, b.source)}]);
    }
    out["referenceRange"] = json!([{"low": {"value": a.score.min}, "high": {"value": a.score.max}}]);
    let parts: Vec<Value> = a
        .score
        .subscales
        .values()
        .filter_map(|part| Some(json!({"code": {"text": part.title}, "valueQuantity": {"value": number(part.score?)}})))
        .collect();
    if !parts.is_empty() {
        out["component"] = Value::Array(parts);
    }
    out
}

/// Administrations of one client as a collection: a response and an observation each, and the questionnaires whose
/// words may be shown.
pub fn bundle(sheets: &[(&Instrument, &Administration)], client: &ClientCode, lang: Lang) -> Value {
    let mut entries: Vec<Value> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    for (i, _) in sheets {
        if shown.contains(&i.id.as_str()) {
            continue;
        }
        shown.push(i.id.as_str());
        if let Ok(q) = questionnaire(i, lang) {
            entries.push(json!({"fullUrl": full_url(&["questionnaire", i.id.as_str(), &i.version]), "resource": q}));
        }
    }
    for (n, (i, a)) in sheets.iter().enumerate() {
        let at = a.given_at.0.to_string();
        let place = n.to_string();
        let of_response = full_url(&["response", i.id.as_str(), client.as_str(), &at, &place]);
        let of_score = full_url(&["score", i.id.as_str(), client.as_str(), &at, &place]);
        let score = observation(i, a, client, &of_response);
        entries.push(json!({"fullUrl": of_response, "resource": response(i, a, client)}));
        entries.push(json!({"fullUrl": of_score, "resource": score}));
    }
    let mut out = Map::new();
    out.insert("resourceType".into(), json!("Bundle"));
    out.insert("type".into(), json!("collection"));
    if !entries.is_empty() {
        out.insert("entry".into(), Value::Array(entries));
    }
    Value::Object(out)
}

/// A stable name-based URN in the form of RFC 4122 version 8, from what is named: no clock, no randomness.
pub(super) fn full_url(of: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in of {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut b = [0u8; 16];
    b.copy_from_slice(&digest[..16]);
    b[6] = b[6] & 0x0f | 0x80;
    b[8] = b[8] & 0x3f | 0x80;
    let h = hex::encode(b);
    format!("urn:uuid:{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
}
