//! How well voices are told apart, and what it costs: `cargo bench --no-default-features --bench voices -- SPEECH MODEL...`, where SPEECH is a
//! folder with `speakers/` (LibriSpeech) and `zeroth/` (Zeroth-Korean) and each MODEL a speaker model; first the one that is used. More
//! pairs of a recording and its reference may follow as `FILE.flac=REFERENCE.json`. With `--turns` only what tells how well lines are split
//! where the voice changes.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use gyeot::adapters::audio_file::AudioFile;
use gyeot::adapters::{shipped, voice_file};
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::time::Span;
use gyeot::domain::transcript::{Speaker, Transcript};
use gyeot::ports::audio::{Read, Sound};
use gyeot::speech::line_cut::SHORTEST_PIECE_MS;
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
/// So long two people speak at once in the recordings with overlap.
const BOTH: usize = RATE;
/// Who speaks is looked at this often: a hundredth of a second.
const FRAME: usize = RATE / 100;

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

/// A recording in which these people take turns at random, never twice in a row, as long as their clips last. With `both` every other
/// turn or so begins so many samples before the one before it has ended.
fn recording(
    clips: &BTreeMap<String, Vec<(String, Vec<i16>)>>,
    people: &[&str],
    seed: u32,
    both: usize,
) -> (Vec<i16>, Vec<Turn>) {
    let mut rest: Vec<Vec<&[i16]>> = people
        .iter()
        .map(|who| clips[*who].iter().flat_map(|(_, pcm)| pcm.chunks(TURN)).filter(|c| c.len() > TURN / 2).collect())
        .collect();
    let (mut state, mut pcm, mut turns, mut last) = (seed, vec![0; PAUSE], Vec::<Turn>::new(), usize::MAX);
    loop {
        let able: Vec<usize> = (0..people.len()).filter(|n| *n != last && !rest[*n].is_empty()).collect();
        if able.is_empty() || turns.len() >= 40 {
            return (pcm, turns);
        }
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        last = able[(state >> 16) as usize % able.len()];
        let piece = rest[last].remove(0);
        let from = match turns.last() {
            Some(before) if both > 0 && state >> 31 == 1 => before.to - both,
            _ => pcm.len(),
        };
        turns.push(Turn { who: last, from, to: from + piece.len(), text: String::new() });
        pcm.resize(pcm.len().max(from + piece.len()), 0);
        pcm[from..].iter_mut().zip(piece).for_each(|(sum, x)| *sum = sum.saturating_add(*x));
        pcm.extend(std::iter::repeat_n(0, PAUSE));
    }
}

/// What came of a recording, in hundredths of a second that were heard.
#[derive(Default, Clone, Copy)]
struct Outcome {
    /// In which one person speaks; those of them with the right name, and with none.
    one: u64,
    right: u64,
    unknown: u64,
    /// In which two speak; those of them with the name of a third.
    both: u64,
    wrong: u64,
    /// Changes of voice at which a line was split.
    splits: u64,
}

impl std::ops::AddAssign for Outcome {
    fn add_assign(&mut self, other: Self) {
        self.one += other.one;
        self.right += other.right;
        self.unknown += other.unknown;
        self.both += other.both;
        self.wrong += other.wrong;
        self.splits += other.splits;
    }
}

/// How right the speakers of a recording are. Voices of a made-up recording are named by whom they fit best; in a session with roles
/// the roles must be right. `split`: a line is split where the voice changes, as the program does once it has its words; here each change
/// counts where it was found, for no speech model says where the words lie.
fn heard(model: &VoiceModel, pcm: &[i16], turns: &[Turn], people: usize, roles: bool, split: bool) -> Outcome {
    let mut segmenter = Segmenter::new(Limits::default());
    let mut segments = Vec::new();
    segmenter.push(pcm, &mut segments);
    segments.extend(segmenter.finish());
    let mut diariser = Diariser::expecting(people);
    let at = |span: Span| (span.start_ms as usize * 16, span.end_ms as usize * 16);
    let overlap = |span: Span, t: &Turn| at(span).1.min(t.to).saturating_sub(at(span).0.max(t.from)) as u64 / 16;
    let text = |span: Span| turns.iter().max_by_key(|t| overlap(span, t)).map_or("", |t| t.text.as_str());
    // The span of each line by its id.
    let mut lines: Vec<Span> = Vec::new();
    let (mut waiting, mut splits) = (Vec::new(), 0);
    for s in segments {
        let id = UtteranceId(lines.len() as u32);
        diariser.listen(model, id, &s, text(s.span()));
        lines.push(s.span());
        if split {
            waiting.push(id);
        }
        for id in std::mem::take(&mut waiting) {
            let whole = lines[id.0 as usize];
            let Some(changes) = diariser.changes(model, id) else {
                waiting.push(id);
                continue;
            };
            let mut borders = vec![whole.start_ms];
            for at in changes {
                let long = |from: u64, to: u64| to.saturating_sub(from) >= SHORTEST_PIECE_MS;
                if long(borders[borders.len() - 1], at) && long(at, whole.end_ms) {
                    borders.push(at);
                }
            }
            if borders.len() == 1 {
                diariser.leave_whole(id);
                continue;
            }
            splits += borders.len() as u64 - 1;
            borders.push(whole.end_ms);
            let mut pieces = Vec::new();
            for (n, at) in borders.windows(2).enumerate() {
                let span = Span { start_ms: at[0], end_ms: at[1] };
                let new = if n == 0 { id } else { UtteranceId(lines.len() as u32) };
                if n == 0 {
                    lines[id.0 as usize] = span;
                } else {
                    lines.push(span);
                }
                pieces.push((new, span, text(span)));
            }
            diariser.split(model, id, &pieces);
        }
    }
    let settled: BTreeMap<UtteranceId, Speaker> = diariser.settle().into_iter().map(|s| (s.0, s.1)).collect();
    let numbers: BTreeMap<UtteranceId, Option<usize>> = diariser.voice_numbers().into_iter().collect();
    let voice = |n: usize| {
        let id = UtteranceId(n as u32);
        match roles {
            true => match settled[&id] {
                Speaker::Counsellor => Some(0),
                Speaker::Client => Some(1),
                Speaker::Other | Speaker::Unknown => None,
            },
            false => numbers[&id],
        }
    };
    // Who speaks in each hundredth of a second that was heard, and which voice it was given.
    let frames: Vec<(Vec<usize>, Option<usize>)> = (0..pcm.len() / FRAME)
        .filter_map(|n| {
            let sample = n * FRAME + FRAME / 2;
            let speak: Vec<usize> = turns.iter().filter(|t| (t.from..t.to).contains(&sample)).map(|t| t.who).collect();
            let segment = lines.iter().position(|span| (at(*span).0..at(*span).1).contains(&sample))?;
            (!speak.is_empty()).then(|| (speak, voice(segment)))
        })
        .collect();
    let mut table: BTreeMap<(Option<usize>, usize), u64> = BTreeMap::new();
    for (speak, voice) in frames.iter().filter(|(speak, _)| speak.len() == 1) {
        *table.entry((*voice, speak[0])).or_default() += 1;
    }
    let names = match roles {
        true => BTreeMap::from([(0, 0), (1, 1)]),
        // The best of all ways to name the voices, each name once.
        false => {
            let voices: BTreeSet<usize> = table.keys().filter_map(|(v, _)| *v).collect();
            best_naming(&table, &voices.into_iter().collect::<Vec<_>>(), &mut BTreeSet::new()).1
        }
    };
    let mut outcome = Outcome { splits, ..Outcome::default() };
    for (speak, voice) in &frames {
        let name = voice.and_then(|v| names.get(&v));
        if let [who] = speak.as_slice() {
            outcome.one += 1;
            outcome.right += u64::from(name == Some(who));
            outcome.unknown += u64::from(voice.is_none());
        } else {
            outcome.both += 1;
            outcome.wrong += u64::from(voice.is_some() && !name.is_some_and(|who| speak.contains(who)));
        }
    }
    outcome
}

type Naming = BTreeMap<usize, usize>;

fn best_naming(
    table: &BTreeMap<(Option<usize>, usize), u64>,
    voices: &[usize],
    taken: &mut BTreeSet<usize>,
) -> (u64, Naming) {
    let Some((first, rest)) = voices.split_first() else { return (0, Naming::new()) };
    let mut best = best_naming(table, rest, taken);
    for who in 0..6 {
        if taken.insert(who) {
            let (others, mut names) = best_naming(table, rest, taken);
            let all = others + table.get(&(Some(*first), who)).copied().unwrap_or(0);
            if all > best.0 {
                names.insert(*first, who);
                best = (all, names);
            }
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
    let mut args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let only_turns = args.iter().any(|a| a == "--turns");
    args.retain(|a| a != "--turns");
    let Some((folder, rest)) = args.split_first() else {
        println!("skipped: give the folder of the clips and the speaker models");
        return;
    };
    let clips = clips(Path::new(folder));
    let seeds: Vec<u32> = (1..=std::env::var("GYEOT_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(3)).collect();
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
        if !only_turns {
            equal_errors(&model, &clips);
        }
        for lang in [Lang::En, Lang::Ko] {
            let demo = shipped::demo_session(lang);
            let (pcm, turns) = session(demo.sound, demo.reference);
            show(&format!("shipped session {lang}, roles"), heard(&model, &pcm, &turns, 2, true, true));
        }
        for pair in &extra {
            let (sound, reference) = pair.split_once('=').unwrap();
            let (pcm, turns) =
                session(Vec::leak(std::fs::read(sound).unwrap()), &std::fs::read_to_string(reference).unwrap());
            let name = Path::new(sound).file_name().unwrap().to_string_lossy().into_owned();
            show(&format!("{name}, roles"), heard(&model, &pcm, &turns, 2, true, true));
        }
        let of_group = |people: &[&str], seeds: &[u32], both: usize, split: bool| {
            let mut sum = Outcome::default();
            for seed in seeds {
                let (pcm, turns) = recording(&clips, people, *seed, both);
                sum += heard(&model, &pcm, &turns, people.len(), false, split);
            }
            sum
        };
        let of_all = |count: usize, both: usize, split: bool| {
            let mut sum = Outcome::default();
            for people in combinations(&report, count) {
                sum += of_group(&people, &seeds[..1], both, split);
            }
            sum
        };
        for count in [2, 3, 4] {
            show(&format!("{count} people, not tuned on, a pause between turns"), of_all(count, 0, true));
            for (split, name) in [(false, ", lines left whole"), (true, "")] {
                show(&format!("{count} people, not tuned on, overlap{name}"), of_all(count, BOTH, split));
            }
        }
        if only_turns {
            continue;
        }
        for count in [2, 3, 4] {
            for people in combinations(&report, count) {
                let name = format!("{count} people, not tuned on: {}", people.join(" "));
                show(&name, of_group(&people, &seeds, 0, true));
            }
        }
        let everybody: Vec<&str> = clips.keys().map(String::as_str).collect();
        let mut sum = Outcome::default();
        for people in combinations(&everybody, 3).into_iter().step_by(4) {
            sum += of_group(&people, &[7], 0, true);
        }
        show("3 people of all, every fourth trio", sum);
    }
}

/// The equal error and what a print costs, for pieces of two lengths.
fn equal_errors(model: &VoiceModel, clips: &BTreeMap<String, Vec<(String, Vec<i16>)>>) {
    for seconds in [1.6, 3.0] {
        let from = Instant::now();
        let prints = pieces(model, clips, (seconds * RATE as f64) as usize);
        let rtf = from.elapsed().as_secs_f64() / (prints.len() as f64 * seconds);
        let (error, at) = equal_error(&prints);
        println!(
            "pieces of {seconds} s: {}  equal error {:.1} % at {at:.2}  time / sound {rtf:.3}",
            prints.len(),
            error * 100.0
        );
    }
}

fn show(name: &str, o: Outcome) {
    let part = |n: u64, of: u64| n as f64 * 100.0 / of.max(1) as f64;
    let (right, unknown) = (part(o.right, o.one), part(o.unknown, o.one));
    print!("{name:<58} {:>5} s  right {right:>5.1} %  unknown {unknown:>4.1} %  split {:>3}", o.one / 100, o.splits);
    match o.both {
        0 => println!(),
        both => println!("  both {:>3} s  wrong {:>4.1} %", both / 100, part(o.wrong, both)),
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
