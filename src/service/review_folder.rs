//! Reviews through a folder that both sides see: one step of the counsellor sends what waits and takes answers in, one of the
//! supervisor opens the next file. And a file that a supervisor has before them, with what was written to it and not sent.
//! Every file is sealed and checked as if it came on a stick; the folder is trusted with nothing.

use crate::domain::assessment::instrument::Library;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Grant, permit};
use crate::domain::practice::ids::RecordId;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::domain::review::answer::NewComment;
use crate::domain::review::comment::Thread;
use crate::domain::review::file::ReviewFile;
use crate::domain::review::parcel::FileError;
use crate::domain::review::verdict::Verdict;
use crate::service::notes::newest_named;
use crate::service::review_answers::TakenIn;
use crate::service::reviewer::{OpenedParcel, Reviewer, read_file};
use crate::service::session_records::opened_of;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::vault::error::VaultError;
use crate::vault::files::disk;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The ending of an answer, beside the file that it answers.
const ANSWER: &str = "answer.age";

/// Makes a file that is not there yet: room first, then its bytes. The shell says how.
pub type Begin<'a> = &'a dyn Fn(&Path) -> Result<Finish, ErrorReport>;
/// Writes the bytes of a file that was begun.
pub type Finish = Box<dyn FnOnce(&[u8]) -> Result<(), ErrorReport>>;

/// What one step of a counsellor did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// Files that were made.
    pub sent: usize,
    /// Answers that were taken in.
    pub taken: Vec<TakenIn>,
    /// Names of answers that were refused, with the reason.
    pub refused: Vec<(String, VaultError)>,
}

impl UnlockedVault {
    /// Supervisors of the client, and deputies whose time runs, to whom the revision of this note that holds was not sent as a file yet.
    pub fn unsent_review(&self, session: SessionId) -> Result<Vec<String>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ExportContent>(&state, session)?;
        unsent(&state, &grant, session)
    }
}

fn unsent(state: &State, grant: &Grant<permit::ExportContent>, session: SessionId) -> Result<Vec<String>, VaultError> {
    let Some((_, (newest, ..))) = newest_named(state, grant, session)? else { return Ok(Vec::new()) };
    let opened = opened_of(state, grant, session)?;
    let sent = |member| {
        opened
            .iter()
            .any(|o| matches!(&o.body, Body::ReviewSent { to, record, .. } if *to == member && *record == newest))
    };
    let (card, now) = (&state.client_of(grant)?.card, state.folder.now());
    let deputies = card.deputies.iter().filter(|d| d.holds(now)).map(|d| &d.member);
    let to = card.supervisors.iter().chain(deputies).filter(|m| !sent(**m));
    Ok(to.filter_map(|m| state.folder.roster.member(*m).filter(|m| m.active()).map(|m| m.name.clone())).collect())
}

/// Sends every note that waits and was not sent, and takes every answer of the folder in. What is taken in is removed with the
/// file that it answers; what is refused stays.
pub fn exchange(
    vault: &UnlockedVault,
    folder: &Path,
    library: &Library,
    (reason, lang): (&str, Lang),
    begin: Begin<'_>,
) -> Result<Exchanged, ErrorReport> {
    let mut done = Exchanged::default();
    for path in files(folder)?.into_iter().filter(|p| is_answer(p)) {
        match read_file(&path).and_then(|bytes| vault.take_review_in(&bytes)) {
            Ok(taken) => {
                done.taken.push(taken);
                // It is in the record; what cannot be removed is refused as a replay the next time.
                let _ = std::fs::remove_file(&path);
                let _ = std::fs::remove_file(asked_by(&path));
            }
            Err(why) => done.refused.push((name(&path), why)),
        }
    }
    for row in vault.review_queue(library)?.waiting {
        for to in vault.unsent_review(row.session)? {
            let session = row.session.to_string();
            let path = folder.join(format!("review-{}-{}.age", &session[..8], vault.now().0 + done.sent as i64));
            let finish = begin(&path)?;
            vault.send_review(row.session, &to, (reason, lang), finish)?;
            done.sent += 1;
        }
    }
    Ok(done)
}

/// The next file of the folder that is to this supervisor and has no answer yet; `None` where there is none. A file that is
/// refused keeps nobody from those after it; where nothing else is there its reason is told. Of two files of one note the later
/// revision is the next: an answer to the other would be refused.
pub fn next(vault: &UnlockedVault, folder: &Path) -> Result<Option<ReceivedFile>, VaultError> {
    let (mut open, mut refused): (Vec<ReceivedFile>, Option<VaultError>) = (Vec::new(), None);
    for path in files(folder)?.into_iter().filter(|p| !is_answer(p) && !answered_by(p).exists()) {
        match ReceivedFile::of_vault(vault, &path) {
            Ok(file) => open.push(file),
            // To somebody else, or not whole yet: half copied while it is looked at.
            Err(VaultError::ReviewFile(FileError::NotForYou | FileError::Damaged)) => {}
            Err(e @ VaultError::ReviewFile(_)) => refused = refused.or(Some(e)),
            Err(e) => return Err(e),
        }
    }
    let exact = |file: &ReceivedFile| file.parcel.parcel.note;
    let newest: BTreeMap<SessionId, u32> = open.iter().map(exact).fold(BTreeMap::new(), |mut newest, note| {
        let revision = newest.entry(note.session).or_default();
        *revision = note.revision.max(*revision);
        newest
    });
    let next = open.into_iter().find(|file| newest.get(&exact(file).session) == Some(&exact(file).revision));
    match (next, refused) {
        (None, Some(why)) => Err(why),
        (next, _) => Ok(next),
    }
}

/// Files that end on `.age`, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, VaultError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(disk)? {
        let path = entry.map_err(disk)?.path();
        if path.extension().is_some_and(|e| e == "age") && path.is_file() && !name(&path).starts_with('.') {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_answer(path: &Path) -> bool {
    name(path).ends_with(&format!(".{ANSWER}"))
}

fn answered_by(path: &Path) -> PathBuf {
    path.with_extension(ANSWER)
}

fn asked_by(answer: &Path) -> PathBuf {
    answer.with_file_name(name(answer).replace(&format!(".{ANSWER}"), ".age"))
}

/// A file that a supervisor has before them.
#[derive(Debug)]
pub struct ReceivedFile {
    reviewer: Reviewer,
    parcel: OpenedParcel,
    path: PathBuf,
    answer: PathBuf,
}

impl ReceivedFile {
    /// Opened with the member's vault here.
    pub fn of_vault(vault: &UnlockedVault, path: &Path) -> Result<Self, VaultError> {
        Self::at(path, vault.read_review_file(&read_file(path)?)?)
    }

    /// Opened with a key slot alone.
    pub fn of_reviewer(reviewer: Reviewer, path: &Path) -> Result<Self, VaultError> {
        let parcel = reviewer.open(&read_file(path)?)?;
        Self::at(path, (reviewer, parcel))
    }

    fn at(path: &Path, (reviewer, parcel): (Reviewer, OpenedParcel)) -> Result<Self, VaultError> {
        // What is kept and made beside it stands in the same folder, wherever the program is then.
        let path = std::path::absolute(path).map_err(disk)?;
        Ok(ReceivedFile { reviewer, parcel, answer: answered_by(&path), path })
    }

    /// The answer goes there, in place of beside the file.
    pub fn answering_to(self, answer: PathBuf) -> Self {
        ReceivedFile { answer, ..self }
    }

    /// What the counsellor sent.
    pub const fn file(&self) -> &ReviewFile {
        &self.parcel.parcel.file
    }

    /// The supervisor's name and the centre.
    pub fn reader(&self) -> (&str, &str) {
        (&self.parcel.name, &self.parcel.centre)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the answer goes: beside the file unless it was chosen.
    pub fn answer_path(&self) -> &Path {
        &self.answer
    }

    /// Where comments wait that were not sent.
    pub fn pending_path(&self) -> PathBuf {
        self.path.with_extension("pending")
    }

    /// Comments that were written and not sent.
    pub fn pending(&self) -> Result<Vec<NewComment>, VaultError> {
        let path = self.pending_path();
        if !path.exists() {
            return Ok(Vec::new());
        }
        self.reviewer.open_pending(&self.parcel.parcel, &read_file(&path)?)
    }

    /// Keeps a comment beside the file, sealed to the supervisor, until the decision takes it along. Gives how many wait.
    pub fn comment(&self, comment: NewComment) -> Result<usize, VaultError> {
        self.reviewer.may_comment(&self.parcel, &comment)?;
        let mut all = self.pending()?;
        all.push(comment);
        self.reviewer.keep_pending(&self.parcel.parcel, &all, &self.pending_path())?;
        Ok(all.len())
    }

    /// The file with the comments that wait, as it is shown.
    pub fn shown(&self, now: Timestamp) -> Result<ReviewFile, VaultError> {
        let mut file = self.file().clone();
        let (by, on) = (self.parcel.me, self.parcel.parcel.note.record);
        let thread = |(n, comment): (usize, NewComment)| Thread {
            // A comment that waits has no record yet.
            record: RecordId([u8::try_from(n).unwrap_or(u8::MAX); 16]),
            by,
            at: now,
            on,
            anchor: comment.at,
            text: comment.text,
            answers: Vec::new(),
            resolved: false,
            loose: false,
        };
        file.names.entry(by).or_insert_with(|| self.parcel.name.clone());
        file.threads.extend(self.pending()?.into_iter().enumerate().map(thread));
        Ok(file)
    }

    /// The answer with every comment that waited, and how many those are.
    pub fn answer(
        &self,
        verdict: Verdict,
        words: Option<ClientText>,
        now: Timestamp,
    ) -> Result<(Vec<u8>, usize), VaultError> {
        let comments = self.pending()?;
        let count = comments.len();
        Ok((self.reviewer.answer(&self.parcel, verdict, words, comments, now)?, count))
    }

    /// The answer is on disk: the comments are in it now.
    pub fn answered(&self) {
        let _ = std::fs::remove_file(self.pending_path());
    }
}
