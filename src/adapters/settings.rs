//! The settings file of this user: what a person chose once and does not want to choose again. It holds nothing of a
//! client. Defaults < this file < environment < arguments.

use crate::domain::fault::{Exit, Explain};
use crate::domain::lang::Lang;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What can be set.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Language of screens and texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
}

/// Why the settings could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// A line that is no setting: exit code 2.
    #[error("the settings file {path} has a mistake in line {line}: {why}")]
    Line {
        /// The file.
        path: String,
        /// Counts from 1.
        line: usize,
        /// One phrase.
        why: String,
    },
    /// The disk.
    #[error("the settings file {path} could not be used: {why}")]
    Disk {
        /// The file.
        path: String,
        /// The system's reason.
        why: String,
    },
}

impl Explain for SettingsFault {
    fn hint(&self) -> String {
        match self {
            SettingsFault::Line { .. } => "mend or remove that line; the only setting is lang = \"ko\" or \"en\"",
            SettingsFault::Disk { .. } => "check the folder and its rights",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            SettingsFault::Line { .. } => Exit::Usage,
            SettingsFault::Disk { .. } => Exit::Failed,
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
pub fn read(path: &Path) -> Result<Settings, SettingsFault> {
    let shown = || path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(e) => return Err(SettingsFault::Disk { path: shown(), why: e.kind().to_string() }),
    };
    toml::from_str(&text).map_err(|e| {
        let before = e.span().and_then(|s| text.get(..s.start)).unwrap_or_default();
        let why = e.message().lines().next().unwrap_or_default().to_owned();
        SettingsFault::Line { path: shown(), line: before.matches('\n').count() + 1, why }
    })
}

/// Keeps the language: whole or not at all, a reader never sees half a file.
pub fn keep_lang(path: &Path, lang: Lang) -> Result<(), SettingsFault> {
    let fault = |e: std::io::Error| SettingsFault::Disk { path: path.display().to_string(), why: e.kind().to_string() };
    let settings = Settings { lang: Some(lang) };
    let text = toml::to_string(&settings).map_err(|e| fault(std::io::Error::other(e)))?;
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
    fn a_key_that_is_unknown_is_refused_with_file_and_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, "lang = \"en\"\ncolour = 3\n").unwrap();
        let fault = read(&path).unwrap_err();
        assert!(
            matches!(&fault, SettingsFault::Line { line: 2, path: p, .. } if p.ends_with("settings.toml")),
            "{fault}"
        );
        std::fs::write(&path, "\nlang = \"fr\"\n").unwrap();
        assert!(matches!(read(&path), Err(SettingsFault::Line { line: 2, .. })));
    }
}
