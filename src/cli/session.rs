//! `gyeot session`: run a session without a screen, list sessions, show one, say who speaks, finish an interrupted one.

use crate::texts::msg;

mod ask;
mod correct;
mod export;
mod hear_again;
mod import;
mod mirror;
mod play;
mod ran;
mod recover;
mod show;
mod speaker;

use crate::adapters::shipped;
use crate::cli::meter::Meter;
use crate::cli::passphrase::unlock;
use crate::cli::transcript_file::Speakers;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientCode, ModelId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::session_event::{SessionCommand, SessionEvent};
use crate::domain::practice::time::clock;
use crate::domain::transcript::gap_words;
use crate::live::session::follow::follow;
use crate::live::session::{self, Advise};
use crate::ports::audio::Sound;
use crate::service::made_up::nobody_made_up;
use crate::service::prepare_session;
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `gyeot session`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Run a session; what was heard is sealed as it goes.
    Run(Run),
    /// Sessions in the vault.
    List {
        /// Of one client only.
        #[arg(long, value_name = "CODE")]
        client: Option<ClientCode>,
    },
    /// One session: transcript, cues, directions, notes.
    Show(show::Show),
    /// The transcript as a file: PDF, DOCX, Markdown, text, JSON or subtitles.
    Export(export::Export),
    /// A question to a client's whole record, answered with the client's words.
    Ask(ask::Ask),
    /// Mend who speaks in one line, a stretch or all; what stood before is kept.
    Speaker(speaker::Relabel),
    /// The mirror of a session, or over sessions: share of talk, silence, questions and reflections.
    Mirror(mirror::Asked),
    /// Mend the words of a line, split it, merge two, or replace a name everywhere; what stood before is kept.
    Correct(correct::Correct),
    /// Play a line from its kept sound.
    Play(play::Play),
    /// Let another speech model hear the kept sound; its words are proposed beside the first ones.
    HearAgain(hear_again::HearAgain),
    /// Finish sessions that were interrupted: what was sealed, and the sound that was not written down yet, become their
    /// transcript.
    Recover(recover::Recover),
}

/// How fast a file is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Pace {
    /// As it was spoken.
    Real,
    /// As fast as it goes.
    Fast,
}

#[derive(Debug, clap::Args)]
struct Run {
    /// Whose session.
    #[arg(long, value_name = "CODE")]
    client: ClientCode,
    /// `mic`, a sound file, or `-` for raw 16 kHz s16le mono on standard input.
    #[arg(long, value_name = "mic|FILE", default_value = "", required_unless_present = "transcript")]
    input: String,
    /// A transcript of this or another tool in place of sound: SRT, VTT, DOCX, text with speakers, JSON; `-` is standard
    /// input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "model", "pace"])]
    transcript: Option<PathBuf>,
    #[command(flatten)]
    speakers: Speakers,
    /// The day of the session, for a transcript that is brought in later.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "transcript")]
    date: Option<String>,
    /// Who else takes part, by role word; may be repeated. Each must have consented:
    /// `client consent CODE --participant WORD`.
    #[arg(long, value_name = "WORD")]
    with: Vec<String>,
    /// The language that is spoken; that of the messages unless given.
    #[arg(long, value_name = "ko|en")]
    spoken: Option<Lang>,
    /// How fast a file is played.
    #[arg(long, value_enum, default_value = "fast")]
    pace: Pace,
    /// The speech model.
    #[arg(long, value_name = "ID")]
    model: Option<ModelId>,
    /// No directions, whatever the consent says.
    #[arg(long)]
    no_advice: bool,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    match args.what {
        What::Run(run) => {
            // Asked again where the session begins; here before a microphone is opened.
            nobody_made_up(&run.client)?;
            if run.transcript.is_some() { import::run(run, globals) } else { run_session(run, globals) }
        }
        What::List { client } => list(client.as_ref(), globals),
        What::Show(asked) => show::run(&asked, globals),
        What::Export(asked) => export::run(&asked, globals),
        What::Ask(asked) => ask::run(&asked, globals),
        What::Speaker(asked) => speaker::run(&asked, globals),
        What::Mirror(asked) => mirror::run(&asked, globals),
        What::Correct(asked) => correct::run(&asked, globals),
        What::Play(asked) => play::run(&asked, globals),
        What::HearAgain(asked) => hear_again::run(&asked, globals),
        What::Recover(asked) => recover::run(&asked, globals),
    }
}

fn run_session(run: Run, globals: &Globals) -> Result<(), ErrorReport> {
    let sound = sound(&run.input, run.pace)?;
    let live = sound.is_live();
    let unlocked = Arc::new(unlock(globals)?);
    let advise = match (run.no_advice, live) {
        (true, _) => Advise::Never,
        (false, true) => Advise::Throughout,
        (false, false) => Advise::AtTheEnd,
    };
    let request = prepare_session::Request {
        client: run.client,
        language: run.spoken.unwrap_or_else(|| globals.lang()),
        sound,
        made_up: false,
        advise,
        with: run.with,
        engines: Box::new(globals.engines()?),
        data: shipped::session_data()?,
        speech_model: run.model,
        language_model: None,
    };
    let (parts, without) = prepare_session::prepare(&unlocked, request)?;
    for fault in &without {
        print::trouble(fault, globals.lang());
    }
    let id = parts.session;
    let running = session::start(parts);
    let stop = running.commands.clone();
    crate::cli::interrupt::on_first(move || {
        // A session that has just ended needs no stop.
        let _ = stop.try_send(SessionCommand::Stop);
    })?;
    let (lang, json) = (globals.lang(), globals.json);
    let mut meter = Meter::default();
    let outcome = follow(running, &mut |event| tell(event, lang, json, &mut meter));
    meter.clear();
    if json {
        let saved = outcome.saved;
        print::json(
            &ran::Ran {
                session: id,
                utterances: outcome.utterances.len(),
                risk_cues: outcome.cues.len(),
                gaps: outcome.gaps.len(),
                records: outcome.records,
                saved,
                suggestions: outcome.advice.as_ref().map_or(0, |a| a.suggestions.len()),
            }
            .to_json(),
        )?;
    } else {
        let (u, g, r) = (outcome.utterances.len(), outcome.gaps.len(), outcome.records);
        print::line(
            msg("cli-session-session-utterances-gaps-sealed")
                .shown("id", id)
                .with("u", u)
                .shown("g", g)
                .shown("r", r)
                .text(lang),
        );
    }
    if outcome.saved {
        return Ok(());
    }
    let last = outcome.troubles.last().cloned();
    Err(last.unwrap_or_else(|| {
        ErrorReport::failed(
            msg("cli-session-session-could-not-written-end"),
            msg("cli-session-session-could-not-written-end.hint"),
        )
    }))
}

fn sound(input: &str, pace: Pace) -> Result<Box<dyn Sound>, ErrorReport> {
    if input == "mic" {
        return Ok(crate::adapters::microphone::open(None)?);
    }
    let file = crate::adapters::audio_file::open(input.as_ref())?;
    Ok(match pace {
        Pace::Real => Box::new(crate::adapters::paced::Paced::new(file)),
        Pace::Fast => file,
    })
}

/// Prints what a person following along wants to see, on stderr, so that stdout stays the result's.
fn tell(event: &SessionEvent, lang: Lang, quiet: bool, meter: &mut Meter) {
    match event {
        SessionEvent::Position { .. } | SessionEvent::Advising { .. } => meter.follow(event, lang),
        _ if quiet => {}
        SessionEvent::Heard(u) => {
            meter.clear();
            print::note(format!("{} {}  {}", clock(u.start_ms), u.speaker.label(lang), u.text.reveal()));
        }
        SessionEvent::Revised(u) => {
            meter.clear();
            print::note(format!("{} {}  ↻ {}", clock(u.start_ms), u.speaker.label(lang), u.text.reveal()));
        }
        SessionEvent::Risk(cue) => {
            meter.clear();
            print::note(format!("▲ “{}” → {}", cue.quote.reveal(), cue.opens));
        }
        SessionEvent::Advice(advice) => {
            meter.clear();
            for s in &advice.suggestions {
                let quote = s.evidence.first().map_or("", |e| e.quote.reveal());
                print::note(format!("· {} {}  “{quote}”", lang.say("cli-session-ai-draft"), s.title));
            }
        }
        SessionEvent::Gap(gap) => {
            meter.clear();
            print::note(format!("… {} – {}: {}", clock(gap.start_ms), clock(gap.end_ms), gap_words(&gap.reason, lang)));
        }
        SessionEvent::Device { there } => {
            meter.clear();
            print::note(lang.say(if *there { "say-microphone-back" } else { "say-microphone-gone" }));
        }
        SessionEvent::Trouble(fault) => {
            meter.clear();
            print::trouble(fault, lang);
        }
        _ => {}
    }
}

fn list(client: Option<&ClientCode>, globals: &Globals) -> Result<(), ErrorReport> {
    let unlocked = unlock(globals)?;
    let rows = unlocked.sessions(client)?;
    if globals.json {
        return print::json(&serde_json::json!({ "schema": "gyeot.sessions/1", "sessions": rows }));
    }
    let lang = globals.lang();
    if rows.is_empty() {
        print::line(lang.say("cli-session-no-sessions-yet"));
    }
    for row in &rows {
        print::line(describe(row, lang));
    }
    Ok(())
}

fn describe(row: &SessionRow, lang: Lang) -> String {
    let state = match row.state {
        SessionState::Open => lang.say("cli-session-open"),
        SessionState::Ended => lang.say("cli-session-ended"),
        SessionState::Destroyed => lang.say("cli-session-destroyed"),
    };
    let id = row.id.to_string();
    let (started, number) = (row.started.shown(), row.number);
    msg("cli-session-session-records")
        .shown("id", &id[..8])
        .shown("row", &row.code)
        .shown("number", number)
        .shown("started", started)
        .shown("state", state)
        .with("records", row.records)
        .text(lang)
}

/// The session whose id begins with these digits.
pub fn find(rows: &[SessionRow], wanted: &str) -> Result<SessionId, ErrorReport> {
    let mut hits = rows.iter().filter(|r| r.id.to_string().starts_with(wanted));
    match (hits.next(), hits.next()) {
        (Some(row), None) => Ok(row.id),
        (None, _) => Err(ErrorReport::usage(
            msg("cli-session-no-session-begins-these-digits"),
            msg("cli-session-no-session-begins-these-digits.hint"),
        )),
        _ => Err(ErrorReport::usage(
            msg("cli-session-several-sessions-begin-these-digits"),
            msg("cli-session-several-sessions-begin-these-digits.hint"),
        )),
    }
}
