//! What a vault is opened on: the kind of store, the clock, and the folder outside every vault where this workstation keeps
//! who it is and what it has seen.

use crate::crypto::keys::random_id;
use crate::domain::practice::ids::DeviceId;
use crate::ports::clock::Clock;
use crate::ports::machine::Machine;
use crate::ports::store::StoreKind;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, private_folder, replace};
use std::path::PathBuf;
use std::sync::Arc;

/// The workstation.
#[derive(Clone)]
pub struct Workstation {
    /// How stores are opened.
    pub stores: Arc<dyn StoreKind>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// What else is asked of it.
    pub machine: Arc<dyn Machine>,
    /// Its own folder, outside every vault.
    pub state: PathBuf,
    /// The words of a vault that were compared in person, for a vault that is seen for the first time.
    pub compared: Option<String>,
}

impl std::fmt::Debug for Workstation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Workstation({})", self.state.display())
    }
}

impl Workstation {
    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Box<dyn Clock>) -> Self {
        self.clock = Arc::from(clock);
        self
    }

    /// The same for one unlocking of a vault whose words were compared.
    #[must_use]
    pub fn with_words(mut self, words: &str) -> Self {
        self.compared = Some(words.to_owned());
        self
    }

    /// Who this workstation is: 16 random bytes, made once.
    pub fn device(&self) -> Result<DeviceId, VaultError> {
        let path = self.state.join("device");
        match std::fs::read_to_string(&path) {
            Ok(text) => text
                .trim()
                .parse()
                .map_err(|_| VaultError::File { file: "device".into(), why: msg("workstation-id-unreadable") }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                private_folder(&self.state)?;
                let device = DeviceId(random_id());
                // Another program may be making one at the same time: the first that is there holds.
                let new = self.state.join(format!("device-{device}"));
                replace(&new, format!("{device}\n").as_bytes())?;
                let linked = std::fs::hard_link(&new, &path);
                std::fs::remove_file(&new).map_err(disk)?;
                match linked {
                    Ok(()) => Ok(device),
                    Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => self.device(),
                    Err(e) => Err(disk(e)),
                }
            }
            Err(e) => Err(disk(e)),
        }
    }
}
