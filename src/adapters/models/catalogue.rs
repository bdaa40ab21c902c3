//! The manifests that are built into the program, and those of the models that the centre brought itself.

use crate::adapters::models::error::ModelError;
use crate::adapters::shipped;
use crate::domain::model::{Manifest, Task, Tier};
use crate::domain::practice::ids::ModelId;
use crate::texts::{Message, msg, verbatim};
use std::path::Path;

/// All known models, in order of id.
#[derive(Debug, Clone)]
pub struct Catalogue {
    manifests: Vec<Manifest>,
}

/// Where manifests of centre-supplied models lie within the models folder.
pub const ADDED: &str = "added";

impl Catalogue {
    /// What is built into the program.
    pub fn shipped() -> Result<Catalogue, ModelError> {
        let mut manifests = Vec::new();
        for file in shipped::MODELS.files() {
            let name = file.path().display().to_string();
            if let Some(stem) = name.strip_suffix(".toml") {
                let text = file.contents_utf8().unwrap_or_default();
                manifests.push(parse(stem, &name, text)?);
            }
        }
        manifests.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Catalogue { manifests })
    }

    /// What is built in, with the models that the centre added to this folder. An added manifest replaces a shipped
    /// one of the same id only where the shipped one pins no hash, so nothing that is pinned can be taken over.
    pub fn with_added(dir: &Path) -> Result<Catalogue, ModelError> {
        let mut catalogue = Catalogue::shipped()?;
        let entries = match std::fs::read_dir(dir.join(ADDED)) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(catalogue),
            Err(e) => {
                return Err(ModelError::io(
                    msg("models-catalogue-could-not-read").with("what", dir.join(ADDED).display()),
                    e,
                ));
            }
        };
        for path in entries.filter_map(|e| e.ok()).map(|e| e.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".toml").filter(|s| !s.starts_with('.')) else { continue };
            let text = std::fs::read_to_string(&path)
                .map_err(|e| ModelError::io(msg("models-catalogue-could-not-read").with("what", path.display()), e))?;
            let added = parse(stem, &name, &text)?;
            match catalogue.manifests.iter_mut().find(|m| m.id == added.id) {
                Some(known) if known.variants.iter().any(|v| v.sha256.is_some()) => {
                    let why = msg("models-catalogue-id-pinned-model-catalogue");
                    return Err(ModelError::Manifest { name, why });
                }
                Some(known) => *known = added,
                None => catalogue.manifests.push(added),
            }
        }
        catalogue.manifests.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(catalogue)
    }

    /// Every manifest, shipped and added, by id.
    pub fn all(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The one of this id.
    pub fn get(&self, id: &ModelId) -> Result<&Manifest, ModelError> {
        self.manifests
            .iter()
            .find(|m| &m.id == id)
            .ok_or_else(|| ModelError::Unknown { id: id.as_str().chars().take(64).collect() })
    }

    /// The first choice for a task on a machine of this tier; the next smaller tier where a tier has none.
    pub fn default_for(&self, task: Task, tier: Tier) -> Option<&Manifest> {
        let of = |tier: Tier| self.manifests.iter().find(|m| m.task == task && m.default_in.contains(&tier));
        [Tier::Large, Tier::Middle, Tier::Small].into_iter().filter(|t| *t <= tier).find_map(of)
    }
}

fn parse(stem: &str, name: &str, text: &str) -> Result<Manifest, ModelError> {
    let fail = |why: Message| ModelError::Manifest { name: name.to_owned(), why };
    let manifest = Manifest::parse(text).map_err(|e| fail(verbatim(e.0)))?;
    if manifest.id.as_str() != stem {
        return Err(fail(msg("models-catalogue-id-not-file-name")));
    }
    Ok(manifest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::model::Verified;

    #[test]
    fn every_shipped_manifest_is_well_formed_and_no_two_share_a_file() {
        let catalogue = Catalogue::shipped().unwrap();
        assert!(catalogue.all().len() >= 20);
        let mut files: Vec<_> = catalogue.all().iter().flat_map(|m| &m.variants).map(|v| &v.file).collect();
        let count = files.len();
        files.sort();
        files.dedup();
        assert_eq!(count, files.len());
    }

    #[test]
    fn each_task_has_at_most_one_first_choice_per_tier_and_it_can_be_pulled() {
        let catalogue = Catalogue::shipped().unwrap();
        for task in [Task::Asr, Task::Llm, Task::Embedding, Task::Vad, Task::Speaker] {
            assert!(catalogue.default_for(task, Tier::Small).is_some_and(Manifest::can_be_pulled), "{}", task.name());
            for tier in [Tier::Small, Tier::Middle, Tier::Large] {
                let n = catalogue.all().iter().filter(|m| m.task == task && m.default_in.contains(&tier)).count();
                assert!(n <= 1, "{} {tier:?}", task.name());
            }
        }
    }

    #[test]
    fn what_was_not_seen_pins_no_hash() {
        for m in Catalogue::shipped().unwrap().all() {
            if m.verified == Verified::Unverified {
                assert!(m.variants.iter().all(|v| v.sha256.is_none()), "{}", m.id);
            }
        }
    }

    #[test]
    fn an_added_manifest_cannot_take_over_a_pinned_id() {
        let dir = tempfile::tempdir().unwrap();
        let shipped = Catalogue::shipped().unwrap();
        let pinned = shipped.get(&"whisper-base".into()).unwrap();
        std::fs::create_dir(dir.path().join(ADDED)).unwrap();
        std::fs::write(dir.path().join(ADDED).join("whisper-base.toml"), toml::to_string(pinned).unwrap()).unwrap();
        assert!(matches!(Catalogue::with_added(dir.path()), Err(ModelError::Manifest { .. })));
    }
}
