//! Keys, seals and signatures: bytes in, bytes out. The only place that names age and ed25519. Reads no file and no
//! clock. Randomness: age and ed25519-dalek draw it from the operating system inside; that is the one exception here.

pub mod chain;
pub mod fault;
pub mod keys;
pub mod mark;
pub mod parcel;
pub mod passphrase;
pub mod seal;
pub mod slot;

pub use fault::VaultFault;
pub use keys::{Keyring, Recipient, SealKey};
pub use seal::Sealed;
