//! How well voices are told apart, and what it costs: `cargo bench --no-default-features --bench voices -- SPEECH MODEL...`, where SPEECH is a
//! folder with `speakers/` (LibriSpeech) and `zeroth/` (Zeroth-Korean) and each MODEL a speaker model; first the one that is used. More
//! pairs of a recording and its reference may follow as `FILE.flac=REFERENCE.json`.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use gyeot::adapters::audio_file::AudioFile;
use gyeot::adapters::{shipped, voice_file};
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::time::Span;
use gyeot::domain::transcript::{Speaker, Transcript};
use gyeot::ports::audio::{Read, Sound};
use gyeot::speech::segment::{Limits, Segmenter};
use gyeot::speech::speakers::Diariser;
use gyeot::speech::voice::{VoiceModel, VoicePrint};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

const RATE: usize = 16_000;
/// The figures of likeness were chosen on these speakers; recordings for the report have none of them.
const CHOSEN_ON: [&str; 4] = ["e1688", "e2412", "k108", "k109"];
/// Samples of a turn of a made-up recording, and of the pause after it.
const TURN: usize = 4 * RATE;
const PAUSE: usize = RATE * 7 / 10;

struct Turn {
    who: usize,
    from: usize,
    to: usize,
    text: String,
}

fn sound(bytes: &'static [u8]) -> Vec<i16> {
    let mut sound = AudioFile::from_memory("clip", bytes).unwrap();
    let mut pcm = Vec::new();
    while sound.read(&mut pcm).unwrap() != Read::End {}
    pcm
}

/// The clips of each speaker, with the file each is of.
fn clips(folder: &Path) -> BTreeMap<String, Vec<(String, Vec<i16>)>> {
    let mut found: BTreeMap<String, Vec<(String, Vec<i16>)>> = BTreeMap::new();
    for part in [folder.to_owned(), folder.join("speakers"), folder.join("zeroth")] {
        let mut files: Vec<_> = std::fs::read_dir(&part).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for path in files {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".flac") else { continue };
            let zeroth = stem.strip_prefix("train_data-").or_else(|| stem.strip_prefix("test_data-"));
            let who = match zeroth {
                // Two names in one file are a join of two speakers.
                Some(rest) if rest.split('_').filter(|p| p.len() == 3).count() == 1 => format!("k{}", &rest[..3]),
                None if stem.split('-').count() == 3 && stem.as_bytes()[0].is_ascii_digit() => {
                    format!("e{}", stem.split('-').next().unwrap())
                }
                _ => continue,
            };
            let bytes: &'static [u8] = Vec::leak(std::fs::read(&path).unwrap());
            found.entry(who).or_default().push((name, sound(bytes)));
        }
    }
    found
}

/// Prints of pieces of so many samples: speaker, file, print.
fn pieces(
    model: &VoiceModel,
    clips: &BTreeMap<String, Vec<(String, Vec<i16>)>>,
    samples: usize,
) -> Vec<(String, String, VoicePrint)> {
    let mut found = Vec::new();
    for (who, files) in clips {
        for (file, pcm) in files {
            for piece in pcm.chunks_exact(samples) {
                found.extend(model.embed(piece).map(|p| (who.clone(), file.clone(), p)));
            }
        }
    }
    found
}

/// The rate at which as many pairs of one person are taken for two as of two for one, and the likeness where that is. Pairs across
/// files, of one language.
fn equal_error(prints: &[(String, String, VoicePrint)]) -> (f64, f32) {
    let (mut same, mut other) = (Vec::new(), Vec::new());
    for (n, a) in prints.iter().enumerate() {
        for b in &prints[n + 1..] {
            if a.0 == b.0 && a.1 != b.1 {
                same.push(a.2.likeness(&b.2));
            } else if a.0 != b.0 && a.0[..1] == b.0[..1] {
                other.push(a.2.likeness(&b.2));
            }
        }
    }
    let part =
        |list: &[f32], f: &dyn Fn(f32) -> bool| list.iter().filter(|x| f(**x)).count() as f64 / list.len() as f64;
    (0..=400)
        .map(|n| n as f32 / 400.0)
        .map(|at| (part(&same, &|x| x < at), part(&other, &|x| x >= at), at))
        .min_by(|a, b| (a.0 - a.1).abs().total_cmp(&(b.0 - b.1).abs()))
        .map(|(missed, _, at)| (missed, at))
        .unwrap()
}

/// A recording in which these people take turns at random, never twice in a row, as long as their clips last.
fn recording(clips: &BTreeMap<String, Vec<(String, Vec<i16>)>>, people: &[&str], seed: u32) -> (Vec<i16>, Vec<Turn>) {
    let mut rest: Vec<Vec<&[i16]>> = people
        .iter()
        .map(|who| clips[*who].iter().flat_map(|(_, pcm)| pcm.chunks(TURN)).filter(|c| c.len() > TURN / 2).collect())
        .collect();
    let (mut state, mut pcm, mut turns, mut last) = (seed, vec![0; PAUSE], Vec::new(), usize::MAX);
    loop {
        let able: Vec<usize> = (0..people.len()).filter(|n| *n != last && !rest[*n].is_empty()).collect();
        if able.is_empty() || turns.len() >= 40 {
            return (pcm, turns);
        }
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        last = able[(state >> 16) as usize % able.len()];
        let piece = rest[last].remove(0);
        turns.push(Turn { who: last, from: pcm.len(), to: pcm.len() + piece.len(), text: String::new() });
        pcm.extend_from_slice(piece);
        pcm.extend(std::iter::repeat_n(0, PAUSE));
    }
}

/// Milliseconds of true turns that were heard, those of them that have the right speaker, and those that have none. Voices of a made-up
/// recording are named by whom they fit best; in a session with roles the roles must be right.
fn right(model: &VoiceModel, pcm: &[i16], turns: &[Turn], people: usize, roles: bool) -> (u64, u64, u64) {
    let mut segmenter = Segmenter::new(Limits::default());
    let mut segments = Vec::new();
    segmenter.push(pcm, &mut segments);
    segments.extend(segmenter.finish());
    let mut diariser = Diariser::expecting(people);
    let at = |span: Span| (span.start_ms as usize * 16, span.end_ms as usize * 16);
    let overlap = |span: Span, t: &Turn| at(span).1.min(t.to).saturating_sub(at(span).0.max(t.from)) as u64 / 16;
    for (n, s) in (1u32..).zip(&segments) {
        let print = model.embed(&s.pcm).map(|p| p.of_speech(s.voiced_ms));
        let text = turns.iter().max_by_key(|t| overlap(s.span(), t)).map_or("", |t| t.text.as_str());
        diariser.hear(UtteranceId(n), s.span(), print, text);
    }
    let settled = diariser.settle();
    let numbers = diariser.voice_numbers();
    let voice = |n: usize| match roles {
        true => match settled[n].1 {
            Speaker::Counsellor => Some(0),
            Speaker::Client => Some(1),
            Speaker::Other | Speaker::Unknown => None,
        },
        false => numbers[n].1,
    };
    let mut table: BTreeMap<(Option<usize>, usize), u64> = BTreeMap::new();
    for (n, s) in segments.iter().enumerate() {
        for t in turns {
            *table.entry((voice(n), t.who)).or_default() += overlap(s.span(), t);
        }
    }
    let all = table.values().sum();
    let unknown = table.iter().filter(|((v, _), _)| v.is_none()).map(|(_, ms)| ms).sum();
    if roles {
        return (all, table.iter().filter(|((v, who), _)| *v == Some(*who)).map(|(_, ms)| ms).sum(), unknown);
    }
    // The best of all ways to name the voices, each name once.
    let voices: Vec<usize> = table.keys().filter_map(|(v, _)| *v).collect::<BTreeSet<_>>().into_iter().collect();
    (all, best_naming(&table, &voices, &mut BTreeSet::new()), unknown)
}

fn best_naming(table: &BTreeMap<(Option<usize>, usize), u64>, voices: &[usize], taken: &mut BTreeSet<usize>) -> u64 {
    let Some((first, rest)) = voices.split_first() else { return 0 };
    let mut best = best_naming(table, rest, taken);
    for who in 0..6 {
        if taken.insert(who) {
            let here = table.get(&(Some(*first), who)).copied().unwrap_or(0);
            best = best.max(here + best_naming(table, rest, taken));
            taken.remove(&who);
        }
    }
    best
}

fn session(bytes: &'static [u8], reference: &str) -> (Vec<i16>, Vec<Turn>) {
    let reference = Transcript::parse(reference).unwrap();
    let turn = |u: &gyeot::domain::transcript::Utterance| Turn {
        who: usize::from(u.speaker != Speaker::Counsellor),
        from: u.start_ms as usize * 16,
        to: u.end_ms as usize * 16,
        text: u.text.reveal().to_owned(),
    };
    (sound(bytes), reference.utterances.iter().map(turn).collect())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let Some((folder, rest)) = args.split_first() else {
        println!("skipped: give the folder of the clips and the speaker models");
        return;
    };
    let clips = clips(Path::new(folder));
    let (files, extra): (Vec<_>, Vec<_>) = rest.iter().partition(|a| !a.contains('='));
    let report: Vec<&str> = clips.keys().map(String::as_str).filter(|who| !CHOSEN_ON.contains(who)).collect();
    println!(
        "speakers {}; figures chosen on {}",
        clips.keys().cloned().collect::<Vec<_>>().join(" "),
        CHOSEN_ON.join(" ")
    );
    for file in files {
        let model = voice_file::load(std::fs::File::open(file).unwrap()).unwrap();
        println!("\n{:?}", model.encoder());
        for seconds in [1.6, 3.0] {
            let from = Instant::now();
            let prints = pieces(&model, &clips, (seconds * RATE as f64) as usize);
            let rtf = from.elapsed().as_secs_f64() / (prints.len() as f64 * seconds);
            let (error, at) = equal_error(&prints);
            println!(
                "pieces of {seconds} s: {}  equal error {:.1} % at {at:.2}  time / sound {rtf:.3}",
                prints.len(),
                error * 100.0
            );
        }
        let show = |name: &str, (all, right, unknown): (u64, u64, u64)| {
            let part = |ms: u64| ms as f64 * 100.0 / all.max(1) as f64;
            println!("{name:<44} {:>5} s  right {:>5.1} %  unknown {:>4.1} %", all / 1000, part(right), part(unknown));
        };
        for lang in [Lang::En, Lang::Ko] {
            let demo = shipped::demo_session(lang);
            let (pcm, turns) = session(demo.sound, demo.reference);
            show(&format!("shipped session {lang}, roles"), right(&model, &pcm, &turns, 2, true));
        }
        for pair in &extra {
            let (sound, reference) = pair.split_once('=').unwrap();
            let (pcm, turns) =
                session(Vec::leak(std::fs::read(sound).unwrap()), &std::fs::read_to_string(reference).unwrap());
            let name = Path::new(sound).file_name().unwrap().to_string_lossy().into_owned();
            show(&format!("{name}, roles"), right(&model, &pcm, &turns, 2, true));
        }
        for count in [2, 3, 4] {
            for people in combinations(&report, count) {
                let mut sum = (0, 0, 0);
                for seed in 1..=3 {
                    let (pcm, turns) = recording(&clips, &people, seed);
                    let one = right(&model, &pcm, &turns, count, false);
                    sum = (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2);
                }
                show(&format!("{count} people, not tuned on: {}", people.join(" ")), sum);
            }
        }
        let everybody: Vec<&str> = clips.keys().map(String::as_str).collect();
        let mut sum = (0, 0, 0);
        for people in combinations(&everybody, 3).into_iter().step_by(4) {
            let (pcm, turns) = recording(&clips, &people, 7);
            let one = right(&model, &pcm, &turns, 3, false);
            sum = (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2);
        }
        show("3 people of all, every fourth trio", sum);
    }
}

fn combinations<'p>(people: &[&'p str], count: usize) -> Vec<Vec<&'p str>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let with = |(n, first): (usize, &&'p str)| {
        combinations(&people[n + 1..], count - 1)
            .into_iter()
            .map(|mut rest| {
                rest.insert(0, *first);
                rest
            })
            .collect::<Vec<_>>()
    };
    people.iter().enumerate().flat_map(with).collect()
}
