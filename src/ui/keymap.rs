//! From what the terminal reports to a message: keys through the table of commands, letters to text where text is
//! typed, Hangul letters as the keys they lie on, the wheel, pasting, the size.

use crate::app::command::Command;
use crate::app::field::{Edit, Step};
use crate::app::key::{Key, KeyName, latin_of_jamo};
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::app::pages::{is_selected, of_key, page, typing};
use crate::ui::view::View;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

/// The message of an event; `None` when it means nothing here.
pub fn message(model: &Model, event: &Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            selecting(model, key).map(Msg::Type).or_else(|| of_pressed(model, pressed(key)?))
        }
        Event::Paste(text) if typing(model) => Some(Msg::Type(Edit::Insert(text.clone()))),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Msg::Scroll(-1)),
            MouseEventKind::ScrollDown => Some(Msg::Scroll(1)),
            _ => None,
        },
        Event::Resize(cols, rows) => Some(Msg::Resize(*cols, *rows)),
        _ => None,
    }
}

/// What a press of the mouse means on the frame that is shown: what the keys would send. Nothing where no place was pressed.
pub fn clicked(view: &View, event: &Event) -> Vec<Msg> {
    match event {
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::Down(MouseButton::Left) => {
            view.hits.at(mouse.column, mouse.row)
        }
        _ => Vec::new(),
    }
}

/// The message of a key.
pub fn of_pressed(model: &Model, key: Key) -> Option<Msg> {
    if typing(model) && key.ctrl && matches!(key.name, KeyName::Left | KeyName::Right) {
        return Some(Msg::Type(if key.name == KeyName::Left { Edit::WordLeft } else { Edit::WordRight }));
    }
    // What everybody's fingers do with something selected; with nothing, the keys mean what they mean everywhere.
    if key.ctrl && is_selected(model) && matches!(key.name, KeyName::Char('x' | 'c')) {
        return Some(Msg::Type(if key == Key::ctrl('x') { Edit::Cut } else { Edit::Copy }));
    }
    if typing(model) && key.is_text() {
        return edit(key).map(Msg::Type);
    }
    of_key(model, latin(key)).map(Msg::Do)
}

/// Shift with an arrow selects where text is written in sections.
fn selecting(model: &Model, event: &KeyEvent) -> Option<Edit> {
    let text_of = page(model.screen).text;
    if !event.modifiers.contains(KeyModifiers::SHIFT) || !typing(model) || text_of(model).is_none() {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(Edit::Select(match event.code {
        KeyCode::Left if ctrl => Step::WordLeft,
        KeyCode::Right if ctrl => Step::WordRight,
        KeyCode::Home if ctrl => Step::Top,
        KeyCode::End if ctrl => Step::Bottom,
        KeyCode::Left => Step::Left,
        KeyCode::Right => Step::Right,
        KeyCode::Up => Step::Up,
        KeyCode::Down => Step::Down,
        KeyCode::Home => Step::Home,
        KeyCode::End => Step::End,
        _ => return None,
    }))
}

/// With Hangul mode on, a command key arrives as the letter that lies on it.
fn latin(key: Key) -> Key {
    match key.name {
        KeyName::Char(c) => Key { name: KeyName::Char(latin_of_jamo(c).unwrap_or(c)), ..key },
        _ => key,
    }
}

fn edit(key: Key) -> Option<Edit> {
    Some(match key.name {
        KeyName::Char(c) => Edit::Insert(c.to_string()),
        KeyName::Backspace => Edit::Backspace,
        KeyName::Delete => Edit::Delete,
        KeyName::Left => Edit::Left,
        KeyName::Right => Edit::Right,
        KeyName::Home => Edit::Home,
        KeyName::End => Edit::End,
        _ => return None,
    })
}

fn pressed(event: &KeyEvent) -> Option<Key> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let name = match event.code {
        // Terminals differ in whether a control letter is reported as a capital.
        KeyCode::Char(c) if ctrl => KeyName::Char(latin_of_jamo(c).unwrap_or(c).to_ascii_lowercase()),
        KeyCode::Char(c) => KeyName::Char(c),
        KeyCode::F(n) => KeyName::F(n),
        KeyCode::Enter => KeyName::Enter,
        KeyCode::Esc => KeyName::Esc,
        KeyCode::Tab => KeyName::Tab,
        KeyCode::BackTab => KeyName::BackTab,
        KeyCode::Backspace => KeyName::Backspace,
        KeyCode::Delete => KeyName::Delete,
        KeyCode::Left => KeyName::Left,
        KeyCode::Right => KeyName::Right,
        KeyCode::Up => KeyName::Up,
        KeyCode::Down => KeyName::Down,
        KeyCode::Home => KeyName::Home,
        KeyCode::End => KeyName::End,
        KeyCode::PageUp => KeyName::PageUp,
        KeyCode::PageDown => KeyName::PageDown,
        _ => return None,
    };
    Some(Key { name, ctrl, alt: event.modifiers.contains(KeyModifiers::ALT) })
}

/// True for a message that only a person sends; the loop draws after it at once.
pub const fn by_hand(msg: &Msg) -> bool {
    matches!(msg, Msg::Do(_) | Msg::Type(_) | Msg::Scroll(_) | Msg::Choose(_) | Msg::Resize(..))
}

/// The command that a key gives in the model's context, for tests and the help.
pub fn command_of(model: &Model, key: Key) -> Option<Command> {
    match of_pressed(model, key) {
        Some(Msg::Do(command)) => Some(command),
        _ => None,
    }
}
