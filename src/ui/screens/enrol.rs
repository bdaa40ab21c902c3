//! Enrolling a member.

use crate::app::model::Model;
use crate::app::pages::enrol::{EnrolForm, Line, Stage};
use crate::texts::{Message, msg};
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{enrolment, field, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The form.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (theme, lang) = (view.theme, model.lang);
    let form: EnrolForm = model.pages.read();
    let place = pane::centred(area, 76, 19);
    let inner = pane::framed(frame, place, T::EnrolTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = inner.y + 1;
    if let Stage::Done(name, words) = &form.stage {
        y = put_wrapped(buf, inside, y, &msg("enrol-done").with("name", name).text(lang), theme.of(Mean::Good)) + 1;
        y = put_wrapped(buf, inside, y, &msg("enrol-read").with("name", name).text(lang), theme.of(Mean::Plain)) + 1;
        y = put_wrapped(buf, inside, y, &format!("  {words}"), theme.of(Mean::Strong)) + 1;
        y = put_wrapped(buf, inside, y, T::EnrolCompare.text(lang), theme.of(Mean::Plain)) + 1;
        put_wrapped(buf, inside, y, T::EnrolPhrases.text(lang), theme.of(Mean::Quiet));
        return;
    }
    y = put_wrapped(buf, inside, y, &why(&form).text(lang), theme.of(Mean::Quiet)) + 1;
    if form.working {
        put(buf, inside.x, y, inside.right(), T::EnrolMaking.text(lang), theme.of(Mean::Focus));
        return;
    }
    for (n, line) in form.lines().into_iter().enumerate() {
        let focus = n == form.focus;
        let place = Rect { y, height: 2, ..inside };
        match (line, form.field(line)) {
            (_, Some(typed)) => {
                let secret = matches!(line, Line::Second | Line::New | Line::Again);
                field::draw(frame, place, &label(&form, line).text(lang), typed, secret, focus, theme);
            }
            (Line::With, None) => with(frame, place, &form, focus, model, view),
            (_, None) => enrolment::role(frame, place, form.role, focus, lang, theme),
        }
        y += 2 + u16::from(area.height > 20);
    }
    if form.stage == Stage::Passphrase {
        let made = form.made.then(|| form.passphrase[0].text());
        enrolment::strength(frame, inside, y, made, form.judged.as_ref(), lang, theme);
    }
}

/// Who has to be there.
fn why(form: &EnrolForm) -> Message {
    match (&form.stage, form.second_name()) {
        (Stage::Passphrase, _) => msg("enrol-passphrase-how").with("name", form.name.text().trim()),
        (_, Some(name)) => msg("enrol-with-how").with("name", name),
        _ if form.seconds.is_some() => msg("enrol-alone-how"),
        _ => msg("enrol-how"),
    }
}

fn label(form: &EnrolForm, line: Line) -> Message {
    match line {
        Line::Name => msg("name"),
        Line::Second => msg("enrol-second").with("name", form.second_name().map_or("", String::as_str)),
        Line::Reason => msg("enrol-reason"),
        Line::New => msg("passphrase"),
        Line::Again => msg("passphrase-again"),
        Line::Role | Line::With => msg("enrol-with"),
    }
}

/// Which of several the second person is, on one line.
fn with(frame: &mut Frame<'_>, place: Rect, form: &EnrolForm, focus: bool, model: &Model, view: &View) {
    let theme = view.theme;
    let buf = frame.buffer_mut();
    let style = theme.of(if focus { Mean::Focus } else { Mean::Quiet });
    put(buf, place.x, place.y, place.right(), if focus { "▸ " } else { "  " }, style);
    put(buf, place.x + 2, place.y, place.right(), &msg("enrol-with").text(model.lang), style);
    let mut x = place.x + 2;
    // The chosen one is seen, however many there are.
    for (n, name) in form.seconds.iter().flatten().enumerate().skip(form.with.saturating_sub(2)) {
        let chosen = n == form.with;
        let text = format!("{} {name}", if chosen { "●" } else { "○" });
        x = put(buf, x, place.y + 1, place.right(), &text, theme.of(if chosen { Mean::Strong } else { Mean::Quiet }))
            + 2;
    }
}
