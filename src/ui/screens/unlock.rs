//! The passphrase, and making the first vault.

use crate::app::model::Model;
use crate::app::pages::unlock::members;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{field, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::ExposeSecret;

/// Draws the unlock screen.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let members = members(model);
    let rows = members.len().min(8) as u16;
    let inner = {
        let place = pane::centred(area, 62, 11 + rows);
        pane::framed(frame, place, T::UnlockTitle.text(lang), "", true, theme)
    };
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    put(buf, inside.x, inner.y + 1, inside.right(), T::Product.text(lang), theme.of(Mean::Strong));
    put(buf, inside.x, inner.y + 2, inside.right(), T::ProductLine.text(lang), theme.of(Mean::Quiet));
    let mut y = inner.y + 4;
    if model.vault.is_none() {
        put(buf, inside.x, y, inside.right(), T::Wait.text(lang), theme.of(Mean::Quiet));
        return;
    }
    for (n, name) in members.iter().enumerate().take(8) {
        let marked = n == model.unlock.member;
        let style = theme.of(if marked { Mean::Strong } else { Mean::Quiet });
        put(buf, inside.x, y, inside.right(), &format!("{} {name}", if marked { "●" } else { "○" }), style);
        y += 1;
    }
    y += 1;
    if model.busy {
        put(buf, inside.x, y, inside.right(), T::Opening.text(lang), theme.of(Mean::Focus));
    } else {
        let place = Rect { y, height: 2, ..inside };
        field::draw(frame, place, T::Passphrase.text(lang), &model.unlock.passphrase, true, true, theme);
    }
    if model.recording() {
        put(
            frame.buffer_mut(),
            inside.x,
            inner.bottom() - 1,
            inside.right(),
            T::SessionGoesOn.text(lang),
            theme.of(Mean::Recording),
        );
    }
}

/// Draws the first run.
pub fn first_run(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let place = pane::centred(area, 66, 18);
    let inner = pane::framed(frame, place, T::FirstRunTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = put_wrapped(buf, inside, inner.y + 1, T::FirstRunWhy.text(lang), theme.of(Mean::Quiet)) + 1;
    if model.busy {
        put(buf, inside.x, y, inside.right(), T::Making.text(lang), theme.of(Mean::Focus));
        return;
    }
    let labels = [T::CentreName, T::YourName, T::Passphrase, T::PassphraseAgain];
    for (n, label) in labels.into_iter().enumerate() {
        let place = Rect { y, height: 2, ..inside };
        let focus = n == model.first_run.focus;
        field::draw(frame, place, label.text(lang), &model.first_run.fields[n], n >= 2, focus, theme);
        y += 3;
    }
}

/// Draws the recovery phrases of a vault that was just made.
pub fn recovery(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let Some(phrases) = &model.phrases else { return };
    let place = pane::centred(area, 78, 20);
    let inner = pane::framed(frame, place, T::RecoveryTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = put_wrapped(buf, inside, inner.y + 1, T::RecoveryWhy.text(lang), theme.of(Mean::Plain)) + 1;
    for (n, phrase) in phrases.iter().enumerate() {
        let text = format!("{}. {}", n + 1, phrase.expose_secret());
        y = put_wrapped(buf, inside, y, &text, theme.of(Mean::Strong)) + 1;
    }
    put_wrapped(buf, inside, y, T::RecoveryDone.text(lang), theme.of(Mean::Focus));
}
