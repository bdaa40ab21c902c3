//! Item scores proposed from talk by rule: the figures against the keys of `tests/data/items`, and what must never happen.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use gyeot::adapters::{instruments, shipped};
use gyeot::domain::assessment::proposal::decide;
use gyeot::domain::assessment::proposal::outcome::{From, Proposals};
use gyeot::domain::assessment::proposal::reading::Reader;
use gyeot::domain::evaluation::{ItemFigures, Key, percent};
use gyeot::domain::practice::ids::InstrumentId;
use gyeot::domain::transcript::Transcript;
use std::path::Path;

fn proposals(transcript: &Transcript, id: &InstrumentId) -> Proposals {
    let library = instruments::shipped().unwrap();
    let instrument = library.get(id).unwrap();
    let (reading, heard) = (shipped::item_reading().unwrap(), shipped::item_wording(id).unwrap().unwrap());
    let retraction = shipped::retraction_rules().unwrap();
    let items = heard.items_of(id).unwrap();
    let reader = Reader { reading: &reading, heard: &heard, items, retraction: &retraction, lang: transcript.language };
    let pieces: Vec<_> = reader.read(transcript).pieces.into_iter().map(|p| (p, From::Rule)).collect();
    decide::proposals(transcript, instrument, &heard, &reading, &pieces)
}

/// Name, transcript and key of every dialogue of these halves.
fn dialogues(halves: &str) -> Vec<(String, Transcript, Key)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/items");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|e| Some(e.unwrap().file_name().to_str()?.strip_suffix(".key.json")?.to_owned()))
        .collect();
    names.sort();
    let read = |name: String| {
        let text = |end: &str| std::fs::read_to_string(folder.join(format!("{name}{end}"))).unwrap();
        (name.clone(), Transcript::parse(&text(".json")).unwrap(), Key::parse(&text(".key.json")).unwrap())
    };
    names.into_iter().map(read).filter(|(_, _, key)| halves.contains(key.half.as_deref().unwrap())).collect()
}

fn figures(halves: &str, show: bool) -> ItemFigures {
    let mut figures = ItemFigures::default();
    for (name, transcript, key) in dialogues(halves) {
        for id in &key.instruments {
            let found = proposals(&transcript, id);
            figures.count(&transcript, &found, Some(&key));
            for p in found.items.iter().filter(|_| show) {
                let keyed = key.items.iter().find(|i| i.item == p.item).map(|i| i.score);
                if keyed != p.score {
                    let quotes: Vec<&str> = p.quotes.iter().map(|q| q.evidence.quote.reveal()).collect();
                    println!("{name} {id} {}: key {keyed:?} found {:?} {:?} {quotes:?}", p.item, p.score, p.outcome);
                }
            }
        }
    }
    let of = |part, whole| percent(part, whole).unwrap_or_default();
    println!(
        "{halves}: exact {:.1} % within one {:.1} % of {}; not discussed found {:.1} % of {}; blank {}; no quote {}; right line {:.1} %",
        of(figures.exact, figures.discussed),
        of(figures.within_one, figures.discussed),
        figures.discussed,
        of(figures.found_not_discussed, figures.not_discussed),
        figures.not_discussed,
        figures.left_blank,
        figures.without_quote,
        of(figures.right_line, figures.discussed),
    );
    figures
}

fn holds(figures: &ItemFigures) {
    let of = |part, whole| percent(part, whole).unwrap();
    assert!(of(figures.exact, figures.discussed) >= 70.0);
    assert!(of(figures.within_one, figures.discussed) >= 90.0);
    assert!(of(figures.found_not_discussed, figures.not_discussed) >= 90.0);
    assert_eq!((figures.without_quote, figures.quotes), (0, figures.quotes_found));
}

#[test]
fn the_half_that_the_rules_were_chosen_on_agrees_with_its_key() {
    holds(&figures("a", true));
}
