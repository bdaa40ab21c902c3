//! JSON of other recognisers: whisper.cpp (`transcription`), whisper and WhisperX (`segments` in seconds), CLOVA Speech
//! (`segments` in milliseconds with a speaker object), services that list `utterances`.

use crate::formats::import::line::Line;
use serde_json::Value;

/// The kind and the lines; nothing for another JSON.
pub(super) fn read(value: &Value) -> Option<(&'static str, Vec<Line>)> {
    if let Some(list) = value.get("transcription").and_then(Value::as_array) {
        return Some(("whisper.cpp JSON", list.iter().filter_map(whisper_cpp).collect()));
    }
    let utterances = value.get("utterances").or_else(|| value.pointer("/results/utterances"));
    if let Some(list) = utterances.and_then(Value::as_array) {
        // Whole numbers are milliseconds, others seconds.
        let whole = list.iter().all(|s| ["start", "end"].iter().all(|k| s.get(*k).is_none_or(Value::is_u64)));
        let unit = if whole { 1.0 } else { 1000.0 };
        return Some(("JSON with utterances", list.iter().filter_map(|s| segment(s, unit)).collect()));
    }
    let list = value.get("segments").and_then(Value::as_array).or_else(|| value.as_array())?;
    let texts = list.iter().filter(|s| s.get("text").is_some()).count();
    if texts == 0 {
        return None;
    }
    // CLOVA counts milliseconds as whole numbers and names speakers in an object.
    let clova = list.iter().any(|s| s.get("speaker").is_some_and(Value::is_object));
    let unit = if clova { 1.0 } else { 1000.0 };
    let kind = if clova { "CLOVA Speech JSON" } else { "whisper JSON" };
    Some((kind, list.iter().filter_map(|s| segment(s, unit)).collect()))
}

fn whisper_cpp(s: &Value) -> Option<Line> {
    let at = |k: &str| s.pointer(&format!("/offsets/{k}")).and_then(Value::as_u64);
    let speaker = s.get("speaker").and_then(Value::as_str).map(|n| format!("Speaker {n}"));
    Some(Line { start_ms: at("from"), end_ms: at("to"), speaker, text: words(s)? })
}

fn segment(s: &Value, unit: f64) -> Option<Line> {
    let at = |k: &str| s.get(k).and_then(Value::as_f64).filter(|t| *t >= 0.0).map(|t| (t * unit) as u64);
    let speaker = match s.get("speaker") {
        Some(Value::String(name)) => Some(name.clone()),
        Some(Value::Object(of)) => ["name", "label"].iter().find_map(|k| of.get(*k)?.as_str()).map(str::to_owned),
        Some(Value::Number(n)) => Some(format!("Speaker {n}")),
        _ => None,
    };
    Some(Line { start_ms: at("start"), end_ms: at("end"), speaker, text: words(s)? })
}

fn words(s: &Value) -> Option<String> {
    let text = s.get("text").or_else(|| s.get("transcript"))?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
