//! Reads the vault's records into what the screens show.

use crate::adapters::shipped;
use crate::app::views::{CaseRow, ClientFile, Draft, DraftLine, LineOrigin, Measure, SessionFile};
use crate::domain::advice::suggestion::{RiskCue, Suggestions};
use crate::domain::assessment::score::Points;
use crate::domain::crisis::screening_left::ScreeningLeft;
use crate::domain::explain::ErrorReport;
use crate::domain::note::chain::newest_note;
use crate::domain::practice::ids::{ClientId, RecordId, SessionId};
use crate::domain::practice::schedule::DueState;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, NoteRevision, NoteState, Opened, Origin};
use crate::runtime::effects::{Answer, Performer, no_client};
use crate::service::Measures;
use crate::service::mirror::{Use, of_client};
use crate::service::transcripts::transcript_of;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Performer {
    pub(super) fn caseload(&mut self) -> Result<Vec<Answer>, ErrorReport> {
        let running = self.running();
        let unlocked = self.unlocked()?;
        let (mut rows, mut unlooked) = (Vec::new(), Vec::new());
        let mut held: BTreeMap<ClientId, Vec<SessionRow>> = BTreeMap::new();
        let templates = unlocked.note_templates()?;
        let all = unlocked.sessions(None)?;
        let unsaved = unlocked.working_copies()?;
        let booked = unlocked.appointments()?;
        for row in all.iter().cloned() {
            held.entry(row.client).or_default().push(row);
        }
        for client in unlocked.clients()? {
            let sessions = held.remove(&client.id).unwrap_or_default();
            let unwritten = sessions.iter().filter(|s| self.noted.get(&s.id) == Some(&false)).count();
            let interrupted = |s: &&SessionRow| s.state == SessionState::Open && Some(s.id) != running;
            let unknown = |s: &&SessionRow| s.state == SessionState::Ended && !self.noted.contains_key(&s.id);
            unlooked.extend(sessions.iter().filter(unknown).map(|s| (s.started, s.id)));
            let measures = unlocked.measures(&client.code)?;
            // Nothing of a made-up client waits for anybody.
            let real = !client.code.is_practice();
            let due = measures.due.iter().filter(|d| real && d.standing.is_due());
            let overdue = due.clone().filter(|d| matches!(d.standing, DueState::Overdue { .. }));
            rows.push(CaseRow {
                due: due.count() as u32,
                overdue: overdue.count() as u32,
                sessions: sessions.len() as u32,
                last: sessions.iter().map(|s| s.started).max(),
                unwritten: if real { unwritten as u32 } else { 0 },
                born: measures.born,
                drafts: sessions.iter().filter(|s| real && self.drafts.contains(&s.id)).count() as u32,
                interrupted: sessions.iter().filter(interrupted).count() as u32,
                alert: real && measures.red(&self.library),
                unsaved: sessions.iter().filter(|s| unsaved.contains(&s.id)).count() as u32,
                next: booked.iter().find(|b| b.client.id == client.id).map(|b| b.appointment.clone()),
                client,
            });
        }
        unlooked.sort();
        self.unlooked = unlooked.into_iter().map(|(_, id)| id).collect();
        let mut answers = vec![Answer::Caseload(rows)];
        answers.extend(self.reviews()?);
        answers.extend((!templates.is_empty()).then_some(Answer::NoteTemplates(templates)));
        answers.extend(self.interrupted(&all)?);
        Ok(answers)
    }

    /// Looks whether one more ended session has a note, the newest first: a little at a time, while nothing else is
    /// asked and nothing is recorded. The caseload anew when that changed it.
    pub(super) fn look_for_notes(&mut self) -> Option<Vec<Answer>> {
        if self.unlooked.is_empty() || self.running().is_some() {
            return None;
        }
        let unlocked = Arc::clone(self.unlocked().ok()?);
        let next = self.unlooked.pop()?;
        // A session that does not open is not asked again; opening it says why.
        let state = unlocked.note_state(next);
        let noted = !matches!(state, Ok(None));
        self.noted.insert(next, noted);
        // What is not signed yet is not finished.
        let draft = matches!(state, Ok(Some(NoteState::Draft | NoteState::NeedsRevision)));
        if draft {
            self.drafts.insert(next);
        }
        if noted && !draft { None } else { self.caseload().ok() }
    }

    pub(super) fn client(&mut self, id: ClientId) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let client = unlocked.clients()?.into_iter().find(|r| r.id == id).ok_or_else(no_client)?;
        // First: its entry of the access log counts what is asked for below.
        let opened = unlocked.open_client(&client.code)?;
        let consent = unlocked.consent(&client.code)?;
        let mut sessions = unlocked.sessions(Some(&client.code))?;
        sessions.sort_by_key(|s| std::cmp::Reverse(s.number));
        let mut measures: Vec<Measure> = opened.iter().filter_map(measure).collect();
        measures.sort_by_key(|m| std::cmp::Reverse(m.at));
        let mut left: Vec<_> = opened.iter().filter_map(screening_left).collect();
        left.sort_by_key(|(at, _)| *at);
        let noted = self.noted.clone();
        let Measures { due, schedules, given: sheets, sex, age, born: _ } = unlocked.measures(&client.code)?;
        let next = unlocked.appointments()?.into_iter().find(|b| b.client.id == client.id).map(|b| b.appointment);
        let file =
            ClientFile { client, consent, sessions, noted, measures, sheets, left, due, schedules, sex, age, next };
        Ok(vec![Answer::Client(Box::new(file))])
    }

    pub(super) fn mirrors(&mut self, client: ClientId) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let rules = shipped::mirror_rules()?;
        let found = of_client(self.unlocked()?, &code, None, &rules, Use::Read, self.shown)?;
        Ok(vec![Answer::Mirrors(client, found)])
    }

    pub(super) fn session(&mut self, client: ClientId, session: SessionId) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let client = unlocked.clients()?.into_iter().find(|r| r.id == client).ok_or_else(no_client)?;
        let rows = unlocked.sessions(Some(&client.code))?;
        let row = rows.into_iter().find(|s| s.id == session).ok_or_else(no_client)?;
        let opened = unlocked.open_session(session)?;
        let advice: Option<&Suggestions> = opened.iter().rev().find_map(|o| match &o.body {
            Body::Suggestions { suggestions } => Some(suggestions),
            _ => None,
        });
        let note = newest_note(&opened).map(|note| draft(note, &opened));
        let cues = opened.iter().filter_map(|o| match &o.body {
            Body::RiskCue { cue } => Some(cue.clone()),
            _ => None,
        });
        let mut cues: Vec<RiskCue> = cues.collect();
        let transcript = transcript_of(opened.iter().map(|o| &o.body), row.language.unwrap_or(self.shown));
        if !opened.iter().any(|o| matches!(o.body, Body::Transcript { .. })) {
            // Recovered: a cue may have been lost between its line and its record.
            cues.extend(shipped::risk_rules()?.missing(&transcript, &cues));
        }
        let written = opened.iter().filter(|o| matches!(o.body, Body::Note { .. })).map(|o| o.header.at).max();
        // The session runs on another's word too: a supervisor writes no note.
        let unsaved = if client.own { unlocked.working_copy(session)? } else { None };
        let unsaved = unsaved.filter(|copy| written.is_none_or(|at| copy.at > at));
        let marks = opened.iter().filter_map(|o| match &o.body {
            Body::Mark { at_ms, .. } => Some(*at_ms),
            _ => None,
        });
        let file = SessionFile {
            transcript,
            suggestions: advice.map(|a| a.suggestions.clone()).unwrap_or_default(),
            cues,
            marks: marks.collect(),
            row,
            client,
            note,
            unsaved,
        };
        self.noted.insert(session, file.note.is_some());
        Ok(vec![Answer::Opened(Box::new(file))])
    }
}

fn draft(note: &NoteRevision, opened: &[Opened]) -> Draft {
    let technique = |record: &RecordId, index: u32| {
        opened.iter().filter(|o| o.header.id == *record).find_map(|o| match &o.body {
            Body::Suggestions { suggestions } => {
                suggestions.suggestions.get(index as usize).map(|s| s.technique.clone())
            }
            _ => None,
        })
    };
    let sections = note.sections.iter().map(|section| {
        let lines = section.lines.iter().map(|line| DraftLine {
            text: line.text.clone(),
            origin: match &line.origin {
                Origin::Typed => LineOrigin::Typed,
                Origin::Accepted { record, index, edited } => match technique(record, *index) {
                    Some(technique) => LineOrigin::Accepted { technique, edited: *edited },
                    None => LineOrigin::Drafted { record: *record, index: *index, edited: *edited },
                },
            },
            evidence: line.evidence.clone(),
            id: line.id,
            check: line.check.clone(),
        });
        (section.key.clone(), lines.collect())
    });
    Draft { format: note.format.clone(), sections: sections.collect(), state: note.state }
}

fn screening_left(opened: &Opened) -> Option<(Timestamp, ScreeningLeft)> {
    match &opened.body {
        Body::ScreeningLeft { left } => Some((opened.header.at, (**left).clone())),
        _ => None,
    }
}

fn measure(opened: &Opened) -> Option<Measure> {
    let Body::Administration { sheet } = &opened.body else { return None };
    let score = &sheet.score;
    Some(Measure {
        instrument: score.instrument.clone(),
        at: opened.header.at,
        score: score.score.map(Points::floor),
        band: score.band.as_ref().map(|b| b.id.clone()),
        critical: !score.critical.is_empty(),
    })
}
