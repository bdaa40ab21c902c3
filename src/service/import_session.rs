//! A transcript of another tool as a session of a client: begun under the same consents as a recorded one, with its cues
//! by rule and, where the client agreed to AI, with directions.

use crate::domain::advice::risk_cue::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::domain::transcript::Transcript;
use crate::ports::keeper::DirectionEngines;
use crate::service::made_up::nobody_made_up;
use crate::service::unlocked_vault::UnlockedVault;

/// What is brought in.
pub struct Request {
    /// Whose.
    pub client: ClientCode,
    /// Who took part besides the client, by role word.
    pub with: Vec<String>,
    /// When the session was.
    pub started: Timestamp,
    /// What was said, with its speakers.
    pub transcript: Transcript,
    /// It was made up, as the practice client was: nobody real is written down under a made-up client.
    pub made_up: bool,
}

/// What became of it.
#[derive(Debug)]
pub struct Kept {
    /// The session.
    pub session: SessionId,
    /// Lines.
    pub utterances: usize,
    /// Cues by rule.
    pub cues: usize,
    /// Directions.
    pub suggestions: usize,
    /// Sealed records.
    pub records: usize,
    /// What had to be done without.
    pub without: Vec<ErrorReport>,
}

/// Begins the session, keeps the transcript and its cues at once, then the directions, and ends it.
pub fn keep(
    unlocked: &UnlockedVault,
    request: Request,
    rules: &Rules,
    engines: Option<&mut dyn DirectionEngines>,
) -> Result<Kept, ErrorReport> {
    let Request { client, with, started, transcript, made_up } = request;
    if !made_up {
        nobody_made_up(&client)?;
    }
    let cues = rules.cues_in(&transcript);
    let session = unlocked.begin_session_with(&client, started, &with)?;
    let mut bodies = vec![Body::Transcript { transcript: transcript.clone(), reason: None }];
    bodies.extend(cues.iter().map(|cue| Body::RiskCue { cue: cue.clone() }));
    let mut records = unlocked.keep(session, &bodies)?.records.len();
    let (mut without, mut proposed) = (Vec::new(), 0);
    if let Some(engines) = engines {
        match engines.advise(&transcript, &cues, &mut |_, _| {}) {
            Ok(suggestions) => {
                proposed = suggestions.suggestions.len();
                records += unlocked.keep(session, &[Body::Suggestions { suggestions }])?.records.len();
            }
            Err(fault) => without.push(fault),
        }
    }
    let ended = Timestamp(started.0.saturating_add(i64::try_from(transcript.duration_ms).unwrap_or(0)));
    unlocked.end_session(session, ended.min(unlocked.now()).max(started), "ended")?;
    let utterances = transcript.utterances.len();
    Ok(Kept { session, utterances, cues: cues.len(), suggestions: proposed, records, without })
}

impl UnlockedVault {
    /// Corrects who speaks in a session that is over: the transcript is kept anew with a reason, the one before stays, and
    /// cues that the rules find now and did not find before are added. No cue is taken away. Gives the lines that changed.
    pub fn relabel(
        &self,
        session: SessionId,
        corrected: Transcript,
        cues_before: &[crate::domain::advice::suggestion::RiskCue],
        reason: &str,
        rules: &Rules,
    ) -> Result<usize, ErrorReport> {
        let found = rules.cues_in(&corrected);
        let new = found.into_iter().filter(|c| {
            !cues_before.iter().any(|b| b.rule == c.rule && b.utterance == c.utterance && b.quote == c.quote)
        });
        let new: Vec<Body> = new.map(|cue| Body::RiskCue { cue }).collect();
        let added = new.len();
        let reason = Some(crate::domain::practice::text::ClientText::new(reason));
        let mut bodies = vec![Body::Transcript { transcript: corrected, reason }];
        bodies.extend(new);
        self.keep(session, &bodies)?;
        Ok(added)
    }
}
