//! The transcript of a session as its records tell it, and sessions that were interrupted: finished from what was sealed.

use crate::domain::advice::risk_cue::Rules;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::domain::transcript::{Gap, Transcript};
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;

/// The last whole transcript, or the utterances and gaps sealed so far in order of time. `lang` is the language of one
/// that never was whole; its duration reaches to the end of the last utterance or gap.
pub fn transcript_of<'a>(bodies: impl IntoIterator<Item = &'a Body>, lang: Lang) -> Transcript {
    let mut whole = None;
    let mut so_far = Transcript::empty(lang);
    for body in bodies {
        match body {
            Body::Transcript { transcript, .. } => whole = Some(transcript.clone()),
            Body::Utterances { utterances } => utterances.iter().for_each(|u| so_far.restore(u.clone())),
            Body::Gap { gap } => so_far.gaps.push(gap.clone()),
            _ => {}
        }
    }
    so_far.utterances.sort_by_key(|u| u.start_ms);
    so_far.gaps.sort_by_key(|g| g.start_ms);
    let ends = so_far.utterances.iter().map(|u| u.end_ms).chain(so_far.gaps.iter().map(|g| g.end_ms));
    so_far.duration_ms = ends.max().unwrap_or(0);
    whole.unwrap_or(so_far)
}

/// What became of an interrupted session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// How many utterances its transcript has.
    pub utterances: usize,
    /// The client took the consent back before: nothing was added to it.
    pub withdrawn: bool,
}

/// Finishes a session that was interrupted: what was sealed before becomes its transcript. Refused for one that has
/// ended. Whoever asks makes sure that it does not run.
pub fn recover(
    unlocked: &UnlockedVault,
    session: SessionId,
    rules: &Rules,
    lang: Lang,
) -> Result<Recovered, VaultError> {
    recover_heard(unlocked, session, rules, lang, (0, &|_| false))
}

/// As [`recover`], of a session whose sound was heard up to this millisecond, and without the gaps that were heard since.
pub(crate) fn recover_heard(
    unlocked: &UnlockedVault,
    session: SessionId,
    rules: &Rules,
    lang: Lang,
    (to_ms, heard_since): (u64, &dyn Fn(&Gap) -> bool),
) -> Result<Recovered, VaultError> {
    let opened = unlocked.open_session(session)?;
    let mut transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
    transcript.gaps.retain(|gap| !heard_since(gap));
    transcript.duration_ms = transcript.duration_ms.max(to_ms);
    let utterances = transcript.utterances.len();
    // A session is as long as what was heard of it, not as the time until somebody recovered it.
    let started = unlocked.sessions(None)?.into_iter().find(|row| row.id == session).map(|row| row.started);
    let heard = i64::try_from(transcript.duration_ms).unwrap_or(i64::MAX);
    let now = unlocked.now();
    let end = started.map_or(now, |at| Timestamp(at.0.saturating_add(heard)).min(now));
    // A cue may have been lost between its line and its record.
    let kept = opened.iter().filter_map(|o| match &o.body {
        Body::RiskCue { cue } => Some(cue.clone()),
        _ => None,
    });
    let missing = rules.missing(&transcript, &kept.collect::<Vec<_>>());
    let mut bodies: Vec<Body> = missing.into_iter().map(|cue| Body::RiskCue { cue }).collect();
    bodies.push(Body::Transcript { transcript, reason: None });
    let withdrawn = match unlocked.keep(session, &bodies) {
        Ok(_) => false,
        Err(VaultError::Consent(_)) => true,
        Err(fault) => return Err(fault),
    };
    unlocked.end_session(session, end, if withdrawn { "withdrawn" } else { "recovered" })?;
    Ok(Recovered { utterances, withdrawn })
}
