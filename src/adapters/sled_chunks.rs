//! The pieces that a record is cut into: each can be found again in the raw file of a database that does not open.

use crate::crypto::keys::sha256;
use crate::domain::practice::ids::{RecordId, Writer};
use crate::ports::store::{POSITION_BYTES, Position, StoreError};
use crate::texts::verbatim;
use std::collections::BTreeMap;
use std::path::Path;

/// A leaf of sled holds up to 16 items and some more before it is cut in two, and a page over 128 KiB (a quarter of a
/// segment) goes to `blobs/`, which is never synced. 4 KiB each keeps pages under that.
const PIECE: usize = 4096;

/// Begins every piece, so that salvage finds it in the raw file.
const PIECE_MAGIC: &[u8; 4] = b"gyR2";
/// Where the numbers of a piece stand: after the magic and the position.
const NUMBERS: usize = 4 + POSITION_BYTES;
/// Magic, position, piece number 2, pieces 2, length 4.
pub const PIECE_HEAD: usize = NUMBERS + 2 + 2 + 4;
pub(super) const PIECE_SUM: usize = 16;

/// An error of the disk or of the database in one short line.
pub(super) fn disk(e: impl std::fmt::Display) -> StoreError {
    let text = e.to_string();
    StoreError::Disk(verbatim(text.lines().next().unwrap_or_default().chars().take(160).collect::<String>()))
}

/// Cuts a record into pieces that can each be found again alone.
pub(super) fn pieces(place: &Position, bytes: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
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
    pub(super) place: Position,
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
    let len = u32::from_be_bytes(head[NUMBERS + 4..PIECE_HEAD].try_into().ok()?) as usize;
    if len > PIECE {
        return None;
    }
    let whole = bytes.get(..PIECE_HEAD + len)?;
    let sum = bytes.get(PIECE_HEAD + len..PIECE_HEAD + len + PIECE_SUM)?;
    if sha256(&[whole])[..PIECE_SUM] != *sum {
        return None;
    }
    Some(Piece {
        place: Position::from_bytes(&head[4..NUMBERS])?,
        number: u16::from_be_bytes([head[NUMBERS], head[NUMBERS + 1]]),
        of: u16::from_be_bytes([head[NUMBERS + 2], head[NUMBERS + 3]]),
        part: &whole[PIECE_HEAD..],
    })
}

/// Everything that is still intact in the raw files of these stores (one, or one and its copy from before), whether or
/// not sled can open them: records in order of their places. Reads the files, changes nothing.
pub fn salvage(dirs: &[&Path]) -> Result<Vec<(Position, Vec<u8>)>, StoreError> {
    let mut found = Found::default();
    for raw in raw_files(dirs)? {
        found.take(&raw?);
    }
    Ok(found.whole())
}

/// As [`salvage`], and where one bit of a piece is flipped, with that bit turned back: a key that does not open would
/// shut everything out that is sealed to it. The hash of the piece says which bit it was.
pub fn salvage_and_mend(dirs: &[&Path]) -> Result<Vec<(Position, Vec<u8>)>, StoreError> {
    let mut found = Found::default();
    for raw in raw_files(dirs)? {
        found.take(&raw?);
    }
    let mut left = MOST_MENDED;
    for raw in raw_files(dirs)? {
        found.mend(&raw?, &mut left);
    }
    Ok(found.whole())
}

/// So many damaged pieces are tried, each for up to half a second: a file that is damaged in more places than that is
/// not one of a flipped bit.
const MOST_MENDED: u32 = 200;

/// The bytes of every file of these stores that can hold pieces, one after the other.
fn raw_files(dirs: &[&Path]) -> Result<impl Iterator<Item = Result<Vec<u8>, StoreError>>, StoreError> {
    let mut files = Vec::new();
    for dir in dirs {
        files.push(dir.join("db"));
        if let Ok(blobs) = std::fs::read_dir(dir.join("blobs")) {
            files.extend(blobs.flatten().map(|f| f.path()));
        }
    }
    Ok(files.into_iter().filter_map(|file| match std::fs::read(&file) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        read => Some(read.map_err(disk)),
    }))
}

type Pieces = Vec<Option<Vec<u8>>>;

/// Records that are being put together from their pieces.
/// Two records can have claimed one number: one that a crash cut off, and the one written after it.
const fn key(position: &Position) -> (Writer, u64, RecordId) {
    (position.writer, position.number, position.id)
}

#[derive(Default)]
struct Found(BTreeMap<(Writer, u64, RecordId), (Position, Pieces)>);

impl Found {
    fn add(&mut self, piece: &Piece<'_>) {
        let (_, parts) =
            self.0.entry(key(&piece.place)).or_insert_with(|| (piece.place, vec![None; usize::from(piece.of)]));
        if let Some(part) = parts.get_mut(usize::from(piece.number)) {
            *part = Some(piece.part.to_vec());
        }
    }

    fn take(&mut self, raw: &[u8]) {
        let mut at = 0;
        while let Some(next) = find(&raw[at..], PIECE_MAGIC) {
            at += next;
            if let Some(piece) = read_piece(&raw[at..]) {
                self.add(&piece);
            }
            at += 1;
        }
    }

    /// Looks at what begins like a piece but for one bit at the most, does not read, and is not there in another copy.
    fn mend(&mut self, raw: &[u8], left: &mut u32) {
        for at in 0..raw.len().saturating_sub(PIECE_HEAD) {
            let apart = raw[at..at + 4].iter().zip(PIECE_MAGIC).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
            if apart > 1 || read_piece(&raw[at..]).is_some() || self.has(&raw[at..]) {
                continue;
            }
            let mut bytes = raw[at..raw.len().min(at + PIECE_HEAD + PIECE + PIECE_SUM)].to_vec();
            if apart == 1 {
                bytes[..4].copy_from_slice(PIECE_MAGIC);
            } else if *left == 0 || !turn_back(&mut bytes) {
                *left = left.saturating_sub(1);
                continue;
            }
            if let Some(piece) = read_piece(&bytes) {
                self.add(&piece);
            }
        }
    }

    /// Whether the piece that this head names was found intact.
    fn has(&self, head: &[u8]) -> bool {
        let place = Position::from_bytes(&head[4..NUMBERS]);
        let parts = place.and_then(|p| self.0.get(&key(&p)));
        let number = usize::from(u16::from_be_bytes([head[NUMBERS], head[NUMBERS + 1]]));
        parts.is_some_and(|(_, parts)| parts.get(number).is_some_and(Option::is_some))
    }

    fn whole(self) -> Vec<(Position, Vec<u8>)> {
        let whole = self.0.into_values().filter_map(|(place, parts)| {
            let bytes = parts.into_iter().collect::<Option<Vec<_>>>()?.concat();
            (sha256(&[&bytes]) == place.hash).then_some((place, bytes))
        });
        whole.collect()
    }
}

/// Turns the one bit back with which a piece reads again; false when there is none.
fn turn_back(bytes: &mut [u8]) -> bool {
    let length = NUMBERS + 4;
    let said = u32::from_be_bytes([bytes[length], bytes[length + 1], bytes[length + 2], bytes[length + 3]]) as usize;
    // With a length that cannot be, only the length can be what is wrong.
    let bits = if said > PIECE {
        length * 8..PIECE_HEAD * 8
    } else {
        4 * 8..(PIECE_HEAD + said + PIECE_SUM).min(bytes.len()) * 8
    };
    for bit in bits {
        bytes[bit / 8] ^= 1 << (bit % 8);
        if read_piece(bytes).is_some() {
            return true;
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    false
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
