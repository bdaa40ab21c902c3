//! The case report for supervision: headings, lines, and where the line under the caret came from. ▣ stands before what the
//! record filled, ✎ where its words were changed.

use crate::app::editor::TextLine;
use crate::app::model::Model;
use crate::app::state::note::text_width;
use crate::app::state::report::ReportPage;
use crate::app::views::LineOrigin;
use crate::domain::note::format::NoteFormat;
use crate::domain::review::report_form::Fill;
use crate::texts::msg;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{editor, named, pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView { status: Some(status), ..ScreenView::new(draw) };

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let lang = model.lang;
    let Some(page) = model.pages.get::<ReportPage>() else { return };
    let who = named(model, &page.client.name);
    let title = format!("{} · {who} {}", lang.say("report-title"), page.client.code);
    let newest = page
        .head
        .as_ref()
        .map(|h| msg("plan-revision-short").with("revision", h.revision).with("day", h.at.date()).text(lang));
    let inner = pane::framed(frame, area, &title, &newest.unwrap_or_default(), true, view.theme);
    let mut form: NoteFormat = model.report_form.as_sections();
    for (n, section) in form.sections.iter_mut().enumerate() {
        for words in [&mut section.ko, &mut section.en] {
            words.title = format!("{}. {}", n + 1, words.title);
        }
    }
    let shown = editor::Shown {
        text: &page.text,
        form: Some(&form),
        width: text_width(model.cols).min(inner.width.saturating_sub(3)),
        caret: page.writes && model.overlay.is_none(),
        glyph: &glyph,
        lang,
    };
    editor::draw(frame, inner, &shown, view);
}

fn glyph(line: &TextLine) -> &'static str {
    match &line.origin {
        LineOrigin::Recorded { edited: false, .. } => "▣",
        LineOrigin::Recorded { edited: true, .. } => "✎",
        _ => " ",
    }
}

/// The row above the keys: saved only when it is, what is asked for, where the line under the caret came from.
fn status(frame: &mut Frame<'_>, row: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(page) = model.pages.get::<ReportPage>() else { return };
    let (id, mean) = match () {
        () if !page.writes => ("report-read-only", Mean::Quiet),
        () if page.saving.is_some() => ("plan-saving", Mean::Focus),
        () if page.unsaved() => ("plan-unsaved", Mean::Warn),
        () if page.head.is_none() => ("report-new", Mean::Quiet),
        () => ("plan-saved", Mean::Good),
    };
    let buf = frame.buffer_mut();
    let mut x = put(buf, row.x + 1, row.y, row.right(), lang.say(id), theme.of(mean));
    if let Some(LineOrigin::Recorded { source, edited, .. }) = page.text.line().map(|l| &l.origin) {
        let from = format!("{}: {}", lang.say("report-source"), source.label(*edited, lang));
        x = put(buf, x + 2, row.y, row.right(), &from, theme.of(Mean::Quiet));
    }
    let section = model.report_form.parts.get(page.text.caret().section);
    if page.writes && section.is_some_and(|part| part.fills.contains(&Fill::Verbatim)) {
        x = put(buf, x + 2, row.y, row.right(), lang.say("report-stretch-key"), theme.of(Mean::Focus));
    }
    let asked = page.report(&model.report_form).asked_for(&model.report_form).len();
    if page.writes && asked > 0 {
        let left = msg("report-left").with("n", asked).text(lang);
        put(buf, x + 2, row.y, row.right(), &left, theme.of(Mean::Warn));
    }
}
