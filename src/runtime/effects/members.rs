//! Enrolling a member on the screen, through the same use cases as the command.

use crate::app::effect::{Enrolling, MemberAct};
use crate::app::msg::{Answer, Asked, Enrolled};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::member::Role;
use crate::runtime::effects::Performer;
use crate::runtime::effects::shown::signed_in;
use crate::service::{KeyCost, NewMember, Second};

impl Performer {
    pub(super) fn member(&self, act: MemberAct) -> (Asked, Result<Vec<Answer>, ErrorReport>) {
        match act {
            MemberAct::Seconds => (Asked::Read, self.seconds()),
            MemberAct::Enrol(asked) => (Asked::Member, self.enrol(*asked)),
            MemberAct::Compared { name, words } => (Asked::Member, self.compared(&name, &words)),
        }
    }

    /// An admin enrols beside a supervisor, a supervisor beside an admin; a counsellor has nobody.
    fn seconds(&self) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let beside = match unlocked.me().role {
            Role::Admin => Some(Role::Supervisor),
            Role::Supervisor => Some(Role::Admin),
            Role::Counsellor => None,
        };
        let roster = unlocked.roster();
        let names = roster.active().filter(|m| Some(m.role) == beside && m.id != unlocked.me().id);
        Ok(vec![Answer::Seconds(names.map(|m| m.name.clone()).collect())])
    }

    fn enrol(&self, asked: Enrolling) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let new = NewMember { name: asked.name, role: asked.role, cost: KeyCost::Production };
        let second = asked.second.as_ref().map(|(name, passphrase)| Second { name, passphrase });
        let (member, words) = unlocked.add_member(&new, &asked.passphrase, second, asked.reason.as_deref())?;
        let enrolled = Enrolled { name: member.name, words, who: signed_in(unlocked) };
        Ok(vec![Answer::Enrolled(Box::new(enrolled))])
    }

    fn compared(&self, name: &str, words: &str) -> Result<Vec<Answer>, ErrorReport> {
        self.unlocked()?.confirm_fingerprint(name, words)?;
        Ok(vec![Answer::Compared])
    }
}
