//! The session mirror: its numbers, and the words that counted for the marked one.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST, PANES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::page::{KeyPlace, Page, READERS};
use crate::app::screen::Screen;
use crate::domain::mirror::measures::Measure;
use crate::domain::mirror::reading::{Number, SessionMirror, read as read_mirror};
use crate::domain::practice::ids::ClientId;

const COMMANDS: &[Row] = &[
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-show-what-counted", "key-show-what-counted.short"),
    row!(Command::GoToQuote, [Key::char('v')], "key-go-words-rests"),
    row!(
        Command::SessionBefore,
        [Key::plain(KeyName::Left), Key::char('h')],
        "key-session-before",
        "key-session-before.short"
    ),
    row!(
        Command::SessionAfter,
        [Key::plain(KeyName::Right), Key::char('l')],
        "key-session-after",
        "key-session-after.short"
    ),
];

/// The mirror of one session, or of all of a client.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, BACK_SHOWN, LIST, PANES, EVERYWHERE],
    key_place: |model, command| {
        let page = model.pages.get::<MirrorPage>();
        match command {
            // There is nothing that they could show.
            Command::Open | Command::NextPane | Command::PrevPane
                if page.is_none_or(|page| page.session().is_none()) =>
            {
                KeyPlace::Left
            }
            Command::SessionBefore if page.is_none_or(|page| page.at == 0) => KeyPlace::Left,
            Command::SessionAfter if page.is_none_or(|page| page.at + 1 >= page.sessions.len()) => KeyPlace::Left,
            _ => KeyPlace::InOrder,
        }
    },
    step: command,
    ..Page::PLAIN
};

/// What is shown. Words of the client are in it: it goes with the lock, as every state of a page.
#[derive(Debug, Clone)]
pub struct MirrorPage {
    /// The sessions, oldest first.
    pub sessions: Vec<SessionMirror>,
    /// Which of them is shown.
    pub at: usize,
    /// Which measure is marked.
    pub measure: usize,
    /// The words have the keys.
    pub words: bool,
    /// Which of what counted is marked.
    pub counted: usize,
}

impl MirrorPage {
    /// The session that is shown.
    pub fn session(&self) -> Option<&SessionMirror> {
        self.sessions.get(self.at)
    }

    /// The marked number of the session that is shown.
    pub fn number(&self) -> Option<&Number> {
        self.session()?.mirror.numbers.get(self.measure)
    }
}

/// Opens the mirror of the open past session, whose words are here already.
pub fn open_of_past(model: &mut Model) {
    let (Some(past), Some(rules)) = (&model.past, &model.mirror_rules) else { return };
    let transcript = past.file.transcript.clone();
    let mirror = read_mirror(&transcript, rules);
    let sessions = vec![SessionMirror { row: past.file.row.clone(), transcript, mirror }];
    show(model, sessions);
}

/// The sessions of a client were read.
pub fn read(model: &mut Model, client: ClientId, sessions: Vec<SessionMirror>) -> Vec<Effect> {
    // Whoever went elsewhere meanwhile is left where they are.
    let there = model.screen == Screen::Client && model.client.as_ref().is_some_and(|c| c.file.client.id == client);
    if there {
        show(model, sessions);
    }
    Vec::new()
}

fn show(model: &mut Model, sessions: Vec<SessionMirror>) {
    let at = sessions.len().saturating_sub(1);
    model.pages.put(MirrorPage { sessions, at, measure: 0, words: false, counted: 0 });
    model.go(Screen::Mirror);
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = model.pages.get_mut::<MirrorPage>() else {
        model.back();
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        if page.words {
            let counted = page.number().map_or(0, |n| n.counted.len());
            page.counted = step(page.counted, by, counted);
        } else {
            (page.measure, page.counted) = (step(page.measure, by, Measure::ALL.len()), 0);
        }
    }
    match command {
        Command::NextPane | Command::PrevPane => page.words = !page.words,
        Command::Open => page.words = true,
        Command::SessionBefore => (page.at, page.counted) = (page.at.saturating_sub(1), 0),
        Command::SessionAfter => (page.at, page.counted) = (step(page.at, 1, page.sessions.len()), 0),
        Command::GoToQuote => go_to_words(model),
        Command::Back if page.words => page.words = false,
        Command::Back => {
            model.pages.take::<MirrorPage>();
            model.back();
        }
        _ => {}
    }
    Vec::new()
}

/// To the marked words in the transcript, where the mirror was opened from it.
fn go_to_words(model: &mut Model) {
    let Some(page) = model.pages.get::<MirrorPage>() else { return };
    let id = page.number().and_then(|n| n.counted.get(page.counted)).and_then(|c| c.utterances.first()).copied();
    let session = page.session().map(|s| s.row.id);
    let (Some(id), Some(past)) = (id, &mut model.past) else { return };
    if Some(past.file.row.id) == session {
        past.script.choose(id);
        model.pages.take::<MirrorPage>();
        model.back();
    }
}
