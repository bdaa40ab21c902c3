//! The lines one can call in a crisis, each with how far it was checked.

use crate::app::model::Model;
use crate::app::pages::crisis_lines::Marked;
use crate::app::wrap::{width, wrap};
use crate::domain::crisis::crisis_line::CrisisLine;
use crate::domain::crisis::crisis_line::Trust;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, put, put_right, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let at = model.pages.read::<Marked>().0;
    let today = model.now.date();
    let trust = |n: usize| model.crisis.get(n).map(|l| l.standing(&today, model.crisis_days));
    let inner = pane::framed(frame, area, T::LinesTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let how = msg("crisis-lines-how").with("days", model.crisis_days).text(lang);
    let mut y = put_wrapped(buf, inside, inner.y, &how, theme.of(Mean::Quiet));
    let waiting = (0..model.crisis.len()).filter(|n| !matches!(trust(*n), Some(Trust::Checked(_)))).count();
    if waiting > 0 {
        let text = msg("crisis-lines-unchecked").with("n", waiting).text(lang);
        y = put_wrapped(buf, inside, y, &text, theme.of(Mean::Warn));
    }
    let shown = |n: usize, line: &CrisisLine| trust(n).map(|trust| Shown::new(line, trust, inside.width, lang));
    // What the rows of the marked line have no room for stands whole below the list.
    let whole = model.crisis.get(at).and_then(|line| shown(at, line)).filter(|s| s.cut).map(|s| s.whole);
    let low = whole.as_ref().map_or(0, |text| wrap(text, inside.width).len() as u16);
    let list = inner.bottom().saturating_sub(low);
    let height = usize::from(list.saturating_sub(y) / 2).max(1);
    let top = window(at, model.crisis.len(), height);
    for (n, line) in model.crisis.iter().enumerate().skip(top).take(height) {
        let y = y + 2 * (n - top) as u16;
        let Some(shown) = shown(n, line) else { continue };
        let mark = if n == at { "▸" } else { " " };
        let style = theme.of(if n == at { Mean::Focus } else { Mean::Strong });
        let right = put_right(buf, inside.x, y, inside.right(), &shown.trust, theme.of(shown.mean));
        put(buf, inside.x, y, right.saturating_sub(1), &format!("{mark}{}", shown.name), style);
        put(buf, inside.x + 14, y + 1, inside.right(), &shown.use_for, theme.of(Mean::Quiet));
    }
    if let Some(text) = whole {
        put_wrapped(buf, inside, list, &text, theme.of(Mean::Plain));
    }
}

/// The two rows of a line. Whom one calls is whole before when it was checked.
struct Shown {
    name: String,
    trust: String,
    mean: Mean,
    use_for: String,
    /// Something has no room.
    cut: bool,
    /// All of it in words.
    whole: String,
}

impl Shown {
    fn new(line: &CrisisLine, trust: Trust, columns: u16, lang: Lang) -> Self {
        let words = line.text(lang);
        let (glyph, mean, short) = match trust {
            Trust::Checked(_) => ("✓", Mean::Good, "crisis-line-checked.short"),
            Trust::Due(_) => ("!", Mean::Warn, "crisis-line-due.short"),
            Trust::UnverifiedSince(_) => ("!", Mean::Warn, "crisis-line-unverified.short"),
        };
        let urgent = if line.urgent { "▲" } else { " " };
        let number = line.number.as_deref().unwrap_or("–");
        let name = format!("{urgent} {number:<10} {}", words.name);
        let said = trust.message().text(lang);
        let fits = |said: &str| 1 + width(&name) + 1 + width(glyph) + 1 + width(said) <= columns;
        let trust = if fits(&said) { said.clone() } else { lang.say(short).to_owned() };
        let use_for = format!("{} · {}", words.hours, words.use_for);
        let cut = !fits(&said) || 14 + width(&use_for) > columns;
        let whole = format!("{number} {} · {said} · {use_for}", words.name);
        Shown { name, trust: format!("{glyph} {trust}"), mean, use_for, cut, whole }
    }
}
