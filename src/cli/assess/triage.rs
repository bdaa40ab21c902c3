//! What follows from a screener on the command line: what was asked and answered beside the sheet before, the result of the
//! published rule, and what the centre's file says is to be done.

use crate::adapters::crisis_data;
use crate::cli::crisis::line_json;
use crate::cli::{Globals, print};
use crate::domain::assessment::administration::{Administration, Sheet};
use crate::domain::assessment::instrument::{Instrument, Library};
use crate::domain::assessment::score::Answers;
use crate::domain::crisis::crisis_line::{CrisisLine, CrisisLines};
use crate::domain::crisis::screener::{Standing, said};
use crate::domain::crisis::triage::{Triage, triage};
use crate::domain::crisis::triage_data::{TriageResult, TriageRules};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use serde_json::{Value, json};

/// The result of a screener with what follows from it.
pub struct Screened<'a> {
    instrument: &'a Instrument,
    found: Triage,
    rules: TriageRules,
    lines: CrisisLines,
    before: Option<&'a Administration>,
    today: String,
}

/// Works it out; none for an instrument that the centre's file does not name. `before` are the client's earlier sheets.
pub fn screened<'a>(
    instrument: &'a Instrument,
    library: &Library,
    answers: &Answers,
    before: &'a [Administration],
    globals: &Globals,
) -> Result<Option<Screened<'a>>, ErrorReport> {
    let lines = crisis_data::crisis_lines(&globals.crisis_lines_file())?;
    let rules = crisis_data::triage_rules(&globals.triage_file(), library, &lines)?;
    if rules.of(&instrument.id).is_none() {
        return Ok(None);
    }
    let Some(found) = triage(instrument, &answers.0, None) else { return Ok(None) };
    let before = before.iter().filter(|a| a.instrument == instrument.id).max_by_key(|a| a.given_at);
    let today = crate::cli::crisis::today();
    Ok(Some(Screened { instrument, found, rules, lines, before, today }))
}

impl Screened<'_> {
    fn results(&self) -> Vec<&TriageResult> {
        self.found.results(self.instrument, &self.rules)
    }

    fn to_call(&self) -> Vec<&CrisisLine> {
        self.found.lines(self.instrument, &self.rules, &self.lines.lines)
    }

    fn answer_before(&self, item: usize) -> Option<i32> {
        match &self.before?.sheet {
            Sheet::Answers(answers) => answers.0.get(item - 1).copied().flatten(),
            Sheet::Total(_) => None,
        }
    }

    /// As data.
    pub fn as_json(&self, lang: Lang) -> Value {
        let course: Vec<Value> = self
            .found
            .course
            .iter()
            .map(|q| {
                let (word, answer) = match q.standing {
                    Standing::Answered(value) => ("answered", Some(value)),
                    Standing::Open => ("open", None),
                    Standing::Skipped => ("skipped", None),
                };
                json!({"item": q.item, "number": q.number, "state": word, "answer": answer,
                    "before": self.answer_before(q.item)})
            })
            .collect();
        let results = self.results();
        let texts = |of: fn(&TriageResult) -> &Vec<_>| -> Vec<&str> {
            results
                .iter()
                .flat_map(|r| of(r))
                .map(|l: &crate::domain::assessment::instrument::Label| l.pick(lang))
                .collect()
        };
        let lines: Vec<Value> =
            self.to_call().into_iter().map(|l| line_json(l, &self.today, self.lines.check_every_days, lang)).collect();
        let label = self.found.found(self.instrument).map(|o| o.label.pick(lang));
        let source = self.instrument.algorithms.first().map(|a| a.source.as_str());
        json!({"outcome": self.found.outcome(self.instrument), "label": label, "certain": self.found.certain(),
            "source": source, "open": self.found.open, "course": course,
            "before": self.before.map(|a| a.given_at.date()), "tell": texts(|r| &r.tell), "do": texts(|r| &r.steps),
            "lines": lines, "safety_plan": results.iter().any(|r| r.safety_plan),
            "procedure": {"version": self.rules.version, "source": self.rules.source.pick(lang)}})
    }

    /// As text.
    pub fn as_text(&self, lang: Lang) {
        print::line(format!("  {}", lang.say("triage-asked")));
        for q in &self.found.course {
            let answer = match q.standing {
                Standing::Answered(value) => said(self.instrument, q.item, value, lang),
                Standing::Open => lang.say("triage-open").to_owned(),
                Standing::Skipped => lang.say("triage-skipped").to_owned(),
            };
            let before = self.answer_before(q.item).zip(self.before).map(|(value, a)| {
                msg("triage-before")
                    .with("day", a.given_at.date())
                    .with("said", said(self.instrument, q.item, value, lang))
                    .text(lang)
            });
            print::line(format!(
                "    {:<14} {answer}{}",
                q.number,
                before.map(|b| format!("  ({b})")).unwrap_or_default()
            ));
        }
        print::line(format!("  {}", self.says(lang)));
        for result in self.results() {
            for label in &result.tell {
                print::line(format!("  ▲ {}: {}", lang.say("triage-tell"), label.pick(lang)));
            }
            for label in &result.steps {
                print::line(format!("  □ {}", label.pick(lang)));
            }
        }
        for line in self.to_call() {
            let checked = line.standing(&self.today, self.lines.check_every_days).message().text(lang);
            print::line(format!("  ☎ {} · {} ({checked})", line.called(lang), line.text(lang).hours));
        }
        if self.results().iter().any(|r| r.safety_plan) {
            print::line(format!("  → {}", lang.say("triage-safety-plan-next")));
        }
        print::line(format!("  {}", self.rules.source.pick(lang)));
    }

    /// The result in one line.
    fn says(&self, lang: Lang) -> String {
        let source = self.instrument.algorithms.first().map_or("", |a| a.source.as_str());
        match self.found.found(self.instrument) {
            Some(outcome) if self.found.certain() => format!("{} ({source})", outcome.label.pick(lang)),
            Some(outcome) => msg("triage-at-least").with("label", outcome.label.pick(lang)).text(lang),
            None => lang.say("triage-incomplete").to_owned(),
        }
    }
}
