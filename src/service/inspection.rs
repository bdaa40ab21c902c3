//! The monthly inspection (L9): a month as the inspector looks at it, and the signed report of it as a note and as a page. The
//! command line and the screen call the same functions.

use crate::crypto::CryptoError;
use crate::crypto::checkpoint::sign_note;
use crate::crypto::keys::{fingerprint, sha256};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::{Month, Task};
use crate::domain::governance::inspection::{Inspection, inspect};
use crate::domain::practice::lang::Lang;
use crate::formats::inspection_document::{self, Signature};
use crate::formats::{document_format, paper};
use crate::service::access_log::{JoinedLog, key_name};
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::texts::msg;
use crate::vault::error::VaultError;

/// The report of a month, signed by who inspected it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInspection {
    /// What it says.
    pub inspection: Inspection,
    /// The same as a signed note: text that other tools can check.
    pub note: String,
    /// The same to be read on a screen, without marks.
    pub text: String,
    /// The same as a page; on it stand the fingerprint of the inspector's key and the hash of the note.
    pub pdf: Vec<u8>,
    /// A signed note that names the hash of the page: it goes beside the page.
    pub pdf_note: String,
}

impl UnlockedVault {
    /// A month as it stands, for looking at it. It is no inspection yet: nothing is signed and the duty stays.
    pub fn look_at_month(&self, month: &Month) -> Result<Inspection, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::InspectLog>(&state, Whose::Nobody)?;
        self.read_month(state, grant, month)
    }

    fn read_month(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::InspectLog>,
        month: &Month,
    ) -> Result<Inspection, VaultError> {
        let report = self.month_of_log(&state, month)?;
        self.log_access(&mut state, Task::ReadLog, None, report.entries, None, false, Some(month.to_string()))?;
        Ok(report)
    }

    /// Inspects a month: counts, readings, exports, refusals, what was done alone and its reviews, roles. Gives the report and
    /// the same, signed by the inspector, as a note that other tools can check.
    pub fn inspect_log(&self, month: &Month) -> Result<(Inspection, String), VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::InspectLog>(&state, Whose::Nobody)?;
        self.inspect_month(state, grant, month)
    }

    fn inspect_month(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::InspectLog>,
        month: &Month,
    ) -> Result<(Inspection, String), VaultError> {
        let report = self.month_of_log(&state, month)?;
        let text = serde_json::to_string_pretty(&report).map_err(|_| CryptoError::Sealing)? + "\n";
        let signed = sign_note(&text, &key_name(&self.me), &state.keys);
        self.log_access(&mut state, Task::Inspect, None, report.entries, None, false, Some(month.to_string()))?;
        Ok((report, signed))
    }

    fn month_of_log(&self, state: &State, month: &Month) -> Result<Inspection, VaultError> {
        let now = state.folder.now();
        if *month > Month::of(now) {
            return Err(VaultError::Input(msg("service-access-log-month-not-begun")));
        }
        let JoinedLog { entries, breaks } = self.as_far_as_it_reads(state, &self.log_keys(state, None)?)?;
        Ok(Inspection { breaks, ..inspect(&entries, &state.folder.roster, month, self.me.id, now) })
    }
}

/// Inspects a month and makes the signed page of it. What both the command line and the screen write. The rules put reasons of
/// escalations into words.
pub fn signed_inspection(
    vault: &UnlockedVault,
    month: &Month,
    rules: &Rules,
    lang: Lang,
) -> Result<SignedInspection, ErrorReport> {
    let (inspection, note) = vault.inspect_log(month)?;
    let words = fingerprint(&vault.me.recipient, &vault.me.verifying);
    let signature = Signature { words, note: hex::encode(sha256(&[note.as_bytes()])) };
    let page = inspection_document::document(&inspection, &vault.roster(), rules, &signature, lang);
    let pdf = paper(&page, lang)?;
    let text = String::from_utf8_lossy(
        &document_format("txt").map(|form| form.write(&page, lang)).transpose()?.unwrap_or_default(),
    )
    .into_owned();
    let hash = hex::encode(sha256(&[&pdf]));
    let signed = format!("gyeot.signed-file/1\ninspection {month}\nsha256 {hash}\n");
    let pdf_note = sign_note(&signed, &key_name(&vault.me), &vault.state().keys);
    Ok(SignedInspection { inspection, note, text, pdf, pdf_note })
}
