//! The open past session.

use crate::app::script::Script;
use crate::app::state::live::Pane;
use crate::app::views::SessionFile;
use crate::domain::practice::ids::UtteranceId;

/// The screen of a past session.
#[derive(Debug, Clone)]
pub struct PastPage {
    /// What was kept.
    pub file: SessionFile,
    /// The transcript as it is shown.
    pub script: Script,
    /// The pane that keys go to.
    pub pane: Pane,
    /// Which suggestion is marked.
    pub suggestion: usize,
    /// Which cue is marked.
    pub cue: usize,
}

/// The utterance that the marked suggestion or cue points at.
pub fn quoted(page: &PastPage) -> Option<UtteranceId> {
    match page.pane {
        Pane::Cues => page.file.cues.get(page.cue).map(|c| c.utterance),
        Pane::Transcript | Pane::Suggestions => {
            page.file.suggestions.get(page.suggestion).and_then(|s| s.evidence.first()).map(|e| e.utterance)
        }
    }
}
