//! The models folder as a store: finding a file, and opening it only if it is what its hash says.

use crate::adapters::models::catalogue::ADDED;
use crate::adapters::models::catalogue::Catalogue;
use crate::adapters::models::digest::Kept;
use crate::adapters::models::error::ModelError;
use crate::domain::model::{Manifest, Task, Tier, Variant, Verified};
use crate::domain::practice::ids::ModelId;
use crate::texts::msg;
use std::fs::File;
use std::path::{Path, PathBuf};

pub use crate::domain::transcript::ModelRef;

/// A models folder with its catalogue.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
    catalogue: Catalogue,
}

/// A model file that is there; its hash is pinned but was not checked now.
#[derive(Debug, Clone)]
pub struct Found {
    /// Path of the model file.
    pub path: PathBuf,
    /// SHA-256 that the manifest names, 64 hexadecimal digits.
    pub sha256: String,
    /// The variant it is.
    pub variant: Variant,
    /// What it belongs to.
    pub manifest: Manifest,
}

impl Store {
    /// Opens a folder, which need not exist yet.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Store, ModelError> {
        let dir = dir.into();
        let catalogue = Catalogue::with_added(&dir)?;
        Ok(Store { dir, catalogue })
    }

    /// Path of the models folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The manifests that the store knows, shipped and added.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Where the file of a variant lies or would lie.
    pub fn path_of(&self, manifest: &Manifest, variant: &Variant) -> PathBuf {
        match manifest.verified {
            Verified::Centre => self.dir.join(ADDED).join(&variant.file),
            _ => self.dir.join(&variant.file),
        }
    }

    /// The file of a model: the named variant, or for `None` the default one, or else any pinned one that is there.
    pub fn find(&self, id: &ModelId, variant: Option<&str>) -> Result<Found, ModelError> {
        let manifest = self.catalogue.get(id)?;
        if let Some(name) = variant
            && manifest.variant(variant).is_none()
        {
            return Err(self.no_variant(manifest, name));
        }
        let wanted = manifest.variant(variant).into_iter();
        let others = manifest.variants.iter().filter(|_| variant.is_none());
        for candidate in wanted.chain(others) {
            let path = self.path_of(manifest, candidate);
            if let (Some(sha256), true) = (&candidate.sha256, path.is_file()) {
                let (variant, manifest) = (candidate.clone(), manifest.clone());
                return Ok(Found { path, sha256: sha256.clone(), variant, manifest });
            }
        }
        Err(self.missing(manifest))
    }

    /// The file of a model with this hash, where it is here, else what [`Store::find`] gives: what was made or measured with a file goes
    /// on with that file when another becomes the default.
    pub fn find_file(&self, id: &ModelId, sha256: Option<&str>) -> Result<Found, ModelError> {
        let is_it = |v: &&Variant| sha256.is_some() && v.sha256.as_deref() == sha256;
        let named = self.catalogue.get(id)?.variants.iter().find(is_it).map(|v| v.name.clone());
        named.and_then(|name| self.find(id, Some(&name)).ok()).map_or_else(|| self.find(id, None), Ok)
    }

    /// Opens the default variant (or any that is there), checks its hash and returns that same descriptor at its
    /// start. Hand it to the worker as it is: a path could name another file by then.
    pub fn open_verified(&self, id: &ModelId) -> Result<(File, ModelRef, Manifest), ModelError> {
        self.open_verified_variant(id, None)
    }

    /// [`Store::open_verified`] for a named variant.
    pub fn open_verified_variant(
        &self,
        id: &ModelId,
        variant: Option<&str>,
    ) -> Result<(File, ModelRef, Manifest), ModelError> {
        let found = self.find(id, variant)?;
        let mut file = File::open(&found.path)
            .map_err(|e| ModelError::io(msg("models-store-could-not-opened").with("what", found.path.display()), e))?;
        let sha256 = Kept::of(&self.dir).hash(&found.variant.file, &mut file)?;
        if sha256 != found.sha256 {
            return Err(ModelError::WrongHash {
                id: id.to_string(),
                path: found.path.display().to_string(),
                found: sha256,
                expected: found.sha256,
            });
        }
        Ok((file, ModelRef { id: id.clone(), sha256 }, found.manifest))
    }

    /// The first choice of the catalogue for a task, whether or not it is here.
    pub fn default_for(&self, task: Task, tier: Tier) -> Option<&Manifest> {
        self.catalogue.default_for(task, tier)
    }

    /// The model to run for a task: the first choice of this tier if it is here, else that of the smaller tiers, else
    /// anything for the task that is here, smallest first.
    pub fn installed_for(&self, task: Task, tier: Tier) -> Result<ModelId, ModelError> {
        // An adapter is run where it is asked for by name.
        let here = |m: &&Manifest| m.task == task && m.adapter.is_none() && self.find(&m.id, None).is_ok();
        let tiers = [Tier::Large, Tier::Middle, Tier::Small].into_iter().filter(|t| *t <= tier);
        let first = tiers.filter_map(|t| self.catalogue.default_for(task, t)).find(|m| here(m));
        let any = || {
            self.catalogue
                .all()
                .iter()
                .filter(here)
                .min_by_key(|m| (m.tier, m.languages.len() < 2, m.parameters_m.unwrap_or(u32::MAX)))
        };
        first.or_else(any).map(|m| m.id.clone()).ok_or_else(|| ModelError::NoneFor {
            task,
            dir: self.dir.display().to_string(),
            id: self.default_for(task, tier).map_or("ID", |m| m.id.as_str()).to_owned(),
        })
    }

    /// Deletes the files of a model, and the record of one that the centre added; what was deleted.
    pub fn remove(&self, id: &ModelId) -> Result<Vec<PathBuf>, ModelError> {
        let manifest = self.catalogue.get(id)?;
        let mut paths: Vec<PathBuf> = manifest.variants.iter().map(|v| self.path_of(manifest, v)).collect();
        if manifest.verified == Verified::Centre {
            // The record first: without it a file that is left over only takes space and is not listed.
            paths.insert(0, self.dir.join(ADDED).join(format!("{id}.toml")));
        }
        let mut gone = Vec::new();
        for path in paths {
            match std::fs::remove_file(&path) {
                Ok(()) => gone.push(path),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => {
                    return Err(ModelError::io(msg("models-store-could-not-removed").with("what", path.display()), e));
                }
            }
        }
        Ok(gone)
    }

    pub(super) fn no_variant(&self, manifest: &Manifest, name: &str) -> ModelError {
        let has = manifest.variants.iter().map(|v| v.name.as_str()).collect::<Vec<_>>().join(", ");
        ModelError::UnknownVariant { id: manifest.id.to_string(), variant: name.chars().take(64).collect(), has }
    }

    fn missing(&self, manifest: &Manifest) -> ModelError {
        ModelError::Missing {
            id: manifest.id.to_string(),
            dir: self.dir.display().to_string(),
            can_be_pulled: manifest.can_be_pulled(),
        }
    }
}
