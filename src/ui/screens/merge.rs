//! Two records of one person: the list of the others, then both cards side by side.

use crate::app::model::Model;
use crate::app::state::merge::{Joining, MergeRow, Same};
use crate::app::wrap::width;
use crate::domain::assessment::instrument::Sex;
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, named, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

const HEAD: [&str; 3] = ["client-card-name", "client-card-birth-date", "client-card-sex"];
/// Column of the labels.
const LABELS: u16 = 19;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let form: Joining = model.pages.read();
    let place = pane::centred(area, 100, 24);
    let code = model.client.as_ref().map_or_else(String::new, |page| page.file.client.code.to_string());
    let inner = pane::framed(frame, place, lang.say("merge-title"), &code, true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    match (&form.rows, &form.cards, form.marked()) {
        (None, ..) => {
            put_wrapped(frame.buffer_mut(), inside, inner.y, T::Looks.text(lang), theme.of(Mean::Quiet));
        }
        (Some(rows), None, _) => others(frame.buffer_mut(), inside, rows, form.at, (model, theme)),
        (Some(_), Some(cards), Some(row)) => compared(frame, inside, (&form, cards, row), &code, (lang, theme)),
        _ => {}
    }
}

fn others(buf: &mut Buffer, inside: Rect, rows: &[MergeRow], at: usize, (model, theme): (&Model, Theme)) {
    let lang = model.lang;
    let how = if rows.is_empty() { "merge-nobody" } else { "merge-how" };
    let y = put_wrapped(buf, inside, inside.y, lang.say(how), theme.of(Mean::Quiet)) + 1;
    let height = usize::from(inside.bottom().saturating_sub(y));
    let top = window(at, rows.len(), height);
    for (n, row) in rows.iter().enumerate().skip(top).take(height) {
        let (y, here) = (y + (n - top) as u16, n == at);
        let mean = if here { Mean::Strong } else { Mean::Plain };
        put(buf, inside.x, y, inside.right(), if here { "▸" } else { " " }, theme.of(Mean::Focus));
        put(buf, inside.x + 2, y, inside.x + LABELS, row.client.code.as_str(), theme.of(mean));
        let (id, mean_of) = match row.same {
            Same::Twin => ("merge-twin", Mean::Warn),
            Same::Merged => ("merge-merged", Mean::Quiet),
            Same::GoesOn => ("merge-goes-on", Mean::Quiet),
            Same::Other => ("", Mean::Quiet),
        };
        let word = if id.is_empty() { "" } else { lang.say(id) };
        let x = inside.right().saturating_sub(width(word));
        put(buf, x, y, inside.right(), word, theme.of(mean_of));
        let name = named(model, &row.client.name);
        put(buf, inside.x + LABELS, y, x.saturating_sub(1), &name, theme.of(mean));
    }
}

fn compared(
    frame: &mut Frame<'_>,
    inside: Rect,
    (form, cards, row): (&Joining, &[CardEntries; 2], &MergeRow),
    code: &str,
    (lang, theme): (Lang, Theme),
) {
    let column = inside.width.saturating_sub(LABELS) / 2;
    let left = inside.x + LABELS;
    let right = left + column;
    let buf = frame.buffer_mut();
    let mut y = inside.y;
    let words = |goes_on: bool| lang.say(if goes_on { "merge-kept" } else { "merge-closed" });
    let goes_on = form.open_goes_on();
    for (x, code, goes_on) in [(left, code, goes_on), (right, row.client.code.as_str(), !goes_on)] {
        let mean = if goes_on { Mean::Good } else { Mean::Quiet };
        put(buf, x, y, x + column - 1, &format!("{code} {}", words(goes_on)), theme.of(mean));
    }
    y += 1;
    let [mine, theirs] = cards.each_ref().map(|card| entries(card, lang));
    let labels = HEAD.iter().chain(&CardEntries::TEXTS);
    for ((label, mine), theirs) in labels.zip(mine).zip(theirs) {
        if mine.is_empty() && theirs.is_empty() {
            continue;
        }
        let differ = !mine.is_empty() && !theirs.is_empty() && mine != theirs;
        let mean = if differ { Mean::Warn } else { Mean::Plain };
        put(buf, inside.x, y, left - 1, lang.say(label), theme.of(Mean::Quiet));
        // Beside the colour: what the record that goes on takes over, and where each keeps its own.
        let taken = |own: &String, kept: &String| !own.is_empty() && kept.is_empty();
        let sides = [(left, right - 1, &mine, &theirs, goes_on), (right, inside.right(), &theirs, &mine, !goes_on)];
        for (x, end, own, other, kept) in sides {
            let mark = match () {
                () if differ && !kept => "≠ ",
                () if !kept && taken(own, other) => "+ ",
                () => "",
            };
            let text = if own.is_empty() { "–" } else { own };
            put(buf, x, y, end, &format!("{mark}{text}"), theme.of(mean));
        }
        y += 1;
    }
    let id = if row.same.joined() { "merge-back-means" } else { "merge-means" };
    let (kept, closed) = if goes_on { (code, row.client.code.as_str()) } else { (row.client.code.as_str(), code) };
    let means = msg(id).with("kept", kept).with("closed", closed).text(lang);
    let y = put_wrapped(buf, inside, y + 1, &means, theme.of(Mean::Quiet));
    let place = Rect { y, height: 2, ..inside };
    field::draw(frame, place, lang.say("merge-reason"), &form.reason, false, true, theme);
}

/// Name, birth date, sex, texts; an empty one where there is none.
fn entries(card: &CardEntries, lang: Lang) -> Vec<String> {
    let sex = card.sex.map(|sex| match sex {
        Sex::Female => lang.say("client-card-female").to_owned(),
        Sex::Male => lang.say("client-card-male").to_owned(),
    });
    let head = [Some(card.name.reveal().to_owned()), card.birth_date.clone(), sex];
    let texts = card.texts.iter().map(|text| text.as_ref().map(|text: &ClientText| text.reveal().replace('\n', " ")));
    head.into_iter().chain(texts).map(Option::unwrap_or_default).collect()
}
