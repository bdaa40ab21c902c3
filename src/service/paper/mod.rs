//! What is handed out as documents: notes, transcripts, measures, a client's whole record, a sheet to take home. Builders
//! only: data in, [`Document`] out. Who may take it out of the vault is [`crate::service::handing_out`].

pub mod case_report;
pub mod handout;
pub mod measures;
pub mod note;
pub mod notice;
pub mod record;
pub mod transcript;

use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::practice::text::ClientText;
use crate::formats::document::{Document, Page};
use crate::texts::{Message, msg};

/// What stands on every document.
#[derive(Debug, Clone)]
pub struct Heading<'a> {
    /// The centre's name, for the footer.
    pub centre: &'a str,
    /// Whose.
    pub client: &'a ClientCode,
    /// The client's name, where it is to stand there.
    pub name: Option<&'a ClientText>,
    /// Labels.
    pub lang: Lang,
}

impl Heading<'_> {
    /// An empty A4 document with whose it is and the footer of confidential papers.
    pub fn document(&self, title: String) -> Document {
        let mut facts = vec![fact(self.lang, "paper-client", self.client.as_str())];
        if let Some(name) = self.name {
            facts.push((self.lang.say("paper-name").to_owned(), name.clone()));
        }
        let footer = format!("{} · {} · {}", self.centre, self.client.as_str(), self.lang.say("paper-confidential"));
        Document { title, lang: self.lang, page: Page::A4, facts, blocks: Vec::new(), footer, ai_notice: None }
    }
}

/// A label with words that are not a client's.
fn fact(lang: Lang, id: &'static str, value: &str) -> (String, ClientText) {
    (lang.say(id).to_owned(), ClientText::new(value))
}

/// Number, day and length of a session.
fn session_line(row: &SessionRow, lang: Lang) -> String {
    let minutes = row.ended.map(|end| (end.0 - row.started.0).max(0) / 60_000);
    let line = msg("paper-session-number").shown("number", row.number).shown("day", row.started.shown());
    let line = line.text(lang);
    let length = minutes.filter(|m| *m > 0).map(|m| minutes_long(m).text(lang));
    length.map_or(line.clone(), |length| format!("{line}, {length}"))
}

fn minutes_long(minutes: i64) -> Message {
    msg("paper-minutes").with("minutes", minutes)
}
