//! Blanks are told, wherever a score stands: prorated totals, a blank on an item that must not wait, items that are skipped.

use gyeot::adapters::instruments;
use gyeot::domain::assessment::instrument::Library;
use gyeot::domain::assessment::score::{Answers, Context, Score};
use gyeot::domain::practice::lang::Lang;

fn library() -> Library {
    instruments::shipped().unwrap()
}

fn score(library: &Library, id: &str, answers: &str) -> Score {
    let instrument = library.get(&id.into()).unwrap();
    instrument.score(&Answers::read(answers).unwrap(), &Context { lang: Lang::En, ..Context::default() }).unwrap()
}

#[test]
fn a_prorated_total_says_from_how_many_answers_and_which_item_is_blank() {
    let library = library();
    let core = library.get(&"core-10".into()).unwrap();
    let s = score(&library, "core-10", "4,0,0,4,4,-,4,4,4,4");
    assert!(s.prorated);
    assert_eq!(s.blanks(core, Lang::En).unwrap(), "prorated from 9 of 10 answers (item 6 blank)");
    assert!(score(&library, "core-10", "4,0,0,4,4,1,4,4,4,4").blanks(core, Lang::En).is_none());
    let psc = library.get(&"psc-17".into()).unwrap();
    let s = score(&library, "psc-17", "2,2,2,2,2,2,2,2,2,2,2,2,2,2,-,-,-");
    assert!(s.blanks(psc, Lang::En).unwrap().contains("15, 16, 17"), "{:?}", s.blanks(psc, Lang::En));
}

#[test]
fn a_blank_on_an_item_that_must_not_wait_opens_the_screener_in_every_instrument() {
    let library = library();
    let s = score(&library, "core-10", "4,0,0,4,4,-,4,4,4,4");
    let blank = s.critical.iter().find(|c| c.item == 6).unwrap();
    assert_eq!((blank.answer, blank.said(Lang::En).as_str()), (None, "not answered: ask"));
    assert!(blank.opens.is_some());
    for i in library.iter().filter(|i| !i.totals_only()) {
        for c in
            i.critical.iter().filter(|c| i.items[c.item - 1].ask_if.is_none() && i.items[c.item - 1].only_sex.is_none())
        {
            let sheet = Answers(vec![None; i.items.len()]);
            let s = i.score(&sheet, &Context::default()).unwrap();
            assert!(s.critical.iter().any(|f| f.item == c.item && f.answer.is_none()), "{} {}", i.id, c.item);
        }
    }
}

#[test]
fn who_never_drinks_is_asked_items_9_and_10_and_so_is_who_drinks_little() {
    let library = library();
    let whole = |answers: &str| score(&library, "audit", answers).score.map(|p| p.value());
    assert_eq!(whole("0,-,-,-,-,-,-,-,0,0"), Some(0.0));
    assert_eq!(whole("0,-,-,-,-,-,-,-,2,4"), Some(6.0));
    assert_eq!(whole("1,0,0,-,-,-,-,-,4,4"), Some(9.0));
    assert_eq!(whole("1,1,0,-,-,-,-,-,0,0"), None, "who drinks more is asked all");
    assert_eq!(whole("1,-,-,-,-,-,-,-,0,0"), None, "items 2 and 3 are asked of who drinks");
    assert_eq!(whole("0,-,-,-,-,-,-,-,-,0"), None, "items 9 and 10 are asked of everybody");
}
