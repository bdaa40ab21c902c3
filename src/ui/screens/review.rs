//! A review: the note beside the lines that it rests on, with the comments of the marked place; measures, talk and earlier
//! notes behind it.

use crate::app::model::Model;
use crate::app::state::review::{Pane, ReviewPage};
use crate::app::wrap::wrap;
use crate::domain::assessment::administration::points;
use crate::domain::assessment::chart::Chart;
use crate::domain::assessment::trajectory::alert;
use crate::domain::note::states;
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::time::clock;
use crate::domain::record::{CommentAt, NoteLine, NoteRevision, Origin};
use crate::domain::review::file::ExtractLine;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::reviews::{mean, paragraph, threads};
use crate::ui::widgets::{day, find, named, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// From so many columns on the note stands beside what it rests on.
const BESIDE_FROM: u16 = 100;
/// Rows of a chart of measures.
const CHART: u16 = 9;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// A row: a sign, the text, its meaning.
type Line = (String, String, Mean);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(page) = model.pages.get::<ReviewPage>() else { return };
    let theme = view.theme;
    let top = head(frame, area, model, page, theme);
    let body = Rect { y: area.y + top, height: area.height - top, ..area };
    if page.pane == Pane::More {
        more(frame, body, model, page, theme);
        return;
    }
    let (left, right) = if body.width >= BESIDE_FROM {
        let w = body.width * 55 / 100;
        (Rect { width: w, ..body }, Rect { x: body.x + w, width: body.width - w, ..body })
    } else {
        // The comments of the marked place are read as a whole.
        let talked = page.threads_at(page.place().as_ref()).next().is_some();
        let h = body.height * if talked { 40 } else { 55 } / 100;
        (Rect { height: h, ..body }, Rect { y: body.y + h, height: body.height - h, ..body })
    };
    note(frame, left, model, page, theme);
    beside(frame, right, model, page, theme);
}

/// Who, which session and revision; what was asked for; the co-signature. Gives how many rows it took.
fn head(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ReviewPage, theme: Theme) -> u16 {
    let (lang, file) = (model.lang, &page.file);
    let buf = frame.buffer_mut();
    let Some(newest) = file.newest() else { return 0 };
    let name = file.client.as_ref().map(|name| named(model, name).into_owned()).unwrap_or_default();
    let text = msg("review-head")
        .with("code", file.code.as_str())
        .with("name", name)
        .with("number", file.number)
        .with("counsellor", &file.counsellor)
        .with("revision", newest.revision)
        .with("state", states::message(newest.note.state))
        .text(lang);
    put(buf, area.x + 1, area.y, area.right(), &text, theme.of(Mean::Strong));
    let mut y = area.y + 1;
    if let Some(c) = file.cosignature() {
        let said =
            if c.covers { msg("review-cosigned") } else { msg("review-cosigned-earlier").with("newest", c.newest) };
        let said = said.with("name", file.name(c.by)).with("on", day(c.at)).with("revision", c.revision).text(lang);
        let style = theme.of(if c.covers { Mean::Good } else { Mean::Warn });
        // Its end says what is asked for: it is not cut.
        let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        y = put_wrapped(buf, inside, y, &said, style);
    }
    if file.refused > 0 {
        let said = msg("review-refused").with("n", file.refused).text(lang);
        put(buf, area.x + 1, y, area.right(), &said, theme.of(Mean::Danger));
        y += 1;
    }
    if let Some(reason) = &newest.note.reason {
        let said = format!("{}: {}", lang.say("note-show-reason"), reason.reveal().replace('\n', " "));
        put(buf, area.x + 1, y, area.right(), &said, theme.of(Mean::Warn));
        y += 1;
    }
    y - area.y
}

/// Comments of a place, as a sign: open, resolved, none.
fn sign(page: &ReviewPage, at: Option<&CommentAt>) -> &'static str {
    let (mut open, mut any) = (false, false);
    for thread in page.threads_at(at) {
        any = true;
        open |= !thread.resolved;
    }
    match (open, any) {
        (true, _) => "◆",
        (false, true) => "◇",
        (false, false) => " ",
    }
}

fn line_sign(line: &NoteLine) -> &'static str {
    match (&line.origin, &line.check) {
        (_, Some(check)) if !check.settled && check.support.blocks_signing() => "!",
        (Origin::Typed, _) => " ",
        (Origin::Accepted { edited: false, .. }, _) => "✦",
        (Origin::Accepted { edited: true, .. }, _) => "✎",
    }
}

fn note(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ReviewPage, theme: Theme) {
    let lang = model.lang;
    let focus = page.pane == Pane::Note;
    let Some(newest) = page.file.newest() else { return };
    let format = model.formats.iter().find(|f| f.id == newest.note.format);
    let right = format.map_or("", |f| f.title(lang));
    let inner = pane::framed(frame, area, lang.say("review-note"), right, focus, theme);
    let inner = if focus { find::draw(frame, inner, model, T::FindInLines, theme) } else { inner };
    let width = inner.width.saturating_sub(5);
    let mut rows: Vec<(Option<usize>, Line)> = Vec::new();
    let mut place = 0;
    let whole = sign(page, None).to_owned();
    rows.push((Some(0), (whole, lang.say("review-whole-note").to_owned(), Mean::Quiet)));
    for section in &newest.note.sections {
        place += 1;
        let at = CommentAt::Section(section.key.clone());
        let title = format.and_then(|f| f.section(&section.key)).map(|s| s.text(lang).title.clone());
        let title = title.unwrap_or_else(|| section.key.clone());
        rows.push((Some(place), (sign(page, Some(&at)).to_owned(), title, Mean::Strong)));
        for line in &section.lines {
            place += 1;
            let at = CommentAt::Statement(line.id);
            let mut comments = sign(page, Some(&at));
            let mut own = line_sign(line);
            for r in wrap(line.text.reveal(), width) {
                let text = line.text.reveal()[r].to_owned();
                rows.push((Some(place), (comments.to_owned(), format!("{own} {text}"), Mean::Plain)));
                (comments, own) = (" ", " ");
            }
        }
    }
    let marked = |at: &Option<usize>| *at == Some(page.at);
    let first = rows.iter().position(|(at, _)| marked(at)).unwrap_or(0);
    let last = rows.iter().rposition(|(at, _)| marked(at)).unwrap_or(0);
    let height = usize::from(inner.height);
    let top =
        first.saturating_sub(height / 3).max((last + 1).saturating_sub(height)).min(rows.len().saturating_sub(height));
    let buf = frame.buffer_mut();
    for (n, (at, (comments, text, mean))) in rows.iter().enumerate().skip(top).take(height) {
        let y = inner.y + (n - top) as u16;
        let here = marked(at);
        if here {
            put(buf, inner.x, y, inner.right(), if focus { "▸" } else { "▏" }, theme.of(Mean::Focus));
        }
        put(buf, inner.x + 1, y, inner.right(), comments, theme.of(Mean::Warn));
        let mean = if here && focus && *mean == Mean::Plain { Mean::Strong } else { *mean };
        put(buf, inner.x + 3, y, inner.right(), text, theme.of(mean));
    }
}

/// The statement that is marked, if one is.
fn statement<'a>(page: &ReviewPage, note: &'a NoteRevision) -> Option<&'a NoteLine> {
    let Some(Some(CommentAt::Statement(id))) = page.places().get(page.at).cloned() else { return None };
    note.sections.iter().flat_map(|s| &s.lines).find(|line| line.id == id)
}

/// What the marked statement rests on, or the whole extract while it has the keys; the comments of the place below.
fn beside(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ReviewPage, theme: Theme) {
    let (lang, file) = (model.lang, &page.file);
    let focus = page.pane == Pane::Extract;
    let place = page.place();
    let width = area.width.saturating_sub(4);
    let comments = threads(page, place.as_ref(), width, lang);
    let below = match comments.len() {
        0 => 0,
        n => (u16::try_from(n).unwrap_or(u16::MAX).saturating_add(2)).min(area.height * 3 / 5),
    };
    let above = Rect { height: area.height - below, ..area };
    let right =
        file.talk.map_or_else(String::new, |t| msg("review-talk").with("percent", t.counsellor_percent()).text(lang));
    let inner = pane::framed(frame, above, lang.say("review-rests-on"), &right, focus, theme);
    let inner = if focus { find::draw(frame, inner, model, T::FindInTranscript, theme) } else { inner };
    let line = file.newest().and_then(|v| statement(page, &v.note)).filter(|_| !focus);
    let cited: BTreeSet<_> = line.iter().flat_map(|l| &l.evidence).map(|e| e.utterance).collect();
    let mut rows: Vec<(bool, String, Mean)> = Vec::new();
    if !file.words {
        rows.push((false, lang.say("review-no-words-kept").to_owned(), Mean::Quiet));
    } else if line.is_some() && cited.is_empty() {
        rows.push((false, lang.say("review-rests-on-nothing").to_owned(), Mean::Quiet));
    } else if file.extract.is_empty() {
        rows.push((false, lang.say("review-no-extract").to_owned(), Mean::Quiet));
    }
    let near = |n: usize| {
        let around = &file.extract[n.saturating_sub(1)..(n + 2).min(file.extract.len())];
        line.is_none() || around.iter().any(|e| cited.contains(&e.line.id))
    };
    let shown: Vec<(usize, &ExtractLine)> = file.extract.iter().enumerate().filter(|(n, _)| near(*n)).collect();
    for (n, e) in shown.into_iter().filter(|_| line.is_none() || !cited.is_empty()) {
        let marked = focus && n == page.line;
        let strong = if line.is_some() { cited.contains(&e.line.id) } else { e.cited };
        let at = CommentAt::Utterance(e.line.id);
        let cited = if e.cue { "▲" } else { [" ", "›"][usize::from(strong)] };
        let head =
            format!("{}{cited} {} {} ", sign(page, Some(&at)), clock(e.line.start_ms), e.line.speaker.label(lang));
        let text = format!("{head}{}", e.line.text.reveal());
        let mean = match () {
            () if e.cue => Mean::Danger,
            () if marked || strong => Mean::Strong,
            () => Mean::Quiet,
        };
        rows.extend(wrap(&text, inner.width.saturating_sub(2)).into_iter().map(|r| (marked, text[r].to_owned(), mean)));
    }
    let at = rows.iter().position(|(marked, ..)| *marked).unwrap_or(0);
    let height = usize::from(inner.height);
    let top = at.saturating_sub(height / 2).min(rows.len().saturating_sub(height));
    let buf = frame.buffer_mut();
    for (n, (marked, text, mean)) in rows.iter().enumerate().skip(top).take(height) {
        let y = inner.y + (n - top) as u16;
        put(buf, inner.x, y, inner.right(), if *marked { "▸" } else { " " }, theme.of(Mean::Focus));
        put(buf, inner.x + 1, y, inner.right(), text, theme.of(*mean));
    }
    if below > 0 {
        let lower = Rect { y: above.bottom(), height: below, ..area };
        let inner = pane::framed(frame, lower, lang.say("review-comments"), "", false, theme);
        for (n, (text, mean)) in comments.iter().take(usize::from(inner.height)).enumerate() {
            put(frame.buffer_mut(), inner.x + 1, inner.y + n as u16, inner.right(), text, theme.of(*mean));
        }
    }
}

/// Measures with their charts, then earlier notes.
fn more(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ReviewPage, theme: Theme) {
    let (lang, file) = (model.lang, &page.file);
    let inner = pane::framed(frame, area, lang.say("review-more"), "", true, theme);
    let width = inner.width.saturating_sub(2);
    let mut rows: Vec<(String, Mean)> = Vec::new();
    let instruments: BTreeSet<&InstrumentId> = file.given.iter().map(|a| &a.instrument).collect();
    if instruments.is_empty() {
        rows.push((lang.say("review-no-measures").to_owned(), Mean::Quiet));
    }
    for instrument in instruments.into_iter().filter_map(|id| model.library.get(id).ok()) {
        let scored = points(&file.given, &instrument.id);
        let told = alert(instrument, &scored, false, lang);
        let colour = told.colour;
        rows.push((format!("{} {}", colour.glyph(), instrument.title.pick(lang)), mean(colour)));
        let sex = file.given.iter().rev().find(|a| a.instrument == instrument.id).and_then(|a| a.sex);
        let chart = Chart::new(instrument, scored, told, sex, lang);
        if !chart.points.is_empty() {
            let plotted = chart.plot(usize::from(width.min(76)), usize::from(CHART));
            rows.extend(plotted.iter().map(|line| (line.clone(), Mean::Plain)));
        }
        for (_, reason) in chart.explain() {
            paragraph(&mut rows, &reason, "  ", width);
        }
        rows.push((String::new(), Mean::Plain));
    }
    for earlier in &file.earlier {
        let head = msg("review-earlier")
            .with("number", earlier.number)
            .with("on", day(earlier.started))
            .with("state", states::message(earlier.version.note.state));
        rows.push((head.text(lang), Mean::Strong));
        for line in earlier.version.note.sections.iter().flat_map(|s| &s.lines) {
            paragraph(&mut rows, line.text.reveal(), "  ", width);
        }
        rows.push((String::new(), Mean::Plain));
    }
    for extract in &file.extracts {
        rows.push((lang.say("review-released").to_owned(), Mean::Strong));
        for line in &extract.lines {
            paragraph(&mut rows, line.reveal(), "  ", width);
        }
        rows.push((String::new(), Mean::Plain));
    }
    let height = usize::from(inner.height);
    let top = page.top.min(rows.len().saturating_sub(height));
    for (n, (text, mean)) in rows.iter().skip(top).take(height).enumerate() {
        put(frame.buffer_mut(), inner.x + 1, inner.y + n as u16, inner.right(), text, theme.of(*mean));
    }
}
