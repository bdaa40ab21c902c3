//! A running session: sound to words to cues and directions to sealed records, on its own threads. A screen or a
//! command only listens to its events and sends it commands; with every engine dead it still keeps the gap and ends well.

use crate::texts::msg;

mod advice_queue;
mod core;
pub mod engines;
pub mod follow;
mod ways;

use crate::domain::advice::risk_cue;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session_event::{Engine, EngineState, SessionCommand, SessionEvent};
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::ModelRef;
use crate::domain::transcript::likely_words::LikelyWords;
use crate::live::recognise::{self, Control, Heard, Settings};
use crate::live::recorder_feed::RecorderFeed;
use crate::live::session::advice_queue::AdviceQueue;
use crate::live::session::ways::{Events, Incoming};
use crate::ports::audio::Sound;
use crate::ports::engine::SpeechEngine;
use crate::ports::keeper::{DirectionEngines, Keeper};
use crate::ports::recorder::SoundSink;
use crate::speech::filter::SpeechFilter;
use crate::speech::voice::VoiceModel;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// What waits to be worked into the session. Full: levels, positions and partials are dropped, words wait, and with
/// them the writing side of recognition, which holds twelve minutes of speech.
const WAITING: usize = 256;
/// Events a listener has not taken yet. Full: levels, positions and partials are dropped, the rest waits.
const UNHEARD: usize = 1024;
/// Commands from a person; nobody types faster than they are taken.
const COMMANDS: usize = 32;

/// When directions are worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advise {
    /// Never.
    Never,
    /// Once, when the session has ended: a file at full speed.
    AtTheEnd,
    /// Again and again while people speak, and at the end.
    Throughout,
}

/// Everything a session needs from outside.
pub struct Parts {
    /// The session as the vault knows it.
    pub session: SessionId,
    /// When it began.
    pub started: Timestamp,
    /// Language of what is spoken.
    pub language: Lang,
    /// Where the sound comes from.
    pub sound: Box<dyn Sound>,
    /// Speech to text; absent when it could not be started, then everything is a gap.
    pub speech: Option<Box<dyn SpeechEngine>>,
    /// The speech model, named in the transcript.
    pub speech_model: Option<ModelRef>,
    /// Words that come up: names, medicines, places.
    pub likely_words: LikelyWords,
    /// Drops what nobody said.
    pub filter: SpeechFilter,
    /// Finds words that may mean danger; always runs.
    pub rules: risk_cue::Rules,
    /// Tells voices apart; without it every speaker is unknown.
    pub voices: Option<Arc<VoiceModel>>,
    /// How many people take part, the counsellor and the client among them.
    pub people: usize,
    /// Directions; absent without consent to AI or without a model.
    pub direction_engines: Option<Box<dyn DirectionEngines>>,
    /// When to ask it.
    pub advise: Advise,
    /// Where it is kept.
    pub keeper: Box<dyn Keeper>,
    /// Keeps the sound; absent where there is no recorder.
    pub recorder_feed: Option<RecorderFeed>,
}

/// A session that runs.
pub struct Running {
    /// What it says, until `Ended`.
    pub events: Receiver<SessionEvent>,
    /// What it is told.
    pub commands: SyncSender<SessionCommand>,
    core: JoinHandle<()>,
}

impl Running {
    /// Waits until everything is written.
    pub fn join(self) {
        // Whoever stops listening must not keep the session from ending.
        drop(self.events);
        // A panic of the core was already reported by the missing `Ended`.
        let _ = self.core.join();
    }
}

/// Starts a session. It ends by itself at the end of its sound, or by [`SessionCommand::Stop`]. Each utterance is told once it is known
/// whose it is.
pub fn start(parts: Parts) -> Running {
    start_with(parts, false)
}

/// The same for a screen, which can change a line: each utterance is told as soon as it has words, and whose it is afterwards.
pub fn start_on_screen(parts: Parts) -> Running {
    start_with(parts, true)
}

fn start_with(parts: Parts, words_first: bool) -> Running {
    let (events, listener) = sync_channel(UNHEARD);
    let (commands, told) = sync_channel::<SessionCommand>(COMMANDS);
    let (to_core, incoming) = sync_channel(WAITING);
    let control = Control::default();

    let Parts { session, started, language, sound, speech, speech_model, filter, likely_words, rules, .. } = parts;
    let voice = Events { to: events };
    voice.say(SessionEvent::Started { session, started });
    let state = if speech.is_some() { EngineState::Ready } else { EngineState::Absent };
    voice.say(SessionEvent::Engine { engine: Engine::Speech, state });

    let commander = to_core.clone();
    std::thread::spawn(move || {
        for command in told {
            if commander.send(Incoming::Command(command)).is_err() {
                return;
            }
        }
    });

    let total_ms = sound.total_ms();
    let ear = control.clone();
    let listening = to_core.clone();
    if let Some(recorder_feed) = &parts.recorder_feed {
        let telling = to_core.clone();
        // Dispensable where the core is behind: the next piece says as much, and the end says how far it came.
        recorder_feed
            .listen(Arc::new(move |recorder_said| drop(telling.try_send(Incoming::RecorderSaid(recorder_said)))));
    }
    let sink = parts.recorder_feed.as_ref().map(|recorder_feed| recorder_feed.feed_end(sound.is_live()));
    std::thread::spawn(move || listen(sound, speech, filter, (language, likely_words), &ear, &listening, sink));

    let direction_engines = parts.direction_engines.filter(|_| parts.advise != Advise::Never);
    let state = if direction_engines.is_some() { EngineState::Ready } else { EngineState::Absent };
    voice.say(SessionEvent::Engine { engine: Engine::Language, state });
    let advice = direction_engines.map(|a| AdviceQueue::start(a, language, to_core));

    let core = crate::live::session::core::Core::new(crate::live::session::core::Beginning {
        language,
        speech_model,
        rules,
        voices: parts.voices,
        people: parts.people,
        keeper: parts.keeper,
        advice,
        throughout: parts.advise == Advise::Throughout,
        words_first,
        control,
        total_ms,
        recorder_feed: parts.recorder_feed,
        events: voice,
    });
    let core = std::thread::spawn(move || core.run(&incoming));
    Running { events: listener, commands, core }
}

fn listen(
    mut sound: Box<dyn Sound>,
    speech: Option<Box<dyn SpeechEngine>>,
    filter: SpeechFilter,
    (language, likely_words): (Lang, LikelyWords),
    control: &Control,
    to_core: &SyncSender<Incoming>,
    mut sink: Option<Box<dyn SoundSink>>,
) {
    let live = sound.is_live();
    let settings = Settings {
        likely_words,
        strict: false,
        ..if live { Settings::live(language) } else { Settings::file(language) }
    };
    let mut engine = speech.unwrap_or_else(|| Box::new(Deaf));
    let on = |heard: Heard| match &heard {
        Heard::Level { .. } | Heard::Partial { .. } => {
            // Dispensable by design; a core that is gone shows at the next word.
            if let Err(TrySendError::Disconnected(_)) = to_core.try_send(Incoming::Heard(heard)) {
                control.stop();
            }
        }
        _ => {
            if to_core.send(Incoming::Heard(heard)).is_err() {
                control.stop();
            }
        }
    };
    let recorder_said = sink.as_mut().map(|sink| &mut **sink as &mut dyn SoundSink);
    let end = recognise::recognise(&mut *sound, &mut *engine, &filter, &settings, control, recorder_said, &on);
    drop(sink);
    // A core that is gone wants no end either.
    let _ = to_core.send(Incoming::SoundEnded(end));
}

/// Stands where no speech engine could be started: every segment becomes a gap and the session goes on.
struct Deaf;

impl SpeechEngine for Deaf {
    fn load(&mut self, _: crate::protocol::Load) -> Result<String, crate::ports::engine::EngineError> {
        Err(absent())
    }
    fn decode(
        &mut self,
        _: crate::protocol::Decode,
        _: &[i16],
        _: &mut dyn FnMut(&crate::domain::practice::text::ClientText),
    ) -> Result<crate::protocol::Decoded, crate::ports::engine::EngineError> {
        Err(absent())
    }
}

fn absent() -> crate::ports::engine::EngineError {
    crate::ports::engine::EngineError::Absent { worker: "asr".into(), why: msg("live-session-not-started") }
}
