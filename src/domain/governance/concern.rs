//! What a member is shown when the vault opens and for as long as it holds: whether the vault is whole, what was put
//! right, what waits to be inspected or reviewed. One set of words for the command line and the screens.

use crate::domain::governance::access_log::Month;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::texts::{Message, msg};

/// One thing to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// The vault does not hold what was acknowledged, or that cannot be said: its sentence.
    NotWhole(Message),
    /// Nothing can be written where the vault lies, so it is only read, and this workstation keeps the entries of the
    /// access log: why, one phrase.
    ReadOnly(Message),
    /// The vault is whole, but a write was interrupted before it was acknowledged: the sentence.
    Interrupted(Message),
    /// What was damaged, cut or put back by somebody and was put right at the opening, by its name in the vault.
    Mended(Vec<String>),
    /// Files that somebody without a key put there and that were removed, by their names in the vault.
    Planted(Vec<String>),
    /// This copy is older than what was seen before: whose records or entries are not here, one phrase each. Behind, not
    /// forged: what is here continues as it was.
    Older(Vec<Message>),
    /// The clock was set back: something here was written later than now, by a clock of this practice; how much, minutes.
    ClockBack(u64),
    /// The vault was brought over from the format before; where the copy of it is.
    Migrated(String),
    /// This workstation sees the vault for the first time; the words of its roster, to be compared.
    NewHere(String),
    /// What others changed of the members since this one last had the vault open, on this workstation or another.
    Roster(Vec<RosterNews>),
    /// Members whose recovery slot is not there: two phrases would not let them in again.
    NoRecoverySlot(Vec<String>),
    /// The access log does not read to its end, so that nobody can say what waits in it.
    LogUnread,
    /// Months that are over and that nobody inspected since (L9), oldest first. For whose duty it is.
    Overdue(Vec<Month>),
    /// Follow-ups of escalations that are due and have come to this role.
    FollowUps(usize),
    /// Escalations that went alone and wait for their after-review.
    PacketReviews(usize),
    /// Escalations that wait for a second person, and that may be sent.
    Packets {
        /// For a second person.
        waiting: usize,
        /// To be sent.
        to_send: usize,
    },
    /// The last backup is older than the centre's rule allows, or the log tells of none: days since, and the rule's days.
    BackupDue {
        /// Since the last one; none where there is none.
        since: Option<u64>,
        /// The rule.
        days: u16,
    },
    /// Admins who have no key to packets that were raised before they came: name and how many.
    NotShared(Vec<(String, usize)>),
    /// What one person did alone and no other has reviewed.
    Waiting {
        /// Acts of others, which this member can review.
        to_review: usize,
        /// Acts that somebody else has to review: the member's own, or all where the role does not review.
        by_others: usize,
    },
}

/// A change of the roster that somebody else made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterNews {
    /// Enrolled, as what.
    Enrolled(String, Role),
    /// Is a member no more.
    Left(String),
    /// Has another role.
    Role(String, Role),
    /// New recovery phrases were made: those of before open nothing any more.
    Recovery,
}

impl RosterNews {
    fn phrase(&self) -> Message {
        match self {
            RosterNews::Enrolled(name, role) => {
                msg("concern-roster-enrolled").with("name", name).with("role", role.message())
            }
            RosterNews::Left(name) => msg("concern-roster-left").with("name", name),
            RosterNews::Role(name, role) => msg("concern-roster-role").with("name", name).with("role", role.message()),
            RosterNews::Recovery => msg("concern-roster-recovery"),
        }
    }
}

impl Concern {
    /// True when what is shown may not be all there is, and nothing is written until it is settled.
    pub const fn grave(&self) -> bool {
        matches!(self, Concern::NotWhole(_))
    }

    /// What is, one sentence or two.
    pub fn words(&self, lang: Lang) -> String {
        let message = match self {
            Concern::NotWhole(what) | Concern::Interrupted(what) => what.clone(),
            Concern::ReadOnly(why) => msg("concern-read-only").with("why", why),
            Concern::Mended(files) => msg("concern-mended").with("files", files.join(", ")),
            Concern::Planted(files) => msg("concern-planted").with("files", files.join(", ")),
            Concern::Older(parts) => msg("concern-older").with("parts", parts.clone()),
            Concern::ClockBack(minutes) => msg("concern-clock-back").with("minutes", *minutes),
            Concern::Migrated(copy) => msg("concern-migrated").with("copy", copy),
            Concern::NewHere(words) => msg("concern-new-here").with("words", words),
            Concern::Roster(news) => {
                msg("concern-roster").with("parts", news.iter().map(RosterNews::phrase).collect::<Vec<_>>())
            }
            Concern::NoRecoverySlot(names) => msg("concern-no-recovery-slot").with("names", names.join(", ")),
            Concern::LogUnread => msg("concern-log-unread"),
            Concern::Overdue(months) => msg("concern-overdue").with("months", listed(months)),
            Concern::FollowUps(n) => msg("concern-follow-ups").with("n", n),
            Concern::PacketReviews(n) => msg("concern-packet-reviews").with("n", n),
            Concern::Packets { waiting, to_send } => {
                msg("concern-packets").with("waiting", waiting).with("send", to_send)
            }
            Concern::BackupDue { since: Some(since), days } => {
                msg("concern-backup-due").with("since", *since).with("days", *days)
            }
            Concern::BackupDue { since: None, days } => msg("concern-no-backup").with("days", *days),
            Concern::NotShared(who) => {
                let names = who.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
                msg("concern-not-shared").with("names", names).with("n", who.iter().map(|w| w.1).max().unwrap_or(0))
            }
            Concern::Waiting { to_review, by_others } => msg("concern-waiting").with("n", to_review + by_others),
        };
        message.text(lang)
    }

    /// What to do about it.
    pub fn remedy(&self, lang: Lang) -> &'static str {
        match self {
            Concern::NotWhole(_) => lang.say("governance-concern-nothing-written-until-settled"),
            Concern::Interrupted(_) => lang.say("governance-concern-look-whether-last-thing"),
            Concern::ReadOnly(_) => lang.say("concern-read-only-remedy"),
            Concern::Mended(_) => lang.say("governance-concern-look-disk-make-new"),
            Concern::Planted(_) => lang.say("concern-planted-remedy"),
            Concern::Older(_) => lang.say("concern-older-remedy"),
            Concern::ClockBack(_) => lang.say("concern-clock-back-remedy"),
            Concern::Migrated(_) => lang.say("governance-concern-make-backup-remove-copy"),
            Concern::NewHere(_) => lang.say("governance-concern-compare-them-aloud-gyeot"),
            Concern::Roster(_) => lang.say("concern-roster-remedy"),
            Concern::NoRecoverySlot(_) => lang.say("governance-concern-look-who-removed-them"),
            Concern::LogUnread => lang.say("governance-concern-gyeot-audit-verify-shows"),
            Concern::Overdue(_) => lang.say("governance-concern-inspect-each-gyeot-audit"),
            Concern::FollowUps(_) | Concern::PacketReviews(_) | Concern::Packets { .. } => {
                lang.say("concern-packets-how")
            }
            Concern::BackupDue { .. } => lang.say("concern-backup-how"),
            Concern::NotShared(_) => lang.say("concern-not-shared-how"),
            Concern::Waiting { to_review: 0, .. } => lang.say("governance-concern-supervisor-enrolled-later-also"),
            Concern::Waiting { .. } => lang.say("governance-concern-review-them-gyeot-audit"),
        }
    }
}

fn listed(months: &[Month]) -> String {
    months.iter().map(Month::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_concern_says_what_is_and_what_to_do_in_both_languages_and_only_a_vault_that_is_not_whole_is_grave() {
        let what = msg("integrity-behind").with("part", msg("part-store")).with("missing", 3);
        let all = [
            Concern::NotWhole(what.clone()),
            Concern::Interrupted(what),
            Concern::Mended(vec!["roster".into()]),
            Concern::ReadOnly(msg("system-read-only")),
            Concern::Migrated("v.schema-1".into()),
            Concern::Planted(vec!["phrases-not-taken.age".into()]),
            Concern::Older(vec![
                msg("concern-older-part").with("missing", 3).with("part", msg("part-store")).with("name", "kim"),
            ]),
            Concern::ClockBack(90),
            Concern::NewHere("babab-dadad".into()),
            Concern::NoRecoverySlot(vec!["kim".into()]),
            Concern::LogUnread,
            Concern::Overdue("2026-09".parse().into_iter().collect()),
            Concern::FollowUps(1),
            Concern::PacketReviews(2),
            Concern::Packets { waiting: 1, to_send: 0 },
            Concern::BackupDue { since: Some(9), days: 7 },
            Concern::BackupDue { since: None, days: 7 },
            Concern::NotShared(vec![("lee".into(), 2)]),
            Concern::Waiting { to_review: 0, by_others: 2 },
            Concern::Waiting { to_review: 1, by_others: 0 },
            Concern::Roster(vec![
                RosterNews::Enrolled("lee".into(), Role::Supervisor),
                RosterNews::Left("kim".into()),
                RosterNews::Role("park".into(), Role::Admin),
                RosterNews::Recovery,
            ]),
        ];
        for concern in &all {
            let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(hangul(&concern.words(Lang::Ko)) && hangul(concern.remedy(Lang::Ko)), "{concern:?}");
            assert!(!hangul(&concern.words(Lang::En)) && !hangul(concern.remedy(Lang::En)), "{concern:?}");
            assert_eq!(concern.grave(), matches!(concern, Concern::NotWhole(_)));
        }
        assert!(all[11].words(Lang::En).contains("2026-09"));
    }
}
