//! Reviews by file: sent by a counsellor, read and answered by a supervisor on another machine, taken in again.

use crate::adapters::clock::SystemClock;
use crate::adapters::outgoing_file::{self, OutgoingFile};
use crate::adapters::{instruments, settings};
use crate::cli::passphrase::{read, unlock};
use crate::cli::review::show;
use crate::cli::{Globals, print, start};
use crate::domain::explain::{ErrorReport, Explain};
use crate::domain::note::states;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::CommentAt;
use crate::domain::review::answer::NewComment;
use crate::domain::review::verdict::Verdict;
use crate::ports::clock::Clock;
use crate::runtime;
use crate::service::UnlockedVault;
use crate::service::review_folder::{self, ReceivedFile};
use crate::service::reviewer::{Reviewer, read_file};
use crate::texts::msg;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

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
    let sent = vault.send_review(session, to, (reason, globals.lang()), |bytes| file.finish(bytes))?;
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
    file: ReceivedFile,
    now: Timestamp,
    vault: Option<Arc<UnlockedVault>>,
}

impl Opened {
    /// Opens the file with the member's vault here, or with a key slot alone.
    pub fn read(
        path: &Path,
        (slot, output): (Option<&Path>, Option<&Path>),
        globals: &Globals,
    ) -> Result<Self, ErrorReport> {
        let opened = Self::by_keys(path, slot, globals)?;
        let answer = |file: ReceivedFile| match output {
            Some(output) => file.answering_to(output.to_owned()),
            None => file,
        };
        Ok(Opened { file: answer(opened.file), ..opened })
    }

    fn by_keys(path: &Path, slot: Option<&Path>, globals: &Globals) -> Result<Self, ErrorReport> {
        Ok(match slot {
            Some(slot) => {
                let pass = read(globals, globals.lang().say("cli-review-passphrase"))?;
                let reviewer = Reviewer::of_slot(&read_file(slot)?, &pass)?;
                Opened { file: ReceivedFile::of_reviewer(reviewer, path)?, now: SystemClock.now(), vault: None }
            }
            None => {
                let vault = unlock(globals)?;
                let (file, now) = (ReceivedFile::of_vault(&vault, path)?, vault.now());
                Opened { file, now, vault: Some(Arc::new(vault)) }
            }
        })
    }

    /// The screens of a review on this file; afterwards it says what is to be sent back.
    pub fn on_screen(self, globals: &Globals) -> Result<(), ErrorReport> {
        let (answer, pending) = (self.file.answer_path().to_owned(), self.file.pending_path());
        runtime::on_review(&start(globals, false), self.file, self.vault)?;
        if answer.exists() {
            print::line(msg("cli-review-answer-there").shown("path", answer.display()).text(globals.lang()));
        } else if pending.exists() {
            print::note(globals.lang().say("cli-review-not-decided"));
        }
        Ok(())
    }

    /// Shows the review, with the comments that wait.
    pub fn show(&self, globals: &Globals) -> Result<(), ErrorReport> {
        show::review(self.file.file(), globals)?;
        let pending = self.file.pending()?.len();
        if pending > 0 {
            print::note(msg("cli-review-pending").with("n", pending).text(globals.lang()));
        }
        Ok(())
    }

    /// Keeps a comment beside the file until the decision takes it along.
    pub fn comment(&self, at: Option<CommentAt>, text: ClientText, globals: &Globals) -> Result<(), ErrorReport> {
        let count = self.file.comment(NewComment { at, text })?;
        if globals.json {
            return print::json(&json!({ "schema": "gyeot.review-pending/1", "comments": count }));
        }
        print::line(msg("cli-review-pending").with("n", count).text(globals.lang()));
        Ok(())
    }

    /// Writes the answer with every comment that waited.
    pub fn answer(&self, verdict: Verdict, words: Option<ClientText>, globals: &Globals) -> Result<(), ErrorReport> {
        let (bytes, count) = self.file.answer(verdict, words, self.now)?;
        let path = self.file.answer_path();
        outgoing_file::write(path, &bytes)?;
        self.file.answered();
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

/// One step with the folder of the settings: a counsellor sends what waits and takes answers in, a supervisor is shown the
/// next file.
pub fn folder(globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let folder = settings::review_folder(settings::path().as_deref())?;
    let vault = unlock(globals)?;
    if vault.role() == Role::Supervisor {
        return match review_folder::next(&vault, &folder)? {
            None => {
                print::line(lang.say("review-folder-empty"));
                Ok(())
            }
            Some(file) => {
                print::note(file.path().display().to_string());
                Opened { file, now: vault.now(), vault: None }.show(globals)
            }
        };
    }
    let library = instruments::library(&globals.assessments_dir())?;
    let reason = lang.say("review-folder-reason");
    let done = review_folder::exchange(&vault, &folder, &library, (reason, lang), &outgoing_file::begin_later)?;
    if globals.json {
        let refused: Vec<_> =
            done.refused.iter().map(|(file, why)| json!({ "file": file, "why": why.message().text(lang) })).collect();
        return print::json(&json!({
            "schema": "gyeot.review-folder/1", "sent": done.sent, "taken": done.taken.len(), "refused": refused,
        }));
    }
    let said = msg("review-folder-done").with("sent", done.sent).with("taken", done.taken.len());
    print::line(said.with("refused", done.refused.len()).text(lang));
    for (file, why) in &done.refused {
        print::note(format!("! {file}: {}", why.message().text(lang)));
    }
    Ok(())
}
