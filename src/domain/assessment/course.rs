//! The course of one instrument over a client's sheets: what was given, its change since the first, what it alerts to.

use crate::domain::assessment::administration::{Administration, points};
use crate::domain::assessment::instrument::{Instrument, Library};
use crate::domain::assessment::trajectory::{Alert, alert};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;

/// One instrument's history. At least one sheet.
#[derive(Debug)]
pub struct Course<'a> {
    /// The instrument.
    pub instrument: &'a Instrument,
    /// Oldest first.
    pub sheets: Vec<&'a Administration>,
    /// How it stands today.
    pub alert: Alert,
}

/// The courses of all instruments that were given, or of one, in the order of the library.
pub fn courses<'a>(
    library: &'a Library,
    all: &'a [Administration],
    only: Option<&InstrumentId>,
    lang: Lang,
) -> Vec<Course<'a>> {
    let of = |instrument: &'a Instrument| {
        let sheets: Vec<&Administration> = all.iter().filter(|a| a.instrument == instrument.id).collect();
        let alert = alert(instrument, &points(all, &instrument.id), false, lang);
        (!sheets.is_empty()).then_some(Course { instrument, sheets, alert })
    };
    library.iter().filter(|i| only.is_none_or(|o| o == &i.id)).filter_map(of).collect()
}
