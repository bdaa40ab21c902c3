//! Reads what a page lists: members, the access log, a check of the vault. No client's words among them.

use crate::adapters::escalation;
use crate::app::effect::OfficeAsk;
use crate::app::msg::Answer;
use crate::app::views::{ListOf, Listing, ListingRow};
use crate::config::escalation_file;
use crate::crypto::keys::fingerprint;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Around, Capability, Decision, decide};
use crate::domain::governance::access_log::{Entry, Task};
use crate::domain::governance::roster::Roster;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::runtime::effects::supervision::{deputies, hours};
use crate::runtime::effects::templates::templates;
use crate::runtime::effects::{Performer, no_client};
use crate::service::UnlockedVault;
use crate::texts::{Message, msg, named, verbatim};

impl Performer {
    pub(super) fn list(&self, of: ListOf) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let listing = match of {
            ListOf::Members => members(unlocked),
            ListOf::AccessLog => access_log(unlocked, self.shown)?,
            ListOf::Models => self.models()?,
            ListOf::VaultCheck => vault_check(unlocked)?,
            ListOf::Packets => self.packets(unlocked)?,
            // Of a client, whom its page names.
            ListOf::Readers => return Err(no_client()),
            ListOf::Supervisees => self.supervisees(unlocked)?,
            ListOf::Deputies => deputies(unlocked)?,
            ListOf::Hours => hours(unlocked)?,
            ListOf::Templates => templates(unlocked, self.shown)?,
            // Its answer has the month too: it is read as one of the office's.
            ListOf::Inspection => return self.office(OfficeAsk::Month(None)).1,
        };
        Ok(vec![Answer::Listing(Box::new(listing))])
    }
}

fn nothing() -> Message {
    verbatim("")
}

/// True for whoever may enrol members, with a second person or alone.
fn changes_members(unlocked: &UnlockedVault) -> bool {
    let (role, roster) = (unlocked.me().role, unlocked.roster());
    let around = Around { admin: roster.has(Role::Admin), supervisor: roster.has(Role::Supervisor), second: None };
    match decide(Capability::ChangeRoster, role) {
        Decision::No => false,
        Decision::Sole => around.nobody_before(role),
        _ => true,
    }
}

/// Everybody, whoever is active first.
fn members(unlocked: &UnlockedVault) -> Listing {
    let roster = unlocked.roster();
    let mut all: Vec<_> = roster.members.iter().collect();
    all.sort_by_key(|m| (!m.active(), m.from));
    let rows = all.into_iter().map(|member| {
        let compared = roster.compared(member.id).is_some() || roster.founder(member.id);
        let until = member.to.map_or_else(nothing, |at| msg("list-member-until").with("day", at.date()));
        let known = if compared { msg("list-compared") } else { msg("list-not-compared") };
        let roles = roster.roles_of(member.id).into_iter().map(|held| {
            let to = held.to.map_or_else(nothing, |at| verbatim(at.date()));
            msg("list-member-role").with("role", held.role.message()).with("from", held.from.date()).with("to", to)
        });
        let words = fingerprint(&member.recipient, &member.verifying);
        let mut detail = vec![msg("list-member-fingerprint").with("words", words)];
        if !compared && member.active() {
            detail.push(msg("list-member-compare"));
        }
        detail.extend(roles);
        ListingRow {
            cells: vec![
                verbatim(member.name.clone()),
                member.role.message(),
                verbatim(member.from.date()),
                until,
                known,
            ],
            detail,
            grave: !compared && member.active(),
            waits: None,
        }
    });
    Listing {
        of: ListOf::Members,
        told: vec![(msg(if changes_members(unlocked) { "list-members-how" } else { "list-members-who" }), false)],
        head: ["list-name", "list-role", "list-since", "list-until", "list-fingerprint"].map(msg).to_vec(),
        rows: rows.collect(),
    }
}

fn logged(n: u64, entry: &Entry, roster: &Roster, waits: bool, me: MemberId, rules: &Rules, lang: Lang) -> ListingRow {
    // Of an escalation the reason is written in codes.
    let reason =
        entry.reason.as_ref().map(|r| if entry.task == Task::Escalate { rules.worded(r, lang) } else { r.clone() });
    let name = |id| roster.member(id).map_or_else(|| "?".to_owned(), |m| m.name.clone());
    let mut detail = Vec::new();
    if let Some(reason) = &reason {
        detail.push(msg("list-log-reason").with("reason", reason));
    }
    if let Some(second) = entry.second {
        detail.push(msg("list-log-second").with("name", name(second)));
    }
    if entry.break_glass {
        // Whoever did it alone does not review it.
        let (own, other) = ("list-log-alone-own", "list-log-alone");
        let waiting = msg(if entry.by == me { own } else { other });
        detail.push(if waits { waiting } else { msg("list-log-alone-reviewed") });
    }
    let records = entry.records;
    detail.push(msg("list-log-place").with("n", n).with("place", &entry.place).with("records", records));
    ListingRow {
        cells: vec![
            verbatim(entry.at.shown()),
            verbatim(name(entry.by)),
            entry.task.label(),
            entry.whose.as_ref().map_or_else(nothing, |code| verbatim(code.as_str())),
            reason.map_or_else(nothing, verbatim),
        ],
        detail,
        grave: waits,
        waits: (waits && entry.by != me).then_some(n),
    }
}

/// The newest first, and where the log is not as it was written.
fn access_log(unlocked: &UnlockedVault, lang: Lang) -> Result<Listing, ErrorReport> {
    let read = unlocked.look_through_log()?;
    let roster = unlocked.roster();
    let breaks = read.breaks.iter().map(|b| {
        let why = named(b.why.clone());
        (msg("list-log-break").shown("at", b.at).with("why", why), true)
    });
    let waiting =
        (!read.waiting.is_empty()).then(|| (msg("inspection-unreviewed").with("n", read.waiting.len()), true));
    let me = unlocked.me().id;
    // Rules that do not read leave the codes as they are.
    let rules = escalation::rules(&escalation_file()).unwrap_or_default();
    let row = |(n, entry): &(u64, Entry)| logged(*n, entry, &roster, read.waiting.contains(n), me, &rules, lang);
    Ok(Listing {
        of: ListOf::AccessLog,
        told: breaks.chain(waiting).collect(),
        head: ["list-when", "list-who", "list-what", "list-whose", "list-reason"].map(msg).to_vec(),
        rows: read.entries.iter().rev().map(row).collect(),
    })
}

fn vault_check(unlocked: &UnlockedVault) -> Result<Listing, ErrorReport> {
    let report = unlocked.check()?;
    let sound = report.sound();
    let mut told = vec![(report.integrity.message(), !report.integrity.whole())];
    told.push((
        msg("list-check-counts")
            .with("records", report.records)
            .with("opened", report.opened)
            .with("others", report.sealed_to_others)
            .with("destroyed", report.destroyed)
            .with("entries", report.log_entries),
        false,
    ));
    told.push((if sound { msg("list-check-sound") } else { msg("list-check-not-sound") }, !sound));
    let row = |what: Message, why: String, grave: bool| ListingRow {
        cells: vec![what, verbatim(why)],
        detail: Vec::new(),
        grave,
        waits: None,
    };
    let records = report
        .damaged
        .iter()
        .map(|(writer, n, why)| row(msg("list-check-record").with("n", *n).shown("writer", writer), why.clone(), true));
    let files = report.files.iter().map(|(file, why)| row(verbatim(file.clone()), why.clone(), true));
    let mended = report.mended.iter().map(|file| ListingRow {
        cells: vec![verbatim(file.clone()), msg("cli-vault-damaged-put-right")],
        detail: Vec::new(),
        grave: false,
        waits: None,
    });
    Ok(Listing {
        of: ListOf::VaultCheck,
        told,
        head: ["list-what", "list-why"].map(msg).to_vec(),
        rows: records.chain(files).chain(mended).collect(),
    })
}
