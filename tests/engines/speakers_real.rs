//! The speaker model with its real weights, on a made-up sound and on the two shipped sessions, whose voices are
//! synthetic. A missing model is a loud line, or a failure where `GYEOT_REQUIRE_ENGINES` is set.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::panic, clippy::print_stdout)]

use crate::stage::engines::{missing, models};
use gyeot::adapters::audio_file::AudioFile;
use gyeot::adapters::shipped;
use gyeot::adapters::voice_file;
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::transcript::{Transcript, Utterance};
use gyeot::ports::audio::{Read, Sound};
use gyeot::speech::segment::{Ending, Segment};
use gyeot::speech::speakers::Diariser;
use gyeot::speech::voice::{VoiceModel, VoicePrint};

/// Turns of each session that are listened to: all, but the arithmetic is slow where it is not optimised.
const TURNS: usize = if cfg!(debug_assertions) { 12 } else { usize::MAX };

fn model() -> Option<VoiceModel> {
    model_of("ge2e-speaker")
}

fn model_of(id: &str) -> Option<VoiceModel> {
    let dir = models();
    let names = [format!("{id}.safetensors"), format!("{id}.pt")];
    match names.iter().map(|n| dir.join(n)).find(|p| p.is_file()) {
        Some(path) => Some(voice_file::load(std::fs::File::open(path).unwrap()).unwrap()),
        None => {
            missing(format_args!("no speaker model in {}: gyeot models pull {id}", dir.display()));
            None
        }
    }
}

/// The models whose sessions are listened to.
const BOTH: [&str; 2] = ["campplus-speaker", "ge2e-speaker"];

/// The first three seconds of a clip of the repository, or the buzz.
fn clip(name: &str) -> Vec<i16> {
    if name == "buzz" {
        return buzz();
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/speech").join(name);
    let mut sound = AudioFile::from_memory("clip", Vec::leak(std::fs::read(path).unwrap())).unwrap();
    let mut pcm = Vec::new();
    while pcm.len() < 48_000 && sound.read(&mut pcm).unwrap() != Read::End {}
    pcm.truncate(48_000);
    pcm
}

#[test]
fn a_print_of_cam_plus_plus_is_the_one_that_the_reference_implementation_makes_of_real_speech_too() {
    let Some(model) = model_of("campplus-speaker") else { return };
    let fixture = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/campplus.txt"));
    let lines: Vec<&str> = fixture.lines().skip(1).collect();
    assert_eq!(lines.len(), 3);
    for line in lines {
        let mut parts = line.split_whitespace();
        let name = parts.next().unwrap();
        let numbers: Vec<f32> = parts.map(|n| n.parse().unwrap()).collect();
        let reference = VoicePrint::new(numbers, 3000).unwrap();
        let apart = 1.0 - model.embed(&clip(name)).unwrap().likeness(&reference);
        eprintln!("{name}: {apart:e} from the reference");
        assert!(apart.abs() < 1e-3, "{name}: {apart}");
    }
}

/// Three seconds of a gliding sawtooth with noise, made of whole numbers only.
fn buzz() -> Vec<i16> {
    let (mut phase, mut noise) = (0u32, 12_345u32);
    (0..48_000u32)
        .map(|i| {
            phase = (phase + 500 + (i / 160) % 300) & 0xffff;
            noise = noise.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
            (phase >> 3) as i16 - 4096 + ((noise >> 20) & 0x3ff) as i16 - 512
        })
        .collect()
}

fn session(lang: Lang) -> (Vec<i16>, Transcript) {
    let demo = shipped::demo_session(lang);
    let mut sound = AudioFile::from_memory("demo", demo.sound).unwrap();
    let mut pcm = Vec::new();
    while sound.read(&mut pcm).unwrap() != Read::End {}
    (pcm, Transcript::parse(demo.reference).unwrap())
}

fn piece<'a>(pcm: &'a [i16], line: &Utterance) -> &'a [i16] {
    &pcm[line.start_ms as usize * 16..line.end_ms as usize * 16]
}

#[test]
fn a_print_is_the_one_that_the_reference_implementation_makes() {
    let Some(model) = model() else { return };
    let numbers =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ge2e-buzz.txt")).lines().nth(1).unwrap();
    let reference = VoicePrint::new(numbers.split_whitespace().map(|n| n.parse().unwrap()).collect(), 3000).unwrap();
    let apart = 1.0 - model.embed(&buzz()).unwrap().likeness(&reference);
    eprintln!("from the reference: {apart:e}");
    assert!(apart.abs() < 1e-4, "{apart}");
}

#[test]
fn silence_and_pieces_too_short_have_no_print() {
    let Some(model) = model() else { return };
    assert!(model.embed(&[0; 32_000]).is_none());
    assert!(model.embed(&buzz()[..4000]).is_none());
    assert!(model.embed(&[]).is_none());
    assert!(model.embed(&buzz()[..4800]).is_some());
}

#[test]
fn nearly_every_turn_of_the_shipped_sessions_has_its_speaker_at_once_and_afterwards() {
    for (id, lang) in BOTH.iter().flat_map(|id| [(id, Lang::En), (id, Lang::Ko)]) {
        let Some(model) = model_of(id) else { continue };
        let (pcm, reference) = session(lang);
        let mut diariser = Diariser::new();
        let mut at_once = 0;
        for line in reference.utterances.iter().take(TURNS) {
            let print = model.embed(piece(&pcm, line));
            at_once += usize::from(diariser.hear(line.id, line.span(), print, line.text.reveal()) == line.speaker);
        }
        let settled = diariser.settle();
        let afterwards = settled.iter().filter(|(id, s, _)| reference.get(*id).unwrap().speaker == *s).count();
        let turns = reference.utterances.len().min(TURNS);
        eprintln!("{id} {lang}: {turns} turns, right at once {at_once}, afterwards {afterwards}");
        assert!(at_once * 100 >= turns * 95 && afterwards * 100 >= turns * 95);
    }
}

#[test]
fn a_line_with_two_turns_is_cut_between_them_and_a_single_turn_never() {
    let Some(model) = model_of("campplus-speaker") else { return };
    let turns = if cfg!(debug_assertions) { 9 } else { 20 };
    for lang in [Lang::En, Lang::Ko] {
        let (pcm, reference) = session(lang);
        let lines = &reference.utterances;
        let mut diariser = Diariser::new();
        for line in &lines[..turns] {
            diariser.listen(&model, line.id, &said_at(line.start_ms, piece(&pcm, line)), line.text.reveal());
            let changes = diariser.changes(&model, line.id).unwrap_or_default();
            assert!(changes.is_empty(), "{lang}: {:?} is one turn: {changes:?}", line.id);
        }
        for pair in lines[6..turns].windows(2).filter(|pair| pair[0].speaker != pair[1].speaker) {
            let (one, other) = (piece(&pcm, &pair[0]), piece(&pcm, &pair[1]));
            let (before, after) = (&one[one.len().saturating_sub(48_000)..], &other[..other.len().min(48_000)]);
            let joined = UtteranceId(1000 + pair[0].id.0);
            diariser.listen(&model, joined, &said_at(1_000_000, &[before, after].concat()), "");
            let cuts = diariser.changes(&model, joined).unwrap();
            assert_eq!(cuts.len(), 1, "{lang}: after {:?}", pair[0].id);
            let at = 1_000_000 + before.len() as u64 / 16;
            assert!(cuts[0].abs_diff(at) < 500, "{lang}: {} for {at}", cuts[0]);
            diariser.forget(&[joined]);
        }
    }
}

fn said_at(start_ms: u64, pcm: &[i16]) -> Segment {
    Segment { start: start_ms * 16, pcm: pcm.to_vec(), voiced_ms: pcm.len() as u64 / 16, ending: Ending::Pause }
}
