//! One piece of kept sound. What stock `age -d` gives is a FLAC file that any player plays; head and signature are in an
//! application block of it.

use crate::crypto::keys::{Recipient, SealKey};
use crate::crypto::segment::{self, SegmentSigner};
use crate::crypto::{CryptoError, seal};
use crate::domain::practice::recording::{Refused, SegmentHead};
use crate::speech::flac;

/// Marks the application block.
const ID: [u8; 4] = *b"gyet";
/// No piece is longer than a minute: what claims more is refused before its sound is read.
const MOST_SAMPLES: usize = 60 * 16_000;
/// Every file is a multiple of this: its length says little of how much was spoken.
const STEP: usize = 8 << 10;
/// What age adds to the content.
const AGE_OVERHEAD: usize = 256;

/// A piece that was opened and is what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its head.
    pub head: SegmentHead,
    /// Its sound.
    pub pcm: Vec<i16>,
    /// What the next one names it by.
    pub hash: [u8; 32],
}

/// Signs and seals a piece; with the hash that the next one names.
pub fn write(
    head: &SegmentHead,
    pcm: &[i16],
    signer: &SegmentSigner,
    to: &Recipient,
) -> Result<(Vec<u8>, [u8; 32]), CryptoError> {
    let text = serde_json::to_vec(head).map_err(|_| CryptoError::Sealing)?;
    let frames = flac::frames(pcm);
    let signature = signer.sign(&text, &frames);
    let mut data = Vec::with_capacity(4 + text.len() + 64);
    data.extend_from_slice(&(text.len() as u32).to_be_bytes());
    data.extend_from_slice(&text);
    data.extend_from_slice(&signature);
    let bare = 64 + data.len() + frames.len() + AGE_OVERHEAD;
    let least = bare.next_multiple_of(STEP) - AGE_OVERHEAD;
    let plain = zeroize::Zeroizing::new(flac::file(pcm.len(), ID, &data, &frames, least));
    Ok((seal::encrypt(&plain, to)?, segment::hash(&text, &signature)))
}

/// Opens a piece with one of these keys, each with the signatures that go with it.
pub fn read(bytes: &[u8], keys: &[(SealKey, String)]) -> Result<(usize, Segment), Refused> {
    for (n, (key, by)) in keys.iter().enumerate() {
        match seal::decrypt(bytes, key) {
            Err(CryptoError::NotYours) => {}
            Err(_) => return Err(Refused::Damaged),
            Ok(plain) => return of_plain(&plain, by).map(|segment| (n, segment)),
        }
    }
    Err(Refused::NotOurs)
}

fn of_plain(plain: &[u8], by: &str) -> Result<Segment, Refused> {
    let (data, frames) = flac::parts(plain, ID).ok_or(Refused::Damaged)?;
    let (len, rest) = data.split_first_chunk::<4>().ok_or(Refused::Damaged)?;
    let (text, signature) = rest.split_at_checked(u32::from_be_bytes(*len) as usize).ok_or(Refused::Damaged)?;
    if !segment::good(by, text, frames, signature).is_ok_and(|good| good) {
        return Err(Refused::Unsigned);
    }
    let head: SegmentHead = serde_json::from_slice(text).map_err(|_| Refused::Damaged)?;
    let pcm = flac::samples(frames, MOST_SAMPLES).ok_or(Refused::Damaged)?;
    if pcm.len() as u64 != u64::from(head.samples) {
        return Err(Refused::Damaged);
    }
    Ok(Segment { head, pcm, hash: segment::hash(text, signature) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::SessionId;

    fn head(samples: u32) -> SegmentHead {
        let session = SessionId([7; 16]);
        let before = hex::encode([0; 32]);
        SegmentHead { vault: "v".into(), session, index: 0, start: 0, samples, before, skipped: None }
    }

    #[test]
    fn a_piece_comes_back_and_any_changed_byte_another_key_or_another_signer_is_refused() {
        let (key, signer) = (SealKey::generate(), SegmentSigner::generate());
        let pcm: Vec<i16> = (0..32_000).map(|n| ((f64::from(n) / 9.0).sin() * 8000.0) as i16).collect();
        let (bytes, hash) = write(&head(32_000), &pcm, &signer, &key.recipient()).unwrap();
        assert!(bytes.len() < 64_000, "{} bytes", bytes.len());
        let keys = [(SealKey::generate(), signer.verifier()), (key.clone(), signer.verifier())];
        let (which, read_back) = read(&bytes, &keys).unwrap();
        assert_eq!((which, &read_back.pcm, read_back.hash), (1, &pcm, hash));
        assert_eq!(read(&bytes, &keys[..1]), Err(Refused::NotOurs));
        let stranger = [(key.clone(), SegmentSigner::generate().verifier())];
        assert_eq!(read(&bytes, &stranger), Err(Refused::Unsigned));
        for cut in [0, 10, 200, bytes.len() - 1] {
            assert!(read(&bytes[..cut], &keys).is_err(), "{cut}");
        }
        for at in (0..bytes.len()).step_by(bytes.len() / 40) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(read(&changed, &keys).is_err(), "byte {at}");
        }
    }

    #[test]
    fn the_length_of_a_file_says_only_in_steps_how_much_was_spoken() {
        let (key, signer) = (SealKey::generate(), SegmentSigner::generate());
        let lengths: Vec<usize> = [0i16, 3, 7, 11]
            .iter()
            .map(|loud| {
                let pcm: Vec<i16> =
                    (0..32_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 16) as i16 % (loud + 1)).collect();
                let sealed = write(&head(32_000), &pcm, &signer, &key.recipient()).unwrap().0;
                // What age adds has a part of random length, which says nothing.
                seal::decrypt(&sealed, &key).unwrap().len() + AGE_OVERHEAD
            })
            .collect();
        assert!(lengths.iter().all(|n| n.is_multiple_of(STEP)), "{lengths:?}");
        assert!(lengths.windows(2).any(|w| w[0] != w[1]), "louder is longer: {lengths:?}");
    }
}
