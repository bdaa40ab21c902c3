//! The whole course of a packet: facts above, then what was done and what is due, with remarks set in.

use crate::app::model::Model;
use crate::app::pages::course::CoursePage;
use crate::app::wrap::wrap;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let page: CoursePage = model.pages.read();
    let number = page.view.as_ref().map_or("", |v| v.number.as_str());
    let inner = pane::framed(frame, area, T::CourseTitle.text(lang), number, true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let Some(course) = &page.view else {
        put(buf, inside.x, inside.y, inside.right(), T::Looks.text(lang), theme.of(Mean::Quiet));
        return;
    };
    let mut lines: Vec<(String, Mean)> = Vec::new();
    let mut add = |text: &str, indent: &str, mean: Mean| {
        let wide = inside.width.saturating_sub(indent.len() as u16);
        lines.extend(wrap(text, wide).iter().map(|line| (format!("{indent}{}", &text[line.clone()]), mean)));
    };
    for (label, value) in &course.facts {
        add(&format!("{}: {}", label.text(lang), value.text(lang)), "", Mean::Plain);
    }
    add(" ", "", Mean::Plain);
    for (line, remark, waits) in &course.lines {
        add(&line.text(lang), "", if *waits { Mean::Warn } else { Mean::Plain });
        if let Some(remark) = remark {
            add(remark.reveal(), "    ", Mean::Quiet);
        }
    }
    let height = usize::from(inside.height);
    let top = page.top.min(lines.len().saturating_sub(height));
    for (n, (line, mean)) in lines.iter().skip(top).take(height).enumerate() {
        put(buf, inside.x, inside.y + n as u16, inside.right(), line, theme.of(*mean));
    }
}
