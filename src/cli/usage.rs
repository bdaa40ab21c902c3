//! What is wrong with a command line, in the two lines of every other error and in the reader's language. It never repeats
//! what was typed as a value: that may be a client's words.

use crate::adapters::settings;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::texts::{Message, msg};
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
        ErrorKind::ValueValidation => match std::error::Error::source(e).and_then(reason) {
            Some(why) => ErrorReport::usage(msg("cli-usage-value-cannot-read").with("of", &of).with("why", why), help),
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

/// Why a value was refused: a sentence of ours. The words of a parser are English and may repeat what was typed.
fn reason(why: &(dyn std::error::Error + 'static)) -> Option<Message> {
    let number = why.is::<std::num::ParseIntError>() || why.is::<std::num::ParseFloatError>();
    why.downcast_ref::<Message>().cloned().or_else(|| number.then(|| msg("written-as-number")))
}

/// Reads a number between these two, both included.
pub fn between<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, Message> + Clone + Send + Sync + 'static
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display + Clone + Send + Sync + 'static,
{
    move |text| {
        let read = text.parse::<T>().ok().filter(|n| (least.clone()..=most.clone()).contains(n));
        read.ok_or_else(|| msg("written-as-number-between").shown("least", &least).shown("most", &most))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Every command with its words from `gyeot` on.
    fn walk(command: &Command, path: &[String], found: &mut Vec<(Vec<String>, Command)>) {
        found.push((path.to_vec(), command.clone()));
        for inner in command.get_subcommands() {
            let path: Vec<String> = path.iter().cloned().chain([inner.get_name().to_owned()]).collect();
            walk(inner, &path, found);
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_is_refused_in_korean_without_the_words_of_a_parser_and_without_the_value() {
        let mut all = Vec::new();
        walk(&crate::cli::Cli::command(), &[], &mut all);
        let mut refused = 0;
        for (path, command) in all {
            for arg in command.get_arguments().filter(|a| a.get_action().takes_values()) {
                let value = match arg.get_long() {
                    Some(long) => vec![format!("--{long}=zqx zqy")],
                    None => vec!["zqx zqy".to_owned()],
                };
                let args: Vec<String> = path.iter().cloned().chain(value).collect();
                let whole = std::iter::once("gyeot".to_owned()).chain(args.iter().cloned());
                let Err(e) = crate::cli::Cli::command().try_get_matches_from(whole) else { continue };
                if !matches!(e.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
                    continue;
                }
                refused += 1;
                let report = said(&e, &args, crate::cli::Cli::command());
                let (what, hint) = report.said(Lang::Ko);
                assert!(!what.contains("zqx") && !hint.contains("zqx"), "{args:?}: {what}");
                // What stands after the colon is the cause, in words; values to choose from are words of the program.
                let cause = what.split_once("니다: ").map_or("", |(_, cause)| cause);
                let hangul = cause.chars().any(|c| ('가'..='힣').contains(&c));
                let words = e.kind() == ErrorKind::InvalidValue || cause.is_empty() || hangul;
                assert!(words, "{args:?}: {what}");
            }
        }
        assert!(refused > 60, "arguments that refuse a value: {refused}");
    }

    #[test]
    fn a_number_outside_of_its_bounds_is_told_the_bounds() {
        let read = between(1u8, 4);
        assert_eq!((read("1"), read("4")), (Ok(1), Ok(4)));
        for wrong in ["0", "5", "x", ""] {
            let said = read(wrong).unwrap_err().text(Lang::Ko);
            assert!(said.contains("1부터 4까지"), "{said}");
        }
    }
}
