//! The open past session.

use crate::app::script::Script;
use crate::app::views::SessionFile;
use crate::domain::advice::evidence::Evidence;

/// The screen of a past session.
#[derive(Debug, Clone)]
pub struct PastPage {
    /// What was kept.
    pub file: SessionFile,
    /// The transcript as it is shown.
    pub script: Script,
    /// The right pane has the keys.
    pub side: bool,
    /// Which suggestion is marked.
    pub suggestion: usize,
}

/// The evidence that is marked, when the right pane has the keys.
pub fn evidence(page: &PastPage) -> Option<&Evidence> {
    page.file.suggestions.get(page.suggestion).and_then(|s| s.evidence.first())
}
