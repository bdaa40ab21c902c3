//! Sound as people have it: what phones, messengers and browsers record, and what they leave when they are interrupted.
#![allow(clippy::unwrap_used, clippy::panic)]

use gyeot::adapters::audio_file;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::texts::Message;
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn all(path: &Path) -> Result<(Vec<i16>, Vec<Message>), AudioError> {
    let mut sound = audio_file::open(path)?;
    let mut pcm = Vec::new();
    while sound.read(&mut pcm)? != Read::End {}
    Ok((pcm, sound.warnings()))
}

/// How alike the loudness of two recordings runs, -1 to 1: the mean level of every 20 ms, at the best shift of 200 ms.
fn same_course(a: &[i16], b: &[i16]) -> f64 {
    let course = |x: &[i16]| -> Vec<f64> {
        x.chunks(320).map(|c| (c.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / 320.0 + 1.0).ln()).collect()
    };
    let (a, b) = (course(a), course(b));
    let corr = |a: &[f64], b: &[f64]| {
        let n = a.len().min(b.len());
        let mean = |x: &[f64]| x[..n].iter().sum::<f64>() / n as f64;
        let (ma, mb) = (mean(a), mean(b));
        let dot = |x: &[f64], mx: f64, y: &[f64], my: f64| (0..n).map(|i| (x[i] - mx) * (y[i] - my)).sum::<f64>();
        dot(a, ma, b, mb) / (dot(a, ma, a, ma) * dot(b, mb, b, mb)).sqrt()
    };
    (0..10).flat_map(|s| [corr(&a[s..], &b), corr(&a, &b[s..])]).fold(-1.0, f64::max)
}

#[test]
fn recordings_of_phones_messengers_and_browsers_give_the_sound_of_the_lossless_one() {
    let (lossless, warnings) = all(&data("recorders/voice-memo-lossless.m4a")).unwrap();
    assert!(lossless.len() > 16_000 * 3 && warnings.is_empty(), "{} {warnings:?}", lossless.len());
    // The two of phones go on for 25.6 s; the first six are the same.
    for (name, least, length) in [
        ("whatsapp.opus", 0.95, 96_000),
        ("browser.webm", 0.95, 96_000),
        ("galaxy-call.amr", 0.8, 409_600),
        ("amr-in.3gp", 0.8, 409_600),
    ] {
        let (pcm, warnings) = all(&data("recorders").join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        let alike = same_course(&lossless, &pcm);
        assert!(pcm.len().abs_diff(length) < 16_000 / 4, "{name}: {} of {length}", pcm.len());
        assert!(alike > least, "{name}: {alike:.3}");
    }
}

#[test]
fn a_phone_that_died_is_told_as_such_with_a_remedy_that_works() {
    let fault = all(&data("recorders/no-moov.m4a")).unwrap_err();
    assert!(matches!(fault, AudioError::Unfinished(_)), "{fault}");
    assert!(fault.hint().to_string().contains("untrunc") && fault.exit() == Exit::Usage);
}

#[test]
fn what_is_not_read_is_named() {
    let dir = tempfile::tempdir().unwrap();
    for (bytes, kind) in [
        (&b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c"[..], "WMA"),
        (b"#!AMR_MC1.0\n\0\0\0\x02", "several channels"),
        (b"\x02dss\0\0\0\0\0\0\0\0", "DSS"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04\x14\0\0\0", "ZIP"),
        (b".snd\0\0\0\x18\0\0\0\0\0\0\0\x01", "AU"),
        (b"\xff\xfd\xa4\x04\0\0\0\0", "MP2"),
        (
            b"RIFF\x24\0\0\0WAVEfmt \x14\0\0\0\x31\0\x01\0\x40\x1f\0\0\x59\x06\0\0\x41\0\0\0\x02\0\x40\x01data\0\0\0\0",
            "GSM",
        ),
    ] {
        let path = dir.path().join("recording.m4a");
        std::fs::write(&path, bytes).unwrap();
        let fault = all(&path).unwrap_err();
        assert!(fault.to_string().contains(kind), "{kind}: {fault}");
        assert_eq!(fault.exit(), Exit::Usage);
    }
}

/// The header of six seconds of sound with the sizes as a broken recorder left them.
fn broken(parent: u32, junk: usize, claimed: u32, body: &[u8]) -> Vec<u8> {
    let mut out = b"RIFF".to_vec();
    out.extend(parent.to_le_bytes());
    out.extend(b"WAVE");
    if junk > 0 {
        out.extend(b"JUNK");
        out.extend((junk as u32).to_le_bytes());
        out.extend(vec![0; junk]);
    }
    out.extend(b"fmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data");
    out.extend(claimed.to_le_bytes());
    out.extend(body);
    out
}

#[test]
fn a_header_that_was_never_finished_gives_all_the_sound_that_is_there_and_one_warning() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(data("speech/jfk.wav")).unwrap();
    let body = &whole[whole.len() - 176_000..];
    let size = body.len() as u32;
    for (parent, junk, claimed) in [
        (0, 0, 0),
        (36, 0, 0),
        (4088, 4044, 0),
        (0, 0, u32::MAX),
        (size + 36, 0, u32::MAX),
        (size + 28, 0, size),
        (100, 0, size),
        (36 + 4000, 0, 4000),
        (0, 0, size),
    ] {
        let path = dir.path().join("x.wav");
        std::fs::write(&path, broken(parent, junk, claimed, body)).unwrap();
        let (pcm, warnings) = all(&path).unwrap_or_else(|e| panic!("{parent} {claimed}: {e}"));
        assert_eq!(pcm.len(), 88_000, "{parent} {junk} {claimed}");
        assert_eq!(warnings.len(), 1, "{parent} {claimed}: {warnings:?}");
        assert!(warnings[0].to_string().contains("interrupted"), "{warnings:?}");
    }
}

#[test]
fn an_aiff_and_a_long_wav_whose_lengths_were_never_written_are_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    let body = vec![3u8; 32_000];
    let mut aiff = b"FORM\0\0\0\0AIFFCOMM\0\0\0\x12\0\x01\0\0\0\0\0\x10\x40\x0c\xfa\0\0\0\0\0\0\0SSND\0\0\0\0".to_vec();
    aiff.extend([0; 8]);
    aiff.extend(&body);
    let mut rf64 = b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0".to_vec();
    rf64.extend([0; 28]);
    rf64.extend(b"fmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\xff\xff\xff\xff");
    rf64.extend(&body);
    for (name, bytes) in [("a.aiff", aiff), ("a.wav", rf64)] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let (pcm, warnings) = all(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(pcm.len().abs_diff(16_000) <= 8, "{name}: {}", pcm.len());
        assert_eq!(warnings.len(), 1, "{name}: {warnings:?}");
    }
}

#[test]
fn a_caf_file_that_was_not_closed_or_was_cut_gives_the_sound_that_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let body: Vec<u8> = (0..16_000u32).flat_map(|i| ((i % 200) as i16 * 50).to_be_bytes()).collect();
    for (size, warned) in [(4 + body.len() as i64, false), (-1, true), (1 << 40, true)] {
        let mut caf = b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20".to_vec();
        caf.extend(16_000f64.to_be_bytes());
        caf.extend(b"lpcm\0\0\0\0");
        caf.extend([2u32, 1, 1, 16].iter().flat_map(|n| n.to_be_bytes()));
        caf.extend(b"data");
        caf.extend(size.to_be_bytes());
        caf.extend([0; 4]);
        caf.extend(&body);
        let path = dir.path().join("a.caf");
        std::fs::write(&path, caf).unwrap();
        let (pcm, warnings) = all(&path).unwrap_or_else(|e| panic!("{size}: {e}"));
        assert_eq!((pcm.len(), warnings.len()), (16_000, usize::from(warned)), "{size}: {warnings:?}");
    }
}

#[test]
fn a_caf_file_with_a_codec_that_is_not_read_is_named_with_it() {
    let dir = tempfile::tempdir().unwrap();
    for (codec, named) in [(b"ima4", "IMA ADPCM"), (b"MAC6", "MACE"), (b"ilbc", "iLBC"), (b"Qclp", "QCELP")] {
        let mut caf = b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20".to_vec();
        caf.extend(16_000f64.to_be_bytes());
        caf.extend(codec);
        caf.extend([0u32, 34, 64, 1, 0].iter().flat_map(|n| n.to_be_bytes()));
        caf.extend(b"data");
        caf.extend((4 + 3_400i64).to_be_bytes());
        caf.extend(vec![0x55; 4 + 3_400]);
        let path = dir.path().join("a.caf");
        std::fs::write(&path, caf).unwrap();
        let Err(AudioError::KnownKind { kind, .. }) = audio_file::open(&path) else { panic!("{named} is not named") };
        assert!(kind.contains(named), "{kind}");
    }
}

#[test]
fn a_recording_of_a_browser_that_was_closed_gives_what_was_written_until_then() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(data("recorders/browser.webm")).unwrap();
    let (all_of_it, _) = all(&data("recorders/browser.webm")).unwrap();
    for tenths in [9, 6, 4] {
        let path = dir.path().join("a.webm");
        std::fs::write(&path, &whole[..whole.len() * tenths / 10]).unwrap();
        let (pcm, _) = all(&path).unwrap_or_else(|e| panic!("{tenths}: {e}"));
        let share = pcm.len() as f64 / all_of_it.len() as f64;
        assert!(share > tenths as f64 / 10.0 - 0.25 && share < 1.0, "{tenths}: {share:.2}");
        assert_eq!(pcm[..8_000], all_of_it[..8_000]);
    }
}

#[test]
fn a_cable_in_opposite_phase_and_a_dead_channel_are_heard_as_loud_as_one_channel() {
    let dir = tempfile::tempdir().unwrap();
    let (mono, _) = all(&data("speech/jfk.wav")).unwrap();
    let energy = |x: &[i16]| x.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
    for (name, right) in [("reversed", -1i32), ("dead", 0), ("same", 1)] {
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x80\x3e\0\0\0\xfa\0\0\x04\0\x10\0data".to_vec();
        bytes.extend((mono.len() as u32 * 4).to_le_bytes());
        for s in &mono {
            bytes.extend(s.to_le_bytes());
            bytes.extend(((i32::from(*s) * right).clamp(-32768, 32767) as i16).to_le_bytes());
        }
        let path = dir.path().join("two.wav");
        std::fs::write(&path, bytes).unwrap();
        let (pcm, _) = all(&path).unwrap();
        let share = energy(&pcm) / energy(&mono);
        assert!(share > 0.97 && share < 1.03, "{name}: {share:.3}");
    }
}
