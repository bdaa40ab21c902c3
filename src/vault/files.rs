//! The small files of a vault's folder: chains of signed lines, key slots, the lock that keeps a second process out;
//! and how files and folders take each other's place.

use crate::crypto::CryptoError;
use crate::crypto::chain::{self, Head, Line, Name};
use crate::crypto::keys::{Keyring, Verifier, sha256};
use crate::domain::practice::ids::{MemberId, Writer};
use crate::domain::practice::text::clean_line;
use crate::ports::store::StoreError;
use crate::texts::{msg, system};
use crate::vault::error::VaultError;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Marker file. Exists while a process has the store open; finding it at an opening means that the process was killed.
pub(crate) const UNCLEAN: &str = "unclean";
/// In that file while the store is open.
pub(crate) const OPEN: &[u8] = b"open\n";
/// In that file when the disk refused a group: its writer was told so, nobody misses it.
pub(crate) const FAILED: &[u8] = b"failed\n";
/// The copy of a store that was not closed, from before it was opened again.
pub(crate) const BEFORE: &str = "store.before";
/// The store that salvage makes, then the damaged one until it is put aside.
pub(crate) const SALVAGED: &str = "store.salvaged";
/// Begins the name of a damaged store that salvage put aside.
pub(crate) const DAMAGED: &str = "store.damaged-";
/// Stands there from a destruction until the store's file was written anew without what was destroyed.
pub(crate) const REWRITE: &str = "rewrite-due";

/// The store while its file is written anew, then the old one until it is removed.
pub(crate) const FRESH: &str = "store.new";

pub(crate) fn disk(e: std::io::Error) -> VaultError {
    VaultError::Store(StoreError::Disk(system::of(&e)))
}

/// Syncs a folder, so that a new name in it survives.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), VaultError> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(disk)
}

/// Makes a folder that only its owner enters.
pub(crate) fn private_folder(dir: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(disk)?;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).map_err(disk)
}

/// Refuses a folder that other accounts may enter, and one with symbolic links in it: what is written must go where it is
/// looked for.
pub(crate) fn only_the_owners(dir: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    if std::fs::metadata(dir).map_err(disk)?.permissions().mode() & 0o077 != 0 {
        return Err(VaultError::OpenToOthers);
    }
    let mut todo = vec![dir.to_owned()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).map_err(disk)? {
            let entry = entry.map_err(disk)?;
            let kind = entry.file_type().map_err(disk)?;
            if kind.is_symlink() {
                let file = entry.path().strip_prefix(dir).unwrap_or(&entry.path()).display().to_string();
                return Err(VaultError::File { file: clean_line(&file), why: msg("vault-file-symbolic-link") });
            }
            if kind.is_dir() {
                todo.push(entry.path());
            }
        }
    }
    Ok(())
}

/// Gives a file its name unless something has it.
pub(crate) fn name_new(part: &Path, path: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, part, CWD, path, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::EXIST) => Err(std::io::ErrorKind::AlreadyExists.into()),
        // A file system that can not do it in one step, as on some sticks: the name is taken first, then filled.
        Err(_) => {
            OpenOptions::new().write(true).create_new(true).open(path)?;
            std::fs::rename(part, path).inspect_err(|_| drop(std::fs::remove_file(path)))
        }
    }
}

/// Writes a whole file so that either the old or the new one is there after a crash.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(format!("{name}.new"));
    // What a crash left of the last time. Made anew and never followed: it may be a link that somebody put there.
    let _ = std::fs::remove_file(&new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).map_err(disk)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(disk)?;
    std::fs::rename(&new, path).map_err(disk)?;
    if let Some(dir) = path.parent() {
        sync_dir(dir)?;
    }
    Ok(())
}

/// Exchanges two folders that stand beside each other; synced when it returns.
pub(crate) fn exchange(one: &Path, other: &Path) -> Result<(), VaultError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    if renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_err() {
        // Not every file system can do it in one step. Between these `other` stands under its old name, from where
        // [`taken_back`] brings it after a crash.
        let old = old_name(other);
        std::fs::rename(other, &old).map_err(disk)?;
        if let Err(e) = std::fs::rename(one, other) {
            std::fs::rename(&old, other).map_err(disk)?;
            return Err(disk(e));
        }
        std::fs::rename(&old, one).map_err(disk)?;
    }
    other.parent().map_or(Ok(()), sync_dir)
}

/// Ends an exchange that a crash interrupted when neither folder had the name; true when there was one.
pub(crate) fn taken_back(other: &Path) -> Result<bool, VaultError> {
    let old = old_name(other);
    if other.exists() || !old.exists() {
        return Ok(false);
    }
    std::fs::rename(old, other).map_err(disk)?;
    Ok(true)
}

fn old_name(path: &Path) -> PathBuf {
    path.with_extension("old")
}

/// Keeps a second process out for as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "held for its lock, released by dropping")] File);

impl Lock {
    /// For a vault that is only read: refused while a program writes it. Nothing is made: a file that is not there, or on
    /// which no lock can be taken, keeps nobody out.
    pub(crate) fn to_read(dir: &Path) -> Result<Option<Self>, VaultError> {
        let Ok(file) = File::open(dir.join("lock")) else { return Ok(None) };
        match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(Some(Lock(file))),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(StoreError::Held.into()),
            Err(_) => Ok(None),
        }
    }

    pub(crate) fn take(dir: &Path) -> Result<Self, VaultError> {
        let path = dir.join("lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(disk)?;
        match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Lock(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(StoreError::Held.into()),
            Err(e) => Err(disk(e.into())),
        }
    }
}

/// A chain's file, open at its end.
#[derive(Debug)]
pub(crate) struct ChainFile {
    what: &'static str,
    vault: String,
    writer: Option<Writer>,
    file: File,
    pub(crate) head: Head,
    /// Bytes of the file.
    pub(crate) len: u64,
}

impl ChainFile {
    pub(crate) fn create(path: &Path, name: Name<'_>) -> Result<Self, VaultError> {
        let file = OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(path).map_err(disk)?;
        Ok(Self::of(name, file, Head::EMPTY, 0))
    }

    fn of(name: Name<'_>, file: File, head: Head, len: u64) -> Self {
        ChainFile { what: name.what, vault: name.vault.to_owned(), writer: name.writer, file, head, len }
    }

    /// Opens a file whose end is known to be `head` (checked by the caller with [`read_chain`] or [`last_line`]);
    /// cuts a line that a crash left half written, which nobody was told of.
    pub(crate) fn open(path: &Path, name: Name<'_>, head: Head) -> Result<Self, VaultError> {
        let mut file = OpenOptions::new().read(true).append(true).open(path).map_err(disk)?;
        let whole = file.metadata().map_err(disk)?.len();
        let cut = whole - torn_tail(&mut file)?;
        if cut != whole {
            file.set_len(cut).and_then(|()| file.sync_all()).map_err(disk)?;
        }
        Ok(Self::of(name, file, head, cut))
    }

    /// Adds a line and syncs it.
    pub(crate) fn append(&mut self, payload: String, signers: &[(MemberId, &Keyring)]) -> Result<(), VaultError> {
        let name = Name { what: self.what, vault: &self.vault, writer: self.writer };
        let (line, head) = chain::append(name, self.head, payload, signers);
        let text = chain::write(&line)?;
        let done = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(e) = done {
            // Half a line must not stand before the next one.
            let _ = self.file.set_len(self.len).and_then(|()| self.file.sync_all());
            return Err(disk(e));
        }
        self.head = head;
        self.len += text.len() as u64;
        Ok(())
    }

    /// Takes the last line away again, to which no checkpoint was written and of which nobody was told.
    pub(crate) fn take_back(&mut self, head: Head, len: u64) {
        if self.file.set_len(len).and_then(|()| self.file.sync_all()).is_ok() {
            (self.head, self.len) = (head, len);
        }
    }
}

/// How many bytes at the end are not a whole line.
fn torn_tail(file: &mut File) -> Result<u64, VaultError> {
    let len = file.metadata().map_err(disk)?.len();
    let mut back: u64 = 0;
    let mut buffer = [0u8; 4096];
    while back < len {
        let step = (len - back).min(4096);
        file.seek(SeekFrom::Start(len - back - step)).map_err(disk)?;
        let part = &mut buffer[..usize::try_from(step).unwrap_or(4096)];
        file.read_exact(part).map_err(disk)?;
        if let Some(i) = part.iter().rposition(|b| *b == b'\n') {
            return Ok(back + step - 1 - i as u64);
        }
        back += step;
    }
    Ok(len)
}

/// Where the part of a file begins that is not a whole line, and that part; `None` when every line has its end.
pub(crate) fn torn_end(path: &Path) -> Result<Option<(u64, Vec<u8>)>, VaultError> {
    let mut file = File::open(path).map_err(disk)?;
    let (len, torn) = (file.metadata().map_err(disk)?.len(), torn_tail(&mut file)?);
    if torn == 0 {
        return Ok(None);
    }
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(len - torn)).map_err(disk)?;
    file.read_to_end(&mut tail).map_err(disk)?;
    Ok(Some((len - torn, tail)))
}

/// Reads a whole chain and hands each checked line to `take`, which may refuse it.
pub(crate) fn read_chain(
    path: &Path,
    name: Name<'_>,
    take: &mut dyn FnMut(&Line) -> Result<(), VaultError>,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<Head, VaultError> {
    read_chain_from(path, name, (Head::EMPTY, 0), take, verifier).map(|(head, _)| head)
}

/// As [`read_chain`] after an entry that was read before: its head, and where in the file the next one begins, bytes.
/// Gives the same of the last entry.
pub(crate) fn read_chain_from(
    path: &Path,
    name: Name<'_>,
    (mut head, mut at): (Head, u64),
    take: &mut dyn FnMut(&Line) -> Result<(), VaultError>,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<(Head, u64), VaultError> {
    let mut file = File::open(path).map_err(disk)?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at)).and_then(|_| file.read_to_end(&mut bytes)).map_err(disk)?;
    for raw in bytes.split_inclusive(|b| *b == b'\n') {
        let Some(raw) = raw.strip_suffix(b"\n") else { break };
        let text = std::str::from_utf8(raw);
        let text = text.map_err(|_| CryptoError::Chain { what: name.what, at: head.count, why: "chain-unreadable" })?;
        let (line, next) = chain::read(name, head, text, verifier)?;
        take(&line)?;
        head = next;
        at += raw.len() as u64 + 1;
    }
    Ok((head, at))
}

/// True when the line that begins at this byte is the one that follows this head.
pub(crate) fn goes_on_after(
    path: &Path,
    name: Name<'_>,
    (head, at): (Head, u64),
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<bool, VaultError> {
    let mut file = std::io::BufReader::new(File::open(path).map_err(disk)?);
    let mut raw = Vec::new();
    file.seek(SeekFrom::Start(at)).and_then(|_| file.read_until(b'\n', &mut raw)).map_err(disk)?;
    let line = raw.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
    Ok(line.is_some_and(|text| chain::read(name, head, text, verifier).is_ok()))
}

/// As [`read_chain`], past what is damaged or out of order: every line whose own signature is good goes to `take`, and
/// `broken` is told the position, counted from 0, of each that is not, that does not stand where it says, or that does
/// not follow the one before.
pub(crate) fn read_chain_past(
    path: &Path,
    name: Name<'_>,
    take: &mut dyn FnMut(&Line) -> Result<(), &'static str>,
    broken: &mut dyn FnMut(u64, &'static str),
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<(), VaultError> {
    let bytes = std::fs::read(path).map_err(disk)?;
    // `None` after a line that does not read: what the next one has to follow is not known.
    let mut before = Some(Head::EMPTY);
    for (raw, at) in bytes.split_inclusive(|b| *b == b'\n').zip(0u64..) {
        let Some(raw) = raw.strip_suffix(b"\n") else { break };
        let stated = |text: &str| -> Result<(Line, Head), &'static str> {
            let line: Line = serde_json::from_str(text).map_err(|_| "chain-unreadable")?;
            chain::read(name, Head { count: line.n, hash: line.prev }, text, verifier).map_err(|e| match e {
                CryptoError::Chain { why, .. } => why,
                _ => "chain-unreadable",
            })
        };
        let (line, next) = match std::str::from_utf8(raw).map_err(|_| "chain-unreadable").and_then(stated) {
            Ok(read) => read,
            Err(why) => {
                broken(at, why);
                before = None;
                continue;
            }
        };
        if line.n != at {
            broken(at, "chain-out-of-place");
        } else if before.is_some_and(|before| line.prev != before.hash) {
            broken(at, "chain-not-following");
        }
        before = Some(next);
        if let Err(why) = take(&line) {
            broken(at, why);
        }
    }
    Ok(())
}

/// The head of a chain from its last whole line alone; the line's own signature is checked, those before are not.
pub(crate) fn last_line(
    path: &Path,
    name: Name<'_>,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<Head, VaultError> {
    let Some(text) = end_of(path)? else { return Ok(Head::EMPTY) };
    let broken = || CryptoError::Chain { what: name.what, at: 0, why: "chain-last-unreadable" };
    let text = std::str::from_utf8(&text).map_err(|_| broken())?;
    let line: Line = serde_json::from_str(text).map_err(|_| broken())?;
    let (_, head) = chain::read(name, Head { count: line.n, hash: line.prev }, text, verifier)?;
    Ok(head)
}

/// The last whole line of a file without its end; the file may be long and is read from its end.
fn end_of(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    let mut file = File::open(path).map_err(disk)?;
    let len = file.metadata().map_err(disk)?.len();
    let mut tail = END_READ.min(len);
    loop {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(len - tail)).map_err(disk)?;
        Read::by_ref(&mut file).take(tail).read_to_end(&mut bytes).map_err(disk)?;
        let end = bytes.iter().rposition(|b| *b == b'\n');
        let start = end.and_then(|end| bytes[..end].iter().rposition(|b| *b == b'\n'));
        match (start, end) {
            (Some(start), Some(end)) => return Ok(Some(bytes[start + 1..end].to_vec())),
            (None, end) if tail == len => return Ok(end.map(|end| bytes[..end].to_vec())),
            _ => tail = tail.saturating_mul(4).min(len),
        }
    }
}

/// Several entries of the access log.
const END_READ: u64 = 16 * 1024;

/// The ways into one keyring; each holds the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotKind {
    /// Under the member's passphrase.
    Passphrase,
    /// To the recovery key, which two of three phrases open.
    Recovery,
    /// To a hardware key, by an age plugin.
    Hardware,
}

impl SlotKind {
    pub(crate) const ALL: [SlotKind; 3] = [SlotKind::Passphrase, SlotKind::Recovery, SlotKind::Hardware];

    const fn ending(self) -> &'static str {
        match self {
            SlotKind::Passphrase => "",
            SlotKind::Recovery => ".recovery",
            SlotKind::Hardware => ".hardware",
        }
    }
}

/// The file of one slot; its hash stands beside it under `.sum`.
pub(crate) fn slot_file(dir: &Path, id: MemberId, kind: SlotKind) -> PathBuf {
    dir.join(SLOTS).join(slot_name(id, kind))
}

fn slot_name(id: MemberId, kind: SlotKind) -> String {
    format!("{id}{}.age", kind.ending())
}

/// The file of the slot under the passphrase.
pub(crate) fn slot_path(dir: &Path, id: MemberId) -> PathBuf {
    slot_file(dir, id, SlotKind::Passphrase)
}

/// Writes the slot under the passphrase.
pub(crate) fn write_slot(dir: &Path, id: MemberId, slot: &[u8]) -> Result<(), VaultError> {
    write_slot_of(dir, id, SlotKind::Passphrase, slot)
}

/// Writes a slot.
pub(crate) fn write_slot_of(dir: &Path, id: MemberId, kind: SlotKind, slot: &[u8]) -> Result<(), VaultError> {
    write_summed(dir, SLOTS, &slot_name(id, kind), slot)
}

/// Reads the slot under the passphrase.
pub(crate) fn read_slot(dir: &Path, id: MemberId) -> Result<Vec<u8>, VaultError> {
    read_slot_of(dir, id, SlotKind::Passphrase)
}

/// Reads a slot that is what was written.
pub(crate) fn read_slot_of(dir: &Path, id: MemberId, kind: SlotKind) -> Result<Vec<u8>, VaultError> {
    read_summed(dir, SLOTS, &slot_name(id, kind))
}

/// Removes every slot of a member; what was never there is removed as well.
pub(crate) fn remove_slots(dir: &Path, id: MemberId) -> Result<(), VaultError> {
    for (dir, kind) in [dir.to_owned(), dir.join(SPARE)].iter().flat_map(|d| SlotKind::ALL.map(|kind| (d, kind))) {
        let path = slot_file(dir, id, kind);
        for path in [path.with_extension("sum"), path] {
            match std::fs::remove_file(path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(disk(e)),
                _ => {}
            }
        }
    }
    sync_dir(&dir.join(SLOTS))
}

/// The folder of the second copies.
pub(crate) const SPARE: &str = "spare";
/// The folder of the key slots.
pub(crate) const SLOTS: &str = "slots";
/// The folder of the recovery files.
pub(crate) const RECOVERY: &str = "recovery";
/// Folders whose files have their hash beside them: a wrong passphrase and a damaged file must not look alike.
pub(crate) const SUMMED: [&str; 2] = [SLOTS, RECOVERY];

/// Writes a file of a [`SUMMED`] folder and its hash.
pub(crate) fn write_summed(dir: &Path, folder: &str, name: &str, bytes: &[u8]) -> Result<(), VaultError> {
    let path = dir.join(folder).join(name);
    replace(&path.with_extension("sum"), hex::encode(sha256(&[bytes])).as_bytes())?;
    replace(&path, bytes)?;
    // The second copy follows at once: an old passphrase must not come back by a damaged slot.
    let spare = dir.join(SPARE);
    if spare.join(folder).is_dir() { write_summed(&spare, folder, name, bytes) } else { Ok(()) }
}

/// Reads a file of a [`SUMMED`] folder; [`VaultError::NoSlot`] when it is not there.
pub(crate) fn read_summed(dir: &Path, folder: &str, name: &str) -> Result<Vec<u8>, VaultError> {
    let path = dir.join(folder).join(name);
    let bytes = std::fs::read(&path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => VaultError::NoSlot,
        _ => disk(e),
    })?;
    let sum = std::fs::read(path.with_extension("sum")).unwrap_or_default();
    if sum == hex::encode(sha256(&[&bytes])).into_bytes() {
        Ok(bytes)
    } else {
        let file = format!("{folder}/{name}");
        Err(VaultError::File { file, why: msg("file-not-as-written") })
    }
}
