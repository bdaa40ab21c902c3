//! What is wrong with a command line, in the two lines of every other error and in the reader's language. It never repeats
//! what was typed as a value: that may be a client's words.

use crate::adapters::settings;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::texts::{Message, msg, verbatim};
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The fault, and the language to say it in: the command line could not be read, so its `--lang` is looked for by hand.
pub fn fault(e: &clap::Error, gyeot: Command) -> (ErrorReport, Lang) {
    let args: Vec<String> = std::env::args().skip(1).collect();
    (said(e, &args, gyeot), language(&args))
}

/// The language of a command line that was not read: its `--lang`, the environment, the settings, else Korean.
pub fn language(args: &[String]) -> Lang {
    let given = args.iter().enumerate().find_map(|(n, a)| match a.strip_prefix("--lang=") {
        Some(lang) => Some(lang.to_owned()),
        None => (a == "--lang").then(|| args.get(n + 1).cloned()).flatten(),
    });
    let given = given.or_else(|| std::env::var("GYEOT_LANG").ok());
    let kept = || settings::path().and_then(|path| settings::read(&path).ok()).and_then(|s| s.lang);
    given.and_then(|lang| lang.parse().ok()).or_else(kept).unwrap_or_default()
}

/// The command as far as it was understood, and how its help is asked for.
fn help_of(args: &[String], gyeot: Command) -> (Command, String) {
    let mut command = gyeot;
    let mut path = "gyeot".to_owned();
    for word in args {
        let Some(inner) = command.find_subcommand(word).cloned() else { continue };
        path = format!("{path} {word}");
        command = inner;
    }
    (command, path)
}

/// The names in one context of the error; values that a person typed are not among the kinds that are asked for here.
fn names(e: &clap::Error, kind: ContextKind) -> Option<String> {
    match e.get(kind)? {
        ContextValue::String(one) => Some(one.clone()),
        ContextValue::Strings(all) => Some(all.join(", ")),
        _ => None,
    }
}

fn said(e: &clap::Error, args: &[String], gyeot: Command) -> ErrorReport {
    let (command, path) = help_of(args, gyeot);
    let help = msg("cli-usage-see-help").with("path", &path);
    let of = names(e, ContextKind::InvalidArg).unwrap_or_default();
    match e.kind() {
        ErrorKind::InvalidSubcommand => {
            ErrorReport::usage(msg("cli-usage-there-no-command-name"), commands(&command, &path))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ErrorReport::usage(msg("cli-usage-needs-command-after").with("path", &path), commands(&command, &path))
        }
        ErrorKind::UnknownArgument => {
            // Only the name of an option is repeated; a word of its own may be anything.
            let option = of.split('=').next().filter(|o| o.starts_with('-')).unwrap_or_default().to_owned();
            let hint = match names(e, ContextKind::SuggestedArg) {
                Some(like) => msg("cli-usage-meant-see-help").with("like", &like).with("path", &path),
                None => help,
            };
            match option.as_str() {
                "" => ErrorReport::usage(msg("cli-usage-there-word-too-many-after").with("path", &path), hint),
                option => ErrorReport::usage(msg("cli-usage-there-no-option").with("option", option), hint),
            }
        }
        ErrorKind::MissingRequiredArgument => ErrorReport::usage(msg("cli-usage-missing").with("of", &of), help),
        ErrorKind::ArgumentConflict => {
            let with = names(e, ContextKind::PriorArg).unwrap_or_default();
            ErrorReport::usage(msg("cli-usage-not-go-together").with("of", &of).with("with", &with), help)
        }
        ErrorKind::InvalidValue => match names(e, ContextKind::ValidValue).filter(|v| !v.is_empty()) {
            Some(valid) => {
                ErrorReport::usage(msg("cli-usage-value-none-these").with("of", &of).with("valid", &valid), help)
            }
            None => ErrorReport::usage(msg("cli-usage-needs-value").with("of", &of), help),
        },
        ErrorKind::ValueValidation => match std::error::Error::source(e) {
            Some(why) => {
                ErrorReport::usage(msg("cli-usage-value-cannot-read").with("of", &of).with("why", reason(why)), help)
            }
            None => ErrorReport::usage(msg("cli-usage-value-cannot-read-2").with("of", &of), help),
        },
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            ErrorReport::usage(msg("cli-usage-too-many-too-few-values").with("of", &of), help)
        }
        ErrorKind::InvalidUtf8 => ErrorReport::usage(msg("cli-usage-command-line-not-readable-text"), help),
        _ => ErrorReport::usage(msg("cli-usage-command-line-cannot-read"), help),
    }
}

fn commands(command: &clap::Command, path: &str) -> Message {
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).filter(|n| *n != "help").collect();
    msg("cli-usage-one-see-help").shown("names", names.join(", ")).with("path", path)
}

/// Why a value was refused: a sentence of ours, or the words of the parser.
fn reason(why: &(dyn std::error::Error + 'static)) -> Message {
    why.downcast_ref::<Message>().cloned().unwrap_or_else(|| verbatim(why.to_string()))
}
