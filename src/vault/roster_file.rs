//! The file of the roster: read from its founding entry on, every change checked by the rules. A vault that was migrated has a
//! line before the founding entry that names its version, so that the program of before refuses it by name.

use crate::crypto::CryptoError;
use crate::crypto::chain::{self, Head, Line, Name};
use crate::crypto::keys::{Keyring, Verifier};
use crate::domain::governance::roster::{Change, Roster, RosterError, VAULT_SCHEMA, VAULT_SCHEMA_1};
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::text::clean_line;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, read_chain_from};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// What the chain of the roster is called.
pub(crate) const ROSTER: &str = "roster";

/// The file in a vault's folder.
pub(crate) fn roster_path(dir: &Path) -> PathBuf {
    dir.join("roster")
}

/// The roster with every head that it went through.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) roster: Roster,
    /// After each entry; the first is that of the founding entry.
    pub(crate) hashes: Vec<[u8; 32]>,
    /// The vault has this version's layout. One that is still to be migrated has not.
    pub(crate) current: bool,
}

impl History {
    /// The head of the whole roster.
    pub(crate) fn head(&self) -> Head {
        Head { count: self.hashes.len() as u64, hash: self.hashes.last().copied().unwrap_or_default() }
    }

    /// Hash of the founding entry.
    pub(crate) fn founding(&self) -> [u8; 32] {
        self.hashes.first().copied().unwrap_or_default()
    }

    /// True when the roster went through this head.
    pub(crate) fn went_through(&self, head: Head) -> bool {
        let index = head.count.checked_sub(1).and_then(|n| usize::try_from(n).ok());
        index.map_or(head == Head::EMPTY, |n| self.hashes.get(n) == Some(&head.hash))
    }

    pub(crate) fn verifier(&self, id: MemberId) -> Option<Verifier> {
        self.roster.member(id).and_then(|m| m.verifying.parse().ok())
    }
}

/// Reads and checks the whole roster.
pub(crate) fn read_roster(dir: &Path) -> Result<(Roster, Head), VaultError> {
    read_history(dir).map(|history| (history.head(), history.roster)).map(|(head, roster)| (roster, head))
}

/// As [`read_roster`], with every head.
pub(crate) fn read_history(dir: &Path) -> Result<History, VaultError> {
    read_each(dir, &mut |_, _, _| ())
}

/// What was changed from this entry on, counted from 0, and who signed it.
pub(crate) fn changes_from(dir: &Path, first: u64) -> Result<Vec<(Change, Vec<MemberId>)>, VaultError> {
    let mut found = Vec::new();
    read_each(dir, &mut |at, change, by| {
        if at >= first {
            found.push((change.clone(), by.to_vec()));
        }
    })?;
    Ok(found)
}

/// Reads and checks the whole roster; tells each change with its number, counted from 0, and its signers.
fn read_each(dir: &Path, each: &mut dyn FnMut(u64, &Change, &[MemberId])) -> Result<History, VaultError> {
    let path = roster_path(dir);
    if !path.exists() {
        return Err(VaultError::NoVault);
    }
    let First { vault, member: first, schema, at: start } = founding(&path)?;
    let roster = RefCell::new(Roster::default());
    let hashes = RefCell::new(Vec::new());
    let name = Name { what: ROSTER, vault: &vault, writer: None };
    let verifier = |id: MemberId| -> Option<Verifier> {
        let known = roster.borrow();
        let member = known.member(id).or_else(|| (known.members.is_empty() && first.id == id).then_some(&first));
        member.and_then(|m| m.verifying.parse().ok())
    };
    let mut at: u64 = 0;
    let mut take = |line: &Line| -> Result<(), VaultError> {
        let broken = CryptoError::Chain { what: ROSTER, at, why: "chain-change-unreadable" };
        let change: Change = serde_json::from_str(&line.payload).map_err(|_| broken)?;
        // What was refused at the time can only stand here by tampering; a foreign version keeps its own words.
        roster.borrow_mut().apply(&change, &line.by).map_err(|e| match e {
            RosterError::Version(_) | RosterError::Founding => VaultError::Roster(e),
            _ => CryptoError::Chain { what: ROSTER, at, why: "chain-wrong-signers" }.into(),
        })?;
        if line.n > 0 {
            hashes.borrow_mut().push(line.prev);
        }
        each(at, &change, &line.by);
        at += 1;
        Ok(())
    };
    let (head, _) = read_chain_from(&path, name, (Head::EMPTY, start), &mut take, &verifier)?;
    let (roster, mut hashes) = (roster.into_inner(), hashes.into_inner());
    if roster.members.is_empty() {
        return Err(RosterError::Founding.into());
    }
    hashes.push(head.hash);
    Ok(History { roster, hashes, current: schema == VAULT_SCHEMA || start > 0 })
}

struct First {
    vault: String,
    member: crate::domain::practice::member::Member,
    schema: String,
    /// Where the founding entry begins, bytes.
    at: u64,
}

/// The founding entry, still unchecked: it holds the key that it is itself checked with.
fn founding(path: &Path) -> Result<First, VaultError> {
    let damaged = || VaultError::File { file: "roster".into(), why: msg("founding-not-readable") };
    let bytes = std::fs::read(path).map_err(disk)?;
    let line_at = |from: usize| -> Result<(Line, usize), VaultError> {
        let rest = bytes.get(from..).unwrap_or_default();
        let end = rest.iter().position(|b| *b == b'\n').ok_or_else(damaged)?;
        Ok((serde_json::from_slice(&rest[..end]).map_err(|_| damaged())?, from + end + 1))
    };
    let (mut line, end) = line_at(0)?;
    let mut at = 0;
    if line.by.is_empty() {
        (line, _) = line_at(end)?;
        at = end;
    }
    match serde_json::from_str(&line.payload) {
        Ok(Change::Found { schema, .. }) if schema != VAULT_SCHEMA && schema != VAULT_SCHEMA_1 => {
            Err(RosterError::Version(clean_line(&schema)).into())
        }
        Ok(change @ Change::Found { .. }) => {
            if at > 0 && bytes[..at] != *signpost(&change)?.as_bytes() {
                return Err(damaged());
            }
            let Change::Found { vault, first, schema, .. } = change else { return Err(damaged()) };
            Ok(First { vault, member: first, schema, at: at as u64 })
        }
        _ => Err(damaged()),
    }
}

/// The line that stands before the founding entry of a vault that was migrated: the same with the version of now, signed by
/// nobody. It says nothing that anybody relies on.
fn signpost(founding: &Change) -> Result<String, VaultError> {
    let mut change = founding.clone();
    if let Change::Found { schema, .. } = &mut change {
        VAULT_SCHEMA.clone_into(schema);
    }
    let payload = serde_json::to_string(&change).map_err(|_| CryptoError::Sealing)?;
    Ok(chain::write(&Line { n: 0, prev: [0; 32], payload, by: Vec::new(), sig: Vec::new() })?)
}

/// The hash that a founding entry signed by this member has, before it is written.
pub(crate) fn founding_hash(change: &Change, by: (MemberId, &Keyring)) -> Result<[u8; 32], VaultError> {
    let Change::Found { vault, .. } = change else { return Err(RosterError::Founding.into()) };
    let text = serde_json::to_string(change).map_err(|_| CryptoError::Sealing)?;
    // Ed25519 is deterministic: signed again it is the same line.
    Ok(chain::append(Name { what: ROSTER, vault, writer: None }, Head::EMPTY, text, &[by]).1.hash)
}

/// The bytes of a roster of schema 1 with the line before it.
pub(crate) fn with_signpost(dir: &Path) -> Result<Vec<u8>, VaultError> {
    let bytes = std::fs::read(roster_path(dir)).map_err(disk)?;
    let end = bytes.iter().position(|b| *b == b'\n').unwrap_or_default();
    let line: Line = serde_json::from_slice(&bytes[..end]).map_err(|_| CryptoError::Damaged)?;
    let founding: Change = serde_json::from_str(&line.payload).map_err(|_| CryptoError::Damaged)?;
    Ok([signpost(&founding)?.as_bytes(), &bytes].concat())
}
