//! The queue of reviews: what waits for a supervisor, what is at a supervisor and what came back for a counsellor. Known from
//! the marks of the caseload; no note is opened for it.

use crate::domain::assessment::instrument::Library;
use crate::domain::governance::access::{Grant, Relation, permit};
use crate::domain::governance::access_log::{Logged, Task};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::member::Role;
use crate::domain::practice::session::SessionState;
use crate::domain::record::NoteState;
use crate::domain::review::mark::{Course, courses};
use crate::domain::review::queue::{self, EndedSupervision, Queue, QueueRow, Risk};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::caseload::Known;
use crate::vault::error::VaultError;
use std::collections::BTreeMap;

/// Entries of the log beside each other in which a withdrawal and what followed from it stand.
const BESIDE: usize = 4;

impl UnlockedVault {
    /// The reviews that this member has a part in. The access log says so, synced, the first time in an unlocked vault and
    /// whenever there is more than it was told.
    pub fn review_queue(&self, library: &Library) -> Result<Queue, VaultError> {
        let mut state = self.state();
        self.sees_clients(&state)?;
        self.follow_deputies(&mut state);
        let (mut queue, mut all, mut read) = (Queue::default(), Vec::new(), 0);
        for known in state.caseload()?.clients.values() {
            let grant = self.ask_for::<permit::ReadContent>(&state, known)?;
            let rows = self.rows_of_review(&state, grant, library)?;
            read += (known.marks.len() + known.assessments.given.len()) as u64;
            queue.clients += 1;
            let counsellor = state.folder.roster.member(known.card.counsellor).map(|m| m.name.clone());
            let theirs = queue.caseloads.entry(counsellor.unwrap_or_default()).or_default();
            theirs.0 += 1;
            theirs.1 += rows.iter().filter(|r| r.course.state == NoteState::CoSigned).count();
            for row in rows {
                all.push(row.course.clone());
                let waits = match self.me.role {
                    Role::Counsellor => at_the_supervisor(&row.course),
                    Role::Supervisor | Role::Admin => row.course.waits(),
                };
                if waits {
                    queue.waiting.push(row);
                } else if row.course.state == NoteState::NeedsRevision {
                    queue.returned.push(row);
                }
            }
        }
        queue.turnaround = queue::turnaround(&all, state.folder.now());
        queue.returned.sort_by_key(|row| (row.course.since, row.session));
        match self.me.role {
            Role::Counsellor => queue.waiting.sort_by_key(|row| (row.course.asked, row.session)),
            Role::Supervisor | Role::Admin => queue::order(&mut queue.waiting),
        }
        if read > state.told_reviews {
            self.log_access(&mut state, Task::Read, None, read, None, false, Some("reviews".into()))?;
            state.told_reviews = read;
        }
        if queue.waiting.is_empty() && self.me.role == Role::Supervisor {
            let keys = self.log_keys(&state, None)?;
            queue.ended = ended(&self.as_far_as_it_reads(&state, &keys)?.entries, self.me.id);
        }
        Ok(queue)
    }

    fn rows_of_review(
        &self,
        state: &State,
        grant: Grant<permit::ReadContent>,
        library: &Library,
    ) -> Result<Vec<QueueRow>, VaultError> {
        let known = state.client_of(&grant)?;
        let given = &known.assessments.given;
        let colour = queue::colour(library, given);
        let client = client_row(known, self.me.id);
        let counsellor = state.folder.roster.member(known.card.counsellor).map(|m| m.name.clone()).unwrap_or_default();
        let row = |(session, course): (_, Course)| {
            let case = known.sessions.get(&session)?;
            if case.row.state == SessionState::Destroyed && state.folder.store.held(session.0).is_ok_and(|n| n == 0) {
                // The note went with the session.
                return None;
            }
            Some(QueueRow {
                client: client.clone(),
                counsellor: counsellor.clone(),
                session,
                number: case.row.number,
                started: case.row.started,
                risk: Risk::of(&course.cues, case.row.started, given),
                course,
                colour,
            })
        };
        Ok(courses(&known.marks).into_iter().filter_map(row).collect())
    }
}

/// True for what a counsellor waits for.
const fn at_the_supervisor(course: &Course) -> bool {
    match course.state {
        NoteState::Ready | NoteState::InReview => true,
        NoteState::Amended => course.cosigned,
        NoteState::Draft | NoteState::NeedsRevision | NoteState::Signed | NoteState::CoSigned => false,
    }
}

/// The row of a client as this member sees it.
pub(crate) fn client_row(known: &Known, me: MemberId) -> ClientRow {
    ClientRow {
        id: known.card.id,
        code: known.card.code.clone(),
        name: known.card.name.clone(),
        counsellor: known.card.counsellor,
        own: known.relation(me) == Relation::Own,
        since: known.card.since,
        goes_on_as: known.card.goes_on_as.clone(),
        earlier_records: known.card.earlier_records.clone(),
    }
}

/// The supervisions of a member that ended and did not begin again.
fn ended(entries: &[Logged], me: MemberId) -> Vec<EndedSupervision> {
    let mine = me.to_string();
    let mut last = BTreeMap::new();
    for (n, Logged { entry, .. }) in entries.iter().enumerate() {
        let Some(code) = entry.whose.clone().filter(|_| entry.detail.as_deref() == Some(mine.as_str())) else {
            continue;
        };
        match entry.task {
            Task::Assign => drop(last.remove(&code)),
            Task::Unassign => {
                let near = &entries[n.saturating_sub(BESIDE)..(n + BESIDE).min(entries.len())];
                let withdrawn =
                    near.iter().any(|l| l.entry.task == Task::Consent && l.entry.whose.as_ref() == Some(&code));
                last.insert(code.clone(), EndedSupervision { code, at: entry.at, withdrawn });
            }
            _ => {}
        }
    }
    last.into_values().collect()
}
