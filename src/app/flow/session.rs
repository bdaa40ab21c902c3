//! The session: beginning it, what it says, ending it, and what is decided of its suggestions.

use crate::app::effect::Effect;
use crate::app::flow::note;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::client::Change;
use crate::app::state::live::{Live, METER, Pane, Phase, SILENT_DB};
use crate::app::state::sound_input::{InputForm, spoken};
use crate::app::views::SoundInput;
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::practice::ids::{ClientId, SessionId};
use crate::domain::practice::session_event::{Decision, Engine, EngineState, SessionCommand, SessionEvent};

/// Asks for the session that was chosen, with the open client.
pub fn begin_asked(model: &mut Model) -> Vec<Effect> {
    let (Some(client), Some(input)) = (model.client.as_ref().map(|p| p.file.client.id), model.input.take()) else {
        return Vec::new();
    };
    begin(model, client, input)
}

/// The model stops where it is; what it found before is kept.
pub fn stop_model(model: &mut Model) -> Vec<Effect> {
    model.behind = None;
    if let Some(live) = model.live.as_mut().filter(|l| !l.running()) {
        live.advising = None;
    }
    model.say(Say::ModelStopped);
    vec![Effect::Session(SessionCommand::Stop)]
}

/// Asks for a session with the open client.
pub fn begin(model: &mut Model, client: ClientId, input: SoundInput) -> Vec<Effect> {
    let Some(page) = &model.client else {
        model.back();
        return Vec::new();
    };
    let lang = spoken(model);
    let mut live = Live::starting(&page.file, input.clone());
    // Chosen for this session and nobody else's; where it cannot begin, for the next try.
    live.chosen = model.pages.with(|form: &mut InputForm| form.language.take());
    model.live = Some(live);
    let mut effects = note::keep_typing(model);
    model.note = None;
    model.live_note = None;
    model.notice = None;
    if model.screen == Screen::Input {
        model.turn(Screen::Live)
    } else {
        model.go(Screen::Live)
    }
    effects.push(Effect::BeginSession { client, input, lang });
    effects
}

/// What the running session says is put in its place.
pub fn heard(model: &mut Model, session: SessionId, event: SessionEvent) -> Vec<Effect> {
    if let (Some((behind, _, _)), SessionEvent::Advising { done, of }) = (model.behind, &event)
        && behind == session
    {
        model.behind = (done < of).then_some((session, *done, *of));
        return Vec::new();
    }
    let Some(live) = &mut model.live else { return Vec::new() };
    // A session that was erased may still be ending while the next one runs.
    let begins = live.session.is_none() && matches!(event, SessionEvent::Started { .. });
    if !begins && live.session != Some(session) {
        return Vec::new();
    }
    match event {
        SessionEvent::Started { session, started } => {
            live.session = Some(session);
            live.started = Some(started);
            live.phase = Phase::Running;
            // The next session is asked anew where its sound comes from: nobody means the same recording twice.
            model.pages.take::<InputForm>();
        }
        SessionEvent::Level { rms_db, speaking } => {
            while live.levels.len() >= METER {
                live.levels.pop_front();
            }
            live.levels.push_back(rms_db);
            live.speaking = speaking;
            live.silent_since = if rms_db < SILENT_DB { live.silent_since.or(Some(live.at_ms)) } else { None };
        }
        SessionEvent::Device { there } => {
            live.away = !there;
            model.say(if there { Say::MicrophoneBack } else { Say::MicrophoneGone });
        }
        SessionEvent::Position { at_ms, total_ms } => {
            live.at_ms = at_ms;
            live.total_ms = total_ms;
        }
        SessionEvent::Partial { text } => live.partial = (!text.is_blank()).then_some(text),
        SessionEvent::Heard(utterance) => {
            live.partial = None;
            live.script.hear(utterance);
        }
        SessionEvent::Revised(utterance) => live.script.hear(utterance),
        SessionEvent::Relabelled(labels) => {
            for (id, speaker) in labels {
                live.script.relabel(id, speaker);
            }
        }
        SessionEvent::Risk(cue) => {
            live.script.cue(cue.utterance);
            live.cues.push(cue);
            // The newest words are the ones to be looked at. Where somebody goes through the cues the mark stays: the next key
            // is for the one they read.
            if live.pane != Pane::Cues || live.cues.len() == 1 {
                live.cue_at = live.cues.len() - 1;
            }
        }
        SessionEvent::Advising { done, of } => live.advising = (done < of).then_some((done, of)),
        SessionEvent::Advice(advice) => advised(live, advice.suggestions),
        SessionEvent::Gap(gap) => live.script.gap(gap),
        SessionEvent::Saved { through_ms, .. } => live.saved_ms = Some(through_ms),
        SessionEvent::Sound(sound) => live.sound = sound,
        SessionEvent::Lag { ms } => live.lag_ms = Some(ms),
        SessionEvent::Engine { engine, state } => match engine {
            Engine::Speech => live.speech = state,
            Engine::Language => {
                live.language = state;
                if state == EngineState::Absent {
                    live.advising = None;
                }
            }
        },
        SessionEvent::Trouble(fault) => {
            // The same trouble with every utterance is said once; it stays in the status line and hides no "saved".
            if live.trouble.as_ref() != Some(&fault) {
                live.trouble = Some(fault.clone());
                model.say(Say::ErrorReport(fault));
            }
        }
        SessionEvent::Ended { saved } => return ended(model, saved),
    }
    Vec::new()
}

/// New directions take the place of the old ones; what was decided of stays, so that no decision is lost.
fn advised(live: &mut Live, new: Vec<Suggestion>) {
    let marked = live.marked_suggestion().map(|s| s.technique.clone());
    let mut all: Vec<Suggestion> =
        live.suggestions.iter().filter(|s| live.decided.contains_key(&s.technique)).cloned().collect();
    all.extend(new.into_iter().filter(|s| !s.evidence.is_empty() && !live.decided.contains_key(&s.technique)));
    live.suggestions = all;
    live.advising = None;
    // The mark stays on the same direction if it is still there: a key must not hit another one.
    let at = marked.and_then(|m| live.open_suggestions().position(|s| s.technique == m));
    live.suggestion_at = at.unwrap_or(0);
}

fn ended(model: &mut Model, saved: bool) -> Vec<Effect> {
    let signed_in = model.signed_in.is_some();
    let Some(live) = &mut model.live else { return Vec::new() };
    live.phase = Phase::Ended { saved };
    live.partial = None;
    live.speaking = false;
    let client = live.client.id;
    if !signed_in {
        // It ended behind the lock: nothing of it stays in memory for whoever unlocks next. What was typed was kept while it was.
        model.live = None;
        model.note = None;
        model.live_note = None;
    }
    if model.quitting {
        return vec![Effect::Quit];
    }
    // What was erased was not to be saved; the answer to the withdrawal says so.
    let erased = model
        .client
        .as_ref()
        .is_some_and(|page| page.file.client.id == client && matches!(page.asked, Some((_, Change::Erased))));
    if !erased {
        model.say(if saved { Say::SessionSaved } else { Say::SessionNotSaved });
    }
    if !signed_in {
        return Vec::new();
    }
    let mut effects = vec![Effect::LoadCaseload];
    let left = model.live.as_ref().is_some_and(|live| live.left) && model.screen != Screen::Live;
    // Whoever went on with another client stays there.
    if !left || model.client.as_ref().is_some_and(|page| page.file.client.id == client) {
        effects.insert(0, Effect::OpenClient(client));
    }
    if left {
        effects.extend(put_away(model));
    }
    effects
}

/// It could not begin: back to where the way in can be mended.
pub fn not_begun(model: &mut Model) -> Vec<Effect> {
    // Somebody may have ended it before it was there.
    let never = |l: &Live| l.session.is_none() && matches!(l.phase, Phase::Starting | Phase::Ending);
    if model.live.as_ref().is_some_and(never) {
        let chosen = model.live.take().and_then(|live| live.chosen);
        if model.screen == Screen::Live {
            model.pages.with(|form: &mut InputForm| form.language = chosen);
            model.turn(Screen::Input);
        }
    }
    if model.quitting { vec![Effect::Quit] } else { Vec::new() }
}

/// Tells the session to end.
pub fn end(model: &mut Model) -> Vec<Effect> {
    let Some(live) = model.live.as_mut().filter(|l| l.running()) else { return Vec::new() };
    live.phase = Phase::Ending;
    vec![Effect::Session(SessionCommand::Stop)]
}

/// Leaves a session that has ended. Its note is sealed as it stands: nobody would look for it behind a screen that is gone.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    model.back();
    put_away(model)
}

/// Takes a session that has ended off the workstation; a note that is being written stays open.
fn put_away(model: &mut Model) -> Vec<Effect> {
    let live = model.live.take();
    let at_work = live.as_ref().and_then(|l| Some((l.session?, l.advising?)));
    model.behind = at_work.map(|(session, (done, of))| (session, done, of));
    let ended = live.and_then(|l| l.session);
    if let Some(behind) = model.live_note.take().filter(|n| Some(n.session) == ended) {
        return note::seal_silently(&behind);
    }
    let writing = model.screen == Screen::Note;
    if writing || ended.is_none() || model.note.as_ref().map(|n| n.session) != ended {
        return Vec::new();
    }
    let effects = note::save_silently(model);
    model.note = None;
    effects
}

/// Takes the marked suggestion into the note, or puts it away.
pub fn decide(model: &mut Model, decision: Decision) -> Vec<Effect> {
    let Some(live) = &mut model.live else { return Vec::new() };
    let Some(suggestion) = live.marked_suggestion().cloned() else {
        model.say(Say::NothingChosen);
        return Vec::new();
    };
    let technique = suggestion.technique.clone();
    live.decided.insert(technique.clone(), decision);
    let left = live.open_suggestions().count();
    live.suggestion_at = step(live.suggestion_at, 0, left);
    let running = live.running();
    let session = live.session;
    let mut effects = Vec::new();
    if decision == Decision::Accepted {
        effects = note::take(model, session, &suggestion);
        model.say(Say::Taken);
    } else {
        model.say(Say::PutAway);
    }
    match session {
        _ if running => effects.push(Effect::Session(SessionCommand::Decide { technique, decision })),
        Some(session) => effects.push(Effect::KeepDecision { session, technique, decision }),
        None => {}
    }
    effects
}
