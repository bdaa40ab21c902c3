//! Making the first vault.

use crate::app::model::Model;
use crate::app::pages::first_run::{FirstRun, ORDER};
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{enrolment, field, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The first run.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let form: FirstRun = model.pages.read();
    let place = pane::centred(area, 76, 23);
    let inner = pane::framed(frame, place, T::FirstRunTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = put_wrapped(buf, inside, inner.y + 1, T::FirstRunWhy.text(lang), theme.of(Mean::Quiet)) + 1;
    if model.busy {
        put(buf, inside.x, y, inside.right(), T::Making.text(lang), theme.of(Mean::Focus));
        return;
    }
    for (n, asked) in ORDER.into_iter().enumerate() {
        let focus = n == form.focus;
        let place = Rect { y, height: 2, ..inside };
        match asked {
            Some(at) => {
                let label = [T::CentreName, T::YourName, T::Passphrase, T::PassphraseAgain][at];
                field::draw(frame, place, label.text(lang), &form.fields[at], at >= 2, focus, theme);
            }
            None => enrolment::role(frame, place, form.role, focus, lang, theme),
        }
        y += 2 + u16::from(area.height > 24);
    }
    let made = form.made.then(|| form.fields[2].text());
    enrolment::strength(frame, inside, y, made, form.judged.as_ref(), lang, theme);
}
