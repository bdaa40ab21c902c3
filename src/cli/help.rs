//! The help of the command line in the reader's language: the command tree that clap derives, with every text set from
//! `help.ftl`. It is only built when help, completions or the manual page are asked for; a command that runs does not
//! pay for it.

use crate::cli::Cli;
use crate::texts::{self, Lang, msg};
use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command, CommandFactory};
use std::io::{IsTerminal, Write};

/// Where the options of every command stand among the others: no command has as many of its own.
const EVERYWHERE: usize = 900;

/// The whole tree in a language.
pub fn command(lang: Lang) -> Command {
    let asked = Command::new("help")
        .about(lang.say("clap-help-command"))
        .arg(Arg::new("command").value_name(lang.say("clap-command-mark")).num_args(0..));
    translated(Cli::command(), "help", lang).subcommand(translated(asked, "clap-help-command", lang))
}

/// The help that `e` stands for, in a language. `None` when it is none: the version, for example.
pub fn of(e: &clap::Error, args: &[String], lang: Lang) -> Option<StyledStr> {
    if e.kind() != clap::error::ErrorKind::DisplayHelp {
        return None;
    }
    // `gyeot help client add` asks the same as `gyeot client add --help`.
    let mut words: Vec<String> = args.to_vec();
    if let Some(at) = words.iter().position(|w| w == "help") {
        words.remove(at);
        words.push("--help".to_owned());
    }
    let said = command(lang).try_get_matches_from(std::iter::once("gyeot".to_owned()).chain(words)).err()?;
    (said.kind() == clap::error::ErrorKind::DisplayHelp).then(|| said.render())
}

/// Prints it, with styles on a terminal.
pub fn print(help: &StyledStr, lang: Lang) {
    let mut out = std::io::stdout();
    let text = if out.is_terminal() { help.ansi().to_string() } else { help.to_string() };
    // Nothing to be done about a closed terminal.
    let _ = out.write_all(text.replace("[OPTIONS]", lang.say("clap-option-mark")).as_bytes());
}

fn translated(command: Command, id: &str, lang: Lang) -> Command {
    let template =
        format!("{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}", lang.say("clap-usage"));
    let mut command = command.help_template(template).disable_help_subcommand(true);
    if let Some(about) = texts::find(id, lang) {
        command = command.about(about);
    }
    if let Some(after) = texts::find(&format!("{id}.after"), lang) {
        command = command.after_long_help(after);
    }
    let args: Vec<clap::Id> = command.get_arguments().map(|a| a.get_id().clone()).collect();
    for arg in args {
        command = command.mut_arg(arg, |a| argument(a, id, lang));
    }
    let options = lang.say("clap-options");
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help(lang.say("clap-help"));
    let version =
        Arg::new("version").short('V').long("version").action(ArgAction::Version).help(lang.say("clap-version"));
    command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help.help_heading(options).display_order(EVERYWHERE + 1))
        .arg(version.help_heading(options).display_order(EVERYWHERE + 2));
    let inner: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    if !inner.is_empty() {
        command = command
            .subcommand_help_heading(lang.say("clap-commands"))
            .subcommand_value_name(lang.say("clap-command-mark"));
    }
    for name in inner {
        command = command.mut_subcommand(&name, |c| translated(c, &format!("{id}-{name}"), lang));
    }
    command
}

fn argument(arg: Arg, command: &str, lang: Lang) -> Arg {
    let name = arg.get_id().to_string();
    let of = |attribute: &str| {
        let own = texts::find(&format!("{command}.{attribute}"), lang);
        own.or_else(|| texts::find(&format!("help-shared.{attribute}"), lang))
    };
    let mut help = of(&name).unwrap_or_default();
    let mut add = |more: String| {
        help.push(' ');
        help.push_str(&more);
    };
    let defaults: Vec<String> = arg.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
    if !defaults.is_empty() {
        add(msg("clap-default").with("value", defaults.join(", ")).text(lang));
    }
    let takes_value = arg.get_action().takes_values();
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|_| takes_value)
        .map(|v| match of(&format!("{name}-{}", v.get_name())) {
            Some(what) => format!("{} ({what})", v.get_name()),
            None => v.get_name().to_owned(),
        })
        .collect();
    if !values.is_empty() {
        add(msg("clap-values").with("values", values.join(", ")).text(lang));
    }
    if let Some(variable) = arg.get_env() {
        add(msg("clap-env").shown("name", variable.to_string_lossy()).text(lang));
    }
    let heading = if arg.is_positional() { "clap-arguments" } else { "clap-options" };
    // The options of every command stand after its own.
    let arg = if arg.is_global_set() { arg.display_order(EVERYWHERE) } else { arg };
    let arg = arg.help(help).help_heading(lang.say(heading));
    if takes_value { arg.hide_default_value(true).hide_possible_values(true).hide_env(true) } else { arg }
}
