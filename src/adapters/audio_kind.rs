//! What a file is, by its first bytes and boxes: so that a format that cannot be read is named, with a remedy that works.

use std::io::{Read, Result, Seek, SeekFrom};

/// Read for a look at the kind: every magic number lies in it.
const HEAD: usize = 64;
/// Boxes of an MP4 file that are looked at before it is given up.
const MOST_BOXES: usize = 4096;
/// A `moov` box of an audio file is smaller.
const LARGEST_MOOV: u64 = 64 << 20;

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kind {
    /// Its name in the words of its users, where it is known.
    pub name: Option<&'static str>,
    /// An MP4 file that its recorder never finished: the index is missing.
    pub unfinished: bool,
    /// A 3GP or MP4 file with AMR in it: whether it is the wide-band kind.
    pub amr: Option<bool>,
}

/// Magic numbers at a place, and what they say.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (WMA, ASF)"),
    (0, b"MAC ", "Monkey's Audio (APE)"),
    (0, b"wvpk", "WavPack"),
    (0, b"MPCK", "Musepack"),
    (0, b"MP+", "Musepack"),
    (0, b".RMF", "RealMedia"),
    (0, b".ra\xfd", "RealAudio"),
    (0, b"DSD ", "DSD (DSF)"),
    (0, b"FRM8", "DSD (DSDIFF)"),
    (0, b"riff\x2e\x91\xcf\x11", "Sony Wave64"),
    (0, b"\x02dss", "Olympus/Grundig dictation (DSS)"),
    (0, b"\x03dss", "Olympus/Grundig dictation (DSS)"),
    (0, b"\x03ds2", "Olympus/Grundig dictation (DS2)"),
    (0, b"\x07ds2", "Olympus/Grundig dictation (DS2)"),
    (0, b"MS_VOICE", "Sony dictation (DVF, MSV)"),
    (8, b"QLCM", "Qualcomm PureVoice (QCP)"),
    (0, b"MThd", "MIDI"),
    (0, b"\x0b\x77", "Dolby Digital (AC-3)"),
    (0, b"\x7f\xfe\x80\x01", "DTS"),
    (0, b"TTA", "True Audio (TTA)"),
    (28, b"Speex   ", "Speex"),
    (0, b"FLV\x01", "Flash video (FLV)"),
    (8, b"AVI ", "AVI video"),
    (0, b"#!SILK", "SILK (WeChat, QQ)"),
    (1, b"#!SILK", "SILK (WeChat, QQ)"),
    (0, b"#!AMR_MC", "AMR of several channels"),
    (0, b"#!AMR-WB_MC", "AMR of several channels"),
    (0, b"#!AMR-WB", "AMR wide-band"),
    (0, b"#!AMR", "AMR"),
    (0, b"\x1a\x45\xdf\xa3", "WebM or Matroska"),
    (0, b"caff", "Core Audio (CAF)"),
    (0, b"%PDF", "PDF document"),
    (0, b"PK\x03\x04", "ZIP archive or office document"),
    (0, b"\xd0\xcf\x11\xe0", "old office document (HWP, DOC)"),
    (0, b"\x89PNG", "PNG picture"),
    (0, b"\xff\xd8\xff", "JPEG picture"),
    (0, b".snd", "Sun sound (AU)"),
    (0, b"\xff\xfd", "MPEG layer II (MP2)"),
    (0, b"\xff\xfc", "MPEG layer II (MP2)"),
    (0, b"\xff\xf5", "MPEG layer II (MP2)"),
    (0, b"\xff\xf4", "MPEG layer II (MP2)"),
    (0, b"Rar!", "RAR archive"),
    (0, b"7z\xbc\xaf", "7z archive"),
    (0, b"age-encryption.org", "age-encrypted file"),
];

/// Codecs in a WAV file that telephone systems and old recorders write and that are not read: the format tag of the `fmt `
/// chunk (RFC 2361, Appendix A).
const TAGS: &[(u16, &str)] = &[
    (0x0014, "WAV with G.723 in it"),
    (0x0022, "WAV with TrueSpeech in it"),
    (0x0031, "WAV with GSM 6.10 in it"),
    (0x0040, "WAV with G.721 in it"),
    (0x0042, "WAV with G.723 in it"),
    (0x0045, "WAV with G.726 in it"),
    (0x0050, "WAV with MPEG layer II in it"),
    (0x0055, "WAV with MP3 in it"),
    (0x0064, "WAV with G.726 in it"),
    (0x0065, "WAV with G.722 in it"),
    (0x0083, "WAV with G.729 in it"),
    (0x0092, "WAV with Dolby Digital in it"),
    (0x0160, "WAV with Windows Media in it"),
    (0x0161, "WAV with Windows Media in it"),
    (0x028f, "WAV with G.722 in it"),
    (0xa109, "WAV with Speex in it"),
];

/// Codecs in a CAF file that old recorder apps and editors write and that are not read: the format of the `desc` chunk, which
/// is always the first (Apple Core Audio Format Specification 1.0, Audio Description Chunk).
const IN_CAF: &[(&[u8; 4], &str)] = &[
    (b"ima4", "Core Audio (CAF) with IMA ADPCM in it"),
    (b"MAC3", "Core Audio (CAF) with MACE in it"),
    (b"MAC6", "Core Audio (CAF) with MACE in it"),
    (b"QDM2", "Core Audio (CAF) with QDesign Music in it"),
    (b"QDMC", "Core Audio (CAF) with QDesign Music in it"),
    (b"Qclp", "Core Audio (CAF) with QCELP in it"),
    (b"ilbc", "Core Audio (CAF) with iLBC in it"),
    (b"dvi8", "Core Audio (CAF) with DVI ADPCM in it"),
    (b"samr", "Core Audio (CAF) with AMR in it"),
    (b"sawb", "Core Audio (CAF) with AMR wide-band in it"),
];

/// The containers of those in [`MAGIC`] that are read, though not with everything in them.
const CONTAINERS: [&str; 2] = ["WebM or Matroska", "Core Audio (CAF)"];

/// True for the name of a container that is read as a rule: what is said then is what is in it, or that it is damaged.
pub fn is_container(name: &str) -> bool {
    CONTAINERS.contains(&name)
}

/// True for a WebM or Matroska file, whose index stands at its end.
pub fn is_matroska(name: &str) -> bool {
    name == CONTAINERS[0]
}

/// True for the name of a codec that a container which is read as a rule cannot be read with, whatever the fault looks like.
pub fn is_unread(name: &str) -> bool {
    IN_CAF.iter().any(|(_, codec)| *codec == name)
}

/// The name of what is in a CAF file where it is nothing that is read.
fn in_caf(head: &[u8]) -> Option<&'static str> {
    let codec = head.get(28..32).filter(|_| head.starts_with(b"caff") && head.get(8..12) == Some(b"desc"))?;
    IN_CAF.iter().find(|(of, _)| of.as_slice() == codec).map(|(_, name)| *name)
}

/// The name of what is in a WAV file by its format tag, which stands right behind the first header where a `fmt ` chunk does.
fn in_wav(head: &[u8]) -> Option<&'static str> {
    let wav = head.starts_with(b"RIFF") && head.get(8..16) == Some(b"WAVEfmt ");
    let tag = head.get(20..22).filter(|_| wav).map(|b| u16::from_le_bytes([b[0], b[1]]))?;
    TAGS.iter().find(|(of, _)| *of == tag).map(|(_, name)| *name)
}

/// Looks at a file from its start; leaves the position anywhere.
pub fn look(source: &mut (impl Read + Seek)) -> Result<Kind> {
    let end = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    if head.get(4..8) == Some(b"ftyp") {
        return mp4(source, end);
    }
    let magic =
        || MAGIC.iter().find(|(at, magic, _)| head.get(*at..at + magic.len()).is_some_and(|found| found == *magic));
    let name = in_caf(&head).or_else(|| magic().map(|(.., name)| *name)).or_else(|| in_wav(&head));
    Ok(Kind { name, ..Kind::default() })
}

/// Walks the top boxes (ISO/IEC 14496-12, 4.2) for the index and for the kind of sound in it.
fn mp4(source: &mut (impl Read + Seek), end: u64) -> Result<Kind> {
    let mut found = Kind { name: Some("MP4 (M4A, 3GP)"), unfinished: true, amr: None };
    let mut at = 0u64;
    for _ in 0..MOST_BOXES {
        if at + 8 > end {
            break;
        }
        source.seek(SeekFrom::Start(at))?;
        let mut head = [0; 16];
        let n = source.read(&mut head)?;
        let small = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let size = match small {
            0 => end - at,
            1 if n == 16 => {
                u64::from_be_bytes([head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15]])
            }
            size => size,
        };
        match &head[4..8] {
            b"moov" => {
                // An index that the file ends within is none.
                found.unfinished = at.saturating_add(size) > end;
                let mut moov = Vec::new();
                source.seek(SeekFrom::Start(at))?;
                source.by_ref().take(size.min(LARGEST_MOOV)).read_to_end(&mut moov)?;
                (found.name, found.amr) = coded(&moov);
                return Ok(found);
            }
            // Fragments carry their index with them.
            b"moof" | b"sidx" => {
                found.unfinished = false;
                return Ok(found);
            }
            _ => {}
        }
        if size < 8 {
            break;
        }
        at = at.saturating_add(size);
    }
    Ok(found)
}

/// The kind of the first sample description in an index.
fn coded(moov: &[u8]) -> (Option<&'static str>, Option<bool>) {
    const KINDS: &[(&[u8], &str, Option<bool>)] = &[
        (b"samr", "AMR in 3GP", Some(false)),
        (b"sawb", "AMR wide-band in 3GP", Some(true)),
        (b"mp4a", "AAC in MP4 (M4A)", None),
        (b"alac", "Apple Lossless (M4A)", None),
        (b"ac-3", "Dolby Digital (AC-3) in MP4", None),
        (b"ec-3", "Dolby Digital Plus in MP4", None),
        (b"sevc", "EVRC in 3G2", None),
        (b"sqcp", "QCELP in 3G2", None),
        (b"enca", "encrypted sound in MP4", None),
    ];
    moov.windows(8)
        // A sample description: `stsd`, version and flags, one entry, its length, its kind.
        .enumerate()
        .filter(|(_, w)| w.starts_with(b"stsd"))
        .filter_map(|(i, _)| moov.get(i + 16..i + 20))
        .find_map(|kind| KINDS.iter().find(|(k, ..)| *k == kind))
        .map_or((Some("MP4 (M4A, 3GP)"), None), |(_, name, amr)| (Some(name), *amr))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_kind_is_named_by_its_bytes() {
        let named = |bytes: &[u8]| look(&mut Cursor::new(bytes)).unwrap().name;
        assert_eq!(named(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9"), Some("Windows Media (WMA, ASF)"));
        assert_eq!(named(b"#!AMR\n\x04"), Some("AMR"));
        assert_eq!(named(b"RIFF\x10\x10\0\0WAVEfmt \x14\0\0\0\x31\0\x01\0"), Some("WAV with GSM 6.10 in it"));
        assert_eq!(named(b"RIFF\x10\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0"), None, "plain samples are read");
        assert_eq!(named(b".snd\0\0\0\x18"), Some("Sun sound (AU)"));
        assert_eq!(named(b"\xff\xfb\x90\x00"), None, "MP3 is read");
        assert_eq!(named(b"hello"), None);
        assert_eq!(named(b""), None);
    }

    #[test]
    fn an_mp4_without_an_index_is_unfinished_and_a_fragmented_one_is_not() {
        let ftyp = b"\0\0\0\x10ftypM4A \0\0\0\0";
        let only_sound = [&ftyp[..], b"\0\0\x10\0mdat1234"].concat();
        assert!(look(&mut Cursor::new(&only_sound)).unwrap().unfinished);
        let fragmented = [&ftyp[..], b"\0\0\0\x08moof"].concat();
        assert!(!look(&mut Cursor::new(&fragmented)).unwrap().unfinished);
    }
}
