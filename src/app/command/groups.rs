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
    row!(Command::Up, [p(KeyName::Up), c('k')], "위로", "Up"),
    row!(Command::Down, [p(KeyName::Down), c('j')], "아래로", "Down"),
];

/// Moving in a list.
pub const LIST: &[Row] = &[
    row!(Command::Up, [p(KeyName::Up), c('k')], "위로", "Up"),
    row!(Command::Down, [p(KeyName::Down), c('j')], "아래로", "Down"),
    row!(Command::PageUp, [p(KeyName::PageUp), Key::ctrl('u')], "한 쪽 위로", "Page up"),
    row!(Command::PageDown, [p(KeyName::PageDown), Key::ctrl('d')], "한 쪽 아래로", "Page down"),
    row!(Command::First, [p(KeyName::Home), c('g')], "처음으로", "To the first"),
    row!(Command::Last, [p(KeyName::End), c('G')], "끝으로", "To the last"),
];

/// Moving with the arrows alone, where letters are text.
pub const ARROWS: &[Row] =
    &[row!(Command::Up, [p(KeyName::Up)], "위로", "Up"), row!(Command::Down, [p(KeyName::Down)], "아래로", "Down")];

/// Between panes or fields.
pub const PANES: &[Row] = &[
    row!(Command::NextPane, [p(KeyName::Tab)], "다음 칸", "Next pane", "칸", "pane"),
    row!(Command::PrevPane, [p(KeyName::BackTab)], "앞 칸", "Pane before"),
];

/// Going on in a form.
pub const GO_ON: &[Row] = &[row!(Command::Open, [p(KeyName::Enter)], "확인", "Go on", "확인", "go on")];

/// Opening what is marked.
pub const OPEN: &[Row] =
    &[row!(Command::Open, [p(KeyName::Enter), c('l'), p(KeyName::Right)], "열기", "Open", "열기", "open")];

/// Back by Escape or q.
pub const BACK: &[Row] = &[row!(Command::Back, [p(KeyName::Esc), c('q')], "뒤로", "Back")];

/// Back by Escape or q, in the status line.
pub const BACK_SHOWN: &[Row] = &[row!(Command::Back, [p(KeyName::Esc), c('q')], "뒤로", "Back", "뒤로", "back")];

/// Back by Escape alone.
pub const BACK_BY_ESC: &[Row] = &[row!(Command::Back, [p(KeyName::Esc)], "뒤로", "Back")];

/// Back by Escape alone, where letters are text.
pub const BACK_TYPING: &[Row] = &[row!(Command::Back, [p(KeyName::Esc)], "뒤로", "Back", "뒤로", "back")];

/// What can be done on every screen of a member on which letters are commands.
pub const EVERYWHERE: &[Row] = &[
    row!(Command::Help, [c('?'), p(KeyName::F(1))], "도움말", "Help", "도움말", "help"),
    row!(Command::Palette, [Key::ctrl('p'), c(':')], "명령 찾기", "Find a command"),
    row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
    row!(
        Command::StopModel,
        [Key::ctrl('x')],
        "뒤에서 일하는 모델 멈추기",
        "Stop the model behind",
        "모델 멈춤",
        "stop model"
    ),
    row!(Command::Lock, [Key::ctrl('l')], "화면 잠그기", "Lock the screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit"),
];

/// The same on a start page, where the language and leaving stand in the status line.
pub const EVERYWHERE_AT_START: &[Row] = &[
    row!(Command::Help, [c('?'), p(KeyName::F(1))], "도움말", "Help", "도움말", "help"),
    row!(Command::Palette, [Key::ctrl('p'), c(':')], "명령 찾기", "Find a command"),
    row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English", "English", "한국어"),
    row!(
        Command::StopModel,
        [Key::ctrl('x')],
        "뒤에서 일하는 모델 멈추기",
        "Stop the model behind",
        "모델 멈춤",
        "stop model"
    ),
    row!(Command::Lock, [Key::ctrl('l')], "화면 잠그기", "Lock the screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit", "마침", "quit"),
];

/// The same where letters are text.
pub const EVERYWHERE_TYPING: &[Row] = &[
    row!(Command::Help, [p(KeyName::F(1))], "도움말", "Help", "도움말", "help"),
    row!(Command::Palette, [Key::ctrl('p')], "명령 찾기", "Find a command"),
    row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
    row!(
        Command::StopModel,
        [Key::ctrl('x')],
        "뒤에서 일하는 모델 멈추기",
        "Stop the model behind",
        "모델 멈춤",
        "stop model"
    ),
    row!(Command::Lock, [Key::ctrl('l')], "화면 잠그기", "Lock the screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit"),
];

/// Before anybody has unlocked.
pub const ARRIVING: &[Row] = &[
    row!(Command::Help, [p(KeyName::F(1))], "도움말", "Help", "도움말", "help"),
    row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English", "English", "한국어"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit", "마침", "quit"),
];

/// The language alone.
pub const LANGUAGE: &[Row] =
    &[row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English", "English", "한국어")];

/// The answers by number.
pub const NUMBERS: &[Row] = &[
    row!(Command::Answer(0), [c('0')], "0으로 답함", "Answer 0"),
    row!(Command::Answer(1), [c('1')], "1로 답함", "Answer 1"),
    row!(Command::Answer(2), [c('2')], "2로 답함", "Answer 2"),
    row!(Command::Answer(3), [c('3')], "3으로 답함", "Answer 3"),
    row!(Command::Answer(4), [c('4')], "4로 답함", "Answer 4"),
    row!(Command::Answer(5), [c('5')], "5로 답함", "Answer 5"),
    row!(Command::Answer(6), [c('6')], "6으로 답함", "Answer 6"),
    row!(Command::Answer(7), [c('7')], "7로 답함", "Answer 7"),
    row!(Command::Answer(8), [c('8')], "8로 답함", "Answer 8"),
    row!(Command::Answer(9), [c('9')], "9로 답함", "Answer 9"),
];

/// One question after the other.
pub const QUESTIONS: &[Row] = &[
    row!(Command::Open, [p(KeyName::Enter)], "이 답으로", "Take this answer", "이 답으로", "take it"),
    row!(
        Command::PrevQuestion,
        [p(KeyName::Left), p(KeyName::Backspace), c('h')],
        "앞 문항",
        "Question before",
        "앞",
        "back"
    ),
    row!(Command::NextQuestion, [p(KeyName::Right), c('l')], "다음 문항", "Question after", "다음", "next"),
];

/// Over a screen: help.
pub const OVER_HELP: &[&[Row]] = &[
    LIST,
    BACK_BY_ESC,
    &[
        row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
        row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit"),
    ],
];

/// Over a screen: the palette.
pub const OVER_PALETTE: &[&[Row]] = &[
    GO_ON,
    ARROWS,
    BACK_TYPING,
    &[
        row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
        row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit"),
    ],
];

/// Over a screen: a question.
pub const OVER_CONFIRM: &[&[Row]] = &[&[
    row!(Command::Yes, [c('y')], "예", "Yes", "예", "yes"),
    row!(Command::No, [c('n'), p(KeyName::Esc), p(KeyName::Enter)], "아니요", "No", "아니요", "no"),
    row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit"),
]];

/// Over a screen: what becomes of what was written and is not saved.
pub const OVER_LEAVE: &[&[Row]] = &[&[
    row!(Command::Save, [c('s'), c('y')], "저장하고 나가기", "Keep and leave", "저장", "keep"),
    row!(Command::Discard, [c('d')], "버리고 나가기", "Discard and leave", "버리기", "discard"),
    row!(Command::No, [p(KeyName::Esc), p(KeyName::Enter), c('n')], "계속 쓰기", "Go on writing", "계속 쓰기", "go on"),
    row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
]];

/// Showing whole names, where names stand masked.
pub const NAMES: &[Row] =
    &[row!(Command::Names, [c('i')], "이름 보기 / 가리기", "Show or hide names", "이름", "names")];

/// Finding in a list by typing.
pub const FIND: &[Row] = &[row!(Command::Find, [c('/')], "찾기", "Find", "찾기", "find")];

/// While one types what is to be found.
pub const FINDING: &[Row] = &[
    row!(Command::Open, [p(KeyName::Enter)], "열기", "Open", "열기", "open"),
    row!(Command::Up, [p(KeyName::Up)], "위로", "Up"),
    row!(Command::Down, [p(KeyName::Down)], "아래로", "Down"),
    row!(Command::Back, [p(KeyName::Esc)], "찾기 그만", "Stop finding", "찾기 그만", "stop finding"),
    row!(Command::Language, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
    row!(Command::Lock, [Key::ctrl('l')], "화면 잠그기", "Lock the screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit"),
];
