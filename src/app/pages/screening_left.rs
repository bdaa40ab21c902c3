//! Why a screener that opened by itself was left: one of the centre's reasons, with words of the counsellor where the reason
//! needs them. What was answered so far is kept with it.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::store::Subject;
use crate::domain::crisis::screening_left::ScreeningLeft;
use crate::domain::practice::text::ClientText;

/// The form.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, ARROWS, BACK_TYPING, EVERYWHERE_TYPING],
    entered,
    step: command,
    typed,
    ..Page::FORM
};

/// What is chosen and typed there.
#[derive(Debug, Clone, Default)]
pub struct WhyLeft {
    /// Which reason is marked.
    pub at: usize,
    /// Words to it.
    pub words: Field,
    /// It is being sealed.
    pub keeping: bool,
}

fn entered(model: &mut Model) -> Vec<Effect> {
    let about = model
        .sheet
        .as_ref()
        .map(|sheet| Subject { client: sheet.client, of: format!("{} {:?}", sheet.instrument, sheet.opened) });
    model.pages.fill(about.unwrap_or_default(), WhyLeft::default);
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|why: &mut WhyLeft| why.words.edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = model.triage.left.len();
    match command {
        Command::Up => model.pages.with(|why: &mut WhyLeft| why.at = step(why.at, -1, count)),
        Command::Down => model.pages.with(|why: &mut WhyLeft| why.at = step(why.at, 1, count)),
        Command::Back => model.back(),
        Command::Open => return keep(model),
        _ => {}
    }
    Vec::new()
}

fn keep(model: &mut Model) -> Vec<Effect> {
    let why = model.pages.read::<WhyLeft>();
    let Some(sheet) = &model.sheet else {
        model.back();
        return Vec::new();
    };
    let (Some(reason), Some(opened)) = (model.triage.left.get(why.at), sheet.opened.clone()) else {
        model.say(Say::NothingChosen);
        return Vec::new();
    };
    let words = why.words.text().trim();
    if why.keeping {
        return Vec::new();
    }
    if reason.words && words.is_empty() {
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    let Some(client) = sheet.client else {
        model.say(Say::NoSession);
        return Vec::new();
    };
    let left = Box::new(ScreeningLeft {
        instrument: sheet.instrument.clone(),
        opened,
        session: sheet.session,
        reason: reason.id.clone(),
        words: (!words.is_empty()).then(|| ClientText::new(words)),
        answers: sheet.answers.clone(),
    });
    model.pages.with(|why: &mut WhyLeft| why.keeping = true);
    vec![Effect::KeepScreeningLeft { client, left }]
}

/// It is on disk: the screener goes.
pub fn kept(model: &mut Model) -> Vec<Effect> {
    model.pages.take::<WhyLeft>();
    let client = model.sheet.as_ref().and_then(|sheet| sheet.client);
    if model.screen == Screen::ScreeningLeft {
        model.sheet = None;
        model.back();
        // The questions, or the result that stood in their place.
        if matches!(model.screen, Screen::Assessment | Screen::Score) {
            model.back();
        }
    }
    model.say(Say::ReasonKept);
    // The cue that opened it says so.
    client.map(Effect::OpenClient).into_iter().collect()
}

/// It could not be sealed.
pub fn not_kept(model: &mut Model) {
    if let Some(why) = model.pages.get_mut::<WhyLeft>() {
        why.keeping = false;
    }
}
