//! Every technique card that ships: it loads, it speaks both languages, and it claims nothing that only a doctor may.
#![allow(clippy::unwrap_used)]

use gyeot::adapters::shipped;
use gyeot::domain::lang::Lang;
use gyeot::domain::technique::Card;

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
