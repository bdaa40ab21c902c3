//! The mirror of one session: every number with the utterances behind it, or why there is none.

use crate::domain::mirror::behaviour::{Behaviour, Question, Reflection};
use crate::domain::mirror::measures::{Band, Limits, Measure};
use crate::domain::mirror::rules::{Reached, Rules};
use crate::domain::mirror::talk::{self, Pause, Turn};
use crate::domain::mirror::wording::{syllables, words};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use serde::Serialize;

/// The schema of a mirror in JSON.
pub const SCHEMA: &str = "gyeot.mirror/1";

/// What the mirror is read with.
#[derive(Clone, PartialEq)]
pub struct MirrorRules {
    /// When a number says something.
    pub limits: Limits,
    /// How Korean is read.
    pub ko: Rules,
    /// How English is read.
    pub en: Rules,
}

/// By versions: the phrases of the rules would look like a client's words.
impl std::fmt::Debug for MirrorRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MirrorRules({}, ko {}, en {})", self.limits.version, self.ko.version, self.en.version)
    }
}

impl MirrorRules {
    /// The rules of a language.
    pub const fn of(&self, lang: Lang) -> &Rules {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// 0 to 1.
    Share,
    /// Milliseconds.
    Ms,
    /// Words a minute.
    WordsPerMinute,
    /// Syllables a minute.
    SyllablesPerMinute,
    /// A count.
    Count,
    /// So many for one.
    Ratio,
}

/// Why there is no number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum NotScorable {
    /// Too much was said by nobody known.
    SpeakersUnsure {
        /// The share of it, 0 to 1.
        unknown: f64,
    },
    /// Only one of the two speaks.
    OneSpeaker,
    /// The transcript has no times.
    NoTimes,
    /// Too short a session.
    TooShort {
        /// What both spoke, milliseconds.
        ms: u64,
    },
    /// Too few to say anything.
    TooFew {
        /// So many there are.
        found: usize,
        /// So many it needs.
        needed: usize,
    },
}

/// What an utterance, or a few of one turn, counted for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counted {
    /// Which utterances.
    pub utterances: Vec<UtteranceId>,
    /// What was measured there, in the unit of the number; none for what is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// `open`, `closed`, `simple`, `complex`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}

/// Where a number lies by whose bounds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placed {
    /// Where.
    pub band: Band,
    /// Fair from here on.
    pub fair: f64,
    /// Good from here on.
    pub good: f64,
    /// Whose bounds.
    pub source: String,
}

/// One number of the mirror.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Number {
    /// Which.
    pub measure: Measure,
    /// Its value, or why there is none.
    #[serde(flatten)]
    pub value: Value,
    /// Its unit.
    pub unit: Unit,
    /// Where it lies; none where nobody set bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed: Option<Placed>,
    /// What counted, the most telling first.
    pub counted: Vec<Counted>,
}

/// A value, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// In the unit of the number.
    Value(f64),
    /// Nothing is said.
    NotScorable(NotScorable),
}

/// The mirror of one session.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mirror {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The language of the session.
    pub language: Lang,
    /// The share of what was said by nobody known, 0 to 1.
    pub unknown: f64,
    /// Every measure, in order.
    pub numbers: Vec<Number>,
    /// Version of the rules, and what they reach.
    pub rules: RulesRef,
}

/// A session with its mirror, and the words that its numbers point at.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionMirror {
    /// Which session.
    pub row: SessionRow,
    /// What was said.
    pub transcript: Transcript,
    /// The numbers.
    pub mirror: Mirror,
}

/// Which rules, and how good they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RulesRef {
    /// Version of the rules of the language.
    pub version: String,
    /// Version of the limits.
    pub limits: String,
    /// What the rules reach.
    pub figures: Reached,
}

impl Mirror {
    /// The number of a measure.
    pub fn number(&self, measure: Measure) -> Option<&Number> {
        self.numbers.iter().find(|n| n.measure == measure)
    }
}

impl Number {
    /// Its value; none when it is not scorable.
    pub const fn scored(&self) -> Option<f64> {
        match self.value {
            Value::Value(v) => Some(v),
            Value::NotScorable(_) => None,
        }
    }
}

/// What was found on the way to the numbers.
struct Found<'t> {
    turns: Vec<Turn<'t>>,
    asked: Vec<(usize, Question)>,
    reflected: Vec<(usize, Reflection)>,
    silences: Vec<Pause>,
    answers: Vec<Pause>,
}

/// Reads the mirror of a transcript.
pub fn read(t: &Transcript, rules: &MirrorRules) -> Mirror {
    let (limits, of_lang) = (&rules.limits, rules.of(t.language));
    let turns = talk::turns(t);
    let (mut asked, mut reflected) = (Vec::new(), Vec::new());
    let mut client: Vec<String> = Vec::new();
    for (n, turn) in turns.iter().enumerate() {
        match turn.speaker {
            Speaker::Client => client.push(turn.text()),
            Speaker::Counsellor => {
                let before: Vec<&str> = client.iter().map(String::as_str).collect();
                let Behaviour { question, reflection } = of_lang.behaviour(&turn.text(), &before);
                asked.extend(question.map(|q| (n, q)));
                reflected.extend(reflection.map(|r| (n, r)));
            }
            Speaker::Other | Speaker::Unknown => {}
        }
    }
    let silences = talk::silences(t, limits.silence_ms);
    let answers = talk::answers(t, &turns, limits.longest_answer_ms);
    let found = Found { turns, asked, reflected, silences, answers };
    let unknown = unknown_share(t);
    let numbers = Measure::ALL
        .into_iter()
        .map(|measure| {
            let (mut value, unit, counted) = number(measure, t, &found, limits);
            if let Some(why) = not_scorable(measure, t, unknown, limits) {
                value = Value::NotScorable(why);
            }
            let placed = match (value, limits.bound(measure)) {
                (Value::Value(v), Some(b)) => {
                    Some(Placed { band: b.band(v), fair: b.fair, good: b.good, source: b.source.clone() })
                }
                _ => None,
            };
            // Without a number nothing counted: what is unsure is not shown as if it had.
            let counted = if matches!(value, Value::Value(_)) { counted } else { Vec::new() };
            Number { measure, value, unit, placed, counted }
        })
        .collect();
    let rules =
        RulesRef { version: of_lang.version.clone(), limits: limits.version.clone(), figures: of_lang.figures.clone() };
    Mirror { schema: SCHEMA, language: t.language, unknown, numbers, rules }
}

/// How much an utterance weighs: its time, or its letters where there are no times.
fn weight(u: &Utterance, timed: bool) -> u64 {
    if timed { talk::length(u) } else { u.text.reveal().chars().filter(|c| c.is_alphanumeric()).count() as u64 }
}

fn spoken(t: &Transcript, of: impl Fn(Speaker) -> bool) -> f64 {
    let timed = talk::has_times(t);
    t.utterances.iter().filter(|u| of(u.speaker)).map(|u| weight(u, timed)).sum::<u64>() as f64
}

fn unknown_share(t: &Transcript) -> f64 {
    let all = spoken(t, |_| true);
    if all > 0.0 { spoken(t, |s| s == Speaker::Unknown) / all } else { 0.0 }
}

/// Why a measure says nothing of this transcript, whatever it found.
fn not_scorable(measure: Measure, t: &Transcript, unknown: f64, limits: &Limits) -> Option<NotScorable> {
    let timed = talk::has_times(t);
    if !(timed || measure.by_rule() || measure == Measure::TalkShare) {
        return Some(NotScorable::NoTimes);
    }
    if !measure.needs_speakers() {
        return None;
    }
    if unknown > limits.most_unknown {
        return Some(NotScorable::SpeakersUnsure { unknown });
    }
    let speaks = |who| t.utterances.iter().any(|u| u.speaker == who && !u.text.is_blank());
    if !(speaks(Speaker::Counsellor) && speaks(Speaker::Client)) {
        return Some(NotScorable::OneSpeaker);
    }
    let ms = spoken(t, |s| matches!(s, Speaker::Counsellor | Speaker::Client)) as u64;
    (timed && ms < limits.fewest_ms).then_some(NotScorable::TooShort { ms })
}

fn number(measure: Measure, t: &Transcript, found: &Found<'_>, limits: &Limits) -> (Value, Unit, Vec<Counted>) {
    let of_pauses = |pauses: &[Pause]| {
        let mut sorted: Vec<&Pause> = pauses.iter().collect();
        sorted.sort_by_key(|p| std::cmp::Reverse(p.ms));
        let counted = |p: &Pause| Counted { utterances: p.between.to_vec(), value: Some(p.ms as f64), kind: None };
        sorted.into_iter().map(counted).collect::<Vec<_>>()
    };
    let asked: Vec<Counted> = found.asked.iter().map(|(n, q)| turn_counted(&found.turns[*n], q.word())).collect();
    let reflected: Vec<Counted> =
        found.reflected.iter().map(|(n, r)| turn_counted(&found.turns[*n], r.word())).collect();
    let open = found.asked.iter().filter(|(_, q)| *q == Question::Open).count();
    let complex = found.reflected.iter().filter(|(_, r)| *r == Reflection::Complex).count();
    match measure {
        Measure::TalkShare => {
            let of = |who| spoken(t, |s| s == who);
            let both = of(Speaker::Counsellor) + of(Speaker::Client);
            let share = if both > 0.0 { of(Speaker::Counsellor) / both } else { 0.0 };
            (Value::Value(share), Unit::Share, longest(&found.turns, Speaker::Counsellor, usize::MAX))
        }
        Measure::LongestCounsellorTurn => longest_turn(&found.turns, Speaker::Counsellor),
        Measure::LongestClientTurn => longest_turn(&found.turns, Speaker::Client),
        Measure::Silence => {
            let sum: u64 = found.silences.iter().map(|p| p.ms).sum();
            (Value::Value(sum as f64), Unit::Ms, of_pauses(&found.silences))
        }
        Measure::LongestSilence => {
            let most = found.silences.iter().map(|p| p.ms).max().unwrap_or(0);
            let mut counted = of_pauses(&found.silences);
            counted.truncate(1);
            (Value::Value(most as f64), Unit::Ms, counted)
        }
        Measure::AnsweringPause => {
            let mut ms: Vec<u64> = found.answers.iter().map(|p| p.ms).collect();
            let value = enough(ms.len(), limits, || median(&mut ms));
            (value, Unit::Ms, of_pauses(&found.answers))
        }
        Measure::CounsellorPace => pace(t, Speaker::Counsellor, limits),
        Measure::ClientPace => pace(t, Speaker::Client, limits),
        Measure::Questions => (Value::Value(asked.len() as f64), Unit::Count, asked),
        Measure::OpenShare => {
            let value = enough(asked.len(), limits, || open as f64 / asked.len() as f64);
            (value, Unit::Share, asked)
        }
        Measure::Reflections => (Value::Value(reflected.len() as f64), Unit::Count, reflected),
        Measure::ComplexShare => {
            let value = enough(reflected.len(), limits, || complex as f64 / reflected.len() as f64);
            (value, Unit::Share, reflected)
        }
        Measure::ReflectionsToQuestions => {
            let value = enough(asked.len(), limits, || reflected.len() as f64 / asked.len() as f64);
            (value, Unit::Ratio, reflected.into_iter().chain(asked).collect())
        }
    }
}

fn enough(found: usize, limits: &Limits, value: impl FnOnce() -> f64) -> Value {
    if found < limits.fewest {
        Value::NotScorable(NotScorable::TooFew { found, needed: limits.fewest })
    } else {
        Value::Value(value())
    }
}

fn median(ms: &mut [u64]) -> f64 {
    ms.sort_unstable();
    let at = ms.len() / 2;
    let above = ms.get(at).copied().unwrap_or_default();
    let below = if ms.len().is_multiple_of(2) && at > 0 { ms[at - 1] } else { above };
    (below + above) as f64 / 2.0
}

fn turn_counted(turn: &Turn<'_>, kind: &'static str) -> Counted {
    Counted { utterances: turn.ids(), value: None, kind: Some(kind) }
}

/// The longest turns of a speaker, the longest first.
fn longest(turns: &[Turn<'_>], who: Speaker, most: usize) -> Vec<Counted> {
    let mut own: Vec<&Turn<'_>> = turns.iter().filter(|t| t.speaker == who).collect();
    own.sort_by_key(|t| std::cmp::Reverse(t.spoken_ms()));
    let counted = |t: &&Turn<'_>| Counted { utterances: t.ids(), value: Some(t.spoken_ms() as f64), kind: None };
    own.iter().take(most).map(counted).collect()
}

fn longest_turn(turns: &[Turn<'_>], who: Speaker) -> (Value, Unit, Vec<Counted>) {
    let counted = longest(turns, who, 1);
    let ms = counted.first().and_then(|c| c.value).unwrap_or(0.0);
    (Value::Value(ms), Unit::Ms, counted)
}

/// Words a minute, in Korean syllables, over the utterances that are long enough; the fastest first.
fn pace(t: &Transcript, who: Speaker, limits: &Limits) -> (Value, Unit, Vec<Counted>) {
    let korean = t.language == Lang::Ko;
    let unit = if korean { Unit::SyllablesPerMinute } else { Unit::WordsPerMinute };
    let (mut all, mut ms, mut counted) = (0, 0, Vec::new());
    for u in t.utterances.iter().filter(|u| u.speaker == who && talk::length(u) >= limits.pace_from_ms) {
        let said = if korean { syllables(u.text.reveal()) } else { words(u.text.reveal()).len() as u64 };
        (all, ms) = (all + said, ms + talk::length(u));
        let rate = said as f64 * 60_000.0 / talk::length(u) as f64;
        counted.push(Counted { utterances: vec![u.id], value: Some(rate), kind: None });
    }
    counted.sort_by(|a, b| b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)));
    let value = enough(counted.len(), limits, || all as f64 * 60_000.0 / ms as f64);
    (value, unit, counted)
}
