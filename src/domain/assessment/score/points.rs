//! A score as an exact number, and how figures are written.

use serde::{Deserialize, Serialize};

/// A score in hundredths of a point. Whole for all sums; prorated scores round half away from zero at the second
/// decimal, which crosses no whole border for sheets of up to 64 items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

impl Points {
    /// Whole points.
    pub const fn whole(points: i32) -> Self {
        Points(points as i64 * 100)
    }

    /// `numerator / denominator` points; the denominator is positive.
    pub fn ratio(numerator: i64, denominator: i64) -> Self {
        let twice = numerator * 200;
        let half = if numerator < 0 { -denominator } else { denominator };
        Points((twice + half) / (2 * denominator.max(1)))
    }

    /// As a number.
    pub fn value(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// Whole points below or at it: bands and percentile tables are looked up with it.
    pub fn floor(self) -> i32 {
        self.0.div_euclid(100) as i32
    }
}

impl std::ops::Sub for Points {
    type Output = Points;
    fn sub(self, other: Points) -> Points {
        Points(self.0 - other.0)
    }
}

impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 % 100 == 0 { write!(f, "{}", self.0 / 100) } else { write!(f, "{:.2}", self.value()) }
    }
}

impl Serialize for Points {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { s.serialize_i64(self.0 / 100) } else { s.serialize_f64(self.value()) }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let v = f64::deserialize(d)?;
        if v.abs() > 1e9 {
            return Err(serde::de::Error::custom("a score out of range"));
        }
        Ok(Points((v * 100.0).round() as i64))
    }
}

/// Writes a figure without `.0` when it is whole, as people and the contract write it.
pub(in crate::domain::assessment) fn plain<S: serde::Serializer>(v: &f64, s: S) -> Result<S::Ok, S::Error> {
    if v.fract() == 0.0 && v.abs() < 1e9 { s.serialize_i64(*v as i64) } else { s.serialize_f64(*v) }
}
