//! The unlocked vault, as every command and screen uses it: policy, keys, store and access log behind one handle.
//! All calls block until their effect is on disk. Each method asks the policy first; what is read is logged first.

use crate::texts::msg;

pub mod access_log;
pub mod administrations;
pub mod allowed;
pub mod backup;
pub mod breach;
pub mod check;
pub mod client_card;
pub mod clients;
pub mod consents;
pub mod corrections;
pub mod decisions;
pub mod destruction;
pub mod escalation_delete;
pub mod escalation_export;
pub mod escalation_statistics;
pub mod escalation_steps;
pub mod escalation_words;
pub mod escalations;
pub mod examine;
pub mod find;
pub mod hand_over;
pub mod handing_out;
pub mod hear_again;
pub mod import_session;
pub mod item_proposals;
pub mod join;
pub mod keep;
pub mod log_readers;
pub mod measures;
pub mod members;
pub mod mirror;
pub mod mirror_document;
pub mod note_drafts;
pub mod notes;
pub mod older;
pub mod paper;
pub mod pending_duties;
pub mod play;
pub mod prepare_session;
pub mod receivers;
pub mod record_questions;
pub mod recover_sound;
pub mod recovery;
pub mod renewal;
pub mod retention_due;
pub mod review;
pub mod review_answers;
pub mod review_export;
pub mod review_marks;
pub mod review_queue;
pub mod reviewer;
pub mod roles;
pub mod safety_plan;
pub mod safety_plan_paper;
pub mod sessions;
pub mod sound;
pub mod sound_index;
pub mod standing;
pub mod state_guard;
pub mod supervision;
pub mod transcripts;
pub mod unlocking;
pub mod untaken_phrases;

pub use crate::crypto::slot::KeyCost;
pub use crate::domain::practice::client::{ClientRow, NewClient};
pub use crate::domain::practice::consent::{Consent, ConsentState, Scope, Withdrawal};
pub use crate::domain::practice::session::{SessionRow, SessionState};
pub use crate::domain::record::{Body, Opened};
pub use crate::service::access_log::{LogRead, SignedNote, Verified};
pub use crate::service::backup::{BackupKey, BackupReport};
pub use crate::service::check::{CheckReport, Salvaged};
pub use crate::service::clients::ClientFile;
pub use crate::service::consents::{Agreed, Withdrawn};
pub use crate::service::destruction::Certificate;
pub use crate::service::escalation_export::{Exported, Written};
pub use crate::service::hand_over::{HandOver, Handed};
pub use crate::service::join::Joined;
pub use crate::service::keep::Saved;
pub use crate::service::measures::Measures;
pub use crate::service::members::{NewMember, Second};
pub use crate::service::receivers::NewReceiver;
pub use crate::service::recovery::Phrases;
pub use crate::service::retention_due::DueRow;
pub use crate::service::roles::Reassigned;
pub use crate::service::supervision::{Readers, Taken};
pub use crate::vault::error::VaultError;
pub use crate::vault::integrity::Integrity;

use crate::crypto::keys::{Keyring, SealKey, random_id};
use crate::crypto::passphrase;
use crate::crypto::slot;
use crate::domain::governance::access::Around;
use crate::domain::governance::access_log::{Entry, Task};
use crate::domain::governance::roster::{Change, Roster, VAULT_SCHEMA};
use crate::domain::practice::ids::{ClientCode, MemberId};
use crate::domain::practice::member::{Member, Role};
use crate::domain::record::KeyFor;
use crate::service::state_guard::StateGuard;
use crate::vault::caseload::Caseload;
use crate::vault::files::{Lock, RECOVERY, SlotKind, private_folder, write_slot, write_slot_of, write_summed};
use crate::vault::folder::{Draft, Me, VaultFolder};
use crate::vault::memory;
use crate::vault::roster_file::founding_hash;
use crate::vault::trust;
use crate::vault::workstation::Workstation;
use secrecy::SecretString;
use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

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

/// An unlocked vault. One per process and folder; `Send` and `Sync`, calls from several threads wait for each other.
pub struct UnlockedVault {
    pub(crate) me: Member,
    pub(crate) state: Mutex<State>,
    pub(crate) place: String,
    pub(crate) guess: Duration,
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
        for (file, (a, b)) in slot::split(&recovery, founding, &phrases)?.iter().zip(slot::PAIRS) {
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
        // Without room for it the next opening compares with what was seen before.
        let _ = memory::remember(&state.folder, self.me.id, &state.keys);
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
        crate::adapters::time_zone::count_days_in(folder.roster.time_zone.as_deref());
        let keys = Box::new(keys);
        crate::adapters::own_process::keep_page_of(keys.as_ref());
        let caseload = OnceCell::new();
        let (told_clients, told_reviews, refused) = (0, 0, RefCell::default());
        let state = State { folder, id: me.id, keys, caseload, recovery, told_clients, told_reviews, refused };
        UnlockedVault { me, state: Mutex::new(state), place: place_name(), guess: Duration::ZERO }
    }

    pub(crate) fn state(&self) -> StateGuard<'_> {
        // A panic in another call left nothing half done that the disk would not show.
        StateGuard(self.state.lock().unwrap_or_else(PoisonError::into_inner))
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
