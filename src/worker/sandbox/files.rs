//! Files by Landlock: the model, and what the engines read to learn about the processor; the folder of a recording. Where the kernel has it (ABI 6), no
//! signal and no abstract socket leaves the sandbox either.

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope,
};
use std::path::Path;

/// What OpenMP and ggml read to learn about the processor; none of it is about people.
const MACHINE_FACTS: [&str; 4] =
    ["/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node"];

/// Confines this process and what it becomes; false where the kernel has no Landlock.
pub fn confine(model: Option<&Path>) -> bool {
    let read = AccessFs::from_read(ABI::V1);
    let build = || -> Result<RulesetStatus, landlock::RulesetError> {
        let mut rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(ABI::V5))?
            .scope(Scope::from_all(ABI::V6))?
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

/// Confines this process to making and writing files in one folder; it reads none, its own neither.
pub fn confine_writing(folder: Option<&std::os::fd::OwnedFd>) -> bool {
    let write = AccessFs::MakeReg | AccessFs::WriteFile | AccessFs::RemoveFile | AccessFs::Truncate;
    let build = || -> Result<RulesetStatus, landlock::RulesetError> {
        let mut rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(ABI::V5))?
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
