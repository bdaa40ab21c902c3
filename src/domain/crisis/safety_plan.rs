//! A safety plan as it is kept: six ordered steps in the client's and counsellor's words. Every revision is a record of its own
//! that names the one before; nothing is ever written over.

use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::practice::ids::{SessionId, UtteranceId};
use crate::domain::practice::text::{ClientText, clean_line};
use serde::{Deserialize, Serialize};

/// Longest line in bytes, and most lines of a step: a plan is read in a crisis.
pub const MAX_LINE: usize = 2_000;
/// Most lines of a step.
pub const MAX_LINES: usize = 40;

/// Where the words of a line come from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum WordsFrom {
    /// A person typed them.
    #[default]
    Typed,
    /// A person took what the client had said in a session.
    Said {
        /// Which session.
        session: SessionId,
        /// Its number within the client, from 1.
        number: u32,
        /// Where in it.
        utterance: UtteranceId,
        /// From the start of the session, milliseconds.
        at_ms: u64,
        /// Verbatim.
        quote: ClientText,
        /// The words were changed.
        edited: bool,
    },
}

/// One line of a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanLine {
    /// The words.
    pub text: ClientText,
    /// Where they come from.
    #[serde(flatten)]
    pub from: WordsFrom,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// Its id in the form, such as `warning-signs`.
    pub step: String,
    /// In order.
    pub lines: Vec<PlanLine>,
}

/// One revision of a safety plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyPlan {
    /// Version of the form.
    pub form: String,
    /// In the form's order.
    pub steps: Vec<PlanStep>,
    /// The session in which it was written, when in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// Why a change to a plan cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanFault {
    /// No step of that number.
    Step(usize),
    /// No line of that number in the step.
    Line(usize),
    /// Nothing but blanks.
    Blank,
    /// More than a plan holds.
    TooMuch,
}

impl SafetyPlan {
    /// A plan without a word.
    pub fn empty(form: &PlanForm) -> Self {
        let steps = form.steps.iter().map(|s| PlanStep { step: s.id.clone(), lines: Vec::new() }).collect();
        SafetyPlan { form: form.version.clone(), steps, session: None }
    }

    /// The lines of a step.
    pub fn lines(&self, step: &str) -> &[PlanLine] {
        self.steps.iter().find(|s| s.step == step).map_or(&[], |s| &s.lines)
    }

    /// True when nothing is written.
    pub fn is_blank(&self) -> bool {
        self.steps.iter().all(|s| s.lines.iter().all(|l| l.text.is_blank()))
    }

    /// Adds typed lines at the end of a step, counted from 1: one for each line of the text.
    pub fn add(&mut self, form: &PlanForm, step: usize, text: &str) -> Result<usize, PlanFault> {
        let lines = typed(text)?;
        let count = lines.len();
        self.step_mut(form, step)?.lines.extend(lines);
        self.within_bounds().map(|()| count)
    }

    /// Adds a line that a person took, at the end of a step counted from 1.
    pub fn take(&mut self, form: &PlanForm, step: usize, line: PlanLine) -> Result<(), PlanFault> {
        self.step_mut(form, step)?.lines.push(line);
        self.within_bounds()
    }

    /// Puts typed lines in the place of a step; the lines of before that stand in the text as they were stay as they were.
    pub fn replace(&mut self, form: &PlanForm, step: usize, text: &str) -> Result<usize, PlanFault> {
        let mut lines = typed(text)?;
        let count = lines.len();
        let place = self.step_mut(form, step)?;
        for line in &mut lines {
            if let Some(before) = place.lines.iter().find(|l| l.text == line.text) {
                *line = before.clone();
            }
        }
        place.lines = lines;
        self.within_bounds().map(|()| count)
    }

    /// Takes a line out of a step; both count from 1.
    pub fn remove(&mut self, form: &PlanForm, step: usize, line: usize) -> Result<(), PlanFault> {
        let lines = &mut self.step_mut(form, step)?.lines;
        if line == 0 || line > lines.len() {
            return Err(PlanFault::Line(line));
        }
        lines.remove(line - 1);
        Ok(())
    }

    /// Refuses a plan that nobody could read in a crisis, whichever way it was written.
    pub fn within_bounds(&self) -> Result<(), PlanFault> {
        let long = |l: &PlanLine| l.text.reveal().len() > MAX_LINE;
        let over = self.steps.iter().any(|s| s.lines.len() > MAX_LINES || s.lines.iter().any(long));
        if over { Err(PlanFault::TooMuch) } else { Ok(()) }
    }

    fn step_mut(&mut self, form: &PlanForm, step: usize) -> Result<&mut PlanStep, PlanFault> {
        let id = step.checked_sub(1).and_then(|n| form.steps.get(n)).map(|s| &s.id).ok_or(PlanFault::Step(step))?;
        let at = match self.steps.iter().position(|s| s.step == *id) {
            Some(at) => at,
            None => {
                self.steps.push(PlanStep { step: id.clone(), lines: Vec::new() });
                self.steps.len() - 1
            }
        };
        self.steps.get_mut(at).ok_or(PlanFault::Step(step))
    }
}

fn typed(text: &str) -> Result<Vec<PlanLine>, PlanFault> {
    let lines = text.lines().map(clean_line).filter(|l| !l.is_empty());
    let lines: Vec<PlanLine> = lines.map(|l| PlanLine { text: ClientText::new(&l), from: WordsFrom::Typed }).collect();
    if lines.is_empty() { Err(PlanFault::Blank) } else { Ok(lines) }
}

/// How a line of a step stands against the revision before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was there before.
    Same,
    /// It is new.
    Added,
    /// It is not there any more.
    Removed,
}

/// The lines of a step with what became of them since the revision before: in the new order, what went away after what is
/// there.
pub fn differences<'a>(
    before: Option<&'a SafetyPlan>,
    after: &'a SafetyPlan,
    step: &str,
) -> Vec<(Change, &'a PlanLine)> {
    let old = before.map_or(&[][..], |b| b.lines(step));
    let new = after.lines(step);
    let was = |l: &PlanLine| old.iter().any(|o| o.text == l.text);
    let mut found: Vec<(Change, &PlanLine)> =
        new.iter().map(|l| (if before.is_none() || was(l) { Change::Same } else { Change::Added }, l)).collect();
    let gone = old.iter().filter(|o| !new.iter().any(|n| n.text == o.text));
    found.extend(gone.map(|o| (Change::Removed, o)));
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn form() -> PlanForm {
        PlanForm::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/safety-plan.toml"))).unwrap()
    }

    #[test]
    fn lines_are_added_replaced_and_taken_out_by_the_number_of_their_step() {
        let form = form();
        let mut plan = SafetyPlan::empty(&form);
        assert_eq!(plan.add(&form, 2, "산책\n\n 음악 듣기 \n"), Ok(2));
        assert_eq!(plan.lines("own-coping")[1].text.reveal(), "음악 듣기");
        assert_eq!(plan.remove(&form, 2, 1), Ok(()));
        assert_eq!(plan.replace(&form, 2, "음악 듣기\n그림"), Ok(2));
        for (step, fault) in [(0, PlanFault::Step(0)), (7, PlanFault::Step(7))] {
            assert_eq!(plan.add(&form, step, "x"), Err(fault));
        }
        assert_eq!(plan.add(&form, 1, " \n "), Err(PlanFault::Blank));
        assert_eq!(plan.remove(&form, 2, 3), Err(PlanFault::Line(3)));
        assert_eq!(plan.add(&form, 1, &"가".repeat(MAX_LINE)), Err(PlanFault::TooMuch));
    }

    #[test]
    fn a_step_that_is_written_anew_keeps_where_its_unchanged_lines_came_from() {
        let form = form();
        let mut plan = SafetyPlan::empty(&form);
        let said = WordsFrom::Said {
            session: SessionId([1; 16]),
            number: 3,
            utterance: UtteranceId(4),
            at_ms: 9,
            quote: ClientText::new("산책"),
            edited: false,
        };
        plan.steps[1].lines.push(PlanLine { text: ClientText::new("산책"), from: said.clone() });
        plan.replace(&form, 2, "음악\n산책").unwrap();
        assert_eq!(plan.lines("own-coping")[1].from, said);
        let bytes = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<SafetyPlan>(&bytes).unwrap(), plan);
    }

    #[test]
    fn what_changed_since_the_revision_before_is_told_line_by_line() {
        let form = form();
        let mut old = SafetyPlan::empty(&form);
        old.add(&form, 1, "하나\n둘").unwrap();
        let mut new = old.clone();
        new.replace(&form, 1, "둘\n셋").unwrap();
        let told: Vec<(Change, &str)> =
            differences(Some(&old), &new, "warning-signs").iter().map(|(c, l)| (*c, l.text.reveal())).collect();
        assert_eq!(told, [(Change::Same, "둘"), (Change::Added, "셋"), (Change::Removed, "하나")]);
        assert!(differences(None, &new, "warning-signs").iter().all(|(c, _)| *c == Change::Same));
    }
}
