//! The blocks of a document as parts with a height: headings, paragraphs, lists, quotes, frames, room to write on.

use super::face::Faces;
use super::lines::{Line, Look, Tone, set};
use super::page::{Op, Part};
use super::{chart, table};
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Document, Marker, Run, Style};

/// Height of a line in relation to the size of its type: Hangul fills its square, so it wants more than Latin.
const LEADING: f32 = 1.55;

/// Measures of a page and of its type, and the parts made so far.
pub(super) struct Flow<'a> {
    /// The font.
    pub faces: &'a Faces,
    /// Points of plain text.
    pub size: f32,
    /// Points between the margins.
    pub width: f32,
    /// Of labels.
    pub lang: Lang,
    /// What was laid out.
    pub parts: Vec<Part>,
}

/// Lays out a whole document with type of this size.
pub(super) fn parts(doc: &Document, faces: &Faces, size: f32, width: f32) -> Vec<Part> {
    let mut flow = Flow { faces, size, width, lang: doc.lang, parts: Vec::new() };
    flow.title(doc);
    let mut breaks = false;
    for block in &doc.blocks {
        if *block == Block::PageBreak {
            breaks = true;
            continue;
        }
        let first = flow.parts.len();
        flow.block(block);
        if let Some(part) = flow.parts.get_mut(first) {
            part.breaks |= std::mem::take(&mut breaks);
        }
    }
    if let Some(notice) = &doc.ai_notice {
        flow.notice(notice);
    }
    flow.parts
}

impl Flow<'_> {
    /// Height of a line of type of this size.
    pub fn leading(&self, size: f32) -> f32 {
        size * LEADING
    }

    /// Small grey type.
    pub fn small(&self) -> Look {
        Look::plain(self.size * 0.82).tone(Tone::Grey)
    }

    /// Runs as spans, with a mark behind each stretch that a model worded.
    pub fn spans(&self, runs: &[Run]) -> Vec<(String, Look)> {
        let mut spans = Vec::new();
        for (n, run) in runs.iter().enumerate() {
            let plain = Look::plain(self.size);
            let look = match run.style {
                Style::Plain => plain,
                Style::Strong => plain.bold(),
                Style::Small => self.small(),
                Style::Removed => Look { strike: true, ..plain.tone(Tone::Grey) },
                Style::Added => Look { underline: true, ..plain },
            };
            spans.push((run.text.reveal().replace('\t', " "), look));
            if run.ai && !runs.get(n + 1).is_some_and(|next| next.ai) {
                let mark = Look::plain(self.size * 0.72).bold().tone(Tone::Mark);
                spans.push((format!("\u{a0}[{}]", self.lang.say("formats-document-ai")), mark));
            }
        }
        spans
    }

    /// Lines as parts of their own, at this distance from the left, with no widow and no orphan.
    fn lines(&mut self, lines: &[Line], size: f32, indent: f32, gap: f32) {
        let height = self.leading(size);
        for (n, line) in lines.iter().enumerate() {
            let mut part = Part { height, gap: if n == 0 { gap } else { 0.0 }, ..Part::default() };
            part.keep = n + 1 < lines.len() && (n == 0 || n + 2 == lines.len());
            part.put(line, indent, 0.0, height);
            self.parts.push(part);
        }
    }

    /// Words broken into lines of this width.
    pub fn set(&self, text: &str, look: Look, width: f32) -> Vec<Line> {
        set(self.faces, &[(text.replace('\t', " "), look)], width)
    }

    fn title(&mut self, doc: &Document) {
        let size = self.size * 1.6;
        let lines = self.set(&doc.title, Look::plain(size).bold(), self.width);
        self.lines(&lines, size, 0.0, 0.0);
        if !doc.facts.is_empty() {
            let label = self.small();
            let widths = doc.facts.iter().map(|(name, _)| self.faces.of(false).width(name) * label.size);
            let column = widths.fold(0.0, f32::max).min(self.width * 0.35) + self.size;
            for (n, (name, value)) in doc.facts.iter().enumerate() {
                let names = self.set(name, label, column - self.size * 0.8);
                let values = self.set(value.reveal(), Look::plain(self.size * 0.95), self.width - column);
                self.side_by_side(&names, &values, column, if n == 0 { self.size * 0.5 } else { 0.0 });
            }
        }
        let rule = Op::rule((0.0, 0.0), (self.width, 0.0), 0.8, Tone::Grey);
        self.keep_last();
        self.parts.push(Part { ops: vec![rule], height: 1.0, gap: self.size * 0.6, keep: true, ..Part::default() });
    }

    fn side_by_side(&mut self, left: &[Line], right: &[Line], column: f32, gap: f32) {
        let height = self.leading(self.size * 0.95);
        for n in 0..left.len().max(right.len()) {
            let mut part = Part { height, gap: if n == 0 { gap } else { 0.0 }, ..Part::default() };
            left.get(n).into_iter().for_each(|l| part.put(l, 0.0, 0.0, height));
            right.get(n).into_iter().for_each(|l| part.put(l, column, 0.0, height));
            self.parts.push(part);
        }
    }

    fn keep_last(&mut self) {
        self.parts.last_mut().into_iter().for_each(|p| p.keep = true);
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Paragraph(runs) => {
                let lines = set(self.faces, &self.spans(runs), self.width);
                self.lines(&lines, self.size, 0.0, self.size * 0.45);
            }
            Block::Item { marker, runs } => self.item(*marker, runs),
            Block::Quote { runs, source } => self.quote(runs, source),
            Block::Table { head, widths, rows } => table::lay(self, head, widths, rows),
            Block::Chart(drawn) => chart::lay(self, drawn),
            Block::Callout { title, lines } => self.callout(title, lines),
            Block::Blank { label, lines } => self.blank(label, *lines),
            Block::PageBreak => {}
        }
    }

    /// A heading: bold, larger for a section, kept with what follows.
    pub fn heading(&mut self, level: u8, text: &str) {
        let (scale, gap) = if level <= 1 { (1.22, 1.15) } else { (1.06, 0.8) };
        let size = self.size * scale;
        let lines = self.set(text, Look::plain(size).bold(), self.width);
        let first = self.parts.len();
        self.lines(&lines, size, 0.0, self.size * gap);
        self.parts[first..].iter_mut().for_each(|p| p.keep = true);
    }

    fn item(&mut self, marker: Marker, runs: &[Run]) {
        let plain = Look::plain(self.size);
        let indent = self.size * if matches!(marker, Marker::Number(n) if n > 9) { 2.4 } else { 1.7 };
        let lines = set(self.faces, &self.spans(runs), self.width - indent);
        let first = self.parts.len();
        self.lines(&lines, self.size, indent, self.size * 0.25);
        let height = self.leading(self.size);
        let side = self.size * 0.86;
        let top = (height - side) / 2.0;
        let sign = match marker {
            Marker::Bullet => "•".to_owned(),
            Marker::Number(n) => format!("{n}."),
            Marker::Box(_) => String::new(),
        };
        let sign = self.set(&sign, plain, f32::MAX);
        let Some(part) = self.parts.get_mut(first) else { return };
        if let Marker::Box(ticked) = marker {
            part.ops.extend(outline((0.0, top), (side, side), 0.9, Tone::Black));
            if ticked {
                let tick = [(0.2, 0.52), (0.43, 0.76), (0.84, 0.22)].map(|(x, y)| (side * x, top + side * y));
                part.ops.push(Op::Path { points: tick.to_vec(), weight: 1.4, tone: Tone::Black, dashed: false });
            }
        } else {
            let at = if marker == Marker::Bullet { side * 0.4 } else { 0.0 };
            sign.iter().for_each(|l| part.put(l, at, 0.0, height));
        }
    }

    fn quote(&mut self, runs: &[Run], source: &str) {
        let indent = self.size * 1.4;
        let first = self.parts.len();
        let lines = set(self.faces, &self.spans(runs), self.width - indent * 1.5);
        self.lines(&lines, self.size, indent, self.size * 0.5);
        if !source.is_empty() {
            self.keep_last();
            let lines = self.set(source, self.small(), self.width - indent * 1.5);
            self.lines(&lines, self.size * 0.82, indent, 0.0);
        }
        for part in &mut self.parts[first..] {
            let bar = Op::rule((indent * 0.4, 0.0), (indent * 0.4, part.height), 1.6, Tone::Light);
            part.ops.push(bar);
        }
    }

    fn callout(&mut self, title: &str, lines: &[Vec<Run>]) {
        let pad = self.size * 0.9;
        let inner = self.width - pad * 2.0;
        let first = self.parts.len();
        let head = self.set(title, Look::plain(self.size).bold(), inner);
        self.lines(&head, self.size, pad, 0.0);
        for runs in lines {
            let set = set(self.faces, &self.spans(runs), inner);
            self.lines(&set, self.size, pad, 0.0);
        }
        let count = self.parts.len() - first;
        for (n, part) in self.parts[first..].iter_mut().enumerate() {
            part.keep = n + 1 < count;
            if n == 0 {
                part.ops.iter_mut().for_each(|op| *op = op.moved(0.0, pad * 0.6));
                (part.gap, part.height) = (self.size * 0.9, part.height + pad * 0.6);
                part.ops.push(Op::rule((0.0, 0.0), (self.width, 0.0), 1.2, Tone::Black));
            }
            if n + 1 == count {
                part.height += pad * 0.6;
                part.ops.push(Op::rule((0.0, part.height), (self.width, part.height), 1.2, Tone::Black));
            }
            for x in [0.0, self.width] {
                part.ops.push(Op::rule((x, 0.0), (x, part.height), 1.2, Tone::Black));
            }
        }
        // Nothing touches the frame.
        self.parts.push(Part { height: self.size * 0.3, ..Part::default() });
    }

    fn blank(&mut self, label: &str, count: u8) {
        let lines = self.set(label, Look::plain(self.size).bold(), self.width);
        self.lines(&lines, self.size, 0.0, self.size * 0.7);
        if count > 0 {
            self.keep_last();
        }
        let height = self.size * 2.1;
        for n in 0..count {
            let rule = Op::rule((0.0, height), (self.width, height), 0.6, Tone::Grey);
            self.parts.push(Part { ops: vec![rule], height, keep: n == 0 && count > 1, ..Part::default() });
        }
    }

    fn notice(&mut self, notice: &str) {
        let first = self.parts.len();
        let text = format!("[{}] {notice}", self.lang.say("formats-document-ai"));
        let lines = self.set(&text, self.small(), self.width);
        self.lines(&lines, self.size * 0.82, 0.0, self.size * 1.2);
        if let Some(part) = self.parts.get_mut(first) {
            let space = self.size * 0.4;
            part.ops.iter_mut().for_each(|op| *op = op.moved(0.0, space));
            part.height += space;
            part.ops.push(Op::rule((0.0, 0.0), (self.width, 0.0), 0.5, Tone::Grey));
        }
    }
}

/// The outline of a rectangle.
pub(super) fn outline(at: (f32, f32), side: (f32, f32), weight: f32, tone: Tone) -> [Op; 4] {
    let (x, y, r, b) = (at.0, at.1, at.0 + side.0, at.1 + side.1);
    [((x, y), (r, y)), ((r, y), (r, b)), ((r, b), (x, b)), ((x, b), (x, y))].map(|(a, z)| Op::rule(a, z, weight, tone))
}
