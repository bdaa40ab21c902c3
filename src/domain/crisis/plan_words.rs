//! A client's own words for the steps of a safety plan, found by phrases and by the question before them. No model has a
//! part in it, and nothing here goes into a plan: a person takes a sentence, or does not.

use crate::domain::advice::direction::sentences;
use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::practice::ids::{SessionId, UtteranceId};
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::{Speaker, Transcript};
use std::collections::BTreeSet;

/// Sentences of an answer that are proposed because of the question before it.
const OF_AN_ANSWER: usize = 2;

/// A session whose words are looked through.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Which.
    pub session: SessionId,
    /// Counts from 1 within the client.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// What was said.
    pub transcript: Transcript,
}

/// Words that a client said and that may belong to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// In which session.
    pub session: SessionId,
    /// Which of the client's sessions.
    pub number: u32,
    /// When that session began.
    pub started: Timestamp,
    /// Where in it.
    pub utterance: UtteranceId,
    /// From the start of the session, milliseconds.
    pub at_ms: u64,
    /// One sentence, verbatim.
    pub quote: ClientText,
    /// It answers a question of the counsellor about this step.
    pub answer: bool,
}

/// The proposals of each step in the form's order; of the newest session first, answers before the rest, what was said last
/// before what was said earlier. `heard` is newest first; no sentence stands twice in a step.
pub fn propose(form: &PlanForm, heard: &[Heard]) -> Vec<Vec<Proposal>> {
    let mut found: Vec<Vec<Proposal>> = vec![Vec::new(); form.steps.len()];
    for one in heard.iter().take(form.sessions) {
        let mut here: Vec<Vec<Proposal>> = vec![Vec::new(); form.steps.len()];
        in_session(form, one, &mut here);
        for (all, mut new) in found.iter_mut().zip(here) {
            new.sort_by_key(|p| (!p.answer, std::cmp::Reverse(p.at_ms)));
            all.append(&mut new);
        }
    }
    for step in &mut found {
        let mut seen = BTreeSet::new();
        step.retain(|p| seen.insert(plain(p.quote.reveal())));
        step.truncate(form.proposals);
    }
    found
}

fn in_session(form: &PlanForm, heard: &Heard, found: &mut [Vec<Proposal>]) {
    // The steps that the counsellor's last words asked about.
    let mut asked: Vec<usize> = Vec::new();
    for said in &heard.transcript.utterances {
        let text = said.text.reveal();
        if said.speaker == Speaker::Counsellor {
            // What is asked stands last; the words before it take up what was said.
            let question = plain(sentences(text).last().unwrap_or_default());
            asked = (0..form.steps.len()).filter(|n| holds(&form.steps[*n].asked, &question)).collect();
            continue;
        }
        if said.speaker == Speaker::Other {
            continue;
        }
        let answered = std::mem::take(&mut asked);
        for (nth, sentence) in sentences(text).enumerate() {
            if sentence.chars().filter(|c| c.is_alphanumeric()).count() < form.letters {
                continue;
            }
            let words = plain(sentence);
            for (n, step) in form.steps.iter().enumerate() {
                let answer = answered.contains(&n) && nth < OF_AN_ANSWER;
                if answer || holds(&step.said, &words) {
                    found[n].push(Proposal {
                        session: heard.session,
                        number: heard.number,
                        started: heard.started,
                        utterance: said.id,
                        at_ms: said.start_ms,
                        quote: ClientText::new(sentence),
                        answer,
                    });
                }
            }
        }
    }
}

fn plain(text: &str) -> String {
    fold(text).to_lowercase()
}

/// True when one of the phrases stands in the text. A Latin phrase begins at a word: "rope" is not in "Europe".
fn holds(phrases: &[String], text: &str) -> bool {
    phrases.iter().any(|phrase| {
        text.match_indices(phrase.as_str()).any(|(at, _)| {
            let latin = phrase.starts_with(|c: char| c.is_ascii_alphanumeric());
            !latin || !text[..at].ends_with(|c: char| c.is_alphanumeric())
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::lang::Lang;
    use crate::domain::transcript::Utterance;

    fn form() -> PlanForm {
        PlanForm::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/safety-plan.toml"))).unwrap()
    }

    fn heard(number: u32, lines: &[(Speaker, &str)]) -> Heard {
        let mut transcript = Transcript::empty(Lang::Ko);
        for (n, (speaker, text)) in lines.iter().enumerate() {
            transcript.utterances.push(Utterance {
                id: UtteranceId(n as u32 + 1),
                start_ms: n as u64 * 5_000,
                end_ms: n as u64 * 5_000 + 3_000,
                speaker: *speaker,
                text: ClientText::new(text),
                confidence: None,
            });
        }
        Heard { session: SessionId([number as u8; 16]), number, started: Timestamp(0), transcript }
    }

    fn quotes(of: &[Proposal]) -> Vec<&str> {
        of.iter().map(|p| p.quote.reveal()).collect()
    }

    #[test]
    fn a_clients_own_sentences_stand_at_their_steps_and_nobody_elses_do() {
        use Speaker::{Client, Counsellor, Other};
        let one = heard(
            1,
            &[
                (Client, "혼자 있으면 생각이 많아져요. 그럴 때 강아지 데리고 산책을 하면 좀 나아요."),
                (Counsellor, "산책이 도움이 되는군요. 집에 수면제가 있나요?"),
                (Client, "네, 서랍에 모아 둔 게 있어요. 남편한테 맡기려고요."),
                (Other, "제가 약을 치워 둘게요."),
            ],
        );
        let found = propose(&form(), &[one]);
        assert_eq!(quotes(&found[0]), ["혼자 있으면 생각이 많아져요."]);
        assert_eq!(quotes(&found[1]), ["그럴 때 강아지 데리고 산책을 하면 좀 나아요."]);
        assert_eq!(found[5].len(), 1, "{:?}", quotes(&found[5]));
        assert_eq!(quotes(&found[5]), ["남편한테 맡기려고요."]);
        assert_eq!((found[5][0].number, found[5][0].at_ms), (1, 10_000));
    }

    #[test]
    fn the_answer_to_a_question_about_a_step_is_proposed_whatever_its_words() {
        use Speaker::{Client, Counsellor};
        let lines =
            [(Counsellor, "힘들 때 혼자 할 수 있는 게 있을까요?"), (Client, "뜨개질이요, 손이 바쁘면 괜찮아요.")];
        let found = propose(&form(), &[heard(1, &lines)]);
        assert_eq!(quotes(&found[1]), ["뜨개질이요, 손이 바쁘면 괜찮아요."]);
        assert!(found[1][0].answer);
        let lines = [(Counsellor, "What helps when it gets bad?"), (Client, "Knitting, I suppose.")];
        assert_eq!(quotes(&propose(&form(), &[heard(1, &lines)])[1]), ["Knitting, I suppose."]);
    }

    #[test]
    fn the_newest_session_stands_first_and_the_same_words_stand_once() {
        use Speaker::Client;
        let new = heard(9, &[(Client, "밤이 되면 힘들어요.")]);
        let old = heard(2, &[(Client, "밤이 되면  힘들어요."), (Client, "술을 마시면 더 심해져요.")]);
        let found = propose(&form(), &[new, old]);
        assert_eq!(quotes(&found[0]), ["밤이 되면 힘들어요.", "술을 마시면 더 심해져요."]);
        assert_eq!(found[0][0].number, 9);
    }

    #[test]
    fn no_more_sessions_and_proposals_are_taken_than_the_file_says_and_a_latin_phrase_begins_a_word() {
        use Speaker::Client;
        let many: Vec<Heard> =
            (0..20).map(|n| heard(20 - n, &[(Client, &format!("I lie awake for {} hours.", 20 - n))])).collect();
        let found = propose(&form(), &many);
        assert_eq!(found[0].len(), form().proposals);
        assert_eq!(found[0][0].number, 20);
        assert!(propose(&form(), &[heard(1, &[(Client, "We went to Europe in spring.")])])[5].is_empty());
    }
}
