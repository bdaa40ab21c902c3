//! The readers and decoders of sound files: those of symphonia and our own.

use crate::adapters::amr::{AmrDecoder, AmrReader};
use crate::adapters::opus::OpusDecoder;
use std::sync::OnceLock;
use symphonia::core::codecs::CodecRegistry;
use symphonia::core::probe::Probe;
use symphonia::default::{register_enabled_codecs, register_enabled_formats};

/// Every decoder.
pub fn codecs() -> &'static CodecRegistry {
    static CODECS: OnceLock<CodecRegistry> = OnceLock::new();
    CODECS.get_or_init(|| {
        let mut registry = CodecRegistry::new();
        register_enabled_codecs(&mut registry);
        registry.register_all::<OpusDecoder>();
        registry.register_all::<AmrDecoder>();
        registry
    })
}

/// Knows every container by its first bytes.
pub fn probe() -> &'static Probe {
    static PROBE: OnceLock<Probe> = OnceLock::new();
    PROBE.get_or_init(|| {
        let mut probe = Probe::default();
        // Ours first: its marker is long, and the first that fits is taken.
        probe.register_all::<AmrReader>();
        register_enabled_formats(&mut probe);
        probe
    })
}
