//! A measure over time: points joined by a line, each with its score, lines across for bands and cut-offs.

use super::flow::{Flow, outline};
use super::lines::{Look, Tone};
use super::page::{Op, Part};
use crate::formats::document::Chart;

/// Adds a chart. What has no number (a score that can not be drawn) is left out of the line.
pub(super) fn lay(flow: &mut Flow<'_>, chart: &Chart) {
    flow.heading(2, &chart.title);
    let size = flow.size * 0.78;
    let (label, room) = (Look::plain(size).tone(Tone::Grey), flow.leading(size));
    let measure = |text: &str| flow.faces.of(false).width(text) * size;
    let points: Vec<(&str, f64)> =
        chart.points.iter().filter(|(_, y)| y.is_finite()).map(|(x, y)| (x.as_str(), *y)).collect();
    let scores = points.iter().map(|p| p.1);
    let low = scores.clone().chain([chart.range.0]).filter(|y| y.is_finite()).fold(f64::MAX, f64::min);
    let high = scores.chain([chart.range.1]).filter(|y| y.is_finite()).fold(f64::MIN, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let names = chart.levels.iter().map(|(_, name)| measure(name)).fold(0.0, f32::max);
    let right = if chart.levels.is_empty() { size } else { (names + size).min(flow.width * 0.34) };
    let (left, top, plot_height) = (measure(&number(high)).max(measure(&number(low))) + size, room, flow.size * 12.0);
    let plot_width = flow.width - left - right;
    let at = |y: f64| top + plot_height * (1.0 - ((y - low) / span).clamp(0.0, 1.0) as f32);
    let mut part = Part { height: top + plot_height + room * 1.3, gap: flow.size * 0.4, ..Part::default() };
    part.ops.extend(outline((left, top), (plot_width, plot_height), 0.6, Tone::Light));
    for y in [low, high] {
        let text = number(y);
        let line = flow.set(&text, label, f32::MAX);
        line.iter().for_each(|l| part.put(l, left - measure(&text) - size * 0.4, at(y) - room / 2.0, room));
    }
    levels(flow, chart, &mut part, label, &|y| at(y), (left, left + plot_width));
    let step = plot_width / points.len().max(1) as f32;
    let x = |n: usize| left + step * (n as f32 + 0.5);
    let curve: Vec<(f32, f32)> = points.iter().enumerate().map(|(n, p)| (x(n), at(p.1))).collect();
    if curve.len() > 1 {
        part.ops.push(Op::Path { points: curve.clone(), weight: 1.3, tone: Tone::Black, dashed: false });
    }
    let widest = points.iter().map(|p| measure(p.0).max(measure(&number(p.1)))).fold(1.0, f32::max) + size * 0.6;
    // Labels that would run into each other are left out: every second, third … one stands, the last one always.
    let each = (widest / step.max(0.01)).ceil().max(1.0) as usize;
    for (n, (name, score)) in points.iter().enumerate() {
        let (px, py) = curve[n];
        part.ops.push(Op::Fill { x: px - 2.0, y: py - 2.0, w: 4.0, h: 4.0, tone: Tone::Black });
        if !(points.len() - 1 - n).is_multiple_of(each) {
            continue;
        }
        let score = number(*score);
        let above = flow.set(&score, Look::plain(size).bold(), f32::MAX);
        above.iter().for_each(|l| part.put(l, px - measure(&score) / 2.0, py - room - 1.0, room));
        let below = flow.set(name, label, f32::MAX);
        below.iter().for_each(|l| part.put(l, px - measure(name) / 2.0, top + plot_height + room * 0.15, room));
    }
    flow.parts.push(part);
}

/// Lines across and their names at the right, moved apart where they would stand on each other.
fn levels(
    flow: &Flow<'_>,
    chart: &Chart,
    part: &mut Part,
    label: Look,
    at: &dyn Fn(f64) -> f32,
    (left, right): (f32, f32),
) {
    let mut levels: Vec<&(f64, String)> = chart.levels.iter().filter(|(y, _)| y.is_finite()).collect();
    levels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let room = label.size * 1.25;
    let mut lowest = f32::MAX;
    for (from, name) in levels {
        let y = at(*from);
        part.ops.push(Op::Path { points: vec![(left, y), (right, y)], weight: 0.6, tone: Tone::Grey, dashed: true });
        let lines = flow.set(name, label, flow.width - right - label.size * 0.5);
        let top = (y - room / 2.0).min(lowest - room * lines.len() as f32);
        lowest = top;
        for (n, line) in lines.iter().enumerate() {
            part.put(line, right + label.size * 0.5, top + room * n as f32, room);
        }
    }
}

/// A score without needless decimals.
fn number(y: f64) -> String {
    if y.fract() == 0.0 { format!("{y:.0}") } else { format!("{y:.1}") }
}
