//! One line of a transcript of another tool, and how a moment in it is written.

/// One line as the other tool wrote it. `Debug` withholds the words.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// From the start, milliseconds, where the file says so.
    pub start_ms: Option<u64>,
    /// Where it says so.
    pub end_ms: Option<u64>,
    /// The name of who speaks, as the file has it.
    pub speaker: Option<String>,
    /// The words.
    pub text: String,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line({:?}–{:?}, words withheld)", self.start_ms, self.end_ms)
    }
}

/// `1:02:03.4`, `02:03,456`, `0:05` in milliseconds.
pub fn moment(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let mut ms = 0u64;
    for number in whole.split(':') {
        ms = ms.checked_mul(60)?.checked_add(number.trim().parse::<u64>().ok()?)?;
    }
    let part = format!("{part:0<3}");
    ms.checked_mul(1000)?.checked_add(part.get(..3)?.parse().ok()?)
}
