//! Making the first vault.

use crate::app::model::Model;
use crate::app::pages::first_run::{FirstRun, ORDER};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put, put_wrapped};
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
            None => role(frame, place, form.role, focus, lang, theme),
        }
        y += 2 + u16::from(area.height > 24);
    }
    strength(frame, inside, y, &form, lang, theme);
}

/// Whether the passphrase is good enough, and the words of one that was made.
fn strength(frame: &mut Frame<'_>, inside: Rect, y: u16, form: &FirstRun, lang: Lang, theme: Theme) {
    let buf = frame.buffer_mut();
    if form.made {
        let text = format!("{} {}", T::PassphraseMade.text(lang), form.fields[2].text());
        put_wrapped(buf, inside, y, &text, theme.of(Mean::Strong));
        return;
    }
    match &form.judged {
        Some(Ok(())) => put_wrapped(buf, inside, y, T::PassphraseStrong.text(lang), theme.of(Mean::Good)),
        Some(Err(why)) => put_wrapped(buf, inside, y, &format!("! {}", why.text(lang)), theme.of(Mean::Warn)),
        None => put_wrapped(buf, inside, y, T::PassphraseHow.text(lang), theme.of(Mean::Quiet)),
    };
}

/// The roles on one line, and under it what the chosen one does.
fn role(frame: &mut Frame<'_>, place: Rect, chosen: Role, focus: bool, lang: Lang, theme: Theme) {
    let buf = frame.buffer_mut();
    let style = theme.of(if focus { Mean::Focus } else { Mean::Quiet });
    let mut x = put(buf, place.x, place.y, place.right(), if focus { "▸ " } else { "  " }, style);
    x = put(buf, x, place.y, place.right(), T::RoleField.text(lang), style) + 2;
    for role in Role::ALL {
        let glyph = if role == chosen { "●" } else { "○" };
        let style = theme.of(if role == chosen { Mean::Strong } else { Mean::Quiet });
        x = put(buf, x, place.y, place.right(), &format!("{glyph} {}", role.label(lang)), style) + 1;
    }
    let how = match chosen {
        Role::Counsellor => T::RoleCounsellorHow,
        Role::Supervisor => T::RoleSupervisorHow,
        Role::Admin => T::RoleAdminHow,
    };
    put(buf, place.x + 4, place.y + 1, place.right(), how.text(lang), theme.of(Mean::Quiet));
}
