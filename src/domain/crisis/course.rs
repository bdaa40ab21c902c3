//! What happened to a packet after it was raised: each state is a signed record of who did it, and the course is worked out
//! from them. Raised → approved by a second person, or break-glass with an after-review → exported → received → followed up →
//! closed. Reads no clock.

use crate::domain::crisis::escalation::{Raised, Tier, Word};
use crate::domain::practice::ids::{MemberId, RecordId};
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::texts::{Message, one_of};
use serde::{Deserialize, Serialize};

/// In which form a packet goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// One file sealed to the receiver's age recipient; in it are all the others.
    Age,
    /// One page to hand over.
    Pdf,
    /// A FHIR R4 document Bundle.
    Fhir,
    /// JSON.
    Json,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 4] = [Form::Age, Form::Pdf, Form::Fhir, Form::Json];

    /// The word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Form::Age => "age",
            Form::Pdf => "pdf",
            Form::Fhir => "fhir",
            Form::Json => "json",
        }
    }
}

impl std::str::FromStr for Form {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Message> {
        Self::ALL.into_iter().find(|f| f.word() == s).ok_or_else(|| one_of(Self::ALL.map(Form::word)))
    }
}

/// How the receiver said that it has the packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Receipt {
    /// A note signed with the receiver's key over the manifest.
    Signed {
        /// The whole note.
        note: String,
    },
    /// Typed by whoever was told.
    Typed {
        /// Who said it there.
        who: ClientText,
    },
}

/// What the after-review found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It had to be done so.
    Justified,
    /// A second person could have been asked.
    NotJustified,
}

/// One thing that was done with a packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// A second person agrees that it goes.
    Approved,
    /// It goes without a second person.
    BrokeGlass {
        /// Why.
        reason: String,
    },
    /// The after-review of what was done alone.
    Reviewed {
        /// What it found.
        found: Found,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<ClientText>,
    },
    /// It was written out.
    Exported {
        /// In these forms.
        forms: Vec<Form>,
        /// SHA-256 of the manifest, 64 hexadecimal digits: what a receipt names.
        manifest: String,
        /// Fingerprint of the key it was sealed to, where it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_to: Option<String>,
        /// One person did it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        alone: bool,
    },
    /// What was to be written out did not come to stand where it should.
    ExportFailed {
        /// The manifest of that export.
        manifest: String,
    },
    /// The receiver has it.
    Received {
        /// How that is known.
        receipt: Receipt,
    },
    /// A follow-up was done.
    FollowedUp {
        /// Which: hours after the export.
        hours: u16,
        /// What was done.
        done: Word,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<ClientText>,
    },
    /// An admin who came after it was raised was given its key.
    Shared {
        /// Who.
        to: MemberId,
        /// The wrap of the key: it is destroyed with the packet.
        wrap: RecordId,
    },
    /// It is over.
    Closed {
        /// How it ended.
        outcome: Word,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<ClientText>,
    },
}

/// A step as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Of which packet.
    pub packet: RecordId,
    /// How many steps whoever wrote it knew: it stands behind them, whatever the clocks say.
    pub after: u32,
    /// What was done.
    pub act: Act,
}

/// A step with who did it, from its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Who.
    pub by: MemberId,
    /// Their role then, from the roster.
    pub role: Option<Role>,
    /// When, by their clock.
    pub at: Timestamp,
    /// The step.
    pub step: Step,
}

/// Where a packet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits for a second person.
    Raised,
    /// May be sent.
    Approved,
    /// Was sent; no receipt yet.
    Exported,
    /// The receiver has it.
    Received,
    /// Over.
    Closed,
}

impl State {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            State::Raised => "raised",
            State::Approved => "approved",
            State::Exported => "exported",
            State::Received => "received",
            State::Closed => "closed",
        }
    }
}

/// One follow-up and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowUp {
    /// Hours after the packet was sent, or raised where it was not sent yet.
    pub hours: u16,
    /// When it is due.
    pub due: Timestamp,
    /// When it was done, and by whom.
    pub done: Option<(Timestamp, MemberId)>,
}

/// Who is told of a follow-up that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Nobody yet.
    Nobody,
    /// The counsellor: it is due.
    Counsellor,
    /// The supervisor too: it is late.
    Supervisor,
    /// The admin too: it is very late.
    Admin,
}

/// So long after it was due a follow-up is told to the supervisor, milliseconds: a working morning.
pub const TOLD_SUPERVISOR_MS: i64 = 4 * 3_600_000;
/// And so long after to the admin: a day.
pub const TOLD_ADMIN_MS: i64 = 24 * 3_600_000;

const HOUR_MS: i64 = 3_600_000;

impl FollowUp {
    /// Who is told of it now.
    pub const fn told(&self, now: Timestamp) -> Told {
        let late = now.0.saturating_sub(self.due.0);
        if self.done.is_some() || late < 0 {
            Told::Nobody
        } else if late < TOLD_SUPERVISOR_MS {
            Told::Counsellor
        } else if late < TOLD_ADMIN_MS {
            Told::Supervisor
        } else {
            Told::Admin
        }
    }
}

/// A packet with everything that was done with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The packet's record.
    pub id: RecordId,
    /// The packet.
    pub raised: Raised,
    /// Who raised it, from the header.
    pub by: MemberId,
    /// When, from the header.
    pub at: Timestamp,
    /// In order.
    pub steps: Vec<Done>,
}

impl Course {
    /// Puts the steps in order: behind what was known when each was written, then by time.
    pub fn new(id: RecordId, raised: Raised, by: MemberId, at: Timestamp, mut steps: Vec<Done>) -> Self {
        steps.retain(|d| d.step.packet == id);
        steps.sort_by_key(|d| (d.step.after, d.at, d.by));
        Course { id, raised, by, at, steps }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        let has = |which: fn(&Act) -> bool| self.steps.iter().any(|d| which(&d.step.act));
        if has(|a| matches!(a, Act::Closed { .. })) {
            State::Closed
        } else if has(|a| matches!(a, Act::Received { .. })) {
            State::Received
        } else if self.sent().is_some() {
            State::Exported
        } else if has(|a| matches!(a, Act::Approved)) || self.glass_broken() {
            State::Approved
        } else {
            State::Raised
        }
    }

    /// The exports that came to stand where they should, oldest first: manifest and step.
    pub fn exports(&self) -> Vec<(&str, &Done)> {
        let failed =
            |m: &str| self.steps.iter().any(|d| matches!(&d.step.act, Act::ExportFailed { manifest } if manifest == m));
        let exported = self.steps.iter().filter_map(|d| match &d.step.act {
            Act::Exported { manifest, .. } => Some((manifest.as_str(), d)),
            _ => None,
        });
        exported.filter(|(manifest, _)| !failed(manifest)).collect()
    }

    /// When it was first sent.
    pub fn sent(&self) -> Option<Timestamp> {
        self.exports().first().map(|(_, d)| d.at)
    }

    /// It may go, or went, without a second person.
    pub fn glass_broken(&self) -> bool {
        let alone = |a: &Act| matches!(a, Act::BrokeGlass { .. } | Act::Exported { alone: true, .. });
        self.raised.alone.is_some() || self.steps.iter().any(|d| alone(&d.step.act))
    }

    /// Who did something alone: none of them reviews it.
    pub fn alone(&self) -> Vec<MemberId> {
        let acts = self
            .steps
            .iter()
            .filter(|d| matches!(&d.step.act, Act::BrokeGlass { .. } | Act::Exported { alone: true, .. }));
        let raiser = self.raised.alone.as_ref().map(|_| self.by);
        raiser.into_iter().chain(acts.map(|d| d.by)).collect()
    }

    /// What was done alone and nobody has reviewed. A review counts for what was done before it.
    pub fn review_due(&self) -> bool {
        let last_alone = self
            .steps
            .iter()
            .rposition(|d| matches!(&d.step.act, Act::BrokeGlass { .. } | Act::Exported { alone: true, .. }));
        let alone = self.alone();
        let reviewed =
            self.steps.iter().rposition(|d| matches!(&d.step.act, Act::Reviewed { .. }) && !alone.contains(&d.by));
        match (self.glass_broken(), last_alone, reviewed) {
            (false, ..) => false,
            (true, _, None) => true,
            (true, None, Some(_)) => false,
            (true, Some(act), Some(review)) => review < act,
        }
    }

    /// The roles of the second persons who approved, without this member and without whoever raised it.
    pub fn approved_by(&self, but: MemberId) -> Vec<(MemberId, Option<Role>)> {
        let approvals = self.steps.iter().filter(|d| matches!(d.step.act, Act::Approved));
        approvals.filter(|d| d.by != self.by && d.by != but).map(|d| (d.by, d.role)).collect()
    }

    /// True when a supervisor has countersigned: tier 4 asks for that.
    pub fn countersigned(&self) -> bool {
        self.steps
            .iter()
            .any(|d| matches!(d.step.act, Act::Approved) && d.by != self.by && d.role == Some(Role::Supervisor))
    }

    /// True when what is asked for before it goes is there, whoever sends it.
    pub fn may_go(&self) -> bool {
        let tier_4 = self.raised.packet.tier() == Tier::Full;
        self.state() != State::Raised && (!tier_4 || self.countersigned())
    }

    /// The follow-ups, in order. Nothing is due of a packet that is closed.
    pub fn follow_ups(&self, hours: &[u16]) -> Vec<FollowUp> {
        let from = self.sent().unwrap_or(self.at);
        let one = |&hours: &u16| FollowUp {
            hours,
            due: Timestamp(from.0.saturating_add(i64::from(hours) * HOUR_MS)),
            done: self.steps.iter().find_map(|d| match &d.step.act {
                Act::FollowedUp { hours: which, .. } if *which == hours => Some((d.at, d.by)),
                Act::Closed { .. } => Some((d.at, d.by)),
                _ => None,
            }),
        };
        hours.iter().map(one).collect()
    }

    /// How it ended.
    pub fn outcome(&self) -> Option<&Word> {
        self.steps.iter().find_map(|d| match &d.step.act {
            Act::Closed { outcome, .. } => Some(outcome),
            _ => None,
        })
    }

    /// One clock says that something was done before what it rests on: a clock was set back.
    pub fn clock_back(&self) -> bool {
        self.steps.windows(2).any(|w| w[1].at < w[0].at) || self.steps.first().is_some_and(|d| d.at < self.at)
    }
}
