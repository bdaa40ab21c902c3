//! Change between two scores: reliable change with its SD, r and source, the disagreement of published bases shown,
//! the class of Jacobson and Truax (1991), response and remission.

use crate::domain::assessment::instrument::definition::Instrument;
use crate::domain::assessment::instrument::format::Direction;
use crate::domain::assessment::instrument::reading::{ChangeBasis, ClinicalCut, ReliabilityKind};
use crate::domain::assessment::score::points::Points;
use crate::domain::practice::lang::Lang;
use serde::{Deserialize, Serialize};

/// Two-sided 95 % point of the normal distribution.
const Z95: f64 = 1.96;

/// What became of the client between two scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Reliably better, and across the clinical cut.
    Recovered,
    /// Reliably better.
    Improved,
    /// No reliable change.
    Unchanged,
    /// Reliably worse.
    Deteriorated,
}

impl Class {
    /// The word for people.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Class::Recovered => lang.say("assess-report-recovered"),
            Class::Improved => lang.say("assess-report-improved"),
            Class::Unchanged => lang.say("assess-report-unchanged"),
            Class::Deteriorated => lang.say("assess-report-deteriorated"),
        }
    }
}

/// What one basis says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// Id of the basis in the instrument.
    pub id: String,
    /// Points that make a change reliable.
    #[serde(serialize_with = "crate::domain::assessment::score::points::plain")]
    pub rci: f64,
    /// Kind of reliability behind it.
    pub rci_kind: ReliabilityKind,
    /// Standard deviation that was used, points.
    pub sd: Option<f64>,
    /// Reliability that was used, 0 to 1.
    pub reliability: Option<f64>,
    /// The class it gives.
    pub class: Class,
    /// Where it comes from.
    pub source: String,
}

/// Change from an earlier score; part of `gyeot.score/1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Earlier of the two scores.
    pub from: Points,
    /// Later minus earlier.
    pub delta: Points,
    /// Points that make a change reliable, by the leading basis.
    #[serde(serialize_with = "crate::domain::assessment::score::points::plain")]
    pub rci: f64,
    /// Kind of reliability behind it.
    pub rci_kind: ReliabilityKind,
    /// Standard deviation that was used, points.
    pub sd: Option<f64>,
    /// Reliability that was used, 0 to 1.
    pub reliability: Option<f64>,
    /// The class by the leading basis.
    pub class: Class,
    /// Where the leading basis comes from.
    pub source: String,
    /// The clinical cut used for `recovered`, with its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinical_cut: Option<CutUsed>,
    /// What the other published bases say.
    pub others: Vec<Basis>,
    /// All bases give the same class.
    pub agree: bool,
    /// At least the published share less than at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<bool>,
    /// Below the published limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remission: Option<bool>,
}

/// A clinical cut as used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CutUsed {
    /// First value of the clinical side.
    #[serde(serialize_with = "crate::domain::assessment::score::points::plain")]
    pub cut: f64,
    /// Where it comes from.
    pub source: String,
}

/// 95 % reliable change from SD and reliability, before rounding up (Jacobson & Truax 1991).
pub fn rci95(sd: f64, reliability: f64) -> f64 {
    Z95 * std::f64::consts::SQRT_2 * sd * (1.0 - reliability).sqrt()
}

/// Criterion c of Jacobson & Truax (1991): between the means, weighted by the SDs. Pairs are (mean, SD).
pub fn criterion_c(clinical: [f64; 2], general: [f64; 2]) -> f64 {
    let ([m1, s1], [m0, s0]) = (clinical, general);
    (s0 * m1 + s1 * m0) / (s0 + s1)
}

impl ChangeBasis {
    /// Points that make a change reliable: whole, rounded up when worked out here, as published otherwise.
    pub fn points(&self) -> f64 {
        match (self.rci, self.sd, self.reliability) {
            (Some(rci), _, _) => rci,
            (None, Some(sd), Some(r)) => rci95(sd, r).ceil(),
            _ => f64::INFINITY,
        }
    }
}

impl ClinicalCut {
    /// First value of the clinical side.
    pub fn value(&self) -> Option<f64> {
        match (self.cut, self.clinical, self.general) {
            (Some(c), _, _) => Some(c),
            (None, Some(clinical), Some(general)) => Some(criterion_c(clinical, general)),
            _ => None,
        }
    }
}

impl Instrument {
    /// The change of the total, or of a subscale, from one score to a later one; none when the file has no basis.
    pub fn change(&self, scale: Option<&str>, from: Points, to: Points) -> Option<Change> {
        let of_scale = |c: &&ChangeBasis| c.scale.as_deref() == scale;
        let leading = self.changes.iter().filter(of_scale).find(|c| c.default)?;
        let cuts = self.clinical_cuts.iter().filter(|c| c.scale.as_deref() == scale);
        let cut = cuts.clone().find(|c| c.default).or_else(|| cuts.clone().next());
        let cut = cut.and_then(|c| c.value().map(|v| CutUsed { cut: v, source: c.source.clone() }));
        let delta = to - from;
        let class = |rci: f64| self.class(from, to, rci, cut.as_ref().map(|c| c.cut));
        let others: Vec<Basis> = self
            .changes
            .iter()
            .filter(of_scale)
            .filter(|c| !c.default)
            .map(|c| Basis {
                id: c.id.clone(),
                rci: c.points(),
                rci_kind: c.kind,
                sd: c.sd,
                reliability: c.reliability,
                class: class(c.points()),
                source: c.source.clone(),
            })
            .collect();
        let rci = leading.points();
        let led = class(rci);
        let remission = self.remission.as_ref().filter(|_| scale.is_none());
        Some(Change {
            from,
            delta,
            rci,
            rci_kind: leading.kind,
            sd: leading.sd,
            reliability: leading.reliability,
            class: led,
            source: leading.source.clone(),
            agree: others.iter().all(|b| b.class == led),
            clinical_cut: cut,
            others,
            response: remission
                .filter(|_| from.value() > 0.0)
                .map(|r| -delta.value() * 100.0 >= r.response_percent * from.value()),
            remission: remission.map(|r| to.value() < f64::from(r.remission_below)),
        })
    }

    fn class(&self, from: Points, to: Points, rci: f64, cut: Option<f64>) -> Class {
        let towards_trouble = match self.direction {
            Direction::HigherWorse => (to - from).value(),
            Direction::HigherBetter => (from - to).value(),
        };
        let clinical = |p: Points, c: f64| match self.direction {
            Direction::HigherWorse => p.value() >= c,
            Direction::HigherBetter => p.value() < c,
        };
        if towards_trouble.abs() < rci {
            Class::Unchanged
        } else if towards_trouble > 0.0 {
            Class::Deteriorated
        } else if cut.is_some_and(|c| clinical(from, c) && !clinical(to, c)) {
            Class::Recovered
        } else {
            Class::Improved
        }
    }
}
