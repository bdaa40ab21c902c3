//! What the screens need of the vault, as plain data: the shell fills it in, `update` reads it.

use crate::domain::advice::suggestion::{RiskCue, Suggestion};
use crate::domain::assessment::administration::Administration;
use crate::domain::assessment::instrument::{Library, Sex};
use crate::domain::crisis::crisis_line::CrisisLine;
use crate::domain::crisis::escalation::Reachable;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::crisis::plan_words::Proposal;
use crate::domain::crisis::receiver::Receiver;
use crate::domain::crisis::safety_plan::SafetyPlan;
use crate::domain::crisis::screening_left::ScreeningLeft;
use crate::domain::crisis::triage_data::TriageRules;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access_log::Month;
use crate::domain::governance::concern::Concern;
use crate::domain::mirror::reading::MirrorRules;
use crate::domain::note::format::NoteFormat;
pub use crate::domain::note::working_copy::{Draft, DraftLine, LineOrigin, WorkingCopy};
use crate::domain::practice::appointment::Appointment;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::consent::ConsentState;
use crate::domain::practice::ids::{ClientCode, ClientId, InstrumentId, RiskRuleId, SessionId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::schedule::{Due, Schedule};
use crate::domain::practice::session::SessionRow;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::review::report_form::ReportForm;
use crate::domain::transcript::{Speaker, Transcript};
use crate::texts::Message;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether there is a vault, and who can open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultState {
    /// None yet: the first run.
    Missing,
    /// Its members, by name.
    Locked {
        /// In the order of the roster.
        members: Vec<String>,
    },
}

/// Who is at the workstation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The member's name.
    pub member: String,
    /// What they are at the centre.
    pub role: Role,
    /// The centre has nobody whose role comes before: what is theirs alone is done by this member.
    pub nobody_before: bool,
    /// The centre.
    pub centre: String,
    /// How the vault stands, one sentence in Korean and one in English.
    pub standing: Message,
    /// What is to be told for as long as the member is at the workstation, the gravest first.
    pub concerns: Vec<Concern>,
}

/// A client in the caseload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Who.
    pub client: ClientRow,
    /// Sessions so far.
    pub sessions: u32,
    /// Year of birth, as the card says.
    pub born: Option<u16>,
    /// When the last one began.
    pub last: Option<Timestamp>,
    /// Ended sessions of which it is known that they have no note.
    pub unwritten: u32,
    /// Notes that were begun and not signed.
    pub drafts: u32,
    /// Sessions that were interrupted and wait for `session recover`.
    pub interrupted: u32,
    /// The last result of an instrument had a critical answer, or got reliably worse.
    pub alert: bool,
    /// Instruments that are due today or overdue.
    pub due: u32,
    /// Those of them that are overdue.
    pub overdue: u32,
    /// Notes that were typed and never saved: a crash or a closed terminal came between.
    pub unsaved: u32,
    /// The next appointment, while it stands.
    pub next: Option<Appointment>,
}

/// The state of the centre as an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CentreView {
    /// Active members: name, role, and whether their key is on this workstation.
    pub members: Vec<(String, Role, bool)>,
    /// Members who are no longer active.
    pub former: usize,
    /// When a backup was last made as far as the access log says; none where it says nothing.
    pub backup: Option<Timestamp>,
    /// What waits now, the gravest first.
    pub concerns: Vec<Concern>,
}

/// When a backup was made last, and where the next one goes when nothing else is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupView {
    /// As far as the access log says to whom may read it; none where it says nothing.
    pub last: Option<Timestamp>,
    /// The folder of the person's own files.
    pub folder: String,
}

/// A backup that was made and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupMade {
    /// The file.
    pub file: String,
    /// Records in it.
    pub records: u64,
    /// Small files in it.
    pub files: u64,
    /// Its size.
    pub bytes: u64,
}

/// What was heard of a microphone before a session.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SoundCheck {
    /// Levels in decibels below full scale, five a second.
    pub levels: Vec<f32>,
    /// Nothing more comes.
    pub over: bool,
    /// Why there is no sound.
    pub fault: Option<ErrorReport>,
}

/// What is listed on a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListOf {
    /// The members of the centre, leavers included.
    Members,
    /// The access log.
    AccessLog,
    /// The models of the catalogue, those that are here first.
    Models,
    /// What a check of the vault found.
    VaultCheck,
    /// Escalation packets.
    Packets,
    /// A month of the access log as its inspector looks at it.
    Inspection,
    /// Who supervises a client.
    Readers,
    /// Counsellors whose notes a supervisor reviews.
    Supervisees,
    /// Who reads in a supervisor's place.
    Deputies,
    /// One's own hours of supervision.
    Hours,
    /// The forms that a note can have.
    Templates,
}

/// Where words stand that were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordsIn {
    /// In a line of the transcript.
    Line {
        /// Which.
        utterance: UtteranceId,
        /// Since the beginning, milliseconds.
        at_ms: u64,
        /// Who said it.
        speaker: Speaker,
    },
    /// In the note that holds.
    Note,
    /// It is the day of the session.
    Day,
}

/// A place where words were found.
#[derive(Debug, Clone, PartialEq)]
pub struct WordFound {
    /// Whose.
    pub client: ClientId,
    /// Their code.
    pub code: ClientCode,
    /// In which session.
    pub session: SessionId,
    /// Its number.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// Where in it.
    pub place: WordsIn,
    /// The whole line; blank for a day.
    pub text: ClientText,
}

/// A list as it was read: no client's words, in the language in which it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Of what.
    pub of: ListOf,
    /// What stands above it; grave where something is wrong.
    pub told: Vec<(Message, bool)>,
    /// The headings of the columns.
    pub head: Vec<Message>,
    /// The rows, the first to be read first.
    pub rows: Vec<ListingRow>,
}

/// A month of the access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthView {
    /// Which.
    pub month: Month,
    /// It is the one that runs: what comes is not in it, and it cannot be gone beyond.
    pub running: bool,
    /// What is listed.
    pub listing: Listing,
}

/// The whole course of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseView {
    /// Its number.
    pub number: String,
    /// What it is, label and value.
    pub facts: Vec<(Message, Message)>,
    /// What was done and what is due, each with what a person remarked; the mark says that it waits for somebody.
    pub lines: Vec<(Message, Option<ClientText>, bool)>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    /// As many as the head has.
    pub cells: Vec<Message>,
    /// What is said of it below the list while it is marked.
    pub detail: Vec<Message>,
    /// Something is wrong with it.
    pub grave: bool,
    /// The number of an entry of the access log that waits for the after-review of the one who reads it.
    pub waits: Option<u64>,
}

/// What is read once from data files: it does not change while the program runs.
#[derive(Debug, Clone, Default)]
pub struct PracticeData {
    /// The instruments.
    pub library: Arc<Library>,
    /// The forms of notes, the first is the default.
    pub formats: Arc<Vec<NoteFormat>>,
    /// What the rules of risk cues are called, Korean and English.
    pub cue_labels: Arc<BTreeMap<RiskRuleId, [String; 2]>>,
    /// Crisis channels, the urgent ones first.
    pub crisis: Arc<Vec<CrisisLine>>,
    /// Reasons, outcomes and receivers of escalations.
    pub escalation: Arc<Rules>,
    /// What the session mirror is read with.
    pub mirror_rules: Option<Arc<MirrorRules>>,
    /// Days for which a check of a channel holds.
    pub crisis_days: u16,
    /// The centre's own file of the channels, where a check is kept.
    pub crisis_file: std::path::PathBuf,
    /// What follows from the results of the screeners.
    pub triage: Arc<TriageRules>,
    /// The form of a safety plan.
    pub plan_form: Arc<PlanForm>,
    /// The form of a case report.
    pub report_form: Arc<ReportForm>,
}

/// What an escalation is raised from.
#[derive(Debug, Clone, PartialEq)]
pub struct RaiseView {
    /// Whose.
    pub client: ClientId,
    /// Their code.
    pub code: ClientCode,
    /// The four fields of the card that go out.
    pub person: Reachable,
    /// What the client agreed to.
    pub consent: ConsentState,
    /// The offices to choose from.
    pub receivers: Vec<Receiver>,
    /// Reasons, bases, sentences.
    pub rules: Arc<Rules>,
}

/// One revision of a safety plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRevision {
    /// Counts from 1.
    pub revision: u32,
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: String,
    /// The plan.
    pub plan: SafetyPlan,
}

/// Everything the safety plan's screens show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyPlanFile {
    /// Whose.
    pub client: ClientRow,
    /// Oldest first.
    pub revisions: Vec<PlanRevision>,
    /// The client's own words for each step.
    pub words: Vec<Vec<Proposal>>,
    /// Sessions that did not open and were not looked through.
    pub unread: usize,
}

/// One result of an instrument.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// When.
    pub at: Timestamp,
    /// The total; none when the sheet could not be scored.
    pub score: Option<i32>,
    /// The band's id, looked up in the library for its label.
    pub band: Option<String>,
    /// A critical answer was given.
    pub critical: bool,
}

/// Everything the client screen shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientFile {
    /// Who.
    pub client: ClientRow,
    /// What holds now.
    pub consent: ConsentState,
    /// Newest first.
    pub sessions: Vec<SessionRow>,
    /// Sessions that were read and have a note, or have none; the others were not read.
    pub noted: BTreeMap<SessionId, bool>,
    /// Newest first.
    pub measures: Vec<Measure>,
    /// Every answer sheet, oldest first.
    pub sheets: Vec<Administration>,
    /// Screeners that were opened and left, with when, oldest first.
    pub left: Vec<(Timestamp, ScreeningLeft)>,
    /// What is scheduled and where it stands, the most pressing first.
    pub due: Vec<Due>,
    /// The schedules themselves.
    pub schedules: Vec<Schedule>,
    /// As the card says; norms and maxima may depend on it.
    pub sex: Option<Sex>,
    /// In years.
    pub age: Option<u16>,
    /// The next appointment, while it stands.
    pub next: Option<Appointment>,
}

/// Everything of a session that has been.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionFile {
    /// Which.
    pub row: SessionRow,
    /// Whose.
    pub client: ClientRow,
    /// What was said.
    pub transcript: Transcript,
    /// The last directions.
    pub suggestions: Vec<Suggestion>,
    /// Cues found by rule.
    pub cues: Vec<RiskCue>,
    /// Marked moments, milliseconds.
    pub marks: Vec<u64>,
    /// The newest revision of the note.
    pub note: Option<Draft>,
    /// What was typed after it and never saved.
    pub unsaved: Option<WorkingCopy>,
}

/// A file or folder that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name, composed as a field composes it.
    pub name: String,
    /// It is a folder.
    pub folder: bool,
}

/// The sound files and folders of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderView {
    /// As it was typed, with the sign at its end; empty for the person's own folder.
    pub folder: String,
    /// Folders first, each by name.
    pub entries: Vec<FolderEntry>,
}

/// Where the sound of a session comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoundInput {
    /// The microphone.
    Microphone,
    /// A file, at the pace it was spoken.
    File(String),
    /// The demo session of a language, for the practice client.
    Practice(Lang),
}
