//! Which state of a note may follow which, and who may bring it there. Total over states and acts; the table is the
//! rule (product page: Draft, Ready, InReview, NeedsRevision, Signed, CoSigned, Amended).

use crate::domain::explain::{Exit, Explain};
use crate::domain::note::statement::Support;
use crate::domain::record::NoteState;
use crate::texts::{Message, msg};

/// What is done with a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// The counsellor writes on.
    Edit,
    /// The counsellor says it is done.
    MarkReady,
    /// The counsellor takes it back from the supervisor before it was looked at, or to write on.
    Reopen,
    /// A supervisor opens it for review.
    TakeUp,
    /// A supervisor asks for a revision.
    Return,
    /// The counsellor signs.
    Sign,
    /// A supervisor signs beside.
    CoSign,
    /// The counsellor corrects a signed note, with a reason.
    Amend,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 8] =
        [Act::Edit, Act::MarkReady, Act::Reopen, Act::TakeUp, Act::Return, Act::Sign, Act::CoSign, Act::Amend];
}

/// Why an act is not possible now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum StateError {
    /// The state does not allow it.
    NotNow(NoteState),
    /// It was signed.
    Signed,
    /// Statements wait for a decision.
    Undecided(usize),
    /// There is nothing in it.
    Empty,
    /// Whoever co-signs wrote a text of the note.
    OwnText,
    /// An amendment without a reason.
    NoReason,
    /// A draft over a text that is there, without asking to replace it.
    Exists,
}

impl Explain for StateError {
    fn message(&self) -> Message {
        match self {
            StateError::NotNow(state) => msg("state-not-now").with("state", message(*state)),
            StateError::Signed => msg("state-signed"),
            StateError::Undecided(n) => msg("state-undecided").with("n", n),
            StateError::Empty => msg("state-empty"),
            StateError::OwnText => msg("state-own-text"),
            StateError::NoReason => msg("state-no-reason"),
            StateError::Exists => msg("cli-note-session-note-already"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            StateError::NotNow(_) => msg("state-not-now.hint"),
            StateError::Signed => msg("state-signed.hint"),
            StateError::Undecided(_) => msg("state-undecided.hint"),
            StateError::Empty => msg("state-empty.hint"),
            StateError::OwnText => msg("state-own-text.hint"),
            StateError::NoReason => msg("state-no-reason.hint"),
            StateError::Exists => msg("cli-note-session-note-already.hint"),
        }
    }
    fn exit(&self) -> Exit {
        Exit::Refused
    }
}

/// The word of a state in files, in `--json` and in errors.
pub const fn word(state: NoteState) -> &'static str {
    match state {
        NoteState::Draft => "draft",
        NoteState::Ready => "ready",
        NoteState::InReview => "in-review",
        NoteState::NeedsRevision => "needs-revision",
        NoteState::Signed => "signed",
        NoteState::CoSigned => "co-signed",
        NoteState::Amended => "amended",
    }
}

/// A state as a sentence names it.
pub const fn message(state: NoteState) -> Message {
    match state {
        NoteState::Draft => msg("note-show-draft"),
        NoteState::Ready => msg("note-show-ready"),
        NoteState::InReview => msg("note-show-review"),
        NoteState::NeedsRevision => msg("note-show-needs-revision"),
        NoteState::Signed => msg("note-show-signed"),
        NoteState::CoSigned => msg("note-show-co-signed"),
        NoteState::Amended => msg("note-show-amended"),
    }
}

/// Whether this state is of a text that never changes.
pub const fn is_signed(state: NoteState) -> bool {
    matches!(state, NoteState::Signed | NoteState::CoSigned | NoteState::Amended)
}

/// The state after an act.
pub const fn after(state: NoteState, act: Act) -> Result<NoteState, StateError> {
    use Act as A;
    use NoteState as S;
    match (state, act) {
        (S::Draft | S::NeedsRevision, A::Edit) => Ok(S::Draft),
        (S::Ready, A::Edit | A::Reopen) => Ok(S::Draft),
        (S::InReview, A::Reopen) => Ok(S::Draft),
        (S::Draft | S::NeedsRevision, A::MarkReady) => Ok(S::Ready),
        (S::Ready, A::TakeUp) => Ok(S::InReview),
        (S::Ready | S::InReview, A::Return) => Ok(S::NeedsRevision),
        (S::Draft | S::Ready | S::InReview | S::NeedsRevision, A::Sign) => Ok(S::Signed),
        // What a supervisor took up is what its counsellor signed as ready; both signatures name that revision.
        (S::InReview | S::Signed | S::Amended, A::CoSign) => Ok(S::CoSigned),
        (S::Signed | S::CoSigned | S::Amended, A::Amend) => Ok(S::Amended),
        (S::Signed | S::CoSigned | S::Amended, A::Edit | A::MarkReady | A::Reopen | A::Sign) => Err(StateError::Signed),
        (S::Signed | S::CoSigned | S::Amended, A::TakeUp | A::Return)
        | (S::CoSigned, A::CoSign)
        | (S::Draft, A::Reopen | A::TakeUp | A::Return | A::CoSign | A::Amend)
        | (S::Ready, A::MarkReady | A::CoSign | A::Amend)
        | (S::InReview, A::Edit | A::MarkReady | A::TakeUp | A::Amend)
        | (S::NeedsRevision, A::Reopen | A::TakeUp | A::Return | A::CoSign | A::Amend) => {
            Err(StateError::NotNow(state))
        }
    }
}

/// Whether a note may be signed: it says something, and somebody decided about every statement that its lines do not
/// carry. `undecided` are the supports of statements nobody decided about.
pub fn may_sign(lines: usize, undecided: impl Iterator<Item = Support>) -> Result<(), StateError> {
    if lines == 0 {
        return Err(StateError::Empty);
    }
    match undecided.filter(|s| s.blocks_signing()).count() {
        0 => Ok(()),
        n => Err(StateError::Undecided(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [NoteState; 7] = [
        NoteState::Draft,
        NoteState::Ready,
        NoteState::InReview,
        NoteState::NeedsRevision,
        NoteState::Signed,
        NoteState::CoSigned,
        NoteState::Amended,
    ];

    #[test]
    fn no_act_leads_from_a_signed_text_to_one_that_can_change() {
        for state in STATES.into_iter().filter(|s| is_signed(*s)) {
            for act in Act::ALL {
                if let Ok(next) = after(state, act) {
                    assert!(is_signed(next), "{state:?} {act:?} gives {next:?}");
                }
            }
        }
    }

    #[test]
    fn a_signed_note_is_only_amended_or_co_signed() {
        for state in STATES.into_iter().filter(|s| is_signed(*s)) {
            for act in Act::ALL {
                let may = matches!(act, Act::Amend) || (act == Act::CoSign && state != NoteState::CoSigned);
                assert_eq!(after(state, act).is_ok(), may, "{state:?} {act:?}");
            }
        }
    }

    #[test]
    fn every_unsigned_state_can_be_signed_and_an_amendment_asks_for_a_new_co_signature() {
        for state in STATES.into_iter().filter(|s| !is_signed(*s)) {
            assert_eq!(after(state, Act::Sign), Ok(NoteState::Signed));
        }
        assert_eq!(after(NoteState::CoSigned, Act::Amend), Ok(NoteState::Amended));
        assert_eq!(after(NoteState::Amended, Act::CoSign), Ok(NoteState::CoSigned));
    }

    #[test]
    fn what_nobody_decided_about_blocks_signing_and_so_does_an_empty_note() {
        assert_eq!(may_sign(0, std::iter::empty()), Err(StateError::Empty));
        assert_eq!(
            may_sign(3, [Support::Unsupported, Support::Supported, Support::Retracted].into_iter()),
            Err(StateError::Undecided(2))
        );
        assert_eq!(may_sign(3, [Support::Supported, Support::Inferred, Support::Counsellor].into_iter()), Ok(()));
    }
}
