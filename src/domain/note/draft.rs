//! A drafted note put together from what was chosen: which lines go to which section, said in the third person, what was
//! taken back marked, and the facts of the record beside them. Pure: vectors and kinds come in, statements go out.
//!
//! Built so that a small model cannot do harm: a model only tells how alike lines are. Every word between quotation
//! marks stands in the transcript, and every other word stands in `prompts/note-content.toml`.

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::question::asks;
use crate::domain::note::content::{Chosen, Kinds, Who};
use crate::domain::note::format::NoteFormat;
use crate::domain::note::retraction::Retraction;
use crate::domain::note::saying;
use crate::domain::note::statement::{Statement, Support};
use crate::domain::note::unit::Unit;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::transcript::{Speaker, Transcript};
use std::collections::BTreeSet;

/// A fact that stands in the record and needs no line: made by the caller from sealed records, never by a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Which facts a section takes: `session`, `measures`, `risk`, `marks`, `off-record`.
    pub about: &'static str,
    /// The sentence.
    pub text: ClientText,
    /// Lines it points at, such as those of a risk cue.
    pub evidence: Vec<Evidence>,
}

/// Everything that a draft is made of.
#[derive(Debug)]
pub struct Material<'a> {
    /// The transcript.
    pub transcript: &'a Transcript,
    /// Its pieces, as [`super::unit::units`] gave them.
    pub units: &'a [Unit],
    /// What each piece is about, in their order.
    pub chosen: &'a [Option<Chosen>],
    /// What was taken back.
    pub retractions: &'a [Retraction],
    /// From the record.
    pub facts: &'a [Fact],
}

/// The statements of a note of this format, section by section in its order, each in the order in which it was said.
pub fn statements(material: &Material<'_>, format: &NoteFormat, kinds: &Kinds, lang: Lang) -> Vec<Statement> {
    let mut out = Vec::new();
    for section in &format.sections {
        for fact in material.facts.iter().filter(|f| section.facts.iter().any(|t| t == f.about)) {
            out.push(Statement {
                section: section.id.clone(),
                about: fact.about.to_owned(),
                text: fact.text.clone(),
                evidence: fact.evidence.clone(),
                support: Support::Supported,
                retracted_by: None,
                heard: None,
                supported: None,
            });
        }
        if !section.from_transcript {
            continue;
        }
        let mut taken: Vec<(usize, Chosen)> = material
            .chosen
            .iter()
            .enumerate()
            .filter_map(|(n, chosen)| Some((n, (*chosen)?)))
            .filter(|(_, chosen)| section.takes.contains(&kinds.kinds[chosen.kind].id))
            .collect();
        // What is nearest to its kind first, when there is more than a section holds.
        taken.sort_by(|a, b| b.1.over.total_cmp(&a.1.over).then(a.0.cmp(&b.0)));
        taken.truncate(kinds.choice.most_statements);
        taken.sort_by_key(|(n, _)| *n);
        // Said twice in the same words, it stands once.
        let mut said: BTreeSet<String> = BTreeSet::new();
        taken.retain(|(n, _)| said.insert(fold(material.units[*n].content().reveal()).to_lowercase()));
        out.extend(taken.into_iter().map(|(n, chosen)| statement(material, &section.id, n, chosen, kinds, lang)));
    }
    out
}

fn statement(m: &Material<'_>, section: &str, n: usize, chosen: Chosen, kinds: &Kinds, lang: Lang) -> Statement {
    let unit = &m.units[n];
    let kind = &kinds.kinds[chosen.kind];
    let quote = unit.text.reveal();
    let text = match (&unit.asked, unit.speaker) {
        (_, Speaker::Unknown) if kind.who != Who::Any => saying::say_form(&kinds.unsettled, quote, lang),
        (Some(asked), _) => saying::say_answer(&kinds.answer, asked.text.reveal(), quote, lang),
        // A question says nothing of the kind of its words.
        (None, Speaker::Client) if kinds.client_asks(quote) => {
            saying::say_form(&kinds.neutral.client_asked, quote, lang)
        }
        (None, _) if kind.may_claim(quote, lang, &kinds.neutral.fillers) => saying::say(kind, quote, lang),
        (None, Speaker::Counsellor) if asks(quote) => saying::say_form(&kinds.neutral.asked, quote, lang),
        (None, Speaker::Counsellor) => saying::say_form(&kinds.neutral.counsellor, quote, lang),
        (None, _) => saying::say_form(&kinds.neutral.client, quote, lang),
    };
    let mut evidence: Vec<Evidence> = Vec::new();
    evidence.extend(unit.asked.iter().map(|q| Evidence { utterance: q.utterance, quote: q.text.clone() }));
    evidence.push(Evidence { utterance: unit.utterance, quote: unit.text.clone() });
    let by = m.retractions.iter().find(|r| r.of == unit.utterance).and_then(|r| m.transcript.get(r.by));
    let heard = evidence.iter().filter_map(|e| m.transcript.get(e.utterance)?.confidence).min_by(f32::total_cmp);
    Statement {
        section: section.to_owned(),
        about: kind.id.clone(),
        text,
        support: match (by, unit.speaker) {
            (Some(_), _) => Support::Retracted,
            // Nobody settled who said it: a person has to.
            (None, Speaker::Unknown) => Support::Unsupported,
            (None, _) => Support::Supported,
        },
        retracted_by: by.map(|u| Evidence { utterance: u.id, quote: u.text.clone() }),
        evidence,
        heard,
        supported: Some((0.5 + chosen.over).clamp(0.0, 1.0)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::advice::evidence::check;
    use crate::domain::note::format;
    use crate::domain::note::unit::units;
    use crate::domain::practice::ids::UtteranceId;
    use crate::domain::practice::time::Span;
    use proptest::prelude::*;

    const KINDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-content.toml"));
    const SOAP: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/soap.toml"));

    fn talk(lines: &[(Speaker, &str)]) -> Transcript {
        let mut t = Transcript::empty(Lang::En);
        for (n, (speaker, text)) in (0u64..).zip(lines) {
            t.add(Span { start_ms: n * 1000, end_ms: n * 1000 + 900 }, *speaker, ClientText::new(text), Some(0.8));
        }
        t
    }

    fn drafted(t: &Transcript, about: &str, retractions: &[Retraction]) -> Vec<Statement> {
        let kinds = Kinds::parse(KINDS).unwrap();
        let units = units(t, &kinds.pieces);
        let kind = kinds.of_id(about).unwrap();
        let of = |u: &Unit| kinds.kinds[kind].who.takes(u.speaker).then_some(Chosen { kind, over: 0.2 });
        let chosen: Vec<_> = units.iter().map(of).collect();
        let material = Material { transcript: t, units: &units, chosen: &chosen, retractions, facts: &[] };
        statements(&material, &format::parse(SOAP).unwrap(), &kinds, Lang::En)
    }

    use Speaker::{Client, Counsellor, Unknown};

    #[test]
    fn a_short_answer_is_written_with_the_question_it_answers() {
        let t = talk(&[(Counsellor, "Thank you. Have you ever tried to end your life?"), (Client, "Never.")]);
        let s = drafted(&t, "complaint", &[]);
        assert_eq!(s.len(), 1);
        assert!(s[0].text.reveal().contains("Have you ever tried to end your life?"), "the question is missing");
        assert!(s[0].text.reveal().contains("Never."));
        assert_eq!(s[0].evidence.len(), 2, "both lines carry it");
    }

    #[test]
    fn what_was_taken_back_is_marked_with_the_line_that_did() {
        let t = talk(&[
            (Client, "I drink a couple of beers every night."),
            (Client, "Well, no, that was last month, not now."),
        ]);
        let s = drafted(&t, "complaint", &[Retraction { of: UtteranceId(1), by: UtteranceId(2) }]);
        assert_eq!(s[0].support, Support::Retracted);
        assert_eq!(s[0].retracted_by.as_ref().unwrap().utterance, UtteranceId(2));
        assert_eq!(s[1].support, Support::Supported);
    }

    #[test]
    fn a_form_says_no_more_than_the_words_do() {
        let kinds = Kinds::parse(KINDS).unwrap();
        let plan = kinds.of_id("plan").unwrap();
        let n = kinds.kinds.len();
        let axis = |k: usize| (0..n).map(|i| if i == k { 1.0 } else { 0.0 }).collect::<Vec<f32>>();
        let examples = crate::domain::note::content::ExampleVectors {
            of: (0..n).map(|k| vec![axis(k); 3]).collect(),
            mean: vec![0.0; n],
        };
        // Each was written down as a plan, by reading a hundred statements of drafts; none is one.
        for text in [
            "I thought that this was something that I could do.",
            "And I just wanted my call so I can talk to my mom.",
            "I know I can do it. Like I can do anything.",
            "I would get a new prescription refilled thinking, oh I could try it this time.",
            "Then I think, if I do not sleep now I will ruin tomorrow as well.",
        ] {
            let unit = Unit { utterance: UtteranceId(1), speaker: Client, text: ClientText::new(text), asked: None };
            let chosen = kinds.choose(&axis(plan), &unit, Lang::En, &examples);
            assert_ne!(chosen.map(|c| c.kind), Some(plan), "{text}");
        }
        let t = talk(&[(Client, "My parents or my friends?"), (Client, "I told my parents about it, you know?")]);
        let said: Vec<String> = drafted(&t, "context", &[]).iter().map(|s| s.text.reveal().to_owned()).collect();
        assert!(said[0].starts_with("Client asked") && !said[1].starts_with("Client asked"), "{said:?}");
        let kind = &kinds.kinds[kinds.of_id("proposal").unwrap()];
        assert!(!kind.may_claim("앞으로도 긍정적인 변화를 기대해도 좋겠습니다", Lang::Ko, &kinds.neutral.fillers));
        assert!(kind.may_claim("다음 시간에 그 이야기를 더 하면 좋겠습니다", Lang::Ko, &kinds.neutral.fillers));
    }

    #[test]
    fn what_one_could_or_once_did_or_wishes_is_called_neither_plan_nor_complaint() {
        let kinds = Kinds::parse(KINDS).unwrap();
        let claims = |id: &str, text: &str| {
            let lang = if text.is_ascii() { Lang::En } else { Lang::Ko };
            kinds.kinds[kinds.of_id(id).unwrap()].may_claim(text, lang, &kinds.neutral.fillers)
        };
        // Each of the wrong ones was written down so in a draft; the words here are ours.
        for (id, text, right) in [
            ("plan", "Well, so, I will ring her on Sunday and tell her.", true),
            ("plan", "That sounds right. I think I'll leave the phone downstairs.", true),
            ("plan", "I could ring her on Sunday.", false),
            ("plan", "It is like, \"Okay, I'm gonna see my friends,\" on a Friday.", false),
            ("plan", "I get to the class and then I'll just sleep through it.", false),
            ("plan", "She asked me for a promise. I'll fetch you by ten, she said.", false),
            ("plan", "It is the number of drinks that I'm going to have.", false),
            ("thought", "I think it is all my fault.", true),
            ("thought", "Four, probably.", false),
            ("proposal", "감정을 말로 꺼내는 연습을 하고 싶으시군요", false),
            ("proposal", "같이 숨쉬기 연습을 해 보죠", true),
            ("proposal", "Would you be willing to write it down?", true),
            ("proposal", "So, what would you be willing to do about it?", false),
            ("proposal", "Let's take a look at those two numbers.", false),
            ("plan", "이번 주에 도서관에 가 볼게요.", true),
            ("plan", "강좌를 찾아보면서 시작할 수 있을 것 같아요.", false),
            ("plan", "그걸 어떻게 넘어설지가 제일 큰 숙제인 것 같아요.", false),
            ("complaint", "밤마다 불안해서 잠을 못 자요.", true),
            ("complaint", "이 무기력에서 벗어나고 싶어요.", false),
            ("complaint", "알람을 맞춰 두면 없이도 잘 지낼 수 있을 거라고 생각해요.", false),
            ("complaint", "술을 마시지 않는 아침에는 말을 꺼내는 게 가능할 것 같아요.", false),
        ] {
            assert_eq!(claims(id, text), right, "{id}: {text}");
        }
        let t = talk(&[(
            Client,
            "I was crying all the way there. What are you going to do, I said to her, at the door of the house?",
        )]);
        assert!(!drafted(&t, "context", &[])[0].text.reveal().starts_with("Client asked"), "she told it");
        let t = talk(&[(Client, "Okay. Why am I to take this medicine in the evening?")]);
        assert!(drafted(&t, "context", &[])[0].text.reveal().starts_with("Client asked"), "she asked");
    }

    #[test]
    fn what_is_said_twice_in_the_same_words_stands_once() {
        let t = talk(&[(Client, "I have got to make time for it."), (Client, "I have got to make time for it.")]);
        assert_eq!(drafted(&t, "complaint", &[]).len(), 1);
    }

    #[test]
    fn a_line_of_nobody_in_particular_waits_for_a_person() {
        let s = drafted(&talk(&[(Unknown, "I drink a couple of beers every night.")]), "complaint", &[]);
        assert_eq!(s[0].support, Support::Unsupported);
    }

    proptest! {
        #[test]
        fn every_quote_of_every_statement_stands_in_the_transcript(
            lines in prop::collection::vec((0u8..3, "[a-zA-Z가-힣 .?!“”{}0-9]{0,90}"), 0..12)
        ) {
            let who = [Client, Counsellor, Unknown];
            let owned: Vec<(Speaker, String)> = lines.into_iter().map(|(w, s)| (who[usize::from(w)], s)).collect();
            let lines: Vec<(Speaker, &str)> = owned.iter().map(|(w, s)| (*w, s.as_str())).collect();
            let t = talk(&lines);
            for s in drafted(&t, "complaint", &[]) {
                prop_assert!(!s.evidence.is_empty());
                for e in &s.evidence {
                    prop_assert_eq!(check(&t, e), Ok(()));
                }
            }
        }
    }
}
