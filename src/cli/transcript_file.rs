//! A transcript from a file or standard input, of this program or of another tool: who is who is shown, and asked on a
//! terminal where no option and no role word in the name decides it.

use crate::cli::print;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::{Speaker, Transcript};
use crate::formats::import::{self, Because, Import, Voice};
use crate::texts::{self, msg};
use std::io::{BufRead, ErrorKind, IsTerminal, Read};
use std::path::Path;

/// A transcript of a whole day is smaller than this; anything larger is another file.
const LARGEST: u64 = 64 << 20;

/// Who is who in the transcript of another tool.
#[derive(Debug, Clone, clap::Args)]
pub struct Speakers {
    /// Who a name of another tool's transcript is, such as "참석자 1=counsellor"; client, counsellor, other or unknown. May
    /// be repeated.
    #[arg(long = "speaker", value_name = "NAME=WHO")]
    speakers: Vec<String>,
}

impl Speakers {
    /// Nobody is named: the words of the file decide.
    pub const fn none() -> Self {
        Speakers { speakers: Vec::new() }
    }
}

/// Reads a transcript; `quiet` leaves out the preview of who is who.
pub fn read(path: &Path, who: &Speakers, lang: Option<Lang>, quiet: bool) -> Result<Transcript, ErrorReport> {
    let said = lang.unwrap_or_default();
    let given = who.speakers.iter().map(|s| given(s)).collect::<Result<Vec<_>, _>>()?;
    match import::read(&bytes(path)?)? {
        Import::Own(mut transcript) => {
            // Its speakers have no names; the words of the roles can be exchanged.
            for u in &mut transcript.utterances {
                if let Some((_, to)) = given.iter().find(|(name, _)| import::role(name) == Some(u.speaker)) {
                    u.speaker = *to;
                }
            }
            Ok(transcript)
        }
        Import::Other { kind, lines } => {
            let voices = import::voices(&lines);
            let roles = decide(&voices, &given, said, quiet)?;
            if !quiet {
                preview(kind, lines.len(), &voices, &roles, said);
            }
            Ok(import::transcript(&lines, &roles, import::spoken(&lines)))
        }
    }
}

fn given(option: &str) -> Result<(String, Speaker), ErrorReport> {
    let wrong = || {
        ErrorReport::usage(
            msg("cli-transcript-file-speaker-given-name-who"),
            msg("cli-transcript-file-speaker-given-name-who.hint"),
        )
    };
    let (name, word) = option.rsplit_once('=').ok_or_else(wrong)?;
    Ok((name.trim().to_owned(), import::role(word).ok_or_else(wrong)?))
}

fn decide(
    voices: &[Voice],
    given: &[(String, Speaker)],
    lang: Lang,
    quiet: bool,
) -> Result<Vec<(String, Speaker)>, ErrorReport> {
    if let Some((name, _)) = given.iter().find(|(name, _)| !voices.iter().any(|v| &v.name == name)) {
        let names: Vec<&str> = voices.iter().map(|v| v.name.as_str()).collect();
        return Err(ErrorReport::usage(
            msg("cli-transcript-file-nobody-file-called").shown("name", name),
            msg("cli-transcript-file-nobody-file-called.hint").shown("names", names.join(" · ")),
        ));
    }
    let asks = !quiet && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    voices
        .iter()
        .map(|v| {
            let fixed = given.iter().find(|(name, _)| name == &v.name).map(|(_, who)| *who);
            let certain = v.because == Because::Name || !asks;
            let who = match fixed.or(certain.then_some(v.guess)) {
                Some(who) => who,
                None => ask(v, lang)?,
            };
            Ok((v.name.clone(), who))
        })
        .collect()
}

fn ask(v: &Voice, lang: Lang) -> Result<Speaker, ErrorReport> {
    print::note(format!("{}  “{}”", v.name, v.first));
    let mut line = String::new();
    loop {
        print::note(
            msg("cli-transcript-file-who-client-counsellor-other").shown("label", v.guess.label(lang)).text(lang),
        );
        line.clear();
        let read = std::io::stdin().lock().read_line(&mut line);
        if read.is_err() || line.trim().is_empty() {
            return Ok(v.guess);
        }
        if let Some(who) = import::role(&line) {
            return Ok(who);
        }
    }
}

fn preview(kind: &str, lines: usize, voices: &[Voice], roles: &[(String, Speaker)], lang: Lang) {
    // What has no name in the language of the reader is the name of a format.
    let kind = texts::find(kind, lang).unwrap_or_else(|| kind.to_owned());
    print::note(msg("cli-transcript-file-lines").shown("kind", kind).with("lines", lines).text(lang));
    for (v, (_, who)) in voices.iter().zip(roles) {
        let why = match v.because {
            _ if *who != v.guess => lang.say("cli-transcript-file-you-said"),
            Because::Name => lang.say("cli-transcript-file-name"),
            Because::Questions => lang.say("cli-transcript-file-guess-asks-more-questions"),
            Because::TheOther => lang.say("cli-transcript-file-guess-other-one-asks"),
            Because::Nothing => lang.say("cli-transcript-file-not-known-say-speaker"),
        };
        print::note(format!("  {} = {} ({}, {why})", v.name, who.label(lang), v.lines));
    }
}

/// All of a file, or of standard input for `-`; what is too large for a transcript is refused unread.
pub fn bytes(path: &Path) -> Result<Vec<u8>, ErrorReport> {
    let name = path.display();
    let cannot = |e: std::io::Error| {
        // A path that names no file is a mistake of the command line, as everywhere.
        let exit = match e.kind() {
            ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::PermissionDenied => Exit::Usage,
            _ => Exit::Failed,
        };
        ErrorReport::with(
            exit,
            msg("cli-suggest-could-not-read").shown("path", &name).with("why", e.kind()),
            msg("cli-suggest-could-not-read.hint"),
        )
    };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().take(LARGEST).read_to_end(&mut bytes).map_err(&cannot)?;
        return Ok(bytes);
    }
    let file = std::fs::File::open(path).map_err(&cannot)?;
    if file.metadata().is_ok_and(|m| m.len() > LARGEST) {
        return Err(ErrorReport::usage(
            msg("cli-suggest-too-large-transcript").shown("name", name),
            msg("cli-transcript-file-not-recording"),
        ));
    }
    file.take(LARGEST).read_to_end(&mut bytes).map_err(&cannot)?;
    Ok(bytes)
}
