//! The screeners: every way through their branches, every sheet with every blank, against the published rule written down a
//! second time here; and the centre's file of what follows from each result.

use gyeot::adapters::{instruments, shipped};
use gyeot::domain::assessment::instrument::Instrument;
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::crisis::plan_form::{PlanForm, STEPS};
use gyeot::domain::crisis::screener::{Standing, course, next};
use gyeot::domain::crisis::triage::{INCOMPLETE, triage};
use gyeot::domain::crisis::triage_data::TriageRules;

type Sheet = Vec<Option<i32>>;

fn instrument(id: &str) -> Instrument {
    instruments::shipped().unwrap().get(&id.into()).unwrap().clone()
}

/// The rule of the C-SSRS screener as the design has it: high at 4, 5 or behaviour of the past three months; moderate at 3
/// or older behaviour; low at 1 or 2; else none. What the branching does not ask does not count.
fn cssrs(sheet: &[i32]) -> &'static str {
    let yes = |n: usize| sheet[n - 1] == 1;
    let deeper = yes(2);
    let recent = yes(6) && yes(7);
    if deeper && (yes(4) || yes(5)) || recent {
        "high"
    } else if deeper && yes(3) || yes(6) {
        "moderate"
    } else if yes(1) || yes(2) {
        "low"
    } else {
        "none"
    }
}

/// The rule of the ASQ: any yes of 1 to 4 is positive, and item 5 says whether it is now. `None` for an item 5 not asked.
fn asq(first: &[i32], now: Option<i32>) -> &'static str {
    match (first.contains(&1), now) {
        (false, _) => "negative",
        (true, Some(1)) => "acute-positive",
        (true, Some(_)) => "non-acute-positive",
        (true, None) => "positive-ask-acuity",
    }
}

/// Every sheet of this many items, each answered no, answered yes or left blank.
fn every_sheet(items: usize) -> Vec<Sheet> {
    (0..3usize.pow(items as u32))
        .map(|code| (0..items).map(|n| [None, Some(0), Some(1)][code / 3usize.pow(n as u32) % 3]).collect())
        .collect()
}

/// Every way of filling in the blanks of these positions, from 0.
fn filled(sheet: &Sheet, blanks: &[usize]) -> Vec<Sheet> {
    (0..1usize << blanks.len())
        .map(|code| {
            let mut whole = sheet.clone();
            blanks.iter().enumerate().for_each(|(bit, n)| whole[*n] = Some((code >> bit & 1) as i32));
            whole
        })
        .collect()
}

/// Walks a guided screen as a counsellor does: the next question that is asked, no and yes, to every end.
fn walk(i: &Instrument, sheet: &Sheet, ends: &mut Vec<Sheet>) {
    let Some(item) = next(i, sheet, None) else {
        ends.push(sheet.clone());
        return;
    };
    for answer in [0, 1] {
        let mut more = sheet.clone();
        more[item - 1] = Some(answer);
        walk(i, &more, ends);
    }
}

#[test]
fn every_way_through_the_cssrs_screener_asks_what_its_branches_ask_and_comes_to_the_level_of_the_rule() {
    let i = instrument("cssrs-screener");
    let mut ends = Vec::new();
    walk(&i, &vec![None; 7], &mut ends);
    // 1: two ways. 2: no, or yes with eight ways through 3 to 5. 6: no, or yes with two ways through the three months.
    assert_eq!(ends.len(), 2 * (1 + 8) * (1 + 2));
    let mut levels = std::collections::BTreeMap::new();
    for sheet in &ends {
        let branch = |item: usize| sheet[item - 1] == Some(1);
        for question in course(&i, sheet, None) {
            let asked = match question.item {
                1 | 2 | 6 => true,
                3..=5 => branch(2),
                _ => branch(6),
            };
            assert_eq!(question.standing != Standing::Skipped, asked, "{sheet:?} item {}", question.item);
        }
        let plain: Vec<i32> = sheet.iter().map(|a| a.unwrap_or(0)).collect();
        let found = triage(&i, sheet, None).unwrap();
        assert!(found.certain() && found.open.is_empty(), "{sheet:?}");
        assert_eq!(found.outcome(&i), cssrs(&plain), "{sheet:?}");
        let score = i.score(&Answers(sheet.clone()), &Context::default()).unwrap();
        assert_eq!(score.outcomes[0].outcome, cssrs(&plain), "the stored score says the same: {sheet:?}");
        *levels.entry(cssrs(&plain)).or_insert(0) += 1;
    }
    assert_eq!(levels.len(), 4, "{levels:?}");
    assert_eq!(levels["none"], 1);
}

#[test]
fn every_way_through_the_asq_asks_item_five_only_after_a_yes() {
    let i = instrument("asq");
    let mut ends = Vec::new();
    walk(&i, &vec![None; 5], &mut ends);
    assert_eq!(ends.len(), 1 + 15 * 2);
    for sheet in &ends {
        let first: Vec<i32> = sheet[..4].iter().map(|a| a.unwrap()).collect();
        assert_eq!(sheet[4].is_some(), first.contains(&1), "{sheet:?}");
        let found = triage(&i, sheet, None).unwrap();
        assert_eq!(found.outcome(&i), asq(&first, sheet[4]), "{sheet:?}");
        assert!(found.certain(), "{sheet:?}");
    }
}

#[test]
fn a_cssrs_sheet_with_any_blanks_says_what_is_certain_and_never_less_or_more() {
    let i = instrument("cssrs-screener");
    let order = ["high", "moderate", "low", "none"];
    for sheet in every_sheet(7) {
        // Answers of a branch that turns out not to be taken do not count; the rule sees to that.
        let blanks: Vec<usize> = (0..7).filter(|n| sheet[*n].is_none()).collect();
        let possible: Vec<&str> = filled(&sheet, &blanks)
            .iter()
            .map(|whole| cssrs(&whole.iter().map(|a| a.unwrap()).collect::<Vec<_>>()))
            .collect();
        let places = possible.iter().map(|level| order.iter().position(|o| o == level).unwrap());
        let (least, most) = (places.clone().max().unwrap(), places.min().unwrap());
        let found = triage(&i, &sheet, None).unwrap();
        assert_eq!((found.at_least, found.at_most), (least, most), "{sheet:?}");
        let says = if least == most || least < 3 { order[least] } else { INCOMPLETE };
        assert_eq!(found.outcome(&i), says, "{sheet:?}");
        if sheet[5].is_none() {
            assert!(found.open.contains(&6), "item 6 is always asked: {sheet:?}");
            assert_ne!(found.outcome(&i), "none", "an open question is no all-clear: {sheet:?}");
        }
    }
}

#[test]
fn an_asq_sheet_with_any_blanks_says_what_is_certain_and_never_less_or_more() {
    let i = instrument("asq");
    let order = ["acute-positive", "non-acute-positive", "positive-ask-acuity", "negative"];
    for sheet in every_sheet(5) {
        let blanks: Vec<usize> = (0..4).filter(|n| sheet[*n].is_none()).collect();
        // An item 5 that was answered before any yes counts as soon as there is one.
        let possible: Vec<&str> = filled(&sheet, &blanks)
            .iter()
            .map(|whole| {
                let first: Vec<i32> = whole[..4].iter().map(|a| a.unwrap()).collect();
                asq(&first, sheet[4])
            })
            .collect();
        let places = possible.iter().map(|level| order.iter().position(|o| o == level).unwrap());
        let (least, most) = (places.clone().max().unwrap(), places.min().unwrap());
        let found = triage(&i, &sheet, None).unwrap();
        assert_eq!((found.at_least, found.at_most), (least, most), "{sheet:?}");
        if sheet[..4].contains(&Some(1)) {
            assert!(found.certain(), "one yes is positive whatever is open: {sheet:?}");
        } else if blanks.is_empty() {
            assert_eq!(found.outcome(&i), "negative");
        } else {
            assert_eq!(found.outcome(&i), INCOMPLETE, "{sheet:?}");
        }
    }
}

#[test]
fn a_sheet_that_ends_early_says_what_the_same_sheet_with_blanks_says() {
    for (id, items) in [("cssrs-screener", 7), ("asq", 5)] {
        let i = instrument(id);
        for sheet in every_sheet(items) {
            let used = sheet.iter().rposition(Option::is_some).map_or(0, |at| at + 1);
            assert_eq!(triage(&i, &sheet[..used], None), triage(&i, &sheet, None), "{sheet:?}");
        }
    }
}

#[test]
fn every_result_of_every_screener_has_what_follows_from_it_and_graver_results_have_no_fewer_steps() {
    let rules = shipped::triage_rules().unwrap();
    let (library, lines) = (instruments::shipped().unwrap(), shipped::crisis_lines().unwrap().lines);
    rules.fits(&library, &lines).unwrap();
    assert_eq!(rules.screeners.len(), 2);
    for screener in &rules.screeners {
        let i = library.get(&screener.instrument).unwrap();
        for sheet in every_sheet(i.items.len()) {
            let found = triage(i, &sheet, None).unwrap();
            let results = found.results(i, &rules);
            assert!(!results.is_empty(), "{sheet:?}");
            assert!(results.iter().all(|r| !r.steps.is_empty() && !r.lines.is_empty()), "{sheet:?}");
            let open = !found.open.is_empty();
            assert_eq!(results.iter().any(|r| r.outcome == INCOMPLETE), open, "{sheet:?}");
        }
    }
    // Whom to call when life is in danger stands at the gravest result of both.
    for (id, outcome) in [("cssrs-screener", "high"), ("asq", "acute-positive")] {
        let of = rules.of(&id.into()).unwrap().result.iter().find(|r| r.outcome == outcome).unwrap();
        assert!(["suicide-prevention", "rescue", "police"].iter().all(|l| of.lines.iter().any(|x| x == l)), "{id}");
        assert!(of.safety_plan && !of.tell.is_empty());
    }
}

#[test]
fn a_triage_file_that_forgets_a_result_or_names_a_line_that_is_not_there_is_refused() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/triage.toml")).unwrap();
    let (library, lines) = (instruments::shipped().unwrap(), shipped::crisis_lines().unwrap().lines);
    let fits = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        TriageRules::parse(&text.replacen(from, to, 1)).and_then(|r| r.fits(&library, &lines))
    };
    for (from, to, key) in [
        ("outcome = \"moderate\"", "outcome = \"medium\"", "screener.result.outcome"),
        ("outcome = \"incomplete\"", "outcome = \"open\"", "screener.result"),
        ("\"suicide-prevention\"", "\"suicide\"", "screener.result.lines"),
        ("instrument = \"asq\"", "instrument = \"asq-2\"", "screener.instrument"),
        ("instrument = \"asq\"", "instrument = \"cssrs-screener\"", "screener.instrument"),
        ("id = \"not-now\"", "id = \"already-asked\"", "left.id"),
        ("id = \"not-now\"", "id = \"Not now\"", "left.id"),
        ("ko = \"5번을 지금 묻습니다.", "ko = \"\", en = \"\", x = \"", "file"),
    ] {
        let flaw = fits(from, to).unwrap_err();
        assert!(flaw.key == key || key == "file", "{from}: {flaw}");
    }
}

#[test]
fn the_form_of_the_safety_plan_has_its_six_steps_in_order_and_each_of_its_rules_can_fail() {
    let form = shipped::plan_form().unwrap();
    let ids: Vec<&str> = form.steps.iter().map(|s| s.id.as_str()).collect();
    let order =
        ["warning-signs", "own-coping", "people-places", "people-to-ask", "professionals", "safer-surroundings"];
    assert_eq!((ids.len(), ids.as_slice()), (STEPS, order.as_slice()));
    assert_eq!(form.steps.iter().filter(|s| s.lines).map(|s| s.id.as_str()).collect::<Vec<_>>(), ["professionals"]);
    assert_eq!(form.steps.iter().filter(|s| s.means).map(|s| s.id.as_str()).collect::<Vec<_>>(), [order[5]]);
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/safety-plan.toml")).unwrap();
    for (from, to, key) in [
        ("id = \"own-coping\"", "id = \"warning-signs\"", "step.id"),
        ("title = \"내가 혼자", "title = \"\" # \"", "step.ko"),
        ("\"at night\"", "\"At night\"", "step.said"),
        ("proposals = 8", "proposals = 0", "proposals"),
    ] {
        assert!(text.contains(from), "{from}");
        assert_eq!(PlanForm::parse(&text.replacen(from, to, 1)).unwrap_err().key, key, "{from}");
    }
}
