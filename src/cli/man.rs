//! `gyeot man`: the manual page, on stdout.

use crate::cli::{Cli, Globals};
use crate::domain::explain::ErrorReport;
use clap::CommandFactory;

/// Arguments of `gyeot man`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: Args, _globals: &Globals) -> Result<(), ErrorReport> {
    clap_mangen::Man::new(Cli::command().after_long_help(super::vault::WITHOUT_THIS_PROGRAM))
        .render(&mut std::io::stdout())
        .map_err(|e| {
            ErrorReport::failed(
                format!("the manual page could not be written: {}", e.kind()),
                "check where the output goes",
            )
        })
}
