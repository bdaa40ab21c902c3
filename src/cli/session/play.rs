//! `gyeot session play`: plays a line of a session from its kept sound.

use crate::adapters::loudspeaker;
use crate::cli::Globals;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::transcript::correction::CorrectionError;
use crate::service::play::{kept_sound, sound_of};
use crate::service::transcripts::transcript_of;

/// Arguments of `gyeot session play`.
#[derive(Debug, clap::Args)]
pub(super) struct Play {
    /// As `list` prints it; the first digits are enough.
    session: String,
    /// The line, as `session show --numbers` numbers it.
    #[arg(long, value_name = "N")]
    line: u32,
}

/// Runs the command.
pub(super) fn run(asked: &Play, globals: &Globals) -> Result<(), ErrorReport> {
    let unlocked = unlock(globals)?;
    let session = find(&unlocked.sessions(None)?, &asked.session)?;
    let opened = unlocked.open_session(session)?;
    let transcript = transcript_of(opened.iter().map(|o| &o.body), globals.lang());
    let line = transcript.get(UtteranceId(asked.line)).ok_or(CorrectionError::NoLine(asked.line))?.span();
    let pcm = sound_of(&kept_sound(&unlocked, session)?, line)?;
    loudspeaker::play(pcm)?.wait();
    Ok(())
}
