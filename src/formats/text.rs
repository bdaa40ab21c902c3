//! Plain text: one line for each utterance, with the speaker where known. No times: for reading and for comparing.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::formats::exporter::{Exporter, said};

/// Plain text.
pub struct Text;

impl Exporter<Transcript> for Text {
    fn id(&self) -> &'static str {
        "text"
    }
    fn extension(&self) -> &'static str {
        "txt"
    }
    fn write(&self, transcript: &Transcript, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
        let lines: String = transcript.utterances.iter().map(|u| said(u, lang) + "\n").collect();
        Ok(lines.into_bytes())
    }
}
