//! SubRip subtitles.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::formats::exporter::{Exporter, needs_times, said, timecode};

/// SubRip: counted from one, times with a comma, a blank line after each.
pub struct Srt;

impl Exporter<Transcript> for Srt {
    fn id(&self) -> &'static str {
        "srt"
    }
    fn extension(&self) -> &'static str {
        "srt"
    }
    fn write(&self, transcript: &Transcript, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
        needs_times(transcript)?;
        let mut out = String::new();
        for (i, u) in transcript.utterances.iter().enumerate() {
            // The arrow separates the times and may stand nowhere else.
            let said = said(u, lang).replace("-->", "-- >");
            let (from, to) = (timecode(u.start_ms, ','), timecode(u.end_ms, ','));
            out += &format!("{}\n{from} --> {to}\n{said}\n\n", i + 1);
        }
        Ok(out.into_bytes())
    }
}
