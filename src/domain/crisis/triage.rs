//! What the answers to a screener come to, by the published rule in the instrument's file and nothing else. While a question
//! is open the result is what every way of answering it would leave: never less than is certain, never more.

use crate::domain::assessment::instrument::format::Outcome;
use crate::domain::assessment::instrument::{Instrument, Sex};
use crate::domain::crisis::crisis_line::CrisisLine;
use crate::domain::crisis::screener::{Question, Standing, course, settled};
pub use crate::domain::crisis::triage_data::INCOMPLETE;
use crate::domain::crisis::triage_data::{TriageResult, TriageRules};
use crate::domain::practice::ids::InstrumentId;

/// More open questions than this are not tried through: such an instrument is not a screener.
const MOST_OPEN: usize = 12;

/// What the answers come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triage {
    /// Which instrument.
    pub screener: InstrumentId,
    /// What was asked, answered, left open and skipped.
    pub course: Vec<Question>,
    /// Positions, from 1, of questions that must be answered and are open.
    pub open: Vec<usize>,
    /// Position among the outcomes of the rule, the gravest first, that is certain whatever the open questions bring:
    /// the least grave of those that are still possible.
    pub at_least: usize,
    /// The gravest outcome that is still possible; the same where nothing is open that could change it.
    pub at_most: usize,
}

impl Triage {
    /// True when no open question can change the result.
    pub const fn certain(&self) -> bool {
        self.at_least == self.at_most
    }

    /// The id of the outcome that is certain; `incomplete` where nothing is certain yet.
    pub fn outcome<'a>(&self, instrument: &'a Instrument) -> &'a str {
        let outcomes = instrument.algorithms.first().map_or(&[][..], |a| &a.outcome);
        match outcomes.get(self.at_least) {
            Some(found) if self.certain() || self.at_least + 1 < outcomes.len() => &found.id,
            _ => INCOMPLETE,
        }
    }

    /// The outcome that is certain, with its words for people; none where nothing is certain yet.
    pub fn found<'a>(&self, instrument: &'a Instrument) -> Option<&'a Outcome> {
        let id = self.outcome(instrument);
        instrument.algorithms.first()?.outcome.iter().find(|o| o.id == id)
    }

    /// What the centre's file says is to be done: for what is certain, and for what is open.
    pub fn results<'a>(&self, instrument: &Instrument, rules: &'a TriageRules) -> Vec<&'a TriageResult> {
        let Some(of) = rules.of(&self.screener) else { return Vec::new() };
        let certain = self.outcome(instrument);
        let mut found: Vec<&TriageResult> = of.result.iter().filter(|r| r.outcome == certain).collect();
        if !self.open.is_empty() && certain != INCOMPLETE {
            found.extend(of.result.iter().filter(|r| r.outcome == INCOMPLETE));
        }
        found
    }

    /// The crisis lines of all that is to be done, each once, in the file's order.
    pub fn lines<'a>(
        &self,
        instrument: &Instrument,
        rules: &TriageRules,
        lines: &'a [CrisisLine],
    ) -> Vec<&'a CrisisLine> {
        let mut found: Vec<&CrisisLine> = Vec::new();
        for id in self.results(instrument, rules).iter().flat_map(|r| &r.lines) {
            let new = lines.iter().find(|l| l.id == *id && !found.iter().any(|f| f.id == l.id));
            found.extend(new);
        }
        found
    }
}

/// Works out a screen; none where the instrument has no rule of this kind, or so much is open that it is not begun.
pub fn triage(instrument: &Instrument, answers: &[Option<i32>], sex: Option<Sex>) -> Option<Triage> {
    let rule = instrument.algorithms.first()?;
    let course = course(instrument, answers, sex);
    let open: Vec<usize> = must(instrument, &course);
    if open.len() > MOST_OPEN {
        return None;
    }
    let mut range: Option<(usize, usize)> = None;
    every_way(instrument, answers, sex, &mut |whole| {
        if let Some(at) = rule.position(whole) {
            let (least, most) = range.unwrap_or((at, at));
            range = Some((least.max(at), most.min(at)));
        }
    });
    let (at_least, at_most) = range?;
    Some(Triage { screener: instrument.id.clone(), course, open, at_least, at_most })
}

/// Open questions that may not be left blank.
fn must(instrument: &Instrument, course: &[Question]) -> Vec<usize> {
    let needed = |q: &&Question| q.standing == Standing::Open && !instrument.items[q.item - 1].optional;
    course.iter().filter(needed).map(|q| q.item).collect()
}

/// Calls `f` with every way in which the open questions could be answered, following the branching.
fn every_way(instrument: &Instrument, answers: &[Option<i32>], sex: Option<Sex>, f: &mut dyn FnMut(&[Option<i32>])) {
    let course = course(instrument, answers, sex);
    let Some(item) = must(instrument, &course).first().copied() else { return f(&settled(instrument, answers, sex)) };
    for value in instrument.values(item) {
        let mut more = answers.to_vec();
        // A sheet may end before questions that need no answer.
        more.resize(instrument.items.len(), None);
        if let Some(place) = more.get_mut(item - 1) {
            *place = Some(*value);
        }
        every_way(instrument, &more, sex, f);
    }
}
