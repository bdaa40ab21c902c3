//! Notes as they are shown: the list, one note with its marks, its revisions, what changed between two.

use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::revision::{self, Difference};
use crate::domain::note::statement::Support;
use crate::domain::note::states;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::record::{NoteLine, NoteRevision, Origin};
use crate::service::UnlockedVault;
use crate::service::notes::{NoteHistory, NoteVersion};
use crate::texts::msg;
use serde_json::json;

/// The mark before a line: a sign, so that it is seen without colour.
fn mark(line: &NoteLine) -> &'static str {
    match line.check.as_ref().map(|c| (c.support, c.settled)) {
        None => " ",
        Some((_, true)) => "✓",
        Some((Support::Supported, _)) => "·",
        Some((Support::Inferred, _)) => "~",
        Some((Support::Unsupported, _)) => "?",
        Some((Support::Retracted, _)) => "✗",
        Some((Support::Counsellor, _)) => "¶",
    }
}

/// Sessions with the state of their note.
pub fn list(vault: &UnlockedVault, client: Option<&ClientCode>, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let mut rows = Vec::new();
    for session in vault.sessions(client)? {
        let newest = vault.note_history(session.id)?.and_then(|h| h.newest().cloned());
        if globals.json {
            rows.push(json!({
                "session": session.id, "client": session.code, "number": session.number, "started": session.started,
                "note": newest.as_ref().map(as_json),
            }));
            continue;
        }
        let state = newest.as_ref().map_or_else(|| msg("note-show-none"), |v| states::message(v.note.state)).text(lang);
        let open = newest.as_ref().map_or(0, |v| revision::undecided(&v.note).filter(|s| s.blocks_signing()).count());
        let open = if open > 0 { format!("  ? {open}") } else { String::new() };
        let id = session.id.to_string();
        print::line(format!(
            "{}  {:<8} {:>3}  {}  {state}{open}",
            &id[..8.min(id.len())],
            session.code.as_str(),
            session.number,
            session.started.date(),
        ));
    }
    if globals.json { print::json(&json!({ "schema": "gyeot.notes/1", "notes": rows })) } else { Ok(()) }
}

/// One revision for `--json`.
pub fn as_json(version: &NoteVersion) -> serde_json::Value {
    json!({
        "schema": "gyeot.note/1", "record": version.record, "revision": version.revision, "author": version.author,
        "author_name": version.author_name, "at": version.at, "state": states::word(version.note.state),
        "undecided": revision::undecided(&version.note).filter(|s| s.blocks_signing()).count(),
        "note": version.note,
    })
}

/// The newest revision, or all of them.
pub fn show(history: &NoteHistory, forms: &[NoteFormat], all: bool, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if globals.json {
        let versions: Vec<_> =
            newest_first(history).into_iter().take(if all { usize::MAX } else { 1 }).map(as_json).collect();
        let refused: Vec<_> = history
            .refused
            .iter()
            .map(|r| json!({ "record": r.record, "revision": r.revision, "author": r.author, "author_name": r.author_name }))
            .collect();
        return print::json(&json!({ "schema": "gyeot.note-history/1", "versions": versions, "refused": refused }));
    }
    warn(history, lang);
    for (n, version) in newest_first(history).into_iter().enumerate() {
        if n > 0 && !all {
            let more = history.versions.len() - 1;
            print::line("");
            print::line(msg("note-show-earlier-revisions-history").shown("more", more).text(lang));
            break;
        }
        print::line(head(version, history.after(version).filter(|_| n > 0), lang));
        for line in body(&version.note, forms, lang) {
            print::line(line);
        }
    }
    Ok(())
}

/// The revision that holds, then the others from the last one back.
fn newest_first(history: &NoteHistory) -> Vec<&NoteVersion> {
    let holds = history.newest();
    let others = history.versions.iter().rev().filter(|v| holds.is_none_or(|h| h.record != v.record));
    holds.into_iter().chain(others).collect()
}

/// Says on stderr which revisions do not stand.
fn warn(history: &NoteHistory, lang: Lang) {
    for refused in &history.refused {
        let warning = match refused.revision {
            Some(n) => msg("note-other-words").with("n", n).shown("author-name", &refused.author_name),
            None => msg("note-other-author").shown("author-name", &refused.author_name),
        };
        print::note(format!("! {} → {}", warning.text(lang), lang.say("note-other-words-remedy")));
    }
}

fn head(version: &NoteVersion, replaced: Option<&NoteVersion>, lang: Lang) -> String {
    let (state, on) = (states::message(version.note.state).text(lang), version.at.date());
    let mut out = msg("note-show-revision")
        .shown("revision", version.revision)
        .shown("state", state)
        .shown("on", on)
        .shown("author-name", &version.author_name)
        .text(lang);
    if let Some(reason) = &version.note.reason {
        out.push_str(&format!("\n  {}: {}", lang.say("note-show-reason"), reason.reveal()));
    }
    if let Some(later) = replaced {
        out.push_str("\n  ");
        out.push_str(
            &msg("note-show-replaced")
                .shown("date", later.at.date())
                .shown("author-name", &later.author_name)
                .text(lang),
        );
    }
    out
}

/// The lines of a note, numbered through.
fn body(note: &NoteRevision, forms: &[NoteFormat], lang: Lang) -> Vec<String> {
    let format = forms.iter().find(|f| f.id == note.format);
    let (mut out, mut number) = (Vec::new(), 0);
    for section in &note.sections {
        let title = format.and_then(|f| f.section(&section.key)).map_or(section.key.as_str(), |s| &s.text(lang).title);
        out.push(format!("\n{title}"));
        for line in &section.lines {
            number += 1;
            let ai = match line.origin {
                Origin::Typed => "",
                Origin::Accepted { edited: false, .. } => lang.say("note-show-ai-draft"),
                Origin::Accepted { edited: true, .. } => lang.say("note-show-ai-draft-edited"),
            };
            out.push(format!("{number:>3} {} {}{ai}", mark(line), line.text.reveal()));
            if let Some(by) = line.check.as_ref().filter(|c| !c.settled).and_then(|c| c.retracted_by.as_ref()) {
                out.push(format!("      ↳ {}: “{}”", lang.say("note-show-taken-back-later"), by.quote.reveal()));
            }
        }
    }
    out
}

/// What changed between two revisions.
pub fn differences(
    history: &NoteHistory,
    from: Option<u32>,
    to: Option<u32>,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    warn(history, globals.lang());
    let last = history.newest().map_or(0, |v| v.revision);
    let to = to.unwrap_or(last);
    let from = from.unwrap_or_else(|| to.saturating_sub(1));
    let of = |n: u32| {
        history.versions.iter().find(|v| v.revision == n).ok_or_else(|| {
            ErrorReport::usage(
                msg("cli-note-show-note-no-revision").shown("n", n),
                msg("cli-note-show-note-no-revision.hint").shown("last", last),
            )
        })
    };
    let (earlier, later) = (of(from)?, of(to)?);
    let found = revision::differences(&earlier.note, &later.note);
    if globals.json {
        let line = |d: &Difference| match d {
            Difference::Same(t) => json!({ "is": "same", "text": t }),
            Difference::Removed(t) => json!({ "is": "removed", "text": t }),
            Difference::Added(t) => json!({ "is": "added", "text": t }),
        };
        let sections: Vec<_> = found
            .iter()
            .map(|(key, lines)| json!({ "section": key, "lines": lines.iter().map(line).collect::<Vec<_>>() }))
            .collect();
        return print::json(&json!({ "schema": "gyeot.note-diff/1", "from": from, "to": to, "sections": sections }));
    }
    print::line(head(earlier, None, globals.lang()));
    print::line(head(later, None, globals.lang()));
    for (key, lines) in found {
        if lines.iter().all(|d| matches!(d, Difference::Same(_))) {
            continue;
        }
        print::line(format!("\n{key}"));
        for d in lines {
            print::line(match d {
                Difference::Same(t) => format!("  {}", t.reveal()),
                Difference::Removed(t) => format!("- {}", t.reveal()),
                Difference::Added(t) => format!("+ {}", t.reveal()),
            });
        }
    }
    Ok(())
}
