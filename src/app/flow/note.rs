//! The note: opening it from a session, taking suggestions into it, sealing it. Model text gets in only when a person
//! takes a suggestion.

use crate::app::editor::NoteText;
use crate::app::effect::{Effect, Redraft};
use crate::app::field::Field;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::live::as_line;
use crate::app::state::note::{Asking, Leaving, NotePage, suggestions_at};
use crate::app::views::{Draft, DraftLine, LineOrigin, WorkingCopy};
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::explain::ErrorReport;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::states;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::text::ClientText;
use crate::domain::record::NoteState;
use std::sync::Arc;

fn format<'a>(model: &'a Model, id: &str) -> Option<&'a NoteFormat> {
    model.formats.iter().find(|f| f.id == id)
}

fn open(
    model: &mut Model,
    client: ClientRow,
    session: SessionId,
    number: u32,
    draft: Option<&Draft>,
    typed: Option<&WorkingCopy>,
    offers: Vec<Suggestion>,
) -> Vec<Effect> {
    let effects = make_room(model, session);
    if model.note.as_ref().is_none_or(|n| n.session != session) {
        let shown = typed.map(|copy| &copy.draft).or(draft);
        let known = shown.and_then(|d| format(model, &d.format));
        let Some(form) = known.or_else(|| model.formats.first()) else {
            model.say(Say::NoSession);
            return effects;
        };
        let page = shown.map_or_else(|| NoteText::empty(form), |d| NoteText::open(form, d));
        model.note = Some(NotePage {
            client,
            session,
            number,
            page,
            offers,
            offer_at: 0,
            side: false,
            saving: None,
            // What was typed before a crash is not what is sealed.
            saved: typed.map(|_| u64::MAX),
            leaving: None,
            existed: draft.is_some(),
            state: draft.map(|d| d.state).unwrap_or_default(),
            amending: typed.is_some_and(|copy| copy.amending),
            asking: None,
            drafting: false,
            then: None,
            guarded: 0,
            guard_at: None,
        });
        if typed.is_some() {
            model.say(Say::TypingBack);
        }
    } else if let Some(note) = &mut model.note {
        note.offers = offers;
        note.offer_at = step(note.offer_at, 0, note.offers.len());
    }
    model.go(Screen::Note);
    if model.note.as_ref().is_some_and(|n| !n.open()) {
        model.say(Say::NoteIsSigned);
    }
    effects
}

/// The session on the live screen.
fn live_session(model: &Model) -> Option<SessionId> {
    model.live.as_ref().and_then(|live| live.session)
}

/// The note that is open makes room for that of another session: what is not kept of it is kept against a crash, and that of the
/// session on the live screen waits until it is asked for again.
fn make_room(model: &mut Model, session: SessionId) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.note.as_ref().is_some_and(|n| n.session != session) {
        effects = keep_typing(model);
        let live = live_session(model);
        let other = model.note.take().filter(|n| Some(n.session) == live);
        model.live_note = other.or(model.live_note.take());
    }
    if model.note.is_none() {
        model.note = model.live_note.take_if(|n| n.session == session);
    }
    effects
}

/// Opens the note of the running session.
pub fn open_from_live(model: &mut Model) -> Vec<Effect> {
    let Some(live) = &model.live else { return Vec::new() };
    let Some(session) = live.session else {
        model.say(Say::NoSession);
        return Vec::new();
    };
    let (client, number) = (live.client.clone(), live.number);
    let offers = live.suggestions.clone();
    open(model, client, session, number, None, None, offers)
}

/// Opens the note of the open past session.
pub fn open_from_past(model: &mut Model) -> Vec<Effect> {
    let Some(past) = &model.past else { return Vec::new() };
    let file = past.file.clone();
    let (note, typed) = (file.note.as_ref(), file.unsaved.as_ref());
    open(model, file.client, file.row.id, file.row.number, note, typed, file.suggestions)
}

/// Opens the note of the session that is marked at the open client.
pub fn open_from_client(model: &mut Model) -> Vec<Effect> {
    let Some(page) = &model.client else { return Vec::new() };
    let Some(row) = page.file.sessions.get(page.session) else {
        model.say(Say::NoSession);
        return Vec::new();
    };
    if model.live.as_ref().is_some_and(|l| l.session == Some(row.id)) {
        return open_from_live(model);
    }
    model.note_wanted = Some(row.id);
    vec![Effect::OpenSession { client: page.file.client.id, session: row.id }]
}

/// Puts an accepted suggestion of the running session into its note.
pub fn take(model: &mut Model, session: Option<SessionId>, suggestion: &Suggestion) -> Vec<Effect> {
    let Some(session) = session else { return Vec::new() };
    let mut effects = Vec::new();
    if model.note.as_ref().is_none_or(|n| n.session != session) {
        let Some(live) = &model.live else { return effects };
        let (client, number, offers) = (live.client.clone(), live.number, live.suggestions.clone());
        let screen = model.screen;
        let trail = model.trail.clone();
        effects = open(model, client, session, number, None, None, offers);
        (model.screen, model.trail) = (screen, trail);
    }
    insert(model, suggestion);
    effects
}

/// Puts a suggestion into the note; false when it is there already.
pub fn insert(model: &mut Model, suggestion: &Suggestion) -> bool {
    let formats = model.formats.clone();
    let Some(note) = model.note.as_mut().filter(|n| n.open()) else { return false };
    if note.page.has(&suggestion.technique) {
        return false;
    }
    let at = formats.iter().find(|f| f.id == note.page.format()).map_or(0, suggestions_at);
    let line = as_line(suggestion);
    let LineOrigin::Accepted { technique, .. } = line.origin else { return false };
    note.page.take(at, technique, line.text.reveal(), line.evidence);
    true
}

/// Asks for a draft of the note, from what was said. Only into a note without words: nothing is written over.
pub fn draft(model: &mut Model) -> Vec<Effect> {
    let running = model.live.as_ref().filter(|l| l.running()).and_then(|l| l.session);
    let Some(note) = &mut model.note else { return Vec::new() };
    if running == Some(note.session) {
        model.say(Say::SessionRuns);
        return Vec::new();
    }
    if !note.page.is_blank() {
        model.say(Say::DraftNeedsBlank);
        return Vec::new();
    }
    note.drafting = true;
    let (session, format) = (note.session, note.page.format().to_owned());
    model.say(Say::Drafting);
    vec![Effect::DraftNote { session, format }]
}

/// The draft is on disk: the note is read again with it. Said where no model had a part in it.
pub fn drafted(model: &mut Model, session: SessionId, without: Option<ErrorReport>) -> Vec<Effect> {
    let Some(note) = model.note.take_if(|n| n.session == session) else { return Vec::new() };
    model.note_wanted = Some(session);
    model.say(without.map_or(Say::Drafted, Say::ErrorReport));
    vec![Effect::OpenSession { client: note.client.id, session }]
}

/// Asks what is wanted of the section under the caret.
pub fn ask_redraft(model: &mut Model) -> Vec<Effect> {
    let running = model.live.as_ref().filter(|l| l.running()).and_then(|l| l.session);
    let Some(note) = &mut model.note else { return Vec::new() };
    if running == Some(note.session) {
        model.say(Say::SessionRuns);
        return Vec::new();
    }
    note.side = false;
    note.asking = Some(Asking::Again(Field::default()));
    Vec::new()
}

/// Asks for the section under the caret to be drafted again, with what is wanted of it.
pub fn redraft(model: &mut Model, instruction: &str) -> Vec<Effect> {
    let Some(note) = &mut model.note else { return Vec::new() };
    let Some(section) = note.page.sections().get(note.page.caret().section) else { return Vec::new() };
    let wanted = Redraft {
        session: note.session,
        format: note.page.format().to_owned(),
        section: section.key.clone(),
        instruction: ClientText::new(instruction),
        present: note.page.drafted(),
    };
    note.drafting = true;
    model.say(Say::Drafting);
    vec![Effect::RedraftSection(Box::new(wanted))]
}

/// A section was proposed again: it stands in the text, which is not saved by it, and one undo takes it back.
pub fn section_drafted(model: &mut Model, session: SessionId, section: &str, lines: &[DraftLine]) -> Vec<Effect> {
    let Some(note) = model.note.as_mut().filter(|n| n.session == session) else { return Vec::new() };
    note.drafting = false;
    if note.open() && note.page.replace_drafted(section, lines) {
        model.say(Say::SectionDrafted);
    }
    Vec::new()
}

/// The centre's own templates stand behind the forms that are built in.
pub fn with_templates(model: &mut Model, own: Vec<NoteFormat>) -> Vec<Effect> {
    let mut all: Vec<NoteFormat> =
        model.formats.iter().filter(|f| !own.iter().any(|o| o.id == f.id)).cloned().collect();
    all.extend(own);
    model.formats = Arc::new(all);
    Vec::new()
}

/// Asks for the note to be sealed.
pub fn save(model: &mut Model) -> Vec<Effect> {
    let Some(note) = &mut model.note else { return Vec::new() };
    if note.saving.is_some() {
        return Vec::new();
    }
    if !note.unsaved() {
        model.say(Say::NothingToSave);
        return Vec::new();
    }
    if note.amending {
        note.asking = Some(Asking::Amend(Field::default()));
        return Vec::new();
    }
    let edits = note.page.edits();
    note.saving = Some(edits);
    vec![Effect::KeepNote { client: note.client.id, session: note.session, draft: note.page.draft(), edits }]
}

/// Hands the note in for review, sealed first where something is not saved.
pub fn hand_in(model: &mut Model) -> Vec<Effect> {
    let running = model.live.as_ref().filter(|l| l.running()).and_then(|l| l.session);
    let Some(note) = &mut model.note else { return Vec::new() };
    if running == Some(note.session) {
        model.say(Say::SessionRuns);
        return Vec::new();
    }
    if note.page.waiting() > 0 {
        decided(model);
        return Vec::new();
    }
    if note.unsaved() {
        note.leaving = Some(Leaving::HandIn);
        return save(model);
    }
    vec![Effect::HandIn(note.session)]
}

/// Seals what is unsaved without a word, before the screen locks by itself.
pub fn save_silently(model: &Model) -> Vec<Effect> {
    model.note.as_ref().map(seal_silently).unwrap_or_default()
}

/// The same of one note.
pub fn seal_silently(note: &NotePage) -> Vec<Effect> {
    // An amendment has no reason yet: it is not sealed without one.
    if !note.unsaved() || note.amending {
        return Vec::new();
    }
    let (client, session) = (note.client.id, note.session);
    vec![Effect::KeepNote { client, session, draft: note.page.draft(), edits: note.page.edits() }]
}

/// It is on disk.
pub fn kept(model: &mut Model, session: SessionId, edits: u64) -> Vec<Effect> {
    if let Some(page) = model.past.as_mut().filter(|page| page.file.row.id == session) {
        page.file.unsaved = None;
    }
    if let Some(note) = model.note.as_mut().filter(|n| n.session == session) {
        note.saving = None;
        note.saved = Some(edits);
        if !states::is_signed(note.state) {
            note.state = NoteState::Draft;
        }
        let then = note.then.take();
        if let Some(act) = then {
            return vec![Effect::ChangeNote { session, act }];
        }
        let leaving = note.leaving;
        note.leaving = None;
        model.say(Say::NoteSaved);
        let client = model.note.as_ref().map(|n| n.client.id);
        match leaving {
            // What was typed since is not saved: one stays.
            Some(Leaving::Screen)
                if model.screen == Screen::Note && model.note.as_ref().is_some_and(|n| !n.unsaved()) =>
            {
                return leave_kept(model);
            }
            Some(Leaving::Program) => return vec![Effect::Quit],
            Some(Leaving::HandIn) => return vec![Effect::HandIn(session)],
            Some(Leaving::Screen) | None => {}
        }
        return client.map(Effect::OpenClient).into_iter().collect();
    }
    Vec::new()
}

/// Leaves a note that was sealed a moment ago.
fn leave_kept(model: &mut Model) -> Vec<Effect> {
    let client = model.note.as_ref().map(|n| n.client.id);
    let mut effects = leave(model);
    effects.extend(client.map(Effect::OpenClient));
    effects
}

/// It could not be sealed.
pub fn not_kept(model: &mut Model) {
    if let Some(note) = &mut model.note {
        note.saving = None;
        note.leaving = None;
        note.then = None;
        note.drafting = false;
    }
}

/// Seals the note and then leaves its screen, or the program; stays where it cannot be sealed.
pub fn keep_and_leave(model: &mut Model, program: bool) -> Vec<Effect> {
    if let Some(note) = &mut model.note {
        note.leaving = Some(if program { Leaving::Program } else { Leaving::Screen });
    }
    save(model)
}

/// Leaves the note without what is not saved.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    let kept = |note: &NotePage| note.unsaved() && (note.guarded > 0 || note.saved == Some(u64::MAX));
    let unsaved = model.note.take().filter(kept).map(|note| note.session);
    if let Some(page) = model.past.as_mut().filter(|page| Some(page.file.row.id) == unsaved) {
        page.file.unsaved = None;
    }
    model.back();
    unsaved.map(Effect::DropTyping).into_iter().collect()
}

/// Keeps what was typed against a crash, where it is time.
pub fn guard(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(note) = model.note.as_mut() else { return Vec::new() };
    if !note.guard_due(now) {
        return Vec::new();
    }
    let (draft, edits) = (note.page.draft(), note.page.edits());
    vec![Effect::KeepTyping { session: note.session, draft, amending: note.amending, edits }]
}

/// Keeps what was typed against a crash, at once: the terminal is gone.
pub fn keep_typing(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    if let Some(note) = &mut model.note {
        note.plan_guard(now);
        note.guard_at = note.guard_at.map(|_| now);
    }
    guard(model)
}

/// What was typed could not be kept: the next change tries again.
pub fn not_guarded(model: &mut Model) {
    if let Some(note) = &mut model.note {
        note.guarded = note.page.edits();
    }
}

/// True where nothing waits for a decision; else the caret goes there and it is said how many.
pub fn decided(model: &mut Model) -> bool {
    let Some(note) = model.note.as_mut() else { return false };
    let waiting = note.page.waiting();
    if waiting > 0 {
        note.page.to_waiting();
        model.say(Say::LinesWait(waiting));
    }
    waiting == 0
}
