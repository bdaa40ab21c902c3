//! What the operating system may keep of this process while it holds keys: no core file, and no other process of the
//! same user may look into its memory. Children set their own.

use rustix::process::{Resource, Rlimit, setrlimit};

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
