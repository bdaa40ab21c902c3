//! Rows that many pages have, in groups: moving in lists, fields, the ways out, what can be done everywhere.

use crate::app::command::{Command, Row, row};
use crate::app::key::{Key, KeyName};

const fn p(name: KeyName) -> Key {
    Key::plain(name)
}
const fn c(c: char) -> Key {
    Key::char(c)
}

/// A row up or down.
pub const UP_DOWN: &[Row] = &[
    row!(Command::Up, [p(KeyName::Up), c('k')], "key-up"),
    row!(Command::Down, [p(KeyName::Down), c('j')], "key-down"),
];

/// Moving in a list.
pub const LIST: &[Row] = &[
    row!(Command::Up, [p(KeyName::Up), c('k')], "key-up"),
    row!(Command::Down, [p(KeyName::Down), c('j')], "key-down"),
    row!(Command::PageUp, [p(KeyName::PageUp), Key::ctrl('u')], "key-page-up"),
    row!(Command::PageDown, [p(KeyName::PageDown), Key::ctrl('d')], "key-page-down"),
    row!(Command::First, [p(KeyName::Home), c('g')], "key-first"),
    row!(Command::Last, [p(KeyName::End), c('G')], "key-last"),
];

/// Moving with the arrows alone, where letters are text.
pub const ARROWS: &[Row] =
    &[row!(Command::Up, [p(KeyName::Up)], "key-up"), row!(Command::Down, [p(KeyName::Down)], "key-down")];

/// With what is selected in a text. While something is, Ctrl-X and Ctrl-C do the same (`ui::keymap`).
pub const SELECTED: &[Row] = &[
    row!(Command::Cut, [Key::ctrl('w')], "key-cut"),
    row!(Command::Copy, [Key::alt('w')], "key-copy"),
    row!(Command::PutBack, [Key::ctrl('v')], "key-put-back"),
];

/// Between panes or fields.
pub const PANES: &[Row] = &[
    row!(Command::NextPane, [p(KeyName::Tab)], "key-next-pane", "key-next-pane.short"),
    row!(Command::PrevPane, [p(KeyName::BackTab)], "key-pane-before"),
];

/// Going on in a form.
pub const GO_ON: &[Row] = &[row!(Command::Open, [p(KeyName::Enter)], "key-go", "key-go.short")];

/// Opening what is marked.
pub const OPEN: &[Row] =
    &[row!(Command::Open, [p(KeyName::Enter), c('l'), p(KeyName::Right)], "key-open", "key-open.short")];

/// Back by Escape or q.
pub const BACK: &[Row] = &[row!(Command::Back, [p(KeyName::Esc), c('q')], "key-back")];

/// Back by Escape or q, in the status line.
pub const BACK_SHOWN: &[Row] = &[row!(Command::Back, [p(KeyName::Esc), c('q')], "key-back", "key-back.short")];

/// Back by Escape alone.
pub const BACK_BY_ESC: &[Row] = &[row!(Command::Back, [p(KeyName::Esc)], "key-back")];

/// Back by Escape alone, where letters are text.
pub const BACK_TYPING: &[Row] = &[row!(Command::Back, [p(KeyName::Esc)], "key-back", "key-back.short")];

/// What can be done on every screen of a member on which letters are commands.
pub const EVERYWHERE: &[Row] = &[
    row!(Command::Help, [c('?'), p(KeyName::F(1))], "key-help", "key-help.short"),
    row!(Command::Palette, [Key::ctrl('p'), c(':')], "key-find-command"),
    row!(Command::Language, [p(KeyName::F(2))], "key-english"),
    row!(Command::StopModel, [Key::ctrl('x')], "key-stop-model-behind", "key-stop-model-behind.short"),
    row!(Command::Lock, [Key::ctrl('l')], "key-lock-screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
];

/// The same on a start page, where the language and leaving stand in the status line.
pub const EVERYWHERE_AT_START: &[Row] = &[
    row!(Command::Help, [c('?'), p(KeyName::F(1))], "key-help", "key-help.short"),
    row!(Command::Palette, [Key::ctrl('p'), c(':')], "key-find-command"),
    row!(Command::Language, [p(KeyName::F(2))], "key-english", "key-english.short"),
    row!(Command::StopModel, [Key::ctrl('x')], "key-stop-model-behind", "key-stop-model-behind.short"),
    row!(Command::Lock, [Key::ctrl('l')], "key-lock-screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit", "key-quit.short"),
];

/// The same where letters are text.
pub const EVERYWHERE_TYPING: &[Row] = &[
    row!(Command::Help, [p(KeyName::F(1))], "key-help", "key-help.short"),
    row!(Command::Palette, [Key::ctrl('p')], "key-find-command"),
    row!(Command::Language, [p(KeyName::F(2))], "key-english"),
    row!(Command::StopModel, [Key::ctrl('x')], "key-stop-model-behind", "key-stop-model-behind.short"),
    row!(Command::Lock, [Key::ctrl('l')], "key-lock-screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
];

/// Before anybody has unlocked.
pub const ARRIVING: &[Row] = &[
    row!(Command::Help, [p(KeyName::F(1))], "key-help", "key-help.short"),
    row!(Command::Language, [p(KeyName::F(2))], "key-english", "key-english.short"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit", "key-quit.short"),
];

/// The language alone.
pub const LANGUAGE: &[Row] = &[row!(Command::Language, [p(KeyName::F(2))], "key-english", "key-english.short")];

/// The answers by number.
pub const NUMBERS: &[Row] = &[
    row!(Command::Answer(0), [c('0')], "key-answer-0"),
    row!(Command::Answer(1), [c('1')], "key-answer-1"),
    row!(Command::Answer(2), [c('2')], "key-answer-2"),
    row!(Command::Answer(3), [c('3')], "key-answer-3"),
    row!(Command::Answer(4), [c('4')], "key-answer-4"),
    row!(Command::Answer(5), [c('5')], "key-answer-5"),
    row!(Command::Answer(6), [c('6')], "key-answer-6"),
    row!(Command::Answer(7), [c('7')], "key-answer-7"),
    row!(Command::Answer(8), [c('8')], "key-answer-8"),
    row!(Command::Answer(9), [c('9')], "key-answer-9"),
];

/// One question after the other.
pub const QUESTIONS: &[Row] = &[
    row!(Command::Open, [p(KeyName::Enter)], "key-take-answer", "key-take-answer.short"),
    row!(
        Command::PrevQuestion,
        [p(KeyName::Left), p(KeyName::Backspace), c('h')],
        "key-question-before",
        "key-question-before.short"
    ),
    row!(Command::NextQuestion, [p(KeyName::Right), c('l')], "key-question-after", "key-question-after.short"),
];

/// Over a screen: help.
pub const OVER_HELP: &[&[Row]] = &[
    LIST,
    BACK_BY_ESC,
    &[
        row!(Command::Language, [p(KeyName::F(2))], "key-english"),
        row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
    ],
];

/// Over a screen: the palette.
pub const OVER_PALETTE: &[&[Row]] = &[
    GO_ON,
    ARROWS,
    BACK_TYPING,
    &[
        row!(Command::Language, [p(KeyName::F(2))], "key-english"),
        row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
    ],
];

/// Over a screen: a question.
pub const OVER_CONFIRM: &[&[Row]] = &[&[
    row!(Command::Yes, [c('y')], "key-yes", "key-yes.short"),
    row!(Command::No, [c('n'), p(KeyName::Esc), p(KeyName::Enter)], "key-no", "key-no.short"),
    row!(Command::Language, [p(KeyName::F(2))], "key-english"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
]];

/// Over a screen: what becomes of what was written and is not saved.
pub const OVER_LEAVE: &[&[Row]] = &[&[
    row!(Command::Save, [c('s'), c('y')], "key-keep-leave", "key-keep-leave.short"),
    row!(Command::Discard, [c('d')], "key-discard-leave", "key-discard-leave.short"),
    row!(Command::No, [p(KeyName::Esc), p(KeyName::Enter), c('n')], "key-go-writing", "key-go-writing.short"),
    row!(Command::Language, [p(KeyName::F(2))], "key-english"),
]];

/// Showing whole names, where names stand masked.
pub const NAMES: &[Row] = &[row!(Command::Names, [c('i')], "key-show-hide-names", "key-show-hide-names.short")];

/// Finding in a list by typing.
pub const FIND: &[Row] = &[row!(Command::Find, [c('/')], "key-find", "key-find.short")];

/// While one types what is to be found.
pub const FINDING: &[Row] = &[
    row!(Command::Open, [p(KeyName::Enter)], "key-open", "key-open.short"),
    row!(Command::Up, [p(KeyName::Up)], "key-up"),
    row!(Command::Down, [p(KeyName::Down)], "key-down"),
    row!(Command::Back, [p(KeyName::Esc)], "key-stop-finding", "key-stop-finding.short"),
    row!(Command::Language, [p(KeyName::F(2))], "key-english"),
    row!(Command::Lock, [Key::ctrl('l')], "key-lock-screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
];
