//! From bytes to letters: UTF-8, UTF-16 with or without a mark, and CP949, in which Korean Windows programs write.

use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Of the first so many bytes it is counted how many are zero: UTF-16 of Latin text and of times is full of them.
const LOOK: usize = 4096;

/// What a file is that is certainly no transcript.
pub(super) fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"%PDF", "PDF"),
        (b"\xd0\xcf\x11\xe0", "HWP or DOC; save it as text"),
        (b"RIFF", "sound; `gyeot transcribe` reads it"),
        (b"OggS", "sound; `gyeot transcribe` reads it"),
        (b"fLaC", "sound; `gyeot transcribe` reads it"),
        (b"ID3", "sound; `gyeot transcribe` reads it"),
        (b"age-encryption.org", "encrypted"),
        (b"{\\rtf", "RTF; save it as text"),
    ];
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some("sound or video; `gyeot transcribe` reads it");
    }
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind)
}

/// The letters, without a byte-order mark and with plain line ends.
pub(super) fn letters(bytes: &[u8]) -> Option<String> {
    let (encoding, skip) = match Encoding::for_bom(bytes) {
        Some((encoding, skip)) => (encoding, skip),
        None => (guess(bytes), 0),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[skip..])?;
    // A text with such letters is something else that happened to decode.
    if text.contains('\0') {
        return None;
    }
    Some(text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n"))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let look = &bytes[..bytes.len().min(LOOK)];
    let zeros = |odd: usize| look.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even.max(odd) * 20 > look.len() && bytes.len().is_multiple_of(2) {
        return if odd > even { UTF_16LE } else { UTF_16BE };
    }
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { EUC_KR }
}
