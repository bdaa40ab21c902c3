//! The second copy of the small files that everything hangs on: roster, tombstones, key slots, recovery files. One
//! damaged bit in one of them must not shut a practice out. A copy is taken only of what reads, and put only in the
//! place of what does not; what was damaged is put aside, not deleted.

use crate::crypto::chain::Head;
use crate::domain::governance::roster::{Roster, RosterError};
use crate::domain::practice::ids::Writer;
use crate::ports::store::StoreKind;
use crate::vault::delay::Delay;
use crate::vault::error::VaultError;
use crate::vault::files::{
    FRESH, RECOVERY, SPARE, SUMMED, disk, private_folder, read_summed, replace, taken_back, write_summed,
};
use crate::vault::roster_file::{read_history, read_roster, roster_path};
use crate::vault::tombs::{Gone, read_tombs};
use crate::vault::writers::{TOMBS_DIR, checkpoints, writers_in};
use std::path::Path;

/// Brings the copies up to date. A slot that is no more is forgotten here too.
pub(crate) fn keep(dir: &Path) -> Result<(), VaultError> {
    let spare = dir.join(SPARE);
    private_folder(&spare)?;
    let (roster, _) = read_roster(dir)?;
    copy(&roster_path(dir), &roster_path(&spare))?;
    let verifier = |id| roster.member(id).and_then(|m| m.verifying.parse().ok());
    private_folder(&spare.join(TOMBS_DIR))?;
    for writer in writers_in(&dir.join(TOMBS_DIR))? {
        if read_tombs(dir, &roster.vault, writer, &verifier, &mut Gone::default()).is_ok() {
            let name = tombs_of(writer);
            copy(&dir.join(&name), &spare.join(&name))?;
        }
    }
    for folder in SUMMED {
        private_folder(&spare.join(folder))?;
        for name in names(&spare.join(folder))? {
            if !dir.join(folder).join(&name).exists() {
                let path = spare.join(folder).join(&name);
                std::fs::remove_file(&path).map_err(disk)?;
                let _ = std::fs::remove_file(path.with_extension("sum"));
            }
        }
        for name in names(&dir.join(folder))? {
            let copied = read_summed(&spare, folder, &name).ok();
            let path = dir.join(folder).join(&name);
            if folder == RECOVERY && copied.is_none() && !path.with_extension("sum").exists() {
                // A vault may come without a hash beside its recovery files.
                write_summed(dir, folder, &name, &std::fs::read(&path).map_err(disk)?)?;
            }
            if let Ok(bytes) = read_summed(dir, folder, &name)
                && copied.as_ref() != Some(&bytes)
            {
                write_summed(&spare, folder, &name, &bytes)?;
            }
        }
    }
    Ok(())
}

fn tombs_of(writer: Writer) -> String {
    format!("{TOMBS_DIR}/{writer}")
}

/// The roster, from its copy where it does not read; changes nothing.
pub(crate) fn roster(dir: &Path) -> Result<Roster, VaultError> {
    read_roster(dir).or_else(|e| read_roster(&dir.join(SPARE)).map_err(|_| e)).map(|(roster, _)| roster)
}

/// Puts what is damaged right from its copy, where the copy reads. Names what it put right.
pub(crate) fn mend(dir: &Path, kind: &dyn StoreKind) -> Result<Vec<String>, VaultError> {
    let spare = dir.join(SPARE);
    let mut mended = Delay::mend(dir)?;
    let store = dir.join("store");
    if taken_back(&store)? {
        mended.push("store".to_owned());
    }
    if kind.mend(&store)? {
        mended.push("store/conf".to_owned());
    }
    if store.exists() {
        // What a writing anew that was interrupted left: sealed bytes that stand in the store as well, or were destroyed.
        let _ = std::fs::remove_dir_all(dir.join(FRESH));
    }
    let bits = |name: &str| bits_apart(&dir.join(name), &spare.join(name)).filter(|bits| *bits > 0);
    let acknowledged = acknowledged(dir);
    if let Some(bits) = bits("roster") {
        let entries = |dir: &Path| read_roster(dir).map(|(_, head)| head.count);
        let kept = match entries(dir) {
            // A vault that really is of another version has a copy of that version too.
            Err(e @ VaultError::Roster(RosterError::Version(_))) if bits > 1 => return Err(e),
            kept => kept,
        };
        mended.extend(compared(dir, "roster", kept.ok(), entries(&spare).ok())?);
    } else {
        let held = read_roster(&spare).ok().filter(|(_, held)| acknowledged.is_some_and(|roster| roster == *held));
        if was_cut(read_roster(dir).ok().map(|(_, kept)| kept.count), held.map(|(_, held)| held.count)) {
            exchange(dir, "roster")?;
            mended.push("roster".to_owned());
        }
    }
    if let Ok(history) = read_history(dir) {
        let verifier = |id| history.verifier(id);
        let vault = &history.roster.vault;
        let said = checkpoints(dir, vault, &verifier)?;
        let mut all = writers_in(&dir.join(TOMBS_DIR))?;
        all.extend(writers_in(&spare.join(TOMBS_DIR))?);
        for writer in all {
            let entries = |dir: &Path| read_tombs(dir, vault, writer, &verifier, &mut Gone::default()).ok();
            let (kept, held, name) = (entries(dir), entries(&spare), tombs_of(writer));
            let marked = said.iter().find(|c| c.writer == writer).map(|c| c.tombs.count);
            if bits(&name).is_some() {
                mended.extend(compared(dir, &name, kept, held)?);
            } else if was_cut(kept, held.filter(|held| marked == Some(*held))) {
                exchange(dir, &name)?;
                mended.push(name);
            }
        }
    }
    for folder in SUMMED {
        for name in names(&spare.join(folder)).unwrap_or_default() {
            match (read_summed(dir, folder, &name), read_summed(&spare, folder, &name)) {
                (Err(VaultError::File { file, .. }), Ok(bytes)) => {
                    write_summed(dir, folder, &name, &bytes)?;
                    mended.push(file);
                }
                (Ok(bytes), Err(VaultError::File { file, .. })) => {
                    write_summed(&spare, folder, &name, &bytes)?;
                    mended.push(format!("{SPARE}/{file}"));
                }
                _ => {}
            }
        }
    }
    Ok(mended)
}

/// Two copies of one length that differ, each with the number of its entries when it reads: the one that has fewer is
/// the damaged one and is put right. Names it.
fn compared(dir: &Path, name: &str, kept: Option<u64>, held: Option<u64>) -> Result<Option<String>, VaultError> {
    match (kept, held) {
        (kept, Some(held)) if kept.is_none_or(|kept| kept < held) => {
            exchange(dir, name)?;
            Ok(Some(name.to_owned()))
        }
        (Some(kept), held) if held.is_none_or(|held| held < kept) => {
            copy(&dir.join(name), &dir.join(SPARE).join(name))?;
            Ok(Some(format!("{SPARE}/{name}")))
        }
        _ => Ok(None),
    }
}

/// A file of another length than its copy is put right only where the copy is what the checkpoint acknowledged (`held`) and
/// the file is good as far as it goes and stops short: without this a member who was revoked would be one again. What
/// somebody wrote into it is refused, not put right.
fn was_cut(kept: Option<u64>, held: Option<u64>) -> bool {
    held.is_some_and(|held| kept.is_some_and(|kept| kept < held))
}

/// The roster that the newest of the checkpoints names, checked with the keys of whichever roster is the longer one. A
/// checkpoint that was signed by nobody known says nothing.
fn acknowledged(dir: &Path) -> Option<Head> {
    let rosters = [read_history(dir), read_history(&dir.join(SPARE))];
    let history = rosters.into_iter().flatten().max_by_key(|history| history.hashes.len())?;
    let said = checkpoints(dir, &history.roster.vault, &|id| history.verifier(id)).ok()?;
    said.into_iter().map(|c| c.roster).max_by_key(|roster| roster.count)
}

/// How many bits two files of the same length differ in; `None` for files of different lengths: a damaged disk changes
/// bytes, a person adds or takes lines away.
fn bits_apart(one: &Path, other: &Path) -> Option<u32> {
    let (one, other) = (std::fs::read(one).ok()?, std::fs::read(other).ok()?);
    (one.len() == other.len()).then(|| one.iter().zip(&other).map(|(a, b)| (a ^ b).count_ones()).sum())
}

/// The damaged file stays under another name: it may be evidence.
fn exchange(dir: &Path, name: &str) -> Result<(), VaultError> {
    let path = dir.join(name);
    let _ = std::fs::copy(&path, dir.join(format!("{}.damaged", name.replace('/', "-"))));
    replace(&path, &std::fs::read(dir.join(SPARE).join(name)).map_err(disk)?)
}

fn copy(from: &Path, to: &Path) -> Result<(), VaultError> {
    let bytes = std::fs::read(from).map_err(disk)?;
    if std::fs::read(to).ok().as_ref() == Some(&bytes) { Ok(()) } else { replace(to, &bytes) }
}

/// Names of the files of a folder that have a hash file beside them, or should have.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, VaultError> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(disk)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".age") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
