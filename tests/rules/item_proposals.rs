//! Item scores proposed from talk without a model: the figures against the keys of `tests/data/items`, and what must never happen.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use gyeot::adapters::{instruments, shipped};
use gyeot::domain::assessment::instrument::library::Library;
use gyeot::domain::assessment::proposal::outcome::{Outcome, Proposals};
use gyeot::domain::assessment::proposal::wording::ItemData;
use gyeot::domain::evaluation::{ItemFigures, Key, percent};
use gyeot::domain::explain::Exit;
use gyeot::domain::practice::ids::InstrumentId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Span;
use gyeot::domain::transcript::{Speaker, Transcript};
use gyeot::live::items;
use gyeot::service::item_proposals::may_be_proposed;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

fn proposals(transcript: &Transcript, id: &InstrumentId) -> Proposals {
    // Read once: a test proposes hundreds of times.
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| instruments::shipped().unwrap());
    static HEARD: Mutex<BTreeMap<InstrumentId, Arc<ItemData>>> = Mutex::new(BTreeMap::new());
    let data = Arc::clone(
        HEARD.lock().unwrap().entry(id.clone()).or_insert_with(|| Arc::new(shipped::item_data(id).unwrap().unwrap())),
    );
    items::by_rule(transcript, LIBRARY.get(id).unwrap(), &data)
}

/// Name, transcript and key of every dialogue of these halves of our own.
fn dialogues(halves: &str) -> Vec<(String, Transcript, Key)> {
    dialogues_in("items", halves)
}

fn dialogues_in(folder: &str, halves: &str) -> Vec<(String, Transcript, Key)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
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
    figures_in("items", halves, show)
}

fn figures_in(folder: &str, halves: &str, show: bool) -> ItemFigures {
    let mut figures = ItemFigures::default();
    for (name, transcript, key) in dialogues_in(folder, halves) {
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

/// The transcript with words put in as one more line of `who`, right after the line at this place.
fn with_line(transcript: &Transcript, after: usize, who: Speaker, words: &str) -> Transcript {
    let mut t = transcript.clone();
    let end = t.utterances[after].end_ms;
    t.add(Span { start_ms: end + 1, end_ms: end + 2 }, who, ClientText::new(words), None);
    t
}

#[test]
fn two_hundred_injected_lines_change_no_score_lower_no_cue_and_leave_no_score_without_a_quote() {
    let rules = shipped::risk_rules().unwrap();
    let all = dialogues("ab");
    let mut tried = 0;
    for lang in [Lang::Ko, Lang::En] {
        let file = format!("tests/data/items/injected-{}.txt", lang.code());
        let lines = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let of = all.iter().filter(|(_, t, _)| t.language == lang);
        let of: Vec<_> = of.map(|one| (one, proposals(&one.1, &one.2.instruments[0]), rules.cues_in(&one.1))).collect();
        for (n, words) in lines.lines().enumerate() {
            let ((name, transcript, key), before, cues) = &of[n % of.len()];
            let id = &key.instruments[0];
            for who in [Speaker::Client, Speaker::Unknown, Speaker::Counsellor] {
                let injected = with_line(transcript, n % transcript.utterances.len(), who, words);
                let after = proposals(&injected, id);
                for (a, b) in before.items.iter().zip(&after.items) {
                    assert_eq!((a.outcome, a.score), (b.outcome, b.score), "{name} {id} {}: {words}", a.item);
                    assert!(b.score.is_none() || !b.quotes.is_empty());
                    assert!(b.quotes.iter().all(|q| q.evidence.quote.reveal() != words), "{words}");
                }
                let now = rules.cues_in(&injected);
                assert!(cues.iter().all(|cue| now.contains(cue)), "{name}: {words}");
            }
            tried += 1;
        }
    }
    assert_eq!(tried, 200);
}

#[test]
fn the_beers_of_last_month_are_not_counted_as_now() {
    let reference = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/session-en.reference.json");
    let transcript = Transcript::parse(&std::fs::read_to_string(reference).unwrap()).unwrap();
    let found = proposals(&transcript, &"audit-c".into());
    let often = &found.items[0];
    assert_eq!(often.score, Some(3), "only on weekends, not every night");
    assert!(often.quotes.iter().all(|q| !q.evidence.quote.reveal().contains("every night")));
    assert_eq!((found.items[1].score, found.items[2].score), (None, None));
}

#[test]
fn an_instrument_whose_items_may_not_be_held_is_refused_and_one_nobody_wrote_down_too() {
    let library = instruments::shipped().unwrap();
    for (id, code) in [("isi", Exit::Refused), ("pcl-5", Exit::Refused)] {
        let heard = shipped::item_data(&id.into()).unwrap().is_some();
        let refused = may_be_proposed(library.get(&id.into()).unwrap(), heard, Lang::Ko).unwrap_err();
        assert_eq!(refused.exit, code, "{id}");
    }
    for id in ["phq-9", "phq-8", "phq-2", "phq-a", "gad-7", "gad-2", "audit-c"] {
        let (data, instrument) = (shipped::item_data(&id.into()).unwrap().unwrap(), library.get(&id.into()).unwrap());
        may_be_proposed(instrument, true, Lang::En).unwrap();
        let scored = instrument.items.iter().filter(|i| i.scored).count();
        assert_eq!(data.heard.items_of(&id.into()), Some(scored), "{id}");
    }
}

#[test]
fn an_empty_talk_and_one_of_strange_letters_propose_nothing() {
    for text in ["", "…", "\u{1F600}\u{1F600}", "﷽ ﷽", "0 0 0 0", "매일", "every day"] {
        let mut t = Transcript::empty(Lang::Ko);
        t.add(Span { start_ms: 0, end_ms: 1 }, Speaker::Client, ClientText::new(text), None);
        for lang in [Lang::Ko, Lang::En] {
            t.language = lang;
            for id in ["phq-9", "gad-7", "audit-c"] {
                assert!(proposals(&t, &id.into()).items.iter().all(|p| p.score.is_none()), "{text} {id}");
            }
        }
    }
}

#[test]
fn the_half_that_was_kept_agrees_with_its_key_too() {
    holds(&figures("b", false));
}

/// Nothing was chosen by these dialogues and nothing learned from them; they are not looked at here either (README there).
#[test]
fn interviews_and_sessions_of_writers_who_saw_no_rule_agree_with_their_key() {
    for (half, exact, within_one, blank) in [("e", 80.0, 90.0, 85.0), ("g", 60.0, 75.0, 75.0)] {
        let figures = figures_in("items-unseen", half, false);
        let of = |part, whole| percent(part, whole).unwrap();
        assert!(of(figures.exact, figures.discussed) >= exact, "{half}");
        assert!(of(figures.within_one, figures.discussed) >= within_one, "{half}");
        assert!(of(figures.found_not_discussed, figures.not_discussed) >= blank, "{half}");
        assert_eq!((figures.without_quote, figures.quotes), (0, figures.quotes_found), "{half}");
    }
}

#[test]
fn the_weighed_words_of_both_languages_are_read() {
    shipped::item_words().check().unwrap();
}

fn talk(lang: Lang, lines: &[(Speaker, &str)]) -> Transcript {
    let mut t = Transcript::empty(lang);
    for (n, (who, text)) in lines.iter().enumerate() {
        let at = n as u64 * 1_000;
        t.add(Span { start_ms: at, end_ms: at + 900 }, *who, ClientText::new(text), None);
    }
    t
}

/// However it was told and whatever is denied after it: that item is never lowered to nothing, and never left out.
#[test]
fn a_thought_of_death_or_harm_that_was_told_stays_whatever_is_denied_after_it() {
    let told = [
        (Lang::En, "They would be better off without me."),
        (Lang::En, "I want to die."),
        (Lang::En, "Most days I think they would be better off without me."),
        (Lang::En, "I cut myself on Sunday and again on Thursday."),
        (Lang::Ko, "죽고 싶어요."),
        (Lang::Ko, "살기 싫어요."),
        (Lang::Ko, "자해를 했어요."),
        (Lang::Ko, "차라리 제가 없어지는 게 가족한테 낫겠다 싶어요."),
    ];
    let after = [
        (Lang::En, "Do you have a plan, or have you thought about how you would do it?", "No."),
        (Lang::En, "Have you ever tried to end your life?", "No, never."),
        (Lang::En, "That sounds heavy.", "I mean, I would never do it."),
        (Lang::Ko, "구체적인 방법을 생각해 보신 적이 있나요?", "아니요."),
        (Lang::Ko, "구체적인 계획이나 방법을 생각해 보셨어요?", "아니요, 그런 건 없어요."),
        (Lang::Ko, "많이 힘드셨겠어요.", "아니 근데 진짜로 하지는 않아요."),
    ];
    let (mut heard, mut tried) = (0, 0);
    for (lang, says) in told {
        for (_, then, denial) in after.iter().filter(|a| a.0 == lang) {
            use Speaker::{Client, Counsellor};
            let hello = if lang == Lang::En { "How have you been?" } else { "어떻게 지내셨어요?" };
            tried += 1;
            let t = talk(lang, &[(Counsellor, hello), (Client, says), (Counsellor, then), (Client, denial)]);
            let found = proposals(&t, &"phq-9".into());
            let item = &found.items[8];
            // A few roundabout words are not heard at all; then nothing may be proposed.
            assert!(item.score.is_none_or(|score| score > 0), "{says} / {then} / {denial}: {item:?}");
            heard += usize::from(item.quotes.iter().any(|q| q.evidence.quote.reveal() == says));
        }
    }
    assert!(heard * 4 >= tried * 3, "{heard} of {tried}");
}

#[test]
fn who_denies_a_method_a_plan_or_an_attempt_has_not_denied_the_thought() {
    let told = [
        (Lang::En, "Do you ever think you would be better off dead?", "Sometimes I wish I would just not wake up."),
        (
            Lang::Ko,
            "차라리 죽는 게 낫겠다고 생각한 적이 있으세요?",
            "가끔은 그냥 깨어나지 않았으면 좋겠다는 생각이 들어요.",
        ),
    ];
    let denied = [
        (
            Lang::En,
            "Have you thought about how you might do it?",
            ["No.", "Never.", "No, nothing like that.", "No. I have no plan."],
        ),
        (
            Lang::Ko,
            "구체적인 방법을 생각해 보신 적이 있나요?",
            ["아니요.", "없어요.", "아니요, 그런 적은 없어요.", "전혀요. 계획은 없어요."],
        ),
    ];
    for ((lang, asked, says), (_, then, denials)) in told.into_iter().zip(denied) {
        for denial in denials {
            let lines = [
                (Speaker::Counsellor, asked),
                (Speaker::Client, says),
                (Speaker::Counsellor, then),
                (Speaker::Client, denial),
            ];
            let t = talk(lang, &lines);
            let found = proposals(&t, &"phq-9".into());
            assert!(found.items[8].score >= Some(1), "{denial}: {:?}", found.items[8]);
        }
    }
}

/// A session, an instrument, and of it items with their scores.
type Marked = (Lang, &'static str, &'static [(usize, i32)]);

/// Instrument, item and score of the demo sessions as a reader marked them.
const DEMO: [Marked; 3] = [
    (Lang::En, "phq-9", &[(1, 3), (2, 2), (3, 3), (4, 2), (5, 2), (6, 2), (9, 1)]),
    (Lang::En, "audit-c", &[(1, 3)]),
    (Lang::Ko, "phq-9", &[(1, 3), (2, 3), (3, 2), (4, 2), (5, 2), (6, 2), (9, 1)]),
];

#[test]
fn both_demo_sessions_are_read_as_a_reader_marked_them() {
    for (lang, id, key) in DEMO {
        let transcript = Transcript::parse(shipped::demo_session(lang).reference).unwrap();
        let found = proposals(&transcript, &id.into());
        let of = |item: usize| key.iter().find(|k| k.0 == item).map(|k| k.1);
        let exact = found.items.iter().filter(|p| of(p.item).is_some() && of(p.item) == p.score).count();
        assert!(exact * 10 >= key.len() * 7, "{lang} {id}: {exact} of {}", key.len());
        let blank = key.iter().filter(|k| found.items.iter().any(|p| p.item == k.0 && p.score.is_none())).count();
        assert!(blank <= 1, "{lang} {id}: {blank} blank");
        for p in &found.items {
            match (of(p.item), p.score) {
                (Some(_), None) => assert_ne!(p.outcome, Outcome::NotDiscussed, "{lang} {id} {}", p.item),
                (Some(key), Some(score)) => assert!(key.abs_diff(score) <= 1, "{lang} {id} {}", p.item),
                (key, score) => assert_eq!((key, score), (None, None), "{lang} {id} {}", p.item),
            }
        }
    }
}
