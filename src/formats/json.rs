//! The transcript as JSON of the schema `gyeot.transcript/1`, the shape that every other command reads.

use crate::formats::Format;

/// JSON.
pub const FORMAT: Format = Format {
    id: "json",
    extension: "json",
    // A transcript is strings, numbers and lists; writing it has nothing to fail at.
    write: |transcript, _| serde_json::to_string_pretty(transcript).unwrap_or_default() + "\n",
};
