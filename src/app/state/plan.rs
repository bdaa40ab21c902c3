//! The safety plan being written, and what its steps are offered.

use crate::app::editor::NoteText;
use crate::app::views::{Draft, DraftLine, LineOrigin, PlanRevision};
use crate::domain::advice::evidence::Evidence;
use crate::domain::crisis::crisis_line::CrisisLine;
use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::crisis::plan_words::Proposal;
use crate::domain::crisis::safety_plan::{PlanLine, PlanStep, SafetyPlan, WordsFrom};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::{SessionId, StatementId};
use crate::domain::practice::lang::Lang;
use crate::domain::record::NoteState;

/// The safety plan's screen.
#[derive(Debug, Clone)]
pub struct PlanPage {
    /// Whose.
    pub client: ClientRow,
    /// The session in which it is written, when in one.
    pub session: Option<SessionId>,
    /// The text: a section for each step.
    pub text: NoteText,
    /// Oldest first.
    pub revisions: Vec<PlanRevision>,
    /// The client's own words for each step.
    pub words: Vec<Vec<Proposal>>,
    /// Sessions that did not open.
    pub unread: usize,
    /// Which of the offers of this step is marked.
    pub at: usize,
    /// Keys go to the offers.
    pub side: bool,
    /// Being sealed: the count of edits that it holds.
    pub saving: Option<u64>,
    /// Sealed and synced: the count of edits that it holds.
    pub saved: u64,
    /// What is left as soon as it is sealed: the screen, or with true the program too.
    pub leaving: Option<bool>,
}

/// What may be taken into a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer<'a> {
    /// What the client said.
    Words(&'a Proposal),
    /// A crisis line.
    Line(&'a CrisisLine),
}

impl PlanPage {
    /// True when something would be lost by leaving.
    pub fn unsaved(&self) -> bool {
        self.text.edits() != self.saved && !(self.text.is_blank() && self.revisions.is_empty())
    }

    /// What the step under the caret is offered.
    pub fn offers<'a>(&'a self, form: &PlanForm, lines: &'a [CrisisLine]) -> Vec<Offer<'a>> {
        let step = self.text.caret().section;
        let mut found: Vec<Offer<'a>> = self.words.get(step).into_iter().flatten().map(Offer::Words).collect();
        if form.steps.get(step).is_some_and(|s| s.lines) {
            found.extend(lines.iter().filter(|l| l.number.is_some()).map(Offer::Line));
        }
        found
    }

    /// True when this stands in the plan already.
    pub fn has(&self, offer: &Offer<'_>, lang: Lang) -> bool {
        let mut lines = self.text.sections().iter().flat_map(|s| &s.lines);
        match offer {
            Offer::Words(p) => lines.any(|l| l.evidence.iter().any(|e| e.quote == p.quote)),
            Offer::Line(line) => lines.any(|l| l.text() == line_text(line, lang)),
        }
    }
}

/// A crisis line as a line of a plan.
pub fn line_text(line: &CrisisLine, lang: Lang) -> String {
    format!("{} ({})", line.called(lang), line.text(lang).hours)
}

/// What a proposal rests on.
pub fn evidence(p: &Proposal) -> Vec<Evidence> {
    vec![Evidence { utterance: p.utterance, quote: p.quote.clone() }]
}

/// A plan for the editor.
pub fn to_draft(plan: &SafetyPlan, form: &PlanForm) -> Draft {
    let line = |l: &PlanLine| {
        let (origin, evidence) = match &l.from {
            WordsFrom::Typed => (LineOrigin::Typed, Vec::new()),
            WordsFrom::Said { session, number, utterance, at_ms, quote, edited } => (
                LineOrigin::Said { session: *session, number: *number, at_ms: *at_ms, edited: *edited },
                vec![Evidence { utterance: *utterance, quote: quote.clone() }],
            ),
        };
        DraftLine { text: l.text.clone(), origin, evidence, id: StatementId::default(), check: None }
    };
    let step = |s: &PlanStep| (s.step.clone(), s.lines.iter().map(line).collect());
    Draft { format: form.id.clone(), sections: plan.steps.iter().map(step).collect(), state: NoteState::Draft }
}

/// What the editor holds as a plan; blank lines are left out.
pub fn to_plan(draft: &Draft, form: &PlanForm, session: Option<SessionId>) -> SafetyPlan {
    let line = |l: &DraftLine| {
        let from = match (&l.origin, l.evidence.first()) {
            (LineOrigin::Said { session, number, at_ms, edited }, Some(e)) => WordsFrom::Said {
                session: *session,
                number: *number,
                utterance: e.utterance,
                at_ms: *at_ms,
                quote: e.quote.clone(),
                edited: *edited,
            },
            _ => WordsFrom::Typed,
        };
        PlanLine { text: l.text.clone(), from }
    };
    let step = |(key, lines): &(String, Vec<DraftLine>)| PlanStep {
        step: key.clone(),
        lines: lines.iter().filter(|l| !l.text.is_blank()).map(line).collect(),
    };
    SafetyPlan { form: form.version.clone(), steps: draft.sections.iter().map(step).collect(), session }
}
