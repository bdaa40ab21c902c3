//! `gyeot escalate`: packets for the offices that help in a crisis, raised, approved, sent, followed up, closed and counted.

mod raise;
mod receivers;
mod show;
mod stats;

use crate::adapters::escalation;
use crate::adapters::outgoing_file::OutgoingFile;
use crate::cli::asking::{ask_line, words};
use crate::cli::member::{SecondArgs, second};
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::crisis::course::{Form, Found, Receipt};
use crate::domain::crisis::escalation::Word;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::text::ClientText;
use crate::service::Written;
use crate::service::escalation_course::course_page;
use crate::texts::msg;
use std::path::PathBuf;

/// Arguments of `gyeot escalate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Reason codes, legal bases with their limbs, receivers, outcomes. Needs no passphrase.
    Choices,
    /// Raise a packet for a client.
    Raise(raise::Raise),
    /// Packets, where each stands and what is due.
    List {
        /// Only those that are not closed.
        #[arg(long)]
        open: bool,
    },
    /// One packet with its whole course.
    Show {
        /// The first digits of its number.
        packet: String,
        /// Write the course as one page here, with a reason; the file must not be there yet.
        #[arg(long, value_name = "F", requires = "reason")]
        pdf: Option<PathBuf>,
        /// Why it goes out; the monthly inspection lists it.
        #[arg(long, value_name = "TEXT", requires = "pdf")]
        reason: Option<String>,
    },
    /// Give an admin who came later the keys of the packets that they cannot open.
    Share {
        /// The admin.
        name: String,
    },
    /// Agree as the second person that it goes.
    Approve {
        /// The packet.
        packet: String,
    },
    /// Let it go without a second person; an after-review is due from then on.
    Alone {
        /// The packet.
        packet: String,
        /// Why nobody could be asked.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// The after-review of what was done alone.
    Review {
        /// The packet.
        packet: String,
        /// What it found.
        #[arg(long, value_enum)]
        found: Finding,
        /// A remark: `-` asks for a line, else a file.
        #[arg(long, value_name = "F")]
        note: Option<String>,
    },
    /// Write it out for the receiver, with a signed manifest.
    Export {
        /// The packet.
        packet: String,
        /// `age`, `pdf`, `fhir` or `json`.
        #[arg(long, value_name = "FORM", default_value = "age")]
        form: Form,
        /// Into a new folder in this one.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Why; the monthly inspection lists it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Without a second person, and why; an after-review is due from then on.
        #[arg(long, value_name = "TEXT")]
        alone: Option<String>,
        /// Although it went out in this form before.
        #[arg(long)]
        again: bool,
    },
    /// The receiver has it.
    Receipt {
        /// The packet.
        packet: String,
        /// A note that the receiver signed.
        #[arg(long, value_name = "F", conflicts_with = "typed")]
        signed: Option<PathBuf>,
        /// Type who said there that it came; asked for as a line.
        #[arg(long)]
        typed: bool,
    },
    /// Write down what was done at a follow-up.
    FollowUp {
        /// The packet.
        packet: String,
        /// Which: hours after it was sent.
        #[arg(long, value_name = "N")]
        hours: u16,
        /// What was done, by its code.
        #[arg(long, value_name = "CODE")]
        done: Word,
        /// A remark: `-` asks for a line, else a file.
        #[arg(long, value_name = "F")]
        note: Option<String>,
    },
    /// Close it with an outcome.
    Close {
        /// The packet.
        packet: String,
        /// How it ended, by its code.
        #[arg(long, value_name = "CODE")]
        outcome: Word,
        /// A remark: `-` asks for a line, else a file.
        #[arg(long, value_name = "F")]
        note: Option<String>,
    },
    /// Destroy a packet with its course; prints the signed certificate.
    Delete {
        /// The packet.
        packet: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        second: SecondArgs,
    },
    /// Counts of a period, small ones withheld.
    Stats(stats::Stats),
    /// The directory of receivers and their keys.
    Receivers(receivers::Receivers),
}

/// What an after-review found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Finding {
    /// It had to be done so.
    Justified,
    /// A second person could have been asked.
    NotJustified,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let rules = escalation::rules(&globals.escalation_file())?;
    let note = |given: &Option<String>| words(given.as_deref(), lang.say("escalate-ask-note"));
    let (packet, done) = match args.what {
        What::Choices => return show::choices(&rules, globals),
        What::Raise(asked) => return raise::run(asked, &rules, globals),
        What::Stats(asked) => return stats::run(&asked, &rules, globals),
        What::Receivers(asked) => return receivers::run(asked, globals),
        What::List { open } => return show::list(&unlock(globals)?, &rules, open, globals),
        What::Show { packet, pdf: Some(path), reason } => {
            let place = OutgoingFile::begin(&path)?;
            let vault = unlock(globals)?;
            place.finish(&course_page(&vault, &rules, &packet, &reason.unwrap_or_default(), lang)?)?;
            print::line(path.display().to_string());
            return vault.lock().map_err(ErrorReport::from);
        }
        What::Share { name } => {
            let vault = unlock(globals)?;
            let given = vault.share_packets(&name)?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.packets-shared/1", "to": name, "packets": given}))?;
            } else {
                print::line(msg("escalate-shared").with("name", &name).with("n", given).text(lang));
            }
            return vault.lock().map_err(ErrorReport::from);
        }
        What::Show { packet, .. } => {
            let vault = unlock(globals)?;
            let course = vault.packet(&packet)?;
            show::show(&vault, &course, &rules, globals)?;
            return vault.lock().map_err(ErrorReport::from);
        }
        What::Approve { packet } => {
            let vault = unlock(globals)?;
            let course = vault.approve_escalation(&packet)?;
            (vault, course)
        }
        What::Alone { packet, reason } => {
            let vault = unlock(globals)?;
            let course = vault.escalate_alone(&packet, &reason)?;
            (vault, course)
        }
        What::Review { packet, found, note: given } => {
            let note = note(&given)?;
            let found = match found {
                Finding::Justified => Found::Justified,
                Finding::NotJustified => Found::NotJustified,
            };
            let vault = unlock(globals)?;
            let course = vault.review_escalation(&packet, found, note)?;
            (vault, course)
        }
        What::Export { packet, form, out, reason, alone, again } => {
            let vault = unlock(globals)?;
            let asked = Written { form, dir: &out, reason: &reason, lang, alone: alone.as_deref(), again };
            let exported = vault.export_escalation(&rules, &packet, &asked)?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.packet-exported/1", "exported": exported}))?;
            } else {
                print::line(exported.folder.display().to_string());
                for (name, hash) in &exported.files {
                    print::line(format!("  {hash}  {name}"));
                }
                print::line(msg("escalate-manifest").with("hash", &exported.manifest).text(lang));
                if exported.alone {
                    print::note(lang.say("escalate-review-due"));
                }
            }
            return vault.lock().map_err(ErrorReport::from);
        }
        What::Receipt { packet, signed, typed: _ } => {
            let receipt = match signed {
                Some(path) => {
                    let note = std::fs::read_to_string(path).map_err(|e| {
                        ErrorReport::usage(
                            msg("escalate-file-not-read").with("why", e.kind()),
                            msg("escalate-file-not-read.hint"),
                        )
                    })?;
                    Receipt::Signed { note }
                }
                None => Receipt::Typed { who: ClientText::new(&ask_line(lang.say("escalate-ask-who"))?) },
            };
            let vault = unlock(globals)?;
            let course = vault.take_receipt(&packet, receipt)?;
            (vault, course)
        }
        What::FollowUp { packet, hours, done, note: given } => {
            let note = note(&given)?;
            let vault = unlock(globals)?;
            let course = vault.follow_up(&rules, &packet, hours, &done, note)?;
            (vault, course)
        }
        What::Close { packet, outcome, note: given } => {
            let note = note(&given)?;
            let vault = unlock(globals)?;
            let course = vault.close_escalation(&rules, &packet, &outcome, note)?;
            (vault, course)
        }
        What::Delete { packet, reason, second: who } => {
            let other = who.read(globals.lang())?;
            let vault = unlock(globals)?;
            let (certificate, signed) = vault.delete_escalation(&packet, &reason, second(&other))?;
            if globals.json {
                print::json(&serde_json::json!({
                    "schema": "gyeot.packet-deleted/1", "certificate": certificate, "signed": signed,
                }))?;
            } else {
                print::raw(&signed);
            }
            return vault.lock().map_err(ErrorReport::from);
        }
    };
    show::told(&done, &rules, packet.now(), globals)?;
    packet.lock().map_err(ErrorReport::from)
}
