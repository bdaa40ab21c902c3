//! The recovery phrases of a new vault until somebody has written them down: sealed to the member who made it, so that a
//! lock, a crash or a closed terminal between the showing and the writing down does not lose them for ever.

use crate::crypto::CryptoError;
use crate::crypto::seal::{decrypt, encrypt};
use crate::domain::governance::access_log::Task;
use crate::service::recovery::{Phrases, recovery_key};
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, replace};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The file in the vault's folder. Only the member who made the vault can open it; it is gone once the phrases are taken.
const FILE: &str = "phrases-not-taken.age";

impl UnlockedVault {
    fn untaken_path(&self) -> PathBuf {
        self.dir().join(FILE)
    }

    /// Keeps the phrases, sealed to this member, until [`UnlockedVault::phrases_taken`].
    pub fn keep_untaken_phrases(&self, phrases: &[SecretString; 3]) -> Result<(), VaultError> {
        let lines = Zeroizing::new(phrases.each_ref().map(|p| p.expose_secret()).join("\n"));
        let sealed = encrypt(lines.as_bytes(), &self.state().keys.read().recipient())?;
        replace(&self.untaken_path(), &sealed)
    }

    /// The phrases that were shown and not written down; none where they were, and for every other member. Anybody can seal
    /// a file to a member: phrases that do not open this vault's recovery key are not shown, their file is removed, and that
    /// is logged and told.
    pub fn untaken_phrases(&self) -> Option<[SecretString; 3]> {
        let phrases = self.sealed_phrases()?;
        let mut state = self.state();
        let (dir, history) = (state.folder.dir.clone(), state.folder.history());
        let opens = |a: usize, b: usize| {
            let two = Phrases((a, &phrases[a - 1]), (b, &phrases[b - 1]));
            recovery_key(&dir, &history, two).is_ok()
        };
        if opens(1, 2) && opens(2, 3) {
            return Some(phrases);
        }
        let detail = Some(format!("planted: {FILE}"));
        if self.log_access(&mut state, Task::Check, None, 0, None, false, detail).is_ok() && forget(&dir).is_ok() {
            state.folder.planted.push(FILE.to_owned());
        }
        None
    }

    fn sealed_phrases(&self) -> Option<[SecretString; 3]> {
        let sealed = std::fs::read(self.untaken_path()).ok()?;
        let opened: Result<_, CryptoError> = decrypt(&sealed, self.state().keys.read());
        let lines = opened.ok()?;
        let phrases: Vec<SecretString> = std::str::from_utf8(&lines).ok()?.lines().map(SecretString::from).collect();
        phrases.try_into().ok()
    }

    /// The phrases are written down: they are on this disk no more.
    pub fn phrases_taken(&self) -> Result<(), VaultError> {
        forget(&self.dir())
    }
}

/// Removes the file, when its phrases are written down or open nothing any more.
pub(crate) fn forget(dir: &Path) -> Result<(), VaultError> {
    match std::fs::remove_file(dir.join(FILE)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk(e)),
        Ok(()) | Err(_) => Ok(()),
    }
}
