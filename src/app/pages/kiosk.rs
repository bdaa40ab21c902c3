//! The client alone with the questions. Nothing here shows anything else, and only the passphrase leads out.

use crate::app::command::groups::{ARROWS, BACK_BY_ESC, LANGUAGE, NUMBERS, QUESTIONS};
use crate::app::flow::asking;
use crate::app::page::{Audience, Page};
use crate::app::state::sheet::Sheet;

/// The questionnaire as the client sees it.
pub const PAGE: Page = Page {
    audience: Audience::Anyone,
    commands: &[NUMBERS, QUESTIONS, ARROWS, BACK_BY_ESC, LANGUAGE],
    leads_on: false,
    step: asking::answer,
    typing: |model| model.sheet.as_ref().is_some_and(Sheet::typing),
    ..Page::PLAIN
};
