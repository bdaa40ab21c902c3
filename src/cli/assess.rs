//! `gyeot assess`.

use super::Globals;
use crate::domain::fault::Fault;

/// Arguments of `gyeot assess`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: Args, _globals: &Globals) -> Result<(), Fault> {
    Err(Fault::failed("this command is not built yet", "take a newer build"))
}
