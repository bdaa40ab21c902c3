//! The recovery phrases of a vault that was just made: shown once, before anything else.

use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::lock;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::page::{EVERYBODY, Page};
use crate::app::screen::Screen;
use crate::app::views::SignedIn;
use secrecy::SecretString;

const COMMANDS: &[Row] = &[
    row!(Command::Yes, [Key::char('y')], "key-three-phrases-written-down", "key-three-phrases-written-down.short"),
    row!(Command::Language, [Key::plain(KeyName::F(2))], "key-english"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
];

/// The recovery phrases.
pub const PAGE: Page =
    Page { audience: EVERYBODY, commands: &[COMMANDS], leads_on: false, step: command, ..Page::PLAIN };

/// The phrases, until they are written down.
#[derive(Debug, Clone)]
pub struct Phrases(pub [SecretString; 3]);

/// The first vault was made.
pub fn made(model: &mut Model, who: SignedIn, phrases: [SecretString; 3]) -> Vec<Effect> {
    let effects = lock::unlocked(model, who);
    model.pages.put(Phrases(phrases));
    model.turn(Screen::Recovery);
    effects
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if command == Command::Yes {
        model.pages.take::<Phrases>();
        model.restart();
        // What is set up next; Back leads to the start page.
        model.go(Screen::Setup);
        return vec![Effect::PhrasesTaken];
    }
    Vec::new()
}
