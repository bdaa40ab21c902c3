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
    ($command:expr, $contexts:expr, [$($key:expr),+], $ko:literal, $en:literal) => {
        Row { command: $command, contexts: $contexts, keys: &[$($key),+], ko: $ko, en: $en, hint: None }
    };
    ($command:expr, $contexts:expr, [$($key:expr),+], $ko:literal, $en:literal, $hko:literal, $hen:literal) => {
        Row { command: $command, contexts: $contexts, keys: &[$($key),+], ko: $ko, en: $en, hint: Some(($hko, $hen)) }
    };
}

/// The table. Order is the order of help and of the status line.
pub static TABLE: &[Row] = &[
    // A running session.
    row!(Command::Mark, &[Live], [c('m')], "지금 이 순간 표시", "Mark this moment", "표시", "mark"),
    row!(
        Command::OffRecord,
        &[Live],
        [c('o')],
        "비공개: 듣지도 남기지도 않음",
        "Off the record: nothing is heard or kept",
        "비공개",
        "off-record"
    ),
    row!(
        Command::Flip,
        &[Live],
        [c('f')],
        "고른 발화의 화자 바꿈",
        "The other speaker said the chosen line",
        "화자",
        "flip"
    ),
    row!(Command::Follow, &[Live], [c('e')], "지금 말하는 곳으로", "Back to what is being said"),
    row!(
        Command::Assess,
        &[Live, Client, Past],
        [c('s')],
        "선별·검사",
        "Screener or another instrument",
        "선별",
        "screener"
    ),
    row!(Command::Note, &[Live, Client, Past], [c('n')], "노트 쓰기", "Write the note", "노트", "note"),
    row!(Command::Stop, &[Live], [c('q')], "회기 마치기", "End the session", "마치기", "end"),
    row!(Command::NextPane, &[Live], [p(KeyName::Tab)], "다음 칸", "Next pane", "칸", "pane"),
    row!(
        Command::Accept,
        &[Live],
        [p(KeyName::Enter)],
        "제안을 노트로 받기, 또는 위험 단서 열기",
        "Take the suggestion into the note, or open the risk cue",
        "받기",
        "take"
    ),
    row!(Command::Dismiss, &[Live], [c('x')], "제안 치우기", "Put the suggestion away", "치우기", "dismiss"),
    row!(
        Command::GoToQuote,
        &[Live, Past],
        [c('v')],
        "근거가 된 말로 가기",
        "Go to the words it rests on",
        "근거",
        "quote"
    ),
    row!(Command::Pause, &[Live], [c('p')], "멈춤 / 계속", "Pause / go on", "멈춤", "pause"),
    // A client.
    row!(Command::BeginSession, &[Client], [c('b')], "회기 시작", "Begin a session", "회기 시작", "begin session"),
    row!(Command::Consents, &[Live], [c('c')], "동의 보기·철회", "See or withdraw consents"),
    row!(Command::Consents, &[Client], [c('c')], "동의로 가기", "Go to the consents", "동의", "consents"),
    row!(
        Command::ToggleConsent,
        &[Client],
        [c(' ')],
        "동의 받음 / 철회",
        "Give or withdraw the consent",
        "동의 바꿈",
        "change consent"
    ),
    // The phrases.
    row!(
        Command::Yes,
        &[Recovery],
        [c('y')],
        "세 구절을 적어 두었음",
        "The three phrases are written down",
        "적어 두었음",
        "written down"
    ),
    // The caseload.
    row!(
        Command::Open,
        &[Caseload, Client, Instruments],
        [p(KeyName::Enter), c('l'), p(KeyName::Right)],
        "열기",
        "Open",
        "열기",
        "open"
    ),
    row!(Command::Open, &[Settings], [p(KeyName::Enter)], "바꾸기", "Change it", "바꾸기", "change"),
    row!(Command::Open, &[Doctor], [p(KeyName::Enter)], "다시 살펴보기", "Look again", "다시 살펴보기", "look again"),
    row!(Command::AddClient, &[Caseload], [c('a')], "내담자 추가", "Add a client", "내담자 추가", "add client"),
    // Fields.
    row!(
        Command::Open,
        &[Unlock, FirstRun, NewClient, Schedule, Input, Palette],
        [p(KeyName::Enter)],
        "확인",
        "Go on",
        "확인",
        "go on"
    ),
    // The note.
    row!(Command::Save, &[Note], [Key::ctrl('s')], "초안 저장", "Save the draft", "저장", "save"),
    row!(Command::Format, &[Note], [Key::ctrl('t')], "노트 양식 바꿈", "Another form of note", "양식", "form"),
    row!(Command::Open, &[Note], [p(KeyName::Enter)], "줄 바꿈", "New line"),
    // An instrument.
    row!(Command::Answer(0), &[Assessment, Kiosk], [c('0')], "0으로 답함", "Answer 0"),
    row!(Command::Answer(1), &[Assessment, Kiosk], [c('1')], "1로 답함", "Answer 1"),
    row!(Command::Answer(2), &[Assessment, Kiosk], [c('2')], "2로 답함", "Answer 2"),
    row!(Command::Answer(3), &[Assessment, Kiosk], [c('3')], "3으로 답함", "Answer 3"),
    row!(Command::Answer(4), &[Assessment, Kiosk], [c('4')], "4로 답함", "Answer 4"),
    row!(Command::Answer(5), &[Assessment, Kiosk], [c('5')], "5로 답함", "Answer 5"),
    row!(Command::Answer(6), &[Assessment, Kiosk], [c('6')], "6으로 답함", "Answer 6"),
    row!(Command::Answer(7), &[Assessment, Kiosk], [c('7')], "7로 답함", "Answer 7"),
    row!(Command::Answer(8), &[Assessment, Kiosk], [c('8')], "8로 답함", "Answer 8"),
    row!(Command::Answer(9), &[Assessment, Kiosk], [c('9')], "9로 답함", "Answer 9"),
    row!(
        Command::Open,
        &[Assessment, Kiosk],
        [p(KeyName::Enter)],
        "이 답으로",
        "Take this answer",
        "이 답으로",
        "take it"
    ),
    row!(
        Command::PrevQuestion,
        &[Assessment, Kiosk],
        [p(KeyName::Left), p(KeyName::Backspace), c('h')],
        "앞 문항",
        "Question before",
        "앞",
        "back"
    ),
    row!(
        Command::NextQuestion,
        &[Assessment, Kiosk],
        [p(KeyName::Right), c('l')],
        "다음 문항",
        "Question after",
        "다음",
        "next"
    ),
    row!(
        Command::GiveKiosk,
        &[Instruments],
        [c('w')],
        "내담자에게 화면 건네기",
        "Hand the screen to the client",
        "내담자에게",
        "to the client"
    ),
    row!(Command::Save, &[Score], [p(KeyName::Enter)], "결과 보관", "Keep the result", "보관", "keep"),
    row!(
        Command::PrevQuestion,
        &[Score],
        [p(KeyName::Left), c('h')],
        "문항으로 돌아가기",
        "Back to the questions",
        "문항으로",
        "questions"
    ),
    row!(Command::Open, &[History], [p(KeyName::Enter)], "이 검사 하기", "Give it now", "하기", "give"),
    row!(
        Command::Schedule,
        &[Client, Instruments, History],
        [c('t')],
        "검사 일정 정하기",
        "When it is given again",
        "일정",
        "schedule"
    ),
    // A question.
    row!(Command::Yes, &[Confirm], [c('y')], "예", "Yes", "예", "yes"),
    row!(Command::No, &[Confirm], [c('n'), p(KeyName::Esc), p(KeyName::Enter)], "아니요", "No", "아니요", "no"),
    // Moving.
    row!(Command::Up, LISTS_AND_CHOICES, [p(KeyName::Up), c('k')], "위로", "Up"),
    row!(Command::Down, LISTS_AND_CHOICES, [p(KeyName::Down), c('j')], "아래로", "Down"),
    row!(Command::Up, &[Kiosk, Palette, NewClient, Schedule, FirstRun, Input, Note], [p(KeyName::Up)], "위로", "Up"),
    row!(
        Command::Down,
        &[Kiosk, Palette, NewClient, Schedule, FirstRun, Input, Note],
        [p(KeyName::Down)],
        "아래로",
        "Down"
    ),
    row!(Command::PageUp, LISTS, [p(KeyName::PageUp), Key::ctrl('u')], "한 쪽 위로", "Page up"),
    row!(Command::PageDown, LISTS, [p(KeyName::PageDown), Key::ctrl('d')], "한 쪽 아래로", "Page down"),
    row!(Command::PageUp, &[Note], [p(KeyName::PageUp)], "한 쪽 위로", "Page up"),
    row!(Command::PageDown, &[Note], [p(KeyName::PageDown)], "한 쪽 아래로", "Page down"),
    row!(Command::First, LISTS, [p(KeyName::Home), c('g')], "처음으로", "To the first"),
    row!(Command::Last, LISTS, [p(KeyName::End), c('G')], "끝으로", "To the last"),
    row!(
        Command::NextPane,
        &[Client, Past, NewClient, History, Schedule, FirstRun, Input, Note],
        [p(KeyName::Tab)],
        "다음 칸",
        "Next pane",
        "칸",
        "pane"
    ),
    row!(
        Command::PrevPane,
        &[Client, Live, Past, NewClient, History, Schedule, FirstRun, Input, Note],
        [p(KeyName::BackTab)],
        "앞 칸",
        "Pane before"
    ),
    row!(Command::Back, OPENED, [p(KeyName::Esc), c('q')], "뒤로", "Back"),
    row!(Command::Back, &[Settings, Doctor], [p(KeyName::Esc), c('q')], "뒤로", "Back", "뒤로", "back"),
    row!(Command::Back, TYPING, [p(KeyName::Esc)], "뒤로", "Back", "뒤로", "back"),
    row!(Command::Back, &[Live, Kiosk, Context::Help], [p(KeyName::Esc)], "뒤로", "Back"),
    // Everywhere.
    row!(Command::Help, NOT_TYPING, [c('?'), p(KeyName::F(1))], "도움말", "Help", "도움말", "help"),
    row!(
        Command::Help,
        &[Unlock, FirstRun, NewClient, Schedule, Input, Note],
        [p(KeyName::F(1))],
        "도움말",
        "Help",
        "도움말",
        "help"
    ),
    row!(Command::Palette, NOT_TYPING, [Key::ctrl('p'), c(':')], "명령 찾기", "Find a command"),
    row!(Command::Palette, &[NewClient, Schedule, Input, Note], [Key::ctrl('p')], "명령 찾기", "Find a command"),
    row!(Command::Language, ARRIVING, [p(KeyName::F(2))], "한국어 / English", "한국어 / English", "English", "한국어"),
    row!(Command::Language, UNDER_WAY, [p(KeyName::F(2))], "한국어 / English", "한국어 / English"),
    row!(Command::Settings, SIGNED_IN, [p(KeyName::F(3))], "설정", "Settings"),
    row!(Command::Doctor, SIGNED_IN, [p(KeyName::F(4))], "모델과 작업 프로그램", "Models and workers"),
    row!(Command::Lock, SIGNED_IN, [Key::ctrl('l')], "화면 잠그기", "Lock the screen"),
    row!(Command::Quit, QUITTING, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit", "마침", "quit"),
    row!(Command::Quit, QUITTING_UNSEEN, [Key::ctrl('q'), Key::ctrl('c')], "프로그램 마치기", "Quit"),
];
