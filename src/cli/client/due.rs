//! `gyeot client due`: the retention table, what is due by it, and its destruction by two people.

use crate::adapters::retention;
use crate::cli::member::{SecondArgs, second};
use crate::cli::{Globals, passphrase, print};
use crate::domain::explain::ErrorReport;
use crate::domain::governance::retention::{RetentionClass, Rule, Table};
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::service::{DueRow, UnlockedVault};
use crate::texts::msg;

/// Arguments of `gyeot client due`.
#[derive(Debug, clap::Args)]
pub struct Asked {
    /// Show how long each class of record is kept, and by whose rule. Needs no passphrase.
    #[arg(long)]
    table: bool,
    /// Destroy all that is due of this client, and nothing else; prints the signed certificate.
    #[arg(long, value_name = "CODE", conflicts_with = "table")]
    destroy: Option<String>,
    /// Why; the retention period when left out.
    #[arg(long, value_name = "TEXT", requires = "destroy")]
    reason: Option<String>,
    #[command(flatten)]
    second: SecondArgs,
}

/// Shows or destroys.
pub fn run(asked: Asked, globals: &Globals) -> Result<(), ErrorReport> {
    let table = retention::table(&globals.retention_file())?;
    if asked.table {
        return show(&table, globals);
    }
    let other = asked.second.read(globals.lang())?;
    let unlocked = passphrase::unlock(globals)?;
    match asked.destroy {
        None => list(&unlocked, &table, globals)?,
        Some(code) => {
            let code = ClientCode(code);
            let reason = match asked.reason {
                Some(reason) => reason,
                None => globals.lang().say("client-due-retention-period-over").to_owned(),
            };
            let (done, signed) = unlocked.destroy_due(&table, &code, &reason, second(&other))?;
            if globals.json {
                print::json(
                    &serde_json::json!({"schema": "gyeot.due-destroyed/1", "certificate": done, "signed": signed}),
                )?;
            } else {
                print::raw(&signed);
            }
        }
    }
    unlocked.lock().map_err(ErrorReport::from)
}

fn show(table: &Table, globals: &Globals) -> Result<(), ErrorReport> {
    let (lang, own) = (globals.lang(), globals.retention_file());
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.retention/1", "table": table, "own_file": own}));
    }
    for rule in &table.rules {
        print::line(rule_line(rule, lang));
        let own = if rule.own { lang.say("client-due-centres-own") } else { "" };
        print::line(format!("{:<12} {own}{}", "", rule.source));
    }
    print::note(msg("client-due-centres-own-rules-go").shown("path", own.display()).text(lang));
    Ok(())
}

fn rule_line(rule: &Rule, lang: Lang) -> String {
    let text = match lang {
        Lang::Ko => &rule.ko,
        Lang::En => &rule.en,
    };
    let least =
        rule.least.map_or_else(String::new, |least| msg("client-due-least").shown("say", least.say(lang)).text(lang));
    let (class, keep) = (rule.class.word(), rule.keep.say(lang));
    msg("client-due-text")
        .shown("class", format!("{:<12}", class))
        .shown("keep", keep)
        .shown("least", least)
        .shown("from", &text.from)
        .shown("what", &text.what)
        .text(lang)
}

fn list(unlocked: &UnlockedVault, table: &Table, globals: &Globals) -> Result<(), ErrorReport> {
    let due = unlocked.retention_due(table)?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.due/2", "due": due}));
    }
    let lang = globals.lang();
    if due.is_empty() {
        print::note(lang.say("client-due-nothing-past-retention-period"));
    }
    for row in &due {
        print::line(line(row, lang));
    }
    if due.iter().any(|d| d.class.can_be_destroyed() && d.client.is_some()) {
        print::note(lang.say("client-due-two-people-destroy-gyeot"));
    }
    if due.iter().any(|d| !d.class.can_be_destroyed()) {
        print::note(lang.say("client-due-access-log-roster-signed"));
    }
    Ok(())
}

fn line(row: &DueRow, lang: Lang) -> String {
    let whose = row.client.as_ref().map_or("-", |c| c.as_str());
    let session = row.session.map_or_else(String::new, |s| format!("  {}", &s.to_string()[..8]));
    let (class, since, last, n) = (row.class.word(), row.since.date(), row.last.date(), row.records);
    let what = if row.class == RetentionClass::Case {
        lang.say("client-due-sessions")
    } else {
        lang.say("client-due-records")
    };
    msg("client-due-due-since-counted")
        .shown("class", format!("{:<12}", class))
        .shown("whose", format!("{:<10}", whose))
        .shown("since", since)
        .shown("last", last)
        .shown("what", what)
        .shown("n", n)
        .shown("session", session)
        .text(lang)
}
