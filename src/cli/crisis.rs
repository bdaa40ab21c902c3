//! `gyeot crisis`: the lines one can call, how far each was checked, and that a person has checked one.

use crate::adapters::clock::SystemClock;
use crate::adapters::crisis_data;
use crate::cli::{Globals, print};
use crate::domain::crisis::crisis_line::{CrisisLine, CrisisLines, Kind, Trust};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::ports::clock::Clock;
use crate::texts::msg;
use serde_json::{Value, json};

/// Arguments of `gyeot crisis`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The lines one can call, each with the day on which a person checked it.
    Lines,
    /// Say that you checked a line: you called it, or looked at the operator's own page.
    Checked {
        /// The line, as `lines` prints it.
        id: String,
        /// The day of the check; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Option<String>,
        /// The number that is right now; the one before when absent.
        #[arg(long, value_name = "NUMBER")]
        number: Option<String>,
    },
}

/// Today in the calendar of this process.
pub fn today() -> String {
    SystemClock.now().date()
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let own = globals.crisis_lines_file();
    match args.what {
        What::Lines => list(&crisis_data::crisis_lines(&own)?, globals),
        What::Checked { id, on, number } => {
            let (on, number) = (day(on)?, dialled(number)?);
            list(&crisis_data::line_checked(&own, &id, &on, number)?, globals)
        }
    }
}

/// The day of a check; refused when it is none or has not come yet.
fn day(on: Option<String>) -> Result<String, ErrorReport> {
    let Some(on) = on else { return Ok(today()) };
    let day = on.parse::<jiff::civil::Date>().ok().map(|d| d.to_string()).filter(|d| *d <= today());
    day.ok_or_else(|| ErrorReport::usage(msg("crisis-checked-day"), msg("crisis-checked-day.hint")))
}

/// A telephone number as it is dialled.
fn dialled(number: Option<String>) -> Result<Option<String>, ErrorReport> {
    let good = |n: &String| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match number {
        Some(n) if !good(&n) => {
            Err(ErrorReport::usage(msg("crisis-checked-number"), msg("crisis-checked-number.hint")))
        }
        number => Ok(number),
    }
}

fn list(lines: &CrisisLines, globals: &Globals) -> Result<(), ErrorReport> {
    let (lang, today, days) = (globals.lang(), today(), lines.check_every_days);
    if globals.json {
        let all: Vec<Value> = lines.lines.iter().map(|l| line_json(l, &today, days, lang)).collect();
        return print::json(&json!({"schema": "gyeot.crisis-lines/1", "version": lines.version,
            "check_every_days": days, "lines": all}));
    }
    let mut waiting = 0;
    for line in &lines.lines {
        let words = line.text(lang);
        let good = matches!(line.standing(&today, days), Trust::Checked(_));
        waiting += usize::from(!good);
        let number = line.number.as_deref().unwrap_or("–");
        let urgent = if line.urgent { "▲" } else { " " };
        print::line(format!("{urgent} {number:<10} {} · {}  [{}]", words.name, words.hours, line.id));
        print::line(format!("    {}", words.use_for));
        let mark = if good { "✓" } else { "!" };
        print::line(format!("    {mark} {}", line.standing(&today, days).message().text(lang)));
    }
    if waiting > 0 {
        print::note(msg("crisis-lines-waiting").with("n", waiting).with("days", days).text(lang));
    }
    Ok(())
}

/// A line as data.
pub fn line_json(line: &CrisisLine, today: &str, days: u16, lang: Lang) -> Value {
    let words = line.text(lang);
    let (state, since) = match line.standing(today, days) {
        Trust::Checked(on) => ("checked", on),
        Trust::Due(on) => ("due", on),
        Trust::UnverifiedSince(on) => ("unverified", on),
    };
    let kind = match line.kind {
        Kind::Phone => "phone",
        Kind::Place => "place",
    };
    json!({"id": line.id, "number": line.number, "kind": kind, "name": words.name, "hours": words.hours,
        "use_for": words.use_for, "urgent": line.urgent, "state": state, "since": since})
}
