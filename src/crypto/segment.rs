//! The seal of kept sound: a signature of the run of the recorder that wrote it, and an age file to the recording's key.
//! The recorder makes the signing key itself and never gives it away; it holds no key that opens anything.

use crate::crypto::error::CryptoError;
use crate::crypto::keys::{Verifier, sha256};
use ed25519_dalek::{Signer, SigningKey};

const DOMAIN: &[u8] = b"gyeot-segment/1\n";

/// Signs the pieces of one run of the recorder.
pub struct SegmentSigner(SigningKey);

impl std::fmt::Debug for SegmentSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SegmentSigner(withheld)")
    }
}

impl SegmentSigner {
    /// A new random key.
    pub fn generate() -> Self {
        SegmentSigner(SigningKey::generate(&mut rand::rngs::OsRng))
    }

    /// How its signatures are checked.
    pub fn verifier(&self) -> String {
        hex::encode(self.0.verifying_key().as_bytes())
    }

    /// 64 bytes over head and sound.
    pub fn sign(&self, head: &[u8], frames: &[u8]) -> [u8; 64] {
        self.0.sign(&signed(head, frames)).to_bytes()
    }
}

/// Checks what [`SegmentSigner::sign`] made.
pub fn good(by: &str, head: &[u8], frames: &[u8], signature: &[u8]) -> Result<bool, CryptoError> {
    Ok(by.parse::<Verifier>()?.good(&signed(head, frames), signature))
}

/// What the next piece names this one by.
pub fn hash(head: &[u8], signature: &[u8]) -> [u8; 32] {
    sha256(&[DOMAIN, head, signature])
}

/// The head's length keeps the border between the two parts.
fn signed(head: &[u8], frames: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(DOMAIN.len() + 4 + head.len() + frames.len());
    bytes.extend_from_slice(DOMAIN);
    bytes.extend_from_slice(&(head.len() as u32).to_be_bytes());
    bytes.extend_from_slice(head);
    bytes.extend_from_slice(frames);
    bytes
}
