//! Model to cells, key to message. No IO: the runtime owns the terminal.

pub mod i18n;
pub mod keymap;
pub mod screens;
pub mod theme;
pub mod widgets;

use crate::app::command::Context;
use crate::app::flows::over::Overlay;
use crate::app::model::Model;
use ratatui::Frame;
use ratatui::layout::Rect;
use theme::Theme;
use widgets::transcript::WrapCache;

/// The smallest screen on which everything needed is visible.
pub const MIN_COLS: u16 = 80;
/// The smallest screen on which everything needed is visible.
pub const MIN_ROWS: u16 = 24;

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
}

impl View {
    /// A view in colour, or without.
    pub fn new(colour: bool) -> Self {
        View { theme: Theme { colour }, ..View::default() }
    }
}

/// Draws the whole screen. The hardware cursor is set where text is typed: input methods draw there.
pub fn draw(frame: &mut Frame<'_>, model: &Model, view: &mut View) {
    let area = frame.area();
    if area.width < MIN_COLS || area.height < MIN_ROWS {
        screens::too_small(frame, area, model, view.theme);
        return;
    }
    let [header, mut body, status, keys] = rows(area);
    if model.screen != Context::Kiosk {
        body = screens::concern::banner(frame, body, model, view.theme);
    }
    match model.screen {
        Context::Unlock => screens::unlock::draw(frame, body, model, view.theme),
        Context::FirstRun => screens::unlock::first_run(frame, body, model, view.theme),
        Context::Recovery => screens::unlock::recovery(frame, body, model, view.theme),
        Context::Caseload => screens::caseload::draw(frame, body, model, view.theme),
        Context::NewClient => screens::caseload::new_client(frame, body, model, view.theme),
        Context::Client => screens::client::draw(frame, body, model, view.theme),
        Context::Input => screens::input::draw(frame, body, model, view.theme),
        Context::Live => screens::live::draw(frame, body, model, view),
        Context::Past => screens::past::draw(frame, body, model, view),
        Context::Note => screens::note::draw(frame, body, model, view),
        Context::Instruments => screens::assessment::list(frame, body, model, view.theme),
        Context::Assessment => screens::assessment::question(frame, body, model, view.theme),
        Context::Score => screens::assessment::score(frame, body, model, view.theme),
        Context::History => screens::history::draw(frame, body, model, view.theme),
        Context::Schedule => screens::schedule::draw(frame, body, model, view.theme),
        Context::Kiosk => screens::kiosk::draw(frame, area, model, view.theme),
        Context::Settings => screens::settings::draw(frame, body, model, view.theme),
        Context::Doctor => screens::doctor::draw(frame, body, model, view.theme),
        Context::Help | Context::Palette | Context::Confirm => {}
    }
    if model.screen != Context::Kiosk {
        screens::header(frame, header, model, view.theme);
        screens::status(frame, status, model, view.theme);
        screens::keys(frame, keys, model, view.theme);
    }
    match &model.overlay {
        Some(Overlay::Help { top }) => screens::help::draw(frame, area, model, *top, view.theme),
        Some(Overlay::Palette { query, at }) => screens::palette::draw(frame, area, model, query, *at, view.theme),
        Some(Overlay::Confirm(question)) => screens::confirm::draw(frame, area, model, question, view.theme),
        Some(Overlay::Told) => screens::concern::told(frame, area, model, view.theme),
        None => {}
    }
}

fn rows(area: Rect) -> [Rect; 4] {
    let row = |y| Rect { x: area.x, y, width: area.width, height: 1 };
    let body = Rect { x: area.x, y: area.y + 1, width: area.width, height: area.height - 3 };
    [row(area.y), body, row(area.bottom() - 2), row(area.bottom() - 1)]
}
