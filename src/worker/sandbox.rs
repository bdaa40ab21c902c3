//! The sandbox a worker enters before it touches a model file. Weights come from strangers, their loaders have a long
//! list of memory-corruption bugs, and a worker needs nothing but its pipes, its threads and one file to read.
//! Must be entered before any thread is started and before the model is opened.

use crate::worker::OFFLOADS;
use std::path::Path;

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;

/// How much of the sandbox there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Neither: another system, or a kernel without them.
    None,
    /// One of the two is, or an act that must fail was not refused.
    Partial,
    /// Files and system calls are both confined, and the acts that were tried from inside were refused.
    Full,
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

    /// The level of this name; an unknown word is no sandbox.
    pub fn named(name: &str) -> Level {
        [Level::Full, Level::Partial].into_iter().find(|l| l.name() == name).unwrap_or(Level::None)
    }
}

/// Dies with the parent, leaves no core, then confines itself: no file but those of `given` that are there can be opened for
/// reading (and none for writing), no socket, no other program, no other process. Then tries a few of the forbidden acts: the
/// level that is returned was tested, not assumed. A worker that was built for a graphics processor is confined by files alone:
/// its driver needs system calls that nobody lists, and the devices.
#[cfg(target_os = "linux")]
pub fn enter(given: &[&Path]) -> Level {
    use rustix::process::{
        DumpableBehavior, Resource, Rlimit, Signal, set_dumpable_behavior, set_parent_process_death_signal, setrlimit,
    };
    // Before a descriptor of our own is opened: it would stand under the number of one that was not given.
    let given: Vec<&Path> = given.iter().copied().filter(|path| path.exists()).collect();
    // Each of these only narrows what is possible; where a kernel refuses one, the others still hold.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    for what in [Resource::Core, Resource::Fsize] {
        let _ = setrlimit(what, none);
    }
    tried(files::confine(&given), !OFFLOADS && calls::confine(calls::Work::Reading))
}

#[cfg(target_os = "linux")]
fn tried(files: bool, calls: bool) -> Level {
    match (files, calls) {
        (true, true) if forbidden_acts().iter().all(|(_, refused)| *refused) => Level::Full,
        (false, false) => Level::None,
        _ => Level::Partial,
    }
}

/// As [`enter`], for the recorder: it may make and write files in this folder and read none, and it lives on without its
/// parent.
#[cfg(target_os = "linux")]
pub fn enter_writing(folder: Option<&std::os::fd::OwnedFd>) -> Level {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    tried(files::confine_writing(folder), calls::confine(calls::Work::Writing))
}

/// On this system the recorder is only a process of its own.
#[cfg(not(target_os = "linux"))]
pub fn enter_writing(_folder: Option<&std::os::fd::OwnedFd>) -> Level {
    Level::None
}

/// On this system a worker is only a process of its own.
#[cfg(not(target_os = "linux"))]
pub fn enter(_given: &[&Path]) -> Level {
    Level::None
}

/// What a worker could enter on this system, without entering it. A worker that says less was built wrongly or tampered with.
#[cfg(target_os = "linux")]
pub fn available() -> Level {
    match (files::available(), !OFFLOADS && calls::available()) {
        (true, true) => Level::Full,
        (false, false) => Level::None,
        _ => Level::Partial,
    }
}

/// What a worker could enter on this system.
#[cfg(not(target_os = "linux"))]
pub fn available() -> Level {
    Level::None
}

/// Acts that must fail from inside, and whether each was refused. All are harmless where they succeed.
#[cfg(target_os = "linux")]
pub fn forbidden_acts() -> Vec<(&'static str, bool)> {
    use rustix::fs::{Mode, OFlags};
    let parent = rustix::process::getppid();
    let opens = |path: &str, flags: OFlags| rustix::fs::open(path, flags, Mode::empty()).is_ok();
    vec![
        ("read-a-file", !opens("/etc/passwd", OFlags::RDONLY)),
        ("list-a-folder", !opens("/", OFlags::RDONLY | OFlags::DIRECTORY)),
        ("write-a-device", !opens("/dev/null", OFlags::WRONLY)),
        ("open-a-socket", std::net::UdpSocket::bind("127.0.0.1:0").is_err()),
        ("signal-the-parent", parent.is_none_or(|p| rustix::process::test_kill_process(p).is_err())),
        ("change-a-mode", rustix::fs::chmod("/dev/null", Mode::from(0o666)).is_err()),
        ("limits-of-the-parent", {
            let none = rustix::process::Rlimit { current: None, maximum: None };
            parent.is_none_or(|p| rustix::process::prlimit(Some(p), rustix::process::Resource::Nofile, none).is_err())
        }),
    ]
}
