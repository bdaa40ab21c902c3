//! What was found about models and workers, and how the vault stands.

use crate::app::model::Model;
use crate::app::msg::{Finding, Looked};
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{put, put_wrapped, window};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws findings, one a row, around the marked one where one is.
pub fn draw(buf: &mut Buffer, area: Rect, list: &[Finding], at: Option<usize>, lang: Lang, theme: Theme) {
    if list.is_empty() {
        put(buf, area.x, area.y, area.right(), T::Looks.text(lang), theme.of(Mean::Plain));
        return;
    }
    let height = usize::from(area.height);
    let top = window(at.unwrap_or(0), list.len(), height);
    for (n, f) in list.iter().enumerate().skip(top).take(height) {
        let row = area.y + (n - top) as u16;
        let mark = if Some(n) == at { "▸" } else { " " };
        let x = put(buf, area.x, row, area.right(), mark, theme.of(Mean::Focus));
        let (glyph, mean) = if f.state.is_ok() { (" ✓ ", Mean::Good) } else { (" ! ", Mean::Warn) };
        let state = match &f.state {
            Ok(found) => found.clone(),
            Err(fault) => {
                let (what, hint) = fault.said(lang);
                format!("{what}. {hint}")
            }
        };
        let x = put(buf, x, row, area.right(), glyph, theme.of(mean));
        put(buf, x, row, area.right(), &format!("{}: {state}", looked(f.what).text(lang)), theme.of(Mean::Plain));
    }
}

/// How the vault stands, in the words of the opening; the row after it.
pub fn vault(buf: &mut Buffer, inside: Rect, y: u16, model: &Model, theme: Theme) -> u16 {
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
        Looked::Recorder => T::Recorder,
        Looked::Models => T::ModelsFolder,
        Looked::SpeechModel => T::SpeechModel,
        Looked::LanguageModel => T::LanguageModel,
        Looked::EmbeddingModel => T::EmbeddingModel,
        Looked::SpeakerModel => T::SpeakerModel,
        Looked::Disk => T::DiskRoom,
    }
}
