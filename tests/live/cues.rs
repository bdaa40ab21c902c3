//! Cues in a running session: what a person and what a model may do about them.

#![allow(clippy::unwrap_used)]

use crate::session_flow::{parts, run_with, speech};
use gyeot::app::session_event::{SessionCommand, SessionEvent};
use gyeot::domain::record::Body;
use gyeot::domain::transcript::Speaker;
use gyeot::live::session::Advise;
use std::sync::{Arc, Mutex};

/// Flips each line as often as told, as soon as it is heard.
fn flipped(lines: &'static [&'static str], times: usize) -> (Vec<String>, usize, Vec<Speaker>) {
    let kept: Arc<Mutex<Vec<Body>>> = Arc::default();
    let outcome = run_with(parts(&kept, 0, speech(lines), Advise::Never), &mut |event, commands| {
        if let SessionEvent::Heard(line) = event {
            (0..times).for_each(|_| commands.send(SessionCommand::Flip(line.id)).unwrap());
        }
    });
    let sealed = kept.lock().unwrap().iter().filter(|b| matches!(b, Body::RiskCue { .. })).count();
    let rules = outcome.cues.iter().map(|c| c.rule.to_string()).collect();
    (rules, sealed, outcome.utterances.iter().map(|u| u.speaker).collect())
}

#[test]
fn a_cue_that_was_raised_stays_and_is_sealed_once_whatever_the_line_is_called_afterwards() {
    for times in 0..4 {
        let (cues, sealed, _) = flipped(&["Sometimes I wish I would just not wake up.", "오늘 날씨가 좋네요."], times);
        assert_eq!((cues.len(), sealed), (1, 1), "flipped {times} times: {cues:?}");
    }
}

#[test]
fn a_question_that_turns_out_to_be_the_clients_raises_its_cue_when_a_person_says_so() {
    let question = &["죽고 싶다는 생각을 하신 적이 있나요?", "오늘 날씨가 좋네요."];
    assert!(flipped(question, 0).0.is_empty());
    assert!(flipped(question, 1).0.is_empty(), "a person said that the counsellor asked it");
    let (cues, sealed, _) = flipped(question, 2);
    assert_eq!(sealed, cues.len());
    assert!(!cues.is_empty(), "a person said that the client asked it");
}
