//! `gyeot completions`: completions for a shell, on stdout.

use crate::cli::{Globals, help, print};
use crate::domain::explain::ErrorReport;

/// Arguments of `gyeot completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    // The library does not take a closed pipe for an answer.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(globals.lang()), "gyeot", &mut script);
    print::bytes(&script);
    Ok(())
}
