//! Files that leave the vault, encrypted to somebody outside of it: stock age files, which `age -d` opens. The way back is
//! not this program's.

use crate::crypto::error::CryptoError;
use crate::crypto::keys::Recipient;
use secrecy::SecretString;
use std::io::Write;

/// Whom a file is encrypted to.
pub enum Reader {
    /// Whoever has the key of this recipient.
    Key(Recipient),
    /// Whoever knows this passphrase.
    Passphrase(SecretString),
}

impl Reader {
    /// The reader of this key, as age writes it (`age1…`) or as this program does (`x25519:age1…`).
    pub fn key(text: &str) -> Result<Reader, CryptoError> {
        let text = text.trim();
        let age = text.strip_prefix("x25519:").unwrap_or(text);
        format!("x25519:{age}").parse().map(Reader::Key)
    }

    /// Encrypts a whole file.
    pub fn encrypt(&self, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let encryptor = match self {
            Reader::Key(to) => age::Encryptor::with_recipients(std::iter::once(&to.key as &dyn age::Recipient))
                .map_err(|_| CryptoError::Sealing)?,
            Reader::Passphrase(passphrase) => age::Encryptor::with_user_passphrase(passphrase.clone()),
        };
        let mut sealed = Vec::with_capacity(plain.len() + 512);
        let mut out = encryptor.wrap_output(&mut sealed).map_err(|_| CryptoError::Sealing)?;
        out.write_all(plain).and_then(|()| out.finish().map(drop)).map_err(|_| CryptoError::Sealing)?;
        Ok(sealed)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Reader::Key(_)) { "Reader::Key" } else { "Reader::Passphrase" })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::crypto::keys::SealKey;
    use crate::crypto::seal;

    #[test]
    fn what_is_encrypted_to_a_key_opens_with_it_and_with_no_other() {
        let (key, other) = (SealKey::generate(), SealKey::generate());
        let text = key.recipient().to_string();
        for text in [text.as_str(), text.trim_start_matches("x25519:")] {
            let sealed = Reader::key(text).unwrap().encrypt("상담 기록".as_bytes()).unwrap();
            assert!(sealed.starts_with(b"age-encryption.org/v1"));
            assert_eq!(&*seal::decrypt(&sealed, &key).unwrap(), "상담 기록".as_bytes());
            assert_eq!(seal::decrypt(&sealed, &other).unwrap_err(), CryptoError::NotYours);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let key = SealKey::generate().recipient().to_string();
        let changed = key.replace(&key[20..21], if &key[20..21] == "q" { "p" } else { "q" });
        let wrong = ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQQ", "김상담", &changed];
        for text in wrong {
            assert_eq!(Reader::key(text).unwrap_err(), CryptoError::Key, "{text}");
        }
    }
}
