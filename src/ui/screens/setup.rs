//! What is set up at the first run: models, the microphone, the practice client, the tour.

use crate::app::model::Model;
use crate::app::state::setup::{ModelOffer, PullState, Pulling, Setup};
use crate::app::views::SoundCheck;
use crate::domain::governance::access::Capability;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{microphone, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Rows above which every part stands apart.
const ROOMY: u16 = 22;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (theme, lang) = (view.theme, model.lang);
    let inner = pane::framed(frame, area, T::SetupTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let part = Rect { x: inside.x + 3, width: inside.width.saturating_sub(3), ..inside };
    let apart = u16::from(inner.height > ROOMY);
    let setup: Setup = model.pages.read();
    let buf = frame.buffer_mut();
    let mut y = put_wrapped(buf, inside, inner.y, T::SetupHow.text(lang), theme.of(Mean::Quiet)) + apart;
    // Numbered in the order in which they are shown: not everybody has all of them.
    let mut nth = 0;
    let mut title = |buf: &mut Buffer, y: u16, text: T| {
        nth += 1;
        put(buf, inside.x, y, inside.right(), &format!("{nth} {}", text.text(lang)), theme.of(Mean::Strong))
    };
    title(buf, y, T::SetupModels);
    y += 1;
    match &setup.offers {
        None => y = put_wrapped(buf, part, y, T::SetupMeasures.text(lang), theme.of(Mean::Quiet)),
        Some(offers) => {
            for offer in offers {
                y = model_row(buf, part, y, offer, lang, theme);
            }
        }
    }
    if let Some(pulling) = &setup.pulling {
        y = progress(buf, part, y, pulling, lang, theme);
    }
    y += apart;
    if model.may(Capability::RunSession) {
        let x = title(buf, y, T::SetupMicrophone);
        y += 1;
        match model.pages.get::<SoundCheck>() {
            Some(check) => {
                microphone::draw(buf, Rect { y, ..part }, check, lang, theme);
                y += 2;
            }
            None => {
                put(buf, x + 2, y - 1, inside.right(), T::SetupMicrophoneHow.text(lang), theme.of(Mean::Plain));
            }
        }
        y += apart;
        title(buf, y, T::SetupPractice);
        y = put_wrapped(buf, part, y + 1, T::SetupPracticeHow.text(lang), theme.of(Mean::Plain)) + apart;
    }
    title(buf, y, T::SetupTour);
    put_wrapped(buf, part, y + 1, T::SetupTourHow.text(lang), theme.of(Mean::Plain));
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

fn model_row(buf: &mut Buffer, part: Rect, y: u16, offer: &ModelOffer, lang: Lang, theme: Theme) -> u16 {
    let (glyph, state, mean) = match offer.here {
        true => ("●", T::SetupHere, Mean::Good),
        false => ("○", T::SetupMissing, Mean::Warn),
    };
    let x = put(buf, part.x, y, part.right(), glyph, theme.of(mean));
    let bytes = offer.bytes.map_or_else(String::new, megabytes);
    let text = format!(" {} · {} · {bytes} · ", offer.task.text(lang), offer.id);
    let x = put(buf, x, y, part.right(), &text, theme.of(Mean::Plain));
    let x = put(buf, x, y, part.right(), state.text(lang), theme.of(mean));
    let slow = if offer.keeps_up { "" } else { T::SetupSlow.text(lang) };
    put(buf, x, y, part.right(), &format!(" {slow} · {}", offer.licence).replace("  ", " "), theme.of(Mean::Quiet));
    y + 1
}

/// How far it is; where it failed why, what to do, and how the model comes without a network.
fn progress(buf: &mut Buffer, part: Rect, y: u16, pulling: &Pulling, lang: Lang, theme: Theme) -> u16 {
    match &pulling.state {
        PullState::Runs => {
            let (nth, of) = pulling.nth;
            let share = pulling.total.filter(|t| *t > 0).map(|t| (pulling.done.min(t) * 100 / t).to_string());
            let text = msg("setup-pulls")
                .with("id", pulling.id.as_str())
                .with("nth", nth)
                .with("of", of)
                .shown("done", megabytes(pulling.done))
                .shown("total", pulling.total.map_or_else(|| "?".to_owned(), megabytes))
                .shown("percent", share.unwrap_or_else(|| "?".to_owned()));
            put_wrapped(buf, part, y, &text.text(lang), theme.of(Mean::Focus))
        }
        PullState::Done => put_wrapped(buf, part, y, T::SetupDone.text(lang), theme.of(Mean::Good)),
        PullState::Stopped => put_wrapped(buf, part, y, T::SetupStopped.text(lang), theme.of(Mean::Warn)),
        PullState::Failed(fault) => {
            let (what, hint) = fault.said(lang);
            let y = put_wrapped(buf, part, y, &format!("! {what}"), theme.of(Mean::Warn));
            let y = put_wrapped(buf, part, y, &format!("→ {hint}"), theme.of(Mean::Plain));
            let by_hand = msg("setup-by-hand").with("id", pulling.id.as_str()).text(lang);
            put_wrapped(buf, part, y, &by_hand, theme.of(Mean::Plain))
        }
    }
}
