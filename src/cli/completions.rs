//! `gyeot completions`: completions for a shell, on stdout.

use super::{Cli, Globals};
use crate::domain::fault::Fault;
use clap::CommandFactory;

/// Arguments of `gyeot completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Runs the command.
pub fn run(args: Args, _globals: &Globals) -> Result<(), Fault> {
    clap_complete::generate(args.shell, &mut Cli::command(), "gyeot", &mut std::io::stdout());
    Ok(())
}
