//! `gyeot assess schedule` and `gyeot assess due`: when instruments are to be given again. Kept sealed with the client;
//! giving the instrument clears it.

use crate::adapters::instruments;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientCode, InstrumentId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::{Due, Every, SCHEMA, Schedule};
use crate::service::{Body, UnlockedVault};
use crate::texts::{Message, msg};
use jiff::civil::Date;
use serde_json::json;

/// Arguments of `gyeot assess schedule`.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// The instrument, such as phq-9; all of the client's schedules when absent.
    id: Option<String>,
    /// Whose.
    #[arg(long, value_name = "CODE")]
    client: String,
    /// 2w, session, or dates as YYYY-MM-DD with commas; with `usual` the published interval of the instrument.
    #[arg(long, value_name = "2w|session|DATES|usual", requires = "id")]
    every: Option<String>,
    /// First day, YYYY-MM-DD; today when absent.
    #[arg(long, value_name = "DATE", requires = "every")]
    from: Option<Date>,
    /// Last day, YYYY-MM-DD; without end when absent.
    #[arg(long, value_name = "DATE", requires = "every")]
    until: Option<Date>,
    /// No longer.
    #[arg(long, requires = "id", conflicts_with = "every")]
    stop: bool,
}

/// Sets, stops or shows schedules of a client.
pub fn set(args: &Set, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let library = instruments::library(&globals.assessments_dir())?;
    let client = ClientCode(args.client.clone());
    let only = args.id.as_deref().map(InstrumentId::from);
    let instrument = only.as_ref().map(|id| library.get(id)).transpose()?;
    let (every, writes) = match (&args.every, instrument) {
        (Some(said), Some(i)) if said == "usual" => {
            let usual = i.interval.as_ref().ok_or_else(|| {
                let what = msg("cli-assess-schedule-no-published-interval-known-here").shown("id", &i.id);
                ErrorReport::usage(what, msg("cli-assess-schedule-say-every-2w-every-session.hint"))
            })?;
            print::note(format!("{} ({})", usual.every, usual.source));
            (Some(read(&usual.every)?), true)
        }
        (Some(said), _) => (Some(read(said)?), true),
        (None, _) => (None, args.stop),
    };
    if let (true, Some(instrument)) = (writes, only.clone()) {
        let now = unlocked.now();
        let today = now.day().ok_or_else(|| {
            ErrorReport::failed(
                msg("cli-assess-schedule-clock-shows-no-date"),
                msg("cli-assess-schedule-clock-shows-no-date.hint"),
            )
        })?;
        let from = args.from.unwrap_or(today);
        if args.until.is_some_and(|until| until < from) {
            return Err(ErrorReport::usage(
                msg("cli-assess-schedule-last-day-lies-before-first"),
                msg("cli-assess-schedule-last-day-lies-before-first.hint"),
            ));
        }
        let stops = every.is_none();
        if stops && !unlocked.measures(&client)?.schedules.iter().any(|s| s.instrument == instrument) {
            return Err(ErrorReport::usage(
                msg("cli-assess-schedule-no-schedule-stop").shown("instrument", instrument),
                msg("cli-assess-schedule-no-schedule-stop.hint"),
            ));
        }
        let schedule = Schedule { schema: SCHEMA.to_owned(), instrument, every, from, until: args.until, set_at: now };
        unlocked.keep_for(&client, &[Body::Schedule { schedule }])?;
        print::note(globals.lang().say("assess-kept-saved"));
    }
    show(unlocked, &client, only.as_ref(), globals)
}

fn read(said: &str) -> Result<Every, ErrorReport> {
    said.parse().map_err(|what: Message| {
        ErrorReport::usage(msg("cli-assess-schedule-every").with("what", what), msg("cli-assess-schedule-every.hint"))
    })
}

fn show(
    unlocked: &UnlockedVault,
    client: &ClientCode,
    only: Option<&InstrumentId>,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let measures = unlocked.measures(client)?;
    let wanted = |id: &InstrumentId| only.is_none_or(|o| o == id);
    let schedules: Vec<&Schedule> = measures.schedules.iter().filter(|s| wanted(&s.instrument)).collect();
    let standing = |id: &InstrumentId| measures.due.iter().find(|d| d.instrument == *id);
    if globals.json {
        let list: Vec<_> = schedules
            .iter()
            .map(|s| {
                json!({"instrument": s.instrument, "every": s.every.as_ref().map(Every::to_string), "from": s.from,
                "until": s.until, "standing": standing(&s.instrument).map(|d| d.standing)})
            })
            .collect();
        return print::json(&json!({"schema": "gyeot.schedules/1", "client": client, "schedules": list}));
    }
    if schedules.is_empty() {
        print::note(lang.say("assess-schedule-nothing-scheduled"));
    }
    for s in schedules {
        let every = s.every.as_ref().map(|e| e.say(lang)).unwrap_or_default();
        let until = s.until.map(|u| format!("–{u}")).unwrap_or_default();
        let over = lang.say("assess-schedule-over").to_owned();
        let stands = standing(&s.instrument).map_or(over, |d| d.standing.say(lang));
        print::line(format!("{:<15} {every} · {}{until} · {stands}", s.instrument.as_str(), s.from));
    }
    Ok(())
}

/// Prints what is due of one client, or of every client of this member.
pub fn due(client: Option<&str>, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let codes: Vec<ClientCode> = match client {
        Some(code) => vec![ClientCode(code.to_owned())],
        None => unlocked.clients()?.into_iter().map(|row| row.code).filter(|code| !code.is_practice()).collect(),
    };
    let mut found: Vec<(ClientCode, Due)> = Vec::new();
    for code in codes {
        let open = unlocked.measures(&code)?.due;
        found.extend(open.into_iter().filter(|d| d.standing.is_due()).map(|d| (code.clone(), d)));
    }
    if globals.json {
        let list: Vec<_> = found
            .iter()
            .map(|(code, d)| {
                json!({"client": code, "instrument": d.instrument, "every": d.every.to_string(),
                "standing": d.standing})
            })
            .collect();
        return print::json(&json!({"schema": "gyeot.assessments-due/1", "due": list}));
    }
    if found.is_empty() {
        print::note(lang.say("assess-schedule-nothing-due"));
    }
    for (code, d) in found {
        print::line(line(&code, &d, lang));
    }
    Ok(())
}

fn line(code: &ClientCode, d: &Due, lang: Lang) -> String {
    format!("{:<10} {:<15} {} · {}", code.as_str(), d.instrument.as_str(), d.every.say(lang), d.standing.say(lang))
}
