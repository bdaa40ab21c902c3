//! The open client, and what a person asked to change of the consents.

use crate::app::views::ClientFile;
use crate::domain::practice::consent::Scope;

/// The panes of the client screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Sessions, newest first.
    #[default]
    Sessions,
    /// Consents.
    Consents,
    /// Results of instruments.
    Measures,
}

/// The client screen.
#[derive(Debug, Clone)]
pub struct ClientPage {
    /// What is shown.
    pub file: ClientFile,
    /// The pane that keys go to.
    pub pane: Pane,
    /// The marked session.
    pub session: usize,
    /// The marked consent.
    pub consent: usize,
    /// The marked measure.
    pub measure: usize,
    /// What was just asked to change, to say it when it is done.
    pub asked: Option<(Scope, Change)>,
}

/// What a person asked to change of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The client agreed.
    Given,
    /// Taken back from now on.
    Withdrawn,
    /// Taken back, with what was recorded in the session that is still open.
    Erased,
}
