//! One or two voices out of voice prints: spherical two-means from two beginnings, and whether the two are one person.
//! Figures of likeness were chosen on public read speech and synthetic voices and hold for the GE2E encoder only.

use crate::speech::matrix::dot;
use crate::speech::voice::VoicePrint;
use zeroize::Zeroizing;

/// A line counts by its length up to here, so that one long story does not drown the other voice.
const FULL_WEIGHT_MS: u64 = 8000;
/// Two voices that are each known from one line are one person from this likeness on. Measured on single lines:
/// other person 0.69 at most, same person 0.70 at least and 0.9 on average.
const ONE_PERSON_BY_ONE_LINE: f32 = 0.72;
/// The same when both are known from many lines. Measured: one person split in two 0.96, two persons 0.59.
const ONE_PERSON_BY_MANY: f32 = 0.85;
/// Rounds of grouping; it settles in a handful.
const ROUNDS: usize = 24;

/// The one or two voices in prints that lie in order of time: mean directions, the voice of the first print first.
pub(super) fn voices_of(prints: &[&VoicePrint]) -> Vec<Zeroizing<Vec<f32>>> {
    let Some(all) = mean(prints, |_| true) else { return Vec::new() };
    let beginnings = [by_farthest(prints, &all), by_spread(prints, &all)];
    let best =
        beginnings.into_iter().filter_map(|(a, b)| settle_pair(prints, a, b)).max_by(|x, y| x.fit.total_cmp(&y.fit));
    match best {
        Some(pair) if dot(&pair.first, &pair.second) < one_person(pair.fewer) => vec![pair.first, pair.second],
        _ => vec![all],
    }
}

/// From which likeness on two groups are one person, the smaller of which has `lines` lines.
fn one_person(lines: usize) -> f32 {
    ONE_PERSON_BY_MANY - (ONE_PERSON_BY_MANY - ONE_PERSON_BY_ONE_LINE) / lines.max(1) as f32
}

struct Pair {
    first: Zeroizing<Vec<f32>>,
    second: Zeroizing<Vec<f32>>,
    fewer: usize,
    fit: f32,
}

/// Spherical two-means from a beginning; `None` when one group becomes empty.
fn settle_pair(prints: &[&VoicePrint], mut a: Zeroizing<Vec<f32>>, mut b: Zeroizing<Vec<f32>>) -> Option<Pair> {
    let mut groups: Vec<bool> = Vec::new();
    for _ in 0..ROUNDS {
        let next: Vec<bool> = prints.iter().map(|p| p.along(&a) >= p.along(&b)).collect();
        if next == groups {
            break;
        }
        a = mean(prints, |n| next[n])?;
        b = mean(prints, |n| !next[n])?;
        groups = next;
    }
    let fit = prints.iter().map(|p| weight(p) * p.along(&a).max(p.along(&b))).sum();
    let of_a = groups.iter().filter(|g| **g).count();
    let fewer = of_a.min(groups.len() - of_a);
    let (first, second) = if *groups.first()? { (a, b) } else { (b, a) };
    Some(Pair { first, second, fewer, fit })
}

fn weight(print: &VoicePrint) -> f32 {
    print.heard_ms().clamp(1, FULL_WEIGHT_MS) as f32
}

/// The mean direction of the chosen prints, by weight.
fn mean(prints: &[&VoicePrint], chosen: impl Fn(usize) -> bool) -> Option<Zeroizing<Vec<f32>>> {
    let mut sum = Zeroizing::new(vec![0f32; prints.first()?.direction().len()]);
    for (_, print) in prints.iter().enumerate().filter(|(n, _)| chosen(*n)) {
        sum.iter_mut().zip(print.direction()).for_each(|(s, x)| *s += weight(print) * x);
    }
    let length = dot(&sum, &sum).sqrt();
    if length <= f32::MIN_POSITIVE {
        return None;
    }
    sum.iter_mut().for_each(|x| *x /= length);
    Some(sum)
}

/// The print least like the mean, and the print least like that one.
fn by_farthest(prints: &[&VoicePrint], all: &[f32]) -> (Zeroizing<Vec<f32>>, Zeroizing<Vec<f32>>) {
    let least_like = |of: &[f32]| {
        let print = prints.iter().min_by(|x, y| x.along(of).total_cmp(&y.along(of)));
        Zeroizing::new(print.map(|p| p.direction().to_vec()).unwrap_or_default())
    };
    let one = least_like(all);
    let other = least_like(&one);
    (one, other)
}

/// Both sides of the mean along the direction in which the prints spread most (power iteration).
fn by_spread(prints: &[&VoicePrint], all: &[f32]) -> (Zeroizing<Vec<f32>>, Zeroizing<Vec<f32>>) {
    let (mut axis, _) = by_farthest(prints, all);
    axis.iter_mut().zip(all).for_each(|(x, m)| *x -= m);
    for _ in 0..8 {
        let offset = dot(&axis, all);
        let mut next = Zeroizing::new(vec![0f32; all.len()]);
        for print in prints {
            let along = weight(print) * (print.along(&axis) - offset);
            next.iter_mut().zip(print.direction().iter().zip(all)).for_each(|(n, (x, m))| *n += along * (x - m));
        }
        let length = dot(&next, &next).sqrt().max(f32::MIN_POSITIVE);
        next.iter_mut().for_each(|x| *x /= length);
        axis = next;
    }
    let side = |sign: f32| Zeroizing::new(all.iter().zip(axis.iter()).map(|(m, x)| m + sign * x).collect::<Vec<f32>>());
    (side(1.0), side(-1.0))
}
