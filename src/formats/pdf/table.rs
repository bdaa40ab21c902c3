//! Tables: cells that wrap, a head that is repeated on each page, rows that stay together unless they are long.

use super::flow::Flow;
use super::lines::{Line, Look, Tone, set};
use super::page::{Op, Part};
use crate::formats::document::Run;
use std::rc::Rc;

/// A row up to this many lines stays on one page.
const TOGETHER: usize = 12;

/// Adds the parts of a table.
pub(super) fn lay(flow: &mut Flow<'_>, head: &[String], widths: &[u8], rows: &[Vec<Vec<Run>>]) {
    let count = head.len().max(1);
    let weights: Vec<f32> = (0..count).map(|n| f32::from(widths.get(n).copied().unwrap_or(1).max(1))).collect();
    let whole: f32 = weights.iter().sum();
    let columns: Vec<f32> = weights.iter().map(|w| w / whole * flow.width).collect();
    let pad = flow.size * 0.35;
    let look = Look::plain(flow.size * 0.92).bold();
    let heads: Vec<Vec<Line>> =
        head.iter().zip(&columns).map(|(text, w)| flow.set(text, look, w - pad * 2.0)).collect();
    let grid = Grid { columns: &columns, pad, line: flow.leading(flow.size), width: flow.width };
    let mut top = grid.parts(&heads, true, usize::MAX).remove(0);
    (top.gap, top.keep) = (flow.size * 0.6, true);
    let repeated = Rc::new(Part { gap: 0.0, ..top.clone() });
    if !head.is_empty() {
        flow.parts.push(top);
    }
    for row in rows {
        let cells: Vec<Vec<Line>> = (0..count)
            .map(|n| {
                // What has no column of its own goes to the last one: nothing is lost.
                let last = if n + 1 == count { row.len() } else { n + 1 };
                let runs: Vec<Run> = row.get(n..last.max(n)).unwrap_or_default().concat();
                set(flow.faces, &flow.spans(&runs), columns[n] - pad * 2.0)
            })
            .collect();
        for mut part in grid.parts(&cells, false, TOGETHER) {
            part.head = (!head.is_empty()).then(|| Rc::clone(&repeated));
            flow.parts.push(part);
        }
    }
    flow.parts.push(Part { height: flow.size * 0.4, ..Part::default() });
}

struct Grid<'a> {
    columns: &'a [f32],
    pad: f32,
    line: f32,
    width: f32,
}

impl Grid<'_> {
    /// A row: one part, or one for each line where it has more than `together`.
    fn parts(&self, cells: &[Vec<Line>], head: bool, together: usize) -> Vec<Part> {
        let count = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let step = if count > together { 1 } else { count };
        let mut parts = Vec::new();
        for from in (0..count).step_by(step) {
            let (first, last) = (from == 0, from + step >= count);
            let above = if first { self.pad } else { 0.0 };
            let height = above + self.line * step as f32 + if last { self.pad } else { 0.0 };
            let mut part = Part { height, keep: !last && (first || from + 2 * step >= count), ..Part::default() };
            if head {
                part.ops.push(Op::Fill { x: 0.0, y: 0.0, w: self.width, h: height, tone: Tone::Faint });
            }
            let mut x = 0.0;
            for (width, lines) in self.columns.iter().zip(cells) {
                for (n, line) in lines.iter().skip(from).take(step).enumerate() {
                    part.put(line, x + self.pad, above + self.line * n as f32, self.line);
                }
                part.ops.push(Op::rule((x, 0.0), (x, height), 0.5, Tone::Light));
                x += width;
            }
            part.ops.push(Op::rule((self.width, 0.0), (self.width, height), 0.5, Tone::Light));
            for (drawn, y) in [(first, 0.0), (last, height)] {
                if drawn {
                    part.ops.push(Op::rule((0.0, y), (self.width, y), 0.5, Tone::Light));
                }
            }
            parts.push(part);
        }
        parts
    }
}
