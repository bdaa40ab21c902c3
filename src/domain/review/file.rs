//! What a review shows, as one piece of data: read from the vault, or from a file that its counsellor made for one supervisor.

use crate::domain::assessment::administration::Administration;
use crate::domain::note::chain;
use crate::domain::practice::ids::{ClientCode, MemberId, RecordId, SessionId, UtteranceId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::NoteRevision;
use crate::domain::review::comment::Thread;
use crate::domain::review::cosign::{ByFile, Cosignature, Signed, cosignature};
use crate::domain::review::extract::ProcessExtract;
use crate::domain::review::talk::Talk;
use crate::domain::transcript::Utterance;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of the transcript that are shown before and after one that a statement rests on.
const AROUND: usize = 1;
/// Earlier notes of the client that are shown, the newest first.
pub const EARLIER: usize = 5;

/// One revision of the note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// The record.
    pub record: RecordId,
    /// Counts from 1.
    pub revision: u32,
    /// Who wrote and signed it.
    pub by: MemberId,
    /// When, by the clock of the workstation it was written on.
    pub at: Timestamp,
    /// Text and state.
    pub note: NoteRevision,
}

/// A line of the extract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtractLine {
    /// The line.
    pub line: Utterance,
    /// A statement rests on it, a comment is on it, or it is a risk cue; otherwise it stands beside one of those.
    pub cited: bool,
    /// A rule found words in it that may mean danger: the reason why the note comes first in the queue.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cue: bool,
    /// Lines between it and the one before were left out.
    pub after_gap: bool,
}

/// An earlier note of the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarlierNote {
    /// The session's number within the client.
    pub number: u32,
    /// When that session was.
    pub started: Timestamp,
    /// The note as it holds.
    pub version: Version,
}

/// Everything that a review shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewFile {
    /// Which session.
    pub session: SessionId,
    /// Its number within the client.
    pub number: u32,
    /// When it was.
    pub started: Timestamp,
    /// Whose.
    pub code: ClientCode,
    /// The client's name; not in a file that leaves the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientText>,
    /// The counsellor's name.
    pub counsellor: String,
    /// Every revision of the note that stands, oldest first; at least one.
    pub versions: Vec<Version>,
    /// Revisions that do not stand: somebody signed what they may not write. Their words are not shown.
    #[serde(default)]
    pub refused: usize,
    /// The lines of the transcript that the note rests on, with those beside them.
    pub extract: Vec<ExtractLine>,
    /// The words of the session are there; otherwise they were destroyed or never kept.
    pub words: bool,
    /// Who spoke how much; none where the transcript does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<Talk>,
    /// Comments and what was answered.
    pub threads: Vec<Thread>,
    /// Co-signatures that came by file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_file: Vec<ByFile>,
    /// Names of who wrote comments and revisions.
    pub names: BTreeMap<MemberId, String>,
    /// Every answer sheet of the client, oldest first.
    pub given: Vec<Administration>,
    /// Earlier notes that were handed in, newest first.
    pub earlier: Vec<EarlierNote>,
    /// Lines of process notes that the counsellor released. Never in a file: what left cannot be taken back.
    #[serde(skip)]
    pub extracts: Vec<ProcessExtract>,
}

impl ReviewFile {
    /// The revision that holds.
    pub fn newest(&self) -> Option<&Version> {
        chain::newest(self.versions.iter().map(|v| v.note.state)).map(|at| &self.versions[at])
    }

    /// A member's name.
    pub fn name(&self, member: MemberId) -> &str {
        self.names.get(&member).map_or("", String::as_str)
    }

    /// The last co-signature and what it covers.
    pub fn cosignature(&self) -> Option<Cosignature> {
        let signed = |v: &'_ Version| (v.record, v.revision, v.by, v.at);
        let versions: Vec<Signed<'_>> = self
            .versions
            .iter()
            .map(|v| {
                let (record, revision, by, at) = signed(v);
                Signed { record, revision, by, at, note: &v.note }
            })
            .collect();
        cosignature(&versions, &self.by_file)
    }
}

/// The lines that `cited` names and those with risk cues, with the lines beside them.
pub fn extract(
    utterances: &[Utterance],
    cited: &BTreeSet<UtteranceId>,
    cues: &BTreeSet<UtteranceId>,
) -> Vec<ExtractLine> {
    let cited: BTreeSet<&UtteranceId> = cited.union(cues).collect();
    let near = |n: usize| {
        let around = &utterances[n.saturating_sub(AROUND)..(n + AROUND + 1).min(utterances.len())];
        around.iter().any(|u| cited.contains(&u.id))
    };
    let mut last: Option<usize> = None;
    let mut found = Vec::new();
    for (n, line) in utterances.iter().enumerate().filter(|(n, _)| near(*n)) {
        let after_gap = last.map_or(n > 0, |last| last + 1 < n);
        let cue = cues.contains(&line.id);
        found.push(ExtractLine { line: line.clone(), cited: cited.contains(&line.id), cue, after_gap });
        last = Some(n);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::transcript::Speaker;

    #[test]
    fn the_extract_is_what_is_cited_with_a_line_on_each_side_and_says_where_it_leaves_something_out() {
        let said = |n: u32| Utterance {
            id: UtteranceId(n),
            start_ms: 0,
            end_ms: 1,
            speaker: Speaker::Client,
            text: ClientText::new("x"),
            confidence: None,
        };
        let all: Vec<Utterance> = (1..=9).map(said).collect();
        let lines = extract(&all, &[UtteranceId(3)].into(), &[UtteranceId(8)].into());
        let told: Vec<(u32, bool, bool)> = lines.iter().map(|e| (e.line.id.0, e.cited, e.after_gap)).collect();
        let expected = [
            (2, false, true),
            (3, true, false),
            (4, false, false),
            (7, false, true),
            (8, true, false),
            (9, false, false),
        ];
        assert_eq!(told, expected);
        assert!(lines.iter().all(|e| e.cue == (e.line.id.0 == 8)), "a cue is shown as one");
        assert!(extract(&all, &BTreeSet::new(), &BTreeSet::new()).is_empty());
    }
}
