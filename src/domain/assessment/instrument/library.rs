//! The library made of all instruments: read and checked together, found by id.

use crate::domain::assessment::instrument::check::{at_line, at_table, line_of_key};
use crate::domain::assessment::instrument::definition::Instrument;
use crate::domain::assessment::instrument::library_error::LibraryError;
use crate::domain::assessment::instrument::licence::CentreText;
use crate::domain::practice::ids::InstrumentId;
use std::collections::BTreeMap;

/// So many slips of the pen still point at an id.
const MOST_SLIPS: usize = 1;

/// Letters to add, leave out or change to come from one word to the other (Levenshtein).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// All instruments, in order of their ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    by_id: BTreeMap<InstrumentId, Instrument>,
}

impl Library {
    /// Reads files as (name, text) and checks each and all together. The first fault ends it: a centre must not
    /// work with half a library unknowingly.
    pub fn parse<N: AsRef<str>, T: AsRef<str>>(files: impl IntoIterator<Item = (N, T)>) -> Result<Self, LibraryError> {
        let mut library = Library::default();
        let mut seen: BTreeMap<InstrumentId, (String, String)> = BTreeMap::new();
        for (name, text) in files {
            let instrument = Instrument::parse(name.as_ref(), text.as_ref())?;
            if let Some((other, _)) = seen.get(&instrument.id) {
                return Err(at_line(
                    name.as_ref(),
                    line_of_key(text.as_ref(), "id"),
                    "id",
                    format!("`{}` is already taken by {other}", instrument.id),
                ));
            }
            seen.insert(instrument.id.clone(), (name.as_ref().to_owned(), text.as_ref().to_owned()));
            library.by_id.insert(instrument.id.clone(), instrument);
        }
        for instrument in library.by_id.values() {
            for (n, critical) in instrument.critical.iter().enumerate() {
                let Some(opens) = &critical.opens else { continue };
                if !library.by_id.contains_key(opens) {
                    let (name, text) = &seen[&instrument.id];
                    return Err(at_table(name, text, "critical", n, format!("opens `{opens}`, which no file is")));
                }
            }
        }
        Ok(library)
    }

    /// The instrument of that id.
    pub fn get(&self, id: &InstrumentId) -> Result<&Instrument, LibraryError> {
        self.by_id.get(id).ok_or_else(|| {
            let bare = |s: &str| s.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect::<Vec<char>>();
            let wanted = bare(id.as_str());
            let near = self.by_id.keys().map(|k| (slips(&bare(k.as_str()), &wanted), k)).min();
            let near = near.filter(|(slips, _)| *slips <= MOST_SLIPS && wanted.len() > MOST_SLIPS).map(|(_, k)| k);
            LibraryError::Unknown(id.clone(), near.cloned())
        })
    }

    /// All, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Instrument> {
        self.by_id.values()
    }

    /// Number of instruments.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Puts a centre's licensed text in the place of what may not be shipped.
    pub fn with_centre_text(&mut self, file: &str, text: &str) -> Result<&Instrument, LibraryError> {
        let licensed = CentreText::parse(file, text)?;
        let held = self.get(&licensed.id)?;
        let merged = licensed.merge(held, file, text)?;
        let id = merged.id.clone();
        self.by_id.insert(id.clone(), merged);
        self.get(&id)
    }
}
