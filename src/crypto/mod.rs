//! Keys, seals and signatures: bytes in, bytes out. The only place that names age and ed25519. Reads no file and no
//! clock. Randomness: age and ed25519-dalek draw it from the operating system inside; that is the one exception here.

pub mod chain;
pub mod checkpoint;
pub mod error;
pub mod keys;
pub mod outgoing;
pub mod parcel;
pub mod passphrase;
pub mod schema_1;
pub mod seal;
pub mod slot;

pub use crate::crypto::error::CryptoError;
pub use crate::crypto::keys::{Keyring, Recipient, SealKey};
pub use crate::crypto::seal::Sealed;
