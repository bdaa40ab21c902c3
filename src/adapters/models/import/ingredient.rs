//! A file that is brought and turned into another: a pinned ingredient of a model of the catalogue, or a GGUF file for which somebody asks
//! for the format that processors multiply quickest.

use crate::adapters::models::digest;
use crate::adapters::models::error::ModelError;
use crate::adapters::models::import::{About, Added, RELAID, take};
use crate::adapters::models::pull::{Ingredients, make, require_room};
use crate::adapters::models::report::Report;
use crate::adapters::models::store::Store;
use crate::domain::model::{Conversion, Manifest, Source, Variant};
use crate::texts::msg;
use std::fs::File;
use std::path::Path;

/// What was made of a file; nothing where it is to be taken as it is. The file is given with its length.
pub(super) fn converted(
    store: &Store,
    (from, file, length): (&Path, &mut File, u64),
    about: &About,
    work: &Path,
    report: &mut dyn Report,
) -> Result<Option<Added>, ModelError> {
    let io = |e| ModelError::io(msg("models-import-could-not-read").with("what", from.display()), e);
    if store.catalogue().all().iter().any(|m| conversions(m, length).next().is_some()) {
        report.begin("checking", Some(length));
        let sha256 = digest::of_file(file, &mut |n| report.at(n)).map_err(io)?;
        report.end();
        for manifest in store.catalogue().all() {
            let is_it = |s: &&Source| s.ingredients.iter().any(|i| i.sha256.as_ref() == Some(&sha256));
            let sources: Vec<&Source> = conversions(manifest, length).filter(is_it).collect();
            if sources.is_empty() {
                continue;
            }
            let name = about.variant.as_deref();
            let variant = manifest.variant(name).ok_or_else(|| store.no_variant(manifest, name.unwrap_or_default()))?;
            let makes = |s: &&&Source| s.variants.is_empty() || s.variants.contains(&variant.name);
            if let Some(source) = sources.iter().find(makes) {
                return of_ingredient(store, (from, file), source, variant, about, (work, report)).map(Some);
            }
        }
    }
    if about.variant.as_deref() == Some(RELAID) {
        return relaid(store, (from, file, length), about, work, report).map(Some);
    }
    Ok(None)
}

/// Conversions of a model that have an ingredient of this length.
fn conversions(manifest: &Manifest, length: u64) -> impl Iterator<Item = &Source> {
    let converts = manifest.sources.iter().filter(|s| s.convert != Conversion::None);
    converts.filter(move |s| s.ingredients.iter().any(|i| i.bytes == Some(length)))
}

/// A pinned ingredient, such as `model.bin` of a faster-whisper folder: converted with what lies beside it. One that needs nothing
/// beside it may have any name.
fn of_ingredient(
    store: &Store,
    (from, file): (&Path, &File),
    source: &Source,
    variant: &Variant,
    about: &About,
    (work, report): (&Path, &mut dyn Report),
) -> Result<Added, ModelError> {
    require_room(store.dir(), variant.bytes.unwrap_or(0))?;
    let target = work.join("converted.part");
    let folder = from.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let ingredients = match source.ingredients.len() {
        1 => Ingredients::Only(file),
        _ => Ingredients::Folder(folder),
    };
    let (sha256, bytes) =
        make(source.convert, variant, &ingredients, &target, report).map_err(|e| ModelError::unreadable(from, &e))?;
    take(store, from, &target, sha256, bytes, about)
}

/// A GGUF file in the format for which somebody asks.
pub(super) fn relaid(
    store: &Store,
    (from, file, length): (&Path, &File, u64),
    about: &About,
    work: &Path,
    report: &mut dyn Report,
) -> Result<Added, ModelError> {
    require_room(store.dir(), length)?;
    let variant = Variant {
        name: RELAID.into(),
        file: "converted.gguf".into(),
        bytes: Some(length),
        sha256: None,
        memory_mib: None,
    };
    let target = work.join("converted.part");
    let (sha256, bytes) = make(Conversion::GgufIq4Nl, &variant, &Ingredients::Only(file), &target, report)
        .map_err(|e| ModelError::unreadable(from, &e))?;
    take(store, from, &target, sha256, bytes, about)
}
