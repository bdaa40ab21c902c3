//! `gyeot member add|list|show|role|confirm|revoke|review`.

use crate::cli::{Globals, passphrase, print};
use crate::crypto::keys::fingerprint;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access_log::Reach;
use crate::domain::governance::roster::Roster;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::{Member, Role};
use crate::service::{KeyCost, NewMember, Second};
use crate::texts::msg;
use clap::Subcommand;
use secrecy::SecretString;
use std::path::PathBuf;

/// Arguments of `gyeot member`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Members,
}

/// The second person of a change that needs two.
#[derive(Debug, clap::Args)]
pub struct SecondArgs {
    /// The second person, present here: an admin beside a supervisor, or the other way round.
    #[arg(long, value_name = "NAME")]
    second: Option<String>,
    /// Their passphrase; asked on the terminal when left out.
    #[arg(long, value_name = "F", requires = "second")]
    second_passphrase_file: Option<PathBuf>,
}

impl SecondArgs {
    /// Reads the second passphrase when a second person is named.
    pub fn read(&self, lang: Lang) -> Result<Option<(String, SecretString)>, ErrorReport> {
        let Some(name) = &self.second else { return Ok(None) };
        let prompt = msg("enrol-second").with("name", name).text(lang);
        Ok(Some((name.clone(), passphrase::read_other(self.second_passphrase_file.as_deref(), &prompt, false, lang)?)))
    }
}

/// As the service takes it.
pub fn second(read: &Option<(String, SecretString)>) -> Option<Second<'_>> {
    read.as_ref().map(|(name, passphrase)| Second { name, passphrase })
}

#[derive(Debug, Subcommand)]
enum Members {
    /// Enrol a member; they choose their own passphrase.
    Add {
        /// The name.
        #[arg(long)]
        name: String,
        /// counsellor, supervisor or admin.
        #[arg(long)]
        role: Role,
        /// The new member's passphrase; asked on the terminal when left out.
        #[arg(long, value_name = "F")]
        new_passphrase_file: Option<PathBuf>,
        /// Why one person does it alone.
        #[arg(long)]
        reason: Option<String>,
        /// The fingerprint was compared aloud with the new member, here and now: for scripts that ask nothing.
        #[arg(long)]
        fingerprint_confirmed: bool,
        #[command(flatten)]
        second: SecondArgs,
    },
    /// Say that you compared a member's fingerprint in person, by the words that they read aloud.
    Confirm {
        /// The name.
        name: String,
        /// The words that they read; asked on the terminal when left out.
        #[arg(long)]
        words: Option<String>,
    },
    /// Give a member another role. A counsellor hands their clients over first.
    Role {
        /// The name.
        name: String,
        /// counsellor, supervisor or admin.
        #[arg(long)]
        role: Role,
        /// Why one person does it alone.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        second: SecondArgs,
    },
    /// Everybody, leavers included.
    List,
    /// One member: the fingerprint in words, who compared it, and every role they had.
    Show {
        /// The name.
        name: String,
    },
    /// End a membership.
    Revoke {
        /// The name.
        name: String,
        /// Why one person does it alone.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        second: SecondArgs,
    },
    /// Review a change that one person did alone; without a number lists them.
    Review {
        /// The entry of the roster.
        entry: Option<u64>,
    },
}

/// The list of what a member's keys reached, and what follows from it.
pub fn print_reach(reached: &[Reach], active: bool, lang: Lang) {
    print::line(lang.say("cli-member-clients-whose-key-they").to_owned() + ":");
    if reached.is_empty() {
        print::line("  -");
    }
    for r in reached {
        let own = match (r.own, active) {
            (true, true) => lang.say("cli-member-their-own-client"),
            (true, false) => lang.say("cli-member-without-counsellor-now"),
            (false, _) => "",
        };
        let (since, last) = (r.since.date(), r.last.map_or_else(|| "-".to_owned(), |at| at.to_rfc3339()));
        let (from, opened) = (lang.say("cli-member-from"), lang.say("cli-member-records-opened"));
        let head = if lang == Lang::Ko { format!("{since}{from}") } else { format!("{from} {since}") };
        let until = r
            .until
            .map_or_else(String::new, |at| format!(" {}", msg("cli-member-until").with("day", at.date()).text(lang)));
        print::line(format!("  {}  {head}{until}  {opened} {} ({last}){own}", r.code, r.opened));
    }
    if !active && reached.iter().any(|r| r.own) {
        print::line(lang.say("cli-member-give-those-without-counsellor"));
    }
    print::line(lang.say("cli-member-what-already-read-copied"));
}

/// For a fingerprint that nobody compared yet.
fn later(lang: Lang) -> &'static str {
    lang.say("cli-member-fingerprint-not-compared-yet")
}

fn row(roster: &Roster, member: &Member) -> serde_json::Value {
    serde_json::json!({
        "fingerprint_compared": roster.compared(member.id), "roles": roster.roles_of(member.id), "id": member.id, "name": member.name, "role": member.role.word(), "from": member.from, "to": member.to,
        "fingerprint": fingerprint(&member.recipient, &member.verifying), "recipient": member.recipient,
        "verifying": member.verifying,
    })
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    // The words of `confirm` are the member's, not those by which the vault is known.
    let globals = &match args.command {
        Members::Confirm { .. } => globals.without_words(),
        _ => globals.clone(),
    };
    let lang = globals.lang();
    let unlocked = passphrase::unlock(globals)?;
    match args.command {
        Members::Add { name, role, new_passphrase_file, reason, fingerprint_confirmed, second: who } => {
            let other = who.read(globals.lang())?;
            let prompt = format!("{} ({name})", lang.say("cli-member-new-members-passphrase"));
            let pass = passphrase::read_other(new_passphrase_file.as_deref(), &prompt, true, lang)?;
            let new = NewMember { name, role, cost: KeyCost::Production };
            let (member, words) = unlocked.add_member(&new, &pass, second(&other), reason.as_deref())?;
            if !globals.json {
                print::line(format!("{} ({})", member.name, member.role.label(lang)));
                print::line(format!("{}: {words}", lang.say("cli-init-fingerprint")));
            }
            // The member is enrolled either way; who does not compare now is told how to do it later.
            let compared = if fingerprint_confirmed {
                Some(unlocked.confirm_fingerprint(&member.name, &words))
            } else if globals.json {
                None
            } else {
                let prompt = lang.say("cli-member-words-fingerprint-new-member");
                passphrase::ask_line(prompt).map(|said| unlocked.confirm_fingerprint(&member.name, &said))
            };
            if globals.json {
                let roster = unlocked.roster();
                print::json(&serde_json::json!({"schema": "gyeot.member/1", "member": row(&roster, &member)}))?;
            }
            match compared {
                Some(Ok(_)) => print::note(lang.say("cli-member-fingerprint-compared")),
                Some(Err(fault)) => {
                    print::trouble(&fault.into(), lang);
                    print::note(later(lang));
                }
                None => print::note(later(lang)),
            }
        }
        Members::Confirm { name, words } => {
            let asked = || passphrase::ask_line(lang.say("cli-member-words-fingerprint"));
            let words = words.or_else(asked).ok_or_else(|| {
                ErrorReport::usage(
                    msg("cli-member-words-fingerprint-needed"),
                    msg("cli-member-words-fingerprint-needed.hint"),
                )
            })?;
            let compared = unlocked.confirm_fingerprint(&name, &words)?;
            if globals.json {
                print::json(&serde_json::json!({
                    "schema": "gyeot.fingerprint/1", "name": name, "compared": compared,
                }))?;
            } else {
                print::line(lang.say("cli-member-fingerprint-compared"));
            }
        }
        Members::Role { name, role, reason, second: who } => {
            let other = who.read(globals.lang())?;
            let done = unlocked.change_role(&name, role, second(&other), reason.as_deref())?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.role/1", "name": name, "role": done}));
            }
            print::line(format!("{name}: {} → {}", done.from.label(lang), done.to.label(lang)));
            if done.from != Role::Admin {
                print_reach(&done.reached, true, lang);
                print::line(lang.say("cli-member-new-records-get-new"));
            }
            return Ok(());
        }
        Members::List => {
            let roster = unlocked.roster();
            if globals.json {
                let rows: Vec<_> = roster.members.iter().map(|m| row(&roster, m)).collect();
                print::json(&serde_json::json!({
                    "schema": "gyeot.members/1", "centre": roster.centre, "members": rows,
                    "unreviewed": roster.unreviewed,
                }))?;
            } else {
                for m in &roster.members {
                    let left = if m.active() { "" } else { lang.say("cli-member-left") };
                    let open = m.active() && !roster.founder(m.id) && roster.compared(m.id).is_none();
                    let open = if open { lang.say("cli-member-fingerprint-compared-2") } else { "" };
                    print::line(format!("{}  {}{left}{open}", m.name, m.role.label(lang)));
                }
            }
        }
        Members::Show { name } => {
            let roster = unlocked.roster();
            let member = roster.members.iter().rev().find(|m| m.name == name);
            let member = member.ok_or_else(|| {
                ErrorReport::usage(msg("cli-member-there-no-member-name"), msg("cli-member-there-no-member-name.hint"))
            })?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.member/1", "member": row(&roster, member)}))?;
            } else {
                print::line(format!("{} ({})", member.name, member.role.label(lang)));
                let words = fingerprint(&member.recipient, &member.verifying);
                print::line(format!("{}: {words}", lang.say("cli-init-fingerprint")));
                let name_of = |id| roster.member(id).map_or("?", |m| m.name.as_str());
                print::line(match roster.compared(member.id) {
                    Some(c) => {
                        let (day, by) = (c.at.date(), name_of(c.by));
                        msg("cli-member-fingerprint-compared-by").with("day", day).with("by", by).text(lang)
                    }
                    None if roster.founder(member.id) => lang.say("cli-member-who-made-vault").to_owned(),
                    None => later(lang).to_owned(),
                });
                for held in roster.roles_of(member.id) {
                    let to = held.to.map_or_else(String::new, |at| at.date());
                    print::line(format!("  {}  {} – {to}", held.role.label(lang), held.from.date()).trim_end());
                }
            }
        }
        Members::Revoke { name, reason, second: who } => {
            let other = who.read(globals.lang())?;
            let reached = unlocked.revoke_member(&name, second(&other), reason.as_deref())?;
            let unread = reached.as_ref().err().map(ToString::to_string);
            if globals.json {
                print::json(&serde_json::json!({
                    "schema": "gyeot.revoked/1", "name": name, "reached": reached.ok(), "unread": unread,
                }))?;
            } else {
                print::line(lang.say("cli-member-membership-ended"));
                print::line(lang.say("cli-member-if-they-kept-recovery"));
                match (reached, unread) {
                    (Ok(reached), _) => print_reach(&reached, false, lang),
                    (Err(_), why) => {
                        let told = lang.say("cli-member-what-their-keys-reached");
                        print::line(format!("{told}: {}", why.unwrap_or_default()));
                        print::line(lang.say("cli-member-gyeot-audit-verify-shows"));
                    }
                }
            }
        }
        Members::Review { entry } => {
            if let Some(entry) = entry {
                unlocked.review_break_glass(entry)?;
            }
            let open = unlocked.roster().unreviewed;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.unreviewed/1", "unreviewed": open}))?;
            } else {
                print::line(msg("cli-member-changes-roster-one-person").shown("open", open.len()).text(lang));
                for entry in &open {
                    print::line(msg("cli-member-entry-gyeot-member-review").shown("entry", entry).text(lang));
                }
            }
        }
    }
    unlocked.lock().map_err(ErrorReport::from)
}
