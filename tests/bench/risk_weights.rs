//! Learns the weights of words of the risk rules from the development lines and shows what they are worth on lines left out:
//! `cargo bench --no-default-features --bench risk_weights`, with `-- --write` into `prompts/risk/words-*.tsv`. Lines that are
//! held out (`sixth-*`, `seventh-*`) are never read; `--without NAME` leaves out more files, by the beginning of their names;
//! `--only ko|en` learns one language. Printed too is what is heard of each hand's lines by what was learned from all the
//! others.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use gyeot::domain::advice::risk_cue::{Label, Rules};
use gyeot::domain::advice::risk_figures;
use gyeot::domain::advice::risk_weights::{Features, LEAST, Table, hangul, is_short};
use gyeot::domain::advice::suggestion::RiskCue;
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::{Speaker, Transcript, Utterance};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Times every line is looked at.
const ROUNDS: usize = 25;
/// How much a line that is taken wrongly may push: the C of the sums of squares, chosen on hands left out.
const PUSH: f64 = 0.15;
/// How much a group of features (words, edges, across) counts, lines of our own, which flatter the rules, and ordinary talk.
const GROUPS: [f64; 3] = [3.0, 3.0, 2.0];
const OUR_OWN: f64 = 0.4;
const OF_ORDINARY: f64 = 1.5;
const OF_NEAR_TWINS: f64 = 0.1;
/// Hands half of whose look-alikes are near twins: there hardly a word tells danger from what is harmless.
const NEAR_TWINS: &[&str] = &["hand-j", "hand-k", "hand-l", "hand-m", "hand-n"];
/// What stands in fewer lines says nothing.
const LEAST_LINES: u32 = 2;
/// Parts of the lines of no hand, each left out once.
const PARTS: usize = 3;
/// Share of the lines of ordinary sessions that may raise a cue by weight. The examples on the technique cards, written to
/// show distress, are learned from as well and no measure of it.
const ORDINARY: f64 = 0.03;
/// Share of the true lines in which a rule names danger outright that may lie below the limit for those.
const MISTAKEN: f64 = 0.005;
/// What is asked for, and look-alikes for each true line where it is asked for.
const WANTED: (f64, f64) = (0.95, 0.90);
const ALIKE: f64 = 1.5;

/// Whose lines are left out in turn.
const HANDS: &[&str] = &[
    "other", "hand-a", "hand-b", "hand-c", "hand-d", "hand-e", "hand-f", "hand-g", "hand-h", "hand-i", "hand-j",
    "hand-k", "hand-l", "hand-m", "hand-n", "third", "fourth", "fifth",
];
/// By these the limits are set. The others are more oblique (a to e), all of one kind (i), or half of them near twins (j to n),
/// which are rare in what people say: limits set by them would miss more.
const LIKE_HELD_OUT: &[&str] = &["hand-f", "hand-g", "hand-h", "third", "fourth", "fifth"];
/// Held out: never read here.
const HELD_OUT: &[&str] = &["sixth", "seventh"];

/// What a rule hears in a line.
#[derive(Clone, Copy, PartialEq)]
enum Heard {
    Nothing,
    /// By a rule that may be mistaken.
    Rule,
    /// By one that names danger outright, or in a short line.
    Outright,
    /// Outright and with a sign that it is meant, or all denied: whatever the sum.
    Anyway,
}

/// One stretch: its features and the group of each.
type Stretch = Vec<(u32, u8)>;

struct Line {
    /// Speaks of danger.
    danger: bool,
    /// Violence or abuse, rather than danger to oneself; where it is known.
    violence: Option<bool>,
    /// Talk of everyday counselling, not written to look like danger.
    ordinary: bool,
    /// It is, and of a session.
    session: bool,
    heard: Heard,
    /// Denied in all cues: a look-alike that is shown as denied is no false alarm.
    denied: bool,
    /// Who wrote it, by the beginning of the file's name; nothing where it stands in the rules or in a session.
    hand: String,
    stretches: Vec<Stretch>,
}

/// The three numbers of a table.
#[derive(Clone, Copy)]
struct Limits {
    enough: f64,
    against: f64,
    outright: f64,
}

impl Line {
    fn raises(&self, sum: f64, limits: Limits) -> bool {
        match self.heard {
            Heard::Anyway => true,
            Heard::Outright => sum >= limits.outright,
            Heard::Rule => sum >= limits.against,
            Heard::Nothing => sum > limits.enough,
        }
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = Rules::parse(&std::fs::read_to_string(root.join("prompts/risk/rules.toml")).unwrap()).unwrap();
    let write = std::env::args().any(|arg| arg == "--write");
    let only = std::env::args().skip_while(|arg| arg != "--only").nth(1);
    std::thread::scope(|scope| {
        for korean in [true, false].into_iter().filter(|ko| only.as_deref().is_none_or(|lang| (lang == "ko") == *ko)) {
            let rules = &rules;
            scope.spawn(move || of_language(root, rules, korean, write));
        }
    });
}

fn of_language(root: &Path, rules: &Rules, korean: bool, write: bool) {
    let mut names: Vec<String> = Vec::new();
    let mut ids: HashMap<String, u32> = HashMap::new();
    let lines = lines(root, rules, korean, &mut |feature| {
        *ids.entry(feature).or_insert_with_key(|feature| {
            names.push(feature.clone());
            names.len() as u32 - 1
        })
    });
    let danger = |line: &Line| Some(line.danger);
    // Every hand by what the others taught; lines of no hand in parts.
    let mut sums = vec![0.0; lines.len()];
    let mut fill = |learned: &Learned, of: &dyn Fn(usize, &Line) -> bool| {
        for (n, line) in lines.iter().enumerate().filter(|(n, line)| of(*n, line)) {
            sums[n] = learned.most(line);
        }
    };
    for hand in HANDS.iter().filter(|hand| lines.iter().any(|line| line.hand == **hand)) {
        let learned = learn(&lines, names.len(), &|_, line| (line.hand != *hand).then(|| danger(line)).flatten());
        fill(&learned, &|_, line| line.hand == *hand);
    }
    for part in 0..PARTS {
        let out = |n: usize, line: &Line| line.hand.is_empty() && n % PARTS == part;
        let learned = learn(&lines, names.len(), &|n, line| (!out(n, line)).then(|| danger(line)).flatten());
        fill(&learned, &out);
    }
    let limits = limits(&lines, &sums);
    print(if korean { "ko" } else { "en" }, &lines, &sums, limits);
    if write {
        let learned = learn(&lines, names.len(), &|_, line| danger(line));
        let violent = learn(&lines, names.len(), &|_, line| if line.danger { line.violence } else { None });
        let file = root.join(if korean { "prompts/risk/words-ko.tsv" } else { "prompts/risk/words-en.tsv" });
        let text = table(&names, &learned, &violent, limits);
        assert!(Table::parse(&text).is_ok(), "the program reads what is written");
        std::fs::write(file, text).unwrap();
    }
}

/// Shares of the true lines and of the look-alikes of a hand that raise a cue.
fn shares(lines: &[Line], sums: &[f64], limits: Limits, hand: &str) -> (f64, f64) {
    let share = |danger: bool| {
        let of = lines.iter().zip(sums).filter(|(line, _)| line.hand == hand && line.danger == danger);
        let of: Vec<bool> = of.map(|(line, sum)| line.raises(*sum, limits) && (danger || !line.denied)).collect();
        of.iter().filter(|raised| **raised).count() as f64 / of.len().max(1) as f64
    };
    (share(true), share(false))
}

fn precision(heard: f64, false_alarms: f64) -> f64 {
    if heard > 0.0 { heard / (heard + ALIKE * false_alarms) } else { 0.0 }
}

fn hands(lines: &[Line]) -> Vec<&'static str> {
    HANDS.iter().copied().filter(|hand| lines.iter().any(|line| line.hand == *hand)).collect()
}

/// The limits by which, over the hands left out, the smaller one of what recall and precision have over what is wanted is
/// largest. The limit for what is named outright is set first: below it lie no more than a few true lines of the hands.
fn limits(lines: &[Line], sums: &[f64]) -> Limits {
    let named = lines.iter().zip(sums).filter(|(l, _)| l.danger && l.heard == Heard::Outright && !l.hand.is_empty());
    let mut named: Vec<f64> = named.map(|(_, sum)| *sum).collect();
    named.sort_by(f64::total_cmp);
    let outright = named[(named.len() as f64 * MISTAKEN) as usize];
    let mut quiet: Vec<f64> = lines.iter().zip(sums).filter(|(l, _)| l.session).map(|(_, sum)| *sum).collect();
    quiet.sort_by(|a, b| b.total_cmp(a));
    let least = quiet[(quiet.len() as f64 * ORDINARY) as usize];
    let hands: Vec<_> = hands(lines).into_iter().filter(|hand| LIKE_HELD_OUT.contains(hand)).collect();
    let mut best = (f64::NEG_INFINITY, Limits { enough: least, against: outright, outright });
    // What is enough speaks for danger (above 0), and what is against speaks against it (below 0).
    for enough in (1..=24).map(|n| f64::from(n) * 0.025).filter(|enough| *enough >= least) {
        for against in (1..=24).map(|n| f64::from(n) * -0.025).filter(|against| *against >= outright) {
            let limits = Limits { enough, against, outright };
            let all = hands.iter().map(|hand| shares(lines, sums, limits, hand));
            let all: Vec<(f64, f64)> = all.map(|(heard, wrong)| (heard, precision(heard, wrong))).collect();
            let mean = |of: &dyn Fn(&(f64, f64)) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
            let over = (mean(&|a| a.0) - WANTED.0).min(mean(&|a| a.1) - WANTED.1);
            if over > best.0 {
                best = (over, limits);
            }
        }
    }
    best.1
}

/// Prints what is heard of each hand by what the others taught, and of ordinary talk.
fn print(name: &str, lines: &[Line], sums: &[f64], limits: Limits) {
    let Limits { enough, against, outright } = limits;
    let over = |session: bool| {
        let of = lines.iter().zip(sums).filter(|(line, _)| line.ordinary && line.session == session);
        let (all, over) = of.fold((0_u32, 0_u32), |(n, over), (_, sum)| (n + 1, over + u32::from(*sum > enough)));
        format!("{:.1} % of {all}", f64::from(over) * 100.0 / f64::from(all.max(1)))
    };
    let mut text = format!(
        "{name}: {} lines; enough {enough:.3}, against {against:.3}, outright {outright:.3}; of sessions {}, of examples {}\n",
        lines.len(),
        over(true),
        over(false)
    );
    for hand in hands(lines) {
        let (heard, wrong) = shares(lines, sums, limits, hand);
        let no = Limits { enough: f64::INFINITY, against: f64::NEG_INFINITY, outright: f64::NEG_INFINITY };
        let alone = shares(lines, sums, no, hand);
        let precision = precision(heard, wrong) * 100.0;
        let (heard, wrong, rules, false_rules) = (heard * 100.0, wrong * 100.0, alone.0 * 100.0, alone.1 * 100.0);
        text += &format!(
            "  {hand:<8} recall {heard:>5.1} %, precision {precision:>5.1} % ({wrong:>4.1} % of the look-alikes); rules alone {rules:>5.1} %, {false_rules:>4.1} %\n"
        );
    }
    print!("{text}");
}

struct Learned {
    bias: f64,
    weights: Vec<f64>,
}

impl Learned {
    fn sum(&self, stretch: &Stretch) -> f64 {
        let mut parts = [(0.0, 0_u32); 3];
        for (feature, group) in stretch {
            let part = &mut parts[usize::from(*group)];
            *part = (part.0 + self.weights[*feature as usize], part.1 + 1);
        }
        self.bias + parts.iter().map(|(sum, n)| sum / f64::from((*n).max(1)).sqrt()).sum::<f64>()
    }

    /// Of the stretches of a line the one that says most.
    fn most(&self, line: &Line) -> f64 {
        line.stretches.iter().map(|stretch| self.sum(stretch)).fold(f64::NEG_INFINITY, f64::max)
    }
}

/// A support vector machine with squared loss, by steps of one line at a time (Hsieh et al. 2008, ICML, dual coordinate
/// descent), over features that count the more the fewer lines have them.
fn learn(lines: &[Line], features: usize, of: &dyn Fn(usize, &Line) -> Option<bool>) -> Learned {
    let longest = |line: &Line| (0..line.stretches.len()).max_by_key(|n| line.stretches[*n].len());
    let known = lines.iter().enumerate().filter_map(|(n, line)| Some((line, of(n, line)?, longest(line)?)));
    let known: Vec<(&Line, f64, &Stretch)> =
        known.map(|(line, yes, n)| (line, if yes { 1.0 } else { -1.0 }, &line.stretches[n])).collect();
    let mut count = vec![0_u32; features];
    known.iter().flat_map(|(_, _, stretch)| stretch.iter()).for_each(|(f, _)| count[*f as usize] += 1);
    let rare = |n: u32| if n < LEAST_LINES { 0.0 } else { (known.len() as f64 / (f64::from(n) + 1.0)).ln() };
    let all = count.iter().filter(|n| **n >= LEAST_LINES);
    let mean = all.clone().map(|n| rare(*n)).sum::<f64>() / all.count().max(1) as f64;
    let worth: Vec<f64> = count.iter().map(|n| rare(*n) / mean).collect();
    // The features of each line with what they count, by the length of their group.
    let vectors: Vec<Vec<(u32, f64)>> = known
        .iter()
        .map(|(_, _, stretch)| {
            let mut length = [0_u32; 3];
            stretch.iter().for_each(|(_, group)| length[usize::from(*group)] += 1);
            let value = |f: u32, group: u8| {
                let group = usize::from(group);
                worth[f as usize] * GROUPS[group] / f64::from(length[group].max(1)).sqrt()
            };
            stretch.iter().map(|(f, group)| (*f, value(*f, *group))).filter(|(_, v)| *v > 0.0).collect()
        })
        .collect();
    let square = |v: &[(u32, f64)]| 1.0 + v.iter().map(|(_, v)| v * v).sum::<f64>();
    let squares: Vec<f64> = vectors.iter().map(|v| square(v)).collect();
    let push = |line: &Line| match (line.ordinary, line.hand.is_empty()) {
        (true, _) => PUSH * OF_ORDINARY,
        (false, true) => PUSH * OUR_OWN,
        (false, false) if NEAR_TWINS.contains(&line.hand.as_str()) => PUSH * OF_NEAR_TWINS,
        (false, false) => PUSH,
    };
    let mut weights = vec![0.0; features];
    let (mut bias, mut steps) = (0.0, vec![0.0_f64; known.len()]);
    let mut order: Vec<usize> = (0..known.len()).collect();
    let mut seed = 1_u64;
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut seed);
        for n in &order {
            let (line, wanted, _) = known[*n];
            let slack = 1.0 / (2.0 * push(line));
            let sum = bias + vectors[*n].iter().map(|(f, v)| weights[*f as usize] * v).sum::<f64>();
            let slope = wanted * sum - 1.0 + slack * steps[*n];
            let step = (steps[*n] - slope / (squares[*n] + slack)).max(0.0);
            let change = (step - steps[*n]) * wanted;
            if change != 0.0 {
                steps[*n] = step;
                bias += change;
                vectors[*n].iter().for_each(|(f, v)| weights[*f as usize] += change * v);
            }
        }
    }
    // As they are written: worth and group are in the weight.
    let mut group_of = vec![0_u8; features];
    known.iter().flat_map(|(_, _, stretch)| stretch.iter()).for_each(|(f, group)| group_of[*f as usize] = *group);
    for (f, weight) in weights.iter_mut().enumerate() {
        *weight *= worth[f] * GROUPS[usize::from(group_of[f])];
        if weight.abs() < f64::from(LEAST) {
            *weight = 0.0;
        }
    }
    Learned { bias, weights }
}

fn shuffle<T>(all: &mut [T], seed: &mut u64) {
    for n in (1..all.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all.swap(n, (*seed >> 33) as usize % (n + 1));
    }
}

fn table(names: &[String], danger: &Learned, violence: &Learned, limits: Limits) -> String {
    let mut rows: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| (name, danger.weights[n], violence.weights[n]))
        .filter(|(_, d, v)| *d != 0.0 || v.abs() >= 4.0 * f64::from(LEAST))
        .map(|(name, d, v)| if v == 0.0 { format!("{name}\t{d:.2}") } else { format!("{name}\t{d:.2}\t{v:.2}") })
        .collect();
    rows.sort_unstable();
    let head = "# Words and kinds of words (@) with what they add to danger and, within danger, to violence. Made by\n\
                # tests/bench/risk_weights.rs from the development lines of tests/data/risk; not written by hand.";
    let Limits { enough, against, outright } = limits;
    format!(
        "{head}\n!bias\t{:.4}\t{:.4}\n!enough\t{enough:.4}\n!against\t{against:.4}\n!outright\t{outright:.4}\n{}\n",
        danger.bias,
        violence.bias,
        rows.join("\n")
    )
}

/// What the rules hear in a line, and whether all of it is denied.
fn speaks(rules: &Rules, text: &str) -> (Heard, bool) {
    let words = ClientText::new(text);
    let said = Utterance {
        id: UtteranceId(1),
        start_ms: 0,
        end_ms: 0,
        speaker: Speaker::Unknown,
        text: words,
        confidence: None,
    };
    let cues = rules.cues(&said, Label::Guessed);
    let outright = |cue: &RiskCue| rules.get(&cue.rule).is_some_and(|rule| rule.screened);
    let denied = !cues.is_empty() && cues.iter().all(|cue| cue.denied);
    let heard = match &cues[..] {
        [] => Heard::Nothing,
        cues if cues.iter().any(|cue| cue.denied || outright(cue) && rules.meant(text)) => Heard::Anyway,
        cues if cues.iter().any(outright) || is_short(&text.to_lowercase()) => Heard::Outright,
        _ => Heard::Rule,
    };
    (heard, denied)
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
        let held_out = HELD_OUT.iter().any(|held| name.starts_with(held));
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
    let quiet = |(text, _): &(String, bool)| speaks(rules, text).0 == Heard::Nothing;
    let ordinary: Vec<(String, bool)> = ordinary(root).into_iter().filter(quiet).collect();
    let sessions: std::collections::HashSet<String> =
        ordinary.iter().filter(|(_, session)| *session).map(|(text, _)| text.clone()).collect();
    told.extend(ordinary.into_iter().map(|(text, _)| (false, None, true, text, String::new())));
    told.sort_by(|a, b| a.3.cmp(&b.3));
    told.dedup_by(|a, b| a.3 == b.3);
    let mut lines = Vec::new();
    for (danger, violence, ordinary, text, hand) in told.into_iter().filter(|line| hangul(&line.3) == korean) {
        let (heard, denied) = speaks(rules, &text);
        let ids = |features: &Features, id: &mut dyn FnMut(String) -> u32| {
            let groups = features.groups().into_iter().zip(0_u8..);
            groups.flat_map(|(all, group)| all.iter().map(|f| (id(f.clone()), group)).collect::<Vec<_>>()).collect()
        };
        let stretches: Vec<Stretch> = rules.weighable(&text).iter().map(|features| ids(features, id)).collect();
        let session = ordinary && sessions.contains(&text);
        let line =
            |stretches| Line { danger, violence, ordinary, session, heard, denied, hand: hand.clone(), stretches };
        match ordinary {
            // Of ordinary talk every stretch.
            true => lines.extend(stretches.into_iter().map(|one| line(vec![one]))),
            false => lines.push(line(stretches)),
        }
    }
    // Neighbours in the alphabet are often alike: they are to be left out apart.
    shuffle(&mut lines, &mut 7);
    lines
}

/// What clients say in the examples of the technique cards and in our own sessions, and whether it is a session of everyday
/// trouble.
fn ordinary(root: &Path) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    for file in files(&root.join("prompts/techniques"), "md") {
        let text = std::fs::read_to_string(file).unwrap();
        let head: toml::Table = toml::from_str(text.split("+++").nth(1).unwrap()).unwrap();
        let examples = ["ko", "en"].into_iter().filter_map(|lang| head.get(lang)?.get("examples")?.as_array());
        all.extend(examples.flatten().filter_map(|text| Some((text.as_str()?.to_owned(), false))));
    }
    let sessions =
        ["tests/data/ordinary-talk", "tests/data/items", "tests/data/items-later"].map(|folder| (folder, true));
    for (folder, session) in sessions.into_iter().chain([("tests/data/notes", false), ("src/demo", false)]) {
        for file in files(&root.join(folder), "json") {
            let Ok(said) = Transcript::parse(&std::fs::read_to_string(file).unwrap()) else { continue };
            all.extend(said.utterances.iter().map(|line| (line.text.reveal().to_owned(), session)));
        }
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
