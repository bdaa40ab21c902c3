//! What the program wants done outside: each is performed by the runtime, which answers with a message.

use crate::app::session_event::{Decision, SessionCommand};
use crate::app::views::{Draft, ListOf, SoundInput};
use crate::domain::assessment::score::Answers;
use crate::domain::practice::client::NewClient;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientId, InstrumentId, SessionId, TechniqueId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::schedule::Schedule;
use secrecy::SecretString;

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
    /// Read a session that has been.
    OpenSession {
        /// Whose.
        client: ClientId,
        /// Which.
        session: SessionId,
    },
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
    /// Seal when an instrument is to be given again.
    SetSchedule {
        /// Whose.
        client: ClientId,
        /// The schedule.
        schedule: Schedule,
    },
    /// Look at the models and workers.
    Examine,
    /// Remember the language.
    RememberLang(Lang),
    /// Leave.
    Quit,
}
