//! The speaker model with its real weights. Skipped, loudly, where the model or the recordings are not there:
//! `GYEOT_MODELS` names the models folder.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use gyeot::adapters::voice_file;
use gyeot::domain::ids::UtteranceId;
use gyeot::domain::speakers::Diariser;
use gyeot::domain::time::Span;
use gyeot::domain::transcript::{Speaker, Transcript};
use gyeot::domain::voice::VoiceModel;
use std::path::PathBuf;
use std::time::Instant;

fn model() -> Option<VoiceModel> {
    let home = std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share/gyeot/models"));
    let dir = std::env::var_os("GYEOT_MODELS").map(PathBuf::from).or(home)?;
    let names = ["ge2e-speaker.safetensors", "ge2e-speaker.pt"];
    match names.iter().map(|n| dir.join(n)).find(|p| p.is_file()) {
        Some(path) => Some(voice_file::load(std::fs::File::open(path).unwrap()).unwrap()),
        None => {
            eprintln!("SKIPPED: no speaker model in {}: gyeot models pull ge2e-speaker", dir.display());
            None
        }
    }
}

fn raw(name: &str) -> Vec<i16> {
    let bytes = std::fs::read(PathBuf::from(std::env::var("PCM").unwrap()).join(format!("{name}.s16"))).unwrap();
    bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
}

#[test]
fn measure() {
    let Some(model) = model() else { return };
    let mut prints = vec![];
    for n in [
        "2412-153948-0000",
        "2412-153948-0001",
        "jfk",
        "ko-read-1",
        "ko-read-2",
        "1688-142285-0001",
        "1688-142285-0006",
        "2033-164914-0001",
        "2033-164914-0003",
        "3005-163389-0001",
        "3005-163389-0003",
    ] {
        let pcm = raw(n);
        let t = Instant::now();
        let p = model.embed(&pcm).unwrap();
        eprintln!(
            "{n} {:.2}s took {:.1} ms = {:.2}%",
            pcm.len() as f32 / 16e3,
            t.elapsed().as_secs_f32() * 1e3,
            t.elapsed().as_secs_f32() * 100.0 / (pcm.len() as f32 / 16e3)
        );
        prints.push(p);
    }
    for a in &prints {
        eprintln!("{}", prints.iter().map(|b| format!("{:.3}", a.likeness(b))).collect::<Vec<_>>().join(" "));
    }
    for l in ["en", "ko"] {
        let pcm = raw(&format!("session-{l}"));
        let t = Transcript::parse(
            &std::fs::read_to_string(format!("{}/session-{l}.reference.json", std::env::var("DEMO").unwrap())).unwrap(),
        )
        .unwrap();
        let mut d = Diariser::new();
        let (mut online, mut embed, mut hear) = (0, 0.0, 0.0);
        for u in &t.utterances {
            let t0 = Instant::now();
            let p = model.embed(&pcm[u.start_ms as usize * 16..u.end_ms as usize * 16]);
            embed += t0.elapsed().as_secs_f64();
            let t0 = Instant::now();
            let s = d.hear(u.id, Span { start_ms: u.start_ms, end_ms: u.end_ms }, p, u.text.reveal());
            hear += t0.elapsed().as_secs_f64();
            if s == u.speaker { online += 1 } else { eprintln!("online {:?} {:?}", u.id, s) }
        }
        let settled = d.settle();
        let right = settled.iter().filter(|(id, s, _)| t.get(*id).unwrap().speaker == *s).count();
        eprintln!(
            "{l}: {} turns online {online} settled {right} min certainty {:.2}; embed {embed:.3}s hear {hear:.4}s of {:.0}s = {:.2}% of a core",
            t.utterances.len(),
            settled.iter().map(|x| x.2).fold(1.0, f32::min),
            pcm.len() as f64 / 16e3,
            embed * 100.0 / (pcm.len() as f64 / 16e3)
        );
    }
    for l in ["en", "ko"] {
        let pcm = raw(&format!("session-{l}"));
        let t = Transcript::parse(
            &std::fs::read_to_string(format!("{}/session-{l}.reference.json", std::env::var("DEMO").unwrap())).unwrap(),
        )
        .unwrap();
        let mut d = Diariser::new();
        let of = |u: &gyeot::domain::transcript::Utterance| &pcm[u.start_ms as usize * 16..u.end_ms as usize * 16];
        for u in t.utterances.iter().take(8) {
            d.hear(u.id, u.span(), model.embed(of(u)), u.text.reveal());
        }
        let (mut false_, mut n, mut found, mut more, mut m) = (0, 0, 0, 0, 0);
        let mut err = vec![];
        let mut cost = 0.0;
        let mut secs = 0.0;
        for w in t.utterances.windows(2) {
            let (a, b) = (of(&w[0]), of(&w[1]));
            let t0 = Instant::now();
            n += 1;
            if !d.change_points(&model, a).is_empty() {
                false_ += 1
            }
            cost += t0.elapsed().as_secs_f64();
            secs += a.len() as f64 / 16e3;
            for (x, y) in [(3, 3), (2, 1), (1, 2)] {
                let a = &a[a.len().saturating_sub(x * 16000)..];
                let b = &b[..b.len().min(y * 16000)];
                let both = [a, b].concat();
                let c = d.change_points(&model, &both);
                m += 1;
                match c.as_slice() {
                    [c] => {
                        found += 1;
                        err.push(c.abs_diff(a.len()) as f32 / 16e3);
                    }
                    [] => (),
                    _ => more += 1,
                }
            }
        }
        err.sort_by(f32::total_cmp);
        eprintln!(
            "{l} changes: false {false_}/{n}, found {found} more {more} of {m}; place p50 {:.2} p90 {:.2} max {:.2}; {:.2}% of a core",
            err[err.len() / 2],
            err[err.len() * 9 / 10],
            err[err.len() - 1],
            cost * 100.0 / secs
        );
    }
    let _ = (UtteranceId(1), Speaker::Client);
}
