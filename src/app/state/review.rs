//! Reviews on the screens: the queue that was read, the open review, and what is being written to it.

use crate::app::editor::NoteText;
use crate::domain::note::format::{NoteFormat, Section, SectionText};
use crate::domain::practice::ids::{ClientId, RecordId, SessionId};
use crate::domain::practice::text::ClientText;
use crate::domain::record::CommentAt;
use crate::domain::review::comment::Thread;
use crate::domain::review::file::ReviewFile;
use crate::domain::review::queue::{Queue, QueueRow};

/// The queue, and which of it is marked.
#[derive(Debug, Clone, Default)]
pub struct Reviews {
    /// As it was read last.
    pub queue: Queue,
    /// The marked row: those that wait, then those that were returned.
    pub at: usize,
    /// Keys go to the list of clients.
    pub clients: bool,
    /// The member was told what came back.
    pub told: bool,
}

impl Reviews {
    /// Every row, in the order in which they are shown.
    pub fn rows(&self) -> impl Iterator<Item = &QueueRow> {
        self.queue.waiting.iter().chain(&self.queue.returned)
    }

    /// The row that is marked.
    pub fn marked(&self) -> Option<&QueueRow> {
        self.rows().nth(self.at)
    }

    /// The row of a client that its counsellor looks at first: what came back, else what is at the supervisor.
    pub fn of_client(&self, client: ClientId) -> Option<&QueueRow> {
        let returned = self.queue.returned.iter().find(|r| r.client.id == client);
        returned.or_else(|| self.queue.waiting.iter().find(|r| r.client.id == client))
    }
}

/// The pane of a review that keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The note.
    #[default]
    Note,
    /// The lines that it rests on.
    Extract,
    /// Measures, talk, earlier notes.
    More,
}

/// The open review.
#[derive(Debug, Clone)]
pub struct ReviewPage {
    /// What is shown.
    pub file: ReviewFile,
    /// Where keys go.
    pub pane: Pane,
    /// The marked place of the note.
    pub at: usize,
    /// The marked line of the extract.
    pub line: usize,
    /// First row of the measures and earlier notes.
    pub top: usize,
    /// Something was asked and is not answered.
    pub waits: bool,
}

impl ReviewPage {
    /// A review as it is opened: at the first place with an open comment, else at its beginning.
    pub fn new(file: ReviewFile) -> Self {
        let mut page = ReviewPage { file, pane: Pane::Note, at: 0, line: 0, top: 0, waits: false };
        let open = |at: &Option<CommentAt>| page.threads_at(at.as_ref()).any(|t| !t.resolved);
        page.at = page.places().iter().position(open).unwrap_or(0);
        page
    }

    /// The same review after something came to it. The marks stay on the place and on the line that they were on: a comment
    /// brings lines into the extract, and another revision has other statements.
    pub fn renewed(self, file: ReviewFile) -> Self {
        let place = self.places().get(self.at).cloned();
        let line = self.file.extract.get(self.line).map(|e| e.line.id);
        let mut page = ReviewPage { file, waits: false, ..self };
        let places = page.places();
        let stands = place.and_then(|place| places.iter().position(|p| *p == place));
        page.at = stands.unwrap_or_else(|| page.at.min(places.len().saturating_sub(1)));
        let stands = line.and_then(|id| page.file.extract.iter().position(|e| e.line.id == id));
        page.line = stands.unwrap_or_else(|| page.line.min(page.file.extract.len().saturating_sub(1)));
        page
    }

    /// What can be marked in the note: the whole of it, then each section with its statements.
    pub fn places(&self) -> Vec<Option<CommentAt>> {
        let mut places = vec![None];
        for section in self.file.newest().iter().flat_map(|v| &v.note.sections) {
            places.push(Some(CommentAt::Section(section.key.clone())));
            places.extend(section.lines.iter().map(|line| Some(CommentAt::Statement(line.id))));
        }
        places
    }

    /// The place that is marked; none is the whole note.
    pub fn place(&self) -> Option<CommentAt> {
        match self.pane {
            Pane::Extract => self.file.extract.get(self.line).map(|e| CommentAt::Utterance(e.line.id)),
            Pane::Note | Pane::More => self.places().get(self.at).cloned().flatten(),
        }
    }

    /// The threads of a place. Those whose place is there no more stand at the whole note.
    pub fn threads_at<'a>(&'a self, at: Option<&'a CommentAt>) -> impl Iterator<Item = &'a Thread> {
        self.file.threads.iter().filter(move |t| stands_at(t, at))
    }

    /// The thread that is answered: at the marked place the first that is open, else the last.
    pub fn thread(&self) -> Option<&Thread> {
        let place = self.place();
        let here = || self.file.threads.iter().filter(|t| stands_at(t, place.as_ref()));
        here().find(|t| !t.resolved).or_else(|| here().next_back())
    }
}

fn stands_at(thread: &Thread, at: Option<&CommentAt>) -> bool {
    match at {
        None => thread.anchor.is_none() || thread.loose,
        Some(_) => !thread.loose && thread.anchor.as_ref() == at,
    }
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writing {
    /// A new comment at a place.
    Comment(Option<CommentAt>),
    /// An answer in a thread.
    Answer(RecordId),
    /// What is asked for with a return.
    Return,
}

/// The screen on which a comment is written.
#[derive(Debug, Clone)]
pub struct CommentPage {
    /// What it is.
    pub what: Writing,
    /// The text.
    pub text: NoteText,
    /// Being sealed.
    pub saving: bool,
}

/// What was being written to a review when the screen locked: it waits behind the lock for who wrote it.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// Who wrote it.
    pub member: String,
    /// To the note of which session.
    pub session: SessionId,
    /// What was written.
    pub page: CommentPage,
}

impl CommentPage {
    /// An empty one.
    pub fn new(what: Writing) -> Self {
        CommentPage { what, text: NoteText::empty(&plain()), saving: false }
    }

    /// The words, one line below the other.
    pub fn words(&self) -> ClientText {
        self.text.words()
    }
}

/// A form of one section without a title: plain text in the editor of notes.
pub fn plain() -> NoteFormat {
    let words = || SectionText { title: String::new(), guide: String::new() };
    NoteFormat {
        retired: false,
        id: "comment".into(),
        version: String::new(),
        source: String::new(),
        title_ko: String::new(),
        title_en: String::new(),
        sections: vec![Section {
            id: "comment".into(),
            from_transcript: false,
            takes: Vec::new(),
            facts: Vec::new(),
            ko: words(),
            en: words(),
        }],
    }
}

/// What is done to a review.
#[derive(Debug, Clone, PartialEq)]
pub enum ReviewAct {
    /// A new comment at a place.
    Comment(Option<CommentAt>, ClientText),
    /// An answer in a thread, or whether it is resolved.
    Answer(RecordId, Option<ClientText>, Option<bool>),
    /// It goes back, with what is asked for.
    Return(ClientText),
    /// It is co-signed.
    Cosign,
}
