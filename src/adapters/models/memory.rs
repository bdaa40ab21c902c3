//! Whether a model fits into the memory that is free now, said before it is loaded. Its weights are mapped from the file, so a model
//! that is too large would not fail: it would read the disk for every token, and every other program with it.

use crate::adapters::models::error::ModelError;
use crate::domain::practice::ids::ModelId;

/// What a worker takes beside the weights: the context, the buffers of a batch, itself. With 0.5 to 1.5 billion parameters and the
/// contexts of this program it is 150 to 230 MiB.
const BESIDE_MIB: u64 = 250;

/// Memory in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// That programs can have without another one giving something up, and what the system can swap out for them.
    pub free: u64,
    /// Of the machine.
    pub all: u64,
}

impl Memory {
    /// Of this machine, where the system says.
    #[cfg(target_os = "linux")]
    pub fn now() -> Option<Memory> {
        Memory::of(&std::fs::read_to_string("/proc/meminfo").ok()?)
    }

    /// Of this machine, where the system says.
    #[cfg(not(target_os = "linux"))]
    pub fn now() -> Option<Memory> {
        None
    }

    /// From the lines of `/proc/meminfo` (KiB).
    fn of(text: &str) -> Option<Memory> {
        let line = |name: &str| {
            let line = text.lines().find(|l| l.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib >> 10)
        };
        let free = line("MemAvailable:")? + line("SwapFree:").unwrap_or(0);
        Some(Memory { free, all: line("MemTotal:")? })
    }

    /// Refuses a model whose files have so many bytes and do not fit.
    pub fn room_for(self, id: &ModelId, bytes: u64) -> Result<(), ModelError> {
        let needed = (bytes >> 20) + BESIDE_MIB;
        if needed <= self.free {
            return Ok(());
        }
        Err(ModelError::NoMemory { id: id.to_string(), needed, free: self.free, all: self.all })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_counts_as_available_is_free_with_its_swap() {
        let text =
            "MemTotal:       16000000 kB\nMemFree:  100 kB\nMemAvailable:    8388608 kB\nSwapFree:  1048576 kB\n";
        let memory = Memory::of(text).unwrap();
        assert_eq!(memory, Memory { free: 9216, all: 15625 });
        assert_eq!(Memory::of("MemTotal: 1 kB"), None);
        let fits = (9216 - BESIDE_MIB) << 20;
        assert!(memory.room_for(&"a".into(), fits).is_ok());
        let fault = memory.room_for(&"a".into(), fits + (1 << 20)).unwrap_err();
        assert!(matches!(fault, ModelError::NoMemory { needed: 9217, free: 9216, all: 15625, .. }), "{fault}");
    }
}
