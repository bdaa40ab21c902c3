//! Leaving the program: whatever was typed and is not kept is sealed first, or kept against a crash where it cannot be sealed
//! without a word more.

use crate::app::effect::Effect;
use crate::app::flow::{case_report, note, safety_plan};
use crate::app::model::Model;
use crate::app::pages::{card, process_text};

/// Seals everything unsaved without a word: nobody can be asked.
pub fn keep_all(model: &mut Model) -> Vec<Effect> {
    let mut effects = note::keep_typing(model);
    effects.extend(safety_plan::save_silently(model));
    effects.extend(case_report::save_silently(model));
    effects.extend(card::save_silently(model));
    effects.extend(process_text::save_silently(model));
    effects
}
