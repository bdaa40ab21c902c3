//! The running session, or the one that just ended, as the screens know it.

use crate::app::script::Script;
use crate::app::views::{ClientFile, DraftLine, LineOrigin, SoundInput};
use crate::domain::advice::suggestion::{RiskCue, Suggestion};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{SessionId, TechniqueId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::recording::SoundState;
use crate::domain::practice::session_event::{Decision, EngineState};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Bars of the level meter; each is a tenth of a second.
pub const METER: usize = 5;
/// Heights of a bar.
pub const BAR_HEIGHTS: usize = 8;
/// Below this the input is as good as silent: a muted or unplugged microphone, not a quiet room (about -55).
pub const SILENT_DB: f32 = -75.0;
/// So long a silence is worth a word, in milliseconds of session time.
pub const SILENT_FOR_MS: u64 = 8_000;

/// The height of a level's bar, below [`BAR_HEIGHTS`]: -60 dB and less is the lowest, -6 dB and more the highest.
pub fn bar_height(db: f32) -> usize {
    let share = ((db + 60.0) / 54.0).clamp(0.0, 1.0);
    (share * (BAR_HEIGHTS - 1) as f32).round() as usize
}

/// What a screen shows of the sound that comes in. While it stays the same a level or a position changes nothing to be painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoundShown {
    heights: [usize; METER],
    speaking: bool,
    /// A clock of whole seconds.
    seconds: u64,
    total_ms: Option<u64>,
    /// What says that nothing comes in.
    silent: bool,
}

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
    /// The language that was chosen for it, where one was.
    pub chosen: Option<Lang>,
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
    /// The microphone is gone and looked for.
    pub away: bool,
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
    /// How far the sound itself is kept.
    pub sound: SoundState,
    /// End of an utterance to its text, milliseconds.
    pub lag_ms: Option<u64>,
    /// The speech worker.
    pub speech: EngineState,
    /// The language worker.
    pub language: EngineState,
    /// Its screen was left while it was being finished: it goes from the workstation by itself when it has ended.
    pub left: bool,
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
            chosen: None,
            phase: Phase::Starting,
            session: None,
            started: None,
            at_ms: 0,
            total_ms: None,
            levels: VecDeque::from([-90.0; METER]),
            away: false,
            speaking: false,
            silent_since: None,
            script: Script::default(),
            partial: None,
            cues: Vec::new(),
            suggestions: Vec::new(),
            decided: BTreeMap::new(),
            advising: None,
            saved_ms: None,
            sound: SoundState::Off,
            lag_ms: None,
            speech: EngineState::Loading,
            language: EngineState::Loading,
            left: false,
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

    /// What is shown of the sound that comes in.
    pub fn sound_shown(&self) -> SoundShown {
        let mut heights = [0; METER];
        for (height, db) in heights.iter_mut().zip(&self.levels) {
            *height = bar_height(*db);
        }
        let (speaking, total_ms, silent) = (self.speaking, self.total_ms, self.silent_ms().is_some());
        SoundShown { heights, speaking, seconds: self.at_ms / 1000, total_ms, silent }
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
        ..DraftLine::default()
    }
}
