//! Into which file a paper of the office is written.

use crate::app::model::Model;
use crate::app::pages::paper_out::{OutForm, OutKind};
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Title, explanation and labels of a kind.
fn words(kind: &OutKind, lang: Lang) -> (String, &'static str, &'static [T]) {
    match kind {
        OutKind::Inspection(month) => {
            let title = format!("{} · {month}", T::InspectionSign.text(lang));
            (title, T::InspectionSignHow.text(lang), &[T::OfficeFilePdf])
        }
        OutKind::Course(number) => {
            let title = format!("{} · {number}", T::CourseTitle.text(lang));
            (title, T::CoursePaperHow.text(lang), &[T::ExportReason, T::OfficeFilePdf])
        }
        OutKind::Hours => {
            let title = T::ListHours.text(lang).to_owned();
            (title, lang.say("hours-file-how"), &[T::OfficeFileCsv])
        }
        OutKind::Statistics => (
            T::StatisticsTitle.text(lang).to_owned(),
            T::StatisticsHow.text(lang),
            &[T::StatisticsFrom, T::StatisticsTo, T::OfficeFileTable],
        ),
    }
}

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(form) = model.pages.get::<OutForm>() else { return };
    let (title, how, labels) = words(&form.kind, lang);
    let inner = pane::framed(frame, pane::centred(area, 76, 17), &title, "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y = put_wrapped(frame.buffer_mut(), inside, inner.y, how, theme.of(Mean::Quiet)) + 1;
    for (n, (label, typed)) in labels.iter().zip(&form.fields).enumerate() {
        let place = Rect { y, height: 2, ..inside };
        let focus = n == form.focus && model.overlay.is_none();
        field::draw(frame, place, label.text(lang), typed, false, focus, theme);
        y += 3;
    }
}
