//! `gyeot audit show|verify|inspect|signed|review|reach`.

use crate::adapters::escalation;
use crate::adapters::outgoing_file::{OutgoingFile, SignedFile};
use crate::cli::{Globals, passphrase, print};
use crate::config::escalation_file;
use crate::crypto::keys::sha256;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::governance::access_log::{Entry, LogBreak, Month};
use crate::domain::governance::roster::Roster;
use crate::domain::practice::lang::Lang;
use crate::formats::inspection_document::entry_why;
use crate::service::inspection::signed_inspection;
use crate::service::{LogRead, UnlockedVault};
use crate::texts::{msg, named};
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// Arguments of `gyeot audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Audit,
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Every entry.
    Show {
        /// Only this month, YYYY-MM.
        #[arg(long)]
        month: Option<Month>,
    },
    /// Check every signature and link; gives a signed checkpoint to keep elsewhere.
    Verify {
        /// A checkpoint from before: the log must continue it.
        #[arg(long, value_name = "F")]
        against: Option<PathBuf>,
    },
    /// Inspect a month; gives a signed report.
    Inspect {
        /// YYYY-MM.
        #[arg(long)]
        month: Month,
        /// Write the signed report here.
        #[arg(long, value_name = "F")]
        report: Option<PathBuf>,
        /// Write the page to print here; the file must not be there yet.
        #[arg(long, value_name = "F")]
        pdf: Option<PathBuf>,
    },
    /// Check that a member of this vault signed a certificate, a report or a checkpoint as it stands. Needs no passphrase.
    Signed {
        /// The file.
        file: PathBuf,
        /// A file that it has to name by its hash, such as the page of a report.
        #[arg(long, value_name = "F")]
        of: Option<PathBuf>,
    },
    /// Review what one person did alone; without a number lists what waits.
    Review {
        /// The entry of the log.
        entry: Option<u64>,
    },
    /// What a member's keys reached, leavers included.
    Reach {
        /// The name.
        name: String,
    },
}

/// Says on stderr where the log is not as it was written; gives the fault that ends the command.
fn told_breaks(breaks: &[LogBreak], lang: Lang) -> Option<ErrorReport> {
    let first = breaks.first()?;
    for LogBreak { at, why } in breaks {
        print::note(format!("#{at}: {}", named(why.clone()).text(lang)));
    }
    let what = msg("cli-audit-access-log-not-written-places").with("n", breaks.len()).shown("at", first.at);
    let hint = msg("cli-audit-other-entries-were-shown-compare");
    Some(ErrorReport::with(Exit::Damaged, what, hint))
}

/// An entry on a line, in the words of the screen; codes of an escalation in the words of its rules.
fn entry_line(n: u64, e: &Entry, roster: &Roster, rules: &Rules, lang: Lang) -> String {
    let by = roster.member(e.by).map_or("?", |m| &m.name);
    let task = e.task.label().text(lang);
    let whose = e.whose.as_ref().map_or("-", |c| c.as_str());
    let reason = e.reason.as_ref().map_or_else(String::new, |_| entry_why(e, rules, lang));
    let beside = e.second.map_or("", |id| roster.member(id).map_or("?", |m| &m.name));
    let by = if beside.is_empty() { by.to_owned() } else { format!("{by}+{beside}") };
    let glass = if e.break_glass { format!(" ({})", lang.say("cli-audit-alone")) } else { String::new() };
    let line = format!("{n:>6}  {}  {by}  {}  {whose}  {task}{glass}  {reason}", e.at.shown(), e.place);
    line.trim_end().to_owned()
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, ErrorReport> {
    std::fs::read(file).map_err(|e| {
        ErrorReport::usage(
            msg("cli-audit-file-could-not-read").with("x0", e.kind()),
            msg("cli-audit-file-could-not-read.hint"),
        )
    })
}

fn signed(file: &Path, of: Option<&Path>, globals: &Globals) -> Result<(), ErrorReport> {
    let signed = UnlockedVault::read_signed(&globals.vault_dir(), &bytes_of(file)?)?;
    if let Some(of) = of {
        let hash = hex::encode(sha256(&[&bytes_of(of)?]));
        if !signed.text.split_whitespace().any(|word| word == hash) {
            let (what, hint) = (msg("cli-audit-not-that-file"), msg("cli-audit-not-that-file.hint"));
            return Err(ErrorReport::with(Exit::Damaged, what, hint));
        }
    }
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.signed/1", "signed": signed}));
    }
    let told = globals.lang().say("cli-audit-signed");
    print::line(format!("{told}: {}", signed.by));
    Ok(())
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if let Audit::Signed { file, of } = &args.command {
        return signed(file, of.as_deref(), globals);
    }
    // Rules that do not read leave the codes as they are.
    let rules = escalation::rules(&escalation_file()).unwrap_or_default();
    let unlocked = passphrase::unlock(globals)?;
    let mut broken = None;
    match args.command {
        Audit::Signed { .. } => {}
        Audit::Show { month } => {
            let LogRead { mut entries, breaks, .. } = unlocked.look_through_log()?;
            entries.retain(|(_, e)| month.as_ref().is_none_or(|m| Month::of(e.at) == *m));
            if globals.json {
                let rows: Vec<_> = entries.iter().map(|(n, e)| serde_json::json!({"n": n, "entry": e})).collect();
                print::json(&serde_json::json!({"schema": "gyeot.access-log/1", "entries": rows, "breaks": breaks}))?;
            } else {
                let roster = unlocked.roster();
                for (n, entry) in &entries {
                    print::line(entry_line(*n, entry, &roster, &rules, lang));
                }
            }
            broken = told_breaks(&breaks, lang);
        }
        Audit::Verify { against } => {
            let earlier = against.map(std::fs::read_to_string).transpose().map_err(|e| {
                ErrorReport::usage(
                    msg("cli-audit-checkpoint-could-not-read").with("why", e.kind()),
                    msg("cli-audit-checkpoint-could-not-read.hint"),
                )
            })?;
            let verified = unlocked.verify_log(earlier.as_deref())?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.log-verified/1", "verified": verified}))?;
            } else {
                let told = lang.say("cli-audit-all-signed-all-order");
                print::note(format!("{told}: {}", verified.entries));
                print::raw(&verified.checkpoint);
            }
        }
        Audit::Inspect { month, report, pdf } => {
            // What cannot be written is told before the month counts as inspected.
            let page = pdf.as_deref().map(SignedFile::begin).transpose()?;
            let note = report.as_deref().map(OutgoingFile::begin).transpose()?;
            let made = signed_inspection(&unlocked, &month, &rules, lang)?;
            if let Some(page) = page {
                page.finish(&made.pdf, &made.pdf_note)?;
            }
            let (inspection, signed) = (made.inspection, made.note);
            broken = told_breaks(&inspection.breaks, lang);
            if let Some(note) = note {
                note.finish(signed.as_bytes())?;
            }
            if globals.json {
                print::json(&serde_json::json!({
                    "schema": "gyeot.inspected/1", "inspection": inspection, "signed": signed,
                }))?;
            } else if report.is_none() && pdf.is_none() {
                print::raw(&made.text);
            } else {
                print::line(format!("{month}: {}", inspection.entries));
            }
        }
        Audit::Review { entry } => {
            if let Some(entry) = entry {
                unlocked.review_entry(entry)?;
            }
            let open = unlocked.unreviewed()?;
            if globals.json {
                let rows: Vec<_> = open.iter().map(|(n, e)| serde_json::json!({"n": n, "entry": e})).collect();
                print::json(&serde_json::json!({"schema": "gyeot.unreviewed-entries/1", "entries": rows}))?;
            } else {
                let roster = unlocked.roster();
                if open.is_empty() {
                    print::note(lang.say("cli-audit-nothing-waits-review"));
                }
                for (n, entry) in &open {
                    print::line(entry_line(*n, entry, &roster, &rules, lang));
                }
            }
        }
        Audit::Reach { name } => {
            let reached = unlocked.reach_of(&name)?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.reach/1", "name": name, "reached": reached}))?;
            } else {
                crate::cli::member::print_reach(&reached, unlocked.roster().named(&name).is_some(), lang);
            }
        }
    }
    unlocked.lock()?;
    broken.map_or(Ok(()), Err)
}
