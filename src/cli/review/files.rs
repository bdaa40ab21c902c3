//! Reviews by file: sent by a counsellor, read and answered by a supervisor on another machine, taken in again.

use crate::adapters::clock::SystemClock;
use crate::adapters::outgoing_file::{self, OutgoingFile};
use crate::cli::passphrase::{read, unlock};
use crate::cli::review::show;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::note::states;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::CommentAt;
use crate::domain::review::answer::NewComment;
use crate::domain::review::verdict::Verdict;
use crate::ports::clock::Clock;
use crate::service::UnlockedVault;
use crate::service::reviewer::{OpenedParcel, Reviewer, read_file};
use crate::texts::msg;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Makes the file of a review.
pub fn export(
    vault: &UnlockedVault,
    session: SessionId,
    to: &str,
    output: &Path,
    reason: &str,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    // Where there is no place for the file nothing is signed and sent.
    let file = OutgoingFile::begin(output)?;
    let sent = vault.export_review(session, to, reason, globals.lang())?;
    file.finish(&sent.bytes)?;
    if globals.json {
        return print::json(&json!({
            "schema": "gyeot.review-sent/1", "parcel": sent.parcel, "session": sent.session,
            "revision": sent.revision, "bytes": sent.bytes.len(),
        }));
    }
    let said =
        msg("cli-review-sent").with("revision", sent.revision).with("to", to).with("kb", sent.bytes.len() / 1024);
    print::line(said.text(globals.lang()));
    Ok(())
}

/// Takes an answer in.
pub fn import(vault: &UnlockedVault, file: &Path, globals: &Globals) -> Result<(), ErrorReport> {
    let taken = vault.take_review_in(&read_file(file)?)?;
    let lang = globals.lang();
    if taken.clock_ahead {
        print::note(lang.say("cli-review-clock-ahead"));
    }
    if globals.json {
        return print::json(&json!({
            "schema": "gyeot.review-taken/1", "session": taken.session, "revision": taken.revision, "by": taken.by,
            "verdict": taken.verdict, "comments": taken.comments, "state": states::word(taken.state),
            "clock_ahead": taken.clock_ahead,
        }));
    }
    let said = match taken.verdict {
        Verdict::Return => msg("cli-review-taken-return"),
        Verdict::Cosign => msg("cli-review-taken-cosign"),
    };
    let said = said.with("by", &taken.by).with("revision", taken.revision).with("comments", taken.comments);
    print::line(said.text(lang));
    Ok(())
}

/// A file that a supervisor has before them.
pub struct Opened {
    reviewer: Reviewer,
    parcel: OpenedParcel,
    path: PathBuf,
    now: Timestamp,
}

impl Opened {
    /// Opens the file with the member's vault here, or with a key slot alone.
    pub fn read(path: &Path, slot: Option<&Path>, globals: &Globals) -> Result<Self, ErrorReport> {
        let bytes = read_file(path)?;
        let (reviewer, parcel, now) = match slot {
            Some(slot) => {
                let pass = read(globals, globals.lang().say("cli-review-passphrase"))?;
                let reviewer = Reviewer::of_slot(&read_file(slot)?, &pass)?;
                let parcel = reviewer.open(&bytes)?;
                (reviewer, parcel, SystemClock.now())
            }
            None => {
                let vault = unlock(globals)?;
                let (reviewer, parcel) = vault.read_review_file(&bytes)?;
                (reviewer, parcel, vault.now())
            }
        };
        Ok(Opened { reviewer, parcel, path: path.to_owned(), now })
    }

    fn pending_path(&self) -> PathBuf {
        self.path.with_extension("pending")
    }

    /// Comments that were written and not sent.
    fn pending(&self) -> Result<Vec<NewComment>, ErrorReport> {
        let path = self.pending_path();
        if !path.exists() {
            return Ok(Vec::new());
        }
        Ok(self.reviewer.open_pending(&self.parcel.parcel, &read_file(&path)?)?)
    }

    /// Shows the review, with the comments that wait.
    pub fn show(&self, globals: &Globals) -> Result<(), ErrorReport> {
        show::review(&self.parcel.parcel.file, globals)?;
        let pending = self.pending()?.len();
        if pending > 0 {
            print::note(msg("cli-review-pending").with("n", pending).text(globals.lang()));
        }
        Ok(())
    }

    /// Keeps a comment beside the file until the decision takes it along.
    pub fn comment(&self, at: Option<CommentAt>, text: ClientText, globals: &Globals) -> Result<(), ErrorReport> {
        let comment = NewComment { at, text };
        self.reviewer.may_comment(&self.parcel, &comment)?;
        let mut all = self.pending()?;
        all.push(comment);
        self.reviewer.keep_pending(&self.parcel.parcel, &all, &self.pending_path())?;
        if globals.json {
            return print::json(&json!({ "schema": "gyeot.review-pending/1", "comments": all.len() }));
        }
        print::line(msg("cli-review-pending").with("n", all.len()).text(globals.lang()));
        Ok(())
    }

    /// Writes the answer with every comment that waited.
    pub fn answer(
        &self,
        verdict: Verdict,
        words: Option<ClientText>,
        output: Option<&Path>,
        globals: &Globals,
    ) -> Result<(), ErrorReport> {
        let comments = self.pending()?;
        let count = comments.len();
        let bytes = self.reviewer.answer(&self.parcel, verdict, words, comments, self.now)?;
        let path = output.map_or_else(|| self.path.with_extension("answer.age"), Path::to_owned);
        outgoing_file::write(&path, &bytes)?;
        // They are in the answer now.
        let _ = std::fs::remove_file(self.pending_path());
        if globals.json {
            return print::json(&json!({
                "schema": "gyeot.review-answered/1", "verdict": verdict, "comments": count, "bytes": bytes.len(),
                "file": path,
            }));
        }
        let said = msg("cli-review-answered").with("comments", count).with("path", path.display());
        print::line(said.text(globals.lang()));
        Ok(())
    }
}
