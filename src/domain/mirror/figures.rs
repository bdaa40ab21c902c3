//! How well the rules of the mirror recognise questions and reflections: F1 over dialogues whose turns people have coded. The
//! dialogues are no part of the rules.

use crate::domain::mirror::behaviour::{Question, Reflection};
use crate::domain::mirror::rules::Rules;
use serde::Serialize;

/// A line of a coded dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The client speaks.
    Client(String),
    /// The counsellor speaks.
    Counsellor {
        /// The words.
        text: String,
        /// What people coded, each for one label of this line.
        coded: Vec<Coded>,
    },
}

/// What a person coded of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coded {
    /// It asks; of which kind where that was coded.
    pub question: Option<Option<Question>>,
    /// It reflects; of which kind where that was coded.
    pub reflection: Option<Option<Reflection>>,
}

/// Hits and misses of one behaviour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Coded and found.
    pub hits: u32,
    /// Found and not coded.
    pub false_alarms: u32,
    /// Coded and not found.
    pub misses: u32,
    /// Of the hits with a coded kind, those of the right kind.
    pub kind_right: u32,
    /// Hits with a coded kind.
    pub kinds: u32,
}

/// Figures of a set of dialogues.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Labels of counsellor lines.
    pub labels: u32,
    /// Questions.
    pub questions: Counts,
    /// Reflections.
    pub reflections: Counts,
}

impl Counts {
    /// F1, 0 to 1; 0 where there is nothing.
    pub fn f1(&self) -> f64 {
        share(2 * self.hits, 2 * self.hits + self.false_alarms + self.misses)
    }

    /// Precision, 0 to 1.
    pub fn precision(&self) -> f64 {
        share(self.hits, self.hits + self.false_alarms)
    }

    /// Recall, 0 to 1.
    pub fn recall(&self) -> f64 {
        share(self.hits, self.hits + self.misses)
    }

    /// The share of hits of the right kind, 0 to 1.
    pub fn right_kind(&self) -> f64 {
        share(self.kind_right, self.kinds)
    }

    fn add<K: PartialEq + Copy>(&mut self, coded: Option<Option<K>>, found: Option<K>) {
        match (coded, found) {
            (Some(kind), Some(found)) => {
                self.hits += 1;
                if let Some(kind) = kind {
                    self.kinds += 1;
                    self.kind_right += u32::from(kind == found);
                }
            }
            (None, Some(_)) => self.false_alarms += 1,
            (Some(_), None) => self.misses += 1,
            (None, None) => {}
        }
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// Runs the rules over dialogues, every label of a line counted.
pub fn measure<'a>(rules: &Rules, dialogues: impl IntoIterator<Item = &'a [Line]>) -> Figures {
    let mut figures = Figures::default();
    for dialogue in dialogues {
        let mut before: Vec<&str> = Vec::new();
        for line in dialogue {
            match line {
                Line::Client(text) => before.push(text),
                Line::Counsellor { text, coded } => {
                    let found = rules.behaviour(text, &before);
                    for label in coded {
                        figures.labels += 1;
                        figures.questions.add(label.question, found.question);
                        figures.reflections.add(label.reflection, found.reflection);
                    }
                }
            }
        }
    }
    figures
}
