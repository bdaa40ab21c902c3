//! FHIR R4 in and out, and CSV: what goes out keeps to the published structure, what comes in is refused with its place.
#![allow(clippy::unwrap_used, missing_docs)]

use gyeot::adapters::instruments;
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::instrument::licence::Withheld;
use gyeot::domain::assessment::instrument::{Instrument, Library};
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::ids::MemberId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::time::Timestamp;
use gyeot::formats::fhir::{self, read, structure};
use gyeot::formats::score_csv;
use serde_json::{Value, json};

const LFORMS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/lforms_phq9_R4.json"));

fn library() -> Library {
    instruments::shipped().unwrap()
}

fn get<'a>(library: &'a Library, id: &str) -> &'a Instrument {
    library.get(&id.into()).unwrap()
}

fn administered(i: &Instrument, sheet: Sheet) -> Administration {
    let occasion =
        Occasion { given_at: Timestamp(1_763_715_600_000), by: MemberId([1; 16]), mode: Mode::Paper, session: None };
    Administration::new(i, sheet, &Context::default(), occasion).unwrap()
}

fn lowest(i: &Instrument) -> Sheet {
    if i.totals_only() {
        return Sheet::Total(i.scoring.min);
    }
    let value = |n: usize| i.options.iter().find(|o| o.id == i.items[n].options).map(|o| o.values[0]);
    Sheet::Answers(Answers((0..i.items.len()).map(value).collect()))
}

fn sound(v: &Value) {
    let found = structure::check(v);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_questionnaire_that_may_be_shown_keeps_to_the_r4_structure() {
    let library = library();
    let mut written = 0;
    for i in library.iter() {
        for lang in i.languages() {
            sound(&fhir::questionnaire(i, lang).unwrap());
            written += 1;
        }
    }
    assert!(written >= 20);
}

#[test]
fn a_questionnaire_whose_words_may_not_be_shown_is_refused_with_code_13() {
    let library = library();
    let refused = fhir::questionnaire(get(&library, "epds"), Lang::En).unwrap_err();
    assert!(matches!(refused, Withheld::Licence { .. }));
    assert_eq!(refused.exit(), Exit::Refused);
}

#[test]
fn a_bundle_of_every_instrument_keeps_to_the_r4_structure_and_names_the_client_by_code_only() {
    let library = library();
    let kept: Vec<(&Instrument, Administration)> = library.iter().map(|i| (i, administered(i, lowest(i)))).collect();
    let sheets: Vec<(&Instrument, &Administration)> = kept.iter().map(|(i, a)| (*i, a)).collect();
    let bundle = fhir::bundle(&sheets, &"C-0417".into(), Lang::En);
    sound(&bundle);
    let of = |kind: &str| {
        let entries = bundle["entry"].as_array().unwrap();
        entries.iter().filter(|e| e["resource"]["resourceType"] == kind).count()
    };
    assert_eq!((of("QuestionnaireResponse"), of("Observation")), (31, 31));
    assert!(!bundle.to_string().contains("\"name\":[{\"family\""));
}

#[test]
fn a_score_goes_out_with_the_loinc_code_of_its_total() {
    let library = library();
    let i = get(&library, "phq-9");
    let a = administered(i, Sheet::Answers(Answers::read("2,2,1,2,1,1,2,0,1").unwrap()));
    let o = fhir::observation(i, &a, &"C-0417".into(), "urn:uuid:x");
    assert_eq!((&o["code"]["coding"][0]["code"], &o["valueQuantity"]["value"]), (&json!("44261-6"), &json!(12)));
    let blank = administered(i, Sheet::Answers(Answers::read("-,2,1,2,1,1,2,0,1").unwrap()));
    let o = fhir::observation(i, &blank, &"C-0417".into(), "urn:uuid:x");
    assert!(o.get("valueQuantity").is_none() && o.get("dataAbsentReason").is_some());
    sound(&o);
}

#[test]
fn answers_come_back_as_they_went_out_for_every_instrument() {
    let library = library();
    for i in library.iter().filter(|i| !i.totals_only()) {
        let a = administered(i, lowest(i));
        let file = fhir::response(i, &a, &"C-0417".into());
        sound(&file);
        let back = fhir::answers::latest(&file.to_string(), i).unwrap();
        assert_eq!(Some(&back), a.answers(), "{}", i.id);
    }
}

#[test]
fn the_lhc_forms_phq_9_is_read_recognised_and_written_again_without_loss() {
    let library = library();
    let first = read::questionnaire(LFORMS).unwrap();
    assert_eq!(first.panel.as_deref(), Some("44249-1"));
    assert_eq!(first.instrument(&library).unwrap().id.as_str(), "phq-9");
    assert_eq!(first.items.len(), 11);
    let scores: Vec<Option<f64>> = first.items[0].options.iter().map(|o| o.score).collect();
    assert_eq!(scores, [Some(0.0), Some(1.0), Some(2.0), Some(3.0)]);
    assert_eq!(first.file(), &serde_json::from_str::<Value>(LFORMS).unwrap());
    let written = first.write();
    sound(&written);
    let second = read::questionnaire(&written.to_string()).unwrap();
    assert_eq!((&first.title, &first.panel, &first.items), (&second.title, &second.panel, &second.items));
}

#[test]
fn our_phq_9_has_the_link_ids_codes_and_scores_of_the_lhc_forms_one() {
    let library = library();
    let theirs = read::questionnaire(LFORMS).unwrap();
    let ours = fhir::questionnaire(get(&library, "phq-9"), Lang::En).unwrap();
    let ours = read::questionnaire(&ours.to_string()).unwrap();
    for item in &ours.items {
        let same = theirs.items.iter().find(|t| t.link_id == item.link_id).unwrap();
        assert_eq!(item.loinc, same.loinc);
        let codes = |i: &read::ReadItem| i.options.iter().map(|o| o.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(item), codes(same), "{}", item.link_id);
    }
}

fn small() -> Value {
    json!({"resourceType": "Questionnaire", "status": "draft", "item": [
        {"linkId": "1", "type": "choice", "text": "a", "answerOption": [{"valueCoding": {"code": "x"}}]},
        {"linkId": "2", "type": "string", "text": "b"}]})
}

fn refused(v: &Value) -> read::FhirError {
    read::questionnaire(&v.to_string()).unwrap_err()
}

#[test]
fn a_small_sound_questionnaire_is_read() {
    assert_eq!(read::questionnaire(&small().to_string()).unwrap().items.len(), 2);
}

#[test]
fn duplicate_link_ids_are_refused_with_their_place_and_code_12() {
    let mut q = small();
    q["item"][1]["linkId"] = json!("1");
    let e = refused(&q);
    assert!(e.to_string().contains("que-2") && e.to_string().contains("item["), "{e}");
    assert_eq!(e.exit(), Exit::Damaged);
}

#[test]
fn files_of_other_releases_are_refused_by_what_gives_them_away() {
    let mut stu3 = small();
    stu3["item"][0]["option"] = json!([{"valueCoding": {"code": "x"}}]);
    let mut r5 = small();
    r5["item"][0]["type"] = json!("coding");
    let mut profile = small();
    profile["meta"] = json!({"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Questionnaire"]});
    let mut dstu2 = small();
    dstu2["group"] = json!({});
    for (q, release) in [(stu3, "STU3"), (r5, "R5"), (profile, "R5"), (dstu2, "DSTU2")] {
        let e = refused(&q);
        assert!(matches!(&e, read::FhirError::Release { release: r, .. } if *r == release), "{e}");
        assert!(e.hint().to_string().contains("R4"));
    }
}

#[test]
fn departures_from_the_structure_are_refused_with_their_place() {
    let spoilt: [(&str, Value, &str); 9] = [
        ("/status", json!("ready"), "Questionnaire.status"),
        ("/item/0/type", json!("chooice"), "item[0].type"),
        ("/item/0/linkId", json!(7), "item[0].linkId"),
        ("/item/1/answerOption", json!([]), "item[1].answerOption"),
        ("/item/0/answerOption/0", json!({}), "answerOption[0]"),
        ("/item/0/required", json!("yes"), "item[0].required"),
        ("/item/0/colour", json!("red"), "item[0].colour"),
        ("/item/0/enableWhen", json!([{"question": "9", "operator": "=", "answerString": "x"}]), "enableWhen[0]"),
        ("/date", json!("yesterday"), "Questionnaire.date"),
    ];
    for (pointer, value, place) in spoilt {
        let mut q = small();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = q.pointer_mut(parent).unwrap();
        match key.parse::<usize>() {
            Ok(n) => parent[n] = value,
            Err(_) => parent[key] = value,
        }
        let e = refused(&q);
        assert!(e.to_string().contains(place), "{pointer}: {e}");
    }
}

#[test]
fn what_is_not_json_or_another_resource_is_refused() {
    assert!(matches!(read::questionnaire("{\n\"a\": }"), Err(read::FhirError::NotJson { line: 2, .. })));
    assert!(matches!(read::questionnaire("<Questionnaire/>"), Err(read::FhirError::NotJson { .. })));
    let e = read::questionnaire("{\"resourceType\":\"Patient\"}").unwrap_err();
    assert_eq!(e.exit(), Exit::Usage);
}

#[test]
fn an_answer_that_the_instrument_does_not_know_is_refused() {
    let library = library();
    let file = json!({"resourceType": "QuestionnaireResponse", "status": "completed",
        "item": [{"linkId": "/44250-9", "answer": [{"valueCoding": {"code": "LA9999-9"}}]}]});
    let e = fhir::answers::latest(&file.to_string(), get(&library, "phq-9")).unwrap_err();
    assert!(matches!(e, read::FhirError::NoPoints { .. }), "{e}");
}

#[test]
fn csv_has_a_line_a_sheet_and_no_cell_that_a_spreadsheet_would_run() {
    let library = library();
    let a = administered(get(&library, "phq-9"), Sheet::Answers(Answers::read("-,2,1,2,1,1,2,0,1").unwrap()));
    let b = administered(get(&library, "dass-21"), lowest(get(&library, "dass-21")));
    let text = score_csv::write(&"=HYPERLINK(1)".into(), &[&a, &b]);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[0], lines[3]), (4, score_csv::COLUMNS, ""));
    assert!(lines[1].starts_with("'=HYPERLINK(1),2025-11-21T09:00:00Z,phq-9,1,false,,0,27,"), "{}", lines[1]);
    assert!(lines[1].ends_with("\"'-,2,1,2,1,1,2,0,1\",false,1,paper"), "{}", lines[1]);
    assert!(lines[2].contains("anxiety=0;depression=0;stress=0"));
}
