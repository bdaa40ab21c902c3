//! Consent: separate scopes, versions, withdrawal, guardians. A session key exists only while a consent releases it.
//! Source: PIPA art. 15, 22 and 22-2 (under 14: guardian), the associations' ethics codes; see L1, L2 and L24.

use crate::domain::explain::Explain;
use crate::domain::practice::client::age_in_years;
use crate::domain::practice::time::Timestamp;
use crate::texts::{Message, msg, one_of, verbatim};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a client can agree to, each on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The counselling itself and its records.
    Service,
    /// Sound is recorded and written down.
    Recording,
    /// Language models may look at the transcript.
    Ai,
    /// A supervisor may read.
    Supervision,
    /// Use of the records for research.
    Research,
    /// Whom to call in a crisis.
    CrisisContact,
    /// The sound itself is kept after the note is signed.
    KeepSound,
}

impl Scope {
    /// Every scope, in the order of forms.
    pub const ALL: [Scope; 7] = [
        Scope::Service,
        Scope::Recording,
        Scope::Ai,
        Scope::Supervision,
        Scope::Research,
        Scope::CrisisContact,
        Scope::KeepSound,
    ];

    /// The word on the command line and in files.
    pub const fn word(self) -> &'static str {
        match self {
            Scope::Service => "service",
            Scope::Recording => "recording",
            Scope::Ai => "ai",
            Scope::Supervision => "supervision",
            Scope::Research => "research",
            Scope::CrisisContact => "crisis-contact",
            Scope::KeepSound => "keep-sound",
        }
    }

    /// The word on a screen.
    pub fn label(self, lang: crate::domain::practice::lang::Lang) -> &'static str {
        match self {
            Scope::Service => lang.say("practice-consent-service"),
            Scope::Recording => lang.say("practice-consent-recording"),
            Scope::Ai => lang.say("practice-consent-ai"),
            Scope::Supervision => lang.say("practice-consent-supervision"),
            Scope::Research => lang.say("practice-consent-research"),
            Scope::CrisisContact => lang.say("practice-consent-crisis-contact"),
            Scope::KeepSound => lang.say("practice-consent-keep-sound"),
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Scope::ALL.into_iter().find(|scope| scope.word() == s).ok_or_else(|| one_of(Scope::ALL.map(Scope::word)))
    }
}

/// What happens to what is there when a consent is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Withdrawal {
    /// Nothing more is recorded; what was said before stays.
    FromNow,
    /// The running session is destroyed: its key is dropped.
    All,
}

/// Who signed for a minor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardian {
    /// The guardian's name.
    pub name: crate::domain::practice::text::ClientText,
    /// Relation to the client, such as `mother`.
    pub relation: String,
}

/// One consent as given: what holds from then on, in full.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Consent {
    /// What is agreed to.
    pub scopes: BTreeSet<Scope>,
    /// Version of the form that was read and signed.
    pub version: String,
    /// Who agreed, as on the form: `client`, `guardian` or both.
    pub by: String,
    /// The guardian, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Guardian>,
    /// When the limits of confidentiality were explained (L2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits_explained: Option<Timestamp>,
    /// Every other participant who also agreed, by role word, such as `mother`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
    /// Whoever records this has made sure that the client is [`GUARDIAN_UNDER`] or older. Asked for once, where the card
    /// has no birth date.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub age_confirmed: bool,
}

/// One event in the history of a client's consents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum ConsentEvent {
    /// Given or given anew; replaces what held before.
    Given {
        /// What was agreed to.
        consent: Consent,
        /// When it was recorded, by the clock of the workstation.
        at: Timestamp,
    },
    /// Some scopes are taken back.
    Withdrawn {
        /// Scopes that were withdrawn.
        scopes: BTreeSet<Scope>,
        /// From now, or all.
        how: Withdrawal,
        /// When it was recorded, by the clock of the workstation.
        at: Timestamp,
    },
}

/// The consents in force, after all that was given and withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ConsentState {
    /// Scopes in force.
    pub scopes: BTreeSet<Scope>,
    /// Version of the form, empty when there never was a consent.
    pub version: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The guardian, when one signed.
    pub guardian: Option<Guardian>,
    /// When the limits of confidentiality were explained.
    pub limits_explained: Option<Timestamp>,
    /// Who else agreed, by role word.
    pub participants: Vec<String>,
    /// At some time it was confirmed that the client is not under [`GUARDIAN_UNDER`].
    pub age_confirmed: bool,
}

/// Why a session may not begin or a consent not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum ConsentError {
    /// A scope is missing.
    Missing(Message),
    /// Whether the client is under 14 is not known.
    Age,
    /// Somebody takes part who has not agreed.
    Participant,
    /// Under 14 without a guardian.
    Guardian,
    /// A supervisor is to read, and the client has not agreed to it.
    Supervision,
    /// Something besides service without service.
    Form,
}

impl Explain for ConsentError {
    fn message(&self) -> Message {
        match self {
            ConsentError::Missing(scope) => msg("consent-missing").with("scope", scope),
            ConsentError::Age => msg("consent-age"),
            ConsentError::Participant => msg("consent-participant"),
            ConsentError::Guardian => msg("consent-guardian"),
            ConsentError::Supervision => msg("consent-supervision"),
            ConsentError::Form => msg("consent-form"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            ConsentError::Missing(_) => msg("consent-missing.hint"),
            ConsentError::Supervision => msg("consent-supervision.hint"),
            ConsentError::Age => msg("consent-age.hint"),
            ConsentError::Participant => msg("consent-participant.hint"),
            ConsentError::Guardian => msg("consent-guardian.hint"),
            ConsentError::Form => msg("consent-form.hint"),
        }
    }
    fn exit(&self) -> crate::domain::explain::Exit {
        crate::domain::explain::Exit::Refused
    }
}

/// PIPA art. 22-2: under this age a legal guardian consents.
pub const GUARDIAN_UNDER: i32 = 14;

impl ConsentState {
    /// Folds a history, oldest first.
    pub fn of<'a>(history: impl Iterator<Item = &'a ConsentEvent>) -> Self {
        let mut now = ConsentState::default();
        for event in history {
            match event {
                ConsentEvent::Given { consent, at } => {
                    now = ConsentState {
                        scopes: consent.scopes.clone(),
                        version: consent.version.clone(),
                        since: Some(*at),
                        guardian: consent.guardian.clone(),
                        limits_explained: consent.limits_explained.or(now.limits_explained),
                        participants: consent.participants.clone(),
                        age_confirmed: consent.age_confirmed || now.age_confirmed,
                    };
                }
                ConsentEvent::Withdrawn { scopes, at, .. } => {
                    now.scopes.retain(|s| !scopes.contains(s));
                    now.since = Some(*at);
                }
            }
        }
        now
    }

    /// True when the scope is in force.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether everybody who takes part besides the client has agreed (L1), by role word.
    pub fn covers(&self, with: &[String]) -> Result<(), ConsentError> {
        let agreed = |who: &String| self.participants.iter().any(|p| p.trim() == who.trim());
        if with.iter().all(agreed) { Ok(()) } else { Err(ConsentError::Participant) }
    }

    /// Whether a recorded session may begin: service and recording.
    pub fn allows_session(&self) -> Result<(), ConsentError> {
        let missing: Vec<&str> =
            [Scope::Service, Scope::Recording].into_iter().filter(|s| !self.has(*s)).map(Scope::word).collect();
        if missing.is_empty() { Ok(()) } else { Err(ConsentError::Missing(verbatim(missing.join(", ")))) }
    }
}

/// Whether a consent may be written for a client of this birth date on this day (`YYYY-MM-DD`), after what held before.
/// The age decides who consents (L24), so it has to be known: from the birth date, by a guardian who signs in any case,
/// or by the word of whoever records it, which is asked for once.
pub fn check(
    consent: &Consent,
    before: &ConsentState,
    birth_date: Option<&str>,
    today: &str,
) -> Result<(), ConsentError> {
    if consent.version.trim().is_empty() || !consent.scopes.contains(&Scope::Service) {
        return Err(ConsentError::Form);
    }
    if consent.guardian.as_ref().is_some_and(|g| !g.name.is_blank()) {
        return Ok(());
    }
    match birth_date.and_then(|b| age_in_years(b, today)) {
        Some(age) if age < GUARDIAN_UNDER => Err(ConsentError::Guardian),
        None if !consent.age_confirmed && !before.age_confirmed => Err(ConsentError::Age),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::text::ClientText;

    fn given(scopes: &[Scope]) -> Consent {
        Consent {
            scopes: scopes.iter().copied().collect(),
            version: "2026-1".into(),
            by: "client".into(),
            ..Consent::default()
        }
    }

    #[test]
    fn every_set_of_scopes_allows_a_session_exactly_when_service_and_recording_are_in_it() {
        for bits in 0u8..128 {
            let scopes: Vec<Scope> =
                Scope::ALL.into_iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, s)| s).collect();
            let state = ConsentState { scopes: scopes.iter().copied().collect(), ..ConsentState::default() };
            assert_eq!(state.allows_session().is_ok(), bits & 0b11 == 0b11, "{scopes:?}");
        }
    }

    #[test]
    fn withdrawing_takes_the_scope_away_and_a_new_consent_brings_it_back() {
        let both = given(&[Scope::Service, Scope::Recording]);
        let gone =
            ConsentEvent::Withdrawn { scopes: [Scope::Recording].into(), how: Withdrawal::FromNow, at: Timestamp(2) };
        let first = ConsentEvent::Given { consent: both.clone(), at: Timestamp(1) };
        let again = ConsentEvent::Given { consent: both, at: Timestamp(3) };
        assert!(!ConsentState::of([&first, &gone].into_iter()).has(Scope::Recording));
        assert!(ConsentState::of([&first, &gone, &again].into_iter()).has(Scope::Recording));
    }

    #[test]
    fn a_child_under_fourteen_needs_a_guardian() {
        let mut c = given(&[Scope::Service]);
        let check = |c: &Consent, born| check(c, &ConsentState::default(), born, "2026-11-21");
        assert_eq!(check(&c, Some("2013-01-01")), Err(ConsentError::Guardian));
        c.age_confirmed = true;
        assert_eq!(check(&c, Some("2013-01-01")), Err(ConsentError::Guardian), "the birth date says otherwise");
        c.guardian = Some(Guardian { name: ClientText::new("어머니 성함"), relation: "mother".into() });
        assert_eq!(check(&c, Some("2013-01-01")), Ok(()));
        c.guardian = None;
        assert_eq!(check(&c, Some("2010-01-01")), Ok(()));
    }

    #[test]
    fn without_a_birth_date_the_age_is_confirmed_once_or_a_guardian_signs() {
        let mut c = given(&[Scope::Service]);
        let mut before = ConsentState::default();
        assert_eq!(check(&c, &before, None, "2026-11-21"), Err(ConsentError::Age));
        c.guardian = Some(Guardian { name: ClientText::new("어머니 성함"), relation: "mother".into() });
        assert_eq!(check(&c, &before, None, "2026-11-21"), Ok(()));
        c.guardian = None;
        c.age_confirmed = true;
        assert_eq!(check(&c, &before, None, "2026-11-21"), Ok(()));
        before = ConsentState::of([&ConsentEvent::Given { consent: c.clone(), at: Timestamp(1) }].into_iter());
        c.age_confirmed = false;
        assert_eq!(check(&c, &before, None, "2026-11-22"), Ok(()), "not asked again");
    }

    #[test]
    fn whoever_takes_part_must_have_agreed_and_a_new_consent_says_anew_who_did() {
        let mut c = given(&[Scope::Service, Scope::Recording]);
        c.participants = vec!["mother".into(), "father".into()];
        let both = ConsentEvent::Given { consent: c.clone(), at: Timestamp(1) };
        let state = ConsentState::of([&both].into_iter());
        let with = |who: &[&str]| who.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(state.covers(&with(&["father", "mother"])), Ok(()));
        assert_eq!(state.covers(&with(&["mother", "sister"])), Err(ConsentError::Participant));
        c.participants.pop();
        let one = ConsentEvent::Given { consent: c, at: Timestamp(2) };
        let state = ConsentState::of([&both, &one].into_iter());
        assert_eq!(state.covers(&with(&["father"])), Err(ConsentError::Participant));
    }
}
