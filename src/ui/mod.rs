//! Model to cells, key to message. No IO: the runtime owns the terminal.

pub mod i18n;
pub mod keymap;
pub mod screens;
pub mod theme;
pub mod widgets;

use crate::app::command::Context;
use crate::app::model::Model;
use crate::app::pages::over::Overlay;
use crate::ui::theme::Theme;
use crate::ui::widgets::transcript::WrapCache;
use ratatui::Frame;
use ratatui::layout::Rect;

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
        crate::ui::screens::too_small(frame, area, model, view.theme);
        return;
    }
    let [header, mut body, status, keys] = rows(area);
    if model.screen != Context::Kiosk {
        body = crate::ui::screens::concern::banner(frame, body, model, view.theme);
    }
    match model.screen {
        Context::Unlock => crate::ui::screens::unlock::draw(frame, body, model, view.theme),
        Context::FirstRun => crate::ui::screens::unlock::first_run(frame, body, model, view.theme),
        Context::Recovery => crate::ui::screens::unlock::recovery(frame, body, model, view.theme),
        Context::Caseload => crate::ui::screens::caseload::draw(frame, body, model, view.theme),
        Context::NewClient => crate::ui::screens::caseload::new_client(frame, body, model, view.theme),
        Context::Client => crate::ui::screens::client::draw(frame, body, model, view.theme),
        Context::Input => crate::ui::screens::input::draw(frame, body, model, view.theme),
        Context::Live => crate::ui::screens::live::draw(frame, body, model, view),
        Context::Past => crate::ui::screens::past::draw(frame, body, model, view),
        Context::Note => crate::ui::screens::note::draw(frame, body, model, view),
        Context::Instruments => crate::ui::screens::assessment::list(frame, body, model, view.theme),
        Context::Assessment => crate::ui::screens::assessment::question(frame, body, model, view.theme),
        Context::Score => crate::ui::screens::assessment::score(frame, body, model, view.theme),
        Context::History => crate::ui::screens::history::draw(frame, body, model, view.theme),
        Context::Schedule => crate::ui::screens::schedule::draw(frame, body, model, view.theme),
        Context::Kiosk => crate::ui::screens::kiosk::draw(frame, area, model, view.theme),
        Context::Settings => crate::ui::screens::settings::draw(frame, body, model, view.theme),
        Context::Doctor => crate::ui::screens::doctor::draw(frame, body, model, view.theme),
        Context::Help | Context::Palette | Context::Confirm => {}
    }
    if model.screen != Context::Kiosk {
        crate::ui::screens::header(frame, header, model, view.theme);
        crate::ui::screens::status(frame, status, model, view.theme);
        crate::ui::screens::keys(frame, keys, model, view.theme);
    }
    match &model.overlay {
        Some(Overlay::Help { top }) => crate::ui::screens::help::draw(frame, area, model, *top, view.theme),
        Some(Overlay::Palette { query, at }) => {
            crate::ui::screens::palette::draw(frame, area, model, query, *at, view.theme)
        }
        Some(Overlay::Confirm(question)) => crate::ui::screens::confirm::draw(frame, area, model, question, view.theme),
        Some(Overlay::Told) => crate::ui::screens::concern::told(frame, area, model, view.theme),
        None => {}
    }
}

fn rows(area: Rect) -> [Rect; 4] {
    let row = |y| Rect { x: area.x, y, width: area.width, height: 1 };
    let body = Rect { x: area.x, y: area.y + 1, width: area.width, height: area.height - 3 };
    [row(area.y), body, row(area.bottom() - 2), row(area.bottom() - 1)]
}
