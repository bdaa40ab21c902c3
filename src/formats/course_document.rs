//! The whole course of an escalation on one page: what it is, what was done by whom, what is due. It has the client's code and no
//! field of the card.

use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::formats::document::{Block, Document, Page, Run, Style};
use crate::texts::{Message, msg};

/// What stands on it.
#[derive(Debug, Clone, PartialEq)]
pub struct CoursePaper {
    /// Number of the packet.
    pub number: String,
    /// Label and value.
    pub facts: Vec<(Message, Message)>,
    /// When, who, what, and a remark.
    pub steps: Vec<(String, String, Message, Option<ClientText>)>,
    /// What is due or to be looked at.
    pub due: Vec<Message>,
    /// The centre.
    pub centre: String,
    /// Written by whom and when.
    pub written: Message,
}

/// The page.
pub fn document(paper: &CoursePaper, lang: Lang) -> Document {
    let say = |id: &'static str| lang.say(id);
    let cell = |text: &str| vec![Run::plain(text)];
    let rows = paper.steps.iter().map(|(at, who, what, remark)| {
        let mut said = vec![Run::plain(what.text(lang))];
        if let Some(remark) = remark {
            said.push(Run {
                text: ClientText::new(&format!(" — {}", remark.reveal())),
                style: Style::Small,
                ai: false,
            });
        }
        vec![cell(at), cell(who), said]
    });
    let head = ["course-when", "course-who", "course-what"].map(|id| say(id).to_owned());
    let mut blocks = vec![
        Block::heading(say("course-done")),
        Block::Table { head: head.to_vec(), widths: vec![3, 2, 7], rows: rows.collect() },
    ];
    if !paper.due.is_empty() {
        let lines = paper.due.iter().map(|line| vec![Run::plain(line.text(lang))]).collect();
        blocks.push(Block::Callout { title: say("course-due").to_owned(), lines });
    }
    blocks.push(Block::Paragraph(vec![Run::styled(paper.written.text(lang), Style::Small)]));
    Document {
        title: msg("course-paper-title").with("number", &paper.number).text(lang),
        lang,
        page: Page::A4,
        facts: paper.facts.iter().map(|(l, v)| (l.text(lang), ClientText::new(&v.text(lang)))).collect(),
        blocks,
        footer: format!("{} · {}", paper.centre, say("breach-confidential")),
        ai_notice: None,
    }
}
