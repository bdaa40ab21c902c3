//! Hours of supervision of the member who writes them down, for their certificate. Sealed to their own key; nobody else reads
//! them, and no client stands in them.

use crate::crypto::CryptoError;
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{MemberId, RecordId};
use crate::domain::practice::time::Timestamp;
use crate::domain::practice::written_day;
use crate::domain::record::{Body, Opened};
use crate::domain::review::hours::{MOST_MINUTES, Setting, SupervisionHours};
use crate::formats::hours_csv;
use crate::ports::store::Position;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// The word of the access log.
const DETAIL: &str = "supervision-hours";
/// Why one is destroyed.
const WRONG: &str = "written down wrongly";

/// One meeting as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursRow {
    /// The record.
    pub record: RecordId,
    /// When it was written down.
    pub written: Timestamp,
    /// The meeting.
    pub hours: SupervisionHours,
    /// The other's name; empty where it was somebody outside.
    pub with: String,
}

impl UnlockedVault {
    /// Writes a meeting down. Refused where the day is not written `YYYY-MM-DD` or lies ahead, or the time is none.
    pub fn log_supervision(
        &self,
        date: &str,
        minutes: u16,
        setting: Setting,
        with: Option<&str>,
    ) -> Result<HoursRow, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::LogHours>(&state, Whose::Nobody)?;
        drop(state);
        self.write_hours(grant, (date, minutes, setting), with)
    }

    fn write_hours(
        &self,
        grant: Grant<permit::LogHours>,
        (date, minutes, setting): (&str, u16, Setting),
        with: Option<&str>,
    ) -> Result<HoursRow, VaultError> {
        let mut state = self.state();
        let date = written_day::birth(date, &state.folder.now().date());
        let date = date.ok_or(VaultError::Input(msg("hours-day")))?;
        if !(1..=MOST_MINUTES).contains(&minutes) {
            return Err(VaultError::Input(msg("hours-minutes")));
        }
        let with = match with {
            None => None,
            Some(name) => {
                let member = state.folder.roster.named(name);
                Some(member.map(|m| m.id).ok_or(crate::domain::governance::roster::RosterError::Nobody)?)
            }
        };
        let hours = SupervisionHours { date, minutes, setting, with };
        self.log_access(&mut state, Task::Write, None, 1, None, grant.break_glass(), Some(DETAIL.into()))?;
        let (to, collection) = (state.keys.recipient(), state.folder.own_collection(self.me.id));
        let body = Body::SupervisionHours { hours: hours.clone() };
        let (folder, me) = state.writer();
        let draft = Draft { collection, to: &to, body: &body, client: None, session: None, replaces: None };
        let record = *folder.keep(&me, &[draft])?.first().ok_or(CryptoError::Sealing)?;
        let with = name_of(&state, hours.with);
        Ok(HoursRow { record, written: state.folder.now(), hours, with })
    }

    /// Every meeting that this member wrote down, by day.
    pub fn supervision_hours(&self) -> Result<Vec<HoursRow>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::LogHours>(&state, Whose::Nobody)?;
        Ok(own_hours(&state, &grant)?.into_iter().map(|(_, row)| row).collect())
    }

    /// Destroys a meeting that was written down wrongly.
    pub fn forget_supervision(&self, record: RecordId) -> Result<(), VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::LogHours>(&state, Whose::Nobody)?;
        let places: Vec<Position> =
            own_hours(&state, &grant)?.into_iter().filter(|(_, r)| r.record == record).map(|(p, _)| p).collect();
        if places.is_empty() {
            return Err(VaultError::Input(msg("hours-none")));
        }
        self.log_access(&mut state, Task::Destroy, None, 1, Some(WRONG), false, Some(DETAIL.into()))?;
        let (folder, me) = state.writer();
        folder.bury(&me, &places, WRONG)
    }
}

/// Destroys the meeting whose record begins with these digits; refused where that is none or more than one.
pub fn forget_supervision_of(vault: &UnlockedVault, digits: &str) -> Result<(), VaultError> {
    let all = vault.supervision_hours()?;
    let mut hits = all.iter().filter(|row| row.record.to_string().starts_with(digits));
    match (hits.next(), hits.next()) {
        (Some(row), None) => vault.forget_supervision(row.record),
        _ => Err(VaultError::Input(msg("hours-none"))),
    }
}

/// One's own hours as CSV for a certificate.
pub fn hours_file(vault: &UnlockedVault) -> Result<String, VaultError> {
    let all = vault.supervision_hours()?;
    Ok(hours_csv::write(&vault.me().name, all.iter().map(|row| (&row.hours, row.with.as_str()))))
}

fn name_of(state: &State, member: Option<MemberId>) -> String {
    member.and_then(|id| state.folder.roster.member(id)).map(|m| m.name.clone()).unwrap_or_default()
}

fn own_hours(state: &State, grant: &Grant<permit::LogHours>) -> Result<Vec<(Position, HoursRow)>, VaultError> {
    let mut found = Vec::new();
    for place in state.folder.store.collection(state.folder.own_collection(grant.by()))? {
        match state.folder.open_place(&place, &[state.keys.read()]) {
            Ok(Some(Opened { header, body: Body::SupervisionHours { hours } })) => {
                let with = name_of(state, hours.with);
                found.push((place, HoursRow { record: header.id, written: header.at, hours, with }));
            }
            Ok(_) | Err(VaultError::Vault(CryptoError::NotYours) | VaultError::Author(_)) => {}
            Err(e) => return Err(e),
        }
    }
    found.sort_by(|(_, a), (_, b)| (&a.hours.date, a.written).cmp(&(&b.hours.date, b.written)));
    Ok(found)
}
