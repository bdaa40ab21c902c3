//! An escalation packet as it leaves: JSON, FHIR, and the page to hand over. Writes what the packet holds and adds nothing but
//! labels: no code of the client, no argument, nothing of the vault.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::exporter::{PacketFile, json_bytes};
use crate::formats::{fhir, packet_document};
use serde_json::json;

/// As JSON, schema `gyeot.packet/1`.
pub fn json(file: &PacketFile<'_>) -> Result<Vec<u8>, ErrorReport> {
    json_bytes(&json!({"schema": "gyeot.packet/1", "id": file.id, "tier": file.packet.tier(), "packet": file.packet}))
}

/// As a FHIR R4 document Bundle.
pub fn fhir(file: &PacketFile<'_>, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
    json_bytes(&fhir::packet::bundle(file, lang))
}

/// As a page to hand over.
pub fn paper(file: &PacketFile<'_>, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
    crate::formats::paper(&packet_document::document(file, lang), lang)
}
