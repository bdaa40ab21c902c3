//! A client's scores as JSON of the schema `gyeot.history/1`: every sheet, the change since the first, the alert.

use crate::domain::assessment::course::Course;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::exporter::{Exporter, Scores, json_bytes};
use crate::texts::msg;
use serde_json::{Value, json};

/// JSON.
pub struct HistoryJson;

impl Exporter<Scores<'_>> for HistoryJson {
    fn id(&self) -> &'static str {
        "json"
    }
    fn extension(&self) -> &'static str {
        "json"
    }
    fn write(&self, scores: &Scores<'_>, lang: Lang) -> Result<Vec<u8>, ErrorReport> {
        let list: Result<Vec<Value>, ErrorReport> = scores.courses.iter().map(|c| course(c, lang)).collect();
        json_bytes(&json!({"schema": "gyeot.history/1", "client": scores.client, "instruments": list?}))
    }
}

fn course(c: &Course<'_>, lang: Lang) -> Result<Value, ErrorReport> {
    let failed = |_| {
        ErrorReport::failed(
            msg("formats-history-json-history-could-not-written"),
            msg("formats-history-json-history-could-not-written.hint"),
        )
    };
    let own = || c.sheets.iter().filter(|a| a.mode.is_self_report());
    let first = own().find_map(|a| a.score.score);
    let sheets: Result<Vec<Value>, _> = c.sheets.iter().map(serde_json::to_value).collect();
    let last = own().rev().find_map(|a| a.score.score);
    let change = first.zip(last).filter(|_| own().count() > 1).and_then(|(a, b)| c.instrument.change(None, a, b));
    let reasons: Vec<String> = c.alert.reasons.iter().map(|r| r.say(lang)).collect();
    Ok(json!({"instrument": c.instrument.id, "title": c.instrument.title.pick(lang),
        "administrations": sheets.map_err(failed)?, "change": change, "alert": c.alert, "alert_says": reasons}))
}
