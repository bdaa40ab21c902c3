//! The supervisor's side on another machine: opens the file of a review with no more than their own keys, and makes the answer.
//! No store is opened and nothing of the file is kept in clear.

use crate::crypto::keys::{Keyring, Recipient};
use crate::crypto::{CryptoError, letter, slot};
use crate::domain::governance::access::permit;
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{CommentAt, NoteState};
use crate::domain::review::answer::{ANSWER, NewComment, ParcelId, ReviewAnswer};
use crate::domain::review::comment::Anchors;
use crate::domain::review::error::ReviewError;
use crate::domain::review::parcel::{FileError, PARCEL, Parcel};
use crate::domain::review::verdict::Verdict;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, private_folder};
use crate::vault::roster_file::{History, ROSTER, read_history};
use secrecy::SecretString;
use std::path::Path;

/// What a pending comment is kept as beside the file, sealed to the supervisor's own key.
const PENDING: &str = "gyeot.review-pending/1";

/// A supervisor with their keys, and the roster that they believe.
pub struct Reviewer {
    keys: Box<Keyring>,
    /// None where there is no vault: then that of the file, anchored in the keys.
    roster: Option<History>,
}

impl std::fmt::Debug for Reviewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reviewer(withheld)")
    }
}

/// A review that was opened from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedParcel {
    /// What the counsellor sent.
    pub parcel: Parcel,
    /// The supervisor, as the roster has them.
    pub me: MemberId,
    /// Their name there.
    pub name: String,
    /// The centre.
    pub centre: String,
    /// The counsellor's key to seal the answer to.
    reply_to: String,
}

impl UnlockedVault {
    /// As a reviewer of files, with the roster of this vault. What is read is logged by [`UnlockedVault::read_review_file`].
    fn reviewer(&self) -> Reviewer {
        let state = self.state();
        Reviewer { keys: state.keys.clone(), roster: Some(state.folder.history()) }
    }

    /// Opens the file of a review on a workstation with a vault. The access log says so, by the client's code.
    pub fn read_review_file(&self, bytes: &[u8]) -> Result<(Reviewer, OpenedParcel), VaultError> {
        let nobody = crate::domain::governance::access::Whose::Client(
            crate::domain::practice::ids::ClientId([0; 16]),
            match self.me.role {
                Role::Supervisor => crate::domain::governance::access::Relation::Assigned,
                Role::Counsellor | Role::Admin => crate::domain::governance::access::Relation::None,
            },
        );
        let state = self.state();
        let grant = self.grant::<permit::ReviewNote>(&state, nobody)?;
        drop(state);
        let reviewer = self.reviewer();
        let opened = reviewer.open(bytes)?;
        let mut state = self.state();
        let code = opened.parcel.file.code.clone();
        drop(grant);
        self.log_access(&mut state, Task::Read, Some(&code), 1, None, false, Some("review-file".into()))?;
        drop(state);
        Ok((reviewer, opened))
    }
}

impl Reviewer {
    /// With a key slot alone, such as a copy of `slots/<member>.age` on a stick.
    pub fn of_slot(slot: &[u8], pass: &SecretString) -> Result<Self, VaultError> {
        Ok(Reviewer { keys: Box::new(slot::unlock(slot, pass)?), roster: None })
    }

    /// Opens a file and checks every claim of it: whose key it is sealed to, which centre it is of, who signed it and whether
    /// that is a counsellor there, and that the reader is an active supervisor.
    pub fn open(&self, bytes: &[u8]) -> Result<OpenedParcel, VaultError> {
        let signed = letter::open(bytes, self.keys.read()).map_err(|e| match e {
            CryptoError::NotYours => FileError::NotForYou,
            _ => FileError::Damaged,
        })?;
        if !signed.starts_with(PARCEL) {
            let newer = signed.starts_with(PARCEL.trim_end_matches('1'));
            return Err(if newer { FileError::Newer } else { FileError::Damaged }.into());
        }
        let line = letter::unchecked(PARCEL, &signed).ok_or(FileError::Damaged)?;
        let claimed: Parcel = serde_json::from_str(line).map_err(|_| FileError::Damaged)?;
        let own;
        let history = match &self.roster {
            Some(history) => history,
            None => {
                own = history_of(&claimed.roster)?;
                &own
            }
        };
        if history.roster.vault != claimed.vault || self.keys.founding().is_some_and(|f| f != history.founding()) {
            return Err(FileError::OtherCentre.into());
        }
        let author = history.roster.member(claimed.from).filter(|m| m.role == Role::Counsellor && m.active());
        let author = author.ok_or(FileError::Stranger)?;
        let line = letter::read(PARCEL, &signed, &author.verifying.parse()?).map_err(|_| FileError::Edited)?;
        let parcel: Parcel = serde_json::from_str(line).map_err(|_| FileError::Damaged)?;
        let mine = self.keys.recipient().to_string();
        let me = history.roster.member(parcel.to).filter(|m| m.recipient == mine && parcel.recipient == mine);
        let me = me.ok_or(FileError::NotForYou)?;
        if !me.active() || me.role != Role::Supervisor {
            return Err(FileError::NotAssigned.into());
        }
        let (id, name, reply_to) = (me.id, me.name.clone(), author.recipient.clone());
        Ok(OpenedParcel { parcel, me: id, name, centre: history.roster.centre.clone(), reply_to })
    }

    /// Makes the answer: signed by this supervisor, sealed to the counsellor.
    pub fn answer(
        &self,
        opened: &OpenedParcel,
        verdict: Verdict,
        words: Option<ClientText>,
        comments: Vec<NewComment>,
        at: Timestamp,
    ) -> Result<Vec<u8>, VaultError> {
        let words = words.filter(|w| !w.is_blank());
        if verdict == Verdict::Return && words.is_none() {
            return Err(ReviewError::NoWords.into());
        }
        let parcel = &opened.parcel;
        let state = parcel.file.newest().map_or(NoteState::Draft, |v| v.note.state);
        if verdict == Verdict::Return && !matches!(state, NoteState::Ready | NoteState::InReview) {
            return Err(FileError::State(state).into());
        }
        let answer = ReviewAnswer {
            schema: ANSWER.into(),
            vault: parcel.vault.clone(),
            parcel: parcel.id,
            at,
            by: opened.me,
            to: parcel.from,
            note: parcel.note,
            verdict,
            words,
            comments,
        };
        self.seal_answer(&answer, &opened.reply_to.parse()?)
    }

    /// Signs and seals an answer as it stands.
    pub fn seal_answer(&self, answer: &ReviewAnswer, to: &Recipient) -> Result<Vec<u8>, VaultError> {
        let line = serde_json::to_string(answer).map_err(|_| CryptoError::Sealing)?;
        Ok(letter::seal(&letter::sign(ANSWER, &line, &self.keys), to)?)
    }

    /// Whether a comment may stand there.
    pub fn may_comment(&self, opened: &OpenedParcel, comment: &NewComment) -> Result<(), ReviewError> {
        if comment.text.is_blank() {
            return Err(ReviewError::NoWords);
        }
        let file = &opened.parcel.file;
        let newest = file.newest().ok_or(ReviewError::NoAnchor)?;
        let lines = file.extract.iter().map(|e| e.line.id);
        Anchors::of(&newest.note, lines).check(comment.at.as_ref() as Option<&CommentAt>)
    }

    /// Comments that wait for a decision, as they are kept beside the file: sealed to the supervisor's own key.
    pub fn seal_pending(&self, parcel: &Parcel, comments: &[NewComment]) -> Result<Vec<u8>, VaultError> {
        let line = serde_json::to_string(&(parcel.id, comments)).map_err(|_| CryptoError::Sealing)?;
        Ok(letter::seal(&letter::sign(PENDING, &line, &self.keys), &self.keys.recipient())?)
    }

    /// Puts them beside the file in place of those before; whatever fails, one of the two stands there whole.
    pub fn keep_pending(&self, parcel: &Parcel, comments: &[NewComment], path: &Path) -> Result<(), VaultError> {
        crate::vault::files::replace(path, &self.seal_pending(parcel, comments)?)
    }

    /// Reads them back; those of another file are none.
    pub fn open_pending(&self, parcel: &Parcel, sealed: &[u8]) -> Result<Vec<NewComment>, VaultError> {
        let signed = letter::open(sealed, self.keys.read()).map_err(|_| FileError::Damaged)?;
        let line = letter::read(PENDING, &signed, &self.keys.verifier()).map_err(|_| FileError::Edited)?;
        let (id, comments): (ParcelId, Vec<NewComment>) = serde_json::from_str(line).map_err(|_| FileError::Damaged)?;
        Ok(if id == parcel.id { comments } else { Vec::new() })
    }
}

/// The roster that came with a file, read by the same rules as that of a vault. It stands in clear in every vault's folder
/// as well, so it may stand so in a private folder for the time of reading.
fn history_of(text: &str) -> Result<History, VaultError> {
    let dir = std::env::temp_dir().join(format!("gyeot-{}", hex::encode(crate::crypto::keys::random_id())));
    private_folder(&dir)?;
    let read = crate::vault::files::replace(&dir.join(ROSTER), text.as_bytes()).and_then(|()| read_history(&dir));
    let removed = std::fs::remove_dir_all(&dir).map_err(disk);
    let history = read.map_err(|_| FileError::Edited)?;
    removed.map(|()| history)
}

/// Reads a file of a review or of an answer; a folder of them has none so large.
pub fn read_file(path: &Path) -> Result<Vec<u8>, VaultError> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(disk)?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(disk)?;
    Ok(bytes)
}

/// A note with an extract and its earlier notes is far below this.
const MOST_BYTES: u64 = 64 << 20;
