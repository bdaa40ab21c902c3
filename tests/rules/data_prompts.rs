//! Every technique card that ships: it loads, it speaks both languages, and it claims nothing that only a doctor may.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use gyeot::adapters::shipped;
use gyeot::domain::advice::technique::Card;
use gyeot::domain::model::Manifest;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::transcript::ModelRef;

/// Verbs and nouns that a suggestion to a counsellor must not use of itself (L21).
const FORBIDDEN: [&str; 10] =
    ["진단", "처방", "치료합니다", "치료한다", "완치", "diagnos", "prescri", "cure", "treats ", "treat "];

fn cards() -> Vec<Card> {
    shipped::technique_library().unwrap().cards().to_vec()
}

#[test]
fn every_shipped_card_loads_and_is_named_after_its_file() {
    let files: Vec<String> =
        shipped::markdown("techniques").into_iter().map(|(name, _)| name.trim_end_matches(".md").to_owned()).collect();
    let ids: Vec<String> = cards().iter().map(|card| card.id.to_string()).collect();
    assert_eq!(files, ids);
}

#[test]
fn every_card_has_a_head_made_for_the_embedding_model_that_is_shipped() {
    let manifest =
        Manifest::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/multilingual-e5-small.toml")));
    let sha256 = manifest.unwrap().variants[0].sha256.clone().unwrap();
    let heads = shipped::direction_heads().unwrap();
    let library = shipped::technique_library().unwrap();
    let of = |sha256: &str| ModelRef { id: "multilingual-e5-small".into(), sha256: sha256.to_owned() };
    assert!(heads.held_out.first > heads.held_out.first_by_nearness, "worse than no heads");
    assert!(heads.clone().lookup(&library, &of(&sha256)).is_some());
    assert!(heads.lookup(&library, &of(&"0".repeat(64))).is_none(), "heads of another model's vectors");
}

#[test]
fn no_card_diagnoses_prescribes_or_promises_a_cure() {
    for card in cards() {
        for lang in [Lang::Ko, Lang::En] {
            let text = card.text(lang);
            for words in [&text.title, &text.fits, &text.first_step, &text.guidance] {
                let low = words.to_lowercase();
                for word in FORBIDDEN {
                    assert!(!low.contains(word), "{}: {word} in: {words}", card.id);
                }
            }
        }
    }
}

#[test]
fn every_card_has_two_to_four_questions_and_a_source_with_a_year() {
    for card in cards() {
        assert!((2..=4).contains(&card.questions.len()), "{}", card.id);
        let has_year = card.source.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4);
        assert!(has_year, "{}: {}", card.id, card.source);
    }
}

#[test]
fn every_card_has_ten_example_lines_in_each_language_and_hangul_only_in_the_korean_ones() {
    let hangul = |s: &str| s.chars().any(|c| ('가'..='힣').contains(&c));
    for card in cards() {
        for (lang, korean) in [(Lang::Ko, true), (Lang::En, false)] {
            let text = card.text(lang);
            assert!(text.examples.len() >= 10, "{} {lang}: {}", card.id, text.examples.len());
            assert!(text.examples.iter().all(|line| hangul(line) == korean), "{} {lang}", card.id);
            assert_eq!(hangul(&text.title), korean, "{} {lang}", card.id);
            assert_eq!(hangul(&text.guidance), korean, "{} {lang}", card.id);
        }
        assert!(card.questions.iter().all(|q| hangul(&q.ko) && !hangul(&q.en)), "{}", card.id);
    }
}

#[test]
fn a_korean_question_ends_so_that_go_can_follow_it() {
    for card in cards() {
        for question in &card.questions {
            assert!(question.ko.ends_with('다'), "{} {}: {}", card.id, question.id, question.ko);
        }
    }
}

#[test]
fn no_example_line_stands_on_two_cards() {
    let mut seen = std::collections::HashMap::new();
    for card in cards() {
        for lang in [Lang::Ko, Lang::En] {
            for line in &card.text(lang).examples {
                if let Some(other) = seen.insert(line.clone(), card.id.clone()) {
                    panic!("{other} and {} share: {line}", card.id);
                }
            }
        }
    }
}

#[test]
fn there_are_at_least_twenty_eight_directions_to_choose_from() {
    assert!(cards().len() >= 28, "{}", cards().len());
}

#[test]
fn no_example_line_is_a_line_of_the_demo_sessions_so_that_the_demo_stays_a_fair_test() {
    use gyeot::domain::transcript::Transcript;
    let squeeze = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let mut said = std::collections::HashSet::new();
    for lang in [Lang::Ko, Lang::En] {
        let transcript = Transcript::parse(shipped::demo_session(lang).reference).unwrap();
        for utterance in &transcript.utterances {
            said.extend(utterance.text.reveal().split(['.', '?', '!']).map(squeeze).filter(|s| s.len() > 12));
        }
    }
    for card in cards() {
        for lang in [Lang::Ko, Lang::En] {
            for line in &card.text(lang).examples {
                for sentence in line.split(['.', '?', '!']) {
                    assert!(!said.contains(&squeeze(sentence)), "{}: {line}", card.id);
                }
            }
        }
    }
}

#[test]
fn every_note_format_loads_is_named_after_its_file_and_ends_in_what_comes_next() {
    let formats = shipped::note_formats().unwrap();
    let ids: Vec<&str> = formats.iter().map(|f| f.id.as_str()).collect();
    assert_eq!(ids, ["birp", "dap", "girp", "session-journal", "soap"]);
    for format in &formats {
        let last = format.sections.last().unwrap();
        assert!(matches!(last.id.as_str(), "plan" | "next"), "{}", format.id);
    }
}

#[test]
fn only_the_sections_of_judgement_are_kept_from_drafting() {
    for format in shipped::note_formats().unwrap() {
        for section in &format.sections {
            let judgement = matches!(section.id.as_str(), "assessment" | "impression");
            assert_eq!(section.from_transcript, !judgement, "{} {}", format.id, section.id);
        }
    }
}

#[test]
fn the_crisis_channels_of_the_law_page_are_there_and_none_claims_a_check_that_nobody_made() {
    let lines = shipped::crisis_lines().unwrap();
    let numbers: Vec<&str> = lines.lines.iter().filter_map(|l| l.number.as_deref()).collect();
    assert_eq!(numbers, ["109", "1577-0199", "119", "112", "1388", "1366"]);
    assert!(lines.lines.iter().all(|l| l.checked_on.is_none()));
}

#[test]
fn the_notices_for_clients_load_and_say_what_they_must_in_both_languages() {
    let ai = shipped::ai_notice().unwrap();
    assert!(ai.text(Lang::Ko).contains("인공지능(AI)") && ai.text(Lang::En).contains("artificial intelligence (AI)"));
    let limits = shipped::confidentiality().unwrap();
    for number in ["1.", "2.", "3.", "4.", "5."] {
        assert!(limits.text(Lang::Ko).contains(number) && limits.text(Lang::En).contains(number));
    }
    for (notice, lang) in [(&ai, Lang::Ko), (&ai, Lang::En), (&limits, Lang::Ko), (&limits, Lang::En)] {
        let low = notice.text(lang).to_lowercase();
        assert!(FORBIDDEN.iter().all(|word| !low.contains(word)), "{} {lang}", notice.id);
    }
}

#[test]
fn every_task_that_a_command_names_is_read() {
    for id in ["directions", "ask"] {
        gyeot::adapters::shipped::judge_task(id).unwrap();
    }
    gyeot::adapters::shipped::write_task("rationale").unwrap();
}
