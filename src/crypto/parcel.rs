//! The seal of a backup: one age file that stock age opens, sealed to a key of its own and to the recovery key. What
//! leads to these keys travels in its header as stanzas that age passes over: the key under the maker's passphrase, and
//! the three recovery files. So a backup opens on an empty machine with either. The first form, before there were such
//! stanzas, was an age file under the passphrase alone; it is read as it was.

use crate::crypto::error::CryptoError;
use crate::crypto::keys::{Recipient, SealKey, sha256};
use crate::crypto::slot::{self, KeyCost, MOST_LOG_N, join, refusal, under_passphrase, with_passphrase};
use crate::domain::record::SecretText;
use age::secrecy::SecretString;
use age_core::format::{FileKey, Stanza};
use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{Read, Write};

/// The tag of our stanzas, with the version of the form.
const TAG: &str = "gyeot-backup/2";
const BY_PASSPHRASE: &str = "passphrase";

/// The recovery key and its three files, as they go along with a backup.
#[derive(Debug, Clone)]
pub struct RecoveryWay {
    /// The recovery key's public half.
    pub to: Recipient,
    /// The files under two phrases each, in the order of [`slot::PAIRS`].
    pub files: [Vec<u8>; 3],
}

/// What a backup is opened with.
#[derive(Debug, Clone, Copy)]
pub enum Way<'a> {
    /// The passphrase that its maker had on that day.
    Passphrase(&'a SecretString),
    /// Two of the three recovery phrases of that day, with their numbers in rising order.
    Recovery {
        /// One of [`slot::PAIRS`].
        pair: (usize, usize),
        /// The phrase of the first number.
        outer: &'a SecretString,
        /// The phrase of the second.
        inner: &'a SecretString,
    },
}

/// A stanza of ours: its name, the hash of what it holds, and that.
fn stanza(name: &str, body: Vec<u8>) -> Stanza {
    Stanza { tag: TAG.to_owned(), args: vec![name.to_owned(), hex::encode(sha256(&[&body]))], body }
}

fn pair_name((a, b): (usize, usize)) -> String {
    format!("recovery-{a}{b}")
}

/// Puts our stanzas into a header; wraps no key.
struct Carried(Vec<Stanza>);

impl age::Recipient for Carried {
    fn wrap_file_key(&self, _: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let copy = |s: &Stanza| Stanza { tag: s.tag.clone(), args: s.args.clone(), body: s.body.clone() };
        Ok((self.0.iter().map(copy).collect(), HashSet::new()))
    }
}

/// Takes our stanzas out of a header; opens nothing.
#[derive(Default)]
struct Looking(RefCell<Vec<Stanza>>);

impl age::Identity for Looking {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        if stanza.tag == TAG {
            let copy = Stanza { tag: stanza.tag.clone(), args: stanza.args.clone(), body: stanza.body.clone() };
            self.0.borrow_mut().push(copy);
        }
        None
    }
}

impl Looking {
    /// What one of our stanzas holds; one that is not what was written is damage and no wrong passphrase.
    fn body(&self, name: &str) -> Result<Vec<u8>, CryptoError> {
        let stanzas = self.0.borrow();
        let found = stanzas.iter().find(|s| s.args.first().is_some_and(|a| a == name)).ok_or(CryptoError::Damaged)?;
        if found.args.get(1) != Some(&hex::encode(sha256(&[&found.body]))) {
            return Err(CryptoError::Damaged);
        }
        Ok(found.body.clone())
    }
}

/// Begins the file of a backup on a writer; finish it with [`Parcel::finish`].
pub struct Parcel<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> Parcel<W> {
    /// Writes the header of the file.
    pub fn begin(
        out: W,
        passphrase: &SecretString,
        cost: KeyCost,
        recovery: Option<&RecoveryWay>,
    ) -> Result<Self, CryptoError> {
        let key = SealKey::generate();
        let under = under_passphrase(key.secret().0.as_bytes(), passphrase, cost.log_n())?;
        let mut carried = vec![stanza(BY_PASSPHRASE, under)];
        let own = key.recipient();
        let mut recipients: Vec<&dyn age::Recipient> = vec![&own.key];
        if let Some(way) = recovery {
            recipients.push(&way.to.key);
            carried.extend(slot::PAIRS.iter().zip(&way.files).map(|(p, file)| stanza(&pair_name(*p), file.clone())));
        }
        let carried = Carried(carried);
        recipients.push(&carried);
        let encryptor = age::Encryptor::with_recipients(recipients.into_iter()).map_err(|_| CryptoError::Sealing)?;
        encryptor.wrap_output(out).map(Parcel).map_err(|_| CryptoError::Sealing)
    }

    /// Writes the end of the file and gives the writer back; without this the file does not open.
    pub fn finish(self) -> std::io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Parcel<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Opens the file of a backup for reading. It is read twice: `first` for its header alone, `again` for all of it. A
/// changed byte is an error of the reader, at the latest at the end of its 64 KiB chunk. What does not begin as an age
/// file is [`CryptoError::NoBackup`].
pub fn open<'a, R: Read + 'a>(first: impl Read, again: R, way: Way<'_>) -> Result<Box<dyn Read + 'a>, CryptoError> {
    let header = age::Decryptor::new(first).map_err(|_| CryptoError::NoBackup)?;
    if header.is_scrypt() {
        let Way::Passphrase(passphrase) = way else { return Err(CryptoError::OldBackup) };
        return open_first_form(again, passphrase);
    }
    let looking = Looking::default();
    // It opens nothing; what it saw is what is wanted.
    let _ = header.decrypt(std::iter::once(&looking as &dyn age::Identity));
    if looking.0.borrow().is_empty() {
        return Err(CryptoError::NoBackup);
    }
    let key = match way {
        Way::Passphrase(passphrase) => {
            let plain = with_passphrase(&looking.body(BY_PASSPHRASE)?, passphrase)?;
            let text = String::from_utf8(plain.to_vec()).map_err(|_| CryptoError::Damaged)?;
            SealKey::from_secret(&SecretText(text))?
        }
        Way::Recovery { pair, outer, inner } => join(&looking.body(&pair_name(pair))?, outer, inner)?.0,
    };
    let decryptor = age::Decryptor::new(again).map_err(|_| CryptoError::Damaged)?;
    // The key came out of this file's own header: if it does not fit, the header is changed.
    let reader =
        decryptor.decrypt(std::iter::once(&key.identity as &dyn age::Identity)).map_err(|_| CryptoError::Damaged)?;
    Ok(Box::new(reader))
}

fn open_first_form<'a, R: Read + 'a>(from: R, passphrase: &SecretString) -> Result<Box<dyn Read + 'a>, CryptoError> {
    let decryptor = age::Decryptor::new(from).map_err(|_| CryptoError::Damaged)?;
    let mut identity = age::scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(MOST_LOG_N);
    match decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)) {
        Ok(reader) => Ok(Box::new(reader)),
        Err(e) => Err(refusal(e)),
    }
}
