//! What a person can tell the program by one key, and how a command is written down. Each page lists its own commands as
//! rows; help, the palette, the status line and the dispatch of keys are made from them.

pub mod groups;

use crate::app::key::Key;
use crate::app::screen::Screen;
use crate::domain::governance::access::Capability;
use crate::domain::practice::lang::Lang;

/// Everything a person can tell the program by one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// Show what keys do here.
    Help,
    /// Find a command by its name.
    Palette,
    /// Korean or English.
    Language,
    /// Go to a screen that has a way of its own.
    Go(Screen),
    /// Lock the screen.
    Lock,
    /// Leave the program.
    Quit,
    /// Back, or away with what lies over the screen.
    Back,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
    /// To the next pane or field.
    NextPane,
    /// To the pane or field before.
    PrevPane,
    /// Open or choose what is marked.
    Open,
    /// Say yes.
    Yes,
    /// Say no.
    No,
    /// Find in the list by typing.
    Find,
    /// Show or hide whole names.
    Names,
    /// Stop the model that works on behind a session that has ended.
    StopModel,
    /// Away with what was written.
    Discard,
    /// Take back the last change.
    Undo,
    /// Take out what is selected, and keep it aside.
    Cut,
    /// Keep a copy of what is selected aside.
    Copy,
    /// Put in what was kept aside.
    PutBack,
    /// Find words in the text.
    FindWords,
    /// Add a client.
    AddClient,
    /// Begin a session.
    BeginSession,
    /// The other language is spoken.
    SpokenLanguage,
    /// Give or withdraw a consent.
    ToggleConsent,
    /// Go to the consents.
    Consents,
    /// Mark this moment.
    Mark,
    /// Off the record.
    OffRecord,
    /// Pause.
    Pause,
    /// The other speaker said it.
    Flip,
    /// Play the chosen line.
    Play,
    /// Take a suggestion into the note.
    Accept,
    /// Put a suggestion away.
    Dismiss,
    /// Go to the words that something rests on.
    GoToQuote,
    /// Open a screener or another instrument.
    Assess,
    /// Open the note.
    Note,
    /// End the session.
    Stop,
    /// Follow what is said.
    Follow,
    /// The drafted line stays as it is.
    KeepLine,
    /// The line goes.
    DropLine,
    /// Sign the note.
    NoteSign,
    /// Amend the signed note.
    NoteAmend,
    /// Write the note to a file.
    ExportNote,
    /// Draft the note from what was said.
    DraftNote,
    /// Draft one section of a note again.
    RedraftSection,
    /// Make again what was taken back.
    Redo,
    /// Save the draft.
    Save,
    /// Another form of note.
    Format,
    /// Answer by number.
    Answer(u8),
    /// The question before.
    PrevQuestion,
    /// The question after.
    NextQuestion,
    /// Find answers in what was said in the session.
    FindInTalk,
    /// Hand the terminal to the client.
    GiveKiosk,
    /// When an instrument is to be given again.
    Schedule,
    /// Open the review of a note.
    Review,
    /// Comment on the marked place.
    Comment,
    /// Answer a comment.
    Reply,
    /// A comment is resolved, or open again.
    Resolve,
    /// Give a note back.
    ReturnNote,
    /// Co-sign a note.
    Cosign,
    /// Hand a note in for review.
    HandIn,
    /// Raise an escalation.
    Raise,
    /// Write a packet out.
    Export,
    /// What was done at a follow-up.
    FollowUp,
    /// The receiver has it.
    Receipt,
    /// How it ended.
    Close,
    /// The after-review of what was done alone.
    AfterReview,
    /// The session mirror.
    Mirror,
    /// Statistics of a period on a page.
    Statistics,
    /// The month before.
    MonthBefore,
    /// The month after.
    MonthAfter,
    /// The session before.
    SessionBefore,
    /// The session after.
    SessionAfter,
    /// Open the safety plan.
    SafetyPlan,
    /// One step with the folder of review files.
    ReviewFolder,
    /// Write a new one of what is listed, or go on writing.
    NewEntry,
    /// Away with what is marked.
    RemoveEntry,
    /// Open the process note of a session.
    Process,
    /// Release lines of a process note.
    Release,
    /// Choose a stretch of verbatim for the case report.
    Stretch,
    /// Open the case report.
    CaseReport,
    /// Fill from the record.
    Fill,
    /// Look at what would be replaced.
    Replace,
    /// Earlier revisions.
    Revisions,
    /// A sheet for the client.
    Paper,
    /// A person has checked what is marked.
    Checked,
    /// Set the next appointment.
    Appointment,
    /// Make a passphrase.
    MakePhrase,
    /// Fetch the models that are missing.
    PullModels,
    /// Stop fetching models.
    StopPull,
    /// Listen to the microphone.
    TryMicrophone,
    /// Make or open the practice client.
    Practice,
    /// Remove the practice client.
    RemovePractice,
    /// The tour.
    Tour,
    /// Use the marked model.
    UseModel,
}

/// One command of a page.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What it does.
    pub command: Command,
    /// With which keys, the one that is shown first.
    pub keys: &'static [Key],
    /// The id of its name.
    pub name: &'static str,
    /// The id of a short name for the status line; none when it is only in help.
    pub short: Option<&'static str>,
    /// It is offered to roles to which the policy does not say no; none where it touches nothing.
    pub needs: Option<Capability>,
}

impl Row {
    /// Its name.
    pub fn name(&self, lang: Lang) -> &'static str {
        lang.say(self.name)
    }

    /// The same command, offered only to whom the policy gives this.
    pub const fn needing(mut self, capability: Capability) -> Self {
        self.needs = Some(capability);
        self
    }
}

/// A row that is only in help, or with a short name one that is in the status line too.
macro_rules! row {
    ($command:expr, [$($key:expr),+], $name:literal) => {
        $crate::app::command::Row {
            command: $command, keys: &[$($key),+], name: $name, short: None, needs: None,
        }
    };
    ($command:expr, [$($key:expr),+], $name:literal, $short:literal) => {
        $crate::app::command::Row {
            command: $command, keys: &[$($key),+], name: $name, short: Some($short), needs: None,
        }
    };
}
pub(crate) use row;

/// True for what only moves or answers by number: the palette leaves it out.
pub const fn only_moves(command: Command) -> bool {
    matches!(
        command,
        Command::Up
            | Command::Down
            | Command::PageUp
            | Command::PageDown
            | Command::Answer(_)
            | Command::Palette
            | Command::Open
            | Command::NextPane
            | Command::PrevPane
    )
}

/// How far a moving command goes in a list: rows, or a page of ten.
pub const fn steps(command: Command) -> Option<isize> {
    match command {
        Command::Up => Some(-1),
        Command::Down => Some(1),
        Command::PageUp => Some(-10),
        Command::PageDown => Some(10),
        Command::First => Some(isize::MIN),
        Command::Last => Some(isize::MAX),
        _ => None,
    }
}
