//! What is asked of a packet, the office, a report, a template or a note: the parts of effects that are acts of their own.

use crate::app::views::Draft;
use crate::domain::crisis::course::{Form, Found};
use crate::domain::crisis::escalation::Word;
use crate::domain::governance::access_log::Month;
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::review::report::CaseReport;
use secrecy::SecretString;
use std::collections::BTreeSet;

/// What is done with an escalation packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PacketAct {
    /// Agree as the second person.
    Approve,
    /// The after-review, and what it found.
    Review(Found),
    /// The receiver has it: who said so, or the file of the receipt that it signed.
    Receipt {
        /// Who said it there.
        who: ClientText,
        /// The file; empty where it was said.
        file: String,
    },
    /// What was done at the follow-up that is due next.
    FollowUp(Word),
    /// How it ended.
    Close(Word),
    /// Write it out.
    Export {
        /// In this form.
        form: Form,
        /// Into a new folder of this one.
        folder: String,
        /// Why.
        reason: String,
        /// Without a second person, and why.
        alone: Option<String>,
    },
}

/// What is read and written for the office: the month of the log, the course of a packet, papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficeAsk {
    /// A month of the access log; without one the oldest that is overdue, else this month.
    Month(Option<Month>),
    /// The whole course of the packet of this number.
    Course(String),
    /// Write a paper in the language of the screen.
    Paper(PaperOut, Lang),
    /// Review an entry of the access log that one person did alone: its number.
    ReviewEntry(u64),
}

/// What is done with the members of the centre.
#[derive(Debug, Clone)]
pub enum MemberAct {
    /// Who may be the second person of an enrolment.
    Seconds,
    /// Enrol a member.
    Enrol(Box<Enrolling>),
    /// Both compared the fingerprint of a new member aloud, here and now.
    Compared {
        /// Whose.
        name: String,
        /// Its words, as they were shown.
        words: String,
    },
}

/// A member who is to be enrolled. `Debug` shows no passphrase.
#[derive(Debug, Clone)]
pub struct Enrolling {
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The passphrase that they chose.
    pub passphrase: SecretString,
    /// The second person and their passphrase.
    pub second: Option<(String, SecretString)>,
    /// Why one person does it alone.
    pub reason: Option<String>,
}

/// What is done about the centre's own note templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateAct {
    /// Find the headings of an example note; nothing is kept.
    Look {
        /// What the template is to be called.
        title: String,
        /// The example note. It is a note of somebody.
        text: ClientText,
    },
    /// Make a template of these headings.
    Keep {
        /// What it is called.
        title: String,
        /// In their order.
        headings: Vec<String>,
    },
    /// Offer this one for no new note: its id.
    Remove(String),
}

/// A paper that the office writes out, and into which file; the file must not be there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperOut {
    /// The signed report of a month: by it the month is inspected.
    Inspection {
        /// The month.
        month: Month,
        /// The file.
        file: String,
    },
    /// The course of a packet.
    Course {
        /// Its number.
        number: String,
        /// Why (L10).
        reason: String,
        /// The file.
        file: String,
    },
    /// One's own hours of supervision, as CSV.
    Hours {
        /// The file.
        file: String,
    },
    /// Statistics of a period; the ending of the file says in which form.
    Statistics {
        /// First day.
        from: String,
        /// Last day.
        to: String,
        /// The file.
        file: String,
    },
}

/// An amendment of a signed note.
#[derive(Debug, Clone)]
pub struct Amendment {
    /// Of which session.
    pub session: SessionId,
    /// The new text.
    pub draft: Draft,
    /// Why.
    pub reason: ClientText,
    /// Told back with the answer.
    pub edits: u64,
}

/// A section of a note that is to be drafted again.
#[derive(Debug, Clone)]
pub struct Redraft {
    /// Of which session.
    pub session: SessionId,
    /// The form's id.
    pub format: String,
    /// The section's key.
    pub section: String,
    /// What is wanted of it; blank for a draft as before.
    pub instruction: ClientText,
    /// Drafted statements that stand in the text now, by draft and place.
    pub present: BTreeSet<(RecordId, u32)>,
}

/// What is done with a case report.
#[derive(Debug, Clone, PartialEq)]
pub enum ReportAct {
    /// Read it.
    Open,
    /// Seal a revision.
    Keep {
        /// The report.
        report: Box<CaseReport>,
        /// Told back with the answer, so that what was typed meanwhile stays unsaved.
        edits: u64,
    },
    /// Fill what is empty from the record.
    Fill(Box<CaseReport>),
    /// Read what was said in a session, to choose a stretch of it.
    Said(SessionId),
    /// Put a stretch of a session into it.
    Stretch {
        /// The report as it is on the screen.
        report: Box<CaseReport>,
        /// Which session.
        session: SessionId,
        /// The numbers of the first and the last line.
        lines: (u32, u32),
    },
    /// Look for what would be replaced.
    Replacements(Box<CaseReport>),
    /// Write the newest revision to a file.
    Write {
        /// The file, which must not be there yet; its ending says in which form.
        file: String,
        /// Why it is taken away (L10).
        reason: String,
        /// Of its labels: that of the screen.
        lang: Lang,
    },
}
