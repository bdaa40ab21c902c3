//! The models of this computer as a list, and the choice of the language model: its files are looked at on a thread of their own,
//! because hashing half a gigabyte must keep no session waiting.

use crate::adapters::engines::Installed;
use crate::adapters::models::Store;
use crate::adapters::settings;
use crate::app::msg::{Answer, Asked, Msg};
use crate::app::views::{ListOf, Listing, ListingRow};
use crate::domain::explain::ErrorReport;
use crate::domain::model::Manifest;
use crate::domain::practice::ids::ModelId;
use crate::runtime::effects::Performer;
use crate::texts::{msg, verbatim};

impl Performer {
    /// The engines, with the language model of the settings.
    pub(super) fn engines(&self) -> Result<Installed, ErrorReport> {
        Installed::with_settings(self.place.models.clone(), self.place.settings.as_deref())
    }

    pub(super) fn models(&self) -> Result<Listing, ErrorReport> {
        let used = settings::language_model(self.place.settings.as_deref())?;
        Ok(models(&Store::open(self.place.models.clone())?, used.as_ref()))
    }

    /// Keeps a choice that can be used.
    pub(super) fn use_model(&self, id: Option<ModelId>) -> Vec<Msg> {
        let (models, path, inbox) = (self.place.models.clone(), self.place.settings.clone(), self.inbox.clone());
        std::thread::spawn(move || {
            let kept = || Installed::choose_language(&Store::open(models)?, path.as_deref(), id.as_ref());
            let answer = match kept() {
                Ok(()) => Answer::ModelUsed(id),
                Err(fault) => Answer::Failed { asked: Asked::Other, fault },
            };
            // Whoever is gone needs no answer; the choice is kept.
            let _ = inbox.blocking_send(Msg::Answer(answer));
        });
        Vec::new()
    }
}

fn model(store: &Store, manifest: &Manifest, here: bool, used: bool) -> ListingRow {
    let bytes = manifest.variant(None).and_then(|v| v.bytes);
    let size = bytes.map_or_else(|| verbatim(""), |b| verbatim(format!("{:.0} MB", b as f64 / 1e6)));
    let state = match (here, manifest.can_be_pulled()) {
        (true, _) if used => msg("list-model-used"),
        (true, _) => msg("list-model-here"),
        (false, true) => msg("list-model-pull"),
        (false, false) => msg("list-model-add"),
    };
    let id = manifest.id.as_str();
    let mut detail = vec![verbatim(format!("{} · {}", manifest.title, manifest.publisher))];
    if let Some(note) = &manifest.licence.note {
        detail.push(verbatim(note.clone()));
    }
    detail.push(match (here, manifest.can_be_pulled()) {
        (true, _) => msg("list-model-verify").with("id", id),
        (false, true) => msg("list-model-how-pull").with("id", id),
        (false, false) => msg("list-model-how-add").with("id", id),
    });
    let default = store.default_for(manifest.task, manifest.tier).is_some_and(|m| m.id == manifest.id);
    let name = if default { format!("{id} *") } else { id.to_owned() };
    ListingRow {
        cells: vec![
            verbatim(name),
            manifest.task.label(),
            size,
            state,
            verbatim(if manifest.licence.restrictive {
                format!("{} !", manifest.licence.name)
            } else {
                manifest.licence.name.clone()
            }),
        ],
        detail,
        grave: false,
        waits: None,
    }
}

/// Those that are here first.
fn models(store: &Store, used: Option<&ModelId>) -> Listing {
    let is_here = |m: &Manifest| m.variants.iter().any(|v| v.sha256.is_some() && store.path_of(m, v).is_file());
    let mut all: Vec<(bool, &Manifest)> = store.catalogue().all().iter().map(|m| (is_here(m), m)).collect();
    all.sort_by_key(|(here, m)| (!here, m.task.name(), m.id.clone()));
    Listing {
        of: ListOf::Models,
        told: vec![(msg("list-models-how"), false)],
        head: ["list-model", "list-model-task", "list-size", "list-state", "list-licence"].map(msg).to_vec(),
        rows: all.into_iter().map(|(here, m)| model(store, m, here, used == Some(&m.id))).collect(),
    }
}
