//! What a running session tells the program, and what the program may tell it. Pure data: the session itself runs
//! in `live::session`, on its own threads, and a screen or the command line only listens.

use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{SessionId, TechniqueId, UtteranceId};
use crate::domain::practice::recording::SoundState;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::{Gap, Speaker, Utterance};

/// How a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineState {
    /// Its model is being loaded.
    Loading,
    /// It waits or works.
    Ready,
    /// It died and is being started again.
    Restarting,
    /// Its restart budget is used up; the session goes on without it.
    Degraded,
    /// It was not asked for, or its model is missing.
    Absent,
}

/// Which worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Speech to text.
    Speech,
    /// Directions.
    Language,
}

/// What a session says.
#[derive(Debug, Clone)]
pub enum SessionEvent {
    /// It began; its start is sealed and synced.
    Started {
        /// Its id.
        session: SessionId,
        /// When.
        started: Timestamp,
    },
    /// Loudness of the last tenth of a second.
    Level {
        /// Root mean square in dB below full scale, -90 to 0.
        rms_db: f32,
        /// Voice was found in it.
        speaking: bool,
    },
    /// The microphone is gone and looked for, or there again.
    Device {
        /// It gives sound.
        there: bool,
    },
    /// How far the sound has come.
    Position {
        /// Session time.
        at_ms: u64,
        /// Length of a file; a microphone has none.
        total_ms: Option<u64>,
    },
    /// Words so far of the utterance that is being spoken.
    Partial {
        /// The words so far.
        text: ClientText,
    },
    /// An utterance has its words.
    Heard(Utterance),
    /// An utterance that was told has other words, heard with what stands around it; its id and its risk cues stay. One that was not
    /// told before is a piece of a line that was split where the voice changes.
    Revised(Utterance),
    /// Speaker labels were revised in the light of what came later.
    Relabelled(Vec<(UtteranceId, Speaker)>),
    /// A rule found words that may mean danger.
    Risk(RiskCue),
    /// Directions are being worked out.
    Advising {
        /// Questions answered.
        done: u32,
        /// Questions in all.
        of: u32,
    },
    /// New directions; they replace the ones before.
    Advice(Box<Suggestions>),
    /// Something could not be heard.
    Gap(Gap),
    /// Everything up to here is sealed and synced to disk.
    Saved {
        /// Session time.
        through_ms: u64,
        /// Records of this session so far.
        records: u64,
    },
    /// How far the sound itself is kept, or what is wrong with keeping it.
    Sound(SoundState),
    /// From the end of the last utterance to its text.
    Lag {
        /// Milliseconds.
        ms: u64,
    },
    /// A worker changed its state.
    Engine {
        /// Which.
        engine: Engine,
        /// How it is now.
        state: EngineState,
    },
    /// Something went wrong; the session goes on.
    Trouble(ErrorReport),
    /// It ended. `saved` is false when the last records could not be written.
    Ended {
        /// All of it is on disk.
        saved: bool,
    },
}

/// What the counsellor decided of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Taken into the note as it is.
    Accepted,
    /// Taken with changes.
    Edited,
    /// Put away.
    Dismissed,
}

/// What a session can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionCommand {
    /// Remember this moment.
    Mark,
    /// Nothing is heard or kept while on.
    OffRecord(bool),
    /// The input is stopped while on.
    Pause(bool),
    /// The other of the two speakers said this.
    Flip(UtteranceId),
    /// What was decided of a suggestion.
    Decide {
        /// Which.
        technique: TechniqueId,
        /// What.
        decision: Decision,
    },
    /// A consent was taken back: what is no longer released ends at once.
    ConsentChanged,
    /// Finish: the last utterance is written down and sealed.
    Stop,
}
