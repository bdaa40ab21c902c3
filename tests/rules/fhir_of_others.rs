//! Answers of other systems in FHIR: right, or refused with the reason; never a guess that changes a score.

use gyeot::adapters::instruments;
use gyeot::domain::assessment::score::Context;
use gyeot::formats::fhir::answers::{Assumed, ReadResponse, responses};
use gyeot::formats::fhir::read::FhirError;
use serde_json::{Value, json};

const ORDINAL: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
const PHQ9: [&str; 9] =
    ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"];

fn read(file: &Value, id: &str) -> Result<Vec<ReadResponse>, FhirError> {
    let library = instruments::shipped().unwrap();
    responses(&file.to_string(), library.get(&id.into()).unwrap())
}

fn total(file: &Value, id: &str) -> Option<f64> {
    let library = instruments::shipped().unwrap();
    let instrument = library.get(&id.into()).unwrap();
    let answers = read(file, id).unwrap().pop().unwrap().answers;
    instrument.score(&answers, &Context::default()).unwrap().score.map(|p| p.value())
}

fn sheet(status: &str, item: impl Fn(usize, &str) -> Value) -> Value {
    let items: Vec<Value> = PHQ9.iter().enumerate().map(|(n, loinc)| item(n, loinc)).collect();
    json!({"resourceType": "QuestionnaireResponse", "status": status, "authored": "2026-03-02T08:30:00+09:00", "item": items})
}

/// Answers in the codes of a clinic, which run from 1.
fn own_codes(value: i64, weighted: bool, display: &str) -> Value {
    sheet("completed", |_, loinc| {
        let mut coding = json!({"system": "urn:example:often", "code": (value + 1).to_string(), "display": display});
        if weighted {
            coding["extension"] = json!([{"url": ORDINAL, "valueDecimal": value}]);
        }
        json!({"linkId": format!("/{loinc}"), "answer": [{"valueCoding": coding}]})
    })
}

#[test]
fn a_code_that_looks_like_a_number_is_none() {
    assert_eq!(total(&own_codes(2, true, "More than half the days"), "phq-9"), Some(18.0));
    assert_eq!(total(&own_codes(0, true, "Not at all"), "phq-9"), Some(0.0));
    assert_eq!(total(&own_codes(3, true, "Nearly every day"), "phq-9"), Some(27.0));
    // Without a weight the words decide, which is said; without known words nothing does.
    let by_words = read(&own_codes(2, false, "More than half the days"), "phq-9").unwrap();
    assert_eq!(by_words[0].assumed, [Assumed::Display]);
    assert_eq!(total(&own_codes(2, false, "More than half the days"), "phq-9"), Some(18.0));
    assert!(matches!(read(&own_codes(2, false, "often"), "phq-9"), Err(FhirError::NoPoints { .. })));
}

#[test]
fn what_contradicts_itself_or_was_taken_back_is_refused() {
    let contradicts = own_codes(2, true, "Not at all");
    assert!(matches!(read(&contradicts, "phq-9"), Err(FhirError::Contradiction { .. })));
    for status in ["entered-in-error", "stopped"] {
        let file = sheet(status, |_, l| json!({"linkId": format!("/{l}"), "answer": [{"valueInteger": 1}]}));
        assert!(matches!(read(&file, "phq-9"), Err(FhirError::Status { .. })));
    }
    let two = sheet(
        "completed",
        |_, l| json!({"linkId": format!("/{l}"), "answer": [{"valueInteger": 1}, {"valueInteger": 2}]}),
    );
    assert!(matches!(read(&two, "phq-9"), Err(FhirError::Two { .. })));
    let twice = sheet("completed", |n, l| {
        let link = if n == 1 { PHQ9[0] } else { l };
        json!({"linkId": format!("/{link}"), "answer": [{"valueInteger": 1}]})
    });
    assert!(matches!(read(&twice, "phq-9"), Err(FhirError::Two { .. })));
}

#[test]
fn items_are_known_by_code_definition_questionnaire_or_order_and_the_last_is_said() {
    let codes = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"];
    let loinc = |n: usize| json!([{"valueCoding": {"system": "http://loinc.org", "code": codes.get(n % 4)}}]);
    let bare = sheet("completed", |n, l| json!({"linkId": l, "answer": loinc(n)}));
    let defined = sheet(
        "completed",
        |n, l| json!({"linkId": (n + 1).to_string(), "definition": format!("http://loinc.org/fhir/DataElement/{l}"), "answer": loinc(n)}),
    );
    let ordered = sheet("completed", |n, _| json!({"linkId": format!("phq-phq2{n}"), "answer": loinc(n)}));
    for file in [&bare, &defined, &ordered] {
        assert_eq!(total(file, "phq-9"), Some(12.0));
    }
    assert!(read(&bare, "phq-9").unwrap()[0].assumed.is_empty());
    assert_eq!(read(&ordered, "phq-9").unwrap()[0].assumed, [Assumed::Order]);
    let fault = read(&bare, "gad-7").unwrap_err();
    assert!(matches!(fault, FhirError::NoItem { count: 9, .. }), "{fault}");
    assert!(fault.to_string().contains("44250-9"));
    let mut silent = bare.clone();
    silent.as_object_mut().unwrap().remove("item");
    let fault = read(&silent, "phq-9").unwrap_err();
    assert!(matches!(fault, FhirError::NoItem { count: 0, .. }), "{fault}");
    assert!(!fault.to_string().contains('`'), "there is no first item to name: {fault}");
    let questions: Vec<Value> = PHQ9.iter().enumerate().map(|(n, l)| json!({"linkId": format!("q{n}"), "type": "choice",
        "text": "x", "code": [{"system": "http://loinc.org", "code": l}],
        "answerOption": [{"valueCoding": {"system": "urn:c", "code": "b", "extension": [{"url": ORDINAL, "valueDecimal": 1}]}}]})).collect();
    let answers = sheet(
        "completed",
        |n, _| json!({"linkId": format!("q{n}"), "answer": [{"valueCoding": {"system": "urn:c", "code": "b"}}]}),
    );
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Questionnaire", "status": "active", "item": questions}}, {"resource": answers}]});
    assert_eq!(total(&bundle, "phq-9"), Some(9.0));
}

#[test]
fn the_total_of_the_sender_is_read_beside_the_answers_and_is_no_answer() {
    let with = |total: Value| {
        let mut file = sheet("completed", |_, l| json!({"linkId": format!("/{l}"), "answer": [{"valueInteger": 1}]}));
        file["item"].as_array_mut().unwrap().push(total);
        file
    };
    let number = |n: f64| json!([{"valueDecimal": n}]);
    for (link, text) in
        [("phq9-total", "All"), ("x", "PHQ-9 Total score"), ("x", "총점"), ("x", "총합"), ("sum", "All")]
    {
        let file = with(json!({"linkId": link, "text": text, "answer": number(12.0)}));
        assert_eq!(read(&file, "phq-9").unwrap()[0].total, Some(12.0), "{link} {text}");
        assert_eq!(total(&file, "phq-9"), Some(9.0), "{link} {text}");
    }
    let other = with(json!({"linkId": "height", "text": "Height", "answer": number(170.0)}));
    assert_eq!(read(&other, "phq-9").unwrap()[0].total, None);
}

#[test]
fn an_answer_that_is_neither_points_nor_words_is_named_by_its_kind() {
    for (key, value, kind) in [
        ("valueBoolean", json!(true), "Boolean"),
        ("valueDate", json!("2026-03-02"), "Date"),
        ("valueReference", json!({"reference": "Patient/1"}), "Reference"),
    ] {
        let file = sheet("completed", |_, l| json!({"linkId": format!("/{l}"), "answer": [{key: value}]}));
        let fault = read(&file, "phq-9").unwrap_err();
        assert!(matches!(&fault, FhirError::Kind { kind: found, .. } if found == kind), "{fault}");
        assert!(!fault.to_string().contains("code of another system"), "{fault}");
    }
}
