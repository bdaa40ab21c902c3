//! Finding words in transcripts and notes of one's own clients, by typing them here. What is found is held in memory while the page
//! stands and is written nowhere; the access log names each session that was read.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING};
use crate::app::command::{Row, row, steps};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::store::Subject;
use crate::app::views::{WordFound, WordsIn};
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::text::ClientText;

const FINDING: &[Row] = &[
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-find-or-open", "key-find-or-open.short"),
    row!(Command::PageUp, [Key::plain(KeyName::PageUp)], "key-page-up"),
    row!(Command::PageDown, [Key::plain(KeyName::PageDown)], "key-page-down"),
];

/// The page.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[FINDING, ARROWS, BACK_TYPING, EVERYWHERE_TYPING],
    entered,
    step: command,
    typed,
    scrolls: true,
    ..Page::FORM
};

/// What is looked for and what was found.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// In the sessions of this client only, with the code; of all one's own without.
    pub client: Option<(ClientId, String)>,
    /// What is typed.
    pub query: Field,
    /// Counts what was asked for: an answer to another question is not shown.
    pub asked: u32,
    /// The words that were looked for last.
    pub searched: String,
    /// Being looked for: sessions done, of how many.
    pub running: Option<(usize, usize)>,
    /// In the order of the sessions.
    pub found: Vec<WordFound>,
    /// Which is marked.
    pub at: usize,
}

fn entered(model: &mut Model) -> Vec<Effect> {
    // From a client's page in theirs, from the caseload in all. Back from a session it stands as it was.
    let came_from = model.trail.last().copied();
    let client = match (came_from, &model.client) {
        (Some(Screen::Client), Some(page)) => Some((page.file.client.id, page.file.client.code.to_string())),
        (Some(Screen::Caseload), _) => None,
        _ => return Vec::new(),
    };
    let about = Subject { client: client.as_ref().map(|(id, _)| *id), ..Subject::default() };
    model.pages.fill(about, || Words { client, ..Words::default() });
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|page: &mut Words| page.query.edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = model.pages.get_mut::<Words>() else {
        model.back();
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        page.at = step(page.at, by, page.found.len());
    }
    match command {
        Command::Back => {
            // What was found is of a client: it goes with the page.
            model.pages.put(Words::default());
            model.back();
            Vec::new()
        }
        Command::Open => {
            let query = page.query.text().trim().to_owned();
            if query == page.searched && !query.is_empty() {
                return open(model);
            }
            if query.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
                model.say(Say::TooFewLetters);
                return Vec::new();
            }
            page.searched.clone_from(&query);
            page.asked += 1;
            page.running = Some((0, 0));
            (page.found, page.at) = (Vec::new(), 0);
            let client = page.client.as_ref().map(|(id, _)| *id);
            vec![Effect::FindWords { words: ClientText::new(&query), client, asked: page.asked }]
        }
        _ => Vec::new(),
    }
}

/// Opens the session of what is marked, at its line; its note, where the words stand there.
fn open(model: &mut Model) -> Vec<Effect> {
    let marked = model.pages.get::<Words>().and_then(|page| page.found.get(page.at)).cloned();
    let Some(found) = marked else {
        model.say(Say::NothingChosen);
        return Vec::new();
    };
    match found.place {
        WordsIn::Note => model.note_wanted = Some(found.session),
        WordsIn::Line { utterance, .. } => model.line_wanted = Some((found.session, utterance)),
        WordsIn::Day => {}
    }
    vec![Effect::OpenSession { client: found.client, session: found.session }]
}

/// So many sessions are done.
pub fn progress(model: &mut Model, asked: u32, done: usize, of: usize) {
    if let Some(page) = model.pages.get_mut::<Words>().filter(|page| page.asked == asked && page.running.is_some()) {
        page.running = Some((done, of));
    }
}

/// It was looked through; `asked` says for which question.
pub fn found(model: &mut Model, asked: u32, rows: Vec<WordFound>) -> Vec<Effect> {
    if let Some(page) = model.pages.get_mut::<Words>().filter(|page| page.asked == asked) {
        (page.running, page.found, page.at) = (None, rows, 0);
    }
    Vec::new()
}
