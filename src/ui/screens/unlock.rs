//! The passphrase.

use crate::app::model::Model;
use crate::app::pages::unlock::{UnlockForm, members};
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The unlock screen.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let members = members(model);
    let form: UnlockForm = model.pages.read();
    let rows = members.len().min(8) as u16;
    let inner = {
        let place = pane::centred(area, 68, 11 + rows + if form.words.is_some() { 4 } else { 0 });
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
    let top = window(form.member, members.len(), 8);
    for (n, name) in members.iter().enumerate().skip(top).take(8) {
        let marked = n == form.member;
        if !marked {
            // A click on the marked one would try the passphrase as far as it is typed.
            view.hits.row(row_of(inside, y), 0, form.member, n);
        }
        let style = theme.of(if marked { Mean::Strong } else { Mean::Quiet });
        put(buf, inside.x, y, inside.right(), &format!("{} {name}", if marked { "●" } else { "○" }), style);
        y += 1;
    }
    y += 1;
    if model.busy {
        put(buf, inside.x, y, inside.right(), T::Opening.text(lang), theme.of(Mean::Focus));
    } else {
        if form.words.is_some() {
            y = put_wrapped(buf, inside, y, T::FirstSight.text(lang), theme.of(Mean::Warn));
        }
        let place = Rect { y, height: 2, ..inside };
        if let Some(words) = &form.words {
            field::draw(frame, place, T::FirstSightWords.text(lang), words, false, true, theme);
        } else if form.naming {
            field::draw(frame, place, T::FindMember.text(lang), &form.name, false, true, theme);
        } else {
            field::draw(frame, place, T::Passphrase.text(lang), &form.passphrase, true, true, theme);
        }
        if members.len() > 1 && form.words.is_none() {
            let how = T::ChooseMember.text(lang);
            put(frame.buffer_mut(), inside.x + 2, y + 2, inside.right(), how, theme.of(Mean::Quiet));
        }
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
