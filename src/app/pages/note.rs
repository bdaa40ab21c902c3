//! Writing the note of a session. Model text gets in only when a person takes a suggestion.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::pages::live::as_line;
use crate::app::pages::over::{Overlay, Question};
use crate::app::pages::steps;
use crate::app::views::{Draft, LineOrigin};
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::SessionId;

/// The section that accepted suggestions go to: what is to be done next. A form without one of this name takes them
/// in its last section, where what comes next stands.
const PLAN: &str = "plan";

/// Position of the section that takes suggestions.
pub fn suggestions_at(format: &NoteFormat) -> usize {
    format.sections.iter().position(|s| s.id == PLAN).unwrap_or(format.sections.len().saturating_sub(1))
}

/// Columns of the screen from which the suggestions stand beside the note.
pub const BESIDE_FROM: u16 = 100;
/// Columns of the suggestions beside the note.
pub const BESIDE: u16 = 40;

/// The note screen.
#[derive(Debug, Clone)]
pub struct NotePage {
    /// Whose.
    pub client: ClientRow,
    /// Of which session.
    pub session: SessionId,
    /// Which session of that client.
    pub number: u32,
    /// The text.
    pub page: Page,
    /// Suggestions that may be taken.
    pub offers: Vec<Suggestion>,
    /// Which of them is marked.
    pub offer_at: usize,
    /// Keys go to the suggestions.
    pub side: bool,
    /// Being sealed: the count of edits that it holds.
    pub saving: Option<u64>,
    /// Sealed and synced: the count of edits that it holds.
    pub saved: Option<u64>,
    /// A revision of this note was there before.
    pub existed: bool,
}

impl NotePage {
    /// True when letters are text.
    pub const fn typing(&self) -> bool {
        !self.side
    }

    /// True when something would be lost by leaving.
    pub fn unsaved(&self) -> bool {
        let clean = self.saved.map_or(0, |e| e);
        self.page.edits() != clean && !(self.page.is_blank() && self.saved.is_none() && !self.existed)
    }
}

/// Columns that the text of the note has on a screen so wide: the rules left and right, a mark and a space less.
pub const fn text_width(cols: u16) -> u16 {
    let beside = if cols >= BESIDE_FROM { BESIDE } else { 0 };
    cols.saturating_sub(beside + 4)
}

fn format<'a>(model: &'a Model, id: &str) -> Option<&'a NoteFormat> {
    model.formats.iter().find(|f| f.id == id)
}

fn open(
    model: &mut Model,
    client: ClientRow,
    session: SessionId,
    number: u32,
    draft: Option<&Draft>,
    offers: Vec<Suggestion>,
) {
    if model.note.as_ref().is_none_or(|n| n.session != session) {
        let known = draft.and_then(|d| format(model, &d.format));
        let Some(form) = known.or_else(|| model.formats.first()) else {
            model.say(Say::NoSession);
            return;
        };
        let page = draft.map_or_else(|| Page::empty(form), |d| Page::open(form, d));
        model.note = Some(NotePage {
            client,
            session,
            number,
            page,
            offers,
            offer_at: 0,
            side: false,
            saving: None,
            saved: None,
            existed: draft.is_some(),
        });
    } else if let Some(note) = &mut model.note {
        note.offers = offers;
        note.offer_at = step(note.offer_at, 0, note.offers.len());
    }
    model.go(Context::Note);
}

pub(super) fn open_from_live(model: &mut Model) -> Vec<Effect> {
    let Some(live) = &model.live else { return Vec::new() };
    let Some(session) = live.session else {
        model.say(Say::NoSession);
        return Vec::new();
    };
    let (client, number) = (live.client.clone(), live.number);
    let offers = live.suggestions.clone();
    open(model, client, session, number, None, offers);
    Vec::new()
}

pub(super) fn open_from_past(model: &mut Model) -> Vec<Effect> {
    let Some(past) = &model.past else { return Vec::new() };
    let file = past.file.clone();
    open(model, file.client, file.row.id, file.row.number, file.note.as_ref(), file.suggestions);
    Vec::new()
}

pub(super) fn open_from_client(model: &mut Model) -> Vec<Effect> {
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
pub(super) fn take(model: &mut Model, session: Option<SessionId>, suggestion: &Suggestion) {
    let Some(session) = session else { return };
    if model.note.as_ref().is_none_or(|n| n.session != session) {
        let Some(live) = &model.live else { return };
        let (client, number, offers) = (live.client.clone(), live.number, live.suggestions.clone());
        let screen = model.screen;
        let trail = model.trail.clone();
        open(model, client, session, number, None, offers);
        (model.screen, model.trail) = (screen, trail);
    }
    insert(model, suggestion);
}

fn insert(model: &mut Model, suggestion: &Suggestion) -> bool {
    let formats = model.formats.clone();
    let Some(note) = &mut model.note else { return false };
    if note.page.has(&suggestion.technique) {
        return false;
    }
    let at = formats.iter().find(|f| f.id == note.page.format()).map_or(0, suggestions_at);
    let line = as_line(suggestion);
    let LineOrigin::Accepted { technique, .. } = line.origin else { return false };
    note.page.take(at, technique, line.text.reveal(), line.evidence);
    true
}

pub(super) fn typed(model: &mut Model, edit: &Edit) {
    if let Some(note) = &mut model.note {
        note.page.edit(edit);
    }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let width = text_width(model.cols);
    let page_rows = model.rows / 2;
    let Some(note) = &mut model.note else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::NextPane | Command::PrevPane => note.side = !note.side && !note.offers.is_empty(),
        Command::Save => return save(model),
        Command::Format => {
            let at = model.formats.iter().position(|f| f.id == note.page.format()).map_or(0, |i| i + 1);
            if let Some(next) = model.formats.get(at % model.formats.len().max(1)) {
                note.page = note.page.reform(next);
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
                // During a session the note stays as it is, behind the live screen.
                let keep = note.unsaved();
                if !keep {
                    model.note = None;
                }
                model.back();
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
    use crate::app::session_event::{Decision, SessionCommand};
    if !insert(model, offer) {
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

fn save(model: &mut Model) -> Vec<Effect> {
    let Some(note) = &mut model.note else { return Vec::new() };
    if note.saving.is_some() {
        return Vec::new();
    }
    if !note.unsaved() {
        model.say(Say::NothingToSave);
        return Vec::new();
    }
    let edits = note.page.edits();
    note.saving = Some(edits);
    vec![Effect::KeepNote { client: note.client.id, session: note.session, draft: note.page.draft(), edits }]
}

/// Seals what is unsaved without a word, before the screen locks by itself.
pub(super) fn save_silently(model: &Model) -> Vec<Effect> {
    let Some(note) = model.note.as_ref().filter(|n| n.unsaved()) else { return Vec::new() };
    let (client, session) = (note.client.id, note.session);
    vec![Effect::KeepNote { client, session, draft: note.page.draft(), edits: note.page.edits() }]
}

pub(super) fn kept(model: &mut Model, session: SessionId, edits: u64) -> Vec<Effect> {
    if let Some(note) = model.note.as_mut().filter(|n| n.session == session) {
        note.saving = None;
        note.saved = Some(edits);
        model.say(Say::NoteSaved);
        let client = model.note.as_ref().map(|n| n.client.id);
        return client.map(Effect::OpenClient).into_iter().collect();
    }
    Vec::new()
}

pub(super) fn not_kept(model: &mut Model) {
    if let Some(note) = &mut model.note {
        note.saving = None;
    }
}
