//! Listens to the microphone before a session; looks for the last backup and makes one.

use crate::app::msg::{Answer, Msg};
use crate::app::views::{BackupMade, BackupView, FolderEntry, FolderView, SoundCheck, SoundInput};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::{Guardian, Scope};
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::text::clean;
use crate::runtime::effects::Performer;
use crate::runtime::effects::looking::Listening;
use crate::runtime::{in_home, typed};
use crate::service::{Agreed, KeyCost};
use secrecy::SecretString;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

impl Performer {
    /// The sound files and folders of a folder, as it was typed.
    pub(super) fn look_in_folder(&self, folder: &str) -> Vec<Answer> {
        vec![look_in(folder)]
    }

    /// Listens to the microphone and tells its level. A fault is told like a level: nothing has begun yet.
    pub(super) fn listen_first(&mut self) {
        self.listening.take();
        // A running session has the microphone, and its level is on its own screen.
        if self.running().is_some() {
            return;
        }
        let inbox = self.inbox.clone();
        match (self.place.sound)(&SoundInput::Microphone) {
            Ok(sound) => self.listening = Some(Listening::begin(sound, inbox)),
            Err(fault) => {
                let check = SoundCheck { over: true, fault: Some(fault), ..SoundCheck::default() };
                // Whoever is gone needs no answer.
                let _ = inbox.try_send(Msg::Answer(Answer::Listened(check)));
            }
        }
    }

    /// What a guardian agreed to for a client under 14.
    pub(super) fn give_by_guardian(
        &mut self,
        client: ClientId,
        guardian: Guardian,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let agreed = Agreed { guardian: Some(guardian), age_confirmed: false, ..Agreed::adding(Scope::Service, true) };
        self.unlocked()?.agree(&code, agreed)?;
        self.client(client)
    }

    pub(super) fn look_for_backup(&self) -> Result<Vec<Answer>, ErrorReport> {
        Ok(vec![Answer::Backup(BackupView { last: self.unlocked()?.last_backup()?, folder: folder_of_backups() })])
    }

    pub(super) fn back_up(&self, file: &str, passphrase: &SecretString) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        // A slip of the finger would make a backup that nobody opens.
        unlocked.confirm(passphrase)?;
        let file = in_home(file);
        let report = unlocked.back_up(&typed(&file), passphrase, KeyCost::Production)?;
        let (records, files, bytes) = (report.records, report.files, report.bytes);
        Ok(vec![Answer::BackedUp(BackupMade { file, records, files, bytes })])
    }
}

/// The folder that is proposed for a backup.
fn folder_of_backups() -> String {
    let home = std::env::var("HOME").unwrap_or_else(|_| ".".to_owned());
    home.trim_end_matches('/').to_owned()
}

/// Endings of sound files, as the line beside the field names them and as recorders and telephones write them.
const SOUND: [&str; 10] = ["wav", "flac", "mp3", "ogg", "oga", "opus", "m4a", "mp4", "aac", "webm"];
/// More than this nobody looks through.
const MOST_ENTRIES: usize = 2_000;

/// The sound files and folders of a folder as it was typed. One that cannot be read has none: what is typed is still tried.
fn look_in(folder: &str) -> Answer {
    let base = if folder.is_empty() { typed("~/") } else { typed(folder) };
    let entry = |found: std::fs::DirEntry| {
        let name: String = found.file_name().to_str()?.nfc().collect();
        let is_folder = found.path().is_dir();
        let ending = Path::new(&name).extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        // A name that no field would keep as it is could not be chosen.
        let whole = !name.starts_with('.') && clean(&name) == name && !name.contains(['\n', '\t', '\r']);
        (whole && (is_folder || SOUND.contains(&ending.as_str()))).then_some(FolderEntry { name, folder: is_folder })
    };
    let found = std::fs::read_dir(base).into_iter().flatten().flatten().take(MOST_ENTRIES);
    let mut entries: Vec<FolderEntry> = found.filter_map(entry).collect();
    entries.sort_by(|a, b| (!a.folder, &a.name).cmp(&(!b.folder, &b.name)));
    Answer::Folder(FolderView { folder: folder.to_owned(), entries })
}
