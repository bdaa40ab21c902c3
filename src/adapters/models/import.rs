//! Files that a centre brings itself, on a stick: recognised by hash, or looked at, copied under a checked name and
//! recorded with their own hash in `added/<id>.toml`. What comes in is never executed and never loaded here.

use crate::adapters::models::catalogue::ADDED;
use crate::adapters::models::catalogue::Catalogue;
use crate::adapters::models::error::ModelError;
use crate::adapters::models::fetch::Hashing;
use crate::adapters::models::import::look::{Seen, look};
use crate::adapters::models::pull::{Ingredients, alone, make, put_in_place, require_room};
use crate::adapters::models::report::Report;
use crate::adapters::models::store::Store;
use crate::domain::model::{
    ChatTemplate, Conversion, EmbeddingPrefixes, Licence, Manifest, SCHEMA, Task, Tier, Variant, Verified, is_id,
};
use crate::domain::practice::ids::ModelId;
use crate::texts::{msg, verbatim};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

mod adapter;
mod ingredient;
mod look;
mod parts;

pub use crate::adapters::models::import::adapter::usable;

const WORK: &str = ".adding";
/// The format whose weights a processor multiplies by four columns at a time.
pub const RELAID: &str = "iq4_nl";

/// What a person says about a file.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The id it shall have; that of a catalogue model without a pinned hash, or a new one.
    pub id: Option<String>,
    /// The format to convert to: of a CTranslate2 folder, or [`RELAID`] of a GGUF file.
    pub variant: Option<String>,
    /// The catalogue model whose chat markers or prefixes it shares.
    pub like: Option<String>,
    /// For an adapter: the model that is here and that it changes.
    pub base: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone)]
pub struct Added {
    /// Catalogue id of the model.
    pub id: ModelId,
    /// Name of the variant in the manifest, such as `q5_1`.
    pub variant: String,
    /// Where it lies now.
    pub path: PathBuf,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// It is what the catalogue pinned; otherwise only its own hash is known.
    pub pinned: bool,
    /// Its terms, where they are restrictive or unknown.
    pub licence: Licence,
}

/// Takes in a file or a CTranslate2 Whisper folder.
pub fn add(store: &Store, from: &Path, about: &About, report: &mut dyn Report) -> Result<Added, ModelError> {
    let meta = std::fs::metadata(from)
        .map_err(|e| ModelError::io(msg("models-import-could-not-read").with("what", from.display()), e))?;
    let work = store.dir().join(WORK);
    std::fs::create_dir_all(&work)
        .map_err(|e| ModelError::io(msg("models-import-could-not-made").with("what", work.display()), e))?;
    let _alone = alone(&work, &"a file".into())?;
    let added = match meta.is_dir() {
        true => add_folder(store, from, about, &work, report),
        false => add_file(store, from, meta.len(), about, &work, report),
    };
    let _ = std::fs::remove_dir_all(&work);
    added
}

fn add_folder(
    store: &Store,
    from: &Path,
    about: &About,
    work: &Path,
    report: &mut dyn Report,
) -> Result<Added, ModelError> {
    let weights = std::fs::metadata(from.join("model.bin")).map_err(|_| ModelError::Unreadable {
        what: verbatim(from.display().to_string()),
        why: msg("models-import-folder-no-model-bin-ctranslate2"),
    })?;
    require_room(store.dir(), weights.len())?;
    let name = about.variant.clone().unwrap_or_else(|| "q5_1".into());
    let variant = Variant { name, file: "whisper.bin".into(), bytes: None, sha256: None, memory_mib: None };
    let target = work.join("converted.part");
    let (sha256, bytes) = make(Conversion::Ct2Whisper, &variant, &Ingredients::Folder(from), &target, report)
        .map_err(|e| ModelError::unreadable(from, &e))?;
    take(store, from, &target, sha256, bytes, about)
}

fn add_file(
    store: &Store,
    from: &Path,
    length: u64,
    about: &About,
    work: &Path,
    report: &mut dyn Report,
) -> Result<Added, ModelError> {
    let io = |e| ModelError::io(msg("models-import-could-not-read").with("what", from.display()), e);
    if let Some(parts) = parts::of(from)? {
        return add_parts(store, &parts, about, work, report);
    }
    let mut file = File::open(from).map_err(io)?;
    if about.base.is_some() && !adapter::is_one(&file) {
        return Err(ModelError::Refused {
            what: msg("models-adapter-is-none"),
            hint: msg("models-adapter-is-none.hint"),
        });
    }
    if adapter::is_one(&file) {
        return add_adapter(store, from, &mut file, length, about, work, report);
    }
    // A look first: a wrong file is refused before gigabytes of it are copied.
    let known_size = |m: &Manifest| {
        m.variants.iter().any(|v| v.bytes == Some(length))
            || m.sources.iter().flat_map(|s| &s.ingredients).any(|i| i.bytes == Some(length))
    };
    if !store.catalogue().all().iter().any(known_size) {
        look(&file, from)?;
    }
    if let Some(added) = ingredient::converted(store, (from, &mut file, length), about, work, report)? {
        return Ok(added);
    }
    require_room(store.dir(), length)?;
    let target = work.join("copied.part");
    let (sha256, bytes) = copy(&mut file, &target, length, report).map_err(io)?;
    take(store, from, &target, sha256, bytes, about)
}

/// A model in several files, which becomes one: the worker is given a single descriptor and can open nothing beside it.
fn add_parts(
    store: &Store,
    parts: &parts::Parts,
    about: &About,
    work: &Path,
    report: &mut dyn Report,
) -> Result<Added, ModelError> {
    let (files, length) = parts.open()?;
    require_room(store.dir(), length)?;
    let target = work.join("joined.part");
    let (sha256, bytes) = parts.join(files, length, &target, report)?;
    if about.variant.as_deref() == Some(RELAID) {
        let joined = File::open(&target)
            .map_err(|e| ModelError::io(msg("models-import-could-not-read").with("what", target.display()), e))?;
        return ingredient::relaid(store, (&parts.whole, &joined, bytes), about, work, report);
    }
    take(store, &parts.whole, &target, sha256, bytes, about)
}

fn add_adapter(
    store: &Store,
    from: &Path,
    file: &mut File,
    length: u64,
    about: &About,
    work: &Path,
    report: &mut dyn Report,
) -> Result<Added, ModelError> {
    let base = adapter::checked(store, from, file, (about.base.as_deref(), None))?;
    require_room(store.dir(), length)?;
    let target = work.join("copied.part");
    let io = |e| ModelError::io(msg("models-import-could-not-read").with("what", from.display()), e);
    let (sha256, bytes) = copy(file, &target, length, report).map_err(io)?;
    let manifest = adapter::describe(store, from, base, (&sha256, bytes), about.id.as_deref())?;
    keep(store, &target, manifest, sha256)
}

fn copy(from: &mut File, target: &Path, length: u64, report: &mut dyn Report) -> std::io::Result<(String, u64)> {
    let mut out = Hashing::new(File::create(target)?);
    from.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0u8; 1 << 20];
    let mut done = 0u64;
    report.begin("copying", Some(length));
    loop {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        out.write_all(&buffer[..n])?;
        done += n as u64;
        report.at(done);
    }
    report.end();
    let (file, sha256, bytes) = out.finish();
    file.sync_all()?;
    Ok((sha256, bytes))
}

/// Gives what lies in `made` its place: that of the catalogue when its hash is pinned there, else a record of its own.
fn take(
    store: &Store,
    from: &Path,
    made: &Path,
    sha256: String,
    bytes: u64,
    about: &About,
) -> Result<Added, ModelError> {
    for manifest in store.catalogue().all().iter().filter(|m| m.verified != Verified::Centre) {
        if let Some(variant) = manifest.variants.iter().find(|v| v.sha256.as_ref() == Some(&sha256)) {
            let path = store.path_of(manifest, variant);
            put_in_place(made, &path)?;
            let (id, variant, licence) = (manifest.id.clone(), variant.name.clone(), manifest.licence.clone());
            return Ok(Added { id, variant, path, sha256, pinned: true, licence });
        }
    }
    let file = File::open(made)
        .map_err(|e| ModelError::io(msg("models-import-could-not-read").with("what", made.display()), e))?;
    let seen = look(&file, from)?;
    let manifest = describe(store.catalogue(), from, seen, &sha256, bytes, about)?;
    keep(store, made, manifest, sha256)
}

/// The file and its record, each given its place.
fn keep(store: &Store, made: &Path, mut manifest: Manifest, sha256: String) -> Result<Added, ModelError> {
    // Another format of a model that was added before is kept beside the first one.
    if let Ok(before) = store.catalogue().get(&manifest.id)
        && before.verified == Verified::Centre
        && before.adapter == manifest.adapter
    {
        let new = manifest.default_variant.clone();
        manifest.variants.extend(before.variants.iter().filter(|v| v.name != new).cloned());
    }
    let folder = store.dir().join(ADDED);
    std::fs::create_dir_all(&folder)
        .map_err(|e| ModelError::io(msg("models-import-could-not-made").with("what", folder.display()), e))?;
    let variant = &manifest.variants[0];
    let path = folder.join(&variant.file);
    put_in_place(made, &path)?;
    // The record after the file: a record without its file would promise something.
    let text = toml::to_string(&manifest)
        .map_err(|e| ModelError::Manifest { name: manifest.id.to_string(), why: verbatim(e.to_string()) })?;
    let record = made.with_file_name("record.part");
    let write = || -> std::io::Result<()> {
        let mut out = File::create(&record)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()
    };
    write().map_err(|e| ModelError::io(msg("models-import-record-model-could-not-written"), e))?;
    put_in_place(&record, &folder.join(format!("{}.toml", manifest.id)))?;
    let (variant, licence) = (variant.name.clone(), manifest.licence.clone());
    Ok(Added { id: manifest.id, variant, path, sha256, pinned: false, licence })
}

/// The record of a file whose hash nobody pinned.
fn describe(
    catalogue: &Catalogue,
    from: &Path,
    seen: Seen,
    sha256: &str,
    bytes: u64,
    about: &About,
) -> Result<Manifest, ModelError> {
    let pinned = |id: &str| {
        let known = catalogue.get(&id.into()).ok();
        known.is_some_and(|m| m.verified != Verified::Centre && m.variants.iter().any(|v| v.sha256.is_some()))
    };
    let id = match &about.id {
        Some(id) if pinned(id) => {
            return Err(ModelError::Refused {
                what: msg("models-import-catalogue-pins-other-files-one").shown("id", id).shown("sha256", sha256),
                hint: msg("models-import-give-another-name-id-new"),
            });
        }
        Some(id) => id.clone(),
        None if pinned(&seen.suggested_id) => format!("{}-centre", seen.suggested_id),
        None => seen.suggested_id.clone(),
    };
    if !is_id(&id) {
        return Err(ModelError::Refused {
            what: msg("models-import-file-name-gives-no-usable-id"),
            hint: msg("models-import-choose-one-id-lower-case"),
        });
    }
    let shipped = Catalogue::shipped()?;
    let base = shipped.get(&id.as_str().into()).ok();
    if let (Some(expected), Some(found)) = (base.and_then(|b| b.architecture.as_ref()), &seen.architecture)
        && expected != found
    {
        return Err(ModelError::Refused {
            what: msg("models-import-architecture-but-file")
                .shown("id", id)
                .shown("expected", expected)
                .shown("found", found),
            hint: msg("models-import-check-right-file-give-another"),
        });
    }
    if let Some(base) = base.filter(|b| b.task != seen.task) {
        return Err(ModelError::Refused {
            what: msg("models-import-model-but-file-one")
                .shown("id", id)
                .shown("task", base.task.name())
                .shown("found", seen.task.name()),
            hint: msg("models-import-give-another-name-id-new-2"),
        });
    }
    let like = about.like.as_deref().map(|id| catalogue.get(&id.into())).transpose()?;
    let family = like.or(base);
    let chat = match seen.task {
        Task::Llm => Some(chat_of(&shipped, family, seen.chat_template.as_deref())?),
        _ => None,
    };
    // Markers that are no tokens of the file are words to it: it would answer beside the point and never end.
    let missing = chat.iter().flat_map(ChatTemplate::end_markers).find(|marker| !seen.markers.contains(*marker));
    if let Some(marker) = missing {
        return Err(ModelError::Refused {
            what: msg("models-import-markers-not-in-vocabulary").shown("marker", marker),
            hint: msg("models-import-name-model-catalogue-same-markers"),
        });
    }
    let prefixes = (seen.task == Task::Embedding)
        .then(|| family.and_then(|f| f.prefixes.clone()).unwrap_or(EmbeddingPrefixes::default()));
    let named = seen.licence.as_deref().map(|l| l.chars().filter(|c| !c.is_control()).take(64).collect::<String>());
    let unknown = || Licence {
        name: named.clone().unwrap_or_else(|| "unknown".into()),
        restrictive: named.is_none(),
        note: named.is_none().then(|| "Nobody stated its terms. The centre answers for its use.".into()),
    };
    let variant = Variant {
        file: format!("{id}.{}.{}", seen.variant, seen.extension),
        name: seen.variant,
        bytes: Some(bytes),
        sha256: Some(sha256.to_owned()),
        memory_mib: None,
    };
    let manifest = Manifest {
        schema: SCHEMA.into(),
        title: base.map_or_else(|| id.clone(), |b| b.title.clone()),
        publisher: base.map_or_else(|| "brought by the centre".into(), |b| b.publisher.clone()),
        repository: base.and_then(|b| b.repository.clone()),
        task: seen.task,
        tier: base.map_or(tier_of(bytes), |b| b.tier),
        default_in: Vec::new(),
        languages: match base {
            // A file may have lost a language that its model has.
            Some(b) => b.languages.iter().filter(|l| seen.languages.contains(l)).cloned().collect(),
            None => seen.languages,
        },
        parameters_m: seen.parameters_m.filter(|n| *n > 0).or(base.and_then(|b| b.parameters_m)),
        architecture: seen.architecture,
        context: seen.context.or(base.and_then(|b| b.context)),
        whisper: base.and_then(|b| b.whisper),
        verified: Verified::Centre,
        verified_note: Some(format!(
            "Added from a file called {}; its hash was taken then.",
            from.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .chars()
                .filter(|c| !c.is_control())
                .take(128)
                .collect::<String>()
        )),
        licence: base.map_or_else(unknown, |b| b.licence.clone()),
        default_variant: variant.name.clone(),
        variants: vec![variant],
        sources: Vec::new(),
        chat,
        prefixes,
        adapter: None,
        id: id.as_str().into(),
    };
    // What is written must be readable by the next start.
    let text = toml::to_string(&manifest).unwrap_or_default();
    Manifest::parse(&text).map_err(|e| ModelError::Manifest { name: id, why: verbatim(e.0) })
}

/// By size of the file: what fits beside the rest of the program.
fn tier_of(bytes: u64) -> Tier {
    match bytes {
        0..600_000_000 => Tier::Small,
        600_000_000..3_000_000_000 => Tier::Middle,
        _ => Tier::Large,
    }
}

/// The chat markers: those of its family, or those of the catalogue model whose markers stand in the file's own
/// template. The template itself is a program and is not run.
fn chat_of(shipped: &Catalogue, family: Option<&Manifest>, template: Option<&str>) -> Result<ChatTemplate, ModelError> {
    if let Some(chat) = family.and_then(|f| f.chat.clone()) {
        return Ok(chat);
    }
    let template = template.unwrap_or_default();
    let known = [
        ("tool_list", "hyperclovax-seed-1.5b"),
        ("enable_thinking", "qwen3-0.6b"),
        ("<|im_start|>", "qwen2.5-coder-0.5b"),
        ("<start_of_turn>", "gemma-3-1b"),
        ("'[|user|]\\n'", "exaone-4.0-1.2b"),
        ("[|endofturn|]", "exaone-3.5-2.4b"),
        ("<|start_header_id|>", "kanana-1.5-2.1b"),
    ];
    let found = known.iter().find(|(marker, _)| template.contains(marker));
    let chat = found.and_then(|(_, id)| shipped.get(&(*id).into()).ok()).and_then(|m| m.chat.clone());
    chat.ok_or_else(|| ModelError::Refused {
        what: msg("models-import-file-not-say-how-chats-marked"),
        hint: msg("models-import-name-model-catalogue-same-markers"),
    })
}

#[cfg(test)]
mod tests;
