//! Safety plans: read, written and taken away. Every revision is a record of its own, signed by its author, that names the one
//! before by its hash; none is ever changed. And a client's own words for the steps, from the sessions that may be read.

use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::crisis::plan_words::{Heard, Proposal, propose};
use crate::domain::crisis::safety_plan::{PlanFault, SafetyPlan};
use crate::domain::governance::access::permit;
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionState;
use crate::domain::record::Body;
use crate::service::revisions::{Revised, Version};
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;

/// One revision of a safety plan with who wrote it and when.
pub type PlanVersion = Version<SafetyPlan>;

impl Revised for SafetyPlan {
    const DETAIL: &'static str = "safety-plan";

    fn of(body: &Body) -> Option<&Self> {
        match body {
            Body::SafetyPlan { plan } => Some(plan),
            _ => None,
        }
    }

    fn body(&self) -> Body {
        Body::SafetyPlan { plan: Box::new(self.clone()) }
    }

    fn refused(&self, first: bool) -> Option<VaultError> {
        if self.within_bounds() == Err(PlanFault::TooMuch) {
            return Some(VaultError::Input(msg("safety-plan-too-much")));
        }
        // The first revision has words; a later one may say that nothing of it holds any more.
        (first && self.is_blank()).then(|| VaultError::Input(msg("safety-plan-blank")))
    }
}

/// A client's own words for each step, and how many sessions could not be looked through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposals {
    /// In the form's order.
    pub steps: Vec<Vec<Proposal>>,
    /// Sessions that did not open: a plan is written all the same.
    pub unread: usize,
}

impl UnlockedVault {
    /// Every revision of a client's safety plan, oldest first; none where there is no plan. An entry of the access log comes
    /// first.
    pub fn safety_plans(&self, code: &ClientCode) -> Result<Vec<PlanVersion>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ReadContent>(&state, code)?;
        self.read_versions(state, grant, (Task::Read, None, None))
    }

    /// As [`UnlockedVault::safety_plans`], for a plan that leaves the vault; `form` is one word of the program, such as `pdf`.
    /// Refused without a reason, before anything is opened (L10).
    pub fn export_safety_plans(
        &self,
        code: &ClientCode,
        form: &'static str,
        reason: &str,
    ) -> Result<Vec<PlanVersion>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ExportContent>(&state, code)?;
        self.read_versions(state, grant, (Task::Export, Some(reason), Some(form)))
    }

    /// Keeps a plan as the next revision. What comes back is on disk. Refused where nothing is written in it, or more than
    /// one could read in a crisis.
    pub fn keep_safety_plan(&self, code: &ClientCode, plan: SafetyPlan) -> Result<PlanVersion, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::WriteNote>(&state, code)?;
        self.write_version(state, grant, plan)
    }
}

/// The client's own words for each step, from the newest sessions, the running one too. Each session that is looked through
/// is a reading of its own in the access log. `lang` is the language of a session that has no whole transcript yet.
pub fn proposals(
    unlocked: &UnlockedVault,
    code: &ClientCode,
    form: &PlanForm,
    lang: Lang,
) -> Result<Proposals, VaultError> {
    let mut rows = unlocked.sessions(Some(code))?;
    rows.retain(|row| row.state != SessionState::Destroyed);
    rows.sort_by_key(|row| std::cmp::Reverse(row.number));
    let (mut heard, mut unread) = (Vec::new(), 0);
    for row in rows.into_iter().take(form.sessions) {
        match unlocked.open_session(row.id) {
            Ok(opened) => heard.push(Heard {
                session: row.id,
                number: row.number,
                started: row.started,
                transcript: transcript_of(opened.iter().map(|o| &o.body), lang),
            }),
            Err(_) => unread += 1,
        }
    }
    Ok(Proposals { steps: propose(form, &heard), unread })
}
