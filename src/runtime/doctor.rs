//! What is right and wrong on this computer, one list for the command `doctor` and for the screen of that name. Looks, and
//! changes nothing.

use crate::adapters::engines::Installed;
use crate::adapters::own_process::{self, Kept};
use crate::adapters::{microphone, settings, time_zone};
use crate::app::model::IDLE_LOCK_MINUTES;
use crate::domain::explain::ErrorReport;
use crate::domain::finding::{Finding, Looked};
use crate::domain::practice::lang::Lang;
use crate::ports::audio::AudioError;
use crate::service::UnlockedVault;
use crate::service::examine::{Examined, examine};
use crate::texts::msg;
use std::path::{Path, PathBuf};

/// Less free space than this at the vault cannot hold the sound and text of a day.
const LITTLE_SPACE: u64 = 2 << 30;

/// What is looked at, with the words in this language. Starts each worker once and checks model files: takes seconds.
pub fn look(models: &Path, vault: &Path, settings: Option<&PathBuf>, lang: Lang) -> Vec<Finding> {
    let mut all = vec![processor(lang)];
    // A settings file that cannot be read is told below.
    let chosen = settings::language_model(settings.map(PathBuf::as_path)).unwrap_or_default();
    all.extend(
        examine(&Installed::at(models.to_owned()).preferring(chosen)).into_iter().map(|examined| seen(examined, lang)),
    );
    all.push(found_microphones());
    all.push(keys_here(vault, lang));
    all.extend(space(vault));
    all.push(memory(lang));
    all.push(idle_lock(settings, lang));
    all.push(calendar(vault, lang));
    all
}

fn processor(lang: Lang) -> Finding {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let of = |kind: String| msg("doctor-cores").with("n", cores).shown("kind", kind).text(lang);
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
        let found = of(format!("x86-64 {}", has.join(" ")));
        if has.contains(&"AVX2") {
            return Finding::right(Looked::Processor, found);
        }
        Finding::worth(Looked::Processor, found, msg("cli-doctor-without-avx2-slow-choose"))
    }
    #[cfg(not(target_arch = "x86_64"))]
    Finding::right(Looked::Processor, of(std::env::consts::ARCH.to_owned()))
}

/// What [`examine`] saw. A recorder and a model for voices can be done without.
fn seen(Examined { what, found }: Examined, lang: Lang) -> Finding {
    match found {
        Ok(found) if found.confined() => Finding::right(what, found.said(lang)),
        Ok(found) => Finding::worth(what, found.said(lang), msg("cli-doctor-kernel-cannot-confine-fully")),
        Err(fault) if matches!(what, Looked::Recorder | Looked::SpeakerModel) => Finding::without(what, fault),
        Err(fault) => Finding::wrong(what, fault),
    }
}

/// The microphones that this program can record from.
fn found_microphones() -> Finding {
    let what = Looked::Microphone;
    match microphone::devices() {
        Ok(devices) if devices.is_empty() => {
            Finding::without(what, AudioError::Microphone(msg("microphone-none-found")))
        }
        Ok(devices) => Finding::right(what, devices.into_iter().map(|d| d.name).collect::<Vec<_>>().join(", ")),
        Err(fault) => Finding::without(what, fault),
    }
}

/// Whether there is a vault and whose keys are here.
fn keys_here(dir: &Path, lang: Lang) -> Finding {
    if !dir.join("roster").exists() {
        let none = ErrorReport::failed(msg("cli-doctor-vault-none"), msg("cli-doctor-vault-make"));
        return Finding::without(Looked::Vault, none);
    }
    match UnlockedVault::members_here(dir) {
        Ok(members) => {
            Finding::right(Looked::Vault, msg("cli-doctor-vault-members").with("n", members.len()).text(lang))
        }
        Err(fault) => Finding::wrong(Looked::Vault, fault),
    }
}

/// Room on the disk of the vault; nothing where the system does not say.
fn space(vault: &Path) -> Option<Finding> {
    let there = vault.ancestors().find(|p| p.exists())?;
    let stat = rustix::fs::statvfs(there).ok()?;
    let free = stat.f_bavail * stat.f_frsize;
    let said = format!("{:.1} GiB", free as f64 / (1u64 << 30) as f64);
    Some(if free < LITTLE_SPACE {
        let little = ErrorReport::failed(msg("disk-little").with("free", said), msg("disk-little.hint"));
        Finding::without(Looked::Disk, little)
    } else {
        Finding::right(Looked::Disk, said)
    })
}

/// Whether what is in memory can reach the swap.
fn memory(lang: Lang) -> Finding {
    let what = Looked::Memory;
    let limit = own_process::limit().map_or_else(String::new, |b| format!(" ({} KiB)", b / 1024));
    match own_process::keep_in_memory() {
        Kept::All => Finding::right(what, lang.say("cli-doctor-never-written-swap")),
        _ if !own_process::swap_is_on() => Finding::right(what, lang.say("cli-doctor-system-no-swap")),
        kept => Finding::worth(
            what,
            match kept {
                Kept::KeysOnly => msg("cli-doctor-lock-limit-small").with("limit", limit).text(lang),
                _ => lang.say("cli-doctor-can-reach-swap").to_owned(),
            },
            msg("cli-doctor-put-memlock-2097152-into"),
        ),
    }
}

/// After how long an unattended screen locks.
fn idle_lock(path: Option<&PathBuf>, lang: Lang) -> Finding {
    match path.map(|path| settings::read(path)).transpose() {
        Ok(settings) => {
            let minutes = settings.and_then(|s| s.lock_after_minutes).unwrap_or(IDLE_LOCK_MINUTES);
            Finding::right(Looked::IdleLock, msg("doctor-minutes").with("n", minutes).text(lang))
        }
        Err(fault) => Finding::wrong(Looked::IdleLock, fault),
    }
}

/// In which zone days are counted: the centre's, or this workstation's where the vault says none.
fn calendar(vault: &Path, lang: Lang) -> Finding {
    let what = Looked::Days;
    let here = time_zone::name_of_workstation().unwrap_or_else(|| "UTC".to_owned());
    let of_workstation = format!("{} {here}", lang.say("cli-doctor-time-zone-workstation"));
    match UnlockedVault::time_zone_here(vault) {
        Some(Some(zone)) if time_zone::named(&zone).is_none() => {
            Finding::worth(what, zone, msg("cli-doctor-not-table-machine-install"))
        }
        Some(Some(zone)) => Finding::right(what, format!("{} {zone}", lang.say("cli-doctor-time-zone-centre"))),
        Some(None) => Finding::worth(what, of_workstation, msg("cli-doctor-vault-names-none-so")),
        None => Finding::right(what, of_workstation),
    }
}
