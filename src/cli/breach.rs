//! `gyeot breach`: the pack for a leak, made from log and roster by one command.

use crate::adapters::{outgoing_file, shipped};
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::time::Timestamp;
use crate::formats::{breach_document, paper};
use crate::service::breach::LostBy;
use crate::texts::msg;
use std::path::PathBuf;

/// Arguments of `gyeot breach`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Which keys, whose records, since when, whom to tell and by when.
    Pack {
        /// A member whose passphrase or key slot may be in other hands; leavers too.
        #[arg(long, value_name = "NAME", required_unless_present = "place")]
        lost: Option<String>,
        /// A workstation, by its name in the access log: everybody who worked there.
        #[arg(long, value_name = "NAME", conflicts_with = "lost")]
        place: Option<String>,
        /// Since when it may be out of hand, RFC 3339; the last use of the keys when left out.
        #[arg(long, value_name = "WHEN")]
        since: Option<String>,
        /// When the centre knew, RFC 3339; now when left out. The clock runs from here.
        #[arg(long, value_name = "WHEN")]
        known: Option<String>,
        /// Write the page to print here; the file must not be there yet.
        #[arg(long, value_name = "F")]
        pdf: Option<PathBuf>,
        /// Write the signed pack here; the file must not be there yet.
        #[arg(long, value_name = "F")]
        signed: Option<PathBuf>,
    },
}

fn instant(given: Option<&str>) -> Result<Option<Timestamp>, ErrorReport> {
    let read = |text: &str| {
        text.parse::<jiff::Timestamp>()
            .map(|t| Timestamp(t.as_millisecond()))
            .map_err(|_| ErrorReport::usage(msg("breach-not-a-time"), msg("breach-not-a-time.hint")))
    };
    given.map(read).transpose()
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let What::Pack { lost, place, since, known, pdf, signed: file } = args.what;
    let lang = globals.lang();
    let (since, known) = (instant(since.as_deref())?, instant(known.as_deref())?);
    let duties = shipped::breach_duties()?;
    let what = match (&lost, &place) {
        (Some(name), _) => LostBy::Member(name),
        (None, place) => LostBy::Place(place.as_deref().unwrap_or_default()),
    };
    let vault = unlock(globals)?;
    let (pack, signed) = vault.breach_pack(&duties, what, since, known)?;
    let (roster, now) = (vault.roster(), vault.now());
    vault.lock()?;
    if let Some(path) = &pdf {
        outgoing_file::write(path, &paper(&breach_document::document(&pack, &roster, now, lang), lang)?)?;
    }
    if let Some(path) = &file {
        outgoing_file::write(path, signed.as_bytes())?;
    }
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.breach-made/1", "pack": pack, "signed": signed}));
    }
    print::line(breach_document::clock(&pack, now).text(lang));
    print::line(breach_document::lost(&pack, &roster).text(lang));
    for key in &pack.keys {
        print::line(format!("  {}  {}  {}", key.name, key.since.shown(), key.fingerprint));
        for r in &key.reach {
            let read = pack.opened_since.get(&r.code).copied().unwrap_or(0);
            print::line(format!("    {}  {}  {} / {read}", r.code, r.since.date(), r.opened));
        }
    }
    print::line(msg("breach-records").with("n", pack.clients.len()).text(lang));
    print::line(msg("breach-left-vault").with("n", pack.left_since).text(lang));
    for tell in &pack.tell {
        let text = tell.text(lang);
        print::line(format!("[ ] {}: {} ({})", text.who, text.what, tell.source));
    }
    Ok(())
}
