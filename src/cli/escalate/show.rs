//! Packets as the command line shows them: the list, one course, the choices.

use crate::cli::{Globals, print};
use crate::domain::crisis::course::{Course, State, Told};
use crate::domain::crisis::escalation::{EscalationPacket, Tier};
use crate::domain::crisis::escalation_rules::{Coded, Rules};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::service::UnlockedVault;
use crate::service::escalation_words::course_lines;
use crate::service::escalations::short;
use crate::texts::msg;
use serde_json::{Value, json};

/// The state in words.
pub fn state_words(state: State, lang: Lang) -> &'static str {
    match state {
        State::Raised => lang.say("escalation-state-raised"),
        State::Approved => lang.say("escalation-state-approved"),
        State::Exported => lang.say("escalation-state-exported"),
        State::Received => lang.say("escalation-state-received"),
        State::Closed => lang.say("escalation-state-closed"),
    }
}

fn row(course: &Course, rules: &Rules, now: Timestamp) -> Value {
    let contact = &course.raised.packet.contact;
    let due: Vec<Value> = course
        .follow_ups(&rules.follow_up_hours)
        .iter()
        .map(|f| json!({"hours": f.hours, "due": f.due, "done": f.done.map(|d| d.0), "told": f.told(now)}))
        .collect();
    json!({
        "packet": course.id, "client": course.raised.code, "state": course.state(), "tier": course.raised.packet.tier(),
        "reason": contact.reason, "basis": contact.ground.basis, "limb": contact.ground.limb, "to": contact.to.id,
        "raised_by": course.by, "raised_at": course.at, "review_due": course.review_due(), "follow_ups": due,
        "outcome": course.outcome(), "clock_back": course.clock_back(),
    })
}

fn line(course: &Course, rules: &Rules, now: Timestamp, lang: Lang) -> String {
    let contact = &course.raised.packet.contact;
    let reason = Rules::label(&rules.reason, &contact.reason, lang);
    let mut marks = Vec::new();
    if course.review_due() {
        marks.push(lang.say("escalation-mark-review").to_owned());
    }
    let late = course.follow_ups(&rules.follow_up_hours).into_iter().filter(|f| f.told(now) != Told::Nobody);
    marks.extend(late.map(|f| msg("escalation-mark-follow-up").with("hours", f.hours).text(lang)));
    let marks = if marks.is_empty() { String::new() } else { format!("  ▲ {}", marks.join(", ")) };
    let (id, code, at, tier) =
        (short(course.id), &course.raised.code, course.at.shown(), u8::from(course.raised.packet.tier()));
    let state = state_words(course.state(), lang);
    format!("{id}  {code}  {at}  {tier}  {state}  {reason} → {}{marks}", contact.to.name)
}

/// The list.
pub(super) fn list(vault: &UnlockedVault, rules: &Rules, open: bool, globals: &Globals) -> Result<(), ErrorReport> {
    let (lang, now) = (globals.lang(), vault.now());
    let mut courses = vault.packets(true)?;
    courses.retain(|c| !open || c.state() != State::Closed || c.review_due());
    if globals.json {
        let rows: Vec<Value> = courses.iter().map(|c| row(c, rules, now)).collect();
        return print::json(&json!({"schema": "gyeot.packets/1", "packets": rows}));
    }
    if courses.is_empty() {
        print::note(lang.say("escalate-none"));
    }
    for course in &courses {
        print::line(line(course, rules, now, lang));
    }
    Ok(())
}

/// After something was done: the packet in one line.
pub(super) fn told(course: &Course, rules: &Rules, now: Timestamp, globals: &Globals) -> Result<(), ErrorReport> {
    if globals.json {
        return print::json(&json!({"schema": "gyeot.packet-state/1", "packet": row(course, rules, now)}));
    }
    print::line(line(course, rules, now, globals.lang()));
    Ok(())
}

/// What goes out and what stays behind, tier by tier.
pub fn what_goes(packet: &EscalationPacket, rules: &Rules, lang: Lang) -> Vec<String> {
    let contact = &packet.contact;
    let unknown = || lang.say("paper-not-known").to_owned();
    let text = |t: &Option<ClientText>| t.as_ref().map_or_else(unknown, |t| t.reveal().to_owned());
    let basis = rules.basis(&contact.ground.basis);
    let limb = basis.and_then(|b| b.limb.iter().find(|l| l.id == contact.ground.limb));
    let limb = limb.map_or(contact.ground.limb.as_str(), |l| l.label(lang));
    let basis = basis.map_or(contact.ground.basis.as_str(), |b| b.label(lang));
    let field = |id: &'static str, value: String| format!("  {}: {value}", lang.say(id));
    let mut lines = vec![
        lang.say("escalation-goes").to_owned(),
        field("paper-name", contact.person.name.reveal().to_owned()),
        field("paper-birth", contact.person.birth_date.clone().unwrap_or_else(unknown)),
        field("paper-address", text(&contact.person.address)),
        field("paper-contact", text(&contact.person.contact)),
        field("packet-paper-reason", Rules::label(&rules.reason, &contact.reason, lang).to_owned()),
        field("paper-basis", format!("{basis}: {limb}")),
        field("paper-to", contact.to.name.clone()),
    ];
    let adds = [
        (Tier::Screening, "escalation-adds-screening"),
        (Tier::Summary, "escalation-adds-summary"),
        (Tier::Full, "escalation-adds-record"),
    ];
    lines.extend(adds.iter().filter(|(t, _)| packet.tier() >= *t).map(|(_, id)| format!("  + {}", lang.say(id))));
    lines.push(lang.say("escalation-stays").to_owned());
    lines.extend(adds.iter().filter(|(t, _)| packet.tier() < *t).map(|(_, id)| format!("  - {}", lang.say(id))));
    lines.push(format!("  - {}", lang.say("escalation-stays-always")));
    lines
}

/// One packet with its course.
pub(super) fn show(
    vault: &UnlockedVault,
    course: &Course,
    rules: &Rules,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let (lang, roster, now) = (globals.lang(), vault.roster(), vault.now());
    if globals.json {
        let steps: Vec<Value> =
            course.steps.iter().map(|d| json!({"by": d.by, "role": d.role, "at": d.at, "step": d.step.act})).collect();
        return print::json(&json!({
            "schema": "gyeot.packet-course/1", "packet": row(course, rules, now), "content": course.raised.packet,
            "argument": course.raised.argument, "steps": steps,
        }));
    }
    print::line(line(course, rules, now, lang));
    for line in what_goes(&course.raised.packet, rules, lang) {
        print::line(line);
    }
    if let Some(argument) = &course.raised.argument {
        print::line(format!("{}: {}", lang.say("escalation-argument"), argument.reveal()));
    }
    for (line, remark) in course_lines(course, rules, &roster, now, lang) {
        print::line(line.text(lang));
        if let Some(remark) = remark {
            print::line(format!("    {}", remark.reveal()));
        }
    }
    Ok(())
}

/// The choices, from the rules.
pub(super) fn choices(rules: &Rules, globals: &Globals) -> Result<(), ErrorReport> {
    let (lang, own) = (globals.lang(), globals.escalation_file());
    if globals.json {
        return print::json(&json!({"schema": "gyeot.escalation-choices/1", "rules": rules, "own_file": own}));
    }
    let coded = |title: &'static str, list: &[Coded]| {
        print::line(lang.say(title));
        for c in list {
            print::line(format!("  {:<24} {}", c.id.as_str(), c.label(lang)));
        }
    };
    coded("escalate-reasons", &rules.reason);
    coded("escalate-sentences", &rules.proposal);
    print::line(lang.say("escalate-bases"));
    for basis in &rules.basis {
        let law = if basis.unverified { format!(" · {}", lang.say("law-unverified")) } else { String::new() };
        print::line(format!("  {:<24} {}{law}", basis.id.as_str(), basis.label(lang)));
        for limb in &basis.limb {
            print::line(format!("    {:<22} {}", limb.id.as_str(), limb.label(lang)));
        }
    }
    print::line(lang.say("escalate-receivers"));
    for r in &rules.receiver {
        print::line(format!("  {:<24} {}", r.id.as_str(), lang.pick(&r.ko, &r.en)));
    }
    coded("escalate-done", &rules.done);
    coded("escalate-outcomes", &rules.outcome);
    let hours: Vec<String> = rules.follow_up_hours.iter().map(u16::to_string).collect();
    print::line(msg("escalate-hours").with("hours", hours.join(", ")).text(lang));
    print::note(msg("escalate-own-file").shown("path", own.display()).text(lang));
    Ok(())
}
