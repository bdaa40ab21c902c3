//! Takes in what a supervisor decided on another machine: every claim of the file is checked against what was sent, the
//! countersignature is kept word for word and stands in the access log by its hash.

use crate::crypto::CryptoError;
use crate::crypto::letter;
use crate::domain::governance::access::{Grant, Relation, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::note::states::{Act, after};
use crate::domain::practice::ids::{ClientId, MemberId, RecordId, SessionId};
use crate::domain::practice::member::Role;
use crate::domain::record::{Body, NoteMark, NoteRevision, NoteState, Opened, SecretText};
use crate::domain::review::answer::{ANSWER, ReviewAnswer};
use crate::domain::review::mark::Marked;
use crate::domain::review::parcel::{CLOCK_AHEAD_MS, FileError};
use crate::domain::review::verdict::Verdict;
use crate::service::notes::newest_named;
use crate::service::session_records::opened_of;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use std::collections::BTreeMap;

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIn {
    /// Of which session.
    pub session: SessionId,
    /// The revision that was decided about.
    pub revision: u32,
    /// The supervisor's name.
    pub by: String,
    /// What was decided.
    pub verdict: Verdict,
    /// New comments.
    pub comments: usize,
    /// Where the note is now.
    pub state: NoteState,
    /// The supervisor's clock was ahead of this one by a day or more.
    pub clock_ahead: bool,
}

/// The answers among a session's records that their supervisors signed. One whose signature is not good is an error: the
/// counsellor kept it, and the counsellor did not write it.
pub(crate) fn answers_in(state: &State, opened: &[Opened]) -> Result<BTreeMap<RecordId, ReviewAnswer>, VaultError> {
    let mut found = BTreeMap::new();
    for Opened { header, body } in opened {
        if let Body::Countersigned { letter } = body {
            found.insert(header.id, checked(state, &letter.0)?);
        }
    }
    Ok(found)
}

/// A signed answer, when a member of this centre who was a supervisor signed it.
fn checked(state: &State, signed: &str) -> Result<ReviewAnswer, FileError> {
    let claimed = letter::unchecked(ANSWER, signed).ok_or(FileError::Damaged)?;
    let claimed: ReviewAnswer = serde_json::from_str(claimed).map_err(|_| FileError::Damaged)?;
    if claimed.vault != state.folder.roster.vault {
        return Err(FileError::OtherCentre);
    }
    let supervises = |id: MemberId| state.folder.roster.roles_of(id).iter().any(|held| held.role == Role::Supervisor);
    let key = state.folder.verifier(claimed.by).filter(|_| supervises(claimed.by)).ok_or(FileError::Stranger)?;
    let line = letter::read(ANSWER, signed, &key).map_err(|_| FileError::Edited)?;
    serde_json::from_str(line).map_err(|_| FileError::Damaged)
}

impl UnlockedVault {
    /// Takes an answer in. Whatever does not fit what was sent is refused with its reason, which the access log has, and
    /// nothing is changed.
    pub fn take_review_in(&self, bytes: &[u8]) -> Result<TakenIn, VaultError> {
        // By role, before anything is opened: whose client it is about is not known yet.
        let relation = if self.me.role == Role::Counsellor { Relation::Own } else { Relation::None };
        let grant = self.grant::<permit::WriteNote>(&self.state(), Whose::Client(ClientId([0; 16]), relation))?;
        let done = self.compare_and_take(grant, bytes);
        if let Err(VaultError::ReviewFile(_)) = &done {
            let mut state = self.state();
            self.log_access(&mut state, Task::Refused, None, 1, None, false, Some("review-answer".into()))?;
        }
        done
    }

    fn compare_and_take(&self, _by_role: Grant<permit::WriteNote>, bytes: &[u8]) -> Result<TakenIn, VaultError> {
        let state = self.state();
        let opened = letter::open(bytes, state.keys.read()).map_err(|e| match e {
            CryptoError::NotYours => FileError::NotForYou,
            _ => FileError::Damaged,
        })?;
        if !opened.starts_with(ANSWER) {
            let newer = opened.starts_with(ANSWER.trim_end_matches('1'));
            return Err(if newer { FileError::Newer } else { FileError::Damaged }.into());
        }
        let answer = checked(&state, &opened)?;
        if answer.to != self.me.id {
            return Err(FileError::NotForYou.into());
        }
        // A session that is not this member's own, or not there: it was never sent.
        if self.known_by(&state, answer.note.session).is_err() {
            return Err(FileError::NotAsked.into());
        }
        let grant = self.ask_by::<permit::WriteNote>(&state, answer.note.session)?;
        self.write_answer(state, grant, &answer, &opened)
    }

    fn write_answer(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::WriteNote>,
        answer: &ReviewAnswer,
        signed: &str,
    ) -> Result<TakenIn, VaultError> {
        let session = answer.note.session;
        let (text, replaced) = fits(&state, &grant, answer)?;
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        let (now, name) = (state.folder.now(), letter::name(signed));
        let detail = format!("countersigned {}", hex::encode(name));
        let task = if answer.verdict == Verdict::Cosign { Task::Sign } else { Task::Write };
        // The counsellor's own log holds the hash of what the supervisor signed, and that both did it.
        self.log_access_by_two(&mut state, task, Some(&code), 1, None, false, Some(detail), Some(answer.by))?;
        let revision = text.as_ref().map_or(replaced.1, |_| replaced.1 + 1);
        let kept = text.map(|note| Body::Note { note });
        let letter = Body::Countersigned { letter: SecretText(signed.to_owned()) };
        let at = match answer.verdict {
            Verdict::Return => NoteState::Draft,
            Verdict::Cosign => NoteState::Signed,
        };
        let mark = NoteMark { revision, state: at, cues: Vec::new(), by_file: Some(answer.verdict) };
        let mark_body = Body::NoteMark { mark: mark.clone() };
        let draft = |collection, body, replaces| Draft {
            collection,
            to: &to,
            body,
            client: Some(client),
            session: Some(session),
            replaces,
        };
        let mut drafts: Vec<Draft<'_>> = kept.iter().map(|body| draft(session.0, body, Some(replaced))).collect();
        drafts.extend([draft(session.0, &letter, None), draft(client.0, &mark_body, None)]);
        let (folder, me, caseload) = state.split()?;
        folder.keep(&me, &drafts)?;
        if let Some(known) = caseload.clients.get_mut(&client) {
            known.marks.push(Marked { session, at: now, by: answer.by, mark });
        }
        if answer.verdict == Verdict::Cosign {
            self.let_sound_go(&mut state, session)?;
        }
        let by = state.folder.roster.member(answer.by).map(|m| m.name.clone()).unwrap_or_default();
        let state_now = match &kept {
            Some(Body::Note { note }) => note.state,
            _ => NoteState::Signed,
        };
        Ok(TakenIn {
            session,
            revision: answer.note.revision,
            by,
            verdict: answer.verdict,
            comments: answer.comments.len(),
            state: state_now,
            clock_ahead: answer.at.0 - now.0 > CLOCK_AHEAD_MS,
        })
    }
}

type Next = (Option<NoteRevision>, crate::domain::record::Replaced);

/// What follows from an answer: a new state of the text, where there is one, and the revision that it follows. Everything
/// that the answer says of what was sent is compared first.
fn fits(state: &State, grant: &Grant<permit::WriteNote>, answer: &ReviewAnswer) -> Result<Next, VaultError> {
    let known = state.client_of(grant)?;
    let active = state.folder.roster.member(answer.by).is_some_and(|m| m.active() && m.role == Role::Supervisor);
    if !active || known.relation(answer.by) != Relation::Assigned {
        return Err(FileError::NotAssigned.into());
    }
    let opened = opened_of(state, grant, answer.note.session)?;
    let sent = opened.iter().any(|o| match &o.body {
        Body::ReviewSent { parcel, to, record } => {
            *parcel == answer.parcel && *to == answer.by && *record == answer.note.record
        }
        _ => false,
    });
    if !sent {
        return Err(FileError::NotAsked.into());
    }
    if answers_in(state, &opened)?.values().any(|taken| taken.parcel == answer.parcel) {
        return Err(FileError::Replayed.into());
    }
    let (newest, replaced) = newest_named(state, grant, answer.note.session)?.ok_or(FileError::NotAsked)?;
    if (replaced.0, replaced.2) != (answer.note.record, answer.note.signed) {
        return Err(FileError::Stale { about: answer.note.revision, now: replaced.1 }.into());
    }
    let act = match (answer.verdict, newest.state) {
        // The counsellor's signature stands already.
        (Verdict::Cosign, NoteState::Signed | NoteState::Amended) => return Ok((None, replaced)),
        (Verdict::Cosign, _) => Act::Sign,
        (Verdict::Return, _) => Act::Reopen,
    };
    let to = after(newest.state, act).map_err(|_| FileError::State(newest.state))?;
    let reason = answer.words.clone().filter(|_| answer.verdict == Verdict::Return);
    Ok((Some(NoteRevision { state: to, reason, ..newest }), replaced))
}
