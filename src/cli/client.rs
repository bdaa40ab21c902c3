//! `gyeot client add|list|show|edit|merge|consent|assign|unassign|hand-over|due`.

use crate::texts::msg;

mod card;
mod consent;
mod due;
mod export;
mod merge;

use crate::cli::asking::{ask_line, given_or_asked};
use crate::cli::member::{SecondArgs, second};
use crate::cli::vault::{PhraseArgs, phrases};
use crate::cli::{Globals, passphrase, print};
use crate::domain::assessment::instrument::Sex;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::written_day;
use crate::service::{ClientFile, HandOver, NewClient, UnlockedVault};
use clap::Subcommand;

/// Arguments of `gyeot client`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Client,
}

#[derive(Debug, Subcommand)]
enum Client {
    /// Take on a client; gives the code.
    Add {
        /// The name; asked on the terminal's line when left out, so that it does not stay in the shell's history.
        #[arg(long)]
        name: Option<String>,
        /// A wished code such as C-0417; never a name.
        #[arg(long)]
        code: Option<String>,
        /// YYYY-MM-DD.
        #[arg(long)]
        birth: Option<String>,
        /// For norms and maxima of instruments that depend on it; may be left out.
        #[arg(long, value_name = "female|male")]
        sex: Option<Sex>,
        /// Telephone or another contact; `-` asks for it.
        #[arg(long, allow_hyphen_values = true)]
        contact: Option<String>,
        /// Where the client lives; `-` asks for it.
        #[arg(long, allow_hyphen_values = true)]
        address: Option<String>,
        /// A supervisor who is to read this client; may be repeated. They get the keys when the client's consent to
        /// supervision is recorded.
        #[arg(long)]
        supervisor: Vec<String>,
    },
    /// Your clients.
    List,
    /// One client: card, consents, sessions.
    Show {
        /// The code.
        code: String,
        /// The whole card: telephone, address, birth date, guardian, emergency contact, medicine, who referred. Logged.
        #[arg(long, requires = "reason")]
        full: bool,
        /// Why the whole card is looked at; the access log has it.
        #[arg(long, value_name = "TEXT", requires = "full")]
        reason: Option<String>,
        /// Earlier cards too.
        #[arg(long, requires = "full")]
        history: bool,
    },
    /// Correct a client's card; the earlier card is kept.
    Edit(crate::cli::client::card::Edit),
    /// Two records of one person become one case: the first goes on, the second is closed and stays readable.
    Merge(crate::cli::client::merge::Merge),
    /// Show, record or withdraw consent.
    Consent(crate::cli::client::consent::Asked),
    /// Let a supervisor read a client, who has consented to supervision.
    Assign {
        /// The code.
        code: String,
        /// The supervisor's name.
        #[arg(long)]
        supervisor: String,
    },
    /// Take a client from a supervisor: their keys are destroyed, and a new key begins.
    Unassign {
        /// The code.
        code: String,
        /// The supervisor's name.
        #[arg(long)]
        supervisor: String,
    },
    /// Give a client to another counsellor: the counsellor or supervisor of the client with an admin; an admin and a
    /// supervisor with two recovery phrases when neither holds the client's keys.
    HandOver {
        /// The code.
        code: String,
        /// The counsellor who takes over.
        #[arg(long, value_name = "NAME")]
        to: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The process notes of before go along.
        #[arg(long)]
        process_notes: bool,
        #[command(flatten)]
        second: SecondArgs,
        #[command(flatten)]
        phrases: PhraseArgs,
    },
    /// What is past its retention period, the table of periods, and destruction by two people.
    Due(crate::cli::client::due::Asked),
    /// A readable copy of the record for a request for access, or of the measures.
    Export(crate::cli::client::export::Export),
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let command = match args.command {
        Client::Due(asked) => return crate::cli::client::due::run(asked, globals),
        other => other,
    };
    let unlocked = passphrase::unlock(globals)?;
    let lang = globals.lang();
    match command {
        Client::Add { name, code, birth, sex, contact, address, supervisor } => {
            let name = name.map_or_else(|| ask_line(lang.say("cli-client-name")), Ok)?;
            let contact = given_or_asked(contact, lang.say("cli-client-contact"))?;
            let address = given_or_asked(address, lang.say("cli-client-address"))?;
            let text = |t: Option<String>| t.map(|t| ClientText::new(&t));
            let waits = !supervisor.is_empty();
            let today = unlocked.now().date();
            let birth = birth.map(|text| written_day::birth(&text, &today).unwrap_or(text));
            let twins = unlocked.same_person(&ClientText::new(&name), birth.as_deref())?;
            let code = unlocked.add_client(NewClient {
                code: code.map(ClientCode),
                name: ClientText::new(&name),
                birth_date: birth,
                sex,
                contact: text(contact),
                address: text(address),
                supervisors: supervisor,
            })?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.client-added/1", "code": code}))?;
            } else {
                print::line(code.as_str());
            }
            if !twins.is_empty() {
                let codes: Vec<&str> = twins.iter().map(|c| c.as_str()).collect();
                let codes = codes.join(", ");
                print::note(msg("cli-client-same-name-birth-date").shown("codes", codes).text(lang));
            }
            if waits {
                print::note(lang.say("cli-client-supervisor-reads-client-once"));
            }
        }
        Client::List => list(&unlocked, globals)?,
        Client::Show { code, full: true, reason, history } => {
            let reason = reason.unwrap_or_default();
            crate::cli::client::card::full(&ClientCode(code), &reason, history, &unlocked, globals)?;
        }
        Client::Show { code, .. } => show(&unlocked, &ClientCode(code), globals)?,
        Client::Export(asked) => crate::cli::client::export::run(&asked, &unlocked, globals)?,
        Client::Merge(asked) => crate::cli::client::merge::run(asked, &unlocked, globals)?,
        Client::Edit(asked) => crate::cli::client::card::edit(asked, &unlocked, globals)?,
        Client::Consent(asked) => crate::cli::client::consent::run(asked, &unlocked, globals)?,
        Client::Assign { code, supervisor } => {
            unlocked.assign_supervisor(&ClientCode(code.clone()), &supervisor)?;
            if globals.json {
                print::json(
                    &serde_json::json!({"schema": "gyeot.client-assigned/1", "code": code, "supervisor": supervisor}),
                )?;
            } else {
                print::line(format!("{code}: {supervisor}"));
            }
        }
        Client::Unassign { code, supervisor } => {
            let done = unlocked.unassign_supervisor(&ClientCode(code.clone()), &supervisor)?;
            if globals.json {
                print::json(
                    &serde_json::json!({"schema": "gyeot.client-unassigned/1", "code": code, "supervisors": done}),
                )?;
            } else {
                crate::cli::client::consent::say_readers(&done, lang);
            }
        }
        Client::HandOver { code, to, reason, process_notes, second: who, phrases: given } => {
            let (other, two) = (who.read(globals.lang())?, given.read(globals.lang())?);
            let asked = HandOver { to: &to, reason: &reason, process_notes, phrases: two.as_ref().map(phrases) };
            let done = unlocked.hand_over(&ClientCode(code), &asked, second(&other))?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.handed-over/1", "handed": done}))?;
            } else {
                print::line(format!("{} → {to}", done.code));
                print::line(if done.process_notes {
                    lang.say("cli-client-process-notes-went-along")
                } else {
                    lang.say("cli-client-earlier-process-notes-stay")
                });
                if done.break_glass {
                    print::line(lang.say("cli-client-done-alone-waits-review"));
                }
            }
        }
        // Handled above, before anything is unlocked.
        Client::Due(_) => {}
    }
    unlocked.lock().map_err(ErrorReport::from)
}

fn list(unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let rows = unlocked.clients()?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.clients/1", "clients": rows}));
    }
    for row in rows {
        let mark = if row.own { "" } else { globals.lang().say("cli-client-supervision") };
        let there = row.goes_on_as.map(|code| format!("  → {code}")).unwrap_or_default();
        print::line(format!("{}  {}{mark}{there}", row.code, row.name.reveal()));
    }
    Ok(())
}

fn show(unlocked: &UnlockedVault, code: &ClientCode, globals: &Globals) -> Result<(), ErrorReport> {
    let ClientFile { card, consent, sessions, supervisors, awaiting } = unlocked.client_file(code)?;
    if globals.json {
        let (card, withheld) = crate::cli::client::card::without_what_needs_a_reason(&card);
        return print::json(&serde_json::json!({
            "schema": "gyeot.client/1", "code": code, "card": card, "withheld": withheld, "consent": consent,
            "sessions": sessions, "supervisors": supervisors, "awaiting": awaiting,
        }));
    }
    let lang = globals.lang();
    print::line(format!("{code}  {}", card.name.reveal()));
    if let Some(line) = crate::cli::client::card::withheld(&card, lang) {
        print::line(line);
    }
    print::line(crate::cli::client::consent::line(&consent, lang));
    if !supervisors.is_empty() {
        print::line(format!("{}: {}", lang.say("cli-client-supervisors"), supervisors.join(", ")));
    }
    if !awaiting.is_empty() {
        let waits = lang.say("cli-client-supervisors-who-wait-clients");
        print::line(format!("{waits}: {}", awaiting.join(", ")));
    }
    if let Some(there) = &card.goes_on_as {
        print::line(msg("cli-client-merge-goes-on-there").shown("code", there).text(lang));
    }
    crate::cli::client::merge::sessions_of(&sessions, lang);
    for earlier in &card.earlier_records {
        print::line(msg("cli-client-merge-earlier-record").shown("code", earlier).text(lang));
        crate::cli::client::merge::sessions_of(&unlocked.client_file(earlier)?.sessions, lang);
    }
    Ok(())
}
