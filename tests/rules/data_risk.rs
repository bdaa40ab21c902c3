//! Every shipped risk rule on its own lines, and what no text may do to the rules.
#![allow(clippy::unwrap_used)]

use gyeot::adapters::shipped;
use gyeot::domain::advice::evidence;
use gyeot::domain::advice::risk_cue::Rules;
use gyeot::domain::advice::suggestion::RiskCue;
use gyeot::domain::practice::ids::{RiskRuleId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Span;
use gyeot::domain::transcript::{Speaker, Transcript, Utterance};
use proptest::prelude::*;

fn rules() -> Rules {
    shipped::risk_rules().unwrap()
}

fn line(id: u32, speaker: Speaker, text: &str) -> Utterance {
    Utterance { id: UtteranceId(id), start_ms: 0, end_ms: 0, speaker, text: ClientText::new(text), confidence: None }
}

fn says(rules: &Rules, text: &str) -> Vec<RiskCue> {
    rules.cues(&line(1, Speaker::Client, text))
}

fn ids(cues: &[RiskCue]) -> Vec<&str> {
    cues.iter().map(|cue| cue.rule.as_str()).collect()
}

#[test]
fn every_rule_speaks_on_its_must_lines_and_is_silent_on_its_must_not_lines() {
    let rules = rules();
    let mut wrong = Vec::new();
    for rule in rules.rules() {
        for text in &rule.must {
            if !ids(&says(&rules, text)).contains(&rule.id.as_str()) {
                wrong.push(format!("{} is silent: {text}", rule.id));
            }
        }
        for text in &rule.must_not {
            if ids(&says(&rules, text)).contains(&rule.id.as_str()) {
                wrong.push(format!("{} speaks: {text}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_must_line_without_its_spaces_is_still_heard_in_korean() {
    let rules = rules();
    let hangul = |s: &str| s.chars().any(|c| ('가'..='힣').contains(&c));
    let mut silent = Vec::new();
    for rule in rules.rules() {
        for text in rule.must.iter().filter(|t| hangul(t)) {
            let squeezed: String = text.split(' ').collect();
            if says(&rules, &squeezed).is_empty() {
                silent.push(squeezed);
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn everyday_sayings_raise_no_rule_at_all() {
    let rules = rules();
    for text in [
        "배고파 죽겠어",
        "웃겨 죽는 줄 알았어요",
        "더워 죽겠네",
        "귀여워 죽겠어요",
        "피곤해 죽을 것 같아요",
        "죽이는 맛이에요",
        "이 집 국물 진짜 죽여줘요",
        "죽을 끓여 먹었어요",
        "시간을 죽이고 있었어요",
        "죽마고우를 만났어요",
        "저 혼자 살아요",
        "불안이 없어졌으면 좋겠어요",
        "새벽에 자주 깨요",
        "I'm dying to see that film.",
        "We were killing time.",
        "You're killing me, that's so funny.",
        "I'd kill for a coffee.",
        "My phone died.",
        "I was dead tired.",
        "Over my dead body!",
        "I'm starving.",
        "That hits me hard.",
        "A deadline is a deadline.",
    ] {
        let cues = says(&rules, text);
        assert!(cues.is_empty(), "{text}: {:?}", ids(&cues));
    }
}

#[test]
fn a_denial_is_shown_with_its_mark_and_a_plain_statement_is_not_marked() {
    let rules = rules();
    for text in [
        "자살 생각은 없어요",
        "죽고 싶은 건 아니에요",
        "죽고 싶지는 않아요",
        "자해는 안 해요",
        "자살 시도는 한 적 없어요",
        "I don't want to die.",
        "I'm not suicidal.",
        "I never thought about killing myself.",
        "No thoughts of suicide.",
        "I would never hurt myself.",
    ] {
        let cues = says(&rules, text);
        assert!(!cues.is_empty() && cues.iter().all(|c| c.denied), "{text}: {cues:?}");
    }
    for text in [
        "죽고 싶어요. 방법은 없어요.",
        "자살 생각이 자주 들어요",
        "살고 싶지 않아요",
        "깨어나지 않았으면 좋겠어요",
        "No. I want to die.",
        "I don't know, I want to die.",
        "I don't want to live anymore.",
        "I can't go on, I'm suicidal.",
    ] {
        let cues = says(&rules, text);
        assert!(!cues.is_empty() && cues.iter().any(|c| !c.denied), "{text}: {cues:?}");
    }
}

#[test]
fn of_a_denial_and_a_statement_in_one_breath_the_statement_is_shown() {
    let cues = says(&rules(), "죽고 싶지 않아요. 아니, 사실 죽고 싶어요.");
    let ideation: Vec<_> = cues.iter().filter(|c| c.rule == RiskRuleId::from("active-ideation")).collect();
    assert_eq!(ideation.len(), 1);
    assert!(!ideation[0].denied);
    assert_eq!(ideation[0].quote.reveal(), "죽고 싶어요");
}

#[test]
fn the_counsellors_own_words_raise_nothing_and_everybody_elses_do() {
    let rules = rules();
    for (speaker, heard) in
        [(Speaker::Counsellor, false), (Speaker::Client, true), (Speaker::Unknown, true), (Speaker::Other, true)]
    {
        let cues = rules.cues(&line(1, speaker, "죽고 싶다는 생각을 하신 적이 있나요?"));
        assert_eq!(!cues.is_empty(), heard, "{speaker:?}");
    }
}

#[test]
fn a_yes_right_after_the_question_is_heard_and_a_no_or_a_yes_to_something_else_is_not() {
    let rules = rules();
    let answer = |question: &str, answer: &str| {
        let asked = line(1, Speaker::Counsellor, question);
        let cues = rules.cues_after(Some(&asked), &line(2, Speaker::Client, answer));
        ids(&cues).iter().map(|s| s.to_string()).collect::<Vec<_>>()
    };
    let ko = "자살을 생각해 보신 적이 있으세요?";
    for yes in ["네.", "네, 있어요.", "가끔요.", "네, 가끔 그런 생각이 들어요.", "솔직히 있어요."]
    {
        assert_eq!(answer(ko, yes), ["affirmed-when-asked"], "{yes}");
    }
    let en = "Have you thought about killing yourself?";
    for yes in ["Yes.", "Sometimes.", "Yeah, I have.", "Well, a few times.", "Um, once."] {
        assert_eq!(answer(en, yes), ["affirmed-when-asked"], "{yes}");
    }
    for no in ["아니요.", "아니요, 없어요.", "네, 그런 적은 없어요.", "전혀요."] {
        assert!(answer(ko, no).is_empty(), "{no}");
    }
    for no in ["No.", "Never.", "Not like that.", "No, I have no plan."] {
        assert!(answer(en, no).is_empty(), "{no}");
    }
    assert!(answer("요즘 산책은 하세요?", "네, 가끔요.").is_empty());
    assert!(answer("Do you sleep well?", "Sometimes.").is_empty());
}

#[test]
fn cues_of_a_transcript_come_in_order_of_time_and_stand_on_verbatim_words() {
    let mut transcript = Transcript::empty(Lang::Ko);
    for (at, speaker, text) in [
        (0, Speaker::Counsellor, "죽고 싶다는 생각도 드세요?"),
        (1000, Speaker::Client, "네."),
        (2000, Speaker::Client, "손목을   그은 적이 있어요"),
    ] {
        transcript.add(Span { start_ms: at, end_ms: at + 900 }, speaker, ClientText::new(text), None);
    }
    let cues = rules().cues_in(&transcript);
    assert_eq!(ids(&cues), ["affirmed-when-asked", "self-harm"]);
    for cue in &cues {
        let evidence = evidence::Evidence { utterance: cue.utterance, quote: cue.quote.clone() };
        assert_eq!(evidence::check_client(&transcript, &evidence), Ok(()));
    }
}

#[test]
fn every_rule_has_a_label_in_both_languages_a_source_and_something_to_open() {
    for rule in rules().rules() {
        assert!(!rule.label(Lang::Ko).is_empty() && !rule.label(Lang::En).is_empty(), "{}", rule.id);
        assert!(matches!(rule.opens.as_str(), "cssrs-screener" | "safety-triage"), "{}", rule.id);
        assert!(!rule.source.is_empty(), "{}", rule.id);
    }
}

#[test]
fn denied_is_left_out_of_the_file_when_it_is_false() {
    let rules = rules();
    let json = |text: &str| serde_json::to_string(&says(&rules, text)).unwrap();
    assert!(!json("죽고 싶어요").contains("denied"));
    assert!(json("자해는 안 해요").contains("\"denied\":true"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic_and_every_quote_stands_in_it(
        text in "(\\PC{0,12}|죽고 싶|자살 생각|깨어나지 않았으면|i want to die|[\u{1100}-\u{11ff}]{0,5}|[ .,'\u{0301}\u{200d}\n]{0,4}){0,8}"
    ) {
        use std::sync::OnceLock;
        static RULES: OnceLock<Rules> = OnceLock::new();
        let rules = RULES.get_or_init(rules);
        let mut transcript = Transcript::empty(Lang::Ko);
        transcript.add(Span { start_ms: 0, end_ms: 1 }, Speaker::Client, ClientText::new(&text), None);
        for cue in rules.cues_in(&transcript) {
            let evidence = evidence::Evidence { utterance: cue.utterance, quote: cue.quote };
            prop_assert_eq!(evidence::check(&transcript, &evidence), Ok(()));
        }
    }

    #[test]
    fn no_rules_file_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = Rules::parse(&text);
    }
}
