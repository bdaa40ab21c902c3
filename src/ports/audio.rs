//! Sound as the program hears it, wherever it comes from: a file, a pipe, a microphone.

use crate::domain::explain::{Exit, Explain};
use crate::texts::{Message, msg};

/// Why there is no sound. A file that is merely cut short is no error: see [`Sound::warnings`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum AudioError {
    /// The file is not there: the argument is wrong, exit code 2.
    Missing(String),
    /// A folder, or not readable by this user: exit code 2.
    Unopened {
        /// As it was given.
        path: String,
        /// The system's reason.
        why: Message,
    },
    /// No known sound format, whatever its name says: exit code 2.
    NotAudio(String),
    /// A known container with a codec that is not built in: exit code 2.
    Unsupported {
        /// As it was given.
        path: String,
        /// What is not supported.
        why: Message,
    },
    /// A kind of file that is known by its name and not read: exit code 2.
    KnownKind {
        /// As it was given.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// An MP4 file without its index, which a recorder writes last: exit code 2.
    Unfinished(String),
    /// Not one sample: exit code 2.
    Empty(String),
    /// A known format whose content is destroyed: exit code 1.
    Destroyed(String),
    /// Reading failed on the way: exit code 1.
    Broken {
        /// As it was given.
        path: String,
        /// The system's reason.
        why: Message,
    },
    /// No microphone, or it is taken or forbidden: exit code 1.
    Microphone(Message),
    /// This build has no microphone support: exit code 1.
    NoMicrophoneSupport,
    /// No loudspeaker, or it is taken: exit code 1.
    Loudspeaker(Message),
    /// This build plays no sound: exit code 1.
    NoLoudspeakerSupport,
}

impl Explain for AudioError {
    fn message(&self) -> Message {
        match self {
            AudioError::Missing(path) => msg("audio-missing").with("path", path),
            AudioError::Unopened { path, why } => msg("audio-unopened").with("path", path).with("why", why),
            AudioError::NotAudio(path) => msg("audio-not-audio").with("path", path),
            AudioError::Unsupported { path, why } => msg("audio-unsupported").with("path", path).with("why", why),
            AudioError::KnownKind { path, kind } => msg("audio-known-kind").with("path", path).with("kind", kind),
            AudioError::Unfinished(path) => msg("audio-unfinished").with("path", path),
            AudioError::Empty(path) => msg("audio-empty").with("path", path),
            AudioError::Destroyed(path) => msg("audio-destroyed").with("path", path),
            AudioError::Broken { path, why } => msg("audio-broken").with("path", path).with("why", why),
            AudioError::Microphone(why) => msg("audio-microphone").with("why", why),
            AudioError::NoMicrophoneSupport => msg("audio-no-microphone-support"),
            AudioError::Loudspeaker(why) => msg("audio-loudspeaker").with("why", why),
            AudioError::NoLoudspeakerSupport => msg("audio-no-loudspeaker-support"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            AudioError::Missing(_) => msg("audio-missing.hint"),
            AudioError::Unopened { .. } => msg("audio-unopened.hint"),
            AudioError::NotAudio(_) | AudioError::Unsupported { .. } | AudioError::KnownKind { .. } => {
                msg("audio-not-audio.hint")
            }
            AudioError::Unfinished(_) => msg("audio-unfinished.hint"),
            AudioError::Empty(_) => msg("audio-empty.hint"),
            AudioError::Destroyed(_) => msg("audio-destroyed.hint"),
            AudioError::Broken { .. } => msg("audio-broken.hint"),
            AudioError::Microphone(_) => msg("audio-microphone.hint"),
            AudioError::NoMicrophoneSupport => msg("audio-no-microphone-support.hint"),
            AudioError::Loudspeaker(_) => msg("audio-loudspeaker.hint"),
            AudioError::NoLoudspeakerSupport => msg("audio-no-loudspeaker-support.hint"),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            AudioError::Destroyed(_)
            | AudioError::Broken { .. }
            | AudioError::Microphone(_)
            | AudioError::NoMicrophoneSupport
            | AudioError::Loudspeaker(_)
            | AudioError::NoLoudspeakerSupport => Exit::Failed,
            _ => Exit::Usage,
        }
    }
}

/// What a read gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// Samples were appended.
    Some,
    /// So many samples were lost before what comes next; nothing was appended.
    Lost(u64),
    /// The device is gone and looked for; so many samples of time went by, none of them heard.
    Away(u64),
    /// The sound is over.
    End,
}

/// A device gives sound in pieces of a fifth of a second: in a quiet room each piece wakes three processes for nothing.
pub const PIECES_A_SECOND: u32 = 5;
/// Where it is wanted soon it comes in pieces of 40 ms, as the resampler works: whoever waits for the end of an utterance waits for the end
/// of a piece.
pub const SHORT_PIECES_A_SECOND: u32 = 25;

/// A stream of 16 kHz mono samples.
pub trait Sound: Send {
    /// Appends the next samples, at most about a second of them. Waits for a device at most a fifth of a second
    /// and may then append none.
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError>;

    /// Told before a read whether sound is wanted soon, as while somebody speaks: what comes at the speed of life comes in short pieces then.
    fn in_short_pieces(&mut self, _short: bool) {}

    /// Length in milliseconds when it is known before the end; an estimate.
    fn total_ms(&self) -> Option<u64> {
        None
    }

    /// It comes at the speed of life and is lost when nobody reads it in time.
    fn is_live(&self) -> bool {
        false
    }

    /// What was wrong with it so far but did not stop it, one sentence each.
    fn warnings(&self) -> Vec<Message> {
        Vec::new()
    }
}

impl Sound for Box<dyn Sound> {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        (**self).read(into)
    }
    fn in_short_pieces(&mut self, short: bool) {
        (**self).in_short_pieces(short);
    }
    fn total_ms(&self) -> Option<u64> {
        (**self).total_ms()
    }
    fn is_live(&self) -> bool {
        (**self).is_live()
    }
    fn warnings(&self) -> Vec<Message> {
        (**self).warnings()
    }
}
