//! The pieces of kept sound in order of time, each checked: what is not this session's, damaged or doubled is left out with its
//! reason. Read as a sound, with what is missing as lost.

use crate::domain::practice::recording::{Refused, SegmentHead, Skipped};
use crate::ports::audio::{AudioError, Read, Sound};
use crate::recorder::segment;
use crate::service::sound::{KeptSound, SoundKey, bytes_of, folder_of, remove, sound_in};
use crate::service::unlocked_vault::State;
use crate::vault::caseload::Caseload;
use crate::vault::error::VaultError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Samples of a millisecond.
const PER_MS: u64 = 16;

/// A piece that was checked.
#[derive(Debug, Clone)]
struct Piece {
    file: PathBuf,
    head: SegmentHead,
}

/// Kept sound of one session.
#[derive(Debug)]
pub struct SoundIndex {
    pieces: Vec<Piece>,
    keys: Vec<SoundKey>,
    /// How many files were left out, by reason.
    pub refused: BTreeMap<Refused, u32>,
}

impl SoundIndex {
    /// Reads every file once.
    pub fn of(kept: KeptSound) -> Self {
        let KeptSound { vault, session, keys, files } = kept;
        let mut index = SoundIndex { pieces: Vec::new(), keys, refused: BTreeMap::new() };
        let mut seen: BTreeSet<(usize, u32)> = BTreeSet::new();
        for file in files {
            let read = bytes_of(&file).and_then(|bytes| segment::read(&bytes, &index.openers()));
            let checked = read.and_then(|(run, piece)| {
                if piece.head.vault != vault || piece.head.session != session {
                    return Err(Refused::Elsewhere);
                }
                if !seen.insert((run, piece.head.index)) {
                    return Err(Refused::Twice);
                }
                Ok(piece.head)
            });
            match checked {
                Ok(head) => index.pieces.push(Piece { file, head }),
                Err(why) => *index.refused.entry(why).or_default() += 1,
            }
        }
        // A recorder that took the place of another was given what that one may have written: of two that begin together
        // the longer comes first.
        index.pieces.sort_by_key(|p| (p.head.start, std::cmp::Reverse(p.head.end())));
        index
    }

    fn openers(&self) -> Vec<(crate::crypto::SealKey, String)> {
        self.keys.iter().map(|k| (k.key.clone(), k.verifying.clone())).collect()
    }

    /// Milliseconds of session time up to which there is sound.
    pub fn end_ms(&self) -> u64 {
        self.pieces.iter().map(|p| p.head.end()).max().unwrap_or(0) / PER_MS
    }

    /// Milliseconds of sound.
    pub fn kept_ms(&self) -> u64 {
        self.stretches().iter().map(|(from, to)| to - from).sum::<u64>() / PER_MS
    }

    /// The language that was spoken.
    pub fn language(&self) -> Option<crate::domain::practice::lang::Lang> {
        self.keys.first().map(|k| k.language)
    }

    /// Where there is sound, samples, in order and apart.
    pub fn stretches(&self) -> Vec<(u64, u64)> {
        let mut all: Vec<(u64, u64)> = Vec::new();
        for head in self.pieces.iter().map(|p| &p.head) {
            match all.last_mut() {
                Some((_, to)) if head.start <= *to => *to = head.end().max(*to),
                _ => all.push((head.start, head.end())),
            }
        }
        all
    }

    /// Why the time before this one is missing, as the recorder was told; `None` where it was not told.
    pub fn missing_before_ms(&self, ms: u64) -> Option<Skipped> {
        self.pieces.iter().find(|p| (p.head.start / PER_MS).abs_diff(ms) <= 1).and_then(|p| p.head.skipped)
    }

    /// Milliseconds of sound between two times of the session.
    pub fn kept_between(&self, from_ms: u64, to_ms: u64) -> u64 {
        let (from, to) = (from_ms * PER_MS, to_ms.saturating_mul(PER_MS));
        let within = |(a, b): (u64, u64)| b.min(to).saturating_sub(a.max(from));
        self.stretches().into_iter().map(within).sum::<u64>() / PER_MS
    }

    fn pcm(&self, piece: &Piece) -> Vec<i16> {
        let read = bytes_of(&piece.file).and_then(|bytes| segment::read(&bytes, &self.openers()));
        // It was whole a moment ago; a file that went meanwhile is silence of its length.
        read.map_or_else(|_| vec![0; piece.head.samples as usize], |(_, segment)| segment.pcm)
    }

    /// The sound of a stretch of the session, milliseconds; what is missing is left out.
    pub fn between(&self, from_ms: u64, to_ms: u64) -> Vec<i16> {
        let (mut at, to) = (from_ms * PER_MS, to_ms * PER_MS);
        let mut out = Vec::new();
        for piece in self.pieces.iter().filter(|p| p.head.end() > from_ms * PER_MS && p.head.start < to) {
            let from = at.max(piece.head.start);
            if piece.head.end() <= from {
                continue;
            }
            let pcm = self.pcm(piece);
            let end = piece.head.end().min(to);
            out.extend_from_slice(&pcm[(from - piece.head.start) as usize..(end - piece.head.start) as usize]);
            at = end;
        }
        out
    }

    /// A stretch of the session as a sound, from its very beginning on: everything before it, and every hole, is lost.
    pub fn sound_between(&self, from_ms: u64, to_ms: u64) -> IndexedSound<'_> {
        IndexedSound { index: self, next: 0, at: 0, from: from_ms * PER_MS, to: to_ms.saturating_mul(PER_MS) }
    }
}

/// Kept sound of this member's sessions that does not read: the folder and how many files, by reason. What was left of a session
/// that was destroyed is removed.
pub(crate) fn damaged_sound(state: &State, load: &Caseload) -> Result<Vec<(String, String)>, VaultError> {
    let mut found = Vec::new();
    for known in load.clients.values() {
        for (session, case) in &known.sessions {
            let dir = folder_of(&state.folder, *session);
            if !dir.exists() {
                continue;
            }
            let Some(own) = known.session_key(case, &state.folder, state.keys.read())? else {
                remove(&dir)?;
                continue;
            };
            let index = SoundIndex::of(sound_in(&state.folder, *session, own)?);
            let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.extend(
                index.refused.iter().map(|(why, n)| (format!("sound/{name}"), format!("{n}: {}", why.message()))),
            );
        }
    }
    Ok(found)
}

/// See [`SoundIndex::sound_between`].
#[derive(Debug)]
pub struct IndexedSound<'a> {
    index: &'a SoundIndex,
    next: usize,
    at: u64,
    from: u64,
    to: u64,
}

impl Sound for IndexedSound<'_> {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        loop {
            let Some(piece) = self.index.pieces.get(self.next) else { return Ok(Read::End) };
            let begin = piece.head.start.max(self.from).max(self.at);
            let end = piece.head.end().min(self.to);
            if begin >= self.to {
                return Ok(Read::End);
            }
            if end <= begin {
                self.next += 1;
                continue;
            }
            if begin > self.at {
                let lost = begin - self.at;
                self.at = begin;
                return Ok(Read::Lost(lost));
            }
            let (from, to) = ((begin - piece.head.start) as usize, (end - piece.head.start) as usize);
            into.extend_from_slice(&self.index.pcm(piece)[from..to]);
            self.at = end;
            self.next += 1;
            return Ok(Read::Some);
        }
    }

    fn total_ms(&self) -> Option<u64> {
        Some(self.index.end_ms())
    }
}
