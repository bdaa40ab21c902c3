//! `gyeot escalate receivers`: the directory of offices and their keys.

use crate::cli::asking::ask_line;
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::crisis::code::ReceiverKind;
use crate::domain::crisis::escalation::Word;
use crate::domain::crisis::receiver::Receiver;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::service::NewReceiver;
use crate::service::receivers::key_words;
use crate::texts::msg;

/// Arguments of `gyeot escalate receivers`.
#[derive(Debug, clap::Args)]
pub(super) struct Receivers {
    #[command(subcommand)]
    what: What,
}

/// What is entered of a receiver.
#[derive(Debug, clap::Args)]
struct Entered {
    /// What kind of office: police, rescue, mental-health-centre, child-protection, hospital, court, centre, person.
    #[arg(long)]
    kind: Option<ReceiverKind>,
    /// Its name.
    #[arg(long)]
    name: Option<String>,
    /// The number to call.
    #[arg(long)]
    call: Option<String>,
    /// Its age recipient, `age1…`.
    #[arg(long, value_name = "KEY")]
    recipient: Option<String>,
    /// Its Ed25519 key for signed receipts, 64 hexadecimal digits.
    #[arg(long, value_name = "KEY")]
    verifying: Option<String>,
}

impl From<Entered> for NewReceiver {
    fn from(e: Entered) -> NewReceiver {
        NewReceiver { kind: e.kind, name: e.name, call: e.call, recipient: e.recipient, verifying: e.verifying }
    }
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The directory.
    List,
    /// Enter an office under a new code.
    Add {
        /// Its code: lower-case words joined by hyphens.
        code: Word,
        #[command(flatten)]
        entered: Entered,
    },
    /// Change an office. Another key has to be compared before anything is sealed to it.
    Change {
        /// Its code.
        code: Word,
        #[command(flatten)]
        entered: Entered,
    },
    /// Say that the fingerprint was compared with the office, by the words that it read aloud.
    Confirm {
        /// Its code.
        code: Word,
        /// The words; asked for when left out.
        #[arg(long)]
        words: Option<String>,
    },
    /// Nothing goes to it any more.
    Retire {
        /// Its code.
        code: Word,
    },
}

/// Runs the command.
pub(super) fn run(asked: Receivers, globals: &Globals) -> Result<(), ErrorReport> {
    // The words of `confirm` are the office's, not those by which the vault is known.
    let globals = &match asked.what {
        What::Confirm { .. } => globals.without_words(),
        _ => globals.clone(),
    };
    let lang = globals.lang();
    let vault = unlock(globals)?;
    let done = match asked.what {
        What::List => {
            let all = vault.receivers()?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.receivers/1", "receivers": all}))?;
            } else {
                if all.is_empty() {
                    print::note(lang.say("escalate-no-receivers"));
                }
                all.iter().for_each(|r| print::line(line(r, lang)));
            }
            return vault.lock().map_err(ErrorReport::from);
        }
        What::Add { code, entered } => vault.add_receiver(&code, &entered.into())?,
        What::Change { code, entered } => vault.change_receiver(&code, &entered.into())?,
        What::Confirm { code, words } => {
            let words = match words {
                Some(words) => words,
                None => ask_line(lang.say("escalate-ask-words"))?,
            };
            vault.confirm_receiver(&code, &words)?
        }
        What::Retire { code } => vault.retire_receiver(&code)?,
    };
    if globals.json {
        let words = key_words(&done);
        print::json(&serde_json::json!({"schema": "gyeot.receiver/1", "receiver": done, "words": words}))?;
    } else {
        print::line(line(&done, lang));
        if done.compared.is_none()
            && let Some(words) = key_words(&done)
        {
            print::line(format!("{}: {words}", lang.say("cli-init-fingerprint")));
            print::note(msg("escalate-compare").with("code", done.id.as_str()).text(lang));
        }
    }
    vault.lock().map_err(ErrorReport::from)
}

fn line(r: &Receiver, lang: Lang) -> String {
    let key = match (&r.recipient, &r.compared) {
        (None, _) => lang.say("escalate-key-none").to_owned(),
        (Some(_), None) => lang.say("escalate-key-not-compared").to_owned(),
        (Some(_), Some(c)) => msg("escalate-key-compared").with("day", c.at.date()).text(lang),
    };
    let retired = if r.retired { format!(" · {}", lang.say("escalate-retired")) } else { String::new() };
    let call = r.call.as_deref().unwrap_or("-");
    format!("{}  {}  {}  {call}  {key}{retired}", r.id, r.kind.word(), r.name)
}
