//! The conversions on the real files: what comes out is, byte for byte, what the manifests pin. `GYEOT_MODEL_SOURCES`
//! names a folder with one folder of ingredients for each model id; skipped with a loud line where it is not set, because the
//! ingredients are not kept after a model is made (`gyeot models pull` compares the same hashes).
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::panic, clippy::print_stdout)]

use crate::stage::skipped;
use gyeot::adapters::models::pull::{Ingredients, make};
use gyeot::adapters::models::report::Quiet;
use gyeot::adapters::models::{Catalogue, Manifest};
use gyeot::domain::model::Conversion;
use std::path::PathBuf;

fn makes_what_it_pins(id: &str) {
    let catalogue = Catalogue::shipped().unwrap();
    let manifest: &Manifest = catalogue.get(&id.into()).unwrap();
    let source = manifest.sources.iter().find(|s| s.convert != Conversion::None).unwrap();
    let folder = std::env::var_os("GYEOT_MODEL_SOURCES").map(|d| PathBuf::from(d).join(id));
    let there = |f: &PathBuf| source.ingredients.iter().all(|i| f.join(&i.name).is_file());
    let Some(folder) = folder.filter(there) else {
        let named = std::env::var_os("GYEOT_MODEL_SOURCES").is_some();
        assert!(!named, "GYEOT_MODEL_SOURCES has no folder {id} with all ingredients");
        return skipped(format_args!("no ingredients of {id}: set GYEOT_MODEL_SOURCES"));
    };
    let out = tempfile::tempdir().unwrap();
    let made = |name: &String| source.variants.is_empty() || source.variants.contains(name);
    for variant in manifest.variants.iter().filter(|v| v.sha256.is_some() && made(&v.name)) {
        let target = out.path().join(&variant.file);
        let (sha256, bytes) =
            make(source.convert, variant, &Ingredients::Folder(&folder), &target, &mut Quiet).unwrap();
        assert_eq!((Some(bytes), Some(sha256)), (variant.bytes, variant.sha256.clone()), "{id} {}", variant.name);
    }
}

#[test]
fn whisper_base_comes_out_as_pinned_in_every_format() {
    makes_what_it_pins("whisper-base");
}

#[test]
fn whisper_tiny_comes_out_as_pinned_in_every_format() {
    makes_what_it_pins("whisper-tiny.en");
}

#[test]
fn the_embedding_model_comes_out_as_pinned() {
    makes_what_it_pins("multilingual-e5-small");
}

#[test]
fn the_small_language_model_comes_out_as_pinned() {
    makes_what_it_pins("qwen2.5-coder-0.5b");
}

#[test]
fn the_speaker_model_comes_out_as_pinned() {
    makes_what_it_pins("ge2e-speaker");
}
