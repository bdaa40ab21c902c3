//! Making a new vault: its roster, its first member, its recovery phrases, the keys of log and codes.

use crate::crypto::keys::{Keyring, SealKey, random_id};
use crate::crypto::passphrase;
use crate::crypto::slot;
use crate::crypto::slot::KeyCost;
use crate::domain::governance::access_log::Task;
use crate::domain::governance::roster::{Change, VAULT_SCHEMA};
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::member::{Member, Role};
use crate::domain::record::{Body, KeyFor};
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::files::{Lock, RECOVERY, SlotKind, private_folder, write_slot, write_slot_of, write_summed};
use crate::vault::folder::{Draft, Me, VaultFolder};
use crate::vault::memory;
use crate::vault::roster_file::founding_hash;
use crate::vault::workstation::Workstation;
use secrecy::SecretString;
use std::path::Path;

/// What a new vault begins with.
#[derive(Debug, Clone)]
pub struct NewVault {
    /// The centre's name.
    pub centre: String,
    /// The first member's name.
    pub member: String,
    /// The first member's role.
    pub role: Role,
    /// How much work a guess is; [`KeyCost::Production`] but in tests.
    pub cost: KeyCost,
    /// The centre's time zone (IANA); none leaves it to each workstation.
    pub time_zone: Option<String>,
}

impl NewVault {
    /// With the production cost.
    pub fn new(centre: &str, member: &str, role: Role) -> Self {
        NewVault {
            centre: centre.to_owned(),
            member: member.to_owned(),
            role,
            cost: KeyCost::Production,
            time_zone: None,
        }
    }
}

impl UnlockedVault {
    /// Makes a new vault in this folder, which must be empty or absent, and unlocks it.
    pub fn init_on(
        dir: &Path,
        new: &NewVault,
        pass: &SecretString,
        station: Workstation,
    ) -> Result<UnlockedVault, VaultError> {
        if new.member.trim().is_empty() || new.centre.trim().is_empty() {
            return Err(VaultError::Input(msg("service-centre-member-need-name")));
        }
        passphrase::check(pass, &[&new.centre, &new.member])?;
        private_folder(dir)?;
        let lock = Lock::take(dir)?;
        if dir.join("roster").exists() {
            return Err(VaultError::Exists);
        }
        for left in [
            "store",
            "access",
            "tombs",
            "checkpoints",
            "memory",
            "roster.new",
            "slots",
            "recovery",
            "spare",
            "remembered",
            "unsaved",
            "sound",
        ] {
            // What an interrupted `init` left: without a roster it is not a vault, and nothing was ever kept in it.
            let path = dir.join(left);
            let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
        for subfolder in ["store", "slots", "recovery"] {
            private_folder(&dir.join(subfolder))?;
        }
        let keys = Keyring::generate();
        let me = Member {
            id: MemberId(random_id()),
            name: crate::domain::practice::text::clean(new.member.trim()),
            role: new.role,
            recipient: keys.recipient().to_string(),
            verifying: keys.verifier().to_string(),
            from: station.clock.now(),
            to: None,
        };
        let (recovery, log_key) = (SealKey::generate(), SealKey::generate());
        let phrases = [slot::generated_phrase(), slot::generated_phrase(), slot::generated_phrase()];
        let change = Change::Found {
            schema: VAULT_SCHEMA.to_owned(),
            vault: hex::encode(random_id()),
            centre: crate::domain::practice::text::clean(new.centre.trim()),
            first: me.clone(),
            recovery: recovery.recipient().to_string(),
            log: log_key.recipient().to_string(),
            time_zone: new.time_zone.clone(),
        };
        let founding = founding_hash(&change, (me.id, &keys))?;
        for (file, (a, b)) in slot::split(&recovery, founding, &phrases, new.cost)?.iter().zip(slot::PAIRS) {
            write_summed(dir, RECOVERY, &format!("{a}{b}.age"), file)?;
        }
        let keys = keys.clone().of_vault(founding);
        write_slot(dir, me.id, &crate::service::recovery::under_passphrase(&keys, pass, new.cost)?)?;
        let by_recovery = slot::lock_for_recovery(&keys, &recovery.recipient())?;
        write_slot_of(dir, me.id, SlotKind::Recovery, &by_recovery)?;
        let who = Me { id: me.id, keys: &keys };
        let mut folder = VaultFolder::found(dir, lock, &change, &who, station)?;
        // The log's key: to whoever may read it, and to the recovery key. The secret of the codes: to every member.
        let wraps = [(KeyFor::Log, log_key.secret()), (KeyFor::Codes, SealKey::generate().secret())]
            .map(|(what, secret)| Body::KeyWrap { what, secret });
        let (mine, collection) = (keys.recipient(), folder.key_collection());
        for body in &wraps {
            for to in [&mine, &recovery.recipient()] {
                folder.keep(&who, &[Draft { collection, to, body, client: None, session: None, replaces: None }])?;
            }
        }
        let unlocked = UnlockedVault::at(folder, me, keys, Some(phrases));
        {
            let mut state = unlocked.state();
            unlocked.log_access(&mut state, Task::Found, None, 0, None, false, None)?;
            memory::remember(&state.folder, unlocked.me.id, &state.keys)?;
        }
        Ok(unlocked)
    }
}
