//! An escalation packet as a FHIR R4 document: the Composition first, then the person, who sends it, to whom, and what the
//! tier adds, each as the resource made for it. Reads its own documents back.

use crate::domain::crisis::code::ReceiverKind;
use crate::domain::crisis::escalation::{
    Addressee, Contact, Content, EscalationPacket, Ground, PlanStep, Reachable, Screener, ScreenerAnswer, Screening,
    SealedRecord, Sender, Summary, Word,
};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::practice::ids::{MemberId, RecordId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::formats::exporter::PacketFile;
use crate::formats::fhir::full_url;
use crate::formats::fhir::read::{FhirError, check_release, check_structure, parse};
use serde_json::{Value, json};

const OWN: &str = "urn:gyeot:escalation";
/// LOINC: Referral note.
const REFERRAL_NOTE: &str = "57133-1";

/// A code of ours with its label.
fn concept(list: &str, code: &str, label: &str) -> Value {
    json!({"coding": [{"system": format!("{OWN}:{list}"), "code": code, "display": label}], "text": label})
}

/// Text as XHTML, for the narrative of a section.
fn narrative(lines: &[String]) -> Value {
    let escaped = |s: &String| s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let body: String = lines.iter().map(|l| format!("<p>{}</p>", escaped(l))).collect();
    json!({"status": "generated", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{body}</div>")})
}

fn url(file: &PacketFile<'_>, what: &str, n: usize) -> String {
    full_url(&["packet", &file.id.to_string(), what, &n.to_string()])
}

fn reference(url: &str) -> Value {
    json!({"reference": url})
}

fn section(code: Value, title: &str, lines: &[String]) -> Value {
    json!({"title": title, "code": code, "text": narrative(lines)})
}

/// The packet as a document Bundle.
pub fn bundle(file: &PacketFile<'_>, lang: Lang) -> Value {
    let contact = &file.packet.contact;
    let patient_url = url(file, "patient", 0);
    let (author_url, centre_url, to_url) = (url(file, "author", 0), url(file, "centre", 0), url(file, "to", 0));
    let rules = file.rules;
    let reason = Rules::label(&rules.reason, &contact.reason, lang);
    let basis = rules.basis(&contact.ground.basis);
    let limb = basis.and_then(|b| b.limb.iter().find(|l| l.id == contact.ground.limb));
    let limb = limb.map_or(contact.ground.limb.as_str(), |l| l.label(lang));
    let basis = basis.map_or(contact.ground.basis.as_str(), |b| b.label(lang));
    let mut ground = concept("basis", contact.ground.basis.as_str(), basis);
    if let Some(codings) = ground["coding"].as_array_mut() {
        codings.push(json!({"system": format!("{OWN}:limb"), "code": contact.ground.limb.as_str(), "display": limb}));
    }
    let mut lines = vec![format!("{basis}: {limb}")];
    if let Some(statute) = &contact.ground.statute {
        ground["text"] = json!(statute);
        lines.push(statute.clone());
    } else if let Some(map) = ground.as_object_mut() {
        map.remove("text");
    }
    let say = |id: &'static str| lang.say(id);
    let mut to = section(
        concept("section", "receiver", say("paper-to")),
        say("paper-to"),
        std::slice::from_ref(&contact.to.name),
    );
    to["entry"] = json!([reference(&to_url)]);
    let mut sections = vec![
        section(concept("reason", contact.reason.as_str(), reason), say("packet-paper-reason"), &[reason.to_owned()]),
        section(ground, say("paper-basis"), &lines),
        to,
    ];
    let mut entries = vec![
        (patient_url.clone(), patient(&contact.person)),
        (author_url.clone(), practitioner(&contact.by)),
        (centre_url.clone(), json!({"resourceType": "Organization", "active": true, "name": contact.by.centre})),
        (to_url, receiver(&contact.to)),
    ];
    added(file, (&patient_url, &author_url), &mut sections, &mut entries, lang);
    let title = say("paper-packet-title");
    let composition = json!({
        "resourceType": "Composition", "status": "final", "language": lang.code(),
        "identifier": {"system": "urn:gyeot:packet", "value": file.id.to_string()},
        "type": {"coding": [{"system": "http://loinc.org", "code": REFERRAL_NOTE}], "text": title},
        "subject": reference(&patient_url), "date": contact.at.to_rfc3339(), "author": [reference(&author_url)],
        "title": title, "confidentiality": "R", "custodian": reference(&centre_url), "section": sections,
    });
    let mut all = vec![json!({"fullUrl": url(file, "composition", 0), "resource": composition})];
    all.extend(entries.into_iter().map(|(url, resource)| json!({"fullUrl": url, "resource": resource})));
    json!({
        "resourceType": "Bundle", "type": "document", "timestamp": contact.at.to_rfc3339(),
        "identifier": {"system": "urn:gyeot:packet", "value": file.id.to_string()}, "entry": all,
    })
}

fn patient(person: &Reachable) -> Value {
    let mut out = json!({"resourceType": "Patient", "name": [{"text": person.name.reveal()}]});
    if let Some(day) = &person.birth_date {
        out["birthDate"] = json!(day);
    }
    if let Some(address) = person.address.as_ref().filter(|a| !a.is_blank()) {
        out["address"] = json!([{"text": address.reveal()}]);
    }
    if let Some(contact) = person.contact.as_ref().filter(|c| !c.is_blank()) {
        let phone = contact.reveal().chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
        out["telecom"] = json!([{"system": if phone { "phone" } else { "other" }, "value": contact.reveal()}]);
    }
    out
}

fn practitioner(by: &Sender) -> Value {
    let role = concept("role", by.role.word(), by.role.word());
    json!({"resourceType": "Practitioner", "name": [{"text": by.name}], "qualification": [{"code": role}],
        "identifier": [{"system": "urn:gyeot:member", "value": by.id.to_string()}]})
}

fn receiver(to: &Addressee) -> Value {
    json!({"resourceType": "Organization", "name": to.name, "type": [concept("kind", to.kind.word(), to.kind.word())],
        "identifier": [{"system": "urn:gyeot:receiver", "value": to.id.as_str()}]})
}

/// What tiers 2 to 4 add.
fn added(
    file: &PacketFile<'_>,
    (patient, author): (&str, &str),
    sections: &mut Vec<Value>,
    entries: &mut Vec<(String, Value)>,
    lang: Lang,
) {
    let say = |id: &'static str| lang.say(id);
    let mut add = |code: &str, title: &str, line: String, found: Vec<(String, Value)>| {
        let mut part = section(concept("section", code, title), title, &[line]);
        part["entry"] = found.iter().map(|(url, _)| reference(url)).collect();
        sections.push(part);
        entries.extend(found);
    };
    if let Some(screening) = file.packet.screening() {
        for (code, title, text) in
            [("location", "paper-location", &screening.location), ("means", "paper-means", &screening.means)]
        {
            let Some(text) = text else { continue };
            let title = say(title);
            let found = json!({"resourceType": "Observation", "status": "final", "code": concept("observed", code, title),
                "subject": reference(patient), "valueString": text.reveal(), "performer": [reference(author)]});
            add(code, title, text.reveal().to_owned(), vec![(url(file, code, 0), found)]);
        }
        let screeners = screening.screeners.iter().enumerate();
        let responses: Vec<(String, Value)> =
            screeners.map(|(n, s)| (url(file, "screener", n), response(s, patient))).collect();
        if !responses.is_empty() {
            let names: Vec<&str> = screening.screeners.iter().map(|s| s.instrument.as_str()).collect();
            add("screeners", say("paper-screeners"), names.join(", "), responses);
        }
        if !screening.safety_plan.is_empty() {
            let lines = screening.safety_plan.iter().flat_map(|s| s.lines.iter().map(move |l| (&s.key, l)));
            let activity: Vec<Value> = lines
                .map(|(key, line)| {
                    json!({"detail": {"status": "unknown", "code": concept("plan-step", key, key),
                        "description": line.reveal()}})
                })
                .collect();
            let mut plan = json!({"resourceType": "CarePlan", "status": "active", "intent": "plan",
                "title": say("paper-safety-plan"), "subject": reference(patient)});
            if !activity.is_empty() {
                plan["activity"] = Value::Array(activity);
            }
            let title = say("paper-safety-plan");
            add("safety-plan", title, title.to_owned(), vec![(url(file, "plan", 0), plan)]);
        }
    }
    if let Some(summary) = file.packet.summary() {
        let found = json!({"resourceType": "ClinicalImpression", "status": "completed", "subject": reference(patient),
            "effectiveDateTime": summary.contact_at.to_rfc3339(), "assessor": reference(author),
            "summary": summary.text.reveal()});
        add(
            "summary",
            say("paper-summary-title"),
            summary.text.reveal().to_owned(),
            vec![(url(file, "summary", 0), found)],
        );
    }
    if let Some(record) = file.packet.record() {
        let found = json!({"resourceType": "Binary", "contentType": "application/age", "data": record.file});
        let ids: Vec<String> = record.ids.iter().map(ToString::to_string).collect();
        let line = format!("{} · {} · {}", record.recipient, record.records, ids.join(" "));
        add("record", say("paper-record-title"), line, vec![(url(file, "record", 0), found)]);
    }
}

fn response(screener: &Screener, patient: &str) -> Value {
    let item = |a: &ScreenerAnswer| json!({"linkId": a.item.to_string(), "answer": [{"valueInteger": a.value}]});
    let items: Vec<Value> = screener.answers.iter().map(item).collect();
    let mut out = json!({"resourceType": "QuestionnaireResponse", "status": "completed",
        "questionnaire": format!("urn:gyeot:instrument:{}|{}", screener.instrument, screener.version),
        "subject": reference(patient), "authored": screener.at.to_rfc3339()});
    if !items.is_empty() {
        out["item"] = Value::Array(items);
    }
    if let Some(band) = &screener.band {
        out["extension"] = json!([{"url": format!("{OWN}:band"), "valueCode": band}]);
    }
    out
}

/// Reads a document that [`bundle`] wrote: the packet's number and the packet. Refused where it departs from R4 or is no such
/// document, with the place.
pub fn read(text: &str) -> Result<(RecordId, EscalationPacket), FhirError> {
    let file = parse(text)?;
    check_release(&file)?;
    check_structure(&file)?;
    let entries: Vec<&Value> = file["entry"].as_array().into_iter().flatten().map(|e| &e["resource"]).collect();
    let of = |kind: &str| entries.iter().copied().filter(|r| r["resourceType"] == kind).collect::<Vec<_>>();
    let lacks = |path: &str| FhirError::Structure { path: path.to_owned(), what: "it must be there".to_owned() };
    let composition = *of("Composition").first().ok_or_else(|| lacks("Bundle.entry[0]"))?;
    let id = composition["identifier"]["value"].as_str().and_then(|v| v.parse().ok());
    let id: RecordId = id.ok_or_else(|| lacks("Composition.identifier"))?;
    let parts: Vec<&Value> = composition["section"].as_array().into_iter().flatten().collect();
    let coded = |list: &str| -> Option<(&str, &Value)> {
        let system = format!("{OWN}:{list}");
        parts.iter().find_map(|p| {
            let codings = p["code"]["coding"].as_array()?;
            let found = codings.iter().find(|c| c["system"] == system.as_str())?;
            Some((found["code"].as_str()?, *p))
        })
    };
    let word = |list: &str| -> Result<Word, FhirError> {
        let place = format!("Composition.section.code ({list})");
        coded(list).and_then(|(code, _)| code.parse().ok()).ok_or_else(|| lacks(&place))
    };
    let text = |v: &Value| v.as_str().map(ClientText::new);
    let patient = *of("Patient").first().ok_or_else(|| lacks("Bundle.entry (Patient)"))?;
    let person = Reachable {
        name: text(&patient["name"][0]["text"]).ok_or_else(|| lacks("Patient.name"))?,
        birth_date: patient["birthDate"].as_str().map(str::to_owned),
        address: text(&patient["address"][0]["text"]),
        contact: text(&patient["telecom"][0]["value"]),
    };
    let instant = |v: &Value| v.as_str().and_then(|s| s.parse::<jiff::Timestamp>().ok());
    let at = |v: &Value, path: &str| instant(v).map(|t| Timestamp(t.as_millisecond())).ok_or_else(|| lacks(path));
    let offices = of("Organization");
    let office = offices.iter().find(|o| o["identifier"][0]["system"] == "urn:gyeot:receiver");
    let office = *office.ok_or_else(|| lacks("Organization.identifier"))?;
    let by = *of("Practitioner").first().ok_or_else(|| lacks("Bundle.entry (Practitioner)"))?;
    let centre = offices.iter().find(|o| o.get("identifier").is_none());
    let string = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let contact = Contact {
        person,
        reason: word("reason")?,
        ground: Ground {
            basis: word("basis")?,
            limb: word("limb")?,
            statute: coded("basis").and_then(|(_, p)| p["code"]["text"].as_str()).map(str::to_owned),
        },
        by: Sender {
            id: string(&by["identifier"][0]["value"])
                .parse::<MemberId>()
                .map_err(|_| lacks("Practitioner.identifier"))?,
            name: string(&by["name"][0]["text"]),
            role: string(&by["qualification"][0]["code"]["coding"][0]["code"])
                .parse::<Role>()
                .map_err(|_| lacks("Practitioner.qualification"))?,
            centre: centre.map(|c| string(&c["name"])).unwrap_or_default(),
        },
        at: at(&composition["date"], "Composition.date")?,
        to: Addressee {
            id: string(&office["identifier"][0]["value"]).parse().map_err(|_| lacks("Organization.identifier"))?,
            kind: string(&office["type"][0]["coding"][0]["code"])
                .parse::<ReceiverKind>()
                .map_err(|_| lacks("Organization.type"))?,
            name: string(&office["name"]),
        },
    };
    let has = |code: &str| {
        let here = |p: &&&Value| p["code"]["coding"][0]["code"] == code;
        parts.iter().find(here).copied()
    };
    let tier_2 = ["location", "means", "screeners", "safety-plan"].iter().any(|c| has(c).is_some());
    let summary = of("ClinicalImpression").first().map(|s| -> Result<Summary, FhirError> {
        Ok(Summary {
            contact_at: at(&s["effectiveDateTime"], "ClinicalImpression.effectiveDateTime")?,
            text: text(&s["summary"]).unwrap_or_default(),
        })
    });
    let content = match (summary.transpose()?, of("Binary").first()) {
        (None, _) if !tier_2 => Content::Contact,
        (None, _) => Content::Screening { screening: screening(&of, &at)? },
        (Some(summary), None) => Content::Summary { screening: screening(&of, &at)?, summary },
        (Some(summary), Some(binary)) => {
            let record = sealed(binary, has("record")).ok_or_else(|| lacks("Composition.section (record)"))?;
            Content::Full { screening: screening(&of, &at)?, summary, record }
        }
    };
    Ok((id, EscalationPacket { contact, content }))
}

type Of<'a> = dyn Fn(&str) -> Vec<&'a Value> + 'a;
type At<'a> = dyn Fn(&Value, &str) -> Result<Timestamp, FhirError> + 'a;

fn screening(of: &Of<'_>, at: &At<'_>) -> Result<Screening, FhirError> {
    let observed = |code: &str| {
        let found = of("Observation").into_iter().find(|o| o["code"]["coding"][0]["code"] == code);
        found.and_then(|o| o["valueString"].as_str()).map(ClientText::new)
    };
    let mut safety_plan: Vec<PlanStep> = Vec::new();
    for activity in of("CarePlan").iter().flat_map(|p| p["activity"].as_array().into_iter().flatten()) {
        let detail = &activity["detail"];
        let key = detail["code"]["coding"][0]["code"].as_str().unwrap_or_default();
        let line = ClientText::new(detail["description"].as_str().unwrap_or_default());
        match safety_plan.last_mut().filter(|s| s.key == key) {
            Some(step) => step.lines.push(line),
            None => safety_plan.push(PlanStep { key: key.to_owned(), lines: vec![line] }),
        }
    }
    let mut screeners = Vec::new();
    for r in of("QuestionnaireResponse") {
        let named = r["questionnaire"].as_str().unwrap_or_default();
        let (instrument, version) =
            named.trim_start_matches("urn:gyeot:instrument:").split_once('|').unwrap_or((named, ""));
        let answers = r["item"].as_array().into_iter().flatten().filter_map(|item| {
            let value = i32::try_from(item["answer"][0]["valueInteger"].as_i64()?).ok()?;
            Some(ScreenerAnswer { item: item["linkId"].as_str()?.parse().ok()?, value })
        });
        screeners.push(Screener {
            instrument: instrument.to_owned(),
            version: version.to_owned(),
            at: at(&r["authored"], "QuestionnaireResponse.authored")?,
            answers: answers.collect(),
            band: r["extension"][0]["valueCode"].as_str().map(str::to_owned),
        });
    }
    Ok(Screening { screeners, safety_plan, means: observed("means"), location: observed("location") })
}

fn sealed(binary: &Value, section: Option<&Value>) -> Option<SealedRecord> {
    let line = section?["text"]["div"].as_str()?;
    let line = line.split("<p>").nth(1)?.split("</p>").next()?;
    let mut parts = line.split(" · ");
    let (recipient, records, ids) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?, parts.next()?);
    let ids = ids.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    Some(SealedRecord { recipient, file: binary["data"].as_str()?.to_owned(), records, ids })
}
