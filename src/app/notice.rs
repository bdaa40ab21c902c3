//! What the program says in passing: one line that goes away by itself. The words stand in `ui::i18n`.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::time::Timestamp;

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
    /// A client was added.
    ClientAdded,
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
    /// A field is empty that must not be.
    FieldMissing,
    /// A birth date is written YYYY-MM-DD.
    BirthDate,
    /// Sex is written female or male, or left out.
    SexForm,
    /// A code has capitals, digits and hyphens, and at least one digit.
    CodeForm,
    /// A note or result needs its session or client, and there is none.
    NoSession,
    /// There is nothing to save.
    NothingToSave,
    /// The note is on disk.
    NoteSaved,
    /// Only part of the questions are answered.
    Unanswered(usize),
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
    /// Taken into the safety plan.
    TakenIntoPlan,
    /// It stands in the safety plan already.
    AlreadyInPlan,
    /// The safety plan is on disk.
    PlanSaved,
    /// A sheet is made of what is on disk.
    SavePlanFirst,
    /// The sheet for the client is on disk, under this name.
    PaperWritten(String),
    /// Why the screener was left is on disk.
    ReasonKept,
    /// Something failed.
    ErrorReport(ErrorReport),
}

impl Say {
    /// How grave it is.
    pub const fn weight(&self) -> Weight {
        match self {
            Say::ClientAdded
            | Say::ConsentGiven(_)
            | Say::ConsentWithdrawn(_)
            | Say::ConsentErased(_)
            | Say::SessionSaved
            | Say::Marked
            | Say::OffRecordOff
            | Say::Flipped
            | Say::Taken
            | Say::PutAway
            | Say::NoteSaved
            | Say::ScheduleSaved
            | Say::TakenIntoPlan
            | Say::PlanSaved
            | Say::ReasonKept
            | Say::PaperWritten(_)
            | Say::ResultSaved => Weight::Done,
            Say::LockedWhileRecording
            | Say::SessionRuns
            | Say::OffRecordOn
            | Say::AlreadyTaken
            | Say::NothingChosen
            | Say::NothingToSave
            | Say::HandBack
            | Say::NothingToUndo
            | Say::AlreadyInPlan
            | Say::SavePlanFirst
            | Say::ModelStopped
            | Say::Unanswered(_) => Weight::Hint,
            Say::NeedConsent
            | Say::SessionNotSaved
            | Say::PassphrasesDiffer
            | Say::FieldMissing
            | Say::ScreenerOpen
            | Say::ScheduleForm
            | Say::BirthDate
            | Say::SexForm
            | Say::CodeForm
            | Say::NoSession
            | Say::NoWording
            | Say::NoInstrument
            | Say::PhrasesFirst
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
