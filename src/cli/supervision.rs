//! `gyeot supervision`: what stands around reviews. Supervisees with counts, deputies for a time, extracts of process notes that
//! a counsellor releases, and the hours for one's own certificate.

use crate::adapters::instruments;
use crate::adapters::outgoing_file::OutgoingFile;
use crate::cli::note::editing::read_text;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientCode, RecordId};
use crate::domain::practice::time::Timestamp;
use crate::domain::review::extract::read_numbers;
use crate::domain::review::hours::{Setting, SupervisionHours, totals};
use crate::service::UnlockedVault;
use crate::service::deputies::{DeputyByDays, DeputyRow, end_deputy_of, name_deputy_by_days};
use crate::service::process_extracts::Released;
use crate::service::supervision_hours::{HoursRow, forget_supervision_of, hours_file};
use crate::texts::msg;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `gyeot supervision`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Counsellors of whom a note waits or was returned, with counts.
    Supervisees,
    /// Who reads in a supervisor's place, and for how long.
    Deputies,
    /// Name a deputy for a time: of all your clients, or of one. A supervisor names one in their own place.
    Deputy {
        /// The deputy, a supervisor of the centre.
        name: String,
        /// The first day.
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: String,
        /// The last day, included.
        #[arg(long, value_name = "YYYY-MM-DD")]
        to: String,
        /// Of this client only.
        #[arg(long, value_name = "CODE")]
        client: Option<ClientCode>,
        /// For a counsellor, where a client has more than one supervisor: in whose place.
        #[arg(long, value_name = "MEMBER")]
        instead_of: Option<String>,
    },
    /// End a deputy now; the keys are taken and new ones begin.
    EndDeputy {
        /// The deputy.
        name: String,
        /// Of this client only.
        #[arg(long, value_name = "CODE")]
        client: Option<ClientCode>,
    },
    /// The process note of a session, which is the counsellor's alone: shown with its lines numbered, or written.
    ProcessNote {
        /// The session.
        session: String,
        /// Write it from this file; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// Release lines of a process note to whoever supervises the client; nothing else of it is read by them.
    Release {
        /// The session.
        session: String,
        /// The lines, as `process-note` numbers them: `1,3,5-7`.
        #[arg(long, value_name = "LINES")]
        lines: String,
    },
    /// What was released of a session's process note.
    Released {
        /// The session.
        session: String,
    },
    /// Take a released extract back: it is destroyed.
    TakeBack {
        /// The session.
        session: String,
        /// The extract, by the first digits of its record; the only one without it.
        #[arg(long, value_name = "RECORD")]
        extract: Option<String>,
    },
    /// Write an hour of supervision down.
    Log {
        /// The day; today without it.
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<String>,
        /// How long.
        #[arg(long, value_name = "N")]
        minutes: u16,
        /// In a group; else with one counsellor alone.
        #[arg(long)]
        group: bool,
        /// With whom, a member of the centre.
        #[arg(long, value_name = "MEMBER")]
        with: Option<String>,
    },
    /// Your own hours with their sums, or as CSV for a certificate.
    Hours {
        /// Write CSV to this file.
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        /// Destroy one that was written down wrongly, by the first digits of its record.
        #[arg(long, value_name = "RECORD", conflicts_with = "csv")]
        forget: Option<String>,
    },
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let vault = unlock(globals)?;
    match args.what {
        What::Supervisees => supervisees(&vault, globals),
        What::Deputies => deputies(&vault.deputies()?, globals),
        What::Deputy { name, from, to, client, instead_of } => {
            let (client, instead_of) = (client.as_ref(), instead_of.as_deref());
            name_deputy_by_days(&vault, DeputyByDays { name: &name, client, instead_of, from: &from, to: &to })?;
            deputies(&vault.deputies()?, globals)
        }
        What::EndDeputy { name, client } => {
            end_deputy_of(&vault, &name, client.as_ref())?;
            deputies(&vault.deputies()?, globals)
        }
        What::ProcessNote { session, from } => {
            let session = find(&vault.sessions(None)?, &session)?;
            if let Some(path) = from {
                vault.write_process_note(session, &read_text(Some(&path))?)?;
            }
            let Some(version) = vault.process_note(session)? else {
                return Err(crate::service::VaultError::Input(msg("process-note-none")).into());
            };
            let lines: Vec<&str> =
                version.note.sections.iter().flat_map(|s| &s.lines).map(|l| l.text.reveal()).collect();
            if globals.json {
                return print::json(
                    &json!({ "schema": "gyeot.process-note/1", "record": version.record, "at": version.at, "lines": lines }),
                );
            }
            lines.iter().enumerate().for_each(|(n, line)| print::line(format!("{:>3} {line}", n + 1)));
            Ok(())
        }
        What::Release { session, lines } => {
            let session = find(&vault.sessions(None)?, &session)?;
            let numbers =
                read_numbers(&lines).ok_or_else(|| crate::service::VaultError::Input(msg("process-extract-lines")))?;
            extracts(&[vault.release_extract(session, &numbers)?], globals)
        }
        What::Released { session } => {
            let session = find(&vault.sessions(None)?, &session)?;
            extracts(&vault.released_extracts(session)?, globals)
        }
        What::TakeBack { session, extract } => {
            let session = find(&vault.sessions(None)?, &session)?;
            let all: Vec<RecordId> = vault.released_extracts(session)?.into_iter().map(|r| r.record).collect();
            vault.take_back_extract(session, named(&all, extract.as_deref(), "process-extract-none")?)?;
            print::note(globals.lang().say("process-extract-taken-back"));
            extracts(&vault.released_extracts(session)?, globals)
        }
        What::Log { date, minutes, group, with } => {
            let setting = if group { Setting::Group } else { Setting::Individual };
            let date = date.unwrap_or_else(|| vault.now().date());
            let row = vault.log_supervision(&date, minutes, setting, with.as_deref())?;
            hours(&[row], globals)
        }
        What::Hours { csv, forget } => {
            if let Some(path) = csv {
                OutgoingFile::begin(&path)?.finish(hours_file(&vault)?.as_bytes())?;
                print::note(msg("outgoing-written").shown("file", path.display()).text(globals.lang()));
                return Ok(());
            }
            if let Some(record) = forget {
                forget_supervision_of(&vault, &record)?;
            }
            hours(&vault.supervision_hours()?, globals)
        }
    }
}

/// The one whose digits begin so, or the only one.
fn named(all: &[RecordId], wanted: Option<&str>, none: &'static str) -> Result<RecordId, ErrorReport> {
    let mut hits = all.iter().filter(|id| wanted.is_none_or(|w| id.to_string().starts_with(w)));
    match (hits.next(), hits.next()) {
        (Some(id), None) => Ok(*id),
        _ => Err(crate::service::VaultError::Input(msg(none)).into()),
    }
}

fn supervisees(vault: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let library = instruments::library(&globals.assessments_dir())?;
    let all = vault.review_queue(&library)?.supervisees();
    if globals.json {
        return print::json(&json!({ "schema": "gyeot.supervisees/1", "supervisees": all }));
    }
    for one in all {
        let said = msg("supervisee-row").with("name", &one.name).with("waiting", one.waiting);
        let said = said.with("risk", one.at_risk).with("returned", one.returned);
        print::line(said.with("cosigned", one.cosigned).with("clients", one.clients).text(globals.lang()));
    }
    Ok(())
}

fn deputies(rows: &[DeputyRow], globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        return print::json(&json!({ "schema": "gyeot.deputies/1", "deputies": rows }));
    }
    if rows.is_empty() {
        print::line(lang.say("deputies-none"));
    }
    for row in rows {
        let id = match (row.holds, row.keys) {
            (true, _) => "deputy-holds",
            (false, true) => "deputy-over",
            (false, false) => "deputy-waits",
        };
        // The end is the beginning of the day after.
        let last = Timestamp(row.to.0 - 1);
        let said = msg("deputy-row").with("code", row.code.as_str()).with("name", &row.name);
        let said = said.with("of", &row.instead_of).with("from", row.from.date()).with("to", last.date());
        print::line(said.with("state", lang.say(id)).text(lang));
    }
    Ok(())
}

fn extracts(all: &[Released], globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        let one = |r: &Released| json!({ "record": r.record, "at": r.at, "lines": r.extract.lines });
        let all: Vec<_> = all.iter().map(one).collect();
        return print::json(&json!({ "schema": "gyeot.process-extracts/1", "extracts": all }));
    }
    if all.is_empty() {
        print::line(lang.say("process-extracts-none"));
    }
    for r in all {
        let record = r.record.to_string();
        print::line(msg("process-extract-head").with("record", &record[..8]).with("at", r.at.shown()).text(lang));
        r.extract.lines.iter().for_each(|line| print::line(format!("   {}", line.reveal())));
    }
    Ok(())
}

fn hours(all: &[HoursRow], globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let sums = totals(all.iter().map(|r| &r.hours));
    if globals.json {
        let one = |r: &HoursRow| {
            let SupervisionHours { date, minutes, setting, .. } = &r.hours;
            json!({ "record": r.record, "date": date, "minutes": minutes, "setting": setting, "with": r.with })
        };
        let rows: Vec<_> = all.iter().map(one).collect();
        return print::json(&json!({ "schema": "gyeot.supervision-hours/1", "hours": rows,
            "minutes": { "individual": sums[0], "group": sums[1] } }));
    }
    for r in all {
        let record = r.record.to_string();
        let said = msg("hours-row").with("date", &r.hours.date).with("minutes", r.hours.minutes);
        let said = said.with("setting", r.hours.setting.label(lang)).with("with", &r.with);
        print::line(said.with("record", &record[..8]).text(lang));
    }
    print::line(msg("hours-sums").with("individual", sums[0]).with("group", sums[1]).text(lang));
    Ok(())
}
