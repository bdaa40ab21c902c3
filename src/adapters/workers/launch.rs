//! How to come by a worker: where its program lies, and what a started one is.

use crate::ports::engine::EngineError;
use crate::ports::engines::Kind;
use crate::texts::msg;
use crate::worker::sandbox::Level;
use std::io::Read;
use std::path::PathBuf;
use std::process::Child;

/// Where the program of a worker is: `GYEOT_WORKERS`, else beside this program. Of several builds for x86-64 levels
/// (`gyeot-asr.x86-64-v4`, `-v3`, `-v2`) the best that this processor runs is taken.
pub fn program(kind: Kind) -> Result<PathBuf, EngineError> {
    let name = format!("gyeot-{}", kind.name());
    let absent = || msg("workers-not-beside-program").shown("name", &name);
    beside(&name).ok_or_else(|| EngineError::Absent { worker: kind.name().into(), why: absent() })
}

/// The program of this name in `GYEOT_WORKERS`, else beside this one, as [`program`] looks for a worker.
pub fn beside(name: &str) -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = std::env::var_os("GYEOT_WORKERS").map(PathBuf::from).into_iter().collect();
    if let Some(dir) = std::env::current_exe().ok().and_then(|p| p.parent().map(PathBuf::from)) {
        // Test programs lie in `deps`, one below.
        places.extend(dir.parent().map(PathBuf::from));
        places.insert(places.len() - usize::from(places.len() > 1), dir);
    }
    for place in &places {
        for level in cpu_levels() {
            let leveled = place.join(format!("{name}.{level}"));
            if leveled.is_file() {
                return Some(leveled);
            }
        }
        let plain = place.join(name);
        if plain.is_file() {
            return Some(plain);
        }
    }
    None
}

#[cfg(target_arch = "x86_64")]
fn cpu_levels() -> Vec<&'static str> {
    let v3 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c");
    let v4 = v3
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl");
    let mut levels = vec!["x86-64-v2"];
    if v3 {
        levels.insert(0, "x86-64-v3");
    }
    if v4 {
        levels.insert(0, "x86-64-v4");
    }
    levels
}

#[cfg(not(target_arch = "x86_64"))]
fn cpu_levels() -> Vec<&'static str> {
    Vec::new()
}

/// How to come by a fresh worker.
pub trait Launch: Send {
    /// Starts one; `Hello` has not been read yet.
    fn launch(&mut self) -> Result<Link, EngineError>;
    /// Which one.
    fn kind(&self) -> Kind;
    /// The least sandbox that it must say it is in.
    fn least_sandbox(&self) -> Level {
        Level::None
    }
}

/// A started worker: the pipes and, when it is one, the process.
pub struct Link {
    /// Requests go here.
    pub to: Box<dyn std::io::Write + Send>,
    /// Answers come from here.
    pub from: Box<dyn Read + Send>,
    /// The process; absent for an engine in this process.
    pub child: Option<Child>,
}
