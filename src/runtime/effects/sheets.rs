//! Keeps answer sheets and when they are due again.

use crate::app::msg::Answer;
use crate::domain::assessment::administration::{Administration, Mode, Occasion, Sheet as Filled};
use crate::domain::assessment::score::Context;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientId, InstrumentId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::Schedule;
use crate::domain::record::Body;
use crate::runtime::effects::Performer;
use crate::service::administrations;

impl Performer {
    pub(super) fn set_schedule(&self, client: ClientId, mut schedule: Schedule) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let unlocked = self.unlocked()?;
        schedule.set_at = unlocked.now();
        unlocked.keep_for(&code, &[Body::Schedule { schedule }])?;
        Ok(vec![Answer::ScheduleKept])
    }

    pub(super) fn keep_administration(
        &self,
        client: ClientId,
        session: Option<SessionId>,
        instrument: &InstrumentId,
        filled: Filled,
        lang: Lang,
        kiosk: bool,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let unlocked = self.unlocked()?;
        let number = match session {
            Some(id) => unlocked.sessions(Some(&code))?.iter().find(|s| s.id == id).map(|s| (id, s.number)),
            None => None,
        };
        let mode = if kiosk { Mode::Kiosk } else { Mode::Counsellor };
        let occasion = Occasion { given_at: unlocked.now(), by: unlocked.me().id, mode, session: number };
        let held = self.library.get(instrument)?;
        let person = unlocked.measures(&code)?;
        let context = Context { lang, sex: person.sex, age: person.age };
        // On the client's own page, where the next session finds it again.
        administrations::give(unlocked, &code, held, Administration::new(held, filled, &context, occasion)?)?;
        Ok(vec![Answer::AdministrationKept])
    }
}
