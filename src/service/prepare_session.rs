//! Gathers what a session needs: the vault's session, the engines that can be had, the rules. What is missing is said
//! and the session is offered without it; only a missing consent or a locked vault stop it.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientCode, ModelId, RecordId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::live::note_draft::Drafter;
use crate::live::recorder_feed::RecorderFeed;
use crate::live::session::engines::SessionAdviser;
use crate::live::session::{Advise, Parts};
use crate::ports::audio::Sound;
use crate::ports::engines::{Engines, SessionData};
use crate::ports::keeper::{DirectionEngines, Keeper, Released};
use crate::service::made_up::nobody_made_up;
use crate::service::sound;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use std::sync::Arc;

/// What a session is asked to be.
pub struct Request {
    /// Whose.
    pub client: ClientCode,
    /// Language of what is spoken.
    pub language: Lang,
    /// Where the sound comes from.
    pub sound: Box<dyn Sound>,
    /// The sound was made up, as the practice client was: nobody real is heard under a made-up client.
    pub made_up: bool,
    /// When directions are worked out; without consent to AI never.
    pub advise: Advise,
    /// Who takes part besides the client, by role word.
    pub with: Vec<String>,
    /// What brings the engines up.
    pub engines: Box<dyn Engines>,
    /// What is heard, judged and written by.
    pub data: SessionData,
    /// A chosen speech model.
    pub speech_model: Option<ModelId>,
    /// A chosen language model.
    pub language_model: Option<ModelId>,
}

/// Keeps the records of one session in the vault.
pub struct SessionKeeper {
    unlocked: Arc<UnlockedVault>,
    session: SessionId,
    started: Timestamp,
}

impl SessionKeeper {
    /// For a session that was begun.
    pub fn new(unlocked: Arc<UnlockedVault>, session: SessionId, started: Timestamp) -> Self {
        SessionKeeper { unlocked, session, started }
    }
}

impl Keeper for SessionKeeper {
    fn released(&mut self) -> Result<Released, ErrorReport> {
        Ok(self.unlocked.released(self.session)?)
    }

    fn sound_released(&mut self) -> bool {
        self.unlocked.sound_released(self.session)
    }

    fn keep(&mut self, bodies: &[Body]) -> Result<Vec<RecordId>, ErrorReport> {
        Ok(self.unlocked.keep(self.session, bodies)?.records)
    }

    fn end(&mut self, how: &'static str, heard_ms: u64) -> Result<(), ErrorReport> {
        // A session is as long as what was heard, not as the wait for what is worked out of it.
        let heard = i64::try_from(heard_ms).unwrap_or(i64::MAX);
        let ended = Timestamp(self.started.0.saturating_add(heard)).min(self.unlocked.now());
        Ok(self.unlocked.end_session(self.session, ended, how)?)
    }
}

/// Begins the session in the vault and brings up what it needs. The second part says what it has to do without.
/// Engines come up before the session begins, so that a session that cannot be begun costs nothing in the vault.
pub fn prepare(unlocked: &Arc<UnlockedVault>, request: Request) -> Result<(Parts, Vec<ErrorReport>), ErrorReport> {
    if !request.made_up {
        nobody_made_up(&request.client)?;
    }
    let consent = unlocked.consent(&request.client)?;
    consent.allows_session()?;
    consent.covers(&request.with)?;
    let engines = request.engines;
    engines.folder()?;
    let SessionData { filter, rules, techniques, heads, judge, write, note: (kinds, retraction) } = request.data;
    let mut without = Vec::new();

    let (mut speech, mut speech_model) = (None, None);
    match engines.speech(request.speech_model.as_ref()) {
        Ok(ready) => {
            speech = Some(ready.engine);
            speech_model = Some(ready.model);
        }
        Err(fault) => without.push(fault),
    }
    let mut adviser = None;
    if request.advise != Advise::Never {
        if consent.has(Scope::Ai) {
            let ready = engines.embedding().and_then(|embedding| {
                let language = engines.language(request.language_model.as_ref())?;
                SessionAdviser::new(embedding, language, (techniques, heads), (judge, write), request.language)
            });
            match ready {
                Ok(ready) => adviser = Some(ready),
                Err(fault) => without.push(fault),
            }
        } else {
            without.push(ErrorReport::failed(
                msg("service-prepare-session-client-did-not-consent-ai"),
                msg("service-prepare-session-client-did-not-consent-ai.hint"),
            ));
        }
    }
    let voices = engines.voices().map_err(|fault| without.push(fault)).ok();

    let likely_words = unlocked.likely_words(&request.client)?;

    let started = unlocked.now();
    let session = unlocked.begin_session_in(&request.client, started, &request.with, Some(request.language))?;
    let direction_engines = adviser.map(|adviser| {
        let drafter = Drafter::new(kinds, retraction, request.language).with(unlocked.prepared_note(session));
        Box::new(adviser.with_note(drafter)) as Box<dyn DirectionEngines>
    });
    let recorder_feed = engines.recorders().and_then(|recorders| {
        let recording = sound::recording(unlocked, session, request.language, recorders);
        let begun = recording.map_err(ErrorReport::from).and_then(RecorderFeed::begin);
        begun.map_err(|fault| without.push(fault)).ok()
    });
    let parts = Parts {
        session,
        started,
        language: request.language,
        sound: request.sound,
        speech,
        speech_model,
        likely_words,
        filter,
        rules,
        voices,
        // The counsellor and the client besides.
        people: 2 + request.with.len(),
        direction_engines,
        advise: request.advise,
        keeper: Box::new(SessionKeeper::new(Arc::clone(unlocked), session, started)),
        recorder_feed,
    };
    Ok((parts, without))
}
