//! What a counsellor asks about danger is asked of the client and tells nothing of one: it raises no cue, whatever stands before the
//! question. What a client asks, or says in the form of a question, is heard all the same.
#![allow(clippy::unwrap_used)]

use gyeot::adapters::shipped;
use gyeot::domain::advice::risk_cue::Label;
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::{Speaker, Utterance};

/// As they are asked in sessions, with what is said before them in one breath.
const EN: [&str; 17] = [
    "Thank you for telling me. In the past month, have you thought about how you might kill yourself?",
    "Have you ever done anything, or started to do anything, to end your life?",
    "Have you had any thoughts of killing yourself?",
    "In the past few weeks, have you wished you were dead?",
    "Did you ever try to hurt yourself on purpose?",
    "Are you having thoughts of suicide right now?",
    "That sounds so heavy. Have you thought about ending your life?",
    "I'm glad you told me. Have you made any plan to kill yourself?",
    "Has there been a time when you tried to take your own life?",
    "When you say you want to disappear, do you mean that you want to die?",
    "Do you have any intention of acting on these thoughts of killing yourself?",
    "What stops you from killing yourself?",
    "How often do you think about dying?",
    "On a scale of zero to ten, how strong is the wish to die right now?",
    "Was there ever a time before this when you tried to kill yourself?",
    "Have you prepared anything, like writing a note or giving things away, because you meant to die?",
    "I need to ask you something directly. Are you thinking of killing yourself?",
];
const KO: [&str; 12] = [
    "말씀해 주셔서 고맙습니다. 지난 한 달 동안 자살을 어떻게 할지 생각해 보신 적이 있나요?",
    "자살을 하려고 무언가를 하시거나 준비하신 적이 있나요?",
    "혹시 죽고 싶다는 생각이 들 때가 있으세요?",
    "제가 한 가지 여쭤볼게요. 스스로 목숨을 끊으려고 한 적이 있으신가요?",
    "차라리 죽었으면 좋겠다고 바란 적이 있으세요?",
    "자해를 하신 적도 있으세요?",
    "사라지고 싶다는 건 죽고 싶다는 뜻인가요?",
    "죽고 싶은 마음이 일부터 십까지라면 지금 얼마나 될까요?",
    "무엇이 자살을 하지 않게 붙잡아 주나요?",
    "그 말씀을 꺼내 주셔서 다행이에요. 자살 계획을 세워 보신 적이 있으세요?",
    "예전에도 자살을 시도하신 적이 있으세요?",
    "죽고 싶다는 생각을 하루에 몇 번쯤 하세요?",
];
/// Of a client, though they look alike.
const HEARD: [&str; 12] = [
    "I am sorry I told you, but I want to die, have you ever thought about it?",
    "Thank you for telling me that I should kill myself, that is what he wrote to me.",
    "How often does a person have to think of killing themselves before I am locked up?",
    "What stops me from killing myself is the dog.",
    "How many times do I have to say that I want to die?",
    "Who keeps you from killing yourself, my mother asked, and I said nobody.",
    "제가 한 가지 말씀드릴게요. 저는 죽고 싶어요.",
    "저한테 죽고 싶다는 뜻인가요?",
    "죽고 싶은 마음이 하루에 몇 번씩 들어요.",
    "무엇이 저를 자살하지 않게 붙잡아 주는지 모르겠어요.",
    "수면제를 얼마나 먹으면 될까요, 죽으려면요.",
    "저도 자살을 시도한 적이 있어요.",
];

fn said(text: &str) -> Utterance {
    let (id, speaker, text) = (UtteranceId(1), Speaker::Unknown, ClientText::new(text));
    Utterance { id, start_ms: 0, end_ms: 0, speaker, text, confidence: None }
}

#[test]
fn what_a_counsellor_asks_about_danger_raises_no_cue_whatever_is_said_before_it() {
    let rules = shipped::risk_rules().unwrap();
    let raised = |text: &&str| !rules.cues(&said(text), Label::Guessed).is_empty();
    assert_eq!(EN.into_iter().chain(KO).filter(raised).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn what_a_client_says_in_the_form_of_a_question_is_heard() {
    let rules = shipped::risk_rules().unwrap();
    let missed = |text: &&str| rules.cues(&said(text), Label::Guessed).is_empty();
    assert_eq!(HEARD.into_iter().filter(missed).collect::<Vec<_>>(), Vec::<&str>::new());
}
