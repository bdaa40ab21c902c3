//! Headers of recorders that were interrupted: WAV, AIFF and CAF files whose lengths were never written, or not for the last
//! time. The bytes that are there are measured and the reader is shown a header that says so; the file stays as it is.
//!
//! Source: RIFF/WAVE (Multimedia Programming Interface 1.0, 1991), EBU Tech 3306 (RF64), Apple AIFF-C draft (1991), Apple Core
//! Audio Format Specification 1.0 (2006).

use std::io::{Read, Result, Seek, SeekFrom};
use symphonia::core::io::MediaSource;

/// A length field that a writer leaves when it cannot go back to fill it in.
const NEVER_WRITTEN: u32 = u32::MAX;
/// Chunks before the sound: a file with more is something else.
const MOST_CHUNKS: usize = 256;
/// Bytes after the sound that are no chunk and yet not worth a word: padding of a disk block's last sector.
const LEFT_OVER: u64 = 512;
/// An ID3v1 tag at the end of a file.
const ID3V1: u64 = 128;

/// What a look at the header found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mending {
    /// Bytes to show in place of those of the file: position and content.
    patches: Vec<(u64, [u8; 4])>,
    /// The recorder was interrupted; the length was measured.
    pub interrupted: bool,
}

/// A source that shows a mended header over the bytes of another.
pub struct Mended<S> {
    inner: S,
    at: u64,
    patches: Vec<(u64, [u8; 4])>,
}

impl<S: Read + Seek> Mended<S> {
    /// Lays a mending over a source, which is read from its start.
    pub fn new(mut inner: S, mending: &Mending) -> Result<Self> {
        inner.seek(SeekFrom::Start(0))?;
        Ok(Mended { inner, at: 0, patches: mending.patches.clone() })
    }
}

impl<S: Read> Read for Mended<S> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let n = self.inner.read(into)?;
        for (place, bytes) in &self.patches {
            for (i, byte) in bytes.iter().enumerate() {
                let offset = (place + i as u64).wrapping_sub(self.at);
                if let Some(shown) = usize::try_from(offset).ok().filter(|o| *o < n).and_then(|o| into.get_mut(o)) {
                    *shown = *byte;
                }
            }
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl<S: Seek> Seek for Mended<S> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }
}

impl<S: MediaSource> MediaSource for Mended<S> {
    fn is_seekable(&self) -> bool {
        self.inner.is_seekable()
    }
    fn byte_len(&self) -> Option<u64> {
        self.inner.byte_len()
    }
}

/// How the chunks of a container are written.
struct Layout {
    big_endian: bool,
    sound: [u8; 4],
}

impl Layout {
    fn number(&self, bytes: [u8; 4]) -> u32 {
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    fn bytes(&self, number: u32) -> [u8; 4] {
        if self.big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }
}

/// Looks at the header of a WAV, AIFF or CAF file; every other file needs no mending. Leaves the position anywhere.
pub fn look(source: &mut (impl Read + Seek)) -> Result<Mending> {
    let end = source.seek(SeekFrom::End(0))?;
    let Some(head) = read_at::<12>(source, 0, end)? else { return Ok(Mending::default()) };
    let [id, size, form] = [quad(&head, 0), quad(&head, 4), quad(&head, 8)];
    if &id == b"caff" {
        return caf(source, end);
    }
    let (layout, long) = match (&id, &form) {
        (b"RIFF", b"WAVE") => (Layout { big_endian: false, sound: *b"data" }, false),
        (b"RF64" | b"BW64", b"WAVE") => (Layout { big_endian: false, sound: *b"data" }, true),
        (b"FORM", b"AIFF" | b"AIFC") => (Layout { big_endian: true, sound: *b"SSND" }, false),
        _ => return Ok(Mending::default()),
    };
    let Some((at, claimed)) = find_sound(source, &layout, end)? else { return Ok(Mending::default()) };
    let parent = layout.number(size);
    let body = at + 8;
    let there = end.saturating_sub(body);

    let mut mending = Mending::default();
    let mut claimed = u64::from(claimed);
    if long {
        mending.patches.push((0, *b"RIFF"));
        if let Some(written) = read_at::<8>(source, 28, end)?.filter(|_| claimed == u64::from(NEVER_WRITTEN)) {
            // The length of the sound in the `ds64` chunk, which stands first (EBU Tech 3306, 3.1).
            claimed = u64::from_le_bytes(written);
        }
    }
    let piped = !long && parent == NEVER_WRITTEN && claimed == u64::from(NEVER_WRITTEN);
    let unwritten = claimed == 0 || claimed == u64::MAX || claimed == u64::from(NEVER_WRITTEN);
    let measured = if unwritten {
        // Nothing after an empty sound but proper chunks: it is empty.
        if claimed == 0 && (there == 0 || chunks_follow(source, &layout, body, end)?) { None } else { Some(there) }
    } else if claimed < there {
        let after = body + claimed + claimed % 2;
        let rest = end.saturating_sub(after);
        let tag = rest == ID3V1 && read_at::<3>(source, after, end)?.is_some_and(|t| &t == b"TAG");
        (rest > LEFT_OVER && !tag && !chunks_follow(source, &layout, after, end)?).then_some(there)
    } else {
        None
    };
    let size = measured.unwrap_or(claimed);
    // The parent must hold the chunk. A sound beyond the end of the file is a file that was cut short: that is told
    // elsewhere, by what was promised.
    let parent_short = u64::from(parent) < (body - 8) + size.min(there) || u64::from(parent) < body - 8 + size;
    let largest = u64::from(NEVER_WRITTEN) - 1;
    if measured.is_some() || long {
        mending.patches.push((at + 4, layout.bytes(size.min(largest) as u32)));
    }
    if parent_short || measured.is_some() || long {
        mending.patches.push((4, layout.bytes(NEVER_WRITTEN)));
    }
    mending.interrupted = (measured.is_some() && !piped) || (parent_short && claimed <= there && !long);
    Ok(mending)
}

/// A CAF file: a length of -1 means to the end of the file and is what a recorder leaves that was not closed; one that goes
/// beyond the end is of a file that was cut.
fn caf(source: &mut (impl Read + Seek), end: u64) -> Result<Mending> {
    let mut at = 8;
    for _ in 0..MOST_CHUNKS {
        let Some(head) = read_at::<12>(source, at, end)? else { break };
        let (id, high, low) = (quad(&head, 0), quad(&head, 4), quad(&head, 8));
        let size = (u64::from(u32::from_be_bytes(high)) << 32) | u64::from(u32::from_be_bytes(low));
        let there = end.saturating_sub(at + 12);
        if &id == b"data" {
            if size <= there || there == 0 {
                break;
            }
            let shown = there.to_be_bytes();
            let patches = vec![(at + 4, quad(&shown, 0)), (at + 8, quad(&shown, 4))];
            return Ok(Mending { patches, interrupted: true });
        }
        at = (at + 12).saturating_add(size);
    }
    Ok(Mending::default())
}

/// The position of the sound's chunk header and the length that it claims.
fn find_sound(source: &mut (impl Read + Seek), layout: &Layout, end: u64) -> Result<Option<(u64, u32)>> {
    let mut at = 12;
    for _ in 0..MOST_CHUNKS {
        let Some(head) = read_at::<8>(source, at, end)? else { return Ok(None) };
        let size = layout.number(quad(&head, 4));
        if quad(&head, 0) == layout.sound {
            return Ok(Some((at, size)));
        }
        at += 8 + u64::from(size) + u64::from(size % 2);
    }
    Ok(None)
}

/// Whether from here to the end of the file there is nothing but whole chunks with proper names.
fn chunks_follow(source: &mut (impl Read + Seek), layout: &Layout, mut at: u64, end: u64) -> Result<bool> {
    for _ in 0..MOST_CHUNKS {
        if at >= end {
            return Ok(true);
        }
        let Some(head) = read_at::<8>(source, at, end)? else { return Ok(false) };
        let named = quad(&head, 0).iter().all(|c| c.is_ascii_alphanumeric() || *c == b' ');
        let size = u64::from(layout.number(quad(&head, 4)));
        if !named || at + 8 + size > end {
            return Ok(false);
        }
        at += 8 + size + size % 2;
    }
    Ok(false)
}

fn read_at<const N: usize>(source: &mut (impl Read + Seek), at: u64, end: u64) -> Result<Option<[u8; N]>> {
    if at + N as u64 > end {
        return Ok(None);
    }
    source.seek(SeekFrom::Start(at))?;
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

fn quad(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn wav(parent: u32, before: &[u8], data: u32, body: &[u8]) -> Vec<u8> {
        let mut out = b"RIFF".to_vec();
        out.extend(parent.to_le_bytes());
        out.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0");
        out.extend(before);
        out.extend(b"data");
        out.extend(data.to_le_bytes());
        out.extend(body);
        out
    }

    #[test]
    fn a_proper_file_is_shown_as_it_is() {
        let file = wav(36 + 2000, b"", 2000, &[7; 2000]);
        assert_eq!(look(&mut Cursor::new(&file)).unwrap(), Mending::default());
        let with_list = [wav(36 + 2000 + 12, b"", 2000, &[7; 2000]), b"LIST\x04\0\0\0INFO".to_vec()].concat();
        assert_eq!(look(&mut Cursor::new(&with_list)).unwrap(), Mending::default());
    }

    #[test]
    fn an_empty_sound_with_chunks_behind_it_is_empty() {
        let file = [wav(36 + 12, b"", 0, b""), b"LIST\x04\0\0\0INFO".to_vec()].concat();
        assert!(!look(&mut Cursor::new(&file)).unwrap().interrupted);
    }

    #[test]
    fn every_unwritten_length_is_measured_whatever_stands_before_the_sound() {
        let junk = [b"JUNK\x1c\0\0\0".to_vec(), vec![0; 28]].concat();
        for (parent, data) in
            [(0, 0), (36, 0), (u32::MAX, 0), (0, u32::MAX), (4000, u32::MAX), (100, 3000), (3036, 200)]
        {
            for before in [&b""[..], &junk] {
                let file = wav(parent, before, data, &[9; 3000]);
                let mending = look(&mut Cursor::new(&file)).unwrap();
                assert!(mending.interrupted, "{parent} {data}");
                let mut shown = Vec::new();
                Mended::new(Cursor::new(&file), &mending).unwrap().read_to_end(&mut shown).unwrap();
                let at = 12 + 24 + before.len() + 4;
                assert_eq!(shown[at..at + 4], 3000u32.to_le_bytes(), "{parent} {data}");
                assert_eq!(shown[4..8], [0xFF; 4]);
                assert_eq!(shown[at + 4..], file[at + 4..]);
            }
        }
    }

    #[test]
    fn the_length_of_a_caf_file_that_was_not_closed_or_was_cut_is_measured() {
        let file = |size: i64| {
            let desc = [&b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20"[..], &[1; 32]].concat();
            [desc, b"data".to_vec(), size.to_be_bytes().to_vec(), vec![9; 504]].concat()
        };
        for (size, interrupted) in [(504, false), (300, false), (-1, true), (9_000, true)] {
            let file = file(size);
            let mending = look(&mut Cursor::new(&file)).unwrap();
            assert_eq!(mending.interrupted, interrupted, "{size}");
            let mut shown = Vec::new();
            Mended::new(Cursor::new(&file), &mending).unwrap().read_to_end(&mut shown).unwrap();
            let at = file.len() - 504;
            let said = i64::from_be_bytes(shown[at - 8..at].try_into().unwrap());
            assert_eq!(said, if interrupted { 504 } else { size });
            assert_eq!((&shown[..at - 8], &shown[at..]), (&file[..at - 8], &file[at..]));
        }
    }

    #[test]
    fn bytes_are_replaced_wherever_a_read_begins() {
        let mending = Mending { patches: vec![(3, *b"abcd")], interrupted: true };
        for from in 0..8 {
            let mut shown = Vec::new();
            let mut mended = Mended::new(Cursor::new(b"0123456789"), &mending).unwrap();
            mended.seek(SeekFrom::Start(from)).unwrap();
            mended.read_to_end(&mut shown).unwrap();
            assert_eq!(shown, b"012abcd789"[from as usize..]);
        }
    }
}
