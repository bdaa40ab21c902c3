//! Files that strangers made, damaged in a thousand ways: an answer each time, no panic and no hang. The length is set by
//! `GYEOT_ROUNDS` (rounds for each kind of file); without it a short run with a fixed seed.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use gyeot::adapters::audio_file;
use gyeot::crypto::parcel::{self, Parcel, Way};
use gyeot::crypto::slot::KeyCost;
use gyeot::domain::advice::risk_cue::Rules;
use gyeot::domain::advice::risk_figures;
use gyeot::domain::assessment::instrument::Instrument;
use gyeot::domain::crisis::crisis_line;
use gyeot::domain::governance::retention::Table;
use gyeot::domain::note::format;
use gyeot::domain::transcript::Transcript;
use gyeot::formats::fhir;
use gyeot::ports::audio::{Read, Sound};
use secrecy::SecretString;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Rounds for each kind of file in a run of every day.
const ROUNDS: usize = 40;
/// No file of these sizes takes a tenth of this.
const HANGS_AFTER: Duration = Duration::from_secs(60);
/// The beginning of a recording is enough: headers and tables are what breaks readers.
const SOUND_BYTES: usize = 24_000;

fn rounds() -> usize {
    std::env::var("GYEOT_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS)
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// xorshift64: the same damage in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    /// Damages bytes as disks, editors and attackers do: flips, runs of one value, extreme numbers, cuts, copies, swaps.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        const EXTREME: [[u8; 4]; 6] =
            [[0; 4], [0xff; 4], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]];
        for _ in 0..1 + self.below(6) {
            // Half of the damage falls on the head, where the tables are.
            let reach = if self.below(2) == 0 { bytes.len().min(256) } else { bytes.len() };
            let at = self.below(reach);
            match self.below(8) {
                0 | 1 => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
                2 | 3 => {
                    let extreme = EXTREME[self.below(EXTREME.len())];
                    bytes.iter_mut().skip(at).zip(extreme).for_each(|(byte, new)| *byte = new);
                }
                4 => {
                    let (value, length) = (self.below(256) as u8, self.below(64));
                    bytes.iter_mut().skip(at).take(length).for_each(|byte| *byte = value);
                }
                5 => bytes.truncate(at.max(1)),
                6 => {
                    let length = self.below(64).min(bytes.len() - at.min(bytes.len()));
                    let piece = bytes[at..at + length].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ => {
                    let (a, b) = (at, self.below(bytes.len()));
                    if a < bytes.len() {
                        bytes.swap(a, b);
                    }
                }
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
    }
}

/// Runs `read` on damaged copies, on a thread that is watched: a panic or a hang names the round.
fn survive(kind: &str, whole: Vec<u8>, read: impl Fn(Vec<u8>) + Send + 'static) {
    let rounds = rounds();
    let (tell, told) = sync_channel(1);
    let kind = kind.to_owned();
    let name = kind.clone();
    let worker = std::thread::spawn(move || {
        for round in 0..rounds {
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (round as u64 + 1).wrapping_mul(0xd134_2543_de82_ef95));
            let mut bytes = whole.clone();
            dice.damage(&mut bytes);
            read(bytes);
            tell.send(round).unwrap();
        }
    });
    let mut last = None;
    loop {
        match told.recv_timeout(HANGS_AFTER) {
            Ok(round) => last = Some(round),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("{kind}: hangs after round {last:?}"),
        }
    }
    assert!(worker.join().is_ok(), "{name}: a panic after round {last:?}");
    println!("{name}: {rounds} damaged files, no panic, no hang");
}

/// Reads a sound to its end; whatever comes is fine but a panic.
fn hear(bytes: Vec<u8>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let Ok(mut sound) = audio_file::open(file.path()) else { return };
    let mut pcm = Vec::new();
    while let Ok(Read::Some) = sound.read(&mut pcm) {
        pcm.clear();
    }
    let _ = (sound.warnings(), sound.total_ms());
}

#[test]
fn a_wav_of_sample_rate_nought_and_other_impossible_heads_are_refused() {
    let whole = std::fs::read(data("tests/data/speech/jfk.wav")).unwrap();
    for (at, value) in
        [(24, [0u8; 4]), (24, [0xff; 4]), (22, [0, 0, 0, 0]), (32, [0, 0, 0, 0]), (16, [0xff; 4]), (40, [0xff; 4])]
    {
        let mut bytes = whole[..SOUND_BYTES].to_vec();
        bytes[at..at + 4].copy_from_slice(&value);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let opened = audio_file::open(file.path());
        assert!(at == 40 || opened.is_err(), "bytes {at}..: {value:?}");
    }
}

#[test]
fn damaged_wav_mp3_flac_and_m4a_files_are_answered() {
    for name in ["jfk.wav", "common_voice_en_651325.mp3", "ko-read-1.flac"] {
        let mut whole = std::fs::read(data("tests/data/speech").join(name)).unwrap();
        whole.truncate(SOUND_BYTES);
        survive(name, whole, hear);
    }
    for (name, arguments) in
        [("a.m4a", ["-c:a", "aac"]), ("a.ogg", ["-c:a", "libvorbis"]), ("a.wav", ["-c:a", "adpcm_ms"])]
    {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join(name);
        let mut ffmpeg = std::process::Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-t", "1", "-i"]).arg(data("tests/data/speech/jfk.wav")).args(arguments).arg(&out);
        if !ffmpeg.stdin(std::process::Stdio::null()).status().is_ok_and(|s| s.success()) {
            println!("SKIPPED {name}: ffmpeg is not here or cannot make it");
            continue;
        }
        survive(name, std::fs::read(&out).unwrap(), hear);
    }
}

#[test]
fn a_damaged_mp4_without_ffmpeg_is_answered() {
    let boxed = |kind: &[u8; 4], body: &[u8]| [&(8 + body.len() as u32).to_be_bytes()[..], kind, body].concat();
    let table =
        |kind: &[u8; 4], words: &[u32]| boxed(kind, &words.iter().flat_map(|w| w.to_be_bytes()).collect::<Vec<u8>>());
    let stbl = [
        table(b"stts", &[0, 1, 10, 1024]),
        table(b"stsc", &[0, 1, 1, 10, 1]),
        table(b"stsz", &[0, 0, 3, 16, 16, 16]),
        table(b"stco", &[0, 1, 64]),
    ]
    .concat();
    let mdhd = table(b"mdhd", &[0, 0, 0, 16_000, 10_240, 0]);
    let hdlr = boxed(b"hdlr", &[&[0u8; 8][..], b"soun", &[0u8; 13]].concat());
    let minf = boxed(b"minf", &boxed(b"stbl", &stbl));
    let mdia = boxed(b"mdia", &[mdhd, hdlr, minf].concat());
    let trak = boxed(b"trak", &[table(b"tkhd", &[0; 21]), mdia].concat());
    let moov = boxed(b"moov", &[table(b"mvhd", &[0; 25]), trak].concat());
    let whole = [boxed(b"ftyp", b"M4A \0\0\0\0M4A "), moov, boxed(b"mdat", &[0x21; 200])].concat();
    hear(whole.clone());
    survive("mp4", whole, hear);
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn damaged_transcripts_and_data_files_are_answered() {
    let read = |name: &str| std::fs::read(data(name)).unwrap();
    survive("transcript", read("tests/data/ordinary-talk/ko-1.json"), |b| {
        let _ = Transcript::parse(&text(b));
    });
    survive("risk rules", read("prompts/risk/rules.toml")[..6_000].to_vec(), |b| {
        let _ = Rules::parse(&text(b));
    });
    survive("risk lines", read("tests/data/risk/ko.txt"), |b| {
        let _ = risk_figures::parse(&text(b));
    });
    survive("instrument", read("assessments/phq-9.toml"), |b| {
        let _ = Instrument::parse("phq-9.toml", &text(b));
    });
    survive("note format", read("prompts/notes/soap.toml"), |b| {
        let _ = format::parse(&text(b));
    });
    survive("crisis lines", read("prompts/crisis-lines.toml"), |b| {
        let _ = crisis_line::parse(&text(b));
    });
    survive("fhir", read("tests/data/lforms_phq9_R4.json"), |b| {
        let _ = fhir::read::questionnaire(&text(b));
    });
    let phq = Instrument::parse("phq-9.toml", &text(read("assessments/phq-9.toml"))).unwrap();
    let answers = r#"{"resourceType":"QuestionnaireResponse","status":"completed","item":[{"linkId":"/44250-9","answer":[{"valueCoding":{"system":"http://loinc.org","code":"LA6568-5","display":"Not at all"}}]}]}"#;
    survive("fhir answers", answers.as_bytes().to_vec(), move |b| {
        let _ = fhir::answers::latest(&text(b), &phq);
    });
    let pass = || SecretString::from("a phrase for tests only");
    let mut parcel = Parcel::begin(Vec::new(), &pass(), KeyCost::CheapForTests, None).unwrap();
    parcel.write_all(&[7; 3_000]).unwrap();
    survive("backup", parcel.finish().unwrap(), move |b| {
        let way = pass();
        if let Ok(mut inside) = parcel::open(b.as_slice(), b.as_slice(), Way::Passphrase(&way)) {
            let _ = inside.read_to_end(&mut Vec::new());
        }
    });
    survive("retention", read("prompts/retention.toml"), |b| {
        let _ = Table::parse(&text(b));
    });
}
