//! Parts of a document that are not split, and their division into pages.

use super::lines::{Line, Look, Tone};
use std::rc::Rc;

/// What is drawn, in points from the upper left corner of its part.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// Words; `y` is their base line.
    Text {
        /// Left end.
        x: f32,
        /// Base line.
        y: f32,
        /// Its width.
        width: f32,
        /// The words.
        text: String,
        /// How they look.
        look: Look,
    },
    /// A line through points.
    Path {
        /// The points, at least two.
        points: Vec<(f32, f32)>,
        /// Thickness.
        weight: f32,
        /// Colour.
        tone: Tone,
        /// Drawn in dashes.
        dashed: bool,
    },
    /// A filled rectangle.
    Fill {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Width.
        w: f32,
        /// Height.
        h: f32,
        /// Colour.
        tone: Tone,
    },
}

impl Op {
    /// A straight line.
    pub fn rule(from: (f32, f32), to: (f32, f32), weight: f32, tone: Tone) -> Op {
        Op::Path { points: vec![from, to], weight, tone, dashed: false }
    }

    /// The same, further right and down.
    pub fn moved(&self, right: f32, down: f32) -> Op {
        let mut op = self.clone();
        match &mut op {
            Op::Text { x, y, .. } | Op::Fill { x, y, .. } => (*x, *y) = (*x + right, *y + down),
            Op::Path { points, .. } => points.iter_mut().for_each(|p| *p = (p.0 + right, p.1 + down)),
        }
        op
    }
}

/// What stays on one page.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// What is drawn.
    pub ops: Vec<Op>,
    /// Height.
    pub height: f32,
    /// Room above, which the top of a page does not need.
    pub gap: f32,
    /// True where the next part has to stand on the same page.
    pub keep: bool,
    /// True where a new page begins before it.
    pub breaks: bool,
    /// Repeated above it where it begins a page: the head of its table.
    pub head: Option<Rc<Part>>,
}

impl Part {
    /// Words of one line whose upper edge is `top`.
    pub fn put(&mut self, line: &Line, x: f32, top: f32, height: f32) {
        for piece in line {
            // Ascent of the font is 0.92 of its size, descent 0.23.
            let size = line.iter().map(|p| p.look.size).fold(0.0, f32::max);
            let y = top + (height - size * 1.15) / 2.0 + size * 0.92;
            let (width, text) = (piece.width, piece.text.clone());
            self.ops.push(Op::Text { x: x + piece.x, y, width, text, look: piece.look });
        }
    }
}

/// Divides parts into pages of this height; each page is what is drawn on it, from its upper left corner.
pub(super) fn paginate(parts: &[Part], height: f32) -> Vec<Vec<Op>> {
    let mut pages: Vec<Vec<Op>> = vec![Vec::new()];
    let (mut y, mut fresh) = (0.0, true);
    let mut chain_end = 0;
    for (n, part) in parts.iter().enumerate() {
        let mut new_page = part.breaks && !fresh;
        let gap = if fresh { 0.0 } else { part.gap };
        if n >= chain_end {
            chain_end = n + 1 + parts[n..].iter().take_while(|p| p.keep).count();
            let chain: f32 = parts[n..chain_end.min(parts.len())].iter().map(|p| p.gap + p.height).sum();
            // A chain longer than a page is divided where the page is full.
            new_page |= !fresh && y + chain - part.gap + gap > height && chain <= height;
        }
        new_page |= !fresh && y + gap + part.height > height + 0.01;
        if new_page {
            pages.push(Vec::new());
            (y, fresh) = (0.0, true);
        }
        let page = pages.len() - 1;
        if let Some(head) = part.head.as_ref().filter(|_| fresh) {
            pages[page].extend(head.ops.iter().map(|op| op.moved(0.0, y)));
            y += head.height;
            fresh = false;
        }
        y += if fresh || new_page { 0.0 } else { part.gap };
        pages[page].extend(part.ops.iter().map(|op| op.moved(0.0, y)));
        (y, fresh) = (y + part.height, false);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(height: f32, keep: bool) -> Part {
        let op = Op::rule((0.0, 0.0), (1.0, 0.0), 1.0, Tone::Black);
        Part { ops: vec![op], height, keep, ..Part::default() }
    }

    fn counts(parts: &[Part]) -> Vec<usize> {
        paginate(parts, 100.0).iter().map(Vec::len).collect()
    }

    #[test]
    fn a_heading_goes_to_the_page_of_what_follows_it() {
        assert_eq!(counts(&[part(80.0, false), part(15.0, true), part(10.0, false)]), [1, 2]);
    }

    #[test]
    fn a_chain_longer_than_a_page_is_divided_where_it_is_full() {
        let chain: Vec<Part> = (0..25).map(|_| part(10.0, true)).collect();
        assert_eq!(counts(&chain), [10, 10, 5]);
    }

    #[test]
    fn the_head_of_a_table_is_repeated_on_each_page() {
        let head = Rc::new(part(20.0, false));
        let mut rows: Vec<Part> = (0..9).map(|_| Part { head: Some(Rc::clone(&head)), ..part(20.0, false) }).collect();
        rows.insert(0, Part { keep: true, ..(*head).clone() });
        assert_eq!(counts(&rows), [5, 5, 2]);
    }

    #[test]
    fn a_page_break_makes_no_empty_page() {
        let breaks = Part { breaks: true, ..part(10.0, false) };
        assert_eq!(counts(&[breaks.clone(), part(10.0, false), breaks]), [2, 1]);
    }
}
