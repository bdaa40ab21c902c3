//! System calls by seccomp: an allow-list. What is not on it answers EPERM, which the engines take as "cannot" where they ask
//! for something that they can do without (priorities, affinity, other files).

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;

/// Calls that are harmless whatever their arguments, and what for. They reach only this process's own memory, threads, clock
/// and the descriptors it was given.
const ALLOWED: [(libc::c_long, &str); 50] = [
    // Memory: the allocator, thread stacks, and the model that ggml maps. Executable pages are refused below.
    (libc::SYS_munmap, "memory"),
    (libc::SYS_mremap, "memory: realloc of large blocks"),
    (libc::SYS_brk, "memory"),
    (libc::SYS_madvise, "memory: ggml advises on the mapped model, the allocator gives pages back"),
    // Threads of OpenMP, ggml and the reader of the worker. New ones by `clone` below.
    (libc::SYS_futex, "locks of threads"),
    (libc::SYS_set_robust_list, "start of a thread"),
    (libc::SYS_rseq, "start of a thread"),
    (libc::SYS_set_tid_address, "start of a thread"),
    (libc::SYS_gettid, "own number"),
    (libc::SYS_getpid, "own number"),
    (libc::SYS_getppid, "own parent's number, to test the sandbox"),
    (libc::SYS_sched_yield, "OpenMP waits"),
    (libc::SYS_sched_getaffinity, "OpenMP counts processors"),
    (libc::SYS_getcpu, "OpenMP and ggml place work"),
    (libc::SYS_membarrier, "C library"),
    (libc::SYS_clone3, "refused with ENOSYS by a filter of its own"),
    // Its end.
    (libc::SYS_exit, "end of a thread"),
    (libc::SYS_exit_group, "end of the process"),
    (libc::SYS_restart_syscall, "goes on after a stop"),
    (libc::SYS_rt_sigreturn, "return from a handler"),
    (libc::SYS_rt_sigaction, "own handlers"),
    (libc::SYS_rt_sigprocmask, "own mask"),
    (libc::SYS_sigaltstack, "stack of a handler"),
    // Clocks.
    (libc::SYS_clock_gettime, "clock"),
    (libc::SYS_clock_getres, "clock"),
    (libc::SYS_clock_nanosleep, "wait"),
    (libc::SYS_nanosleep, "wait"),
    (libc::SYS_gettimeofday, "clock"),
    (libc::SYS_times, "processor time of an answer"),
    (libc::SYS_getrusage, "processor time of an answer"),
    // The pipes and the model. Opening below.
    (libc::SYS_read, "pipe, model"),
    (libc::SYS_readv, "pipe, model"),
    (libc::SYS_pread64, "model"),
    (libc::SYS_preadv, "model"),
    (libc::SYS_write, "pipe"),
    (libc::SYS_writev, "pipe"),
    (libc::SYS_lseek, "model"),
    (libc::SYS_fstat, "model"),
    // Landlock hides no names: a worker can learn that a path exists, and reads none.
    (libc::SYS_statx, "whether the model is there: both engines ask by its path"),
    (libc::SYS_fadvise64, "ggml advises on the model"),
    (libc::SYS_close, "own descriptors"),
    (libc::SYS_dup, "own descriptors"),
    (libc::SYS_ppoll, "pipe"),
    (libc::SYS_getdents64, "facts about the processor under /sys"),
    // Facts.
    (libc::SYS_getrandom, "seeds of hash maps"),
    (libc::SYS_uname, "kernel version"),
    (libc::SYS_sysinfo, "size of the memory"),
    (libc::SYS_getuid, "C library"),
    (libc::SYS_geteuid, "C library"),
    (libc::SYS_getegid, "C library"),
];
/// The same for calls that only this architecture has.
#[cfg(target_arch = "x86_64")]
const ALLOWED_HERE: [(libc::c_long, &str); 3] =
    [(libc::SYS_poll, "pipe"), (libc::SYS_time, "clock"), (libc::SYS_arch_prctl, "start of a thread")];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: [(libc::c_long, &str); 0] = [];

/// What the recorder may besides: to write into the folder it was given, which Landlock names.
const ALLOWED_WRITING: [(libc::c_long, &str); 8] = [
    (libc::SYS_fsync, "folder"),
    (libc::SYS_fdatasync, "file"),
    (libc::SYS_fallocate, "reserve"),
    (libc::SYS_ftruncate, "reserve"),
    (libc::SYS_unlinkat, "half a file, reserve"),
    (libc::SYS_renameat2, "a file that is whole"),
    (libc::SYS_renameat, "a file that is whole"),
    (libc::SYS_fstatfs, "free space"),
];

/// What a process does with files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Reads the ones it was given.
    Reading,
    /// Makes new ones.
    Writing,
}

/// `PR_SET_VMA`: names of memory areas, which glibc and Rust give to thread stacks.
const PR_SET_VMA: u64 = 0x53564d41;

/// Installs both filters on all threads; false where the kernel refuses.
pub fn confine(work: Work) -> bool {
    let (Some(no_clone3), Some(allowed)) = (no_clone3(), allow_list(work)) else { return false };
    [no_clone3, allowed].iter().all(|p| seccompiler::apply_filter_all_threads(p).is_ok())
}

/// Whether this kernel filters system calls at all: the line is there in every process's own status then.
pub fn available() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|s| s.lines().any(|l| l.starts_with("Seccomp:")))
}

fn program(
    calls: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    listed: SeccompAction,
) -> Option<BpfProgram> {
    let arch = std::env::consts::ARCH.try_into().ok()?;
    SeccompFilter::new(calls, otherwise, listed, arch).ok()?.try_into().ok()
}

/// The flags of `clone3` lie in memory where a filter cannot look; without it the C library uses `clone`.
fn no_clone3() -> Option<BpfProgram> {
    let nothing = SeccompAction::Errno(libc::ENOSYS as u32);
    program(BTreeMap::from([(libc::SYS_clone3, Vec::new())]), SeccompAction::Allow, nothing)
}

fn allow_list(work: Work) -> Option<BpfProgram> {
    let more = if work == Work::Writing { &ALLOWED_WRITING[..] } else { &[] };
    let mut calls: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().chain(&ALLOWED_HERE).chain(more).map(|(call, _)| (*call, Vec::new())).collect();
    for (call, rules) in with_arguments(work) {
        calls.insert(call, rules.into_iter().collect::<Option<_>>()?);
    }
    program(calls, SeccompAction::Errno(libc::EPERM as u32), SeccompAction::Allow)
}

/// Calls that depend on their arguments: each rule allows what fulfils all of its conditions.
fn with_arguments(work: Work) -> Vec<(libc::c_long, Vec<Option<SeccompRule>>)> {
    let own = u64::from(std::process::id());
    let no_exec = all(&[bits(2, libc::PROT_EXEC as u64, 0)]);
    let empty_path = libc::AT_EMPTY_PATH as u64;
    // Reading only; which files, Landlock says.
    let writes = (libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND) as u64 | TMPFILE;
    let mut opens = vec![all(&[bits(2, writes, 0)])];
    if work == Work::Writing {
        opens.push(all(&[bits(2, writes, (libc::O_WRONLY | libc::O_CREAT) as u64)]));
    }
    let namespaces = (libc::CLONE_NEWNS
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP) as u32 as u64;
    let thread = libc::CLONE_THREAD as u64;
    vec![
        (libc::SYS_mmap, vec![no_exec.clone()]),
        (libc::SYS_mprotect, vec![no_exec]),
        (libc::SYS_clone, vec![all(&[bits(0, thread | namespaces, thread)])]),
        (libc::SYS_openat, opens),
        // What lies behind a descriptor, not behind a name.
        (libc::SYS_newfstatat, vec![all(&[bits(3, empty_path, empty_path)])]),
        // `abort` signals its own thread; no other process.
        (libc::SYS_tgkill, vec![all(&[number(0, own)])]),
        // The stack's limit is asked for, no limit is set, and nobody else's.
        (libc::SYS_prlimit64, vec![all(&[number(0, 0), address(2, 0)]), all(&[number(0, own), address(2, 0)])]),
        (libc::SYS_prctl, vec![all(&[number(0, libc::PR_SET_NAME as u64)]), all(&[number(0, PR_SET_VMA)])]),
        // Whether the output is a terminal.
        (libc::SYS_ioctl, vec![all(&[number(1, libc::TCGETS)])]),
        // Not F_SETOWN: it sends signals to others.
        (
            libc::SYS_fcntl,
            [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC]
                .into_iter()
                .map(|command| all(&[number(1, command as u64)]))
                .collect(),
        ),
    ]
}

/// The bit of `O_TMPFILE` that is not `O_DIRECTORY`.
const TMPFILE: u64 = (libc::O_TMPFILE & !libc::O_DIRECTORY) as u64;

/// An argument that is an `int` to the kernel.
fn number(argument: u8, value: u64) -> Option<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value).ok()
}

/// An argument that is an address to the kernel.
fn address(argument: u8, value: u64) -> Option<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, value).ok()
}

/// Of these bits exactly `value` is set.
fn bits(argument: u8, mask: u64, value: u64) -> Option<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value).ok()
}

fn all(conditions: &[Option<SeccompCondition>]) -> Option<SeccompRule> {
    SeccompRule::new(conditions.iter().cloned().collect::<Option<Vec<_>>>()?).ok()
}
