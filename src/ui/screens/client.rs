//! One client: sessions, consents, measures.

use crate::app::model::Model;
use crate::app::pages::client::shown;
use crate::app::state::client::{ClientPage, Pane};
use crate::app::wrap::width;
use crate::domain::governance::access::Capability;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::DueState;
use crate::domain::practice::session::SessionState;
use crate::texts::msg;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{day, find, named, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns from which on a session's length stands beside its day and its note.
const FOR_LENGTH: u16 = 36;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// From so many columns on sessions, consents and measures stand side by side.
const ALL_BESIDE_FROM: u16 = 160;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let Some(page) = &model.client else { return };
    let lang = model.lang;
    let head = Rect { height: 1, ..area };
    let client = &page.file.client;
    let buf = frame.buffer_mut();
    let text = format!("{} {}", named(model, &client.name), client.code);
    let mut x = put(buf, head.x + 1, head.y, head.right(), &text, theme.of(Mean::Strong));
    if client.code.is_practice() {
        let text = format!(" · {}", T::PracticeMark.text(lang));
        x = put(buf, x, head.y, head.right(), &text, theme.of(Mean::Warn));
    }
    if let Some(next) = page.file.next.as_ref().filter(|next| next.stands(model.now)) {
        let text = format!("{}: {}", T::AppointmentNext.text(lang), next.message().text(lang));
        put(buf, x + 2, head.y, head.right(), &text, theme.of(Mean::Plain));
    }
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if body.width >= ALL_BESIDE_FROM {
        // Each as wide as what it says: a session or a consent is a short line, a measure has its words.
        let (wide, narrow) = (body.width * 38 / 100, body.width * 24 / 100);
        sessions(frame, Rect { width: wide, ..body }, model, page, view);
        consent_pane(frame, Rect { x: body.x + wide, width: narrow, ..body }, page, lang, view);
        let rest = Rect { x: body.x + wide + narrow, width: body.width - wide - narrow, ..body };
        measures(frame, rest, model, page, view);
        return;
    }
    let left = body.width * 55 / 100;
    // On a short screen the measures keep a row: what was agreed to is wrapped nowhere and comes first.
    let consents = (Scope::ALL.len() as u16 + 4).min(body.height.saturating_sub(4));
    sessions(frame, Rect { width: left, ..body }, model, page, view);
    let right = Rect { x: body.x + left, width: body.width - left, ..body };
    consent_pane(frame, Rect { height: consents, ..right }, page, lang, view);
    let rest = Rect { y: right.y + consents, height: right.height - consents, ..right };
    measures(frame, rest, model, page, view);
}

/// How many times the key of the next pane leads from one pane to another.
const fn away(from: Pane, to: Pane) -> usize {
    const fn nth(pane: Pane) -> usize {
        match pane {
            Pane::Sessions => 0,
            Pane::Consents => 1,
            Pane::Measures => 2,
        }
    }
    (nth(to) + 3 - nth(from)) % 3
}

fn sessions(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ClientPage, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let focus = page.pane == Pane::Sessions;
    let inner = pane::framed(frame, area, T::Sessions.text(lang), "", focus, theme);
    let inner = if model.find.is_some() { find::draw(frame, inner, model, T::FindSessions, theme) } else { inner };
    let buf = frame.buffer_mut();
    if page.file.sessions.is_empty() {
        let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
        let none = match (model.whole(), model.may(Capability::RunSession)) {
            (false, _) => T::NotAllSessions,
            (true, true) if page.file.consent.allows_session().is_err() => T::NoSessionsNorConsent,
            (true, true) => T::NoSessions,
            (true, false) => T::NoSessionsToRead,
        };
        put_wrapped(buf, inside, inner.y + 1, none.text(lang), theme.of(Mean::Plain));
        return;
    }
    let height = usize::from(inner.height);
    let rows = shown(model);
    let at = rows.iter().position(|n| *n == page.session).unwrap_or(0);
    let top = window(at, rows.len(), height);
    for (place, n) in rows.iter().copied().enumerate().skip(top).take(height) {
        let Some(row) = page.file.sessions.get(n) else { continue };
        let y = inner.y + (place - top) as u16;
        let marked = focus && n == page.session;
        view.hits.row(row_of(inner, y), away(page.pane, Pane::Sessions), at, place);
        put(buf, inner.x, y, inner.right(), if marked { "▸" } else { " " }, theme.of(Mean::Focus));
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        let nth = msg("screens-client-no").shown("number", row.number).text(lang);
        put(buf, inner.x + 2, y, inner.x + 10, &nth, style);
        let mut x = put(buf, inner.x + 10, y, inner.right(), &day(row.started), style) + 1;
        // How long it was goes first where there is no room for what became of it.
        // Of a transcript without times nobody knows how long it was.
        let known = row.ended.filter(|ended| inner.width >= FOR_LENGTH && *ended > row.started);
        if let Some(ended) = known {
            // A minute that was begun counts.
            let minutes = (ended.0.saturating_sub(row.started.0).max(1) as u64).div_ceil(60_000);
            let long = msg("screens-client-length").with("n", minutes).text(lang);
            x = put(buf, x, y, inner.right(), &long, theme.of(Mean::Quiet)) + 1;
        }
        let (word, mean) = match row.state {
            SessionState::Open => (T::StateOpen, Mean::Warn),
            SessionState::Destroyed => (T::StateDestroyed, Mean::Quiet),
            SessionState::Ended => match page.file.noted.get(&row.id) {
                Some(true) => (T::HasNote, Mean::Good),
                Some(false) => (T::NoNote, Mean::Warn),
                None => (T::StateEnded, Mean::Quiet),
            },
        };
        put(buf, x, y, inner.right(), word.text(lang), theme.of(mean));
    }
}

/// Columns before the word that says whether a consent was given.
const WORD_AT: u16 = 22;

fn consent_pane(frame: &mut Frame<'_>, area: Rect, page: &ClientPage, lang: Lang, view: &mut View) {
    let theme = view.theme;
    let focus = page.pane == Pane::Consents;
    let state = &page.file.consent;
    let inner = pane::framed(frame, area, T::Consents.text(lang), "", focus, theme);
    let buf = frame.buffer_mut();
    let height = usize::from(inner.height);
    let top = window(page.consent, Scope::ALL.len(), height);
    // Where there is no room for the word the box before it says the same.
    let worded = inner.width >= WORD_AT + width(T::Given.text(lang)).max(width(T::NotGiven.text(lang)));
    for (n, scope) in Scope::ALL.into_iter().enumerate().skip(top).take(height) {
        let y = inner.y + (n - top) as u16;
        let marked = focus && n == page.consent;
        view.hits.row(row_of(inner, y), away(page.pane, Pane::Consents), page.consent, n);
        let given = state.has(scope);
        put(buf, inner.x, y, inner.right(), if marked { "▸" } else { " " }, theme.of(Mean::Focus));
        let mean = if given { Mean::Good } else { Mean::Quiet };
        put(buf, inner.x + 2, y, inner.right(), if given { "[✓]" } else { "[ ]" }, theme.of(mean));
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        put(buf, inner.x + 6, y, inner.right(), scope.label(lang), style);
        let word = if given { T::Given } else { T::NotGiven };
        if worded {
            put(buf, inner.x + WORD_AT, y, inner.right(), word.text(lang), theme.of(mean));
        }
    }
    let mut y = inner.y + Scope::ALL.len() as u16;
    if let Some(since) = state.since.filter(|_| y < inner.bottom()) {
        let text = format!("{} {}", T::ConsentSince.text(lang), day(since));
        put(buf, inner.x + 2, y, inner.right(), &text, theme.of(Mean::Quiet));
        y += 1;
    }
    if let Some(at) = state.limits_explained.filter(|_| y < inner.bottom()) {
        let text = format!("{} {}", T::LimitsExplained.text(lang), day(at));
        put(buf, inner.x + 2, y, inner.right(), &text, theme.of(Mean::Quiet));
    }
}

/// Schedules of which this many lines at most are shown above the results; the most pressing come first.
const MOST_DUE: usize = 3;

/// Draws what is due or to come; gives the room that is left.
fn scheduled(buf: &mut Buffer, inner: Rect, page: &ClientPage, model: &Model, theme: Theme) -> Rect {
    let lang = model.lang;
    let mut y = inner.y;
    for d in page.file.due.iter().take(MOST_DUE.min(usize::from(inner.height) / 2)) {
        let (sign, mean) = match d.standing {
            DueState::Overdue { .. } => ("!", Mean::Warn),
            DueState::Due => ("•", Mean::Focus),
            DueState::Later { .. } | DueState::NextSession => ("·", Mean::Quiet),
        };
        put(buf, inner.x, y, inner.right(), sign, theme.of(mean));
        let name = short_title(model, &d.instrument);
        let text = format!("{name} {} · {}", d.every.say(lang), d.standing.say(lang));
        let words = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), ..inner };
        y = put_wrapped(buf, words, y, &text, theme.of(mean));
    }
    Rect { y, height: inner.bottom() - y, ..inner }
}

fn measures(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ClientPage, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let focus = page.pane == Pane::Measures;
    let inner = pane::framed(frame, area, T::Measures.text(lang), "", focus, theme);
    let buf = frame.buffer_mut();
    let inner = scheduled(buf, inner, page, model, theme);
    if page.file.measures.is_empty() {
        let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
        let none = match (model.whole(), model.may(Capability::GiveAssessment)) {
            (false, _) => T::NotAllMeasures,
            (true, true) => T::NoMeasures,
            (true, false) => T::NoMeasuresToRead,
        };
        put_wrapped(buf, inside, inner.y, none.text(lang), theme.of(Mean::Plain));
        return;
    }
    let height = usize::from(inner.height);
    let top = window(page.measure, page.file.measures.len(), height);
    for (n, m) in page.file.measures.iter().enumerate().skip(top).take(height) {
        let y = inner.y + (n - top) as u16;
        let marked = focus && n == page.measure;
        view.hits.row(row_of(inner, y), away(page.pane, Pane::Measures), page.measure, n);
        put(buf, inner.x, y, inner.right(), if marked { "▸" } else { " " }, theme.of(Mean::Focus));
        let score = m.score.map_or_else(|| "–".to_owned(), |s| s.to_string());
        let critical = if m.critical { " ▲" } else { "" };
        let mut x = put(buf, inner.x + 2, y, inner.right(), &day(m.at), theme.of(Mean::Quiet)) + 1;
        let text = format!("{} {score}{critical}", short_title(model, &m.instrument));
        let mean = if m.critical { Mean::Danger } else { Mean::Plain };
        x = put(buf, x, y, inner.right(), &text, theme.of(mean)) + 1;
        let bands = model.library.get(&m.instrument).map(|i| i.bands.iter().flat_map(|b| &b.list)).ok();
        let found = bands.and_then(|mut all| all.find(|b| Some(&b.id) == m.band.as_ref()));
        let label = found.map(|b| lang.pick(&b.ko, &b.en)).or(m.band.as_deref());
        if let Some(label) = label {
            put(buf, x, y, inner.right(), label, theme.of(Mean::Quiet));
        }
    }
}

/// What an instrument is called among professionals: what stands in brackets after its title, else the title.
fn short_title(model: &Model, id: &InstrumentId) -> String {
    let Ok(instrument) = model.library.get(id) else { return id.as_str().to_uppercase() };
    let title = instrument.title.pick(model.lang);
    let inside = title.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inside.unwrap_or(title).to_owned()
}
