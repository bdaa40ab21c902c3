//! The transcript as JSON of the schema `gyeot.transcript/1`, the shape that every other command reads.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::formats::exporter::{Exporter, json_bytes};
use serde_json::json;

/// JSON.
pub struct Json;

impl Exporter<Transcript> for Json {
    fn id(&self) -> &'static str {
        "json"
    }
    fn extension(&self) -> &'static str {
        "json"
    }
    fn write(&self, transcript: &Transcript, _: Lang) -> Result<Vec<u8>, ErrorReport> {
        json_bytes(&json!(transcript))
    }
}
