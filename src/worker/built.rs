//! What this build of the workers can do.

/// Whether it was built for a graphics processor: one of the features `cuda`, `vulkan`, `metal`.
pub const OFFLOADS: bool = cfg!(any(feature = "cuda", feature = "vulkan", feature = "metal"));

/// Name, package version, and what this build assumes of the machine, for `doctor`.
pub fn build(name: &str) -> String {
    let mut about = format!("{name} {}", env!("CARGO_PKG_VERSION"));
    for (has, name) in [
        (cfg!(target_feature = "avx2"), "avx2"),
        (cfg!(target_feature = "avx512f"), "avx512f"),
        (cfg!(target_feature = "neon"), "neon"),
        (cfg!(feature = "cuda"), "cuda"),
        (cfg!(feature = "vulkan"), "vulkan"),
        (cfg!(feature = "metal"), "metal"),
    ] {
        if has {
            about.push(' ');
            about.push_str(name);
        }
    }
    about
}
