//! Learns the weights of words of the risk rules from the development lines and shows what they are worth on lines left out:
//! `cargo bench --no-default-features --bench risk_weights`, with `-- --write` into `prompts/risk/words-*.tsv`. Lines that are
//! held out (`third-*`, `fourth-*`) are never read; `--without NAME` leaves out more files, by the beginning of their names. Printed too is
//! what is heard of each hand's lines by what was learned from all the others.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use gyeot::domain::advice::risk_cue::{Label, Rules};
use gyeot::domain::advice::risk_figures;
use gyeot::domain::advice::risk_weights::{Features, LEAST, Table, hangul};
use gyeot::domain::advice::suggestion::RiskCue;
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::{Speaker, Transcript, Utterance};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Times every line is looked at.
const ROUNDS: usize = 10;
/// Step of a weight, and how strongly it is drawn back to nothing.
const STEP: f64 = 0.3;
const DRAW: f64 = 0.01;
/// Parts of the lines, each left out once.
const PARTS: usize = 5;
/// Share of the lines of ordinary counselling talk that may raise a cue by weight.
const ORDINARY: f64 = 0.03;
/// Share of the look-alikes of lines left out that may raise a cue, by rule or by weight.
const ALIKE: f64 = 0.1;
/// Share of the true lines that a rule hears and whose words may add up to the opposite.
const MISTAKEN: f64 = 0.01;

/// Whose lines are left out in turn.
const HANDS: &[&str] = &["other", "hand-a", "hand-b", "hand-c", "hand-d", "hand-e", "hand-f", "hand-g"];

/// Whether a rule that names danger outright hears a line.
type Outright = bool;

impl Line {
    /// Whether a rule speaks, given what the line's words add up to.
    fn heard_by_rule(&self, sum: f64, against: f64) -> bool {
        self.rule.is_some_and(|outright| outright || sum >= against)
    }
}

struct Line {
    /// Speaks of danger.
    danger: bool,
    /// Violence or abuse, rather than danger to oneself; where it is known.
    violence: Option<bool>,
    /// Talk of everyday counselling, not written to look like danger.
    ordinary: bool,
    /// A rule hears it; outright, or unless the words around are against it.
    rule: Option<Outright>,
    /// Who wrote it, by the beginning of the file's name; nothing where it stands in the rules or in a session.
    hand: String,
    features: Vec<u32>,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = Rules::parse(&std::fs::read_to_string(root.join("prompts/risk/rules.toml")).unwrap()).unwrap();
    let write = std::env::args().any(|arg| arg == "--write");
    for korean in [true, false] {
        let mut names: Vec<String> = Vec::new();
        let mut ids: HashMap<String, u32> = HashMap::new();
        let lines = lines(root, &rules, korean, &mut |feature| {
            *ids.entry(feature).or_insert_with_key(|feature| {
                names.push(feature.clone());
                names.len() as u32 - 1
            })
        });
        let danger = |line: &Line| Some(line.danger);
        let mut left_out = vec![0.0; lines.len()];
        for part in 0..PARTS {
            let learned = learn(&lines, names.len(), &|n, line| (n % PARTS != part).then(|| danger(line)).flatten());
            for (n, line) in lines.iter().enumerate().filter(|(n, _)| n % PARTS == part) {
                left_out[n] = learned.sum(&line.features);
            }
        }
        let against = against(&lines, &left_out);
        for hand in HANDS.iter().filter(|_| !write) {
            let learned = learn(&lines, names.len(), &|_, line| (line.hand != *hand).then(|| danger(line)).flatten());
            let sums: Vec<f64> = lines.iter().map(|line| learned.sum(&line.features)).collect();
            of_hand(hand, &lines, &sums, against);
        }
        let enough = figures(if korean { "ko" } else { "en" }, &lines, &left_out, against);
        let learned = learn(&lines, names.len(), &|_, line| danger(line));
        let violent = learn(&lines, names.len(), &|_, line| if line.danger { line.violence } else { None });
        if write {
            let file = root.join(if korean { "prompts/risk/words-ko.tsv" } else { "prompts/risk/words-en.tsv" });
            let text = table(&names, &learned, &violent, (enough, against));
            assert!(Table::parse(&text).is_ok(), "the program reads what is written");
            std::fs::write(file, text).unwrap();
        }
    }
}

/// Prints what is heard of lines left out, by what share of ordinary talk is heard too, and says what is enough.
fn figures(name: &str, lines: &[Line], sums: &[f64], against: f64) -> f64 {
    let of = |wanted: &dyn Fn(&Line) -> bool| {
        let mut sums: Vec<f64> = lines.iter().zip(sums).filter(|(line, _)| wanted(line)).map(|(_, sum)| *sum).collect();
        sums.sort_by(|a, b| b.total_cmp(a));
        sums
    };
    let share = |sums: &[f64], over: f64| sums.iter().filter(|sum| **sum > over).count() as f64 / sums.len() as f64;
    let (danger, alike, ordinary) =
        (of(&|l| l.danger), of(&|l| !l.danger && !l.ordinary), of(&|l| !l.danger && l.ordinary));
    let silent: Vec<_> = lines.iter().zip(sums).map(|(line, sum)| !line.heard_by_rule(*sum, against)).collect();
    println!(
        "{name}: {} lines of danger, {} look-alikes, {} of ordinary talk; against a rule below {against:.2}",
        danger.len(),
        alike.len(),
        ordinary.len()
    );
    for allowed in [0.002, 0.005, 0.01, 0.015, 0.02, 0.03] {
        let over = ordinary[(ordinary.len() as f64 * allowed) as usize];
        let or_rule = |wanted: bool| {
            let all = lines.iter().enumerate().filter(|(_, line)| line.danger == wanted && !line.ordinary);
            let all: Vec<_> = all.map(|(n, _)| sums[n] > over || !silent[n]).collect();
            all.iter().filter(|heard| **heard).count() as f64 / all.len() as f64
        };
        println!(
            "  ordinary {:>5.2} %  above {over:>5.2}  danger {:>5.1} %, look-alikes {:>4.1} %; with the rules {:>5.1} %, {:>4.1} %",
            allowed * 100.0,
            share(&danger, over) * 100.0,
            share(&alike, over) * 100.0,
            or_rule(true) * 100.0,
            or_rule(false) * 100.0,
        );
    }
    let quiet = ordinary[(ordinary.len() as f64 * ORDINARY) as usize];
    // What a rule hears counts whatever the sum.
    let mut alike: Vec<f64> = lines
        .iter()
        .zip(sums)
        .zip(&silent)
        .filter(|((l, _), _)| !l.danger && !l.ordinary)
        .map(|((_, sum), silent)| if *silent { *sum } else { f64::INFINITY })
        .collect();
    alike.sort_by(|a, b| b.total_cmp(a));
    let enough = quiet.max(alike[(alike.len() as f64 * ALIKE) as usize]);
    let heard = |danger: bool| {
        let of = lines.iter().zip(sums).zip(&silent).filter(|((l, _), _)| l.danger == danger && !l.ordinary);
        let of: Vec<bool> = of.map(|((_, sum), silent)| *sum > enough || !silent).collect();
        of.iter().filter(|heard| **heard).count() as f64 * 100.0 / of.len() as f64
    };
    println!("  enough is {enough:.2}: danger {:.1} %, look-alikes {:.1} %", heard(true), heard(false));
    enough
}

/// Below this no more than a few true lines lie that a rule hears: there the words around are against it.
fn against(lines: &[Line], sums: &[f64]) -> f64 {
    let heard = lines.iter().zip(sums).filter(|(line, _)| line.danger && line.rule == Some(false));
    let mut sums: Vec<f64> = heard.map(|(_, sum)| *sum).collect();
    sums.sort_by(f64::total_cmp);
    sums[(sums.len() as f64 * MISTAKEN) as usize]
}

/// Prints what is heard of a hand's lines by the rules and by sums that were learned without them, where so many of their
/// look-alikes are heard too.
fn of_hand(hand: &str, lines: &[Line], sums: &[f64], against: f64) {
    // What a rule hears is above every sum, unless the words around are against it.
    let of = |danger: bool| -> Vec<f64> {
        let own = lines.iter().zip(sums).filter(|(line, _)| line.hand == hand && line.danger == danger);
        own.map(|(line, sum)| if line.heard_by_rule(*sum, against) { f64::INFINITY } else { *sum }).collect()
    };
    let (told, mut alike) = (of(true), of(false));
    if told.is_empty() || alike.is_empty() {
        return;
    }
    alike.sort_by(|a, b| b.total_cmp(a));
    let share = |of: &[f64], over: f64| of.iter().filter(|sum| **sum > over).count() as f64 * 100.0 / of.len() as f64;
    let rules_alone = (share(&told, 1e9), share(&alike, 1e9));
    print!("  {hand}: {} and {}; rules {:.1} %, {:.1} %;", told.len(), alike.len(), rules_alone.0, rules_alone.1);
    for allowed in [0.05, 0.07, 0.1, 0.15] {
        let over = alike[(alike.len() as f64 * allowed) as usize].min(1e9);
        print!("  {:.1} % at {:.1} % (above {over:.2})", share(&told, over), share(&alike, over));
    }
    println!();
}

struct Learned {
    bias: f64,
    weights: Vec<f64>,
}

impl Learned {
    fn sum(&self, features: &[u32]) -> f64 {
        let length = (features.len().max(1) as f64).sqrt();
        self.bias + features.iter().map(|f| self.weights[*f as usize]).sum::<f64>() / length
    }
}

/// Logistic regression by steps that shrink with each weight's own history (Duchi, Hazan & Singer 2011, JMLR 12:2121-2159).
fn learn(lines: &[Line], features: usize, of: &dyn Fn(usize, &Line) -> Option<bool>) -> Learned {
    let known: Vec<(&Line, bool)> = lines.iter().enumerate().filter_map(|(n, l)| Some((l, of(n, l)?))).collect();
    let mut count = vec![0_u32; features];
    known.iter().flat_map(|(line, _)| &line.features).for_each(|f| count[*f as usize] += 1);
    let mut learned = Learned { bias: 0.0, weights: vec![0.0; features] };
    let mut history = vec![0.0_f64; features];
    let mut order: Vec<usize> = (0..known.len()).collect();
    let mut seed = 1_u64;
    for _ in 0..ROUNDS {
        for n in (1..order.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(n, (seed >> 33) as usize % (n + 1));
        }
        for n in &order {
            let (line, wanted) = known[*n];
            let length = (line.features.len().max(1) as f64).sqrt();
            let off = 1.0 / (1.0 + (-learned.sum(&line.features)).exp()) - f64::from(u8::from(wanted));
            learned.bias -= 0.05 * off;
            // What was seen once says nothing.
            for f in line.features.iter().map(|f| *f as usize).filter(|f| count[*f] > 1) {
                let slope = off / length + DRAW * learned.weights[f];
                history[f] += slope * slope;
                learned.weights[f] -= STEP * slope / (history[f] + 1e-6).sqrt();
            }
        }
    }
    learned
}

fn table(names: &[String], danger: &Learned, violence: &Learned, (enough, against): (f64, f64)) -> String {
    let mut rows: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| (name, danger.weights[n], violence.weights[n]))
        .filter(|(_, d, v)| d.abs() >= f64::from(LEAST) || v.abs() >= 3.0 * f64::from(LEAST))
        .map(|(name, d, v)| if v.abs() < 0.1 { format!("{name}\t{d:.2}") } else { format!("{name}\t{d:.2}\t{v:.2}") })
        .collect();
    rows.sort_unstable();
    let head = "# Words and kinds of words (@) with what they add to danger and, within danger, to violence. Made by\n\
                # tests/bench/risk_weights.rs from the development lines of tests/data/risk; not written by hand.";
    format!(
        "{head}\n!bias\t{:.4}\t{:.4}\n!enough\t{enough:.4}\n!against\t{against:.4}\n{}\n",
        danger.bias,
        violence.bias,
        rows.join("\n")
    )
}

fn speaks(rules: &Rules, text: &str) -> Option<Outright> {
    let text = ClientText::new(text);
    let said =
        Utterance { id: UtteranceId(1), start_ms: 0, end_ms: 0, speaker: Speaker::Unknown, text, confidence: None };
    let cues = rules.cues(&said, Label::Guessed);
    let outright = |cue: &RiskCue| cue.denied || rules.get(&cue.rule).is_some_and(|rule| rule.screened);
    (!cues.is_empty()).then(|| cues.iter().any(outright))
}

/// The development lines of one language.
fn lines(root: &Path, rules: &Rules, korean: bool, id: &mut dyn FnMut(String) -> u32) -> Vec<Line> {
    let violent = |family: &str| match family {
        "child-abuse" | "violence-from" | "violence-to" => Some(true),
        "another" | "voices" | "eating" => None,
        _ => Some(false),
    };
    let without = std::env::args().skip_while(|arg| arg != "--without").nth(1);
    let mut told: Vec<(bool, Option<bool>, bool, String, String)> = Vec::new();
    for file in files(&root.join("tests/data/risk"), "txt") {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let held_out = ["third", "fourth"].iter().any(|held| name.starts_with(held));
        if held_out || without.as_ref().is_some_and(|without| name.starts_with(without.as_str())) {
            continue;
        }
        for line in risk_figures::parse(&std::fs::read_to_string(file).unwrap()).unwrap() {
            let violence = line.family.as_deref().and_then(violent);
            let hand = HANDS.iter().find(|hand| name.starts_with(**hand)).map(|hand| (*hand).to_owned());
            told.push((line.family.is_some(), violence, false, line.text, hand.unwrap_or_default()));
        }
    }
    for rule in rules.rules() {
        told.extend(rule.must.iter().map(|text| (true, violent(&rule.family), false, text.clone(), String::new())));
        told.extend(rule.must_not.iter().map(|text| (false, None, false, text.clone(), String::new())));
    }
    // What a rule hears is no ordinary talk.
    let ordinary = ordinary(root).into_iter().filter(|text| speaks(rules, text).is_none());
    told.extend(ordinary.map(|text| (false, None, true, text, String::new())));
    told.sort_by(|a, b| a.3.cmp(&b.3));
    told.dedup_by(|a, b| a.3 == b.3);
    let mut lines = Vec::new();
    for (danger, violence, ordinary, text, hand) in told.into_iter().filter(|line| hangul(&line.3) == korean) {
        // The whole line, as long as it is; of ordinary talk every stretch.
        let rule = speaks(rules, &text);
        let stretches = rules.weighable(&text);
        let longest = stretches.iter().map(|f| f.0.len()).max().unwrap_or_default();
        for Features(features) in stretches.into_iter().filter(|f| ordinary || f.0.len() == longest) {
            let features = features.into_iter().map(&mut *id).collect();
            lines.push(Line { danger, violence, ordinary, features, rule, hand: hand.clone() });
        }
    }
    // Neighbours in the alphabet are often alike: they are to be left out apart.
    let mut seed = 7_u64;
    for n in (1..lines.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        lines.swap(n, (seed >> 33) as usize % (n + 1));
    }
    lines
}

/// What clients say in the examples of the technique cards and in our own sessions.
fn ordinary(root: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for file in files(&root.join("prompts/techniques"), "md") {
        let text = std::fs::read_to_string(file).unwrap();
        let head: toml::Table = toml::from_str(text.split("+++").nth(1).unwrap()).unwrap();
        let examples = ["ko", "en"].into_iter().filter_map(|lang| head.get(lang)?.get("examples")?.as_array());
        all.extend(examples.flatten().filter_map(|text| Some(text.as_str()?.to_owned())));
    }
    let folders =
        ["tests/data/ordinary-talk", "tests/data/items", "tests/data/items-later", "tests/data/notes", "src/demo"];
    for file in folders.iter().flat_map(|folder| files(&root.join(folder), "json")) {
        let Ok(said) = Transcript::parse(&std::fs::read_to_string(file).unwrap()) else { continue };
        all.extend(said.utterances.iter().map(|line| line.text.reveal().to_owned()));
    }
    all
}

/// The files of a folder that end so, by name.
fn files(folder: &Path, ends: &str) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|e| e == ends));
    all.sort();
    all
}
