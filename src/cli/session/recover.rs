//! `gyeot session recover`: finishes sessions that were interrupted, from their records and from their sound.

use crate::adapters::engines::Installed;
use crate::adapters::shipped;
use crate::cli::meter::Meter;
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::advice::risk_cue::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::practice::time::clock;
use crate::service::UnlockedVault;
use crate::service::recover_sound::{self, RecoveredSound, SecondEar};
use crate::service::transcripts;
use crate::texts::msg;
use std::sync::Mutex;

/// Arguments of `gyeot session recover`.
#[derive(Debug, clap::Args)]
pub(super) struct Recover {
    /// Only from what was sealed; sound that is there is not written down.
    #[arg(long)]
    without_sound: bool,
}

/// Runs the command.
pub(super) fn run(asked: &Recover, globals: &Globals) -> Result<(), ErrorReport> {
    let rules = shipped::risk_rules()?;
    let unlocked = unlock(globals)?;
    let lang = globals.lang();
    let open: Vec<SessionRow> =
        unlocked.sessions(None)?.into_iter().filter(|r| r.state == SessionState::Open).collect();
    let (mut done, mut refused, mut ear) = (Vec::new(), None, None);
    // Each on its own: one that cannot be finished keeps no other from it.
    for row in &open {
        match one(&unlocked, row.id, &rules, asked.without_sound, &mut ear, globals) {
            Ok(finished) => done.push((row.id, finished)),
            Err(fault) => {
                print::note(msg("cli-session-session-not-recovered").shown("id", row.id).text(lang));
                if let Some(earlier) = refused.replace(fault) {
                    print::trouble(&earlier, lang);
                }
            }
        }
    }
    if globals.json {
        let rows: Vec<_> = done.iter().map(|(id, done)| json(*id, done)).collect();
        print::json(&serde_json::json!({ "schema": "gyeot.recovered/1", "sessions": rows }))?;
    } else {
        if open.is_empty() {
            print::line(lang.say("cli-session-no-interrupted-session"));
        }
        for (id, done) in done {
            say(id, &done, lang);
        }
    }
    refused.map_or(Ok(()), Err)
}

fn one(
    unlocked: &UnlockedVault,
    session: SessionId,
    rules: &Rules,
    without_sound: bool,
    ear: &mut Option<SecondEar>,
    globals: &Globals,
) -> Result<RecoveredSound, ErrorReport> {
    let lang = globals.lang();
    let agreed = unlocked.consent_of(session)?.allows_session().is_ok();
    if without_sound || (agreed && recover_sound::unheard(unlocked, session)?.is_none()) {
        let recovered = transcripts::recover(unlocked, session, rules, lang)?;
        return Ok(RecoveredSound { recovered, ..RecoveredSound::default() });
    }
    if !agreed {
        return recover_sound::close_withdrawn(unlocked, session, rules, lang);
    }
    let ear = match ear {
        Some(ear) => ear,
        None => {
            let found = SecondEar::of(&Installed::at(globals.models_dir()), shipped::speech_filter()?);
            ear.insert(found.map_err(|fault| {
                print::trouble(&fault, lang);
                ErrorReport {
                    hint: msg("cli-session-recover-needs-model.hint"),
                    what: msg("cli-session-recover-needs-model"),
                    ..fault
                }
            })?)
        }
    };
    let meter = Mutex::new(Meter::default());
    let progress = |at_ms, total_ms| {
        if let Ok(mut meter) = meter.lock() {
            meter.follow(&SessionEvent::Position { at_ms, total_ms: Some(total_ms) }, lang);
        }
    };
    let done = recover_sound::recover(unlocked, session, rules, lang, ear, &progress);
    if let Ok(mut meter) = meter.lock() {
        meter.clear();
    }
    done
}

fn json(id: SessionId, done: &RecoveredSound) -> serde_json::Value {
    let RecoveredSound { recovered, from_sound, sound_ms, refused } = done;
    serde_json::json!({
        "session": id, "utterances": recovered.utterances, "withdrawn": recovered.withdrawn,
        "from_sound": from_sound, "sound_ms": sound_ms, "refused": refused,
    })
}

fn say(id: SessionId, done: &RecoveredSound, lang: Lang) {
    let RecoveredSound { recovered, from_sound, sound_ms, refused } = done;
    let message = match recovered.withdrawn {
        false => msg("cli-session-recover-recovered"),
        true => msg("cli-session-recover-withdrawn"),
    };
    print::line(message.shown("id", id).with("n", recovered.utterances).text(lang));
    if *sound_ms > 0 {
        let text = msg("cli-session-recover-from-sound").shown("n", from_sound).shown("sound", clock(*sound_ms));
        print::line(text.text(lang));
    }
    for (why, n) in refused {
        print::note(msg("cli-session-recover-refused").shown("n", n).with("why", why.message()).text(lang));
    }
}
