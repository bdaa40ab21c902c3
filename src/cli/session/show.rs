//! `gyeot session show`: the transcript, cues, directions, marks and the note that holds; with --history what stood before.

use crate::adapters::shipped;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::advice::risk_cue::Rules;
use crate::domain::advice::suggestion::{About, RiskCue};
use crate::domain::explain::ErrorReport;
use crate::domain::note::{chain, states};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::clock;
use crate::domain::record::{Body, NoteLine, NoteRevision, Opened};
use crate::domain::transcript::correction::stale;
use crate::domain::transcript::{Transcript, gap_words};
use crate::formats::{SESSIONS, SessionRecords};
use crate::service::UnlockedVault;
use crate::service::transcripts::transcript_of;
use crate::texts::msg;

/// Arguments of `gyeot session show`.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// As `list` prints it; the first digits are enough.
    session: String,
    /// Earlier versions of the note and of the transcript too, with when and by whom.
    #[arg(long)]
    history: bool,
    /// The number of each line, as `session speaker --line` takes it.
    #[arg(long)]
    numbers: bool,
    /// Why it is taken away; the monthly inspection lists it. --json needs one, and a text that is printed or given
    /// on takes one.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Prints a session.
pub(super) fn run(asked: &Show, globals: &Globals) -> Result<(), ErrorReport> {
    let unlocked = unlock(globals)?;
    let session = find(&unlocked.sessions(None)?, &asked.session)?;
    let exporter = if globals.json { SESSIONS.iter().find(|e| e.id() == "json") } else { None };
    let opened = match (exporter, asked.reason.as_deref()) {
        (None, None) => unlocked.open_session(session)?,
        (exporter, reason) => {
            unlocked.export_session(session, exporter.map_or("text", |e| e.id()), reason.unwrap_or_default())?
        }
    };
    let lang = globals.lang();
    let transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
    if let Some(exporter) = exporter {
        let kept = SessionRecords { session, transcript: &transcript, records: &opened };
        print::bytes(&exporter.write(&kept, lang)?);
        return Ok(());
    }
    for u in &transcript.utterances {
        let number = if asked.numbers { format!("{:>4} ", u.id.0) } else { String::new() };
        print::line(format!("{number}{} {}  {}", u.place(), u.speaker.label(lang), u.text.reveal()));
    }
    for gap in &transcript.gaps {
        let (from, to) = (clock(gap.start_ms), clock(gap.end_ms));
        print::line(format!("… {from} – {to}: {}", gap_words(&gap.reason, lang)));
    }
    let rules = shipped::risk_rules()?;
    if !opened.iter().any(|o| matches!(o.body, Body::Transcript { .. })) {
        // Not ended yet: a cue may have been lost between its line and its record.
        let kept = opened.iter().filter_map(|o| match &o.body {
            Body::RiskCue { cue } => Some(cue.clone()),
            _ => None,
        });
        let kept: Vec<RiskCue> = kept.collect();
        for cue in rules.missing(&transcript, &kept) {
            also(&Body::RiskCue { cue }, &transcript, &rules, lang).into_iter().for_each(print::line);
        }
    }
    for line in opened.iter().flat_map(|o| also(&o.body, &transcript, &rules, lang)) {
        print::line(line);
    }
    let names = Names::of(&unlocked);
    for line in notes(&opened, &transcript, asked.history, &names, lang) {
        print::line(line);
    }
    if asked.history {
        for line in transcripts(&opened, &names, lang) {
            print::line(line);
        }
    }
    Ok(())
}

/// Who wrote what, by name where the roster says it.
struct Names(Vec<(crate::domain::practice::ids::MemberId, String)>);

impl Names {
    fn of(unlocked: &UnlockedVault) -> Self {
        let members = unlocked.roster().members;
        Names(members.into_iter().map(|m| (m.id, m.name)).collect())
    }

    fn get(&self, o: &Opened) -> &str {
        self.0.iter().find(|(id, _)| *id == o.header.author).map_or("?", |(_, name)| name)
    }
}

/// The notes of a session: of each format the newest, and with `history` the earlier ones below it, newest first.
fn notes(opened: &[Opened], transcript: &Transcript, history: bool, names: &Names, lang: Lang) -> Vec<String> {
    let mut formats: Vec<(&str, Vec<(&Opened, &NoteRevision)>)> = Vec::new();
    for o in opened {
        let Body::Note { note } = &o.body else { continue };
        match formats.iter_mut().find(|(format, _)| *format == note.format) {
            Some((_, versions)) => versions.push((o, note)),
            None => formats.push((&note.format, vec![(o, note)])),
        }
    }
    let mut out = Vec::new();
    for (format, mut versions) in formats {
        let earlier = versions.len() - 1;
        if let Some(holds) = chain::newest(versions.iter().map(|(_, note)| note.state)) {
            // Nothing that was written apart stands before a signed text.
            let holds = versions.remove(holds);
            versions.push(holds);
        }
        for (n, (o, note)) in versions.iter().rev().enumerate() {
            let (at, by) = (o.header.at.shown(), names.get(o));
            if n > 0 && !history {
                break;
            }
            let state = match n {
                0 => states::message(note.state),
                _ => msg("session-show-earlier-version"),
            };
            out.push(format!("¶ {format} · {} · {at} · {by}", state.text(lang)));
            let lines = note.sections.iter().flat_map(|s| s.lines.iter().map(move |l| (&s.key, l)));
            let mark = |l: &NoteLine| if stale(transcript, &l.evidence) { lang.say("session-show-stale") } else { "" };
            out.extend(lines.map(|(key, l)| format!("¶ {key}: {}{}", l.text.reveal(), mark(l))));
        }
        if earlier > 0 && !history {
            out.push(msg("session-show-earlier-history").shown("earlier", earlier).text(lang));
        }
    }
    out
}

/// When the transcript was made and corrected.
fn transcripts(opened: &[Opened], names: &Names, lang: Lang) -> Vec<String> {
    let whole = opened.iter().filter_map(|o| match &o.body {
        Body::Transcript { reason, .. } => Some((o, reason.as_ref().map_or("", ClientText::reveal))),
        _ => None,
    });
    whole
        .map(|(o, reason)| {
            let word = lang.say("session-show-transcript");
            format!("= {word} · {} · {} {reason}", o.header.at.shown(), names.get(o))
        })
        .collect()
}

/// What a session holds beside its transcript, one line each.
fn also(body: &Body, transcript: &Transcript, rules: &Rules, lang: Lang) -> Vec<String> {
    match body {
        Body::RiskCue { cue } => {
            let what = rules.get(&cue.rule).map_or(cue.rule.as_str(), |r| r.label(lang));
            let another = if cue.about == About::Another { lang.say("session-show-about-another-person") } else { "" };
            vec![format!("▲ “{}” ({what}{another}) → {}", cue.quote.reveal(), cue.opens)]
        }
        Body::Suggestions { suggestions } => suggestions
            .suggestions
            .iter()
            .map(|s| {
                let quote = s.evidence.first().map_or("", |e| e.quote.reveal());
                let old = if stale(transcript, &s.evidence) { lang.say("session-show-stale") } else { "" };
                let draft = lang.say("session-show-ai-draft");
                format!("· {draft} {}  “{quote}”  ({}){old}", s.title, suggestions.model.id)
            })
            .collect(),
        Body::Mark { at_ms, label } => {
            vec![format!("⚑ {} {}", clock(*at_ms), label.as_ref().map_or("", ClientText::reveal))]
        }
        _ => Vec::new(),
    }
}
