//! The unlocked vault: who unlocked it, their keys, and the folder behind one lock.

use crate::crypto::keys::Keyring;
use crate::domain::governance::access::Around;
use crate::domain::governance::access_log::{Entry, Task};
use crate::domain::governance::roster::Roster;
use crate::domain::practice::ids::{ClientCode, MemberId, SessionId};
use crate::domain::practice::member::{Member, Role};
use crate::live::note_draft::SharedCompared;
use crate::ports::machine::NoWriting;
use crate::vault::caseload::Caseload;
use crate::vault::error::VaultError;
use crate::vault::folder::{Me, VaultFolder};
use crate::vault::integrity::Integrity;
use crate::vault::memory;
use crate::vault::trust;
use secrecy::SecretString;
use std::cell::{OnceCell, RefCell};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// An unlocked vault. One per process and folder; `Send` and `Sync`, calls from several threads wait for each other.
pub struct UnlockedVault {
    pub(crate) me: Member,
    pub(crate) state: Mutex<State>,
    pub(crate) place: String,
    pub(crate) guess: Duration,
    /// What was compared ahead of the note of the newest session. In memory only.
    pub(crate) prepared: Mutex<Option<(SessionId, SharedCompared)>>,
}

impl std::fmt::Debug for UnlockedVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UnlockedVault({})", self.me.role)
    }
}

pub(crate) struct State {
    pub(crate) folder: VaultFolder,
    pub(crate) id: MemberId,
    /// In a place of its own, whose page is kept out of the swap.
    pub(crate) keys: Box<Keyring>,
    /// Read when it is first asked for: much of what a vault is opened for needs no client.
    pub(crate) caseload: OnceCell<Caseload>,
    /// Three phrases, after `init` until they are taken.
    pub(crate) recovery: Option<[SecretString; 3]>,
    /// How many clients the access log was told of when their names were read last.
    pub(crate) told_clients: u64,
    /// How many notes and sheets it was told of when the queue of reviews was read last.
    pub(crate) told_reviews: u64,
    /// What the call that runs was refused.
    pub(crate) refused: RefCell<Option<Entry>>,
}

impl State {
    pub(crate) fn caseload(&self) -> Result<&Caseload, VaultError> {
        if let Some(load) = self.caseload.get() {
            return Ok(load);
        }
        let load = Caseload::resume(&self.folder, &self.keys, self.id)?;
        Ok(self.caseload.get_or_init(|| load))
    }

    pub(crate) fn writer(&mut self) -> (&mut VaultFolder, Me<'_>) {
        (&mut self.folder, Me { id: self.id, keys: &self.keys })
    }

    /// As [`State::writer`], with the caseload that has to be kept in step.
    pub(crate) fn split(&mut self) -> Result<(&mut VaultFolder, Me<'_>, &mut Caseload), VaultError> {
        self.caseload()?;
        let load = self.caseload.get_mut().ok_or(VaultError::NoClient)?;
        Ok((&mut self.folder, Me { id: self.id, keys: &self.keys }, load))
    }

    /// True when somebody of the centre has a client of this code, or had one.
    pub(crate) fn code_is_marked(&self, code: &ClientCode) -> Result<bool, VaultError> {
        let (folder, read) = (&self.folder, [self.keys.read()]);
        let mut places = vec![folder.code_collection_1(code)];
        let secrets = self.caseload()?.codes.iter().filter_map(|held| held.open(folder, &read).ok());
        places.extend(secrets.map(|secret| folder.code_collection(secret, code)));
        for place in places {
            if !folder.store.collection(place)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl UnlockedVault {
    /// Who unlocked it.
    pub const fn me(&self) -> &Member {
        &self.me
    }

    /// Their role.
    pub const fn role(&self) -> Role {
        self.me.role
    }

    /// How long the work on the passphrase took when this vault was unlocked: what a guess costs here. Zero where no
    /// passphrase was asked for.
    pub const fn guess_took(&self) -> Duration {
        self.guess
    }

    /// The folder.
    pub fn dir(&self) -> PathBuf {
        self.state().folder.dir.clone()
    }

    /// How the vault stands against its high-water checkpoint.
    pub fn integrity(&self) -> Integrity {
        self.state().folder.integrity.clone()
    }

    /// The roster.
    pub fn roster(&self) -> Roster {
        self.state().folder.roster.clone()
    }

    /// Why nothing is written in this vault; `None` where it is.
    pub fn read_only(&self) -> Option<NoWriting> {
        self.state().folder.reading.as_ref().map(|reading| reading.why)
    }

    /// Now, by the vault's clock.
    pub fn now(&self) -> crate::domain::practice::time::Timestamp {
        self.state().folder.now()
    }

    /// The three recovery phrases of a vault that was just made; a second call gives nothing. Any two of them open
    /// everything: three people keep one each.
    pub fn take_recovery_phrases(&self) -> Option<[SecretString; 3]> {
        self.state().recovery.take()
    }

    /// Locks: writes that all is acknowledged and forgets the keys.
    pub fn lock(self) -> Result<(), VaultError> {
        let mut state = self.state();
        // Where there is no room for it now, it stays due and the next closing does it.
        let _ = state.folder.rebuild_due();
        self.log_access(&mut state, Task::Lock, None, 0, None, false, None)?;
        if state.folder.reading.is_none() {
            // Without room for it the next opening compares with what was seen before.
            let _ = memory::remember(&state.folder, self.me.id, &state.keys);
        }
        Ok(())
    }

    /// The words of the roster as it stands, 128 bits: what somebody compares who sees this vault for the first time on
    /// another workstation.
    pub fn words(&self) -> String {
        trust::words(&self.state().folder.history())
    }

    pub(crate) fn at(
        folder: VaultFolder,
        me: Member,
        keys: Keyring,
        recovery: Option<[SecretString; 3]>,
    ) -> UnlockedVault {
        folder.station.machine.count_days_in(folder.roster.time_zone.as_deref());
        let keys = Box::new(keys);
        folder.station.machine.keep_out_of_swap(&keys);
        let caseload = OnceCell::new();
        let (told_clients, told_reviews, refused) = (0, 0, RefCell::default());
        let state = State { folder, id: me.id, keys, caseload, recovery, told_clients, told_reviews, refused };
        UnlockedVault {
            me,
            state: Mutex::new(state),
            place: place_name(),
            guess: Duration::ZERO,
            prepared: Mutex::default(),
        }
    }

    /// What was compared ahead of the note of a session: of one session at a time, the one that is worked on.
    pub(crate) fn prepared_note(&self, session: SessionId) -> SharedCompared {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        match prepared.as_ref() {
            Some((of, compared)) if *of == session => Arc::clone(compared),
            _ => {
                let compared = SharedCompared::default();
                *prepared = Some((session, Arc::clone(&compared)));
                compared
            }
        }
    }

    /// Forgets what was compared: the client wants no model to read it, or it was destroyed.
    pub(crate) fn forget_prepared(&self) {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    pub(crate) fn around(state: &State) -> Around {
        let roster = &state.folder.roster;
        Around { admin: roster.has(Role::Admin), supervisor: roster.has(Role::Supervisor), second: None }
    }

    #[allow(clippy::too_many_arguments, reason = "these are the statutory fields of one entry")]
    pub(crate) fn log_access(
        &self,
        state: &mut State,
        task: Task,
        whose: Option<&ClientCode>,
        records: u64,
        reason: Option<&str>,
        break_glass: bool,
        detail: Option<String>,
    ) -> Result<(), VaultError> {
        self.log_access_by_two(state, task, whose, records, reason, break_glass, detail, None)
    }

    #[allow(clippy::too_many_arguments, reason = "these are the statutory fields of one entry")]
    pub(crate) fn log_access_by_two(
        &self,
        state: &mut State,
        task: Task,
        whose: Option<&ClientCode>,
        records: u64,
        reason: Option<&str>,
        break_glass: bool,
        detail: Option<String>,
        second: Option<MemberId>,
    ) -> Result<(), VaultError> {
        let entry = Entry {
            by: self.me.id,
            at: state.folder.now(),
            place: self.place.clone(),
            whose: whose.cloned(),
            task,
            records,
            reason: reason.map(crate::domain::practice::text::clean),
            break_glass,
            detail,
            second,
        };
        let (folder, me) = state.writer();
        folder.log(&me, &entry)
    }
}

/// The workstation's name, for the log.
fn place_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|s| crate::domain::practice::text::clean(s.trim()))
        .ok()
        .filter(|s| !s.is_empty())
        .unwrap_or_else(|| "workstation".to_owned())
}
