//! Sign, pad, seal, and the way back. A sealed record is one age file to one recipient; what stock `age -d` shows of
//! it is text: a first line with two lengths, the header, the body, the signature, then spaces.

use crate::crypto::error::CryptoError;
use crate::crypto::keys::{Keyring, Recipient, SealKey, Verifier, sha256};
use crate::domain::practice::ids::{MemberId, Writer};
use crate::domain::record::{Body, Header, Opened, SCHEMA};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read, Write};
use zeroize::Zeroizing;

const MAGIC: &str = "gyeot-record/1";
const AGE_MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// No plaintext is shorter: a short answer and none look alike. The header alone has about 650 bytes.
const LEAST: usize = 1024;

/// Sealed bytes. Only this file makes them, so nothing else can reach the store.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    bytes: Vec<u8>,
    signed: [u8; 32],
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.bytes.len())
    }
}

impl Sealed {
    /// The age file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the age file.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&[&self.bytes])
    }

    /// What other records name it by: the hash of the signed plaintext and its signature. It may stand in clear, for
    /// nobody makes the signature who only guesses the words.
    pub const fn signed(&self) -> [u8; 32] {
        self.signed
    }

    /// Takes back bytes that a store or a backup held, when they have the form of an age file. What was signed inside
    /// is not known before it is opened: zeros.
    pub fn from_stored(bytes: Vec<u8>) -> Result<Self, CryptoError> {
        if bytes.starts_with(AGE_MAGIC) { Ok(Sealed { bytes, signed: [0; 32] }) } else { Err(CryptoError::Damaged) }
    }
}

/// See [`Sealed::signed`].
fn signed_hash(signed: &[u8], signature: &[u8]) -> [u8; 32] {
    sha256(&[b"gyeot-signed/1\n", signed, signature])
}

/// The length after padding: at most 12 % more, and only a few different lengths. Padmé (PURBs, Nikitin et al. 2019),
/// with a least length.
pub fn padded(len: usize) -> usize {
    if len <= LEAST {
        return LEAST;
    }
    let exponent = usize::BITS - 1 - len.leading_zeros();
    let bits = u32::BITS - exponent.leading_zeros();
    let mask = (1usize << (exponent - bits)) - 1;
    (len + mask) & !mask
}

/// An age file to one recipient whose header is made and whose content is still to come. The header holds no more than
/// a fresh file key for that recipient and does not depend on the content, so it can be made ahead: with X25519 it is
/// four fifths of the work of a seal. Used for one content only, since writing it takes the envelope.
pub struct Envelope {
    to: Recipient,
    writer: age::stream::StreamWriter<Vec<u8>>,
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Envelope({})", self.to)
    }
}

impl Envelope {
    /// Makes one with a new random file key.
    pub fn new(to: &Recipient) -> Result<Self, CryptoError> {
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&to.key as &dyn age::Recipient))
            .map_err(|_| CryptoError::Sealing)?;
        let out = Vec::with_capacity(2 * LEAST);
        let writer = encryptor.wrap_output(out).map_err(|_| CryptoError::Sealing)?;
        Ok(Envelope { to: to.clone(), writer })
    }

    /// Whom it is to.
    pub const fn to(&self) -> &Recipient {
        &self.to
    }

    fn close(mut self, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.writer.write_all(plain).and_then(|()| self.writer.finish()).map_err(|_| CryptoError::Sealing)
    }
}

/// Signs header and body and seals them into an envelope, whose recipient the header must name.
pub fn seal(header: &Header, body: &Body, author: &Keyring, envelope: Envelope) -> Result<Sealed, CryptoError> {
    if header.recipient != envelope.to.as_str() {
        return Err(CryptoError::Elsewhere("elsewhere-recipient"));
    }
    let head = serde_json::to_vec(header).map_err(|_| CryptoError::Sealing)?;
    let body = Zeroizing::new(serde_json::to_vec(body).map_err(|_| CryptoError::Sealing)?);
    let mut plain = Zeroizing::new(Vec::with_capacity(padded(head.len() + body.len() + 160)));
    plain.extend_from_slice(format!("{MAGIC} {} {}\n", head.len(), body.len()).as_bytes());
    plain.extend_from_slice(&head);
    plain.push(b'\n');
    plain.extend_from_slice(&body);
    plain.push(b'\n');
    let signature = author.sign(&plain);
    let signed = signed_hash(&plain, &signature);
    plain.extend_from_slice(STANDARD.encode(signature).as_bytes());
    plain.push(b'\n');
    let full = padded(plain.len());
    plain.resize(full, b' ');
    envelope.close(&plain).map(|bytes| Sealed { bytes, signed })
}

/// Seals bytes that carry their own meaning and signature, such as a line of the access log or a backup.
pub fn encrypt(plain: &[u8], to: &Recipient) -> Result<Vec<u8>, CryptoError> {
    Envelope::new(to)?.close(plain)
}

/// Opens what [`encrypt`] sealed.
pub fn decrypt(sealed: &[u8], with: &SealKey) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let decryptor = age::Decryptor::new(sealed).map_err(|_| CryptoError::Damaged)?;
    let mut reader = decryptor.decrypt(std::iter::once(&with.identity as &dyn age::Identity)).map_err(|e| match e {
        age::DecryptError::NoMatchingKeys => CryptoError::NotYours,
        _ => CryptoError::Damaged,
    })?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut plain).map_err(|_| CryptoError::Damaged)?;
    Ok(plain)
}

/// Where a record stands among those of its writer; what is signed inside has to say the same.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Whose sequence.
    pub writer: Writer,
    /// Its number there.
    pub number: u64,
    /// Its logical time.
    pub time: u64,
    /// [`Sealed::signed`] of it.
    pub signed: [u8; 32],
}

/// Where a record was found; the header inside has to say the same.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The vault's id.
    pub vault: &'a str,
    /// The id it is stored under.
    pub id: crate::domain::practice::ids::RecordId,
    /// The collection it stands in.
    pub collection: &'a str,
    /// Its position; `None` in the closed sequence of schema 1.
    pub written: Option<Place>,
}

/// Opens a record: decrypts, checks that it is the one that was asked for, and that its author signed it.
/// `verifier` gives the author's key at that time, `None` for a stranger.
pub fn open(
    sealed: &[u8],
    with: &SealKey,
    found: Found<'_>,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<Opened, CryptoError> {
    let plain = decrypt(sealed, with)?;
    let (signed, head, body, signature) = parts(&plain).ok_or(CryptoError::Damaged)?;
    let header: Header = match serde_json::from_slice(head) {
        Ok(header) => header,
        Err(_) => return Err(schema_of(head).filter(|n| *n > SCHEMA).map_or(CryptoError::Damaged, CryptoError::Newer)),
    };
    let author = verifier(header.author).ok_or(CryptoError::Signature)?;
    if !author.good(signed, &signature) {
        return Err(CryptoError::Signature);
    }
    if header.schema > SCHEMA {
        return Err(CryptoError::Newer(header.schema));
    }
    for (same, what) in [
        (header.vault == found.vault, "elsewhere-vault"),
        (header.id == found.id, "elsewhere-id"),
        (header.collection == found.collection, "elsewhere-collection"),
        (header.place() == found.written.map(|p| (p.writer, p.number)), "elsewhere-place"),
        (header.written.map(|w| w.time) == found.written.map(|p| p.time), "elsewhere-time"),
        (found.written.is_none_or(|p| p.signed == signed_hash(signed, &signature)), "elsewhere-content"),
        (header.recipient == with.recipient().to_string(), "elsewhere-other-recipient"),
    ] {
        if !same {
            return Err(CryptoError::Elsewhere(what));
        }
    }
    let body = match serde_json::from_slice::<Body>(body) {
        Ok(body) if body.kind() == header.kind => body,
        Ok(_) => return Err(CryptoError::Elsewhere("elsewhere-kind")),
        Err(_) => Body::Newer { kind: header.kind.clone() },
    };
    Ok(Opened { header, body })
}

fn schema_of(head: &[u8]) -> Option<u32> {
    let value: serde_json::Value = serde_json::from_slice(head).ok()?;
    value.get("schema")?.as_u64()?.try_into().ok()
}

type Parts<'a> = (&'a [u8], &'a [u8], &'a [u8], Vec<u8>);

/// Signed bytes, header, body, signature. `None` when the form is not kept to the byte.
fn parts(plain: &[u8]) -> Option<Parts<'_>> {
    let end = plain.iter().take(64).position(|b| *b == b'\n')?;
    let mut first = std::str::from_utf8(&plain[..end]).ok()?.split(' ');
    if first.next()? != MAGIC {
        return None;
    }
    let (head_len, body_len): (usize, usize) = (first.next()?.parse().ok()?, first.next()?.parse().ok()?);
    let head_end = (end + 1).checked_add(head_len)?;
    let body_end = head_end.checked_add(1)?.checked_add(body_len)?;
    let (head, body) = (plain.get(end + 1..head_end)?, plain.get(head_end + 1..body_end)?);
    if plain.get(head_end)? != &b'\n' || plain.get(body_end)? != &b'\n' {
        return None;
    }
    let rest = &plain[body_end + 1..];
    let line = rest.iter().position(|b| *b == b'\n')?;
    let signature = STANDARD.decode(&rest[..line]).ok()?;
    let padding_is_blank = rest[line + 1..].iter().all(|b| *b == b' ');
    padding_is_blank.then_some((&plain[..=body_end], head, body, signature))
}
