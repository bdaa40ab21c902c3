//! `gyeot doctor`: what is right, what is wrong and how to mend it. Looks, and changes nothing.

use crate::adapters::engines::Installed;
use crate::adapters::own_process::{self, Kept};
use crate::adapters::settings;
use crate::adapters::time_zone;
use crate::app::model::IDLE_LOCK_MINUTES;
use crate::cli::{Globals, print};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::finding::Looked;
use crate::domain::practice::lang::Lang;
use crate::service::UnlockedVault;
use crate::service::examine::{Examined, examine};
use crate::texts::msg;
use serde::Serialize;
use std::path::Path;

/// Arguments of `gyeot doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Less free space than this at the vault cannot hold the sound and text of a day.
const LITTLE_SPACE: u64 = 2 << 30;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Right,
    Worth,
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

fn right(what: &str, found: impl Into<String>) -> Finding {
    Finding { what: what.into(), state: State::Right, found: found.into(), hint: None }
}

fn worth(what: &str, found: impl Into<String>, hint: impl Into<String>) -> Finding {
    Finding { what: what.into(), state: State::Worth, found: found.into(), hint: Some(hint.into()) }
}

fn wrong(what: &str, fault: impl Into<ErrorReport>, lang: Lang) -> Finding {
    let (found, hint) = fault.into().said(lang);
    Finding { what: what.into(), state: State::Wrong, found, hint: Some(hint) }
}

/// A fault in something that one can do without.
fn without(what: &str, fault: impl Into<ErrorReport>, lang: Lang) -> Finding {
    Finding { state: State::Worth, ..wrong(what, fault, lang) }
}

/// Runs the command.
pub fn run(_args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let mut all = vec![processor(lang)];
    all.extend(examine(&Installed::at(globals.models_dir())).into_iter().map(|seen_there| seen(seen_there, lang)));
    all.push(microphone(lang));
    all.push(vault(&globals.vault_dir(), lang));
    all.extend(space(&globals.vault_dir(), lang));
    all.push(memory(lang));
    all.push(idle_lock(lang));
    all.push(calendar(&globals.vault_dir(), lang));
    if globals.json {
        print::json(&serde_json::json!({ "schema": "gyeot.doctor/1", "findings": all }))?;
    } else {
        for f in &all {
            let sign = match f.state {
                State::Right => "✔",
                State::Worth => "!",
                State::Wrong => "✖",
            };
            print::line(format!("{sign} {}: {}", f.what, f.found));
            if let Some(hint) = &f.hint {
                print::line(format!("    → {hint}"));
            }
        }
    }
    match all.iter().filter(|f| f.state == State::Wrong).count() {
        0 => Ok(()),
        n => Err(ErrorReport::with(
            Exit::Failed,
            msg("cli-doctor-things-wrong").shown("n", n).with("all", all.len()),
            msg("cli-doctor-things-wrong.hint"),
        )),
    }
}

/// Whether there is a vault and whose keys are here. When the last backup was made stands in the sealed log.
fn vault(dir: &Path, lang: Lang) -> Finding {
    let what = lang.say("cli-doctor-vault");
    if !dir.join("roster").exists() {
        return worth(what, lang.say("cli-doctor-vault-none"), lang.say("cli-doctor-vault-make"));
    }
    match UnlockedVault::members_here(dir) {
        Ok(members) => {
            let found = msg("cli-doctor-vault-members").with("n", members.len()).text(lang);
            Finding { hint: Some(lang.say("cli-doctor-backup-where").to_owned()), ..right(what, found) }
        }
        Err(fault) => wrong(what, fault, lang),
    }
}

/// In which zone days are counted: the centre's, or this workstation's where the vault says none.
fn calendar(vault: &Path, lang: Lang) -> Finding {
    let what = lang.say("cli-doctor-days");
    let here = time_zone::name_of_workstation().unwrap_or_else(|| "UTC".to_owned());
    match UnlockedVault::time_zone_here(vault) {
        Some(Some(zone)) if time_zone::named(&zone).is_none() => {
            worth(what, zone, lang.say("cli-doctor-not-table-machine-install"))
        }
        Some(Some(zone)) => right(what, format!("{} {zone}", lang.say("cli-doctor-time-zone-centre"))),
        Some(None) => worth(
            what,
            format!("{} {here}", lang.say("cli-doctor-time-zone-workstation")),
            lang.say("cli-doctor-vault-names-none-so"),
        ),
        None => right(what, format!("{} {here}", lang.say("cli-doctor-time-zone-workstation"))),
    }
}

fn processor(lang: Lang) -> Finding {
    let what = lang.say("cli-doctor-processor");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    #[cfg(target_arch = "x86_64")]
    {
        let has: Vec<&str> = [
            ("AVX2", is_x86_feature_detected!("avx2")),
            ("FMA", is_x86_feature_detected!("fma")),
            ("AVX-512", is_x86_feature_detected!("avx512f")),
            ("VNNI", is_x86_feature_detected!("avx512vnni")),
        ]
        .into_iter()
        .filter_map(|(name, there)| there.then_some(name))
        .collect();
        let found = format!("{cores} × x86-64 {}", has.join(" "));
        if has.contains(&"AVX2") {
            return right(what, found);
        }
        worth(what, found, lang.say("cli-doctor-without-avx2-slow-choose"))
    }
    #[cfg(not(target_arch = "x86_64"))]
    right(what, format!("{cores} × {}", std::env::consts::ARCH))
}

/// What [`examine`] saw, in the words of a finding.
fn seen(Examined { what, found }: Examined, lang: Lang) -> Finding {
    let (label, needed) = match what {
        Looked::SpeechWorker => (lang.say("cli-doctor-speech-worker"), true),
        Looked::LanguageWorker => (lang.say("cli-doctor-language-worker"), true),
        Looked::Recorder => (lang.say("cli-doctor-recorder"), false),
        Looked::Models => (lang.say("cli-doctor-models"), true),
        Looked::SpeechModel => (lang.say("cli-doctor-speech-model"), true),
        Looked::LanguageModel => (lang.say("cli-doctor-language-model"), true),
        Looked::EmbeddingModel => (lang.say("cli-doctor-embedding-model"), true),
        Looked::SpeakerModel => (lang.say("cli-doctor-speaker-model"), false),
        Looked::Microphone => (lang.say("cli-doctor-microphone"), false),
        Looked::Disk => (lang.say("cli-doctor-free-disk-space"), false),
    };
    match found {
        Ok(found) if found.confined() => right(label, found.said(lang)),
        Ok(found) => {
            let hint = lang.say("cli-doctor-kernel-cannot-confine-fully");
            worth(label, found.said(lang), hint)
        }
        Err(fault) if needed => wrong(label, fault, lang),
        Err(fault) => without(label, fault, lang),
    }
}

fn microphone(lang: Lang) -> Finding {
    let what = lang.say("cli-doctor-microphone");
    match crate::adapters::microphone::devices() {
        Ok(devices) if !devices.is_empty() => {
            right(what, devices.into_iter().map(|d| d.name).collect::<Vec<_>>().join(", "))
        }
        Ok(_) => worth(what, lang.say("cli-doctor-none-found"), lang.say("cli-doctor-plug-one-use-recording")),
        Err(fault) => without(what, fault, lang),
    }
}

fn space(vault: &Path, lang: Lang) -> Option<Finding> {
    let what = lang.say("cli-doctor-free-disk-space");
    let there = vault.ancestors().find(|p| p.exists())?;
    let stat = rustix::fs::statvfs(there).ok()?;
    let free = stat.f_bavail * stat.f_frsize;
    let found = format!("{:.1} GiB", free as f64 / (1u64 << 30) as f64);
    Some(if free < LITTLE_SPACE {
        worth(what, found, lang.say("cli-doctor-make-room-full-disk"))
    } else {
        right(what, found)
    })
}

/// Whether what is in memory can reach the swap.
fn memory(lang: Lang) -> Finding {
    let what = lang.say("cli-doctor-memory-holds-keys");
    let limit = own_process::limit().map_or_else(String::new, |b| format!(" ({} KiB)", b / 1024));
    match own_process::keep_in_memory() {
        Kept::All => right(what, lang.say("cli-doctor-never-written-swap")),
        _ if !own_process::swap_is_on() => right(what, lang.say("cli-doctor-system-no-swap")),
        kept => worth(
            what,
            match kept {
                Kept::KeysOnly => msg("cli-doctor-lock-limit-small").with("limit", limit).text(lang),
                _ => lang.say("cli-doctor-can-reach-swap").to_owned(),
            },
            lang.say("cli-doctor-put-memlock-2097152-into"),
        ),
    }
}

/// After how long an unattended screen locks.
fn idle_lock(lang: Lang) -> Finding {
    let what = lang.say("cli-doctor-lock-when-unattended");
    match settings::path().map(|path| settings::read(&path)).transpose() {
        Ok(settings) => {
            let minutes = settings.and_then(|s| s.lock_after_minutes).unwrap_or(IDLE_LOCK_MINUTES);
            right(what, format!("{minutes}{}", lang.say("cli-doctor-minutes")))
        }
        Err(fault) => wrong(what, fault, lang),
    }
}
