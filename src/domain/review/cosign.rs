//! What a co-signature covers. It names one revision; text that came later is not under it, and is never shown as if it were.

use crate::domain::note::chain;
use crate::domain::practice::ids::{MemberId, RecordId};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{NoteRevision, NoteState};

/// One revision as a co-signature is looked for in it.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The record.
    pub record: RecordId,
    /// Counts from 1.
    pub revision: u32,
    /// Who wrote it.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Text and state.
    pub note: &'a NoteRevision,
}

/// A co-signature as it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Cosignature {
    /// Who co-signed.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The revision that is under it.
    pub revision: u32,
    /// The revision that holds now.
    pub newest: u32,
    /// True when the text that holds now is the one that was co-signed.
    pub covers: bool,
}

/// A co-signature that came by file: whose, when by their clock, and under which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ByFile {
    /// Who co-signed.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The record of the revision.
    pub record: RecordId,
}

/// The last co-signature among revisions, oldest first; `None` without one. It covers what holds now as long as no other
/// text came.
pub fn cosignature(versions: &[Signed<'_>], by_file: &[ByFile]) -> Option<Cosignature> {
    let newest = &versions[chain::newest(versions.iter().map(|v| v.note.state))?];
    let mut later = versions.iter().rev();
    let signed = later.find_map(|v| {
        let file = by_file.iter().find(|f| f.record == v.record).map(|f| Signed { by: f.by, at: f.at, ..*v });
        file.or_else(|| (v.note.state == NoteState::CoSigned).then_some(*v))
    })?;
    let covers = signed.note.sections == newest.note.sections && signed.note.format == newest.note.format;
    Some(Cosignature { by: signed.by, at: signed.at, revision: signed.revision, newest: newest.revision, covers })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::StatementId;
    use crate::domain::practice::text::ClientText;
    use crate::domain::record::{NoteLine, NoteSection, Origin};

    fn note(words: &str, state: NoteState) -> NoteRevision {
        let line = NoteLine {
            id: StatementId(1),
            text: ClientText::new(words),
            origin: Origin::Typed,
            evidence: Vec::new(),
            check: None,
        };
        let sections = vec![NoteSection { key: "plan".into(), lines: vec![line] }];
        NoteRevision { format: "soap".into(), sections, state, reason: None }
    }

    #[test]
    fn a_co_signature_covers_the_text_it_was_set_under_and_no_later_one() {
        let one = note("하나", NoteState::Signed);
        let two = note("하나", NoteState::CoSigned);
        let three = note("둘", NoteState::Amended);
        let all: Vec<Signed<'_>> = (1u32..)
            .zip([&one, &two, &three])
            .map(|(revision, note)| Signed {
                record: RecordId([revision as u8; 16]),
                revision,
                by: MemberId([1; 16]),
                at: Timestamp(i64::from(revision)),
                note,
            })
            .collect();
        assert_eq!(cosignature(&all[..1], &[]), None);
        assert!(cosignature(&all[..2], &[]).unwrap().covers);
        let later = cosignature(&all, &[]).unwrap();
        assert_eq!((later.covers, later.revision, later.newest), (false, 2, 3));
        let file = ByFile { by: MemberId([7; 16]), at: Timestamp(9), record: RecordId([1; 16]) };
        let by_file = cosignature(&all[..1], &[file]).unwrap();
        assert_eq!((by_file.by, by_file.revision, by_file.covers), (MemberId([7; 16]), 1, true));
    }
}
