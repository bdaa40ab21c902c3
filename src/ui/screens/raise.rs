//! Raising an escalation: the form, and beside it what goes out and what stays behind, as it stands.

use crate::app::model::Model;
use crate::app::pages::raise::{Line, RaiseForm};
use crate::app::wrap::wrap;
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::explain::Explain;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, named, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (theme, lang) = (view.theme, model.lang);
    let Some(form) = model.pages.get::<RaiseForm>() else { return };
    let left = Rect { width: area.width * 56 / 100, ..area };
    let right = Rect { x: left.right(), width: area.width - left.width, ..area };
    let title = format!("{} · {} {}", T::RaiseTitle.text(lang), named(model, &form.view.person.name), form.view.code);
    let inner = pane::framed(frame, left, &title, "", true, theme);
    lines(frame, Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }, form, lang, theme);
    let inner = pane::framed(frame, right, T::RaiseGoes.text(lang), "", false, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    goes(frame, inside, form, model, theme);
}

const fn label(line: Line) -> T {
    match line {
        Line::Reason => T::RaiseReason,
        Line::Ground => T::RaiseGround,
        Line::To => T::RaiseTo,
        Line::Tier => T::RaiseTier,
        Line::Why => T::RaiseWhy,
        Line::Argument => T::RaiseArgument,
        Line::Statute => T::RaiseStatute,
        Line::Location => T::RaiseLocation,
        Line::Means => T::RaiseMeans,
        Line::Summary => T::RaiseSummary,
        Line::Second => T::RaiseSecond,
        Line::Seal => T::RaiseSeal,
    }
}

/// What is chosen on a line.
fn chosen(form: &RaiseForm, line: Line, lang: Lang) -> String {
    let rules = &form.view.rules;
    match line {
        Line::Reason => rules.reason.get(form.reason).map_or_else(String::new, |r| r.label(lang).to_owned()),
        Line::Ground => form.chosen_ground().map_or_else(String::new, |(basis, limb)| {
            let law = if basis.unverified { format!(" · {}", T::LawUnverified.text(lang)) } else { String::new() };
            format!("{} · {}{law}", basis.label(lang), limb.label(lang))
        }),
        Line::To => form.view.receivers.get(form.to).map_or_else(String::new, |r| {
            let call = r.call.as_ref().filter(|c| !r.name.contains(c.as_str()));
            call.map_or_else(|| r.name.clone(), |call| format!("{} · {call}", r.name))
        }),
        Line::Tier => match form.tier {
            1 => T::RaiseTier1.text(lang).to_owned(),
            2 => T::RaiseTier2.text(lang).to_owned(),
            _ => T::RaiseTier3.text(lang).to_owned(),
        },
        Line::Why => match form.why.checked_sub(1) {
            None => T::RaiseWhyNone.text(lang).to_owned(),
            Some(n) => rules.proposal.get(n).map_or(T::RaiseWhyTyped.text(lang), |p| p.label(lang)).to_owned(),
        },
        Line::Second => if form.alone { T::RaiseAlone } else { T::RaiseWaits }.text(lang).to_owned(),
        _ => String::new(),
    }
}

fn lines(frame: &mut Frame<'_>, inside: Rect, form: &RaiseForm, lang: Lang, theme: Theme) {
    let mut y = inside.y;
    let all = form.lines();
    // Where not all fit, the lines above the mark move up.
    let tall = |line: &Line| -> u16 {
        if line.is_text() {
            return 2;
        }
        let rows = wrap(&chosen(form, *line, lang), inside.width.saturating_sub(4)).len() as u16;
        if *line == Line::Seal { 1 } else { 1 + rows.max(1) }
    };
    let mut from = 0;
    let needed = |from: usize| -> u16 { all[from..=form.focus].iter().map(tall).sum() };
    while from < form.focus && needed(from) > inside.height {
        from += 1;
    }
    for (n, line) in all.iter().enumerate().skip(from) {
        if y + tall(line) > inside.bottom() {
            return;
        }
        let focus = n == form.focus;
        if let Some(text) = form.field(*line) {
            let place = Rect { y, height: 2, ..inside };
            field::draw(frame, place, label(*line).text(lang), text, false, focus, theme);
            y += 2;
            continue;
        }
        let buf = frame.buffer_mut();
        let style = theme.of(if focus { Mean::Focus } else { Mean::Quiet });
        let x = put(buf, inside.x, y, inside.right(), if focus { "▸ " } else { "  " }, style);
        put(buf, x, y, inside.right(), label(*line).text(lang), style);
        y += 1;
        if *line == Line::Seal {
            continue;
        }
        let words = chosen(form, *line, lang);
        let mean = match line {
            Line::Why if form.why == 0 => Mean::Warn,
            Line::Second if form.alone => Mean::Warn,
            _ => Mean::Plain,
        };
        if focus {
            put(buf, inside.x + 2, y, inside.right(), "◂", theme.of(Mean::Focus));
            put(buf, inside.right().saturating_sub(1), y, inside.right(), "▸", theme.of(Mean::Focus));
        }
        let place = Rect { x: inside.x + 4, width: inside.width.saturating_sub(6), ..inside };
        y = put_wrapped(buf, place, y, &words, theme.of(mean)).max(y + 1);
    }
}

/// What goes out and what stays behind.
fn goes(frame: &mut Frame<'_>, inside: Rect, form: &RaiseForm, model: &Model, theme: Theme) {
    let lang = model.lang;
    let buf = frame.buffer_mut();
    let person = &form.view.person;
    let unknown = T::RaiseUnknown.text(lang);
    let text = |t: &Option<ClientText>| t.as_ref().map_or_else(|| unknown.to_owned(), |t| t.reveal().to_owned());
    let mut y = inside.y;
    let mut line = |y: u16, mark: &str, text: &str, mean: Mean| -> u16 {
        if y >= inside.bottom() {
            return y;
        }
        put(buf, inside.x, y, inside.right(), mark, theme.of(mean));
        let place = Rect { x: inside.x + 2, width: inside.width.saturating_sub(2), ..inside };
        put_wrapped(buf, place, y, text, theme.of(mean))
    };
    let fields = [
        (T::Name, named(model, &person.name).into_owned()),
        (T::RaiseBirth, person.birth_date.clone().unwrap_or_else(|| unknown.to_owned())),
        (T::RaiseAddress, text(&person.address)),
        (T::Contact, text(&person.contact)),
    ];
    for (label, value) in fields {
        y = line(y, "+", &format!("{}: {value}", label.text(lang)), Mean::Plain);
    }
    y = line(y, "+", T::RaiseCodes.text(lang), Mean::Plain);
    let adds = [(2, T::RaiseAdds2), (3, T::RaiseAdds3)];
    for (_, what) in adds.iter().filter(|(tier, _)| form.tier >= *tier) {
        y = line(y, "+", what.text(lang), Mean::Warn);
    }
    y += 1;
    y = line(y, " ", T::RaiseStays.text(lang), Mean::Strong);
    for (_, what) in adds.iter().filter(|(tier, _)| form.tier < *tier) {
        y = line(y, "−", what.text(lang), Mean::Quiet);
    }
    for what in [T::RaiseStaysRecord, T::RaiseStaysWords, T::RaiseStaysWhy] {
        y = line(y, "−", what.text(lang), Mean::Quiet);
    }
    y += 1;
    let (told, mean) = match form.refusal(&model.now.date(), lang) {
        Some(why) => (PacketError::Raise(why).message().text(lang), Mean::Warn),
        None => (T::RaiseReady.text(lang).to_owned(), Mean::Good),
    };
    put_wrapped(buf, inside, y, &told, theme.of(mean));
}
