//! The level of a microphone that is tried.

use crate::app::state::live::SILENT_DB;
use crate::app::views::SoundCheck;
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{put, put_wrapped};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Levels that are shown: those of three seconds.
const CHECKED: usize = 15;

/// What was heard of the microphone, and what to do where it was nothing: two rows.
pub fn draw(buf: &mut Buffer, inside: Rect, check: &SoundCheck, lang: Lang, theme: Theme) {
    let y = inside.y;
    let bars: String = check.levels.iter().rev().take(CHECKED).rev().map(|db| bar(*db)).collect();
    put(buf, inside.x, y, inside.right(), &bars, theme.of(Mean::Good));
    let loudest = check.levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (text, mean) = match (&check.fault, check.over) {
        (Some(fault), _) => {
            put_wrapped(buf, inside, y, &fault.said(lang).0, theme.of(Mean::Warn));
            return;
        }
        (None, _) if loudest > SILENT_DB => (T::MicHeard, Mean::Good),
        (None, true) => (T::MicSilent, Mean::Warn),
        (None, false) => (T::MicListens, Mean::Quiet),
    };
    put_wrapped(buf, inside, y + 1, text.text(lang), theme.of(mean));
}

/// A level as a bar: from sixty decibels below full scale upwards.
fn bar(db: f32) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let nth = ((db + 60.0) / 60.0 * 8.0).clamp(0.0, 7.0);
    BARS[nth as usize]
}
