//! `gyeot escalate raise`: the words of a client come in by standard input or a file, never as an argument.

use crate::cli::asking::words;
use crate::cli::escalate::show;
use crate::cli::passphrase::unlock;
use crate::cli::usage::between;
use crate::cli::{Globals, print};
use crate::domain::crisis::escalation::{Ground, Raising, Tier, Word};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::texts::msg;

/// Arguments of `gyeot escalate raise`.
#[derive(Debug, clap::Args)]
pub(super) struct Raise {
    /// Whose.
    #[arg(long, value_name = "CODE")]
    client: ClientCode,
    /// Why, by its code.
    #[arg(long, value_name = "CODE")]
    why: Word,
    /// The legal basis, by its code.
    #[arg(long, value_name = "CODE")]
    basis: Word,
    /// Which part of it applies.
    #[arg(long, value_name = "CODE")]
    limb: Word,
    /// The article, where the basis is another statute.
    #[arg(long, value_name = "ARTICLE")]
    statute: Option<String>,
    /// To whom, by its code.
    #[arg(long, value_name = "CODE")]
    to: Word,
    /// How much: 1 the contact fields, 2 screeners and safety plan, 3 a summary, 4 the full record.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = between(1u8, 4))]
    tier: u8,
    /// Why the basis applies: `-` asks for a line, else a file. Asked for where the basis wants it.
    #[arg(long, value_name = "F")]
    argument: Option<String>,
    /// Where the person is thought to be, for tier 2.
    #[arg(long, value_name = "F")]
    location: Option<String>,
    /// What is at hand to do harm with, for tier 2.
    #[arg(long, value_name = "F")]
    means: Option<String>,
    /// The summary of the last contact, for tier 3.
    #[arg(long, value_name = "F")]
    summary: Option<String>,
    /// It may go without a second person, and why.
    #[arg(long, value_name = "TEXT")]
    alone: Option<String>,
    /// Although one for the same reason to the same receiver is open.
    #[arg(long)]
    again: bool,
}

/// Raises it.
pub(super) fn run(asked: Raise, rules: &Rules, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let wants = rules.basis(&asked.basis).is_some_and(|b| b.argue);
    let argument = asked.argument.as_deref().or(wants.then_some("-"));
    let raising = Raising {
        tier: Tier::try_from(asked.tier).unwrap_or_default(),
        reason: asked.why,
        ground: Ground { basis: asked.basis, limb: asked.limb, statute: asked.statute },
        argument: words(argument, lang.say("escalate-ask-argument"))?,
        to: asked.to,
        means: words(asked.means.as_deref(), lang.say("escalate-ask-means"))?,
        location: words(asked.location.as_deref(), lang.say("escalate-ask-location"))?,
        summary: words(asked.summary.as_deref(), lang.say("escalate-ask-summary"))?,
        alone: asked.alone,
        again: asked.again,
    };
    let vault = unlock(globals)?;
    let id = vault.raise_escalation(rules, &asked.client, &raising)?;
    let course = vault.packet(&id.to_string())?;
    show::told(&course, rules, vault.now(), globals)?;
    if !globals.json {
        for line in show::what_goes(&course.raised.packet, rules, lang) {
            print::line(line);
        }
        let next = if course.raised.alone.is_some() { "escalate-review-due" } else { "escalate-second-person" };
        print::note(msg(next).text(lang));
    }
    vault.lock().map_err(ErrorReport::from)
}
