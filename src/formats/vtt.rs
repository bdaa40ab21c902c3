//! WebVTT subtitles, with the speaker as a voice span (W3C WebVTT 1, section 4.2.2).

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::{Speaker, Transcript};
use crate::formats::exporter::{Exporter, needs_times, timecode};

/// WebVTT.
pub struct Vtt;

impl Exporter<Transcript> for Vtt {
    fn id(&self) -> &'static str {
        "vtt"
    }
    fn extension(&self) -> &'static str {
        "vtt"
    }
    fn write(&self, transcript: &Transcript, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
        needs_times(transcript)?;
        let mut out = String::from("WEBVTT\n\n");
        for (i, u) in transcript.utterances.iter().enumerate() {
            let words = u.text.reveal().split_whitespace().collect::<Vec<_>>().join(" ");
            let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let voice = match u.speaker {
                Speaker::Unknown => String::new(),
                speaker => format!("<v {}>", speaker.label(lang)),
            };
            let (from, to) = (timecode(u.start_ms, '.'), timecode(u.end_ms, '.'));
            out += &format!("{}\n{from} --> {to}\n{voice}{words}\n\n", i + 1);
        }
        Ok(out.into_bytes())
    }
}
