//! The words of a line as they were spoken, from kept sound.

use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::time::Span;
use crate::service::hear_again::no_sound;
use crate::service::sound_index::SoundIndex;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;

/// Heard before and after the line too, milliseconds: a cut in the first sound of a word is heard as another word.
const AROUND_MS: u64 = 200;

/// The kept sound of a session, checked. Refused where there is none.
pub fn kept_sound(unlocked: &UnlockedVault, session: SessionId) -> Result<SoundIndex, ErrorReport> {
    let index = unlocked.open_sound(session)?.map(SoundIndex::of);
    index.filter(|i| i.kept_ms() > 0).ok_or_else(no_sound)
}

/// The samples of a line. Refused where its sound is missing.
pub fn sound_of(index: &SoundIndex, line: Span) -> Result<Vec<i16>, ErrorReport> {
    let pcm = index.between(line.start_ms.saturating_sub(AROUND_MS), line.end_ms + AROUND_MS);
    if pcm.is_empty() {
        return Err(ErrorReport::with(Exit::Refused, msg("play-line-not-kept"), msg("hear-again-no-sound.hint")));
    }
    Ok(pcm)
}
