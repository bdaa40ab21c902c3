//! Key slots: a keyring under a passphrase (scrypt, alone in its age file), the same keyring to the recovery key or to
//! whatever else age can seal to, and 2-of-3 recovery by nested age files.

use crate::crypto::error::CryptoError;
use crate::crypto::keys::{Keyring, Recipient, SealKey, random_id, words};
use crate::crypto::passphrase::{canonical, canonical_phrase, older_forms};
use crate::domain::record::SecretText;
use age::secrecy::{ExposeSecret, SecretString};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// How much work one guess of a passphrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyCost {
    /// scrypt N = 2^18, r = 8: 256 MiB and 0.4 to 0.8 s. What every path of a user takes, at the least.
    #[default]
    Production,
    /// scrypt N = 2^19, r = 8: 512 MiB, where [`KeyCost::Production`] is too quick.
    Stronger,
    /// scrypt N = 2^4, for test suites that make many vaults. Never chosen by an argument or the environment.
    CheapForTests,
}

impl KeyCost {
    pub(super) const fn log_n(self) -> u8 {
        match self {
            KeyCost::Production => 18,
            KeyCost::Stronger => 19,
            KeyCost::CheapForTests => 4,
        }
    }

    /// Recovery phrases have 96 random bits, which no work factor has to protect.
    const fn phrase_log_n(self) -> u8 {
        match self {
            KeyCost::Production | KeyCost::Stronger => 12,
            KeyCost::CheapForTests => 2,
        }
    }
}

/// The most work that is accepted when reading: a slot that asks for more is not ours (and would hang the machine).
pub(super) const MOST_LOG_N: u8 = 20;

pub(super) fn under_passphrase(plain: &[u8], passphrase: &SecretString, log_n: u8) -> Result<Vec<u8>, CryptoError> {
    under(plain, &whoever_knows(passphrase, log_n))
}

/// A passphrase as a recipient. Making one runs scrypt once, to find out what a second is worth here: make it once for
/// everything that goes under it.
fn whoever_knows(passphrase: &SecretString, log_n: u8) -> age::scrypt::Recipient {
    let passphrase = SecretString::from(canonical(passphrase.expose_secret()).to_string());
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(log_n);
    recipient
}

fn under(plain: &[u8], recipient: &age::scrypt::Recipient) -> Result<Vec<u8>, CryptoError> {
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient as &dyn age::Recipient))
        .map_err(|_| CryptoError::Sealing)?;
    let mut out = Vec::new();
    let mut writer = encryptor.wrap_output(&mut out).map_err(|_| CryptoError::Sealing)?;
    writer.write_all(plain).and_then(|()| writer.finish().map(|_| ())).map_err(|_| CryptoError::Sealing)?;
    Ok(out)
}

/// Opens what is under a passphrase. Where it is not right as it goes into scrypt today, the forms of older versions are tried,
/// each once; text without composed letters has none, so a wrong guess costs one scrypt.
pub(super) fn with_passphrase(slot: &[u8], passphrase: &SecretString) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let text = passphrase.expose_secret();
    let mut opened = with_exactly(slot, SecretString::from(canonical(text).to_string()));
    for form in older_forms(text) {
        if !matches!(opened, Err(CryptoError::Passphrase)) {
            break;
        }
        opened = with_exactly(slot, SecretString::from(form.to_string()));
    }
    opened
}

fn with_exactly(slot: &[u8], passphrase: SecretString) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let decryptor = age::Decryptor::new(slot).map_err(|_| CryptoError::Damaged)?;
    if !decryptor.is_scrypt() {
        return Err(CryptoError::Damaged);
    }
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MOST_LOG_N);
    let opened = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity));
    let mut reader = opened.map_err(refusal)?;
    let mut plain = Zeroizing::new(Vec::new());
    reader.read_to_end(&mut plain).map_err(|_| CryptoError::Damaged)?;
    Ok(plain)
}

/// Puts a keyring under a passphrase.
pub fn lock(keyring: &Keyring, passphrase: &SecretString, cost: KeyCost) -> Result<Vec<u8>, CryptoError> {
    under_passphrase(keyring.to_text().as_bytes(), passphrase, cost.log_n())
}

/// As [`lock`], with the work that another slot has.
pub fn lock_with(keyring: &Keyring, passphrase: &SecretString, log_n: u8) -> Result<Vec<u8>, CryptoError> {
    under_passphrase(keyring.to_text().as_bytes(), passphrase, log_n)
}

/// How much work a guess at this slot is: log2 of scrypt's N, as the header of the age file says.
pub fn work_factor(slot: &[u8]) -> Result<u8, CryptoError> {
    let header = slot.split(|b| *b == b'\n').nth(1).and_then(|line| std::str::from_utf8(line).ok());
    let last = header.filter(|line| line.starts_with("-> scrypt ")).and_then(|line| line.rsplit(' ').next());
    last.and_then(|n| n.parse().ok()).filter(|n| *n <= MOST_LOG_N).ok_or(CryptoError::Damaged)
}

/// Takes a keyring out of its slot. A wrong passphrase is [`CryptoError::Passphrase`].
pub fn unlock(slot: &[u8], passphrase: &SecretString) -> Result<Keyring, CryptoError> {
    let plain = with_passphrase(slot, passphrase)?;
    let text = std::str::from_utf8(&plain).map_err(|_| CryptoError::Damaged)?;
    Keyring::from_text(text)
}

/// Puts a keyring into a slot for another recipient of age: the recovery key, or a plugin's.
pub fn lock_to(keyring: &Keyring, to: &dyn age::Recipient) -> Result<Vec<u8>, CryptoError> {
    let encryptor = age::Encryptor::with_recipients(std::iter::once(to)).map_err(|_| CryptoError::Device)?;
    let mut out = Vec::new();
    let mut writer = encryptor.wrap_output(&mut out).map_err(|_| CryptoError::Device)?;
    let text = keyring.to_text();
    writer.write_all(text.as_bytes()).and_then(|()| writer.finish().map(|_| ())).map_err(|_| CryptoError::Sealing)?;
    Ok(out)
}

/// Takes a keyring out of a slot of [`lock_to`].
pub fn unlock_with(slot: &[u8], identity: &dyn age::Identity) -> Result<Keyring, CryptoError> {
    let decryptor = age::Decryptor::new(slot).map_err(|_| CryptoError::Damaged)?;
    let mut reader = decryptor.decrypt(std::iter::once(identity)).map_err(|e| match e {
        age::DecryptError::NoMatchingKeys => CryptoError::NotYours,
        age::DecryptError::PluginResolve(_) | age::DecryptError::Plugin(_) => CryptoError::Device,
        _ => CryptoError::Damaged,
    })?;
    let mut plain = Zeroizing::new(Vec::new());
    reader.read_to_end(&mut plain).map_err(|_| CryptoError::Damaged)?;
    Keyring::from_text(std::str::from_utf8(&plain).map_err(|_| CryptoError::Damaged)?)
}

/// Puts a keyring into the slot that two recovery phrases open.
pub fn lock_for_recovery(keyring: &Keyring, recovery: &Recipient) -> Result<Vec<u8>, CryptoError> {
    lock_to(keyring, &recovery.key)
}

/// Takes a keyring out of the slot of [`lock_for_recovery`].
pub fn unlock_by_recovery(slot: &[u8], recovery: &SealKey) -> Result<Keyring, CryptoError> {
    unlock_with(slot, &recovery.identity)
}

/// A generated passphrase of six pronounceable words: 96 random bits.
pub fn generated_phrase() -> SecretString {
    let (a, b) = (Zeroizing::new(random_id()), Zeroizing::new(random_id()));
    let mut bytes = Zeroizing::new([0u8; 12]);
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = a[i] ^ b[i];
    }
    SecretString::from(words(bytes.as_slice()))
}

/// The three pairs of three phrases, counted from 1: one nested age file each.
pub const PAIRS: [(usize, usize); 3] = [(1, 2), (1, 3), (2, 3)];

/// Begins the line of the founding entry behind a recovery key.
const FOUNDING: &str = "# founding ";

/// Splits a secret so that any two of three phrases open it: for each pair, the secret under one phrase inside the
/// same under the other. No secret-sharing arithmetic of our own. Files in the order of [`PAIRS`]. With it goes the hash of
/// the vault's founding entry: whoever types two phrases learns from nothing else in the folder that it is their vault.
pub fn split(
    secret: &SealKey,
    founding: [u8; 32],
    phrases: &[SecretString; 3],
    cost: KeyCost,
) -> Result<[Vec<u8>; 3], CryptoError> {
    let text = secret.secret();
    let text = Zeroizing::new(format!("{}\n{FOUNDING}{}\n", text.0, hex::encode(founding)));
    let known = phrases.each_ref().map(|phrase| whoever_knows(phrase, cost.phrase_log_n()));
    let one = |(outer, inner): (usize, usize)| {
        let nested = under(text.as_bytes(), &known[inner - 1])?;
        under(&nested, &known[outer - 1])
    };
    Ok([one(PAIRS[0])?, one(PAIRS[1])?, one(PAIRS[2])?])
}

/// Opens one nested file with its two phrases, in the order of its pair. Gives the key and the founding entry's hash, which
/// files of older versions do not hold.
pub fn join(
    nested: &[u8],
    outer: &SecretString,
    inner: &SecretString,
) -> Result<(SealKey, Option<[u8; 32]>), CryptoError> {
    let spoken = |phrase: &SecretString| SecretString::from(canonical_phrase(phrase.expose_secret()).to_string());
    let middle = with_passphrase(nested, &spoken(outer))?;
    let plain = with_passphrase(&middle, &spoken(inner))?;
    let text = std::str::from_utf8(&plain).map_err(|_| CryptoError::Damaged)?;
    let (secret, rest) = text.split_once('\n').unwrap_or((text, ""));
    // Stock age passes over a comment; it stood without the sign before, and stock age took it for a damaged key.
    let founding = match rest.strip_prefix(FOUNDING).or_else(|| rest.strip_prefix(FOUNDING.trim_start_matches("# "))) {
        None if rest.is_empty() => None,
        None => return Err(CryptoError::Damaged),
        Some(hash) => {
            let mut founding = [0u8; 32];
            hex::decode_to_slice(hash.trim_end(), &mut founding).map_err(|_| CryptoError::Damaged)?;
            Some(founding)
        }
    };
    Ok((SealKey::from_secret(&SecretText(secret.to_owned()))?, founding))
}

pub(super) fn refusal(e: age::DecryptError) -> CryptoError {
    match e {
        age::DecryptError::DecryptionFailed
        | age::DecryptError::NoMatchingKeys
        | age::DecryptError::KeyDecryptionFailed => CryptoError::Passphrase,
        _ => CryptoError::Damaged,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn a_slot_of_an_older_version_opens_whether_hangul_was_composed_or_not_then_and_now() {
        let composed = "보라색 기차가 헤엄친 목요일";
        let decomposed: String = composed.nfd().collect();
        for sealed in [composed, decomposed.as_str()] {
            // As an older version did: scrypt over the bytes that were typed.
            let mut recipient = age::scrypt::Recipient::new(SecretString::from(sealed));
            recipient.set_work_factor(2);
            let slot = age::encrypt(&recipient, b"keys").unwrap();
            for typed in [composed, decomposed.as_str()] {
                assert_eq!(**with_passphrase(&slot, &SecretString::from(typed)).unwrap(), *b"keys");
            }
            assert!(matches!(with_passphrase(&slot, &SecretString::from("보라색")), Err(CryptoError::Passphrase)));
        }
    }
}
