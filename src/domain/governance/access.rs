//! Who may do what: one total table of role × capability, and the grants that only this table can make.
//! Keys stop people, this table stops our own mistakes: a use case cannot be called without its grant.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::{ClientId, MemberId};
use crate::domain::practice::member::Role;
use crate::texts::{Message, msg};
use std::marker::PhantomData;

/// What the table answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Whoever has the role.
    Yes,
    /// For the member's own clients.
    Own,
    /// For clients that were assigned to this supervisor.
    Assigned,
    /// An admin and a supervisor together. Where the centre lacks one of them: break-glass with an after-review.
    Two,
    /// For the member's own client (a supervisor: an assigned one), together with an admin; where there is no admin,
    /// with the other role. Where nobody comes before the member: break-glass with an after-review.
    WithAdmin,
    /// Only where nobody comes before this role (an admin before a supervisor before a counsellor), as break-glass
    /// with an after-review.
    Sole,
    /// Never.
    No,
}

macro_rules! capabilities {
    ($($(#[$doc:meta])* $variant:ident $word:literal),* $(,)?) => {
        /// What can be done. One row of the table each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Capability {
            $($(#[$doc])* $variant,)*
        }

        impl Capability {
            /// Every capability, in the order of the table.
            pub const ALL: &'static [Capability] = &[$(Capability::$variant),*];

            /// The word in the table, in logs and in refusals.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Capability::$variant => $word,)*
                }
            }
        }

        /// The capabilities as types, for [`Grant`].
        pub mod permit {
            $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub struct $variant;
            impl super::Permit for $variant {
                const CAPABILITY: super::Capability = super::Capability::$variant;
            }
            impl super::closed::Permit for $variant {})*
        }
    };
}

mod closed {
    pub trait Permit {}
}

/// A capability as a type. Closed: only this file's table has members.
pub trait Permit: closed::Permit {
    /// Which row of the table.
    const CAPABILITY: Capability;
}

capabilities! {
    /// See codes and names of clients.
    SeeCaseload "see-caseload",
    /// See counts without names.
    SeeCounts "see-counts",
    /// Take on a client.
    AddClient "add-client",
    /// Assign or remove a supervisor of a client.
    AssignSupervisor "assign-supervisor",
    /// Name a deputy of a client's supervisor for a time, and end it.
    NameDeputy "name-deputy",
    /// Write a consent or its withdrawal.
    SetConsent "set-consent",
    /// Run a session and keep what is said.
    RunSession "run-session",
    /// Read transcripts, notes, answers, suggestions.
    ReadContent "read-content",
    /// Read process (psychotherapy) notes.
    ReadProcess "read-process",
    /// Give an assessment and keep the answers.
    GiveAssessment "give-assessment",
    /// Set, move or call off the next appointment.
    SetAppointment "set-appointment",
    /// Write and change drafts of notes.
    WriteNote "write-note",
    /// Sign a note.
    SignNote "sign-note",
    /// Comment on a note, return it.
    ReviewNote "review-note",
    /// Co-sign a note.
    CosignNote "cosign-note",
    /// Answer a comment, say that it is resolved.
    AnswerComment "answer-comment",
    /// Write down one's own hours of supervision, and read them.
    LogHours "log-hours",
    /// Raise an escalation.
    RaiseEscalation "raise-escalation",
    /// Read an escalation packet.
    ReadEscalation "read-escalation",
    /// Agree as the second person that an escalation packet goes out.
    ApproveEscalation "approve-escalation",
    /// Send an escalation packet out.
    ExportEscalation "export-escalation",
    /// Send one out without a second person: always break-glass with an after-review.
    EscalateAlone "escalate-alone",
    /// Write down a receipt, a follow-up, an outcome.
    FollowEscalation "follow-escalation",
    /// Give the key of a packet to an admin who came after it was raised.
    ShareEscalation "share-escalation",
    /// Change the directory of receivers and their keys.
    ChangeReceivers "change-receivers",
    /// Add or take away a note template of the centre.
    ChangeTemplates "change-templates",
    /// Print or export content; needs a reason (L10).
    ExportContent "export-content",
    /// Change the roster.
    ChangeRoster "change-roster",
    /// Make new recovery phrases, with which the old ones open nothing any more.
    RenewRecovery "renew-recovery",
    /// Say that the fingerprint of a member was compared in person.
    CompareFingerprint "compare-fingerprint",
    /// Review what was done by break-glass.
    ReviewBreakGlass "review-break-glass",
    /// Read the access log.
    ReadLog "read-log",
    /// Sign the monthly inspection.
    InspectLog "inspect-log",
    /// Make, verify and restore backups, check and repair the store.
    KeepWhole "keep-whole",
    /// Destroy what is due or asked for.
    Destroy "destroy",
    /// Destroy one's own practice client: nobody real stands behind it.
    RemovePractice "remove-practice",
    /// Give a client to another counsellor.
    HandOver "hand-over",
}

impl Capability {
    /// What it is in the words of a refusal, after "one may not".
    pub const fn phrase(self) -> Message {
        match self {
            Capability::SeeCaseload => msg("governance-access-see-clients-their-sessions"),
            Capability::SeeCounts => msg("governance-access-see-counts"),
            Capability::AddClient => msg("governance-access-take-client"),
            Capability::AssignSupervisor => msg("governance-access-assign-supervisor"),
            Capability::NameDeputy => msg("governance-access-name-deputy"),
            Capability::SetConsent => msg("governance-access-write-consent"),
            Capability::RunSession => msg("governance-access-run-session"),
            Capability::ReadContent => msg("governance-access-read-what-said-written"),
            Capability::ReadProcess => msg("governance-access-read-process-notes"),
            Capability::GiveAssessment => msg("governance-access-give-assessment"),
            Capability::SetAppointment => msg("governance-access-set-appointment"),
            Capability::WriteNote => msg("governance-access-write-notes"),
            Capability::SignNote => msg("governance-access-sign-note"),
            Capability::ReviewNote => msg("governance-access-review-note"),
            Capability::CosignNote => msg("governance-access-co-sign-note"),
            Capability::AnswerComment => msg("governance-access-answer-comment"),
            Capability::LogHours => msg("governance-access-log-hours"),
            Capability::RaiseEscalation => msg("governance-access-raise-escalation"),
            Capability::ReadEscalation => msg("governance-access-read-escalation"),
            Capability::ApproveEscalation => msg("governance-access-approve-escalation"),
            Capability::ExportEscalation => msg("governance-access-send-escalation-out"),
            Capability::EscalateAlone => msg("governance-access-escalate-alone"),
            Capability::FollowEscalation => msg("governance-access-follow-escalation"),
            Capability::ShareEscalation => msg("governance-access-share-escalation"),
            Capability::ChangeReceivers => msg("governance-access-change-receivers"),
            Capability::ChangeTemplates => msg("governance-access-change-templates"),
            Capability::ExportContent => msg("governance-access-print-export-content"),
            Capability::ChangeRoster => msg("governance-access-change-members-roles"),
            Capability::RenewRecovery => msg("governance-access-make-new-recovery-phrases"),
            Capability::CompareFingerprint => msg("governance-access-confirm-fingerprint"),
            Capability::ReviewBreakGlass => msg("governance-access-review-what-done-alone"),
            Capability::ReadLog => msg("governance-access-read-access-log"),
            Capability::InspectLog => msg("governance-access-inspect-access-log"),
            Capability::KeepWhole => msg("governance-access-check-back-up-vault"),
            Capability::Destroy => msg("governance-access-destroy-records"),
            Capability::RemovePractice => msg("governance-access-remove-practice"),
            Capability::HandOver => msg("governance-access-hand-client-over"),
        }
    }
}

/// The table. Total: a new role or capability does not compile until it is decided here.
pub const fn decide(capability: Capability, role: Role) -> Decision {
    use Capability as C;
    use Decision::{Assigned, No, Own, Sole, Two, WithAdmin, Yes};
    use Role::{Admin, Counsellor, Supervisor};
    match (capability, role) {
        (C::SeeCaseload, Counsellor) => Own,
        (C::SeeCaseload, Supervisor) => Assigned,
        (C::SeeCaseload, Admin) => No,
        (C::SeeCounts, Counsellor | Supervisor | Admin) => Yes,
        (C::AddClient, Counsellor) => Yes,
        (C::AddClient, Supervisor | Admin) => No,
        (C::AssignSupervisor, Counsellor) => Own,
        (C::AssignSupervisor, Supervisor | Admin) => No,
        (C::NameDeputy, Counsellor) => Own,
        (C::NameDeputy, Supervisor) => Assigned,
        (C::NameDeputy, Admin) => No,
        (C::SetConsent, Counsellor) => Own,
        (C::SetConsent, Supervisor | Admin) => No,
        (C::RunSession, Counsellor) => Own,
        (C::RunSession, Supervisor | Admin) => No,
        (C::ReadContent, Counsellor) => Own,
        (C::ReadContent, Supervisor) => Assigned,
        (C::ReadContent, Admin) => No,
        (C::ReadProcess, Counsellor) => Own,
        (C::ReadProcess, Supervisor | Admin) => No,
        (C::GiveAssessment, Counsellor) => Own,
        (C::GiveAssessment, Supervisor | Admin) => No,
        (C::SetAppointment, Counsellor) => Own,
        (C::SetAppointment, Supervisor | Admin) => No,
        (C::WriteNote, Counsellor) => Own,
        (C::WriteNote, Supervisor | Admin) => No,
        (C::SignNote, Counsellor) => Own,
        (C::SignNote, Supervisor | Admin) => No,
        (C::ReviewNote, Supervisor) => Assigned,
        (C::ReviewNote, Counsellor | Admin) => No,
        (C::CosignNote, Supervisor) => Assigned,
        (C::CosignNote, Counsellor | Admin) => No,
        (C::AnswerComment, Counsellor) => Own,
        (C::AnswerComment, Supervisor) => Assigned,
        (C::AnswerComment, Admin) => No,
        (C::LogHours, Counsellor | Supervisor) => Yes,
        (C::LogHours, Admin) => No,
        (C::RaiseEscalation, Counsellor) => Own,
        (C::RaiseEscalation, Supervisor) => Assigned,
        (C::RaiseEscalation, Admin) => No,
        (C::ReadEscalation, Counsellor) => Own,
        (C::ReadEscalation, Supervisor) => Assigned,
        (C::ReadEscalation, Admin) => Yes,
        // The second person is another than whoever raised it; that is asked of the packet.
        (C::ApproveEscalation, Counsellor) => No,
        (C::ApproveEscalation, Supervisor) => Assigned,
        (C::ApproveEscalation, Admin) => Yes,
        (C::ExportEscalation, Counsellor) => Sole,
        (C::ExportEscalation, Supervisor) => Two,
        (C::ExportEscalation, Admin) => Two,
        // A life does not wait for a second person at night. What was done so is reviewed by another (L12).
        (C::EscalateAlone | C::FollowEscalation, Counsellor) => Own,
        (C::EscalateAlone | C::FollowEscalation, Supervisor) => Assigned,
        (C::EscalateAlone | C::FollowEscalation, Admin) => Yes,
        // A packet is for every admin; whoever holds its key gives it to one who came later, and to nobody else.
        (C::ShareEscalation, Counsellor) => Own,
        (C::ShareEscalation, Supervisor) => Assigned,
        (C::ShareEscalation, Admin) => Yes,
        (C::ChangeReceivers, Counsellor | Supervisor) => Sole,
        (C::ChangeReceivers, Admin) => Yes,
        // Headings without a client's word: whoever works with notes may bring the form in, and the office for them. Each is
        // signed by who did, and none is ever written over.
        (C::ChangeTemplates, Counsellor | Supervisor | Admin) => Yes,
        (C::ExportContent, Counsellor) => Own,
        (C::ExportContent, Supervisor | Admin) => No,
        (C::ChangeRoster, Counsellor) => Sole,
        (C::ChangeRoster, Supervisor | Admin) => Two,
        (C::RenewRecovery, Counsellor) => Sole,
        (C::RenewRecovery, Supervisor | Admin) => Two,
        // It takes nothing and gives nothing: the signed word of a member who was there. The counsellor of a practice of
        // one, who enrols the first supervisor, must be able to give it.
        (C::CompareFingerprint, Counsellor | Supervisor | Admin) => Yes,
        (C::ReviewBreakGlass, Counsellor) => No,
        (C::ReviewBreakGlass, Supervisor | Admin) => Yes,
        (C::ReadLog, Counsellor) => Sole,
        (C::ReadLog, Supervisor | Admin) => Yes,
        (C::InspectLog, Counsellor) => Sole,
        (C::InspectLog, Supervisor) => Sole,
        (C::InspectLog, Admin) => Yes,
        (C::KeepWhole, Counsellor | Supervisor | Admin) => Yes,
        // L13 asks for two persons. Both who work with the client may wish that a record had never been, so the second
        // is the one who holds no key to it and keeps the log. An admin alone cannot find the records of a client.
        (C::Destroy, Counsellor | Supervisor) => WithAdmin,
        (C::Destroy, Admin) => No,
        // Made up, so no second person; the use case refuses every other client.
        (C::RemovePractice, Counsellor) => Own,
        (C::RemovePractice, Supervisor | Admin) => No,
        // Whoever holds the client's keys gives them on before an admin; without such a person an admin and a supervisor
        // need two of the recovery phrases besides.
        (C::HandOver, Counsellor | Supervisor) => WithAdmin,
        (C::HandOver, Admin) => Two,
    }
}

/// How the asking member stands to the client in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Their own client.
    Own,
    /// Assigned to them as supervisor.
    Assigned,
    /// Nothing to do with them.
    None,
}

/// Whose matter it is: an argument of every grant, never an `if` in a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// No client is touched.
    Nobody,
    /// This client.
    Client(ClientId, Relation),
}

/// What stands around the question besides role and client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// The centre has an active admin.
    pub admin: bool,
    /// The centre has an active supervisor.
    pub supervisor: bool,
    /// The role of the second person who is present and has unlocked.
    pub second: Option<Role>,
}

impl Around {
    /// Without an admin or without a supervisor what needs both is break-glass instead of being impossible.
    pub const fn single_handed(&self) -> bool {
        !self.admin || !self.supervisor
    }

    /// Nobody of the centre comes before this role.
    pub const fn nobody_before(&self, role: Role) -> bool {
        match role {
            Role::Counsellor => !self.admin && !self.supervisor,
            Role::Supervisor => !self.admin,
            Role::Admin => true,
        }
    }
}

/// Proof that the policy said yes to `P` for this member and client. Only [`grant`] makes one, and it is used once: it
/// goes by value to what it was asked for.
#[derive(Debug)]
#[must_use = "what the policy allowed takes its grant by value"]
pub struct Grant<P: Permit> {
    by: MemberId,
    client: Option<ClientId>,
    break_glass: bool,
    permit: PhantomData<P>,
}

impl<P: Permit> Grant<P> {
    /// Who may.
    pub const fn by(&self) -> MemberId {
        self.by
    }
    /// For whom; `None` where no client is touched.
    pub const fn client(&self) -> Option<ClientId> {
        self.client
    }
    /// True when one person does what needs two: it must be reviewed afterwards.
    pub const fn break_glass(&self) -> bool {
        self.break_glass
    }
    /// The same with the capability as a value: where the kind of a record decides which one it is.
    pub const fn erased(self) -> AnyGrant {
        AnyGrant { capability: P::CAPABILITY, client: self.client }
    }
}

/// A grant whose capability is a value. Made from a [`Grant`] only.
#[derive(Debug)]
#[must_use = "what the policy allowed takes its grant by value"]
pub struct AnyGrant {
    capability: Capability,
    client: Option<ClientId>,
}

impl AnyGrant {
    /// What was allowed.
    pub const fn capability(&self) -> Capability {
        self.capability
    }
    /// For whom; `None` where no client is touched.
    pub const fn client(&self) -> Option<ClientId> {
        self.client
    }
}

/// The policy said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct Denied {
    /// Who asked.
    pub role: Role,
    /// For what.
    pub capability: Capability,
    /// What the table says.
    pub decision: Decision,
}

impl Explain for Denied {
    fn message(&self) -> Message {
        msg("access-denied").with("role", self.role.message()).with("what", self.capability.phrase())
    }
    fn hint(&self) -> Message {
        match self.decision {
            Decision::Own => msg("access-denied-own.hint"),
            Decision::Assigned => msg("access-denied-assigned.hint"),
            Decision::Two => msg("access-denied-two.hint"),
            Decision::WithAdmin => msg("access-denied-with-admin.hint"),
            Decision::Sole => msg("access-denied-sole.hint"),
            Decision::Yes | Decision::No => msg("access-denied-yes.hint"),
        }
    }
    fn exit(&self) -> Exit {
        Exit::Refused
    }
}

/// Asks the policy for `P`.
pub fn grant<P: Permit>(by: MemberId, role: Role, whose: Whose, around: Around) -> Result<Grant<P>, Denied> {
    let decision = decide(P::CAPABILITY, role);
    let client = match whose {
        Whose::Nobody => None,
        Whose::Client(id, _) => Some(id),
    };
    let theirs = matches!(
        (role, whose),
        (Role::Counsellor, Whose::Client(_, Relation::Own)) | (Role::Supervisor, Whose::Client(_, Relation::Assigned))
    );
    let two =
        matches!((role, around.second), (Role::Admin, Some(Role::Supervisor)) | (Role::Supervisor, Some(Role::Admin)));
    // The second person of `WithAdmin`: an admin; where there is none, the other of the two roles.
    let beside = match around.second {
        Some(Role::Admin) => true,
        Some(second) => !around.admin && second != role,
        None => false,
    };
    let answer = match (decision, whose) {
        (Decision::Yes, _) | (Decision::Own, Whose::Client(_, Relation::Own)) => Some(false),
        (Decision::Assigned, Whose::Client(_, Relation::Assigned)) => Some(false),
        (Decision::Two, _) if two => Some(false),
        (Decision::Two, _) if around.single_handed() => Some(true),
        (Decision::WithAdmin, _) if theirs && beside => Some(false),
        (Decision::WithAdmin, _) if theirs && around.nobody_before(role) => Some(true),
        (Decision::Sole, _) if around.nobody_before(role) => Some(true),
        (
            Decision::Own | Decision::Assigned | Decision::Two | Decision::WithAdmin | Decision::Sole | Decision::No,
            _,
        ) => None,
    };
    match answer {
        Some(break_glass) => Ok(Grant { by, client, break_glass, permit: PhantomData }),
        None => Err(Denied { role, capability: P::CAPABILITY, decision }),
    }
}

/// What the policy would say to `P`, without a grant: where a refusal has to come before something that costs, and the
/// policy is asked again for the doing.
pub fn foresee<P: Permit>(by: MemberId, role: Role, whose: Whose, around: Around) -> Result<(), Denied> {
    match grant::<P>(by, role, whose, around) {
        Ok(Grant { .. }) => Ok(()),
        Err(denied) => Err(denied),
    }
}

/// The whole policy as one page, one row per capability; compared with a golden file.
pub fn table() -> String {
    let mut out = format!("{:<20}", "capability");
    for role in Role::ALL {
        out.push_str(&format!("{:<12}", role.word()));
    }
    out = out.trim_end().to_owned();
    out.push('\n');
    for capability in Capability::ALL {
        let mut row = format!("{:<20}", capability.word());
        for role in Role::ALL {
            let cell = match decide(*capability, role) {
                Decision::Yes => "yes",
                Decision::Own => "own",
                Decision::Assigned => "assigned",
                Decision::Two => "two",
                Decision::WithAdmin => "with-admin",
                Decision::Sole => "sole",
                Decision::No => "no",
            };
            row.push_str(&format!("{cell:<12}"));
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}
