//! Where the sound of the next session comes from, and its language.

use crate::app::field::Field;
use crate::app::model::Model;
use crate::app::views::{FolderEntry, FolderView};
use crate::domain::practice::find::matches;
use crate::domain::practice::lang::Lang;

/// What is chosen; the microphone is what one wants nearly always.
#[derive(Debug, Clone, Default)]
pub struct InputForm {
    /// A file; otherwise the microphone.
    pub file: bool,
    /// The file's path.
    pub path: Field,
    /// The language that is spoken, where it was chosen.
    pub language: Option<Lang>,
}

/// The language that a session would be heard in: as chosen, else that of this client's last session, else that of the screens.
pub fn spoken(model: &Model) -> Lang {
    let chosen = model.pages.get::<InputForm>().and_then(|form| form.language);
    let last = || model.client.as_ref().and_then(|page| page.file.sessions.iter().find_map(|s| s.language));
    chosen.or_else(last).unwrap_or(model.lang)
}

/// The files and folders beside which one types a path.
#[derive(Debug, Clone, Default)]
pub struct FileMenu {
    /// What was read of the disk; none before.
    pub view: Option<FolderView>,
    /// Which of those that are shown is marked; none while the path is typed.
    pub at: Option<usize>,
}

/// What is typed, in the folder with its last sign and the beginning of a name.
pub fn parts(path: &str) -> (&str, &str) {
    path.rfind('/').map_or(("", path), |at| path.split_at(at + 1))
}

/// The entries whose name has what is typed behind the folder; those that begin with it first.
pub fn shown(form: &InputForm, menu: &FileMenu) -> Vec<FolderEntry> {
    let (folder, name) = parts(form.path.text());
    let view = menu.view.as_ref().filter(|view| view.folder == folder);
    let lower = name.to_lowercase();
    let begins = |entry: &FolderEntry| entry.name.to_lowercase().starts_with(&lower);
    let mut found: Vec<FolderEntry> = view
        .into_iter()
        .flat_map(|view| &view.entries)
        .filter(|entry| begins(entry) || matches(name, &entry.name))
        .cloned()
        .collect();
    found.sort_by_key(|entry| !begins(entry));
    found
}

/// The longest beginning that all of these names have, no shorter than what is typed; none where it says no more.
pub fn common(typed: &str, entries: &[FolderEntry]) -> Option<String> {
    let first = entries.first()?.name.as_str();
    let long = entries.iter().fold(first.len(), |long, entry| {
        first
            .char_indices()
            .zip(entry.name.chars())
            .find(|((_, a), b)| a != b)
            .map_or(first.len().min(entry.name.len()), |((at, _), _)| at)
            .min(long)
    });
    let common = first.get(..long)?;
    (common.len() > typed.len() && common.starts_with(typed)).then(|| common.to_owned())
}
