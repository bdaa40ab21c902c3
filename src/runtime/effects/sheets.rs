//! Answer sheets: found in talk, sealed, and when they are due again.

use crate::adapters::shipped;
use crate::domain::assessment::administration::{Administration, Mode, Occasion, Sheet as Filled};
use crate::domain::assessment::score::Context;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientId, InstrumentId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::Schedule;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::runtime::effects::{Answer, Performer};
use crate::service::{administrations, appointments, item_proposals};

/// How a sheet was filled in.
pub(super) const fn mode(kiosk: bool, talk: bool) -> Mode {
    match (kiosk, talk) {
        (true, _) => Mode::Kiosk,
        (false, true) => Mode::Talk,
        (false, false) => Mode::Counsellor,
    }
}

impl Performer {
    /// By rule alone: at once, whether a model is here or not.
    pub(super) fn find_items(
        &self,
        session: SessionId,
        id: &InstrumentId,
        lang: Lang,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let (instrument, data) = (self.library.get(id)?, shipped::item_data(id)?);
        let found = item_proposals::propose(self.unlocked()?, session, instrument, data.as_ref(), lang)?;
        Ok(vec![Answer::ItemsFound { session, found: Box::new(found) }])
    }

    pub(super) fn set_schedule(&self, client: ClientId, mut schedule: Schedule) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let unlocked = self.unlocked()?;
        schedule.set_at = unlocked.now();
        unlocked.keep_for(&code, &[Body::Schedule { schedule }])?;
        Ok(vec![Answer::ScheduleKept])
    }

    pub(super) fn set_appointment(
        &self,
        client: ClientId,
        at: Option<Timestamp>,
        minutes: Option<u16>,
        place: Option<ClientText>,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        appointments::set(self.unlocked()?, &code, appointments::Asked { at, minutes, place })?;
        Ok(vec![Answer::AppointmentKept(client)])
    }

    pub(super) fn keep_administration(
        &self,
        client: ClientId,
        session: Option<SessionId>,
        instrument: &InstrumentId,
        filled: Filled,
        lang: Lang,
        mode: Mode,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let unlocked = self.unlocked()?;
        let number = match session {
            Some(id) => unlocked.sessions(Some(&code))?.iter().find(|s| s.id == id).map(|s| (id, s.number)),
            None => None,
        };
        let occasion = Occasion { given_at: unlocked.now(), by: unlocked.me().id, mode, session: number };
        let held = self.library.get(instrument)?;
        let person = unlocked.measures(&code)?;
        let context = Context { lang, sex: person.sex, age: person.age };
        // On the client's own page, where the next session finds it again.
        administrations::give(unlocked, &code, held, Administration::new(held, filled, &context, occasion)?)?;
        Ok(vec![Answer::AdministrationKept])
    }
}
