//! The data that is built into the program: prompts, instruments, model manifests. A folder of the centre's own
//! can add to it; nothing can take from it.

use crate::domain::fault::{Explain, Fault};
use crate::domain::technique::{self, Library};
use include_dir::{Dir, include_dir};

/// `prompts/`: task prompts, technique cards, risk rules, note formats.
pub static PROMPTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/prompts");
/// `assessments/`: one TOML per instrument.
pub static ASSESSMENTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assessments");
/// `models/`: one manifest per model.
pub static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models");

/// The technique cards that are built in. A test loads them all, so a failure here means a damaged program.
pub fn technique_library() -> Result<Library, Fault> {
    let mut cards = Vec::new();
    for (name, text) in markdown("techniques") {
        cards.push(
            technique::parse(text)
                .map_err(|flaw| Fault::with(flaw.exit(), format!("prompts/techniques/{name}: {flaw}"), flaw.hint()))?,
        );
    }
    Ok(Library::from_cards(cards)?)
}

/// File name and text of the Markdown files directly in a folder of `prompts/`, in order of name.
pub fn markdown(folder: &str) -> Vec<(&'static str, &'static str)> {
    let files = PROMPTS.get_dir(folder).map(Dir::files).into_iter().flatten();
    let mut found: Vec<_> = files
        .filter(|file| file.path().extension().is_some_and(|e| e == "md"))
        .filter_map(|file| Some((file.path().file_name()?.to_str()?, file.contents_utf8()?)))
        .collect();
    found.sort_unstable();
    found
}
