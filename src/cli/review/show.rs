//! The queue of reviews and one review, as text and as `--json`.

use crate::adapters::shipped;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::note::states;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Origin;
use crate::domain::review::comment::{Thread, anchor_text};
use crate::domain::review::file::ReviewFile;
use crate::domain::review::queue::{Queue, QueueRow, took};
use crate::service::UnlockedVault;

use crate::texts::msg;
use serde_json::json;

fn since(asked: Option<Timestamp>, now: Timestamp) -> u64 {
    asked.map_or(0, |at| now.0.saturating_sub(at.0).max(0) as u64)
}

fn row_json(row: &QueueRow) -> serde_json::Value {
    json!({
        "session": row.session, "client": row.client.code, "number": row.number, "started": row.started,
        "counsellor": row.counsellor, "state": states::word(row.course.state), "revision": row.course.revision,
        "asked": row.course.asked, "returns": row.course.returns, "came_back": row.course.came_back(),
        "open_cue": row.risk.open_cue, "positive_screener": row.risk.positive_screener, "colour": row.colour,
    })
}

/// Prints the queue.
pub fn queue(vault: &UnlockedVault, queue: &Queue, globals: &Globals) -> Result<(), ErrorReport> {
    let (lang, now) = (globals.lang(), vault.now());
    if globals.json {
        return print::json(&json!({
            "schema": "gyeot.review-queue/1",
            "waiting": queue.waiting.iter().map(row_json).collect::<Vec<_>>(),
            "returned": queue.returned.iter().map(row_json).collect::<Vec<_>>(),
            "supervisees": queue.supervisees(), "turnaround": queue.turnaround, "clients": queue.clients, "ended": queue.ended,
        }));
    }
    let supervisor = vault.role() == Role::Supervisor;
    for row in &queue.waiting {
        print::line(line(row, now, lang));
    }
    if queue.waiting.is_empty() {
        print::line(lang.say(if supervisor { "cli-review-nothing-waits" } else { "cli-review-nothing-there" }));
        why_empty(queue, lang);
    }
    if !queue.returned.is_empty() {
        print::line("");
        print::line(lang.say(if supervisor { "cli-review-at-the-counsellor" } else { "cli-review-came-back" }));
        for row in &queue.returned {
            print::line(line(row, now, lang));
        }
    }
    if supervisor {
        for s in queue.supervisees() {
            let said = msg("cli-review-supervisee")
                .with("name", s.name)
                .with("waiting", s.waiting)
                .with("risk", s.at_risk)
                .with("returned", s.returned);
            print::line(said.text(lang));
        }
    }
    if let (Some(median), Some(longest)) = (queue.turnaround.median_ms, queue.turnaround.longest_ms) {
        print::line("");
        let figures = msg("cli-review-turnaround")
            .with("n", queue.turnaround.decided)
            .with("median", took(median))
            .with("longest", took(longest));
        print::line(figures.text(lang));
    }
    Ok(())
}

/// Says why nothing waits, where that is known.
fn why_empty(queue: &Queue, lang: Lang) {
    if queue.clients == 0 {
        print::line(lang.say("review-no-clients"));
    }
    for ended in &queue.ended {
        let why = if ended.withdrawn { msg("review-ended-withdrawn") } else { msg("review-ended-unassigned") };
        print::line(why.with("code", ended.code.as_str()).with("on", ended.at.date()).text(lang));
    }
}

fn line(row: &QueueRow, now: Timestamp, lang: Lang) -> String {
    let id = row.session.to_string();
    let mut out = format!(
        "{}  {} {:<8} {:>3}  {:<8} {}",
        &id[..8.min(id.len())],
        row.colour.glyph(),
        row.client.code.as_str(),
        row.number,
        states::message(row.course.state).text(lang),
        took(since(row.course.asked, now)).text(lang),
    );
    for (holds, id) in [
        (row.risk.open_cue, "review-open-cue"),
        (row.risk.positive_screener, "review-positive-screener"),
        (row.course.came_back(), "review-came-back"),
    ] {
        if holds {
            out.push_str(&format!("  {}", lang.say(id)));
        }
    }
    out
}

fn thread_json(file: &ReviewFile, thread: &Thread) -> serde_json::Value {
    let answers: Vec<_> = thread
        .answers
        .iter()
        .map(|a| json!({ "by": file.name(a.by), "at": a.at, "text": a.text, "resolved": a.resolved }))
        .collect();
    json!({
        "thread": thread.record, "by": file.name(thread.by), "at": thread.at, "on": thread.on,
        "place": thread.anchor.as_ref().map(anchor_text), "text": thread.text, "resolved": thread.resolved,
        "place_gone": thread.loose, "answers": answers,
    })
}

fn review_json(file: &ReviewFile) -> serde_json::Value {
    let newest = file.newest();
    let extract: Vec<_> =
        file.extract.iter().map(|e| json!({ "line": e.line, "cited": e.cited, "cue": e.cue })).collect();
    let earlier: Vec<_> = file
        .earlier
        .iter()
        .map(|e| json!({ "number": e.number, "state": states::word(e.version.note.state), "note": e.version.note }))
        .collect();
    json!({
        "schema": "gyeot.review/1", "session": file.session, "client": file.code, "number": file.number,
        "counsellor": file.counsellor, "record": newest.map(|v| v.record), "revision": newest.map(|v| v.revision),
        "state": newest.map(|v| states::word(v.note.state)), "note": newest.map(|v| &v.note),
        "cosignature": file.cosignature().map(|c| json!({
            "by": file.name(c.by), "at": c.at, "revision": c.revision, "newest": c.newest, "covers": c.covers,
        })),
        "extract": extract, "words": file.words, "talk": file.talk,
        "threads": file.threads.iter().map(|t| thread_json(file, t)).collect::<Vec<_>>(),
        "measures": file.given.iter().map(|a| json!({
            "instrument": a.instrument, "at": a.given_at, "score": a.score.score, "critical": a.score.critical,
        })).collect::<Vec<_>>(),
        "earlier": earlier, "released": file.extracts,
    })
}

/// Prints one review.
pub fn review(file: &ReviewFile, globals: &Globals) -> Result<(), ErrorReport> {
    if globals.json {
        return print::json(&review_json(file));
    }
    let lang = globals.lang();
    let Some(newest) = file.newest() else { return Ok(()) };
    let head = msg("cli-review-head")
        .with("code", file.code.as_str())
        .with("number", file.number)
        .with("counsellor", &file.counsellor)
        .with("revision", newest.revision)
        .with("state", states::message(newest.note.state));
    print::line(head.text(lang));
    if let Some(reason) = &newest.note.reason {
        print::line(format!("  {}: {}", lang.say("note-show-reason"), reason.reveal()));
    }
    if let Some(c) = file.cosignature() {
        let id =
            if c.covers { msg("review-cosigned") } else { msg("review-cosigned-earlier").with("newest", c.newest) };
        let said = id.with("name", file.name(c.by)).with("on", c.at.date()).with("revision", c.revision);
        print::line(said.text(lang));
    }
    if file.refused > 0 {
        print::line(msg("review-refused").with("n", file.refused).text(lang));
    }
    let formats = shipped::note_formats()?;
    let format = formats.iter().find(|f| f.id == newest.note.format);
    for section in &newest.note.sections {
        let title =
            format.and_then(|f| f.sections.iter().find(|s| s.id == section.key)).map(|s| s.text(lang).title.clone());
        print::line(format!("\n## {}", title.as_deref().unwrap_or(&section.key)));
        for line in &section.lines {
            let ai = if line.origin == Origin::Typed { "" } else { lang.say("note-show-ai-draft") };
            print::line(format!("{:>3} {}{ai}", line.id.0, line.text.reveal()));
            let place = crate::domain::record::CommentAt::Statement(line.id);
            threads(file, |t| t.anchor.as_ref() == Some(&place), lang);
        }
    }
    let statement = |t: &Thread| matches!(t.anchor, Some(crate::domain::record::CommentAt::Statement(_)));
    let left: Vec<&Thread> = file.threads.iter().filter(|t| !statement(t) || t.loose).collect();
    if !left.is_empty() {
        print::line(format!("\n{}", lang.say("cli-review-comments")));
        threads(file, |t| left.iter().any(|l| l.record == t.record), lang);
    }
    print::line(format!("\n{}", lang.say("cli-review-extract")));
    if !file.words {
        print::line(lang.say("review-no-words-kept"));
    }
    for e in &file.extract {
        if e.after_gap {
            print::line("   …");
        }
        let mark = if e.cue { "▲" } else { [" ", "›"][usize::from(e.cited)] };
        let (at, who) = (e.line.place(), e.line.speaker.label(lang));
        print::line(format!("{:>4} {mark} {at} {who}  {}", e.line.id.0, e.line.text.reveal()));
    }
    if let Some(talk) = file.talk {
        print::line(msg("review-talk").with("percent", talk.counsellor_percent()).text(lang));
    }
    for a in file.given.iter().rev().take(3) {
        let score = a.score.score.map_or_else(|| "–".to_owned(), |s| s.to_string());
        print::line(format!("{}  {}  {score}", a.given_at.date(), a.instrument.as_str()));
    }
    for e in &file.earlier {
        let said = msg("cli-review-earlier")
            .with("number", e.number)
            .with("state", states::message(e.version.note.state))
            .with("lines", e.version.note.sections.iter().map(|s| s.lines.len()).sum::<usize>());
        print::line(said.text(lang));
    }
    for extract in &file.extracts {
        print::line(lang.say("review-released"));
        extract.lines.iter().for_each(|line| print::line(format!("   {}", line.reveal())));
    }
    Ok(())
}

fn threads(file: &ReviewFile, which: impl Fn(&Thread) -> bool, lang: Lang) {
    for t in file.threads.iter().filter(|t| which(t)) {
        let id = t.record.to_string();
        let state = lang.say(if t.resolved { "review-resolved" } else { "review-open" });
        let place = t.anchor.as_ref().map(anchor_text).unwrap_or_default();
        let gone = if t.loose { lang.say("review-place-gone") } else { "" };
        print::line(format!("      ┆ {} {} [{state}] {place} {gone}", &id[..8.min(id.len())], file.name(t.by)));
        print::line(format!("      ┆ {}", t.text.reveal()));
        for a in t.answers.iter().filter(|a| a.text.is_some()) {
            let text = a.text.as_ref().map(|t| t.reveal()).unwrap_or_default();
            print::line(format!("      ┆   {}: {text}", file.name(a.by)));
        }
    }
}
