//! `gyeot doctor`: what is right, what is wrong and how to mend it. Looks, and changes nothing.

use crate::adapters::settings;
use crate::cli::{Globals, print};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::finding::{Finding, Health, Looked};
use crate::domain::practice::lang::Lang;
use crate::runtime::doctor::look;
use crate::texts::msg;
use serde::Serialize;

/// Arguments of `gyeot doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// One thing that was looked at, in words.
#[derive(Debug, Serialize)]
struct Told {
    what: &'static str,
    state: &'static str,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

fn told(finding: &Finding, lang: Lang) -> Told {
    let (found, hint) = match &finding.state {
        // When the last backup was made stands in the sealed log.
        Ok(found) if finding.what == Looked::Vault => {
            (found.clone(), Some(lang.say("cli-doctor-backup-where").to_owned()))
        }
        Ok(found) => (found.clone(), None),
        Err(fault) => {
            let (said, hint) = fault.said(lang);
            (said, Some(hint))
        }
    };
    let state = match finding.health {
        Health::Right => "right",
        Health::Worth => "worth",
        Health::Wrong => "wrong",
    };
    Told { what: lang.say(finding.what.id()), state, found, hint }
}

/// Runs the command.
pub fn run(_args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let found = look(&globals.models_dir(), &globals.vault_dir(), settings::path().as_ref(), lang);
    let all: Vec<Told> = found.iter().map(|finding| told(finding, lang)).collect();
    if globals.json {
        print::json(&serde_json::json!({ "schema": "gyeot.doctor/1", "findings": all }))?;
    } else {
        for (f, finding) in all.iter().zip(&found) {
            let sign = match finding.health {
                Health::Right => "✔",
                Health::Worth => "!",
                Health::Wrong => "✖",
            };
            print::line(format!("{sign} {}: {}", f.what, f.found));
            if let Some(hint) = &f.hint {
                print::line(format!("    → {hint}"));
            }
        }
    }
    match found.iter().filter(|f| f.health == Health::Wrong).count() {
        0 => Ok(()),
        n => Err(ErrorReport::with(
            Exit::Failed,
            msg("cli-doctor-things-wrong").shown("n", n).with("all", all.len()),
            msg("cli-doctor-things-wrong.hint"),
        )),
    }
}
