//! What a person made of a suggestion, as it is kept (L5: taken or not, it is kept), and where the suggestion stands.

use crate::domain::practice::ids::{RecordId, TechniqueId};
use crate::domain::practice::session_event::Decision;
use crate::domain::record::{Body, Decided, Opened};
use std::collections::BTreeMap;

/// The record of a suggestion and the number of the suggestion in it, from 0.
pub type Place = (RecordId, u32);

/// The record of a decision about the suggestion at this place.
pub const fn decided((of, index): Place, technique: TechniqueId, decision: Decision) -> Body {
    let decided = match decision {
        Decision::Accepted => Decided::Accepted,
        Decision::Edited => Decided::Edited,
        Decision::Dismissed => Decided::Rejected,
    };
    Body::SuggestionDecision { of, index, technique, decided, text: None }
}

/// Where each technique was suggested last.
pub fn places(opened: &[Opened]) -> BTreeMap<TechniqueId, Place> {
    let mut places = BTreeMap::new();
    for o in opened {
        if let Body::Suggestions { suggestions } = &o.body {
            for (n, s) in suggestions.suggestions.iter().enumerate() {
                places.insert(s.technique.clone(), (o.header.id, n as u32));
            }
        }
    }
    places
}
