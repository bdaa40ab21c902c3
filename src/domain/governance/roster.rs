//! The roster: every change of who is a member, and the rules by which it may change. Pure: signatures are checked by
//! `vault`, this module only says which changes are allowed and who has to sign them.

mod fault;

pub use crate::domain::governance::roster::fault::RosterError;

use crate::domain::practice::ids::MemberId;
use crate::domain::practice::member::{Member, Role};
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One change of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// The first entry: the vault and its first member, signed by that member.
    Found {
        /// Always [`VAULT_SCHEMA`]; another name is a vault of another version.
        schema: String,
        /// Random, 32 hexadecimal digits: names this vault in every signature.
        vault: String,
        /// The centre's name.
        centre: String,
        /// The first member.
        first: Member,
        /// Who can open everything with two of three recovery phrases.
        recovery: String,
        /// The recipient of the access log.
        log: String,
        /// The centre's time zone (IANA), in which its days are counted; vaults from before have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_zone: Option<String>,
    },
    /// A new member.
    Enrol {
        /// Who.
        member: Member,
        /// When.
        at: Timestamp,
        /// Set when one person did what needs two: it waits for an after-review.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
        /// The access log's new recipient, when the change takes the log from someone who could read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log: Option<String>,
    },
    /// A member leaves.
    Revoke {
        /// Who.
        member: MemberId,
        /// When.
        at: Timestamp,
        /// As for [`Change::Enrol`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
        /// The access log's new recipient, when the change takes the log from someone who could read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log: Option<String>,
    },
    /// Another role.
    Reassign {
        /// Who.
        member: MemberId,
        /// The new role.
        role: Role,
        /// When.
        at: Timestamp,
        /// As for [`Change::Enrol`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
        /// The access log's new recipient, when the change takes the log from someone who could read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log: Option<String>,
    },
    /// Another recovery key: the phrases of before open nothing any more.
    Recovery {
        /// Whom recovery wraps and slots are sealed to from now on.
        recipient: String,
        /// When.
        at: Timestamp,
        /// As for [`Change::Enrol`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
    },
    /// The fingerprint of a member's keys was compared in words, in person, with another member.
    Compare {
        /// Whose.
        member: MemberId,
        /// When.
        at: Timestamp,
    },
    /// A second person has looked at a break-glass change.
    Review {
        /// The entry that was reviewed; counts from 0.
        entry: u64,
        /// When.
        at: Timestamp,
    },
}

/// The version of the vault's layout that this program writes and reads.
pub const VAULT_SCHEMA: &str = "gyeot.vault/1";

/// A role that a member has or had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Which.
    pub role: Role,
    /// From when.
    pub from: Timestamp,
    /// Until when; none while they hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// Who compared a member's fingerprint, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The other person.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// The roster: every member that ever was, after all changes so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// The vault's id.
    pub vault: String,
    /// The centre's name.
    pub centre: String,
    /// The recovery recipient.
    pub recovery: String,
    /// The access log's recipient.
    pub log: String,
    /// The centre's time zone (IANA); none in a vault from before there was one.
    pub time_zone: Option<String>,
    /// In order of enrolment, leavers included.
    pub members: Vec<Member>,
    /// Entries done by one person that nobody reviewed yet.
    pub unreviewed: Vec<u64>,
    entries: u64,
    done_by: Vec<(u64, MemberId)>,
    /// Changes of roles: whose, the role before, until when, and the number of the entry.
    roles_before: Vec<(MemberId, Role, Timestamp, u64)>,
    compared: Vec<(MemberId, Compared)>,
}

impl Roster {
    /// Members that are active now.
    pub fn active(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|m| m.active())
    }

    /// The member of this id, active or not.
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|m| m.id == id)
    }

    /// The active member of this name.
    pub fn named(&self, name: &str) -> Option<&Member> {
        self.active().find(|m| m.name == name)
    }

    /// True when no two active persons exist of whom one is an admin and another a supervisor: what needs two
    /// persons is then break-glass with an after-review.
    pub fn single_handed(&self) -> bool {
        !self.has(Role::Admin) || !self.has(Role::Supervisor)
    }

    /// True when an active member has this role.
    pub fn has(&self, role: Role) -> bool {
        self.active().any(|m| m.role == role)
    }

    /// Every role that a member had, oldest first, the present one last. The chain forgets nothing, so this goes back to
    /// the enrolment (L16 asks for three years).
    pub fn roles_of(&self, id: MemberId) -> Vec<Held> {
        let Some(member) = self.member(id) else { return Vec::new() };
        let mut from = member.from;
        let mut held = Vec::new();
        for (_, role, until, _) in self.roles_before.iter().filter(|(who, ..)| *who == id) {
            held.push(Held { role: *role, from, to: Some(*until) });
            from = *until;
        }
        held.push(Held { role: member.role, from, to: member.to });
        held
    }

    /// The number of the entry that last changed a member's role; none for whoever has the role they came with.
    pub fn role_since(&self, id: MemberId) -> Option<u64> {
        self.roles_before.iter().rev().find(|(who, ..)| *who == id).map(|(.., entry)| *entry)
    }

    /// Who compared this member's fingerprint; none where nobody did.
    pub fn compared(&self, id: MemberId) -> Option<Compared> {
        self.compared.iter().rev().find(|(who, _)| *who == id).map(|(_, compared)| *compared)
    }

    /// True for whoever made the vault: their fingerprint is the first, there was nobody to compare it with.
    pub fn founder(&self, id: MemberId) -> bool {
        self.members.first().is_some_and(|m| m.id == id)
    }

    /// The active members whom the access log is for: admins and supervisors; the counsellors only while there is
    /// neither.
    pub fn log_readers(&self) -> Vec<&Member> {
        let watched = self.has(Role::Admin) || self.has(Role::Supervisor);
        self.active().filter(|m| !watched || m.role != Role::Counsellor).collect()
    }

    /// True for a practice of one person.
    pub fn sole(&self) -> bool {
        self.active().count() == 1
    }

    /// Applies the next entry, signed by these persons; each signature has been checked already.
    pub fn apply(&mut self, change: &Change, signers: &[MemberId]) -> Result<(), RosterError> {
        let entry = self.entries;
        match change {
            Change::Found { schema, vault, centre, first, recovery, log, time_zone } => {
                if schema != VAULT_SCHEMA {
                    return Err(RosterError::Version(schema.clone()));
                }
                if entry != 0 || signers != [first.id] {
                    return Err(RosterError::Founding);
                }
                self.vault.clone_from(vault);
                self.centre.clone_from(centre);
                self.recovery.clone_from(recovery);
                self.log.clone_from(log);
                self.time_zone.clone_from(time_zone);
                self.members.push(first.clone());
            }
            Change::Enrol { member, break_glass, log, .. } => {
                self.signed_well(signers, break_glass.is_some())?;
                if self.named(&member.name).is_some() || self.member(member.id).is_some() {
                    return Err(RosterError::Twice);
                }
                self.members.push(member.clone());
                if let Some(log) = log {
                    self.log.clone_from(log);
                }
                self.note_break_glass(entry, signers, break_glass.is_some());
            }
            Change::Revoke { member, at, break_glass, log } => {
                self.signed_well(signers, break_glass.is_some())?;
                if self.sole() {
                    return Err(RosterError::Last);
                }
                let who = self.members.iter_mut().find(|m| m.id == *member && m.active());
                who.ok_or(RosterError::Nobody)?.to = Some(*at);
                if let Some(log) = log {
                    self.log.clone_from(log);
                }
                self.note_break_glass(entry, signers, break_glass.is_some());
            }
            Change::Reassign { member, role, at, break_glass, log } => {
                self.signed_well(signers, break_glass.is_some())?;
                let who = self.members.iter_mut().find(|m| m.id == *member && m.active()).ok_or(RosterError::Nobody)?;
                if who.role == *role {
                    return Err(RosterError::SameRole);
                }
                self.roles_before.push((*member, std::mem::replace(&mut who.role, *role), *at, entry));
                if let Some(log) = log {
                    self.log.clone_from(log);
                }
                self.note_break_glass(entry, signers, break_glass.is_some());
            }
            Change::Recovery { recipient, break_glass, .. } => {
                self.signed_well(signers, break_glass.is_some())?;
                self.recovery.clone_from(recipient);
                self.note_break_glass(entry, signers, break_glass.is_some());
            }
            Change::Compare { member, at } => {
                self.all_active(signers)?;
                if !self.member(*member).is_some_and(Member::active) {
                    return Err(RosterError::Nobody);
                }
                let by = signers.iter().find(|s| *s != member).ok_or(RosterError::OwnFingerprint)?;
                self.compared.push((*member, Compared { by: *by, at: *at }));
            }
            Change::Review { entry: reviewed, .. } => {
                self.all_active(signers)?;
                // The person who broke the glass cannot be the one who reviews it.
                let same = self.done_by.iter().any(|(e, who)| e == reviewed && signers.contains(who));
                if same || !self.unreviewed.contains(reviewed) {
                    return Err(RosterError::TwoPersons);
                }
                self.unreviewed.retain(|e| e != reviewed);
            }
        }
        self.entries += 1;
        Ok(())
    }

    fn all_active(&self, signers: &[MemberId]) -> Result<(), RosterError> {
        if self.entries == 0 || signers.is_empty() {
            return Err(RosterError::Founding);
        }
        if signers.iter().all(|s| self.member(*s).is_some_and(Member::active)) {
            Ok(())
        } else {
            Err(RosterError::NotAMember)
        }
    }

    fn signed_well(&self, signers: &[MemberId], break_glass: bool) -> Result<(), RosterError> {
        self.all_active(signers)?;
        let has = |role| signers.iter().any(|s| self.member(*s).is_some_and(|m| m.role == role));
        let two = has(Role::Admin) && has(Role::Supervisor);
        // Who of several may do it alone is for the policy to say when it is asked; what stands here says that it was done
        // alone and waits for its review. The rule for reading never grows stricter, or an old vault would not open.
        // One role per member: an admin and a supervisor among the signers are two persons.
        if two || (break_glass && self.single_handed()) { Ok(()) } else { Err(RosterError::TwoPersons) }
    }

    fn note_break_glass(&mut self, entry: u64, signers: &[MemberId], broken: bool) {
        if broken {
            self.unreviewed.push(entry);
            self.done_by.extend(signers.iter().map(|s| (entry, *s)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(n: u8, role: Role) -> Member {
        Member {
            id: MemberId([n; 16]),
            name: format!("m{n}"),
            role,
            recipient: String::new(),
            verifying: String::new(),
            from: Timestamp(0),
            to: None,
        }
    }

    fn found(first: Member) -> Roster {
        let mut r = Roster::default();
        let id = first.id;
        let change = Change::Found {
            schema: VAULT_SCHEMA.into(),
            vault: "v".into(),
            centre: "c".into(),
            first,
            recovery: "r".into(),
            log: "l".into(),
            time_zone: None,
        };
        assert_eq!(r.apply(&change, &[id]), Ok(()));
        r
    }

    fn enrol(m: Member, glass: bool) -> Change {
        Change::Enrol { member: m, at: Timestamp(1), break_glass: glass.then(|| "alone".to_owned()), log: None }
    }

    #[test]
    fn once_an_admin_and_a_supervisor_exist_one_person_cannot_change_the_roster_even_by_break_glass() {
        let mut r = found(member(1, Role::Admin));
        assert_eq!(
            r.apply(&enrol(member(2, Role::Supervisor), false), &[MemberId([1; 16])]),
            Err(RosterError::TwoPersons)
        );
        assert_eq!(r.apply(&enrol(member(2, Role::Supervisor), true), &[MemberId([1; 16])]), Ok(()));
        for glass in [false, true] {
            for who in [1, 2] {
                let done = r.clone().apply(&enrol(member(3, Role::Counsellor), glass), &[MemberId([who; 16])]);
                assert_eq!(done, Err(RosterError::TwoPersons));
            }
        }
        let both = [MemberId([1; 16]), MemberId([2; 16])];
        assert_eq!(r.apply(&enrol(member(3, Role::Counsellor), false), &both), Ok(()));
    }

    #[test]
    fn who_broke_the_glass_cannot_review_it() {
        let mut r = found(member(1, Role::Counsellor));
        assert_eq!(r.apply(&enrol(member(2, Role::Admin), true), &[MemberId([1; 16])]), Ok(()));
        let review = Change::Review { entry: 1, at: Timestamp(2) };
        assert_eq!(r.apply(&review, &[MemberId([1; 16])]), Err(RosterError::TwoPersons));
        assert_eq!(r.apply(&review, &[MemberId([2; 16])]), Ok(()));
        assert!(r.unreviewed.is_empty());
    }

    #[test]
    fn the_log_is_for_admins_and_supervisors_and_for_counsellors_only_while_there_is_neither() {
        let mut r = found(member(1, Role::Counsellor));
        let names = |r: &Roster| r.log_readers().iter().map(|m| m.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&r), ["m1"]);
        let change = Change::Enrol {
            member: member(2, Role::Supervisor),
            at: Timestamp(1),
            break_glass: Some("first".into()),
            log: Some("l2".into()),
        };
        assert_eq!(r.apply(&change, &[MemberId([1; 16])]), Ok(()));
        assert_eq!((names(&r), r.log.as_str()), (vec!["m2".to_owned()], "l2"));
    }

    #[test]
    fn a_change_of_role_needs_the_two_persons_keeps_the_roles_before_and_moves_the_log() {
        let mut r = found(member(1, Role::Admin));
        assert_eq!(r.apply(&enrol(member(2, Role::Supervisor), true), &[MemberId([1; 16])]), Ok(()));
        let both = [MemberId([1; 16]), MemberId([2; 16])];
        assert_eq!(r.apply(&enrol(member(3, Role::Supervisor), false), &both), Ok(()));
        let to = |role| Change::Reassign {
            member: MemberId([3; 16]),
            role,
            at: Timestamp(9),
            break_glass: None,
            log: Some("l3".into()),
        };
        for one in both {
            assert_eq!(r.apply(&to(Role::Counsellor), &[one]), Err(RosterError::TwoPersons));
        }
        assert_eq!(r.apply(&to(Role::Supervisor), &both), Err(RosterError::SameRole));
        assert_eq!(r.apply(&to(Role::Counsellor), &both), Ok(()));
        let held = r.roles_of(MemberId([3; 16]));
        let seen: Vec<_> = held.iter().map(|h| (h.role, h.from, h.to)).collect();
        let before = (Role::Supervisor, Timestamp(0), Some(Timestamp(9)));
        assert_eq!(seen, [before, (Role::Counsellor, Timestamp(9), None)]);
        assert_eq!((r.log.as_str(), r.role_since(MemberId([3; 16]))), ("l3", Some(3)));
    }

    #[test]
    fn a_fingerprint_is_compared_by_another_person_and_nobody_compares_their_own() {
        let mut r = found(member(1, Role::Counsellor));
        assert_eq!(r.apply(&enrol(member(2, Role::Admin), true), &[MemberId([1; 16])]), Ok(()));
        let compare = Change::Compare { member: MemberId([2; 16]), at: Timestamp(5) };
        assert_eq!(r.apply(&compare, &[MemberId([2; 16])]), Err(RosterError::OwnFingerprint));
        assert_eq!(r.compared(MemberId([2; 16])), None);
        assert_eq!(r.apply(&compare, &[MemberId([1; 16])]), Ok(()));
        let by = Compared { by: MemberId([1; 16]), at: Timestamp(5) };
        assert_eq!((r.compared(MemberId([2; 16])), r.founder(MemberId([2; 16]))), (Some(by), false));
    }

    #[test]
    fn a_leaver_signs_nothing_more() {
        let mut r = found(member(1, Role::Counsellor));
        assert_eq!(r.apply(&enrol(member(2, Role::Counsellor), true), &[MemberId([1; 16])]), Ok(()));
        let leave =
            Change::Revoke { member: MemberId([2; 16]), at: Timestamp(3), break_glass: Some("left".into()), log: None };
        assert_eq!(r.apply(&leave, &[MemberId([1; 16])]), Ok(()));
        assert_eq!(r.apply(&enrol(member(3, Role::Admin), true), &[MemberId([2; 16])]), Err(RosterError::NotAMember));
    }
}
