//! What the program says in passing: one line that goes away by itself. The words stand in `ui::i18n`.

use crate::app::state::supervision::SupervisionDone;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientCode, ModelId};
use crate::domain::practice::time::Timestamp;
use crate::domain::practice::written_day;
use crate::domain::record::NoteState;
use crate::texts::Message;

/// How long a notice stays, in milliseconds: two lines read twice.
pub const STAYS_MS: i64 = 8_000;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It was done.
    Done,
    /// To be known.
    Hint,
    /// It could not be done.
    Trouble,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    /// The screen is locked, the session goes on.
    LockedWhileRecording,
    /// The practice client is removed.
    PracticeGone,
    /// Models are being fetched.
    Pulls,
    /// Every recommended model is here.
    ModelsHere,
    /// The machine is still measured.
    Measures,
    /// A client was added.
    ClientAdded,
    /// A client was added, and these have the same name and birth date.
    SamePerson(Vec<ClientCode>),
    /// Two records are one case: the one that goes on, the one that is closed, how many entries its card took over and in
    /// how many the two differ.
    Merged {
        /// Goes on.
        kept: ClientCode,
        /// Is closed.
        closed: ClientCode,
        /// Taken over.
        filled: usize,
        /// Differ.
        differing: usize,
    },
    /// Two records are two again.
    Separated(ClientCode, ClientCode),
    /// A corrected card was kept.
    CardKept,
    /// A consent was recorded.
    ConsentGiven(Scope),
    /// A consent was withdrawn.
    ConsentWithdrawn(Scope),
    /// A consent was withdrawn, and the key of the session that was open is destroyed.
    ConsentErased(Scope),
    /// A session needs service and recording.
    NeedConsent,
    /// A session is running already.
    SessionRuns,
    /// The sound of an interrupted session is being written down.
    Recovering,
    /// So many utterances of it were only in its sound.
    RecoveredFromSound(usize),
    /// The microphone is gone; what is said is not heard until it is back.
    MicrophoneGone,
    /// It is heard again.
    MicrophoneBack,
    /// The session is paused.
    PauseOn,
    /// It goes on.
    PauseOff,
    /// The vault is being made; its phrases come next.
    VaultBeingMade,
    /// The session ended and is on disk.
    SessionSaved,
    /// The session ended and its last records are not on disk.
    SessionNotSaved,
    /// The moment was marked.
    Marked,
    /// Off the record.
    OffRecordOn,
    /// On the record again.
    OffRecordOff,
    /// The other speaker said it.
    Flipped,
    /// A suggestion went into the note.
    Taken,
    /// It is there already.
    AlreadyTaken,
    /// A suggestion was put away.
    PutAway,
    /// Nothing is chosen here.
    NothingChosen,
    /// The two passphrases differ.
    PassphrasesDiffer,
    /// That the fingerprint of a new member was compared stands in the roster.
    FingerprintCompared,
    /// A field is empty that must not be.
    FieldMissing,
    /// A birth date is written YYYY-MM-DD.
    BirthDate,
    /// A birth date is not after today.
    BirthDateToCome,
    /// Sex is written female or male, or left out.
    SexForm,
    /// A code has capitals, digits and hyphens, and at least one digit.
    CodeForm,
    /// A note or result needs its session or client, and there is none.
    NoSession,
    /// So many answers were found in what was said.
    FoundInTalk(usize),
    /// There is nothing to save.
    NothingToSave,
    /// The note is on disk.
    NoteSaved,
    /// Only part of the questions are answered.
    Unanswered(usize),
    /// So many notes came back from a supervisor.
    CameBack(usize),
    /// So many notes are at a supervisor, and so many came back.
    AtSupervisor {
        /// Not decided yet.
        away: usize,
        /// Returned.
        came_back: usize,
    },
    /// What was written to a review and not sent before the screen locked is here again.
    UnsentBack,
    /// A comment, or an answer to one, is on disk.
    CommentKept,
    /// No note of this client is at a supervisor or came back.
    NoReview,
    /// No comment stands at the marked place.
    NoComment,
    /// The note went back to its counsellor.
    NoteReturned,
    /// The note is co-signed.
    NoteCosigned,
    /// The note is at the supervisor.
    HandedIn,
    /// The result is on disk.
    ResultSaved,
    /// The client is done or gave up: the screen goes back to the counsellor.
    HandBack,
    /// The client answered what must not wait: the screener is open.
    ScreenerOpen,
    /// The schedule is on disk.
    ScheduleSaved,
    /// The interval or a date is not written as it must be.
    ScheduleForm,
    /// The words of this instrument may not be shown or are not at hand in any language.
    NoWording,
    /// No instrument of that name is in the library.
    NoInstrument,
    /// The recovery phrases are to be taken before anything else.
    PhrasesFirst,
    /// The model behind was stopped.
    ModelStopped,
    /// There is no earlier state to go back to.
    NothingToUndo,
    /// Nothing is selected, or nothing was kept aside.
    NothingSelected,
    /// The words that were looked for stand nowhere in the text.
    FoundNowhere,
    /// The note is signed: it is only amended.
    NoteIsSigned,
    /// The note is not signed, so there is nothing to amend.
    NotSignedYet,
    /// The signed note is written on; saving it asks for the reason.
    Amending,
    /// The note is on disk in this state.
    NoteStands(NoteState),
    /// So many lines wait for a decision.
    LinesWait(usize),
    /// The note is being drafted.
    Drafting,
    /// The draft is there.
    Drafted,
    /// The section was drafted again and stands in the text.
    SectionDrafted,
    /// Two letters at least are looked for.
    TooFewLetters,
    /// A draft goes into a note without words.
    DraftNeedsBlank,
    /// The line stays as it is.
    LineKept,
    /// The line is gone.
    LineDropped,
    /// Nothing that was said stands behind the line.
    NoWordsBehind,
    /// What was typed before the program was cut off is here again, and not saved.
    TypingBack,
    /// So many notes were typed and never saved.
    TypingWaits(usize),
    /// The backup is on disk and was read back.
    BackupMade,
    /// The next appointment is on disk.
    AppointmentSaved,
    /// It was called off.
    AppointmentOff,
    /// The day is not written as one, or is gone by.
    AppointmentDay,
    /// The time is not written as one.
    AppointmentTime,
    /// The note has to be saved before it is taken away.
    SaveFirst,
    /// The file is there.
    NoteExported(String),
    /// The packet of this number is sealed and waits for a second person.
    PacketSealed(String),
    /// The packet of this number is sealed and may go alone.
    PacketAlone(String),
    /// It was done with the packet.
    PacketDone,
    /// An act that one person did alone was reviewed.
    EntryReviewed,
    /// Nothing waits for an after-review by this member.
    NothingToReview,
    /// The folder of reviews by file is kept.
    FolderKept,
    /// This language model is used from now on; none where the best one that is here is.
    ModelUsed(Option<ModelId>),
    /// Another kind of model is used by itself.
    NotForWords,
    /// After how many minutes the screen locks now.
    LockKept(u16),
    /// Either who said that a packet came, or the file of a signed receipt.
    OneReceipt,
    /// A form of export is age, pdf, fhir or json.
    PacketForm,
    /// Taken into the safety plan.
    TakenIntoPlan,
    /// It stands in the safety plan already.
    AlreadyInPlan,
    /// The safety plan is on disk.
    PlanSaved,
    /// A sheet is made of what is on disk.
    SavePlanFirst,
    /// Review files sent, answers taken in, why others were refused.
    Exchanged(usize, usize, Vec<Message>),
    /// So many lines of a case report came from the record.
    ReportFilled(usize),
    /// A stretch of verbatim is in the case report.
    StretchTaken,
    /// A note template is there; else one is offered no longer.
    TemplateKept(bool),
    /// Only the centre's own templates can be taken away.
    TemplateBuiltIn,
    /// Something around reviews was done.
    Supervision(SupervisionDone),
    /// The case report is sealed.
    ReportSaved,
    /// What is not saved is not on paper.
    SaveReportFirst,
    /// The sheet for the client is on disk, under this name.
    PaperWritten(String),
    /// Why the screener was left is on disk.
    ReasonKept,
    /// Something failed.
    ErrorReport(ErrorReport),
}

impl Say {
    /// What is said of a birth date that was not taken.
    pub fn of_birth_date(text: &str, today: &str) -> Say {
        if written_day::to_come(text, today) { Say::BirthDateToCome } else { Say::BirthDate }
    }

    /// How grave it is.
    pub const fn weight(&self) -> Weight {
        match self {
            Say::ClientAdded
            | Say::PracticeGone
            | Say::ModelsHere
            | Say::Merged { .. }
            | Say::Separated(..)
            | Say::CardKept
            | Say::ConsentGiven(_)
            | Say::ConsentWithdrawn(_)
            | Say::ConsentErased(_)
            | Say::Recovering
            | Say::RecoveredFromSound(_)
            | Say::SessionSaved
            | Say::Marked
            | Say::OffRecordOff
            | Say::PauseOff
            | Say::MicrophoneBack
            | Say::Flipped
            | Say::Taken
            | Say::PutAway
            | Say::NoteSaved
            | Say::AppointmentSaved
            | Say::BackupMade
            | Say::FingerprintCompared
            | Say::AppointmentOff
            | Say::NoteStands(_)
            | Say::Drafting
            | Say::Drafted
            | Say::SectionDrafted
            | Say::LineKept
            | Say::LineDropped
            | Say::NoteExported(_)
            | Say::ScheduleSaved
            | Say::CommentKept
            | Say::NoteReturned
            | Say::NoteCosigned
            | Say::HandedIn
            | Say::PacketSealed(_)
            | Say::PacketAlone(_)
            | Say::PacketDone
            | Say::EntryReviewed
            | Say::LockKept(_)
            | Say::FolderKept
            | Say::ModelUsed(_)
            | Say::TakenIntoPlan
            | Say::PlanSaved
            | Say::ReasonKept
            | Say::PaperWritten(_)
            | Say::ReportFilled(_)
            | Say::Exchanged(..)
            | Say::ReportSaved
            | Say::StretchTaken
            | Say::TemplateKept(_)
            | Say::Supervision(_)
            | Say::ResultSaved => Weight::Done,
            Say::LockedWhileRecording
            | Say::Pulls
            | Say::Measures
            | Say::SessionRuns
            | Say::OffRecordOn
            | Say::PauseOn
            | Say::VaultBeingMade
            | Say::AlreadyTaken
            | Say::TemplateBuiltIn
            | Say::NotForWords
            | Say::NothingChosen
            | Say::NothingToReview
            | Say::NothingToSave
            | Say::TypingBack
            | Say::TypingWaits(_)
            | Say::DraftNeedsBlank
            | Say::TooFewLetters
            | Say::HandBack
            | Say::NothingToUndo
            | Say::FoundNowhere
            | Say::NothingSelected
            | Say::NoteIsSigned
            | Say::NotSignedYet
            | Say::Amending
            | Say::LinesWait(_)
            | Say::NoWordsBehind
            | Say::SaveFirst
            | Say::CameBack(_)
            | Say::AtSupervisor { .. }
            | Say::NoComment
            | Say::UnsentBack
            | Say::NoReview
            | Say::AlreadyInPlan
            | Say::SavePlanFirst
            | Say::SaveReportFirst
            | Say::ModelStopped
            | Say::FoundInTalk(_)
            | Say::Unanswered(_) => Weight::Hint,
            Say::SamePerson(_)
            | Say::NeedConsent
            | Say::SessionNotSaved
            | Say::MicrophoneGone
            | Say::PassphrasesDiffer
            | Say::FieldMissing
            | Say::ScreenerOpen
            | Say::ScheduleForm
            | Say::BirthDate
            | Say::BirthDateToCome
            | Say::AppointmentDay
            | Say::AppointmentTime
            | Say::SexForm
            | Say::CodeForm
            | Say::NoSession
            | Say::NoWording
            | Say::NoInstrument
            | Say::PhrasesFirst
            | Say::PacketForm
            | Say::OneReceipt
            | Say::ErrorReport(_) => Weight::Trouble,
        }
    }
}

/// A notice and when it was first shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What is said.
    pub say: Say,
    /// Since when.
    pub since: Timestamp,
}
