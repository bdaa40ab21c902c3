//! Screeners that were left, safety plans, the sheet for the client, and crisis lines.

use crate::adapters::outgoing_file::OutgoingFile;
use crate::adapters::{crisis_data, shipped};
use crate::app::msg::Answer;
use crate::app::views::{PlanRevision, SafetyPlanFile};
use crate::domain::crisis::safety_plan::SafetyPlan;
use crate::domain::crisis::screening_left::ScreeningLeft;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::record::Body;
use crate::formats::document_format;
use crate::runtime::effects::{Performer, no_client};
use crate::runtime::{in_home, typed};
use crate::service::handing_out::Asked;
use crate::service::safety_plan::{PlanVersion, Proposals, proposals};
use crate::service::safety_plan_paper::hand_out;
use crate::texts::msg;

impl Performer {
    pub(super) fn keep_screening_left(
        &self,
        client: ClientId,
        left: ScreeningLeft,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        self.unlocked()?.keep_for(&code, &[Body::ScreeningLeft { left: Box::new(left) }])?;
        Ok(vec![Answer::ScreeningLeftKept])
    }

    pub(super) fn safety_plan(&self, client: ClientId) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let row = unlocked.clients()?.into_iter().find(|r| r.id == client).ok_or_else(no_client)?;
        let revisions = unlocked.safety_plans(&row.code)?.into_iter().map(shown).collect();
        // Whoever only reads the plan is offered nothing, and no session is opened for it.
        let Proposals { steps: words, unread } = match unlocked.me().role {
            Role::Counsellor => proposals(unlocked, &row.code, &shipped::plan_form()?, self.shown)?,
            Role::Supervisor | Role::Admin => Proposals::default(),
        };
        Ok(vec![Answer::SafetyPlan(Box::new(SafetyPlanFile { client: row, revisions, words, unread }))])
    }

    pub(super) fn keep_safety_plan(
        &self,
        client: ClientId,
        plan: SafetyPlan,
        edits: u64,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let kept = self.unlocked()?.keep_safety_plan(&code, plan)?;
        Ok(vec![Answer::SafetyPlanKept { client, revision: Box::new(shown(kept)), edits }])
    }
}

impl Performer {
    /// The sheet for the client; the ending of the file's name says in which form.
    pub(super) fn write_plan_paper(
        &self,
        client: ClientId,
        file: &str,
        reason: &str,
        lang: Lang,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let file = in_home(file);
        let (code, unlocked, path) = (self.code(client)?, self.unlocked()?, &typed(&file));
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let format = document_format(ending)
            .ok_or_else(|| ErrorReport::usage(msg("plan-paper-no-format"), msg("plan-paper-no-format.hint")))?;
        let out = OutgoingFile::begin(path)?;
        let asked = Asked { form: format.id(), reason, name: false, lang };
        let (form, lines) = (shipped::plan_form()?, crisis_data::crisis_lines(&self.crisis_file)?);
        let (_, sheet) = hand_out(unlocked, &code, asked, &form, &lines)?;
        out.finish(&format.write(&sheet, lang)?)?;
        Ok(vec![Answer::PlanPaperWritten(file)])
    }

    pub(super) fn line_checked(&self, id: &str) -> Result<Vec<Answer>, ErrorReport> {
        // Whoever is not unlocked is shown no lines to check.
        let today = self.unlocked()?.now().date();
        let mut lines = crisis_data::line_checked(&self.crisis_file, id, &today, None)?.lines;
        lines.sort_by_key(|line| !line.urgent);
        Ok(vec![Answer::CrisisLines(lines)])
    }
}

fn shown(version: PlanVersion) -> PlanRevision {
    PlanRevision { revision: version.revision, at: version.at, author: version.author_name, plan: version.what }
}
