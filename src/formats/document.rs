//! What a document on paper is made of: notes, hand-outs, packets, reports. A use case builds one; the exporters for PDF,
//! DOCX, Markdown and plain text write it. No layout here, only what stands in which order.

use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, clean_line};

/// A document, in the order in which it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Stands at the top of the first page. Never a client's words or name: that is a fact.
    pub title: String,
    /// The language of its labels, for line breaks and for the page numbers.
    pub lang: Lang,
    /// The sheet.
    pub page: Page,
    /// Label and value, above the text: client, session, author, date.
    pub facts: Vec<(String, ClientText)>,
    /// What stands below.
    pub blocks: Vec<Block>,
    /// On every page beside the page number: centre, "confidential", the revision.
    pub footer: String,
    /// What is said of text that a model worded: name, hash and prompt version (L3). None where no model worded any.
    pub ai_notice: Option<String>,
}

/// A sheet and its type size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A4, 10.5 point.
    A4,
    /// A5, 13 point: for a client to take home.
    A5Large,
}

/// A block of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading; 1 is a section, 2 a part of one. It stays on the page of what follows it.
    Heading {
        /// 1 or 2.
        level: u8,
        /// The words.
        text: String,
    },
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A line of a list.
    Item {
        /// What stands before it.
        marker: Marker,
        /// The words.
        runs: Vec<Run>,
    },
    /// Words of somebody, verbatim, set in, with where they come from.
    Quote {
        /// The words.
        runs: Vec<Run>,
        /// Where they come from: session, time, speaker.
        source: String,
    },
    /// A table; a row has as many cells as the head.
    Table {
        /// The headings.
        head: Vec<String>,
        /// Widths of the columns in relation to each other; as many as the head.
        widths: Vec<u8>,
        /// The rows, a cell a list of runs.
        rows: Vec<Vec<Vec<Run>>>,
    },
    /// A line chart of one measure.
    Chart(Chart),
    /// A frame for what must not be overlooked: crisis lines, what blocks.
    Callout {
        /// Its heading.
        title: String,
        /// Its lines.
        lines: Vec<Vec<Run>>,
    },
    /// Room to write on by hand: a label and this many lines.
    Blank {
        /// What is to be written.
        label: String,
        /// How many lines.
        lines: u8,
    },
    /// What follows begins on a new page.
    PageBreak,
}

/// Before a line of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// A bullet.
    Bullet,
    /// A number and a full stop.
    Number(u32),
    /// A box to tick, ticked or not.
    Box(bool),
}

/// Words in one style.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The words.
    pub text: ClientText,
    /// How they look.
    pub style: Style,
    /// True for words that a model worded and a person accepted: exports mark them (L3).
    pub ai: bool,
}

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As the text.
    Plain,
    /// Bold.
    Strong,
    /// Smaller and grey: sources, times.
    Small,
    /// Struck out: earlier text in a difference.
    Removed,
    /// Underlined: new text in a difference.
    Added,
}

/// Points of one measure over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Name of the measure.
    pub title: String,
    /// Lowest and highest possible score.
    pub range: (f64, f64),
    /// Label below (date or session) and score, oldest first.
    pub points: Vec<(String, f64)>,
    /// A score from which a label holds: bands and cut-offs, drawn as lines across.
    pub levels: Vec<(f64, String)>,
}

impl Document {
    /// The same with every label and heading as the words are: clean, and on one line. Names of members and centres stand in
    /// them, and what an exporter is given is not always from this program.
    pub fn cleaned(&self) -> Document {
        let mut doc = self.clone();
        let line = |text: &mut String| *text = clean_line(text);
        [&mut doc.title, &mut doc.footer].into_iter().for_each(line);
        doc.ai_notice.iter_mut().for_each(line);
        doc.facts.iter_mut().for_each(|(label, _)| line(label));
        for block in &mut doc.blocks {
            match block {
                Block::Heading { text, .. } => line(text),
                Block::Quote { source, .. } => line(source),
                Block::Table { head, .. } => head.iter_mut().for_each(line),
                Block::Chart(chart) => {
                    line(&mut chart.title);
                    chart.points.iter_mut().for_each(|(label, _)| line(label));
                    chart.levels.iter_mut().for_each(|(_, label)| line(label));
                }
                Block::Callout { title, .. } => line(title),
                Block::Blank { label, .. } => line(label),
                Block::Paragraph(_) | Block::Item { .. } | Block::PageBreak => {}
            }
        }
        doc
    }
}

impl Run {
    /// Words as the text.
    pub fn plain(text: impl AsRef<str>) -> Run {
        Run::styled(text, Style::Plain)
    }

    /// Words in a style.
    pub fn styled(text: impl AsRef<str>, style: Style) -> Run {
        Run { text: ClientText::new(text.as_ref()), style, ai: false }
    }
}

impl Block {
    /// A section's heading.
    pub fn heading(text: impl Into<String>) -> Block {
        Block::Heading { level: 1, text: text.into() }
    }

    /// A paragraph of plain words.
    pub fn text(text: impl AsRef<str>) -> Block {
        Block::Paragraph(vec![Run::plain(text)])
    }
}
