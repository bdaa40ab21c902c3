//! What a language model is asked while a session runs: about single lines, and no more of them as the session grows.

use gyeot::adapters::shipped;
use gyeot::adapters::workers::{InProcess, Worker};
use gyeot::domain::model::ChatTemplate;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Span;
use gyeot::domain::transcript::{ModelRef, Speaker, Transcript};
use gyeot::live::suggest::{Advisor, Engines, Respondent};
use gyeot::ports::engine::{EngineError, LanguageEngine};
use gyeot::ports::engines::Kind;
use gyeot::protocol::{Judge, Judged, Load, Write, Written};
use gyeot::worker::scripted::ScriptedLanguage;

/// Directions are asked for after so many new lines.
const STEP: usize = 3;
/// Lines around minute 5, and from where on the end is.
const EARLY: std::ops::Range<usize> = 57..69;
const LATE: usize = 588;

/// Says yes to some of what is asked of long lines, and counts letters.
#[derive(Default)]
struct Counting {
    /// Letters that the model reads for the largest answer.
    largest: usize,
    /// Answers and texts.
    asked: usize,
}

impl LanguageEngine for Counting {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok(String::new())
    }
    fn embed(&mut self, _: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn judge(&mut self, judge: Judge) -> Result<Judged, EngineError> {
        self.asked += judge.questions.len();
        let letters = |line: usize| judge.lines[line].reveal().chars().count();
        for q in &judge.questions {
            self.largest = self.largest.max(judge.before.chars().count() + letters(q.line) + q.after.chars().count());
        }
        let yes = |n: usize, line: usize| if letters(line) > 40 && n.is_multiple_of(3) { 3.0 } else { n as f32 * 0.01 };
        Ok(Judged { margins: judge.questions.iter().enumerate().map(|(n, q)| yes(n, q.line)).collect() })
    }
    fn write(&mut self, write: Write) -> Result<Written, EngineError> {
        self.asked += 1;
        self.largest = self.largest.max(write.parts.iter().map(|p| p.text.reveal().chars().count()).sum());
        Ok(Written { text: ClientText::new(""), prompt_tokens: 1, tokens: 1, finished: true })
    }
}

#[test]
fn minute_fifty_asks_no_more_of_a_model_than_minute_five_and_never_shows_it_the_session() {
    let mark = String::new;
    let chat = ChatTemplate {
        system_start: mark(),
        system_end: mark(),
        user_start: mark(),
        user_end: mark(),
        assistant_start: mark(),
        assistant_end: mark(),
    };
    // Large enough to be asked and to write.
    let model = ModelRef { id: "scripted".into(), sha256: "0".repeat(64) };
    let respondent = Respondent { chat, model, parameters_m: Some(7_000) };
    let tasks = (shipped::judge_task("directions").unwrap(), shipped::write_task("rationale").unwrap());
    let mut advisor = Advisor::new(shipped::technique_library().unwrap(), tasks.0, tasks.1, Lang::En, respondent);
    let demo = Transcript::parse(shipped::demo_session(Lang::En).reference).unwrap();
    let said: Vec<&str> =
        demo.utterances.iter().filter(|u| u.speaker == Speaker::Client).map(|u| u.text.reveal()).collect();

    let mut embedding = Worker::start(Box::new(InProcess::new(Kind::Llm, || ScriptedLanguage))).unwrap();
    let mut talk = Transcript::empty(Lang::En);
    let mut per_step = Vec::new();
    for n in 0..600usize {
        let text = format!("{} I said that {n} days ago.", said[n % said.len()]);
        let at = n as u64 * 5_000;
        talk.add(Span { start_ms: at, end_ms: at + 4_000 }, Speaker::Client, ClientText::new(&text), None);
        // Around minute 5 (line 60) and at the end; what lies before and between is taken up at once.
        if n % STEP == 0 && (EARLY.contains(&n) || n >= LATE) {
            let mut language = Counting::default();
            let mut engines = Engines { embedding: &mut embedding, language: &mut language };
            advisor.advise(&talk, Vec::new(), &mut engines, &mut |_| {}).unwrap();
            per_step.push((language.asked, language.largest));
        }
    }
    let largest = per_step.iter().map(|(_, largest)| *largest).max().unwrap();
    let line = said.iter().map(|s| s.chars().count()).max().unwrap();
    assert!(largest > 0 && largest < 4 * (line + 300), "{largest} letters in one answer, the longest line has {line}");
    // The first step of each stretch takes up what lies before it.
    let mean =
        |steps: &[(usize, usize)]| steps.iter().map(|(asked, _)| *asked).sum::<usize>() as f64 / steps.len() as f64;
    let (early, late) = (mean(&per_step[1..EARLY.len() / STEP]), mean(&per_step[EARLY.len() / STEP + 1..]));
    assert!(early > 0.0 && late <= early, "{early} answers at minute 5, {late} at minute 50");
}
