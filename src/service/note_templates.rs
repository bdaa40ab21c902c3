//! The centre's own note templates: sealed records of the vault, to the key that every member holds. They stand there and not in a
//! file beside it because a note can be read under its headings for as long as it is kept: so they go into every backup, come
//! with every joined copy, carry who brought them in, and are never written over or removed, only no longer offered.

use crate::crypto::CryptoError;
use crate::crypto::keys::SealKey;
use crate::domain::explain::{ErrorReport, Exit, Explain};
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::note::example;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::headings::Headings;
use crate::domain::practice::text::fold;
use crate::domain::record::{Body, Opened, Replaced};
use crate::service::receivers::held;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use std::collections::BTreeMap;

/// Shorter names stand in ordinary words.
const SHORTEST_NAME: usize = 2;

impl UnlockedVault {
    /// The centre's own templates, also those no longer offered, in order of id. Headings, nothing of a client.
    pub fn note_templates(&self) -> Result<Vec<NoteFormat>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::SeeCounts>(&state, Whose::Nobody)?;
        Ok(read_templates(&state, &grant)?.into_values().map(|(form, _)| form).collect())
    }

    /// Brings a template in under its id. One that was taken away comes back where its sections are the same; nothing is ever
    /// written over, for notes stand under it. `shipped` are the formats whose ids are taken.
    pub fn add_note_template(&self, form: NoteFormat, shipped: &[NoteFormat]) -> Result<NoteFormat, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ChangeTemplates>(&state, Whose::Nobody)?;
        if shipped.iter().any(|f| f.id == form.id) {
            return Err(VaultError::Input(msg("note-template-taken").with("id", &form.id)));
        }
        let form = NoteFormat { retired: false, ..form };
        match templates(&state)?.remove(&form.id) {
            None => self.write_template(&mut state, grant, form, None, "add"),
            Some((there, replaced)) if there.retired && there.sections == form.sections => {
                self.write_template(&mut state, grant, form, Some(replaced), "add")
            }
            Some(_) => Err(VaultError::Input(msg("note-template-taken").with("id", &form.id))),
        }
    }

    /// No new note is begun in this template; those that are keep their headings.
    pub fn retire_note_template(&self, id: &str) -> Result<NoteFormat, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ChangeTemplates>(&state, Whose::Nobody)?;
        let found = templates(&state)?.remove(id).filter(|(form, _)| !form.retired);
        let (form, replaced) = found.ok_or_else(|| VaultError::Input(msg("note-template-none").with("id", id)))?;
        let form = NoteFormat { retired: true, ..form };
        self.write_template(&mut state, grant, form, Some(replaced), "remove")
    }

    fn write_template(
        &self,
        state: &mut State,
        grant: Grant<permit::ChangeTemplates>,
        form: NoteFormat,
        replaces: Option<Replaced>,
        what: &str,
    ) -> Result<NoteFormat, VaultError> {
        let key = self.centre_keys(state)?.pop().ok_or(CryptoError::NotYours)?;
        let detail = Some(format!("note-template {what} {}", form.id));
        self.log_access(state, Task::Write, None, 1, None, grant.break_glass(), detail)?;
        let (to, body) = (key.recipient(), Body::NoteTemplate { form: Box::new(form.clone()) });
        let (folder, me) = state.writer();
        let collection = folder.template_collection();
        folder.keep(&me, &[Draft { collection, to: &to, body: &body, client: None, session: None, replaces }])?;
        Ok(form)
    }
}

type Templates = BTreeMap<String, (NoteFormat, Replaced)>;

fn read_templates(state: &State, _allowed: &Grant<permit::SeeCounts>) -> Result<Templates, VaultError> {
    templates(state)
}

/// Each template as of its newest revision, with the name of that record.
fn templates(state: &State) -> Result<Templates, VaultError> {
    let places = state.folder.store.collection(state.folder.template_collection())?;
    if places.is_empty() {
        // Most centres have none; no key is opened for it.
        return Ok(Templates::new());
    }
    let keys = held(state)?;
    let keys: Vec<&SealKey> = keys.iter().rev().collect();
    let mut found: BTreeMap<String, (NoteFormat, Replaced, _)> = BTreeMap::new();
    for place in places {
        let opened = match state.folder.open_place(&place, &keys) {
            Ok(Some(opened)) => opened,
            Ok(None) | Err(VaultError::Vault(CryptoError::NotYours) | VaultError::Author(_)) => continue,
            Err(e) => return Err(e),
        };
        let Opened { header, body: Body::NoteTemplate { form } } = opened else { continue };
        let order = (header.revision, header.at);
        if found.get(&form.id).is_none_or(|(.., before)| order >= *before) {
            let replaced = (header.id, header.revision, place.signed);
            found.insert(form.id.clone(), (*form, replaced, order));
        }
    }
    Ok(found.into_iter().map(|(id, (form, replaced, _))| (id, (form, replaced))).collect())
}

/// Every form that a note of this vault can stand under: those built in, then the centre's own, also those no longer offered.
pub fn forms(vault: &UnlockedVault, shipped: Vec<NoteFormat>) -> Result<Vec<NoteFormat>, VaultError> {
    let mut all = shipped;
    for form in vault.note_templates()? {
        if !all.iter().any(|f| f.id == form.id) {
            all.push(form);
        }
    }
    Ok(all)
}

/// What an example note gives for a template, before a person said that these are the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundHeadings {
    /// In their order.
    pub kept: Vec<String>,
    /// How many were left out because a client's name or code stands in them.
    pub named: usize,
    /// Stand more than once, and are taken once.
    pub repeated: Vec<String>,
}

/// The headings of an example note, without those that name a client. Refused where there are none.
pub fn headings_of(vault: &UnlockedVault, text: &str, known: &Headings) -> Result<FoundHeadings, ErrorReport> {
    let found = example::headings(text, known);
    let (kept, named) = without_names(vault, found.headings)?;
    if kept.is_empty() {
        let what = msg("note-template-no-headings");
        return Err(ErrorReport::with(Exit::Usage, what, msg("note-template-no-headings.hint")));
    }
    Ok(FoundHeadings { kept, named, repeated: found.repeated })
}

/// The first id of the form `own-1` that no form of this vault has, for a template that is named by its title.
pub fn free_id(forms: &[NoteFormat]) -> String {
    (1..).map(|n| format!("own-{n}")).find(|id| !forms.iter().any(|f| f.id == *id)).unwrap_or_default()
}

/// Parts headings from those with the name of a client whom the member knows: an example note is full of one person.
pub fn without_names(vault: &UnlockedVault, headings: Vec<String>) -> Result<(Vec<String>, usize), VaultError> {
    let rows = match vault.clients() {
        Ok(rows) => rows,
        // An admin knows no name.
        Err(e) if e.exit() == Exit::Refused => Vec::new(),
        Err(e) => return Err(e),
    };
    let names: Vec<String> = rows.iter().map(|r| fold(r.name.reveal()).to_lowercase()).collect();
    let codes: Vec<String> = rows.iter().map(|r| r.code.as_str().to_lowercase()).collect();
    let before = headings.len();
    let clean = |heading: &String| {
        let low = fold(heading).to_lowercase();
        let stands = |name: &&String| name.chars().count() >= SHORTEST_NAME && low.contains(name.as_str());
        !names.iter().chain(&codes).any(|name| stands(&name))
    };
    let kept: Vec<String> = headings.into_iter().filter(clean).collect();
    let gone = before - kept.len();
    Ok((kept, gone))
}
