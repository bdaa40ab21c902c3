//! What leaves the program as a file for other programs: one format per file, one line each in a list. Data in, bytes
//! out; who may and where it is written is the caller's affair.

pub mod breach_document;
pub mod coded_talk;
pub mod convert;
pub mod course_document;
pub mod document;
pub mod docx;
pub mod exporter;
pub mod fhir;
pub mod history_json;
pub mod hours_csv;
pub mod ics;
pub mod import;
pub mod inspection_document;
pub mod json;
pub mod markdown;
pub mod packet;
pub mod packet_document;
pub mod pdf;
pub mod plain;
pub mod score_csv;
pub mod session_json;
pub mod srt;
pub mod statistics_csv;
pub mod statistics_document;
pub mod text;
pub mod vtt;

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::formats::document::Document;
use crate::formats::docx::DocxDocument;
pub use crate::formats::exporter::{Exporter, Scores, SessionRecords};
use crate::formats::fhir::FhirBundle;
use crate::formats::history_json::HistoryJson;
use crate::formats::json::Json;
use crate::formats::markdown::MarkdownDocument;
use crate::formats::pdf::PdfDocument;
use crate::formats::plain::PlainDocument;
use crate::formats::score_csv::ScoreCsv;
use crate::formats::session_json::SessionJson;
use crate::formats::srt::Srt;
use crate::formats::text::Text;
use crate::formats::vtt::Vtt;

/// How a transcript can be written.
pub const TRANSCRIPTS: &[&dyn Exporter<Transcript>] = &[&Text, &Json, &Srt, &Vtt];

/// How scores can be written.
pub const SCORES: &[&dyn for<'a> Exporter<Scores<'a>>] = &[&ScoreCsv, &FhirBundle, &HistoryJson];

/// How what is kept of a session can be written.
pub const SESSIONS: &[&dyn for<'a> Exporter<SessionRecords<'a>>] = &[&SessionJson];

/// How a document on paper can be written.
pub const DOCUMENTS: &[&dyn Exporter<Document>] = &[&PdfDocument, &DocxDocument, &MarkdownDocument, &PlainDocument];

/// The document format of this id: `pdf`, `docx`, `md` or `txt`.
pub fn document_format(id: &str) -> Option<&'static dyn Exporter<Document>> {
    DOCUMENTS.iter().find(|f| f.id() == id).copied()
}

/// A document as PDF.
pub fn paper(document: &Document, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
    PdfDocument.write(document, lang)
}

/// The transcript format of this id.
pub fn transcript_format(id: &str) -> Option<&'static dyn Exporter<Transcript>> {
    TRANSCRIPTS.iter().find(|f| f.id() == id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Span;
    use crate::domain::transcript::Speaker;

    fn sample() -> Transcript {
        let mut t = Transcript::empty(Lang::Ko);
        let span = |start_ms, end_ms| Span { start_ms, end_ms };
        t.add(span(230, 2_810), Speaker::Counsellor, ClientText::new("요즘 잠은 어떠세요?"), Some(0.91));
        t.add(span(3_661_007, 3_663_000), Speaker::Unknown, ClientText::new("a --> b\n\n<i>&"), None);
        t
    }

    fn written(id: &str, lang: Lang) -> String {
        let bytes = transcript_format(id).map(|f| f.write(&sample(), lang));
        String::from_utf8(bytes.into_iter().flatten().flatten().collect()).unwrap_or_default()
    }

    #[test]
    fn every_format_has_an_id_of_its_own_and_is_found_by_it() {
        for f in TRANSCRIPTS {
            assert_eq!(TRANSCRIPTS.iter().filter(|g| g.id() == f.id()).count(), 1);
            assert!(transcript_format(f.id()).is_some_and(|g| g.extension() == f.extension()));
        }
        let scores: Vec<&str> = SCORES.iter().map(|f| f.id()).collect();
        assert_eq!(scores, ["csv", "fhir", "json"]);
        assert!(transcript_format("pptx").is_none());
    }

    #[test]
    fn srt_has_no_arrow_but_those_between_its_times() {
        assert_eq!(written("srt", Lang::En).matches("-->").count(), 2);
    }

    #[test]
    fn json_is_read_back_as_the_same_transcript() {
        assert_eq!(Transcript::parse(&written("json", Lang::Ko)), Ok(sample()));
    }
}
