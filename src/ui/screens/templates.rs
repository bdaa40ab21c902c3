//! The forms that a note can have.

use crate::app::views::ListOf;
use crate::ui::view::ScreenView;
use crate::ui::widgets::listing;

/// How it is drawn.
pub const VIEW: ScreenView =
    ScreenView::new(|frame, area, model, view| listing::draw(frame, area, model, ListOf::Templates, view));
