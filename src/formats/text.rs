//! Plain text: one line for each utterance, with the speaker where known. No times: for reading and for comparing.

use crate::formats::{Format, said};

/// Plain text.
pub const FORMAT: Format = Format {
    id: "text",
    extension: "txt",
    write: |transcript, lang| transcript.utterances.iter().map(|u| said(u, lang) + "\n").collect(),
};
