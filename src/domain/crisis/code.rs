//! The codes of escalations: words of the data files, tiers, kinds of receivers.

use crate::domain::practice::data_file::is_kebab;
use crate::texts::{Message, msg, one_of};
use serde::{Deserialize, Serialize};

/// A code of the data files: lower-case words joined by hyphens, at most 40 bytes. No sentence fits into one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Word(String);

impl Word {
    /// As written in files.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Word {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Message> {
        if s.len() <= 40 && is_kebab(s) { Ok(Word(s.to_owned())) } else { Err(msg("written-as-code")) }
    }
}

impl TryFrom<String> for Word {
    type Error = Message;
    fn try_from(s: String) -> Result<Self, Message> {
        s.parse()
    }
}

impl From<Word> for String {
    fn from(word: Word) -> String {
        word.0
    }
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much goes out. The default is the lowest that does the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(try_from = "u8", into = "u8")]
pub enum Tier {
    /// Counts only; no packet.
    Statistics,
    /// The four contact fields, reason, basis, who, when, to whom.
    #[default]
    Contact,
    /// With the last screener answers, the safety plan, means and whereabouts.
    Screening,
    /// With a signed summary of the last contact.
    Summary,
    /// With the full record, sealed to the receiver alone: for a court or a transfer.
    Full,
}

impl Tier {
    /// Every tier of which there are packets.
    pub const PACKETS: [Tier; 4] = [Tier::Contact, Tier::Screening, Tier::Summary, Tier::Full];
}

impl TryFrom<u8> for Tier {
    type Error = String;
    fn try_from(n: u8) -> Result<Self, String> {
        [Tier::Statistics, Tier::Contact, Tier::Screening, Tier::Summary, Tier::Full]
            .into_iter()
            .find(|t| *t as u8 == n)
            .ok_or_else(|| "a tier is a number from 0 to 4".to_owned())
    }
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> u8 {
        tier as u8
    }
}

/// What kind of office receives a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiverKind {
    /// Police.
    Police,
    /// Ambulance and rescue.
    Rescue,
    /// A mental health welfare centre or suicide prevention centre.
    MentalHealthCentre,
    /// A municipal child protection office or agency.
    ChildProtection,
    /// A hospital or clinic.
    Hospital,
    /// A court or prosecutor.
    Court,
    /// Another centre that takes the client on.
    Centre,
    /// A guardian or another person named by the client.
    Person,
}

impl ReceiverKind {
    /// Every kind, in the order of lists.
    pub const ALL: [ReceiverKind; 8] = [
        ReceiverKind::Police,
        ReceiverKind::Rescue,
        ReceiverKind::MentalHealthCentre,
        ReceiverKind::ChildProtection,
        ReceiverKind::Hospital,
        ReceiverKind::Court,
        ReceiverKind::Centre,
        ReceiverKind::Person,
    ];

    /// The word in files and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            ReceiverKind::Police => "police",
            ReceiverKind::Rescue => "rescue",
            ReceiverKind::MentalHealthCentre => "mental-health-centre",
            ReceiverKind::ChildProtection => "child-protection",
            ReceiverKind::Hospital => "hospital",
            ReceiverKind::Court => "court",
            ReceiverKind::Centre => "centre",
            ReceiverKind::Person => "person",
        }
    }
}

impl std::str::FromStr for ReceiverKind {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Message> {
        Self::ALL.into_iter().find(|k| k.word() == s).ok_or_else(|| one_of(Self::ALL.map(ReceiverKind::word)))
    }
}
