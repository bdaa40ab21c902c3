//! The command line: one file per command, each prints what the flows return.
//! Human text or, with `--json`, one object on stdout; progress and messages on stderr.

pub mod appointment;
pub mod asking;
pub mod assess;
pub mod audit;
pub mod backup;
pub mod breach;
pub mod case_report;
mod client;
pub mod completions;
pub mod crisis;
pub mod demo;
pub mod doctor;
pub mod escalate;
pub mod eval;
pub mod find;
pub mod help;
pub mod init;
pub mod interrupt;
pub mod man;
pub mod member;
pub mod meter;
pub mod mirror;
pub mod models;
pub mod note;
pub mod outgoing;
pub mod passphrase;
pub mod print;
pub mod replay;
pub mod review;
pub mod safety_plan;
pub mod session;
pub mod suggest;
pub mod supervision;
pub mod transcribe;
pub mod transcript_file;
pub mod usage;
pub mod vault;

use crate::adapters::own_process;
pub use crate::config::Globals;
use crate::domain::explain::{ErrorReport, Exit};
use crate::ports::store::READ_ONLY;
use crate::runtime::{self, Start};
use crate::texts::msg;
use clap::{CommandFactory, Parser, Subcommand};

/// What can be done without opening the workstation.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play the shipped session through the whole job in a throw-away vault.
    Demo(demo::Args),
    /// Make a new vault with its first member.
    Init(init::Args),
    /// People and roles.
    Member(member::Args),
    /// Clients and consents.
    Client(client::Args),
    /// The next appointment of each client.
    Appointment(appointment::Args),
    /// Run, list, show and recover sessions.
    Session(session::Args),
    /// Notes: draft, write, sign, amend, compare.
    Note(note::Args),
    /// Supervision: what waits, comments, returning, co-signing.
    Review(review::Args),
    /// Case reports for supervision: filled from the record, edited, anonymised, taken away.
    CaseReport(case_report::Args),
    /// Around reviews: supervisees, deputies, released extracts, hours.
    Supervision(supervision::Args),
    /// Find clients, sessions, and words in transcripts and notes.
    Find(find::Args),
    /// Write down a recording; nothing is stored.
    Transcribe(transcribe::Args),
    /// Therapy directions for a transcript; nothing is stored.
    Suggest(suggest::Args),
    /// The session mirror of a transcript; nothing is stored.
    Mirror(mirror::Args),
    /// Compare models and rules on a folder of transcripts; aggregates only, nothing is stored.
    Eval(eval::Args),
    /// Make suggestions again, and say whether they are the same; nothing is kept.
    Replay(replay::Args),
    /// Instruments, scores and change.
    Assess(assess::Args),
    /// Crisis: packets for the offices that help.
    Escalate(escalate::Args),
    /// A leak: which keys, whose records, whom to tell.
    Breach(breach::Args),
    /// Safety plans: six steps, written with the client.
    SafetyPlan(safety_plan::Args),
    /// The lines one can call in a crisis, and how far each was checked.
    Crisis(crisis::Args),
    /// The access log.
    Audit(audit::Args),
    /// Keep the vault whole.
    Vault(vault::Args),
    /// Back up, verify and restore.
    Backup(backup::Args),
    /// Models: list, recommend, pull, add, verify, remove.
    Models(models::Args),
    /// What is right, what is wrong and how to mend it.
    Doctor(doctor::Args),
    /// Shell completions.
    Completions(completions::Args),
    /// The manual page.
    Man(man::Args),
}

impl Command {
    fn run(self, globals: &Globals) -> Result<(), ErrorReport> {
        match self {
            Command::Demo(args) => demo::run(args, globals),
            Command::Init(args) => init::run(args, globals),
            Command::Member(args) => member::run(args, globals),
            Command::Client(args) => client::run(args, globals),
            Command::Appointment(args) => appointment::run(args, globals),
            Command::Session(args) => session::run(args, globals),
            Command::Note(args) => note::run(args, globals),
            Command::Review(args) => review::run(args, globals),
            Command::CaseReport(args) => case_report::run(args, globals),
            Command::Supervision(args) => supervision::run(args, globals),
            Command::Find(args) => find::run(&args, globals),
            Command::Transcribe(args) => transcribe::run(args, globals),
            Command::Suggest(args) => suggest::run(args, globals),
            Command::Mirror(args) => mirror::run(args, globals),
            Command::Eval(args) => eval::run(args, globals),
            Command::Replay(args) => replay::run(&args, globals),
            Command::Assess(args) => assess::run(args, globals),
            Command::Escalate(args) => escalate::run(args, globals),
            Command::Breach(args) => breach::run(args, globals),
            Command::SafetyPlan(args) => safety_plan::run(args, globals),
            Command::Crisis(args) => crisis::run(args, globals),
            Command::Audit(args) => audit::run(args, globals),
            Command::Vault(args) => vault::run(args, globals),
            Command::Backup(args) => backup::run(args, globals),
            Command::Models(args) => models::run(args, globals),
            Command::Doctor(args) => doctor::run(args, globals),
            Command::Completions(args) => completions::run(args, globals),
            Command::Man(args) => man::run(args, globals),
        }
    }
}

impl Command {
    /// True where a passphrase may be typed. The others hold no secret, and models are larger than what may be locked.
    const fn holds_keys(&self) -> bool {
        !matches!(
            self,
            Command::Transcribe(_)
                | Command::Suggest(_)
                | Command::Mirror(_)
                | Command::Eval(_)
                | Command::Models(_)
                | Command::Completions(_)
                | Command::Man(_)
        )
    }
}

/// What the workstation begins with.
pub fn start(globals: &Globals, plain: bool) -> Start {
    Start {
        plain,
        lang: globals.lang(),
        vault: globals.vault_dir(),
        models: globals.models_dir(),
        assessments: globals.assessments_dir(),
        triage: globals.triage_file(),
        crisis_lines: globals.crisis_lines_file(),
        member: globals.member.clone(),
        words: globals.words.clone(),
        report: print::error,
    }
}

/// Gyeot (곁): beside the counsellor. Without a command it opens the workstation.
#[derive(Debug, Parser)]
#[command(name = "gyeot", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,
    /// The workstation as lines and numbered choices, for a screen reader or a poor terminal.
    #[arg(long)]
    plain: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Runs the program and returns its exit code. Errors are two lines on stderr.
pub fn main() -> u8 {
    if !own_process::shield() {
        print::note("! core files could not be turned off on this system");
    }
    let mut cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) if e.use_stderr() => {
            let (fault, lang) = usage::fault(&e, Cli::command());
            print::error(&fault, lang);
            return fault.exit as u8;
        }
        Err(e) => {
            let args: Vec<String> = std::env::args().skip(1).collect();
            let lang = usage::language(&args);
            match help::of(&e, &args, lang) {
                Some(help) => help::print(&help, lang),
                // The version. Nothing to be done about a closed terminal.
                None => drop(e.print()),
            }
            return 0;
        }
    };
    if cli.command.as_ref().is_none_or(Command::holds_keys) {
        // Before a passphrase is typed. Where it cannot be done the program goes on; the doctor says what to do.
        own_process::keep_in_memory();
    }
    // Until a vault says in which zone its centre counts days.
    crate::domain::practice::time::Calendar::of(crate::adapters::time_zone::of_workstation()).make_current();
    let done = cli.globals.settle().and_then(|()| match cli.command {
        Some(command) => command.run(&cli.globals),
        None => runtime::workstation(&start(&cli.globals, cli.plain)),
    });
    let done = done.and_then(|()| print::finish());
    match done {
        Ok(()) if passphrase::opened_not_whole() => Exit::Damaged as u8,
        Ok(()) => 0,
        Err(fault) => {
            let fault = if fault.what.id() == READ_ONLY { by_name(fault) } else { fault };
            print::error(&fault, cli.globals.lang());
            fault.exit as u8
        }
    }
}

/// A refusal to write with the name of the command that would have written.
fn by_name(fault: ErrorReport) -> ErrorReport {
    let mut words = Vec::new();
    let parsed = Cli::command().try_get_matches();
    let mut at = parsed.as_ref().ok();
    while let Some((name, inside)) = at.and_then(|at| at.subcommand()) {
        words.push(name);
        at = Some(inside);
    }
    let what = msg("cli-read-only").with("command", words.join(" ")).with("why", &fault.what);
    ErrorReport { what, ..fault }
}
