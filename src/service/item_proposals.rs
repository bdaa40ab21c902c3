//! Item scores proposed from the talk of a kept session. By rules and weighed words, so that it needs no model and no consent to one; a
//! person accepts each score, and what is kept then is an answer sheet like any other that says where it comes from.

use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::instrument::licence::Withheld;
use crate::domain::assessment::instrument::permission::Verdict;
use crate::domain::assessment::proposal::outcome::Proposals;
use crate::domain::assessment::proposal::wording::ItemData;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::lang::Lang;
use crate::live::items;
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{msg, verbatim};

/// Refuses an instrument whose items may not be held, or of which nobody wrote down how its items are heard.
pub fn may_be_proposed(instrument: &Instrument, heard: bool, lang: Lang) -> Result<(), ErrorReport> {
    if instrument.licence.verdict == Verdict::TotalsOnly {
        let reason = verbatim(instrument.licence.reason(lang));
        return Err(Withheld::Licence { id: instrument.id.clone(), reason }.into());
    }
    if !heard {
        let what = msg("items-not-heard").shown("id", &instrument.id);
        return Err(ErrorReport::with(Exit::Refused, what, msg("items-not-heard.hint")));
    }
    Ok(())
}

/// Scores proposed for each item from what was said in a session, with quotes. Reading it is asked of the policy and logged. `data`
/// is `None` where no one wrote down how the items are heard.
pub fn propose(
    vault: &UnlockedVault,
    session: SessionId,
    instrument: &Instrument,
    data: Option<&ItemData>,
    lang: Lang,
) -> Result<Proposals, ErrorReport> {
    may_be_proposed(instrument, data.is_some(), lang)?;
    let opened = vault.open_session(session)?;
    let transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
    let data = data.ok_or_else(|| {
        ErrorReport::failed(msg("items-not-heard").shown("id", &instrument.id), msg("items-not-heard.hint"))
    })?;
    Ok(items::by_rule(&transcript, instrument, data))
}
