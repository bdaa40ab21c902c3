//! A LoRA adapter that a centre brings: looked at beside the model that it changes, refused where it is for another one, and
//! recorded as a model of its own that names the file of its base.

use crate::adapters::models::error::ModelError;
use crate::adapters::models::store::Store;
use crate::domain::model::{AdapterOf, Licence, Manifest, SCHEMA, Task, Variant, Verified, is_id};
use crate::domain::practice::ids::ModelId;
use crate::formats::convert::gguf_layout::{Layout, Misfit};
use crate::texts::{Message, msg, verbatim};
use std::fs::File;
use std::path::Path;

/// The name of the one variant that an adapter has.
const VARIANT: &str = "lora";

/// A model that an adapter changes, and the SHA-256 of the file of it that was looked at.
pub(super) type Base = (Manifest, String);

/// Whether a file is an addition to a model. A file that cannot be read is none; what is wrong with it is told by whoever reads it
/// as a model.
pub(super) fn is_one(file: &File) -> bool {
    Layout::read(file).is_ok_and(|layout| layout.kind.as_deref() == Some("adapter"))
}

/// The model that it is for and the hash of its file, after a look at both files: it must be here, whole, an llm and no adapter itself. With a
/// hash it is that file of it, where it is here.
pub(super) fn checked(
    store: &Store,
    from: &Path,
    file: &File,
    (base, sha256): (Option<&str>, Option<&str>),
) -> Result<Base, ModelError> {
    let layout = Layout::read(file).map_err(|e| ModelError::unreadable(from, &e))?;
    if layout.adapter.as_deref() != Some("lora") {
        let why = msg("models-adapter-other-kind");
        return Err(ModelError::Unreadable { what: verbatim(from.display().to_string()), why });
    }
    let Some(base) = base else {
        let says = layout.base_name.as_deref().unwrap_or(&layout.architecture);
        let says: String = says.chars().filter(|c| !c.is_control()).take(64).collect();
        return Err(refused(msg("models-adapter-for-which").shown("says", says), msg("models-adapter-name-base")));
    };
    let found = store.find_file(&base.into(), sha256)?;
    if found.manifest.task != Task::Llm || found.manifest.adapter.is_some() {
        return Err(refused(msg("models-adapter-not-for-such").shown("id", base), msg("models-adapter-name-base")));
    }
    let io = |e| ModelError::io(msg("models-import-could-not-read").with("what", found.path.display()), e);
    let of_base =
        Layout::read(File::open(&found.path).map_err(io)?).map_err(|e| ModelError::unreadable(&found.path, &e))?;
    if let Some(misfit) = layout.misfit(&of_base) {
        let why = match misfit {
            Misfit::Architecture { adapter, base } => {
                msg("models-adapter-architecture").shown("adapter", short(&adapter)).shown("base", short(&base))
            }
            Misfit::Weight { name } => msg("models-adapter-weight").shown("name", short(&name)),
        };
        let what = msg("models-adapter-another-base").shown("id", base).with("why", why.clone());
        return Err(refused(what, msg("models-adapter-another-base.hint")));
    }
    Ok((found.manifest, found.sha256))
}

/// Looks whether a language model that is here can be used: its file and that of its base are what was pinned, it names its chat
/// markers, and an adapter still fits the file that it was added for.
pub fn usable(store: &Store, id: &ModelId) -> Result<(), ModelError> {
    let found = store.find(id, None)?;
    let manifest = &found.manifest;
    if manifest.task != Task::Llm || manifest.chat().is_none() {
        return Err(refused(msg("models-not-for-words").shown("id", id), msg("models-not-for-words.hint")));
    }
    let (file, ..) = store.open_verified(id)?;
    let Some(of) = &manifest.adapter else { return Ok(()) };
    let (_, hash) = checked(store, &found.path, &file, (Some(of.base.as_str()), Some(&of.sha256)))?;
    if hash != of.sha256 {
        return Err(ModelError::OtherBase { id: id.to_string(), base: of.base.to_string() });
    }
    let base = store.find_file(&of.base, Some(&of.sha256))?;
    store.open_verified_variant(&of.base, Some(&base.variant.name)).map(drop)
}

/// The record of an adapter: the model's own, with its file and its name.
pub(super) fn describe(
    store: &Store,
    from: &Path,
    (base, hash): Base,
    (sha256, bytes): (&str, u64),
    id: Option<&str>,
) -> Result<Manifest, ModelError> {
    let stem = from.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let slug: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(64).collect();
    let id = id.map(str::to_owned).unwrap_or_else(|| slug.trim_matches('-').to_owned());
    if !is_id(&id) || id == base.id.as_str() {
        return Err(refused(
            msg("models-import-file-name-gives-no-usable-id"),
            msg("models-import-choose-one-id-lower-case"),
        ));
    }
    let adapter = AdapterOf { base: base.id.clone(), sha256: hash };
    // The name of another model would hide it; the same adapter for the same file may come again.
    if store.catalogue().get(&id.as_str().into()).is_ok_and(|m| m.adapter.as_ref() != Some(&adapter)) {
        return Err(refused(
            msg("models-adapter-name-taken").shown("id", id),
            msg("models-import-choose-one-id-lower-case"),
        ));
    }
    let manifest = Manifest {
        schema: SCHEMA.into(),
        title: format!("{id} ({})", base.title),
        publisher: "brought by the centre".into(),
        repository: None,
        default_in: Vec::new(),
        verified: Verified::Centre,
        verified_note: Some("A LoRA adapter; its hash was taken when it was added.".into()),
        licence: Licence {
            name: format!("unknown; base {}", base.licence.name),
            restrictive: true,
            note: Some("Nobody stated its terms. The centre answers for its use; those of its base hold too.".into()),
        },
        default_variant: VARIANT.into(),
        variants: vec![Variant {
            name: VARIANT.into(),
            file: format!("{id}.{VARIANT}.gguf"),
            bytes: Some(bytes),
            sha256: Some(sha256.to_owned()),
            memory_mib: None,
        }],
        sources: Vec::new(),
        adapter: Some(adapter),
        id: id.as_str().into(),
        ..base
    };
    let text = toml::to_string(&manifest).unwrap_or_default();
    Manifest::parse(&text).map_err(|e| ModelError::Manifest { name: id, why: verbatim(e.0) })
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

fn refused(what: Message, hint: Message) -> ModelError {
    ModelError::Refused { what, hint }
}
