//! Reads the state of the centre: members and counts, no client.

use crate::adapters::shipped;
use crate::app::msg::Answer;
use crate::app::views::CentreView;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::concern::Concern;
use crate::domain::practice::member::Role;
use crate::runtime::effects::Performer;
use crate::runtime::effects::shown::concerns;
use crate::service::UnlockedVault;

impl Performer {
    pub(super) fn centre(&self) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let roster = unlocked.roster();
        let here = UnlockedVault::members_here(&unlocked.dir())?;
        let members: Vec<_> = roster.active().map(|m| (m.name.clone(), m.role, here.contains(&m.name))).collect();
        let former = roster.members.len().saturating_sub(members.len());
        let view = CentreView { members, former, backup: unlocked.last_backup()?, concerns: self.duties()? };
        Ok(vec![Answer::Centre(Box::new(view))])
    }

    /// What waits now, and for an admin the backup that is due.
    pub(super) fn duties(&self) -> Result<Vec<Concern>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let mut told = concerns(unlocked);
        if unlocked.role() == Role::Admin {
            told.extend(shipped::office_rules()?.backup_due(unlocked.last_backup()?, unlocked.now()));
        }
        Ok(told)
    }
}
