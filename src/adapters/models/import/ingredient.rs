//! A file that is brought and turned into another: a pinned ingredient of a model of the catalogue, or a GGUF file for which somebody asks
//! for the format that processors multiply quickest.

use crate::adapters::models::catalogue::Catalogue;
use crate::adapters::models::digest;
use crate::adapters::models::error::ModelError;
use crate::adapters::models::import::{About, Added, RELAID, take};
use crate::adapters::models::pull::{lend, make, require_room};
use crate::adapters::models::report::Report;
use crate::adapters::models::store::Store;
use crate::domain::model::{Conversion, Ingredient, Manifest, Source, Variant};
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
    if let Some((manifest, source)) = ingredient_of(store.catalogue(), length, about.variant.as_deref()) {
        report.begin("checking", Some(length));
        let sha256 = digest::of_file(file, &mut |n| report.at(n)).map_err(io)?;
        report.end();
        let pin = source.ingredients.iter().find(|i| i.bytes == Some(length));
        if let Some(pin) = pin.filter(|pin| pin.sha256.as_ref() == Some(&sha256)) {
            return from_ingredient(store, from, manifest, (source, pin), about, work, report).map(Some);
        }
    }
    if about.variant.as_deref() != Some(RELAID) {
        return Ok(None);
    }
    require_room(store.dir(), length)?;
    let variant = Variant {
        name: RELAID.into(),
        file: "converted.gguf".into(),
        bytes: Some(length),
        sha256: None,
        memory_mib: None,
    };
    let target = work.join("converted.part");
    lend(from, &work.join("model.gguf")).map_err(io)?;
    let (sha256, bytes) =
        make(Conversion::GgufIq4Nl, &variant, work, &target, report).map_err(|e| ModelError::unreadable(from, &e))?;
    take(store, from, &target, sha256, bytes, about).map(Some)
}

/// The model of which this variant, or the one that runs unless another is asked for, is made of a file of this length.
fn ingredient_of<'a>(
    catalogue: &'a Catalogue,
    length: u64,
    variant: Option<&str>,
) -> Option<(&'a Manifest, &'a Source)> {
    let of = |m: &'a Manifest| {
        let wanted = &m.variant(variant)?.name;
        let makes = |s: &&Source| s.variants.is_empty() || s.variants.contains(wanted);
        let mut source = m.sources.iter().filter(|s| s.convert != Conversion::None).filter(makes);
        source.find(|s| s.ingredients.iter().any(|i| i.bytes == Some(length))).map(|source| (m, source))
    };
    catalogue.all().iter().find_map(of)
}

/// A file that is a pinned ingredient, such as `model.bin` of a faster-whisper folder: converted with what lies
/// beside it. One that needs nothing beside it may have any name.
fn from_ingredient(
    store: &Store,
    from: &Path,
    manifest: &Manifest,
    (source, pin): (&Source, &Ingredient),
    about: &About,
    work: &Path,
    report: &mut dyn Report,
) -> Result<Added, ModelError> {
    let name = about.variant.as_deref();
    let variant = manifest.variant(name).ok_or_else(|| store.no_variant(manifest, name.unwrap_or_default()))?;
    require_room(store.dir(), variant.bytes.unwrap_or(0))?;
    let target = work.join("converted.part");
    let folder = match source.ingredients[..] {
        [_] => {
            let io = |e| ModelError::io(msg("models-import-could-not-read").with("what", from.display()), e);
            lend(from, &work.join(&pin.name)).map_err(io)?;
            work
        }
        _ => from.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
    };
    let (sha256, bytes) =
        make(source.convert, variant, folder, &target, report).map_err(|e| ModelError::unreadable(from, &e))?;
    take(store, from, &target, sha256, bytes, about)
}
