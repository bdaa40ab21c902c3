//! Why something cannot be done with a packet: what was asked, or the state that it is in. No client words.

use crate::domain::crisis::escalation::Refusal;
use crate::domain::explain::{Exit, Explain};
use crate::texts::{Message, msg};

/// Why the packet was left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum PacketError {
    /// It cannot be raised so.
    Raise(Refusal),
    /// No packet of this number among those this member may read.
    NoPacket,
    /// Several begin so.
    Several,
    /// One for the same reason to the same receiver is still open: its number.
    Open(String),
    /// The second person is the one who raised it, or who approved it already.
    SamePerson,
    /// Nobody has approved it.
    NotApproved,
    /// The full record goes only with a supervisor's countersignature.
    NotCountersigned,
    /// It is over.
    Closed,
    /// Nothing was done alone, or it was reviewed.
    NothingToReview,
    /// No such receiver in the directory.
    NoReceiver,
    /// There is one of that code already.
    ReceiverTaken,
    /// Not an age recipient.
    Recipient,
    /// Not a key that signs.
    Verifying,
    /// The receiver has no key.
    NoKey,
    /// The receiver's key was not compared since it stands there.
    NotCompared,
    /// The key was changed after the record was sealed to the one before.
    KeyChanged,
    /// The words are not those of the key.
    OtherWords,
    /// Nothing was sent yet.
    NotSent,
    /// It was sent already in this form.
    Sent,
    /// The receipt is not signed by the receiver's key, or names another packet.
    Receipt,
    /// No follow-up of so many hours.
    NoFollowUp,
    /// It was done already.
    Done,
    /// No such code in the list.
    Code,
    /// The full record goes sealed only.
    SealedOnly,
    /// The place of the files: it is not there, not empty of the same name, or a link.
    Place(Message),
    /// The files could not all be written: nothing was left there.
    Disk(Message),
    /// There is no signed note to give.
    NoRecord,
}

impl Explain for PacketError {
    fn message(&self) -> Message {
        match self {
            PacketError::Raise(why) => why.message(),
            PacketError::NoPacket => msg("packet-none"),
            PacketError::Several => msg("packet-several"),
            PacketError::Open(id) => msg("packet-open").with("id", id),
            PacketError::SamePerson => msg("packet-same-person"),
            PacketError::NotApproved => msg("packet-not-approved"),
            PacketError::NotCountersigned => msg("packet-not-countersigned"),
            PacketError::Closed => msg("packet-closed"),
            PacketError::NothingToReview => msg("packet-nothing-to-review"),
            PacketError::NoReceiver => msg("packet-no-receiver"),
            PacketError::ReceiverTaken => msg("packet-receiver-taken"),
            PacketError::Recipient => msg("packet-recipient"),
            PacketError::Verifying => msg("packet-verifying"),
            PacketError::NoKey => msg("packet-no-key"),
            PacketError::NotCompared => msg("packet-not-compared"),
            PacketError::KeyChanged => msg("packet-key-changed"),
            PacketError::OtherWords => msg("packet-other-words"),
            PacketError::NotSent => msg("packet-not-sent"),
            PacketError::Sent => msg("packet-sent"),
            PacketError::Receipt => msg("packet-receipt"),
            PacketError::NoFollowUp => msg("packet-no-follow-up"),
            PacketError::Done => msg("packet-done"),
            PacketError::Code => msg("packet-code"),
            PacketError::SealedOnly => msg("packet-sealed-only"),
            PacketError::Place(why) => msg("packet-place").with("why", why),
            PacketError::Disk(why) => msg("packet-disk").with("why", why),
            PacketError::NoRecord => msg("packet-no-record"),
        }
    }

    fn hint(&self) -> Message {
        match self {
            PacketError::Raise(why) => why.hint(),
            PacketError::NoPacket | PacketError::Several => msg("packet-none.hint"),
            PacketError::Open(_) => msg("packet-open.hint"),
            PacketError::SamePerson => msg("packet-same-person.hint"),
            PacketError::NotApproved => msg("packet-not-approved.hint"),
            PacketError::NotCountersigned => msg("packet-not-countersigned.hint"),
            PacketError::Closed => msg("packet-closed.hint"),
            PacketError::NothingToReview => msg("packet-nothing-to-review.hint"),
            PacketError::NoReceiver => msg("packet-no-receiver.hint"),
            PacketError::ReceiverTaken => msg("packet-receiver-taken.hint"),
            PacketError::Recipient => msg("packet-recipient.hint"),
            PacketError::Verifying => msg("packet-verifying.hint"),
            PacketError::NoKey => msg("packet-no-key.hint"),
            PacketError::NotCompared => msg("packet-not-compared.hint"),
            PacketError::KeyChanged => msg("packet-key-changed.hint"),
            PacketError::OtherWords => msg("packet-other-words.hint"),
            PacketError::NotSent => msg("packet-not-sent.hint"),
            PacketError::Sent => msg("packet-sent.hint"),
            PacketError::Receipt => msg("packet-receipt.hint"),
            PacketError::NoFollowUp => msg("packet-no-follow-up.hint"),
            PacketError::Done => msg("packet-done.hint"),
            PacketError::Code => msg("packet-code.hint"),
            PacketError::SealedOnly => msg("packet-sealed-only.hint"),
            PacketError::Place(_) => msg("packet-place.hint"),
            PacketError::Disk(_) => msg("packet-disk.hint"),
            PacketError::NoRecord => msg("packet-no-record.hint"),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            PacketError::Disk(_) => Exit::Failed,
            PacketError::Recipient
            | PacketError::Verifying
            | PacketError::NoReceiver
            | PacketError::ReceiverTaken
            | PacketError::NoFollowUp
            | PacketError::Code
            | PacketError::Place(_)
            | PacketError::NoPacket
            | PacketError::Several => Exit::Usage,
            PacketError::Raise(Refusal::Reason | Refusal::Basis | Refusal::Limb) => Exit::Usage,
            _ => Exit::Refused,
        }
    }
}
