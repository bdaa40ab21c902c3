//! Fetching a model: room, sources in order, hash, and only then its name. Whatever interrupts it, a file under its
//! final name is whole and right; what was begun stays in `.pulling` and is used by the next run.

use crate::adapters::models::digest::Kept;
use crate::adapters::models::error::ModelError;
use crate::adapters::models::fetch::{Fetcher, Hashing, Missed};
use crate::adapters::models::report::Report;
use crate::adapters::models::store::Store;
use crate::domain::explain::Explain;
use crate::domain::model::{Conversion, Ingredient, Manifest, Source, Task, Tier, Variant};
use crate::domain::practice::ids::ModelId;
use crate::formats::convert::{self, ConvertError, quantise::Kind};
use crate::speech::mel;
use crate::texts::msg;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Where unfinished work lies within the models folder.
const WORK: &str = ".pulling";
/// Room that is left free for everything else on the disk.
const SPARE_ROOM: u64 = 200 << 20;

/// What a pull did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pulled {
    /// It was here already, and right.
    AlreadyHere(PathBuf),
    /// It was fetched.
    Fetched(PathBuf),
}

/// Fetches one variant of a model, the default one for `None`.
pub fn pull(store: &Store, id: &ModelId, variant: Option<&str>, report: &mut dyn Report) -> Result<Pulled, ModelError> {
    let manifest = store.catalogue().get(id)?;
    let wanted = manifest.variant(variant).ok_or_else(|| store.no_variant(manifest, variant.unwrap_or_default()))?;
    let path = store.path_of(manifest, wanted);
    let not_pullable = || ModelError::NotPullable {
        id: id.to_string(),
        repository: manifest.repository.clone().unwrap_or_else(|| "its publisher".into()),
    };
    let sha256 = wanted.sha256.as_deref().ok_or_else(not_pullable)?;
    if let Ok(mut file) = File::open(&path) {
        if Kept::of(store.dir()).hash(&wanted.file, &mut file)? == sha256 {
            return Ok(Pulled::AlreadyHere(path));
        }
        report.say(&format!("{} is here but not what its hash says; it is fetched again", path.display()));
    }
    if let (true, Some(note)) = (manifest.licence.restrictive, &manifest.licence.note) {
        report.say(&format!("{}: {}: {note}", id, manifest.licence.name));
    }
    let makes = |s: &&Source| s.variants.is_empty() || s.variants.contains(&wanted.name);
    let sources: Vec<&Source> = manifest.sources.iter().filter(makes).collect();
    if sources.is_empty() {
        return Err(not_pullable());
    }
    let work = store.dir().join(WORK).join(id.as_str());
    std::fs::create_dir_all(&work)
        .map_err(|e| ModelError::io(msg("models-pull-could-not-made").with("what", work.display()), e))?;
    let _alone = alone(&work, id)?;
    let mut fetcher = Fetcher::new(&work)?;
    let made = match sources.iter().find_map(|source| Some((source.convert, here(store, manifest, source)?))) {
        Some((conversion, file)) => {
            check_room(store.dir(), &work, &[], wanted)?;
            converted(conversion, wanted, &Ingredients::Only(&file), &work, report).map_err(|missed| {
                let hint = missed.hint.unwrap_or_else(|| msg("models-pull-check-connection-run-again-resumes"));
                ModelError::SourcesFailed { id: id.to_string(), why: missed.why, hint }
            })?
        }
        None => {
            check_room(store.dir(), &work, &sources, wanted)?;
            first_that_gives(&mut fetcher, id, &sources, wanted, &work, report)?
        }
    };
    put_in_place(&made, &path)?;
    // The next run finds nothing to resume; a failure to clean only costs room.
    let _ = std::fs::remove_dir_all(&work);
    Ok(Pulled::Fetched(path))
}

/// What a variant is made of.
pub enum Ingredients<'a> {
    /// Files in a folder, by the names that the source gives them.
    Folder(&'a Path),
    /// The only one, wherever it lies and whatever its name.
    Only(&'a File),
}

impl Ingredients<'_> {
    fn open(&self, name: &str) -> std::io::Result<File> {
        match self {
            Ingredients::Folder(folder) => File::open(folder.join(name)),
            Ingredients::Only(file) => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                Ok(file)
            }
        }
    }

    fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(name)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The only ingredient of a source, where it is another variant of the model that is here, and right.
fn here(store: &Store, manifest: &Manifest, source: &Source) -> Option<File> {
    let [ingredient] = &source.ingredients[..] else { return None };
    let is_it = |v: &&Variant| v.sha256.is_some() && v.sha256 == ingredient.sha256;
    let variant = manifest.variants.iter().find(is_it).filter(|_| source.convert != Conversion::None)?;
    let mut file = File::open(store.path_of(manifest, variant)).ok()?;
    let sha256 = Kept::of(store.dir()).hash(&variant.file, &mut file).ok()?;
    (Some(sha256) == ingredient.sha256).then_some(file)
}

/// The file from the first source that gives it; it is still under a temporary name.
fn first_that_gives(
    fetcher: &mut Fetcher,
    id: &ModelId,
    sources: &[&Source],
    wanted: &Variant,
    work: &Path,
    report: &mut dyn Report,
) -> Result<PathBuf, ModelError> {
    let (mut whys, mut hint) = (Vec::new(), None);
    for source in sources {
        if let Some(note) = &source.note {
            report.say(&format!("{id}: {note}"));
        }
        match from_source(fetcher, source, wanted, work, report) {
            Ok(made) => return Ok(made),
            Err(_) if report.stopped() => {
                return Err(ModelError::Refused {
                    what: msg("models-pull-stopped"),
                    hint: msg("models-pull-stopped.hint"),
                });
            }
            Err(missed) => {
                report.say(&format!("{id}: {}", missed.why));
                hint = hint.or(missed.hint);
                whys.push(missed.why);
            }
        }
    }
    Err(ModelError::SourcesFailed {
        id: id.to_string(),
        why: msg("models-pull-reasons").with("whys", whys),
        hint: hint.unwrap_or_else(|| msg("models-pull-check-connection-run-again-resumes")),
    })
}

/// Gathers the ingredients, makes the variant, and checks its hash; the file is still under a temporary name.
fn from_source(
    fetcher: &mut Fetcher,
    source: &Source,
    wanted: &Variant,
    work: &Path,
    report: &mut dyn Report,
) -> Result<PathBuf, Missed> {
    let plain = source.convert == Conversion::None;
    for ingredient in &source.ingredients {
        // Without a conversion the ingredient is the variant, so its pin is the variant's.
        let (bytes, sha256) = match plain {
            true => (wanted.bytes, wanted.sha256.as_deref()),
            false => (ingredient.bytes, ingredient.sha256.as_deref()),
        };
        gather(fetcher, ingredient, bytes, sha256, work, report)?;
    }
    if plain {
        return Ok(work.join(&source.ingredients[0].name));
    }
    let made = converted(source.convert, wanted, &Ingredients::Folder(work), work, report);
    if made.is_err() {
        // Also the ingredients are not to be trusted then: some of them carry no pin of their own.
        for ingredient in &source.ingredients {
            let _ = std::fs::remove_file(work.join(&ingredient.name));
        }
    }
    made
}

/// Makes the variant and checks its hash; the file is still under a temporary name.
fn converted(
    conversion: Conversion,
    wanted: &Variant,
    from: &Ingredients<'_>,
    work: &Path,
    report: &mut dyn Report,
) -> Result<PathBuf, Missed> {
    let target = work.join(format!("{}.part", wanted.file));
    let (sha256, _) = make(conversion, wanted, from, &target, report)
        .map_err(|e| Missed { why: msg("models-pull-conversion-failed").with("e", e.message()), hint: None })?;
    if Some(&sha256) != wanted.sha256.as_ref() {
        let _ = std::fs::remove_file(&target);
        return Err(Missed { why: msg("models-pull-what-made-another-hash").shown("sha256", sha256), hint: None });
    }
    Ok(target)
}

fn gather(
    fetcher: &mut Fetcher,
    ingredient: &Ingredient,
    bytes: Option<u64>,
    sha256: Option<&str>,
    work: &Path,
    report: &mut dyn Report,
) -> Result<(), Missed> {
    let whole = work.join(&ingredient.name);
    if whole.is_file() {
        // It got its name only after its hash was right; it is what is converted, and that is pinned again.
        return Ok(());
    }
    let part = work.join(format!("{}.part", ingredient.name));
    let mut out = Hashing::new(File::create(&part)?);
    report.begin(&ingredient.name, bytes);
    let mut done = 0u64;
    for (i, piece) in ingredient.pieces.iter().enumerate() {
        let download = work.join(format!("{}.{i}.download", ingredient.name));
        let got = fetcher.piece(piece, &download, done, &mut out, report);
        if got.is_err() {
            report.end();
        }
        done += got?;
    }
    report.end();
    let (file, found, length) = out.finish();
    if bytes.is_some_and(|b| b != length) || sha256.is_some_and(|s| s != found) {
        drop(file);
        std::fs::remove_file(&part)?;
        return Err(Missed {
            why: msg("models-pull-other-hash")
                .with("name", &ingredient.name)
                .shown("found", found)
                .shown("length", length),
            hint: None,
        });
    }
    file.sync_all()?;
    drop(file);
    std::fs::rename(&part, &whole)?;
    Ok(())
}

/// Makes a variant of its ingredients; its SHA-256 and size. The file is synced.
pub fn make(
    conversion: Conversion,
    variant: &Variant,
    from: &Ingredients<'_>,
    target: &Path,
    report: &mut dyn Report,
) -> Result<(String, u64), ConvertError> {
    let mut out = Hashing::new(BufWriter::with_capacity(1 << 20, File::create(target)?));
    report.begin(&variant.file, variant.bytes);
    let size = variant.bytes.unwrap_or(0);
    let mut progress = |at: usize, of: usize| report.at(size / of.max(1) as u64 * at as u64);
    let made = match (conversion, from) {
        (Conversion::None, _) | (Conversion::Ct2Whisper, Ingredients::Only(_)) => {
            Err(ConvertError::Format(msg("models-pull-there-nothing-convert")))
        }
        (Conversion::Ct2Whisper, Ingredients::Folder(folder)) => match Kind::of_name(&variant.name) {
            Some(kind) => convert::ggml_whisper::convert(folder, kind, mel::filters, &mut out, &mut progress),
            None => Err(ConvertError::Format(msg("models-pull-no-format-can-written").shown("name", &variant.name))),
        },
        (Conversion::E5Gguf, _) => convert::e5_gguf::convert(from.open("e5-small-q4.bin")?, &mut out, &mut progress),
        (Conversion::Campplus, _) => {
            let weights = convert::campplus::convert(&from.read("campplus_cn_en_common.pt")?);
            weights.and_then(|bytes| Ok(out.write_all(&bytes)?))
        }
        (Conversion::Ge2e, _) => {
            let weights = convert::ge2e::convert(&from.read("pretrained.pt")?);
            weights.and_then(|bytes| Ok(out.write_all(&bytes)?))
        }
        (Conversion::GgufIq4Nl, _) => convert::relaid::convert(from.open("model.gguf")?, &mut out, &mut progress),
    };
    report.end();
    made?;
    out.flush()?;
    let (file, sha256, bytes) = out.finish();
    file.into_inner().map_err(|e| e.into_error())?.sync_all()?;
    Ok((sha256, bytes))
}

/// Gives a checked and synced file its final name, read-only, and syncs the folder.
pub(super) fn put_in_place(made: &Path, path: &Path) -> Result<(), ModelError> {
    let io = |id: &'static str| {
        let what = msg(id).with("path", path.display());
        move |e| ModelError::io(what, e)
    };
    let mut permissions = std::fs::metadata(made).map_err(io("file-not-looked-at"))?.permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(made, permissions).map_err(io("file-not-read-only"))?;
    std::fs::rename(made, path).map_err(io("file-not-put-in-place"))?;
    if let Some(dir) = path.parent() {
        sync_dir(dir).map_err(io("file-not-synced"))?;
    }
    Ok(())
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_dir: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A lock that the system drops when the process ends, however it ends.
#[cfg(unix)]
pub(super) fn alone(work: &Path, id: &ModelId) -> Result<File, ModelError> {
    let path = work.join("lock");
    let lock = File::create(&path)
        .map_err(|e| ModelError::io(msg("models-pull-could-not-made").with("what", path.display()), e))?;
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        ModelError::Refused {
            what: msg("models-pull-another-process-fetching-into-folder").shown("id", id),
            hint: msg("models-pull-wait-then-run-again"),
        }
    })?;
    Ok(lock)
}

#[cfg(not(unix))]
pub(super) fn alone(work: &Path, _id: &ModelId) -> Result<File, ModelError> {
    let path = work.join("lock");
    File::create(&path).map_err(|e| ModelError::io(msg("models-pull-could-not-made").with("what", path.display()), e))
}

/// Wheels, what they hold, and what is made of it lie side by side for a moment; with no source only what is made.
fn check_room(dir: &Path, work: &Path, sources: &[&Source], wanted: &Variant) -> Result<(), ModelError> {
    let of = |s: &&Source| {
        let ingredients: u64 = s.ingredients.iter().filter_map(|i| i.bytes).sum();
        match s.convert {
            Conversion::None => wanted.bytes.unwrap_or(0) * 2,
            _ => ingredients * 2 + wanted.bytes.unwrap_or(0),
        }
    };
    let needed = sources.iter().map(of).max().or(wanted.bytes).unwrap_or(0);
    let begun = bytes_in(work) + bytes_in(&work.join("wheels"));
    require_room(dir, needed.saturating_sub(begun))
}

fn bytes_in(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(|e| e.ok());
    entries.filter_map(|e| e.metadata().ok()).filter(|m| m.is_file()).map(|m| m.len()).sum()
}

/// Refuses when fewer bytes are free than needed.
#[cfg(unix)]
pub(super) fn require_room(dir: &Path, needed: u64) -> Result<(), ModelError> {
    // Where the system does not say, the write itself will.
    let Ok(disk) = rustix::fs::statvfs(dir) else { return Ok(()) };
    let (free, needed) = (disk.f_bavail.saturating_mul(disk.f_frsize), needed + SPARE_ROOM);
    if free >= needed {
        return Ok(());
    }
    Err(ModelError::NoRoom { dir: dir.display().to_string(), needed: needed >> 20, free: free >> 20 })
}

#[cfg(not(unix))]
pub(super) fn require_room(_dir: &Path, _needed: u64) -> Result<(), ModelError> {
    Ok(())
}

/// The models that the demo plays with on a machine of this tier: the first choice of each task that it uses.
pub fn for_demo(store: &Store, tier: Tier) -> Vec<ModelId> {
    let tasks = [Task::Asr, Task::Embedding, Task::Llm, Task::Speaker];
    tasks.iter().filter_map(|task| store.default_for(*task, tier)).map(|m| m.id.clone()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
