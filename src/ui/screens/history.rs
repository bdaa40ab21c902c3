//! One instrument over time: the chart with its bands, corridor and alerts, the answers beside it, the reasons below.

use crate::app::model::Model;
use crate::app::pages::history::HistoryPage;
use crate::app::wrap::{width, wrap};
use crate::domain::assessment::administration::{Administration, points};
use crate::domain::assessment::chart::{Chart, Meaning, item_table};
use crate::domain::assessment::trajectory::{Colour, alert};
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{named, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns of the numbers of the items, and of each sheet beside them.
const ITEM_COLUMNS: (u16, u16) = (8, 6);
/// Fewest columns in which a chart is readable.
const LEAST_CHART: u16 = 46;
/// Rows of explanation at most; a reason is a sentence with its source.
const MOST_REASONS: u16 = 6;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let (Some(page), Some(client)) = (model.pages.get::<HistoryPage>(), &model.client) else { return };
    let Ok(instrument) = model.library.get(&page.instrument) else { return };
    let lang = model.lang;
    let who = &client.file.client;
    let sheets: Vec<&Administration> = client.file.sheets.iter().filter(|a| a.instrument == page.instrument).collect();
    let title = format!("{} · {}", T::History.text(lang), instrument.title.pick(lang));
    let inner = pane::framed(frame, area, &title, "", true, theme);
    let scored = points(&client.file.sheets, &page.instrument);
    let told = alert(instrument, &scored, false, lang);
    let colour = told.colour;
    let sex = sheets.last().and_then(|a| a.sex);
    let chart = Chart::new(instrument, scored, told, sex, lang);
    let buf = frame.buffer_mut();
    let head = format!("{} {}", named(model, &who.name), who.code);
    put(buf, inner.x + 1, inner.y, inner.right(), &head, theme.of(Mean::Strong));

    let reasons = chart.explain();
    let wide = inner.width.saturating_sub(2);
    let rows: u16 = reasons.iter().map(|(_, r)| wrap(r, wide).len() as u16).sum();
    let rows = rows.min(MOST_REASONS);
    let room = Rect { y: inner.y + 1, height: inner.height.saturating_sub(rows + 1), ..inner };
    let for_sheets = room.width.saturating_sub(LEAST_CHART + ITEM_COLUMNS.0 + 2) / ITEM_COLUMNS.1;
    let table = item_table(instrument, &sheets, usize::from(for_sheets.max(1)), lang);
    let table_width = table.iter().map(|l| width(l)).max().unwrap_or(0);
    let left = if table.is_empty() { room.width } else { room.width.saturating_sub(table_width + 2) };
    if chart.points.is_empty() {
        let place = Rect { x: inner.x + 1, width: left.saturating_sub(2), ..room };
        let none = if model.whole() { T::HistoryNone } else { T::NotAllMeasures };
        put_wrapped(buf, place, room.y + 1, none.text(lang), theme.of(Mean::Plain));
    } else {
        for (n, line) in chart.plot(usize::from(left), usize::from(room.height - 1)).iter().enumerate() {
            let mut x = room.x;
            for c in line.chars() {
                let mean = match c {
                    '▲' => Mean::Danger,
                    '●' => Mean::Strong,
                    '╌' => Mean::Warn,
                    '·' | '░' | '▒' | '▓' | '┤' | '│' | '└' | '─' => Mean::Quiet,
                    _ => Mean::Plain,
                };
                x = put(buf, x, room.y + n as u16, room.x + left, c.encode_utf8(&mut [0; 4]), theme.of(mean));
            }
        }
    }
    if let Some((head, body)) = table.split_first() {
        let x = room.x + left + 2;
        put(buf, x, room.y, room.right(), head, theme.of(Mean::Quiet));
        let (sum, items) = body.split_last().map_or((None, body), |(s, i)| (Some(s), i));
        let fits = usize::from(room.height.saturating_sub(2));
        let top = page.top.min(items.len().saturating_sub(fits));
        for (n, row) in items.iter().skip(top).take(fits).enumerate() {
            put(buf, x, room.y + 1 + n as u16, room.right(), row, theme.of(Mean::Plain));
        }
        if let Some(sum) = sum {
            let y = room.y + 1 + items.len().min(fits) as u16;
            put(buf, x, y, room.right(), sum, theme.of(Mean::Strong));
        }
    }
    let below = Rect { x: inner.x + 1, y: room.bottom(), width: wide, height: rows };
    let mean = match colour {
        Colour::Red => Mean::Danger,
        Colour::Amber => Mean::Warn,
        Colour::Green | Colour::White => Mean::Good,
        Colour::Grey => Mean::Quiet,
    };
    let mut y = below.y;
    for (about, line) in &reasons {
        let mean = if *about == Meaning::Alert { mean } else { Mean::Plain };
        y = put_wrapped(buf, below, y, line, theme.of(mean));
    }
}
