//! `gyeot member add|list|show|role|confirm|revoke|review`.

use crate::cli::{Globals, passphrase, print};
use crate::crypto::keys::fingerprint;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access_log::Reach;
use crate::domain::governance::roster::Roster;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::{Member, Role};
use crate::service::{KeyCost, NewMember, Second};
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
    pub fn read(&self) -> Result<Option<(String, SecretString)>, ErrorReport> {
        let Some(name) = &self.second else { return Ok(None) };
        let prompt = format!("passphrase of {name}");
        Ok(Some((name.clone(), passphrase::read_other(self.second_passphrase_file.as_deref(), &prompt, false)?)))
    }
}

/// As the unlocked takes it.
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
    print::line(lang.pick("열쇠가 닿았던 내담자", "clients whose key they had").to_owned() + ":");
    if reached.is_empty() {
        print::line("  -");
    }
    for r in reached {
        let own = match (r.own, active) {
            (true, true) => lang.pick("  담당", "  their own client"),
            (true, false) => lang.pick("  담당 상담사 없음", "  without a counsellor now"),
            (false, _) => "",
        };
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
    if !active && reached.iter().any(|r| r.own) {
        print::line(lang.pick(
            "담당이 없는 내담자는 `gyeot client hand-over`로 넘기세요.",
            "Give those without a counsellor on with `gyeot client hand-over`.",
        ));
    }
    print::line(
        lang.pick(
            "이미 읽었거나 옮겨 적은 것은 되돌릴 수 없습니다.",
            "What was already read or copied cannot be undone.",
        ),
    );
}

/// For a fingerprint that nobody compared yet.
const fn later(lang: Lang) -> &'static str {
    lang.pick(
        "지문을 아직 맞춰 보지 않았습니다. 만나서 소리 내어 읽고 `gyeot member confirm 이름`으로 남기세요.",
        "The fingerprint was not compared yet: meet, read it aloud, and record it with `gyeot member confirm NAME`.",
    )
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
    let lang = globals.lang();
    let unlocked = passphrase::unlock(globals)?;
    match args.command {
        Members::Add { name, role, new_passphrase_file, reason, fingerprint_confirmed, second: who } => {
            let other = who.read()?;
            let prompt = format!("{} ({name})", lang.pick("새 구성원의 암호 문구", "new member's passphrase"));
            let pass = passphrase::read_other(new_passphrase_file.as_deref(), &prompt, true)?;
            let new = NewMember { name, role, cost: KeyCost::Production };
            let (member, words) = unlocked.add_member(&new, &pass, second(&other), reason.as_deref())?;
            if !globals.json {
                print::line(format!("{} ({})", member.name, member.role.label(lang)));
                print::line(format!("{}: {words}", lang.pick("지문", "fingerprint")));
            }
            // The member is enrolled either way; who does not compare now is told how to do it later.
            let compared = if fingerprint_confirmed {
                Some(unlocked.confirm_fingerprint(&member.name, &words))
            } else if globals.json {
                None
            } else {
                let prompt = lang.pick(
                    "새 구성원이 소리 내어 읽은 지문 단어 (나중에 하려면 Enter)",
                    "the words of the fingerprint as the new member reads them aloud (Enter: later)",
                );
                passphrase::ask_line(prompt).map(|said| unlocked.confirm_fingerprint(&member.name, &said))
            };
            if globals.json {
                let roster = unlocked.roster();
                print::json(&serde_json::json!({"schema": "gyeot.member/1", "member": row(&roster, &member)}))?;
            }
            match compared {
                Some(Ok(_)) => print::note(lang.pick("지문을 맞춰 보았습니다.", "The fingerprint was compared.")),
                Some(Err(fault)) => {
                    print::trouble(&fault.into(), lang);
                    print::note(later(lang));
                }
                None => print::note(later(lang)),
            }
        }
        Members::Confirm { name, words } => {
            let asked = || passphrase::ask_line(lang.pick("읽은 지문 단어", "the words of the fingerprint"));
            let words = words.or_else(asked).ok_or_else(|| {
                ErrorReport::usage(
                    "the words of the fingerprint are needed",
                    "give them with --words, as they were read aloud",
                )
            })?;
            let compared = unlocked.confirm_fingerprint(&name, &words)?;
            if globals.json {
                print::json(&serde_json::json!({
                    "schema": "gyeot.fingerprint/1", "name": name, "compared": compared,
                }))?;
            } else {
                print::line(lang.pick("지문을 맞춰 보았습니다.", "The fingerprint was compared."));
            }
        }
        Members::Role { name, role, reason, second: who } => {
            let other = who.read()?;
            let done = unlocked.change_role(&name, role, second(&other), reason.as_deref())?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.role/1", "name": name, "role": done}));
            }
            print::line(format!("{name}: {} → {}", done.from.label(lang), done.to.label(lang)));
            if done.from != Role::Admin {
                print_reach(&done.reached, true, lang);
                print::line(lang.pick(
                    "새 기록은 상담사가 다음에 열 때부터 새 열쇠로 봉인됩니다. 이전 역할의 열쇠는 이 구성원이 다음에 열 때 없어집니다.",
                    "New records get new keys from their counsellors' next unlock on. The keys of the role before are destroyed at this member's next unlock.",
                ));
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
                    let left = if m.active() { "" } else { lang.pick(" (나감)", " (left)") };
                    let open = m.active() && !roster.founder(m.id) && roster.compared(m.id).is_none();
                    let open = if open {
                        lang.pick("  지문을 맞춰 보지 않음", "  fingerprint not compared")
                    } else {
                        ""
                    };
                    print::line(format!("{}  {}{left}{open}", m.name, m.role.label(lang)));
                }
            }
        }
        Members::Show { name } => {
            let roster = unlocked.roster();
            let member = roster.members.iter().rev().find(|m| m.name == name);
            let member = member.ok_or_else(|| {
                ErrorReport::usage("there is no member of that name", "`gyeot member list` shows them")
            })?;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.member/1", "member": row(&roster, member)}))?;
            } else {
                print::line(format!("{} ({})", member.name, member.role.label(lang)));
                let words = fingerprint(&member.recipient, &member.verifying);
                print::line(format!("{}: {words}", lang.pick("지문", "fingerprint")));
                let name_of = |id| roster.member(id).map_or("?", |m| m.name.as_str());
                print::line(match roster.compared(member.id) {
                    Some(c) if lang == Lang::Ko => format!("지문 대조: {} {}", c.at.date(), name_of(c.by)),
                    Some(c) => format!("fingerprint compared: {} by {}", c.at.date(), name_of(c.by)),
                    None if roster.founder(member.id) => lang.pick("금고를 만든 사람", "who made the vault").to_owned(),
                    None => later(lang).to_owned(),
                });
                for held in roster.roles_of(member.id) {
                    let to = held.to.map_or_else(String::new, |at| at.date());
                    print::line(format!("  {}  {} – {to}", held.role.label(lang), held.from.date()).trim_end());
                }
            }
        }
        Members::Revoke { name, reason, second: who } => {
            let other = who.read()?;
            let reached = unlocked.revoke_member(&name, second(&other), reason.as_deref())?;
            let unread = reached.as_ref().err().map(ToString::to_string);
            if globals.json {
                print::json(&serde_json::json!({
                    "schema": "gyeot.revoked/1", "name": name, "reached": reached.ok(), "unread": unread,
                }))?;
            } else {
                print::line(lang.pick("구성원에서 뺐습니다.", "The membership is ended."));
                print::line(lang.pick(
                    "복구 문구를 맡고 있던 사람이면 `gyeot vault renew-recovery`로 새로 만드세요.",
                    "If they kept a recovery phrase, make new ones with `gyeot vault renew-recovery`.",
                ));
                match (reached, unread) {
                    (Ok(reached), _) => print_reach(&reached, false, lang),
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
                unlocked.review_break_glass(entry)?;
            }
            let open = unlocked.roster().unreviewed;
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.unreviewed/1", "unreviewed": open}))?;
            } else {
                print::line(match lang {
                    Lang::Ko => format!("혼자 바꾸어 사후 검토를 기다리는 명부 변경: {}건", open.len()),
                    Lang::En => format!("changes of the roster by one person that wait for a review: {}", open.len()),
                });
                for entry in &open {
                    print::line(match lang {
                        Lang::Ko => {
                            format!("  명부 항목 {entry}  →  `gyeot member review {entry}` (바꾼 사람이 아닌 구성원)")
                        }
                        Lang::En => format!("  entry {entry}  →  `gyeot member review {entry}`, by another member"),
                    });
                }
            }
        }
    }
    unlocked.lock().map_err(ErrorReport::from)
}
