//! The settings file of this user: what a person chose once and does not want to choose again. It holds nothing of a
//! client. Defaults < this file < environment < arguments.

use crate::domain::explain::{ErrorReport, Exit, Explain};
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::lang::Lang;
use crate::texts::{Message, msg, system, verbatim};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What can be set.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Language of screens and texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// Who unlocked last, by the name in the roster: marked first at the next start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// After how many minutes an unattended screen locks, [`LOCK_MINUTES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_after_minutes: Option<u16>,
    /// The language model that is used where no argument names another: a model that is here, or an adapter of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_model: Option<ModelId>,
    /// Reviews by file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewSettings>,
}

/// Settings of reviews by file: the table `review`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewSettings {
    /// A folder that counsellor and supervisor both see. What lies there is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
}

/// The bounds of `lock_after_minutes`. L17 asks for an idle lock and names no number: at most half an hour, because a
/// counselling room stands open between two sessions; one minute is the shortest that a person reading a page bears.
pub const LOCK_MINUTES: std::ops::RangeInclusive<u16> = 1..=30;

/// Why the settings could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum SettingsError {
    /// A line that is no setting: exit code 2.
    Line {
        /// The file.
        path: String,
        /// Counts from 1.
        line: usize,
        /// One phrase.
        why: Message,
    },
    /// The disk.
    Disk {
        /// The file.
        path: String,
        /// The system's reason.
        why: Message,
    },
    /// No file is known to keep them in: an account without a home, or the demo.
    Nowhere,
}

impl Explain for SettingsError {
    fn message(&self) -> Message {
        match self {
            SettingsError::Line { path, line, why } => {
                msg("settings-line").with("path", path).with("line", line).with("why", why)
            }
            SettingsError::Disk { path, why } => msg("settings-disk").with("path", path).with("why", why),
            SettingsError::Nowhere => msg("settings-nowhere"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            SettingsError::Line { .. } => msg("settings-line.hint"),
            SettingsError::Disk { .. } => msg("settings-disk.hint"),
            SettingsError::Nowhere => msg("settings-nowhere.hint"),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            SettingsError::Line { .. } => Exit::Usage,
            SettingsError::Disk { .. } | SettingsError::Nowhere => Exit::Failed,
        }
    }
}

/// Where the file is: `gyeot/settings.toml` in the user's configuration folder; none when there is no home.
pub fn path() -> Option<PathBuf> {
    let base = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let base = base.or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".config")));
    base.map(|b| b.join("gyeot/settings.toml"))
}

/// The settings of a file; a file that is not there sets nothing.
pub fn read(path: &Path) -> Result<Settings, SettingsError> {
    let shown = || path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(e) => return Err(SettingsError::Disk { path: shown(), why: system::reason(e.kind()) }),
    };
    let settings: Settings = toml::from_str(&text).map_err(|e| {
        let before = e.span().and_then(|s| text.get(..s.start)).unwrap_or_default();
        let why = verbatim(e.message().lines().next().unwrap_or_default());
        SettingsError::Line { path: shown(), line: before.matches('\n').count() + 1, why }
    })?;
    if settings.lock_after_minutes.is_some_and(|minutes| !LOCK_MINUTES.contains(&minutes)) {
        let line = text.lines().position(|l| l.trim_start().starts_with("lock_after_minutes")).unwrap_or(0) + 1;
        let why = msg("settings-lock-after-minutes-1-30");
        return Err(SettingsError::Line { path: shown(), line, why });
    }
    Ok(settings)
}

/// The folder of reviews by file. Refused where none is set or it is not there.
pub fn review_folder(path: Option<&Path>) -> Result<PathBuf, ErrorReport> {
    let set = path.map(read).transpose()?.and_then(|s| s.review).and_then(|r| r.folder);
    let none = || ErrorReport::usage(msg("review-folder-none"), msg("review-folder-none.hint"));
    set.filter(|folder| folder.is_dir()).ok_or_else(none)
}

/// Keeps the folder of reviews by file, or that there is none. Refused where it is not there.
pub fn keep_review_folder(path: &Path, folder: Option<PathBuf>) -> Result<(), ErrorReport> {
    if folder.as_ref().is_some_and(|folder| !folder.is_dir()) {
        return Err(ErrorReport::usage(msg("review-folder-none"), msg("review-folder-none.hint")));
    }
    Ok(keep(path, &Settings { review: folder.map(|f| ReviewSettings { folder: Some(f) }), ..read(path)? })?)
}

/// Keeps the language.
pub fn keep_lang(path: &Path, lang: Lang) -> Result<(), SettingsError> {
    keep(path, &Settings { lang: Some(lang), ..read(path)? })
}

/// Keeps after how many minutes the screen locks, [`LOCK_MINUTES`].
pub fn keep_lock(path: &Path, minutes: u16) -> Result<(), SettingsError> {
    keep(path, &Settings { lock_after_minutes: Some(minutes), ..read(path)? })
}

/// The language model that a person chose; none where the best one that is here is taken.
pub fn language_model(path: Option<&Path>) -> Result<Option<ModelId>, SettingsError> {
    Ok(path.map(read).transpose()?.and_then(|settings| settings.language_model))
}

/// Keeps which language model is used, or that none was chosen. Where there is no file it is refused: it would be forgotten.
pub fn keep_language_model(path: Option<&Path>, id: Option<ModelId>) -> Result<(), SettingsError> {
    let path = path.ok_or(SettingsError::Nowhere)?;
    keep(path, &Settings { language_model: id, ..read(path)? })
}

/// Keeps who unlocked last.
pub fn keep_member(path: &Path, member: &str) -> Result<(), SettingsError> {
    let before = read(path)?;
    if before.member.as_deref() == Some(member) {
        return Ok(());
    }
    keep(path, &Settings { member: Some(member.to_owned()), ..before })
}

/// Whole or not at all: a reader never sees half a file.
fn keep(path: &Path, settings: &Settings) -> Result<(), SettingsError> {
    let fault =
        |e: std::io::Error| SettingsError::Disk { path: path.display().to_string(), why: system::reason(e.kind()) };
    let text = toml::to_string(settings).map_err(|e| fault(std::io::Error::other(e)))?;
    let dir = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir).map_err(fault)?;
    let mut new = tempfile::NamedTempFile::new_in(dir).map_err(fault)?;
    new.write_all(text.as_bytes()).and_then(|()| new.as_file().sync_all()).map_err(fault)?;
    new.persist(path).map_err(|e| fault(e.error))?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_was_kept_is_there_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/settings.toml");
        assert_eq!(read(&path), Ok(Settings::default()));
        for lang in [Lang::En, Lang::Ko] {
            keep_lang(&path, lang).unwrap();
            assert_eq!(read(&path).unwrap().lang, Some(lang));
        }
    }

    #[test]
    fn the_minutes_until_the_lock_have_bounds_and_survive_a_change_of_the_language() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        for (minutes, good) in [(0, false), (1, true), (30, true), (31, false), (600, false)] {
            std::fs::write(&path, format!("lang = \"ko\"\nlock_after_minutes = {minutes}\n")).unwrap();
            match read(&path) {
                Ok(settings) => assert!(good && settings.lock_after_minutes == Some(minutes)),
                Err(fault) => assert!(!good && matches!(fault, SettingsError::Line { line: 2, .. }), "{fault}"),
            }
        }
        std::fs::write(&path, "lock_after_minutes = 3\n").unwrap();
        keep_lang(&path, Lang::En).unwrap();
        assert_eq!(
            read(&path),
            Ok(Settings { lang: Some(Lang::En), lock_after_minutes: Some(3), ..Settings::default() })
        );
    }

    #[test]
    fn a_language_model_that_was_chosen_survives_other_changes_until_it_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, "[review]\nfolder = \"/somewhere\"\n").unwrap();
        assert_eq!(language_model(Some(&path)), Ok(None));
        keep_language_model(Some(&path), Some("haesol-lora".into())).unwrap();
        keep_lang(&path, Lang::En).unwrap();
        assert_eq!(language_model(Some(&path)), Ok(Some("haesol-lora".into())));
        keep_language_model(Some(&path), None).unwrap();
        let kept = read(&path).unwrap();
        assert!(kept.language_model.is_none() && kept.review.is_some() && kept.lang == Some(Lang::En));
        assert_eq!(language_model(None), Ok(None));
        assert_eq!(keep_language_model(None, Some("haesol-lora".into())), Err(SettingsError::Nowhere));
    }

    #[test]
    fn a_key_that_is_unknown_is_refused_with_file_and_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, "lang = \"en\"\ncolour = 3\n").unwrap();
        let fault = read(&path).unwrap_err();
        assert!(
            matches!(&fault, SettingsError::Line { line: 2, path: p, .. } if p.ends_with("settings.toml")),
            "{fault}"
        );
        std::fs::write(&path, "\nlang = \"fr\"\n").unwrap();
        assert!(matches!(read(&path), Err(SettingsError::Line { line: 2, .. })));
    }
}
