//! The core of a session: the one place that holds its transcript. Takes what was heard, labels it, looks for cues,
//! keeps it in groups, asks for directions, and ends.

mod hearing;
mod revisions;
mod sound;
mod turns;

use crate::domain::advice::decision::decided;
use crate::domain::advice::risk_cue::Rules;
use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{RecordId, TechniqueId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::recording::SoundState;
use crate::domain::practice::session_event::{Decision, Engine, EngineState, SessionCommand, SessionEvent};
use crate::domain::record::Body;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::line_splitter::LineSplitter;
use crate::live::recognise::Control;
use crate::live::recorder_feed::RecorderFeed;
use crate::live::session::advice_queue::AdviceQueue;
use crate::live::session::ways::{Events, Incoming};
use crate::ports::keeper::{Keeper, Released};
use crate::speech::speakers::Diariser;
use crate::speech::voice::VoiceModel;
use crate::texts::msg;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// A write that failed is tried again after this long: a full disk is rarely emptied faster.
const KEEP_AGAIN: Duration = Duration::from_secs(2);
/// At the end a failing write is tried this often before the session ends unsaved.
const LAST_TRIES: u32 = 3;

/// What the core begins with.
pub struct Beginning {
    pub language: Lang,
    pub speech_model: Option<ModelRef>,
    pub rules: Rules,
    pub voices: Option<Arc<VoiceModel>>,
    pub people: usize,
    pub keeper: Box<dyn Keeper>,
    pub advice: Option<AdviceQueue>,
    pub throughout: bool,
    /// An utterance is told before it is known whose it is.
    pub words_first: bool,
    pub control: Control,
    pub total_ms: Option<u64>,
    pub recorder_feed: Option<RecorderFeed>,
    pub events: Events,
}

pub struct Core {
    with: Beginning,
    transcript: Transcript,
    diariser: Diariser,
    splitter: LineSplitter,
    /// Every cue that was raised; only grows.
    cues: Vec<RiskCue>,
    /// Lines whose label a person set. Only these labels have a say in what raises a cue.
    by_hand: BTreeSet<UtteranceId>,
    /// Made but not yet on disk, in order.
    unkept: Vec<Body>,
    kept: u64,
    at_ms: u64,
    /// The level that was heard last, and how often before it.
    level: Option<(f32, bool)>,
    same_levels: u32,
    final_ms: u64,
    told_saved_ms: u64,
    again: Option<Instant>,
    lines_since_advice: u32,
    asked: u32,
    answered: u32,
    /// The cards of every advice so far and, once it is kept, its record: a decision may be about an earlier one,
    /// which the counsellor was reading when a newer one came.
    advices: Vec<(Vec<TechniqueId>, Option<RecordId>)>,
    undecided: Vec<(TechniqueId, Decision)>,
    off_record: bool,
    paused: bool,
    sound_over: bool,
    stopping: bool,
    last_advice_asked: bool,
    /// The client took back what the session rests on.
    revoked: Option<Released>,
    sound: SoundState,
}

impl Core {
    pub fn new(with: Beginning) -> Self {
        let mut transcript = Transcript::empty(with.language);
        transcript.model = with.speech_model.clone();
        Core {
            diariser: Diariser::expecting(with.people),
            splitter: LineSplitter::default(),
            with,
            transcript,
            cues: Vec::new(),
            by_hand: BTreeSet::new(),
            unkept: Vec::new(),
            kept: 0,
            at_ms: 0,
            level: None,
            same_levels: 0,
            final_ms: 0,
            told_saved_ms: 0,
            again: None,
            lines_since_advice: 0,
            asked: 0,
            answered: 0,
            advices: Vec::new(),
            undecided: Vec::new(),
            off_record: false,
            paused: false,
            sound_over: false,
            stopping: false,
            last_advice_asked: false,
            revoked: None,
            sound: SoundState::Off,
        }
    }

    pub fn run(mut self, incoming: &Receiver<Incoming>) {
        loop {
            match incoming.recv_timeout(KEEP_AGAIN) {
                Ok(first) => {
                    self.take(first);
                    // What has piled up meanwhile becomes one group and one sync.
                    while let Ok(more) = incoming.try_recv() {
                        self.take(more);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.sound_over = true,
            }
            self.keep();
            if self.revoked.is_some() {
                break;
            }
            if self.sound_over && self.with.throughout {
                // A person waits: the session is closed now, and the model goes on behind it.
                return self.end_before_the_model(incoming);
            }
            if self.sound_over && self.advised_for_the_last_time() {
                break;
            }
        }
        self.end(incoming);
    }

    /// Closes the session with what was heard, then takes the last directions as they come. A second stop, or nobody left
    /// to answer, ends that too.
    fn end_before_the_model(mut self, incoming: &Receiver<Incoming>) {
        if !self.advised_for_the_last_time() {
            self.with.events.mention(SessionEvent::Advising { done: 0, of: 1 });
        }
        self.stopping = true;
        if !self.close(incoming) {
            return;
        }
        while !self.advised_for_the_last_time() {
            match incoming.recv_timeout(KEEP_AGAIN) {
                Ok(incoming) => self.take(incoming),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.keep();
        }
        self.with.advice = None;
        self.keep();
        self.with.events.say(SessionEvent::Advising { done: 0, of: 0 });
    }

    fn take(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Heard(heard) => self.hear(heard),
            Incoming::Command(command) => self.command(command),
            Incoming::Advising(done, of) => self.with.events.mention(SessionEvent::Advising { done, of }),
            Incoming::Advised(answer) => self.advised(answer),
            Incoming::RecorderSaid(recorder_said) => self.recorder_said(recorder_said),
            Incoming::SoundEnded(end) => {
                self.sound_over = true;
                match end {
                    Ok(tally) => {
                        self.transcript.duration_ms = self.transcript.duration_ms.max(tally.duration_ms);
                        self.final_ms = self.final_ms.max(tally.duration_ms);
                        for warning in tally.warnings {
                            self.trouble(ErrorReport::failed(
                                warning,
                                msg("session-core-session-what-could-heard.hint"),
                            ));
                        }
                    }
                    Err(fault) => self.trouble(fault.into()),
                }
            }
        }
    }

    fn trouble(&self, fault: ErrorReport) {
        self.with.events.say(SessionEvent::Trouble(fault));
    }

    fn command(&mut self, command: SessionCommand) {
        match command {
            SessionCommand::Mark => self.unkept.push(Body::Mark { at_ms: self.at_ms, label: None }),
            SessionCommand::OffRecord(on) => {
                self.off_record = on;
                self.set_ear();
            }
            SessionCommand::Pause(on) => {
                self.paused = on;
                self.set_ear();
            }
            SessionCommand::Flip(id) => {
                let Some(line) = self.transcript.utterances.iter_mut().find(|u| u.id == id) else { return };
                line.speaker = line.speaker.flipped();
                let speaker = line.speaker;
                self.diariser.set(id, speaker);
                self.by_hand.insert(id);
                self.with.events.say(SessionEvent::Relabelled(vec![(id, speaker)]));
                self.relabel();
                let from = self.transcript.utterances.iter().position(|u| u.id == id).unwrap_or(0);
                let flipped: Vec<UtteranceId> =
                    self.transcript.utterances[from..].iter().take(2).map(|u| u.id).collect();
                self.look_for_cues(&flipped);
            }
            SessionCommand::Decide { technique, decision } => {
                self.undecided.push((technique, decision));
                self.decide();
            }
            SessionCommand::ConsentChanged => {
                self.heed();
                self.heed_sound();
            }
            SessionCommand::Stop if self.stopping => {
                // A second time: the counsellor does not want to wait for directions.
                self.with.advice = None;
            }
            SessionCommand::Stop => {
                self.stopping = true;
                self.with.control.stop();
            }
        }
    }

    /// Asks what the client lets the session do now and ends what is no longer released. A vault that does not say
    /// releases nothing new, and the next write says why.
    fn heed(&mut self) -> Released {
        let released = match self.with.keeper.released() {
            Ok(released) => released,
            Err(_) => return Released::Words,
        };
        match released {
            Released::WordsAndAdvice => {}
            Released::Words => self.end_advice(),
            Released::Nothing | Released::Destroyed => {
                self.end_advice();
                self.with.control.stop();
                self.revoked = Some(released);
            }
        }
        released
    }

    /// No model reads on, and what one said that is not kept yet is dropped, with what was decided of it.
    fn end_advice(&mut self) {
        self.unkept.retain(|body| !matches!(body, Body::Suggestions { .. }));
        self.advices.retain(|(_, record)| record.is_some());
        self.decide();
        if self.with.advice.take().is_some() {
            self.with.events.say(SessionEvent::Engine { engine: Engine::Language, state: EngineState::Absent });
        }
    }

    fn ask(&mut self) {
        self.lines_since_advice = 0;
        if self.with.advice.is_some() && self.heed() != Released::WordsAndAdvice {
            return;
        }
        if let Some(unlocked) = &self.with.advice {
            if let Some(one_more) = unlocked.ask(self.transcript.clone(), self.cues.clone(), self.last_advice_asked) {
                self.asked += u32::from(one_more);
            } else {
                self.with.advice = None;
                self.with.events.say(SessionEvent::Engine { engine: Engine::Language, state: EngineState::Absent });
            }
        }
    }

    fn advised(&mut self, answer: Result<Box<Suggestions>, ErrorReport>) {
        self.answered += 1;
        if self.heed() != Released::WordsAndAdvice {
            return;
        }
        match answer {
            Ok(suggestions) => {
                self.unkept.push(Body::Suggestions { suggestions: (*suggestions).clone() });
                self.advices.push((suggestions.suggestions.iter().map(|s| s.technique.clone()).collect(), None));
                self.with.events.say(SessionEvent::Advice(suggestions));
            }
            Err(fault) => {
                self.with.events.say(SessionEvent::Engine { engine: Engine::Language, state: EngineState::Degraded });
                self.trouble(fault);
            }
        }
    }

    /// True when nothing more is to be expected of the engines; asks them one last time first.
    fn advised_for_the_last_time(&mut self) -> bool {
        if self.with.advice.is_none() {
            return true;
        }
        if !self.last_advice_asked {
            self.last_advice_asked = true;
            if !self.transcript.utterances.is_empty() {
                self.ask();
            }
        }
        self.answered >= self.asked
    }

    /// Turns decisions into bodies as soon as the suggestions they are about are on disk.
    fn decide(&mut self) {
        for (technique, decision) in std::mem::take(&mut self.undecided) {
            let place = |(cards, of): &(Vec<TechniqueId>, Option<RecordId>)| {
                cards.iter().position(|c| *c == technique).map(|index| (index, *of))
            };
            let Some((index, of)) = self.advices.iter().rev().find_map(place) else { continue };
            let Some(of) = of else {
                self.undecided.push((technique, decision));
                continue;
            };
            self.unkept.push(decided((of, index as u32), technique, decision));
        }
    }

    fn keep(&mut self) {
        if self.unkept.is_empty() || self.again.is_some_and(|t| Instant::now() < t) {
            return;
        }
        if matches!(self.heed(), Released::Nothing | Released::Destroyed) || self.unkept.is_empty() {
            return;
        }
        match self.with.keeper.keep(&self.unkept) {
            Ok(ids) => {
                let kept = self.unkept.iter().zip(&ids).filter(|(b, _)| matches!(b, Body::Suggestions { .. }));
                let waiting = self.advices.iter_mut().filter(|(_, record)| record.is_none());
                for ((_, record), (_, id)) in waiting.zip(kept) {
                    *record = Some(*id);
                }
                self.kept += self.unkept.len() as u64;
                self.unkept.clear();
                self.again = None;
                self.told_saved_ms = self.final_ms;
                self.with.events.say(SessionEvent::Saved { through_ms: self.final_ms, records: self.kept });
                if !self.undecided.is_empty() {
                    self.decide();
                }
            }
            Err(fault) => {
                let before = self.unkept.len();
                let released = self.heed();
                if matches!(released, Released::Nothing | Released::Destroyed) {
                    // Taken back between the question and the writing: no fault, and nothing to try again.
                    return;
                }
                if self.unkept.len() < before {
                    // Only what a model said was refused; the words do not wait for it.
                    return self.keep();
                }
                self.again = Some(Instant::now() + KEEP_AGAIN);
                self.trouble(fault);
            }
        }
    }

    fn end(mut self, incoming: &Receiver<Incoming>) {
        self.close(incoming);
    }

    /// Keeps the whole transcript and closes the session, or closes it as the client wished; says so. True while a model
    /// may still read.
    fn close(&mut self, incoming: &Receiver<Incoming>) -> bool {
        if self.revoked.is_none() {
            self.heed();
        }
        if let Some(why) = self.revoked {
            self.end_revoked(why);
            return false;
        }
        self.finish_sound();
        // What was decided, marked or answered while the sound was brought to its end.
        while let Ok(last) = incoming.try_recv() {
            self.take(last);
        }
        // Without a consent that still holds, or on a full disk, this is where the session learns of it.
        self.unkept.push(Body::Transcript { transcript: self.transcript.clone(), reason: None });
        for _ in 0..LAST_TRIES {
            self.again = None;
            self.keep();
            if let Some(why) = self.revoked {
                self.end_revoked(why);
                return false;
            }
            if self.unkept.is_empty() {
                break;
            }
            std::thread::sleep(KEEP_AGAIN);
        }
        let mut saved = self.unkept.is_empty();
        if saved && let Err(fault) = self.with.keeper.end("ended", self.transcript.duration_ms) {
            saved = false;
            self.trouble(fault);
        }
        self.with.events.say(SessionEvent::Ended { saved });
        saved
    }
}
