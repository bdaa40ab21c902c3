//! The voices in voice prints: spherical two-means from two beginnings, and whether the two are one person; where more people
//! were announced, the same again within each voice.

use crate::speech::matrix::dot;
use crate::speech::scale::Scale;
use crate::speech::voice_print::VoicePrint;
use zeroize::Zeroizing;

/// A line counts by its length up to here, so that one long story does not drown the other voice.
const FULL_WEIGHT_MS: u64 = 8000;
/// Rounds of grouping; it settles in a handful.
const ROUNDS: usize = 24;

/// The voices in prints that lie in order of time, at most so many: mean directions, in the order in which they were first heard.
pub(super) fn voices_of(prints: &[&VoicePrint], most: usize) -> Vec<Zeroizing<Vec<f32>>> {
    let Some(all) = mean(prints, |_| true) else { return Vec::new() };
    let Some(pair) = two_of(prints, &all) else { return vec![all] };
    let mut voices = vec![pair.first, pair.second];
    while voices.len() < most {
        // The voice that falls apart into the two least alike is two people.
        let groups = nearest(prints, &voices);
        let split = (0..voices.len()).filter_map(|v| {
            let own: Vec<&VoicePrint> = prints.iter().zip(&groups).filter(|(_, g)| **g == v).map(|(p, _)| *p).collect();
            two_of(&own, &mean(&own, |_| true)?).map(|pair| (v, pair))
        });
        let Some((v, pair)) = split.min_by(|a, b| a.1.alike().total_cmp(&b.1.alike())) else { break };
        voices[v] = pair.first;
        voices.push(pair.second);
        voices = settle_all(prints, voices);
    }
    voices
}

/// Two persons in prints; `None` where there is one.
fn two_of(prints: &[&VoicePrint], all: &[f32]) -> Option<Pair> {
    let beginnings = [by_farthest(prints, all), by_spread(prints, all)];
    let best =
        beginnings.into_iter().filter_map(|(a, b)| settle_pair(prints, a, b)).max_by(|x, y| x.fit.total_cmp(&y.fit));
    let scale = Scale::of(prints.first().map(|p| p.encoder()));
    best.filter(|pair| pair.alike() < one_person(pair.fewer, scale))
}

/// From which likeness on two groups are one person, the smaller of which has `lines` lines.
fn one_person(lines: usize, scale: &Scale) -> f32 {
    scale.one_person_by_many - (scale.one_person_by_many - scale.one_person_by_one_line) / lines.max(1) as f32
}

/// The voice that each print is most like.
fn nearest(prints: &[&VoicePrint], voices: &[Zeroizing<Vec<f32>>]) -> Vec<usize> {
    let best = |p: &&VoicePrint| {
        (0..voices.len()).rev().max_by(|a, b| p.along(&voices[*a]).total_cmp(&p.along(&voices[*b]))).unwrap_or(0)
    };
    prints.iter().map(best).collect()
}

/// Spherical means from a beginning, in order of first appearance; a voice that loses its last print is gone.
fn settle_all(prints: &[&VoicePrint], mut voices: Vec<Zeroizing<Vec<f32>>>) -> Vec<Zeroizing<Vec<f32>>> {
    let mut groups = Vec::new();
    for _ in 0..ROUNDS {
        let next = nearest(prints, &voices);
        if next == groups {
            break;
        }
        voices = (0..voices.len()).filter_map(|v| mean(prints, |n| next[n] == v)).collect();
        groups = next;
    }
    let groups = nearest(prints, &voices);
    let first = |v: usize| groups.iter().position(|g| *g == v).unwrap_or(usize::MAX);
    let mut order: Vec<(usize, Zeroizing<Vec<f32>>)> =
        voices.into_iter().enumerate().map(|(v, d)| (first(v), d)).collect();
    order.sort_by_key(|(first, _)| *first);
    order.into_iter().map(|(_, direction)| direction).collect()
}

struct Pair {
    first: Zeroizing<Vec<f32>>,
    second: Zeroizing<Vec<f32>>,
    fewer: usize,
    fit: f32,
}

impl Pair {
    fn alike(&self) -> f32 {
        dot(&self.first, &self.second)
    }
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
