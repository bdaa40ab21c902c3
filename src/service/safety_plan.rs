//! Safety plans: read, written and taken away. Every revision is a record of its own, signed by its author, that names the one
//! before by its hash; none is ever changed. And a client's own words for the steps, from the sessions that may be read.

use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::crisis::plan_words::{Heard, Proposal, propose};
use crate::domain::crisis::safety_plan::{PlanFault, SafetyPlan};
use crate::domain::governance::access::{Grant, Permit, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{ClientCode, MemberId, RecordId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionState;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Opened};
use crate::ports::store::Position;
use crate::service::state_guard::StateGuard;
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// The word of the access log for what is read, written and taken away here.
const DETAIL: &str = "safety-plan";

/// One revision of a safety plan with who wrote it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanVersion {
    /// The record.
    pub record: RecordId,
    /// Counts from 1.
    pub revision: u32,
    /// Who wrote and signed it.
    pub author: MemberId,
    /// Their name, as the roster has it.
    pub author_name: String,
    /// When, by the clock of the workstation it was written on.
    pub at: Timestamp,
    /// The plan.
    pub plan: SafetyPlan,
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
        self.read_plans(state, grant, (Task::Read, None, DETAIL.to_owned()))
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
        self.read_plans(state, grant, (Task::Export, Some(reason), format!("{DETAIL} {form}")))
    }

    fn read_plans<P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        (task, reason, detail): (Task, Option<&str>, String),
    ) -> Result<Vec<PlanVersion>, VaultError> {
        let code = state.client_of(&grant)?.card.code.clone();
        self.log_access(&mut state, task, Some(&code), 1, reason, false, Some(detail))?;
        let found = plans_of(&state, &grant)?;
        let version = |(_, Opened { header, body }): (Position, Opened)| match body {
            Body::SafetyPlan { plan } => Some(PlanVersion {
                record: header.id,
                revision: header.revision,
                author: header.author,
                author_name: state.folder.roster.member(header.author).map(|m| m.name.clone()).unwrap_or_default(),
                at: header.at,
                plan: *plan,
            }),
            _ => None,
        };
        Ok(found.into_iter().filter_map(version).collect())
    }

    /// Keeps a plan as the next revision. What comes back is on disk. Refused where nothing is written in it, or more than
    /// one could read in a crisis.
    pub fn keep_safety_plan(&self, code: &ClientCode, plan: SafetyPlan) -> Result<PlanVersion, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::WriteNote>(&state, code)?;
        self.write_plan(state, grant, plan)
    }

    fn write_plan(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::WriteNote>,
        plan: SafetyPlan,
    ) -> Result<PlanVersion, VaultError> {
        if plan.within_bounds() == Err(PlanFault::TooMuch) {
            return Err(VaultError::Input(msg("safety-plan-too-much")));
        }
        let found = plans_of(&state, &grant)?;
        // The first revision has words; a later one may say that nothing of it holds any more.
        if found.is_empty() && plan.is_blank() {
            return Err(VaultError::Input(msg("safety-plan-blank")));
        }
        let replaces = found.last().map(|(at, opened)| (at.id, opened.header.revision, at.signed));
        let revision = replaces.map_or(1, |(_, revision, _)| revision + 1);
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        self.log_access(&mut state, Task::Write, Some(&code), 1, None, false, Some(DETAIL.into()))?;
        let body = Body::SafetyPlan { plan: Box::new(plan.clone()) };
        let (folder, me) = state.writer();
        let draft = Draft { collection: client.0, to: &to, body: &body, client: Some(client), session: None, replaces };
        let record = *folder.keep(&me, &[draft])?.first().ok_or(VaultError::NoClient)?;
        let (author, author_name, at) = (self.me.id, self.me.name.clone(), state.folder.now());
        Ok(PlanVersion { record, revision, author, author_name, at, plan })
    }
}

/// What stands of a client's safety plan, in the order in which it was written.
fn plans_of<P: Permit>(state: &State, grant: &Grant<P>) -> Result<Vec<(Position, Opened)>, VaultError> {
    let known = state.client_of(grant)?;
    let keys = known.case_keys(&state.folder, state.keys.read());
    let mut found = Vec::new();
    for position in state.folder.store.collection(known.card.id.0)? {
        match state.folder.open_place(&position, &keys) {
            Ok(Some(opened)) if matches!(opened.body, Body::SafetyPlan { .. }) => found.push((position, opened)),
            // Wraps of sessions and process notes have other keys, and are not read here.
            Ok(_) | Err(VaultError::Vault(crate::crypto::CryptoError::NotYours)) => {}
            Err(e) => return Err(e),
        }
    }
    found.sort_by_key(|(_, opened)| (opened.header.revision, opened.header.at));
    Ok(found)
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
