//! Where a running session keeps what it heard, and who advises it. The vault and the language model stand behind
//! these; a test puts a list and a script there.

use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::RecordId;
use crate::domain::practice::lang::Lang;
use crate::domain::record::Body;
use crate::domain::transcript::Transcript;

/// What the client's consents let a running session do. They can be taken back at any moment (L1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// What is said is kept, and a language model may read it.
    WordsAndAdvice,
    /// What is said is kept; no language model may read it.
    Words,
    /// Nothing more is kept; what was kept before stays.
    Nothing,
    /// The key was destroyed: what was said is to be forgotten.
    Destroyed,
}

/// Keeps the records of one session.
pub trait Keeper: Send {
    /// What the client lets this session do now.
    fn released(&mut self) -> Result<Released, ErrorReport>;
    /// True while the sound of this session may be kept.
    fn sound_released(&mut self) -> bool {
        true
    }
    /// Seals and writes the bodies as one group; returns their ids only after the bytes are synced to disk.
    /// After an error none of them may be taken for kept.
    fn keep(&mut self, bodies: &[Body]) -> Result<Vec<RecordId>, ErrorReport>;
    /// Ends the session after so many milliseconds of sound. Afterwards only directions that a model was still working out
    /// can be kept. `how` is one word of the program.
    fn end(&mut self, how: &'static str, heard_ms: u64) -> Result<(), ErrorReport>;
}

/// Works out directions for a transcript.
pub trait DirectionEngines: Send {
    /// Makes ready what needs no word of the session, before the first question.
    fn begin(&mut self, _language: Lang) {}
    /// Directions for all that was said so far. The cues were found by rule and are handed on untouched. `progress`
    /// gets questions answered and questions in all.
    fn advise(
        &mut self,
        transcript: &Transcript,
        cues: &[RiskCue],
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Suggestions, ErrorReport>;
    /// What these lines will need later, made ready when their directions were told: nobody waits for it.
    fn meanwhile(&mut self, _transcript: &Transcript) {}
    /// A handle that makes a running [`DirectionEngines::advise`] end early, from another thread.
    fn stopper(&self) -> Box<dyn Fn() + Send>;
}
