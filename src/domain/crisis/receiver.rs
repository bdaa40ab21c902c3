//! The directory of receivers: offices to which packets may go, with their age recipients. A key holds only after its
//! fingerprint was compared with the office, and a key that was changed has to be compared again.

use crate::domain::crisis::code::ReceiverKind;
use crate::domain::crisis::escalation::{Addressee, Word};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Who compared a fingerprint with the office, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCompared {
    /// The member.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// A receiver of the centre, as of one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// Its code, for ever.
    pub id: Word,
    /// What kind of office.
    pub kind: ReceiverKind,
    /// Its name.
    pub name: String,
    /// The number to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// Whom packets are sealed to, `x25519:age1…`; none where it takes paper only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// Its Ed25519 key for signed receipts, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifying: Option<String>,
    /// Since when this key stands here.
    pub key_since: Timestamp,
    /// Who compared this key's fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<KeyCompared>,
    /// Nothing goes to it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

impl Receiver {
    /// Its name in a packet.
    pub fn addressee(&self) -> Addressee {
        Addressee { id: self.id.clone(), kind: self.kind, name: self.name.clone() }
    }

    /// What goes to it can be sealed to its key.
    pub const fn can_be_sealed_to(&self) -> bool {
        self.recipient.is_some() && self.compared.is_some() && !self.retired
    }
}

/// The directory with the public receivers of the rules before it: those have no key here, and go by paper or by telephone.
pub fn with_public(own: Vec<Receiver>, rules: &Rules, lang: Lang) -> Vec<Receiver> {
    let public = rules.receiver.iter().filter(|p| own.iter().all(|r| r.id != p.id)).map(|p| Receiver {
        id: p.id.clone(),
        kind: p.kind,
        name: lang.pick(&p.ko, &p.en).to_owned(),
        call: Some(p.call.clone()),
        recipient: None,
        verifying: None,
        key_since: Timestamp(0),
        compared: None,
        retired: false,
    });
    let mut all: Vec<Receiver> = public.collect();
    all.extend(own);
    all
}
