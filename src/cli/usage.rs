//! What is wrong with a command line, in the two lines of every other error and in the reader's language. It never repeats
//! what was typed as a value: that may be a client's words.

use crate::adapters::settings;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The fault, and the language to say it in: the command line could not be read, so its `--lang` is looked for by hand.
pub fn fault(e: &clap::Error, gyeot: Command) -> (ErrorReport, Lang) {
    let args: Vec<String> = std::env::args().skip(1).collect();
    (said(e, &args, gyeot), language(&args))
}

fn language(args: &[String]) -> Lang {
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
    let help = format!("see `{path} --help`");
    let of = names(e, ContextKind::InvalidArg).unwrap_or_default();
    match e.kind() {
        ErrorKind::InvalidSubcommand => {
            ErrorReport::usage("there is no command of that name", commands(&command, &path))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ErrorReport::usage(format!("`{path}` needs a command after it"), commands(&command, &path))
        }
        ErrorKind::UnknownArgument => {
            // Only the name of an option is repeated; a word of its own may be anything.
            let option = of.split('=').next().filter(|o| o.starts_with('-')).unwrap_or_default().to_owned();
            let hint = match names(e, ContextKind::SuggestedArg) {
                Some(like) => format!("is {like} meant? see `{path} --help`"),
                None => help,
            };
            match option.as_str() {
                "" => ErrorReport::usage(format!("there is a word too many after `{path}`"), hint),
                option => ErrorReport::usage(format!("there is no option {option}"), hint),
            }
        }
        ErrorKind::MissingRequiredArgument => ErrorReport::usage(format!("this is missing: {of}"), help),
        ErrorKind::ArgumentConflict => {
            let with = names(e, ContextKind::PriorArg).unwrap_or_default();
            ErrorReport::usage(format!("{of} and {with} do not go together"), help)
        }
        ErrorKind::InvalidValue => match names(e, ContextKind::ValidValue).filter(|v| !v.is_empty()) {
            Some(valid) => ErrorReport::usage(format!("the value of {of} is none of these: {valid}"), help),
            None => ErrorReport::usage(format!("{of} needs a value"), help),
        },
        ErrorKind::ValueValidation => match std::error::Error::source(e) {
            Some(why) => ErrorReport::usage(format!("the value of {of} cannot be read: {why}"), help),
            None => ErrorReport::usage(format!("the value of {of} cannot be read"), help),
        },
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            ErrorReport::usage(format!("{of} has too many or too few values"), help)
        }
        ErrorKind::InvalidUtf8 => ErrorReport::usage("the command line is not readable text", help),
        _ => ErrorReport::usage("the command line cannot be read", help),
    }
}

fn commands(command: &clap::Command, path: &str) -> String {
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).filter(|n| *n != "help").collect();
    format!("one of: {}; see `{path} --help`", names.join(", "))
}
