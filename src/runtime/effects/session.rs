//! Begins a session and hands on what it says.

use crate::adapters::shipped;
use crate::app::msg::{Answer, Msg};
use crate::app::views::SoundInput;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session_event::SessionEvent;
use crate::live::session::{self, Advise, Running};
use crate::runtime::effects::{Performer, Told};
use crate::service::made_up::nobody_made_up;
use crate::service::prepare_session;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc::Sender;

impl Performer {
    pub(super) fn begin(
        &mut self,
        client: ClientId,
        input: &SoundInput,
        lang: Lang,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let made_up = matches!(input, SoundInput::Practice(_));
        // Asked again where the session begins; here before a microphone is opened.
        if !made_up {
            nobody_made_up(&code)?;
        }
        self.stop_model();
        self.listening.take();
        let sound = (self.place.sound)(input)?;
        // Without the consent nothing is suggested, which the screen says for as long as the session lasts.
        let advise = match self.unlocked()?.consent(&code)?.has(Scope::Ai) {
            true => Advise::Throughout,
            false => Advise::Never,
        };
        let request = prepare_session::Request {
            client: code,
            language: lang,
            sound,
            made_up,
            advise,
            with: Vec::new(),
            engines: Box::new(self.engines()?),
            data: shipped::session_data()?,
            speech_model: None,
            language_model: None,
        };
        let (parts, without) = prepare_session::prepare(self.unlocked()?, request)?;
        let session = parts.session;
        let running = session::start_on_screen(parts);
        let runs = Arc::new(AtomicBool::new(true));
        let over = Arc::new(AtomicBool::new(false));
        let commands = running.commands.clone();
        self.told = Some(Told { session, commands, runs: Arc::clone(&runs), over: Arc::clone(&over) });
        let inbox = self.inbox.clone();
        std::thread::spawn(move || {
            listen(session, running, without, &inbox, &runs);
            over.store(true, Ordering::SeqCst);
        });
        Ok(Vec::new())
    }
}

/// Hands on what the session says; a full inbox makes the session drop levels and partials, never words.
/// What it goes without is said as soon as it has begun.
fn listen(session: SessionId, running: Running, mut without: Vec<ErrorReport>, inbox: &Sender<Msg>, runs: &AtomicBool) {
    let mut ended = false;
    for event in &running.events {
        if matches!(event, SessionEvent::Ended { .. }) {
            ended = true;
            // Before the last word is told: whoever hears it may unlock or quit at once.
            runs.store(false, Ordering::SeqCst);
        }
        // After the end the model may still be at work on its last directions.
        if inbox.blocking_send(Msg::Session(session, event)).is_err() {
            break;
        }
        for fault in without.drain(..) {
            // Whoever is gone shows at the next event.
            let _ = inbox.blocking_send(Msg::Session(session, SessionEvent::Trouble(fault)));
        }
    }
    running.join();
    runs.store(false, Ordering::SeqCst);
    if !ended {
        let _ = inbox.blocking_send(Msg::Session(session, SessionEvent::Ended { saved: false }));
    }
}
