//! Scores as CSV for a spreadsheet: one filling in a line, RFC 4180, safe against cells that a spreadsheet would run.

use crate::domain::assessment::administration::Administration;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::formats::exporter::{Exporter, Scores};

/// CSV.
pub struct ScoreCsv;

impl Exporter<Scores<'_>> for ScoreCsv {
    fn id(&self) -> &'static str {
        "csv"
    }
    fn extension(&self) -> &'static str {
        "csv"
    }
    fn write(&self, scores: &Scores<'_>, _: Lang) -> Result<Vec<u8>, ErrorReport> {
        let sheets: Vec<&Administration> = scores.courses.iter().flat_map(|c| c.sheets.iter().copied()).collect();
        Ok(write(scores.client, &sheets).into_bytes())
    }
}

/// The columns, in order; new ones are only ever added at the end.
pub const COLUMNS: &str = "client,given_at,instrument,version,valid,score,min,max,band,band_source,subscales,critical,answers,prorated,missing,mode";

/// One line per filling in, after a line of columns. Lines end as RFC 4180 says, with CR LF.
pub fn write(client: &ClientCode, sheets: &[&Administration]) -> String {
    let mut out = format!("{COLUMNS}\r\n");
    for a in sheets {
        let s = &a.score;
        let parts =
            s.subscales.iter().map(|(id, p)| format!("{id}={}", p.score.map_or_else(String::new, |p| p.to_string())));
        let critical = s.critical.iter().map(|c| c.item.to_string());
        let cells = [
            client.to_string(),
            a.given_at.to_rfc3339(),
            a.instrument.to_string(),
            a.version.clone(),
            s.valid.to_string(),
            s.score.map_or_else(String::new, |p| p.to_string()),
            s.min.to_string(),
            s.max.to_string(),
            s.band.as_ref().map_or_else(String::new, |b| b.label.clone()),
            s.band.as_ref().map_or_else(String::new, |b| b.source.clone()),
            parts.collect::<Vec<_>>().join(";"),
            critical.collect::<Vec<_>>().join(";"),
            a.answers().map_or_else(String::new, ToString::to_string),
            s.prorated.to_string(),
            s.missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(";"),
            a.mode.word().to_owned(),
        ];
        out.push_str(&cells.map(|c| cell(&c)).join(","));
        out.push_str("\r\n");
    }
    out
}

/// Quotes a cell where it must be. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
pub(super) fn cell(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '@', '\t', '\r']) || text.starts_with('-') && text.parse::<f64>().is_err();
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}
