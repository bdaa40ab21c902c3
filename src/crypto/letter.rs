//! A signed letter to one reader: text, signed by its author as a note, padded, in one age file. Opened by the reader's key; the
//! author's signature is checked against a key that the reader knows.

use crate::crypto::CryptoError;
use crate::crypto::checkpoint::{read_note, sign_note};
use crate::crypto::keys::{Keyring, Recipient, SealKey, Verifier, sha256};
use crate::crypto::seal::{decrypt, encrypt, padded};
use zeroize::Zeroizing;

/// Signs a text of one line, with what kind of letter it is as the name of the key.
pub fn sign(kind: &str, line: &str, author: &Keyring) -> String {
    sign_note(&format!("{kind}\n{line}\n"), kind, author)
}

/// The line of a signed letter of this kind, when this key signed it.
pub fn read<'a>(kind: &str, signed: &'a str, author: &Verifier) -> Result<&'a str, CryptoError> {
    let text = read_note(signed, kind, author)?;
    text.strip_prefix(kind).and_then(|t| t.strip_prefix('\n')).map(str::trim_end).ok_or(CryptoError::Damaged)
}

/// The line before its signature is known to be good: to find out who says that they wrote it.
pub fn unchecked<'a>(kind: &str, signed: &'a str) -> Option<&'a str> {
    signed.strip_prefix(kind)?.strip_prefix('\n')?.lines().next()
}

/// Seals a signed letter to its reader.
pub fn seal(signed: &str, to: &Recipient) -> Result<Vec<u8>, CryptoError> {
    let mut plain = Zeroizing::new(signed.as_bytes().to_vec());
    let full = padded(plain.len());
    // Newlines behind the signature: nobody reads them.
    plain.resize(full, b'\n');
    encrypt(&plain, to)
}

/// Opens a sealed letter; what was signed comes without the padding.
pub fn open(sealed: &[u8], with: &SealKey) -> Result<Zeroizing<String>, CryptoError> {
    let plain = decrypt(sealed, with)?;
    let text = std::str::from_utf8(&plain).map_err(|_| CryptoError::Damaged)?;
    Ok(Zeroizing::new(format!("{}\n", text.trim_end_matches('\n'))))
}

/// What a letter is named by: it is the same however it is sealed.
pub fn name(signed: &str) -> [u8; 32] {
    sha256(&[b"gyeot-letter/1\n", signed.as_bytes()])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_read_by_whom_it_is_to_and_only_as_its_author_signed_it() {
        let (author, reader) = (Keyring::generate(), Keyring::generate());
        let signed = sign("gyeot.test/1", "{\"a\":1}", &author);
        let sealed = seal(&signed, &reader.recipient()).unwrap();
        let opened = open(&sealed, reader.read()).unwrap();
        assert_eq!(*opened, signed);
        assert_eq!(read("gyeot.test/1", &opened, &author.verifier()), Ok("{\"a\":1}"));
        assert_eq!(unchecked("gyeot.test/1", &opened), Some("{\"a\":1}"));
        assert!(read("gyeot.test/1", &opened, &reader.verifier()).is_err());
        assert!(read("gyeot.test/1", &opened.replace("1}", "2}"), &author.verifier()).is_err());
        assert!(read("gyeot.other/1", &opened, &author.verifier()).is_err());
        assert_eq!(open(&sealed, author.read()), Err(CryptoError::NotYours));
    }
}
