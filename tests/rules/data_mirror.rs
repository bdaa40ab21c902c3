//! The session mirror: its shipped rules on lines of our own, its numbers on made-up sessions, and the paper of it.

use gyeot::adapters::shipped;
use gyeot::domain::mirror::behaviour::{Question, Reflection};
use gyeot::domain::mirror::measures::{Band, Limits, Measure};
use gyeot::domain::mirror::reading::{Mirror, MirrorRules, NotScorable, Number, SessionMirror, Value, read};
use gyeot::domain::mirror::rules::Rules;
use gyeot::domain::mirror::saying;
use gyeot::domain::practice::ids::{ClientId, SessionId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::session::{SessionRow, SessionState};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::{Span, Timestamp};
use gyeot::domain::transcript::{Gap, Speaker, Transcript};
use gyeot::formats::document::Block;
use gyeot::service::mirror_document::{Head, document};
use proptest::prelude::*;
use std::sync::OnceLock;

/// The shipped rules, read once: reading tries every example.
fn rules() -> &'static MirrorRules {
    static READ: OnceLock<MirrorRules> = OnceLock::new();
    READ.get_or_init(|| shipped::mirror_rules().unwrap())
}

/// A session in which the client tells for eight seconds and the counsellor answers, a second later, for four.
fn session(lang: Lang, answers: &[&str]) -> Transcript {
    let mut t = Transcript::empty(lang);
    let told = lang
        .pick("요즘은 아무것도 하기 싫고 잠도 못 자요.", "These days I do not want to do anything and I do not sleep.");
    for (n, answer) in (0u64..).zip(answers) {
        let at = n * 14_000;
        t.add(Span { start_ms: at, end_ms: at + 8_000 }, Speaker::Client, ClientText::new(told), None);
        t.add(Span { start_ms: at + 9_000, end_ms: at + 13_000 }, Speaker::Counsellor, ClientText::new(answer), None);
    }
    t
}

const ENGLISH: [&str; 8] = [
    "What would help you sleep?",
    "Do you drink in the evening?",
    "How does a day like that begin?",
    "What gets in the way?",
    "Have you told anyone?",
    "It sounds like you feel worn out.",
    "You do not want to do anything, and you lie awake.",
    "We will meet on Monday.",
];

fn number(mirror: &Mirror, measure: Measure) -> &Number {
    mirror.number(measure).unwrap()
}

fn why(mirror: &Mirror, measure: Measure) -> NotScorable {
    match number(mirror, measure).value {
        Value::NotScorable(why) => why,
        Value::Value(v) => panic!("{measure:?} is {v}"),
    }
}

#[test]
fn the_shipped_rules_take_every_line_of_their_own_for_what_it_is() {
    let rules = rules();
    assert!(rules.ko.examples.len() >= 12 && rules.en.examples.len() >= 12);
    for of_lang in [&rules.ko, &rules.en] {
        let f = &of_lang.figures;
        assert!(f.question_f1 >= 0.80 && f.reflection_f1 >= 0.65, "{} {f:?}", of_lang.version);
        assert!(f.found_for_coded > 0.0 && f.complex_right > 0.0 && f.open_right > 0.0);
    }
}

#[test]
fn a_rules_file_whose_example_is_taken_for_something_else_is_refused() {
    let file = shipped::PROMPTS.get_file("mirror/en.toml").and_then(|f| f.contents_utf8()).unwrap();
    assert!(Rules::parse(file).is_ok());
    let wrong = format!("{file}\n[[examples]]\ntext = \"Do you sleep?\"\nreflection = true\n");
    assert_eq!(Rules::parse(&wrong).unwrap_err().key, "examples");
    let empty = format!("{file}\n[[complex.cues]]\nid = \"nothing\"\npoints = 1.0\nwords = [\" \"]\n");
    assert_eq!(Rules::parse(&empty).unwrap_err().key, "cues.nothing");
}

#[test]
fn bounds_have_a_source_and_lie_in_order() {
    let limits = &rules().limits;
    for measure in [Measure::ReflectionsToQuestions, Measure::ComplexShare, Measure::OpenShare] {
        let bound = limits.bound(measure).unwrap();
        assert!(bound.source.contains("MITI"), "{measure:?}");
        assert_eq!(
            [bound.fair - 0.01, bound.fair, bound.good - 0.01, bound.good].map(|v| bound.band(v)),
            [Band::Below, Band::Fair, Band::Fair, Band::Good]
        );
    }
    assert_eq!(limits.bound(Measure::TalkShare), None, "nobody published a bound for it");
    let file = shipped::PROMPTS.get_file("mirror/measures.toml").and_then(|f| f.contents_utf8()).unwrap();
    assert!(Limits::parse(&file.replace("good = 2.0", "good = 1.0")).is_err());
    assert!(Limits::parse(&file.replace("most_unknown = 0.20", "most_unknown = 20.0")).is_err());
}

#[test]
fn every_number_names_utterances_of_the_transcript_and_counts_them_once() {
    let t = session(Lang::En, &ENGLISH);
    let mirror = read(&t, rules());
    assert_eq!(mirror.numbers.iter().map(|n| n.measure).collect::<Vec<_>>(), Measure::ALL);
    for number in &mirror.numbers {
        assert!(number.counted.iter().flat_map(|c| &c.utterances).all(|id| t.get(*id).is_some()));
    }
    let ids = |m| number(&mirror, m).counted.iter().map(|c| c.utterances[0].0).collect::<Vec<_>>();
    assert_eq!(ids(Measure::Questions), [2, 4, 6, 8, 10]);
    assert_eq!(ids(Measure::Reflections), [12, 14]);
    assert_eq!(number(&mirror, Measure::Questions).scored(), Some(5.0));
    assert_eq!(number(&mirror, Measure::OpenShare).scored(), Some(0.6));
    assert_eq!(number(&mirror, Measure::OpenShare).placed.as_ref().map(|p| p.band), Some(Band::Fair));
    assert_eq!(number(&mirror, Measure::ReflectionsToQuestions).scored(), Some(0.4));
    assert_eq!(number(&mirror, Measure::TalkShare).scored(), Some(1.0 / 3.0));
    assert_eq!(number(&mirror, Measure::AnsweringPause).scored(), Some(1000.0));
    assert_eq!(number(&mirror, Measure::LongestClientTurn).scored(), Some(8000.0));
    assert_eq!(why(&mirror, Measure::ComplexShare), NotScorable::TooFew { found: 2, needed: 5 });
}

#[test]
fn a_question_and_a_reflection_in_one_turn_count_once_each() {
    let rules = rules();
    for (lang, text) in [
        (Lang::En, "You feel stuck. What would help? What else?"),
        (Lang::Ko, "많이 답답하셨겠어요. 어떻게 하면 좋을까요? 무엇이 막나요?"),
    ] {
        let found = rules.of(lang).behaviour(text, &[]);
        assert_eq!(found.question, Some(Question::Open), "{text}");
        assert!(matches!(found.reflection, Some(Reflection::Complex | Reflection::Simple)), "{text}");
    }
}

#[test]
fn where_speakers_are_unsure_nothing_is_said_of_who_speaks_and_silence_still_is() {
    let mut t = session(Lang::En, &ENGLISH);
    let end = t.duration_ms;
    t.add(Span { start_ms: end + 5_000, end_ms: end + 7_000 }, Speaker::Unknown, ClientText::new("Mm."), None);
    assert!(number(&read(&t, rules()), Measure::TalkShare).scored().is_some(), "two seconds are below the limit");
    t.add(Span { start_ms: end + 7_000, end_ms: end + 60_000 }, Speaker::Unknown, ClientText::new("And so on."), None);
    let mirror = read(&t, rules());
    for number in &mirror.numbers {
        let unsure =
            matches!(number.value, Value::NotScorable(NotScorable::SpeakersUnsure { unknown }) if unknown > 0.2);
        assert_eq!(unsure, number.measure.needs_speakers(), "{:?}", number.measure);
        assert!(!unsure || number.counted.is_empty(), "what is unsure counted nothing");
    }
    assert_eq!(number(&mirror, Measure::LongestSilence).scored(), Some(5_000.0));
}

#[test]
fn one_speaker_a_short_session_and_a_file_without_times_are_each_said() {
    let mut one = Transcript::empty(Lang::En);
    one.add(Span { start_ms: 0, end_ms: 90_000 }, Speaker::Client, ClientText::new("I talk."), None);
    assert_eq!(why(&read(&one, rules()), Measure::TalkShare), NotScorable::OneSpeaker);
    let short = session(Lang::En, &ENGLISH[..2]);
    assert_eq!(why(&read(&short, rules()), Measure::Questions), NotScorable::TooShort { ms: 24_000 });
    let mut untimed = session(Lang::En, &ENGLISH);
    for u in &mut untimed.utterances {
        (u.start_ms, u.end_ms) = (0, 0);
    }
    let mirror = read(&untimed, rules());
    assert_eq!(why(&mirror, Measure::Silence), NotScorable::NoTimes);
    assert_eq!(number(&mirror, Measure::Questions).scored(), Some(5.0), "words need no clock");
    assert!(number(&mirror, Measure::TalkShare).scored().is_some(), "by letters");
}

#[test]
fn what_was_off_the_record_is_neither_silence_nor_a_pause_before_answering() {
    let mut t = session(Lang::En, &ENGLISH);
    for u in t.utterances.iter_mut().skip(1) {
        u.start_ms += 60_000;
        u.end_ms += 60_000;
    }
    assert_eq!(number(&read(&t, rules()), Measure::LongestSilence).scored(), Some(61_000.0));
    t.gaps.push(Gap { start_ms: 8_000, end_ms: 68_000, reason: "off-record".into() });
    assert_eq!(number(&read(&t, rules()), Measure::LongestSilence).scored(), Some(0.0));
}

#[test]
fn every_word_of_a_number_stands_in_both_languages() {
    let mirror = read(&session(Lang::Ko, &["요즘 어떠세요?"; 7]), rules());
    for lang in [Lang::Ko, Lang::En] {
        for number in &mirror.numbers {
            let placed = number.placed.as_ref().map(|p| saying::placed(p, number.unit, lang)).unwrap_or_default();
            for text in
                [number.measure.label(lang), &saying::value(number, lang), &placed, &saying::kinds(number, lang)]
            {
                assert!(!text.contains('{') && !text.contains("mirror-"), "{text}");
            }
        }
    }
}

fn kept(number: u32, transcript: Transcript) -> SessionMirror {
    let mirror = read(&transcript, rules());
    let id = SessionId([u8::try_from(number).unwrap(); 16]);
    let row = SessionRow {
        id,
        client: ClientId([7; 16]),
        code: "C-0417".into(),
        number,
        started: Timestamp(1_795_253_400_000),
        ended: None,
        state: SessionState::Ended,
        records: 1,
    };
    SessionMirror { row, transcript, mirror }
}

#[test]
fn the_paper_has_every_number_with_its_source_the_quotes_when_asked_and_charts_over_sessions() {
    let sessions = [kept(1, session(Lang::En, &ENGLISH)), kept(2, session(Lang::En, &ENGLISH))];
    let head = Head { client: &"C-0417".into(), author: "Lee", centre: "Centre" };
    let paper = document(&sessions, head, true, Lang::En);
    let tables: Vec<usize> = paper
        .blocks
        .iter()
        .filter_map(|b| {
            if let Block::Table { rows, head, widths } = b {
                assert!(rows.iter().all(|r| r.len() == head.len()) && widths.len() == head.len());
                Some(rows.len())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(tables, [Measure::ALL.len(); 2]);
    let quotes =
        |p: &gyeot::formats::document::Document| p.blocks.iter().filter(|b| matches!(b, Block::Quote { .. })).count();
    assert!(quotes(&paper) > 4);
    assert_eq!(quotes(&document(&sessions, head, false, Lang::En)), 0, "no words of the client unless asked for");
    assert!(paper.blocks.iter().any(|b| matches!(b, Block::Chart(c) if c.points.len() == 2 && c.levels.len() == 2)));
    let cells = |b: &Block| match b {
        Block::Table { rows, .. } => rows.iter().flatten().flatten().map(|r| r.text.reveal().to_owned()).collect(),
        _ => Vec::new(),
    };
    assert!(paper.blocks.iter().flat_map(cells).any(|c| c.contains("fair from") && c.contains("MITI 4.2.1")));
    assert_eq!(paper.ai_notice, None);
}

#[test]
fn a_sparkline_has_one_sign_for_each_session_and_a_dot_where_there_is_no_number() {
    let (long, short) = (kept(1, session(Lang::En, &ENGLISH)), kept(2, session(Lang::En, &ENGLISH[..2])));
    let few = kept(3, session(Lang::En, &[ENGLISH[0]; 6]));
    let mirrors = [&long.mirror, &short.mirror, &few.mirror];
    assert_eq!(saying::sparkline(&mirrors, Measure::Questions), "▁·█");
    assert_eq!(saying::sparkline(&[], Measure::Questions), "");
}

proptest! {
    #[test]
    fn no_text_makes_the_rules_panic_and_the_same_text_is_the_same_behaviour(text in "\\PC{0,80}", before in "\\PC{0,40}") {
        let rules = rules();
        for lang in [Lang::Ko, Lang::En] {
            let found = rules.of(lang).behaviour(&text, &[&before]);
            prop_assert_eq!(found, rules.of(lang).behaviour(&text, &[&before]));
        }
    }

    #[test]
    fn no_order_of_times_makes_the_mirror_panic(lines in prop::collection::vec((0u64..90_000, 0u64..90_000, 0usize..4), 0..30)) {
        let mut t = Transcript::empty(Lang::Ko);
        let who = [Speaker::Client, Speaker::Counsellor, Speaker::Other, Speaker::Unknown];
        for (n, (start_ms, end_ms, s)) in lines.into_iter().enumerate() {
            let id = UtteranceId(u32::try_from(n).unwrap() + 1);
            let text = ClientText::new("네, 그러셨군요. 어떠세요?");
            t.restore(gyeot::domain::transcript::Utterance { id, start_ms, end_ms, speaker: who[s], text, confidence: None });
        }
        let mirror = read(&t, rules());
        for n in mirror.numbers.iter().filter_map(Number::scored) {
            prop_assert!(n.is_finite() && n >= 0.0);
        }
    }
}
