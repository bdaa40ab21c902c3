//! The cage a worker enters before it touches a model file. Weights come from strangers, their loaders have a long
//! list of memory-corruption bugs, and a worker needs nothing but its pipes, its threads and one file to read.
//! Must be entered before any thread is started and before the model is opened.

use std::path::Path;

/// How much of the cage this kernel gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Files and system calls are both confined.
    Full,
    /// One of the two is.
    Partial,
    /// Neither: another system, or a kernel without them.
    None,
}

impl Level {
    /// As `Hello` and `doctor` say it.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Full => "full",
            Level::Partial => "partial",
            Level::None => "none",
        }
    }
}

/// Dies with the parent, leaves no core, then confines itself: no file but `model` can be opened for reading (and
/// none for writing), no socket, no other program, no other process.
#[cfg(target_os = "linux")]
pub fn enter(model: Option<&Path>) -> Level {
    use rustix::process::{
        DumpableBehavior, Resource, Rlimit, Signal, set_dumpable_behavior, set_parent_process_death_signal, setrlimit,
    };
    // Each of these only narrows what is possible; where a kernel refuses one, the others still hold.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    for what in [Resource::Core, Resource::Fsize] {
        let _ = setrlimit(what, none);
    }
    match (linux::confine_files(model), linux::confine_calls()) {
        (true, true) => Level::Full,
        (false, false) => Level::None,
        _ => Level::Partial,
    }
}

/// On this system a worker is only a process of its own.
#[cfg(not(target_os = "linux"))]
pub fn enter(_model: Option<&Path>) -> Level {
    Level::None
}

#[cfg(target_os = "linux")]
mod linux {
    use landlock::{
        ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
        RulesetStatus,
    };
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    };
    use std::collections::BTreeMap;
    use std::path::Path;

    /// What OpenMP and ggml read to learn about the processor; none of it is about people.
    const MACHINE_FACTS: [&str; 4] =
        ["/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node"];

    pub fn confine_files(model: Option<&Path>) -> bool {
        let read = AccessFs::from_read(ABI::V1);
        let build = || -> Result<RulesetStatus, landlock::RulesetError> {
            let mut rules = Ruleset::default()
                .set_compatibility(CompatLevel::BestEffort)
                .handle_access(AccessFs::from_all(ABI::V5))?
                .create()?;
            for path in MACHINE_FACTS.iter().map(Path::new).chain(model) {
                // A fact that is not there cannot be read either.
                if let Ok(fd) = PathFd::new(path) {
                    let allowed = if path.is_dir() { read } else { AccessFs::ReadFile.into() };
                    rules = rules.add_rule(PathBeneath::new(fd, allowed))?;
                }
            }
            Ok(rules.restrict_self()?.ruleset)
        };
        matches!(build(), Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced))
    }

    pub fn confine_calls() -> bool {
        let (Some(deny), Some(threads), Some(no_clone3)) = (deny(), threads_only(), no_clone3()) else { return false };
        [deny, threads, no_clone3].iter().all(|p| seccompiler::apply_filter_all_threads(p).is_ok())
    }

    fn program(calls: BTreeMap<i64, Vec<SeccompRule>>, answer: libc::c_int) -> Option<BpfProgram> {
        let arch = std::env::consts::ARCH.try_into().ok()?;
        SeccompFilter::new(calls, SeccompAction::Allow, SeccompAction::Errno(answer as u32), arch).ok()?.try_into().ok()
    }

    /// Network, other programs, other processes, kernel interfaces with a history.
    fn deny() -> Option<BpfProgram> {
        let mut calls = vec![
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_connect,
            libc::SYS_bind,
            libc::SYS_listen,
            libc::SYS_accept,
            libc::SYS_accept4,
            libc::SYS_sendto,
            libc::SYS_sendmsg,
            libc::SYS_execve,
            libc::SYS_execveat,
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_process_vm_writev,
            libc::SYS_pidfd_getfd,
            libc::SYS_kill,
            libc::SYS_tkill,
            libc::SYS_mount,
            libc::SYS_umount2,
            libc::SYS_chroot,
            libc::SYS_pivot_root,
            libc::SYS_setns,
            libc::SYS_unshare,
            libc::SYS_bpf,
            libc::SYS_keyctl,
            libc::SYS_add_key,
            libc::SYS_request_key,
            libc::SYS_perf_event_open,
            libc::SYS_userfaultfd,
            libc::SYS_io_uring_setup,
            libc::SYS_open_by_handle_at,
            libc::SYS_init_module,
            libc::SYS_finit_module,
            libc::SYS_kexec_load,
            libc::SYS_memfd_create,
            libc::SYS_unlinkat,
            libc::SYS_renameat2,
            libc::SYS_linkat,
            libc::SYS_symlinkat,
            libc::SYS_mkdirat,
        ];
        #[cfg(target_arch = "x86_64")]
        calls.extend([
            libc::SYS_fork,
            libc::SYS_vfork,
            libc::SYS_unlink,
            libc::SYS_rename,
            libc::SYS_link,
            libc::SYS_symlink,
            libc::SYS_mkdir,
        ]);
        program(calls.into_iter().map(|c| (c, Vec::new())).collect(), libc::EPERM)
    }

    /// A `clone` that does not make a thread of this process.
    fn threads_only() -> Option<BpfProgram> {
        let thread = libc::CLONE_THREAD as u64;
        let other = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), 0).ok()?;
        let rule = SeccompRule::new(vec![other]).ok()?;
        program(BTreeMap::from([(libc::SYS_clone, vec![rule])]), libc::EPERM)
    }

    /// The flags of `clone3` lie in memory where a filter cannot look; without it the C library uses `clone`.
    fn no_clone3() -> Option<BpfProgram> {
        program(BTreeMap::from([(libc::SYS_clone3, Vec::new())]), libc::ENOSYS)
    }
}
