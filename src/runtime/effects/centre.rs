//! Reads the state of the centre: members and counts, no client.

use crate::adapters::escalation;
use crate::app::msg::Answer;
use crate::app::views::{CentreView, SignedIn};
use crate::domain::explain::ErrorReport;
use crate::domain::governance::concern::Concern;
use crate::runtime::effects::Performer;
use crate::service::UnlockedVault;
use crate::service::escalation_words::duties;

impl Performer {
    pub(super) fn centre(&self) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let roster = unlocked.roster();
        let here = UnlockedVault::members_here(&unlocked.dir())?;
        let members: Vec<_> = roster.active().map(|m| (m.name.clone(), m.role, here.contains(&m.name))).collect();
        let former = roster.members.len().saturating_sub(members.len());
        let view = CentreView { members, former, backup: unlocked.last_backup()?, concerns: concerns(unlocked) };
        Ok(vec![Answer::Centre(Box::new(view))])
    }
}

/// Who is at the workstation now, with what they are told.
pub(super) fn signed_in(unlocked: &UnlockedVault) -> SignedIn {
    SignedIn {
        member: unlocked.me().name.clone(),
        role: unlocked.me().role,
        centre: unlocked.roster().centre,
        standing: unlocked.integrity().message(),
        concerns: concerns(unlocked),
    }
}

/// What is to be told of the vault and of the escalations.
fn concerns(unlocked: &UnlockedVault) -> Vec<Concern> {
    let mut told = unlocked.concerns();
    // Rules that do not read are told where an escalation is raised.
    let rules = escalation::rules(&crate::config::escalation_file());
    if let Ok(duties) = rules.map_err(drop).and_then(|rules| duties(unlocked, &rules).map_err(drop)) {
        told.extend(duties);
    }
    told
}
