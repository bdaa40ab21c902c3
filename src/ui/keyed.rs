//! Commands that a text names, as the keys of the screen that does the same: whoever sits before the screen has no shell.

use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::pages::rows_of;
use crate::app::screen::{Context, Screen};
use crate::texts::josa::with_particle;

/// Commands for which there is a screen, as texts name them. Where one says more, such as a month or `--salvage`, the screen
/// does not do it and the command stays.
const SCREENS: &[(&str, Screen)] = &[
    ("audit inspect --month", Screen::Inspection),
    ("audit review", Screen::AccessLog),
    ("audit show", Screen::AccessLog),
    ("audit verify", Screen::AccessLog),
    ("backup create", Screen::Backup),
    ("doctor", Screen::Doctor),
    ("escalate list", Screen::Packets),
    ("escalate show", Screen::Packets),
    ("member list", Screen::Members),
    ("models list", Screen::Models),
    ("models recommend", Screen::Setup),
    ("models verify", Screen::Doctor),
    ("vault check", Screen::VaultCheck),
];

/// Korean particles that may follow a command, the form after a consonant first.
const PARTICLES: [&str; 5] = ["으로/로", "을/를", "이/가", "은/는", "과/와"];

/// The text with every command in it, as far as this member has its screen, as the key and name of that screen.
pub fn keyed(model: &Model, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, named)) = rest.split_once("`gyeot ") {
        out.push_str(before);
        let Some((command, after)) = named.split_once('`') else {
            rest = &rest[before.len()..];
            break;
        };
        match key_of(model, command) {
            Some(key) => {
                let (particle, after) = particle(after);
                out.push_str(&particle.map_or_else(|| key.clone(), |pair| with_particle(&key, pair)));
                rest = after;
            }
            None => {
                out.push_str("`gyeot ");
                out.push_str(command);
                out.push('`');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `F11 (backup)`; none where this member has no such screen.
fn key_of(model: &Model, command: &str) -> Option<String> {
    let screen = SCREENS.iter().find(|(named, _)| *named == command).map(|(_, screen)| *screen)?;
    let row = rows_of(model, Context::At(model.start())).find(|row| row.command == Command::Go(screen))?;
    let name = row.name(model.lang);
    // Of a name that lists what is there the head is enough.
    Some(format!("{} ({})", row.keys.first()?, name.split_once(':').map_or(name, |(head, _)| head)))
}

/// The particle at the beginning of a text, and what comes after it.
fn particle(text: &str) -> (Option<&'static str>, &str) {
    for pair in PARTICLES {
        let forms = pair.split('/').filter_map(|form| text.strip_prefix(form).map(|rest| (form.len(), rest)));
        // A word that only begins like a particle is none.
        if let Some((_, rest)) = forms.max_by_key(|(len, _)| *len)
            && !rest.starts_with(|c: char| ('가'..='힣').contains(&c))
        {
            return (Some(pair), rest);
        }
    }
    (None, text)
}
