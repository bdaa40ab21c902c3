//! Finding among one's own clients: by code, name or first consonants (초성), sessions by date, and words in transcripts and notes.
//! Everything is opened in memory, record by record; nothing of it is indexed or written. Each client and each session that is
//! read has its entry of the access log, as by hand.

use crate::domain::note::chain::newest_note;
use crate::domain::practice::find::matches;
use crate::domain::practice::ids::{ClientCode, SessionId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::Speaker;
use crate::service::UnlockedVault;
use crate::service::transcripts::transcript_of;
use crate::vault::error::VaultError;

/// Fewer letters would be found in every line.
pub const FEWEST_LETTERS: usize = 2;

/// Where the words stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// A client's code or name.
    Client {
        /// The name.
        name: ClientText,
    },
    /// The day of a session.
    Session,
    /// A line of a transcript.
    Line {
        /// Which.
        utterance: UtteranceId,
        /// Since the beginning, milliseconds.
        at_ms: u64,
        /// Who said it.
        speaker: Speaker,
        /// The whole line.
        text: ClientText,
    },
    /// A line of the note that holds.
    Note {
        /// The section's key in its form.
        section: String,
        /// The whole line.
        text: ClientText,
    },
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Whose.
    pub client: ClientCode,
    /// In which session: its id, its number and when it began; none for the client as such.
    pub session: Option<(SessionId, u32, Timestamp)>,
    /// Where.
    pub place: Place,
}

/// Everything of one's own clients, or of the one with this code, in which every word of `query` stands. The day of a session is
/// given by the caller, who knows the time zone; `progress` hears how many sessions are done, of how many.
pub fn find(
    vault: &UnlockedVault,
    query: &str,
    client: Option<&ClientCode>,
    lang: Lang,
    day: &dyn Fn(Timestamp) -> String,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Found>, VaultError> {
    let mut found = Vec::new();
    let wanted: Vec<String> = fold(query).to_lowercase().split_whitespace().map(str::to_owned).collect();
    if query.chars().filter(|c| c.is_alphanumeric()).count() < FEWEST_LETTERS {
        return Ok(found);
    }
    let own: Vec<_> =
        vault.clients()?.into_iter().filter(|c| c.own && client.is_none_or(|code| *code == c.code)).collect();
    let mut sessions: Vec<SessionRow> = Vec::new();
    for row in &own {
        if matches(query, &format!("{} {}", row.code, row.name.reveal())) {
            let (client, place) = (row.code.clone(), Place::Client { name: row.name.clone() });
            found.push(Found { client, session: None, place });
        }
        sessions.extend(vault.sessions(Some(&row.code))?);
    }
    let of = sessions.len();
    for (done, row) in sessions.into_iter().enumerate() {
        progress(done, of);
        let here = Some((row.id, row.number, row.started));
        let mut add = |place| found.push(Found { client: row.code.clone(), session: here, place });
        if day(row.started).contains(query.trim()) {
            add(Place::Session);
        }
        if row.state == SessionState::Destroyed {
            continue;
        }
        let opened = vault.open_session(row.id)?;
        for said in transcript_of(opened.iter().map(|o| &o.body), row.language.unwrap_or(lang)).utterances {
            if holds(said.text.reveal(), &wanted) {
                let (utterance, at_ms, speaker, text) = (said.id, said.start_ms, said.speaker, said.text);
                add(Place::Line { utterance, at_ms, speaker, text });
            }
        }
        for section in newest_note(&opened).iter().flat_map(|note| &note.sections) {
            for line in section.lines.iter().filter(|l| holds(l.text.reveal(), &wanted)) {
                add(Place::Note { section: section.key.clone(), text: line.text.clone() });
            }
        }
    }
    Ok(found)
}

/// Whether every word stands in the text.
fn holds(text: &str, wanted: &[String]) -> bool {
    let text = fold(text).to_lowercase();
    wanted.iter().all(|word| text.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_to_stand_there_whatever_the_capitals() {
        let wanted = |q: &str| fold(q).to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert!(holds("요즘 새벽에 잠이 깨요", &wanted("잠 새벽")));
        assert!(holds("My Sister came", &wanted("sister")));
        assert!(!holds("요즘 새벽에 깨요", &wanted("새벽 잠")));
    }
}
