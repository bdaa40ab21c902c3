//! Answer sheets: choosing what is given, keeping the answers, and what a critical answer opens.

use crate::app::effect::Effect;
use crate::app::field::Field;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::sheet::{Sheet, language_of};
use crate::domain::assessment::administration::Administration;
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::outcome::Proposals;
use crate::domain::assessment::score::{Answers, Context as Person};
use crate::domain::crisis::screening_left::OpenedBy;
use crate::domain::crisis::triage::{Triage, triage};
use crate::domain::practice::find::matches;
use crate::domain::practice::ids::{ClientId, InstrumentId, SessionId};

/// The instruments to choose from, in the order in which one wants them: what is due, what the client was given before,
/// the others; narrowed by what is typed to find one.
pub fn choices(model: &Model) -> Vec<InstrumentId> {
    let file = model.client.as_ref().map(|page| &page.file);
    let rank = |id: &InstrumentId| {
        let due = file.and_then(|f| f.due.iter().find(|d| d.instrument == *id));
        let given = file.is_some_and(|f| f.sheets.iter().any(|s| s.instrument == *id));
        match (due, given) {
            (Some(d), _) if d.standing.is_due() => 0,
            (Some(_), _) => 1,
            (None, true) => 2,
            (None, false) => 3,
        }
    };
    let query = model.find.as_ref().map_or("", |find| find.text());
    let named = |i: &&Instrument| {
        let names = [&i.title.ko, &i.title.en, &i.measures.ko, &i.measures.en];
        matches(query, &format!("{} {}", i.id.as_str(), names.map(String::as_str).join(" ")))
    };
    let mut found: Vec<&InstrumentId> = model.library.iter().filter(named).map(|i| &i.id).collect();
    found.sort_by_key(|id| rank(id));
    found.into_iter().cloned().collect()
}

/// Goes to the instruments.
pub fn open(model: &mut Model) {
    if model.library.is_empty() {
        model.say(Say::NoInstrument);
        return;
    }
    model.instrument_at = 0;
    model.go(Screen::Instruments);
}

/// Opens the screener that the marked cue asks for, of the past session that is shown or else of the running one; the list
/// when the library has none of that name.
pub fn open_for_cue(model: &mut Model) {
    let marked = match (model.screen, &model.past) {
        (Screen::Past, Some(past)) => past.file.cues.get(past.cue),
        _ => model.live.as_ref().and_then(|l| l.cues.get(l.cue_at)),
    };
    let Some(cue) = marked else {
        model.say(Say::NothingChosen);
        return;
    };
    let id = InstrumentId(cue.opens.clone());
    let opened = OpenedBy::Cue { rule: cue.rule.clone(), utterance: cue.utterance };
    match model.library.get(&id).is_ok() {
        true => {
            start(model, &id, Some(opened));
            model.go(Screen::Assessment);
        }
        false => {
            open(model);
            model.say(Say::NoInstrument);
        }
    }
}

/// For whom a sheet is, and in which session: where one came from decides. On the page of another client a running session is
/// nothing to it.
fn for_whom(model: &Model) -> (Option<ClientId>, Option<SessionId>) {
    let live = model.live.as_ref().map(|l| (l.client.id, l.session));
    let open = model.client.as_ref().map(|page| page.file.client.id);
    let past = model.past.as_ref().map(|past| (past.file.client.id, past.file.row.id));
    let ways = std::iter::once(&model.screen).chain(model.trail.iter().rev());
    let from = ways.into_iter().find(|s| matches!(s, Screen::Live | Screen::Past | Screen::Client));
    match (from, live) {
        (Some(Screen::Past), _) if past.is_some() => past.map_or((None, None), |(client, id)| (Some(client), Some(id))),
        (Some(Screen::Client), Some((client, _))) if open.is_some_and(|open| open != client) => (open, None),
        (_, Some((client, session))) => (Some(client), session),
        (_, None) => (open, past.filter(|(client, _)| Some(*client) == open).map(|(_, session)| session)),
    }
}

/// Begins a sheet for the client of the running session, else for the open one; `opened` by what, when not by hand.
pub fn start(model: &mut Model, id: &InstrumentId, opened: Option<OpenedBy>) {
    let Ok(instrument) = model.library.get(id) else { return };
    let (client, session) = for_whom(model);
    let lang = language_of(instrument, model.lang).unwrap_or(model.lang);
    let card = model.client.as_ref().map(|page| &page.file).filter(|file| Some(file.client.id) == client);
    let person = Person { sex: card.and_then(|c| c.sex), age: card.and_then(|c| c.age), lang };
    let sheet = Sheet {
        person,
        client,
        session,
        instrument: id.clone(),
        answers: Answers(vec![None; instrument.items.len()]),
        at: 0,
        choice: 0,
        total: instrument.totals_only().then(Field::default),
        score: None,
        lang,
        keeping: false,
        kiosk: false,
        ending: false,
        talk: None,
        opened,
        then_plan: false,
        top: 0,
    };
    model.sheet = Some(sheet);
}

/// Asks what was said in the session of the sheet, or in the client's last one, about the items.
pub fn find_in_talk(model: &mut Model) -> Vec<Effect> {
    let last = model.client.as_ref().and_then(|page| page.file.sessions.first()).map(|row| row.id);
    let Some(sheet) = &model.sheet else { return Vec::new() };
    let Some(session) = sheet.session.or(last) else {
        model.say(Say::NoSession);
        return Vec::new();
    };
    vec![Effect::FindItems { session, instrument: sheet.instrument.clone(), lang: model.lang }]
}

/// What was said is shown at each item; nothing is answered before a person says so.
pub fn found(model: &mut Model, session: SessionId, found: Proposals) -> Vec<Effect> {
    let library = model.library.clone();
    let Some(sheet) = model.sheet.as_mut().filter(|s| s.instrument == found.instrument && !s.kiosk) else {
        return Vec::new();
    };
    let Ok(instrument) = library.get(&sheet.instrument) else { return Vec::new() };
    let scores = found.items.iter().filter(|p| p.score.is_some()).count();
    sheet.session = Some(session);
    sheet.talk = Some(found.items);
    sheet.mark(instrument);
    model.say(Say::FoundInTalk(scores));
    Vec::new()
}

/// What the answers so far come to; none for an instrument of which the centre's file says nothing.
pub fn screened<'a>(model: &'a Model, sheet: &Sheet) -> Option<(&'a Instrument, Triage)> {
    model.triage.of(&sheet.instrument)?;
    let instrument = model.library.get(&sheet.instrument).ok()?;
    Some((instrument, triage(instrument, &sheet.answers.0, sheet.person.sex)?))
}

/// The client's last sheet of the same instrument, for comparison.
pub fn before<'a>(model: &'a Model, sheet: &Sheet) -> Option<&'a Administration> {
    let file = &model.client.as_ref().filter(|page| Some(page.file.client.id) == sheet.client)?.file;
    file.sheets.iter().filter(|s| s.instrument == sheet.instrument).max_by_key(|s| s.given_at)
}

/// Asks for the sheet to be sealed.
pub fn keep(model: &mut Model) -> Vec<Effect> {
    let Some(sheet) = &mut model.sheet else { return Vec::new() };
    let Some(client) = sheet.client else {
        model.say(Say::NoSession);
        return Vec::new();
    };
    sheet.keeping = true;
    vec![Effect::KeepAdministration {
        client,
        session: sheet.session,
        instrument: sheet.instrument.clone(),
        answers: sheet.answers.clone(),
        total: sheet.total.as_ref().and_then(|t| t.text().parse().ok()),
        lang: sheet.lang,
        kiosk: sheet.kiosk,
        talk: sheet.talk.is_some(),
    }]
}

/// Away with the sheet.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    model.sheet = None;
    model.back();
    if model.screen == Screen::Instruments && model.recording() {
        model.back();
    }
    Vec::new()
}

/// It is on disk.
pub fn kept(model: &mut Model) -> Vec<Effect> {
    let Some(sheet) = &model.sheet else { return Vec::new() };
    let (client, then_plan) = (sheet.client, sheet.then_plan);
    let mut effects: Vec<Effect> = client.map(Effect::OpenClient).into_iter().collect();
    if model.screen == Screen::Score {
        // A critical answer opens what it asks for, at once.
        let from = sheet.instrument.clone();
        let asks = sheet.score.as_ref().and_then(|s| {
            s.critical
                .iter()
                .find_map(|c| Some((c.opens.clone()?, OpenedBy::Answer { instrument: from.clone(), item: c.item })))
        });
        match asks.filter(|(id, _)| *id != from && model.library.get(id).is_ok()) {
            Some((id, opened)) => {
                start(model, &id, Some(opened));
                model.turn(Screen::Assessment);
            }
            None => {
                leave(model);
                effects.extend(client.filter(|_| then_plan).map(Effect::OpenSafetyPlan));
            }
        }
    }
    model.say(Say::ResultSaved);
    effects
}

/// It could not be sealed.
pub fn not_kept(model: &mut Model) {
    if let Some(sheet) = &mut model.sheet {
        (sheet.keeping, sheet.then_plan) = (false, false);
    }
}
