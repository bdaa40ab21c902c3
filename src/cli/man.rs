//! `gyeot man`: the manual page, on stdout.

use crate::cli::{Globals, help, print};
use crate::domain::explain::ErrorReport;
use crate::texts::msg;

/// Arguments of `gyeot man`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let mut page = Vec::new();
    clap_mangen::Man::new(help::command(lang).after_long_help(lang.say("help-vault-unpack.after")))
        .render(&mut page)
        .map_err(|e| {
        ErrorReport::failed(
            msg("cli-man-manual-page-could-not-written").with("why", e.kind()),
            msg("cli-man-manual-page-could-not-written.hint"),
        )
    })?;
    print::bytes(&page);
    Ok(())
}
