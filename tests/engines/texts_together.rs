//! Several texts in one request of the real worker are the texts that it writes one by one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::engines::{missing, models};
use gyeot::adapters::engines::{self, Ready};
use gyeot::adapters::models::Store;
use gyeot::adapters::shipped;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::{Speaker, Transcript};
use gyeot::ports::engine::{EngineError, LanguageEngine};
use gyeot::protocol::message::Part;
use gyeot::protocol::{Write, Written};

/// So many that the worker writes several texts at one time, whatever this machine has.
const THREADS: u16 = 4;

fn language() -> Option<Ready> {
    let store = Store::open(models()).inspect_err(|e| missing(e)).ok()?;
    engines::language(&store, Some(&"qwen2.5-coder-0.5b".into()), THREADS).inspect_err(|e| missing(e)).ok()
}

/// A sentence of a note for each of these lines, as the product asks for it.
fn wordings(ready: &Ready, lang: Lang, lines: &[&str]) -> Vec<Write> {
    let wording = shipped::note_wording().unwrap();
    let (text, chat) = (wording.text(lang), ready.manifest.chat().unwrap());
    let part = |text: &str, trusted| Part { text: ClientText::new(text), trusted };
    let parts = |line: &&str| vec![part(&text.opening(chat), true), part(line, false), part(&text.closing(chat), true)];
    lines.iter().map(|l| Write { parts: parts(l), grammar: None, max_tokens: wording.max_tokens }).collect()
}

fn together(ready: &mut Ready, texts: &[Write]) -> Vec<Option<Written>> {
    let mut found = vec![None; texts.len()];
    let mut keep = |place: usize, text| {
        assert!(found[place].is_none(), "handed on twice");
        found[place] = Some(text);
        true
    };
    ready.worker.write_together(texts.to_vec(), &mut keep).unwrap();
    found
}

/// A call with other columns in it adds the same numbers in another order, so that two tokens that are all but equally likely may change
/// places: what is asked of every sentence is that it comes to its end, of all but one of seven that they are the same, and that the same
/// company gives the same words.
#[test]
fn sentences_written_together_come_to_their_end_mostly_as_alone_and_in_the_same_company_as_before() {
    let Some(mut ready) = language() else { return };
    for lang in [Lang::En, Lang::Ko] {
        let demo = Transcript::parse(shipped::demo_session(lang).reference).unwrap();
        let client = demo.utterances.iter().filter(|u| u.speaker == Speaker::Client);
        let lines: Vec<&str> = client.map(|u| u.text.reveal()).filter(|t| t.chars().count() > 20).take(7).collect();
        let texts = wordings(&ready, lang, &lines);
        let at_once: Vec<Written> = together(&mut ready, &texts).into_iter().map(Option::unwrap).collect();
        let alone: Vec<Written> = texts.iter().map(|text| ready.worker.write(text.clone()).unwrap()).collect();
        assert!(at_once.iter().all(|w| w.finished && w.tokens > 0));
        let same = at_once.iter().zip(&alone).filter(|(a, b)| a == b).count();
        println!("{lang:?}: {same} of {} the same", lines.len());
        assert!(same + 1 >= lines.len(), "{lang:?}: {same} of {}", lines.len());
        // Asked for again in the same company, bit for bit the same way.
        assert_eq!(together(&mut ready, &texts).into_iter().flatten().collect::<Vec<_>>(), at_once);
    }
}

#[test]
fn each_text_keeps_to_its_own_grammar_and_length_and_one_that_does_not_fit_is_left_out() {
    let Some(mut ready) = language() else { return };
    let lines =
        ["I lie awake until three.", "I sold my car.", "My sister helps.", "I quit.", "I eat late.", "It rains."];
    let mut texts = wordings(&ready, Lang::En, &lines);
    for (n, text) in texts.iter_mut().enumerate() {
        text.grammar = Some(format!("start: /{n} client [a-z ]{{5,20}}\\./"));
    }
    texts[1].grammar = Some("start: /(/".to_owned());
    texts[3].grammar = None;
    texts[3].max_tokens = 3;
    texts[4].max_tokens = 1_000_000;
    let found = together(&mut ready, &texts);
    assert!(found[1].is_none() && found[4].is_none(), "no grammar, no room");
    let cut = found[3].as_ref().unwrap();
    assert_eq!((cut.tokens, cut.finished), (3, false));
    for n in [0, 2, 5] {
        let text = found[n].as_ref().unwrap();
        let words = text.text.reveal();
        assert!(words.starts_with(&format!("{n} client ")) && words.ends_with('.') && text.finished, "{n}: {words}");
    }
}

#[test]
fn texts_that_nobody_waits_for_are_given_up_between_two_tokens_and_the_worker_goes_on() {
    let Some(mut ready) = language() else { return };
    let texts =
        wordings(&ready, Lang::En, &["I used to go climbing on Thursdays. I have not been for two months."; 12]);
    let mut told = 0;
    let end = ready.worker.write_together(texts.clone(), &mut |_, _| {
        told += 1;
        false
    });
    assert_eq!(end, Err(EngineError::Cancelled));
    assert!(told < 12, "{told} of 12 were written");
    let one = together(&mut ready, &texts[..1]);
    assert!(one[0].as_ref().unwrap().finished);
}
