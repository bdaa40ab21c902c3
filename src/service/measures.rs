//! What a client's instruments say today: what was given, what is due, and what stands at red.

use crate::domain::assessment::administration::{Administration, Mode, points, points_like};
use crate::domain::assessment::instrument::{Library, Sex};
use crate::domain::assessment::trajectory::{Colour, alert};
use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::client::age_in_years;
use crate::domain::practice::ids::{ClientCode, InstrumentId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::{Due, Schedule, due};
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What the caseload and the client screen show of a client's instruments.
#[derive(Debug, Clone, Default)]
pub struct Measures {
    /// What stands open, the most pressing first.
    pub due: Vec<Due>,
    /// Every schedule that was not stopped.
    pub schedules: Vec<Schedule>,
    /// Every sheet, oldest first.
    pub given: Vec<Administration>,
    /// As the card says.
    pub sex: Option<Sex>,
    /// In years today, from the card's birth date.
    pub age: Option<u16>,
    /// Year of birth, as the card says.
    pub born: Option<u16>,
}

impl Measures {
    /// True when an instrument stands at red: its last sheet holds an answer that must not wait, or it got reliably
    /// worse.
    pub fn red(&self, library: &Library) -> bool {
        let given: BTreeSet<&InstrumentId> = self.given.iter().map(|a| &a.instrument).collect();
        given.into_iter().filter_map(|id| library.get(id).ok()).any(|instrument| {
            // An answer that must not wait stands at red wherever it comes from.
            let last_talk = points_like(&self.given, &instrument.id, Mode::Talk).pop();
            last_talk.is_some_and(|p| !p.critical.is_empty())
                || alert(instrument, &points(&self.given, &instrument.id), false, Lang::Ko).colour == Colour::Red
        })
    }
}

impl UnlockedVault {
    /// A client's sheets and what is due today. The access log says so, synced, the first time that a client's sheets
    /// are asked for in an unlocked vault and whenever there are more of them than it was told.
    pub fn measures(&self, code: &ClientCode) -> Result<Measures, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ReadContent>(&state, code)?;
        self.read_measures(state, grant)
    }

    fn read_measures(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
    ) -> Result<Measures, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let count = known.assessments.count();
        if count > known.assessments.told.measures {
            self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some("instruments".into()))?;
            if let Some(known) = state.split()?.2.clients.get_mut(&client) {
                known.assessments.told.measures = count;
            }
        }
        let known = state.client_of(&grant)?;
        let index = &known.assessments;
        let of = |id: &InstrumentId| -> Vec<Date> {
            index.given.iter().filter(|a| a.instrument == *id).filter_map(|a| a.given_at.day()).collect()
        };
        let sessions: Vec<Date> = known.sessions.values().filter_map(|s| s.row.started.day()).collect();
        let today = state.folder.now().day();
        let due = today.map_or_else(Vec::new, |today| due(index.schedules.values(), of, &sessions, today));
        let schedules = index.schedules.values().filter(|s| s.every.is_some()).cloned().collect();
        let mut given = index.given.clone();
        given.sort_by_key(|a| a.given_at);
        let today = state.folder.now().date();
        let age = known.card.birth_date.as_deref().and_then(|born| age_in_years(born, &today));
        let age = age.and_then(|years| u16::try_from(years).ok());
        let born = known.card.birth_date.as_deref().and_then(|born| born.get(..4)?.parse().ok());
        Ok(Measures { due, schedules, given, sex: known.card.sex, age, born })
    }
}
