//! Keys, seals and signatures: bytes in, bytes out. The only place that names age and ed25519.
