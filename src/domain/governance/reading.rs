//! What is done with a vault that can only be read: where it lies nothing can be written.

use crate::domain::governance::access::Capability;

/// True for what is done with a vault that can only be read. Total: a new capability is decided here.
pub const fn reads(capability: Capability) -> bool {
    use Capability as C;
    match capability {
        // A backup of a disk that fails is what it is opened for; what else stands in this row is refused by the store.
        C::SeeCaseload
        | C::SeeCounts
        | C::ReadContent
        | C::ReadProcess
        | C::LogHours
        | C::ReadEscalation
        | C::ExportContent
        | C::ReadLog
        | C::KeepWhole => true,
        C::AddClient
        | C::AssignSupervisor
        | C::NameDeputy
        | C::SetConsent
        | C::RunSession
        | C::GiveAssessment
        | C::SetAppointment
        | C::WriteNote
        | C::SignNote
        | C::ReviewNote
        | C::CosignNote
        | C::AnswerComment
        | C::RaiseEscalation
        | C::ApproveEscalation
        | C::ExportEscalation
        | C::EscalateAlone
        | C::FollowEscalation
        | C::ShareEscalation
        | C::ChangeReceivers
        | C::ChangeTemplates
        | C::ChangeRoster
        | C::RenewRecovery
        | C::CompareFingerprint
        | C::ReviewBreakGlass
        | C::InspectLog
        | C::Destroy
        | C::RemovePractice
        | C::HandOver => false,
    }
}
