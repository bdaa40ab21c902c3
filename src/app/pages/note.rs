//! Writing the note of a session. Model text gets in only when a person takes a suggestion.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, PANES, SELECTED};
use crate::app::command::{Command, Row, row, steps};
use crate::app::editor::decide::waits;
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::flow::{note, signing};
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, KeyPlace, Page};
use crate::app::state::note::{Asking, text_width};
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::governance::access::Capability;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::session_event::{Decision, SessionCommand};

const COMMANDS: &[Row] = &[
    row!(Command::Save, [Key::ctrl('s')], "key-save-draft", "key-save-draft.short"),
    row!(Command::HandIn, [Key::ctrl('r')], "key-hand-in", "key-hand-in.short"),
    row!(Command::Format, [Key::ctrl('t')], "key-another-form-note", "key-another-form-note.short"),
    row!(Command::DraftNote, [Key::ctrl('b')], "key-draft-note", "key-draft-note.short").needing(Capability::WriteNote),
    row!(Command::Undo, [Key::ctrl('u')], "key-undo", "key-undo.short"),
    row!(Command::Redo, [Key::ctrl('e')], "key-redo"),
    row!(Command::FindWords, [Key::ctrl('f')], "key-find-words"),
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-new-line"),
];

const DECIDING: &[Row] = &[
    row!(Command::KeepLine, [Key::ctrl('k')], "key-keep-line", "key-keep-line.short"),
    row!(Command::DropLine, [Key::ctrl('d')], "key-drop-line", "key-drop-line.short"),
    row!(Command::RedraftSection, [Key::alt('r')], "key-redraft-section", "key-redraft-section.short")
        .needing(Capability::WriteNote),
    row!(Command::GoToQuote, [Key::ctrl('g')], "key-go-words-rests", "key-go-words-rests.short"),
    row!(Command::NoteSign, [Key::ctrl('y')], "key-note-sign", "key-note-sign.short").needing(Capability::SignNote),
    row!(Command::NoteAmend, [Key::ctrl('a')], "key-note-amend", "key-note-amend.short"),
    row!(Command::ExportNote, [Key::ctrl('o')], "key-note-export").needing(Capability::ExportContent),
];

const PAGES: &[Row] = &[
    row!(Command::PageUp, [Key::plain(KeyName::PageUp)], "key-page-up"),
    row!(Command::PageDown, [Key::plain(KeyName::PageDown)], "key-page-down"),
];

/// The note.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, DECIDING, SELECTED, ARROWS, PAGES, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    key_place,
    step: command,
    typing: |model| model.note.as_ref().is_some_and(|n| n.typing()),
    typed,
    text: |model| model.note.as_ref().filter(|n| n.typing() && n.asking.is_none()).map(|n| &n.page),
    ..Page::PLAIN
};

/// A signed note is only amended and taken away; one that is still written is not amended.
fn key_place(model: &Model, command: Command) -> KeyPlace {
    let Some(note) = &model.note else { return KeyPlace::InOrder };
    match command {
        Command::Save
        | Command::Format
        | Command::DraftNote
        | Command::Undo
        | Command::KeepLine
        | Command::DropLine
        | Command::NoteSign
            if !note.open() =>
        {
            KeyPlace::Left
        }
        Command::NoteAmend if !note.open() => KeyPlace::First,
        Command::NoteAmend => KeyPlace::Left,
        // Where a line waits for a decision the keys of deciding come first.
        Command::KeepLine | Command::DropLine if note.page.line().is_some_and(waits) => KeyPlace::First,
        Command::KeepLine | Command::DropLine => KeyPlace::Left,
        // There is something to draft into while nothing is written, and something to sign once there is.
        Command::DraftNote if !note.page.is_blank() => KeyPlace::Left,
        Command::NoteSign if note.page.is_blank() => KeyPlace::Left,
        _ => KeyPlace::InOrder,
    }
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let width = text_width(model.cols);
    if let Some(note) = &mut model.note {
        if let Some(asking) = &mut note.asking {
            asking.field_mut().edit(edit);
        } else if note.drafting {
            model.say(Say::Drafting);
        } else if note.open() || !edit.changes() {
            note.page.edit_at(edit, width);
        } else {
            model.say(Say::NoteIsSigned);
        }
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let width = text_width(model.cols);
    let page_rows = model.rows / 2;
    let Some(note) = &mut model.note else {
        model.back();
        return Vec::new();
    };
    if note.asking.is_some() {
        return signing::answered(model, command);
    }
    if note.drafting && !matches!(command, Command::Back | Command::Up | Command::Down) {
        model.say(Say::Drafting);
        return Vec::new();
    }
    use Command::{DraftNote, Format, Redo, RedraftSection, Undo};
    let changes =
        matches!(command, Undo | Redo | Format | DraftNote | RedraftSection) || command == Command::Open && !note.side;
    if changes && !note.open() {
        model.say(Say::NoteIsSigned);
        return Vec::new();
    }
    match command {
        Command::KeepLine
        | Command::DropLine
        | Command::GoToQuote
        | Command::NoteSign
        | Command::NoteAmend
        | Command::ExportNote => return signing::given(model, command),
        Command::NextPane | Command::PrevPane => note.side = !note.side && !note.offers.is_empty(),
        Command::Save => return note::save(model),
        Command::HandIn => return note::hand_in(model),
        Command::Undo => {
            if !note.page.undo() {
                model.say(Say::NothingToUndo);
            }
        }
        Command::Redo => {
            if !note.page.redo() {
                model.say(Say::NothingToUndo);
            }
        }
        Command::FindWords => note.asking = Some(Asking::Find(Field::default())),
        Command::DraftNote => return note::draft(model),
        Command::RedraftSection => return note::ask_redraft(model),
        Command::Format => {
            let all = &model.formats;
            let at = all.iter().position(|f| f.id == note.page.format()).map_or(0, |i| i + 1);
            // A template that was taken away is read and not begun.
            let next = (0..all.len()).map(|n| &all[(at + n) % all.len()]).find(|f| !f.retired);
            if let Some(next) = next {
                note.page.reform(next, &model.formats);
            }
        }
        Command::Open if note.side => {
            let Some(offer) = note.offers.get(note.offer_at).cloned() else {
                model.say(Say::NothingChosen);
                return Vec::new();
            };
            let session = note.session;
            return take_here(model, session, &offer);
        }
        Command::Open => note.page.newline(),
        Command::Back => {
            if note.unsaved() && model.live.as_ref().is_none_or(|l| l.session != Some(note.session)) {
                model.overlay = Some(Overlay::Confirm(Question::LeaveNote));
            } else {
                // The note of the session on the live screen stays as it is, behind it: what is sealed of it would not be read again.
                let session = note.session;
                let of_live = model.live.as_ref().is_some_and(|l| l.session == Some(session));
                // What was deleted again comes back from nowhere.
                let deleted = !note.unsaved() && note.guarded > 0 && note.page.is_blank() && !note.existed;
                if !of_live {
                    model.note = None;
                }
                model.back();
                if deleted {
                    return vec![Effect::DropTyping(session)];
                }
            }
        }
        Command::Up if !note.side => {
            note.page.up(width);
        }
        Command::Down if !note.side => {
            note.page.down(width);
        }
        Command::PageUp if !note.side => {
            for _ in 0..page_rows {
                note.page.up(width);
            }
        }
        Command::PageDown if !note.side => {
            for _ in 0..page_rows {
                note.page.down(width);
            }
        }
        _ => {
            if let Some(by) = steps(command) {
                note.offer_at = step(note.offer_at, by, note.offers.len());
            }
        }
    }
    Vec::new()
}

fn take_here(model: &mut Model, session: SessionId, offer: &Suggestion) -> Vec<Effect> {
    if !note::insert(model, offer) {
        model.say(Say::AlreadyTaken);
        return Vec::new();
    }
    model.say(Say::Taken);
    let technique = offer.technique.clone();
    if let Some(live) = model.live.as_mut().filter(|l| l.session == Some(session)) {
        live.decided.insert(technique.clone(), Decision::Accepted);
        if live.running() {
            return vec![Effect::Session(SessionCommand::Decide { technique, decision: Decision::Accepted })];
        }
    }
    vec![Effect::KeepDecision { session, technique, decision: Decision::Accepted }]
}
