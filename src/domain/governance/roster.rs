//! The roster: every change of who is a member, and the rules by which it may change. Pure: signatures are checked by
//! `vault`, this module only says which changes are allowed and who has to sign them.

mod change;
mod fault;

pub use crate::domain::governance::roster::change::{Change, VAULT_SCHEMA, VAULT_SCHEMA_1};
pub use crate::domain::governance::roster::fault::RosterError;

use crate::domain::practice::ids::{MemberId, Writer};
use crate::domain::practice::member::{Member, Role};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Head;
use serde::Serialize;

/// A role that a member has or had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The role.
    pub role: Role,
    /// When the role began.
    pub from: Timestamp,
    /// Until when; none while they hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// Who compared a member's fingerprint, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The second person, who agreed.
    pub by: MemberId,
    /// When the other person agreed, by the clock of the workstation.
    pub at: Timestamp,
}

/// The roster: every member that ever was, after all changes so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// Id of the vault, 32 hexadecimal digits.
    pub vault: String,
    /// The centre's name.
    pub centre: String,
    /// age recipient of the recovery key.
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
    /// Who signed that the recovery key is another, the last time.
    renewed_by: Vec<MemberId>,
    /// Changes of roles: whose, the role before, until when, and the number of the entry.
    roles_before: Vec<(MemberId, Role, Timestamp, u64)>,
    compared: Vec<(MemberId, Compared)>,
    /// Who came with which entry.
    enrolled: Vec<(MemberId, u64)>,
    /// Who left with which entry.
    left: Vec<(MemberId, u64)>,
    closed: Vec<(Writer, Head)>,
    schema: String,
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

    /// The role of a member after the first `entries` entries; none for who was no member then.
    pub fn role_at(&self, id: MemberId, entries: u64) -> Option<Role> {
        let of = |list: &[(MemberId, u64)]| list.iter().find(|(who, _)| *who == id).map(|(_, entry)| *entry);
        if of(&self.enrolled)? >= entries || of(&self.left).is_some_and(|entry| entry < entries) {
            return None;
        }
        let later = self.roles_before.iter().find(|(who, _, _, entry)| *who == id && *entry >= entries);
        later.map_or_else(|| self.member(id).map(|m| m.role), |(_, role, ..)| Some(*role))
    }

    /// Where the sequence of a leaver ends; none for who has not left, and where the entry does not say.
    pub fn closed(&self, writer: Writer) -> Option<Head> {
        self.closed.iter().find(|(who, _)| *who == writer).map(|(_, head)| *head)
    }

    /// The entry with which a member left.
    pub fn left_with(&self, id: MemberId) -> Option<u64> {
        self.left.iter().find(|(who, _)| *who == id).map(|(_, entry)| *entry)
    }

    /// The version that the founding entry names.
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// Who signed the entry that made the present recovery key hold; none where it is the first one.
    pub fn renewed_by(&self) -> &[MemberId] {
        &self.renewed_by
    }

    /// How many entries were applied.
    pub const fn entries(&self) -> u64 {
        self.entries
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
                if schema != VAULT_SCHEMA && schema != VAULT_SCHEMA_1 {
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
                self.enrolled.push((first.id, entry));
                self.schema.clone_from(schema);
            }
            Change::Enrol { member, break_glass, log, .. } => {
                self.signed_well(signers, break_glass.is_some())?;
                if self.named(&member.name).is_some() || self.member(member.id).is_some() {
                    return Err(RosterError::Twice);
                }
                self.members.push(member.clone());
                self.enrolled.push((member.id, entry));
                if let Some(log) = log {
                    self.log.clone_from(log);
                }
                self.note_break_glass(entry, signers, break_glass.is_some());
            }
            Change::Revoke { member, at, break_glass, log, closed } => {
                self.signed_well(signers, break_glass.is_some())?;
                if self.sole() {
                    return Err(RosterError::Last);
                }
                let who = self.members.iter_mut().find(|m| m.id == *member && m.active());
                who.ok_or(RosterError::Nobody)?.to = Some(*at);
                self.left.push((*member, entry));
                let writer = |device| Writer { member: *member, device };
                self.closed.extend(closed.iter().map(|(device, head)| (writer(*device), *head)));
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
                self.renewed_by = signers.to_vec();
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
    use crate::domain::practice::ids::DeviceId;

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
    fn the_role_at_an_entry_is_the_one_of_that_time_and_nobody_has_one_before_or_after() {
        let mut r = found(member(1, Role::Counsellor));
        assert_eq!(r.apply(&enrol(member(2, Role::Counsellor), true), &[MemberId([1; 16])]), Ok(()));
        let to = Change::Reassign {
            member: MemberId([2; 16]),
            role: Role::Supervisor,
            at: Timestamp(2),
            break_glass: Some("x".into()),
            log: None,
        };
        assert_eq!(r.apply(&to, &[MemberId([1; 16])]), Ok(()));
        let head = Head { count: 7, hash: [1; 32] };
        let device = DeviceId([5; 16]);
        let leave = Change::Revoke {
            member: MemberId([2; 16]),
            at: Timestamp(3),
            break_glass: Some("left".into()),
            log: None,
            closed: vec![(device, head)],
        };
        assert_eq!(r.apply(&leave, &[MemberId([1; 16])]), Ok(()));
        let at = |n| r.role_at(MemberId([2; 16]), n);
        assert_eq!([at(1), at(2), at(3), at(4)], [None, Some(Role::Counsellor), Some(Role::Supervisor), None]);
        assert_eq!(r.closed(Writer { member: MemberId([2; 16]), device }), Some(head));
        assert_eq!(r.role_at(MemberId([1; 16]), 1), Some(Role::Counsellor));
    }

    #[test]
    fn a_leaver_signs_nothing_more() {
        let mut r = found(member(1, Role::Counsellor));
        assert_eq!(r.apply(&enrol(member(2, Role::Counsellor), true), &[MemberId([1; 16])]), Ok(()));
        let leave = Change::Revoke {
            member: MemberId([2; 16]),
            at: Timestamp(3),
            break_glass: Some("left".into()),
            log: None,
            closed: Vec::new(),
        };
        assert_eq!(r.apply(&leave, &[MemberId([1; 16])]), Ok(()));
        assert_eq!(r.apply(&enrol(member(3, Role::Admin), true), &[MemberId([2; 16])]), Err(RosterError::NotAMember));
    }
}
