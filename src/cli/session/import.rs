//! `gyeot session run --transcript`: a transcript of another tool becomes a session of a client.

use crate::adapters::shipped;
use crate::cli::passphrase::unlock;
use crate::cli::session::Run;
use crate::cli::session::ran::Ran;
use crate::cli::{Globals, print, transcript_file};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::time::{Calendar, Timestamp};
use crate::domain::practice::written_day;
use crate::live::session::engines::SessionAdviser;
use crate::ports::engines::Engines;
use crate::ports::keeper::DirectionEngines;
use crate::service::import_session::{Request, keep};
use crate::texts::msg;

/// Noon of a day, written as people write days; none for today, whose session has just been.
fn day_of(day: &str, now: Timestamp) -> Result<Option<Timestamp>, ErrorReport> {
    let day = written_day::written(day, &now.date());
    let noon = day.as_deref().and_then(|day| Calendar::current().noon(day)).ok_or_else(|| {
        ErrorReport::usage(
            msg("cli-assess-kept-day-written-yyyy-mm-dd"),
            msg("cli-assess-kept-day-written-yyyy-mm-dd.hint"),
        )
    })?;
    Ok((noon.date() != now.date()).then_some(noon))
}

/// Reads the file first, asks who is who, then begins, keeps and ends the session.
pub(super) fn run(run: Run, globals: &Globals) -> Result<(), ErrorReport> {
    let Some(file) = &run.transcript else { return Ok(()) };
    let transcript = transcript_file::read(file, &run.speakers, globals.lang, globals.json)?;
    let unlocked = unlock(globals)?;
    let consent = unlocked.consent(&run.client)?;
    let lang = globals.lang();
    // Its length is what was said.
    let just_been = Timestamp(unlocked.now().0.saturating_sub(i64::try_from(transcript.duration_ms).unwrap_or(0)));
    let started = match &run.date {
        Some(day) => day_of(day, unlocked.now())?.unwrap_or(just_been),
        None => just_been,
    };
    if started > unlocked.now() {
        return Err(ErrorReport::usage(
            msg("cli-assess-kept-day-not-come-yet"),
            msg("cli-session-import-day-session-was"),
        ));
    }
    let mut engines = None;
    if !run.no_advice && consent.has(Scope::Ai) {
        let installed = globals.engines()?;
        let cards = (shipped::technique_library()?, shipped::direction_heads()?);
        let tasks = (shipped::judge_task("directions")?, shipped::write_task("rationale")?);
        let ready = installed.embedding().and_then(|embedding| {
            SessionAdviser::new(embedding, installed.language(None)?, cards, tasks, transcript.language)
        });
        match ready {
            Ok(ready) => engines = Some(ready),
            Err(fault) => print::trouble(&fault, lang),
        }
    }
    let request = Request { client: run.client, with: run.with, started, transcript, made_up: false };
    let engines = engines.as_mut().map(|e| e as &mut dyn DirectionEngines);
    let kept = keep(&unlocked, request, &shipped::risk_rules()?, engines)?;
    for fault in &kept.without {
        print::trouble(fault, lang);
    }
    if globals.json {
        return print::json(
            &Ran {
                session: kept.session,
                utterances: kept.utterances,
                risk_cues: kept.cues,
                gaps: 0,
                records: kept.records as u64,
                saved: true,
                suggestions: kept.suggestions,
            }
            .to_json(),
        );
    }
    let (id, u, c, r) = (kept.session, kept.utterances, kept.cues, kept.records);
    print::line(
        msg("session-import-session-utterances-risk-cues")
            .shown("id", id)
            .shown("u", u)
            .shown("c", c)
            .shown("r", r)
            .text(lang),
    );
    Ok(())
}
