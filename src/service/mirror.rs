//! The mirror of a client's sessions: read from the transcripts that are kept, on asking; nothing of it is stored.

use crate::domain::mirror::reading::{MirrorRules, SessionMirror, read};
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionState;
use crate::domain::record::Opened;
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;

/// What is done with the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use<'r> {
    /// They are read at the workstation.
    Read,
    /// They leave the vault, for this reason (L10).
    Export(&'r str),
}

/// The mirrors of a client's sessions, oldest first; of one session only where it is named. Sessions whose words were
/// destroyed and those in which nothing was said are left out. Each session that is opened is an entry of the access log. `lang` is
/// the language of a transcript that names none.
pub fn of_client(
    unlocked: &UnlockedVault,
    client: &ClientCode,
    only: Option<SessionId>,
    rules: &MirrorRules,
    used: Use<'_>,
    lang: Lang,
) -> Result<Vec<SessionMirror>, VaultError> {
    let mut found = Vec::new();
    for row in unlocked.sessions(Some(client))? {
        if row.state == SessionState::Destroyed || only.is_some_and(|id| id != row.id) {
            continue;
        }
        let opened: Vec<Opened> = match used {
            Use::Read => unlocked.open_session(row.id)?,
            Use::Export(reason) => unlocked.export_session(row.id, "mirror", reason)?,
        };
        let transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
        if transcript.utterances.is_empty() && only.is_none() {
            continue;
        }
        let mirror = read(&transcript, rules);
        found.push(SessionMirror { row, transcript, mirror });
    }
    Ok(found)
}
