//! What the operating system may keep of this process while it holds keys: no core file, no other process of the same user
//! may look into its memory, and no page of it goes to the swap where the system allows that. Children set their own.
#![allow(unsafe_code, reason = "locking the pages of a key takes their address")]

use crate::adapters::{time_zone, write_access};
use crate::crypto::keys::Keyring;
use crate::ports::machine::{Machine, NoWriting};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Turns core files off for good and makes the process not dumpable (Linux: `/proc/PID/mem`, `ptrace` and core files
/// are closed to the same user). True when both took hold.
pub fn shield() -> bool {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let no_core = setrlimit(Resource::Core, none).is_ok();
    no_core && not_dumpable()
}

#[cfg(target_os = "linux")]
fn not_dumpable() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

#[cfg(not(target_os = "linux"))]
const fn not_dumpable() -> bool {
    true
}

/// How much of this process is kept out of the swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Every page, those to come as well.
    All,
    /// The limit is too small for that: only the pages around the member's keys.
    KeysOnly,
    /// Nothing: this system does not do it.
    Nothing,
}

/// With a smaller limit the work of one passphrase could not be held: scrypt takes 512 MiB at the most
/// (`KeyCost::Stronger`), the program and its store some hundred more, and a locked process whose next page goes over
/// the limit is ended.
pub const ENOUGH: u64 = 2 << 30;

static KEPT: OnceLock<Kept> = OnceLock::new();

/// Keeps the pages of this process out of the swap, as far as the limit allows. Pages are taken as they are touched: a
/// reserved and unused one costs nothing. Not inherited by children.
pub fn keep_in_memory() -> Kept {
    *KEPT.get_or_init(lock_all)
}

#[cfg(target_os = "linux")]
fn lock_all() -> Kept {
    use rustix::mm::{MlockAllFlags, mlockall};
    let limit = getrlimit(Resource::Memlock);
    // The hard limit is what the person was given; the soft one is only where it begins.
    let _ = setrlimit(Resource::Memlock, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let enough = limit.maximum.is_none_or(|most| most >= ENOUGH) || may_lock_anything();
    let flags = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    if enough && mlockall(flags).is_ok() {
        return Kept::All;
    }
    if limit.maximum == Some(0) { Kept::Nothing } else { Kept::KeysOnly }
}

#[cfg(not(target_os = "linux"))]
const fn lock_all() -> Kept {
    Kept::Nothing
}

/// True with the capability to which no limit applies (`CAP_IPC_LOCK`, bit 14; `capabilities(7)`).
#[cfg(target_os = "linux")]
fn may_lock_anything() -> bool {
    const IPC_LOCK: u64 = 1 << 14;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let held = status.lines().find_map(|l| l.strip_prefix("CapEff:"));
    held.and_then(|h| u64::from_str_radix(h.trim(), 16).ok()).is_some_and(|held| held & IPC_LOCK != 0)
}

/// The limit on locked memory in bytes; none without one.
pub fn limit() -> Option<u64> {
    getrlimit(Resource::Memlock).maximum
}

/// True where there is something that pages could be written to.
pub fn swap_is_on() -> bool {
    std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() > 1)
}

/// This machine, as a vault asks it.
pub struct ThisMachine;

impl Machine for ThisMachine {
    fn count_days_in(&self, zone: Option<&str>) {
        time_zone::count_days_in(zone);
    }

    fn keep_out_of_swap(&self, keys: &Keyring) {
        keep_page_of(keys);
    }

    fn takes_no_writing(&self, dir: &Path, by_trying: bool) -> Option<NoWriting> {
        write_access::refused(dir, by_trying)
    }

    fn private_memory(&self) -> Vec<PathBuf> {
        write_access::private_memory()
    }
}

/// Keeps the page of this value out of the swap where not every page is. The value must not move afterwards.
fn keep_page_of<T>(value: &T) {
    #[cfg(target_os = "linux")]
    if keep_in_memory() == Kept::KeysOnly {
        let at = std::ptr::from_ref(value).cast_mut().cast();
        // SAFETY: the range is that of a value that is borrowed here; mlock changes no byte of it, and the kernel rounds
        // to whole pages of this process. Beyond the limit it is refused, which the doctor says.
        let _ = unsafe { rustix::mm::mlock(at, std::mem::size_of::<T>()) };
    }
}
