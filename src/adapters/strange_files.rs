//! What strangers made is read with a readiness for anything: a parser's panic is an answer, not the end of the program, and
//! a table that claims more than its file holds is refused before memory is reserved for it.

use std::cell::Cell;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs a parser; none when it panicked. The panic hook of the program stays silent: it would give the screen back.
pub fn contained<T>(parse: impl FnOnce() -> T) -> Option<T> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !INSIDE.with(Cell::get) {
                before(info);
            }
        }));
    });
    let outer = INSIDE.with(|inside| inside.replace(true));
    let done = catch_unwind(AssertUnwindSafe(parse));
    INSIDE.with(|inside| inside.set(outer));
    done.ok()
}

/// Boxes of an MP4 file (ISO/IEC 14496-12) that hold boxes.
const NESTS: [&[u8; 4]; 9] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex", b"edts"];
/// Boxes that begin with version and flags and hold a table: where its count stands behind them, and bytes of an entry.
const TABLES: [(&[u8; 4], u64, u64); 8] = [
    (b"stts", 0, 8),
    (b"ctts", 0, 8),
    (b"stsc", 0, 12),
    (b"stco", 0, 4),
    (b"co64", 0, 8),
    (b"stss", 0, 4),
    (b"elst", 0, 12),
    (b"stsz", 4, 4),
];
/// Boxes looked at: a file of three hours in fragments of one second has a few for each.
const MOST_BOXES: u32 = 200_000;

/// Whether every table of an MP4 file has room in it for the entries it claims. True for other files. Leaves the source at its
/// beginning.
pub fn tables_fit<S: Read + Seek + ?Sized>(source: &mut S) -> bool {
    let fits = walk(source).unwrap_or(true);
    source.seek(SeekFrom::Start(0)).is_ok() && fits
}

fn walk<S: Read + Seek + ?Sized>(source: &mut S) -> std::io::Result<bool> {
    let end = source.seek(SeekFrom::End(0))?;
    let mut head = [0u8; 8];
    source.seek(SeekFrom::Start(0))?;
    source.read_exact(&mut head)?;
    if &head[4..] != b"ftyp" {
        return Ok(true);
    }
    let mut at = 0u64;
    for _ in 0..MOST_BOXES {
        if at + 8 > end {
            break;
        }
        source.seek(SeekFrom::Start(at))?;
        source.read_exact(&mut head)?;
        let mut size = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let kind = [head[4], head[5], head[6], head[7]];
        let mut header = 8;
        if size == 1 {
            let mut long = [0u8; 8];
            source.read_exact(&mut long)?;
            (size, header) = (u64::from_be_bytes(long), 16);
        } else if size == 0 {
            size = end - at;
        }
        if size < header {
            break;
        }
        if NESTS.contains(&&kind) {
            at += header;
            continue;
        }
        if let Some((_, behind, entry)) = TABLES.iter().find(|(name, ..)| **name == kind) {
            let mut fields = [0u8; 12];
            let wanted = 8 + *behind as usize;
            source.read_exact(&mut fields[..wanted])?;
            let number = |from: usize| {
                u64::from(u32::from_be_bytes([fields[from], fields[from + 1], fields[from + 2], fields[from + 3]]))
            };
            let count = number(wanted - 4);
            // `stsz` with one size for all samples has no table.
            let without = *behind > 0 && number(4) != 0;
            let room = size.min(end - at).saturating_sub(header + wanted as u64);
            if !without && count.saturating_mul(*entry) > room {
                return Ok(false);
            }
        }
        at = at.saturating_add(size);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer_and_what_does_not_panic_goes_through() {
        assert_eq!(contained(|| 7), Some(7));
        let text = String::from("no number");
        assert_eq!(contained(|| text.parse::<u32>().expect("no number")), None);
    }

    #[test]
    fn a_table_that_claims_more_than_its_file_is_refused() {
        let file = |count: u32| {
            let table = [&20u32.to_be_bytes()[..], b"stco", &[0; 4], &count.to_be_bytes(), &[0; 4]].concat();
            let nested = [&28u32.to_be_bytes()[..], b"moov", &table].concat();
            std::io::Cursor::new([&8u32.to_be_bytes()[..], b"ftyp", &nested].concat())
        };
        assert!(tables_fit(&mut file(1)));
        assert!(!tables_fit(&mut file(2)) && !tables_fit(&mut file(u32::MAX)));
        assert!(tables_fit(&mut std::io::Cursor::new(b"RIFF....WAVE")));
    }
}
