//! Reading little-endian values from a file that may lie about its lengths.

use crate::formats::convert::ConvertError;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// A reader that knows where it is and where the file ends, and refuses to go beyond.
pub struct Bounded<R> {
    inner: BufReader<R>,
    at: u64,
    end: u64,
}

impl<R: Read + Seek> Bounded<R> {
    /// From the start of a file to its end.
    pub fn new(mut inner: R) -> Result<Self, ConvertError> {
        let end = inner.seek(SeekFrom::End(0))?;
        inner.seek(SeekFrom::Start(0))?;
        Ok(Bounded { inner: BufReader::with_capacity(1 << 16, inner), at: 0, end })
    }

    /// Bytes from the start.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Length of the file.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Bytes that are left.
    pub fn left(&self) -> u64 {
        self.end - self.at
    }

    /// Goes to a place, which may be the end but not beyond.
    pub fn go(&mut self, at: u64) -> Result<(), ConvertError> {
        if at > self.end {
            return Err(ConvertError::Truncated);
        }
        let step = i64::try_from(at).ok().zip(i64::try_from(self.at).ok()).map(|(a, b)| a - b);
        match step {
            Some(step) => self.inner.seek_relative(step)?,
            None => return Err(ConvertError::Truncated),
        }
        self.at = at;
        Ok(())
    }

    /// Skips `n` bytes; an error when fewer are left.
    pub fn skip(&mut self, n: u64) -> Result<(), ConvertError> {
        self.go(self.at.checked_add(n).ok_or(ConvertError::Truncated)?)
    }

    /// Fills the buffer; an error when fewer bytes are left.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ConvertError> {
        if buffer.len() as u64 > self.left() {
            return Err(ConvertError::Truncated);
        }
        self.inner.read_exact(buffer)?;
        self.at += buffer.len() as u64;
        Ok(())
    }

    /// So many bytes; nothing is allocated for what the file cannot hold.
    pub fn bytes(&mut self, n: u64) -> Result<Vec<u8>, ConvertError> {
        if n > self.left() {
            return Err(ConvertError::Truncated);
        }
        let mut buffer = vec![0; usize::try_from(n).map_err(|_| ConvertError::Truncated)?];
        self.fill(&mut buffer)?;
        Ok(buffer)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ConvertError> {
        let mut buffer = [0; N];
        self.fill(&mut buffer)?;
        Ok(buffer)
    }

    /// Reads one byte.
    pub fn u8(&mut self) -> Result<u8, ConvertError> {
        Ok(self.array::<1>()?[0])
    }

    /// Reads two bytes, little endian.
    pub fn u16(&mut self) -> Result<u16, ConvertError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    /// Reads four bytes, little endian.
    pub fn u32(&mut self) -> Result<u32, ConvertError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// Reads eight bytes, little endian.
    pub fn u64(&mut self) -> Result<u64, ConvertError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// Four bytes as a float.
    pub fn f32(&mut self) -> Result<f32, ConvertError> {
        Ok(f32::from_le_bytes(self.array()?))
    }
}
