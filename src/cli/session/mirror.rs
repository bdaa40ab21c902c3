//! `gyeot session mirror`: the mirror of one session of a client, or how its numbers went over all of them.

use crate::adapters::shipped;
use crate::app::wrap::width;
use crate::cli::mirror::{measure, text};
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::mirror::measures::Measure;
use crate::domain::mirror::reading::{Mirror, SessionMirror};
use crate::domain::mirror::saying;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::service::mirror::{Use, of_client};
use crate::texts::msg;
use serde_json::json;

/// Arguments of `gyeot session mirror`.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// Whose sessions.
    #[arg(long, value_name = "CODE")]
    client: ClientCode,
    /// As `list` prints it; the first digits are enough.
    session: Option<String>,
    /// Show everything that counted for this measure, such as `questions`.
    #[arg(long, value_name = "MEASURE", requires = "session")]
    show: Option<String>,
    /// Why it is taken away; the monthly inspection lists it. --json needs one, and a text that is printed or given on takes
    /// one.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Runs the command.
pub(super) fn run(asked: &Asked, globals: &Globals) -> Result<(), ErrorReport> {
    let show = asked.show.as_deref().map(measure).transpose()?;
    let rules = shipped::mirror_rules()?;
    let unlocked = unlock(globals)?;
    let lang = globals.lang();
    let rows = unlocked.sessions(Some(&asked.client))?;
    let only = asked.session.as_deref().map(|digits| find(&rows, digits)).transpose()?;
    let used = match (globals.json, asked.reason.as_deref()) {
        (false, None) => Use::Read,
        (_, reason) => Use::Export(reason.unwrap_or_default()),
    };
    let found = of_client(&unlocked, &asked.client, only, &rules, used, lang)?;
    if globals.json {
        let one = |s: &SessionMirror| json!({ "session": s.row.id, "number": s.row.number, "started": s.row.started, "mirror": s.mirror });
        let sessions: Vec<_> = found.iter().map(one).collect();
        return print::json(&json!({ "schema": "gyeot.mirrors/1", "client": asked.client, "sessions": sessions }));
    }
    match found.as_slice() {
        [] => print::note(lang.say("mirror-no-sessions")),
        [one] if only.is_some() => {
            print::line(head(one, lang));
            text(&one.mirror, &one.transcript, show, lang).iter().for_each(print::line);
        }
        many => over_sessions(many, lang).iter().for_each(print::line),
    }
    Ok(())
}

fn head(s: &SessionMirror, lang: Lang) -> String {
    let number = msg("mirror-session").with("number", s.row.number).text(lang);
    format!("{} · {number} · {}", lang.say("mirror-title"), s.row.started.date())
}

/// Every measure with a bar for each session, and its newest value.
fn over_sessions(sessions: &[SessionMirror], lang: Lang) -> Vec<String> {
    let mirrors: Vec<&Mirror> = sessions.iter().map(|s| &s.mirror).collect();
    let numbers: Vec<String> = sessions.iter().map(|s| s.row.number.to_string()).collect();
    let wide = Measure::ALL.iter().map(|m| width(m.label(lang))).max().unwrap_or(0);
    let mut lines = vec![format!("{} · {}", lang.say("mirror-title"), numbers.join(" "))];
    for measure in Measure::ALL {
        let label = measure.label(lang);
        let blanks = " ".repeat(usize::from(wide - width(label)));
        let last = mirrors.last().and_then(|m| m.number(measure)).map_or(String::new(), |n| saying::value(n, lang));
        lines.push(format!("{label}{blanks}  {}  {last}", saying::sparkline(&mirrors, measure)));
    }
    lines.push(String::new());
    lines.push(lang.say("mirror-caution").to_owned());
    lines
}
