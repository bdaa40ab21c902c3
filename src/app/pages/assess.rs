//! Giving an instrument: choosing it, one question a page, the score; with the counsellor, or alone in the kiosk.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::pages::over::{Overlay, Question};
use crate::app::pages::steps;
use crate::domain::assessment::instrument::{Instrument, Item};
use crate::domain::assessment::score::{Answers, Context as Person, Score};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientId, InstrumentId, SessionId};
use crate::domain::practice::lang::Lang;

/// One answer sheet being filled in.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Whose; none when it is only tried out.
    pub client: Option<ClientId>,
    /// In which session.
    pub session: Option<SessionId>,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// One per item.
    pub answers: Answers,
    /// Which item is asked, from 0.
    pub at: usize,
    /// Which of its answers is marked.
    pub choice: usize,
    /// The total, where only that may be entered.
    pub total: Option<Field>,
    /// What it scores.
    pub score: Option<Score>,
    /// Of whom; the norms, the maxima and some items depend on it.
    pub person: Person,
    /// In which language it was asked.
    pub lang: Lang,
    /// It is being sealed.
    pub keeping: bool,
    /// The client answered alone.
    pub kiosk: bool,
    /// Every item was answered; the client may still go back.
    pub ending: bool,
}

impl Sheet {
    /// True when digits are text: a total is entered.
    pub const fn typing(&self) -> bool {
        self.total.is_some()
    }

    /// How many of the questions are answered.
    pub fn answered(&self) -> usize {
        self.answers.0.iter().flatten().count()
    }

    /// True when something was answered, or a total typed.
    pub fn begun(&self) -> bool {
        self.answered() > 0 || self.total.as_ref().is_some_and(|t| !t.is_blank())
    }
}

/// The language in which an instrument is asked: that of the screen where its words are at hand, else the other;
/// none when there are no words, and the answers are taken over from paper.
pub fn language_of(instrument: &Instrument, screen: Lang) -> Option<Lang> {
    let there = instrument.languages();
    if there.contains(&screen) { Some(screen) } else { there.first().copied() }
}

/// Whether an item is asked in this language, given the answers before it. What may be left blank and has no verified
/// words in the language is not asked.
pub fn asked(item: &Item, sheet: &Sheet, instrument: &Instrument) -> bool {
    let worded = !item.optional || item.has_words(sheet.lang) || !instrument.languages().contains(&sheet.lang);
    let meant = item.only_sex.is_none_or(|sex| sheet.person.sex.is_none_or(|s| s == sex));
    worded && meant && item.ask_if.as_ref().is_none_or(|c| c.holds(&sheet.answers.0))
}

/// Whether the marked item may be skipped: it is optional, or the instrument's rule for blanks takes one more.
pub fn skippable(sheet: &Sheet, instrument: &Instrument) -> bool {
    let Some(item) = instrument.items.get(sheet.at) else { return false };
    let blank = |n: usize| instrument.items[n].scored && sheet.answers.0.get(n).is_none_or(Option::is_none);
    item.optional || (0..sheet.at).filter(|n| blank(*n)).count() < instrument.scoring.max_blank
}

/// The values an item takes.
pub fn values<'a>(instrument: &'a Instrument, item: &Item) -> &'a [i32] {
    instrument.options.iter().find(|o| o.id == item.options).map_or(&[], |o| &o.values)
}

pub(super) fn open(model: &mut Model) {
    if model.library.is_empty() {
        model.say(Say::NoInstrument);
        return;
    }
    model.instrument_at = step(model.instrument_at, 0, model.library.len());
    model.go(Context::Instruments);
}

/// Opens the screener that the marked cue asks for; the list when the library has none of that name.
pub(super) fn open_for_cue(model: &mut Model) {
    let Some(cue) = model.live.as_ref().and_then(|l| l.cues.get(l.cue_at)) else {
        model.say(Say::NothingChosen);
        return;
    };
    let id = InstrumentId(cue.opens.clone());
    let place = model.library.iter().position(|i| i.id == id);
    match place {
        Some(at) => {
            model.instrument_at = at;
            start(model, &id);
            model.go(Context::Assessment);
        }
        None => {
            open(model);
            model.say(Say::NoInstrument);
        }
    }
}

pub(super) fn start(model: &mut Model, id: &InstrumentId) {
    let Ok(instrument) = model.library.get(id) else { return };
    let here = model.live.as_ref().map(|l| (l.client.id, l.session));
    let client = here.map(|h| h.0).or_else(|| model.client.as_ref().map(|c| c.file.client.id));
    let session = match here {
        Some((_, session)) => session,
        None => model.past.as_ref().map(|p| p.file.row.id),
    };
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
    };
    model.sheet = Some(sheet);
}

pub(super) fn choose(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        model.instrument_at = step(model.instrument_at, by, model.library.len());
    }
    let id = model.library.iter().nth(model.instrument_at).map(|i| i.id.clone());
    match (command, id) {
        (Command::Back, _) => model.back(),
        (Command::Open, Some(id)) => {
            start(model, &id);
            model.go(Context::Assessment);
        }
        (Command::GiveKiosk, Some(id)) => {
            let shown = model.library.get(&id).is_ok_and(|i| language_of(i, model.lang).is_some());
            if shown {
                crate::app::pages::kiosk::begin(model, &id);
            } else {
                model.say(Say::NoWording);
            }
        }
        (Command::Schedule, Some(id)) => crate::app::pages::schedule::open(model, &id),
        _ => {}
    }
    Vec::new()
}

pub(super) fn typed(model: &mut Model, edit: &Edit) {
    let Some(total) = model.sheet.as_mut().and_then(|s| s.total.as_mut()) else { return };
    match edit {
        Edit::Insert(s) => {
            let digits: String = s.chars().filter(char::is_ascii_digit).take(4).collect();
            total.edit(&Edit::Insert(digits));
        }
        other => total.edit(other),
    }
}

pub(super) fn answer(model: &mut Model, command: Command) -> Vec<Effect> {
    let library = model.library.clone();
    let kiosk = model.screen == Context::Kiosk;
    let Some(sheet) = &mut model.sheet else {
        model.back();
        return Vec::new();
    };
    let Ok(instrument) = library.get(&sheet.instrument) else { return Vec::new() };
    if command == Command::Back {
        if kiosk {
            // Only the passphrase leads out of the kiosk; what was answered so far waits for the counsellor.
            return crate::app::pages::kiosk::hand_back(model);
        }
        if sheet.begun() {
            model.overlay = Some(Overlay::Confirm(Question::LeaveSheet));
            return Vec::new();
        }
        return leave(model);
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
    if model.screen == Context::Kiosk {
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
    let given = sheet.answers.0.get(at).copied().flatten();
    sheet.choice =
        given.and_then(|g| values(instrument, &instrument.items[at]).iter().position(|v| *v == g)).unwrap_or(0);
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
    if model.screen == Context::Kiosk {
        // The client hands the terminal back: the result is kept, and only the passphrase leads on.
        let mut effects = keep(model);
        effects.extend(super::kiosk::hand_back(model));
        return effects;
    }
    model.turn(Context::Score);
    Vec::new()
}

fn keep(model: &mut Model) -> Vec<Effect> {
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
    }]
}

pub(super) fn score(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::PrevQuestion => back_to_questions(model),
        Command::Save if model.sheet.as_ref().is_some_and(|s| !s.keeping) => return keep(model),
        Command::Back => {
            if model.sheet.as_ref().is_some_and(|s| s.keeping) {
                return leave(model);
            }
            model.overlay = Some(Overlay::Confirm(Question::LeaveSheet));
        }
        _ => {}
    }
    Vec::new()
}

/// From the result to the questions: to the first that has no answer, else to the last.
fn back_to_questions(model: &mut Model) {
    let library = model.library.clone();
    let Some(sheet) = model.sheet.as_mut().filter(|s| !s.keeping && s.total.is_none()) else { return };
    let Ok(instrument) = library.get(&sheet.instrument) else { return };
    let open = |n: &usize| sheet.answers.0[*n].is_none() && asked(&instrument.items[*n], sheet, instrument);
    let first = (0..instrument.items.len()).find(open).unwrap_or(sheet.at);
    (sheet.at, sheet.choice, sheet.score, sheet.ending) = (first, 0, None, false);
    model.turn(Context::Assessment);
}

pub(super) fn leave(model: &mut Model) -> Vec<Effect> {
    model.sheet = None;
    model.back();
    if model.screen == Context::Instruments && model.recording() {
        model.back();
    }
    Vec::new()
}

pub(super) fn kept(model: &mut Model) -> Vec<Effect> {
    let Some(sheet) = &model.sheet else { return Vec::new() };
    let client = sheet.client;
    if model.screen == Context::Score {
        // A critical answer opens what it asks for, at once.
        let opens = sheet.score.as_ref().and_then(|s| s.critical.iter().find_map(|c| c.opens.clone()));
        match opens.filter(|id| *id != sheet.instrument && model.library.get(id).is_ok()) {
            Some(id) => {
                start(model, &id);
                model.turn(Context::Assessment);
            }
            None => {
                leave(model);
            }
        }
    }
    model.say(Say::ResultSaved);
    client.map(Effect::OpenClient).into_iter().collect()
}

pub(super) fn not_kept(model: &mut Model) {
    if let Some(sheet) = &mut model.sheet {
        sheet.keeping = false;
    }
}
