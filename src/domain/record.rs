//! What is sealed: the header that is signed inside every record, and the bodies. Versioned: a reader of schema N
//! opens every schema up to N; a newer one is named as such, not misread.

mod class;
mod header;
mod key;
mod review;

pub use crate::domain::record::class::Class;
pub use crate::domain::record::header::{Head, Header, SCHEMA, Written, hash_text};
pub use crate::domain::record::key::{KeyFor, SecretText};
pub use crate::domain::record::review::{CommentAt, NoteMark, NoteState};

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::assessment::administration::Administration;
use crate::domain::crisis::course::Step;
use crate::domain::crisis::escalation::Raised;
use crate::domain::crisis::receiver::Receiver;
use crate::domain::crisis::safety_plan::SafetyPlan;
use crate::domain::crisis::screening_left::ScreeningLeft;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::plan::Plan;
use crate::domain::note::statement::{DraftedNote, LineCheck};
use crate::domain::practice::appointment::Appointment;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::consent::ConsentEvent;
use crate::domain::practice::ids::{MemberId, RecordId, StatementId, TechniqueId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::Schedule;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::review::extract::ProcessExtract;
use crate::domain::review::hours::SupervisionHours;
use crate::domain::review::report::CaseReport;
use crate::domain::transcript::{Gap, Transcript, Utterance};
use serde::{Deserialize, Serialize};

/// Where a line of a note came from (L5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A person typed it.
    Typed,
    /// A person accepted what a model suggested; the record of the suggestions and the place in it.
    Accepted {
        /// The suggestions or draft.
        record: RecordId,
        /// Counts from 0.
        index: u32,
        /// True when the person changed the words before accepting.
        edited: bool,
    },
}

/// One line of a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoteLine {
    /// Its name for comments; stays with it through the revisions of the note.
    #[serde(default)]
    pub id: StatementId,
    /// The words.
    pub text: ClientText,
    /// Where they come from.
    pub origin: Origin,
    /// What they rest on.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// What the draft said of it; absent where a person typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<LineCheck>,
}

/// One section of a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoteSection {
    /// The section's key in the format, such as `subjective`.
    pub key: String,
    /// In order.
    pub lines: Vec<NoteLine>,
}

/// One revision of a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoteRevision {
    /// The format's id, such as `soap`.
    pub format: String,
    /// In the format's order.
    pub sections: Vec<NoteSection>,
    /// Where it stands.
    pub state: NoteState,
    /// Why it was amended; required for [`NoteState::Amended`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ClientText>,
}

impl NoteRevision {
    /// Names the statements that have no name yet, after the highest that was given.
    pub fn number_statements(&mut self) {
        let mut last = self.sections.iter().flat_map(|s| &s.lines).map(|line| line.id.0).max().unwrap_or(0);
        for line in self.sections.iter_mut().flat_map(|s| &mut s.lines).filter(|line| line.id.0 == 0) {
            last += 1;
            line.id = StatementId(last);
        }
    }
}

/// What a person did with a suggestion; accepted, edited and rejected are all kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decided {
    /// Taken as it was.
    Accepted,
    /// Taken with other words.
    Edited,
    /// Not taken.
    Rejected,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Body {
    /// A key, wrapped to the record's one recipient.
    KeyWrap {
        /// What it opens.
        what: KeyFor,
        /// The secret.
        secret: SecretText,
    },
    /// Which records of the key collection are the wraps of a client's keys: what has to go when the client is destroyed.
    KeyIndex {
        /// The wraps, of every reader.
        wraps: Vec<RecordId>,
        /// Whom each is to, in the same order; `None` for the recovery key. Empty where an older program wrote it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        to: Vec<Option<MemberId>>,
    },
    /// A client.
    Client {
        /// The card.
        card: Box<ClientCard>,
    },
    /// A consent was given or withdrawn.
    Consent {
        /// The event.
        event: ConsentEvent,
    },
    /// A session began.
    SessionStart {
        /// When.
        started: Timestamp,
        /// Counts from 1 within the client.
        number: u32,
        /// The recipient of the session key.
        recipient: String,
        /// Who took part besides the client, by role word; each had consented.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<String>,
        /// Language of what is spoken; none in sessions of earlier versions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Lang>,
    },
    /// A session ended.
    SessionEnd {
        /// When.
        ended: Timestamp,
        /// One word of the program: `ended`, `recovered`, `withdrawn`.
        how: String,
    },
    /// The key of a session was destroyed.
    SessionDestroyed {
        /// When.
        at: Timestamp,
        /// One word of the program: `withdrawn`, `retention`.
        why: String,
    },
    /// Finished utterances.
    Utterances {
        /// In order of time.
        utterances: Vec<Utterance>,
    },
    /// A whole transcript: the final pass, or a correction that names what it replaces.
    Transcript {
        /// The transcript.
        transcript: Transcript,
        /// Why it was corrected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<ClientText>,
    },
    /// The key that the sound of one run of the recorder is sealed to. Never shown and never exported.
    SoundKey {
        /// The secret.
        secret: SecretText,
        /// Checks the signatures of that run.
        verifying: String,
        /// The language that was spoken.
        language: Lang,
    },
    /// A stretch that could not be heard.
    Gap {
        /// The gap.
        gap: Gap,
    },
    /// A rule found words that may mean danger.
    RiskCue {
        /// The cue.
        cue: RiskCue,
    },
    /// What the model suggested.
    Suggestions {
        /// All of it.
        suggestions: Suggestions,
    },
    /// What the counsellor did with one suggestion.
    SuggestionDecision {
        /// The record of the suggestions.
        of: RecordId,
        /// Counts from 0.
        index: u32,
        /// The card.
        technique: TechniqueId,
        /// What was done.
        decided: Decided,
        /// The words that were taken, when they were changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<ClientText>,
    },
    /// The counsellor marked a moment.
    Mark {
        /// From the start of the session, milliseconds.
        at_ms: u64,
        /// A word, when one was typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<ClientText>,
    },
    /// One filling in of an instrument.
    Administration {
        /// Answers, score, band, versions.
        sheet: Box<Administration>,
    },
    /// An opened screener that was left before its end, and why.
    ScreeningLeft {
        /// What opened it, what was answered, why it was left.
        left: Box<ScreeningLeft>,
    },
    /// When an instrument is to be given again; the newest of an instrument holds.
    Schedule {
        /// The schedule.
        schedule: Schedule,
    },
    /// The next appointment; the newest holds.
    Appointment {
        /// The appointment.
        appointment: Appointment,
    },
    /// One revision of a progress note.
    Note {
        /// The note.
        note: NoteRevision,
    },
    /// A drafted note, as it was proposed; kept so that what was accepted, changed and dropped can be told (L5).
    NoteDraft {
        /// The draft.
        draft: DraftedNote,
    },
    /// One revision of a process note; sealed to the process key.
    ProcessNote {
        /// The note.
        note: NoteRevision,
    },
    /// A supervisor's comment.
    Comment {
        /// The note.
        on: RecordId,
        /// Section key and line, counts from 0; absent for the whole note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<(String, u32)>,
        /// What in it, by its stable name; absent for the whole record and in schema 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<CommentAt>,
        /// The words.
        text: ClientText,
    },
    /// An answer to a comment, by supervisor or counsellor.
    Reply {
        /// The comment that opened the thread.
        to: RecordId,
        /// The words; none where it only says whether the thread is resolved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<ClientText>,
        /// Says that the thread is resolved, or open again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolved: Option<bool>,
    },
    /// Beside a revision that changed the state of a note: what the queue of reviews is made from.
    NoteMark {
        /// The state.
        mark: NoteMark,
    },
    /// A note was sent to a supervisor as a file.
    ReviewSent {
        /// Which sending.
        parcel: RecordId,
        /// The supervisor.
        to: MemberId,
        /// The record of the revision.
        record: RecordId,
    },
    /// The answer of a supervisor that came back as a file: the counsellor took it in, the supervisor signed what stands in
    /// it, and whoever reads it checks that signature.
    Countersigned {
        /// The signed letter, word for word.
        letter: SecretText,
    },
    /// One revision of a case report for supervision; it names the one before.
    CaseReport {
        /// The report.
        report: Box<CaseReport>,
    },
    /// Lines of a process note that its counsellor released to whoever supervises the client.
    ProcessExtract {
        /// The lines, and of which note.
        extract: Box<ProcessExtract>,
    },
    /// An hour of supervision, for the certificate of the member who wrote it.
    SupervisionHours {
        /// When, how long, with whom.
        hours: SupervisionHours,
    },
    /// One revision of a safety plan; it names the one before.
    SafetyPlan {
        /// The plan.
        plan: Box<SafetyPlan>,
    },
    /// A plan, a hand-out.
    Plan {
        /// The plan.
        plan: Plan,
    },
    /// An escalation packet: its own readers, never note text.
    Escalation {
        /// The packet, with what stays behind.
        raised: Box<Raised>,
    },
    /// What was done with an escalation packet; sealed to the packet's key.
    EscalationStep {
        /// The step.
        step: Box<Step>,
    },
    /// A receiver of the centre's directory.
    Receiver {
        /// The receiver as it is from now on.
        receiver: Box<Receiver>,
    },
    /// A note template of the centre's own.
    NoteTemplate {
        /// The template as it is from now on.
        form: Box<NoteFormat>,
    },
    /// A kind that this program does not know: written by a newer one.
    #[serde(skip)]
    Newer {
        /// Its kind word.
        kind: String,
    },
}

impl Body {
    /// The kind word of the header.
    pub fn kind(&self) -> &str {
        match self {
            Body::KeyWrap { .. } => "key-wrap",
            Body::KeyIndex { .. } => "key-index",
            Body::Client { .. } => "client",
            Body::Consent { .. } => "consent",
            Body::SessionStart { .. } => "session-start",
            Body::SessionEnd { .. } => "session-end",
            Body::SessionDestroyed { .. } => "session-destroyed",
            Body::Utterances { .. } => "utterances",
            Body::Transcript { .. } => "transcript",
            Body::SoundKey { .. } => "sound-key",
            Body::Gap { .. } => "gap",
            Body::RiskCue { .. } => "risk-cue",
            Body::Suggestions { .. } => "suggestions",
            Body::SuggestionDecision { .. } => "suggestion-decision",
            Body::Mark { .. } => "mark",
            Body::Administration { .. } => "administration",
            Body::ScreeningLeft { .. } => "screening-left",
            Body::Schedule { .. } => "schedule",
            Body::Appointment { .. } => "appointment",
            Body::Note { .. } => "note",
            Body::NoteDraft { .. } => "note-draft",
            Body::ProcessNote { .. } => "process-note",
            Body::Comment { .. } => "comment",
            Body::Reply { .. } => "reply",
            Body::NoteMark { .. } => "note-mark",
            Body::ReviewSent { .. } => "review-sent",
            Body::Countersigned { .. } => "countersigned",
            Body::CaseReport { .. } => "case-report",
            Body::ProcessExtract { .. } => "process-extract",
            Body::SupervisionHours { .. } => "supervision-hours",
            Body::SafetyPlan { .. } => "safety-plan",
            Body::Plan { .. } => "plan",
            Body::Escalation { .. } => "escalation",
            Body::EscalationStep { .. } => "escalation-step",
            Body::Receiver { .. } => "receiver",
            Body::NoteTemplate { .. } => "note-template",
            Body::Newer { kind } => kind,
        }
    }

    /// Which key it is sealed to.
    pub const fn class(&self) -> Class {
        match self {
            Body::KeyWrap { .. } | Body::SupervisionHours { .. } => Class::Wrap,
            Body::KeyIndex { .. }
            | Body::Client { .. }
            | Body::Consent { .. }
            | Body::SessionStart { .. }
            | Body::SessionEnd { .. }
            | Body::SessionDestroyed { .. }
            | Body::Administration { .. }
            | Body::ScreeningLeft { .. }
            | Body::Schedule { .. }
            | Body::Appointment { .. }
            | Body::Note { .. }
            | Body::NoteDraft { .. }
            | Body::Comment { .. }
            | Body::Reply { .. }
            | Body::NoteMark { .. }
            | Body::ReviewSent { .. }
            | Body::Countersigned { .. }
            | Body::CaseReport { .. }
            | Body::ProcessExtract { .. }
            | Body::SafetyPlan { .. }
            | Body::Plan { .. } => Class::Case,
            Body::ProcessNote { .. } => Class::Process,
            Body::Utterances { .. }
            | Body::Transcript { .. }
            | Body::SoundKey { .. }
            | Body::Gap { .. }
            | Body::RiskCue { .. }
            | Body::Suggestions { .. }
            | Body::SuggestionDecision { .. }
            | Body::Mark { .. }
            | Body::Newer { .. } => Class::Session,
            Body::Escalation { .. } | Body::EscalationStep { .. } => Class::Escalation,
            Body::Receiver { .. } | Body::NoteTemplate { .. } => Class::Centre,
        }
    }
}

/// The record that a correction replaces: its id, its revision, the hash of its signed plaintext.
pub type Replaced = (RecordId, u32, [u8; 32]);

/// A record that was opened: its signature was good and its header named this id and collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The header.
    pub header: Header,
    /// The body.
    pub body: Body,
}
