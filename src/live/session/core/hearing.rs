//! What is heard becomes lines of the transcript: their words first, then whose they are, then what a rule finds in them.

use super::Core;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::session_event::{Engine, EngineState, SessionEvent};
use crate::domain::record::Body;
use crate::domain::transcript::Speaker;
use crate::live::recognise::{Heard, Said};
use crate::ports::engine::EngineError;

/// While people speak, directions are asked for again after this many new lines that may be the client's.
const ADVISE_AFTER_LINES: u32 = 3;
/// The time is told this often.
const CLOCK_MS: u64 = 100;
/// The time is told this often where the level stands still: a clock shows seconds.
const CALM_CLOCK_MS: u64 = 1_000;
/// So often the same level is told, then no more until it changes: a meter shows the last five and stands still, and a session that is
/// paused or has a muted microphone costs nothing.
const MOST_SAME_LEVELS: u32 = 20;

impl Core {
    pub(super) fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Level { at_ms, rms_db, speaking } => {
                let level = (rms_db, speaking);
                self.same_levels = if self.level == Some(level) { self.same_levels + 1 } else { 0 };
                self.level = Some(level);
                if self.same_levels < MOST_SAME_LEVELS {
                    self.with.events.mention(SessionEvent::Level { rms_db, speaking });
                }
                self.move_to(at_ms);
            }
            Heard::Partial { text, .. } => self.with.events.mention(SessionEvent::Partial { text }),
            Heard::Final(said) => self.add(*said),
            Heard::Revised(revised) => self.revise(revised),
            Heard::Timed(timed) => self.timed(timed),
            Heard::Dropped { .. } => {}
            Heard::Device { there } => self.with.events.say(SessionEvent::Device { there }),
            Heard::Gap(gap) => {
                self.transcript.gaps.push(gap.clone());
                self.unkept.push(Body::Gap { gap: gap.clone() });
                self.with.events.say(SessionEvent::Gap(gap));
            }
            Heard::Reached { at_ms } => {
                self.final_ms = self.final_ms.max(at_ms);
                self.move_to(at_ms);
            }
            Heard::Trouble(fault) => {
                let state = match &fault {
                    EngineError::Degraded { .. } => EngineState::Degraded,
                    EngineError::Absent { .. } => EngineState::Absent,
                    _ => EngineState::Restarting,
                };
                self.with.events.say(SessionEvent::Engine { engine: Engine::Speech, state });
                self.trouble(fault.into());
            }
        }
    }

    fn move_to(&mut self, at_ms: u64) {
        let every = if self.same_levels < MOST_SAME_LEVELS { CLOCK_MS } else { CALM_CLOCK_MS };
        let told = self.at_ms / every;
        self.at_ms = self.at_ms.max(at_ms);
        if self.at_ms / every > told {
            self.with.events.mention(SessionEvent::Position { at_ms, total_ms: self.with.total_ms });
        }
    }

    fn add(&mut self, said: Said) {
        let id = self.transcript.add(said.span, Speaker::Unknown, said.text, said.confidence);
        let at = |core: &Core| core.transcript.utterances.iter().position(|u| u.id == id);
        // Telling whose they are takes 0.03 to 0.04 of their length (`cargo bench --bench voices`), and whoever reads along waits for the words.
        let words_first = self.with.words_first && self.with.voices.is_some();
        if let Some(at) = at(self).filter(|_| words_first) {
            self.with.events.say(SessionEvent::Heard(self.transcript.utterances[at].clone()));
            self.with.events.mention(SessionEvent::Lag { ms: said.lag_ms });
        }
        if let Some(voices) = &self.with.voices
            && let Some(line) = self.transcript.utterances.iter_mut().find(|u| u.id == id)
        {
            line.speaker = self.diariser.listen(voices, id, &said.segment, line.text.reveal());
            let named = (id, line.speaker);
            if words_first && named.1 != Speaker::Unknown {
                self.with.events.say(SessionEvent::Relabelled(vec![named]));
            }
        }
        self.relabel();
        let Some(at) = at(self) else { return };
        let line = self.transcript.utterances[at].clone();
        if !words_first {
            self.with.events.say(SessionEvent::Heard(line.clone()));
            self.with.events.mention(SessionEvent::Lag { ms: said.lag_ms });
        }
        // The line after it may be the yes to this one: lines come in order of their start, not of their arrival.
        let heard_again: Vec<UtteranceId> = self.transcript.utterances[at..].iter().take(2).map(|u| u.id).collect();
        self.lines_since_advice += u32::from(line.speaker != Speaker::Counsellor);
        self.unkept.push(Body::Utterances { utterances: vec![line] });
        self.look_for_cues(&heard_again);
        if self.with.throughout && self.lines_since_advice >= ADVISE_AFTER_LINES && self.asked == self.answered {
            self.ask();
        }
    }
}
