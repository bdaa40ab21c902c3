//! What is right and wrong with the vault, the models and the workers.

use crate::app::model::Model;
use crate::app::msg::Looked;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the findings.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let inner = pane::framed(frame, area, T::DoctorTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, inside, inner.y, T::DoctorHow.text(lang), theme.of(Mean::Quiet)) + 1;
    let y = vault(buf, inside, y, model, theme);
    if model.findings.is_empty() {
        put(buf, inside.x, y, inside.right(), T::Looks.text(lang), theme.of(Mean::Plain));
        return;
    }
    let height = usize::from(inner.bottom().saturating_sub(y));
    let top = window(model.list_at, model.findings.len(), height);
    for (n, f) in model.findings.iter().enumerate().skip(top).take(height) {
        let row = y + (n - top) as u16;
        let mark = if n == model.list_at { "▸" } else { " " };
        let x = put(buf, inside.x, row, inside.right(), mark, theme.of(Mean::Focus));
        let (glyph, mean) = if f.state.is_ok() { (" ✓ ", Mean::Good) } else { (" ! ", Mean::Warn) };
        let state = match &f.state {
            Ok(found) => found.clone(),
            Err(fault) => {
                let (what, hint) = fault.said(lang);
                format!("{what}. {hint}")
            }
        };
        let x = put(buf, x, row, inside.right(), glyph, theme.of(mean));
        put(buf, x, row, inside.right(), &format!("{}: {state}", looked(f.what).text(lang)), theme.of(Mean::Plain));
    }
}

/// How the vault stands, in the words of the opening; the row after it.
fn vault(buf: &mut Buffer, inside: Rect, y: u16, model: &Model, theme: Theme) -> u16 {
    let lang = model.lang;
    let Some(who) = &model.signed_in else { return y };
    let (glyph, mean) = if model.whole() { ("✓ ", Mean::Good) } else { ("! ", Mean::Warn) };
    put(buf, inside.x + 2, y, inside.right(), glyph, theme.of(mean));
    let text = format!("{}: {}", T::VaultIs.text(lang), who.standing.text(lang));
    let words = Rect { x: inside.x + 4, width: inside.width.saturating_sub(4), ..inside };
    put_wrapped(buf, words, y, &text, theme.of(Mean::Plain))
}

const fn looked(what: Looked) -> T {
    match what {
        Looked::SpeechWorker => T::SpeechWorker,
        Looked::LanguageWorker => T::LanguageWorker,
        Looked::Models => T::ModelsFolder,
        Looked::SpeechModel => T::SpeechModel,
        Looked::LanguageModel => T::LanguageModel,
        Looked::EmbeddingModel => T::EmbeddingModel,
        Looked::SpeakerModel => T::SpeakerModel,
    }
}
