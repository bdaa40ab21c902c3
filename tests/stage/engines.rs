//! Where the real engines are, and what happens when one is not there: a loud line, or a failed test where
//! `GYEOT_REQUIRE_ENGINES` is set, as `make test` sets it.

use std::path::PathBuf;

/// Says that a test proves nothing on this machine because an engine, a model or an ingredient is missing.
///
/// # Panics
///
/// Where `GYEOT_REQUIRE_ENGINES` is set to anything but nothing: there a missing engine is a failure.
pub fn missing(why: impl std::fmt::Display) {
    let required = std::env::var_os("GYEOT_REQUIRE_ENGINES").is_some_and(|v| !v.is_empty());
    assert!(!required, "GYEOT_REQUIRE_ENGINES is set, and this is missing: {why}");
    super::skipped(why);
}

/// The models folder: `GYEOT_MODELS`, else the folder where `gyeot models pull` puts them.
pub fn models() -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default().join(".local/share/gyeot/models");
    std::env::var_os("GYEOT_MODELS").map_or_else(home, PathBuf::from)
}

/// `GYEOT_WORKERS`, the folder of the worker programs; empty where it is not set.
pub fn workers() -> PathBuf {
    std::env::var_os("GYEOT_WORKERS").map(PathBuf::from).unwrap_or_default()
}
