//! `gyeot session ask`: a question to a client's whole record, answered with quotes, times and session numbers.

use crate::adapters::shipped;
use crate::cli::asking::ask_line;
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::place;
use crate::live::suggest::Progress;
use crate::service::record_questions::{self, Asked, QuestionData, RecordAnswer, RecordAnswers};
use crate::texts::msg;

/// Arguments of `gyeot session ask`.
#[derive(Debug, clap::Args)]
pub(super) struct Ask {
    /// Whose record. The question is asked for, or read from standard input: it must stand in no list of processes.
    #[arg(long, value_name = "CODE")]
    client: ClientCode,
    /// Why it is taken away; the monthly inspection lists it. --json needs one.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

/// Asks and prints what the record says.
pub(super) fn run(args: &Ask, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let unlocked = unlock(globals)?;
    let question = ask_line(lang.say("ask-your-question"))?;
    let reason = if globals.json { Some(args.reason.as_deref().unwrap_or_default()) } else { args.reason.as_deref() };
    let asked = Asked { client: &args.client, question: &question, reason, lang };
    let data = QuestionData { task: shipped::judge_task("ask")?, reading: shipped::item_reading()? };
    let engines = globals.engines()?;
    let mut told = 0;
    let (found, without) = record_questions::ask(&unlocked, &asked, data, &engines, &mut |p: Progress| {
        let tenth = p.done * 10 / p.of.max(1);
        if !args.quiet && tenth > told {
            told = tenth;
            print::note(msg("ask-progress").shown("done", p.done).shown("of", p.of).text(lang));
        }
    })?;
    if let Some(why) = &without {
        print::note(lang.say("ask-by-words"));
        print::trouble(why, lang);
    }
    if globals.json {
        return print::json(&found);
    }
    print::raw(&text(&found, lang));
    Ok(())
}

fn line(a: &RecordAnswer, lang: Lang) -> String {
    let number = msg("ask-session-number").with("number", a.number).text(lang);
    format!("{number} {} {}  “{}”", a.started.date(), place(a.at_ms, a.evidence.utterance), a.evidence.quote.reveal())
}

fn text(found: &RecordAnswers, lang: Lang) -> String {
    let mut out = msg("ask-sessions-read").with("sessions", found.sessions).text(lang) + "\n";
    if found.answers.is_empty() {
        out.push_str(&format!("{}\n", lang.say("ask-not-in-record")));
    }
    for a in &found.answers {
        out.push_str(&format!("  {}\n", line(a, lang)));
    }
    if !found.contradictions.is_empty() {
        out.push_str(&format!("{}\n", lang.say("ask-contradictions")));
        for (earlier, later) in &found.contradictions {
            out.push_str(&format!(
                "  {}\n    ↔ {}\n",
                line(&found.answers[*earlier], lang),
                line(&found.answers[*later], lang)
            ));
        }
    }
    out
}
