//! Files that contradict themselves are refused with file, line and reason; a centre's own text comes in by one door.
#![allow(clippy::unwrap_used, missing_docs)]

use gyeot::adapters::instruments;
use gyeot::domain::assessment::instrument::licence::{CentreText, Verdict};
use gyeot::domain::assessment::instrument::{Instrument, Library, LibraryError};
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::lang::Lang;
use proptest::prelude::*;

const PHQ2: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assessments/phq-2.toml"));
const EPDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assessments/epds.toml"));

fn refused(file: &str, text: &str) -> LibraryError {
    let e = Instrument::parse(file, text).unwrap_err();
    assert_eq!(e.exit(), Exit::Damaged);
    assert!(
        e.hint().to_string() != e.hint().id() && !e.hint().to_string().contains('\n') && !e.to_string().contains('\n'),
        "{e}"
    );
    e
}

/// PHQ-2 with one text replaced.
fn spoilt(from: &str, to: &str) -> LibraryError {
    assert!(PHQ2.contains(from), "{from}");
    refused("phq-2.toml", &PHQ2.replacen(from, to, 1))
}

#[test]
fn broken_toml_names_file_line_and_fault() {
    let text = "id = \"x\"\nversion = \"1\ntitle = 3\n";
    let e = refused("x.toml", text);
    assert!(e.to_string().starts_with("x.toml:2: "), "{e}");
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let e = spoilt("[scoring]\n", "[scoring]\nmaximum = 6\n");
    let line = PHQ2.lines().position(|l| l == "[scoring]").unwrap() + 2;
    assert!(e.to_string().contains(&format!("phq-2.toml:{line}:")) && e.to_string().contains("maximum"), "{e}");
}

#[test]
fn contradictions_are_refused_with_their_place() {
    let cases: [(&str, &str, &str); 12] = [
        ("max = 6", "max = 7", "scoring 1"),
        ("cut = 2", "cut = 12", "norm 1"),
        ("options = \"frequency\"", "options = \"often\"", "there are no options `often`"),
        ("values = [0, 1, 2, 3]", "values = [0, 2, 1, 3]", "ascend"),
        ("values = [0, 1, 2, 3]", "values = [0, 1, 2]", "3 values but 4 entries"),
        ("score = 2\n", "score = 3\n", "example 1"),
        ("missing = \"invalid\"", "missing = \"zero\"", "max_blank"),
        ("missing = \"invalid\"", "missing = \"invalid\"\nreverse = [3]", "item 3 does not exist"),
        ("44255-8", "44250-9", "LOINC code is used by an earlier item"),
        ("id = \"phq-2\"", "id = \"phq-3\"", "the file is called phq-2"),
        ("verdict = \"embed\"", "verdict = \"totals-only\"", "does not let its words be held"),
        ("quote = \"All PHQ", "quote = \"\"\n#", "quote the permission"),
    ];
    for (from, to, says) in cases {
        let e = spoilt(from, to);
        assert!(e.to_string().contains(says), "{from} -> {to}: {e}");
        assert!(e.to_string().starts_with("phq-2.toml:"), "{e}");
    }
}

#[test]
fn bands_of_another_coding_with_a_gap_or_an_overlap_are_refused() {
    let with = |list: &str| format!("{PHQ2}\n[[bands]]\nsource = \"x\"\nlist = [{list}]\n");
    let band = |id: &str, a: i32, b: i32| format!("{{ id = \"{id}\", from = {a}, to = {b}, ko = \"가\", en = \"a\" }}");
    for (list, says) in [
        (format!("{}, {}", band("a", 10, 15), band("b", 16, 50)), "another coding"),
        (format!("{}, {}", band("a", 0, 2), band("b", 4, 6)), "gap or overlap"),
        (format!("{}, {}", band("a", 0, 3), band("b", 3, 6)), "gap or overlap"),
    ] {
        let e = refused("phq-2.toml", &with(&list));
        assert!(e.to_string().contains(says), "{e}");
    }
    let sound = format!("{}, {}", band("a", 0, 2), band("b", 3, 6));
    assert!(Instrument::parse("phq-2.toml", &with(&sound)).is_ok());
}

#[test]
fn a_language_without_words_must_say_why() {
    let start = PHQ2.find("[wording.ko]").unwrap();
    let end = start + PHQ2[start..].find("\n\n").unwrap();
    let text = format!("{}{}", &PHQ2[..start], &PHQ2[end..]);
    assert!(refused("phq-2.toml", &text).to_string().contains("wording_missing"));
}

#[test]
fn two_files_of_one_id_and_a_screener_that_is_not_there_are_refused() {
    let twice = Library::parse([("phq-2.toml", PHQ2), ("other/phq-2.toml", PHQ2)]).unwrap_err();
    assert!(twice.to_string().contains("already taken by phq-2.toml"), "{twice}");
    let lost =
        Library::parse([("phq-9.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assessments/phq-9.toml")))])
            .unwrap_err();
    assert!(lost.to_string().contains("cssrs-screener") && lost.to_string().contains("critical 1"), "{lost}");
}

#[test]
fn an_unknown_id_is_a_usage_error_that_names_the_near_one() {
    let library = instruments::shipped().unwrap();
    let e = library.get(&"PHQ9".into()).unwrap_err();
    assert!(e.hint().to_string().contains("phq-9"));
    assert_eq!(e.exit(), Exit::Usage);
    assert!(library.get(&"phq-99".into()).unwrap_err().hint().to_string().contains("phq-9`"));
    assert!(library.get(&"pgq9".into()).unwrap_err().hint().to_string().contains("phq-9`"));
    assert!(library.get(&"mmpi".into()).unwrap_err().hint().to_string().contains("assess list"));
}

/// A made-up text of ten questions; the shipped file holds none.
fn centre_text() -> String {
    let mut text = String::from("id = \"epds\"\nlang = \"ko\"\nlicence = \"permission 12 of 2026\"\nreverse = [3]\n");
    text.push_str("\n[[options]]\nid = \"o\"\nvalues = [0, 1, 2, 3]\nlabels = [\"가\", \"나\", \"다\", \"라\"]\n");
    for n in 1..=10 {
        text.push_str(&format!("\n[[item]]\noptions = \"o\"\ntext = \"물음 {n}\"\n"));
    }
    text
}

#[test]
fn a_centre_can_bring_its_own_licensed_text_and_then_score_answers() {
    let mut library = Library::parse([("epds.toml", EPDS)]).unwrap();
    let i = library.with_centre_text("epds.ko.toml", &centre_text()).unwrap();
    assert_eq!(i.licence.verdict, Verdict::CentreLicensed);
    assert_eq!(i.wording(Lang::Ko).unwrap().questions.len(), 10);
    assert!(i.wording(Lang::En).is_err());
    let s = i.score(&Answers::read("0,0,0,0,0,0,0,0,0,0").unwrap(), &Context::default()).unwrap();
    assert_eq!(s.score.unwrap().value(), 3.0);
    assert_eq!(s.norms.len(), 4);
}

#[test]
fn a_centre_text_that_does_not_span_the_scale_or_names_no_licence_is_refused() {
    let mut library = Library::parse([("epds.toml", EPDS)]).unwrap();
    let short = centre_text().rsplit_once("\n[[item]]").unwrap().0.to_owned();
    let e = library.with_centre_text("epds.ko.toml", &short).unwrap_err();
    assert!(e.to_string().contains("the items give 0–27"), "{e}");
    let bare = centre_text().replace("permission 12 of 2026", " ");
    assert!(CentreText::parse("epds.ko.toml", &bare).unwrap_err().to_string().starts_with("epds.ko.toml:3:"));
}

#[test]
fn a_centre_text_adds_a_language_to_shipped_items_without_touching_their_scoring() {
    let mut library = instruments::shipped().unwrap();
    let mut text = String::from("id = \"audit-c\"\nlang = \"ko\"\nlicence = \"our own\"\n");
    for id in ["a", "b", "c"] {
        text.push_str(&format!("\n[[options]]\nid = \"{id}\"\nvalues = [0, 1, 2, 3, 4]\nlabels = [\"가\", \"나\", \"다\", \"라\", \"마\"]\n"));
    }
    for id in ["a", "b", "c"] {
        text.push_str(&format!("\n[[item]]\noptions = \"{id}\"\ntext = \"물음\"\n"));
    }
    let i = library.with_centre_text("audit-c.ko.toml", &text).unwrap();
    assert_eq!(i.wording(Lang::Ko).unwrap().questions[2].options[4], (4, "마"));
    assert_eq!(i.wording(Lang::En).unwrap().questions[0].options[0].1, "Never");
    assert!(library.with_centre_text("x.toml", &text.replace("[0, 1, 2, 3, 4]", "[0, 1, 2, 3, 5]")).is_err());
}

proptest! {
    #[test]
    fn no_text_makes_the_loader_fall_over(text in "\\PC{0,200}", cut in 0usize..3000) {
        let _ = Instrument::parse("x.toml", &text);
        let whole: String = PHQ2.chars().take(cut).collect();
        let _ = Instrument::parse("phq-2.toml", &whole);
    }

    #[test]
    fn no_answers_make_the_scoring_fall_over(id in 0usize..31, answers in proptest::collection::vec(proptest::option::of(-2i32..8), 0..25)) {
        let library = instruments::shipped().unwrap();
        let i = library.iter().nth(id).unwrap();
        if let Ok(s) = i.score(&Answers(answers), &Context::default()) {
            let within = s.score.is_none_or(|p| p.value() >= f64::from(s.min) && p.value() <= f64::from(s.max));
            prop_assert!(within);
            prop_assert_eq!(s.valid, s.score.is_some());
        }
    }

    #[test]
    fn what_is_read_is_written_the_same(answers in proptest::collection::vec(proptest::option::of(0i32..5), 1..20)) {
        let a = Answers(answers);
        prop_assert_eq!(Answers::read(&a.to_string()).unwrap(), a);
    }
}
