//! The state of the centre: the vault, what is due, the members, the models. No client is named here.

use crate::app::model::Model;
use crate::app::pages::centre::CentrePage;
use crate::app::state::findings::Findings;
use crate::app::wrap::wrap;
use crate::domain::governance::concern::Concern;
use crate::ui::i18n::T;
use crate::ui::keyed::keyed;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{day, findings, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Where an admin starts.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (theme, lang) = (view.theme, model.lang);
    let page: CentrePage = model.pages.read();
    let left = area.width * 55 / 100;
    state(frame, Rect { width: left, ..area }, model, &page, theme);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    let list: Findings = model.pages.read();
    let low = (list.list.len() as u16 + 2).clamp(4, area.height / 2);
    let upper = Rect { height: right.height - low, ..right };
    members(frame, upper, model, &page, theme);
    let place = Rect { y: upper.bottom(), height: low, ..right };
    let inner = pane::framed(frame, place, T::DoctorTitle.text(lang), "", false, theme);
    findings::draw(frame.buffer_mut(), inner, &list.list, None, model, theme, true);
}

/// The vault, backups, duties.
fn state(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &CentrePage, theme: Theme) {
    let lang = model.lang;
    let centre = model.signed_in.as_ref().map_or("", |who| who.centre.as_str());
    let inner = pane::framed(frame, area, &format!("{} · {centre}", T::CentreTitle.text(lang)), "", true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let mut y = findings::vault(buf, inside, inner.y, model, theme) + 1;
    let Some(view) = &page.view else {
        put(buf, inside.x, y, inside.right(), T::Looks.text(lang), theme.of(Mean::Quiet));
        return;
    };
    y = match view.backup {
        Some(at) => {
            let text = format!("{}: {}", T::CentreBackup.text(lang), day(at));
            put_wrapped(buf, inside, y, &text, theme.of(Mean::Plain))
        }
        // It is the first of the duties then.
        None if model.concerns().iter().any(|c| matches!(c, Concern::BackupDue { .. })) => y,
        None => put_wrapped(buf, inside, y, &keyed(model, T::CentreNoBackup.text(lang)), theme.of(Mean::Warn)),
    } + 1;
    y = put_wrapped(buf, inside, y, T::CentreDuties.text(lang), theme.of(Mean::Strong));
    let duties: Vec<_> = model.concerns().iter().filter(|c| !c.grave()).collect();
    if duties.is_empty() {
        put_wrapped(buf, inside, y, T::CentreNoDuties.text(lang), theme.of(Mean::Good));
    }
    let lines = duty_lines(&duties, usize::from(inside.bottom().saturating_sub(y)), inside.width, model);
    for (line, mean) in lines {
        y = put_wrapped(buf, inside, y, &line, theme.of(mean));
    }
}

/// Every duty, and what to do about it below those that have the same remedy. Where that is too long for the rows, the
/// duties alone: each of them has to be seen.
fn duty_lines(duties: &[&Concern], rows: usize, width: u16, model: &Model) -> Vec<(String, Mean)> {
    let lang = model.lang;
    let words = |duty: &&Concern| (keyed(model, &format!("! {}", duty.words(lang))), Mean::Warn);
    let mut whole = Vec::new();
    for (n, duty) in duties.iter().enumerate() {
        whole.push(words(duty));
        let remedy = duty.remedy(lang);
        if duties.get(n + 1).is_none_or(|next| next.remedy(lang) != remedy) {
            whole.push((keyed(model, &format!("  → {remedy}")), Mean::Plain));
        }
    }
    let height: usize = whole.iter().map(|(line, _)| wrap(line, width).len()).sum();
    if height <= rows { whole } else { duties.iter().map(words).collect() }
}

fn members(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &CentrePage, theme: Theme) {
    let lang = model.lang;
    let Some(view) = &page.view else {
        pane::framed(frame, area, T::CentreMembers.text(lang), "", false, theme);
        return;
    };
    let title = format!("{} {}", T::CentreMembers.text(lang), view.members.len());
    let inner = pane::framed(frame, area, &title, "", false, theme);
    let buf = frame.buffer_mut();
    let mut y = inner.y;
    let top = page.top.min(view.members.len().saturating_sub(usize::from(inner.height)));
    for (name, role, here) in view.members.iter().skip(top) {
        if y >= inner.bottom() {
            return;
        }
        let x = put(buf, inner.x + 1, y, inner.right(), name, theme.of(Mean::Plain));
        let x = put(buf, x + 1, y, inner.right(), role.label(lang), theme.of(Mean::Quiet));
        if *here {
            let text = format!("· {}", T::CentreKeyHere.text(lang));
            put(buf, x + 1, y, inner.right(), &text, theme.of(Mean::Quiet));
        }
        y += 1;
    }
    if view.former > 0 {
        let text = format!("{}: {}", T::CentreFormer.text(lang), view.former);
        put(buf, inner.x + 1, y, inner.right(), &text, theme.of(Mean::Quiet));
    }
}
