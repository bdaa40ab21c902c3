//! Looks for words in transcripts and notes of one's own clients, on a thread of its own: every session is opened for it.

use crate::app::msg::{Answer, Asked, Msg};
use crate::app::views::{WordFound, WordsIn};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientCode, ClientId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::runtime::effects::{Performer, no_client};
use crate::service::find::{Found, Place, find};
use std::collections::BTreeMap;
use std::sync::Arc;

/// It is told how far it is after so many sessions.
const TOLD_EVERY: usize = 5;

impl Performer {
    pub(super) fn find_words(
        &self,
        words: ClientText,
        client: Option<ClientId>,
        asked: u32,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = Arc::clone(self.unlocked()?);
        let clients: BTreeMap<ClientCode, ClientId> =
            unlocked.clients()?.into_iter().map(|row| (row.code, row.id)).collect();
        let code = match client {
            None => None,
            Some(id) => {
                Some(clients.iter().find(|(_, c)| **c == id).map(|(code, _)| code.clone()).ok_or_else(no_client)?)
            }
        };
        let (lang, inbox) = (self.shown, self.inbox.clone());
        std::thread::spawn(move || {
            let mut told = |done: usize, of: usize| {
                if done.is_multiple_of(TOLD_EVERY) {
                    // Whoever is gone needs no answer.
                    let _ = inbox.blocking_send(Msg::Answer(Answer::WordsProgress(asked, done, of)));
                }
            };
            let done = find(&unlocked, words.reveal(), code.as_ref(), lang, &Timestamp::date, &mut told);
            drop(unlocked);
            let (rows, fault) = match done {
                Ok(found) => (found.into_iter().filter_map(|f| shown(f, &clients)).collect(), None),
                Err(e) => (Vec::new(), Some(ErrorReport::from(e))),
            };
            let _ = inbox.blocking_send(Msg::Answer(Answer::WordsFound(asked, rows)));
            if let Some(fault) = fault {
                let _ = inbox.blocking_send(Msg::Answer(Answer::Failed { asked: Asked::Read, fault }));
            }
        });
        Ok(Vec::new())
    }
}

/// A place in a session, as the screen shows it; a client as such is found in the list of clients.
fn shown(found: Found, clients: &BTreeMap<ClientCode, ClientId>) -> Option<WordFound> {
    let (session, number, started) = found.session?;
    let client = *clients.get(&found.client)?;
    let (place, text) = match found.place {
        Place::Client { .. } => return None,
        Place::Session => (WordsIn::Day, ClientText::default()),
        Place::Line { utterance, at_ms, speaker, text } => (WordsIn::Line { utterance, at_ms, speaker }, text),
        Place::Note { text, .. } => (WordsIn::Note, text),
    };
    Some(WordFound { client, code: found.client, session, number, started, place, text })
}
