//! The note beside what it rests on. Lines that came from a model carry ✦, or ✎ when a person changed them.

use crate::app::editor::TextLine;
use crate::app::model::Model;
use crate::app::state::note::{Asking, BESIDE_FROM, NotePage, beside, text_width};
use crate::app::views::LineOrigin;
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::statement::{LineCheck, Support};
use crate::domain::note::states;
use crate::domain::record::NoteState;
use crate::domain::transcript::place;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::suggestions::list;
use crate::ui::widgets::{editor, field, named, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Clear;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView { status: Some(status), ..ScreenView::new(draw) };

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(note) = &model.note else { return };
    let theme = view.theme;
    let (left, right) = if area.width >= BESIDE_FROM {
        let w = area.width - beside(area.width);
        (Rect { width: w, ..area }, Rect { x: area.x + w, width: area.width - w, ..area })
    } else {
        let low = if note.side { 10 } else { 5 };
        let h = area.height - low;
        (Rect { height: h, ..area }, Rect { y: area.y + h, height: low, ..area })
    };
    editor(frame, left, model, note, view);
    if let Some(asking) = &note.asking {
        let label = match asking {
            Asking::Find(_) => "note-ask-find",
            Asking::Again(_) => "note-ask-again",
            Asking::Amend(_) => "note-ask-amend",
            Asking::Export(_) => "note-ask-export",
            Asking::File { .. } => "note-ask-file",
        };
        let place = Rect { y: area.bottom().saturating_sub(4), height: 4, ..area };
        // Over the note: nothing of it shines through.
        frame.render_widget(Clear, place);
        let inner =
            pane::framed(frame, place, model.lang.say("note-ask-title"), model.lang.say("note-ask-keys"), true, theme);
        let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        field::draw(frame, inside, model.lang.say(label), asking.field(), false, true, theme);
        return;
    }
    if note.side || area.width >= BESIDE_FROM && !line_has_origin(note) {
        offers(frame, right, model, note, theme);
    } else {
        evidence(frame, right, model, note, theme);
    }
}

fn line_has_origin(note: &NotePage) -> bool {
    note.page.line().is_some_and(|l| l.origin != LineOrigin::Typed)
}

fn form<'a>(model: &'a Model, note: &NotePage) -> Option<&'a NoteFormat> {
    model.formats.iter().find(|f| f.id == note.page.format())
}

/// When an utterance was said: of the running session, or of the open past one.
fn when(model: &Model, note: &NotePage, e: &Evidence) -> Option<u64> {
    let live = model.live.as_ref().filter(|l| l.session == Some(note.session)).and_then(|l| l.script.get(e.utterance));
    let past = model.past.as_ref().filter(|p| p.file.row.id == note.session);
    live.or_else(|| past.and_then(|p| p.script.get(e.utterance))).map(|u| u.start_ms)
}

fn editor(frame: &mut Frame<'_>, area: Rect, model: &Model, note: &NotePage, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let format = form(model, note);
    let nth = msg("screens-client-no").shown("number", note.number).text(lang);
    let who = named(model, &note.client.name);
    let title = format!("{} · {who} {} · {nth}", T::NoteTitle.text(lang), note.client.code);
    let name = format.map_or("", |f| f.title(lang));
    let inner = pane::framed(frame, area, &title, name, !note.side, theme);
    let shown = editor::Shown {
        text: &note.page,
        form: format,
        width: text_width(model.cols),
        caret: !note.side && model.overlay.is_none() && note.asking.is_none(),
        glyph: &glyph,
        lang,
    };
    editor::draw(frame, inner, &shown, view);
}

fn glyph(line: &TextLine) -> &'static str {
    match &line.origin {
        LineOrigin::Typed | LineOrigin::Said { .. } | LineOrigin::Recorded { .. } => " ",
        _ if undecided(line).is_some() => "!",
        LineOrigin::Accepted { edited: false, .. } | LineOrigin::Drafted { edited: false, .. } => "✦",
        LineOrigin::Accepted { edited: true, .. } | LineOrigin::Drafted { edited: true, .. } => "✎",
    }
}

fn offers(frame: &mut Frame<'_>, area: Rect, model: &Model, note: &NotePage, theme: Theme) {
    let lang = model.lang;
    let inner = pane::framed(frame, area, T::Suggestions.text(lang), "", note.side, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    if note.offers.is_empty() {
        put_wrapped(frame.buffer_mut(), inside, inner.y, T::NoSuggestions.text(lang), theme.of(Mean::Quiet));
        return;
    }
    let mut room = inner;
    if !note.side {
        let y = put_wrapped(frame.buffer_mut(), inside, inner.y, T::TakeHere.text(lang), theme.of(Mean::Quiet)) + 1;
        room = Rect { y, height: inner.bottom().saturating_sub(y), ..inner };
    }
    let all: Vec<&Suggestion> = note.offers.iter().collect();
    let in_note = |s: &Suggestion| note.page.has(&s.technique).then(|| T::InNote.text(lang));
    let said = |e: &Evidence| when(model, note, e);
    list(frame.buffer_mut(), room, &all, note.offer_at, note.side, &said, &in_note, theme);
}

/// What a draft said of a line that nobody decided about and that blocks signing.
fn undecided(line: &TextLine) -> Option<&LineCheck> {
    line.check.as_ref().filter(|c| !c.settled && c.support.blocks_signing())
}

fn evidence(frame: &mut Frame<'_>, area: Rect, model: &Model, note: &NotePage, theme: Theme) {
    let lang = model.lang;
    let inner = pane::framed(frame, area, T::LineEvidence.text(lang), "", false, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    let Some(line) = note.page.line() else { return };
    let (t, mean) = match &line.origin {
        LineOrigin::Typed | LineOrigin::Said { .. } | LineOrigin::Recorded { .. } => (T::LineTyped, Mean::Quiet),
        LineOrigin::Accepted { edited: false, .. } => (T::LineTaken, Mean::Ai),
        LineOrigin::Accepted { edited: true, .. } => (T::LineEdited, Mean::Ai),
        LineOrigin::Drafted { edited: false, .. } => (T::LineDrafted, Mean::Ai),
        LineOrigin::Drafted { edited: true, .. } => (T::LineDraftedEdited, Mean::Ai),
    };
    let buf = frame.buffer_mut();
    // Of an empty line there is nothing to say.
    let empty = line.origin == LineOrigin::Typed && line.text().trim().is_empty();
    let mut y = if empty { inner.y } else { put_wrapped(buf, inside, inner.y, t.text(lang), theme.of(mean)) };
    for e in &line.evidence {
        let time = when(model, note, e).map(|ms| format!(" {}", place(ms, e.utterance))).unwrap_or_default();
        y = put_wrapped(buf, inside, y, &format!("“{}”{time}", e.quote.reveal()), theme.of(Mean::Plain));
    }
    if let Some(check) = undecided(line) {
        let why = match check.support {
            Support::Retracted => T::LineRetracted,
            _ => T::LineUnsupported,
        };
        y = put_wrapped(buf, inside, y, why.text(lang), theme.of(Mean::Warn));
        if let Some(by) = &check.retracted_by {
            y = put_wrapped(buf, inside, y, &format!("“{}”", by.quote.reveal()), theme.of(Mean::Warn));
        }
    }
    if line.origin == LineOrigin::Typed && !note.offers.is_empty() {
        put_wrapped(buf, inside, y, T::TakeHere.text(lang), theme.of(Mean::Quiet));
    }
}

/// The row above the keys: saved only when it is.
fn status(frame: &mut Frame<'_>, row: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let Some(note) = &model.note else { return };
    let lang = model.lang;
    if note.asking.is_some() {
        return;
    }
    if !note.unsaved() && note.saving.is_none() && (note.state != NoteState::Draft || note.amending) {
        let id = if note.amending { "say-amending" } else { "note-stands" };
        let state = states::message(note.state).text(lang);
        let text = msg(id).with("state", state).text(lang);
        put(frame.buffer_mut(), row.x + 1, row.y, row.right(), &text, theme.of(Mean::Good));
        return;
    }
    let (t, mean) = if note.saving.is_some() {
        (T::NoteSaving, Mean::Focus)
    } else if note.unsaved() && note.guarded == note.page.edits() {
        (T::NoteGuarded, Mean::Warn)
    } else if note.unsaved() {
        (T::NoteUnsaved, Mean::Warn)
    } else if note.saved.is_some() || note.existed {
        (T::NoteSaved, Mean::Good)
    } else {
        (T::NoteNew, Mean::Quiet)
    };
    put(frame.buffer_mut(), row.x + 1, row.y, row.right(), t.text(lang), theme.of(mean));
}
