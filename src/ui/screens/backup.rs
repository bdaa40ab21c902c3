//! Making a backup of the vault.

use crate::app::model::Model;
use crate::app::pages::backup::BackupForm;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let form: BackupForm = model.pages.read();
    let inner = pane::framed(frame, area, T::BackupTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = put_wrapped(buf, inside, inside.y, T::BackupHow.text(lang), theme.of(Mean::Plain)) + 1;
    let last = form.last.as_ref().and_then(|view| view.last);
    let (text, mean) = match (&form.last, last) {
        (None, _) => (T::Looks.text(lang).to_owned(), Mean::Quiet),
        (Some(_), Some(at)) => (msg("backup-last").with("at", at.shown()).text(lang), Mean::Plain),
        (Some(_), None) => (T::BackupLastUnknown.text(lang).to_owned(), Mean::Warn),
    };
    y = put_wrapped(buf, inside, y, &text, theme.of(mean)) + 1;
    for (n, (label, typed)) in [T::BackupFile, T::Passphrase].iter().zip(&form.fields).enumerate() {
        let place = Rect { y, height: 2, ..inside };
        let focus = form.focus == n && model.overlay.is_none();
        field::draw(frame, place, label.text(lang), typed, n == 1, focus, theme);
        y += 3;
    }
    let buf = frame.buffer_mut();
    if form.making {
        y = put_wrapped(buf, inside, y, T::BackupMaking.text(lang), theme.of(Mean::Focus));
    }
    if let Some(made) = &form.made {
        let text = msg("backup-made")
            .with("file", &made.file)
            .with("records", made.records)
            .with("files", made.files)
            .with("size", format!("{:.1}", made.bytes as f64 / 1e6));
        y = put_wrapped(buf, inside, y, &text.text(lang), theme.of(Mean::Good));
        put_wrapped(buf, inside, y, T::BackupWhere.text(lang), theme.of(Mean::Plain));
    }
}
