//! What a model proposed is made again from the same lines with the same models, and compared. Nothing is kept.

use crate::domain::advice::suggestion::{MadeFrom, PromptRef, Suggestion, Suggestions};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::governance::access::permit;
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::{RecordId, SessionId, TechniqueId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Opened};
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::seen_lines::as_seen;
use crate::live::session::engines::SessionAdviser;
use crate::ports::engines::{Engines, Loaded, SessionData};
use crate::ports::keeper::DirectionEngines;
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{msg, verbatim};
use crate::vault::error::VaultError;
use serde::Serialize;

/// The schema name of a replay.
pub const SCHEMA: &str = "gyeot.replay/1";

/// Two confidences that differ by less are the same: another number of threads adds in another order.
const SAME_CONFIDENCE: f32 = 0.001;

/// One thing that came out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Difference {
    /// A prompt, the heads or the reason's prompt of this program is of another version than the record names.
    Version {
        /// As the record names it.
        then: PromptRef,
        /// As it is in this program; none when the program has it no more.
        now: Option<PromptRef>,
    },
    /// A card was proposed then and is not now.
    Gone {
        /// Which.
        technique: TechniqueId,
    },
    /// A card is proposed now and was not then.
    New {
        /// Which.
        technique: TechniqueId,
    },
    /// The cards stand in another order.
    Order,
    /// A card rests on other words.
    Evidence {
        /// Which.
        technique: TechniqueId,
    },
    /// The reason of a card has other words.
    Reason {
        /// Which.
        technique: TechniqueId,
    },
    /// A card is as sure as it was no more.
    Confidence {
        /// Which.
        technique: TechniqueId,
    },
}

/// A record that was made again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replayed {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The record.
    pub record: RecordId,
    /// Its session.
    pub session: SessionId,
    /// When it was made.
    pub at: Timestamp,
    /// What it was made from.
    pub made_from: MadeFrom,
    /// Lines that were there.
    pub lines: usize,
    /// Cards then and now.
    pub cards: (usize, usize),
    /// Everything that differs; empty when it is the same.
    pub differences: Vec<Difference>,
}

impl Replayed {
    /// True when what came out now is what the record says.
    pub fn same(&self) -> bool {
        self.differences.is_empty()
    }
}

impl UnlockedVault {
    /// The session that a record belongs to.
    pub fn session_of(&self, record: RecordId) -> Result<SessionId, VaultError> {
        let state = self.state();
        let place = state.folder.store.find(record)?.ok_or(VaultError::NoSession)?;
        let session = SessionId(place.collection);
        self.ask_by::<permit::SeeCaseload>(&state, session)?.client().map(|_| session).ok_or(VaultError::NoSession)
    }
}

/// Makes suggestions of this session again: those of one record, or the newest. The session is read as the policy allows, a model
/// reads only where the client agreed to AI, and only the very models that the record names are asked.
pub fn replay(
    vault: &UnlockedVault,
    session: SessionId,
    record: Option<RecordId>,
    data: SessionData,
    engines: &dyn Engines,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Replayed, ErrorReport> {
    let opened = vault.open_session(session)?;
    if !vault.consent_of(session)?.has(Scope::Ai) {
        return Err(ConsentError::Missing(verbatim(Scope::Ai.word())).into());
    }
    let is_it =
        |o: &&Opened| matches!(o.body, Body::Suggestions { .. }) && record.is_none_or(|wanted| o.header.id == wanted);
    let made = opened.iter().rev().find(is_it).ok_or_else(nothing_made)?;
    let Body::Suggestions { suggestions: then } = &made.body else { return Err(nothing_made()) };
    let from = then.made_from.as_deref().cloned().ok_or_else(|| {
        ErrorReport::failed(msg("replay-does-not-say-from-what"), msg("replay-does-not-say-from-what.hint"))
    })?;
    let transcript = lines_then(&opened, made.header.id, (from.lang, &from.speakers, &from.words_sha256))
        .ok_or_else(|| ErrorReport::failed(msg("replay-lines-are-gone"), msg("replay-lines-are-gone.hint")))?;

    let versions = [
        (Some(&from.prompt), Some(&data.judge.prompt)),
        (Some(&from.rationale), Some(&data.write.prompt)),
        (from.heads.as_ref(), Some(&data.heads.prompt)),
    ];
    let mut differences: Vec<Difference> = versions
        .into_iter()
        .filter_map(|(then, now)| Some((then?, now)))
        .filter(|(then, now)| Some(*then) != *now)
        .map(|(then, now)| Difference::Version { then: then.clone(), now: now.cloned() })
        .collect();

    let embedding = the_same(engines.embedding()?, &from.embedding)?;
    let language = the_same(engines.language_of(&from.language)?, &from.language)?;
    let (cards, tasks) = ((data.techniques, data.heads), (data.judge, data.write));
    let mut adviser = SessionAdviser::new(embedding, language, cards, tasks, from.lang)?;
    let now = adviser.advise(&transcript, &then.risk_cues, progress)?;
    differences.extend(compared(then, &now));
    Ok(Replayed {
        schema: SCHEMA.to_owned(),
        record: made.header.id,
        session,
        at: made.header.at,
        lines: transcript.utterances.len(),
        cards: (then.suggestions.len(), now.suggestions.len()),
        made_from: from,
        differences,
    })
}

fn nothing_made() -> ErrorReport {
    ErrorReport::usage(msg("replay-nothing-made"), msg("replay-nothing-made.hint"))
}

/// The model that was loaded, when it is the one that the record names.
pub(super) fn the_same<E: ?Sized>(loaded: Loaded<E>, named: &ModelRef) -> Result<Loaded<E>, ErrorReport> {
    if loaded.model == *named {
        return Ok(loaded);
    }
    let what = msg("replay-other-model")
        .shown("named", &named.id)
        .shown("hash", &named.sha256)
        .shown("here", &loaded.model.id);
    Err(ErrorReport::with(Exit::Model, what, msg("replay-other-model.hint")))
}

/// The transcript as it stood when the record was made: what had been sealed by then, step by step, until the lines are those
/// that the record saw. What was sealed afterwards is tried too: a line may be written down later than it is judged.
pub(super) fn lines_then(
    opened: &[Opened],
    record: RecordId,
    (lang, speakers, words_sha256): (Lang, &str, &str),
) -> Option<Transcript> {
    let at = opened.iter().position(|o| o.header.id == record)?;
    let tells = |o: &Opened| matches!(o.body, Body::Utterances { .. } | Body::Transcript { .. });
    let earlier = (0..=at).rev().filter(|&n| n == at || tells(&opened[n]));
    let later = (at + 1..opened.len()).filter(|&n| tells(&opened[n]));
    earlier.chain(later).find_map(|n| {
        let then = transcript_of(opened.iter().take(n + 1).map(|o| &o.body), lang);
        as_seen(then, speakers, words_sha256)
    })
}

/// What differs between both.
fn compared(then: &Suggestions, now: &Suggestions) -> Vec<Difference> {
    let find = |all: &Suggestions, id: &TechniqueId| all.suggestions.iter().find(|s| s.technique == *id).cloned();
    let ids = |all: &Suggestions| all.suggestions.iter().map(|s| s.technique.clone()).collect::<Vec<_>>();
    let mut out = Vec::new();
    for was in &then.suggestions {
        let technique = was.technique.clone();
        let Some(is) = find(now, &technique) else {
            out.push(Difference::Gone { technique });
            continue;
        };
        out.extend(of_card(was, &is));
    }
    let new = now.suggestions.iter().filter(|s| find(then, &s.technique).is_none());
    out.extend(new.map(|s| Difference::New { technique: s.technique.clone() }));
    let (then, now) = (ids(then), ids(now));
    if then != now && out.iter().all(|d| !matches!(d, Difference::Gone { .. } | Difference::New { .. })) {
        out.push(Difference::Order);
    }
    out
}

fn of_card(was: &Suggestion, is: &Suggestion) -> Vec<Difference> {
    let technique = || was.technique.clone();
    let mut out = Vec::new();
    if was.evidence != is.evidence {
        out.push(Difference::Evidence { technique: technique() });
    }
    if (&was.rationale, was.rationale_from) != (&is.rationale, is.rationale_from) {
        out.push(Difference::Reason { technique: technique() });
    }
    if (was.confidence - is.confidence).abs() > SAME_CONFIDENCE {
        out.push(Difference::Confidence { technique: technique() });
    }
    out
}
