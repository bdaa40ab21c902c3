//! `gyeot session speaker`: mends who speaks after a session. What stood before is kept as an earlier transcript.

use crate::adapters::shipped;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::record::Body;
use crate::domain::transcript::{Speaker, Utterance};
use crate::formats::import::{moment, role};
use crate::service::transcripts::transcript_of;
use crate::texts::msg;

/// Arguments of `gyeot session speaker`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(false))]
pub(super) struct Relabel {
    /// As `list` prints it; the first digits are enough.
    session: String,
    /// Lines by number, as `session show --numbers` prints them: 3 or 3,5,9-12.
    #[arg(long, value_name = "N", group = "which")]
    line: Option<String>,
    /// A stretch by time: every line that begins in it, such as 1:20-3:05.
    #[arg(long, value_name = "FROM-TO", group = "which")]
    between: Option<String>,
    /// Every line.
    #[arg(long, group = "which")]
    all: bool,
    /// Counsellor and client change places in every line.
    #[arg(long, group = "which")]
    swap: bool,
    /// Who it is: client, counsellor, other, unknown.
    #[arg(long, value_name = "WHO", required_unless_present = "swap", conflicts_with = "swap")]
    who: Option<String>,
}

/// Which lines are meant.
enum Which {
    Numbers(Vec<(u32, u32)>),
    Span(u64, u64),
    All,
}

impl Which {
    fn has(&self, u: &Utterance) -> bool {
        match self {
            Which::Numbers(list) => list.iter().any(|(from, to)| (*from..=*to).contains(&u.id.0)),
            Which::Span(from, to) => (*from..=*to).contains(&u.start_ms),
            Which::All => true,
        }
    }
}

/// Runs the command.
pub(super) fn run(asked: &Relabel, globals: &Globals) -> Result<(), ErrorReport> {
    let which = which(asked)?;
    let who = asked.who.as_deref().map(|w| {
        role(w).ok_or_else(|| {
            ErrorReport::usage(
                msg("cli-session-speaker-nobody-session").shown("who", w),
                msg("cli-session-speaker-nobody-session.hint"),
            )
        })
    });
    let who = who.transpose()?;
    let unlocked = unlock(globals)?;
    let session = find(&unlocked.sessions(None)?, &asked.session)?;
    let opened = unlocked.open_session(session)?;
    let mut transcript = transcript_of(opened.iter().map(|o| &o.body), globals.lang());
    there(&which, &transcript.utterances)?;
    let mut changed = 0;
    for u in transcript.utterances.iter_mut().filter(|u| which.has(u)) {
        let to = who.unwrap_or(match u.speaker {
            Speaker::Counsellor => Speaker::Client,
            Speaker::Client => Speaker::Counsellor,
            same => same,
        });
        changed += usize::from(to != u.speaker);
        u.speaker = to;
    }
    if changed == 0 {
        return Err(ErrorReport::with(
            Exit::Usage,
            msg("cli-session-speaker-no-line-session-changes"),
            msg("cli-session-speaker-no-line-session-changes.hint"),
        ));
    }
    let before: Vec<_> = opened
        .iter()
        .filter_map(|o| match &o.body {
            Body::RiskCue { cue } => Some(cue.clone()),
            _ => None,
        })
        .collect();
    let cues = unlocked.relabel(session, transcript, &before, "speakers", &shipped::risk_rules()?)?;
    if globals.json {
        return print::json(
            &serde_json::json!({"schema": "gyeot.relabelled/1", "session": session, "lines": changed, "new_cues": cues}),
        );
    }
    print::line(
        msg("session-speaker-lines-relabelled-new-risk")
            .with("changed", changed)
            .with("cues", cues)
            .text(globals.lang()),
    );
    Ok(())
}

/// Refuses a line that the session does not have, and a stretch in which no line begins; says which there are.
fn there(which: &Which, lines: &[Utterance]) -> Result<(), ErrorReport> {
    let refused = |what| Err(ErrorReport::usage(what, msg("cli-session-speaker-no-line-session-changes.hint")));
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return refused(msg("cli-session-speaker-no-lines"));
    };
    match which {
        Which::Numbers(list) => {
            let has = |n: &u32| lines.iter().any(|u| u.id.0 == *n);
            let mut ends = list.iter().flat_map(|(from, to)| [from, to]);
            let Some(missing) = ends.find(|n| !has(n)) else { return Ok(()) };
            let (first, last) = (lines.iter().map(|u| u.id.0).min(), lines.iter().map(|u| u.id.0).max());
            let what = msg("cli-session-speaker-line-missing").with("line", *missing);
            refused(what.with("first", first.unwrap_or(0)).with("last", last.unwrap_or(0)))
        }
        Which::Span(..) if !lines.iter().any(|u| which.has(u)) => {
            let what = msg("cli-session-speaker-stretch-empty").with("first", clock(first.start_ms));
            refused(what.with("last", clock(last.start_ms)))
        }
        _ => Ok(()),
    }
}

/// A stretch that ends before it begins.
fn backwards(what: &str) -> ErrorReport {
    let said = msg("cli-session-speaker-backwards").shown("what", what);
    ErrorReport::usage(said, msg("cli-session-speaker-no-line-stretch.hint"))
}

/// Minutes and seconds, as `session show` prints them.
fn clock(ms: u64) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1000 % 60)
}

fn which(asked: &Relabel) -> Result<Which, ErrorReport> {
    let wrong = |what: &str| {
        ErrorReport::usage(
            msg("cli-session-speaker-no-line-stretch").shown("what", what),
            msg("cli-session-speaker-no-line-stretch.hint"),
        )
    };
    if let Some(list) = &asked.line {
        let one = |part: &str| -> Option<(u32, u32)> {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
        };
        let numbers = list.split(',').map(one).collect::<Option<Vec<_>>>().ok_or_else(|| wrong(list))?;
        if numbers.iter().any(|(from, to)| from > to) {
            return Err(backwards(list));
        }
        return Ok(Which::Numbers(numbers));
    }
    if let Some(span) = &asked.between {
        let ends = span.split_once('-').and_then(|(a, b)| Some((moment(a)?, moment(b)?)));
        let (from, to) = ends.ok_or_else(|| wrong(span))?;
        if from > to {
            return Err(backwards(span));
        }
        return Ok(Which::Span(from, to));
    }
    Ok(Which::All)
}
