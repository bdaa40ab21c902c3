//! Every shipped risk rule on its own lines, and what no text may do to the rules.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use gyeot::adapters::shipped;
use gyeot::domain::advice::evidence;
use gyeot::domain::advice::risk_cue::{Label, Rules};
use gyeot::domain::advice::risk_figures;
use gyeot::domain::advice::suggestion::{About, RiskCue};
use gyeot::domain::practice::ids::{RiskRuleId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Span;
use gyeot::domain::transcript::{Speaker, Transcript, Utterance};
use proptest::prelude::*;

/// The shipped rules, or those of `GYEOT_RULES`, to try a change without building.
fn rules() -> Rules {
    match std::env::var_os("GYEOT_RULES") {
        Some(file) => Rules::parse(&std::fs::read_to_string(file).unwrap()).unwrap(),
        None => shipped::risk_rules().unwrap(),
    }
}

fn line(id: u32, speaker: Speaker, text: &str) -> Utterance {
    Utterance { id: UtteranceId(id), start_ms: 0, end_ms: 0, speaker, text: ClientText::new(text), confidence: None }
}

fn says(rules: &Rules, text: &str) -> Vec<RiskCue> {
    rules.cues(&line(1, Speaker::Client, text), Label::Guessed)
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
fn only_a_label_set_by_hand_makes_a_line_quiet_and_no_guess_of_a_voice_does() {
    let rules = rules();
    for text in ["가끔 죽고 싶어요", "Sometimes I wish I would just not wake up."] {
        for speaker in [Speaker::Counsellor, Speaker::Client, Speaker::Unknown, Speaker::Other] {
            assert!(!rules.cues(&line(1, speaker, text), Label::Guessed).is_empty(), "{speaker:?}: {text}");
            let by_hand = rules.cues(&line(1, speaker, text), Label::ByHand);
            assert_eq!(by_hand.is_empty(), speaker == Speaker::Counsellor, "{speaker:?} by hand: {text}");
        }
    }
}

const SCREENING: [&str; 14] = [
    "죽고 싶다는 생각을 하신 적이 있나요?",
    "혹시 자살을 생각해 보신 적이 있으세요?",
    "자해를 하신 적이 있으신가요?",
    "요즘도 죽고 싶다는 생각이 드세요?",
    "죽고 싶으세요?",
    "깨어나지 않았으면 좋겠다는 생각이 드시나요?",
    "제가 직접 여쭤볼게요. 자살 생각이 있으세요?",
    "Do you ever think you would be better off dead?",
    "Have you thought about killing yourself?",
    "Are you having thoughts of suicide?",
    "Have you ever tried to kill yourself?",
    "I need to ask you this directly: are you thinking of ending your life?",
    "Can I ask, do you hurt yourself?",
    "Have you wished you were dead or wished you could go to sleep and not wake up?",
];

#[test]
fn a_screening_question_of_an_unsettled_speaker_is_quiet_and_of_a_settled_client_it_is_not() {
    let rules = rules();
    for text in SCREENING {
        for speaker in [Speaker::Counsellor, Speaker::Client, Speaker::Unknown, Speaker::Other] {
            let cues = rules.cues(&line(1, speaker, text), Label::Guessed);
            assert!(cues.is_empty(), "{speaker:?}: {text} {:?}", ids(&cues));
        }
        assert!(!rules.cues(&line(1, Speaker::Client, text), Label::ByHand).is_empty(), "{text}");
    }
}

#[test]
fn a_question_in_the_mouth_of_who_speaks_of_themselves_or_asks_about_a_means_is_never_quiet() {
    let rules = rules();
    for text in [
        "저는 죽고 싶은데 선생님도 그런 생각이 드세요?",
        "죽고 싶어요. 선생님은 그런 생각이 드세요?",
        "다른 분들도 죽고 싶다는 생각을 하나요?",
        "수면제를 몇 알 먹으면 죽는지 아세요?",
        "고통 없이 죽는 방법이 있으세요?",
        "Do you think I should just die?",
        "My husband asked do you want to kill yourself.",
        "I want to die. Do you ever feel that you want to die?",
        "Do you think people who kill themselves are cowards?",
        "Do you know how many pills would kill a person?",
    ] {
        assert!(!rules.cues(&line(1, Speaker::Unknown, text), Label::Guessed).is_empty(), "{text}");
    }
}

#[test]
fn sixty_transcripts_raise_the_same_cues_whoever_the_labels_name_and_after_recovery() {
    use Speaker::{Client, Counsellor, Other, Unknown};
    let rules = rules();
    let lines = [include_str!("../data/risk/ko.txt"), include_str!("../data/risk/en.txt")]
        .map(|text| risk_figures::parse(text).unwrap());
    let heard = |line: &&risk_figures::Line| line.family.is_some() && !says(&rules, &line.text).is_empty();
    let mut made = 0;
    for lines in lines {
        for (n, danger) in lines.iter().filter(heard).step_by(4).take(30).enumerate() {
            let question = SCREENING[n % SCREENING.len()];
            let of = |labels: [Speaker; 4]| {
                let mut t = Transcript::empty(Lang::Ko);
                for (at, text) in [danger.text.as_str(), question, "네.", "Okay, I see."].into_iter().enumerate() {
                    let start_ms = at as u64 * 1000;
                    t.add(Span { start_ms, end_ms: start_ms + 900 }, labels[at], ClientText::new(text), None);
                }
                t
            };
            let wanted = rules.cues_in(&of([Client, Counsellor, Client, Counsellor]));
            assert!(wanted.iter().any(|c| c.utterance == UtteranceId(1)), "{}", danger.text);
            for labels in [
                [Counsellor, Client, Counsellor, Client],
                [Unknown; 4],
                [Counsellor; 4],
                [Client; 4],
                [Other, Unknown, Counsellor, Client],
            ] {
                assert_eq!(rules.cues_in(&of(labels)), wanted, "{labels:?}: {}", danger.text);
                let recovered = Transcript::parse(&serde_json::to_string(&of(labels)).unwrap()).unwrap();
                assert_eq!(rules.missing(&recovered, &[]), wanted, "recovered: {}", danger.text);
                assert!(rules.missing(&recovered, &wanted).is_empty());
            }
            made += 1;
        }
    }
    assert_eq!(made, 60);
}

#[test]
fn spelling_tricks_and_speech_forms_are_heard() {
    let rules = rules();
    for text in [
        "I want to unalive myself",
        "I want to k\u{200b}ill my\u{ad}self",
        "I want to kіll mуsеlf",
        "Ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "I want to k1ll myself",
        "I want to k i l l myself",
        "thinking about su1cide",
        "thinking about s.u.i.c.i.d.e",
        "gonna kms",
        "sewer slide sounds nice",
        "i’m going to off myself",
        "그냥 주거버리고 싶어",
        "쥭고 싶다",
        "죽구시퍼",
        "죽ㄱㅗ 싶어",
        "ㅈ ㅜ ㄱ ㄱ ㅗ 싶어",
        "ㅈㅏ살 생각이 나요",
        "자-살 생각이 나요",
        "죽\u{200b}고 싶\u{200d}어요",
        "주글래",
        "뒤지고 싶다",
    ] {
        assert!(!says(&rules, text).is_empty(), "{text}");
    }
}

#[test]
fn a_cue_says_of_whom() {
    let rules = rules();
    for (text, about) in [
        ("My daughter told me last night that she wants to kill herself", About::Another),
        ("He … is going to hang himself", About::Another),
        ("She said she wanted to kill herself", About::Another),
        ("A friend of mine, not me, keeps thinking about ending it.", About::Another),
        ("I want to kill myself", About::Oneself),
        ("My mom says that I should just die", About::Oneself),
        ("친구 얘긴데요, 걔가 자꾸 죽고 싶다고 해요.", About::Another),
        ("우리 애가 어제 죽고 싶다고 했어요", About::Another),
        ("저는 가끔 죽고 싶어요", About::Oneself),
        ("엄마가 미워서 죽고 싶어요", About::Unknown),
        ("죽고 싶어요", About::Unknown),
    ] {
        let cues = says(&rules, text);
        assert!(cues.iter().any(|c| c.about == about), "{text}: {cues:?}");
    }
}

#[test]
fn a_word_inside_a_word_and_the_cases_of_users_are_right() {
    let rules = rules();
    for quiet in ["투자해도 남는 게 없어요", "혼자 해도 돼요", "각자해요", "혼자 살아요"] {
        assert!(says(&rules, quiet).is_empty(), "{quiet}: {:?}", ids(&says(&rules, quiet)));
    }
    for loud in [
        "어젯밤에 또 그었어요",
        "강아지도 맡기고 통장도 정리했어요",
        "한강 다리에 자꾸 가게 돼요",
        "How many of those pills would it take to not wake up?",
        "What is the highest bridge near here?",
        "I gave my dog to my brother and paid everything off.",
        "I don’t want to be here anymore.",
        "They’d be better off without me.",
        "Voices tell me to hurt myself.",
        "It is never going to get better.",
        "제가 없어지는 게 다들 편할 것 같아요.",
    ] {
        assert!(!says(&rules, loud).is_empty(), "{loud}");
    }
}

#[test]
fn every_family_has_a_dozen_lines_that_must_raise_it_and_a_dozen_that_must_not() {
    let rules = rules();
    let mut counts: std::collections::BTreeMap<&str, (usize, usize)> = std::collections::BTreeMap::new();
    for rule in rules.rules() {
        let (must, must_not) = counts.entry(&rule.family).or_default();
        *must += rule.must.len();
        *must_not += rule.must_not.len();
    }
    let few: Vec<_> = counts.iter().filter(|(_, (must, must_not))| *must < 12 || *must_not < 12).collect();
    assert!(few.is_empty(), "{few:?}");
}

#[test]
fn recall_and_precision_on_lines_that_made_no_rule_hold_in_both_languages() {
    // `GYEOT_RISK_SET=even|odd` takes one half of the lines.
    let rules = rules();
    let half = std::env::var("GYEOT_RISK_SET").ok();
    const LATER: (f64, f64) = (0.50, 0.90);
    let mut missed = Vec::new();
    for name in ["ko", "en", "later-ko", "later-en", "last-ko", "last-en"] {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/risk/{name}.txt"));
        let lines = risk_figures::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
        let lines: Vec<_> = lines
            .iter()
            .enumerate()
            .filter(|(n, _)| half.as_deref().is_none_or(|h| (h == "even") == (n % 2 == 0)))
            .map(|(_, line)| line)
            .collect();
        let figures = risk_figures::measure(&rules, lines.iter().copied());
        println!("{name}\n{figures}");
        if half.as_deref() == Some("even") {
            figures.wrong.iter().for_each(|n| println!("wrong: {:?} {}", lines[*n].family, lines[*n].text));
        }
        // Lines of the second sitting were written in full knowledge of how oblique speech is; what they show is not the
        // target but how far the rules reach beyond the words they were made for.
        let (recall, precision) = if name.starts_with('l') { LATER } else { (0.95, 0.90) };
        if figures.recall() < recall || figures.precision() < precision {
            missed.push(format!("{name}\n{figures}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Lines that were written before their writer had read a rule, and not looked at while the rules were widened. The floor is
/// a little under the figures of the day (tests/data/risk/README.md): a change that loses what is heard shows here.
#[test]
fn lines_that_were_held_out_are_heard_and_their_look_alikes_are_not() {
    let rules = rules();
    const FLOOR: (f64, f64) = (0.93, 0.90);
    let mut low = Vec::new();
    for (name, aside) in [("fresh-a-ko", false), ("fresh-a-en", false), ("fresh-b-ko", true), ("fresh-b-en", true)] {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/risk/{name}.txt"));
        let lines = risk_figures::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
        let figures = risk_figures::measure(&rules, &lines);
        println!("{name}\n{figures}");
        if figures.recall() < FLOOR.0 || figures.precision() < FLOOR.1 {
            low.push(format!("{name}\n{figures}"));
        }
        if aside {
            assert!(figures.look_alikes >= 200, "{name}");
            let few = figures.families.iter().find(|(_, c)| c.lines < 12 || c.look_alikes < 12);
            assert!(few.is_none() && figures.families.len() == 11, "{name}: {few:?}");
        }
    }
    assert!(low.is_empty(), "{}", low.join("\n"));
}

/// Lines of hands that never saw a rule and that nothing was learned from. `seventh` has to reach what is asked for; `sixth`, many of
/// whose look-alikes are near twins of true lines, is harder: its floors are a little under the figures of the day
/// (tests/data/risk/README.md).
#[test]
fn lines_of_other_hands_are_heard_as_well_as_was_measured() {
    let rules = rules();
    let mut low = Vec::new();
    for (name, floor) in [
        ("seventh-ko", (0.95, 0.90)),
        ("seventh-en", (0.95, 0.90)),
        ("sixth-ko", (0.92, 0.74)),
        ("sixth-en", (0.86, 0.71)),
    ] {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/risk/{name}.txt"));
        let lines = risk_figures::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
        let figures = risk_figures::measure(&rules, &lines);
        println!("{name}\n{figures}");
        if figures.recall() < floor.0 || figures.precision() < floor.1 {
            low.push(format!("{name}: recall {:.3}, precision {:.3}", figures.recall(), figures.precision()));
        }
    }
    assert!(low.is_empty(), "{low:#?}");
}

#[test]
fn weighed_words_speak_only_where_no_rule_does_and_open_what_fits() {
    let rules = rules();
    // None of these is a line from which the weights were learned.
    for (text, id, opens) in [
        ("i keep the tablets under the floor and every night i count how many would be enough", "", "cssrs-screener"),
        ("my stepmother puts my little brother out in the rain with no coat when he wets the bed", "", "safety-triage"),
        ("밤마다 창틀에 걸터앉아서 아래를 보면 마음이 편해져요 떨어지면 끝이니까", "", "cssrs-screener"),
        ("남편이 화나면 애 앞에서 접시를 던지고 저를 벽에 몰아붙여요", "", "safety-triage"),
    ] {
        let cues = says(&rules, text);
        assert!(cues.iter().any(|cue| cue.opens == opens), "{text}: {:?} {id}", ids(&cues));
    }
    for text in ["죽고 싶어요", "I want to kill myself."] {
        assert!(says(&rules, text).iter().all(|cue| !cue.rule.as_str().starts_with("weighed")), "{text}");
    }
}

/// Sessions and examples of cards in which clients tell of everyday trouble: a cue in every twentieth line would be noise that
/// nobody reads.
#[test]
fn of_a_hundred_lines_of_ordinary_talk_at_most_three_raise_a_cue() {
    let rules = rules();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut lines, mut heard) = (0, 0);
    for folder in ["tests/data/ordinary-talk", "tests/data/items", "tests/data/items-later"] {
        let mut files: Vec<_> = std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|e| e == "json"));
        for file in files {
            let Ok(said) = Transcript::parse(&std::fs::read_to_string(file).unwrap()) else { continue };
            lines += said.utterances.len();
            heard += said.utterances.iter().filter(|u| !says(&rules, u.text.reveal()).is_empty()).count();
        }
    }
    println!("{heard} of {lines}");
    assert!(lines > 300 && heard * 100 <= lines * 3, "{heard} of {lines}");
}

#[test]
fn slots_stand_together_in_a_rule_and_a_slot_that_is_not_there_is_a_flaw_with_its_line() {
    let text = include_str!("../../prompts/risk/rules.toml");
    let broken = text.replacen("together = [\n", "together = [\n  'no-such-slot > self',\n", 1);
    let at = broken.lines().position(|l| l.contains("no-such-slot")).unwrap() + 1;
    let flaw = Rules::parse(&broken).unwrap_err();
    assert_eq!((flaw.line, flaw.key.as_str()), (at, "rule.together"));
    let twice = text.replacen("[[slot]]\nname = \"other\"", "[[slot]]\nname = \"self\"", 1);
    assert!(Rules::parse(&twice).is_err());
}

#[test]
fn a_line_costs_well_under_a_millisecond_once_the_rules_are_warm() {
    // The bound is loose for builds without optimisation and for a machine that does other things as well.
    let rules = rules();
    let lines: Vec<_> = ["ko", "en"]
        .map(|name| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/risk/{name}.txt")))
        .iter()
        .flat_map(|file| risk_figures::parse(&std::fs::read_to_string(file).unwrap()).unwrap())
        .collect();
    let mut best = std::time::Duration::MAX;
    for _ in 0..3 {
        let begin = std::time::Instant::now();
        lines.iter().for_each(|line| drop(says(&rules, &line.text)));
        best = best.min(begin.elapsed() / lines.len() as u32);
    }
    println!("{best:?} a line");
    let bound = if cfg!(debug_assertions) { 40 } else { 1 };
    assert!(best < std::time::Duration::from_millis(bound), "{best:?}");
}

#[test]
fn a_word_put_between_the_question_and_its_answer_does_not_hide_the_answer_and_another_question_does() {
    use Speaker::{Client, Counsellor, Unknown};
    let rules = rules();
    let raised = |question: &str, between: (Speaker, &str), answer: &str| {
        let mut t = Transcript::empty(Lang::Ko);
        for (n, (who, text)) in (1..).zip([(Counsellor, question), between, (Client, answer)]) {
            t.utterances.push(line(n, who, text));
        }
        rules
            .cues_in(&t)
            .iter()
            .any(|cue| cue.utterance == UtteranceId(3) && cue.rule.as_str() == "affirmed-when-asked")
    };
    let (ko, en) = ("자살을 생각해 보신 적이 있으세요?", "Have you thought about killing yourself?");
    for who in [Client, Counsellor, Unknown] {
        assert!(raised(ko, (who, "천천히 말씀하셔도 됩니다."), "네, 있어요."), "{who:?}");
        assert!(raised(en, (who, "Take your time."), "Well, a few times."), "{who:?}");
    }
    assert!(!raised(ko, (Counsellor, "요즘 잠은 잘 주무세요?"), "네, 있어요."), "a yes to another question");
    assert!(!raised(en, (Counsellor, "Are you sleeping at all?"), "Sometimes."));
    assert!(!raised(ko, (Client, "글쎄요."), "아니요, 없어요."));
}

#[test]
fn a_yes_right_after_the_question_is_heard_and_a_no_or_a_yes_to_something_else_is_not() {
    let rules = rules();
    let answer = |question: &str, answer: &str| {
        let asked = line(1, Speaker::Counsellor, question);
        let before = Some((&asked, Label::Guessed));
        let cues = rules.cues_after(before, &line(2, Speaker::Client, answer), Label::Guessed);
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

/// None of these lines was learned from.
#[test]
fn a_look_alike_that_a_rule_takes_for_danger_is_quiet_unless_it_names_danger_outright() {
    let with = rules();
    let without = Rules::parse(include_str!("../../prompts/risk/rules.toml")).unwrap();
    for harmless in [
        "번개탄 두 봉지 사서 마당에서 조개 구워 먹었어요",
        "노끈을 사다가 이삿짐 상자를 묶었더니 손이 아파요",
        "옥상 문이 열려 있다고 관리실에서 방송이 나왔어요",
        "명절에 고향 내려가느라 고양이를 친구네 집에 며칠 맡겼어요",
        "내년 봄에는 제가 여기 없을 거예요 부산 지사로 발령이 났거든요",
        "i was a dead weight in the tug of war and our team lost again",
        "we are rehoming the puppies and they have all gone to good families",
        "my goodbye party is next friday at the pizza place before we move to spain",
    ] {
        let said = line(1, Speaker::Client, harmless);
        assert!(!without.cues(&said, Label::Guessed).is_empty(), "no rule speaks, so nothing is proved: {harmless}");
        assert!(with.cues(&said, Label::Guessed).is_empty(), "{harmless}");
    }
    for outright in [
        "캠핑장에서 번개탄 피워서 삼겹살을 구워 먹었는데 그때도 죽고 싶었어요",
        "게임에서 캐릭터가 자꾸 죽어서 친구들이 웃었는데 사실 저는 자살 생각을 매일 해요",
        "드라마에서 주인공이 죽는데 저도 죽고 싶더라고요",
        "영화 결말이 그랬는데 저는 그 배우처럼 자살하고 싶어요",
        "in the film the hero dies and i want to die too",
        "명절에 고향 내려가서 맛있는 거 먹고 손목을 그었어요",
        "at the pizza party everybody laughed at the game and i want to kill myself",
        "we had a lovely barbecue with the puppies and then i cut myself again",
        "the film was funny and the popcorn was good and last year i tried to kill myself",
    ] {
        let said = line(1, Speaker::Client, outright);
        assert!(!with.cues(&said, Label::Guessed).is_empty(), "{outright}");
    }
}

/// None of these lines was learned from, or made a context.
#[test]
fn what_is_plainly_about_a_film_a_lesson_a_form_or_strangers_is_quiet_and_a_sign_that_it_is_meant_keeps_the_cue() {
    // Without weights: it is the contexts that are tried.
    let rules = Rules::parse(include_str!("../../prompts/risk/rules.toml")).unwrap();
    for (quiet, meant) in [
        (
            "the musical was about suicide and the tenor was off key",
            "the musical was about suicide and i keep thinking that is me",
        ),
        (
            "there was a sitcom with a suicide in it and nobody noticed",
            "there was a sitcom with a suicide in it and my brother said he is next",
        ),
        (
            "there was a suicide awareness lecture in the canteen",
            "there was a suicide awareness lecture and i thought about my own attempt",
        ),
        (
            "the newspaper had an article about the suicide of a general",
            "the newspaper had an article about suicide and since then i plan mine",
        ),
        ("어제 본 뮤지컬에서 여주인공이 자살하는 장면이 길더라고요", "어제 본 뮤지컬처럼 저도 자살하고 싶더라고요"),
        (
            "구청에서 자살 예방 캠페인 전단을 나눠 주더라고요",
            "자살 예방 캠페인 전단을 보는데 제가 자살 생각을 하고 있더라고요",
        ),
        (
            "검사지에 자살 생각 문항은 전부 없음이었어요",
            "검사지에 자살 생각 문항을 없음이라 했지만 사실 저는 매일 죽고 싶어요",
        ),
        ("조선 시대에도 자살이 많았다는 책이래요", "조선 시대에도 자살이 많았다는데 우리 아들이 자꾸 자살 얘기를 해요"),
    ] {
        assert!(says(&rules, quiet).is_empty(), "{quiet}: {:?}", ids(&says(&rules, quiet)));
        assert!(!says(&rules, meant).is_empty(), "{meant}");
    }
    for marked in [
        "they asked if i ever thought of suicide and i said no",
        "선생님이 죽고 싶냐고 물으셔서 전혀 아니라고 했어요",
        "자살 생각은 지금까지 한 번도 해 본 적이 없어요",
    ] {
        let cues = says(&rules, marked);
        assert!(!cues.is_empty() && cues.iter().all(|cue| cue.denied), "{marked}: {cues:?}");
    }
}

/// They are read only when a line is weighed, and one that does not read weighs nothing: so each is read here.
#[test]
fn the_weights_of_both_languages_read() {
    use gyeot::domain::advice::risk_weights::Table;
    for text in [include_str!("../../prompts/risk/words-ko.tsv"), include_str!("../../prompts/risk/words-en.tsv")] {
        let table = Table::parse(text).unwrap();
        assert!(
            table.weights.len() > 10_000 && table.enough > 0.0 && table.against < 0.0 && table.outright < table.against,
            "{}",
            table.weights.len()
        );
    }
}

#[test]
fn the_fact_of_a_cue_in_a_note_says_what_its_rule_looks_for_and_never_its_id() {
    let rules = rules();
    for rule in rules.rules() {
        for (lang, must) in [(Lang::Ko, "죽고 싶다는 말을 했다"), (Lang::En, "said they want to die")] {
            let said = line(1, Speaker::Client, must);
            let cue = RiskCue {
                utterance: said.id,
                quote: ClientText::new(must),
                rule: rule.id.clone(),
                opens: rule.opens.clone(),
                denied: false,
                about: About::Unknown,
            };
            let transcript = Transcript { utterances: vec![said], ..Transcript::empty(lang) };
            let fact = gyeot::domain::note::facts::of_cue(&cue, &rules, &transcript, lang);
            let text = fact.text.reveal();
            assert!(text.ends_with(&format!("({})", rule.label(lang))), "{text}");
            // What the counsellor asked says nothing of what the client wants.
            let asked = line(1, Speaker::Counsellor, must);
            let transcript = Transcript { utterances: vec![asked], ..Transcript::empty(lang) };
            let fact = gyeot::domain::note::facts::of_cue(&cue, &rules, &transcript, lang);
            let text = fact.text.reveal();
            assert!(!text.contains(rule.label(lang)) && text.ends_with(&format!("“{must}”")), "{text}");
            assert!(text.contains(lang.pick("상담사", "counsellor")), "{text}");
        }
    }
}
