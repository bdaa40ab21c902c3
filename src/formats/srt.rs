//! SubRip subtitles.

use crate::formats::{Format, said, timecode};

/// SubRip: counted from one, times with a comma, a blank line after each.
pub const FORMAT: Format = Format {
    id: "srt",
    extension: "srt",
    write: |transcript, lang| {
        let mut out = String::new();
        for (i, u) in transcript.utterances.iter().enumerate() {
            // The arrow separates the times and may stand nowhere else.
            let said = said(u, lang).replace("-->", "-- >");
            let (from, to) = (timecode(u.start_ms, ','), timecode(u.end_ms, ','));
            out += &format!("{}\n{from} --> {to}\n{said}\n\n", i + 1);
        }
        out
    },
};
