//! What an escalation may say and to whom it may go: reason codes, legal bases with their limbs, public receivers, the
//! hours of follow-ups, as read from `prompts/escalation.toml`. A centre's own file adds hours. Decides nothing about a client.

use crate::domain::crisis::code::{ReceiverKind, Tier, Word};
use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use serde::{Deserialize, Serialize};

/// A code with its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// The code.
    pub id: Word,
    /// Its label in Korean.
    pub ko: String,
    /// Its label in English.
    pub en: String,
}

impl Coded {
    /// Its label.
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.ko, &self.en)
    }
}

/// The name of a basis in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// One phrase with its article.
    pub name: String,
}

/// One ground in law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The code.
    pub id: Word,
    /// The statute and article.
    pub source: String,
    /// The numbers of the articles were not checked against the statutes: shown wherever the basis is chosen.
    #[serde(default)]
    pub unverified: bool,
    /// A reasoned sentence is required; it stays in the vault.
    #[serde(default)]
    pub argue: bool,
    /// The client's consent to a crisis contact is required.
    #[serde(default)]
    pub consent: bool,
    /// The article that is meant has to be named.
    #[serde(default)]
    pub statute: bool,
    /// The highest tier that may rest on it.
    pub most: Tier,
    /// The only kinds of receiver it holds for; empty for all.
    #[serde(default)]
    pub kinds: Vec<ReceiverKind>,
    /// Its name in Korean.
    pub ko: Named,
    /// Its name in English.
    pub en: Named,
    /// Which part of it applies; one has to be chosen.
    pub limb: Vec<Coded>,
}

impl Basis {
    /// Its name.
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.ko.name, &self.en.name)
    }
}

/// A receiver that every centre has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicReceiver {
    /// The code.
    pub id: Word,
    /// What kind of office.
    pub kind: ReceiverKind,
    /// The number to call.
    pub call: String,
    /// Its name in Korean.
    pub ko: String,
    /// Its name in English.
    pub en: String,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Counts up with every change.
    pub version: String,
    /// Hours after the export at which a follow-up is due, rising.
    pub follow_up_hours: Vec<u16>,
    /// Whose rule the hours are.
    pub follow_up_source: String,
    /// Instruments whose last answers go into tier 2.
    pub screeners: Vec<InstrumentId>,
    /// Why.
    pub reason: Vec<Coded>,
    /// On which ground.
    pub basis: Vec<Basis>,
    /// Public receivers.
    pub receiver: Vec<PublicReceiver>,
    /// What was done at a follow-up.
    pub done: Vec<Coded>,
    /// How it ended.
    pub outcome: Vec<Coded>,
    /// Sentences to choose from where a basis wants a reasoned one.
    pub proposal: Vec<Coded>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnFile {
    /// Hours after the first ones.
    more_follow_up_hours: Vec<u16>,
    source: String,
}

/// A year: later follow-ups are care, not crisis.
const LAST_HOUR: u16 = 24 * 365;

impl Rules {
    /// Reads the shipped file and checks that it holds together.
    pub fn parse(text: &str) -> Result<Rules, Flaw> {
        let rules: Rules = read_toml(text, 0)?;
        let flaw = |key: &str, what: &str| Err(Flaw::new(1, key, what));
        let once = |ids: Vec<&Word>| {
            let mut seen = std::collections::BTreeSet::new();
            ids.into_iter().all(|id| seen.insert(id))
        };
        let lists: [(&str, Vec<&Word>); 5] = [
            ("reason", rules.reason.iter().map(|r| &r.id).collect()),
            ("basis", rules.basis.iter().map(|r| &r.id).collect()),
            ("receiver", rules.receiver.iter().map(|r| &r.id).collect()),
            ("done", rules.done.iter().map(|r| &r.id).collect()),
            ("outcome", rules.outcome.iter().map(|r| &r.id).collect()),
        ];
        for (key, ids) in lists {
            if ids.is_empty() {
                return flaw(key, "there is none");
            }
            if !once(ids) {
                return flaw(key, "an id stands once");
            }
        }
        for basis in &rules.basis {
            if basis.limb.is_empty() || !once(basis.limb.iter().map(|l| &l.id).collect()) {
                return flaw("basis.limb", "a basis has at least one limb, each id once");
            }
            if basis.most < Tier::Contact || basis.source.trim().is_empty() {
                return flaw("basis.most", "a basis has a source and holds for tier 1 at least");
            }
        }
        rules.hours_rise()?;
        Ok(rules)
    }

    fn hours_rise(&self) -> Result<(), Flaw> {
        let rise = self.follow_up_hours.windows(2).all(|w| w[0] < w[1]);
        let within = self.follow_up_hours.iter().all(|h| (1..=LAST_HOUR).contains(h));
        if rise && within && !self.follow_up_hours.is_empty() {
            Ok(())
        } else {
            Err(Flaw::new(1, "follow_up_hours", "hours rise, from 1 to a year"))
        }
    }

    /// The rules with what the centre's own file adds. The shipped hours stay.
    pub fn changed_by(mut self, text: &str) -> Result<Rules, Flaw> {
        let own: OwnFile = read_toml(text, 0)?;
        if own.source.trim().is_empty() {
            return Err(Flaw::new(1, "source", "say whose rule this is"));
        }
        self.follow_up_hours.extend(own.more_follow_up_hours);
        self.follow_up_source = format!("{}; {}", self.follow_up_source, own.source.trim());
        self.hours_rise()?;
        Ok(self)
    }

    /// The basis of this code.
    pub fn basis(&self, id: &Word) -> Option<&Basis> {
        self.basis.iter().find(|b| b.id == *id)
    }

    /// A reason of the access log that was written in codes, in words; what is no code stands as it is.
    pub fn worded(&self, reason: &str, lang: Lang) -> String {
        let named = |part: &str| -> Option<String> {
            if let Some(tier) = part.strip_prefix("tier ") {
                return Some(msg("escalation-log-tier").with("n", tier).text(lang));
            }
            let basis = part.split_once('/').and_then(|(basis, _)| self.basis.iter().find(|b| b.id.as_str() == basis));
            let coded = self.reason.iter().find(|c| c.id.as_str() == part).map(|c| c.label(lang));
            let office =
                self.receiver.iter().find(|r| r.id.as_str() == part).map(|r| lang.pick(r.ko.as_str(), r.en.as_str()));
            coded.or(office).or_else(|| basis.map(|b| b.label(lang))).map(str::to_owned)
        };
        let parts = reason.split(" · ").map(|part| named(part).unwrap_or_else(|| part.to_owned()));
        parts.collect::<Vec<_>>().join(" · ")
    }

    /// The label of a code in one of the lists; the code itself where an older or newer file had it.
    pub fn label<'a>(list: &'a [Coded], id: &'a Word, lang: Lang) -> &'a str {
        list.iter().find(|c| c.id == *id).map_or(id.as_str(), |c| c.label(lang))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/escalation.toml"));

    #[test]
    fn the_shipped_file_has_the_four_bases_and_only_the_childs_path_needs_neither_consent_nor_argument() {
        let rules = Rules::parse(SHIPPED).unwrap();
        let said: Vec<_> = rules.basis.iter().map(|b| (b.id.as_str(), b.argue, b.consent, b.statute)).collect();
        assert_eq!(
            said,
            [
                ("urgent-life-or-body", true, false, false),
                ("consent", false, true, false),
                ("child-abuse-report", false, false, false),
                ("other-statute", true, false, true)
            ]
        );
        assert_eq!(rules.follow_up_hours, [24, 72]);
    }

    #[test]
    fn each_rule_of_the_file_can_fail() {
        for (from, to, key) in [
            ("[24, 72]", "[72, 24]", "follow_up_hours"),
            ("[24, 72]", "[]", "follow_up_hours"),
            ("id = \"self-harm\"", "id = \"suicide-risk\"", "reason"),
            ("id = \"own-body\"", "id = \"own-life\"", "basis.limb"),
            ("most = 3", "most = 0", "basis.most"),
            ("source = \"PIPA art. 18(2)3\"", "source = \" \"", "basis.most"),
        ] {
            assert_eq!(Rules::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err().key, key, "{from}");
        }
        assert!(Rules::parse(&SHIPPED.replacen("\"suicide-risk\"", "\"Suicide risk\"", 1)).is_err(), "words only");
    }

    #[test]
    fn a_centre_adds_hours_with_a_source_and_takes_none_away() {
        let own = |text: &str| Rules::parse(SHIPPED).unwrap().changed_by(text);
        let more = own("more_follow_up_hours = [168]\nsource = \"our by-laws\"").unwrap();
        assert_eq!(more.follow_up_hours, [24, 72, 168]);
        assert!(own("more_follow_up_hours = [48]\nsource = \"x\"").is_err(), "between the shipped ones");
        assert!(own("more_follow_up_hours = [168]\nsource = \" \"").is_err());
        assert!(own("follow_up_hours = [1]\nsource = \"x\"").is_err());
    }
}
