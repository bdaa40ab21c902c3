//! Korean or English.

use crate::app::effect::Effect;
use crate::app::flow::handed;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::domain::practice::lang::Lang;

/// The other language, on this screen and the next time.
pub fn change(model: &mut Model) -> Vec<Effect> {
    model.lang = match model.lang {
        Lang::Ko => Lang::En,
        Lang::En => Lang::Ko,
    };
    if model.screen == Screen::Kiosk {
        handed::language(model);
    }
    let mut effects = vec![Effect::RememberLang(model.lang)];
    if matches!(model.screen, Screen::Doctor | Screen::Centre) {
        // What was found there was told in the language of then.
        effects.push(Effect::Examine);
    }
    effects
}
