//! Where things lie and which language is spoken: an argument, else the environment, else the settings file, else a
//! default.

use crate::adapters::engines::Installed;
use crate::adapters::settings;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::lang::Lang;
use std::path::PathBuf;

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Globals {
    /// The folder of the vault.
    #[arg(long, global = true, env = "GYEOT_VAULT", value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// The folder of the models.
    #[arg(long, global = true, env = "GYEOT_MODELS", value_name = "DIR")]
    pub models: Option<PathBuf>,
    /// Who you are, where several members have keys on this workstation.
    #[arg(long = "as", global = true, env = "GYEOT_MEMBER", value_name = "NAME")]
    pub member: Option<String>,
    /// Language of screens and texts.
    #[arg(long, global = true, env = "GYEOT_LANG", value_name = "ko|en")]
    pub lang: Option<Lang>,
    /// One JSON object on stdout and nothing else there.
    #[arg(long, global = true)]
    pub json: bool,
    /// Read the passphrase from the first line of this file.
    #[arg(long, global = true, value_name = "F")]
    pub passphrase_file: Option<PathBuf>,
    /// Read the passphrase from this open descriptor.
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    pub passphrase_fd: Option<i32>,
    /// The words of a vault that this workstation sees for the first time, compared in person.
    #[arg(long, global = true, value_name = "WORDS")]
    pub words: Option<String>,
    /// Unlock with a hardware key: the identity file that its age plugin wrote.
    #[arg(long, global = true, value_name = "F", conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub hardware: Option<PathBuf>,
}

impl Globals {
    /// The same for a command whose own option of the words means something else.
    pub fn without_words(&self) -> Self {
        Globals { words: None, ..self.clone() }
    }

    /// Korean unless chosen otherwise.
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or_default()
    }

    /// What neither an argument nor the environment says is taken from the settings file.
    pub(crate) fn settle(&mut self) -> Result<(), ErrorReport> {
        if self.lang.is_none()
            && let Some(path) = settings::path()
        {
            self.lang = settings::read(&path)?.lang;
        }
        Ok(())
    }

    /// `--models`, else `gyeot/models` in the user's data folder.
    pub fn models_dir(&self) -> PathBuf {
        self.models.clone().unwrap_or_else(|| data_home().join("models"))
    }

    /// The language model that a command names, else the one that was chosen in the settings.
    pub fn language_model(&self, named: Option<&ModelId>) -> Result<Option<ModelId>, ErrorReport> {
        match named {
            Some(id) => Ok(Some(id.clone())),
            None => Ok(settings::language_model(settings::path().as_deref())?),
        }
    }

    /// The engines of the models' folder, with the language model of the settings.
    pub fn engines(&self) -> Result<Installed, ErrorReport> {
        Installed::with_settings(self.models_dir(), settings::path().as_deref())
    }

    /// `GYEOT_ASSESSMENTS`, else `gyeot/assessments` in the user's data folder: texts the centre has licensed itself.
    pub fn assessments_dir(&self) -> PathBuf {
        std::env::var_os("GYEOT_ASSESSMENTS").map_or_else(|| data_home().join("assessments"), PathBuf::from)
    }

    /// `GYEOT_RETENTION`, else `gyeot/retention.toml` in the user's data folder: the centre's own retention periods.
    pub fn retention_file(&self) -> PathBuf {
        std::env::var_os("GYEOT_RETENTION").map_or_else(|| data_home().join("retention.toml"), PathBuf::from)
    }

    /// `GYEOT_ESCALATION`, else `gyeot/escalation.toml` in the user's data folder: the centre's further follow-up hours.
    pub fn escalation_file(&self) -> PathBuf {
        escalation_file()
    }

    /// `GYEOT_TRIAGE`, else `gyeot/triage.toml` in the user's data folder: what the centre does after a screener.
    pub fn triage_file(&self) -> PathBuf {
        std::env::var_os("GYEOT_TRIAGE").map_or_else(|| data_home().join("triage.toml"), PathBuf::from)
    }

    /// `GYEOT_CRISIS_LINES`, else `gyeot/crisis-lines.toml` in the user's data folder: the lines as the centre checked them.
    pub fn crisis_lines_file(&self) -> PathBuf {
        std::env::var_os("GYEOT_CRISIS_LINES").map_or_else(|| data_home().join("crisis-lines.toml"), PathBuf::from)
    }

    /// `--vault`, else `gyeot/vault` in the user's data folder.
    pub fn vault_dir(&self) -> PathBuf {
        self.vault.clone().unwrap_or_else(|| data_home().join("vault"))
    }
}

/// As [`Globals::escalation_file`].
pub fn escalation_file() -> PathBuf {
    std::env::var_os("GYEOT_ESCALATION").map_or_else(|| data_home().join("escalation.toml"), PathBuf::from)
}

fn data_home() -> PathBuf {
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let base = base.or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share")));
    base.unwrap_or_else(|| PathBuf::from(".")).join("gyeot")
}
