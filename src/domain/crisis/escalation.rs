//! The escalation packet (L12) and its tiers, each of which adds to the one before. What a tier may hold is a type: tier 1 has
//! the contact fields of the card and codes, and no place for text of a note, a transcript, an answer or of the counsellor.

use crate::domain::crisis::code::ReceiverKind;
pub use crate::domain::crisis::code::{Tier, Word};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::practice::client::{ClientCard, age_in_years};
use crate::domain::practice::consent::{ConsentState, GUARDIAN_UNDER, Scope};
use crate::domain::practice::ids::{ClientCode, MemberId, RecordId};
use crate::domain::practice::member::Role;
use crate::domain::practice::text::{ClientText, clean_line};
use crate::domain::practice::time::Timestamp;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// Who is to be found: the four fields of the default tier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reachable {
    /// The name.
    pub name: ClientText,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Where the client lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<ClientText>,
    /// Telephone or another contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ClientText>,
}

impl Reachable {
    /// The four fields of a card, and none of its others.
    pub fn of(card: &ClientCard) -> Self {
        Reachable {
            name: card.name.clone(),
            birth_date: card.birth_date.clone(),
            address: card.address.clone(),
            contact: card.contact.clone(),
        }
    }
}

/// The ground on which it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// A basis of the rules.
    pub basis: Word,
    /// Which part of it applies.
    pub limb: Word,
    /// The article, where the basis is another statute. It is a citation: see [`citation`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statute: Option<String>,
}

/// Who sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The account.
    pub id: MemberId,
    /// The member's name.
    pub name: String,
    /// The role at that time.
    pub role: Role,
    /// The centre.
    pub centre: String,
}

/// To whom it goes: an office of the directory or a public one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Its code.
    pub id: Word,
    /// What kind of office.
    pub kind: ReceiverKind,
    /// Its name as the directory had it.
    pub name: String,
}

/// Tier 1, all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who is to be found.
    pub person: Reachable,
    /// The reason code.
    pub reason: Word,
    /// The legal basis.
    pub ground: Ground,
    /// Who.
    pub by: Sender,
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub to: Addressee,
}

/// One answer of a screener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenerAnswer {
    /// Number of the item on its form.
    pub item: u32,
    /// The value that was marked.
    pub value: i32,
}

/// The last filling in of one screener: numbers and codes only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screener {
    /// Which instrument.
    pub instrument: String,
    /// Version of its file.
    pub version: String,
    /// When.
    pub at: Timestamp,
    /// What was answered; items that were not asked are absent.
    pub answers: Vec<ScreenerAnswer>,
    /// The band or triage, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<String>,
}

/// One step of a safety plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// The step's key.
    pub key: String,
    /// In order.
    pub lines: Vec<ClientText>,
}

/// What tier 2 adds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Screening {
    /// The last of each screener.
    pub screeners: Vec<Screener>,
    /// The last safety plan.
    pub safety_plan: Vec<PlanStep>,
    /// What is at hand to do harm with, typed for this packet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub means: Option<ClientText>,
    /// Where the person is thought to be, typed for this packet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<ClientText>,
}

/// What tier 3 adds: a summary that its author typed for this packet and signed with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// When the last contact was.
    pub contact_at: Timestamp,
    /// The words.
    pub text: ClientText,
}

/// What tier 4 adds: the record as a file sealed to the receiver's key alone. Whoever sends it cannot read it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedRecord {
    /// Whom it is sealed to, `x25519:age1…`.
    pub recipient: String,
    /// One age file, base64.
    pub file: String,
    /// How many records stand in it.
    pub records: u64,
    /// Their ids: what the supervisor countersigns.
    pub ids: Vec<RecordId>,
}

impl std::fmt::Debug for SealedRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedRecord({} records, {} bytes)", self.records, self.file.len())
    }
}

/// What a packet holds beside the contact. Tier 1 holds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tier", deny_unknown_fields)]
pub enum Content {
    /// Tier 1.
    #[serde(rename = "1")]
    Contact,
    /// Tier 2.
    #[serde(rename = "2")]
    Screening {
        /// What it adds.
        screening: Screening,
    },
    /// Tier 3.
    #[serde(rename = "3")]
    Summary {
        /// What tier 2 adds.
        screening: Screening,
        /// What it adds.
        summary: Summary,
    },
    /// Tier 4.
    #[serde(rename = "4")]
    Full {
        /// What tier 2 adds.
        screening: Screening,
        /// What tier 3 adds.
        summary: Summary,
        /// What it adds.
        record: SealedRecord,
    },
}

/// One packet: exactly what goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationPacket {
    /// Tier 1.
    pub contact: Contact,
    /// What the higher tiers add.
    pub content: Content,
}

impl EscalationPacket {
    /// Its tier.
    pub const fn tier(&self) -> Tier {
        match self.content {
            Content::Contact => Tier::Contact,
            Content::Screening { .. } => Tier::Screening,
            Content::Summary { .. } => Tier::Summary,
            Content::Full { .. } => Tier::Full,
        }
    }

    /// What tier 2 adds, from tier 2 on.
    pub const fn screening(&self) -> Option<&Screening> {
        match &self.content {
            Content::Contact => None,
            Content::Screening { screening } | Content::Summary { screening, .. } | Content::Full { screening, .. } => {
                Some(screening)
            }
        }
    }

    /// What tier 3 adds, from tier 3 on.
    pub const fn summary(&self) -> Option<&Summary> {
        match &self.content {
            Content::Contact | Content::Screening { .. } => None,
            Content::Summary { summary, .. } | Content::Full { summary, .. } => Some(summary),
        }
    }

    /// What tier 4 adds.
    pub const fn record(&self) -> Option<&SealedRecord> {
        match &self.content {
            Content::Full { record, .. } => Some(record),
            _ => None,
        }
    }
}

/// A packet as it is kept: what goes out, and what stays behind with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// What goes out.
    pub packet: EscalationPacket,
    /// Whose, by code: for lists and the access log.
    pub code: ClientCode,
    /// Why the basis applies, in the words of who raised it. It does not go out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub argument: Option<ClientText>,
    /// Why it may go without a second person; it waits for an after-review then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
}

/// What is asked for when a packet is raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raising {
    /// How much goes out.
    pub tier: Tier,
    /// The reason code.
    pub reason: Word,
    /// The legal basis.
    pub ground: Ground,
    /// Why it applies.
    pub argument: Option<ClientText>,
    /// Code of the receiver.
    pub to: Word,
    /// For tier 2.
    pub means: Option<ClientText>,
    /// For tier 2.
    pub location: Option<ClientText>,
    /// For tier 3.
    pub summary: Option<ClientText>,
    /// Why it may go without a second person.
    pub alone: Option<String>,
    /// Raised although one for the same reason to the same receiver is still open.
    pub again: bool,
}

impl Raising {
    /// Tier 1 on the ground of these codes.
    pub const fn contact(reason: Word, basis: Word, limb: Word, to: Word) -> Self {
        Raising {
            tier: Tier::Contact,
            reason,
            ground: Ground { basis, limb, statute: None },
            argument: None,
            to,
            means: None,
            location: None,
            summary: None,
            alone: None,
            again: false,
        }
    }
}

/// A sentence shorter than this is no reason.
pub const ARGUMENT_CHARS: usize = 10;
/// A longer one is a note, which does not belong here.
const ARGUMENT_MOST: usize = 400;

/// Why a packet cannot be raised so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such reason code.
    Reason,
    /// No such basis.
    Basis,
    /// No such limb of this basis.
    Limb,
    /// The basis wants a reasoned sentence.
    Argument,
    /// The sentence is too long.
    ArgumentLong,
    /// The basis wants an article.
    Statute,
    /// This basis names no article.
    NoStatute,
    /// The tier is above what the basis carries, or 0.
    Tier(Tier),
    /// Not to this kind of receiver.
    Kind,
    /// There is no consent to a crisis contact.
    Consent,
    /// There is one, but the client is a minor and no guardian gave it.
    Guardian,
    /// The tier wants a summary.
    Summary,
    /// What was typed has no place in this tier.
    NoPlace,
}

impl Refusal {
    /// What is wrong, and with `.hint` what to do.
    pub fn message(&self) -> Message {
        match self {
            Refusal::Reason => msg("escalation-no-reason"),
            Refusal::Basis => msg("escalation-no-basis"),
            Refusal::Limb => msg("escalation-no-limb"),
            Refusal::Argument => msg("escalation-no-argument"),
            Refusal::ArgumentLong => msg("escalation-argument-long"),
            Refusal::Statute => msg("escalation-no-statute"),
            Refusal::NoStatute => msg("escalation-statute-needless"),
            Refusal::Tier(most) => msg("escalation-tier").with("most", u8::from(*most)),
            Refusal::Kind => msg("escalation-kind"),
            Refusal::Consent => msg("escalation-no-consent"),
            Refusal::Guardian => msg("escalation-no-guardian"),
            Refusal::Summary => msg("escalation-no-summary"),
            Refusal::NoPlace => msg("escalation-no-place"),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Message {
        match self {
            Refusal::Reason => msg("escalation-no-reason.hint"),
            Refusal::Basis => msg("escalation-no-basis.hint"),
            Refusal::Limb => msg("escalation-no-limb.hint"),
            Refusal::Argument => msg("escalation-no-argument.hint"),
            Refusal::ArgumentLong => msg("escalation-argument-long.hint"),
            Refusal::Statute => msg("escalation-no-statute.hint"),
            Refusal::NoStatute => msg("escalation-statute-needless.hint"),
            Refusal::Tier(_) => msg("escalation-tier.hint"),
            Refusal::Kind => msg("escalation-kind.hint"),
            Refusal::Consent => msg("escalation-no-consent.hint"),
            Refusal::Guardian => msg("escalation-no-guardian.hint"),
            Refusal::Summary => msg("escalation-no-summary.hint"),
            Refusal::NoPlace => msg("escalation-no-place.hint"),
        }
    }
}

/// A citation of a statute: one line of 4 to 60 characters with a number in it. What is longer, or has no number, is no
/// article but a sentence.
pub fn citation(text: &str) -> Option<String> {
    let line = clean_line(text);
    let length = line.chars().count();
    ((4..=60).contains(&length) && line.chars().any(|c| c.is_ascii_digit())).then_some(line)
}

/// Checks what is asked against the rules and the client's consent. `today` is `YYYY-MM-DD`. The path of child abuse asks
/// for no consent (L24).
pub fn check(
    asked: &Raising,
    rules: &Rules,
    kind: ReceiverKind,
    consent: &ConsentState,
    birth_date: Option<&str>,
    today: &str,
) -> Result<(), Refusal> {
    if !rules.reason.iter().any(|r| r.id == asked.reason) {
        return Err(Refusal::Reason);
    }
    let basis = rules.basis(&asked.ground.basis).ok_or(Refusal::Basis)?;
    if !basis.limb.iter().any(|l| l.id == asked.ground.limb) {
        return Err(Refusal::Limb);
    }
    if asked.tier < Tier::Contact || asked.tier > basis.most {
        return Err(Refusal::Tier(basis.most));
    }
    if !basis.kinds.is_empty() && !basis.kinds.contains(&kind) {
        return Err(Refusal::Kind);
    }
    match (&asked.ground.statute, basis.statute) {
        (None, true) => return Err(Refusal::Statute),
        (Some(_), false) => return Err(Refusal::NoStatute),
        (Some(text), true) if citation(text).is_none() => return Err(Refusal::Statute),
        _ => {}
    }
    let argued = asked.argument.as_ref().map_or(0, |a| a.reveal().trim().chars().count());
    if basis.argue && argued < ARGUMENT_CHARS {
        return Err(Refusal::Argument);
    }
    if argued > ARGUMENT_MOST {
        return Err(Refusal::ArgumentLong);
    }
    if basis.consent {
        let minor = birth_date.and_then(|b| age_in_years(b, today)).is_some_and(|age| age < GUARDIAN_UNDER);
        if !consent.has(Scope::CrisisContact) {
            return Err(Refusal::Consent);
        }
        if minor && consent.guardian.is_none() {
            return Err(Refusal::Guardian);
        }
    }
    let said = |text: &Option<ClientText>| text.as_ref().is_some_and(|t| !t.is_blank());
    if asked.tier >= Tier::Summary && !said(&asked.summary) {
        return Err(Refusal::Summary);
    }
    let too_low = asked.tier < Tier::Summary && said(&asked.summary)
        || asked.tier < Tier::Screening && (said(&asked.means) || said(&asked.location));
    if too_low { Err(Refusal::NoPlace) } else { Ok(()) }
}
