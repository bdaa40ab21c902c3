//! What lies over a screen: help, the palette, and questions that want a yes.

use crate::app::field::Field;
use crate::app::state::merge::MergeAct;
use crate::app::state::supervision::SupervisionAct;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientId, SessionId};

/// A question that wants a yes; anything else is a no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// End the session?
    EndSession,
    /// End the session and then the program?
    QuitWhileRecording,
    /// Leave the program with an unsaved note?
    QuitUnsaved,
    /// Leave the program with answers to an instrument that are not sealed?
    QuitWithAnswers,
    /// Begin although nothing that is said will be written down?
    BeginDeaf,
    /// Leave an unsaved note?
    LeaveNote,
    /// Sign the note? It never changes afterwards.
    SignNote,
    /// The client agreed to this; for the service also: the limits of confidentiality were explained.
    GiveConsent(Scope),
    /// The client takes this back.
    WithdrawConsent(Scope),
    /// With it, what was recorded in the session that is still open: shall that be destroyed too?
    EraseOpenSession(Scope),
    /// Sessions were interrupted and their sound is there: shall it be written down now?
    RecoverSessions(Vec<(ClientId, SessionId)>),
    /// Away with the answers so far?
    LeaveSheet,
    /// Co-sign the note that is read?
    Cosign,
    /// Away with the comment that was begun?
    LeaveComment,
    /// Away with what was written of a process note?
    LeaveProcess,
    /// Leave the program with a comment that is not sent, or a process note that is not sealed?
    QuitUnsent,
    /// Shall this be done? It takes something away, or gives it to somebody.
    Supervision(SupervisionAct),
    /// Leave an unsaved safety plan, and with it the program?
    LeavePlan {
        /// The program is left too.
        program: bool,
    },
    /// Leave a corrected card that is not kept, and with it the program?
    LeaveCard {
        /// The program is left too.
        program: bool,
    },
    /// Shall two records become one case, or two again?
    Merge(MergeAct),
    /// Leave an unsaved case report, and with it the program?
    LeaveReport {
        /// The program is left too.
        program: bool,
    },
    /// Remove the practice client?
    RemovePractice(ClientId),
    /// Shall these headings become a template of this name? How many were left out because they name a client.
    KeepTemplate(String, Vec<String>, usize),
    /// Shall this template be offered no longer? Its id and its name.
    RemoveTemplate(String, String),
    /// Was this crisis line called, or looked up at the operator's own page? By its id.
    LineChecked(String),
    /// Review what one person did alone? The number of the entry in the access log.
    ReviewEntry(u64),
}

/// What lies over a screen.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// What the keys do.
    Help {
        /// First row that is shown.
        top: usize,
    },
    /// Finding a command by name.
    Palette {
        /// What was typed.
        query: Field,
        /// Which of the found is marked.
        at: usize,
    },
    /// A question.
    Confirm(Question),
    /// The vault is not whole: told in full before anything else is shown.
    Told,
}

impl Overlay {
    /// An empty palette.
    pub fn palette() -> Self {
        Overlay::Palette { query: Field::default(), at: 0 }
    }
}
