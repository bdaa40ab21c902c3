//! Kept sound: where the pieces of a session lie, the key that each run of the recorder seals to, and how both go. The key
//! stands in a record of the session, so whoever may read the session can open its sound, and nobody else.

use crate::crypto::keys::{SealKey, sha256};
use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::recording::Refused;
use crate::domain::practice::session::SessionState;
use crate::domain::record::Body;
use crate::live::recorder_feed::{Recording, SealTo};
use crate::ports::recorder::Recorders;
use crate::ports::store::Position;
use crate::recorder::folder::ENDS;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::caseload::{Case, Known};
use crate::vault::error::VaultError;
use crate::vault::files::{disk, private_folder, sync_dir};
use crate::vault::folder::VaultFolder;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of kept sound in a vault's folder.
const SOUND: &str = "sound";
/// No piece of two seconds comes near this, bytes; what is larger is not ours.
const MOST_BYTES: u64 = 4 << 20;

/// Where the pieces of a session lie. The name says nothing to who does not know the session's id.
pub(crate) fn folder_of(folder: &VaultFolder, session: SessionId) -> PathBuf {
    let name = sha256(&[b"gyeot-sound/1\n", folder.roster.vault.as_bytes(), &session.0]);
    folder.place().join(SOUND).join(hex::encode(&name[..16]))
}

/// The key of one run of the recorder.
#[derive(Debug, Clone)]
pub struct SoundKey {
    /// Opens what it wrote.
    pub key: SealKey,
    /// Checks that it wrote it.
    pub verifying: String,
    /// The language that was spoken.
    pub language: Lang,
}

/// What is kept of the sound of a session: the bytes of its pieces are read one by one.
#[derive(Debug)]
pub struct KeptSound {
    /// Id of the vault, which the head of each piece must name.
    pub vault: String,
    /// The session, likewise.
    pub session: SessionId,
    /// In the order in which the recorders were started.
    pub keys: Vec<SoundKey>,
    /// Files, in no order.
    pub files: Vec<PathBuf>,
}

/// The bytes of a file that may be a piece; refused where it is none, and never through a symbolic link.
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, Refused> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|_| Refused::Unread)?;
    let file = std::fs::File::from(file);
    let plain = file.metadata().is_ok_and(|m| m.is_file() && m.len() <= MOST_BYTES);
    let mut bytes = Vec::new();
    match plain && file.take(MOST_BYTES).read_to_end(&mut bytes).is_ok() {
        true => Ok(bytes),
        false => Err(Refused::Unread),
    }
}

/// What a recording of this session needs. Makes its folder.
pub fn recording(
    unlocked: &Arc<UnlockedVault>,
    session: SessionId,
    language: Lang,
    recorders: Box<dyn Recorders>,
) -> Result<Recording, VaultError> {
    let folder = unlocked.make_sound_folder(session)?;
    let unlocked = Arc::clone(unlocked);
    let register = move |verifying: &str| Ok(unlocked.keep_sound_key(session, verifying, language)?);
    Ok(Recording { recorders, folder, register: Box::new(register) })
}

impl UnlockedVault {
    /// Makes the folder in which the sound of a session is kept.
    pub fn make_sound_folder(&self, session: SessionId) -> Result<PathBuf, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::RunSession>(&state, session)?;
        new_folder(state, grant, session)
    }

    /// Makes the key of a run of the recorder and keeps it; what the recorder is told. `verifying` is how its signatures are
    /// checked.
    pub fn keep_sound_key(&self, session: SessionId, verifying: &str, language: Lang) -> Result<SealTo, VaultError> {
        let key = SealKey::generate();
        let body = Body::SoundKey { secret: key.secret(), verifying: verifying.to_owned(), language };
        self.keep(session, &[body])?;
        let vault = self.roster().vault;
        Ok(SealTo { vault, session, recipient: key.recipient().to_string() })
    }

    /// True while sound of this session may be kept: its folder is there until the client takes that back.
    pub fn sound_released(&self, session: SessionId) -> bool {
        let state = self.state();
        let grant = self.ask_by::<permit::RunSession>(&state, session);
        grant.is_ok_and(|grant| has_folder(&state, grant, session))
    }

    /// What is kept of the sound of a session; `None` where nothing is. The access log says so first.
    pub fn open_sound(&self, session: SessionId) -> Result<Option<KeptSound>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadContent>(&state, session)?;
        self.read_sound(state, grant, session)
    }

    fn read_sound(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
        session: SessionId,
    ) -> Result<Option<KeptSound>, VaultError> {
        let (known, case) = state.session_of(&grant, session)?;
        let files = files_in(&folder_of(&state.folder, session));
        if files.is_empty() || case.row.state == SessionState::Destroyed {
            return Ok(None);
        }
        let code = known.card.code.clone();
        let detail = Some(format!("sound {session}"));
        self.log_access(&mut state, Task::Read, Some(&code), files.len() as u64, None, false, detail)?;
        let (known, case) = self.known_by(&state, session)?;
        let own = known.session_key(case, &state.folder, state.keys.read())?.ok_or(VaultError::SessionDestroyed)?;
        Ok(Some(sound_in(&state.folder, session, own)?))
    }

    /// Destroys the sound of a session: its keys first, so that no copy opens any more, then the files. True when there was
    /// any. `why` is one word of the program.
    pub(crate) fn bury_sound(
        &self,
        state: &mut State,
        session: SessionId,
        why: &'static str,
    ) -> Result<bool, VaultError> {
        let dir = folder_of(&state.folder, session);
        let (known, case) = self.known_by(state, session)?;
        let code = known.card.code.clone();
        // The folder may have been taken away, to be put back afterwards: the keys go whether it is there or not.
        let keys = key_places(state, known, case, session)?;
        if keys.is_empty() && !dir.exists() {
            return Ok(false);
        }
        let (count, detail) = (files_in(&dir).len() as u64, Some(format!("sound {session}")));
        self.log_access(state, Task::Destroy, Some(&code), count, Some(why), false, detail)?;
        if !keys.is_empty() {
            let (folder, me) = state.writer();
            folder.bury(&me, &keys, why)?;
        }
        remove(&dir)?;
        Ok(true)
    }

    /// Destroys the sound of a session whose client has taken back what it rests on; kept where that holds.
    pub fn drop_sound(&self, session: SessionId) -> Result<bool, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::RunSession>(&state, session)?;
        self.drop_if_taken_back(state, grant, session)
    }

    fn drop_if_taken_back(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::RunSession>,
        session: SessionId,
    ) -> Result<bool, VaultError> {
        let (known, _) = state.session_of(&grant, session)?;
        match known.consent().allows_session() {
            Ok(()) => Ok(false),
            Err(_) => self.bury_sound(&mut state, session, "withdrawn"),
        }
    }

    /// A note was signed: without a consent to keep it the sound is destroyed. That of a session that has not ended is not
    /// written down yet and stays.
    pub(crate) fn let_sound_go(&self, state: &mut State, session: SessionId) -> Result<(), VaultError> {
        let (known, case) = self.known_by(state, session)?;
        if case.row.state == SessionState::Ended && !known.consent().has(Scope::KeepSound) {
            self.bury_sound(state, session, "note signed")?;
        }
        Ok(())
    }

    /// Sound of this client's sessions that is there, with the session's row state.
    pub(crate) fn sessions_with_sound(state: &State, sessions: impl Iterator<Item = SessionId>) -> Vec<SessionId> {
        sessions.filter(|s| folder_of(&state.folder, *s).exists()).collect()
    }
}

/// Where the keys of a session's sound stand; none where its own key is gone.
fn key_places(state: &State, known: &Known, case: &Case, session: SessionId) -> Result<Vec<Position>, VaultError> {
    let own = known.session_key(case, &state.folder, state.keys.read())?;
    let keys = own.map_or_else(|| Ok(Vec::new()), |own| keys_in(&state.folder, session, own))?;
    Ok(keys.into_iter().map(|(place, _)| place).collect())
}

fn has_folder(state: &State, _allowed: Grant<permit::RunSession>, session: SessionId) -> bool {
    folder_of(&state.folder, session).is_dir()
}

/// What is kept of a session's sound, with the keys that its own key opens.
pub(crate) fn sound_in(folder: &VaultFolder, session: SessionId, own: &SealKey) -> Result<KeptSound, VaultError> {
    let keys = keys_in(folder, session, own)?.into_iter().map(|(_, key)| key).collect();
    let files = files_in(&folder_of(folder, session));
    Ok(KeptSound { vault: folder.roster.vault.clone(), session, keys, files })
}

fn keys_in(folder: &VaultFolder, session: SessionId, own: &SealKey) -> Result<Vec<(Position, SoundKey)>, VaultError> {
    let mut found = Vec::new();
    for place in folder.store.collection(session.0)? {
        let Ok(Some(opened)) = folder.open_place(&place, &[own]) else { continue };
        if let Body::SoundKey { secret, verifying, language } = opened.body {
            found.push((place, SoundKey { key: SealKey::from_secret(&secret)?, verifying, language }));
        }
    }
    Ok(found)
}

fn new_folder(
    state: StateGuard<'_>,
    grant: Grant<permit::RunSession>,
    session: SessionId,
) -> Result<PathBuf, VaultError> {
    state.session_of(&grant, session)?.1.key.as_ref().ok_or(VaultError::SessionDestroyed)?;
    let dir = folder_of(&state.folder, session);
    private_folder(&state.folder.dir.join(SOUND))?;
    private_folder(&dir)?;
    sync_dir(&state.folder.dir.join(SOUND))?;
    sync_dir(&state.folder.dir)?;
    Ok(dir)
}

/// Removes the files of a session's sound. A recorder that still writes may add one meanwhile: it is tried again.
pub(crate) fn remove(dir: &Path) -> Result<(), VaultError> {
    let mut done = std::fs::remove_dir_all(dir);
    for _ in 0..3 {
        match &done {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => done = std::fs::remove_dir_all(dir),
            _ => break,
        }
    }
    match done {
        // There was none, and perhaps no folder of sound at all.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(disk(e)),
        Ok(()) => dir.parent().map_or(Ok(()), sync_dir),
    }
}

fn files_in(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let files = entries.flatten().map(|e| e.path());
    let mut files: Vec<PathBuf> = files.filter(|p| p.to_string_lossy().ends_with(ENDS)).collect();
    files.sort();
    files
}
