//! Comments on a note and their threads. A comment of a supervisor opens a thread; supervisor and counsellor answer in it, and
//! either says that it is resolved or opens it again.

use crate::domain::practice::ids::{MemberId, RecordId, StatementId, UtteranceId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, CommentAt, NoteRevision, Opened};
use crate::domain::review::answer::ReviewAnswer;
use crate::domain::review::error::ReviewError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An answer in a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Its record.
    pub record: RecordId,
    /// Whose.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The words; none where it only resolves or opens again.
    pub text: Option<ClientText>,
    /// What it says of the thread.
    pub resolved: Option<bool>,
}

/// A comment with what was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The record of the comment that opened it.
    pub record: RecordId,
    /// Whose.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The revision of the note that it was written on.
    pub on: RecordId,
    /// What it is about; none for the whole note.
    pub anchor: Option<CommentAt>,
    /// The words.
    pub text: ClientText,
    /// In the order of the collection.
    pub answers: Vec<Answer>,
    /// As the last answer that says so has it; a new one is open.
    pub resolved: bool,
    /// What it is about is there no more: the statement went, or the line of the transcript was destroyed.
    pub loose: bool,
}

/// The threads of a session's records, oldest first. `answers` are those that came by file, by the record that holds each.
pub fn threads<'a>(
    opened: impl IntoIterator<Item = &'a Opened>,
    answers: &BTreeMap<RecordId, ReviewAnswer>,
) -> Vec<Thread> {
    let mut found: Vec<Thread> = Vec::new();
    for Opened { header, body } in opened {
        match body {
            Body::Comment { on, line, at, text } => {
                // Schema 1 named a section and a line; a statement's name came later.
                let old = line.as_ref().map(|(section, _)| CommentAt::Section(section.clone()));
                found.push(Thread {
                    record: header.id,
                    by: header.author,
                    at: header.at,
                    on: *on,
                    anchor: at.clone().or(old),
                    text: text.clone(),
                    answers: Vec::new(),
                    resolved: false,
                    loose: false,
                });
            }
            Body::Countersigned { .. } => {
                if let Some(answer) = answers.get(&header.id) {
                    add_answer(&mut found, header.id, answer);
                }
            }
            Body::Reply { to, text, resolved } => {
                let Some(thread) = found.iter_mut().find(|t| t.record == *to) else { continue };
                thread.resolved = resolved.unwrap_or(thread.resolved);
                thread.answers.push(Answer {
                    record: header.id,
                    by: header.author,
                    at: header.at,
                    text: text.clone(),
                    resolved: *resolved,
                });
            }
            _ => {}
        }
    }
    found
}

/// Adds the comments of an answer that came by file.
fn add_answer(threads: &mut Vec<Thread>, record: RecordId, answer: &ReviewAnswer) {
    for (n, comment) in answer.comments.iter().enumerate() {
        // A comment of a file has no record of its own: its place in the one that holds the file names it.
        let mut id = record.0;
        for (byte, n) in id.iter_mut().rev().zip((n as u32 + 1).to_le_bytes()) {
            *byte ^= n;
        }
        threads.push(Thread {
            record: RecordId(id),
            by: answer.by,
            at: answer.at,
            on: answer.note.record,
            anchor: comment.at.clone(),
            text: comment.text.clone(),
            answers: Vec::new(),
            resolved: false,
            loose: false,
        });
    }
}

/// What can be commented on: the statements and sections of a note, and the lines of its transcript.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    statements: BTreeSet<StatementId>,
    sections: BTreeSet<String>,
    utterances: BTreeSet<UtteranceId>,
}

impl Anchors {
    /// Of a note and the lines that are there.
    pub fn of(note: &NoteRevision, utterances: impl IntoIterator<Item = UtteranceId>) -> Self {
        Anchors {
            statements: note.sections.iter().flat_map(|s| &s.lines).map(|line| line.id).collect(),
            sections: note.sections.iter().map(|s| s.key.clone()).collect(),
            utterances: utterances.into_iter().collect(),
        }
    }

    /// Whether it is there.
    pub fn has(&self, at: &CommentAt) -> bool {
        match at {
            CommentAt::Statement(id) => self.statements.contains(id),
            CommentAt::Section(key) => self.sections.contains(key),
            CommentAt::Utterance(id) => self.utterances.contains(id),
        }
    }

    /// Refuses what is not there, saying what is gone.
    pub fn check(&self, at: Option<&CommentAt>) -> Result<(), ReviewError> {
        match at {
            None => Ok(()),
            Some(at) if self.has(at) => Ok(()),
            Some(CommentAt::Utterance(_)) => Err(ReviewError::LineGone),
            Some(CommentAt::Statement(_) | CommentAt::Section(_)) => Err(ReviewError::NoAnchor),
        }
    }

    /// Marks the threads whose place is there no more.
    pub fn loosen(&self, threads: &mut [Thread]) {
        for thread in threads {
            thread.loose = thread.anchor.as_ref().is_some_and(|at| !self.has(at));
        }
    }
}

/// Reads `statement:3`, `section:plan` or `utterance:12`.
pub fn read_anchor(text: &str) -> Result<CommentAt, ReviewError> {
    let (what, which) = text.split_once(':').ok_or(ReviewError::NoAnchor)?;
    let number = || which.parse::<u32>().map_err(|_| ReviewError::NoAnchor);
    match what {
        "statement" => Ok(CommentAt::Statement(StatementId(number()?))),
        "utterance" => Ok(CommentAt::Utterance(UtteranceId(number()?))),
        "section" if !which.is_empty() => Ok(CommentAt::Section(which.to_owned())),
        _ => Err(ReviewError::NoAnchor),
    }
}

/// What [`read_anchor`] reads.
pub fn anchor_text(at: &CommentAt) -> String {
    match at {
        CommentAt::Statement(id) => format!("statement:{}", id.0),
        CommentAt::Section(key) => format!("section:{key}"),
        CommentAt::Utterance(id) => format!("utterance:{}", id.0),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_read_back_as_it_was_written_and_nothing_else_is_one() {
        for at in [
            CommentAt::Statement(StatementId(3)),
            CommentAt::Section("plan".into()),
            CommentAt::Utterance(UtteranceId(12)),
        ] {
            assert_eq!(read_anchor(&anchor_text(&at)), Ok(at));
        }
        for text in ["", "statement", "statement:x", "section:", "line:3", "3"] {
            assert_eq!(read_anchor(text), Err(ReviewError::NoAnchor), "{text}");
        }
    }
}
