//! `gyeot find`: clients, sessions, words that were said and words of notes, of one's own clients. The words come in by standard
//! input, so that they stand in no list of processes.

use crate::cli::asking::ask_line;
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::place;
use crate::service::find::{FEWEST_LETTERS, Found, Place, find};
use crate::texts::msg;
use serde_json::json;

/// Arguments of `gyeot find`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of one client only.
    #[arg(long, value_name = "CODE")]
    client: Option<ClientCode>,
}

/// Runs the command.
pub fn run(args: &Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let vault = unlock(globals)?;
    let query = ask_line(lang.say("find-ask"))?;
    if query.chars().filter(|c| c.is_alphanumeric()).count() < FEWEST_LETTERS {
        return Err(ErrorReport::usage(msg("find-too-short"), msg("find-too-short.hint")));
    }
    let day = Timestamp::date;
    let found = find(&vault, &query, args.client.as_ref(), lang, &day, &mut |_, _| {})?;
    if globals.json {
        let rows: Vec<_> = found.iter().map(as_json).collect();
        return print::json(&json!({ "schema": "gyeot.found/1", "found": rows }));
    }
    if found.is_empty() {
        print::note(lang.say("find-nothing"));
    }
    for one in &found {
        let head = match &one.session {
            Some((id, number, started)) => {
                let short: String = id.to_string().chars().take(8).collect();
                format!(
                    "{} {} {} {short}",
                    one.client,
                    msg("screens-client-no").shown("number", *number).text(lang),
                    day(*started)
                )
            }
            None => one.client.to_string(),
        };
        let rest = match &one.place {
            Place::Client { name } => name.reveal().to_owned(),
            Place::Session => String::new(),
            Place::Line { at_ms, speaker, text, utterance } => {
                format!("{} {}: {}", place(*at_ms, *utterance), speaker.label(lang), text.reveal())
            }
            Place::Note { text, .. } => format!("{} {}", lang.say("find-in-note"), text.reveal()),
        };
        print::line(format!("{head}  {rest}").trim_end());
    }
    Ok(())
}

fn as_json(one: &Found) -> serde_json::Value {
    let session =
        one.session.as_ref().map(|(id, number, started)| json!({ "id": id, "number": number, "started": started }));
    let place = match &one.place {
        Place::Client { name } => json!({ "is": "client", "name": name }),
        Place::Session => json!({ "is": "session" }),
        Place::Line { utterance, at_ms, speaker, text } => {
            json!({ "is": "line", "utterance": utterance, "at_ms": at_ms, "speaker": speaker, "text": text })
        }
        Place::Note { section, text } => json!({ "is": "note", "section": section, "text": text }),
    };
    json!({ "client": one.client, "session": session, "place": place })
}
