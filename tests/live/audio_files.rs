//! Sound files of every kind that is promised, and every kind of broken one. Needs no model. What has to be encoded
//! is made with ffmpeg; without it those cases are skipped with a loud line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::{data, skipped};
use gyeot::adapters::audio_file;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::transcript::Transcript;
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::speech::segment::{Segment, Segmenter};
use gyeot::texts::Message;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn all(path: &Path) -> Result<(Vec<i16>, Vec<Message>), AudioError> {
    let mut sound = audio_file::open(path)?;
    let mut pcm = Vec::new();
    while sound.read(&mut pcm)? != Read::End {}
    Ok((pcm, sound.warnings()))
}

/// How alike two recordings are, -1 to 1, at the best shift of up to 100 ms: encoders delay.
fn alike(a: &[i16], b: &[i16]) -> f64 {
    let n = a.len().min(b.len()).saturating_sub(3200).min(32_000);
    let energy = |x: &[i16]| x.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>().sqrt();
    let dot = |x: &[i16], y: &[i16]| x.iter().zip(y).map(|(p, q)| f64::from(*p) * f64::from(*q)).sum::<f64>();
    let at = |shift: usize| {
        let one = dot(&a[..n], &b[shift..shift + n]) / (energy(&a[..n]) * energy(&b[shift..shift + n]));
        let two = dot(&b[..n], &a[shift..shift + n]) / (energy(&b[..n]) * energy(&a[shift..shift + n]));
        one.max(two)
    };
    (0..1600).map(at).fold(-1.0, f64::max)
}

fn ffmpeg(dir: &Path, name: &str, arguments: &[&str]) -> Option<PathBuf> {
    let out = dir.join(name);
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(data("tests/data/speech/jfk.wav"))
        .args(arguments)
        .arg(&out)
        .stdin(Stdio::null())
        .status();
    match done {
        Ok(status) if status.success() => Some(out),
        _ => {
            skipped(format_args!("{name}: ffmpeg is not here or cannot make it"));
            None
        }
    }
}

fn wav(rate: u32, channels: u16, format: u16, bits: u16, body: &[u8], claimed: u32) -> Vec<u8> {
    let block = channels * bits / 8;
    let mut out = Vec::new();
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&claimed.saturating_add(36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt \x10\0\0\0");
    out.extend_from_slice(&format.to_le_bytes());
    out.extend_from_slice(&channels.to_le_bytes());
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&(rate * u32::from(block)).to_le_bytes());
    out.extend_from_slice(&block.to_le_bytes());
    out.extend_from_slice(&bits.to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&claimed.to_le_bytes());
    out.extend_from_slice(body);
    out
}

#[test]
fn every_promised_format_rate_and_channel_count_gives_the_same_sound() {
    let dir = tempfile::tempdir().unwrap();
    let (original, warnings) = all(&data("tests/data/speech/jfk.wav")).unwrap();
    assert_eq!((original.len(), warnings.len()), (176_000, 0));
    let cases: [(&str, &[&str], f64); 13] = [
        ("8k.wav", &["-ar", "8000"], 0.98),
        ("48k-stereo.wav", &["-ar", "48000", "-ac", "2"], 0.99),
        ("192k.wav", &["-ar", "192000"], 0.99),
        ("44k1.flac", &["-ar", "44100"], 0.99),
        ("six.flac", &["-ac", "6", "-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0"], 0.99),
        ("float.wav", &["-c:a", "pcm_f32le", "-ar", "22050"], 0.99),
        ("24bit.wav", &["-c:a", "pcm_s24le"], 0.99),
        ("8bit.wav", &["-c:a", "pcm_u8"], 0.9),
        ("alaw.wav", &["-c:a", "pcm_alaw", "-ar", "8000"], 0.97),
        ("speech.mp3", &["-b:a", "96k"], 0.97),
        ("speech.ogg", &["-c:a", "libvorbis", "-ar", "44100"], 0.97),
        ("speech.m4a", &["-c:a", "aac", "-b:a", "96k", "-ar", "44100"], 0.97),
        ("speech.aac", &["-c:a", "aac", "-b:a", "96k", "-ar", "32000"], 0.97),
    ];
    for (name, arguments, least) in cases {
        let Some(path) = ffmpeg(dir.path(), name, arguments) else { continue };
        let (pcm, warnings) = all(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(pcm.len().abs_diff(original.len()) < 16_000 / 5, "{name}: {} samples", pcm.len());
        let alike = alike(&original, &pcm);
        assert!(alike > least, "{name}: only {alike:.3} alike");
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
    }
}

#[test]
fn a_file_is_known_by_its_content_whatever_its_name_says() {
    let dir = tempfile::tempdir().unwrap();
    let wrong = dir.path().join("recording.mp3");
    std::fs::copy(data("tests/data/speech/jfk.wav"), &wrong).unwrap();
    assert_eq!(all(&wrong).unwrap().0.len(), 176_000);
    let nameless = dir.path().join("녹음 파일");
    std::fs::copy(data("tests/data/speech/noise-15s.flac"), &nameless).unwrap();
    assert_eq!(all(&nameless).unwrap().0.len(), 240_000);
}

#[test]
fn what_is_no_sound_file_is_refused_in_two_lines_with_its_own_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let noise: Vec<u8> = (0..100_000u64).map(|i| (i.wrapping_mul(6_364_136_223_846_793_005) >> 33) as u8).collect();
    let flac = std::fs::read(data("tests/data/speech/noise-15s.flac")).unwrap();
    let cases: Vec<(PathBuf, Exit)> = vec![
        (dir.path().join("not-there.wav"), Exit::Usage),
        (dir.path().to_owned(), Exit::Usage),
        (put("empty.wav", b""), Exit::Usage),
        (put("text.wav", "상담 기록입니다. ".repeat(500).as_bytes()), Exit::Usage),
        (put("picture.flac", b"\x89PNG\r\n\x1a\n0000000000000000000000000000000000"), Exit::Usage),
        (put("header-only.wav", &wav(16_000, 1, 1, 16, b"", 0)), Exit::Usage),
        (put("impossible-rate.wav", &wav(1_000_000_000, 1, 1, 16, &[0; 4000], 4000)), Exit::Usage),
        (put("stub.flac", &flac[..60]), Exit::Usage),
    ];
    for (path, exit) in cases {
        match all(&path) {
            Ok((pcm, _)) => panic!("{}: {} samples", path.display(), pcm.len()),
            Err(fault) => {
                assert_eq!(fault.exit(), exit, "{}: {fault}", path.display());
                assert!(fault.hint().to_string() != fault.hint().id() && !fault.to_string().contains('\n'));
            }
        }
    }
    // Noise may look like anything; it must be refused or read, never panic.
    let _ = all(&put("noise.mp3", &noise));
}

#[test]
fn a_file_that_is_cut_short_gives_what_is_there_and_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    for (name, share) in [("tests/data/speech/jfk.wav", 2), ("tests/data/speech/noise-15s.flac", 2)] {
        let bytes = std::fs::read(data(name)).unwrap();
        let cut = dir.path().join("cut");
        std::fs::write(&cut, &bytes[..bytes.len() / share]).unwrap();
        let (whole, _) = all(&data(name)).unwrap();
        let (pcm, warnings) = all(&cut).unwrap();
        assert!(pcm.len() > whole.len() / 3 && pcm.len() < whole.len() * 2 / 3, "{name}: {}", pcm.len());
        assert!(warnings.iter().any(|w| w.to_string().contains("cut short")), "{name}: {warnings:?}");
    }
}

#[test]
fn any_prefix_and_any_flipped_byte_of_a_file_is_read_or_refused_without_a_panic() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = vec![data("tests/data/speech/common_voice_en_651325.mp3")];
    for (name, arguments) in [
        ("a.flac", ["-t", "2"].as_slice()),
        ("a.wav", &["-t", "1"]),
        ("a.ogg", &["-t", "2", "-c:a", "libvorbis"]),
        ("a.m4a", &["-t", "2", "-c:a", "aac"]),
    ] {
        files.extend(ffmpeg(dir.path(), name, arguments));
    }
    let mut x = 0x9E37_79B9_7F4A_7C15u64;
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for round in 0..40 {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            let mut broken = bytes.clone();
            if round % 2 == 0 {
                broken.truncate(x as usize % bytes.len());
            } else {
                // Headers are the dangerous part.
                for k in 0..8 {
                    let within = if k % 2 == 0 { 512.min(bytes.len()) } else { bytes.len() };
                    broken[(x >> k) as usize % within] ^= (x >> 20) as u8 | 1;
                }
            }
            let path = dir.path().join("broken");
            std::fs::write(&path, &broken).unwrap();
            let _ = all(&path);
        }
    }
}

#[test]
fn samples_that_are_no_numbers_become_silence_and_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("nan.wav");
    let mut body = Vec::new();
    for i in 0..16_000 {
        let s = if i % 100 == 0 { f32::NAN } else { 0.25 };
        body.extend_from_slice(&s.to_le_bytes());
    }
    std::fs::write(&path, wav(16_000, 1, 3, 32, &body, body.len() as u32)).unwrap();
    let (pcm, warnings) = all(&path).unwrap();
    assert_eq!((pcm.len(), pcm[0], pcm[1]), (16_000, 0, 8192));
    assert!(warnings.iter().any(|w| w.to_string().contains("160 samples")), "{warnings:?}");
}

#[test]
fn a_length_that_was_never_written_is_no_cut_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("piped.wav");
    std::fs::write(&path, wav(16_000, 1, 1, 16, &[1; 64_000], u32::MAX)).unwrap();
    let (pcm, warnings) = all(&path).unwrap();
    assert_eq!((pcm.len(), warnings), (32_000, Vec::<Message>::new()));
}

#[test]
fn raw_samples_from_a_pipe_come_whole_and_an_odd_end_is_told() {
    let mut raw = audio_file::Raw::new(&[1u8, 0, 2, 0, 3][..], "a pipe");
    let mut pcm = Vec::new();
    while raw.read(&mut pcm).unwrap() != Read::End {}
    assert_eq!(pcm, [1, 2]);
    assert_eq!(raw.warnings().len(), 1);
    assert!(matches!(audio_file::Raw::new(&[][..], "a pipe").read(&mut pcm), Err(AudioError::Empty(_))));
}

fn segments(path: &str) -> (Vec<Segment>, usize) {
    let (pcm, _) = all(&data(path)).unwrap();
    let (mut segmenter, mut out) = (Segmenter::default(), Vec::new());
    segmenter.push(&pcm, &mut out);
    out.extend(segmenter.finish());
    (out, pcm.len())
}

#[test]
fn every_turn_of_the_demo_sessions_is_heard_and_no_segment_holds_two_speakers() {
    for name in ["en", "ko"] {
        let reference = std::fs::read_to_string(data(&format!("src/demo/session-{name}.reference.json"))).unwrap();
        let reference = Transcript::parse(&reference).unwrap();
        let (found, _) = segments(&format!("src/demo/session-{name}.flac"));
        let spans: Vec<_> = found.iter().map(Segment::span).collect();
        let (mut shared, mut worst) = (0, 0);
        for turn in &reference.utterances {
            let inside = spans.iter().filter(|s| s.start_ms < turn.end_ms && turn.start_ms < s.end_ms);
            let covered: u64 = inside.map(|s| s.end_ms.min(turn.end_ms) - s.start_ms.max(turn.start_ms)).sum();
            let missing = turn.span().len_ms() - covered;
            // Pauses inside a turn may be left out; words may not.
            worst = worst.max(missing * 100 / turn.span().len_ms());
        }
        for s in &spans {
            let speakers = reference
                .utterances
                .iter()
                .filter(|t| s.end_ms.min(t.end_ms).saturating_sub(s.start_ms.max(t.start_ms)) > 300)
                .map(|t| t.speaker)
                .collect::<std::collections::HashSet<_>>();
            shared += usize::from(speakers.len() > 1);
        }
        println!(
            "{name}: {} turns, {} segments, {shared} shared, worst {worst} %",
            reference.utterances.len(),
            spans.len()
        );
        assert!(shared * 20 <= spans.len(), "{name}: {shared} of {} segments hold two speakers", spans.len());
        assert!(worst < 40, "{name}: {worst} % of a turn is missing");
    }
}

#[test]
fn noise_and_silence_hold_no_speech() {
    assert!(segments("tests/data/speech/noise-15s.flac").0.is_empty());
}
