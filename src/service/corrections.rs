//! A transcript corrected by hand: kept as its next revision, with the cues that the rules find in the new words. No cue is
//! taken away, and what rests on words that are gone is counted for whoever corrects.

use crate::domain::advice::risk_cue::Rules;
use crate::domain::advice::suggestion::RiskCue;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{SessionId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::record::{Body, Opened};
use crate::domain::transcript::Transcript;
use crate::domain::transcript::correction::{Correction, correct, stale};
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;

/// What a correction did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Corrected {
    /// Lines that have other words, other borders, or are gone.
    pub lines: Vec<UtteranceId>,
    /// Cues that the rules find now and did not find before.
    pub new_cues: usize,
    /// Directions and lines of notes that rest on words which are not there any more.
    pub stale: usize,
}

/// Corrects the transcript of a session and keeps it. Refused where nothing would change.
pub fn apply(
    unlocked: &UnlockedVault,
    session: SessionId,
    corrections: &[Correction],
    (lang, rules): (Lang, &Rules),
) -> Result<Corrected, ErrorReport> {
    let opened = unlocked.open_session(session)?;
    let mut transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
    let stale_before = stale_in(&opened, &transcript);
    let mut done = Corrected::default();
    for correction in corrections {
        done.lines.extend(correct(&mut transcript, correction)?);
    }
    done.lines.sort_unstable();
    done.lines.dedup();
    done.stale = stale_in(&opened, &transcript).saturating_sub(stale_before);
    let cues: Vec<RiskCue> = opened
        .iter()
        .filter_map(|o| match &o.body {
            Body::RiskCue { cue } => Some(cue.clone()),
            _ => None,
        })
        .collect();
    let reason = corrections.first().map_or("edit", Correction::word);
    done.new_cues = unlocked.relabel(session, transcript, &cues, reason, rules)?;
    Ok(done)
}

/// How many of the newest directions, and of the lines of the newest notes, rest on words that are not in the transcript.
pub fn stale_in(opened: &[Opened], transcript: &Transcript) -> usize {
    let newest = |want: &dyn Fn(&Body) -> bool| opened.iter().rev().map(|o| &o.body).find(|b| want(b));
    let mut count = 0;
    if let Some(Body::Suggestions { suggestions }) = newest(&|b| matches!(b, Body::Suggestions { .. })) {
        count += suggestions.suggestions.iter().filter(|s| stale(transcript, &s.evidence)).count();
    }
    if let Some(Body::Note { note }) = newest(&|b| matches!(b, Body::Note { .. })) {
        count += note.sections.iter().flat_map(|s| &s.lines).filter(|l| stale(transcript, &l.evidence)).count();
    }
    count
}
