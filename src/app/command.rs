//! The one table of commands. Help, the palette, the status line and the dispatch of keys are all made from it;
//! a test holds that no screen has a key twice and that every command can be reached.

mod table;

pub use crate::app::command::table::TABLE;
use crate::app::key::Key;
use crate::domain::practice::lang::Lang;

/// Where a command applies: one per screen, plus the things that lie over a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Passphrase.
    Unlock,
    /// Making the first vault.
    FirstRun,
    /// The recovery phrases, shown once.
    Recovery,
    /// All clients.
    Caseload,
    /// Adding a client.
    NewClient,
    /// One client.
    Client,
    /// Choosing where the sound comes from.
    Input,
    /// The running session.
    Live,
    /// A session that has been.
    Past,
    /// The note.
    Note,
    /// Choosing an instrument.
    Instruments,
    /// One question of an instrument.
    Assessment,
    /// The result of an instrument.
    Score,
    /// An instrument's results over time.
    History,
    /// When an instrument is to be given again.
    Schedule,
    /// The client answers alone.
    Kiosk,
    /// Language and colours.
    Settings,
    /// Models and workers.
    Doctor,
    /// Help lies over the screen.
    Help,
    /// The palette lies over the screen.
    Palette,
    /// A question lies over the screen.
    Confirm,
}

impl Context {
    /// Every context.
    pub const ALL: [Context; 21] = [
        Context::Unlock,
        Context::FirstRun,
        Context::Recovery,
        Context::Caseload,
        Context::NewClient,
        Context::Client,
        Context::Input,
        Context::Live,
        Context::Past,
        Context::Note,
        Context::Instruments,
        Context::Assessment,
        Context::Score,
        Context::History,
        Context::Schedule,
        Context::Kiosk,
        Context::Settings,
        Context::Doctor,
        Context::Help,
        Context::Palette,
        Context::Confirm,
    ];
}

/// Everything a person can tell the program by one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// Show what keys do here.
    Help,
    /// Find a command by its name.
    Palette,
    /// Korean or English.
    Language,
    /// Settings.
    Settings,
    /// Models and workers.
    Doctor,
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
    /// Add a client.
    AddClient,
    /// Begin a session.
    BeginSession,
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
    /// Hand the terminal to the client.
    GiveKiosk,
    /// When an instrument is to be given again.
    Schedule,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What it does.
    pub command: Command,
    /// Where.
    pub contexts: &'static [Context],
    /// With which keys, the one that is shown first.
    pub keys: &'static [Key],
    /// The id of its name.
    pub name: &'static str,
    /// The id of a short name for the status line; none when it is only in help.
    pub short: Option<&'static str>,
}

impl Row {
    /// Its name.
    pub fn name(&self, lang: Lang) -> &'static str {
        lang.say(self.name)
    }
}

/// The command of a key in a context.
pub fn of_key(context: Context, key: Key) -> Option<Command> {
    TABLE.iter().find(|r| r.contexts.contains(&context) && r.keys.contains(&key)).map(|r| r.command)
}

/// The rows of a context, in the order of the table.
pub fn rows(context: Context) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |r| r.contexts.contains(&context))
}

/// The rows of a context whose name contains every word of `query`, for the palette. Commands that only move, and
/// answers by number, are left out.
pub fn search(context: Context, query: &str, lang: Lang) -> Vec<&'static Row> {
    let query = query.to_lowercase();
    rows(context)
        .filter(|r| {
            !matches!(
                r.command,
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
        })
        .filter(|r| {
            let name = r.name(lang).to_lowercase();
            query.split_whitespace().all(|w| name.contains(w))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::KeyName;
    use crate::app::key::latin_of_jamo;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn no_screen_has_a_key_twice() {
        for context in Context::ALL {
            let mut seen: BTreeMap<Key, Command> = BTreeMap::new();
            for row in rows(context) {
                for key in row.keys {
                    let before = seen.insert(*key, row.command);
                    assert_eq!(before, None, "{key} in {context:?}: {before:?} and {:?}", row.command);
                }
            }
        }
    }

    #[test]
    fn every_command_has_a_key_somewhere_and_every_context_has_a_way_out_and_the_language_key() {
        for row in TABLE {
            assert!(!row.keys.is_empty() && !row.contexts.is_empty(), "{:?}", row.command);
        }
        for context in Context::ALL {
            let commands: BTreeSet<Command> = rows(context).map(|r| r.command).collect();
            assert!(commands.contains(&Command::Language), "{context:?}");
            let out = [Command::Back, Command::Quit, Command::No];
            assert!(out.iter().any(|c| commands.contains(c)), "{context:?}");
        }
    }

    #[test]
    fn the_kiosk_has_no_command_that_shows_anything_else() {
        for row in rows(Context::Kiosk) {
            let allowed = matches!(
                row.command,
                Command::Answer(_)
                    | Command::Open
                    | Command::PrevQuestion
                    | Command::NextQuestion
                    | Command::Up
                    | Command::Down
                    | Command::Back
                    | Command::Language
            );
            assert!(allowed, "{:?}", row.command);
        }
    }

    #[test]
    fn every_letter_key_of_every_screen_can_be_typed_with_hangul_mode_on() {
        let jamo: BTreeSet<char> = ('\u{3131}'..='\u{3163}').filter_map(latin_of_jamo).collect();
        for row in TABLE {
            for key in row.keys {
                // Capitals without a double consonant on their key arrive as the plain jamo; they have another key.
                if let KeyName::Char(c) = key.name
                    && c.is_ascii_lowercase()
                {
                    assert!(jamo.contains(&c), "{c} of {:?}", row.command);
                }
            }
        }
    }

    #[test]
    fn every_command_is_named_in_both_languages() {
        for row in TABLE {
            for id in [Some(row.name), row.short].into_iter().flatten() {
                assert!(Lang::Ko.say(id) != id && Lang::En.say(id) != id, "{id}");
            }
            assert!(row.name(Lang::Ko).chars().any(|c| ('가'..='힣').contains(&c)), "{}", row.name);
        }
    }

    #[test]
    fn the_palette_finds_by_words_in_any_order() {
        let found = search(Context::Client, "session begin", Lang::En);
        assert_eq!(found.first().map(|r| r.command), Some(Command::BeginSession));
    }
}
