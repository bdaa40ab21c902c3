//! The ways back in: a new passphrase, a hardware slot, and recovery by two of the three phrases that were shown when
//! the vault was made. Two phrases open the recovery key; the recovery key opens every member's recovery slot.

use crate::crypto::CryptoError;
use crate::crypto::keys::{Keyring, SealKey};
use crate::crypto::passphrase;
use crate::crypto::slot;
use crate::crypto::slot::KeyCost;
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::governance::roster::RosterError;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::unlocking::{can_be_written, look, open_trusted, same_keys};
use crate::texts::msg;
use crate::vault::delay::Delay;
use crate::vault::error::VaultError;
use crate::vault::files::{Lock, RECOVERY, SlotKind, read_slot_of, read_summed, slot_file, write_slot, write_slot_of};
use crate::vault::folder::Me;
use crate::vault::roster_file::History;
use crate::vault::trust::OpenedBy;
use crate::vault::workstation::Workstation;
use secrecy::SecretString;
use std::path::Path;
use std::time::{Duration, Instant};

/// Two of the three recovery phrases, each with its number, counted from 1.
#[derive(Debug, Clone, Copy)]
pub struct Phrases<'a>(pub (usize, &'a SecretString), pub (usize, &'a SecretString));

/// The pair, and the phrases in its order.
type InOrder<'a> = ((usize, usize), &'a SecretString, &'a SecretString);

impl<'a> Phrases<'a> {
    pub(crate) fn in_order(self) -> Result<InOrder<'a>, VaultError> {
        let Phrases(first, other) = self;
        let ((a, outer), (b, inner)) = if first.0 < other.0 { (first, other) } else { (other, first) };
        if !slot::PAIRS.contains(&(a, b)) {
            return Err(VaultError::Input(msg("service-recovery-recovery-takes-two-different-phrases")));
        }
        Ok(((a, b), outer, inner))
    }
}

/// A guess has to cost at least so long on the machine on which the slot was made; an unlocking stays under two seconds
/// on one half as quick.
const GUESS_AT_LEAST: Duration = Duration::from_millis(500);

/// Puts a keyring under a passphrase, with twice the work where this machine is quick.
pub(crate) fn under_passphrase(keys: &Keyring, pass: &SecretString, cost: KeyCost) -> Result<Vec<u8>, CryptoError> {
    let began = Instant::now();
    let slot = slot::lock(keys, pass, cost)?;
    if cost == KeyCost::Production && began.elapsed() < GUESS_AT_LEAST {
        return slot::lock(keys, pass, KeyCost::Stronger);
    }
    Ok(slot)
}

impl UnlockedVault {
    /// Changes the passphrase of the member who unlocked. Makes their recovery slot anew where it is not there.
    pub fn rekey(&self, new: &SecretString, cost: KeyCost) -> Result<(), VaultError> {
        let mut state = self.state();
        state.folder.must_take_writing()?;
        passphrase::check(new, &[&state.folder.roster.centre, &self.me.name])?;
        write_slot(&state.folder.dir, self.me.id, &under_passphrase(&state.keys, new, cost)?)?;
        if state.folder.integrity.whole() && !slot_file(&state.folder.dir, self.me.id, SlotKind::Recovery).exists() {
            // Asked for by the member, in a vault whose roster is believed.
            let slot = slot::lock_for_recovery(&state.keys, &state.folder.roster.recovery.parse()?)?;
            write_slot_of(&state.folder.dir, self.me.id, SlotKind::Recovery, &slot)?;
        }
        self.log_access(&mut state, Task::Rekey, None, 0, None, false, Some("passphrase".into()))
    }

    /// Adds the slot of a hardware key, sealed by `seal`; the passphrase keeps its own.
    pub fn add_hardware_slot(
        &self,
        seal: impl FnOnce(&Keyring) -> Result<Vec<u8>, CryptoError>,
    ) -> Result<(), VaultError> {
        let mut state = self.state();
        state.folder.must_take_writing()?;
        let slot = seal(&state.keys)?;
        write_slot_of(&state.folder.dir, self.me.id, SlotKind::Hardware, &slot)?;
        self.log_access(&mut state, Task::Rekey, None, 0, None, false, Some("hardware".into()))
    }

    /// A drill: two of the three recovery phrases must open the recovery key, and that key this member's recovery
    /// slot. Nothing changes but the log.
    pub fn recovery_drill(&self, phrases: Phrases<'_>) -> Result<(), VaultError> {
        let mut state = self.state();
        let (key, pair) = recovery_key(&state.folder.dir, &state.folder.history(), phrases)?;
        let slot = read_slot_of(&state.folder.dir, self.me.id, SlotKind::Recovery)?;
        same_keys(slot::unlock_by_recovery(&slot, &key)?, &self.me)?;
        self.log_access(&mut state, Task::Rekey, None, 0, None, false, Some(format!("recovery drill {pair}")))
    }

    /// Lets a member who lost the passphrase in again: two recovery phrases open the recovery slot, and the same keys
    /// get a new passphrase. Their records, signatures and fingerprint stay what they were. The access log says so.
    pub fn recover_on(
        dir: &Path,
        member: &str,
        phrases: Phrases<'_>,
        new: &SecretString,
        (cost, reason): (KeyCost, &str),
        station: Workstation,
    ) -> Result<UnlockedVault, VaultError> {
        if reason.trim().is_empty() {
            return Err(NoReason.into());
        }
        can_be_written(dir, &station)?;
        let lock = Lock::take(dir)?;
        let (history, mended) = look(dir, dir, &station)?;
        let roster = &history.roster;
        let me = roster.named(member).ok_or(RosterError::Nobody)?.clone();
        let (key, pair) = recovery_key(dir, &history, phrases)?;
        let keys = slot::unlock_by_recovery(&read_slot_of(dir, me.id, SlotKind::Recovery)?, &key)?;
        let keys = same_keys(keys, &me)?;
        passphrase::check(new, &[&roster.centre, &me.name])?;
        let who = (&Me { id: me.id, keys: &keys }, OpenedBy::PublicKey);
        let folder = open_trusted((dir, dir), lock, (history, mended), station, who, None)?;
        // The entry comes first: a passphrase that nobody knows of must not be possible.
        let unlocked =
            UnlockedVault::seat(folder, me, keys, Task::Recover, Some(reason), Some(format!("phrases {pair}")))?;
        write_slot(dir, unlocked.me.id, &under_passphrase(&unlocked.state().keys, new, cost)?)?;
        Delay::forget(dir, unlocked.me.id)?;
        Ok(unlocked)
    }
}

/// Opens the recovery key with two phrases; gives the pair as its file is called. The key has to be of the vault that this
/// roster founded.
pub(crate) fn recovery_key(
    dir: &Path,
    history: &History,
    phrases: Phrases<'_>,
) -> Result<(SealKey, String), VaultError> {
    let ((a, b), outer, inner) = phrases.in_order()?;
    let nested = read_summed(dir, RECOVERY, &format!("{a}{b}.age"))?;
    let (key, founding) = slot::join(&nested, outer, inner).map_err(|e| match e {
        CryptoError::Passphrase => VaultError::Phrases,
        e => e.into(),
    })?;
    if founding.is_some_and(|founding| founding != history.founding()) {
        return Err(VaultError::Untrusted(msg("trust-recovery-of-another-vault")));
    }
    if key.recipient().to_string() != history.roster.recovery {
        return Err(CryptoError::Signature.into());
    }
    Ok((key, format!("{a}{b}")))
}
