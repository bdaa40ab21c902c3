//! Writing an hour of supervision down.

use crate::app::model::Model;
use crate::app::pages::hours_entry::SETTING;
use crate::app::state::supervision::HoursForm;
use crate::domain::review::hours::Setting;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(form) = model.pages.get::<HoursForm>() else { return };
    let inner = pane::framed(frame, pane::centred(area, 76, 17), lang.say("hours-form-title"), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y = put_wrapped(frame.buffer_mut(), inside, inner.y, lang.say("hours-form-how"), theme.of(Mean::Quiet)) + 1;
    let labels = ["hours-field-day", "hours-field-minutes", "hours-field-setting", "hours-field-with"];
    for (n, label) in labels.into_iter().enumerate() {
        let focus = n == form.focus && model.overlay.is_none();
        let place = Rect { y, height: 2, ..inside };
        if n == SETTING {
            let style = theme.of(if focus { Mean::Focus } else { Mean::Quiet });
            let buf = frame.buffer_mut();
            let x = put(buf, place.x, y, place.right(), if focus { "▸ " } else { "  " }, style);
            put(buf, x, y, place.right(), lang.say(label), style);
            let mut x = place.x + 2;
            for setting in Setting::ALL {
                let on = (setting == Setting::Group) == form.group;
                let text = format!("{} {}", if on { "(•)" } else { "( )" }, setting.label(lang));
                x = put(buf, x, y + 1, place.right(), &text, theme.of(if on { Mean::Strong } else { Mean::Quiet })) + 3;
            }
        } else {
            let typed = &form.fields[if n > SETTING { n - 1 } else { n }];
            field::draw(frame, place, lang.say(label), typed, false, focus, theme);
        }
        y += 3;
    }
}
