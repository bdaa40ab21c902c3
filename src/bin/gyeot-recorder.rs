//! The recorder: writes the sound of a session to disk, sealed to a key that it does not have. It outlives the program that
//! started it for as long as it takes to write what it was given.

use gyeot::recorder::folder::SegmentFolder;
use gyeot::recorder::serve::serve;
use gyeot::worker::sandbox;
use rustix::fs::{Mode, OFlags};

fn main() -> std::process::ExitCode {
    if std::env::args_os().len() > 1 {
        return std::process::ExitCode::from(2);
    }
    // A session of its own: no key of the terminal and no closing of it ends a recording.
    let _ = rustix::process::setsid();
    let build = env!("CARGO_PKG_VERSION");
    // The parent hands the folder over as descriptor 3; without one it is only looked at.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open("/dev/fd/3", flags, Mode::empty()).ok();
    let level = sandbox::enter_writing(folder.as_ref());
    let Some(folder) = folder else {
        serve(std::io::stdin(), std::io::stdout(), Nowhere, build, level.name());
        return std::process::ExitCode::SUCCESS;
    };
    serve(std::io::stdin(), std::io::stdout(), SegmentFolder::of(folder), build, level.name());
    std::process::ExitCode::SUCCESS
}

/// Stands where no folder was given.
struct Nowhere;

impl gyeot::recorder::folder::Segments for Nowhere {
    fn reserve(&mut self) -> bool {
        true
    }
    fn put(&mut self, _: &str, _: &[u8]) -> Result<(), gyeot::recorder::folder::Fault> {
        Err(gyeot::recorder::folder::Fault::Failed)
    }
    fn release(&mut self) -> bool {
        false
    }
}
