//! The running session: what it says is put in its place, what the counsellor wants is told to it.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::pages::over::{Overlay, Question};
use crate::app::pages::steps;
use crate::app::script::{Script, other};
use crate::app::session_event::{Decision, Engine, EngineState, SessionCommand, SessionEvent};
use crate::app::views::{ClientFile, DraftLine, LineOrigin, SoundInput};
use crate::domain::advice::suggestion::{RiskCue, Suggestion};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{SessionId, TechniqueId, UtteranceId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Bars of the level meter; each is a tenth of a second.
pub const METER: usize = 5;
/// Below this the input is as good as silent: a muted or unplugged microphone, not a quiet room (about -55).
const SILENT_DB: f32 = -75.0;
/// So long a silence is worth a word, in milliseconds of session time.
const SILENT_FOR_MS: u64 = 8_000;

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Asked for, not yet begun.
    Starting,
    /// It runs.
    Running,
    /// It was told to end; the last words are being written.
    Ending,
    /// It ended.
    Ended {
        /// All of it is on disk.
        saved: bool,
    },
}

/// The panes of the live screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// What is said.
    Transcript,
    /// Directions.
    Suggestions,
    /// Words that may mean danger.
    Cues,
}

/// The running session, or the one that just ended.
#[derive(Debug, Clone)]
pub struct Live {
    /// With whom.
    pub client: ClientRow,
    /// Which session of that client, from 1.
    pub number: u32,
    /// Consents in force.
    pub scopes: BTreeSet<Scope>,
    /// Heard through.
    pub input: SoundInput,
    /// Where it stands.
    pub phase: Phase,
    /// Its id, once it began.
    pub session: Option<SessionId>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// Session time, milliseconds.
    pub at_ms: u64,
    /// Length of a file.
    pub total_ms: Option<u64>,
    /// The last levels in dB, oldest first.
    pub levels: VecDeque<f32>,
    /// Somebody speaks.
    pub speaking: bool,
    /// Nothing at all came in since then.
    pub silent_since: Option<u64>,
    /// What was said.
    pub script: Script,
    /// Words so far of the utterance being spoken.
    pub partial: Option<ClientText>,
    /// Found by rule, in order of arrival.
    pub cues: Vec<RiskCue>,
    /// Directions, best first; what was decided of is still among them.
    pub suggestions: Vec<Suggestion>,
    /// What was decided.
    pub decided: BTreeMap<TechniqueId, Decision>,
    /// Questions answered and in all, while directions are worked out.
    pub advising: Option<(u32, u32)>,
    /// Sealed and synced up to here.
    pub saved_ms: Option<u64>,
    /// End of an utterance to its text, milliseconds.
    pub lag_ms: Option<u64>,
    /// The speech worker.
    pub speech: EngineState,
    /// The language worker.
    pub language: EngineState,
    /// Paused.
    pub paused: bool,
    /// Off the record.
    pub off_record: bool,
    /// The last trouble.
    pub trouble: Option<ErrorReport>,
    /// The pane that keys go to.
    pub pane: Pane,
    /// Which suggestion is marked, among those undecided.
    pub suggestion_at: usize,
    /// Which cue is marked.
    pub cue_at: usize,
}

impl Live {
    /// A session that was just asked for.
    pub fn starting(file: &ClientFile, input: SoundInput) -> Self {
        Live {
            client: file.client.clone(),
            number: file.sessions.iter().map(|s| s.number).max().unwrap_or(0) + 1,
            scopes: file.consent.scopes.clone(),
            input,
            phase: Phase::Starting,
            session: None,
            started: None,
            at_ms: 0,
            total_ms: None,
            levels: VecDeque::from([-90.0; METER]),
            speaking: false,
            silent_since: None,
            script: Script::default(),
            partial: None,
            cues: Vec::new(),
            suggestions: Vec::new(),
            decided: BTreeMap::new(),
            advising: None,
            saved_ms: None,
            lag_ms: None,
            speech: EngineState::Absent,
            language: EngineState::Absent,
            paused: false,
            off_record: false,
            trouble: None,
            pane: Pane::Transcript,
            suggestion_at: 0,
            cue_at: 0,
        }
    }

    /// True until it ended.
    pub const fn running(&self) -> bool {
        !matches!(self.phase, Phase::Ended { .. })
    }

    /// Suggestions nothing was decided of, best first.
    pub fn open_suggestions(&self) -> impl Iterator<Item = &Suggestion> {
        self.suggestions.iter().filter(|s| !self.decided.contains_key(&s.technique))
    }

    /// Suggestions that were taken, as lines of a note.
    pub fn taken(&self) -> impl Iterator<Item = &Suggestion> {
        self.suggestions
            .iter()
            .filter(|s| matches!(self.decided.get(&s.technique), Some(Decision::Accepted | Decision::Edited)))
    }

    /// The suggestion that keys are about.
    pub fn marked_suggestion(&self) -> Option<&Suggestion> {
        self.open_suggestions().nth(self.suggestion_at)
    }

    /// The input has been dead for so long that it wants a word, in milliseconds.
    pub fn silent_ms(&self) -> Option<u64> {
        let long = self.at_ms.saturating_sub(self.silent_since?);
        (long >= SILENT_FOR_MS && self.phase == Phase::Running && !self.paused && !self.off_record).then_some(long)
    }
}

/// A suggestion as a line of a note: the card's own words, and the quote it rests on.
pub fn as_line(s: &Suggestion) -> DraftLine {
    DraftLine {
        text: ClientText::new(&s.title),
        origin: LineOrigin::Accepted { technique: s.technique.clone(), edited: false },
        evidence: s.evidence.clone(),
    }
}

pub(super) fn heard(model: &mut Model, session: SessionId, event: SessionEvent) -> Vec<Effect> {
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
        }
        SessionEvent::Level { rms_db, speaking } => {
            while live.levels.len() >= METER {
                live.levels.pop_front();
            }
            live.levels.push_back(rms_db);
            live.speaking = speaking;
            live.silent_since = if rms_db < SILENT_DB { live.silent_since.or(Some(live.at_ms)) } else { None };
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
            // The newest words are the ones to be looked at.
            live.cue_at = live.cues.len() - 1;
        }
        SessionEvent::Advising { done, of } => live.advising = (done < of).then_some((done, of)),
        SessionEvent::Advice(advice) => advised(live, advice.suggestions),
        SessionEvent::Gap(gap) => live.script.gap(gap),
        SessionEvent::Saved { through_ms, .. } => live.saved_ms = Some(through_ms),
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
        // It ended behind the lock: nothing of it stays in memory for whoever unlocks next.
        model.live = None;
    }
    if model.quitting {
        return vec![Effect::Quit];
    }
    // What was erased was not to be saved; the answer to the withdrawal says so.
    let erased = model.client.as_ref().is_some_and(|page| {
        page.file.client.id == client && matches!(page.asked, Some((_, crate::app::pages::client::Change::Erased)))
    });
    if !erased {
        model.say(if saved { Say::SessionSaved } else { Say::SessionNotSaved });
    }
    if signed_in { vec![Effect::OpenClient(client), Effect::LoadCaseload] } else { Vec::new() }
}

pub(super) fn not_begun(model: &mut Model) {
    if model.live.as_ref().is_some_and(|l| l.phase == Phase::Starting) {
        model.live = None;
        if model.screen == Context::Live {
            model.turn(Context::Input);
        }
    }
}

pub(super) fn end(model: &mut Model) -> Vec<Effect> {
    let Some(live) = model.live.as_mut().filter(|l| l.running()) else { return Vec::new() };
    live.phase = Phase::Ending;
    vec![Effect::Session(SessionCommand::Stop)]
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(live) = &mut model.live else {
        model.back();
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        match live.pane {
            Pane::Transcript if command == Command::First => live.script.choose_first(),
            Pane::Transcript => live.script.step(by, live.running()),
            Pane::Suggestions => {
                let count = live.open_suggestions().count();
                live.suggestion_at = step(live.suggestion_at, by, count);
            }
            Pane::Cues => live.cue_at = step(live.cue_at, by, live.cues.len()),
        }
        return Vec::new();
    }
    let running = live.phase == Phase::Running;
    match command {
        Command::NextPane => {
            live.pane = match live.pane {
                Pane::Transcript => Pane::Suggestions,
                Pane::Suggestions => Pane::Cues,
                Pane::Cues => Pane::Transcript,
            };
        }
        Command::PrevPane => {
            live.pane = match live.pane {
                Pane::Transcript => Pane::Cues,
                Pane::Suggestions => Pane::Transcript,
                Pane::Cues => Pane::Suggestions,
            };
        }
        Command::Follow => {
            live.pane = Pane::Transcript;
            live.script.follow();
        }
        Command::Mark if running => {
            let at = live.at_ms;
            live.script.mark(at);
            model.say(Say::Marked);
            return vec![Effect::Session(SessionCommand::Mark)];
        }
        Command::OffRecord if running => {
            live.off_record = !live.off_record;
            let on = live.off_record;
            if on {
                live.partial = None;
            }
            model.say(if on { Say::OffRecordOn } else { Say::OffRecordOff });
            return vec![Effect::Session(SessionCommand::OffRecord(on))];
        }
        Command::Pause if running => {
            live.paused = !live.paused;
            return vec![Effect::Session(SessionCommand::Pause(live.paused))];
        }
        Command::Flip if running => {
            let Some((id, speaker)) = live.script.chosen_utterance().map(|u| (u.id, u.speaker)) else {
                model.say(Say::NothingChosen);
                return Vec::new();
            };
            live.script.relabel(id, other(speaker));
            model.say(Say::Flipped);
            return vec![Effect::Session(SessionCommand::Flip(id))];
        }
        Command::Accept => match live.pane {
            Pane::Cues => crate::app::pages::assess::open_for_cue(model),
            Pane::Suggestions => return decide(model, Decision::Accepted),
            Pane::Transcript => model.say(Say::NothingChosen),
        },
        Command::Dismiss => match live.pane {
            // A cue found by rule is never put away (invariant 12).
            Pane::Suggestions => return decide(model, Decision::Dismissed),
            Pane::Transcript | Pane::Cues => model.say(Say::NothingChosen),
        },
        Command::GoToQuote => {
            if let Some(id) = quoted(live) {
                live.script.choose(id);
            }
        }
        Command::Assess => {
            if live.cues.is_empty() {
                crate::app::pages::assess::open(model);
            } else {
                crate::app::pages::assess::open_for_cue(model);
            }
        }
        Command::Note => return crate::app::pages::note::open_from_live(model),
        Command::Consents => return crate::app::pages::client::consents_of_session(model),
        Command::Stop => match live.phase {
            Phase::Ended { .. } => return leave(model),
            Phase::Ending => {}
            Phase::Starting | Phase::Running => model.overlay = Some(Overlay::Confirm(Question::EndSession)),
        },
        Command::Back => {
            if live.running() {
                live.pane = Pane::Transcript;
                live.script.follow();
            } else {
                return leave(model);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Leaves a session that has ended. Its note is sealed as it stands: nobody would look for it behind a screen that is gone.
fn leave(model: &mut Model) -> Vec<Effect> {
    let ended = model.live.take().and_then(|l| l.session);
    model.back();
    if ended.is_none() || model.note.as_ref().map(|n| n.session) != ended {
        return Vec::new();
    }
    let effects = crate::app::pages::note::save_silently(model);
    model.note = None;
    effects
}

/// The utterance that the marked suggestion or cue points at.
fn quoted(live: &Live) -> Option<UtteranceId> {
    match live.pane {
        Pane::Suggestions => live.marked_suggestion().and_then(|s| s.evidence.first()).map(|e| e.utterance),
        Pane::Cues => live.cues.get(live.cue_at).map(|c| c.utterance),
        Pane::Transcript => None,
    }
}

fn decide(model: &mut Model, decision: Decision) -> Vec<Effect> {
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
    if decision == Decision::Accepted {
        crate::app::pages::note::take(model, session, &suggestion);
        model.say(Say::Taken);
    } else {
        model.say(Say::PutAway);
    }
    match session {
        _ if running => vec![Effect::Session(SessionCommand::Decide { technique, decision })],
        Some(session) => vec![Effect::KeepDecision { session, technique, decision }],
        None => Vec::new(),
    }
}
