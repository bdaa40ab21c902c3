//! The published structure of the R4 (4.0.1) resources we read and write, as rules of our own: which elements there
//! are, which must be, their types, the codes that are bound, and the invariants (que-, qrs-, obs-, bdl-) that concern us.

mod tables;

use crate::formats::fhir::structure::tables::{Element, RESOURCE, codes, elements};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Where a file departs from the structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Such as `Questionnaire.item[2].type`.
    pub path: String,
    /// What is wrong with the element, one phrase.
    pub what: String,
}

/// All departures of a resource from the R4 structure; empty when there are none. Content of extensions is not judged.
pub fn check(resource: &Value) -> Vec<Problem> {
    let mut found = Vec::new();
    check_resource(resource, "", &mut found);
    found
}

fn push(found: &mut Vec<Problem>, path: &str, what: impl Into<String>) {
    found.push(Problem { path: path.to_owned(), what: what.into() });
}

fn check_resource(value: &Value, at: &str, found: &mut Vec<Problem>) {
    let Some(kind) = value.get("resourceType").and_then(Value::as_str) else {
        return push(found, at, "it has no resourceType");
    };
    let Some(own) = elements(kind).filter(|_| kind.chars().next().is_some_and(char::is_uppercase)) else {
        return push(found, at, format!("{kind} is not a resource read here"));
    };
    let path = if at.is_empty() { kind.to_owned() } else { format!("{at}:{kind}") };
    let Value::Object(map) = value else { return };
    check_elements(map, &[RESOURCE, own], &path, found);
    match kind {
        "Questionnaire" => questionnaire_rules(value, &path, found),
        "Observation" => observation_rules(value, &path, found),
        "Bundle" => bundle_rules(value, &path, found),
        _ => {}
    }
}

fn check_elements(map: &Map<String, Value>, tables: &[&[Element]], path: &str, found: &mut Vec<Problem>) {
    let known = |name: &str| tables.iter().flat_map(|t| t.iter()).find(|(n, _)| *n == name);
    for (name, value) in map {
        let here = format!("{path}.{name}");
        // `_status` and the like carry id and extensions of a primitive.
        let bare = name.strip_prefix('_').unwrap_or(name);
        match known(bare) {
            None => push(found, &here, "there is no such element in R4"),
            Some(_) if name.starts_with('_') => {}
            Some((_, kind)) => check_value(value, kind.trim_start_matches('!'), &here, found),
        }
    }
    for (name, kind) in tables.iter().flat_map(|t| t.iter()) {
        if kind.starts_with('!') && !map.contains_key(*name) {
            push(found, &format!("{path}.{name}"), "it must be there");
        }
    }
    for choice in ["value", "effective", "answer"] {
        let typed = |k: &&String| {
            k.strip_prefix(choice).is_some_and(|r| r.starts_with(char::is_uppercase))
                && *k != "answerOption"
                && *k != "answerValueSet"
        };
        if map.keys().filter(typed).count() > 1 {
            push(found, path, format!("{choice}[x] is there more than once"));
        }
    }
}

fn check_value(value: &Value, kind: &str, path: &str, found: &mut Vec<Problem>) {
    if let Some(each) = kind.strip_prefix('*') {
        match value {
            Value::Array(list) if list.is_empty() => push(found, path, "a list may not be empty"),
            Value::Array(list) => {
                for (n, v) in list.iter().enumerate() {
                    check_value(v, each, &format!("{path}[{n}]"), found);
                }
            }
            _ => push(found, path, "it must be a list"),
        }
        return;
    }
    let right = match kind {
        "any" => !value.is_null(),
        "resource" => {
            check_resource(value, path, found);
            true
        }
        "string" => value.as_str().is_some_and(|s| !s.is_empty()),
        "code" => value.as_str().is_some_and(|s| !s.is_empty() && s.trim() == s && !s.contains("  ")),
        "id" => value.as_str().is_some_and(|s| {
            (1..=64).contains(&s.len()) && s.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        }),
        "boolean" => value.is_boolean(),
        "integer" => value.as_i64().is_some_and(|v| i32::try_from(v).is_ok()),
        "number" => value.is_number(),
        "dateTime" => value.as_str().is_some_and(date_time),
        _ => match (codes(kind), elements(kind), value) {
            (Some(list), _, _) => {
                let right = value.as_str().is_some_and(|s| list.contains(&s));
                if !right {
                    push(found, path, format!("it must be one of {}", list.join(", ")));
                }
                return;
            }
            (_, Some(table), Value::Object(map)) if !map.is_empty() => {
                check_elements(map, &[table], path, found);
                true
            }
            _ => false,
        },
    };
    if !right {
        push(found, path, format!("it is not a {kind}"));
    }
}

/// YYYY, YYYY-MM, YYYY-MM-DD, or a full instant with seconds and a zone.
fn date_time(s: &str) -> bool {
    let digits = |r: std::ops::Range<usize>| s.get(r).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let day = digits(0..4)
        && (s.len() == 4
            || s[4..].starts_with('-') && digits(5..7) && (s.len() == 7 || s[7..].starts_with('-') && digits(8..10)));
    match s.len() {
        4 | 7 | 10 => day,
        n if n > 19 => {
            s.is_ascii()
                && day
                && s[10..].starts_with('T')
                && digits(11..13)
                && digits(14..16)
                && digits(17..19)
                && (s.ends_with('Z') || s[19..].contains('+') || s[19..].contains('-'))
        }
        _ => false,
    }
}

fn questionnaire_rules(q: &Value, path: &str, found: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    let list = |v: &Value, k: &str| v.get(k).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut stack: Vec<(String, Value)> =
        list(q, "item").into_iter().enumerate().map(|(n, i)| (format!("{path}.item[{n}]"), i)).collect();
    let mut asked = Vec::new();
    while let Some((at, item)) = stack.pop() {
        let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
        if let Some(id) = item.get("linkId").and_then(Value::as_str)
            && !seen.insert(id.to_owned())
        {
            push(found, &at, format!("que-2: linkId `{id}` is there more than once"));
        }
        let children = list(&item, "item");
        if kind == "group" && children.is_empty() {
            push(found, &at, "que-1: a group must have items");
        }
        if kind == "display" && !children.is_empty() {
            push(found, &at, "que-1: a display item has no items");
        }
        if item.get("answerOption").is_some() && item.get("answerValueSet").is_some() {
            push(found, &at, "que-4: answerOption and answerValueSet exclude each other");
        }
        let may_choose = ["choice", "open-choice", "date", "time", "integer", "string"].contains(&kind);
        if (item.get("answerOption").is_some() || item.get("answerValueSet").is_some()) && !may_choose {
            push(found, &at, format!("que-5: a {kind} item has no answer options"));
        }
        if kind == "display" && ["required", "repeats", "readOnly"].iter().any(|k| item.get(k).is_some()) {
            push(found, &at, "que-6, que-9: a display item is not required, repeated or read-only");
        }
        for (n, option) in list(&item, "answerOption").iter().enumerate() {
            if !option.as_object().is_some_and(|o| o.keys().any(|k| k.starts_with("value"))) {
                push(found, &format!("{at}.answerOption[{n}]"), "value[x] must be there");
            }
        }
        let when = list(&item, "enableWhen");
        if when.len() > 1 && item.get("enableBehavior").is_none() {
            push(found, &at, "que-12: more than one enableWhen needs an enableBehavior");
        }
        for (n, w) in when.iter().enumerate() {
            let here = format!("{at}.enableWhen[{n}]");
            if !w.as_object().is_some_and(|o| o.keys().any(|k| k.starts_with("answer"))) {
                push(found, &here, "answer[x] must be there");
            }
            if w.get("operator").and_then(Value::as_str) == Some("exists")
                && !w.get("answerBoolean").is_some_and(Value::is_boolean)
            {
                push(found, &here, "que-7: exists needs a boolean");
            }
            if let Some(question) = w.get("question").and_then(Value::as_str) {
                asked.push((here, question.to_owned()));
            }
        }
        stack.extend(children.into_iter().enumerate().map(|(n, i)| (format!("{at}.item[{n}]"), i)));
    }
    for (at, question) in asked.into_iter().filter(|(_, q)| !seen.contains(q)) {
        push(found, &at, format!("it names `{question}`, which is no item"));
    }
}

fn observation_rules(o: &Value, path: &str, found: &mut Vec<Problem>) {
    let valued = o.as_object().is_some_and(|m| m.keys().any(|k| k.starts_with("value")));
    if valued && o.get("dataAbsentReason").is_some() {
        push(found, path, "obs-6: dataAbsentReason only without a value");
    }
    for (n, r) in o.get("referenceRange").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if !["low", "high", "text"].iter().any(|k| r.get(k).is_some()) {
            push(found, &format!("{path}.referenceRange[{n}]"), "obs-3: low, high or text must be there");
        }
    }
}

fn bundle_rules(b: &Value, path: &str, found: &mut Vec<Problem>) {
    let kind = b.get("type").and_then(Value::as_str).unwrap_or_default();
    if b.get("total").is_some() && !["searchset", "history"].contains(&kind) {
        push(found, path, "bdl-1: total only of a searchset or history");
    }
    if kind == "document" && b.pointer("/identifier/value").is_none() {
        push(found, path, "bdl-9: a document has an identifier");
    }
    if kind == "document" && b.get("timestamp").is_none() {
        push(found, path, "bdl-10: a document has a date");
    }
    let mut seen = HashSet::new();
    for (n, e) in b.get("entry").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if n == 0
            && kind == "document"
            && e.pointer("/resource/resourceType").and_then(Value::as_str) != Some("Composition")
        {
            push(found, &format!("{path}.entry[0]"), "bdl-11: a document begins with a Composition");
        }
        if let Some(url) = e.get("fullUrl").and_then(Value::as_str)
            && !seen.insert(url)
        {
            push(found, &format!("{path}.entry[{n}]"), "bdl-7: its fullUrl is there more than once");
        }
    }
}
