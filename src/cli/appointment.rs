//! `gyeot appointment list|set|cancel|export|import`: the next appointment of each client.

use crate::adapters::outgoing_file::OutgoingFile;
use crate::cli::{Globals, passphrase, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::appointment;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::text::ClientText;
use crate::formats::ics;
use crate::service::UnlockedVault;
use crate::service::appointments::{self, Asked, Booked};
use crate::texts::{msg, system};
use clap::Subcommand;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments of `gyeot appointment`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The appointments that stand, the earliest first.
    List,
    /// Set a client's next appointment, in the place of the one before.
    Set {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// The day.
        day: String,
        /// The time.
        time: String,
        /// How long.
        #[arg(long)]
        minutes: Option<u16>,
        /// Where.
        #[arg(long)]
        place: Option<String>,
    },
    /// Call a client's next appointment off.
    Cancel {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
    },
    /// Write the appointments to a calendar file.
    Export {
        /// The file that is made.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take appointments in from a calendar file.
    Import {
        /// The file.
        file: PathBuf,
        /// Change nothing.
        #[arg(long)]
        only_look: bool,
    },
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let unlocked = passphrase::unlock(globals)?;
    let lang = globals.lang();
    match args.command {
        Command::List => list(&unlocked.appointments()?, globals)?,
        Command::Set { client, day, time, minutes, place } => {
            let today = unlocked.now().day().unwrap_or_default();
            let no_day = || ErrorReport::usage(msg("appointment-no-day"), msg("appointment-no-day.hint"));
            let no_time = || ErrorReport::usage(msg("appointment-no-time"), msg("appointment-no-time.hint"));
            let day = appointment::day(&day, today).ok_or_else(no_day)?;
            let time = appointment::time(&time).ok_or_else(no_time)?;
            let at = Some(appointment::instant(day, time).ok_or_else(no_time)?);
            appointments::set(&unlocked, &client, Asked { at, minutes, place: place.as_deref().map(ClientText::new) })?;
            let set: Vec<Booked> = unlocked.appointments()?.into_iter().filter(|b| b.client.code == client).collect();
            list(&set, globals)?;
        }
        Command::Cancel { client } => {
            let stood = appointments::call_off(&unlocked, &client)?.is_some();
            if globals.json {
                let done = json!({"schema": "gyeot.appointment-cancelled/1", "client": client, "cancelled": stood});
                print::json(&done)?;
            } else {
                let said = if stood { "appointment-off" } else { "appointment-none-to-call-off" };
                print::note(msg(said).with("code", client.as_str()).text(lang));
            }
        }
        Command::Export { output, reason } => export(&unlocked, &output, &reason, globals)?,
        Command::Import { file, only_look } => {
            let text = read(&file)?;
            let done = appointments::take_in(&unlocked, &text, only_look)?;
            if globals.json {
                print::json(&json!({"schema": "gyeot.appointments-imported/1", "written": !only_look, "done": done}))?;
            } else {
                for (code, at) in &done.set {
                    let when = format!("{} {}", appointment::day_message(*at).text(lang), appointment::time_of(*at));
                    print::line(msg("appointment-set").with("code", code.as_str()).with("when", when).text(lang));
                }
                for code in &done.called_off {
                    print::line(msg("appointment-off").with("code", code.as_str()).text(lang));
                }
                let counts = msg("appointment-taken-in")
                    .with("set", done.set.len())
                    .with("off", done.called_off.len())
                    .with("same", done.nothing_new)
                    .with("nobody", done.of_nobody)
                    .with("untimed", done.without_time);
                print::note(counts.text(lang));
                if only_look {
                    print::note(lang.say("appointment-only-looked"));
                }
            }
        }
    }
    unlocked.lock().map_err(ErrorReport::from)
}

fn list(booked: &[Booked], globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        let rows = booked.iter().map(|b| {
            json!({"client": b.client.code, "at": b.appointment.at.map(|at| at.to_rfc3339()),
                "minutes": b.appointment.minutes, "place": b.appointment.place})
        });
        let rows: Vec<_> = rows.collect();
        return print::json(&json!({"schema": "gyeot.appointments/1", "appointments": rows}));
    }
    if booked.is_empty() {
        print::note(lang.say("appointment-none"));
    }
    for one in booked {
        let when = one.appointment.message().text(lang);
        print::line(msg("appointment-set").with("code", one.client.code.as_str()).with("when", when).text(lang));
    }
    Ok(())
}

fn export(unlocked: &UnlockedVault, output: &Path, reason: &str, globals: &Globals) -> Result<(), ErrorReport> {
    let out = OutgoingFile::begin(output)?;
    let booked = unlocked.export_appointments(reason)?;
    let entries: Vec<ics::Entry> = booked
        .into_iter()
        .filter_map(|Booked { client, appointment }| {
            let (at, minutes, place) = (appointment.at?, appointment.minutes, appointment.place);
            Some(ics::Entry { client: client.id, code: client.code, at, minutes, place })
        })
        .collect();
    let bytes = ics::write(&entries, unlocked.now(), globals.lang());
    out.finish(&bytes)?;
    if globals.json {
        let file = output.display().to_string();
        return print::json(&json!({"schema": "gyeot.appointments-exported/1", "file": file, "bytes": bytes.len()}));
    }
    print::note(msg("outgoing-written").shown("file", output.display()).text(globals.lang()));
    Ok(())
}

/// The text of a file of bounded size.
fn read(file: &Path) -> Result<String, ErrorReport> {
    let unread = |e: &std::io::Error| {
        ErrorReport::usage(msg("appointment-unread").with("why", system::of(e)), msg("appointment-unread.hint"))
    };
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(|e| unread(&e))?;
    opened.take(ics::MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|e| unread(&e))?;
    if bytes.len() as u64 > ics::MOST_BYTES {
        return Err(ErrorReport::usage(msg("appointment-large"), msg("appointment-large.hint")));
    }
    String::from_utf8(bytes)
        .map_err(|_| ErrorReport::usage(msg("appointment-no-calendar"), msg("appointment-no-calendar.hint")))
}
