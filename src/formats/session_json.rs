//! What is kept of a session as JSON of the schema `gyeot.session/1`: the transcript, and every other record.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::record::{Body, Opened};
use crate::formats::exporter::{Exporter, SessionRecords, json_bytes};
use serde_json::{Value, json};

/// JSON.
pub struct SessionJson;

impl Exporter<SessionRecords<'_>> for SessionJson {
    fn id(&self) -> &'static str {
        "json"
    }
    fn extension(&self) -> &'static str {
        "json"
    }
    fn write(&self, kept: &SessionRecords<'_>, _: Lang) -> Result<Vec<u8>, ErrorReport> {
        // What the transcript says already is left out, and keys never leave.
        let other =
            |o: &&Opened| !matches!(o.body, Body::Utterances { .. } | Body::Transcript { .. } | Body::KeyWrap { .. });
        let record = |o: &Opened| json!({ "id": o.header.id, "at": o.header.at, "body": o.body });
        let records: Vec<Value> = kept.records.iter().filter(other).map(record).collect();
        json_bytes(&json!({
            "schema": "gyeot.session/1", "session": kept.session, "transcript": kept.transcript, "records": records,
        }))
    }
}
