//! From a draft to a signed note and on: lines decided about, ready, signed, amended with a reason, handed out; and to the
//! words that a line rests on and back.

use crate::app::command::Command;
use crate::app::effect::{Amendment, Effect};
use crate::app::field::Field;
use crate::app::flow::note;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::live::Pane;
use crate::app::state::note::{Asking, NotePage};
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::note::states::{self, Act};
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::text::ClientText;
use crate::domain::record::NoteState;

/// A command about the note as a whole or about the line under the caret.
pub fn given(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(note) = &mut model.note else { return Vec::new() };
    match command {
        Command::KeepLine | Command::DropLine if !note.open() => model.say(Say::NoteIsSigned),
        Command::KeepLine => {
            if note.page.keep_line() {
                note.page.to_waiting();
                model.say(Say::LineKept);
            } else {
                model.say(Say::NothingChosen);
            }
        }
        Command::DropLine => {
            if note.page.drop_line() {
                model.say(Say::LineDropped);
            } else {
                model.say(Say::NothingChosen);
            }
        }
        Command::GoToQuote => return to_words(model),
        Command::NoteSign if states::is_signed(note.state) => model.say(Say::NoteIsSigned),
        Command::NoteSign => ask_to_sign(model),
        Command::NoteAmend if !states::is_signed(note.state) => model.say(Say::NotSignedYet),
        Command::NoteAmend => {
            note.amending = true;
            note.side = false;
            model.say(Say::Amending);
        }
        Command::ExportNote if note.unsaved() || !note.existed && note.saved.is_none() => model.say(Say::SaveFirst),
        Command::ExportNote => note.asking = Some(Asking::Export(Field::default())),
        _ => {}
    }
    Vec::new()
}

/// Asks, where every line is decided about; else it was said what waits.
fn ask_to_sign(model: &mut Model) {
    let running = model.live.as_ref().filter(|l| l.running()).and_then(|l| l.session);
    if running.is_some() && running == model.note.as_ref().map(|n| n.session) {
        model.say(Say::SessionRuns);
        return;
    }
    if note::decided(model) {
        model.overlay = Some(Overlay::Confirm(Question::SignNote));
    }
}

/// The counsellor signs, after the text is sealed where it was changed.
pub fn sign(model: &mut Model) -> Vec<Effect> {
    let Some(note) = model.note.as_mut().filter(|n| n.saving.is_none()) else { return Vec::new() };
    if note.unsaved() {
        note.then = Some(Act::Sign);
        return note::save(model);
    }
    vec![Effect::ChangeNote { session: note.session, act: Act::Sign }]
}

/// It was done and is on disk.
pub fn changed(model: &mut Model, session: SessionId, state: NoteState) -> Vec<Effect> {
    let Some(note) = model.note.as_mut().filter(|n| n.session == session) else { return Vec::new() };
    note.state = state;
    if states::is_signed(state) {
        note.amending = false;
    }
    let client = note.client.id;
    model.say(Say::NoteStands(state));
    vec![Effect::OpenClient(client)]
}

/// Enter or Escape while something is asked for below the note.
pub fn answered(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(note) = &mut model.note else { return Vec::new() };
    let Some(asking) = note.asking.take() else { return Vec::new() };
    if command == Command::Back {
        // Nothing that was to follow follows a later saving.
        (note.leaving, note.then) = (None, None);
        return Vec::new();
    }
    let typed = asking.field().text().trim().to_owned();
    // A section may be drafted again without a word about how.
    let may_be_blank = matches!(asking, Asking::Again(_));
    if command != Command::Open || typed.is_empty() && !may_be_blank {
        note.asking = Some(asking);
        return Vec::new();
    }
    match asking {
        Asking::Find(_) => {
            // Enter again goes on to the next place.
            note.asking = Some(asking);
            if !note.page.find(&typed) {
                model.say(Say::FoundNowhere);
            }
            Vec::new()
        }
        Asking::Again(_) => note::redraft(model, &typed),
        Asking::Amend(_) => {
            let edits = note.page.edits();
            note.saving = Some(edits);
            let (session, draft) = (note.session, note.page.draft());
            vec![Effect::AmendNote(Box::new(Amendment { session, draft, reason: ClientText::new(&typed), edits }))]
        }
        Asking::Export(_) => {
            let file = Field::with(&file_name(note));
            note.asking = Some(Asking::File { reason: typed, file });
            Vec::new()
        }
        Asking::File { reason, .. } => vec![Effect::ExportNote { session: note.session, reason, file: typed }],
    }
}

/// A name without anything of the client but the code.
fn file_name(note: &NotePage) -> String {
    format!("{}-{}.pdf", note.client.code, note.number)
}

/// To the line of the transcript that the line under the caret rests on; Back leads here again.
fn to_words(model: &mut Model) -> Vec<Effect> {
    let Some(note) = &model.note else { return Vec::new() };
    let wanted = note.page.line().and_then(|l| l.evidence.first()).map(|e| e.utterance);
    let session = note.session;
    let Some(id) = wanted else {
        model.say(Say::NoWordsBehind);
        return Vec::new();
    };
    if let Some(live) = model.live.as_mut().filter(|l| l.session == Some(session)) {
        live.script.choose(id);
        live.pane = Pane::Transcript;
        model.go(Screen::Live);
    } else if let Some(past) = model.past.as_mut().filter(|p| p.file.row.id == session) {
        past.script.choose(id);
        past.pane = Pane::Transcript;
        model.go(Screen::Past);
    } else {
        model.say(Say::NoWordsBehind);
    }
    Vec::new()
}
