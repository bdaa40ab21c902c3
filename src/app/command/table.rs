//! The rows of the one table of commands: what, where, with which keys, and what it is called. Nothing is decided here.

use crate::app::command::{Command, Context, Row};
use crate::app::key::{Key, KeyName};
use Context::{
    Assessment, Caseload, Client, Confirm, Doctor, FirstRun, History, Input, Instruments, Kiosk, Live, NewClient, Note,
    Palette, Past, Recovery, Schedule, Score, Settings, Unlock,
};

const fn p(name: KeyName) -> Key {
    Key::plain(name)
}
const fn c(c: char) -> Key {
    Key::char(c)
}

const LISTS: &[Context] = &[Caseload, Client, Live, Past, Instruments, History, Settings, Doctor, Context::Help];
const LISTS_AND_CHOICES: &[Context] =
    &[Caseload, Client, Live, Past, Instruments, History, Settings, Doctor, Context::Help, Assessment];
const TYPING: &[Context] = &[Palette, NewClient, Schedule, Input, Note];
const OPENED: &[Context] = &[Caseload, Client, Past, Instruments, History, Score, Assessment];
const SIGNED_IN: &[Context] = &[
    Caseload,
    NewClient,
    Client,
    Input,
    Live,
    Past,
    Note,
    Instruments,
    Assessment,
    Score,
    History,
    Schedule,
    Settings,
    Doctor,
];
const NOT_TYPING: &[Context] =
    &[Caseload, Client, Live, Past, Instruments, Assessment, Score, History, Settings, Doctor];
/// Where the key of the language is also shown: before one has chosen, and in its settings.
const ARRIVING: &[Context] = &[Unlock, FirstRun, Caseload, Settings, Kiosk];
const UNDER_WAY: &[Context] = &[
    Recovery,
    NewClient,
    Client,
    Input,
    Live,
    Past,
    Note,
    Instruments,
    Assessment,
    Score,
    History,
    Schedule,
    Doctor,
    Context::Help,
    Palette,
    Confirm,
];
/// Where leaving the program is also shown; nowhere in the kiosk.
const QUITTING: &[Context] = &[Unlock, FirstRun, Caseload];
const QUITTING_UNSEEN: &[Context] = &[
    Recovery,
    NewClient,
    Client,
    Input,
    Live,
    Past,
    Note,
    Instruments,
    Assessment,
    Score,
    History,
    Schedule,
    Settings,
    Doctor,
    Context::Help,
    Palette,
    Confirm,
];

macro_rules! row {
    ($command:expr, $contexts:expr, [$($key:expr),+], $name:literal) => {
        Row { command: $command, contexts: $contexts, keys: &[$($key),+], name: $name, short: None }
    };
    ($command:expr, $contexts:expr, [$($key:expr),+], $name:literal, $short:literal) => {
        Row { command: $command, contexts: $contexts, keys: &[$($key),+], name: $name, short: Some($short) }
    };
}

/// The table. Order is the order of help and of the status line.
pub static TABLE: &[Row] = &[
    // A running session.
    row!(Command::Mark, &[Live], [c('m')], "key-mark-moment", "key-mark-moment.short"),
    row!(
        Command::OffRecord,
        &[Live],
        [c('o')],
        "key-off-record-nothing-heard-kept",
        "key-off-record-nothing-heard-kept.short"
    ),
    row!(
        Command::Flip,
        &[Live],
        [c('f')],
        "key-other-speaker-said-chosen-line",
        "key-other-speaker-said-chosen-line.short"
    ),
    row!(Command::Follow, &[Live], [c('e')], "key-back-what-being-said"),
    row!(
        Command::Assess,
        &[Live, Client, Past],
        [c('s')],
        "key-screener-another-instrument",
        "key-screener-another-instrument.short"
    ),
    row!(Command::Note, &[Live, Client, Past], [c('n')], "key-write-note", "key-write-note.short"),
    row!(Command::Stop, &[Live], [c('q')], "key-end-session", "key-end-session.short"),
    row!(Command::NextPane, &[Live], [p(KeyName::Tab)], "key-next-pane", "key-next-pane.short"),
    row!(
        Command::Accept,
        &[Live],
        [p(KeyName::Enter)],
        "key-take-suggestion-into-note-open-risk-cue",
        "key-take-suggestion-into-note-open-risk-cue.short"
    ),
    row!(Command::Dismiss, &[Live], [c('x')], "key-put-suggestion-away", "key-put-suggestion-away.short"),
    row!(Command::GoToQuote, &[Live, Past], [c('v')], "key-go-words-rests", "key-go-words-rests.short"),
    row!(Command::Pause, &[Live], [c('p')], "key-pause-go", "key-pause-go.short"),
    // A client.
    row!(Command::BeginSession, &[Client], [c('b')], "key-begin-session", "key-begin-session.short"),
    row!(Command::Consents, &[Live], [c('c')], "key-see-withdraw-consents"),
    row!(Command::Consents, &[Client], [c('c')], "key-go-consents", "key-go-consents.short"),
    row!(Command::ToggleConsent, &[Client], [c(' ')], "key-give-withdraw-consent", "key-give-withdraw-consent.short"),
    // The phrases.
    row!(Command::Yes, &[Recovery], [c('y')], "key-three-phrases-written-down", "key-three-phrases-written-down.short"),
    // The caseload.
    row!(
        Command::Open,
        &[Caseload, Client, Instruments],
        [p(KeyName::Enter), c('l'), p(KeyName::Right)],
        "key-open",
        "key-open.short"
    ),
    row!(Command::Open, &[Settings], [p(KeyName::Enter)], "key-change", "key-change.short"),
    row!(Command::Open, &[Doctor], [p(KeyName::Enter)], "key-look-again", "key-look-again.short"),
    row!(Command::AddClient, &[Caseload], [c('a')], "key-add-client", "key-add-client.short"),
    // Fields.
    row!(
        Command::Open,
        &[Unlock, FirstRun, NewClient, Schedule, Input, Palette],
        [p(KeyName::Enter)],
        "key-go",
        "key-go.short"
    ),
    // The note.
    row!(Command::Save, &[Note], [Key::ctrl('s')], "key-save-draft", "key-save-draft.short"),
    row!(Command::Format, &[Note], [Key::ctrl('t')], "key-another-form-note", "key-another-form-note.short"),
    row!(Command::Open, &[Note], [p(KeyName::Enter)], "key-new-line"),
    // An instrument.
    row!(Command::Answer(0), &[Assessment, Kiosk], [c('0')], "key-answer-0"),
    row!(Command::Answer(1), &[Assessment, Kiosk], [c('1')], "key-answer-1"),
    row!(Command::Answer(2), &[Assessment, Kiosk], [c('2')], "key-answer-2"),
    row!(Command::Answer(3), &[Assessment, Kiosk], [c('3')], "key-answer-3"),
    row!(Command::Answer(4), &[Assessment, Kiosk], [c('4')], "key-answer-4"),
    row!(Command::Answer(5), &[Assessment, Kiosk], [c('5')], "key-answer-5"),
    row!(Command::Answer(6), &[Assessment, Kiosk], [c('6')], "key-answer-6"),
    row!(Command::Answer(7), &[Assessment, Kiosk], [c('7')], "key-answer-7"),
    row!(Command::Answer(8), &[Assessment, Kiosk], [c('8')], "key-answer-8"),
    row!(Command::Answer(9), &[Assessment, Kiosk], [c('9')], "key-answer-9"),
    row!(Command::Open, &[Assessment, Kiosk], [p(KeyName::Enter)], "key-take-answer", "key-take-answer.short"),
    row!(
        Command::PrevQuestion,
        &[Assessment, Kiosk],
        [p(KeyName::Left), p(KeyName::Backspace), c('h')],
        "key-question-before",
        "key-question-before.short"
    ),
    row!(
        Command::NextQuestion,
        &[Assessment, Kiosk],
        [p(KeyName::Right), c('l')],
        "key-question-after",
        "key-question-after.short"
    ),
    row!(Command::GiveKiosk, &[Instruments], [c('w')], "key-hand-screen-client", "key-hand-screen-client.short"),
    row!(Command::Save, &[Score], [p(KeyName::Enter)], "key-keep-result", "key-keep-result.short"),
    row!(Command::PrevQuestion, &[Score], [p(KeyName::Left), c('h')], "key-back-questions", "key-back-questions.short"),
    row!(Command::Open, &[History], [p(KeyName::Enter)], "key-give-now", "key-give-now.short"),
    row!(
        Command::Schedule,
        &[Client, Instruments, History],
        [c('t')],
        "key-when-given-again",
        "key-when-given-again.short"
    ),
    // A question.
    row!(Command::Yes, &[Confirm], [c('y')], "key-yes", "key-yes.short"),
    row!(Command::No, &[Confirm], [c('n'), p(KeyName::Esc), p(KeyName::Enter)], "key-no", "key-no.short"),
    // Moving.
    row!(Command::Up, LISTS_AND_CHOICES, [p(KeyName::Up), c('k')], "key-up"),
    row!(Command::Down, LISTS_AND_CHOICES, [p(KeyName::Down), c('j')], "key-down"),
    row!(Command::Up, &[Kiosk, Palette, NewClient, Schedule, FirstRun, Input, Note], [p(KeyName::Up)], "key-up"),
    row!(Command::Down, &[Kiosk, Palette, NewClient, Schedule, FirstRun, Input, Note], [p(KeyName::Down)], "key-down"),
    row!(Command::PageUp, LISTS, [p(KeyName::PageUp), Key::ctrl('u')], "key-page-up"),
    row!(Command::PageDown, LISTS, [p(KeyName::PageDown), Key::ctrl('d')], "key-page-down"),
    row!(Command::PageUp, &[Note], [p(KeyName::PageUp)], "key-page-up"),
    row!(Command::PageDown, &[Note], [p(KeyName::PageDown)], "key-page-down"),
    row!(Command::First, LISTS, [p(KeyName::Home), c('g')], "key-first"),
    row!(Command::Last, LISTS, [p(KeyName::End), c('G')], "key-last"),
    row!(
        Command::NextPane,
        &[Client, Past, NewClient, History, Schedule, FirstRun, Input, Note],
        [p(KeyName::Tab)],
        "key-next-pane",
        "key-next-pane.short"
    ),
    row!(
        Command::PrevPane,
        &[Client, Live, Past, NewClient, History, Schedule, FirstRun, Input, Note],
        [p(KeyName::BackTab)],
        "key-pane-before"
    ),
    row!(Command::Back, OPENED, [p(KeyName::Esc), c('q')], "key-back"),
    row!(Command::Back, &[Settings, Doctor], [p(KeyName::Esc), c('q')], "key-back", "key-back.short"),
    row!(Command::Back, TYPING, [p(KeyName::Esc)], "key-back", "key-back.short"),
    row!(Command::Back, &[Live, Kiosk, Context::Help], [p(KeyName::Esc)], "key-back"),
    // Everywhere.
    row!(Command::Help, NOT_TYPING, [c('?'), p(KeyName::F(1))], "key-help", "key-help.short"),
    row!(
        Command::Help,
        &[Unlock, FirstRun, NewClient, Schedule, Input, Note],
        [p(KeyName::F(1))],
        "key-help",
        "key-help.short"
    ),
    row!(Command::Palette, NOT_TYPING, [Key::ctrl('p'), c(':')], "key-find-command"),
    row!(Command::Palette, &[NewClient, Schedule, Input, Note], [Key::ctrl('p')], "key-find-command"),
    row!(Command::Language, ARRIVING, [p(KeyName::F(2))], "key-english", "key-english.short"),
    row!(Command::Language, UNDER_WAY, [p(KeyName::F(2))], "key-english"),
    row!(Command::Settings, SIGNED_IN, [p(KeyName::F(3))], "key-settings"),
    row!(Command::Doctor, SIGNED_IN, [p(KeyName::F(4))], "key-models-workers"),
    row!(Command::Lock, SIGNED_IN, [Key::ctrl('l')], "key-lock-screen"),
    row!(Command::Quit, QUITTING, [Key::ctrl('q'), Key::ctrl('c')], "key-quit", "key-quit.short"),
    row!(Command::Quit, QUITTING_UNSEEN, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
];
