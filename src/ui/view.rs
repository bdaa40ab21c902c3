//! What a screen says of how it is drawn, and what drawing remembers between frames.

use crate::app::model::Model;
use crate::ui::hits::Hits;
use crate::ui::theme::Theme;
use crate::ui::widgets::transcript::WrapCache;
use ratatui::Frame;
use ratatui::layout::Rect;

/// What drawing remembers between frames: nothing that `Model` would have to know.
#[derive(Debug, Default)]
pub struct View {
    /// Colours, or none.
    pub theme: Theme,
    /// The wrapped transcript of the running session.
    pub live: WrapCache,
    /// The wrapped transcript of the open past session.
    pub past: WrapCache,
    /// First row of the note that is shown.
    pub note_top: usize,
    /// What can be clicked in the frame that is shown.
    pub hits: Hits,
}

impl View {
    /// A view in colour, or without.
    pub fn new(colour: bool) -> Self {
        View { theme: Theme { colour }, ..View::default() }
    }
}

/// Draws a part of the screen.
pub type Draw = fn(&mut Frame<'_>, Rect, &Model, &mut View);

/// How a screen is drawn. `VIEW` of its file in `ui::screens`.
pub struct ScreenView {
    /// Between header and status line; the whole terminal when `bare`.
    pub body: Draw,
    /// The first row, where it is not the common one.
    pub header: Option<Draw>,
    /// The row above the keys while nothing is said in passing.
    pub status: Option<Draw>,
    /// Nothing else is drawn around it: no header, no keys.
    pub bare: bool,
}

impl ScreenView {
    /// A screen with the common header and an empty status line.
    pub const fn new(body: Draw) -> Self {
        ScreenView { body, header: None, status: None, bare: false }
    }
}
