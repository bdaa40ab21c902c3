//! `gyeot assess` as scripts see it: exact codes, two lines of error, complete JSON.
#![allow(clippy::unwrap_used, missing_docs)]

use crate::stage::program;
use serde_json::Value;
use std::process::Output;

fn gyeot(args: &[&str]) -> Output {
    let empty = tempfile::tempdir().unwrap();
    run(args, empty.path())
}

fn run(args: &[&str], own: &std::path::Path) -> Output {
    said_in("ko", args, own)
}

fn said_in(lang: &str, args: &[&str], own: &std::path::Path) -> Output {
    let mut c = program();
    c.arg("assess").args(args).env("GYEOT_ASSESSMENTS", own).env("GYEOT_LANG", lang).output().unwrap()
}

fn ends(args: &[&str], code: i32, says: &str) {
    let out = said_in("en", args, tempfile::tempdir().unwrap().path());
    let err = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(code), "{args:?}: {err}");
    let lines: Vec<&str> = err.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("error: ") && lines[1].starts_with("hint: "), "{args:?}: {err}");
    assert!(lines[0].contains(says), "{args:?}: {err}");
}

fn json(args: &[&str]) -> Value {
    let out = gyeot(args);
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn a_score_has_every_field_of_the_contract() {
    let s = json(&["score", "phq-9", "--answers", "2,2,1,2,1,1,2,0,1", "--from", "18", "--json", "--lang", "en"]);
    for field in [
        "schema",
        "instrument",
        "version",
        "valid",
        "score",
        "min",
        "max",
        "subscales",
        "band",
        "norms",
        "critical",
        "change",
        "missing",
        "prorated",
    ] {
        assert!(s.get(field).is_some(), "{field}");
    }
    assert_eq!(s["schema"], "gyeot.score/1");
    assert_eq!((&s["score"], &s["min"], &s["max"]), (&12.into(), &0.into(), &27.into()));
    assert_eq!(s["band"]["id"], "moderate");
    assert_eq!(s["norms"][0]["cut"].to_string(), "5");
    assert_eq!(s["critical"][0]["opens"], "cssrs-screener");
    assert_eq!((s["change"]["delta"].to_string(), s["change"]["rci"].to_string()), ("-6".into(), "6".into()));
    assert_eq!((&s["change"]["class"], &s["change"]["rci_kind"]), (&"improved".into(), &"alpha".into()));
}

#[test]
fn bad_input_ends_with_its_code_and_two_lines() {
    ends(&["score", "phq-9", "--answers", "1,2,3"], 2, "9 to 10 answers, 3 were given");
    ends(&["score", "gad-7", "--answers", "1,1,1,1,1,1,1,1"], 2, "7 answers, 8 were given");
    ends(&["score", "gad-7", "--answers", "1,1,1,4,1,1,1"], 2, "answer 4 of gad-7 must be one of 0, 1, 2, 3");
    ends(&["score", "gad-7", "--answers", "1,1,1,-1,1,1,1"], 2, "answer 4");
    ends(&["score", "gad-7", "--answers", "1,1,x,1,1,1,1"], 2, "answer 3 is not a whole number");
    ends(&["score", "gad-7", "--answers", "99999999999,1,1,1,1,1,1"], 2, "answer 1 is not a whole number");
    ends(&["score", "audit", "--answers", "0,0,0,0,0,0,0,0,1,0"], 2, "answer 9 of audit must be one of 0, 2, 4");
    ends(
        &["score", "phq-15", "--sex", "male", "--answers", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"],
        2,
        "not asked of this sex",
    );
    ends(&["score", "mmpi", "--answers", "1"], 2, "no instrument `mmpi`");
    ends(&["score", "epds", "--total", "31"], 2, "between 0 and 30");
    ends(&["score", "phq-9", "--total", "12"], 2, "not from a total");
    ends(&["score", "epds", "--answers", "1,1"], 13, "takes a total only");
    ends(&["export", "epds"], 13, "may not be shown");
    ends(&["export", "audit", "--lang", "ko"], 13, "확인된 한국어 문항");
    ends(&["score", "phq-9", "--answers", "1,1,1,1,,1,1,1,1"], 1, "answer 5 is blank");
    ends(&["import-fhir", "/no/such/file"], 2, "could not be read");
}

#[test]
fn an_incomplete_sheet_is_still_one_json_object_with_its_critical_items() {
    let s = json(&["score", "phq-9", "--answers", "1,1,1,1,-,1,1,1,2", "--json"]);
    assert_eq!((&s["valid"], &s["score"], &s["missing"][0]), (&false.into(), &Value::Null, &5.into()));
    assert_eq!((&s["critical"][0]["item"], &s["critical"][0]["answer"]), (&9.into(), &2.into()));
}

#[test]
fn a_centre_text_is_imported_listed_and_used() {
    let own = tempfile::tempdir().unwrap();
    let file = own.path().join("source.txt");
    let mut text = "id = \"isi\"\nlang = \"en\"\nlicence = \"letter of 2026-01-02\"\n[[options]]\nid = \"o\"\nvalues = [0, 1, 2, 3, 4]\nlabels = [\"a\", \"b\", \"c\", \"d\", \"e\"]\n".to_owned();
    text.push_str(&"[[item]]\noptions = \"o\"\ntext = \"q\"\n".repeat(7));
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    assert_eq!(run(&["import-text", "epds", path], own.path()).status.code(), Some(2));
    assert_eq!(run(&["score", "isi", "--answers", "4,4,4,4,4,4,4"], own.path()).status.code(), Some(13));
    assert_eq!(run(&["import-text", "isi", path], own.path()).status.code(), Some(0));
    let out = run(&["score", "isi", "--answers", "4,4,4,4,4,4,4", "--json"], own.path());
    assert_eq!(serde_json::from_slice::<Value>(&out.stdout).unwrap()["score"], 28);
    let shown = run(&["show", "isi", "--lang", "en"], own.path());
    assert!(String::from_utf8(shown.stdout).unwrap().contains("letter of 2026-01-02"));
    std::fs::write(own.path().join("isi.en.toml"), "id = ").unwrap();
    assert_eq!(run(&["list"], own.path()).status.code(), Some(12));
}

#[test]
fn every_instrument_is_listed_with_verdict_and_source_and_can_be_shown_in_both_languages() {
    let all = json(&["list", "--json"]);
    let list = all["instruments"].as_array().unwrap();
    assert_eq!(list.len(), 31);
    for i in list {
        assert!(!i["licence_source"].as_str().unwrap().is_empty());
        for lang in ["ko", "en"] {
            let shown = json(&["show", i["id"].as_str().unwrap(), "--json", "--lang", lang]);
            assert_eq!(shown["schema"], "gyeot.instrument/1");
            assert!(shown["wording"].is_null() != shown["withheld"].is_null());
        }
    }
}

#[test]
fn the_nhanes_shares_are_those_published() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/nhanes-phq9-2013-2016.csv");
    let s = json(&["check-nhanes", file, "--json"]);
    assert_eq!(s["all"]["percent"].to_string(), "8.06");
    assert_eq!(s["men"]["percent"].to_string(), "5.55");
    assert_eq!(s["women"]["percent"].to_string(), "10.43");
}

#[test]
fn a_questionnaire_of_another_system_is_recognised() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/lforms_phq9_R4.json");
    assert_eq!(json(&["import-fhir", file, "--json"])["instrument"], "phq-9");
}
