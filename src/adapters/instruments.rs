//! The instrument library as files: what is built in, and the texts a centre has licensed itself.

use crate::adapters::shipped::ASSESSMENTS;
use crate::domain::assessment::instrument::licence::CentreText;
use crate::domain::assessment::instrument::{Instrument, Library, LibraryError};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::InstrumentId;
use crate::texts::msg;
use std::path::{Path, PathBuf};

/// Built-in instruments without a centre's texts.
pub fn shipped() -> Result<Library, LibraryError> {
    let files = ASSESSMENTS.files().filter(|f| f.path().extension().is_some_and(|e| e == "toml"));
    Library::parse(files.map(|f| (f.path().to_string_lossy(), f.contents_utf8().unwrap_or_default())))
}

/// Built-in instruments with the centre's own licensed texts, kept in the folder `centre`, put in their place.
pub fn library(centre: &Path) -> Result<Library, ErrorReport> {
    let mut library = shipped()?;
    let Ok(listed) = std::fs::read_dir(centre) else { return Ok(library) };
    let mut files: Vec<PathBuf> = listed.flatten().map(|e| e.path()).collect();
    files.sort();
    for file in files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "toml")) {
        let text = read(&file)?;
        library.with_centre_text(&file.to_string_lossy(), &text)?;
    }
    Ok(library)
}

/// Checks a centre's text and keeps a copy of it in the folder `centre`, where [`library`] finds it.
pub fn import_text(centre: &Path, id: &InstrumentId, file: &Path) -> Result<(Instrument, PathBuf), ErrorReport> {
    let text = read(file)?;
    let name = file.to_string_lossy();
    let held = CentreText::parse(&name, &text)?;
    let mut library = shipped()?;
    library.get(id)?;
    if &held.id != id {
        let what = msg("instrument-text-of-other").shown("name", &name).shown("held", &held.id).shown("id", id);
        return Err(ErrorReport::usage(what, msg("instruments-name-instrument-file-says.hint")));
    }
    let merged = library.with_centre_text(&name, &text)?.clone();
    let dir = centre;
    let kept = dir.join(format!("{id}.{}.toml", held.lang));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        let fresh = dir.join(format!(".{id}.{}.new", held.lang));
        std::fs::write(&fresh, &text)?;
        std::fs::File::open(&fresh)?.sync_all()?;
        std::fs::rename(&fresh, &kept)
    };
    write().map_err(|e| {
        ErrorReport::failed(
            msg("instruments-could-not-written").with("path", kept.display()).with("why", e.kind()),
            msg("instruments-could-not-written.hint"),
        )
    })?;
    Ok((merged, kept))
}

/// A text file, whole.
pub fn read(file: &Path) -> Result<String, ErrorReport> {
    let bytes = std::fs::read(file).map_err(|e| {
        ErrorReport::usage(
            msg("instruments-could-not-read").with("path", file.display()).with("why", e.kind()),
            msg("instruments-could-not-read.hint"),
        )
    })?;
    String::from_utf8(bytes).map_err(|_| {
        ErrorReport::with(
            Exit::Damaged,
            msg("instruments-not-utf-8-text").with("path", file.display()),
            msg("instruments-not-utf-8-text.hint"),
        )
    })
}
