//! Every claim has a quote. This module checks that the quote is in the transcript.

use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::transcript::{Speaker, Transcript};
use serde::{Deserialize, Serialize};

/// Where a claim comes from: an utterance and words found verbatim in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Id of the utterance that is quoted.
    pub utterance: UtteranceId,
    /// Verbatim, after NFC and white-space folding.
    pub quote: ClientText,
}

/// Why evidence does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfounded {
    /// No quote, or an empty one.
    Empty,
    /// No utterance of that id.
    NoUtterance,
    /// The words are not in that utterance.
    NotFound,
    /// Found, but the client did not say it.
    NotTheClient,
}

/// Checks that the quote is verbatim (NFC, folded white space) in the named utterance.
pub fn check(transcript: &Transcript, evidence: &Evidence) -> Result<(), Unfounded> {
    let quote = fold(evidence.quote.reveal());
    if quote.is_empty() {
        return Err(Unfounded::Empty);
    }
    let said = transcript.get(evidence.utterance).ok_or(Unfounded::NoUtterance)?;
    if fold(said.text.reveal()).contains(&quote) { Ok(()) } else { Err(Unfounded::NotFound) }
}

/// As [`check`], and the utterance must be the client's, or of a speaker not yet known.
pub fn check_client(transcript: &Transcript, evidence: &Evidence) -> Result<(), Unfounded> {
    check(transcript, evidence)?;
    match transcript.get(evidence.utterance).map(|u| u.speaker) {
        Some(Speaker::Client | Speaker::Unknown) => Ok(()),
        _ => Err(Unfounded::NotTheClient),
    }
}
