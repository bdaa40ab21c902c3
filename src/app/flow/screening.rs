//! What became of a risk cue: whether the screener that it opens was given after it in the same session, and with what result.

use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::domain::advice::suggestion::RiskCue;
use crate::domain::assessment::administration::{Administration, Sheet};
use crate::domain::crisis::triage::triage;
use crate::domain::practice::ids::{ClientId, InstrumentId, SessionId};
use crate::domain::practice::time::Timestamp;

/// What became of a cue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screened {
    /// The screener was given: its result in words; none where it has none.
    Result(Option<String>),
    /// It was opened and left, for this reason.
    Left(String),
}

/// Whose session the screen shows, which, and when it began.
fn shown(model: &Model) -> Option<(ClientId, SessionId, Timestamp)> {
    match (model.screen, &model.past, &model.live) {
        (Screen::Past, Some(past), _) => Some((past.file.client.id, past.file.row.id, past.file.row.started)),
        (_, _, Some(live)) => Some((live.client.id, live.session?, live.started?)),
        _ => None,
    }
}

/// What became of a cue of the session that is shown; none while nothing did. What came before the words answers nothing.
pub fn screened(model: &Model, cue: &RiskCue, at_ms: u64) -> Option<Screened> {
    let (client, session, started) = shown(model)?;
    let file = &model.client.as_ref().filter(|page| page.file.client.id == client)?.file;
    let said = Timestamp(started.0.saturating_add(i64::try_from(at_ms).unwrap_or(i64::MAX)));
    let opens = InstrumentId(cue.opens.clone());
    let given =
        file.sheets.iter().filter(|a| a.instrument == opens && a.session == Some(session) && a.given_at >= said);
    let left = file.left.iter().filter(|(at, l)| l.instrument == opens && l.session == Some(session) && *at >= said);
    if let Some(last) = given.max_by_key(|a| a.given_at) {
        return Some(Screened::Result(result(model, last)));
    }
    let (_, left) = left.max_by_key(|(at, _)| *at)?;
    let reason = model.triage.reason(&left.reason).map_or("", |reason| reason.pick(model.lang));
    Some(Screened::Left(reason.to_owned()))
}

/// The result in words: the outcome of the rule, else the band.
fn result(model: &Model, given: &Administration) -> Option<String> {
    let instrument = model.library.get(&given.instrument).ok()?;
    if let Sheet::Answers(answers) = &given.sheet
        && let Some(outcome) = triage(instrument, &answers.0, given.sex).and_then(|t| t.found(instrument).cloned())
    {
        return Some(outcome.label.pick(model.lang).to_owned());
    }
    let band = &given.score.band.as_ref()?.id;
    let found = instrument.bands.iter().flat_map(|bands| &bands.list).find(|b| b.id == *band)?;
    Some(model.lang.pick(&found.ko, &found.en).to_owned())
}
