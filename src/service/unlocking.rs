//! Unlocking: a passphrase or a hardware key judged, the folder opened, the entry written. Counts every guess on disk
//! before it is judged.

use crate::crypto::CryptoError;
use crate::crypto::keys::Keyring;
use crate::crypto::slot;
use crate::domain::governance::access_log::Task;
use crate::domain::governance::roster::Roster;
use crate::domain::practice::member::Member;
use crate::ports::clock::Clock;
use crate::ports::hardware_key::HardwareKey;
use crate::ports::machine::NoWriting;
use crate::ports::store::StoreError;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::closed_store::ClosedStore;
use crate::vault::delay::Delay;
use crate::vault::error::VaultError;
use crate::vault::files::{self, Lock, SlotKind, read_slot, slot_file, write_slot_of};
use crate::vault::folder::{Me, VaultFolder};
use crate::vault::memory;
use crate::vault::migration;
use crate::vault::mirror;
use crate::vault::opened_store::OpenedStore;
use crate::vault::owed_log::OwedLog;
use crate::vault::private_copy::{self, PrivateCopy};
use crate::vault::read_only::Reading;
use crate::vault::renewal_files::commit_renewal;
use crate::vault::roster_file::{History, read_history};
use crate::vault::trust::{self, OpenedBy};
use crate::vault::workstation::Workstation;
use secrecy::SecretString;
use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

impl UnlockedVault {
    /// Unlocks a vault as this member; without a name as the only one who has a key here.
    ///
    /// The store is opened on a second thread while scrypt works on the passphrase: neither needs the other, and a full
    /// store then takes no longer to open than an empty one. That is done for the first guess only, and only where the
    /// store was closed as it should be. So a wrong passphrase opens the store once and closes it again, which leaves
    /// it as it was found; who goes on guessing does not touch it, nor does anybody who is refused because the delay
    /// runs. A store that needs its remedies, which may copy all of it, is opened when the passphrase was right.
    pub fn unlock_on(
        dir: &Path,
        member: Option<&str>,
        pass: &SecretString,
        station: Workstation,
    ) -> Result<UnlockedVault, VaultError> {
        let stores = Arc::clone(&station.stores);
        let judged = RefCell::new(Vec::new());
        let unlocked = Self::enter(dir, member, station, &|door, me| {
            let dir = door.dir;
            let guess = Guess::begin((dir, door.counted), me, door.clock)?;
            judged.borrow_mut().clone_from(&guess.slot);
            let early = door.current && guess.is_first() && OpenedStore::is_closed(dir);
            let (keys, took, early) = std::thread::scope(|scope| {
                let thread = || std::thread::Builder::new().name("opening".into());
                let laying = early
                    .then(|| thread().spawn_scoped(scope, || OpenedStore::open(dir, stores.as_ref())).ok())
                    .flatten();
                let began = Instant::now();
                let keys = guess.judge(pass);
                (keys, began.elapsed(), laying.and_then(|laying| laying.join().ok()))
            });
            let (keys, wrong) = keys?;
            let detail = (wrong > 0).then(|| format!("after {wrong} wrong"));
            Ok(Entered { keys, by: OpenedBy::Passphrase, detail, early, guess: took })
        })?;
        unlocked.write_founding_into_slot(pass, &judged.take())?;
        Ok(unlocked)
    }

    /// Puts the founding entry's hash into a slot from before it stood there, with the same work for a guess: that of the
    /// slot which the passphrase opened, for what stands in the folder by now may be another's.
    fn write_founding_into_slot(&self, pass: &SecretString, judged: &[u8]) -> Result<(), VaultError> {
        let mut state = self.state();
        if state.keys.founding().is_some() || !state.folder.integrity.whole() || state.folder.reading.is_some() {
            return Ok(());
        }
        let founding = state.folder.history().founding();
        let keys = Keyring::clone(&state.keys).of_vault(founding);
        let dir = state.folder.dir.clone();
        let work = slot::work_factor(judged)?;
        files::write_slot(&dir, self.me.id, &slot::lock_with(&keys, pass, work)?)?;
        if slot_file(&dir, self.me.id, SlotKind::Recovery).exists() {
            let by_recovery = slot::lock_for_recovery(&keys, &state.folder.roster.recovery.parse()?)?;
            write_slot_of(&dir, self.me.id, SlotKind::Recovery, &by_recovery)?;
        }
        *state.keys = keys;
        Ok(())
    }

    /// Unlocks with the member's hardware slot instead of the passphrase. The store is opened afterwards: a person who
    /// looks for the key can take minutes, and a store that stands open so long is one that a power cut finds open.
    pub fn unlock_by_hardware_on(
        dir: &Path,
        member: Option<&str>,
        key: &HardwareKey,
        station: Workstation,
    ) -> Result<UnlockedVault, VaultError> {
        Self::enter(dir, member, station, &|door, me| {
            let keys = key.unlock(&files::read_slot_of(door.dir, me.id, SlotKind::Hardware)?)?;
            let (keys, detail) = (same_keys(keys, me)?, Some("hardware".into()));
            Ok(Entered { keys, by: OpenedBy::PublicKey, detail, early: None, guess: Duration::ZERO })
        })
    }

    fn enter(
        dir: &Path,
        member: Option<&str>,
        station: Workstation,
        open: Opening<'_>,
    ) -> Result<UnlockedVault, VaultError> {
        if !dir.join("roster").exists() {
            return Err(VaultError::NoVault);
        }
        private_copy::sweep(&station);
        if let Some(why) = station.machine.takes_no_writing(dir, false) {
            return Self::enter_to_read(dir, why, member, station, open);
        }
        match Self::enter_at(dir, None, member, station.clone(), open) {
            // The disk said that it takes writing, and does not.
            Err(e @ VaultError::Store(StoreError::Disk(_))) => match station.machine.takes_no_writing(dir, true) {
                Some(why) => Self::enter_to_read(dir, why, member, station, open),
                None => Err(e),
            },
            other => other,
        }
    }

    /// Opens a copy of a vault that cannot be written. Wrong passphrases are counted, and the entries of the access log
    /// kept, in this workstation's own folder: where that cannot be written either, nothing is opened.
    fn enter_to_read(
        dir: &Path,
        why: NoWriting,
        member: Option<&str>,
        station: Workstation,
        open: Opening<'_>,
    ) -> Result<UnlockedVault, VaultError> {
        let owed = OwedLog::of(&station, &mirror::roster(dir)?.vault);
        owed.ready()?;
        let copy = PrivateCopy::of(dir, &station)?;
        let at = copy.dir();
        let reading = Reading { of: dir.to_owned(), why, owed, _copy: copy };
        Self::enter_at(&at, Some(reading), member, station, open)
    }

    fn enter_at(
        dir: &Path,
        reading: Option<Reading>,
        member: Option<&str>,
        station: Workstation,
        open: Opening<'_>,
    ) -> Result<UnlockedVault, VaultError> {
        let lock = Lock::take(dir)?;
        let place = reading.as_ref().map_or(dir, |reading| reading.of.as_path()).to_owned();
        let (history, mended) = look(dir, &place, &station)?;
        let me = choose(&history.roster, dir, member)?.clone();
        let Entered { keys, by, detail, early, guess } = open(
            &Door {
                dir,
                counted: reading.as_ref().map_or(dir, |reading| reading.owed.folder()),
                clock: station.clock.as_ref(),
                // The store of a copy is opened when its keys are known: a wrong passphrase costs no more than it.
                current: history.current && reading.is_none(),
            },
            &me,
        )?;
        let who = (&Me { id: me.id, keys: &keys }, by);
        let mut folder = open_trusted((dir, &place), lock, (history, mended), station, who, early)?;
        let mut detail = detail;
        if let Some(reading) = reading {
            let store = std::mem::replace(&mut folder.store, Box::new(ClosedStore));
            folder.store = reading.over(store);
            folder.reading = Some(reading);
            detail = Some(detail.map_or_else(|| READ_ONLY.to_owned(), |detail| format!("{detail}; {READ_ONLY}")));
        }
        let mut unlocked = Self::seat(folder, me, keys, Task::Unlock, None, detail)?;
        unlocked.guess = guess;
        Ok(unlocked)
    }

    /// Begins the work in an opened folder: writes the entry, renews keys that are due. What the member has keys for is
    /// read when it is first asked for. Writes no key material but what the member's own program renews, and only in a
    /// whole vault.
    pub(crate) fn seat(
        mut folder: VaultFolder,
        me: Member,
        keys: Keyring,
        task: Task,
        reason: Option<&str>,
        detail: Option<String>,
    ) -> Result<UnlockedVault, VaultError> {
        if folder.reading.is_some() {
            let unlocked = UnlockedVault::at(folder, me, keys, None);
            unlocked.log_access(&mut unlocked.state(), task, None, 0, reason, false, detail)?;
            return Ok(unlocked);
        }
        let who = Me { id: me.id, keys: &keys };
        if folder.integrity.whole() {
            folder.settle(&who)?;
        }
        let mut broken = 0;
        folder.log_owed(&who, &mut broken)?;
        let unlocked = UnlockedVault::at(folder, me, keys, None);
        {
            let mut state = unlocked.state();
            if broken > 0 {
                let detail = Some(format!("owed entries that do not read: {broken}"));
                unlocked.log_access(&mut state, Task::Check, None, 0, None, false, detail)?;
            }
            let mended = state.folder.mended.join(", ");
            let mended = (!mended.is_empty()).then(|| format!("put right: {mended}"));
            let detail = [detail, mended].into_iter().flatten().reduce(|a, b| format!("{a}; {b}"));
            unlocked.log_access(&mut state, task, None, 0, reason, false, detail)?;
            if state.folder.integrity.whole() {
                mirror::keep(&state.folder.dir)?;
                unlocked.end_renewal(&mut state)?;
                unlocked.drop_forbidden_keys(&mut state)?;
                if unlocked.readers_changed(&state) {
                    unlocked.rotate_due(&mut state)?;
                }
                if !state.folder.trusted.remembers(&state.folder, unlocked.me.id) {
                    let _ = memory::remember(&state.folder, unlocked.me.id, &state.keys);
                }
            }
        }
        Ok(unlocked)
    }

    /// True when a program, this one or another, has the vault open.
    pub fn held(dir: &Path) -> Result<bool, VaultError> {
        if !dir.join("roster").exists() {
            return Err(VaultError::NoVault);
        }
        match Lock::to_read(dir) {
            Ok(_) => Ok(false),
            Err(VaultError::Store(StoreError::Held)) => Ok(true),
            Err(e) => Err(e),
        }
    }

    /// Names of the members who can unlock this vault on this workstation, in the order of the roster. Reads only what
    /// is readable without a key.
    pub fn members_here(dir: &Path) -> Result<Vec<String>, VaultError> {
        if !dir.join("roster").exists() {
            return Err(VaultError::NoVault);
        }
        let roster = mirror::roster(dir)?;
        let here = roster.active().filter(|m| files::slot_path(dir, m.id).exists());
        Ok(here.map(|m| m.name.clone()).collect())
    }

    /// The time zone of the centre whose vault lies here, without unlocking it: nothing where no vault is or it cannot be
    /// read, `Some(None)` where the vault names no zone.
    pub fn time_zone_here(dir: &Path) -> Option<Option<String>> {
        dir.join("roster").exists().then(|| mirror::roster(dir).ok().map(|r| r.time_zone))?
    }

    /// Checks the passphrase of the member at this unlocked, for a screen that was locked while a session kept the vault
    /// open. Wrong ones count towards the delay as at unlocking.
    pub fn confirm(&self, pass: &SecretString) -> Result<(), VaultError> {
        let (_, wrong) = {
            let (dir, counted, clock) = {
                let state = self.state();
                let folder = &state.folder;
                let counted = folder.reading.as_ref().map_or(folder.dir.as_path(), |r| r.owed.folder()).to_owned();
                (folder.dir.clone(), counted, Arc::clone(&folder.station.clock))
            };
            Guess::begin((&dir, &counted), &self.me, clock.as_ref())?.judge(pass)?
        };
        let detail = (wrong > 0).then(|| format!("after {wrong} wrong"));
        self.log_access(&mut self.state(), Task::Unlock, None, 0, None, false, detail)
    }
}

pub(crate) fn choose<'a>(roster: &'a Roster, dir: &Path, name: Option<&str>) -> Result<&'a Member, VaultError> {
    if let Some(name) = name {
        return roster.named(name).ok_or(VaultError::NoSlot);
    }
    let mut here = roster.active().filter(|m| files::slot_path(dir, m.id).exists());
    match (here.next(), here.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(VaultError::NoSlot),
        _ => Err(VaultError::WhichMember),
    }
}

/// How a member's keyring is opened.
type Opening<'a> = &'a dyn Fn(&Door<'_>, &Member) -> Result<Entered, VaultError>;

/// A vault before its keys are known.
struct Door<'a> {
    dir: &'a Path,
    /// Where wrong passphrases are counted.
    counted: &'a Path,
    clock: &'a dyn Clock,
    /// Its store may be opened meanwhile.
    current: bool,
}

/// In the entry of an unlocking after which nothing could be written.
const READ_ONLY: &str = "read-only";

/// Refuses a folder that takes no writing, for what has nothing to do there otherwise.
pub(crate) fn can_be_written(dir: &Path, station: &Workstation) -> Result<(), VaultError> {
    let why = station.machine.takes_no_writing(dir, false);
    why.map_or(Ok(()), |why| Err(StoreError::ReadOnly(why).into()))
}

/// Ends what was interrupted, puts small files right, and reads the roster. `place` is where the vault lies, `dir` that or a
/// copy of it.
pub(crate) fn look(dir: &Path, place: &Path, station: &Workstation) -> Result<(History, Vec<String>), VaultError> {
    files::only_the_owners(dir)?;
    migration::finish(dir)?;
    let mended = match read_history(dir) {
        // The copies of a vault of schema 1 are put right by the program that wrote them.
        Ok(history) if !history.current => Vec::new(),
        Ok(history) => {
            trust::same_place(place, station, &history)?;
            mirror::mend(dir, station.stores.as_ref())?
        }
        Err(_) => mirror::mend(dir, station.stores.as_ref())?,
    };
    let history = read_history(dir)?;
    trust::same_place(place, station, &history)?;
    Ok((history, mended))
}

/// Opens the folder of a vault whose roster is believed by what this member and this workstation know of it; brings one of
/// schema 1 over first. Refused before anything is written where the roster is not believed.
pub(crate) fn open_trusted(
    (dir, place): (&Path, &Path),
    lock: Lock,
    (mut history, mended): (History, Vec<String>),
    station: Workstation,
    (me, by): (&Me<'_>, OpenedBy),
    early: Option<Result<OpenedStore, VaultError>>,
) -> Result<VaultFolder, VaultError> {
    let trusted = trust::check(place, &station, &history, me.id, (me.keys, by))?;
    commit_renewal(dir, &history.roster)?;
    let migrated = !history.current;
    if migrated && dir != place {
        // What is brought over is the vault, after a copy that stays, and not a copy of it that is thrown away.
        return Err(VaultError::NotMigrated(msg("system-read-only")));
    }
    if migrated {
        migration::migrate(dir, &station, &history, me)?;
        history = read_history(dir)?;
    }
    let mut folder = VaultFolder::open(dir, lock, history, station, early)?;
    folder.mended.splice(..0, mended);
    folder.mended.extend(trusted.spoiled.clone());
    folder.by_checkpoints = folder.integrity.clone();
    folder.by_seen = trusted.compare(&folder, folder.writer(me.id));
    folder.integrity = folder.integrity.clone().and(folder.by_seen.clone());
    folder.trusted = trusted;
    folder.migrated = migrated;
    Ok(folder)
}

/// An opened keyring.
struct Entered {
    keys: Keyring,
    /// What opened it.
    by: OpenedBy,
    /// The word about it for the log.
    detail: Option<String>,
    /// The store, where it was opened meanwhile.
    early: Option<Result<OpenedStore, VaultError>>,
    /// How long the passphrase took.
    guess: Duration,
}

/// Opens a member's slot, counting wrong passphrases on disk. Gives how many there were before this one.
pub(crate) fn unlock_slot(
    dir: &Path,
    member: &Member,
    pass: &SecretString,
    clock: &dyn Clock,
) -> Result<(Keyring, u32), VaultError> {
    Guess::begin((dir, dir), member, clock)?.judge(pass)
}

/// A guess at a member's passphrase that no delay refuses and that is counted on disk.
struct Guess<'a> {
    counted: &'a Path,
    member: &'a Member,
    slot: Vec<u8>,
    before: Delay,
}

impl<'a> Guess<'a> {
    /// On the slot in this folder, counted in the other; what was counted beside the slot holds too.
    fn begin((dir, counted): (&Path, &'a Path), member: &'a Member, clock: &dyn Clock) -> Result<Self, VaultError> {
        Delay::read(dir, member.id).check(clock.now())?;
        let before = Delay::read(counted, member.id);
        before.check(clock.now())?;
        let slot = read_slot(dir, member.id)?;
        before.one_more(counted, member.id, clock.now())?;
        Ok(Guess { counted, member, slot, before })
    }

    /// True when the one before was right.
    const fn is_first(&self) -> bool {
        self.before.wrong() == 0
    }

    fn judge(&self, pass: &SecretString) -> Result<(Keyring, u32), VaultError> {
        let keys = slot::unlock(&self.slot, pass)?;
        Delay::forget(self.counted, self.member.id)?;
        Ok((same_keys(keys, self.member)?, self.before.wrong()))
    }
}

/// A slot that holds another's keyring, put in place of the member's own, is refused.
pub(crate) fn same_keys(keys: Keyring, member: &Member) -> Result<Keyring, VaultError> {
    if keys.recipient().to_string() != member.recipient || keys.verifier().to_string() != member.verifying {
        return Err(CryptoError::OthersSlot.into());
    }
    Ok(keys)
}
