//! Files by Landlock: the model, and what the engines read to learn about the processor; the folder of a recording. Where the kernel has it (ABI 6), no
//! signal and no abstract socket leaves the sandbox either.

use crate::worker::OFFLOADS;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope,
};
use std::path::{Path, PathBuf};

/// What OpenMP and ggml read to learn about the processor; none of it is about people.
const MACHINE_FACTS: [&str; 4] =
    ["/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node"];

/// What the driver of a graphics processor reads: libraries, and what the system says of the machine. No folder in which people keep
/// files. Only for a worker that was built for one.
const DRIVER: [&str; 12] = [
    "/usr/lib",
    "/usr/share/vulkan",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/vulkan",
    "/etc/nvidia",
    "/proc/self",
    "/proc/devices",
    "/proc/driver",
    "/proc/modules",
    "/sys",
];
/// How the devices themselves are called; one folder and several files each.
const DEVICES: [&str; 3] = ["nvidia", "dri", "kfd"];

/// Such as `/dev/nvidia0`: not all of `/dev`, in which memory that programs share lies as files.
fn devices() -> Vec<PathBuf> {
    let all = std::fs::read_dir("/dev").into_iter().flatten().filter_map(Result::ok);
    let driven = |name: &std::ffi::OsStr| DEVICES.iter().any(|begins| name.to_string_lossy().starts_with(begins));
    all.filter(|entry| driven(&entry.file_name())).map(|entry| entry.path()).collect()
}

/// Confines this process and what it becomes to reading these files; false where the kernel has no Landlock.
pub fn confine(given: &[&Path]) -> bool {
    let read = AccessFs::from_read(ABI::V1);
    let build = || -> Result<RulesetStatus, landlock::RulesetError> {
        let mut rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(ABI::V5))?
            // Beside the list of system calls, and where there is none: no TCP.
            .handle_access(AccessNet::from_all(ABI::V5))?
            .scope(Scope::from_all(ABI::V6))?
            .create()?;
        // A fact that is not there cannot be read either, nor a file that was not given.
        for path in MACHINE_FACTS.iter().map(Path::new).chain(given.iter().copied()) {
            if let Ok(fd) = PathFd::new(path) {
                let allowed = if path.is_dir() { read } else { AccessFs::ReadFile.into() };
                rules = rules.add_rule(PathBeneath::new(fd, allowed))?;
            }
        }
        let driver = || DRIVER.iter().map(|path| (PathBuf::from(path), false));
        let all = || driver().chain(devices().into_iter().map(|path| (path, true)));
        for (path, device) in OFFLOADS.then(all).into_iter().flatten() {
            if let Ok(fd) = PathFd::new(&path) {
                let mut allowed = if path.is_dir() { read } else { AccessFs::ReadFile.into() };
                if device {
                    allowed |= AccessFs::WriteFile | AccessFs::IoctlDev;
                }
                rules = rules.add_rule(PathBeneath::new(fd, allowed))?;
            }
        }
        Ok(rules.restrict_self()?.ruleset)
    };
    matches!(build(), Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced))
}

/// Confines this process to making and writing files in one folder; it reads none, its own neither.
pub fn confine_writing(folder: Option<&std::os::fd::OwnedFd>) -> bool {
    let write = AccessFs::MakeReg | AccessFs::WriteFile | AccessFs::RemoveFile | AccessFs::Truncate;
    let build = || -> Result<RulesetStatus, landlock::RulesetError> {
        let mut rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(ABI::V5))?
            // Beside the list of system calls, and where there is none: no TCP.
            .handle_access(AccessNet::from_all(ABI::V5))?
            .scope(Scope::from_all(ABI::V6))?
            .create()?;
        if let Some(folder) = folder {
            rules = rules.add_rule(PathBeneath::new(folder, write))?;
        }
        Ok(rules.restrict_self()?.ruleset)
    };
    matches!(build(), Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced))
}

/// Whether this kernel has Landlock. Makes a set of rules and lets it go; nothing is confined.
pub fn available() -> bool {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create)
        .is_ok()
}
