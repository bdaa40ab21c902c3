//! Lines of a process note that its counsellor released by hand to whoever supervises the client. Process notes are the
//! counsellor's alone; this is a record of its own that holds nothing but those lines.

use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::text::{ClientText, clean_line, fold};
use serde::{Deserialize, Serialize};

/// Most lines of one extract: who needs more has something else in mind than an extract.
pub const MOST_LINES: usize = 20;

/// What was released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessExtract {
    /// Of which session.
    pub session: SessionId,
    /// The record of the process note.
    pub of: RecordId,
    /// The lines, word for word, in the order of the note.
    pub lines: Vec<ClientText>,
}

/// Lines by number, from 1; `None` where one is not there, none is named, or too many are.
pub fn chosen(lines: &[&ClientText], numbers: &[usize]) -> Option<Vec<ClientText>> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() || numbers.len() > MOST_LINES {
        return None;
    }
    numbers.into_iter().map(|n| n.checked_sub(1).and_then(|n| lines.get(n)).map(|l| (*l).clone())).collect()
}

/// Reads `1,3,5-7`.
pub fn read_numbers(text: &str) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    for part in text.split(',').map(str::trim) {
        match part.split_once('-') {
            None => found.push(part.parse().ok()?),
            Some((from, to)) => {
                let (from, to): (usize, usize) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
                if from > to || to - from > MOST_LINES {
                    return None;
                }
                found.extend(from..=to);
            }
        }
    }
    Some(found)
}

/// The words of a process note as typed: a line each.
pub fn typed(text: &str) -> Vec<String> {
    text.lines().map(clean_line).filter(|l| !fold(l).is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_by_number_and_by_stretch() {
        assert_eq!(read_numbers("1, 3,5-7"), Some(vec![1, 3, 5, 6, 7]));
        for bad in ["", "x", "3-1", "1-9999", "1,,2"] {
            assert_eq!(read_numbers(bad), None, "{bad}");
        }
    }
}
