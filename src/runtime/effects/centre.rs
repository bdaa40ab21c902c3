//! Reads the state of the centre: members and counts, no client.

use crate::adapters::shipped;
use crate::app::msg::Answer;
use crate::app::views::CentreView;
use crate::domain::explain::ErrorReport;
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
        let (backup, mut concerns) = (unlocked.last_backup()?, concerns(unlocked));
        concerns.extend(shipped::office_rules()?.backup_due(backup, unlocked.now()));
        let view = CentreView { members, former, backup, concerns };
        Ok(vec![Answer::Centre(Box::new(view))])
    }
}
