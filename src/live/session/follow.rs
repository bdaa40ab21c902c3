//! Listens to a running session to its end and gathers what it came to; for commands that have no screen.

use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::transcript::{Gap, Utterance};
use crate::live::session::Running;

/// What a session came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// In order of time, with the labels that were settled at the end.
    pub utterances: Vec<Utterance>,
    /// In order of time.
    pub cues: Vec<RiskCue>,
    /// The last ones.
    pub advice: Option<Suggestions>,
    /// In order of time.
    pub gaps: Vec<Gap>,
    /// Records on disk.
    pub records: u64,
    /// All of it is on disk and the session is closed.
    pub saved: bool,
    /// What went wrong on the way.
    pub troubles: Vec<ErrorReport>,
}

/// Follows a session; `on` sees each event first.
pub fn follow(running: Running, on: &mut dyn FnMut(&SessionEvent)) -> Outcome {
    let mut outcome = Outcome::default();
    for event in &running.events {
        on(&event);
        match event {
            SessionEvent::Heard(u) | SessionEvent::Revised(u) => {
                match outcome.utterances.iter_mut().find(|x| x.id == u.id) {
                    Some(told) => *told = u,
                    None => {
                        let at = outcome.utterances.partition_point(|x| x.start_ms <= u.start_ms);
                        outcome.utterances.insert(at, u);
                    }
                }
            }
            SessionEvent::Relabelled(changed) => {
                for (id, speaker) in changed {
                    if let Some(u) = outcome.utterances.iter_mut().find(|u| u.id == id) {
                        u.speaker = speaker;
                    }
                }
            }
            SessionEvent::Risk(cue) => outcome.cues.push(cue),
            SessionEvent::Advice(s) => outcome.advice = Some(*s),
            SessionEvent::Gap(gap) => outcome.gaps.push(gap),
            SessionEvent::Saved { records, .. } => outcome.records = records,
            SessionEvent::Trouble(fault) => outcome.troubles.push(fault),
            // The last directions may still come.
            SessionEvent::Ended { saved } => outcome.saved = saved,
            _ => {}
        }
    }
    running.join();
    outcome
}
