//! Sound as the program hears it, wherever it comes from: a file, a pipe, a microphone.

use crate::domain::explain::{Exit, Explain};

/// Why there is no sound. A file that is merely cut short is no error: see [`Sound::warnings`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AudioError {
    /// The file is not there: the argument is wrong, exit code 2.
    #[error("there is no sound file at {0}")]
    Missing(String),
    /// A folder, or not readable by this user: exit code 2.
    #[error("{path} cannot be opened: {why}")]
    Unopened {
        /// As it was given.
        path: String,
        /// The system's reason.
        why: String,
    },
    /// No known sound format, whatever its name says: exit code 2.
    #[error("{0} is not a sound file of a kind that can be read")]
    NotAudio(String),
    /// A known container with a codec that is not built in: exit code 2.
    #[error("{path} holds sound in a way that cannot be read: {why}")]
    Unsupported {
        /// As it was given.
        path: String,
        /// What is not supported.
        why: String,
    },
    /// A kind of file that is known by its name and not read: exit code 2.
    #[error("{path} is a file of the kind {kind}, which is not read")]
    KnownKind {
        /// As it was given.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// An MP4 file without its index, which a recorder writes last: exit code 2.
    #[error("{0} was never finished: its recorder was interrupted before it wrote the index (moov)")]
    Unfinished(String),
    /// Not one sample: exit code 2.
    #[error("{0} holds no sound")]
    Empty(String),
    /// A known format whose content is destroyed: exit code 1.
    #[error("{0} is damaged and holds no sound that can be read")]
    Destroyed(String),
    /// Reading failed on the way: exit code 1.
    #[error("{path} could not be read: {why}")]
    Broken {
        /// As it was given.
        path: String,
        /// The system's reason.
        why: String,
    },
    /// No microphone, or it is taken or forbidden: exit code 1.
    #[error("the microphone cannot be used: {0}")]
    Microphone(String),
    /// This build has no microphone support: exit code 1.
    #[error("this build of the program has no microphone support")]
    NoMicrophoneSupport,
}

impl Explain for AudioError {
    fn hint(&self) -> String {
        match self {
            AudioError::Missing(_) => "check the path; `-` reads raw 16 kHz s16le mono from standard input",
            AudioError::Unopened { .. } => "give a file that you may read, not a folder",
            AudioError::NotAudio(_) | AudioError::Unsupported { .. } | AudioError::KnownKind { .. } => {
                "give WAV, FLAC, MP3, OGG, Opus, WebM, M4A, AIFF, CAF or AMR; others can be converted with `ffmpeg -i FILE out.wav`"
            }
            AudioError::Unfinished(_) => {
                "open it once more in the recorder app that made it, which may finish it; else a tool such as untrunc mends it with a good recording of the same device"
            }
            AudioError::Empty(_) => "record again, or check that the right file was given",
            AudioError::Destroyed(_) => "take the file from its source again, or repair it with `ffmpeg -i FILE out.wav`",
            AudioError::Broken { .. } => "check the disk or the pipe and try again",
            AudioError::Microphone(_) => {
                "plug one in, allow its use in the system settings, close other programs that use it; `gyeot doctor` lists what is found"
            }
            AudioError::NoMicrophoneSupport => "build with the feature `mic`, or give a sound file as input",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            AudioError::Destroyed(_)
            | AudioError::Broken { .. }
            | AudioError::Microphone(_)
            | AudioError::NoMicrophoneSupport => Exit::Failed,
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
    /// The sound is over.
    End,
}

/// A stream of 16 kHz mono samples.
pub trait Sound: Send {
    /// Appends the next samples, at most about a second of them. Waits for a device at most a tenth of a second
    /// and may then append none.
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError>;

    /// Length in milliseconds when it is known before the end; an estimate.
    fn total_ms(&self) -> Option<u64> {
        None
    }

    /// It comes at the speed of life and is lost when nobody reads it in time.
    fn is_live(&self) -> bool {
        false
    }

    /// What was wrong with it so far but did not stop it, one sentence each.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Sound for Box<dyn Sound> {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        (**self).read(into)
    }
    fn total_ms(&self) -> Option<u64> {
        (**self).total_ms()
    }
    fn is_live(&self) -> bool {
        (**self).is_live()
    }
    fn warnings(&self) -> Vec<String> {
        (**self).warnings()
    }
}
