//! `gyeot client merge`: two records of one person.

use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::service::UnlockedVault;
use crate::service::client_merge::CardEntry;
use crate::texts::msg;

/// Arguments of `gyeot client merge`.
#[derive(Debug, clap::Args)]
pub(super) struct Merge {
    /// The record that goes on.
    kept: String,
    /// The record of the same person that is closed.
    other: String,
    /// Why they are one person, or why they are not; the access log of both has it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Take a merge back: both records are open again.
    #[arg(long)]
    undo: bool,
}

/// Merges, or takes a merge back.
pub(super) fn run(asked: Merge, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let (kept, other) = (ClientCode(asked.kept), ClientCode(asked.other));
    if asked.undo {
        unlocked.separate_clients(&kept, &other, &asked.reason)?;
        if globals.json {
            return print::json(
                &serde_json::json!({"schema": "gyeot.client-separated/1", "kept": kept, "other": other}),
            );
        }
        print::line(msg("cli-client-merge-taken-back").shown("kept", kept).shown("other", other).text(lang));
        return Ok(());
    }
    let done = unlocked.merge_clients(&kept, &other, &asked.reason)?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.client-merged/1", "merged": done}));
    }
    print::line(msg("cli-client-merge-done").shown("kept", &done.kept).shown("other", &done.closed).text(lang));
    let list = |entries: &[CardEntry]| entries.iter().map(|e| label(*e, lang)).collect::<Vec<_>>().join(", ");
    if !done.filled.is_empty() {
        print::line(msg("cli-client-merge-filled").shown("what", list(&done.filled)).text(lang));
    }
    if !done.differing.is_empty() {
        let (what, code) = (list(&done.differing), &done.closed);
        print::line(msg("cli-client-merge-differing").shown("what", what).shown("code", code).text(lang));
    }
    print::line(msg("cli-client-merge-consents-stay").shown("code", &done.kept).text(lang));
    Ok(())
}

/// The sessions of a record, a line each.
pub(super) fn sessions_of(sessions: &[SessionRow], lang: Lang) {
    for s in sessions {
        let number = lang.say("cli-client-session");
        print::line(format!("{number} {}  {}  {}  {}", s.number, s.started.shown(), s.id, s.records));
    }
}

fn label(entry: CardEntry, lang: Lang) -> &'static str {
    lang.say(match entry {
        CardEntry::Name => "client-card-name",
        CardEntry::Birth => "client-card-birth-date",
        CardEntry::Sex => "client-card-sex",
        CardEntry::Contact => "client-card-contact",
        CardEntry::Address => "client-card-address",
        CardEntry::Emergency => "client-card-emergency-contact",
        CardEntry::Medicine => "client-card-medicine",
        CardEntry::Referred => "client-card-referred",
    })
}
