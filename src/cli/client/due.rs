//! `gyeot client due`: the retention table, what is due by it, and its destruction by two people.

use crate::adapters::retention;
use crate::cli::member::{SecondArgs, second};
use crate::cli::{Globals, passphrase, print};
use crate::domain::explain::ErrorReport;
use crate::domain::governance::retention::{RetentionClass, Rule, Table};
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::service::{DueRow, UnlockedVault};

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
    let other = asked.second.read()?;
    let unlocked = passphrase::unlock(globals)?;
    match asked.destroy {
        None => list(&unlocked, &table, globals)?,
        Some(code) => {
            let code = ClientCode(code);
            let reason = match asked.reason {
                Some(reason) => reason,
                None => globals.lang().pick("보유 기간이 지남", "the retention period is over").to_owned(),
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
        let own = if rule.own { lang.pick("센터의 규칙: ", "the centre's own: ") } else { "" };
        print::line(format!("{:<12} {own}{}", "", rule.source));
    }
    print::note(match lang {
        Lang::Ko => format!("센터의 규칙은 이 파일에 적습니다: {}", own.display()),
        Lang::En => format!("a centre's own rules go into: {}", own.display()),
    });
    Ok(())
}

fn rule_line(rule: &Rule, lang: Lang) -> String {
    let text = match lang {
        Lang::Ko => &rule.ko,
        Lang::En => &rule.en,
    };
    let least = rule.least.map_or_else(String::new, |least| match lang {
        Lang::Ko => format!(" (적어도 {})", least.say(lang)),
        Lang::En => format!(" (at least {})", least.say(lang)),
    });
    let (class, keep) = (rule.class.word(), rule.keep.say(lang));
    match lang {
        Lang::Ko => format!("{class:<12} {} {keep}{least} · {}", text.from, text.what),
        Lang::En => format!("{class:<12} {keep}{least} {} · {}", text.from, text.what),
    }
}

fn list(unlocked: &UnlockedVault, table: &Table, globals: &Globals) -> Result<(), ErrorReport> {
    let due = unlocked.retention_due(table)?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.due/2", "due": due}));
    }
    let lang = globals.lang();
    if due.is_empty() {
        print::note(lang.pick("보유 기간이 지난 것이 없습니다.", "Nothing is past its retention period."));
    }
    for row in &due {
        print::line(line(row, lang));
    }
    if due.iter().any(|d| d.class.can_be_destroyed() && d.client.is_some()) {
        print::note(lang.pick(
            "두 사람이 파기합니다: gyeot client due --destroy 코드 --second 이름",
            "Two people destroy it: gyeot client due --destroy CODE --second NAME",
        ));
    }
    if due.iter().any(|d| !d.class.can_be_destroyed()) {
        print::note(lang.pick(
            "접근 기록과 구성원 명부는 서명으로 이어져 있어 잘라 내지 않습니다. 법이 정한 기간이 지났다는 뜻입니다.",
            "The access log and the roster are signed chains and stay whole: the list says that the least period is over.",
        ));
    }
    Ok(())
}

fn line(row: &DueRow, lang: Lang) -> String {
    let whose = row.client.as_ref().map_or("-", |c| c.as_str());
    let session = row.session.map_or_else(String::new, |s| format!("  {}", &s.to_string()[..8]));
    let (class, since, last, n) = (row.class.word(), row.since.date(), row.last.date(), row.records);
    let what = if row.class == RetentionClass::Case {
        lang.pick("회기", "sessions")
    } else {
        lang.pick("기록", "records")
    };
    match lang {
        Lang::Ko => format!("{class:<12} {whose:<10} {since}부터 ({last} 기준)  {what} {n}{session}"),
        Lang::En => format!("{class:<12} {whose:<10} due since {since} (counted from {last})  {what}: {n}{session}"),
    }
}
