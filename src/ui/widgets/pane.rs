//! A framed part of the screen. The one that has the keys says so with a glyph, not with a colour alone.

use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::put;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Borders, Clear};

/// Draws a frame with a title, and returns what is inside.
pub fn framed(frame: &mut Frame<'_>, area: Rect, title: &str, right: &str, focus: bool, theme: Theme) -> Rect {
    let mean = if focus { Mean::Focus } else { Mean::Quiet };
    let set = if focus { border::THICK } else { border::PLAIN };
    let block = Block::new().borders(Borders::ALL).border_set(set).border_style(theme.of(mean));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let buf = frame.buffer_mut();
    let title_style = theme.of(if focus { Mean::Focus } else { Mean::Strong });
    let shown = if focus { format!(" ▸{title} ") } else { format!(" {title} ") };
    let x = put(buf, area.x + 1, area.y, area.right().saturating_sub(1), &shown, title_style);
    if !right.is_empty() {
        let text = format!(" {right} ");
        let room = area.right().saturating_sub(2);
        if x + crate::app::wrap::width(&text) < room {
            crate::ui::widgets::put_right(buf, x, area.y, room, &text, theme.of(Mean::Quiet));
        }
    }
    inner
}

/// Clears the middle of an area and draws a frame there, `width` by `height` at most.
pub fn over(frame: &mut Frame<'_>, area: Rect, width: u16, height: u16, title: &str, theme: Theme) -> Rect {
    let place = centred(area, width, height);
    // A wide glyph of the screen beneath that begins left of the frame would reach into it.
    let left = place.x.saturating_sub(1);
    let wider = Rect { x: left, width: (place.right() + 1).min(area.right()) - left, ..place };
    frame.render_widget(Clear, wider);
    framed(frame, place, title, "", true, theme)
}

/// The middle of an area.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (w, h) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - w) / 2, y: area.y + (area.height - h) / 2, width: w, height: h }
}
