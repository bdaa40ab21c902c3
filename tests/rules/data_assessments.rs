//! The shipped instruments: every file is consistent, every border of every band is where its source puts it, and the
//! traps known from public scoring keys are not repeated.
#![allow(clippy::unwrap_used, missing_docs)]

use gyeot::adapters::instruments;
use gyeot::domain::assessment::instrument::licence::{Verdict, Withheld};
use gyeot::domain::assessment::instrument::{Instrument, Library, Method, MissingRule, Sex};
use gyeot::domain::assessment::score::{Answers, Context, Score, ScoreError};
use gyeot::domain::practice::lang::Lang;

fn library() -> Library {
    instruments::shipped().unwrap()
}

fn get<'a>(library: &'a Library, id: &str) -> &'a Instrument {
    library.get(&id.into()).unwrap()
}

fn sheet(answers: &[i32]) -> Answers {
    Answers(answers.iter().copied().map(Some).collect())
}

fn score(i: &Instrument, answers: &str) -> Score {
    i.score(&Answers::read(answers).unwrap(), &Context::default()).unwrap()
}

fn of_sex(sex: Sex) -> Context {
    Context { sex: Some(sex), ..Context::default() }
}

/// Every sheet of so many items with these answers.
fn all_sheets(values: &[i32], items: usize) -> Vec<Vec<i32>> {
    (0..items).fold(vec![vec![]], |sheets, _| {
        let longer = |s: &Vec<i32>| values.iter().map(|&v| [s.clone(), vec![v]].concat()).collect::<Vec<_>>();
        sheets.iter().flat_map(longer).collect()
    })
}

/// A sheet of an instrument whose total is `wanted`, found item by item; none when no sheet has that total.
fn sheet_with(i: &Instrument, wanted: i32, sex: Option<Sex>) -> Option<Answers> {
    let context = Context { sex, ..Context::default() };
    let total = |a: &Answers| i.score(a, &context).unwrap().score.unwrap().value();
    let asked = |n: usize| i.items[n].only_sex.is_none_or(|s| sex.is_none_or(|c| c == s));
    let values = |n: usize| &i.options.iter().find(|o| o.id == i.items[n].options).unwrap().values;
    let mut best = Answers((0..i.items.len()).map(|n| (asked(n) && i.items[n].scored).then(|| values(n)[0])).collect());
    for (n, item) in i.items.iter().enumerate() {
        // A gate must be open, or nothing behind it is asked.
        if !item.scored && !item.optional {
            best.0[n] = values(n).last().copied();
        }
    }
    // Start from the lowest total and raise one answer at a time until the total is reached.
    let lowest = |a: &mut Answers| {
        for n in 0..i.items.len() {
            if a.0[n].is_none() || !i.items[n].scored {
                continue;
            }
            let pick = values(n).iter().copied().min_by(|&x, &y| {
                let with = |v: i32| {
                    let mut b = a.clone();
                    b.0[n] = Some(v);
                    total(&b)
                };
                with(x).total_cmp(&with(y))
            });
            a.0[n] = pick;
        }
    };
    lowest(&mut best);
    for _ in 0..1000 {
        let now = total(&best);
        if now == f64::from(wanted) {
            return Some(best);
        }
        let mut next: Option<(f64, Answers)> = None;
        for n in 0..i.items.len() {
            if best.0[n].is_none() || !i.items[n].scored {
                continue;
            }
            for &v in values(n) {
                let mut b = best.clone();
                b.0[n] = Some(v);
                let t = total(&b);
                if t > now && t <= f64::from(wanted) && next.as_ref().is_none_or(|(s, _)| t < *s) {
                    next = Some((t, b));
                }
            }
        }
        best = next?.1;
    }
    None
}

const LISTED: [&str; 31] = [
    "asq",
    "audit",
    "audit-c",
    "bai",
    "bdi-ii",
    "ces-d",
    "core-10",
    "cri",
    "cssrs-screener",
    "dass-21",
    "dast-10",
    "epds",
    "gad-2",
    "gad-7",
    "gds-15",
    "isi",
    "k10",
    "k6",
    "oq-45",
    "pc-ptsd-5",
    "pcl-5",
    "phq-15",
    "phq-2",
    "phq-8",
    "phq-9",
    "phq-a",
    "psc-17",
    "pss-10",
    "who-5",
    "whodas-2",
    "wsas",
];

#[test]
fn every_listed_instrument_is_shipped_and_reproduces_its_worked_examples() {
    let library = library();
    let ids: Vec<&str> = library.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(ids, LISTED);
    assert!(library.iter().all(|i| i.examples.len() >= 2));
}

#[test]
fn every_figure_names_its_source() {
    for i in library().iter() {
        assert!(i.bands.iter().all(|b| !b.source.trim().is_empty()), "{}", i.id);
        assert!(i.norms.iter().all(|n| !n.source.trim().is_empty()), "{}", i.id);
        assert!(i.changes.iter().all(|c| !c.source.trim().is_empty()), "{}", i.id);
        assert!(i.algorithms.iter().all(|a| !a.source.trim().is_empty()), "{}", i.id);
        assert!(
            (!i.licence.quote.is_empty() || i.licence.basis.is_some())
                && !i.licence.source.is_empty()
                && !i.scoring.source.is_empty(),
            "{}",
            i.id
        );
    }
}

#[test]
fn every_border_of_every_band_falls_into_its_band() {
    let library = library();
    let mut borders = 0;
    for i in library.iter() {
        for set in i.bands.iter().filter(|b| b.scale.is_none()) {
            for (band, at) in set.list.iter().flat_map(|b| [(b, b.from), (b, b.to)]) {
                let context = Context { sex: set.sex, ..Context::default() };
                let found = match i.scoring.method {
                    Method::Total => i.score_total(at, &context).unwrap(),
                    Method::Outcome => continue,
                    Method::Sum => i.score(&sheet_with(i, at, set.sex).unwrap(), &context).unwrap(),
                };
                let named: Vec<&str> = found
                    .band
                    .iter()
                    .chain(&found.other_bands)
                    .filter(|b| b.source == set.source)
                    .map(|b| b.id.as_str())
                    .collect();
                assert_eq!(named, [band.id.as_str()], "{} at {at}", i.id);
                borders += 1;
            }
        }
    }
    assert!(borders >= 80, "only {borders} borders were tried");
}

#[test]
fn every_border_of_every_subscale_band_falls_into_its_band() {
    let library = library();
    let i = get(&library, "dass-21");
    for part in &i.subscales {
        let set = i.bands.iter().find(|b| b.scale.as_ref() == Some(&part.id)).unwrap();
        for half in 0..=21 {
            let mut answers = vec![0; 21];
            let mut left = half;
            for &p in &part.items {
                answers[p - 1] = left.min(3);
                left -= left.min(3);
            }
            let s = i.score(&sheet(&answers), &Context::default()).unwrap();
            let total = half * 2;
            let want = set.list.iter().find(|b| total >= b.from && total <= b.to).unwrap();
            assert_eq!(s.subscales[&part.id].band.as_ref().unwrap().id, want.id, "{} {total}", part.id);
        }
    }
}

#[test]
fn every_cut_is_positive_at_the_cut_and_not_one_point_on_the_other_side() {
    let library = library();
    for i in library.iter().filter(|i| i.scoring.method != Method::Outcome) {
        for norm in i.norms.iter().filter(|n| n.scale.is_none()) {
            let near = (norm.cut.floor() as i32 - 4)..=(norm.cut.ceil() as i32 + 4);
            for total in near.filter(|t| *t >= i.scoring.min && *t <= i.scoring.max_male.unwrap_or(i.scoring.max)) {
                let context = Context { sex: norm.sex, ..Context::default() };
                let found = if i.totals_only() {
                    i.score_total(total, &context).unwrap()
                } else {
                    let Some(a) = sheet_with(i, total, norm.sex) else { continue };
                    i.score(&a, &context).unwrap()
                };
                let found = found.norms.iter().find(|n| n.id == norm.id).unwrap();
                let want = match norm.side {
                    gyeot::domain::assessment::instrument::Side::AtLeast => f64::from(total) >= norm.cut,
                    gyeot::domain::assessment::instrument::Side::AtMost => f64::from(total) <= norm.cut,
                };
                assert_eq!(found.positive, want, "{} {} at {total}", i.id, norm.id);
            }
        }
    }
}

#[test]
fn all_sixteen_sheets_of_phq_2_and_of_gad_2_add_up_and_split_at_their_cuts() {
    let library = library();
    for (id, cuts) in [("phq-2", &[2, 3, 2, 3][..]), ("gad-2", &[1, 3][..])] {
        let i = get(&library, id);
        for s in all_sheets(&[0, 1, 2, 3], 2) {
            let total = s.iter().sum::<i32>();
            let found = i.score(&sheet(&s), &Context::default()).unwrap();
            assert_eq!(found.score.unwrap().value(), f64::from(total));
            let positive: Vec<bool> = found.norms.iter().map(|n| n.positive).collect();
            assert_eq!(positive, cuts.iter().map(|c| total >= *c).collect::<Vec<_>>(), "{id} {s:?}");
        }
    }
}

#[test]
fn all_125_sheets_of_audit_c_split_at_four_for_men_and_three_for_women() {
    let library = library();
    let i = get(&library, "audit-c");
    for s in all_sheets(&[0, 1, 2, 3, 4], 3) {
        let total = s.iter().sum::<i32>();
        let at = |sex, id: &str| {
            let found = i.score(&sheet(&s), &of_sex(sex)).unwrap();
            assert_eq!(found.score.unwrap().value(), f64::from(total));
            found.norms.iter().find(|n| n.id == id).map(|n| n.positive)
        };
        assert_eq!(at(Sex::Male, "us-men"), Some(total >= 4));
        assert_eq!(at(Sex::Female, "us-women"), Some(total >= 3));
        assert_eq!(at(Sex::Male, "us-women"), None);
        assert_eq!(at(Sex::Female, "kr-knhanes"), Some(total >= 5));
    }
}

#[test]
fn every_sheet_of_asq_is_negative_only_without_a_yes_and_acute_only_right_now() {
    let library = library();
    let i = get(&library, "asq");
    for s in all_sheets(&[0, 1], 4) {
        let any = s.contains(&1);
        for fifth in [None, Some(0), Some(1)] {
            let mut answers = sheet(&s);
            answers.0.extend(fifth.map(Some));
            let found = i.score(&answers, &Context::default()).unwrap();
            let want = match (any, fifth) {
                (_, Some(1)) => "acute-positive",
                (true, Some(_)) => "non-acute-positive",
                (true, None) => "positive-ask-acuity",
                (false, _) => "negative",
            };
            assert_eq!(found.outcomes[0].outcome, want, "{s:?} {fifth:?}");
            assert_eq!(found.critical.is_empty(), !any && fifth != Some(1));
            assert_eq!(found.norms[0].positive, any);
        }
    }
}

#[test]
fn every_sheet_of_the_cssrs_screener_has_the_level_of_its_gravest_yes() {
    let library = library();
    let i = get(&library, "cssrs-screener");
    let choices = [None, Some(0), Some(1)];
    let mut scored = 0;
    for n in 0..3usize.pow(7) {
        let a: Vec<Option<i32>> = (0..7).map(|k| choices[n / 3usize.pow(k) % 3]).collect();
        let yes = |p: usize| a[p - 1] == Some(1);
        let found = i.score(&Answers(a.clone()), &Context::default()).unwrap();
        let want = if yes(4) || yes(5) || yes(7) {
            (3, "high")
        } else if yes(3) || yes(6) {
            (2, "moderate")
        } else if yes(1) || yes(2) {
            (1, "low")
        } else {
            (0, "none")
        };
        assert_eq!(found.outcomes[0].outcome, want.1, "{a:?}");
        let blank = a[0].is_none() || a[1].is_none() || a[5].is_none();
        let skipped_wrongly = yes(2) && a[2..5].iter().any(Option::is_none) || yes(6) && a[6].is_none();
        assert_eq!(found.valid, !blank && !skipped_wrongly, "{a:?}");
        if found.valid {
            assert_eq!(found.score.unwrap().value(), f64::from(want.0));
            scored += 1;
        }
        let answered = found.critical.iter().filter(|c| c.answer.is_some()).count();
        assert_eq!(answered, (1..=7).filter(|&p| yes(p)).count());
    }
    assert!(scored > 100);
}

#[test]
fn trap_1_the_depression_and_anxiety_items_of_dass_21_are_not_swapped() {
    let library = library();
    let i = get(&library, "dass-21");
    let items = |id: &str| i.subscales.iter().find(|s| s.id == id).unwrap().items.clone();
    assert_eq!(items("depression"), [3, 5, 10, 13, 16, 17, 21]);
    assert_eq!(items("anxiety"), [2, 4, 7, 9, 15, 19, 20]);
    assert_eq!(items("stress"), [1, 6, 8, 11, 12, 14, 18]);
    let w = i.wording(Lang::En).unwrap();
    assert!(w.questions[20].text.contains("meaningless") && w.questions[1].text.contains("dryness"));
}

#[test]
fn trap_2_bands_of_k10_belong_to_the_coding_from_one_to_five() {
    let library = library();
    let i = get(&library, "k10");
    assert_eq!((i.scoring.min, i.scoring.max), (10, 50));
    assert_eq!(score(i, "1,1,1,1,1,1,1,1,1,1").band.unwrap().id, "low");
    assert!(matches!(i.score(&sheet(&[0; 10]), &Context::default()), Err(ScoreError::OutOfRange { position: 1, .. })));
}

#[test]
fn trap_3_the_lowest_answer_of_gad_7_is_not_at_all_and_never_not_at_all_sure() {
    let library = library();
    for id in ["gad-7", "gad-2"] {
        assert_eq!(get(&library, id).wording(Lang::En).unwrap().questions[0].options[0].1, "Not at all");
    }
}

#[test]
fn trap_4_answer_codes_that_are_scored_the_other_way_round_are_not_used() {
    let library = library();
    let k6 = get(&library, "k6");
    assert!(k6.options.iter().all(|o| o.loinc.is_empty()) && k6.items.iter().all(|i| i.loinc.is_none()));
    assert_eq!(score(k6, "0,0,0,0,0,0").score.unwrap().value(), 0.0);
    assert_eq!(k6.wording(Lang::En).unwrap().questions[0].options[4], (4, "All of the time"));
    assert!(get(&library, "pss-10").totals_only() && get(&library, "pss-10").loinc.note.contains("already turned"));
}

#[test]
fn trap_5_audit_c_has_the_items_of_the_who_audit() {
    let library = library();
    let (c, full) = (get(&library, "audit-c"), get(&library, "audit"));
    let words = |i: &Instrument, n: usize| i.wording(Lang::En).unwrap().questions[n].text.to_owned();
    assert!((0..3).all(|n| words(c, n) == words(full, n)));
    assert_eq!(words(c, 2), "How often do you have six or more drinks on one occasion?");
}

#[test]
fn trap_6_a_gds_15_of_eight_shows_both_bands_with_their_sources() {
    let library = library();
    let i = get(&library, "gds-15");
    let s = i.score(&sheet_with(i, 8, None).unwrap(), &Context::default()).unwrap();
    assert_eq!((s.band.unwrap().id.as_str(), s.other_bands[0].id.as_str()), ("mild", "moderate"));
}

#[test]
fn trap_7_the_maximum_of_phq_15_is_28_for_men_who_are_not_asked_item_d() {
    let library = library();
    let i = get(&library, "phq-15");
    let mut answers = sheet(&[2; 15]);
    assert!(matches!(i.score(&answers, &of_sex(Sex::Male)), Err(ScoreError::OtherSex { position: 4, .. })));
    answers.0[3] = None;
    let man = i.score(&answers, &of_sex(Sex::Male)).unwrap();
    assert_eq!((man.valid, man.score.unwrap().value(), man.max), (true, 28.0, 28));
    let woman = i.score(&answers, &of_sex(Sex::Female)).unwrap();
    assert_eq!((woman.valid, woman.missing.as_slice()), (false, &[4][..]));
}

#[test]
fn trap_8_item_9_of_phq_9_counts_at_one_in_the_algorithm_and_all_others_at_two() {
    let library = library();
    let i = get(&library, "phq-9");
    let rule = |a: &str| score(i, a).outcomes[0].outcome.clone();
    assert_eq!(rule("2,2,2,2,0,0,0,0,1"), "major");
    assert_eq!(rule("2,2,2,2,0,0,0,1,0"), "other");
    assert_eq!(rule("1,1,2,2,2,2,2,2,3"), "none");
    assert_eq!(rule("2,0,0,0,0,0,0,0,0"), "none");
    assert_eq!(rule("2,0,0,0,0,0,0,0,1"), "other");
}

#[test]
fn trap_9_psc_17_takes_three_blanks_as_zero_and_phq_9_takes_none() {
    let library = library();
    let psc = get(&library, "psc-17");
    for blanks in 0..=17 {
        let a = Answers((0..17).map(|n| (n >= blanks).then_some(1)).collect());
        let s = psc.score(&a, &Context::default()).unwrap();
        assert_eq!(s.valid, blanks <= 3, "{blanks} blanks");
        assert_eq!(s.score.map(|p| p.value()), (blanks <= 3).then(|| f64::from(17 - blanks)));
        assert_eq!(s.missing.len(), usize::try_from(blanks).unwrap());
        assert!(s.subscales.values().all(|part| part.score.is_some() == (blanks <= 3)), "{blanks} blanks");
    }
    let phq = get(&library, "phq-9");
    for n in 0..9 {
        let mut a = sheet(&[1; 9]);
        a.0[n] = None;
        let s = phq.score(&a, &Context::default()).unwrap();
        assert_eq!((s.valid, s.score, s.missing.as_slice()), (false, None, &[n + 1][..]));
    }
}

#[test]
fn trap_10_korean_and_original_cuts_stand_side_by_side() {
    let library = library();
    let cuts = |id: &str, total: i32| {
        let i = get(&library, id);
        let s = i.score(&sheet_with(i, total, None).unwrap(), &Context::default()).unwrap();
        s.norms.iter().map(|n| (n.country.clone(), n.cut, n.positive)).collect::<Vec<_>>()
    };
    assert!(
        cuts("phq-9", 7).contains(&("KR".into(), 5.0, true)) && cuts("phq-9", 7).contains(&("US".into(), 10.0, false))
    );
    assert!(
        cuts("gad-7", 7).contains(&("KR".into(), 5.0, true)) && cuts("gad-7", 7).contains(&("US".into(), 10.0, false))
    );
    assert!(
        cuts("audit", 5).contains(&("KR".into(), 3.0, true)) && cuts("audit", 5).contains(&("WHO".into(), 8.0, false))
    );
}

#[test]
fn restricted_items_have_no_words_in_their_files_and_no_way_to_a_screen() {
    let library = library();
    for id in ["epds", "whodas-2", "isi", "wsas", "pss-10", "oq-45", "cri", "bdi-ii", "bai"] {
        let i = get(&library, id);
        assert_eq!(i.licence.verdict, Verdict::TotalsOnly);
        assert!(i.items.is_empty() && i.languages().is_empty());
        assert!(matches!(i.wording(Lang::Ko), Err(Withheld::Licence { .. })));
        assert!(matches!(i.score(&sheet(&[0]), &Context::default()), Err(ScoreError::TotalOnly { .. })));
    }
}

#[test]
fn a_language_without_verified_words_is_named_as_missing() {
    for i in library().iter().filter(|i| i.licence.verdict != Verdict::TotalsOnly) {
        for lang in [Lang::Ko, Lang::En] {
            let named = i.wording_missing.iter().any(|m| m.lang == lang && !m.ko.is_empty() && !m.en.is_empty());
            assert!(i.wording(lang).is_ok() || named, "{} {lang}", i.id);
        }
    }
}

#[test]
fn every_shown_question_has_words_and_a_label_for_each_answer() {
    for i in library().iter() {
        for lang in i.languages() {
            for q in i.wording(lang).unwrap().questions {
                assert!(!q.text.trim().is_empty() && !q.options.is_empty(), "{} {}", i.id, q.number);
                assert!(q.options.iter().all(|(_, l)| !l.trim().is_empty()), "{} {}", i.id, q.number);
            }
        }
    }
}

#[test]
fn the_screener_opens_when_a_critical_item_is_answered_even_on_an_incomplete_sheet() {
    let library = library();
    for answer in 0..=3 {
        let s = score(get(&library, "phq-9"), &format!("-,-,-,-,-,-,-,-,{answer}"));
        assert!(!s.valid);
        let opens: Vec<&str> = s.critical.iter().filter_map(|c| c.opens.as_ref()).map(|o| o.as_str()).collect();
        assert_eq!(opens, if answer > 0 { vec!["cssrs-screener"] } else { vec![] });
    }
}

#[test]
fn a_rule_for_blanks_is_stated_by_every_instrument_with_items() {
    for i in library().iter().filter(|i| !i.totals_only()) {
        assert_eq!(i.scoring.missing == MissingRule::Invalid, i.scoring.max_blank == 0, "{}", i.id);
    }
}

#[test]
fn the_shipped_percentiles_follow_from_the_survey_they_name() {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/nhanes-phq9-2013-2016.csv"));
    let people = gyeot::domain::assessment::prevalence::read_nhanes(text).unwrap();
    let library = library();
    let i = get(&library, "phq-9");
    assert_eq!(i.percentiles.len(), 6);
    for t in &i.percentiles {
        let fresh =
            gyeot::domain::assessment::prevalence::at_or_below(i, &people, t.age_from..=t.age_to, t.sex.unwrap());
        for (score, (held, found)) in t.at_or_below.iter().zip(&fresh).enumerate() {
            assert!((held - found).abs() < 0.051, "{} at {score}: {held} against {found}", t.id);
        }
    }
}

#[test]
fn how_a_result_is_counted_is_said_in_both_languages_and_its_source_is_a_citation_alone() {
    let mut explained = 0;
    for instrument in library().iter() {
        for algorithm in &instrument.algorithms {
            let (id, source) = (&instrument.id, &algorithm.source);
            // An English sentence behind a colon would stand on a Korean screen.
            assert!(!source.contains(':') && source.split_whitespace().count() <= 8, "{id}: {source}");
            if let Some(how) = &algorithm.how {
                explained += 1;
                assert!(how.pick(Lang::Ko).chars().any(|c| ('가'..='힣').contains(&c)), "{id}");
                assert!(how.pick(Lang::En).is_ascii(), "{id}");
            }
        }
    }
    assert!(explained >= 3);
}
