//! Gathers what a session needs: the vault's session, the engines that can be had, the rules. What is missing is said
//! and the session is offered without it; only a missing consent or a locked vault stop it.

use super::adviser::SessionAdviser;
use super::{Advise, Parts};
use crate::adapters::models::Store;
use crate::adapters::shipped;
use crate::domain::consent::Scope;
use crate::domain::fault::Fault;
use crate::domain::ids::{ClientCode, ModelId, RecordId, SessionId};
use crate::domain::lang::Lang;
use crate::domain::record::Body;
use crate::ports::audio::Sound;
use crate::ports::engine::SpeechEngine;
use crate::ports::keeper::{Adviser, Keeper, Released};
use crate::runtime::desk::Desk;
use crate::runtime::engines;
use std::path::PathBuf;
use std::sync::Arc;

/// What a session is asked to be.
pub struct Request {
    /// Whose.
    pub client: ClientCode,
    /// Language of what is spoken.
    pub language: Lang,
    /// Where the sound comes from.
    pub sound: Box<dyn Sound>,
    /// When directions are worked out; without consent to AI never.
    pub advise: Advise,
    /// Who takes part besides the client, by role word.
    pub with: Vec<String>,
    /// The models folder.
    pub models: PathBuf,
    /// A chosen speech model.
    pub speech_model: Option<ModelId>,
    /// A chosen language model.
    pub language_model: Option<ModelId>,
}

/// Keeps the records of one session in the vault.
pub struct SessionKeeper {
    desk: Arc<Desk>,
    session: SessionId,
}

impl SessionKeeper {
    /// For a session that was begun.
    pub fn new(desk: Arc<Desk>, session: SessionId) -> Self {
        SessionKeeper { desk, session }
    }
}

impl Keeper for SessionKeeper {
    fn released(&mut self) -> Result<Released, Fault> {
        Ok(self.desk.released(self.session)?)
    }

    fn keep(&mut self, bodies: &[Body]) -> Result<Vec<RecordId>, Fault> {
        Ok(self.desk.keep(self.session, bodies)?.records)
    }

    fn end(&mut self, how: &'static str) -> Result<(), Fault> {
        Ok(self.desk.end_session(self.session, self.desk.now(), how)?)
    }
}

/// Begins the session in the vault and brings up what it needs. The second part says what it has to do without.
/// Engines come up before the session begins, so that a session that cannot be begun costs nothing in the vault.
pub fn prepare(desk: &Arc<Desk>, request: Request) -> Result<(Parts, Vec<Fault>), Fault> {
    let consent = desk.consent(&request.client)?;
    consent.allows_session()?;
    consent.covers(&request.with)?;
    let store = Store::open(&request.models)?;
    let threads = engines::threads();
    let mut without = Vec::new();

    let (mut speech, mut speech_model) = (None, None);
    match engines::speech(&store, request.speech_model.as_ref(), threads) {
        Ok(ready) => {
            speech = Some(Box::new(ready.worker) as Box<dyn SpeechEngine>);
            speech_model = Some(ready.model);
        }
        Err(fault) => without.push(fault),
    }
    let mut adviser = None;
    if request.advise != Advise::Never {
        if consent.has(Scope::Ai) {
            match SessionAdviser::start(&store, request.language_model.as_ref(), request.language, threads) {
                Ok(a) => adviser = Some(Box::new(a) as Box<dyn Adviser>),
                Err(fault) => without.push(fault),
            }
        } else {
            without.push(Fault::failed(
                "the client did not consent to AI, so no directions are worked out",
                "record the consent first if the client agrees: `gyeot client consent CODE --scope service --scope recording --scope ai`",
            ));
        }
    }
    let voices = engines::voices(&store).map_err(|fault| without.push(fault)).ok();
    let filter = shipped::speech_filter()?;
    let rules = shipped::risk_rules()?;

    let started = desk.now();
    let session = desk.begin_session_with(&request.client, started, &request.with)?;
    let parts = Parts {
        session,
        started,
        language: request.language,
        sound: request.sound,
        speech,
        speech_model,
        filter,
        rules,
        voices,
        adviser,
        advise: request.advise,
        keeper: Box::new(SessionKeeper::new(Arc::clone(desk), session)),
    };
    Ok((parts, without))
}
