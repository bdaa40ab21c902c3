//! One question after the other: giving an answer, going to the next that is asked, the score at the end. With the
//! counsellor, or alone in the kiosk.

use crate::app::command::{Command, steps};
use crate::app::effect::Effect;
use crate::app::flow::{lock, sheet};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::sheet::{Sheet, asked, skippable, values};
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::score::Context as Person;
use crate::domain::explain::ErrorReport;

/// What a command does to the question that is asked.
pub fn answer(model: &mut Model, command: Command) -> Vec<Effect> {
    let library = model.library.clone();
    let kiosk = model.screen == Screen::Kiosk;
    let Some(sheet) = &mut model.sheet else {
        model.back();
        return Vec::new();
    };
    let Ok(instrument) = library.get(&sheet.instrument) else { return Vec::new() };
    if command == Command::Back {
        if kiosk {
            // Only the passphrase leads out of the kiosk; what was answered so far waits for the counsellor.
            return lock::hand_back(model);
        }
        if sheet.opened.is_some() {
            // What opened it does not go away by leaving it: the record has why.
            model.go(Screen::ScreeningLeft);
            return Vec::new();
        }
        if sheet.begun() {
            model.overlay = Some(Overlay::Confirm(Question::LeaveSheet));
            return Vec::new();
        }
        return sheet::leave(model);
    }
    if sheet.total.is_some() {
        return if command == Command::Open { finish(model) } else { Vec::new() };
    }
    if sheet.ending {
        match command {
            Command::Open => return finish(model),
            Command::PrevQuestion => sheet.ending = false,
            _ => {}
        }
        return Vec::new();
    }
    let Some(item) = instrument.items.get(sheet.at) else { return Vec::new() };
    let values = values(instrument, item);
    match command {
        Command::Answer(n) => {
            let n = i32::from(n);
            if values.contains(&n) {
                return give(model, instrument, n);
            }
        }
        Command::Open => {
            if let Some(v) = values.get(sheet.choice).copied() {
                return give(model, instrument, v);
            }
        }
        Command::PrevQuestion => go_to(sheet, instrument, -1),
        Command::NextQuestion => {
            if sheet.answers.0.get(sheet.at).is_some_and(Option::is_some) || skippable(sheet, instrument) {
                return forward(model, instrument);
            }
        }
        _ => {
            if let Some(by) = steps(command) {
                sheet.choice = step(sheet.choice, by, values.len());
            }
        }
    }
    Vec::new()
}

fn give(model: &mut Model, instrument: &Instrument, value: i32) -> Vec<Effect> {
    let Some(sheet) = &mut model.sheet else { return Vec::new() };
    if let Some(place) = sheet.answers.0.get_mut(sheet.at) {
        *place = Some(value);
    }
    // What is no longer asked must not stay answered.
    for n in 0..instrument.items.len() {
        if !asked(&instrument.items[n], sheet, instrument)
            && let Some(place) = sheet.answers.0.get_mut(n)
        {
            *place = None;
        }
    }
    forward(model, instrument)
}

fn forward(model: &mut Model, instrument: &Instrument) -> Vec<Effect> {
    let Some(sheet) = &mut model.sheet else { return Vec::new() };
    let before = sheet.at;
    go_to(sheet, instrument, 1);
    if sheet.at != before {
        return Vec::new();
    }
    if model.screen == Screen::Kiosk {
        // A slip on the last item can still be mended.
        sheet.ending = true;
        return Vec::new();
    }
    finish(model)
}

/// To the next item in a direction that is asked; stays when there is none.
fn go_to(sheet: &mut Sheet, instrument: &Instrument, by: isize) {
    let mut at = sheet.at;
    loop {
        let next = at.saturating_add_signed(by);
        if next == at || next >= instrument.items.len() {
            return;
        }
        at = next;
        if asked(&instrument.items[at], sheet, instrument) {
            break;
        }
    }
    sheet.at = at;
    sheet.mark(instrument);
}

fn finish(model: &mut Model) -> Vec<Effect> {
    let library = model.library.clone();
    let lang = model.lang;
    let Some(sheet) = &mut model.sheet else { return Vec::new() };
    let Ok(instrument) = library.get(&sheet.instrument) else { return Vec::new() };
    let person = Person { lang, ..sheet.person };
    let scored = match &sheet.total {
        Some(total) => match total.text().parse() {
            Ok(total) => instrument.score_total(total, &person),
            Err(_) => {
                model.say(Say::FieldMissing);
                return Vec::new();
            }
        },
        None => instrument.score(&sheet.answers, &person),
    };
    match scored {
        Ok(score) => sheet.score = Some(score),
        Err(fault) => {
            model.say(Say::ErrorReport(ErrorReport::from(fault)));
            return Vec::new();
        }
    }
    if model.screen == Screen::Kiosk {
        // The client hands the terminal back: the result is kept, and only the passphrase leads on.
        let mut effects = sheet::keep(model);
        effects.extend(lock::hand_back(model));
        return effects;
    }
    model.turn(Screen::Score);
    Vec::new()
}
