//! `gyeot member add|list|show|revoke|review`.

use super::{Globals, passphrase, print};
use crate::domain::audit::Reach;
use crate::domain::fault::Fault;
use crate::domain::lang::Lang;
use crate::domain::member::{Member, Role};
use crate::runtime::desk::{KeyCost, NewMember, Second};
use crate::vault::keys::fingerprint;
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
    pub fn read(&self) -> Result<Option<(String, SecretString)>, Fault> {
        let Some(name) = &self.second else { return Ok(None) };
        let prompt = format!("passphrase of {name}");
        Ok(Some((name.clone(), passphrase::read_other(self.second_passphrase_file.as_deref(), &prompt, false)?)))
    }
}

/// As the desk takes it.
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
        #[command(flatten)]
        second: SecondArgs,
    },
    /// Everybody, leavers included.
    List,
    /// One member and the fingerprint in words.
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
pub fn print_reach(reached: &[Reach], lang: Lang) {
    print::line(lang.pick("열쇠가 닿았던 내담자", "clients whose key they had").to_owned() + ":");
    if reached.is_empty() {
        print::line("  -");
    }
    for r in reached {
        let own = if r.own { lang.pick("  담당 상담사 없음", "  without a counsellor now") } else { "" };
        let (since, last) = (r.since.date(), r.last.map_or_else(|| "-".to_owned(), |at| at.to_rfc3339()));
        let (from, opened) = (lang.pick("부터", "from"), lang.pick("연 기록", "records opened"));
        let head = if lang == Lang::Ko { format!("{since}{from}") } else { format!("{from} {since}") };
        let until = match (r.until.map(|at| at.date()), lang) {
            (None, _) => String::new(),
            (Some(day), Lang::Ko) => format!(" {day}까지"),
            (Some(day), Lang::En) => format!(" until {day}"),
        };
        print::line(format!("  {}  {head}{until}  {opened} {} ({last}){own}", r.code, r.opened));
    }
    if reached.iter().any(|r| r.own) {
        print::line(lang.pick(
            "담당이 없는 내담자는 `gyeot client hand-over`로 넘기세요.",
            "Give those without a counsellor on with `gyeot client hand-over`.",
        ));
    }
    print::line(lang.pick(
        "이미 읽었거나 옮겨 적은 것은 되돌릴 수 없습니다.",
        "What was already read or copied cannot be undone.",
    ));
}

fn row(member: &Member) -> serde_json::Value {
    serde_json::json!({
        "id": member.id, "name": member.name, "role": member.role.word(), "from": member.from, "to": member.to,
        "fingerprint": fingerprint(&member.recipient, &member.verifying), "recipient": member.recipient,
        "verifying": member.verifying,
    })
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), Fault> {
    let lang = globals.lang();
    let desk = passphrase::unlock(globals)?;
    match args.command {
        Members::Add { name, role, new_passphrase_file, reason, second: who } => {
            let other = who.read()?;
            let prompt = format!("{} ({name})", lang.pick("새 구성원의 암호 문구", "new member's passphrase"));
            let pass = passphrase::read_other(new_passphrase_file.as_deref(), &prompt, true)?;
            let new = NewMember { name, role, cost: KeyCost::Production };
            let (member, words) = desk.add_member(&new, &pass, second(&other), reason.as_deref())?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.member/1", "member": row(&member)}))?;
            } else {
                print::line(format!("{} ({})", member.name, member.role.label(lang)));
                print::line(format!("{}: {words}", lang.pick("지문", "fingerprint")));
                print::line(lang.pick(
                    "두 사람이 지문을 소리 내어 맞춰 보세요.",
                    "Both of you: compare the fingerprint aloud.",
                ));
            }
        }
        Members::List => {
            let roster = desk.roster();
            if globals.json {
                let rows: Vec<_> = roster.members.iter().map(row).collect();
                print::json(&serde_json::json!({
                    "schema": "gyeot.members/1", "centre": roster.centre, "members": rows,
                    "unreviewed": roster.unreviewed,
                }))?;
            } else {
                for m in &roster.members {
                    let left = if m.active() { "" } else { lang.pick(" (나감)", " (left)") };
                    print::line(format!("{}  {}{left}", m.name, m.role.label(lang)));
                }
            }
        }
        Members::Show { name } => {
            let roster = desk.roster();
            let member = roster.members.iter().rev().find(|m| m.name == name);
            let member =
                member.ok_or_else(|| Fault::usage("there is no member of that name", "`gyeot member list` shows them"))?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.member/1", "member": row(member)}))?;
            } else {
                print::line(format!("{} ({})", member.name, member.role.label(lang)));
                let words = fingerprint(&member.recipient, &member.verifying);
                print::line(format!("{}: {words}", lang.pick("지문", "fingerprint")));
            }
        }
        Members::Revoke { name, reason, second: who } => {
            let other = who.read()?;
            let reached = desk.revoke_member(&name, second(&other), reason.as_deref())?;
            let unread = reached.as_ref().err().map(ToString::to_string);
            if globals.json {
                print::json(&serde_json::json!({
                    "schema": "gyeot.revoked/1", "name": name, "reached": reached.ok(), "unread": unread,
                }))?;
            } else {
                print::line(lang.pick("구성원에서 뺐습니다.", "The membership is ended."));
                match (reached, unread) {
                    (Ok(reached), _) => print_reach(&reached, lang),
                    (Err(_), why) => {
                        let told = lang.pick(
                            "접근 기록을 읽을 수 없어 열쇠가 닿았던 내담자를 보이지 못합니다",
                            "what their keys reached cannot be shown, because the access log does not read",
                        );
                        print::line(format!("{told}: {}", why.unwrap_or_default()));
                        print::line(lang.pick(
                            "`gyeot audit verify`가 어디가 상했는지 보입니다.",
                            "`gyeot audit verify` shows where it is damaged.",
                        ));
                    }
                }
            }
        }
        Members::Review { entry } => {
            if let Some(entry) = entry {
                desk.review_break_glass(entry)?;
            }
            let open = desk.roster().unreviewed;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.unreviewed/1", "unreviewed": open}))?;
            } else {
                let open: Vec<String> = open.iter().map(u64::to_string).collect();
                let open = if open.is_empty() { "-".to_owned() } else { open.join(", ") };
                print::line(format!("{}: {open}", lang.pick("검토를 기다리는 항목", "waiting for review")));
            }
        }
    }
    desk.lock().map_err(Fault::from)
}
