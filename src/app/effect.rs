//! What the program wants done outside: each is performed by the runtime, which answers with a message.

mod acts;

use crate::app::state::merge::MergeAct;
use crate::app::state::review::ReviewAct;
use crate::app::state::setup::SetupAsk;
use crate::app::state::supervision::SupervisionAct;
use crate::app::views::{Draft, ListOf, SoundInput};
use crate::domain::assessment::score::Answers;
use crate::domain::crisis::escalation::Raising;
use crate::domain::crisis::safety_plan::SafetyPlan;
use crate::domain::crisis::screening_left::ScreeningLeft;
use crate::domain::note::states::Act;
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::client::NewClient;
use crate::domain::practice::consent::{Guardian, Scope};
use crate::domain::practice::ids::{ClientId, InstrumentId, ModelId, RecordId, SessionId, TechniqueId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::schedule::Schedule;
use crate::domain::practice::session_event::{Decision, SessionCommand};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::{Span, Timestamp};
use secrecy::SecretString;

pub use acts::{Amendment, Enrolling, MemberAct, OfficeAsk, PacketAct, PaperOut, Redraft, ReportAct, TemplateAct};

/// Something to be done. `Debug` shows no client words and no passphrase.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Look whether there is a vault.
    LookForVault,
    /// Read the instruments, the forms of notes, the names of cues and the crisis channels.
    LoadLibrary,
    /// Open the vault for a member; an empty name means the only one.
    Unlock {
        /// Who.
        member: String,
        /// The passphrase.
        passphrase: SecretString,
        /// The words of a vault that is seen here for the first time, as somebody read them.
        words: Option<String>,
    },
    /// Make a vault with its first member and open it.
    MakeVault {
        /// The centre.
        centre: String,
        /// The member.
        member: String,
        /// What they are at the centre.
        role: Role,
        /// The passphrase.
        passphrase: SecretString,
    },
    /// The recovery phrases are written down.
    PhrasesTaken,
    /// Forget every key and everything that was opened; a running session goes on.
    Lock,
    /// Read the caseload.
    LoadCaseload,
    /// Read the state of the centre: counts and duties, no client.
    LoadCentre,
    /// Read a list; its answer is `Listing`.
    List(ListOf),
    /// Add a client.
    AddClient(Box<NewClient>),
    /// Read a client.
    OpenClient(ClientId),
    /// Read the whole card of a client.
    ReadCard(ClientId),
    /// Something about two records of one person.
    Merge(MergeAct),
    /// Seal a corrected card; the one before stays.
    KeepCard(ClientId, Box<CardEntries>),
    /// Record that a consent was given or withdrawn from now on.
    SetConsent {
        /// Whose.
        client: ClientId,
        /// Which.
        scope: Scope,
        /// Given, or withdrawn.
        given: bool,
        /// Withdrawn with everything that was recorded in a session that is still open: its key is destroyed.
        erase: bool,
        /// The limits of confidentiality were explained with it (L2).
        limits_explained: bool,
    },
    /// Record that a guardian consented to the service for a client under 14, and that the limits were explained.
    GiveByGuardian {
        /// Whose.
        client: ClientId,
        /// Who.
        guardian: Guardian,
    },
    /// Begin a session.
    BeginSession {
        /// With whom.
        client: ClientId,
        /// Heard through.
        input: SoundInput,
        /// The language that is spoken.
        lang: Lang,
    },
    /// Tell the running session something.
    Session(SessionCommand),
    /// Keep what was decided of a suggestion of a session that has ended (L5: taken or not, it is kept).
    KeepDecision {
        /// Of which session.
        session: SessionId,
        /// Which card.
        technique: TechniqueId,
        /// What.
        decision: Decision,
    },
    /// Finish a session that was interrupted: what was sealed before becomes its transcript.
    RecoverSession {
        /// Whose.
        client: ClientId,
        /// Which.
        session: SessionId,
    },
    /// Play a stretch of a session from its kept sound.
    PlayLine {
        /// Of which session.
        session: SessionId,
        /// Where it lies.
        line: Span,
    },
    /// Read a session that has been.
    OpenSession {
        /// Whose.
        client: ClientId,
        /// Which.
        session: SessionId,
    },
    /// Read every session of a client for the mirror.
    ReadMirrors(ClientId),
    /// Seal a revision of a note.
    KeepNote {
        /// Whose.
        client: ClientId,
        /// Of which session.
        session: SessionId,
        /// The note.
        draft: Draft,
        /// Told back with the answer, so that what was typed meanwhile stays unsaved.
        edits: u64,
    },
    /// Keep what is typed into a note and not saved, so that a crash does not take it.
    KeepTyping {
        /// Of which session.
        session: SessionId,
        /// The text.
        draft: Draft,
        /// The signed note is being amended.
        amending: bool,
        /// Told back with the answer.
        edits: u64,
    },
    /// Away with what was kept of a note that was typed and is not to be saved.
    DropTyping(SessionId),
    /// Seal the next appointment of a client.
    SetAppointment {
        /// Whose.
        client: ClientId,
        /// When; none calls it off.
        at: Option<Timestamp>,
        /// How long, in minutes; the usual length where nothing is said.
        minutes: Option<u16>,
        /// Where.
        place: Option<ClientText>,
    },
    /// Draft the note of a session from what was said.
    DraftNote {
        /// Which.
        session: SessionId,
        /// In this form.
        format: String,
    },
    /// Draft one section of a note again, as the counsellor asks.
    RedraftSection(Box<Redraft>),
    /// Bring the note of a session into another state.
    ChangeNote {
        /// Of which session.
        session: SessionId,
        /// Ready, taken back, signed.
        act: Act,
    },
    /// Seal an amendment of a signed note.
    AmendNote(Box<Amendment>),
    /// Write the note to a file that is not there yet.
    ExportNote {
        /// Of which session.
        session: SessionId,
        /// Why.
        reason: String,
        /// The file; its ending says the form.
        file: String,
    },
    /// Look for words in transcripts and notes of one's own clients, or of one of them.
    FindWords {
        /// What is looked for.
        words: ClientText,
        /// Whose; all one's own where none is named.
        client: Option<ClientId>,
        /// Told back with the answers.
        asked: u32,
    },
    /// Read the review of a note; a supervisor takes it up by that.
    OpenReview(SessionId),
    /// Do something to a review.
    Review {
        /// The note of which session.
        session: SessionId,
        /// The revision that was read.
        read: RecordId,
        /// What.
        act: ReviewAct,
    },
    /// Do something around reviews: deputies, hours, process notes.
    Supervision(SupervisionAct),
    /// Do something about the centre's own note templates.
    Template(TemplateAct),
    /// Hand the note of a session in for review.
    HandIn(SessionId),
    /// Seal one filling in of an instrument.
    KeepAdministration {
        /// Whose.
        client: ClientId,
        /// In which session, when in one.
        session: Option<SessionId>,
        /// Which instrument.
        instrument: InstrumentId,
        /// One per item, blank when not answered.
        answers: Answers,
        /// The total, where only a total may be entered.
        total: Option<i32>,
        /// In which language it was asked.
        lang: Lang,
        /// The client answered alone.
        kiosk: bool,
        /// Answers were found in talk and accepted.
        talk: bool,
    },
    /// Look in what was said in a session for answers to the items of an instrument.
    FindItems {
        /// Which session.
        session: SessionId,
        /// Which instrument.
        instrument: InstrumentId,
        /// The language of the screen.
        lang: Lang,
    },
    /// Seal why an opened screener was left.
    KeepScreeningLeft {
        /// Whose.
        client: ClientId,
        /// What opened it, what was answered, why it was left.
        left: Box<ScreeningLeft>,
    },
    /// Read a client's safety plan with its revisions and, for whoever may write one, the client's own words for it.
    OpenSafetyPlan(ClientId),
    /// Seal a revision of a safety plan.
    KeepSafetyPlan {
        /// Whose.
        client: ClientId,
        /// The plan.
        plan: Box<SafetyPlan>,
        /// Told back with the answer, so that what was typed meanwhile stays unsaved.
        edits: u64,
    },
    /// Write the newest revision of a safety plan as a sheet for the client.
    WritePlanPaper {
        /// Whose.
        client: ClientId,
        /// The file, which must not be there yet; its ending says in which form.
        file: String,
        /// Why it is taken away (L10).
        reason: String,
        /// Of its labels: that of the screen.
        lang: Lang,
    },
    /// One step with the folder that reviews go through: a counsellor sends and fetches, a supervisor opens the next file.
    ReviewFolder,
    /// Do something with the case report of a client.
    Report(ClientId, ReportAct),
    /// Keep that a person checked a crisis line today.
    LineChecked(String),
    /// Seal when an instrument is to be given again.
    SetSchedule {
        /// Whose.
        client: ClientId,
        /// The schedule.
        schedule: Schedule,
    },
    /// Read what an escalation of this client is raised from.
    PrepareRaise(ClientId),
    /// Raise an escalation: seal a packet.
    Raise(ClientId, Box<Raising>),
    /// Do something with the packet of this number.
    Packet(String, PacketAct),
    /// Read or write something for the office.
    Office(OfficeAsk),
    /// Do this with the members.
    Member(MemberAct),
    /// Look when a backup was made last.
    LookForBackup,
    /// Make a backup and read it back.
    BackUp {
        /// The new file.
        file: String,
        /// The member's own: the backup opens with it.
        passphrase: SecretString,
    },
    /// Look at, fetch or make something of the first run.
    Setup(SetupAsk),
    /// Listen to the microphone for three seconds.
    ListenFirst,
    /// Stop listening: the session has the microphone, or nobody asks any more.
    StopListening,
    /// Judge a passphrase that is being chosen, with the names that must not be in it.
    JudgePassphrase {
        /// As far as it is typed.
        passphrase: SecretString,
        /// The centre and the member.
        names: [String; 2],
    },
    /// Make a passphrase.
    MakePhrase,
    /// Look at the models and workers.
    Examine,
    /// Read which sound files and folders a folder has; as it was typed.
    LookInFolder(String),
    /// Which folder reviews by file go through; with a text it is that one from now on, none where the text is blank.
    FolderOfReviews(Option<String>),
    /// Use this language model from now on, after a look at its files; none where the best one that is here is to be taken.
    UseModel(Option<ModelId>),
    /// Remember the language.
    RememberLang(Lang),
    /// Remember after how many minutes the screen locks.
    RememberLock(u16),
    /// Leave.
    Quit,
}
