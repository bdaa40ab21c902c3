//! What was found about models and workers, and how the vault stands.

use crate::app::model::Model;
use crate::app::msg::{Finding, Health, Looked};
use crate::app::wrap::wrap;
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::keyed::keyed;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{put, put_right, put_wrapped};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws findings around the marked one where one is, each with as many rows as it takes. In brief what is right is only
/// named.
pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    list: &[Finding],
    at: Option<usize>,
    model: &Model,
    theme: Theme,
    brief: bool,
) {
    let lang = model.lang;
    if list.is_empty() {
        put(buf, area.x, area.y, area.right(), T::Looks.text(lang), theme.of(Mean::Plain));
        return;
    }
    let words = Rect { x: area.x + 4, width: area.width.saturating_sub(4), ..area };
    let texts: Vec<String> = list.iter().map(|f| keyed(model, &told(f, lang, brief))).collect();
    let rows = |text: &String| wrap(text, words.width).len();
    // The first that is drawn: the marked one has its place.
    let mut first = at.unwrap_or(0).min(list.len() - 1);
    let mut taken = texts.get(first).map_or(0, rows);
    while first > 0 && taken + rows(&texts[first - 1]) <= usize::from(area.height) {
        first -= 1;
        taken += rows(&texts[first]);
    }
    let mut y = area.y;
    for (n, (f, text)) in list.iter().zip(&texts).enumerate().skip(first) {
        if y >= area.bottom() {
            // What has no room is counted.
            let more = format!(" ↓ {}", list.len() - n);
            put_right(buf, area.x, area.bottom().saturating_sub(1), area.right(), &more, theme.of(Mean::Quiet));
            return;
        }
        let mark = if Some(n) == at { "▸" } else { " " };
        put(buf, area.x, y, area.right(), mark, theme.of(Mean::Focus));
        let (glyph, mean) = match f.health {
            Health::Right => ("✓", Mean::Good),
            Health::Worth => ("!", Mean::Warn),
            Health::Wrong => ("!", Mean::Danger),
        };
        put(buf, area.x + 2, y, area.right(), glyph, theme.of(mean));
        y = put_wrapped(buf, words, y, text, theme.of(Mean::Plain));
    }
}

/// A finding in words.
fn told(f: &Finding, lang: Lang, brief: bool) -> String {
    let what = lang.say(f.what.id());
    match &f.state {
        Ok(_) if brief && f.what != Looked::Disk => what.to_owned(),
        Ok(found) => format!("{what}: {found}"),
        Err(fault) => {
            let (said, hint) = fault.said(lang);
            format!("{what}: {said} → {hint}")
        }
    }
}

/// How the vault stands, in the words of the opening; the row after it.
pub fn vault(buf: &mut Buffer, inside: Rect, y: u16, model: &Model, theme: Theme) -> u16 {
    let lang = model.lang;
    let Some(who) = &model.signed_in else { return y };
    let (glyph, mean) = if model.whole() { ("✓ ", Mean::Good) } else { ("! ", Mean::Warn) };
    put(buf, inside.x + 2, y, inside.right(), glyph, theme.of(mean));
    let text = keyed(model, &format!("{}: {}", T::VaultIs.text(lang), who.standing.text(lang)));
    let words = Rect { x: inside.x + 4, width: inside.width.saturating_sub(4), ..inside };
    put_wrapped(buf, words, y, &text, theme.of(Mean::Plain))
}
