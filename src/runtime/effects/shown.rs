//! What is written beside a note, and how findings are shown.

use crate::adapters::escalation;
use crate::app::views::{Draft, LineOrigin, SignedIn};
use crate::domain::governance::access::Around;
use crate::domain::governance::concern::Concern;
use crate::domain::practice::ids::{RecordId, TechniqueId};
use crate::domain::practice::member::Role;
use crate::domain::record::{Body, Decided, Opened};
use crate::service::UnlockedVault;
use crate::service::escalation_words::duties;
use std::collections::BTreeMap;

/// Accepted lines whose words were changed and whose change is not kept yet: what a person makes of a suggestion is kept
/// with it (L5).
pub(super) fn edited_since(
    opened: &[Opened],
    draft: &Draft,
    places: &BTreeMap<TechniqueId, (RecordId, u32)>,
) -> Vec<Body> {
    let last_words = |technique: &TechniqueId| {
        opened.iter().rev().find_map(|o| match &o.body {
            Body::SuggestionDecision { technique: t, decided: Decided::Edited, text, .. } if t == technique => {
                text.as_ref()
            }
            _ => None,
        })
    };
    let lines = draft.sections.iter().flat_map(|(_, lines)| lines);
    lines
        .filter_map(|line| {
            let LineOrigin::Accepted { technique, edited: true } = &line.origin else { return None };
            let (of, index) = *places.get(technique)?;
            (last_words(technique) != Some(&line.text)).then(|| Body::SuggestionDecision {
                of,
                index,
                technique: technique.clone(),
                decided: Decided::Edited,
                text: Some(line.text.clone()),
            })
        })
        .collect()
}

/// Who is at the workstation now, with what they are told.
pub(super) fn signed_in(unlocked: &UnlockedVault) -> SignedIn {
    let (roster, role) = (unlocked.roster(), unlocked.me().role);
    let around = Around { admin: roster.has(Role::Admin), supervisor: roster.has(Role::Supervisor), second: None };
    SignedIn {
        member: unlocked.me().name.clone(),
        role,
        nobody_before: around.nobody_before(role),
        centre: roster.centre,
        standing: unlocked.integrity().message(),
        concerns: concerns(unlocked),
    }
}

/// What is to be told of the vault and of the escalations.
pub(super) fn concerns(unlocked: &UnlockedVault) -> Vec<Concern> {
    let mut told = unlocked.concerns();
    // Rules that do not read are told where an escalation is raised.
    let rules = escalation::rules(&crate::config::escalation_file());
    if let Ok(duties) = rules.map_err(drop).and_then(|rules| duties(unlocked, &rules).map_err(drop)) {
        told.extend(duties);
    }
    told
}
