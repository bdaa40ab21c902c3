//! `gyeot safety-plan`: a client's safety plan shown, written step by step, its revisions, and taken away with a reason. Words
//! come from a file or standard input, never from the command line.

use crate::adapters::{crisis_data, shipped};
use crate::cli::note::editing::read_text;
use crate::cli::outgoing::{Form, OutArgs, json_bytes};
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print};
use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::crisis::plan_words::Proposal;
use crate::domain::crisis::safety_plan::{Change, PlanFault, PlanLine, SafetyPlan, WordsFrom, differences};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::clock;
use crate::service::UnlockedVault;
use crate::service::safety_plan::{PlanVersion, Proposals, proposals};
use crate::service::safety_plan_paper::{hand_out, none_yet};
use crate::texts::msg;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Arguments of `gyeot safety-plan`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The plan that holds, or an earlier revision.
    Show {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// An earlier revision, from 1.
        #[arg(long, value_name = "N")]
        revision: Option<u32>,
    },
    /// The client's own words for each step, from this and earlier sessions.
    Words {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
    },
    /// Write into a step; every change is a new revision.
    Edit(Edit),
    /// Every revision with what changed in it.
    History {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
    },
    /// A sheet for the client, in a file of its own.
    Export {
        /// Whose.
        #[arg(long, value_name = "CODE")]
        client: ClientCode,
        /// How it is written.
        #[arg(long, value_enum, default_value_t = Form::Pdf)]
        format: Form,
        #[command(flatten)]
        out: OutArgs,
    },
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(false))]
struct Edit {
    /// Whose.
    #[arg(long, value_name = "CODE")]
    client: ClientCode,
    /// The step, from 1 to 6.
    #[arg(long, value_name = "N")]
    step: usize,
    /// Add the lines of this file; `-` is standard input.
    #[arg(long, value_name = "FILE", group = "change")]
    add: Option<PathBuf>,
    /// Put the lines of this file in the place of the step; `-` is standard input.
    #[arg(long, value_name = "FILE", group = "change")]
    replace: Option<PathBuf>,
    /// Take the words of this number, as `words` prints them.
    #[arg(long, value_name = "N", group = "change")]
    take: Option<usize>,
    /// Take this line out, from 1.
    #[arg(long, value_name = "N", group = "change")]
    remove: Option<usize>,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let form = shipped::plan_form()?;
    let lang = globals.lang();
    match args.what {
        What::Show { client, revision } => {
            let versions = unlock(globals)?.safety_plans(&client)?;
            let chosen = match revision {
                None => versions.last(),
                Some(n) => Some(versions.iter().find(|v| v.revision == n).ok_or_else(|| no_revision(n))?),
            };
            show(chosen.ok_or_else(none_yet)?, &form, globals)
        }
        What::Words { client } => {
            let found = proposals(&unlock(globals)?, &client, &form, lang)?;
            words(&found, &form, globals)
        }
        What::Edit(edit) => {
            let vault = unlock(globals)?;
            let plan = edited(&edit, &vault, &form, lang)?;
            show(&vault.keep_safety_plan(&edit.client, plan)?, &form, globals)
        }
        What::History { client } => history(&unlock(globals)?.safety_plans(&client)?, &form, globals),
        What::Export { client, format, out } => export(&client, format, &out, &form, globals),
    }
}

fn edited(edit: &Edit, vault: &UnlockedVault, form: &PlanForm, lang: Lang) -> Result<SafetyPlan, ErrorReport> {
    let before = vault.safety_plans(&edit.client)?.pop().map(|v| v.what);
    let mut plan = before.unwrap_or_else(|| SafetyPlan::empty(form));
    let step = edit.step;
    let done = match (&edit.add, &edit.replace, edit.take, edit.remove) {
        (Some(path), ..) => plan.add(form, step, &read_text(Some(path))?).map(drop),
        (_, Some(path), ..) => plan.replace(form, step, &read_text(Some(path))?).map(drop),
        (_, _, Some(n), _) => {
            let found = proposals(vault, &edit.client, form, lang)?.steps;
            let wanted =
                step.checked_sub(1).and_then(|s| found.get(s)).ok_or_else(|| refused(PlanFault::Step(step)))?;
            let words = n.checked_sub(1).and_then(|n| wanted.get(n)).ok_or_else(|| refused(PlanFault::Line(n)))?;
            plan.take(form, step, taken(words))
        }
        (.., Some(line)) => plan.remove(form, step, line),
        (None, None, None, None) => Err(PlanFault::Blank),
    };
    done.map_err(refused)?;
    Ok(plan)
}

/// A client's words as a line of a plan.
fn taken(words: &Proposal) -> PlanLine {
    PlanLine {
        text: words.quote.clone(),
        from: WordsFrom::Said {
            session: words.session,
            number: words.number,
            utterance: words.utterance,
            at_ms: words.at_ms,
            quote: words.quote.clone(),
            edited: false,
        },
    }
}

fn refused(fault: PlanFault) -> ErrorReport {
    let hint = msg("safety-plan-edit.hint");
    match fault {
        PlanFault::Step(n) => ErrorReport::usage(msg("safety-plan-no-step").with("n", n), hint),
        PlanFault::Line(n) => ErrorReport::usage(msg("safety-plan-no-line").with("n", n), hint),
        PlanFault::Blank => ErrorReport::usage(msg("safety-plan-blank"), hint),
        PlanFault::TooMuch => ErrorReport::usage(msg("safety-plan-too-much"), hint),
    }
}

fn no_revision(n: u32) -> ErrorReport {
    ErrorReport::usage(msg("safety-plan-no-revision").with("n", n), msg("safety-plan-no-revision.hint"))
}

fn as_json(version: &PlanVersion, form: &PlanForm, lang: Lang) -> Value {
    let steps: Vec<Value> = form
        .steps
        .iter()
        .map(|s| json!({"step": s.id, "title": s.text(lang).title, "lines": version.what.lines(&s.id)}))
        .collect();
    json!({"schema": "gyeot.safety-plan/1", "revision": version.revision, "record": version.record,
        "written_at": version.at.to_rfc3339(), "author": version.author_name, "steps": steps})
}

fn show(version: &PlanVersion, form: &PlanForm, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        return print::json(&as_json(version, form, lang));
    }
    print::line(headline(version, lang));
    for (n, step) in form.steps.iter().enumerate() {
        print::line(format!("{}. {}", n + 1, step.text(lang).title));
        for (l, line) in version.what.lines(&step.id).iter().enumerate() {
            print::line(format!("   {:>2} {}{}", l + 1, line.text.reveal(), source(line, lang)));
        }
    }
    Ok(())
}

fn headline(version: &PlanVersion, lang: Lang) -> String {
    let (revision, at) = (version.revision, version.at.shown());
    msg("safety-plan-headline")
        .with("revision", revision)
        .with("at", at)
        .shown("author", &version.author_name)
        .text(lang)
}

/// Where the words of a line come from, after it.
fn source(line: &PlanLine, lang: Lang) -> String {
    match &line.from {
        WordsFrom::Typed => String::new(),
        WordsFrom::Said { number, at_ms, edited, .. } => {
            let at = msg("safety-plan-said").with("number", number).with("at", clock(*at_ms)).text(lang);
            let edited = if *edited { lang.say("safety-plan-said-edited") } else { "" };
            format!("  ({at}{edited})")
        }
    }
}

fn words(found: &Proposals, form: &PlanForm, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        let one = |p: &Proposal| {
            json!({"session": p.session, "number": p.number, "utterance": p.utterance, "at_ms": p.at_ms,
                "quote": p.quote, "answer": p.answer})
        };
        let steps: Vec<Value> = form
            .steps
            .iter()
            .zip(&found.steps)
            .map(|(s, words)| json!({"step": s.id, "words": words.iter().map(one).collect::<Vec<_>>()}))
            .collect();
        return print::json(&json!({"schema": "gyeot.safety-plan-words/1", "steps": steps, "unread": found.unread}));
    }
    for (n, (step, words)) in form.steps.iter().zip(&found.steps).enumerate() {
        print::line(format!("{}. {}", n + 1, step.text(lang).title));
        for (w, p) in words.iter().enumerate() {
            let at = msg("safety-plan-said").with("number", p.number).with("at", clock(p.at_ms)).text(lang);
            print::line(format!("   {:>2} “{}”  ({at})", w + 1, p.quote.reveal()));
        }
    }
    if found.unread > 0 {
        print::note(msg("safety-plan-unread").with("n", found.unread).text(lang));
    }
    Ok(())
}

fn history(versions: &[PlanVersion], form: &PlanForm, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if versions.is_empty() {
        return Err(none_yet());
    }
    if globals.json {
        let all: Vec<Value> = versions.iter().map(|v| as_json(v, form, lang)).collect();
        return print::json(&json!({"schema": "gyeot.safety-plan-history/1", "revisions": all}));
    }
    let mut before: Option<&SafetyPlan> = None;
    for version in versions {
        print::line(headline(version, lang));
        for (n, step) in form.steps.iter().enumerate() {
            for (change, line) in differences(before, &version.what, &step.id) {
                let mark = match change {
                    Change::Same => " ",
                    Change::Added => "+",
                    Change::Removed => "-",
                };
                print::line(format!("  {mark} {}. {}", n + 1, line.text.reveal()));
            }
        }
        before = Some(&version.what);
    }
    Ok(())
}

fn export(
    client: &ClientCode,
    format: Form,
    args: &OutArgs,
    form: &PlanForm,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let lines = crisis_data::crisis_lines(&globals.crisis_lines_file())?;
    let out = args.begin(globals)?;
    let vault = unlock(globals)?;
    let (newest, sheet) = hand_out(&vault, client, args.asked(format.id(), lang), form, &lines)?;
    out.document(format, &sheet, || json_bytes(&as_json(&newest, form, lang)), globals)
}
