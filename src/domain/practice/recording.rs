//! Kept sound of a session: the pieces in which it is written, and why time between them is missing.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::SessionId;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// Why a stretch of a session was not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skipped {
    /// Off the record.
    OffRecord,
    /// The session was paused.
    Pause,
    /// The sound came faster than it was taken.
    Overrun,
    /// The microphone was gone.
    Device,
}

impl Skipped {
    /// The reason of the gap in a transcript.
    pub const fn reason(self) -> &'static str {
        match self {
            Skipped::OffRecord => "off-record",
            Skipped::Pause => "pause",
            Skipped::Overrun => "overrun",
            Skipped::Device => "device",
        }
    }
}

/// What is signed and sealed with each piece of sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentHead {
    /// Id of the vault.
    pub vault: String,
    /// The session.
    pub session: SessionId,
    /// Counts from 0 within one run of the recorder.
    pub index: u32,
    /// From the start of the session, samples of 16 kHz.
    pub start: u64,
    /// Samples.
    pub samples: u32,
    /// Hash of the piece before it of the same run, hexadecimal; zeros for the first.
    pub before: String,
    /// Why the time since the piece before it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Skipped>,
}

impl SegmentHead {
    /// The sample after its last.
    pub fn end(&self) -> u64 {
        self.start.saturating_add(u64::from(self.samples))
    }
}

/// Why a file of kept sound was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refused {
    /// It opens with none of the session's keys: another vault's or another session's.
    NotOurs,
    /// Cut short or changed.
    Damaged,
    /// Not signed by the recorder that ran.
    Unsigned,
    /// Its head names another vault or session.
    Elsewhere,
    /// The same piece a second time.
    Twice,
    /// The system did not let it be read.
    Unread,
}

impl Refused {
    /// In words.
    pub const fn message(self) -> Message {
        match self {
            Refused::NotOurs => msg("sound-refused-not-ours"),
            Refused::Damaged => msg("sound-refused-damaged"),
            Refused::Unsigned => msg("sound-refused-unsigned"),
            Refused::Elsewhere => msg("sound-refused-elsewhere"),
            Refused::Twice => msg("sound-refused-twice"),
            Refused::Unread => msg("sound-refused-unread"),
        }
    }
}

/// What is wrong with the recording while a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SoundAlarm {
    /// The disk is full: what was reserved is being used, or the sound waits in memory.
    NoSpace,
    /// The disk does not write; the sound waits in memory.
    WriteFailed,
    /// The space that is reserved before a session could not be had.
    LittleRoom,
    /// The recorder ended more often than it is started again.
    Gone,
    /// Sound was lost: it waited too long.
    Lost,
}

impl SoundAlarm {
    /// What happened and what to do.
    pub fn report(self) -> ErrorReport {
        match self {
            SoundAlarm::NoSpace => ErrorReport::failed(msg("sound-alarm-no-space"), msg("sound-alarm-no-space.hint")),
            SoundAlarm::WriteFailed => {
                ErrorReport::failed(msg("sound-alarm-write-failed"), msg("sound-alarm-write-failed.hint"))
            }
            SoundAlarm::LittleRoom => {
                ErrorReport::failed(msg("sound-alarm-little-room"), msg("sound-alarm-no-space.hint"))
            }
            SoundAlarm::Gone => ErrorReport::failed(msg("sound-alarm-gone"), msg("sound-alarm-gone.hint")),
            SoundAlarm::Lost => ErrorReport::failed(msg("sound-alarm-lost"), msg("sound-alarm-write-failed.hint")),
        }
    }
}

/// How the sound of a running session is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoundState {
    /// No recorder: not found, or not agreed to.
    #[default]
    Off,
    /// Recorded and synced up to here, milliseconds of session time.
    Saved(u64),
    /// Something is wrong; synced up to here.
    Alarm(SoundAlarm, u64),
}
