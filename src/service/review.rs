//! The review of one note: what a supervisor reads beside it, comments and their threads, and the decisions, each of which
//! names the revision that was read.

use crate::domain::governance::access::{Grant, Permit, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::note::states::{Act, after};
use crate::domain::note::{chain, revision};
use crate::domain::practice::ids::{MemberId, RecordId, SessionId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, CommentAt, NoteState};
use crate::domain::review::answer::ReviewAnswer;
use crate::domain::review::comment::{Anchors, Thread, threads};
use crate::domain::review::cosign::ByFile;
use crate::domain::review::error::ReviewError;
use crate::domain::review::file::{EARLIER, EarlierNote, ReviewFile, Version, extract};
use crate::domain::review::mark::courses;
use crate::domain::review::talk::Talk;
use crate::domain::review::verdict::Verdict;
use crate::service::keep::Saved;
use crate::service::notes::{NoteChange, NoteHistory, NoteVersion, standing_history};
use crate::service::process_extracts::extracts_of;
use crate::service::review_answers::answers_in;
use crate::service::session_records::opened_of;
use crate::service::state_guard::StateGuard;
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use std::collections::BTreeSet;

/// What a supervisor decides about a note.
#[derive(Debug, Clone, PartialEq)]
pub enum ReviewDecision {
    /// It goes back, with what is asked for.
    Return(ClientText),
    /// It is co-signed.
    Cosign,
}

impl UnlockedVault {
    /// Reads the review of a session's note. A supervisor who opens one that was handed in takes it up: the state says so
    /// to its counsellor. Refused to a supervisor before the note is handed in.
    pub fn open_review(&self, session: SessionId, lang: Lang) -> Result<ReviewFile, VaultError> {
        let file = {
            let state = self.state();
            let grant = self.ask_by::<permit::ReadContent>(&state, session)?;
            self.read_review(state, grant, session, lang)?
        };
        let state = file.newest().map_or(NoteState::Draft, |v| v.note.state);
        if self.me.role != Role::Supervisor {
            return Ok(file);
        }
        match state {
            NoteState::Draft => Err(ReviewError::NotHandedIn(state).into()),
            NoteState::Ready => {
                let taken = self.change_note(session, NoteChange::TakeUp)?;
                let mut file = file;
                file.names.insert(taken.author, taken.author_name.clone());
                file.versions.push(version(taken));
                Ok(file)
            }
            _ => Ok(file),
        }
    }

    fn read_review(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
        session: SessionId,
        lang: Lang,
    ) -> Result<ReviewFile, VaultError> {
        let (known, case) = state.session_of(&grant, session)?;
        let code = known.card.code.clone();
        let count = state.folder.store.collection(session.0)?.len() + known.assessments.given.len();
        let row = case.row.clone();
        let earlier = earlier_sessions(&state, &grant, session)?;
        let count = (count + earlier.len()) as u64;
        self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some("review".into()))?;
        let opened = opened_of(&state, &grant, session)?;
        let history = standing_history(&state, &grant, session)?;
        let refused = history.as_ref().map_or(0, |h| h.refused.len());
        let versions: Vec<Version> = history.map(|h| h.versions).unwrap_or_default().into_iter().map(version).collect();
        if versions.is_empty() {
            return Err(ReviewError::NotHandedIn(NoteState::Draft).into());
        }
        let transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
        let mut found = Vec::new();
        for (number, started, session) in earlier {
            let newest = standing_history(&state, &grant, session)?.and_then(|h| h.newest().cloned());
            found.extend(newest.map(|v| EarlierNote { number, started, version: version(v) }));
        }
        let known = state.client_of(&grant)?;
        let given = known.assessments.given.clone();
        let counsellor = state.folder.roster.member(known.card.counsellor).map(|m| m.name.clone()).unwrap_or_default();
        let answers = answers_in(&state, &opened)?;
        let mut threads = threads(&opened, &answers);
        let newest = chain::newest(versions.iter().map(|v| v.note.state)).map(|at| versions[at].note.clone());
        if let Some(note) = &newest {
            Anchors::of(note, transcript.utterances.iter().map(|u| u.id)).loosen(&mut threads);
        }
        let members = versions
            .iter()
            .map(|v| v.by)
            .chain(threads.iter().flat_map(|t| std::iter::once(t.by).chain(t.answers.iter().map(|a| a.by))));
        let name = |id: MemberId| state.folder.roster.member(id).map(|m| (id, m.name.clone()));
        let names = members.filter_map(name).collect();
        let cited: BTreeSet<UtteranceId> = newest
            .iter()
            .flat_map(revision::lines)
            .flat_map(|line| &line.evidence)
            .map(|e| e.utterance)
            .chain(threads.iter().filter_map(|t| match t.anchor {
                Some(CommentAt::Utterance(id)) => Some(id),
                _ => None,
            }))
            .collect();
        let cues: BTreeSet<UtteranceId> = opened
            .iter()
            .filter_map(|o| match &o.body {
                Body::RiskCue { cue } => Some(cue.utterance),
                _ => None,
            })
            .collect();
        Ok(ReviewFile {
            session,
            number: row.number,
            started: row.started,
            code: known.card.code.clone(),
            client: Some(known.card.name.clone()),
            counsellor,
            extract: extract(&transcript.utterances, &cited, &cues),
            words: !transcript.utterances.is_empty(),
            talk: Talk::of(&transcript.utterances),
            versions,
            refused,
            threads,
            by_file: answers.values().filter(|a| a.verdict == Verdict::Cosign).map(by_file).collect(),
            names,
            given,
            earlier: found,
            extracts: extracts_of(&state, &grant, session)?.into_iter().map(|(_, r)| r.extract).collect(),
        })
    }

    /// The threads of a session's note.
    pub fn review_threads(&self, session: SessionId) -> Result<Vec<Thread>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadContent>(&state, session)?;
        self.read_threads(state, grant, session)
    }

    fn read_threads(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
        session: SessionId,
    ) -> Result<Vec<Thread>, VaultError> {
        let code = state.client_of(&grant)?.card.code.clone();
        self.log_access(&mut state, Task::Read, Some(&code), 1, None, false, Some("comments".into()))?;
        let opened = opened_of(&state, &grant, session)?;
        let answers = answers_in(&state, &opened)?;
        Ok(threads(&opened, &answers))
    }

    /// Opens a thread. The words and the place must be there; `read` is the revision that the supervisor has before them.
    pub fn comment(
        &self,
        session: SessionId,
        read: RecordId,
        at: Option<CommentAt>,
        text: ClientText,
    ) -> Result<Saved, VaultError> {
        {
            let state = self.state();
            let grant = self.ask_by::<permit::ReviewNote>(&state, session)?;
            may_comment(&state, grant, session, at.as_ref(), &text)?;
        }
        self.keep(session, &[Body::Comment { on: read, line: None, at, text }])
    }

    /// Answers in a thread, says that it is resolved, or opens it again. One of the two must be there.
    pub fn answer_comment(
        &self,
        session: SessionId,
        thread: RecordId,
        text: Option<ClientText>,
        resolved: Option<bool>,
    ) -> Result<Saved, VaultError> {
        let text = text.filter(|t| !t.is_blank());
        if text.is_none() && resolved.is_none() {
            return Err(ReviewError::NoWords.into());
        }
        {
            let state = self.state();
            let grant = self.ask_by::<permit::AnswerComment>(&state, session)?;
            has_thread(&state, grant, session, thread)?;
        }
        self.keep(session, &[Body::Reply { to: thread, text, resolved }])
    }

    /// Decides about the revision that was read. Refused where another one came since: whoever was quicker has decided, and
    /// what they decided is read first.
    pub fn decide_review(
        &self,
        session: SessionId,
        read: RecordId,
        decision: ReviewDecision,
    ) -> Result<NoteVersion, VaultError> {
        let state = match &decision {
            ReviewDecision::Return(words) if words.is_blank() => return Err(ReviewError::NoWords.into()),
            ReviewDecision::Return(_) => {
                let state = self.state();
                let grant = self.ask_by::<permit::ReviewNote>(&state, session)?;
                still_holds(&state, grant, session, read)?
            }
            ReviewDecision::Cosign => {
                let state = self.state();
                let grant = self.ask_by::<permit::CosignNote>(&state, session)?;
                still_holds(&state, grant, session, read)?
            }
        };
        match decision {
            ReviewDecision::Return(words) => self.change_note(session, NoteChange::Return(words)),
            ReviewDecision::Cosign => {
                // Before anything is written: a state that allows no co-signature is told as it is.
                if state == NoteState::Ready {
                    self.change_note(session, NoteChange::TakeUp)?;
                } else {
                    after(state, Act::CoSign)?;
                }
                self.change_note(session, NoteChange::CoSign)
            }
        }
    }
}

const fn by_file(answer: &ReviewAnswer) -> ByFile {
    ByFile { by: answer.by, at: answer.at, record: answer.note.record }
}

fn version(v: NoteVersion) -> Version {
    Version { record: v.record, revision: v.revision, by: v.author, at: v.at, note: v.note }
}

/// Earlier sessions of the client whose note was handed in, newest first.
fn earlier_sessions(
    state: &State,
    grant: &Grant<permit::ReadContent>,
    session: SessionId,
) -> Result<Vec<(u32, Timestamp, SessionId)>, VaultError> {
    let (known, case) = state.session_of(grant, session)?;
    let number = case.row.number;
    let handed_in = courses(&known.marks).into_iter().filter(|(_, course)| course.state != NoteState::Draft);
    let mut found: Vec<(u32, Timestamp, SessionId)> = handed_in
        .filter_map(|(id, _)| known.sessions.get(&id).map(|c| (c.row.number, c.row.started, id)))
        .filter(|(n, ..)| *n < number)
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(EARLIER);
    Ok(found)
}

fn may_comment(
    state: &State,
    grant: Grant<permit::ReviewNote>,
    session: SessionId,
    at: Option<&CommentAt>,
    text: &ClientText,
) -> Result<(), VaultError> {
    if text.is_blank() {
        return Err(ReviewError::NoWords.into());
    }
    let opened = opened_of(state, &grant, session)?;
    let history = standing_history(state, &grant, session)?;
    let newest = history.as_ref().and_then(NoteHistory::newest);
    let newest = newest.filter(|v| v.note.state != NoteState::Draft);
    let newest = newest.ok_or(ReviewError::NotHandedIn(NoteState::Draft))?;
    let transcript = transcript_of(opened.iter().map(|o| &o.body), Lang::Ko);
    Ok(Anchors::of(&newest.note, transcript.utterances.iter().map(|u| u.id)).check(at)?)
}

fn has_thread(
    state: &State,
    grant: Grant<permit::AnswerComment>,
    session: SessionId,
    thread: RecordId,
) -> Result<(), VaultError> {
    let opened = opened_of(state, &grant, session)?;
    let answers = answers_in(state, &opened)?;
    let there = threads(&opened, &answers).iter().any(|t| t.record == thread);
    if there { Ok(()) } else { Err(ReviewError::NoThread.into()) }
}

/// The state of the note, when the revision that was read is the one that holds.
fn still_holds<P: Permit>(
    state: &State,
    grant: Grant<P>,
    session: SessionId,
    read: RecordId,
) -> Result<NoteState, VaultError> {
    let history = standing_history(state, &grant, session)?;
    let history = history.ok_or(ReviewError::NotHandedIn(NoteState::Draft))?;
    let newest = history.newest().ok_or(ReviewError::NotHandedIn(NoteState::Draft))?;
    if newest.record == read {
        return Ok(newest.note.state);
    }
    let read = history.versions.iter().find(|v| v.record == read).map_or(0, |v| v.revision);
    Err(ReviewError::Moved { read, now: newest.revision }.into())
}
