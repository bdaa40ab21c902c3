//! The two kinds of keys: age X25519 identities that open, Ed25519 keys that sign. Recipients are a tagged, versioned
//! text so that another kind can come; kinds are never mixed in one file.

use crate::crypto::error::CryptoError;
use crate::domain::record::SecretText;
use age::secrecy::ExposeSecret;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

const TAG: &str = "x25519:";

/// Whom something is sealed to. Its text is `x25519:age1…`, made once: every record names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recipient {
    pub(super) key: age::x25519::Recipient,
    text: Arc<str>,
}

impl Recipient {
    fn new(key: age::x25519::Recipient) -> Self {
        Recipient { text: format!("{TAG}{key}").into(), key }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Recipient {
    type Err = CryptoError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let age = s.strip_prefix(TAG).ok_or(CryptoError::Key)?;
        age.parse().map(Recipient::new).map_err(|_| CryptoError::Key)
    }
}

/// A secret that opens what is sealed to its recipient: a case, process, session, log or member key.
#[derive(Clone)]
pub struct SealKey {
    pub(super) identity: age::x25519::Identity,
    /// Its public half, once that was asked for: a multiplication on the curve, as long as a signature.
    public: OnceLock<Recipient>,
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(withheld)")
    }
}

impl SealKey {
    const fn new(identity: age::x25519::Identity) -> Self {
        SealKey { identity, public: OnceLock::new() }
    }

    /// A new random key.
    pub fn generate() -> Self {
        SealKey::new(age::x25519::Identity::generate())
    }

    /// Its public half.
    pub fn recipient(&self) -> Recipient {
        self.public.get_or_init(|| Recipient::new(self.identity.to_public())).clone()
    }

    /// The secret as stock age writes it, `AGE-SECRET-KEY-1…`: what is wrapped, and what `age -d -i` takes.
    pub fn secret(&self) -> SecretText {
        SecretText(self.identity.to_string().expose_secret().to_owned())
    }

    /// Reads what [`SealKey::secret`] wrote.
    pub fn from_secret(text: &SecretText) -> Result<Self, CryptoError> {
        text.0.parse().map(SealKey::new).map_err(|_| CryptoError::Key)
    }
}

/// Checks signatures of one person. 32 bytes as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verifier(VerifyingKey);

impl Verifier {
    /// True when the signature is this person's over these bytes. `verify_strict`: no malleable forms.
    pub fn good(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.0.verify_strict(message, &s).is_ok())
    }
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl std::str::FromStr for Verifier {
    type Err = CryptoError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0u8; 32];
        hex::decode_to_slice(s, &mut bytes).map_err(|_| CryptoError::Key)?;
        VerifyingKey::from_bytes(&bytes).map(Verifier).map_err(|_| CryptoError::Key)
    }
}

/// What a member holds: one key that opens, one that signs. Never written but into key slots.
#[derive(Clone)]
pub struct Keyring {
    read: SealKey,
    sign: SigningKey,
    founding: Option<[u8; 32]>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(withheld)")
    }
}

impl Keyring {
    /// A new random keyring.
    pub fn generate() -> Self {
        Keyring { read: SealKey::generate(), sign: SigningKey::generate(&mut rand::rngs::OsRng), founding: None }
    }

    /// The same keys with the founding entry of their vault's roster, by its hash: what is locked into a slot with them
    /// cannot be exchanged by whoever has the disk and no key.
    #[must_use]
    pub fn of_vault(mut self, founding: [u8; 32]) -> Self {
        self.founding = Some(founding);
        self
    }

    /// Hash of the founding entry of the roster that these keys belong to; `None` in slots from before it stood there.
    pub const fn founding(&self) -> Option<[u8; 32]> {
        self.founding
    }

    /// The key that opens.
    pub const fn read(&self) -> &SealKey {
        &self.read
    }

    /// Whom others seal to.
    pub fn recipient(&self) -> Recipient {
        self.read.recipient()
    }

    /// How others check this member's signatures.
    pub fn verifier(&self) -> Verifier {
        Verifier(self.sign.verifying_key())
    }

    /// 64 bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.sign.sign(message).to_bytes()
    }

    /// Both secrets as text for a key slot: the age line, then 64 hexadecimal digits; then the founding hash.
    pub(super) fn to_text(&self) -> zeroize::Zeroizing<String> {
        let seed = zeroize::Zeroizing::new(self.sign.to_bytes());
        let age = self.read.secret();
        let founding = self.founding.map(|hash| format!("gyeot-vault-1 {}\n", hex::encode(hash))).unwrap_or_default();
        zeroize::Zeroizing::new(format!("{}\ngyeot-sign-1 {}\n{founding}", age.0, hex::encode(seed.as_slice())))
    }

    /// Reads what `to_text` wrote; stock `age -d` shows the same lines.
    pub(super) fn from_text(text: &str) -> Result<Self, CryptoError> {
        let mut lines = text.lines();
        let read: age::x25519::Identity = lines.next().and_then(|l| l.parse().ok()).ok_or(CryptoError::Damaged)?;
        let seed = lines.next().and_then(|l| l.strip_prefix("gyeot-sign-1 ")).ok_or(CryptoError::Damaged)?;
        let mut bytes = zeroize::Zeroizing::new([0u8; 32]);
        hex::decode_to_slice(seed, bytes.as_mut_slice()).map_err(|_| CryptoError::Damaged)?;
        let founding = lines.next().and_then(|l| l.strip_prefix("gyeot-vault-1 ")).map(|text| {
            let mut hash = [0u8; 32];
            hex::decode_to_slice(text, &mut hash).map(|()| hash).map_err(|_| CryptoError::Damaged)
        });
        Ok(Keyring { read: SealKey::new(read), sign: SigningKey::from_bytes(&bytes), founding: founding.transpose()? })
    }
}

/// SHA-256.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// 16 random bytes for an id of anything that is stored.
pub fn random_id() -> [u8; 16] {
    let mut id = [0u8; 16];
    rand::RngCore::fill_bytes(&mut rand::rngs::OsRng, &mut id);
    id
}

/// Pronounceable words, 16 bits each, for fingerprints that two people compare aloud and for generated passphrases.
/// Source of the scheme: D. S. Wilkerson, "A Proposal for Proquints", arXiv 0901.4016.
pub fn words(bytes: &[u8]) -> String {
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 4] = b"aiou";
    let word = |n: u16| -> String {
        let consonant = |shift: u16| char::from(CONSONANTS[usize::from(n >> shift & 15)]);
        let vowel = |shift: u16| char::from(VOWELS[usize::from(n >> shift & 3)]);
        [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].iter().collect()
    };
    let all: Vec<String> = bytes.chunks_exact(2).map(|b| word(u16::from_be_bytes([b[0], b[1]]))).collect();
    all.join("-")
}

/// Eight words of a member's public keys, 128 bits: compared aloud when someone is enrolled.
pub fn fingerprint(recipient: &str, verifying: &str) -> String {
    words(&sha256(&[b"gyeot-fingerprint/1\n", recipient.as_bytes(), b"\n", verifying.as_bytes()])[..16])
}

/// Eight words of a vault's roster as it stands, 128 bits: compared aloud, or with another workstation, where a vault is seen
/// for the first time.
pub fn vault_fingerprint(founding: &[u8; 32], roster: &[u8; 32]) -> String {
    words(&sha256(&[b"gyeot-vault-fingerprint/1\n", founding, roster])[..16])
}

/// HMAC-SHA-256 (RFC 2104) of a message under a secret: a name that nobody can make who does not hold the secret.
pub fn keyed_hash(secret: &SecretText, message: &[&[u8]]) -> [u8; 32] {
    let mut key = [0u8; 64];
    key[..32].copy_from_slice(&sha256(&[secret.0.as_bytes()]));
    let (inner, outer) = (key.map(|b| b ^ 0x36), key.map(|b| b ^ 0x5c));
    let mut parts: Vec<&[u8]> = vec![&inner];
    parts.extend_from_slice(message);
    sha256(&[&outer, &sha256(&parts)])
}
