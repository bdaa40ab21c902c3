//! What is known of a client's instruments: what was given, and what is due today.

use crate::domain::governance::access::{Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::client::age_in_years;
use crate::domain::practice::ids::{ClientCode, InstrumentId};
use crate::domain::practice::schedule::due;
use crate::service::UnlockedVault;
use crate::vault::assessment_index::Measures;
use crate::vault::error::VaultError;
use jiff::civil::Date;

impl UnlockedVault {
    /// A client's sheets and what is due today. The access log says so, synced, the first time that a client's sheets
    /// are asked for in an unlocked vault and whenever there are more of them than it was told.
    pub fn measures(&self, code: &ClientCode) -> Result<Measures, VaultError> {
        let mut state = self.state();
        let known = self.known(&state, code)?;
        let client = known.card.id;
        self.grant::<permit::ReadContent>(&state, Whose::Client(client, known.relation(self.me.id)))?;
        let count = known.measured.count();
        if count > known.measured.told.measures {
            self.log_access(&mut state, Task::Read, Some(code), count, None, false, Some("instruments".into()))?;
            if let Some(known) = state.split()?.2.clients.get_mut(&client) {
                known.measured.told.measures = count;
            }
        }
        let known = self.known(&state, code)?;
        let measured = &known.measured;
        let of = |id: &InstrumentId| -> Vec<Date> {
            measured.given.iter().filter(|a| a.instrument == *id).filter_map(|a| a.given_at.day()).collect()
        };
        let sessions: Vec<Date> = known.sessions.values().filter_map(|s| s.row.started.day()).collect();
        let today = state.house.now().day();
        let due = today.map_or_else(Vec::new, |today| due(measured.schedules.values(), of, &sessions, today));
        let schedules = measured.schedules.values().filter(|s| s.every.is_some()).cloned().collect();
        let mut given = measured.given.clone();
        given.sort_by_key(|a| a.given_at);
        let today = state.house.now().date();
        let age = known.card.birth_date.as_deref().and_then(|born| age_in_years(born, &today));
        let age = age.and_then(|years| u16::try_from(years).ok());
        Ok(Measures { due, schedules, given, sex: known.card.sex, age })
    }
}
