//! The pieces that a record is cut into: each can be found again in the raw file of a database that does not open.

use super::store_sled::disk;
use crate::domain::ids::RecordId;
use crate::ports::store::{Place, StoreFault};
use crate::vault::keys::sha256;
use std::collections::BTreeMap;
use std::path::Path;

/// A leaf of sled holds up to 16 items and some more before it is cut in two, and a page over 128 KiB (a quarter of a
/// segment) goes to `blobs/`, which is never synced. 4 KiB each keeps pages under that.
const PIECE: usize = 4096;

/// Begins every piece, so that salvage finds it in the raw file.
const PIECE_MAGIC: &[u8; 4] = b"gyR1";
/// magic 4, place 104, piece number 2, pieces 2, length 4.
const PIECE_HEAD: usize = 4 + 104 + 2 + 2 + 4;
const PIECE_SUM: usize = 16;

/// Cuts a record into pieces that can each be found again alone.
pub(super) fn pieces(place: &Place, bytes: &[u8]) -> Result<Vec<Vec<u8>>, StoreFault> {
    let count = u16::try_from(bytes.len().div_ceil(PIECE)).map_err(|_| disk("a record is larger than 256 MiB"))?;
    let head = place.to_bytes();
    let cut = bytes.chunks(PIECE).zip(0u16..).map(|(part, n)| {
        let mut piece = Vec::with_capacity(PIECE_HEAD + part.len() + PIECE_SUM);
        piece.extend_from_slice(PIECE_MAGIC);
        piece.extend_from_slice(&head);
        piece.extend_from_slice(&n.to_be_bytes());
        piece.extend_from_slice(&count.to_be_bytes());
        // A part has at most PIECE bytes.
        piece.extend_from_slice(&(part.len() as u32).to_be_bytes());
        piece.extend_from_slice(part);
        let sum = sha256(&[&piece]);
        piece.extend_from_slice(&sum[..PIECE_SUM]);
        piece
    });
    Ok(cut.collect())
}

/// One piece as found: its place, its number of how many, its bytes.
pub(super) struct Piece<'a> {
    pub(super) place: Place,
    pub(super) number: u16,
    pub(super) of: u16,
    pub(super) part: &'a [u8],
}

/// Reads a piece at the beginning of these bytes, which may go on; `None` unless every byte of it is intact.
pub(super) fn read_piece(bytes: &[u8]) -> Option<Piece<'_>> {
    let head = bytes.get(..PIECE_HEAD)?;
    if !head.starts_with(PIECE_MAGIC) {
        return None;
    }
    let len = u32::from_be_bytes(head[112..116].try_into().ok()?) as usize;
    if len > PIECE {
        return None;
    }
    let whole = bytes.get(..PIECE_HEAD + len)?;
    let sum = bytes.get(PIECE_HEAD + len..PIECE_HEAD + len + PIECE_SUM)?;
    if sha256(&[whole])[..PIECE_SUM] != *sum {
        return None;
    }
    Some(Piece {
        place: Place::from_bytes(&head[4..108])?,
        number: u16::from_be_bytes([head[108], head[109]]),
        of: u16::from_be_bytes([head[110], head[111]]),
        part: &whole[PIECE_HEAD..],
    })
}

/// Everything that is still intact in the raw files of these stores (one, or one and its copy from before), whether or
/// not sled can open them: records in order of their places. Reads the files, changes nothing.
pub fn salvage(dirs: &[&Path]) -> Result<Vec<(Place, Vec<u8>)>, StoreFault> {
    let mut files = Vec::new();
    for dir in dirs {
        files.push(dir.join("db"));
        if let Ok(blobs) = std::fs::read_dir(dir.join("blobs")) {
            files.extend(blobs.flatten().map(|f| f.path()));
        }
    }
    type Pieces = Vec<Option<Vec<u8>>>;
    let mut found: BTreeMap<(u64, RecordId), (Place, Pieces)> = Default::default();
    for file in files {
        let raw = match std::fs::read(&file) {
            Ok(raw) => raw,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(disk(e)),
        };
        let mut at = 0;
        while let Some(next) = find(&raw[at..], PIECE_MAGIC) {
            at += next;
            if let Some(piece) = read_piece(&raw[at..]) {
                let slot = found
                    .entry((piece.place.seq, piece.place.id))
                    .or_insert_with(|| (piece.place, vec![None; usize::from(piece.of)]));
                if let Some(part) = slot.1.get_mut(usize::from(piece.number)) {
                    *part = Some(piece.part.to_vec());
                }
            }
            at += 1;
        }
    }
    let whole = found.into_values().filter_map(|(place, parts)| {
        let bytes = parts.into_iter().collect::<Option<Vec<_>>>()?.concat();
        (sha256(&[&bytes]) == place.hash).then_some((place, bytes))
    });
    Ok(whole.collect())
}

fn find(hay: &[u8], needle: &[u8; 4]) -> Option<usize> {
    let mut at = 0;
    while let Some(i) = hay.get(at..)?.iter().position(|b| *b == needle[0]) {
        if hay[at + i..].starts_with(needle) {
            return Some(at + i);
        }
        at += i + 1;
    }
    None
}
