//! Choosing where the sound of a session comes from.

use crate::app::model::Model;
use crate::app::msg::{Health, Looked};
use crate::app::state::findings::Findings;
use crate::app::state::sound_input::{FileMenu, InputForm, shown, spoken};
use crate::app::views::SoundCheck;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, microphone, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Rows of the form where a file is chosen, on a screen that has them.
const MOST_HIGH: u16 = 30;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let (form, menu): (InputForm, FileMenu) = (model.pages.read(), model.pages.read());
    // A path has the files below it that it may be.
    let place = pane::centred(area, 76, if form.file { MOST_HIGH } else { 17 });
    let inner = pane::framed(frame, place, T::InputTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let looked: Findings = model.pages.read();
    let file = form.file;
    let practice = model.client.as_ref().is_some_and(|page| page.file.client.code.is_practice());
    if practice {
        put_wrapped(frame.buffer_mut(), inside, inner.y + 1, T::PracticeSound.text(lang), theme.of(Mean::Strong));
    }
    let choices = if practice { 0 } else { 2 };
    for (n, (t, chosen)) in [(T::Microphone, !file), (T::File, file)].into_iter().take(choices).enumerate() {
        let style = theme.of(if chosen { Mean::Strong } else { Mean::Quiet });
        let text = format!("{} {}", if chosen { "●" } else { "○" }, t.text(lang));
        put(frame.buffer_mut(), inside.x, inner.y + 1 + n as u16, inside.right(), &text, style);
    }
    if file && !practice {
        let place = Rect { y: inner.y + 4, height: 2, ..inside };
        field::draw(frame, place, T::FilePath.text(lang), &form.path, false, true, theme);
        let y = put_wrapped(frame.buffer_mut(), inside, inner.y + 6, T::FileKinds.text(lang), theme.of(Mean::Quiet));
        let place = Rect { y, height: inner.bottom().saturating_sub(7 + y), ..inside };
        files(frame, place, &form, &menu, lang, view);
    }
    if !file && !practice {
        let (check, y): (SoundCheck, _) = (model.pages.read(), inside.y + 4);
        microphone::draw(frame.buffer_mut(), Rect { y, ..inside }, &check, lang, theme);
        if check.fault.is_some() {
            put_wrapped(frame.buffer_mut(), inside, y + 2, T::MicNone.text(lang), theme.of(Mean::Plain));
        }
    }
    let little = looked.list.iter().any(|f| f.what == Looked::Disk && f.state.is_err());
    if little {
        let row = Rect { y: inner.bottom() - 3, ..inside };
        put(frame.buffer_mut(), row.x, row.y, row.right(), T::DiskLow.text(lang), theme.of(Mean::Warn));
    }
    let ready = |what: &[Looked]| -> Option<bool> {
        let looked = looked.list.iter().filter(|f| what.contains(&f.what));
        looked.map(|f| f.health != Health::Wrong).reduce(|all, one| all && one)
    };
    let says = |ready: Option<bool>, of: T, good: T, missing: T| match ready {
        Some(true) => (good.text(lang).to_owned(), Mean::Good),
        Some(false) => (missing.text(lang).to_owned(), Mean::Warn),
        None => (format!("{}: {}", of.text(lang), T::Looks.text(lang)), Mean::Quiet),
    };
    let speech = ready(&[Looked::SpeechModel, Looked::SpeechWorker]);
    let language = ready(&[Looked::LanguageModel, Looked::LanguageWorker]);
    let consented = model.client.as_ref().is_none_or(|page| page.file.consent.scopes.contains(&Scope::Ai));
    let lines = [
        says(speech, T::Speech, T::SpeechReady, T::SpeechMissing),
        // A model that is there does nothing for a client who did not agree.
        match consented {
            true => says(language, T::Language, T::DirectionsReady, T::DirectionsMissing),
            false => (T::NoSuggestionsAi.text(lang).to_owned(), Mean::Quiet),
        },
    ];
    for (n, (text, mean)) in lines.iter().enumerate() {
        put(frame.buffer_mut(), inside.x, inner.bottom() - 5 + n as u16, inside.right(), text, theme.of(*mean));
    }
    let spoken = spoken(model);
    let both =
        [Lang::Ko, Lang::En].map(|l| format!("{} {}", if l == spoken { "●" } else { "○" }, l.endonym())).join("  ");
    let text = format!("{}: {both}", T::Spoken.text(lang));
    put(frame.buffer_mut(), inside.x, inner.bottom() - 6, inside.right(), &text, theme.of(Mean::Strong));
    // Nothing begins with a microphone that is not there.
    if file || practice || model.pages.read::<SoundCheck>().fault.is_none() {
        let y = inner.bottom() - 2;
        put(frame.buffer_mut(), inside.x, y, inside.right(), T::PressEnter.text(lang), theme.of(Mean::Recording));
    }
}

/// The files and folders that the path may be.
fn files(frame: &mut Frame<'_>, area: Rect, form: &InputForm, menu: &FileMenu, lang: Lang, view: &mut View) {
    let theme = view.theme;
    let found = shown(form, menu);
    let buf = frame.buffer_mut();
    if found.is_empty() && menu.view.is_some() && form.path.is_blank() {
        put(buf, area.x, area.y, area.right(), T::FilesNone.text(lang), theme.of(Mean::Quiet));
    }
    let height = usize::from(area.height);
    let top = window(menu.at.unwrap_or(0), found.len(), height);
    for (n, entry) in found.iter().enumerate().skip(top).take(height) {
        let y = area.y + (n - top) as u16;
        let marked = menu.at == Some(n);
        let more = n + 1 == top + height && n + 1 < found.len();
        let text = format!("{} {}{}", if marked { "▸" } else { " " }, entry.name, if entry.folder { "/" } else { "" });
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        let x = put(buf, area.x, y, area.right().saturating_sub(8), &text, style);
        if more {
            put(buf, x, y, area.right(), &format!("  … +{}", found.len() - n - 1), theme.of(Mean::Quiet));
        }
    }
}
