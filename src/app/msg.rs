//! What can happen to the program.

use crate::app::command::Command;
use crate::app::field::Edit;
use crate::app::notice::Say;
use crate::app::state::report::{ReportHead, SaidLines};
use crate::app::state::setup::SetupAnswer;
use crate::app::state::supervision::{ProcessFile, SupervisionDone};
use crate::app::views::{
    BackupMade, BackupView, CaseRow, CentreView, ClientFile, CourseView, FolderView, Listing, MonthView, PlanRevision,
    PracticeData, RaiseView, SafetyPlanFile, SessionFile, SignedIn, SoundCheck, VaultState,
};
use crate::app::views::{DraftLine, WordFound};
use crate::domain::assessment::proposal::outcome::Proposals;
use crate::domain::crisis::crisis_line::CrisisLine;
use crate::domain::explain::ErrorReport;
pub use crate::domain::finding::{Finding, Health, Looked};
use crate::domain::governance::concern::Concern;
use crate::domain::mirror::reading::SessionMirror;
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::{ClientCode, ClientId, ModelId, SessionId};
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::NoteState;
use crate::domain::review::file::ReviewFile;
use crate::domain::review::queue::Queue;
use crate::domain::review::replace::Proposed;
use crate::domain::review::report::CaseReport;
use crate::texts::Message;
use secrecy::SecretString;

/// One thing that happened. `Debug` shows no client words and no passphrase.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A command was given by key or from the palette.
    Do(Command),
    /// Text was edited.
    Type(Edit),
    /// The mouse wheel turned by so many notches, downwards positive.
    Scroll(i16),
    /// A row was clicked, so many below the marked one; above it negative.
    Choose(i32),
    /// The terminal has this size now, columns and rows.
    Resize(u16, u16),
    /// It is this late.
    Clock(Timestamp),
    /// The system wants the program to end: a running session is ended first.
    Terminate,
    /// The running session says something.
    Session(SessionId, SessionEvent),
    /// An effect was performed.
    Answer(Answer),
}

/// What is answered about a case report.
#[derive(Debug, Clone, PartialEq)]
pub enum ReportAnswer {
    /// It was read.
    Opened {
        /// Whose.
        client: ClientRow,
        /// The revision that holds; none before the first.
        newest: Option<(ReportHead, CaseReport)>,
    },
    /// Sealed and synced.
    Kept {
        /// The revision it is now.
        head: ReportHead,
        /// As told by the effect.
        edits: u64,
    },
    /// Filled from the record; nothing of it is sealed.
    Filled {
        /// The report.
        report: CaseReport,
        /// Lines that came.
        added: usize,
    },
    /// What was said in a session.
    Said(SaidLines),
    /// A stretch is in it; nothing of it is sealed.
    Stretched(CaseReport),
    /// What would be replaced.
    Replacements(Vec<Proposed>),
    /// Written and synced, under this name.
    Written(String),
}

/// What the runtime answers to an effect.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To `LookForVault`.
    Vault(VaultState),
    /// To `Unlock`.
    Unlocked(SignedIn),
    /// To `Unlock`: the vault is seen here for the first time, and its words were not given.
    FirstSight,
    /// To `MakeVault`: who is at the workstation now, and the phrases that open everything, to be shown once.
    Made(SignedIn, [SecretString; 3]),
    /// To `LoadCaseload`.
    Caseload(Vec<CaseRow>),
    /// To `LoadCentre`.
    Centre(Box<CentreView>),
    /// To `List`.
    Listing(Box<Listing>),
    /// To `AddClient`.
    ClientAdded(ClientId, Vec<ClientCode>),
    /// To `ReadCard`.
    Card(ClientId, Box<CardEntries>),
    /// To `Merge`: clients of the same name and birth date.
    Twins(ClientId, Vec<ClientId>),
    /// To `Merge`: the cards of the open client and of another.
    TwoCards(Box<[(ClientId, CardEntries); 2]>),
    /// To `Merge`: sealed and synced; what goes on, and what is said of it.
    Merged(ClientId, Say),
    /// To `KeepCard`: sealed and synced.
    CardKept(ClientId),
    /// To `OpenClient`, and to `SetConsent`.
    Client(Box<ClientFile>),
    /// To `RecoverSession`: it is finished and synced. The client follows.
    Recovered {
        /// Which.
        session: SessionId,
        /// How many utterances its transcript has.
        utterances: usize,
        /// The client took the consent back before: nothing was added to it.
        withdrawn: bool,
        /// How many of them were only in its sound.
        from_sound: usize,
    },
    /// After the first `LoadCaseload` of an unlocked vault: sessions that were interrupted and whose sound is there.
    Interrupted(Vec<(ClientId, SessionId)>),
    /// To `RecoverSession`, where there is sound to be heard first: that goes on by itself.
    Recovering,
    /// To `OpenSession`.
    Opened(Box<SessionFile>),
    /// To `ReadMirrors`, oldest first.
    Mirrors(ClientId, Vec<SessionMirror>),
    /// To `KeepNote`: sealed and synced.
    NoteKept {
        /// Of which session.
        session: SessionId,
        /// As told by the effect.
        edits: u64,
    },
    /// To `KeepTyping`: synced, and no record.
    TypingKept {
        /// Of which session.
        session: SessionId,
        /// As told by the effect.
        edits: u64,
    },
    /// To `SetAppointment`: sealed and synced.
    AppointmentKept(ClientId),
    /// To `DraftNote`: sealed and synced.
    NoteDrafted {
        /// Of which session.
        session: SessionId,
        /// Why no model had a part in it.
        without: Option<ErrorReport>,
    },
    /// To `RedraftSection`: what was proposed is sealed; the text is the screen's.
    SectionDrafted {
        /// Of which session.
        session: SessionId,
        /// The section's key.
        section: String,
        /// At least one.
        lines: Vec<DraftLine>,
    },
    /// With the first caseload: the centre's own templates, also those no longer offered.
    NoteTemplates(Vec<NoteFormat>),
    /// To `Template` with an example: what was found, to be shown before it is kept.
    TemplateFound {
        /// What it is to be called.
        title: String,
        /// In their order.
        headings: Vec<String>,
        /// How many were left out because they name a client.
        named: usize,
    },
    /// To `Template`: the centre's own templates as they are now, and whether one came (else one went).
    TemplatesChanged(Vec<NoteFormat>, bool),
    /// To `FindWords`, while it goes on: sessions done, of how many.
    WordsProgress(u32, usize, usize),
    /// To `FindWords`.
    WordsFound(u32, Vec<WordFound>),
    /// To `ChangeNote` and `AmendNote`: sealed and synced.
    NoteChanged {
        /// Of which session.
        session: SessionId,
        /// Where it stands now.
        state: NoteState,
    },
    /// To `ExportNote`: the file is there.
    NoteExported(String),
    /// With the caseload: the reviews that the member has a part in.
    Reviews(Box<Queue>),
    /// To `OpenReview`, and to `Review` where it goes on.
    Review(Box<ReviewFile>),
    /// To `Review`: the note was co-signed, or returned.
    Decided {
        /// It was co-signed.
        cosigned: bool,
    },
    /// To `Supervision`: the process note of a session.
    Process(Box<ProcessFile>),
    /// To `Supervision`: it was done.
    SupervisionDone(SupervisionDone),
    /// To `HandIn`.
    HandedIn(SessionId),
    /// To `KeepAdministration`: sealed and synced.
    AdministrationKept,
    /// To `FindItems`.
    ItemsFound {
        /// In which session.
        session: SessionId,
        /// What was found, one for each scored item.
        found: Box<Proposals>,
    },
    /// To `KeepScreeningLeft`: sealed and synced.
    ScreeningLeftKept,
    /// To `OpenSafetyPlan`.
    SafetyPlan(Box<SafetyPlanFile>),
    /// To `KeepSafetyPlan`: sealed and synced.
    SafetyPlanKept {
        /// Whose.
        client: ClientId,
        /// The revision it is now.
        revision: Box<PlanRevision>,
        /// As told by the effect.
        edits: u64,
    },
    /// To `WritePlanPaper`: written and synced, under this name.
    PlanPaperWritten(String),
    /// To `ReviewFolder`: files sent, answers taken in, why others were refused; all none where nothing waits.
    Exchanged(usize, usize, Vec<Message>),
    /// To `Report`.
    Report(Box<ReportAnswer>),
    /// To `LineChecked`.
    CrisisLines(Vec<CrisisLine>),
    /// To `SetSchedule`: sealed and synced.
    ScheduleKept,
    /// To `PrepareRaise`.
    RaiseReady(Box<RaiseView>),
    /// To `Raise`: sealed and synced.
    Raised {
        /// The first digits of its number.
        number: String,
        /// It may go without a second person.
        alone: bool,
    },
    /// To `Packet`.
    PacketDone,
    /// To `Office`: a month.
    Month(Box<MonthView>),
    /// To `Office`: a course.
    Course(Box<CourseView>),
    /// To `FolderOfReviews`; whether it was kept just now.
    FolderOfReviews(Option<String>, bool),
    /// To `UseModel`: it is used from now on.
    ModelUsed(Option<ModelId>),
    /// To `LookInFolder`.
    Folder(FolderView),
    /// To `Office`: reviewed, and what waits now.
    EntryReviewed(Vec<Concern>),
    /// To `Office`: written and synced, under this name.
    PaperWritten(String),
    /// To `Member`: who may be the second person of an enrolment.
    Seconds(Vec<String>),
    /// To `Member`: the member is enrolled.
    Enrolled(Box<Enrolled>),
    /// To `Member`: that the fingerprint was compared stands in the roster.
    Compared,
    /// To `LookForBackup`.
    Backup(BackupView),
    /// To `BackUp`.
    BackedUp(BackupMade),
    /// To `Setup`.
    Setup(SetupAnswer),
    /// To `ListenFirst`: what was heard so far.
    Listened(SoundCheck),
    /// To `JudgePassphrase`: good enough, or why not.
    Judged(Result<(), Message>),
    /// To `MakePhrase`.
    Phrase(SecretString),
    /// To `LoadLibrary`.
    Library(Box<PracticeData>),
    /// To `Examine`.
    Examined(Vec<Finding>),
    /// It could not be done.
    Failed {
        /// What was asked.
        asked: Asked,
        /// Why not.
        fault: ErrorReport,
    },
}

/// A member who was just enrolled.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The name.
    pub name: String,
    /// The fingerprint in words, which both persons compare aloud.
    pub words: String,
    /// Whoever is at the workstation, with what holds for them now.
    pub who: SignedIn,
}

/// What was asked of the runtime, for a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To look for a vault, to open or to make one.
    Vault,
    /// To read something.
    Read,
    /// To add a client.
    AddClient,
    /// To write a consent.
    Consent,
    /// To begin a session.
    Begin,
    /// To keep a note.
    Note,
    /// To read or do something of a review.
    Review,
    /// To keep what is typed into a note.
    Typing,
    /// To keep an appointment.
    Appointment,
    /// To keep an administration.
    Administration,
    /// To keep a schedule.
    Schedule,
    /// To keep a safety plan.
    SafetyPlan,
    /// To keep why a screener was left.
    ScreeningLeft,
    /// To do something with a case report.
    Report,
    /// To make a backup.
    Backup,
    /// To enrol a member, or to say that the fingerprint was compared.
    Member,
    /// To write a sheet for the client.
    PlanPaper,
    /// To write a paper for the office.
    PaperOut,
    /// Anything else.
    Other,
}
