//! One frame: `u32 length of all that follows | u32 length of the head | head as JSON | tail as raw bytes`,
//! little endian. The tail carries sound, so that samples are not written as text.

use serde::{Serialize, de::DeserializeOwned};
use std::io::{ErrorKind, Read, Write};

/// No frame is larger: 12 s of 16-bit mono sound at 16 kHz are 384 KiB.
pub const MAX_FRAME: usize = 1 << 20;

/// Why a frame could not be read or written. Never carries its content.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Reading or writing failed in the operating system.
    #[error("the pipe failed: {0}")]
    Pipe(ErrorKind),
    /// Larger than [`MAX_FRAME`] or with impossible lengths.
    #[error("a frame of {0} bytes is not allowed")]
    Size(usize),
    /// The head is not the expected message. The stream is still in step.
    #[error("a frame could not be understood")]
    Unreadable,
}

/// Writes one frame and flushes.
pub fn write<H: Serialize>(to: &mut (impl Write + ?Sized), head: &H, tail: &[u8]) -> Result<(), FrameError> {
    let head = serde_json::to_vec(head).map_err(|_| FrameError::Unreadable)?;
    let total = 4 + head.len() + tail.len();
    if total > MAX_FRAME {
        return Err(FrameError::Size(total));
    }
    let mut bytes = Vec::with_capacity(4 + total);
    bytes.extend_from_slice(&(total as u32).to_le_bytes());
    bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(tail);
    to.write_all(&bytes).and_then(|()| to.flush()).map_err(|e| FrameError::Pipe(e.kind()))
}

/// Reads one frame; `None` at a clean end of the stream. After [`FrameError::Unreadable`] reading can go on.
pub fn read<H: DeserializeOwned>(from: &mut (impl Read + ?Sized)) -> Result<Option<(H, Vec<u8>)>, FrameError> {
    let mut len = [0u8; 4];
    match from.read_exact(&mut len) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(FrameError::Pipe(e.kind())),
    }
    let total = u32::from_le_bytes(len) as usize;
    if !(4..=MAX_FRAME).contains(&total) {
        return Err(FrameError::Size(total));
    }
    let mut body = vec![0u8; total];
    from.read_exact(&mut body).map_err(|e| FrameError::Pipe(e.kind()))?;
    let head_len = u32::from_le_bytes([body[0], body[1], body[2], body[3]]) as usize;
    let head = body.get(4..4 + head_len).ok_or(FrameError::Size(head_len))?;
    let head = serde_json::from_slice(head).map_err(|_| FrameError::Unreadable)?;
    body.drain(..4 + head_len);
    Ok(Some((head, body)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_frame_comes_back_as_it_went(text in "\\PC{0,200}", tail in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let mut pipe = Vec::new();
            write(&mut pipe, &text, &tail).unwrap();
            let (head, got): (String, Vec<u8>) = read(&mut pipe.as_slice()).unwrap().unwrap();
            prop_assert_eq!((head, got), (text, tail));
        }

        #[test]
        fn any_bytes_are_refused_or_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _: Result<Option<(String, Vec<u8>)>, _> = read(&mut bytes.as_slice());
        }
    }

    #[test]
    fn an_unreadable_head_leaves_the_stream_in_step() {
        let mut pipe = Vec::new();
        write(&mut pipe, &"not a number", b"x").unwrap();
        write(&mut pipe, &7u32, b"y").unwrap();
        let mut r = pipe.as_slice();
        assert!(matches!(read::<u32>(&mut r), Err(FrameError::Unreadable)));
        assert_eq!(read::<u32>(&mut r).unwrap(), Some((7, b"y".to_vec())));
        assert!(read::<u32>(&mut r).unwrap().is_none());
    }

    #[test]
    fn a_frame_over_the_limit_is_never_written() {
        assert!(matches!(write(&mut Vec::new(), &"", &vec![0; MAX_FRAME]), Err(FrameError::Size(_))));
    }
}
