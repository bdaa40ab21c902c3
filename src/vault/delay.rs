//! The delay after wrong passphrases, kept on disk so that a restart does not forget it.

use crate::crypto::CryptoError;
use crate::crypto::keys::sha256;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::text::clean_line;
use crate::domain::practice::time::Timestamp;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, replace};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Wrong passphrases in a row, kept on disk so that a restart does not forget them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delay {
    wrong: u32,
    last: Timestamp,
}

fn delay_path(dir: &Path, of: MemberId) -> PathBuf {
    dir.join(format!("delay-{of}"))
}

/// So many wrong ones are free of a delay: typing slips.
const FREE: u32 = 3;
/// Seconds after the first one that is not free; doubles with each, up to [`MOST_DELAY`].
const FIRST_DELAY: u64 = 5;
/// Half an hour: a thief gets 48 guesses a day, an owner is not shut out for good.
const MOST_DELAY: u64 = 1800;

/// What a file that does not read counts as.
const BROKEN: Delay = Delay { wrong: FREE + 4, last: Timestamp(0) };

impl Delay {
    /// Of one member: another's right passphrase must not clear it.
    pub(crate) fn read(dir: &Path, of: MemberId) -> Self {
        match std::fs::read(delay_path(dir, of)) {
            Err(_) => Delay { wrong: 0, last: Timestamp(0) },
            // A file that does not read counts as many wrong ones: breaking it must not pay off. Whoever can delete it
            // can copy the slot as well and guess elsewhere; against that stands the cost of scrypt, not this delay.
            Ok(bytes) => Self::parse(&bytes).unwrap_or(BROKEN),
        }
    }

    /// With its hash behind it: a damaged digit must neither open the door nor bar it until another year.
    fn text(self) -> Result<String, VaultError> {
        let json = serde_json::to_string(&self).map_err(|_| CryptoError::Sealing)?;
        let sum = hex::encode(sha256(&[json.as_bytes()]));
        Ok(format!("{json} {sum}\n"))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let json = bytes.get(..bytes.iter().rposition(|b| *b == b' ')?)?;
        let delay: Delay = serde_json::from_slice(json).ok()?;
        (delay.text().ok()?.as_bytes() == bytes).then_some(delay)
    }

    /// Writes those that do not read anew, as the many wrong ones that they count as. Names them.
    pub(crate) fn mend(dir: &Path) -> Result<Vec<String>, VaultError> {
        let mut mended = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(disk)? {
            let entry = entry.map_err(disk)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("delay-") && !name.ends_with(".new") {
                let bytes = std::fs::read(entry.path()).map_err(disk)?;
                if Self::parse(&bytes).is_none() {
                    replace(&entry.path(), BROKEN.text()?.as_bytes())?;
                    mended.push(clean_line(&name));
                }
            }
        }
        Ok(mended)
    }

    /// How many in a row.
    pub(crate) const fn wrong(self) -> u32 {
        self.wrong
    }

    /// Refuses while the delay runs. A clock that was set back does not shorten it: then all of it is left.
    pub(crate) fn check(self, now: Timestamp) -> Result<(), VaultError> {
        if self.wrong < FREE {
            return Ok(());
        }
        let wait = FIRST_DELAY.checked_shl(self.wrong - FREE).unwrap_or(MOST_DELAY).min(MOST_DELAY);
        let passed = u64::try_from(now.0 - self.last.0).map_or(0, |ms| ms / 1000);
        if passed >= wait { Ok(()) } else { Err(VaultError::Delay { wrong: self.wrong, seconds: wait - passed }) }
    }

    /// Writes one more, before the guess is judged: pulling the plug does not save it.
    pub(crate) fn one_more(self, dir: &Path, of: MemberId, now: Timestamp) -> Result<Self, VaultError> {
        let more = Delay { wrong: self.wrong.saturating_add(1), last: now };
        replace(&delay_path(dir, of), more.text()?.as_bytes())?;
        Ok(more)
    }

    pub(crate) fn forget(dir: &Path, of: MemberId) -> Result<(), VaultError> {
        match std::fs::remove_file(delay_path(dir, of)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk(e)),
            _ => Ok(()),
        }
    }
}
