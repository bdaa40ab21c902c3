//! Who writes what: asked of every record when it is opened and when it is taken in, with the role that its author had at that
//! place of the roster. A key to read with makes nobody an author. Rests on the one table of the policy.

use crate::domain::crisis::course::Act;
use crate::domain::governance::access::{Capability, Decision, decide};
use crate::domain::practice::member::Role;
use crate::domain::record::{Body, NoteState};

/// What a member must be allowed to do to write this kind of record; `None` for what follows from several capabilities:
/// keys and the cards that name their readers are written by whoever gives them on.
pub const fn capability(body: &Body) -> Option<Capability> {
    match body {
        Body::Consent { .. } => Some(Capability::SetConsent),
        Body::SessionStart { .. }
        | Body::SessionEnd { .. }
        | Body::Utterances { .. }
        | Body::Transcript { .. }
        | Body::SoundKey { .. }
        | Body::Gap { .. }
        | Body::RiskCue { .. }
        | Body::Suggestions { .. }
        | Body::SuggestionDecision { .. }
        | Body::Mark { .. } => Some(Capability::RunSession),
        Body::Administration { .. } | Body::ScreeningLeft { .. } | Body::Schedule { .. } => {
            Some(Capability::GiveAssessment)
        }
        Body::Appointment { .. } => Some(Capability::SetAppointment),
        // A supervisor's revision carries the counsellor's words unchanged; `note::chain` says which stand.
        Body::Note { note } => Some(brings_to(note.state)),
        // The mark of a state is written by whoever brings the note there.
        Body::NoteMark { mark } => Some(brings_to(mark.state)),
        Body::NoteDraft { .. }
        | Body::ReviewSent { .. }
        | Body::Countersigned { .. }
        | Body::CaseReport { .. }
        | Body::SafetyPlan { .. }
        | Body::Plan { .. } => Some(Capability::WriteNote),
        Body::ProcessNote { .. } | Body::ProcessExtract { .. } => Some(Capability::ReadProcess),
        Body::SupervisionHours { .. } => Some(Capability::LogHours),
        Body::Comment { .. } => Some(Capability::ReviewNote),
        Body::Reply { .. } => Some(Capability::AnswerComment),
        Body::Escalation { .. } => Some(Capability::RaiseEscalation),
        Body::EscalationStep { step } => Some(match &step.act {
            Act::Approved => Capability::ApproveEscalation,
            Act::BrokeGlass { .. } => Capability::EscalateAlone,
            Act::Reviewed { .. } => Capability::ReviewBreakGlass,
            // With a second person or alone: the one who may do it alone may do it with one.
            Act::Exported { .. } | Act::ExportFailed { .. } => Capability::EscalateAlone,
            Act::Received { .. } | Act::FollowedUp { .. } | Act::Closed { .. } => Capability::FollowEscalation,
            Act::Shared { .. } => Capability::ShareEscalation,
        }),
        Body::Receiver { .. } => Some(Capability::ChangeReceivers),
        Body::NoteTemplate { .. } => Some(Capability::ChangeTemplates),
        // Destroyed by two, of whom the one who holds the client's keys writes it down.
        Body::SessionDestroyed { .. } => Some(Capability::Destroy),
        Body::KeyWrap { .. } | Body::KeyIndex { .. } | Body::Client { .. } | Body::Newer { .. } => None,
    }
}

/// What a member must be allowed to do to bring a note to a state.
const fn brings_to(state: NoteState) -> Capability {
    match state {
        NoteState::Draft | NoteState::Ready | NoteState::Amended => Capability::WriteNote,
        NoteState::Signed => Capability::SignNote,
        NoteState::InReview | NoteState::NeedsRevision => Capability::ReviewNote,
        NoteState::CoSigned => Capability::CosignNote,
    }
}

/// True when this role writes this kind of record, for clients that are theirs in some way.
pub const fn writes(role: Role, body: &Body) -> bool {
    match capability(body) {
        None => true,
        Some(capability) => !matches!(decide(capability, role), Decision::No),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::text::ClientText;

    #[test]
    fn a_supervisor_comments_and_does_not_write_what_was_said_and_an_admin_writes_neither() {
        let mark = Body::Mark { at_ms: 1, label: None };
        let on = crate::domain::practice::ids::RecordId([0; 16]);
        let comment = Body::Comment { on, line: None, at: None, text: ClientText::new("x") };
        for (role, says, comments) in
            [(Role::Counsellor, true, false), (Role::Supervisor, false, true), (Role::Admin, false, false)]
        {
            assert_eq!((writes(role, &mark), writes(role, &comment)), (says, comments), "{role}");
        }
    }
}
