//! How much of a session each of the two spoke, from the times of the transcript's lines.

use crate::domain::transcript::{Speaker, Utterance};

/// More of the spoken time than this by speakers who are not settled, and no share is told: percent.
const MOST_UNKNOWN: u64 = 20;

/// Spoken time of a session, milliseconds. Lines that overlap count for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Talk {
    /// The counsellor's.
    pub counsellor_ms: u64,
    /// The client's.
    pub client_ms: u64,
    /// Of others in the room and of speakers who are not settled.
    pub other_ms: u64,
}

impl Talk {
    /// Of these lines; `None` where nothing was said, or too much of it by nobody knows whom.
    pub fn of(utterances: &[Utterance]) -> Option<Talk> {
        let (mut talk, mut unknown) = (Talk { counsellor_ms: 0, client_ms: 0, other_ms: 0 }, 0);
        for u in utterances {
            let ms = u.end_ms.saturating_sub(u.start_ms);
            match u.speaker {
                Speaker::Counsellor => talk.counsellor_ms += ms,
                Speaker::Client => talk.client_ms += ms,
                Speaker::Other => talk.other_ms += ms,
                Speaker::Unknown => {
                    talk.other_ms += ms;
                    unknown += ms;
                }
            }
        }
        let all = talk.counsellor_ms + talk.client_ms + talk.other_ms;
        (all > 0 && unknown * 100 <= all * MOST_UNKNOWN).then_some(talk)
    }

    /// The counsellor's share of all that was spoken, percent.
    pub const fn counsellor_percent(&self) -> u64 {
        let all = self.counsellor_ms + self.client_ms + self.other_ms;
        match (self.counsellor_ms * 100 + all / 2).checked_div(all) {
            Some(percent) => percent,
            None => 0,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::UtteranceId;
    use crate::domain::practice::text::ClientText;

    fn said(speaker: Speaker, ms: u64) -> Utterance {
        let text = ClientText::new("x");
        Utterance { id: UtteranceId(1), start_ms: 0, end_ms: ms, speaker, text, confidence: None }
    }

    #[test]
    fn a_share_is_told_only_where_the_speakers_are_settled() {
        let talk = Talk::of(&[said(Speaker::Counsellor, 250), said(Speaker::Client, 750)]).unwrap();
        assert_eq!(talk.counsellor_percent(), 25);
        assert_eq!(Talk::of(&[]), None);
        assert_eq!(Talk::of(&[said(Speaker::Unknown, 300), said(Speaker::Client, 700)]), None);
    }
}
