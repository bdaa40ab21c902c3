//! Where a client is heading: deterministic alerts that explain themselves. A corridor of ± the reliable-change figure
//! round the first score is used where no expected curve may be shipped, and it is called that.

use crate::domain::assessment::change::{Change, Class};
use crate::domain::assessment::instrument::{Direction, Instrument};
use crate::domain::assessment::score::{CriticalFound, Points};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Milliseconds of a week; expected-trajectory rules count in weeks.
const WEEK_MS: i64 = 7 * 24 * 3600 * 1000;

/// One score in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When it was filled in.
    pub at: Timestamp,
    /// Number of the session, from 1.
    pub session: Option<u32>,
    /// Total score.
    pub score: Points,
    /// Answers that must not wait.
    pub critical: Vec<CriticalFound>,
}

/// Colours by meaning; each is also a word, so that no colour is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Too little is known, or nothing reliable has changed.
    Grey,
    /// Improved by more than the reliable change index.
    Green,
    /// Reliably better and out of the clinical range.
    White,
    /// Not on the expected way.
    Amber,
    /// Reliably worse, or an answer that must not wait.
    Red,
}

impl Colour {
    /// The word for it.
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Colour::Grey => lang.say("assessment-trajectory-grey"),
            Colour::Green => lang.say("assessment-trajectory-green"),
            Colour::White => lang.say("assessment-trajectory-white"),
            Colour::Amber => lang.say("assessment-trajectory-amber"),
            Colour::Red => lang.say("assessment-trajectory-red"),
        }
    }

    /// A sign that differs without colour.
    pub const fn glyph(self) -> &'static str {
        match self {
            Colour::Grey => "·",
            Colour::Green => "✓",
            Colour::White => "○",
            Colour::Amber => "△",
            Colour::Red => "▲",
        }
    }
}

/// Why an alert has its colour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule")]
pub enum Reason {
    /// The last sheet holds an answer that must not wait.
    Critical {
        /// Position of the item, from 1.
        item: usize,
        /// As the instrument says it.
        reason: String,
    },
    /// Reliably worse than the first score.
    Worsened {
        /// First score of the course.
        from: Points,
        /// Last score of the course.
        to: Points,
        /// Points that make a change reliable.
        rci: f64,
        /// Where that comes from.
        source: String,
    },
    /// The last two scores lie beyond the corridor of the narrowest published figure. The width is published, the
    /// rule of two in a row is this program's own, and [`Reason::say`] says so.
    OutsideCorridor {
        /// The bound on the side of trouble.
        bound: f64,
        /// Where its width comes from.
        source: String,
    },
    /// A published rule says that non-response is likely.
    NonResponse {
        /// The week of the rule.
        week: u32,
        /// Its score.
        at: i32,
        /// In which treatment and whom.
        population: String,
        /// The publication it is taken from.
        source: String,
    },
    /// The working alliance fell, by a measure of its own.
    AllianceDrop,
    /// Reliably better than the first score.
    Improved {
        /// First score of the course.
        from: Points,
        /// Last score of the course.
        to: Points,
        /// Points that make a change reliable.
        rci: f64,
        /// Where that comes from.
        source: String,
    },
    /// Reliably better and across the clinical cut.
    CrossedCut {
        /// The clinical cut that was crossed, points.
        cut: f64,
        /// The publication it is taken from.
        source: String,
    },
    /// No reliable change yet.
    Unchanged {
        /// Last score minus first, points.
        delta: Points,
        /// Points that make a change reliable.
        rci: f64,
    },
    /// Fewer than two scores.
    TooFew,
    /// No published figure says what a reliable change is.
    NoBasis,
}

impl Reason {
    /// One sentence for people.
    pub fn say(&self, lang: Lang) -> String {
        let ko = lang == Lang::Ko;
        match self {
            Reason::Critical { reason, .. } => reason.clone(),
            Reason::Worsened { from, to, rci, source } if ko => {
                format!("첫 점수 {from}에서 {to}로 신뢰할 만하게 나빠짐 (기준 {rci}점, {source})")
            }
            Reason::Worsened { from, to, rci, source } => {
                format!("reliably worse: {from} to {to} ({rci} points needed, {source})")
            }
            Reason::OutsideCorridor { bound, source } if ko => {
                format!(
                    "최근 두 점수가 모두 첫 점수 둘레의 변화 폭({bound})을 넘음 (폭: {source}; 두 번 연속이라는 규칙은 발표된 것이 아니라 이 프로그램의 것)"
                )
            }
            Reason::OutsideCorridor { bound, source } => {
                format!(
                    "the last two scores lie beyond {bound}, the corridor round the first score (width: {source}; \
                     two in a row is a rule of this program, not a published one)"
                )
            }
            Reason::NonResponse { week, at, population, source } if ko => {
                format!("{week}주에 {at}점 이상이면 무반응 가능성이 큼 ({population}, {source})")
            }
            Reason::NonResponse { week, at, population, source } => {
                format!("{at} or more at week {week}: non-response is likely ({population}, {source})")
            }
            Reason::AllianceDrop => lang.say("assessment-trajectory-working-alliance-fell").to_owned(),
            Reason::Improved { from, to, rci, source } if ko => {
                format!("첫 점수 {from}에서 {to}로 신뢰할 만하게 나아짐 (기준 {rci}점, {source})")
            }
            Reason::Improved { from, to, rci, source } => {
                format!("reliably better: {from} to {to} ({rci} points needed, {source})")
            }
            Reason::CrossedCut { cut, source } if ko => format!("임상 절단점 {cut:.1}을 벗어남 ({source})"),
            Reason::CrossedCut { cut, source } => format!("left the clinical range at {cut:.1} ({source})"),
            Reason::Unchanged { delta, rci } if ko => format!("신뢰할 만한 변화 없음 ({delta}점, 기준 {rci}점)"),
            Reason::Unchanged { delta, rci } => format!("no reliable change ({delta} points, {rci} needed)"),
            Reason::TooFew => lang.say("assessment-trajectory-fewer-than-two-scores").to_owned(),
            Reason::NoBasis => lang.say("assessment-trajectory-no-published-figure-reliable-change").to_owned(),
        }
    }

    const fn colour(&self) -> Colour {
        match self {
            Reason::Critical { .. } | Reason::Worsened { .. } => Colour::Red,
            Reason::OutsideCorridor { .. } | Reason::NonResponse { .. } | Reason::AllianceDrop => Colour::Amber,
            Reason::CrossedCut { .. } => Colour::White,
            Reason::Improved { .. } => Colour::Green,
            Reason::Unchanged { .. } | Reason::TooFew | Reason::NoBasis => Colour::Grey,
        }
    }
}

/// An alert: its colour is that of its gravest reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The colour.
    pub colour: Colour,
    /// All that holds, gravest first.
    pub reasons: Vec<Reason>,
    /// What must be said with it, such as that improvement often shows later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
}

/// The alert of a client's points, oldest first. `alliance_fell` comes from an alliance measure, if one is kept.
pub fn alert(instrument: &Instrument, points: &[Point], alliance_fell: bool, lang: Lang) -> Alert {
    let mut reasons = Vec::new();
    let mut caution = None;
    if let Some(last) = points.last() {
        // As the instrument says it in this language; what was kept on the day when it no longer says it.
        let says = |c: &CriticalFound| {
            let now = instrument.critical.iter().find(|now| now.item == c.item);
            now.map_or_else(|| c.reason.clone(), |now| now.reason.pick(lang).to_owned())
        };
        let urgent = last.critical.iter().map(|c| Reason::Critical { item: c.item, reason: says(c) });
        reasons.extend(urgent);
    }
    if alliance_fell {
        reasons.push(Reason::AllianceDrop);
    }
    match points {
        [first, .., last] => {
            match instrument.change(None, first.score, last.score) {
                Some(change) => reasons.extend(of_change(&change, last.score)),
                None => reasons.push(Reason::NoBasis),
            }
            reasons.extend(outside_corridor(instrument, points));
            reasons.extend(non_response(instrument, first, last, lang));
            let early =
                |p: &crate::domain::assessment::instrument::Patience| last.session.is_none_or(|s| s < p.before_session);
            caution = instrument
                .patience
                .as_ref()
                .filter(|p| early(p))
                .map(|p| format!("{} ({})", p.note.pick(lang), p.source));
        }
        _ => reasons.push(Reason::TooFew),
    }
    reasons.sort_by_key(|r| std::cmp::Reverse(r.colour()));
    let colour = reasons.first().map_or(Colour::Grey, Reason::colour);
    let off_track = matches!(colour, Colour::Amber | Colour::Grey) && points.len() > 1;
    Alert { colour, reasons, caution: caution.filter(|_| off_track) }
}

fn of_change(change: &Change, to: Points) -> Vec<Reason> {
    let (from, rci, source) = (change.from, change.rci, change.source.clone());
    match change.class {
        Class::Deteriorated => vec![Reason::Worsened { from, to, rci, source }],
        Class::Improved => vec![Reason::Improved { from, to, rci, source }],
        Class::Recovered => {
            let crossed =
                change.clinical_cut.as_ref().map(|c| Reason::CrossedCut { cut: c.cut, source: c.source.clone() });
            crossed.into_iter().chain([Reason::Improved { from, to, rci, source }]).collect()
        }
        Class::Unchanged => vec![Reason::Unchanged { delta: change.delta, rci }],
    }
}

/// The corridor round the first score: ± the leading reliable-change figure, within the scale.
pub fn corridor(instrument: &Instrument, first: Points) -> Option<(f64, f64)> {
    let rci = instrument.changes.iter().find(|c| c.scale.is_none() && c.default)?.points();
    let (min, max) = (f64::from(instrument.scoring.min), f64::from(instrument.scoring.max));
    Some(((first.value() - rci).max(min), (first.value() + rci).min(max)))
}

/// Two scores in a row beyond the narrowest published figure. The leading figure alone would only repeat the red rule.
fn outside_corridor(instrument: &Instrument, points: &[Point]) -> Option<Reason> {
    let [first, .., before, last] = points else { return None };
    let of_total = instrument.changes.iter().filter(|c| c.scale.is_none());
    let narrow = of_total.min_by(|a, b| a.points().total_cmp(&b.points()))?;
    let width = narrow.points();
    let (bound, beyond): (f64, fn(f64, f64) -> bool) = match instrument.direction {
        Direction::HigherWorse => (first.score.value() + width, |v, b| v >= b),
        Direction::HigherBetter => (first.score.value() - width, |v, b| v <= b),
    };
    let both = beyond(before.score.value(), bound) && beyond(last.score.value(), bound);
    both.then(|| Reason::OutsideCorridor { bound, source: narrow.source.clone() })
}

/// The latest published rule whose week has come.
fn non_response(instrument: &Instrument, first: &Point, last: &Point, lang: Lang) -> Option<Reason> {
    let weeks = (last.at.0 - first.at.0) / WEEK_MS;
    let due = instrument.expected.iter().filter(|e| i64::from(e.week) <= weeks).max_by_key(|e| e.week)?;
    (last.score.value() >= f64::from(due.non_response_at)).then(|| Reason::NonResponse {
        week: due.week,
        at: due.non_response_at,
        population: due.population.pick(lang).to_owned(),
        source: due.source.clone(),
    })
}
